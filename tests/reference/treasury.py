"""The treasury: what settlements come to, what becomes of each row of the story, what funds hold.

Written from the format's text in `docs/cases.md` and the words of the domain, like everything here
without a line of the ledger's own. Rows happen in the order of time; a fund's row at 00:00 of its
day, a payment of a settlement at noon of its day.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from . import case_rows, meals
from .case_rows import Case, Row

ACCEPTED = ("ACCEPTED", "")
UNRESTRICTED = "UNRESTRICTED"
BANDS = ((500_000, 1), (5_000_000, 2))
"""Up to 5,000 yuan one approver, up to 50,000 two; more needs a resolution."""
DAYS = timedelta(days=30)

Verdict = tuple[str, str]
Act = Callable[[], None]


def refused(code: str) -> Verdict:
    """What a rule says no to, by its name."""
    return "REFUSED", code


# -- settlements -------------------------------------------------------------------------------


def settlement(case: Case, row: Row) -> Row:
    """Meals of the month, what each payer owes, and what is left after the row's payments."""
    coops = {each["id"]: each.get("coop") for each in case.get("residents", [])}
    due: dict[str, int] = defaultdict(int)
    count = 0
    for answer in meals.answer_all(case_rows.claims(case), case_rows.policies(case)):
        here = answer.claim.canteen == row["community"]
        if here and f"{answer.claim.day:%Y-%m}" == row["month"] and answer.status == meals.ACCEPTED:
            count += 1
            due["community"] += answer.split.community
            if answer.split.coop:
                due[coops[answer.claim.eater.id] or ""] += answer.split.coop
    owed = {payer: fen for payer, fen in sorted(due.items()) if fen}
    paid: dict[str, int] = defaultdict(int)
    for payment in row.get("payments", []):
        paid[payment["payer"]] += payment["fen"]
    return {"meals": count, "due": owed, "left": {name: owed[name] - paid[name] for name in owed}}


# -- the story ---------------------------------------------------------------------------------


@dataclass
class Asked:
    """A request of a fund: a disbursement or a change of purpose."""

    fund: str
    fen: int
    by: str
    at: datetime
    payee: str = ""
    purpose: str = ""
    to_fund: str = ""
    resolution: str | None = None
    stage: str = "requested"
    approvals: list[str] = field(default_factory=list)


class Treasury:
    """Funds by `community/restriction`, and whoever has asked them for what."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.held: dict[str, int] = defaultdict(int)
        self.settling: dict[str, int] = defaultdict(int)
        self.disbursements: dict[str, list[Asked]] = defaultdict(list)
        self.changes: dict[str, list[Asked]] = defaultdict(list)
        self.allowed: dict[str, list[Row]] = {}
        self.verdicts: dict[str, Verdict] = {}
        self.proposed: dict[tuple[str, str], str] = {}

    def tell(self) -> None:
        """Let everything happen, in the order of time."""
        for _, act in sorted(self._acts(), key=lambda each: each[0]):
            act()

    def _acts(self) -> Iterator[tuple[datetime, Act]]:
        for row in self.case.get("fund", []):
            key = f"{row['community']}/{row['restriction']}"
            yield moment(row["on"]), partial(self._add, key, row["fen"])
        for row in self.case.get("settlements", []):
            key, at = paying_fund(self.case, row["community"]), moment(row["at"])
            due = settlement(self.case, row)["due"].get("community", 0)
            yield at, partial(self._promise, key, due)
            for paid in row.get("payments", []):
                if paid["payer"] == "community":
                    day = max(at, moment(f"{paid['on']}T12:00"))
                    yield day, partial(self._pay, key, paid["fen"])
        for row in self.case.get("story", []):
            yield moment(row["at"]), partial(self._judge, row)

    def _add(self, fund: str, fen: int) -> None:
        self.held[fund] += fen

    def _promise(self, fund: str, fen: int) -> None:
        self.settling[fund] += fen

    def _pay(self, fund: str, fen: int) -> None:
        self.held[fund] -= fen
        self.settling[fund] -= fen

    def _judge(self, row: Row) -> None:
        self.verdicts[row["id"]] = RULES[row["command"]](self, row, row["data"])

    # -- what is free ---------------------------------------------------------------------------

    def reserved(self, fund: str) -> int:
        """Promised by requests, and by settlements that are approved and not paid."""
        standing = ("requested", "approved")
        asked = (each.fen for each in self.disbursements[fund] if each.stage in standing)
        return self.settling[fund] + sum(asked)

    def available(self, fund: str) -> int:
        return self.held[fund] - self.reserved(fund)

    def figures(self) -> dict[str, dict[str, int]]:
        """In the end, of every fund that a row names or that pays for meals."""
        funds = dict.fromkeys(self.held)
        homes = dict.fromkeys(row["community"] for row in self.case.get("settlements", []))
        funds |= dict.fromkeys(paying_fund(self.case, home) for home in homes)
        return {fund: self._figures(fund) for fund in funds}

    def _figures(self, fund: str) -> dict[str, int]:
        held, accrued = self.held[fund], self.accrued(fund)
        reserved = self.reserved(fund)
        return {
            "held": held,
            "reserved": reserved,
            "accrued": accrued,
            "available": held - reserved - accrued,
        }

    def accrued(self, fund: str) -> int:
        """The fund's share of meals of months that no row settles."""
        settled = {(row["community"], row["month"]) for row in self.case.get("settlements", [])}
        claims, policies = case_rows.claims(self.case), case_rows.policies(self.case)
        return sum(
            answer.split.community
            for answer in meals.answer_all(claims, policies)
            if answer.status == meals.ACCEPTED
            and paying_fund(self.case, answer.claim.canteen) == fund
            and (answer.claim.canteen, f"{answer.claim.day:%Y-%m}") not in settled
        )


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def paying_fund(case: Case, home: str) -> str:
    """The fund that bears the community's share: that for canteens if there is one."""
    named = {row["restriction"] for row in case.get("fund", []) if row["community"] == home}
    canteen = "RESTRICTED:CANTEEN"
    return f"{home}/{canteen if canteen in named else UNRESTRICTED}"


def fund_of(data: Row, name: str = "fund") -> str:
    return str(data[name]).removeprefix("@fund:")


def restriction(fund: str) -> str:
    return fund.partition("/")[2]


# -- each command ------------------------------------------------------------------------------


def recorded(treasury: Treasury, row: Row, data: Row) -> Verdict:
    treasury.allowed[data["resolution"]] = data.get("purpose_changes", [])
    return ACCEPTED


def nothing_to_judge(treasury: Treasury, row: Row, data: Row) -> Verdict:
    return ACCEPTED


def change_requested(treasury: Treasury, row: Row, data: Row) -> Verdict:
    fund, to_fund = fund_of(data, "from_fund"), fund_of(data, "to_fund")
    most = sum(
        each["amount_most_fen"]
        for each in treasury.allowed.get(data["resolution"], [])
        if (fund_of(each, "from_fund"), fund_of(each, "to_fund")) == (fund, to_fund)
    )
    before = sum(each.fen for each in treasury.changes[fund] if each.stage != "refused")
    if before + data["amount_fen"] > most:
        return refused("resolution_must_allow_the_amount")
    if data["amount_fen"] > treasury.available(fund):
        return refused("fund_must_cover_the_amount")
    asked = Asked(fund, data["amount_fen"], row["by"], moment(row["at"]), to_fund=to_fund)
    treasury.changes[fund].append(asked)
    return ACCEPTED


def change_approved(treasury: Treasury, row: Row, data: Row) -> Verdict:
    asked = treasury.changes[fund_of(data, "from_fund")][data["change"] - 1]
    if row["by"] == asked.by:
        return refused("change_must_be_approved_by_another")
    asked.stage = "approved"
    treasury.held[asked.fund] -= asked.fen
    treasury.held[asked.to_fund] += asked.fen
    return ACCEPTED


def requested(treasury: Treasury, row: Row, data: Row) -> Verdict:
    fund, fen = fund_of(data), data["amount_fen"]
    kind = restriction(fund)
    asked = Asked(
        fund, fen, row["by"], moment(row["at"]), data["payee"], data["purpose"],
        resolution=data.get("resolution"),
    )  # fmt: skip
    if kind != UNRESTRICTED and kind.removeprefix("RESTRICTED:").lower() != data["purpose"]:
        return refused("purpose_must_match_the_restriction")
    if approvers(treasury, asked, [asked]) is None:
        return refused("payment_must_cite_a_resolution")
    if fen > treasury.available(fund):
        return refused("fund_must_cover_the_amount")
    treasury.disbursements[fund].append(asked)
    return ACCEPTED


def approvers(treasury: Treasury, asked: Asked, new: list[Asked]) -> int | None:
    """How many must approve, by all requests for the payee and purpose within thirty days."""
    alike = [
        each
        for fund in treasury.disbursements.values()
        for each in fund
        if (each.payee, each.purpose) == (asked.payee, asked.purpose)
        and each.stage in ("requested", "approved", "paid")
        and abs(each.at.date() - asked.at.date()) < DAYS
    ]
    total = sum(each.fen for each in (*alike, *new))
    return next((needed for most, needed in BANDS if total <= most), None)


def found(treasury: Treasury, data: Row) -> Asked:
    number: int = data["disbursement"]
    return treasury.disbursements[fund_of(data)][number - 1]


def approved(treasury: Treasury, row: Row, data: Row) -> Verdict:
    asked = found(treasury, data)
    if row["by"] in (asked.by, *asked.approvals):
        return refused("disbursement_steps_must_be_by_different_persons")
    if asked.stage != "requested":
        return refused("disbursement_must_be_at_the_step_before")
    asked.approvals.append(row["by"])
    if len(asked.approvals) >= (approvers(treasury, asked, []) or len(BANDS)):
        asked.stage = "approved"
    return ACCEPTED


def paid(treasury: Treasury, row: Row, data: Row) -> Verdict:
    asked, fen = found(treasury, data), data.get("amount_fen")
    if row["by"] in (asked.by, *asked.approvals):
        return refused("disbursement_steps_must_be_by_different_persons")
    if asked.stage != "approved":
        return refused("disbursement_must_be_at_the_step_before")
    if fen is not None and fen > asked.fen:
        return refused("amount_must_not_exceed_what_was_decided")
    asked.stage = "paid"
    treasury.held[asked.fund] -= asked.fen if fen is None else fen
    return ACCEPTED


def submitted(treasury: Treasury, row: Row, data: Row) -> Verdict:
    """Every settlement of a case is submitted and approved by its own row."""
    return refused("settlement_must_not_be_submitted_twice")


def settlement_paid(treasury: Treasury, row: Row, data: Row) -> Verdict:
    """Only what is more than is left can be told here; what is paid stands in the row."""
    return refused("amount_must_not_exceed_what_is_owed")


def reopening_proposed(treasury: Treasury, row: Row, data: Row) -> Verdict:
    treasury.proposed[data["community"], data["month"]] = row["by"]
    return ACCEPTED


def reopened(treasury: Treasury, row: Row, data: Row) -> Verdict:
    if treasury.proposed[data["community"], data["month"]] == row["by"]:
        return refused("reopener_must_not_be_the_proposer")
    return ACCEPTED


RULES: dict[str, Callable[[Treasury, Row, dict[str, Any]], Verdict]] = {
    "resolutions/record": recorded,
    "payees/register": nothing_to_judge,
    "purposes/request-change": change_requested,
    "purposes/approve-change": change_approved,
    "disbursements/request": requested,
    "disbursements/approve": approved,
    "disbursements/pay": paid,
    "settlements/submit": submitted,
    "settlements/pay": settlement_paid,
    "periods/propose-reopen": reopening_proposed,
    "periods/reopen": reopened,
}
"""Every command that a story may tell; of another the reference does not know what follows."""
