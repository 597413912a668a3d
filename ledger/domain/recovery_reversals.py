"""Taking back how a recovery ended: it is open again, as before.

A repayment does not stand if no money came, or if it came for another recovery; a write-off, if the
wrong thing was given up. It is taken back before the settlement that would be smaller by it is
presented. A fund must still have the money that it had received. What was given up for meals that
stand again was taken back with them; what was repaid for them is not to come back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ledger.domain import canteens, fund_rules, funds, lots, meals, settlement_rules
from ledger.domain.decisions import (
    Context,
    Happening,
    Known,
    Outcome,
    Refused,
    Stream,
    first_refusal,
)
from ledger.domain.recovery_records import (
    ClaimName,
    Recovery,
    RecoveryEnd,
    RecoveryLifted,
    RecoveryReceiptReversed,
    RecoveryReopened,
    RecoveryReversalReason,
    RecoverySettled,
)
from ledger.domain.refusals import Code
from ledger.domain.settlement_rules import Seen
from ledger.domain.settlement_state import Stage
from ledger.domain.values import Count, Fen, FundId, Month, SiteId, fund_of, next_month


@dataclass(frozen=True, slots=True)
class ReverseRecovery:
    """Take back that it was repaid or given up."""

    canteen: SiteId
    month: Month
    recovery: Count
    reason: RecoveryReversalReason


def needs(command: ReverseRecovery, known: Known) -> Iterator[Stream[Any]]:
    """The canteen's months from that of the recovery on, beside what every command needs."""
    yield from canteens.needs_until_open(command.canteen, command.month, known)


def reversal(
    command: ReverseRecovery, recovery: Recovery, seen: Seen, known: Known, context: Context
) -> Outcome:
    """Another person than who ended it takes the end back, once."""
    ended = recovery.ended
    if ended is None:
        return Refused(Code.recovery_must_have_ended_first, recovery=command.recovery)
    fund = fund_of(ended.payer) if ended.end is RecoveryEnd.repaid else None
    refused = first_refusal(
        unless_presented(seen),
        *settlement_rules.unless_impartial(seen, min(seen.at, recovery.adjusts), known, context),
        _unless_by_another(ended, seen, context),
        _unless_given_up_no_more(command, seen, known),
        *(() if fund is None else _unless_there(fund, ended, known)),
    )
    if refused is not None:
        return refused
    parts = () if fund is None else known[funds.stream(fund)].lot_of(ended)
    day = max((ended.occurred_on, *(part.came_on for part in parts)))
    booked = max((ended.booked_in, *(part.booked_in for part in parts)))
    event = RecoveryReopened(
        *seen.name,
        command.recovery,
        ended.end,
        ended.payer,
        ended.payee,
        ended.amount_fen,
        command.reason,
        context.actor,
        day,
        seen.community.books_mirror_of(booked),
    )
    out = () if fund is None else (_out_of_the_fund(fund, event, known),)
    return ((seen.stream, event), *out, *_lifted(command, recovery, seen, known))


def unless_presented(seen: Seen) -> Refused | None:
    """What a submission has taken off is offset; only a returned one can still be changed."""
    if seen.settlement.stage in (Stage.none, Stage.returned):
        return None
    return Refused(Code.recovery_must_precede_the_settlement, month=seen.at)


def _unless_by_another(ended: RecoverySettled, seen: Seen, context: Context) -> Refused | None:
    if context.actor != ended.settled_by:
        return None
    return Refused(Code.settlement_steps_must_be_by_different_persons, month=seen.at)


def _unless_given_up_no_more(command: ReverseRecovery, seen: Seen, known: Known) -> Refused | None:
    """Meals that stand again have taken the write-off back already."""
    month = seen.at
    while True:
        state = known[canteens.stream(seen.canteen, month)]
        if any((each.adjusts, each.recovery) == (seen.at, command.recovery) for each in state.had):
            return Refused(Code.write_off_must_not_be_reversed_twice, recovery=command.recovery)
        if not state.closed:
            return None
        month = next_month(month)


# -- the fund that has the money no more -------------------------------------------------------


def _unless_there(name: FundId, ended: RecoverySettled, known: Known) -> Iterator[Refused | None]:
    """Not a fen of it was spent, moved or promised."""
    fund = known[funds.stream(name)]
    if lots.total(fund.lot_of(ended)) != ended.amount_fen:
        receipt = fund.recovered[ended.canteen, ended.month, ended.recovery]
        yield Refused(Code.receipt_must_be_unspent, fund=name, receipt=receipt)
    yield fund_rules.fund_covers(name, fund, ended.amount_fen)


def _out_of_the_fund(name: FundId, event: RecoveryReopened, known: Known) -> Happening:
    here = funds.stream(name)
    gone = RecoveryReceiptReversed(
        name,
        event.canteen,
        event.month,
        event.recovery,
        event.payee,
        event.amount_fen,
        known[here].recovered[event.canteen, event.month, event.recovery],
        event.reason,
        event.reversed_by,
        event.occurred_on,
        event.booked_in,
    )
    return here, gone


# -- what is not to come back ------------------------------------------------------------------


def _lifted(
    command: ReverseRecovery, recovery: Recovery, seen: Seen, known: Known
) -> Iterator[Happening]:
    """Meals that stand again since it was repaid would have been lifted from an open recovery."""
    claims: list[ClaimName] = []
    amount_fen = 0
    for name in recovery.in_order:
        claim = known[meals.stream(recovery.person, name.month)].claim(name.claim)
        if claim is not None and claim.reversal is None:
            claims.append(name)
            mine = (each for each in claim.shares if each.payer == recovery.payer)
            amount_fen += sum(each.amount_fen for each in mine)
    if claims:
        about, fen = (command.recovery, tuple(claims)), Fen(amount_fen)
        yield seen.stream, RecoveryLifted(*seen.name, *about, fen, seen.today)
