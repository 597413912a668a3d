"""Funds: what the money of each community is doing, and what waits for somebody's step.

The figures are those of `/v1/funds`, `/v1/disbursements` and `/v1/settlements`, of one snapshot.
"""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Final

from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import words
from api.pages.reading import AskingInside, OnPage, holds, today_of
from api.pages.routing import pages
from api.parameters import CommunityIn, FundPath
from api.reading import Room, answer, nothing_there
from ledger.domain import communities, sites
from ledger.domain.authority import NOWHERE, Role
from ledger.domain.disbursement_records import Stage
from ledger.domain.funds import stream
from ledger.domain.values import CommunityId, FundId, Title
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
from ledger.projections.settlements import SettlementLine

router: Final[APIRouter] = pages()
MODELS: Final = (fund_records.MODEL, disbursement_records.MODEL, settlement_records.MODEL)
SHOWN: Final = 20
IN_FULL_MOST: Final = 6
"""Of so many communities every fund is shown at once."""
_RETURNED: Final = settlement_records.SettlementStage.returned
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
async def funds_page(asking: AskingInside, community: CommunityIn | None = None) -> Response:
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
        waiting, settling = _waiting(room, today), _settling(room, today)
        return OnPage(
            room.request,
            "funds",
            {
                "here": "/funds" if community is None else f"/funds?community={community}",
                "purses": purses,
                "in_lines": len(purses) > IN_FULL_MOST,
                "one": community,
                "reads_payees": room.reach("payees") != NOWHERE,
                "waiting": [(line, is_for(room, line)) for line in waiting],
                "settling": settling,
                "canteens": names(
                    room.connection, {sites.stream(each.canteen) for each in settling}
                ),
                "today": today,
                "words": words,
                "position": room.position,
            },
        )

    return await answer(asking, ask, *MODELS)


def _purses(room: Room, found: list[Fund]) -> tuple[Purse, ...]:
    called = names(room.connection, {communities.stream(fund.community) for fund in found})
    return tuple(
        Purse(community, called[communities.stream(community)], tuple(those))
        for community, those in groupby(found, attrgetter("community"))
    )


def _waiting(room: Room, today: date) -> tuple[DisbursementLine, ...]:
    """What was asked for and is neither paid nor refused, the longest waiting first."""
    room.must_hold_a_role("disbursements")
    lines = [
        line
        for stage in OPEN_STAGES
        for line in disbursements.register(
            room.connection,
            stage=stage,
            day=today,
            known=room.view.known,
            limit=SHOWN,
            reach=room.reach("disbursements"),
        )
    ]
    return tuple(sorted(lines, key=attrgetter("position")))


def _settling(room: Room, today: date) -> tuple[SettlementLine, ...]:
    """Months of canteens that were presented and are not paid."""
    room.must_hold_a_role("settlements")
    lines = settlements.register(
        room.connection,
        day=today,
        view=room.view,
        limit=SHOWN,
        reach=room.reach("settlements"),
    )
    return tuple(line for line in lines if line.left_fen and line.stage is not _RETURNED)


@router.get("/funds/{fund}")
async def fund_page(asking: AskingInside, fund: FundPath) -> Response:
    """One fund: what it may spend, month by month, what came and went, what it was asked for."""

    def ask(room: Room) -> OnPage:
        home = room.must_find("funds", stream(fund))
        found = found_fund(room, fund)
        home_name = names(room.connection, {communities.stream(found.community)})
        asked_for = disbursements.register(
            room.connection,
            fund=fund,
            day=today_of(room),
            known=room.view.known,
            limit=SHOWN,
            reach=room.reach("disbursements"),
        )
        return OnPage(
            room.request,
            "fund",
            {
                "fund": found,
                "community": home_name[communities.stream(found.community)],
                "months": funds.fund_by_month(room.connection, fund, room.view),
                "movements": funds.fund_statement(room.connection, fund, room.view, limit=SHOWN),
                "asked_for": asked_for,
                "may_ask": holds(room, Role.fund_manager, home),
                "today": today_of(room),
                "words": words,
                "position": room.position,
            },
        )

    return await answer(asking, ask, *MODELS)


def found_fund(room: Room, fund: FundId) -> Fund:
    """The fund as it is now. Raises the problem 404 if there is none."""
    found = funds.funds(room.connection, None, room.view, fund=fund)
    if not found:
        raise nothing_there()
    return found[0]


def is_for(room: Room, line: DisbursementLine) -> bool:
    """Whether her role takes the step that this one waits for."""
    role = Role.approver if line.waiting_for is WaitingFor.approval else Role.cashier
    return line.waiting_for is not None and holds(room, role, line.community)
