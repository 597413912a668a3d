"""Events of contributions and councils, by hand: in Jinning on 2 March, unless told otherwise."""

from datetime import UTC, date, datetime
from itertools import count

from ledger.domain.contribution_records import (
    AmountVisibilitySet,
    AnswerReason,
    ContributionKind,
    ContributionPledged,
    ContributionRecorded,
    ContributionWithdrawn,
    Gift,
    IdeaAnswer,
    IdeaAnswered,
    IdeaTopic,
    PledgeWithdrawn,
)
from ledger.domain.councils import AttendanceWithdrawn, MeetingAttended
from ledger.domain.values import (
    CommunityId,
    ContributionId,
    Count,
    Fen,
    FundId,
    MeetingId,
    Minutes,
    Month,
    PersonId,
    month_of,
)
from tests.projections.service_events import CHEN, JINNING, MARCH, MARCH_2

ZHOU = PersonId("00000000-0000-4000-8000-00000000000c")
CHAIRS = Gift(ContributionKind.goods)
IDEA = Gift(ContributionKind.idea, topic=IdeaTopic.safety)
LABOUR = Gift(ContributionKind.labour, labour_minutes=Minutes(90))
HALL = MeetingId("hall-0302")
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
_numbers = count(1)


def cash(amount_fen: int) -> Gift:
    return Gift(ContributionKind.cash, FundId("jinning-general"), Fen(amount_fen))


def name(number: int) -> ContributionId:
    return ContributionId(f"gift-{number:04}")


def gift(
    what: Gift | None = None,
    on: date = MARCH_2,
    *,
    who: PersonId | None = CHEN,
    called: ContributionId | None = None,
    amount_fen: int = 500,
    public: bool = False,
    where: CommunityId = JINNING,
) -> ContributionRecorded:
    """Cash, unless it is said what; each under a name of its own unless one is given."""
    given = what or cash(amount_fen)
    return ContributionRecorded(
        called or name(next(_numbers)),
        where,
        who,
        None,
        given,
        amount_public=public,
        receipt=None if given.fund is None else Count(1),
        recorded_by=CHEN,
        recorded_at=NOON,
        occurred_on=on,
        booked_in=month_of(on),
    )


def withdrawn(given: ContributionRecorded, booked_in: Month | None = None) -> ContributionWithdrawn:
    return ContributionWithdrawn(
        given.contribution,
        given.community,
        given.person,
        given.gift,
        given.receipt,
        given.occurred_on,
        booked_in or given.booked_in,
    )


def pledge(
    called: ContributionId, what: Gift, on: date = MARCH_2, *, who: PersonId | None = CHEN
) -> ContributionPledged:
    return ContributionPledged(
        called, JINNING, who, None, what, amount_public=False, pledged_by=CHEN, occurred_on=on
    )


def pledge_withdrawn(called: ContributionId) -> PledgeWithdrawn:
    return PledgeWithdrawn(called, JINNING, MARCH_2)


def shown(called: ContributionId, *, public: bool) -> AmountVisibilitySet:
    return AmountVisibilitySet(called, JINNING, public, MARCH_2)


def answered(called: ContributionId, answer: IdeaAnswer = IdeaAnswer.accepted) -> IdeaAnswered:
    return IdeaAnswered(called, JINNING, answer, AnswerReason.worth_doing, MARCH_2)


def came(who: PersonId, meeting: MeetingId = HALL) -> MeetingAttended:
    return MeetingAttended(meeting, who, JINNING, MARCH_2, MARCH)


def went(who: PersonId, meeting: MeetingId = HALL) -> AttendanceWithdrawn:
    return AttendanceWithdrawn(meeting, who, JINNING, MARCH_2, MARCH)
