"""Cash of eaters: it is counted and taken out of the box, and a wrong counting is taken back."""

from dataclasses import dataclass
from datetime import date

from ledger.domain import fund_rules
from ledger.domain.canteen_records import (
    CanteenMonth,
    TakingsCounted,
    TakingsReversalReason,
    TakingsReversed,
)
from ledger.domain.community_records import Community
from ledger.domain.decisions import Context, Refused, first_refusal
from ledger.domain.refusals import Code
from ledger.domain.values import Count, Fen, Month, SiteId, month_of

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CountTakings:
    """Count the eaters' cash and take it out of the box."""

    canteen: SiteId
    counted_on: date
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class ReverseTakings:
    """Take a counting of that day back, by its number among those of the month."""

    canteen: SiteId
    counted_on: date
    counting: Count
    reason: TakingsReversalReason


# -- deciding ----------------------------------------------------------------------------------


def unless_countable(
    command: CountTakings, community: Community, context: Context
) -> Refused | None:
    """Something is counted, and on a day that has come."""
    return first_refusal(
        fund_rules.day_has_come(command.counted_on, community, context),
        fund_rules.amount_is_positive(command.amount_fen),
    )


def first_month(day: date, month: CanteenMonth) -> Month:
    """That of the day; none before one that books the reversal of an earlier counting of the day.

    A reopened month may be open again and earlier, and would have both (decision 32).
    """
    back = (each for each in month.uncounted.values() if each.occurred_on == day)
    return max((month_of(day), *(each.booked_in for each in back)))


def reversal(
    command: ReverseTakings, month: CanteenMonth, community: Community, context: Context
) -> TakingsReversed | Refused:
    """Another person than who counted takes it back, once."""
    number = command.counting
    it = month.countings[number - 1] if 1 <= number <= len(month.countings) else None
    if it is None or it.occurred_on != command.counted_on:
        record = f"{command.canteen}/{command.counted_on}/{number}"
        return Refused(Code.record_must_be_known, record=record)
    refused = first_refusal(
        _unless_by_another(it, context),
        _unless_reversed(command, month),
    )
    return refused or TakingsReversed(
        it.canteen,
        it.community,
        number,
        it.amount_fen,
        command.reason,
        context.actor,
        it.occurred_on,
        community.books_mirror_of(it.booked_in),
    )


def _unless_by_another(it: TakingsCounted, context: Context) -> Refused | None:
    if context.actor != it.counted_by:
        return None
    return Refused(Code.takings_must_be_reversed_by_another, day=it.occurred_on)


def _unless_reversed(command: ReverseTakings, month: CanteenMonth) -> Refused | None:
    if command.counting not in month.uncounted:
        return None
    return Refused(
        Code.takings_must_not_be_reversed_twice,
        canteen=command.canteen,
        day=command.counted_on,
        counting=command.counting,
    )
