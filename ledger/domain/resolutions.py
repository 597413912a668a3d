"""Resolutions (议事厅决议): what a body decided, by which votes, and what it thereby allows.

A policy, a payment or a change of purpose cites the resolution that allows it. The members of a
cooperative decide about its money, a body of the community about all other. A resolution may be
revoked: nothing new cites it then, and what was decided under it stands.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias, assert_never

from ledger.domain import communities, councils, fund_rules, funds, resolution_rules, sites
from ledger.domain.community_records import Community
from ledger.domain.councils import Body
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.refusals import Code
from ledger.domain.resolution_records import (
    PaymentAllowed,
    PurposeChangeAllowed,
    Resolution,
    ResolutionRecorded,
    ResolutionRevoked,
    RevocationReason,
    SubsidyAllowed,
    Votes,
)
from ledger.domain.values import (
    CommunityId,
    CooperativeId,
    MeetingId,
    ResolutionId,
    Sha256,
)

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RecordResolution:
    """Enter what a body decided, with the digest of the signed document.

    `cooperative` says whose members decided, none where the members of all cooperatives did.
    `covenant`: it makes or changes the residents' covenant (村规民约).
    """

    resolution: ResolutionId
    community: CommunityId
    body: Body
    decided_on: date
    votes: Votes
    document: Sha256
    cooperative: CooperativeId | None = None
    meeting: MeetingId | None = None
    discussed_on: date | None = None
    subsidies: tuple[SubsidyAllowed, ...] = ()
    payments: tuple[PaymentAllowed, ...] = ()
    purpose_changes: tuple[PurposeChangeAllowed, ...] = ()
    covenant: bool = False


@dataclass(frozen=True, slots=True)
class RevokeResolution:
    """Say that a resolution holds no longer: what was decided under it stands."""

    resolution: ResolutionId
    revoked_on: date
    reason: RevocationReason


ResolutionCommand: TypeAlias = RecordResolution | RevokeResolution


@lru_cache(maxsize=1024)
def stream(resolution: ResolutionId) -> Stream[Resolution]:
    """The stream of a resolution."""
    return Stream(f"resolution-{resolution}")


# -- deciding ----------------------------------------------------------------------------------


def place(command: ResolutionCommand, known: Known) -> CommunityId | None:
    """The community that decided; None for a resolution nobody recorded."""
    if isinstance(command, RecordResolution):
        return command.community
    return known[stream(command.resolution)].community


def needs(command: ResolutionCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The resolution, its community, and of a new one whatever it speaks of."""
    yield stream(command.resolution)
    home = known.get(stream(command.resolution))
    if isinstance(command, RecordResolution):
        yield communities.stream(command.community)
        yield from _spoken_of(command)
    elif home is not None and home.community is not None:
        yield communities.stream(home.community)


def _spoken_of(command: RecordResolution) -> Iterable[Stream[Any]]:
    if command.meeting is not None:
        yield councils.stream(command.meeting)
    yield from (sites.stream(allowed.canteen) for allowed in command.subsidies)
    yield from map(funds.stream, resolution_rules.funds_of(_drafted(command)))


def decide(command: ResolutionCommand, known: Known, context: Context) -> Outcome:
    """Record once, in a known community; only what is recorded can be revoked."""
    home = place(command, known)
    if home is None:
        return Refused(Code.resolution_must_be_known, resolution=command.resolution)
    community = known[communities.stream(home)]
    match command:
        case RecordResolution():
            return _record(command, community, known, context)
        case RevokeResolution():
            return _revoke(command, home, community, known, context)
        case _:
            assert_never(command)


def _record(
    command: RecordResolution, community: Community, known: Known, context: Context
) -> Outcome:
    if community.name is None:
        return Refused(Code.community_must_be_known, community=command.community)
    draft = _drafted(command)
    refused = first_refusal(
        _unless_new(command.resolution, known),
        fund_rules.day_has_come(command.decided_on, community, context),
        _unless_of_the_meeting(command, known),
        *resolution_rules.was_carried(draft),
        *resolution_rules.was_discussed_before(draft),
        *resolution_rules.fits_one_entry(draft),
        *resolution_rules.amounts_are_real(draft),
        *resolution_rules.funds_are_the_communitys(draft, known),
        *resolution_rules.payers_can_agree(draft, known),
        *resolution_rules.canteens_are_known(draft, known),
        *resolution_rules.body_may_decide(draft, known),
    )
    return refused or ((stream(command.resolution), draft),)


def _drafted(command: RecordResolution) -> ResolutionRecorded:
    return ResolutionRecorded(
        command.resolution,
        command.community,
        command.body,
        command.cooperative,
        command.meeting,
        command.discussed_on,
        command.votes,
        command.document,
        command.subsidies,
        command.payments,
        command.purpose_changes,
        command.covenant,
        command.decided_on,
    )


def _unless_new(resolution: ResolutionId, known: Known) -> Refused | None:
    if known[stream(resolution)].community is None:
        return None
    return Refused(Code.resolution_must_be_new, resolution=resolution)


def _unless_of_the_meeting(command: RecordResolution, known: Known) -> Refused | None:
    """What a meeting decided was decided by the body that met, on that day."""
    if command.meeting is None:
        return None
    meeting = known[councils.stream(command.meeting)]
    if meeting.community != command.community:
        return Refused(Code.meeting_must_be_known, meeting=command.meeting)
    if (meeting.body, meeting.held_on) == (command.body, command.decided_on):
        return None
    return Refused(
        Code.decision_must_be_of_its_meeting,
        meeting=command.meeting,
        body=meeting.body,
        held_on=meeting.held_on,
    )


def _revoke(
    command: RevokeResolution,
    home: CommunityId,
    community: Community,
    known: Known,
    context: Context,
) -> Outcome:
    resolution = known[stream(command.resolution)]
    refused = first_refusal(
        fund_rules.day_has_come(command.revoked_on, community, context),
        _unless_revoked(command, resolution),
        _unless_decided_before(command, resolution),
    )
    event = ResolutionRevoked(command.resolution, home, command.reason, command.revoked_on)
    return refused or ((stream(command.resolution), event),)


def _unless_revoked(command: RevokeResolution, resolution: Resolution) -> Refused | None:
    if resolution.revoked_on is None:
        return None
    return Refused(
        Code.resolution_must_not_be_revoked,
        resolution=command.resolution,
        revoked_on=resolution.revoked_on,
    )


def _unless_decided_before(command: RevokeResolution, resolution: Resolution) -> Refused | None:
    if resolution.decided_on <= command.revoked_on:
        return None
    return Refused(
        Code.resolution_must_come_first,
        resolution=command.resolution,
        decided_on=resolution.decided_on,
        day=command.revoked_on,
    )
