"""Contributions: what residents gave to a community, the latest first.

Who gave is told to those who work with people, and how much to those who work with money, as the
API tells it; each look at a name is logged.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, Final

from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import words_of_contributions as words
from api.pages.forms import LEFT_EMPTY
from api.pages.languages import marked as _
from api.pages.lists import paged
from api.pages.names import each_look_is_a_look, names_of
from api.pages.offices import names_of_communities
from api.pages.reading import AskingInside, OnPage, holds, today_of
from api.pages.routing import pages
from api.parameters import CommunityPath, Page
from api.reading import Room, answer
from api.routes.contributions import KindIn, sight_of
from ledger.domain import communities
from ledger.domain.authority import Authority, Role
from ledger.domain.contribution_records import ContributionKind
from ledger.domain.values import CommunityId, ContributionId
from ledger.projections import (
    contribution_records,
    contributions,
    fund_records,
    listings,
    shift_records,
)
from ledger.projections.funds import Fund, funds

router: Final[APIRouter] = pages()
MODELS: Final = (contribution_records.MODEL, fund_records.MODEL, shift_records.MODEL)
HERE: Final = "/contributions"
SHOWN: Final = 30
RECORDERS: Final = (Role.registrar, Role.fund_manager)
PROMISERS: Final = (Role.registrar, Role.volunteer)
"""A registrar writes down what anybody promises, a volunteer promises for herself."""
ASKED: Final[Mapping[ContributionKind, tuple[str, ...]]] = MappingProxyType(
    {
        ContributionKind.cash: ("gift.fund", "gift.amount_yuan"),
        ContributionKind.labour: ("gift.labour_minutes",),
        ContributionKind.idea: ("gift.topic",),
    }
)
"""What its form asks of a kind; of the others it asks nothing."""

Paged = Annotated[Page, paged(SHOWN)]


@router.get("/contributions")
async def contributions_pages(asking: AskingInside) -> Response:
    """The communities whose contributions she may look at."""

    def ask(room: Room) -> OnPage:
        room.must_hold_a_role("contributions")
        found = listings.communities(room.connection, room.reach("contributions"))
        called = names_of_communities(room, [each.community for each in found])
        values = {
            "what": _("Contributions of residents"),
            "base": HERE,
            "communities": sorted(called.items()),
        }
        return OnPage(room.request, "which", values)

    return await answer(asking, ask, *MODELS)


@router.get("/contributions/{community}")
async def contributions_page(
    asking: AskingInside, page: Paged, community: CommunityPath, of_kind: KindIn | None = None
) -> Response:
    """What was given to a community."""

    def ask(room: Room) -> OnPage:
        room.must_find("contributions", communities.stream(community))
        return OnPage(room.request, "contributions", _listed(room, community, of_kind))

    each_look_is_a_look(asking)
    return await answer(asking, ask, *MODELS, page=page)


def _listed(room: Room, community: CommunityId, kind: ContributionKind | None) -> dict[str, Any]:
    sight = sight_of(room, room.authority.person, community)
    rows = contributions.contributions(
        room.connection,
        community,
        sight,
        room.view,
        kind=kind,
        limit=room.limit,
        after=room.after(tuple[date, ContributionId]),
    )
    return {
        "community": community,
        "community_name": names_of_communities(room, [community])[community],
        "rows": rows,
        "of_kind": kind,
        "names": names_of(room, (each.person for each in rows if each.person)),
        "sight": sight,
        "may_record": may_record(room, community),
        "may_promise": may_promise(room, community),
        "promises_for_others": promises_for_others(room.authority, community),
        "next": room.next(rows, lambda row: row.key),
        "reader": room.authority.person,
        "words": words,
        "position": room.position,
        "today": today_of(room),
    }


def may_record(room: Room, community: CommunityId) -> bool:
    """Whether she enters what is given to the community."""
    return any(holds(room, role, community) for role in RECORDERS)


def may_promise(room: Room, community: CommunityId) -> bool:
    """Whether she enters what is promised to the community, by others or by herself."""
    return any(holds(room, role, community) for role in PROMISERS)


def left_empty(kind: ContributionKind, given: Mapping[str, str]) -> dict[str, str]:
    """What the form of the kind asks and was not said: each is a fault of its own."""
    asked = ASKED.get(kind, ())
    return {name: LEFT_EMPTY for name in asked if not given.get(name, "").strip()}


def promises_for_others(authority: Authority, community: CommunityId) -> bool:
    """Whether she writes down what others promise to the community."""
    reach = authority.reach((Role.registrar,))
    return reach is None or community in reach


def funds_of(room: Room, community: CommunityId) -> tuple[Fund, ...]:
    """The funds that take money for the community; their names alone are told here."""
    return funds(room.connection, community, room.view)
