"""Reversing a meal and reinstating it: the same amounts once more, settled where it is still open.

What happened on the meal's day is corrected for that day. Books and settlements that are closed
stay as they are: the correction goes into the first open ones, not before what it takes back, and
names what it adjusts.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from ledger.domain import canteens, communities
from ledger.domain.decisions import Context, Known, Refused, Stream, first_refusal
from ledger.domain.meal_records import (
    Claim,
    MealReinstated,
    MealReversalReason,
    MealReversed,
    ReversalKind,
)
from ledger.domain.refusals import Code
from ledger.domain.values import Month, PersonId

UNDO: Final = timedelta(minutes=10)


def needs(claim: Claim, known: Known) -> Iterator[Stream[Any]]:
    """What must be read to reverse the claim, or to reinstate it."""
    yield communities.stream(claim.community)
    yield from canteens.needs_until_open(claim.canteen, claim.settles_in, known)


def unless_reversible(
    claim: Claim, kind: ReversalKind, reason: MealReversalReason, context: Context
) -> Refused | None:
    """Why people cannot reverse the claim."""
    return first_refusal(
        _unless_given_by_people(reason),
        _unless_subsidised(claim, kind),
        _unless_standing(claim),
        _unless_in_time_or_by_another(claim, context),
    )


def _unless_given_by_people(reason: MealReversalReason) -> Refused | None:
    """A death recorded wrongly reinstates what bears this reason, so nobody else gives it."""
    if reason is not MealReversalReason.death_recorded_later:
        return None
    return Refused(Code.reason_must_not_be_left_to_the_ledger, reason=reason.value)


def _unless_subsidised(claim: Claim, kind: ReversalKind) -> Refused | None:
    """A meal at the full price stands, or was none: what its eater paid is all there is of it."""
    if claim.shares or kind is not ReversalKind.subsidy_withdrawn:
        return None
    return Refused(Code.subsidy_must_be_there_to_be_withdrawn)


def _unless_standing(claim: Claim) -> Refused | None:
    return None if claim.reversal is None else Refused(Code.meal_must_not_be_reversed_twice)


def _unless_in_time_or_by_another(claim: Claim, context: Context) -> Refused | None:
    until = claim.claimed_at + UNDO
    if context.actor != claim.claimed_by or context.decided_at <= until:
        return None
    return Refused(Code.undo_must_be_within_ten_minutes, until=until)


def reversal(
    person: PersonId, claim: Claim, kind: ReversalKind, reason: MealReversalReason, known: Known
) -> MealReversed:
    """The reversal of a claim that stands."""
    booked_in, settles_in, adjusts = _months(claim, known)
    return MealReversed(
        person,
        claim.canteen,
        claim.community,
        claim.number,
        kind,
        reason,
        claim.price_fen,
        claim.shares,
        claim.copayment_fen,
        claim.served_on,
        booked_in,
        settles_in,
        adjusts,
    )


def reinstatement(
    person: PersonId, claim: Claim, kind: ReversalKind, known: Known
) -> MealReinstated:
    """The undoing of a reversal of that kind."""
    booked_in, settles_in, adjusts = _months(claim, known)
    return MealReinstated(
        person,
        claim.canteen,
        claim.community,
        claim.number,
        kind,
        claim.price_fen,
        claim.shares,
        claim.copayment_fen,
        claim.served_on,
        booked_in,
        settles_in,
        adjusts,
    )


def _months(claim: Claim, known: Known) -> tuple[Month, Month, Month | None]:
    """Booked in, settles in, and the settlement adjusted where that is an earlier one."""
    settles_in = canteens.first_open(claim.canteen, claim.settles_in, known)
    booked_in = known[communities.stream(claim.community)].books_mirror_of(claim.booked_in)
    return booked_in, settles_in, None if settles_in == claim.settles_in else claim.settles_in
