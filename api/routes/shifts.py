"""Shifts: the board of a community, and one shift with everybody in it.

The board shows what is so now, or what was known. Who came to a shift is shown to those who work
with service; a volunteer sees the numbers, and herself.
"""

from datetime import datetime
from secrets import token_hex
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.describing import answers
from api.desk import desk_of
from api.parameters import (
    Asking,
    CommunityIn,
    CommunityPath,
    DayIn,
    KnownAt,
    Paged,
    ShiftPath,
)
from api.reading import Listed, Room, Told, answer, nothing_there
from ledger.domain import communities
from ledger.domain.shifts import stream
from ledger.domain.values import PersonId, ShiftId, SiteCode
from ledger.projections import shifts
from ledger.projections.shift_records import MODEL

router: Final = APIRouter(tags=["shifts"])


class Board(Listed[shifts.BoardLine]):
    """The shifts of a community, in the order of their start."""


class ShiftTold(Told):
    """A shift, and the people in it whom the caller may see."""

    shift: shifts.BoardLine
    people: tuple[shifts.PersonInShift, ...]


class CodeTold(Told):
    """What the display of a shift shows, and until when."""

    shift: ShiftId
    code: SiteCode
    until: datetime


class WaitingList(Listed[shifts.Unconfirmed]):
    """Who came to shifts and has not been confirmed, the longest waiting first."""


@router.get("/v1/shifts", **answers(Board))
async def list_shifts(
    asking: Asking,
    known: KnownAt,
    page: Paged,
    *,
    community: CommunityIn,
    from_day: DayIn,
    to_day: DayIn,
) -> Response:
    """The shifts of a community that start on these local days, both included."""

    def ask(room: Room) -> Board:
        room.must_find("shifts", communities.stream(community))
        after = room.after(tuple[datetime, ShiftId])
        rows = shifts.board(
            room.connection,
            community,
            from_day,
            to_day,
            known=room.view.known,
            limit=room.limit,
            after=after,
        )
        return room.listed(Board, rows, lambda row: row.key)

    return await answer(asking, ask, MODEL, when=known, page=page)


@router.get("/v1/shifts/{shift}", **answers(ShiftTold))
async def get_shift(asking: Asking, known: KnownAt, shift: ShiftPath) -> Response:
    """A shift, and who is in it."""

    def ask(room: Room) -> ShiftTold:
        place = room.must_find("shifts", stream(shift))
        sheet = shifts.shift(room.connection, shift, known=room.view.known)
        if sheet is None:
            raise nothing_there()
        everybody = room.may_read("statement", place)
        people = (each for each in sheet.people if everybody or each.person == asking.actor)
        return ShiftTold(*room.heading, sheet.line, tuple(people))

    return await answer(asking, ask, MODEL, when=known)


@router.get("/v1/shifts/{shift}/code", **answers(CodeTold))
async def get_site_code(asking: Asking, shift: ShiftPath) -> Response:
    """The code to be shown where the shift takes place; whoever checks in sends it along."""

    def ask(room: Room) -> CodeTold:
        room.must_find("site-codes", stream(shift))
        running = desk_of(room.request).running
        shown = running.ways.site_codes.now(shift, running.ledger.clock())
        return CodeTold(*room.heading, shift, shown.code, shown.until)

    asking.nonce = token_hex(8)
    return await answer(asking, ask, MODEL)


@router.get("/v1/communities/{community}/unconfirmed", **answers(WaitingList))
async def list_unconfirmed(
    asking: Asking, known: KnownAt, page: Paged, community: CommunityPath
) -> Response:
    """Who came to shifts of the community and has not been confirmed yet."""

    def ask(room: Room) -> WaitingList:
        room.must_find("statement", communities.stream(community))
        after = room.after(tuple[datetime, ShiftId, PersonId])
        rows = shifts.waiting_for_confirmation(
            room.connection, community, known=room.view.known, limit=room.limit, after=after
        )
        return room.listed(WaitingList, rows, lambda row: row.key)

    return await answer(asking, ask, MODEL, when=known, page=page)
