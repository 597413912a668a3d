"""Reversing a meal and reinstating it: the same amounts once more, settled where it is still open.

What happened on the meal's day is corrected for that day. Books and settlements that are closed
stay as they are: the correction goes into the first open ones and names what it adjusts.
"""

from collections.abc import Iterator
from typing import Any

from ledger.domain import canteens, communities
from ledger.domain.decisions import Known, Stream
from ledger.domain.meal_records import (
    Claim,
    MealReinstated,
    MealReversalReason,
    MealReversed,
    ReversalKind,
)
from ledger.domain.values import Month, PersonId


def needs(claim: Claim, known: Known) -> Iterator[Stream[Any]]:
    """What must be read to reverse the claim, or to reinstate it."""
    yield communities.stream(claim.community)
    yield from canteens.needs_until_open(claim.canteen, claim.settles_in, known)


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
    booked_in = known[communities.stream(claim.community)].books(claim.served_on)
    return booked_in, settles_in, None if settles_in == claim.settles_in else claim.settles_in
