"""Canteens: a month's claims are closed before they are settled.

Closing freezes what the payers of that canteen owe for the month: whatever is claimed or reversed
afterwards settles in the next month that is still open. Months close in order, beginning with the
first one in which any version of the canteen's policy was valid, so no claim is ever left behind.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias, assert_never

from ledger.domain import communities, policies, sites
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.refusals import Code
from ledger.domain.sites import SiteKind
from ledger.domain.values import (
    CommunityId,
    Month,
    SiteId,
    first_day,
    month_of,
    next_month,
    previous_month,
)

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CloseClaims:
    """Freeze the claims of a canteen's month, so that they can be settled."""

    canteen: SiteId
    month: Month


CanteenCommand: TypeAlias = CloseClaims

# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClaimsClosed:
    """Nothing more settles in this month of the canteen."""

    canteen: SiteId
    community: CommunityId
    month: Month
    occurred_on: date


CanteenEvent: TypeAlias = ClaimsClosed

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CanteenMonth:
    """One settlement month of one canteen."""

    closed: bool = False


@lru_cache(maxsize=1024)
def stream(canteen: SiteId, month: Month) -> Stream[CanteenMonth]:
    """The stream of a canteen's settlement month."""
    return Stream(f"canteen-{canteen}-{month}")


def needs_until_open(canteen: SiteId, month: Month, known: Known) -> Iterator[Stream[Any]]:
    """The month, and while it is known to be closed the one after: what `first_open` will read."""
    while True:
        here = stream(canteen, month)
        yield here
        state = known.get(here)
        if state is None or not state.closed:
            return
        month = next_month(month)


def first_open(canteen: SiteId, month: Month, known: Known) -> Month:
    """The first month, from this one on, whose claims are not closed."""
    while known[stream(canteen, month)].closed:
        month = next_month(month)
    return month


# -- deciding ----------------------------------------------------------------------------------


def place(command: CanteenCommand, known: Known) -> CommunityId | None:
    """The canteen's community; None for a site nobody registered."""
    return known[sites.stream(command.canteen)].community


def needs(command: CanteenCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The canteen, its community and policy, the month and the one before."""
    yield sites.stream(command.canteen)
    yield policies.stream(command.canteen)
    yield stream(command.canteen, command.month)
    yield stream(command.canteen, previous_month(command.month))
    site = known.get(sites.stream(command.canteen))
    if site is not None and site.community is not None:
        yield communities.stream(site.community)


def decide(command: CanteenCommand, known: Known, context: Context) -> Outcome:
    """Close a month that is over, once, after the months before it."""
    site = known[sites.stream(command.canteen)]
    if site.community is None:
        return Refused(Code.site_must_be_known, site=command.canteen)
    today = known[communities.stream(site.community)].day_of(context)
    refused = first_refusal(
        _unless_canteen(command, site.kind),
        _unless_over(command, today),
        _unless_open(command, known),
        _unless_first_or_next(command, known),
    )
    event = ClaimsClosed(command.canteen, site.community, command.month, today)
    return refused or ((stream(command.canteen, command.month), event),)


def _unless_canteen(command: CloseClaims, kind: SiteKind | None) -> Refused | None:
    if kind is SiteKind.canteen:
        return None
    return Refused(Code.site_must_be_a_canteen, site=command.canteen)


def _unless_over(command: CloseClaims, today: date) -> Refused | None:
    if command.month < month_of(today):
        return None
    return Refused(Code.month_must_be_over, month=command.month, today=today)


def _unless_open(command: CloseClaims, known: Known) -> Refused | None:
    if known[stream(command.canteen, command.month)].closed:
        return Refused(Code.month_must_not_be_closed_twice, month=command.month)
    return None


def _unless_first_or_next(command: CloseClaims, known: Known) -> Refused | None:
    """A claim needs a version valid on its day, so before the first one there is none to close."""
    earlier = previous_month(command.month)
    if known[stream(command.canteen, earlier)].closed:
        return None
    if not known[policies.stream(command.canteen)].begins_before(first_day(command.month)):
        return None
    return Refused(Code.claims_must_be_closed_in_order, earlier=earlier, month=command.month)


# -- evolving ----------------------------------------------------------------------------------


def evolve(month: CanteenMonth, event: CanteenEvent) -> CanteenMonth:
    """A month closes once."""
    match event:
        case ClaimsClosed():
            return CanteenMonth(closed=True)
        case _:
            assert_never(event)
