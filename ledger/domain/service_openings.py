"""Opening minutes (期初时长): what a person had served for a unit before this ledger knew of it.

They are a balance up to a day, that day included, so all service of the unit up to it is in them:
whoever has a record of such a day brings minutes up to the day before, and what they hold is not
credited again. Nothing is asked about the days on which it was served, but whether one life has so
many minutes. A balance is brought once for each unit; a wrong one is taken back by somebody else
than who brought it, and brought anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias, assert_never

from ledger.domain import communities, identity, people, shifts
from ledger.domain import service_rules as rules
from ledger.domain.community_records import Community
from ledger.domain.decisions import Context, Known, Outcome, Refused, first_refusal
from ledger.domain.facts import FactSheet
from ledger.domain.opening_state import Opening
from ledger.domain.refusals import Code
from ledger.domain.service_records import (
    OpeningGrade,
    OpeningMinutesImported,
    OpeningMinutesReversed,
    OpeningReversalReason,
)
from ledger.domain.service_state import Service, stream
from ledger.domain.shift_records import EvidenceGrade
from ledger.domain.values import YEAR_FIRST, Minutes, PersonId, UnitId, community_of

DAY_MINUTES: Final = 24 * 60

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ImportOpeningMinutes:
    """Take over what the person had served for a unit up to a day; once for each unit."""

    person: PersonId
    unit: UnitId
    service_minutes: Minutes
    as_of: date
    grade: OpeningGrade


@dataclass(frozen=True, slots=True)
class ReverseOpeningMinutes:
    """Take back what was taken over for a unit; the right figure is imported anew."""

    person: PersonId
    unit: UnitId
    reason: OpeningReversalReason


OpeningCommand: TypeAlias = ImportOpeningMinutes | ReverseOpeningMinutes

# -- deciding ----------------------------------------------------------------------------------


def decide(command: OpeningCommand, known: Known, context: Context) -> Outcome:
    """Nobody decides about her own minutes or a relation's, whichever way."""
    name = community_of(command.unit)
    community = known[communities.stream(name)]
    usual = (
        *_unless_known(command, community, known),
        *rules.unless_impartial(command.person, known, context),
    )
    match command:
        case ImportOpeningMinutes():
            refusal = first_refusal(*usual, *_unless_right(command, community, known, context))
            return refusal or _import(command, community, context)
        case ReverseOpeningMinutes():
            served = known[stream(command.person)]
            refusal = first_refusal(*usual, _unless_reversible(command.unit, served, context))
            return refusal or _reverse(command, served.openings[command.unit], community, context)
        case _:
            assert_never(command)


def _import(command: ImportOpeningMinutes, community: Community, context: Context) -> Outcome:
    booked_in, adjusts = rules.booking(community, command.as_of)
    event = OpeningMinutesImported(
        command.person,
        command.unit,
        community_of(command.unit),
        command.service_minutes,
        EvidenceGrade(command.grade),
        command.as_of,
        booked_in,
        adjusts,
        (context.actor,),
    )
    return ((stream(command.person), event),)


def _reverse(
    command: ReverseOpeningMinutes, opening: Opening, community: Community, context: Context
) -> Outcome:
    booked_in, adjusts = rules.booking(community, opening.as_of, opening.booked_in)
    event = OpeningMinutesReversed(
        command.person,
        command.unit,
        opening.community,
        opening.service_minutes,
        command.reason,
        opening.as_of,
        booked_in,
        adjusts,
        (context.actor,),
    )
    return ((stream(command.person), event),)


# -- rules -------------------------------------------------------------------------------------


def _unless_known(
    command: OpeningCommand, community: Community, known: Known
) -> Iterable[Refused | None]:
    if community.name is None:
        yield Refused(Code.community_must_be_known, community=community_of(command.unit))
    yield shifts.unless_unit_known(command.unit, community)
    if known[people.stream(command.person)].registered_on is None:
        yield Refused(Code.person_must_be_known, person=command.person)


def _unless_right(
    command: ImportOpeningMinutes, community: Community, known: Known, context: Context
) -> Iterable[Refused | None]:
    today, served = community.day_of(context), identity.service_of(command.person, known)
    if command.as_of > today:
        yield Refused(Code.day_must_not_be_in_the_future, day=command.as_of, today=today)
    yield shifts.unless_plausible(command.as_of)
    if command.service_minutes <= 0:
        yield Refused(Code.minutes_must_be_positive, service_minutes=command.service_minutes)
    yield from _unless_lived(command, known)
    if any(command.unit in each.openings for each in served.everywhere()):
        yield Refused(Code.opening_minutes_must_be_imported_once, unit=command.unit)
    yield _unless_before_records(command, served)


def _unless_lived(command: ImportOpeningMinutes, known: Known) -> Iterable[Refused | None]:
    """Up to a day between her birth and her death, and no more than day and night from then on."""
    sheet, as_of = known.sheet(command.person), command.as_of
    died_on = known[people.stream(command.person)].died_on
    if sheet is not None and as_of < sheet.born_on:
        yield Refused(Code.day_must_not_be_before_birth, day=as_of)
    if died_on is not None and as_of > died_on:
        yield Refused(Code.person_must_be_alive_on_the_day, day=as_of)
    if command.service_minutes > _minutes_most(sheet, as_of):
        minutes = command.service_minutes
        yield Refused(Code.opening_minutes_must_fit_a_life, service_minutes=minutes, as_of=as_of)


def _minutes_most(sheet: FactSheet | None, as_of: date) -> int:
    """Since the birth, or since the first plausible year; the refusal does not tell which."""
    first_day = date(YEAR_FIRST, 1, 1)
    if sheet is not None:
        first_day = max(first_day, sheet.born_on)
    return ((as_of - first_day).days + 1) * DAY_MINUTES


def _unless_before_records(command: ImportOpeningMinutes, served: Service) -> Refused | None:
    """A record of the unit up to that day would count twice."""
    first_day = served.first_day_for(command.unit)
    if first_day is None or first_day > command.as_of:
        return None
    return Refused(
        Code.opening_minutes_must_precede_the_records,
        unit=command.unit,
        first_day=first_day,
        as_of=command.as_of,
    )


def _unless_reversible(unit: UnitId, served: Service, context: Context) -> Refused | None:
    """What was brought, and by somebody else: a second pair of eyes is not the first one's."""
    opening = served.openings.get(unit)
    if opening is None:
        return Refused(Code.opening_minutes_must_be_imported_first, unit=unit)
    if context.actor in opening.decided_by:
        return Refused(Code.opening_minutes_must_be_reversed_by_another, unit=unit)
    return None
