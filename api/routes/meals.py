"""Meals: the claims of a canteen, its days, and what they add up to."""

from datetime import date
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.describing import answers
from api.parameters import Asking, At, CommunityPath, DayPath, MonthIn, Paged, SitePath
from api.reading import Listed, Room, Told, answer
from api.tables import Table, table_of
from ledger.domain import communities, sites
from ledger.domain.values import CommunityId, Month, SiteId
from ledger.projections import clerks, meals
from ledger.projections.meal_records import MODEL

router: Final = APIRouter(tags=["meals"])


class ClaimList(Listed[meals.Claim]):
    """Meals as they were claimed, with what became of them, by day."""


class DaySheetTold(Told):
    """A canteen's day: what it adds up to, and a page of its claims."""

    sheet: meals.DaySheet
    next: str | None

    def table(self) -> Table:
        """The claims of the page."""
        return table_of(meals.Claim, self.sheet.claims)


class CanteenTotals(Told):
    """What the meals of a canteen add up to in a month."""

    canteen: SiteId
    month: Month
    totals: meals.Totals


class Clerks(Told):
    """Who recorded the meals served at a canteen in a month, and how many each of them undid."""

    canteen: SiteId
    month: Month
    clerks: tuple[clerks.Clerk, ...]


class CommunityTotals(Told):
    """What the meals of all canteens of a community add up to in a month."""

    community: CommunityId
    month: Month
    totals: meals.Totals


@router.get("/v1/canteens/{canteen}/claims", **answers(ClaimList))
async def list_claims(
    asking: Asking, when: At, page: Paged, canteen: SitePath, month: MonthIn
) -> Response:
    """The claims of a canteen's month, also those that were reversed."""

    def ask(room: Room) -> ClaimList:
        room.must_find("claims", sites.stream(canteen))
        after = room.after(tuple[date, int])
        rows = meals.claims(
            room.connection, canteen, month, room.view, limit=room.limit, after=after
        )
        return room.listed(ClaimList, rows, lambda row: row.key)

    return await answer(asking, ask, MODEL, when=when, page=page)


@router.get("/v1/canteens/{canteen}/days/{day}", **answers(DaySheetTold))
async def get_day_sheet(
    asking: Asking, when: At, page: Paged, canteen: SitePath, day: DayPath
) -> Response:
    """The meals served at a canteen on a day."""

    def ask(room: Room) -> DaySheetTold:
        room.must_find("claims", sites.stream(canteen))
        after = room.after(tuple[date, int])
        sheet = meals.day_sheet(
            room.connection, canteen, day, room.view, limit=room.limit, after=after
        )
        following = room.next(sheet.claims, lambda row: row.key)
        return DaySheetTold(*room.heading, sheet, following)

    return await answer(asking, ask, MODEL, when=when, page=page)


@router.get("/v1/canteens/{canteen}/totals", **answers(CanteenTotals))
async def get_canteen_totals(
    asking: Asking, when: At, canteen: SitePath, month: MonthIn
) -> Response:
    """What the canteen's meals of a month add up to, by payer."""

    def ask(room: Room) -> CanteenTotals:
        room.must_find("claims", sites.stream(canteen))
        totals = meals.totals_of_canteen(room.connection, canteen, month, room.view)
        return CanteenTotals(*room.heading, canteen, month, totals)

    return await answer(asking, ask, MODEL, when=when)


@router.get("/v1/canteens/{canteen}/clerks", **answers(Clerks))
async def list_clerks(asking: Asking, when: At, canteen: SitePath, month: MonthIn) -> Response:
    """How many meals each clerk recorded, and how many of them she undid within ten minutes."""

    def ask(room: Room) -> Clerks:
        room.must_find("claims", sites.stream(canteen))
        found = clerks.of_canteen(room.connection, canteen, month, room.view)
        return Clerks(*room.heading, canteen, month, found)

    return await answer(asking, ask, MODEL, when=when)


@router.get("/v1/communities/{community}/meals", **answers(CommunityTotals))
async def get_community_totals(
    asking: Asking, when: At, community: CommunityPath, month: MonthIn
) -> Response:
    """What the meals at all canteens of the community add up to in a month, by payer."""

    def ask(room: Room) -> CommunityTotals:
        room.must_find("claims", communities.stream(community))
        totals = meals.totals_of_community(room.connection, community, month, room.view)
        return CommunityTotals(*room.heading, community, month, totals)

    return await answer(asking, ask, MODEL, when=when)
