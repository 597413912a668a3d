"""A plain reading of the log: each figure worked out anew from all events, in the slowest way.

`seen` is what a view sees; everything else looks at such events and at nothing else.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from ledger.domain.community_records import CommunityRegistered, PopulationRecorded
from ledger.domain.contribution_records import (
    ContributionKind,
    ContributionRecorded,
    ContributionWithdrawn,
)
from ledger.domain.councils import AttendanceWithdrawn, MeetingAttended
from ledger.domain.identity_records import PersonsMerged, PersonsSeparated
from ledger.domain.meal_records import MealClaimed, MealReinstated, MealReversed
from ledger.domain.objection_records import ObjectionAnswered, ObjectionRaised
from ledger.domain.service_records import (
    LateServiceRecorded,
    OpeningMinutesImported,
    OpeningMinutesReversed,
    ServiceCredited,
    ServiceHeld,
    ServiceRefused,
    ServiceReinstated,
    ServiceReopened,
    ServiceReversed,
    StarGranted,
    Status,
)
from ledger.domain.service_state import Service, evolve
from ledger.domain.shift_records import AttendanceCorrected, NoShowMarked, NoShowWithdrawn
from ledger.domain.values import Month, PersonId, ShiftId, UnitId, month_of
from ledger.projections.league import Measure
from ledger.projections.seasons import Season
from ledger.projections.view import Basis, View
from ledger.store.codec import Recorded

GIVEN = (ServiceCredited, ServiceReinstated)
SERVICE = (
    *(*GIVEN, ServiceHeld, LateServiceRecorded, ServiceRefused, ServiceReversed),
    *(ServiceReopened, ObjectionRaised, ObjectionAnswered),
    *(OpeningMinutesImported, OpeningMinutesReversed),
)
MEALS = (MealClaimed, MealReversed, MealReinstated)


def known(events: Iterable[Recorded], view: View) -> list[Recorded]:
    """What was recorded up to the view's position."""
    return [at for at in events if view.known is None or at.position <= view.known]


def seen(events: Iterable[Recorded], view: View) -> list[Recorded]:
    """Of that, what occurred up to the view's day."""
    return [
        at for at in known(events, view) if view.as_of is None or at.event.occurred_on <= view.as_of
    ]


def kept_as(events: Iterable[Recorded]) -> dict[PersonId, PersonId]:
    """The duplicates that were found and are still held to be such, and whose they are."""
    found: dict[PersonId, PersonId] = {}
    for at in events:
        if isinstance(at.event, PersonsMerged):
            found[at.event.duplicate] = at.event.person
        elif isinstance(at.event, PersonsSeparated):
            del found[at.event.duplicate]
    return found


# -- service -----------------------------------------------------------------------------------


@dataclass
class Minutes:
    total: int = 0
    held: int = 0
    by_grade: Counter[str] = field(default_factory=Counter)
    by_month: Counter[str] = field(default_factory=Counter)


def service_of(person: PersonId, events: Iterable[Recorded], view: View) -> Minutes:
    """What stands in the end counts; by booking, what each month gave and took."""
    own = [
        at.event
        for at in seen(events, view)
        if isinstance(at.event, SERVICE) and at.event.person == person
    ]
    found = Minutes()
    counting: list[ServiceCredited | OpeningMinutesImported]
    counting = [*opening(own).values(), *standing(own).values()]
    for event in counting:
        found.total += event.service_minutes
        found.by_grade[event.grade] += event.service_minutes
        if view.basis is Basis.occurred:
            found.by_month[month_of(event.occurred_on)] += event.service_minutes
    if view.basis is Basis.booked:
        found.by_month = moved(own)
    found.held = sum(
        record.service_minutes for record in records(own).values() if record.status is Status.held
    )
    return found


def opening(own: Iterable[Any]) -> dict[UnitId, OpeningMinutesImported]:
    """What was brought for each unit and not taken back."""
    found: dict[UnitId, OpeningMinutesImported] = {}
    for event in own:
        if isinstance(event, OpeningMinutesImported):
            found[event.unit] = event
        elif isinstance(event, OpeningMinutesReversed):
            del found[event.unit]
    return found


def brought(own: Iterable[Any]) -> dict[UnitId, Status]:
    """What became of the minutes that each unit brought last."""
    status = {OpeningMinutesImported: Status.credited, OpeningMinutesReversed: Status.reversed}
    return {event.unit: status[type(event)] for event in own if type(event) in status}


def standing(own: Iterable[Any]) -> dict[ShiftId, ServiceCredited]:
    """What was credited and not taken back, or given back again."""
    found: dict[ShiftId, ServiceCredited] = {}
    credited: dict[ShiftId, ServiceCredited] = {}
    for event in own:
        if isinstance(event, ServiceCredited):
            credited[event.shift] = found[event.shift] = event
        elif isinstance(event, ServiceReversed):
            del found[event.shift]
        elif isinstance(event, ServiceReinstated):
            found[event.shift] = credited[event.shift]
    return found


def moved(own: Iterable[Any]) -> Counter[str]:
    months: Counter[str] = Counter()
    for event in own:
        if isinstance(event, (*GIVEN, OpeningMinutesImported)):
            months[event.booked_in] += event.service_minutes
        elif isinstance(event, (ServiceReversed, OpeningMinutesReversed)):
            months[event.booked_in] -= event.service_minutes
    return months


REMARKS: dict[type, tuple[type, ...]] = {
    LateServiceRecorded: (),
    AttendanceCorrected: (),
    NoShowMarked: (NoShowWithdrawn,),
    ObjectionRaised: (ObjectionAnswered,),
}
"""What is remarked about a shift beside the decisions, and what ends it."""


def remarks(person: PersonId, events: Iterable[Recorded], view: View) -> dict[int, int | None]:
    """Where each remark stands, and where it was ended."""
    found: dict[int, int | None] = {}
    own = [at for at in seen(events, view) if getattr(at.event, "person", None) == person]
    for at in own:
        if type(at.event) in REMARKS:
            ends = [
                each.position
                for each in own
                if type(each.event) in REMARKS[type(at.event)]
                and each.event.shift == at.event.shift
                and each.position > at.position
            ]
            found[at.position] = min(ends, default=None)
    return found


def stars(person: PersonId, events: Iterable[Recorded], view: View) -> list[int]:
    return [
        at.event.star
        for at in seen(events, view)
        if isinstance(at.event, StarGranted) and at.event.person == person
    ]


def records(own: Iterable[Any]) -> Any:
    """What the rules themselves remember of a person's shifts."""
    state = Service()
    for event in own:
        state = evolve(state, event)
    return state.records


# -- meals -------------------------------------------------------------------------------------


def meal_totals(
    events: Iterable[Recorded], view: View, month: Month, **where: str
) -> tuple[int, int, int, dict[str, int]]:
    """Meals, price, the eaters' part and each payer's, of a canteen, a community or a person."""
    count = price = personal = 0
    payers: Counter[str] = Counter()
    for event, sign in counted(events, view, lambda each: month_by(view, each) == month):
        if all(getattr(event, name) == value for name, value in where.items()):
            count += sign
            price += sign * event.price_fen
            personal += sign * event.copayment_fen
            for share in event.shares:
                payers[share.payer] += sign * share.amount_fen
    return count, price, personal, {payer: fen for payer, fen in payers.items() if fen}


def touched(
    events: Iterable[Recorded], view: View, month: Month, canteen: str
) -> set[tuple[str, date, int]]:
    """The claims of a canteen that a month holds, or that it changes."""
    return {
        (at.event.person, at.event.occurred_on, at.event.claim)
        for at in seen(events, view)
        if isinstance(at.event, MEALS)
        and at.event.canteen == canteen
        and month_by(view, at.event) == month
    }


def counted(
    events: Iterable[Recorded], view: View, within: Callable[[Any], bool]
) -> list[tuple[Any, int]]:
    """By occurrence the claims that stand, by booking everything a month booked with its sign."""
    meals = [at.event for at in seen(events, view) if isinstance(at.event, MEALS)]
    if view.basis is Basis.booked:
        signs = {MealClaimed: 1, MealReversed: -1, MealReinstated: 1}
        return [(event, signs[type(event)]) for event in meals if within(event)]
    stands: dict[tuple[str, str, int], MealClaimed] = {}
    claims: dict[tuple[str, str, int], MealClaimed] = {}
    for event in meals:
        key = (event.person, month_of(event.occurred_on), event.claim)
        if isinstance(event, MealClaimed):
            claims[key] = stands[key] = event
        elif isinstance(event, MealReversed):
            del stands[key]
        else:
            stands[key] = claims[key]
    return [(event, 1) for event in stands.values() if within(event)]


def month_by(view: View, event: Any) -> Month:
    booked: Month = event.booked_in
    return booked if view.basis is Basis.booked else month_of(event.occurred_on)


# -- league ------------------------------------------------------------------------------------


def within_season(season: Season, view: View) -> Callable[[Any], bool]:
    def within(event: Any) -> bool:
        if view.basis is Basis.occurred:
            return bool(season.first <= event.occurred_on <= season.last)
        return bool(month_of(season.first) <= event.booked_in <= month_of(season.last))

    return within


def league(
    events: list[Recorded], season: Season, view: View
) -> dict[str, dict[Measure, Fraction | None]]:
    """Each community's exact figures."""
    within = within_season(season, view)
    served = service_within(events, view, within)
    return {
        at.event.community: line(at.event.community, events, season, view, served)
        for at in known(events, view)
        if isinstance(at.event, CommunityRegistered)
    }


def line(
    community: str,
    events: list[Recorded],
    season: Season,
    view: View,
    served: list[tuple[Any, int]],
) -> dict[Measure, Fraction | None]:
    here = [(event, sign) for event, sign in served if event.community == community]
    minutes = sum(sign * event.service_minutes for event, sign in here)
    same = kept_as(known(events, view))
    people = len(active(here, same))
    joined = [
        each
        for each in taking_part(events, view, within_season(season, view))
        if each[0].community == community
    ]
    participants = len(active(joined, same))
    price = copayment = meals = 0
    for event, sign in counted(events, view, within_season(season, view)):
        if event.community == community:
            meals += sign
            price += sign * event.price_fen
            copayment += sign * event.copayment_fen
    residents = population(community, events, season, view)
    return {
        Measure.service_minutes: Fraction(minutes),
        Measure.active_volunteers: Fraction(people),
        Measure.minutes_per_thousand: Fraction(1000 * minutes, residents) if residents else None,
        Measure.participation_per_thousand: Fraction(1000 * participants, residents)
        if residents
        else None,
        **given_by_kind(community, events, season, view),
        Measure.meals_served: Fraction(meals),
        Measure.copayment_share: Fraction(10_000 * copayment, price) if price > 0 else None,
    }


def service_within(
    events: list[Recorded], view: View, within: Callable[[Any], bool]
) -> list[tuple[Any, int]]:
    """What the season gave and took back, in its order, as this basis sees it."""
    return [
        (at.event, 1 if isinstance(at.event, GIVEN) else -1)
        for at in seen(events, view)
        if isinstance(at.event, (*GIVEN, ServiceReversed)) and within(at.event)
    ]


def given_by_kind(
    community: str, events: list[Recorded], season: Season, view: View
) -> dict[Measure, Fraction]:
    """How many contributions of each kind the season has, less those it took back."""
    within, counts = within_season(season, view), Counter[str]()
    for at in seen(events, view):
        if isinstance(at.event, (ContributionRecorded, ContributionWithdrawn)) and (
            within(at.event) and at.event.community == community
        ):
            counts[at.event.gift.kind] += 1 if isinstance(at.event, ContributionRecorded) else -1
    return {Measure(f"{kind}_contributions"): Fraction(counts[kind]) for kind in ContributionKind}


def taking_part(
    events: list[Recorded], view: View, within: Callable[[Any], bool]
) -> list[tuple[Any, int]]:
    """Service, contributions of named persons and presence at councils, and what ended them."""
    begins = (*GIVEN, ContributionRecorded, MeetingAttended)
    ends = (ServiceReversed, ContributionWithdrawn, AttendanceWithdrawn)
    return [
        (at.event, 1 if isinstance(at.event, begins) else -1)
        for at in seen(events, view)
        if isinstance(at.event, (*begins, *ends)) and within(at.event) and at.event.person
    ]


def occasion(event: Any) -> str:
    """The shift, the contribution or the meeting."""
    names = (f"{name} {getattr(event, name, '')}" for name in ("shift", "contribution", "meeting"))
    return " ".join(names)


def active(here: list[tuple[Any, int]], same: Mapping[PersonId, PersonId]) -> set[PersonId]:
    """Who has an occasion in the season that was not taken back in it, under whichever id."""
    standing: defaultdict[tuple[PersonId, str], int] = defaultdict(int)
    for event, sign in here:
        key = (event.person, occasion(event))
        standing[key] = max(standing[key] + sign, 0)  # a reversal of an earlier season's record
    return {same.get(person, person) for (person, _), records in standing.items() if records}


def population(community: str, events: list[Recorded], season: Season, view: View) -> int | None:
    day = min(season.last, view.as_of or date.max)
    valid = [
        (at.event.valid_from, at.position, at.event.residents)
        for at in known(events, view)
        if isinstance(at.event, PopulationRecorded)
        and at.event.community == community
        and at.event.valid_from <= day
    ]
    return max(valid)[2] if valid else None
