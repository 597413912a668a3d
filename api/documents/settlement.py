"""The settlement form (结算单): a canteen's month, payer by payer, to be signed and paid by.

Its figures are those of the last submission, and of what was paid of it. Who prepared, checked,
approved and paid it signs by hand: the paper says which entries of the log they answer for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from api.documents.capitals import capitals
from api.documents.press import pressed
from api.documents.wording import Both, Place, day, month, payer, yuan
from ledger.domain.settlement_records import DayOverPlates
from ledger.domain.values import Count, Fen, PayerPath, ResolutionId, Title
from ledger.projections.canteen_months import Kept
from ledger.projections.settlement_records import SettlementStage
from ledger.projections.settlements import Due, Settlement, SettlementLine

STAGES: Final[Mapping[SettlementStage, Both]] = MappingProxyType(
    {
        SettlementStage.submitted: {"zh": "已提交", "en": "submitted"},
        SettlementStage.checked: {"zh": "已审核", "en": "checked"},
        SettlementStage.returned: {"zh": "已退回", "en": "returned"},
        SettlementStage.approved: {"zh": "已批准", "en": "approved"},
    }
)
PAID: Final[Both] = {"zh": "已付款", "en": "paid"}
NOTHING_TO_PAY: Final[Both] = {"zh": "已批准，无须付款", "en": "approved, nothing to pay"}


class VersionOnPaper(NamedTuple):
    """A version of the policy, valid until before its last day, and what it rests on."""

    version: Count
    valid_from: date
    valid_until: date | None
    price_fen: Fen
    resolutions: tuple[ResolutionId, ...]


@dataclass(frozen=True, slots=True)
class SettlementOnPaper:
    """A settlement and the names of those in it; a payer without a name is called by its path.

    `versions` are those of the policy that priced its meals, `vouchers` the numbers of what funds
    paid, by the position of the payment. `kept` is in the price of all meals, though the meals it
    is of are not among them.
    """

    settlement: Settlement
    kept: Kept
    canteen: Title
    community: Title
    payers: Mapping[PayerPath, Title]
    versions: tuple[VersionOnPaper, ...]
    vouchers: Mapping[int, Count]
    at: datetime
    place: Place


def settlement_pdf(of: SettlementOnPaper) -> bytes:
    """The paper."""
    it, line = of.settlement, of.settlement.line
    facts: dict[str, Any] = {
        "canteen": {"name": of.canteen, "id": line.canteen},
        "community": of.community,
        "month": month(line.month),
        "submission": line.submission,
        "stage": _stage(line),
        "warnings": [_RETURNED] if line.stage is SettlementStage.returned else [],
        "meals": line.meals,
        "entries": it.submission.entries,
        "kept": _kept(of),
        "price": yuan(it.submission.price_fen),
        "copayment": yuan(it.submission.copayment_fen),
        "dues": [_due(each, of) for each in it.dues],
        "sums": _sums(it),
        "goes_on": any(map(_onward, it.dues)),
        "capitals": capitals(line.payable_fen),
        "versions": [_version(each) for each in of.versions],
        "over": [_over(each) for each in it.days_over_plates],
        "without": it.submission.days_without_plates,
        "steps": [
            {"stage": STAGES[each.stage], "day": each.occurred_on.isoformat(), "at": each.position}
            for each in it.steps
            if each.submission == line.submission
        ],
        "payments": list(_payments(of)),
        "unpaid": _UNPAID if line.payable_fen else _OWES_NOTHING,
        "digest": it.submission.digest,
        "place": of.place.told,
    }
    return pressed("settlement", facts, of.at, of.place.address)


def _stage(line: SettlementLine) -> Both:
    """How far it has come; one that came to nothing is paid by nobody."""
    if line.stage is not SettlementStage.approved or line.left_fen:
        return STAGES[line.stage]
    return PAID if line.payable_fen else NOTHING_TO_PAY


def _kept(of: SettlementOnPaper) -> dict[str, Any] | None:
    """What the meals come to, and what is kept beside it for meals without their subsidy."""
    if not of.kept.meals:
        return None
    price_fen, kept_fen = of.settlement.submission.price_fen, of.kept.amount_fen
    return {"meals": of.kept.meals, "price": yuan(price_fen - kept_fen), "amount": yuan(kept_fen)}


_RETURNED: Final[Both] = {
    "zh": "本结算单已退回，不得据此付款。",
    "en": "This settlement was returned: nothing is to be paid by it.",
}

_UNPAID: Final[Both] = {"zh": "尚未付款。", "en": "Nothing is paid yet."}
_OWES_NOTHING: Final[Both] = {"zh": "没有应付的款项。", "en": "There is nothing to pay."}


def _over(each: DayOverPlates) -> dict[str, Any]:
    return {"day": day(each.day), "meals": each.meals, "plates": each.plates}


def _before(due: Due) -> int:
    """What earlier months leave: carried over, less what was repaid or given up."""
    return due.due_fen - due.shares_fen


def _onward(due: Due) -> int:
    """What the next settlement is smaller by, below zero: no canteen pays by its own."""
    return min(due.due_fen, 0)


def _sums(it: Settlement) -> dict[str, str]:
    return {
        "shares": yuan(sum(each.shares_fen for each in it.dues)),
        "before": yuan(sum(_before(each) for each in it.dues)),
        "payable": yuan(it.line.payable_fen),
        "onward": yuan(sum(map(_onward, it.dues))),
        "paid": yuan(it.line.paid_fen),
        "left": yuan(it.line.left_fen),
    }


def _due(due: Due, of: SettlementOnPaper) -> dict[str, Any]:
    return {
        "payer": payer(due.payer, of.payers),
        "shares": yuan(due.shares_fen),
        "before": yuan(_before(due)),
        "payable": yuan(due.payable_fen),
        "onward": yuan(_onward(due)),
        "paid": yuan(due.paid_fen),
        "left": yuan(due.left_fen),
    }


def _version(each: VersionOnPaper) -> dict[str, Any]:
    return {
        "version": each.version,
        "days": _days(each.valid_from, each.valid_until),
        "price": yuan(each.price_fen),
        "resolutions": each.resolutions,
    }


def _days(first: date, end: date | None) -> Both:
    """`end` is the first day on which it is not valid any more."""
    if end is None:
        return {"zh": f"{first} 起", "en": f"from {first}"}
    return {"zh": f"{first} 起，{end} 前", "en": f"from {first}, before {end}"}


def _payments(of: SettlementOnPaper) -> Iterator[dict[str, Any]]:
    for each in of.settlement.payments:
        yield {
            "payer": payer(each.payer, of.payers),
            "amount": yuan(each.amount_fen),
            "day": each.occurred_on.isoformat(),
            "at": each.position,
            "payment": each.payment,
            "voucher": of.vouchers.get(each.position),
            "reversed": each.reason is not None,
        }
