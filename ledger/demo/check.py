"""The judge: what the ledger says now, beside what a case expects; every difference with its row.

Whatever was accepted is asked of the read models, and the age of the vault; only a refusal, which
changes nothing, is taken from the answer itself. The words of the format for what a ledger
answers stand in two tables.
"""

from typing import Any, Final

from psycopg import Connection

from ledger.deciding.answers import Accepted, Answer, Declined
from ledger.demo import check_money, names
from ledger.demo.case import Loaded
from ledger.demo.check_money import Difference, Differences
from ledger.demo.happenings import attended
from ledger.demo.policies import versions
from ledger.demo.rows import Attendance, Claim
from ledger.demo.steps import Row
from ledger.demo.town import AWARDS_APART
from ledger.domain.ages import AgeRule, age_on
from ledger.domain.community_records import SHANGHAI
from ledger.domain.facts import FactSheet
from ledger.domain.intervals import elapsed
from ledger.domain.meal_records import MealClaimed
from ledger.domain.refusals import Code
from ledger.domain.service_records import Hold, Status
from ledger.domain.values import Count, Month, PersonId, SiteId, local_day, month_of
from ledger.projections import funds, meals, service, shifts
from ledger.projections.fund_records import MovementKind
from ledger.projections.meal_records import ClaimStatus
from ledger.projections.shifts import PersonInShift
from ledger.projections.view import NOW, View, position_known
from ledger.vault.sheets import PaperKind
from ledger.vault.vault import Vault

REFUSED: Final = {
    Code.person_must_be_alive_on_the_day: "BENEFICIARY_DECEASED",
    Code.canteen_must_serve_on_the_day: "NO_SUBSIDY_ON_THIS_DAY",
    Code.day_must_not_have_two_subsidised_meals: "DAILY_CAP_REACHED",
    Code.confirmer_must_not_be_the_volunteer: "SELF_CONFIRMATION",
    Code.intervals_must_not_overlap: "OVERLAP_WITH_CREDITED",
}
"""What the format calls a refusal; of any other the code itself is shown."""

HELD: Final = {
    Hold.month_closed: "PERIOD_CLOSED_POST_AS_ADJUSTMENT_IN_{month}",
    Hold.day_over_town_limit: "DAY_OVER_12H_NEEDS_TOWN_APPROVAL",
    Hold.day_over_unit_limit: "DAY_OVER_8H_NEEDS_SECOND_APPROVAL",
    Hold.late_entry: "LATE_ENTRY",
}
"""What the format calls a reason to wait; `month` is that of recording."""

NO_RULE: Final = "NONE"


Values = dict[str, Any]


def check(loaded: Loaded, connection: Connection[Any], vault: Vault) -> list[Difference]:
    """Every difference between the case and the ledger, in the order of the case's tables.

    The connection must see the read models folded to the end.
    """
    judge = _Judge(loaded, connection, vault)
    return [
        *judge.setup(),
        *judge.claims(),
        *judge.attendance(),
        *judge.people(),
        *judge.money(),
        *judge.meals(),
        *judge.known(),
        *check_money.judge(loaded.case, loaded.answers, connection),
    ]


class _Judge:
    def __init__(self, loaded: Loaded, connection: Connection[Any], vault: Vault) -> None:
        self._case = loaded.case
        self._answers = loaded.answers
        self._others = loaded.others
        self._connection = connection
        self._vault = vault
        self._cited = _cited(loaded)

    def setup(self) -> Differences:
        """Whatever is no row to be judged must simply have been accepted."""
        for step, answer in self._others:
            if not isinstance(answer, Accepted):
                yield Difference(step.row, "answer", "accepted", _refusal(answer))

    # -- meals ---------------------------------------------------------------------------------

    def claims(self) -> Differences:
        for claim in self._case.claims:
            row = Row("claims", claim.claim)
            actual = self._claim(self._answers[row])
            fields = ["status", "reason"]
            if claim.status is None or claim.status.startswith("ACCEPTED"):
                fields += ["policy", "rule", "age", "price", "community", "coop", "personal"]
            for field in fields:
                expected = getattr(claim, field)
                if expected is not None and expected != actual.get(field):
                    yield Difference(row, field, expected, actual.get(field))

    def _claim(self, answer: Answer) -> Values:
        if not isinstance(answer, Accepted):
            return {"status": "REFUSED", "reason": _refusal(answer)}
        event: MealClaimed = answer.events[0].event
        eaten = meals.of_person(self._connection, event.person, month_of(event.occurred_on))
        (claim,) = (each for each in eaten if each.claim == event.claim)
        shares = _by_payer(claim)
        return {
            **_standing(claim),
            "policy": self._cited.get((claim.canteen, claim.policy_version)),
            "rule": claim.rule or NO_RULE,
            "age": self._age(claim),
            "price": claim.price_fen,
            "community": shares.get("fund", 0),
            "coop": shares.get("cooperative", 0),
            "personal": claim.copayment_fen,
        }

    def _age(self, claim: meals.Claim) -> int | None:
        """How old the eater was, as the sheet says by which the meal was priced."""
        name = (claim.person, PaperKind.facts, claim.facts_version)
        opened = list(self._vault.load(self._connection, [name]).values())
        if not opened or not isinstance(opened[0].paper, FactSheet):
            return None
        return age_on(opened[0].paper.born_on, claim.served_on, AgeRule.on_the_birthday)

    def meals(self) -> Differences:
        if self._case.meal_totals is None:
            return
        eaten = {_month_key(claim, self._homes()): None for claim in self._case.claims}
        nothing = {"price": 0, "community": 0, "coop": 0, "personal": 0, "meals": 0}
        for key in self._case.meal_totals | eaten:
            expected = self._case.meal_totals.get(key, nothing)
            yield from self._totals(Row("meal_totals", key), key, expected, NOW)

    def known(self) -> Differences:
        for each in self._case.known:
            view = View(known=position_known(self._connection, each.known_at, SHANGHAI))
            for key, expected in each.meal_totals.items():
                yield from self._totals(Row("known", f"{each.known_at} {key}"), key, expected, view)

    def _totals(self, row: Row, key: str, expected: dict[str, int], view: View) -> Differences:
        home, month = key.rsplit("/", 1)
        found = meals.totals_of_canteen(self._connection, names.canteen(home), Month(month), view)
        actual = {
            "price": found.price_fen,
            "community": found.community_fen,
            "coop": found.coop_fen,
            "personal": found.personal_fen,
            "meals": found.meals,
        }
        for field, value in expected.items():
            if value != actual.get(field):
                yield Difference(row, field, value, actual.get(field))

    def _homes(self) -> dict[str, str]:
        return {each.id: each.community for each in self._case.residents}

    # -- service -------------------------------------------------------------------------------

    def attendance(self) -> Differences:
        places = attended(self._case)
        for record in self._case.attendance:
            row = Row("attendance", record.id)
            sheet = shifts.shift(self._connection, places[record.id])
            actual = self._served(record, sheet, self._answers[row])
            for field in ("minutes", "status", "reason"):
                expected = getattr(record, field)
                if expected is not None and expected != actual.get(field):
                    yield Difference(row, field, expected, actual.get(field))

    def _served(
        self, record: Attendance, sheet: shifts.ShiftSheet | None, answer: Answer
    ) -> Values:
        person = names.person(record.volunteer)
        people = sheet.people if sheet else ()
        found = next((each for each in people if each.person == person), None)
        refused = None if isinstance(answer, Accepted) else _refusal(answer)
        if sheet is None or found is None:
            return {"status": "REFUSED", "reason": refused}
        minutes = _minutes(sheet, found)
        if refused is not None:
            return {"minutes": minutes, "status": "REFUSED", "reason": refused}
        reason = ""
        if found.status is Status.held and found.hold is not None:
            reason = HELD[found.hold].format(month=self._month_recorded(person, sheet))
        return {"minutes": minutes, "status": (found.status or "").upper(), "reason": reason}

    def _month_recorded(self, person: PersonId, sheet: shifts.ShiftSheet) -> Month | None:
        for record in service.statement(self._connection, person).pending:
            if record.shift == sheet.line.shift:
                return month_of(local_day(record.recorded_at, SHANGHAI))
        return None

    def people(self) -> Differences:
        for name in dict.fromkeys((*self._case.hours_minutes, *self._case.stars)):
            found = service.statement(self._connection, names.person(name), limit=1)
            minutes, stars = self._case.hours_minutes.get(name), self._case.stars.get(name)
            if minutes is not None and minutes != found.totals.service_minutes:
                row = Row("hours_minutes", name)
                yield Difference(row, "minutes", minutes, found.totals.service_minutes)
            if stars is not None and stars != found.stars:
                yield Difference(Row("stars", name), "stars", stars, found.stars)

    # -- money ---------------------------------------------------------------------------------

    def money(self) -> Differences:
        found = {each.fund: each.held_fen for each in funds.funds(self._connection)}
        if self._case.balances:
            moved = dict.fromkeys((row.fund for row in self._case.fund), 0)
            for key, expected in (moved | self._case.balances).items():
                actual = found.get(names.fund(*key.split("/", 1)), 0)
                if actual != expected:
                    yield Difference(Row("balances", key), "fen", expected, actual)
        awarded = self._awarded()
        if self._case.award_total_fen not in (None, awarded):
            row = Row("award_total_fen", "")
            yield Difference(row, "fen", self._case.award_total_fen, awarded)

    def _awarded(self) -> int:
        homes = {each.community for each in self._case.awards}
        named = {(row.community, row.restriction) for row in self._case.fund}
        named |= {(home, AWARDS_APART) for home in homes}
        total = 0
        for place in named:
            after: int | None = None
            fund = names.fund(*place)
            while page := funds.fund_statement(self._connection, fund, after=after):
                total += sum(each.amount_fen for each in page if each.kind is MovementKind.award)
                after = page[-1].position
        return total


def _cited(loaded: Loaded) -> dict[tuple[SiteId, Count], str]:
    """How the case calls each version that the ledger numbers from 1."""
    cited: dict[tuple[SiteId, Count], str] = {}
    for policy in versions(loaded.case):
        site = names.canteen(policy.community)
        number = 1 + sum(1 for known, _ in cited if known == site)
        cited[site, Count(number)] = policy.cited
    return cited


def _month_key(claim: Claim, homes: dict[str, str]) -> str:
    return f"{claim.canteen or homes[claim.resident]}/{month_of(claim.date)}"


def _standing(claim: meals.Claim) -> Values:
    if claim.status is not ClaimStatus.reversed:
        return {"status": "ACCEPTED", "reason": ""}
    day = local_day(claim.changes[-1].recorded_at, SHANGHAI)
    return {"status": "ACCEPTED_THEN_REVERSED", "reason": f"DEATH_RECORDED_LATER({day})"}


def _by_payer(claim: meals.Claim) -> dict[str, int]:
    found: dict[str, int] = {}
    for share in claim.shares:
        kind = share.payer.partition("/")[0]
        found[kind] = found.get(kind, 0) + share.amount_fen
    return found


def _minutes(sheet: shifts.ShiftSheet, found: PersonInShift) -> int | None:
    """What was decided; of what nobody decided, the presence within the shift."""
    if found.service_minutes is not None:
        return found.service_minutes
    if found.check_in is None or found.check_out is None:
        return None
    begin = max(found.check_in, sheet.line.starts_at)
    return elapsed(begin, min(found.check_out, sheet.line.ends_at))


def _refusal(answer: Answer) -> str:
    if isinstance(answer, Declined):
        return REFUSED.get(answer.refused.code, answer.refused.code.name)
    return "FAULT"
