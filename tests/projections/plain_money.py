"""Money read off the log in the slowest way: settlements, recoveries, funds and disbursements.

Everything looks at the events that a view sees and at nothing else; `history_views.seen` gives
them. What an account is, the rule book says; the rest is said here once more.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ledger.domain import postings
from ledger.domain.canteen_records import PlatesAttested, TakingsCounted, TakingsReversed
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
    MoneyMovedBack,
    MoneyMovedIn,
    MoneyReceived,
    MovedBetweenFunds,
    MoveReversed,
    OpeningBalanceRecorded,
    PaymentImported,
    ReceiptReversed,
)
from ledger.domain.payees import PayeeRegistered
from ledger.domain.recovery_records import (
    RecoveryLifted,
    RecoveryRaised,
    RecoveryReceiptReversed,
    RecoveryReceived,
    RecoveryReopened,
    RecoverySettled,
    WriteOffReversed,
)
from ledger.domain.settlement_records import (
    SettlementApproved,
    SettlementChecked,
    SettlementDisbursed,
    SettlementDisbursementReversed,
    SettlementPaid,
    SettlementPaymentReversed,
    SettlementReturned,
    SettlementSubmitted,
)
from ledger.domain.values import month_of
from ledger.projections.view import Basis
from ledger.store.codec import Recorded

# -- settlements -------------------------------------------------------------------------------

STAGE = {
    SettlementSubmitted: "submitted",
    SettlementChecked: "checked",
    SettlementReturned: "returned",
    SettlementApproved: "approved",
}


@dataclass
class Settled:
    """A canteen's month: the last submission, every step, and what each payer has paid."""

    last: SettlementSubmitted | None = None
    steps: list[tuple[int, str, date]] = field(default_factory=list)
    paid: Counter[str] = field(default_factory=Counter)

    @property
    def line(self) -> tuple[Any, ...]:
        """Stage, submission, meals, payable, paid, left, and since when it waits."""
        assert self.last
        _, stage, day = self.steps[-1]
        payable, paid = sum(due.payable_fen for due in self.last.payers), self.paid.total()
        since = None if stage == "approved" and paid >= payable else day
        name = (stage, self.last.submission, self.last.meals)
        return (*name, payable, paid, payable - paid, since)

    @property
    def dues(self) -> dict[str, tuple[int, int, int]]:
        """Of each payer what is due, paid and left."""
        assert self.last
        return {
            due.payer: (
                due.due_fen,
                self.paid[due.payer],
                max(due.due_fen, 0) - self.paid[due.payer],
            )
            for due in self.last.payers
        }


def settlements(seen: Iterable[Recorded]) -> dict[tuple[str, str], Settled]:
    found: defaultdict[tuple[str, str], Settled] = defaultdict(Settled)
    for at in seen:
        event = at.event
        if type(event) in STAGE:
            month = found[event.canteen, event.month]
            month.steps.append((at.position, STAGE[type(event)], event.occurred_on))
            if isinstance(event, SettlementSubmitted):
                month.last = event
        elif isinstance(event, SettlementPaid):
            found[event.canteen, event.month].paid[event.payer] += event.amount_fen
        elif isinstance(event, SettlementPaymentReversed):
            found[event.canteen, event.month].paid[event.payer] -= event.amount_fen
    return found


def recoveries(seen: Iterable[Recorded]) -> list[tuple[Any, ...]]:
    """Where each was raised, its amount, what was lifted and is left, its end and when it came.

    And what of it was given up and is no more, and since when.
    """
    found: dict[tuple[str, str, int], list[Any]] = {}
    for at in seen:
        event = at.event
        if isinstance(event, RecoveryRaised):
            name = event.canteen, event.month, event.recovery
            found[name] = [at.position, event.amount_fen, 0, event.amount_fen, None, None, 0, None]
        elif isinstance(event, RecoveryLifted):
            it = found[event.canteen, event.month, event.recovery]
            it[2] += event.amount_fen
            it[3] -= event.amount_fen
        elif isinstance(event, RecoverySettled):
            it = found[event.canteen, event.month, event.recovery]
            it[3:6] = 0, event.end, event.occurred_on
        elif isinstance(event, RecoveryReopened):
            it = found[event.canteen, event.month, event.recovery]
            it[3:6] = it[1] - it[2], None, None
        elif isinstance(event, WriteOffReversed):
            it = found[event.canteen, event.adjusts, event.recovery]
            it[6:] = it[6] + event.amount_fen, event.occurred_on
    return [tuple(each) for each in found.values()]


COUNTED = {PlatesAttested: 1, TakingsCounted: 1, TakingsReversed: -1}


def canteen_days(known: Iterable[Recorded], canteen: str, month: str) -> dict[date, list[Any]]:
    """Of each day the plates that count, how often they were attested, the cash, how often."""
    found: defaultdict[date, list[Any]] = defaultdict(lambda: [None, 0, 0, 0])
    for at in known:
        event = at.event
        if type(event) not in COUNTED or event.canteen != canteen:
            continue
        if month_of(event.occurred_on) == month:
            day, sign = found[event.occurred_on], COUNTED[type(event)]
            if isinstance(event, PlatesAttested):
                day[0], day[1] = event.plates, day[1] + sign
            else:
                day[2], day[3] = day[2] + sign * event.amount_fen, day[3] + sign
    return found


# -- funds -------------------------------------------------------------------------------------


def sides(seen: Iterable[Recorded], fund: str) -> tuple[int, int, int]:
    """Held, reserved and accrued; what is approved and not paid is reserved and not accrued."""
    totals: Counter[str] = Counter()
    for at in seen:
        for account, _, amount in postings.of(at.event):
            totals["held"] += amount * (account == f"fund/{fund}")
            totals["reserved"] += amount * (account == f"reserved/{fund}")
            totals["accrued"] -= amount * account.startswith(f"owes/fund/{fund}/")
        match at.event:
            case SettlementApproved():
                mine = [due for due in at.event.payers if due.payer == f"fund/{fund}"]
                totals["accrued"] -= sum(due.payable_fen for due in mine)
            case SettlementPaid() if at.event.payer == f"fund/{fund}":
                totals["accrued"] += at.event.amount_fen
            case SettlementPaymentReversed() if at.event.payer == f"fund/{fund}":
                totals["accrued"] -= at.event.amount_fen
            case _:
                pass
    return totals["held"], totals["reserved"], totals["accrued"]


def available_fen(held_fen: int, reserved_fen: int, accrued_fen: int) -> int:
    """What may be spent; money that is to come back for meals is not there yet."""
    free_fen = held_fen - reserved_fen
    return free_fen - accrued_fen if accrued_fen > 0 else free_fen


KIND = {
    OpeningBalanceRecorded: ("opening", "received", 1),
    PaymentImported: ("payment", "paid", -1),
    DisbursementPaid: ("disbursement", "paid", -1),
    ImportedPaymentReversed: ("payment_reversed", "paid", 1),
    DisbursementReversed: ("payment_reversed", "paid", 1),
    SettlementDisbursed: ("settlement", "paid", -1),
    SettlementDisbursementReversed: ("payment_reversed", "paid", 1),
    RecoveryReceived: ("recovery", "paid", 1),
    RecoveryReceiptReversed: ("recovery_reversed", "paid", -1),
    ReceiptReversed: ("receipt_reversed", "received", -1),
}
"""What a movement of each event is called, what it is counted as in its month, and its sign."""


def moves(event: Any, fund: str) -> Iterator[tuple[str, str, int]]:
    if isinstance(event, MovedBetweenFunds):
        if event.from_fund == fund:
            yield "moved_out", "moved_out", -event.amount_fen
        if event.to_fund == fund:
            yield "moved_in", "moved_in", event.amount_fen
    elif isinstance(event, MoveReversed):
        if event.from_fund == fund:
            yield "move_reversed", "moved_out", event.amount_fen
        if event.to_fund == fund:
            yield "move_reversed", "moved_in", -event.amount_fen
    elif isinstance(event, MoneyReceived) and event.fund == fund:
        yield event.kind.value, "received", event.amount_fen
    elif type(event) in KIND and event.fund == fund:
        kind, column, sign = KIND[type(event)]
        yield kind, column, sign * event.amount_fen


def movements(seen: Iterable[Recorded], fund: str) -> list[tuple[int, str, int, int]]:
    """Where, what, how much, and what was there afterwards; the newest first."""
    balance, found = 0, []
    for at in seen:
        for kind, _, amount_fen in moves(at.event, fund):
            balance += amount_fen
            found.append((at.position, kind, amount_fen, balance))
    return found[::-1]


def months(seen: Iterable[Recorded], fund: str, basis: Basis) -> list[tuple[Any, ...]]:
    """Month by month what was received, moved in, moved out and paid, and what was there then.

    A month in which nothing of this is left is left out. What was there is told by what posts, the
    rest by its twin in the fund's stream: of a command that was not read to its end, one alone.
    """
    columns: defaultdict[str, Counter[str]] = defaultdict(Counter)
    held: Counter[str] = Counter()
    for at in seen:
        booked = basis is Basis.booked
        for _, column, amount_fen in moves(at.event, fund):
            month = at.event.booked_in if booked else month_of(at.event.occurred_on)
            columns[month][column] += amount_fen
        for account, _, amount_fen in postings.of(at.event):
            if account == f"fund/{fund}":
                month = at.event.booked_in if booked else month_of(at.event.occurred_on)
                held[month] += amount_fen
    return [
        (month, sums["received"], sums["moved_in"], -sums["moved_out"], -sums["paid"],
         sum(held[each] for each in held if each <= month))
        for month, sums in sorted(columns.items()) if any(sums.values())
    ]  # fmt: skip


GIVEN_BACK = (ImportedPaymentReversed, DisbursementReversed, SettlementDisbursementReversed)


def lots_left(known: Sequence[Recorded], fund: str) -> dict[int, int]:
    """What is left of each lot of the fund that is not spent; a move is told by its twin."""
    left: Counter[int] = Counter()
    for at in known:
        event = at.event
        if isinstance(event, MoneyMovedIn | MoneyMovedBack):
            sign = 1 if isinstance(event, MoneyMovedIn) else -1
            for part in event.lots:
                left[part.from_lot] -= sign * part.amount_fen * (event.from_fund == fund)
                left[part.lot] += sign * part.amount_fen * (event.to_fund == fund)
        elif getattr(event, "fund", None) != fund:
            continue
        elif isinstance(event, OpeningBalanceRecorded | MoneyReceived | RecoveryReceived):
            left[event.receipt] += event.amount_fen
        elif isinstance(event, ReceiptReversed | RecoveryReceiptReversed):
            left[event.receipt] -= event.amount_fen
        elif isinstance(event, GIVEN_BACK):
            left.update({use.lot: use.amount_fen for use in event.lots})
        elif isinstance(event, PaymentImported | DisbursementPaid | SettlementDisbursed):
            left.subtract({use.lot: use.amount_fen for use in event.lots})
    return {lot: fen for lot, fen in left.items() if fen}


# -- disbursements -----------------------------------------------------------------------------

STEP = {
    DisbursementRequested: "requested",
    DisbursementApproved: "approved",
    DisbursementRefused: "refused",
    DisbursementWithdrawn: "withdrawn",
    DisbursementPaid: "paid",
    DisbursementReversed: "reversed",
}


def disbursements(known: Iterable[Recorded]) -> dict[tuple[str, int], list[Recorded]]:
    """The steps of each."""
    found: defaultdict[tuple[str, int], list[Recorded]] = defaultdict(list)
    for at in known:
        if type(at.event) in STEP:
            found[at.event.fund, at.event.disbursement].append(at)
    return found


def stage(steps: Sequence[Recorded]) -> str:
    """An approval that is not the last one leaves it a request."""
    last = steps[-1].event
    if isinstance(last, DisbursementApproved) and last.approval < last.approvals_needed:
        return "requested"
    return STEP[type(last)]


def paid_fen(steps: Iterable[Recorded]) -> int:
    sign = {DisbursementPaid: 1, DisbursementReversed: -1}
    return sum(sign.get(type(at.event), 0) * at.event.amount_fen for at in steps)


def payees(known: Sequence[Recorded]) -> dict[str, tuple[int, int]]:
    """How many payments of this ledger each has kept, and what they come to."""
    found: dict[str, tuple[int, int]] = {
        at.event.payee: (0, 0) for at in known if isinstance(at.event, PayeeRegistered)
    }
    for steps in disbursements(known).values():
        payee, fen = steps[0].event.payee, paid_fen(steps)
        count, before = found[payee]
        found[payee] = count + (stage(steps) == "paid"), before + fen
    return found
