"""The rule book: which event moves what, from which account to which.

Every event that moves minutes or fen becomes postings that sum to zero in each unit. An account is
a path; a positive balance is held or is owed to the account, a negative one is owed by it:

    person/{p}/served        minutes of service a person was credited
    person/{p}/credit        time credit she may spend, where her community's time bank is on
    community/{c}/served     the community's side of the first, below zero
    community/{c}/credit     and of the second; what is redeemed or donated goes back to it
    due/{k}/{payer}          what a canteen is owed by a payer        owes/{payer}/{k} is the mirror
    takings/{k}              what a canteen took from its eaters      diner/{p} is the mirror
    fund/{f}                 money in a fund
    reserved/{f}             promised to payees                       fund/{f}/reservation likewise
    outside/…                the world: donors, payees, cash that was counted, other books

Postings come in pairs: what one account gains, the next one in the list gives. So of every amount
it can be told where it came from, also of an event that moves several.

An event that is neither in the table below nor in `silent` cannot be written: the rule book is
complete or it stops.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, Final, NamedTuple

from ledger.domain.canteen_records import TakingsCounted, TakingsReversed
from ledger.domain.disbursement_records import (
    DisbursementApproved,
    DisbursementPaid,
    DisbursementRefused,
    DisbursementRequested,
    DisbursementReversed,
    DisbursementWithdrawn,
)
from ledger.domain.fund_records import (
    ImportedPaymentReversed,
    MoneyReceived,
    MovedBetweenFunds,
    MoveReversed,
    OpeningBalanceRecorded,
    PaymentImported,
    ReceiptReversed,
)
from ledger.domain.meal_records import MealClaimed, MealReinstated, MealReversed, ReversalKind
from ledger.domain.recovery_records import (
    RecoveryEnd,
    RecoveryReopened,
    RecoverySettled,
    WriteOffReversed,
)
from ledger.domain.service_records import (
    OpeningMinutesImported,
    OpeningMinutesReversed,
    ServiceCredited,
    ServiceReinstated,
    ServiceReversed,
)
from ledger.domain.settlement_records import (
    SettlementApproved,
    SettlementDisbursed,
    SettlementDisbursementReversed,
    SettlementPaid,
    SettlementPaymentReversed,
)
from ledger.domain.silent import POSTS_NOTHING
from ledger.domain.timebank_records import (
    CreditDonated,
    CreditRedeemed,
    CreditReversed,
    CreditTransferred,
)
from ledger.domain.values import fund_of


class Unit(StrEnum):
    """What is counted; amounts of two units are never added."""

    fen = "fen"
    minute = "minute"


FEN: Final = Unit.fen
MINUTE: Final = Unit.minute


class Posting(NamedTuple):
    """An amount on one side of an account."""

    account: str
    unit: Unit
    amount: int


Postings = tuple[Posting, ...]


class Unbalanced(ArithmeticError):
    """Postings of one event do not sum to zero: the rule book is wrong, nothing is written."""


def of(event: object) -> Postings:
    """The postings of an event, none if it moves nothing. KeyError if the book does not name it."""
    kind = type(event)
    return () if kind in POSTS_NOTHING else POSTS[kind](event)


def pairs(moved: Postings) -> Iterator[tuple[Posting, Posting]]:
    """Both sides of each movement. ValueError if one has no other side."""
    return zip(moved[::2], moved[1::2], strict=True)


def off_by(event: object) -> tuple[int, int]:
    """What the event's postings come to, in fen and in minutes: nothing, if the book is right."""
    fen = minutes = 0
    for _, unit, amount in of(event):
        if unit is FEN:
            fen += amount
        else:
            minutes += amount
    return fen, minutes


def must_balance(event: object) -> None:
    """Raise Unbalanced if the event's postings do not sum to zero in each unit."""
    fen, minutes = off_by(event)
    if fen or minutes:
        message = f"{type(event).__name__} is off by {fen} fen and {minutes} minutes"
        raise Unbalanced(message)


def _move(unit: Unit, amount: int, *, to: str, out_of: str) -> Postings:
    return (Posting(to, unit, amount), Posting(out_of, unit, -amount)) if amount else ()


# -- service -----------------------------------------------------------------------------------


def _credited(event: ServiceCredited | ServiceReinstated) -> Postings:
    return _served(event.person, event.community, event.service_minutes, time_bank=event.time_bank)


def _reversed(event: ServiceReversed) -> Postings:
    return _served(event.person, event.community, -event.service_minutes, time_bank=event.time_bank)


def _imported(event: OpeningMinutesImported) -> Postings:
    return _served(event.person, event.community, event.service_minutes, time_bank=False)


def _import_reversed(event: OpeningMinutesReversed) -> Postings:
    return _served(event.person, event.community, -event.service_minutes, time_bank=False)


def _served(person: str, community: str, minutes: int, *, time_bank: bool) -> Postings:
    served = _move(
        MINUTE, minutes, to=f"person/{person}/served", out_of=f"community/{community}/served"
    )
    if not time_bank:
        return served
    return served + _move(
        MINUTE, minutes, to=f"person/{person}/credit", out_of=f"community/{community}/credit"
    )


def _transferred(event: CreditTransferred) -> Postings:
    to = f"person/{event.to_person}/credit"
    return _move(MINUTE, event.credit_minutes, to=to, out_of=f"person/{event.person}/credit")


def _given_back(event: CreditRedeemed | CreditDonated) -> Postings:
    to = f"community/{event.community}/credit"
    return _move(MINUTE, event.credit_minutes, to=to, out_of=f"person/{event.person}/credit")


def _credit_reversed(event: CreditReversed) -> Postings:
    had = f"community/{event.community}"
    if event.to_person is not None:
        had = f"person/{event.to_person}"
    to = f"person/{event.person}/credit"
    return _move(MINUTE, event.credit_minutes, to=to, out_of=f"{had}/credit")


# -- meals -------------------------------------------------------------------------------------


def _claimed(event: MealClaimed) -> Postings:
    return (*_shares(event, 1), *_copayment(event, 1))


def _meal_reversed(event: MealReversed) -> Postings:
    return _taken_back(event, -1)


def _meal_reinstated(event: MealReinstated) -> Postings:
    return _taken_back(event, 1)


def _taken_back(event: MealReversed | MealReinstated, sign: int) -> Postings:
    """A void hands the copayment back as well; a withdrawn subsidy leaves it with the canteen."""
    if event.kind is ReversalKind.void:
        return (*_shares(event, sign), *_copayment(event, sign))
    return tuple(_shares(event, sign))


def _shares(event: MealClaimed | MealReversed | MealReinstated, sign: int) -> list[Posting]:
    canteen = event.canteen
    moved: list[Posting] = []
    for share in event.shares:
        amount = sign * share.amount_fen
        moved += (
            Posting(f"due/{canteen}/{share.payer}", FEN, amount),
            Posting(f"owes/{share.payer}/{canteen}", FEN, -amount),
        )
    return moved


def _copayment(event: MealClaimed | MealReversed | MealReinstated, sign: int) -> Postings:
    return _move(
        FEN,
        sign * event.copayment_fen,
        to=f"takings/{event.canteen}",
        out_of=f"diner/{event.person}",
    )


# -- funds -------------------------------------------------------------------------------------


def _received(event: MoneyReceived) -> Postings:
    source = f"outside/{event.kind}/{event.source}"
    return _move(FEN, event.amount_fen, to=f"fund/{event.fund}", out_of=source)


def _opened_with(event: OpeningBalanceRecorded) -> Postings:
    source = f"outside/opening/{event.source}"
    return _move(FEN, event.amount_fen, to=f"fund/{event.fund}", out_of=source)


def _moved(event: MovedBetweenFunds) -> Postings:
    return _move(
        FEN, event.amount_fen, to=f"fund/{event.to_fund}", out_of=f"fund/{event.from_fund}"
    )


def _move_reversed(event: MoveReversed) -> Postings:
    return _move(
        FEN, event.amount_fen, to=f"fund/{event.from_fund}", out_of=f"fund/{event.to_fund}"
    )


def _paid(event: PaymentImported) -> Postings:
    return _to_payee(event.fund, event.payee, event.amount_fen)


def _payment_reversed(event: ImportedPaymentReversed | DisbursementReversed) -> Postings:
    return _to_payee(event.fund, event.payee, -event.amount_fen)


def _receipt_reversed(event: ReceiptReversed) -> Postings:
    source = f"outside/{event.kind or 'opening'}/{event.source}"
    return _move(FEN, event.amount_fen, to=source, out_of=f"fund/{event.fund}")


# -- disbursements -----------------------------------------------------------------------------


def _reserved(fund: str, amount_fen: int) -> Postings:
    return _move(FEN, amount_fen, to=f"reserved/{fund}", out_of=f"fund/{fund}/reservation")


def _requested(event: DisbursementRequested) -> Postings:
    return _reserved(event.fund, event.amount_fen)


def _approved(event: DisbursementApproved) -> Postings:
    return _reserved(event.fund, -event.released_fen)


def _dropped(event: DisbursementRefused | DisbursementWithdrawn) -> Postings:
    return _reserved(event.fund, -event.amount_fen)


def _disbursed(event: DisbursementPaid) -> Postings:
    return _to_payee(event.fund, event.payee, event.amount_fen) + _reserved(
        event.fund, -event.released_fen
    )


def _to_payee(fund: str, payee: str, amount_fen: int) -> Postings:
    return _move(FEN, amount_fen, to=f"outside/payee/{payee}", out_of=f"fund/{fund}")


# -- settlements and recoveries ----------------------------------------------------------------


def _settlement_approved(event: SettlementApproved) -> Postings:
    reserved: list[Posting] = []
    for due in event.payers:
        fund = fund_of(due.payer)
        if fund is not None:
            reserved += _reserved(fund, due.payable_fen)
    return tuple(reserved)


def _settlement_paid(event: SettlementPaid) -> Postings:
    return _owed(event.canteen, event.payer, -event.amount_fen)


def _owed(canteen: str, payer: str, amount_fen: int) -> Postings:
    return _move(FEN, amount_fen, to=f"due/{canteen}/{payer}", out_of=f"owes/{payer}/{canteen}")


def _settlement_disbursed(event: SettlementDisbursed) -> Postings:
    return _to_payee(event.fund, event.payee, event.amount_fen) + _reserved(
        event.fund, -event.amount_fen
    )


def _settlement_payment_reversed(event: SettlementPaymentReversed) -> Postings:
    return _owed(event.canteen, event.payer, event.amount_fen)


def _settlement_disbursement_reversed(event: SettlementDisbursementReversed) -> Postings:
    return _to_payee(event.fund, event.payee, -event.amount_fen) + _reserved(
        event.fund, event.amount_fen
    )


def _recovery_settled(event: RecoverySettled) -> Postings:
    """What was repaid or given up makes no settlement smaller; what it takes off was posted."""
    if event.end in (RecoveryEnd.offset, RecoveryEnd.carried):
        return ()
    return _borne_or_back(event, event.amount_fen)


def _recovery_reopened(event: RecoveryReopened) -> Postings:
    return _borne_or_back(event, -event.amount_fen)


def _borne_or_back(event: RecoverySettled | RecoveryReopened, amount_fen: int) -> Postings:
    owed = _owed(event.canteen, event.payer, amount_fen)
    fund = fund_of(event.payer)
    if fund is None or event.end is RecoveryEnd.written_off:
        return owed
    return owed + _to_payee(fund, event.payee, -amount_fen)


def _write_off_reversed(event: WriteOffReversed) -> Postings:
    return _owed(event.canteen, event.payer, -event.amount_fen)


def _takings_counted(event: TakingsCounted) -> Postings:
    return _out_of_the_box(event.canteen, event.amount_fen)


def _takings_reversed(event: TakingsReversed) -> Postings:
    return _out_of_the_box(event.canteen, -event.amount_fen)


def _out_of_the_box(canteen: str, amount_fen: int) -> Postings:
    return _move(FEN, amount_fen, to=f"outside/cash/{canteen}", out_of=f"takings/{canteen}")


# -- the book ----------------------------------------------------------------------------------


POSTS: Final[dict[type, Callable[[Any], Postings]]] = {
    ServiceCredited: _credited,
    ServiceReversed: _reversed,
    ServiceReinstated: _credited,
    OpeningMinutesImported: _imported,
    OpeningMinutesReversed: _import_reversed,
    CreditTransferred: _transferred,
    CreditRedeemed: _given_back,
    CreditDonated: _given_back,
    CreditReversed: _credit_reversed,
    MealClaimed: _claimed,
    MealReversed: _meal_reversed,
    MealReinstated: _meal_reinstated,
    OpeningBalanceRecorded: _opened_with,
    MoneyReceived: _received,
    MovedBetweenFunds: _moved,
    MoveReversed: _move_reversed,
    PaymentImported: _paid,
    ImportedPaymentReversed: _payment_reversed,
    ReceiptReversed: _receipt_reversed,
    DisbursementRequested: _requested,
    DisbursementApproved: _approved,
    DisbursementRefused: _dropped,
    DisbursementWithdrawn: _dropped,
    DisbursementPaid: _disbursed,
    DisbursementReversed: _payment_reversed,
    SettlementApproved: _settlement_approved,
    SettlementPaid: _settlement_paid,
    SettlementDisbursed: _settlement_disbursed,
    SettlementPaymentReversed: _settlement_payment_reversed,
    SettlementDisbursementReversed: _settlement_disbursement_reversed,
    RecoverySettled: _recovery_settled,
    RecoveryReopened: _recovery_reopened,
    WriteOffReversed: _write_off_reversed,
    TakingsCounted: _takings_counted,
    TakingsReversed: _takings_reversed,
}
"""Every event that moves something."""
