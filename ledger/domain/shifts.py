"""Shifts: scheduled, called off, signed up for.

A shift lasts at most a day. Places may be limited: who comes later waits, and the first of the
waiting list moves up when a place becomes free before the start. A sign-up is possible until the
shift is over, and withdrawn by whoever has not come; it is an intention, and whoever comes without
one is welcome too (see `attendance`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain import communities, identity, people, sites
from ledger.domain import sign_up_rules as rules
from ledger.domain.community_records import Community
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.refusals import Code
from ledger.domain.shift_records import (
    CancelReason,
    NoShowWithdrawn,
    Shift,
    ShiftCancelled,
    ShiftScheduled,
    SignedUp,
    SignUpPromoted,
    SignUpWithdrawn,
)
from ledger.domain.values import (
    YEAR_FIRST,
    YEAR_LAST,
    CommunityId,
    Count,
    PersonId,
    ShiftId,
    SiteId,
    Title,
    UnitId,
    community_of,
    local,
    to_the_minute,
)

SHIFT_HOURS_MOST: Final = 24

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScheduleShift:
    """Announce a shift, with limited places or without."""

    shift: ShiftId
    community: CommunityId
    activity: Title
    starts_at: datetime
    ends_at: datetime
    site: SiteId | None = None
    unit: UnitId | None = None
    places: Count | None = None


@dataclass(frozen=True, slots=True)
class CancelShift:
    """Call a shift off, as long as nobody has attended it."""

    shift: ShiftId
    reason: CancelReason


@dataclass(frozen=True, slots=True)
class SignUp:
    """Take a place, or wait for one."""

    shift: ShiftId
    person: PersonId


@dataclass(frozen=True, slots=True)
class WithdrawSignUp:
    """Give the place back; before the start, the first who waits and lives gets it."""

    shift: ShiftId
    person: PersonId


ShiftCommand: TypeAlias = ScheduleShift | CancelShift | SignUp | WithdrawSignUp

CONSEQUENCES: Final = frozenset({SignUpPromoted})
"""Who gives a place back does not choose who gets it."""


def stream(shift: ShiftId) -> Stream[Shift]:
    """The stream of a shift."""
    return Stream(f"shift-{shift}")


# -- deciding ----------------------------------------------------------------------------------


def place(command: ShiftCommand, known: Known) -> CommunityId | None:
    """The community whose shift it is."""
    if isinstance(command, ScheduleShift):
        return command.community
    return known[stream(command.shift)].community or None


def needs(command: ShiftCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The shift, its community, who signs up or waits; of a new one the unit and the site."""
    match command:
        case ScheduleShift():
            yield stream(command.shift)
            yield communities.stream(command.community)
            if command.unit is not None:
                yield communities.stream(community_of(command.unit))
            if command.site is not None:
                yield sites.stream(command.site)
        case CancelShift():
            yield from streams_of(command.shift, known)
        case SignUp() | WithdrawSignUp():
            yield from identity.streams_of(command.person, known)
            yield from streams_of(command.shift, known)
            shift = known.get(stream(command.shift))
            if isinstance(command, WithdrawSignUp) and shift is not None:
                yield from rules.waiting_behind(shift, command.person)
        case _:
            assert_never(command)


def streams_of(shift: ShiftId, known: Known) -> Iterable[Stream[Any]]:
    """A shift, and its community once the shift has been read."""
    yield stream(shift)
    found = known.get(stream(shift))
    if found is not None and found.community:
        yield communities.stream(found.community)


def decide(command: ShiftCommand, known: Known, context: Context) -> Outcome:
    """Schedule once; everything else needs a shift that was not called off."""
    match command:
        case ScheduleShift():
            return _schedule(command, known, context)
        case CancelShift():
            return _cancel(command, known, context)
        case SignUp():
            refusal = unless_known(command.shift, command.person, known)
            return refusal or _sign_up(command, known, context)
        case WithdrawSignUp():
            refusal = unless_known(command.shift, command.person, known)
            return refusal or _withdraw(command, known, context)
        case _:
            assert_never(command)


def _schedule(command: ScheduleShift, known: Known, context: Context) -> Outcome:
    community = known[communities.stream(command.community)]
    taken = known[stream(command.shift)].community
    refusal = first_refusal(
        *_unknown_places(command, community, known),
        Refused(Code.shift_must_be_new, shift=command.shift) if taken else None,
        Refused(Code.shift_must_have_a_place, places=0) if command.places == 0 else None,
        unless_plausible(command.starts_at, command.ends_at),
    )
    if refusal:
        return refusal
    starts_at, ends_at = utc_minute(command.starts_at), utc_minute(command.ends_at)
    event = ShiftScheduled(
        command.shift,
        command.community,
        command.activity,
        starts_at,
        ends_at,
        command.site,
        command.unit,
        command.places,
        community.day_of(context),
    )
    refusal = unless_length(starts_at, ends_at, SHIFT_HOURS_MOST, community)
    return refusal or ((stream(command.shift), event),)


def _cancel(command: CancelShift, known: Known, context: Context) -> Outcome:
    """Nobody has missed a shift that does not take place."""
    here = stream(command.shift)
    shift = known[here]
    if not shift.community:
        return Refused(Code.shift_must_be_known, shift=command.shift)
    attended = Refused(Code.shift_must_not_have_attendance, shift=command.shift)
    refusal = unless_cancelled(command.shift, shift) or (attended if shift.attendances else None)
    community = known[communities.stream(shift.community)]
    about = (shift.community, shift.day(community.time_zone))
    cancelled = ShiftCancelled(command.shift, command.reason, community.day_of(context))
    missed = (NoShowWithdrawn(command.shift, who, *about) for who in sorted(shift.no_shows))
    return refusal or ((here, cancelled), *((here, event) for event in missed))


def _sign_up(command: SignUp, known: Known, context: Context) -> Outcome:
    shift = known[stream(command.shift)]
    community = known[communities.stream(shift.community)]
    twice = Refused(Code.person_must_not_be_signed_up_twice, shift=command.shift)
    refusal = first_refusal(
        rules.unless_may_come(command.person, shift.day(community.time_zone), known),
        unless_cancelled(command.shift, shift),
        rules.unless_over(command.shift, shift, community, context),
        twice if any(map(shift.lists, identity.ids(command.person, known))) else None,
    )
    event = SignedUp(command.shift, command.person, shift.full(), community.day_of(context))
    return refusal or ((stream(command.shift), event),)


def _withdraw(command: WithdrawSignUp, known: Known, context: Context) -> Outcome:
    """Whoever died may be taken off the list, so nobody asks whether the person lives."""
    shift = known[stream(command.shift)]
    community = known[communities.stream(shift.community)]
    refusal = first_refusal(
        unless_cancelled(command.shift, shift),
        rules.unless_over(command.shift, shift, community, context),
        rules.unless_listed(command.shift, shift, command.person),
        rules.unless_came(command.shift, shift, command.person, community),
    )
    here, today = stream(command.shift), community.day_of(context)
    withdrawn = (here, SignUpWithdrawn(command.shift, command.person, today))
    following = rules.next_in_line(shift, command.person, community, known, context)
    if following is None:
        return refusal or (withdrawn,)
    return refusal or (withdrawn, (here, SignUpPromoted(command.shift, following, today)))


# -- rules, some of them shared with attendance and service --------------------------------------


def _unknown_places(
    command: ScheduleShift, community: Community, known: Known
) -> Iterable[Refused | None]:
    if community.name is None:
        yield Refused(Code.community_must_be_known, community=command.community)
    if command.site is not None and not known[sites.stream(command.site)].community:
        yield Refused(Code.site_must_be_known, site=command.site)
    if command.unit is not None:
        yield unless_unit_known(command.unit, known[communities.stream(community_of(command.unit))])


def unless_unit_known(unit: UnitId, community: Community) -> Refused | None:
    return None if unit in community.units else Refused(Code.unit_must_be_known, unit=unit)


def unless_known(shift: ShiftId, person: PersonId, known: Known) -> Refused | None:
    """Every rule about a person in a shift needs both of them."""
    if known[people.stream(person)].registered_on is None:
        return Refused(Code.person_must_be_known, person=person)
    if not known[stream(shift)].community:
        return Refused(Code.shift_must_be_known, shift=shift)
    return None


def unless_cancelled(name: ShiftId, shift: Shift) -> Refused | None:
    return Refused(Code.shift_must_not_be_cancelled, shift=name) if shift.cancelled else None


def unless_plausible(*moments: date) -> Refused | None:
    """A year beyond any memory is a slip of the pen, and could not be turned into a local day."""
    years = (moment.year for moment in moments if not YEAR_FIRST <= moment.year <= YEAR_LAST)
    year = next(years, None)
    if year is None:
        return None
    return Refused(
        Code.year_must_be_plausible, year=year, year_first=YEAR_FIRST, year_last=YEAR_LAST
    )


def unless_length(
    start: datetime, end: datetime, hours_most: int, community: Community
) -> Refused | None:
    """The end lies after the start, and not too far after it."""
    if start < end <= start + timedelta(hours=hours_most):
        return None
    return Refused(
        Code.interval_must_have_length,
        start=local(start, community.time_zone),
        end=local(end, community.time_zone),
        hours_most=hours_most,
    )


def utc_minute(moment: datetime) -> datetime:
    """The one form in which times are stored: UTC, seconds cut off."""
    return to_the_minute(moment.astimezone(UTC))


def unless_ended(
    name: ShiftId, shift: Shift, community: Community, context: Context
) -> Refused | None:
    if context.decided_at >= shift.ends_at:
        return None
    ends_at = local(shift.ends_at, community.time_zone)
    return Refused(Code.shift_must_be_over, shift=name, ends_at=ends_at)
