"""Councils: a meeting of the neighbours, who came to it, and by which body it was held.

Who came is recorded by id, each person once, and counts as taking part in the community's life;
a presence entered by mistake is taken back. What a meeting decided is a resolution.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeAlias, assert_never

from ledger.domain import communities, fund_rules, identity, people, sites, standing
from ledger.domain.community_records import Community
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.refusals import Code
from ledger.domain.values import CommunityId, MeetingId, Month, PersonId, SiteId


class Body(StrEnum):
    """Who meets and decides. A body that is none of these is `other` until it has a word."""

    council_hall = "council_hall"  # 村(居)民议事厅
    residents_assembly = "residents_assembly"  # 村(居)民会议
    cooperative_members_assembly = "cooperative_members_assembly"  # 经济社成员大会
    committee = "committee"  # 村(居)民委员会
    three_party_meeting = "three_party_meeting"  # 三方联席会议
    other = "other"


# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RecordMeeting:
    """Enter a meeting that was held, and where, if it was at a site of the community."""

    meeting: MeetingId
    community: CommunityId
    body: Body
    held_on: date
    site: SiteId | None = None


@dataclass(frozen=True, slots=True)
class RecordAttendance:
    """Enter that a person came to the meeting."""

    meeting: MeetingId
    person: PersonId


@dataclass(frozen=True, slots=True)
class WithdrawAttendance:
    """Take back that a person came: it was entered by mistake."""

    meeting: MeetingId
    person: PersonId


CouncilCommand: TypeAlias = RecordMeeting | RecordAttendance | WithdrawAttendance

# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MeetingRecorded:
    """A meeting was held."""

    meeting: MeetingId
    community: CommunityId
    body: Body
    site: SiteId | None
    occurred_on: date


@dataclass(frozen=True, slots=True)
class MeetingAttended:
    """A person came to the meeting."""

    meeting: MeetingId
    person: PersonId
    community: CommunityId
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class AttendanceWithdrawn:
    """She had not come; of the day of the meeting, as what it takes back."""

    meeting: MeetingId
    person: PersonId
    community: CommunityId
    occurred_on: date
    booked_in: Month


CouncilEvent: TypeAlias = MeetingRecorded | MeetingAttended | AttendanceWithdrawn

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Meeting:
    """What decisions ask of a meeting; `community` is None before it is recorded.

    Of whoever was present it is known in which month that is booked.
    """

    community: CommunityId | None = None
    body: Body | None = None
    held_on: date = date.min
    present: Mapping[PersonId, Month] = field(default_factory=dict)


@lru_cache(maxsize=1024)
def stream(meeting: MeetingId) -> Stream[Meeting]:
    """The stream of a meeting."""
    return Stream(f"council-{meeting}")


# -- deciding ----------------------------------------------------------------------------------


def place(command: CouncilCommand, known: Known) -> CommunityId | None:
    """The meeting's community; None for a meeting nobody recorded."""
    if isinstance(command, RecordMeeting):
        return command.community
    return known[stream(command.meeting)].community


def needs(command: CouncilCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The meeting and its community; the site of a new one, else the person."""
    yield stream(command.meeting)
    if isinstance(command, RecordMeeting):
        yield communities.stream(command.community)
        if command.site is not None:
            yield sites.stream(command.site)
        return
    yield from identity.streams_of(command.person, known)
    meeting = known.get(stream(command.meeting))
    if meeting is not None and meeting.community is not None:
        yield communities.stream(meeting.community)


def decide(command: CouncilCommand, known: Known, context: Context) -> Outcome:
    """Record a meeting once, in a known community; everything else needs a recorded one."""
    home = place(command, known)
    if home is None:
        return Refused(Code.meeting_must_be_known, meeting=command.meeting)
    community = known[communities.stream(home)]
    match command:
        case RecordMeeting():
            return _record(command, community, known, context)
        case RecordAttendance():
            return _attend(command, home, community, known)
        case WithdrawAttendance():
            return _withdraw(command, home, community, known)
        case _:
            assert_never(command)


def _record(
    command: RecordMeeting, community: Community, known: Known, context: Context
) -> Outcome:
    if community.name is None:
        return Refused(Code.community_must_be_known, community=command.community)
    refused = first_refusal(
        _unless_new(command.meeting, known),
        _unless_site_of(command.community, command.site, known),
        fund_rules.day_has_come(command.held_on, community, context),
    )
    if refused is not None:
        return refused
    event = MeetingRecorded(
        command.meeting, command.community, command.body, command.site, command.held_on
    )
    return ((stream(command.meeting), event),)


def _unless_new(meeting: MeetingId, known: Known) -> Refused | None:
    if known[stream(meeting)].community is None:
        return None
    return Refused(Code.meeting_must_be_new, meeting=meeting)


def _unless_site_of(home: CommunityId, site: SiteId | None, known: Known) -> Refused | None:
    if site is None or known[sites.stream(site)].community == home:
        return None
    return Refused(Code.site_must_be_known, site=site)


def _attend(
    command: RecordAttendance, home: CommunityId, community: Community, known: Known
) -> Outcome:
    """Whoever lives elsewhere may come too: what counts is where the meeting was."""
    meeting, person = known[stream(command.meeting)], known[people.stream(command.person)]
    if person.registered_on is None:
        return Refused(Code.person_must_be_known, person=command.person)
    refused = first_refusal(
        standing.unless_living_member(command.person, meeting.held_on, known),
        _unless_absent(command, meeting, known),
    )
    if refused is not None:
        return refused
    day = meeting.held_on
    event = MeetingAttended(command.meeting, command.person, home, day, community.books(day))
    return ((stream(command.meeting), event),)


def _unless_absent(command: RecordAttendance, meeting: Meeting, known: Known) -> Refused | None:
    if meeting.present.keys().isdisjoint(identity.ids(command.person, known)):
        return None
    return Refused(Code.person_must_not_attend_a_meeting_twice, meeting=command.meeting)


def _withdraw(
    command: WithdrawAttendance, home: CommunityId, community: Community, known: Known
) -> Outcome:
    meeting = known[stream(command.meeting)]
    if command.person not in meeting.present:
        return Refused(Code.person_must_have_come_to_the_meeting, meeting=command.meeting)
    booked_in = community.books_mirror_of(meeting.present[command.person])
    event = AttendanceWithdrawn(command.meeting, command.person, home, meeting.held_on, booked_in)
    return ((stream(command.meeting), event),)


# -- evolving ----------------------------------------------------------------------------------


def evolve(meeting: Meeting, event: CouncilEvent) -> Meeting:
    """Where it was held is for reports only, so the state does not keep it."""
    match event:
        case MeetingRecorded():
            return Meeting(event.community, event.body, event.occurred_on)
        case MeetingAttended():
            return replace(meeting, present={**meeting.present, event.person: event.booked_in})
        case AttendanceWithdrawn():
            others = {who: at for who, at in meeting.present.items() if who != event.person}
            return replace(meeting, present=others)
        case _:
            assert_never(event)
