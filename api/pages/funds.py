"""Funds: what the money of each community is doing, and what waits for somebody's step.

The figures are those of `/v1/funds`, `/v1/disbursements` and `/v1/settlements`, of one snapshot.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby, islice
from operator import attrgetter
from typing import Any, Final

from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import words
from api.pages.fund_movements import lines_of
from api.pages.lists import AfterIn, Lists, lists_of
from api.pages.payee_names import payees_named
from api.pages.payers import payers_named
from api.pages.reading import AskingInside, OnPage, holds, today_of
from api.pages.routing import pages
from api.parameters import CommunityIn, FundPath, Page
from api.reading import Room, answer, nothing_there
from ledger.domain import communities, sites
from ledger.domain.authority import NOWHERE, Role
from ledger.domain.disbursement_records import Stage
from ledger.domain.funds import stream
from ledger.domain.values import CommunityId, FundId, Month, SiteId, Title
from ledger.projections import (
    disbursement_records,
    disbursements,
    fund_records,
    funds,
    settlement_records,
    settlements,
)
from ledger.projections.disbursements import DisbursementLine, WaitingFor
from ledger.projections.funds import Fund
from ledger.projections.reading import names
from ledger.projections.settlement_records import SettlementStage
from ledger.projections.settlements import Owing, SettlementLine
from ledger.projections.view import Basis

router: Final[APIRouter] = pages()
MODELS: Final = (fund_records.MODEL, disbursement_records.MODEL, settlement_records.MODEL)
SHOWN: Final = 20
MONTHS: Final = "months"
REQUESTS: Final = "requests"
MOVEMENTS: Final = "movements"
SETTLING: Final = "settling"
IN_FULL_MOST: Final = 6
"""Of so many communities every fund is shown at once."""
SETTLES: Final[Mapping[SettlementStage, Role]] = {
    SettlementStage.submitted: Role.settlement_checker,
    SettlementStage.checked: Role.approver,
    SettlementStage.approved: Role.cashier,
}
"""Whose step comes after each."""
OPEN_STAGES: Final = (Stage.requested, Stage.approved)


@dataclass(frozen=True, slots=True)
class Purse:
    """The funds of a community, and what they come to."""

    community: CommunityId
    name: Title
    funds: tuple[Fund, ...]

    @property
    def held_fen(self) -> int:
        """What is in all of them."""
        return sum(fund.held_fen for fund in self.funds)

    @property
    def available_fen(self) -> int:
        """What may still be spent of all of them."""
        return sum(fund.available_fen for fund in self.funds)


@router.get("/funds")
async def funds_page(
    asking: AskingInside, community: CommunityIn | None = None, after: AfterIn = None
) -> Response:
    """All funds that she reaches, or those of one community, and what waits.

    Of many communities each is a line, which leads to its funds.
    """

    def ask(room: Room) -> OnPage:
        if community is None:
            room.must_hold_a_role("funds")
        else:
            room.must_read("funds", community)
        reach, today = room.reach("funds"), today_of(room)
        found = [
            fund
            for fund in funds.funds(room.connection, community, room.view)
            if reach is None or fund.community in reach
        ]
        purses = _purses(room, found)
        lists = lists_of(room, *OPEN_STAGES, SETTLING)
        return OnPage(
            room.request,
            "funds",
            {
                "here": _here(lists, community),
                "purses": purses,
                "in_lines": len(purses) > IN_FULL_MOST,
                "one": community,
                "lists": lists,
                "reads_payees": room.reach("payees") != NOWHERE,
                "today": today,
                "words": words,
                "position": room.position,
            }
            | _waiting(lists, community, today)
            | _settling(lists, community, today),
        )

    return await answer(asking, ask, *MODELS, page=Page(SHOWN, after))


def _purses(room: Room, found: list[Fund]) -> tuple[Purse, ...]:
    called = names(room.connection, {communities.stream(fund.community) for fund in found})
    return tuple(
        Purse(community, called[communities.stream(community)], tuple(those))
        for community, those in groupby(found, attrgetter("community"))
    )


def _here(lists: Lists, community: CommunityId | None) -> str:
    """Where the page is asked for again when something happened."""
    if lists.one:
        return f"/funds?{lists.room.request.url.query}"
    return "/funds" if community is None else f"/funds?community={community}"


def _waiting(lists: Lists, community: CommunityId | None, today: date) -> dict[str, Any]:
    """What was asked for and is neither paid nor refused, the longest waiting first."""
    room = lists.room
    room.must_hold_a_role("disbursements")
    lines: list[DisbursementLine] = []
    more: dict[Stage, str | None] = {}
    for stage in filter(lists.shows, OPEN_STAGES):
        (after,) = lists.after(stage, tuple[int]) or (None,)
        found = disbursements.register(
            room.connection,
            community=community,
            stage=stage,
            day=today,
            known=room.view.known,
            limit=room.limit,
            after=after,
            reach=room.reach("disbursements"),
        )
        more[stage] = lists.more(stage, found, lambda each: (each.position,))
        lines += found
    lines.sort(key=attrgetter("position"))
    homes = {communities.stream(each.community) for each in lines}
    acted = disbursements.taken_by(
        room.connection, room.authority.person, lines, known=room.view.known
    )
    return {
        "waiting": [(line, line.name not in acted and is_for(room, line)) for line in lines],
        "more_waiting": more,
        "asked": names(room.connection, homes | {stream(each.fund) for each in lines}),
    }


def _settling(lists: Lists, community: CommunityId | None, today: date) -> dict[str, Any]:
    """Months of canteens that were presented and are not paid."""
    if not lists.shows(SETTLING):
        return {"settling": (), "more_settling": None}
    room = lists.room
    room.must_hold_a_role("settlements")
    lines = settlements.register(
        room.connection,
        community=community,
        day=today,
        view=room.view,
        limit=room.limit,
        after=lists.after(SETTLING, tuple[Month, SiteId]),
        reach=room.reach("settlements"),
        unpaid=True,
    )
    owing = settlements.owing(room.connection, lines, room.view)
    homes = {communities.stream(each.community) for each in lines}
    return {
        "settling": [(line, is_settled_by(room, line)) for line in lines],
        "canteens": names(room.connection, homes | {sites.stream(each.canteen) for each in lines}),
        "owing": {line.key: [each for each in owing if _is_of(each, line)] for line in lines},
        "payers": payers_named(room, (each.payer for each in owing)),
        "more_settling": lists.more(SETTLING, lines, lambda each: (each.month, each.canteen)),
    }


def _is_of(owing: Owing, line: SettlementLine) -> bool:
    return (owing.month, owing.canteen) == line.key


@router.get("/funds/{fund}")
async def fund_page(asking: AskingInside, fund: FundPath, after: AfterIn = None) -> Response:
    """One fund: what it may spend, month by month, what came and went, what it was asked for."""

    def ask(room: Room) -> OnPage:
        home = room.must_find("funds", stream(fund))
        found = found_fund(room, fund)
        lists = lists_of(room, MONTHS, REQUESTS, MOVEMENTS)
        return OnPage(
            room.request,
            "fund",
            {
                "fund": found,
                "community": home_name(room, found.community),
                "lists": lists,
                **_months(lists, fund),
                **_requests(lists, found),
                **_movements(lists, found),
                "may_ask": holds(room, Role.fund_manager, home),
                "today": today_of(room),
                "words": words,
                "position": room.position,
            },
        )

    return await answer(asking, ask, *MODELS, page=Page(SHOWN, after))


def _months(lists: Lists, fund: FundId) -> dict[str, Any]:
    """The newest months as they are booked, the oldest of them first: a closed one stays so."""
    if not lists.shows(MONTHS):
        return {"months": (), "earlier_months": None}
    room, (before,) = lists.room, lists.after(MONTHS, tuple[Month]) or (None,)
    booked = replace(room.view, basis=Basis.booked)
    months = funds.without_gaps(funds.fund_by_month(room.connection, fund, booked))
    shown = (each for each in months if before is None or each.month < before)
    newest = tuple(islice(shown, room.limit))
    more = lists.more(MONTHS, newest, lambda each: (each.month,))
    return {"months": newest[::-1], "earlier_months": more}


def _requests(lists: Lists, fund: Fund) -> dict[str, Any]:
    """What it was asked for, the newest first."""
    if not lists.shows(REQUESTS):
        return {"asked_for": (), "payees": {}, "more_requests": None}
    room, (after,) = lists.room, lists.after(REQUESTS, tuple[int]) or (None,)
    found = disbursements.register(
        room.connection,
        fund=fund.fund,
        day=today_of(room),
        known=room.view.known,
        limit=room.limit,
        after=after,
        reach=room.reach("disbursements"),
    )
    more = lists.more(REQUESTS, found, lambda each: (each.position,))
    called = payees_named(room, fund.community, {each.payee for each in found})
    return {"asked_for": found, "payees": called, "more_requests": more}


def _movements(lists: Lists, fund: Fund) -> dict[str, Any]:
    """What came and went, the newest first."""
    if not lists.shows(MOVEMENTS):
        return {"movements": (), "more_movements": None}
    room, (after,) = lists.room, lists.after(MOVEMENTS, tuple[int]) or (None,)
    found = funds.fund_statement(
        room.connection, fund.fund, room.view, limit=room.limit, after=after
    )
    more = lists.more(MOVEMENTS, found, lambda each: (each.position,))
    told = list(lines_of(room, fund.community, found))
    return {"movements": told, "more_movements": more}


def found_fund(room: Room, fund: FundId) -> Fund:
    """The fund as it is now. Raises the problem 404 if there is none."""
    found = funds.funds(room.connection, None, room.view, fund=fund)
    if not found:
        raise nothing_there()
    return found[0]


def home_name(room: Room, community: CommunityId) -> Title:
    """How the community of a fund is called."""
    here = communities.stream(community)
    return names(room.connection, {here})[here]


def is_settled_by(room: Room, line: SettlementLine) -> bool:
    """Whether her role takes the step that the settlement waits for."""
    role = SETTLES.get(line.stage)
    return role is not None and holds(room, role, line.community)


def is_for(room: Room, line: DisbursementLine) -> bool:
    """Whether her role takes the step that this one waits for."""
    role = Role.approver if line.waiting_for is WaitingFor.approval else Role.cashier
    return line.waiting_for is not None and holds(room, role, line.community)
