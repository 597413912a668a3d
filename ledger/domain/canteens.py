"""Canteens: plates and cash are counted, and a month's claims are closed before they are settled.

Closing freezes what the payers of that canteen owe for the month: whatever is claimed or reversed
afterwards settles in the next month that is still open. Months close in order, beginning with the
first one in which any version of the canteen's policy was valid, so no claim is ever left behind.
Plates are attested by hand, day by day, and may be attested again until a settlement says them;
cash that was counted wrongly is taken back, and counted again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias, assert_never

from ledger.domain import communities, fund_rules, policy_records, sites, takings
from ledger.domain.canteen_records import (
    CanteenMonth,
    ClaimsClosed,
    PlatesAttested,
    TakingsCounted,
)
from ledger.domain.community_records import Community
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.refusals import Code
from ledger.domain.settlement_records import MonthClaims
from ledger.domain.settlement_state import Stage
from ledger.domain.sites import Site, SiteKind
from ledger.domain.takings import CountTakings, ReverseTakings
from ledger.domain.values import (
    CommunityId,
    Count,
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


@dataclass(frozen=True, slots=True)
class AttestPlates:
    """State how many plates the canteen served on a day."""

    canteen: SiteId
    served_on: date
    plates: Count


CanteenCommand: TypeAlias = CloseClaims | AttestPlates | CountTakings | ReverseTakings


@lru_cache(maxsize=1024)
def stream(canteen: SiteId, month: Month) -> Stream[CanteenMonth]:
    """The stream of a canteen's settlement month."""
    return Stream(f"canteen-{canteen}-{month}")


def counted(canteen: SiteId, month: Month) -> Stream[MonthClaims | None]:
    """All that settles in a month, once its claims are closed and counted; nobody writes to it."""
    return Stream(f"claims-{canteen}-{month}")


def streams_of(canteen: SiteId, month: Month, known: Known) -> Iterator[Stream[Any]]:
    """The canteen, its month, and its community as soon as it is known."""
    yield sites.stream(canteen)
    yield stream(canteen, month)
    site = known.get(sites.stream(canteen))
    if site is not None and site.community is not None:
        yield communities.stream(site.community)


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
    """The canteen, its community, the month; to close it, also its policy and the month before."""
    yield from streams_of(command.canteen, _month(command), known)
    if isinstance(command, CloseClaims):
        yield policy_records.stream(command.canteen)
        yield stream(command.canteen, previous_month(command.month))


def _month(command: CanteenCommand) -> Month:
    match command:
        case CloseClaims():
            return command.month
        case AttestPlates():
            return month_of(command.served_on)
        case CountTakings() | ReverseTakings():
            return month_of(command.counted_on)
        case _:
            assert_never(command)


def decide(command: CanteenCommand, known: Known, context: Context) -> Outcome:
    """Everything needs a registered site, which must be a canteen."""
    site = known[sites.stream(command.canteen)]
    if site.community is None:
        return Refused(Code.site_must_be_known, site=command.canteen)
    community = known[communities.stream(site.community)]
    match command:
        case CloseClaims():
            return _close(command, site, community.day_of(context), known)
        case AttestPlates():
            return _attest(command, site, community, known, context)
        case CountTakings():
            return _count(command, site, community, known, context)
        case ReverseTakings():
            here = stream(command.canteen, month_of(command.counted_on))
            event = takings.reversal(command, known[here], community, context)
            return event if isinstance(event, Refused) else ((here, event),)
        case _:
            assert_never(command)


def _close(command: CloseClaims, site: Site, today: date, known: Known) -> Outcome:
    """Close a month that is over, once, after the months before it."""
    refused = first_refusal(
        unless_canteen(command.canteen, site),
        _unless_over(command, today),
        _unless_open(command, known),
        _unless_first_or_next(command, known),
    )
    event = ClaimsClosed(command.canteen, site.home, command.month, today)
    return refused or ((stream(command.canteen, command.month), event),)


def _attest(
    command: AttestPlates, site: Site, community: Community, known: Known, context: Context
) -> Outcome:
    canteen, day = command.canteen, command.served_on
    here = stream(canteen, month_of(day))
    refused = first_refusal(
        fund_rules.day_has_come(day, community, context),
        unless_canteen(canteen, site),
        _unless_settled(command, known[here]),
    )
    event = PlatesAttested(canteen, site.home, command.plates, context.actor, day)
    return refused or ((here, event),)


def _count(
    command: CountTakings, site: Site, community: Community, known: Known, context: Context
) -> Outcome:
    canteen, day = command.canteen, command.counted_on
    here = stream(canteen, month_of(day))
    refused = first_refusal(
        takings.unless_countable(command, community, context),
        unless_canteen(canteen, site),
    )
    booked_in = community.first_open_month(takings.first_month(day, known[here]))
    event = TakingsCounted(canteen, site.home, command.amount_fen, context.actor, day, booked_in)
    return refused or ((here, event),)


def _unless_settled(command: AttestPlates, month: CanteenMonth) -> Refused | None:
    """What a settlement that is under way or approved has said is not said anew."""
    if month.settlement.stage in (Stage.none, Stage.returned):
        return None
    name = month_of(command.served_on)
    return Refused(Code.plates_must_precede_the_settlement, canteen=command.canteen, month=name)


def unless_canteen(name: SiteId, site: Site) -> Refused | None:
    """Claims, plates and settlements are a canteen's."""
    if site.kind is SiteKind.canteen:
        return None
    return Refused(Code.site_must_be_a_canteen, site=name)


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
    if not known[policy_records.stream(command.canteen)].begins_before(first_day(command.month)):
        return None
    return Refused(Code.claims_must_be_closed_in_order, earlier=earlier, month=command.month)
