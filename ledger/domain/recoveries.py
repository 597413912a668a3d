"""Recoveries: subsidies that were settled and then taken back, until their money is back.

The reversal of a settled meal makes the canteen's next settlement smaller by itself: then it is
offset when that settlement is approved, or goes on in the next one if it was too small. Before it
is submitted, and once the one that pays the meal is approved, the canteen's operator may repay the
money, or an approver may give it up; then the settlement is not smaller. When meals stand again,
because a death was recorded wrongly, what is still open is lifted, and what was given up is not
paid anew. Nobody ends what she herself owes, or a relation of hers, and whoever takes an end back
does not end it again herself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain import (
    canteens,
    fund_rules,
    funds,
    meals,
    recovery_reversals,
    settlement_rules,
    sites,
)
from ledger.domain.decisions import (
    Context,
    Known,
    Outcome,
    Refused,
    Stream,
    first_refusal,
)
from ledger.domain.recovery_records import (
    Recovery,
    RecoveryEnd,
    RecoveryLifted,
    RecoveryReceived,
    RecoveryReopened,
    RecoverySettled,
)
from ledger.domain.recovery_reversals import ReverseRecovery
from ledger.domain.refusals import Code
from ledger.domain.settlement_rules import Seen
from ledger.domain.settlement_state import Stage
from ledger.domain.values import (
    CommunityId,
    Count,
    FundId,
    Month,
    PersonId,
    SiteId,
    fund_of,
    month_of,
    months_between,
)

CONSEQUENCES: Final[frozenset[type]] = frozenset({RecoveryLifted})
"""What was repaid for meals that stand again is open no more when it was not: nobody chose that."""

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SettleRecovery:
    """Enter that the canteen's operator has repaid it."""

    canteen: SiteId
    month: Month
    recovery: Count
    repaid_on: date


@dataclass(frozen=True, slots=True)
class WriteOffRecovery:
    """Give it up: the payer bears it."""

    canteen: SiteId
    month: Month
    recovery: Count


Ending: TypeAlias = SettleRecovery | WriteOffRecovery
RecoveryCommand: TypeAlias = Ending | ReverseRecovery


# -- deciding ----------------------------------------------------------------------------------


def place(command: RecoveryCommand, known: Known) -> CommunityId | None:
    """The canteen's community; None for a site nobody registered."""
    return known[sites.stream(command.canteen)].community


def needs(command: RecoveryCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The canteen and its community, its months since the meals, the meals, the hands, the fund."""
    yield from canteens.streams_of(command.canteen, command.month, known)
    yield from settlement_rules.hands(command.canteen, known, context)
    month = known.get(canteens.stream(command.canteen, command.month))
    recovery = None if month is None else month.recoveries.get(command.recovery)
    if recovery is None:
        return
    for each in months_between(recovery.adjusts, command.month):
        yield canteens.stream(command.canteen, each)
    for claim in recovery.in_order:
        yield meals.stream(recovery.person, claim.month)
    fund = fund_of(recovery.payer)
    if fund is not None:
        yield funds.stream(fund)
    if isinstance(command, ReverseRecovery):
        yield from recovery_reversals.needs(command, known)


def decide(command: RecoveryCommand, known: Known, context: Context) -> Outcome:
    """Everything needs a recovery of a registered canteen."""
    site = known[sites.stream(command.canteen)]
    if site.community is None:
        return Refused(Code.site_must_be_known, site=command.canteen)
    seen = settlement_rules.look(command.canteen, command.month, site.community, known, context)
    recovery = seen.month.recoveries.get(command.recovery)
    if recovery is None:
        record = f"{command.canteen}/{command.month}/{command.recovery}"
        return Refused(Code.record_must_be_known, record=record)
    if isinstance(command, ReverseRecovery):
        return recovery_reversals.reversal(command, recovery, seen, known, context)
    return _ending(command, recovery, seen, known, context)


def _ending(
    command: Ending, recovery: Recovery, seen: Seen, known: Known, context: Context
) -> Outcome:
    """An open recovery ends once, before the settlement that it would make smaller."""
    day = command.repaid_on if isinstance(command, SettleRecovery) else seen.today
    reopened = tuple(_reopenings(recovery, seen, known))
    refused = first_refusal(
        fund_rules.day_has_come(day, seen.community, context),
        _unless_given(recovery, seen, known),
        _unless_open(command, recovery),
        recovery_reversals.unless_presented(seen),
        _unless_raised_by(day, recovery),
        _unless_reopened_by(context.actor, reopened, seen),
        *settlement_rules.unless_impartial(seen, min(seen.at, recovery.adjusts), known, context),
    )
    if refused is not None:
        return refused
    event = RecoverySettled(
        *seen.name,
        command.recovery,
        _end(command),
        recovery.payer,
        settlement_rules.payee(command.canteen, day, known),
        recovery.amount_fen,
        context.actor,
        day,
        seen.community.first_open_month(_first_month(day, reopened)),
    )
    fund = fund_of(recovery.payer)
    if event.end is RecoveryEnd.repaid and fund is not None:
        return _back_in_the_fund(fund, event, seen, known)
    return ((seen.stream, event),)


def _reopenings(recovery: Recovery, seen: Seen, known: Known) -> Iterator[RecoveryReopened]:
    """What took an end of it back, also in an earlier month, before it was carried into this."""
    for month in months_between(recovery.adjusts, seen.at):
        for each in known[canteens.stream(seen.canteen, month)].recoveries.values():
            if each.is_about_what(recovery):
                yield from each.reopened


def _first_month(day: date, reopened: tuple[RecoveryReopened, ...]) -> Month:
    """That of the day; none before one that books the reversal of an earlier end (decision 32)."""
    return max((month_of(day), *(each.booked_in for each in reopened)))


def _end(command: Ending) -> RecoveryEnd:
    match command:
        case SettleRecovery():
            return RecoveryEnd.repaid
        case WriteOffRecovery():
            return RecoveryEnd.written_off
        case _:
            assert_never(command)


def _back_in_the_fund(fund: FundId, event: RecoverySettled, seen: Seen, known: Known) -> Outcome:
    here = funds.stream(fund)
    refused = fund_rules.fund_stays_below_the_limit(fund, known[here], event.amount_fen)
    received = RecoveryReceived(
        fund,
        *seen.where,
        event.recovery,
        event.payee,
        event.amount_fen,
        known[here].next_receipt,
        event.occurred_on,
        event.booked_in,
    )
    return refused or ((seen.stream, event), (here, received))


def _unless_open(command: Ending, recovery: Recovery) -> Refused | None:
    if recovery.open:
        return None
    return Refused(
        Code.recovery_must_be_open,
        recovery=command.recovery,
        end=recovery.end.value if recovery.end else "lifted",
    )


def _unless_given(recovery: Recovery, seen: Seen, known: Known) -> Refused | None:
    """Nothing comes back, and nothing is given up, that the canteen was not given yet."""
    month = max((recovery.adjusts, *_given_again(recovery, seen, known)))
    stage = known[canteens.stream(seen.canteen, month)].settlement.stage
    if stage is Stage.approved:
        return None
    return Refused(
        Code.settlement_must_be_approved_first, canteen=seen.canteen, month=month, stage=stage.value
    )


def _given_again(recovery: Recovery, seen: Seen, known: Known) -> Iterator[Month]:
    """The months before this one that gave the shares, be it after they had come back once."""
    for name in recovery.in_order:
        claim = known[meals.stream(recovery.person, name.month)].claim(name.claim)
        if claim is not None:
            yield from (each for each in claim.given_in if each < seen.at)


def _unless_raised_by(day: date, recovery: Recovery) -> Refused | None:
    """Nothing came back before it was to come back, so that no day shows an end without it."""
    since = recovery.open_since
    if since <= day:
        return None
    return Refused(Code.repayment_must_follow_the_recovery, repaid_on=day, raised_on=since)


def _unless_reopened_by(
    actor: PersonId, reopened: tuple[RecoveryReopened, ...], seen: Seen
) -> Refused | None:
    """Who says that no money came does not give it up: that would be taking it, alone."""
    if all(each.reversed_by != actor for each in reopened):
        return None
    return Refused(Code.settlement_steps_must_be_by_different_persons, month=seen.at)
