"""Contributions: what residents gave and promised, what it comes to, and ideas without an answer.

Whoever holds a role in the community may read; who gave is told to those who work with people, and
how much to those who work with money, unless the giver shows it or asks herself.
"""

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.describing import answers
from api.parameters import Asking, At, CommunityPath, KnownAt, Paged, Written
from api.reading import Listed, Room, answer
from api.routes.league import SeasonIn
from ledger.domain import communities
from ledger.domain.contribution_records import ContributionKind
from ledger.domain.values import CommunityId, ContributionId, PersonId
from ledger.projections import contributions
from ledger.projections.contribution_records import MODEL
from ledger.projections.seasons import Season

router: Final = APIRouter(tags=["contributions"])

KindIn = Annotated[ContributionKind, Query(alias="of_kind", examples=["cash"])]


class ContributionList(Listed[contributions.Contribution]):
    """Contributions that stand, the latest first."""


class PledgeList(Listed[contributions.Pledge]):
    """Promises that are not kept yet, the latest first."""


class ContributionSums(Listed[contributions.SumOfKind]):
    """What contributions come to, kind by kind."""


class IdeaList(Listed[contributions.WaitingIdea]):
    """Ideas without an answer, the longest waiting first."""


def sight_of(room: Room, reader: PersonId, community: CommunityId) -> contributions.Sight:
    """Who asks, and what she may see of what others gave."""
    givers = room.may_read("statement", community)
    return contributions.Sight(reader, givers, room.may_read("balances", community))


@router.get("/v1/communities/{community}/contributions", **answers(ContributionList))
async def list_contributions(
    asking: Asking,
    known: KnownAt,
    page: Paged,
    community: CommunityPath,
    of_kind: KindIn | None = None,
) -> Response:
    """What was given to a community, the latest first."""

    def ask(room: Room) -> ContributionList:
        room.must_find("contributions", communities.stream(community))
        rows = contributions.contributions(
            room.connection,
            community,
            sight_of(room, asking.actor, community),
            room.view,
            kind=of_kind,
            limit=room.limit,
            after=room.after(tuple[date, ContributionId]),
        )
        return room.listed(ContributionList, rows, lambda row: row.key)

    return await answer(asking, ask, MODEL, when=known, page=page)


@router.get("/v1/communities/{community}/pledges", **answers(PledgeList))
async def list_pledges(
    asking: Asking, known: KnownAt, page: Paged, community: CommunityPath
) -> Response:
    """What was promised to a community and is not given yet, the latest first."""

    def ask(room: Room) -> PledgeList:
        room.must_find("contributions", communities.stream(community))
        rows = contributions.open_pledges(
            room.connection,
            community,
            sight_of(room, asking.actor, community),
            room.view,
            limit=room.limit,
            after=room.after(tuple[date, ContributionId]),
        )
        return room.listed(PledgeList, rows, lambda row: row.key)

    return await answer(asking, ask, MODEL, when=known, page=page)


@router.get("/v1/communities/{community}/contribution-sums", **answers(ContributionSums))
async def get_contribution_sums(
    asking: Asking, when: At, whole: Written, community: CommunityPath, season: SeasonIn
) -> Response:
    """What the contributions of a season come to, kind by kind."""

    def ask(room: Room) -> ContributionSums:
        room.must_find("contributions", communities.stream(community))
        sight = sight_of(room, asking.actor, community)
        named = Season.named(season)
        rows = contributions.sums(room.connection, community, named, sight, room.view)
        return ContributionSums(*room.heading, rows, None)

    return await answer(asking, ask, MODEL, when=when, page=whole)


@router.get("/v1/communities/{community}/ideas", **answers(IdeaList))
async def list_waiting_ideas(
    asking: Asking, known: KnownAt, page: Paged, community: CommunityPath
) -> Response:
    """The ideas that a community has not answered, the longest waiting first."""

    def ask(room: Room) -> IdeaList:
        room.must_find("contributions", communities.stream(community))
        rows = contributions.waiting_ideas(
            room.connection,
            community,
            room.view,
            limit=room.limit,
            after=room.after(tuple[date, ContributionId]),
        )
        return room.listed(IdeaList, rows, lambda row: row.key)

    return await answer(asking, ask, MODEL, when=known, page=page)
