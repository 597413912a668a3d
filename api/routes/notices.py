"""Notices: what is on public display, without a token, and what was, for publishers and auditors.

The public sees figures of closed months and asks about now alone. Whoever publishes sees the draft
of a month at a position, with the digest that she publishes it by. Both see the list of givers as
it may be shown now; names come out of the vault for that, masked, and go nowhere else.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import chain
from typing import Any, Final

import msgspec
from fastapi import APIRouter, Depends
from starlette.responses import Response

from api import printing
from api.acknowledgements import Acknowledgements, acknowledged
from api.describing import answers
from api.desk import desk_of
from api.documents.notice import NoticeOnPaper, notice_pdf
from api.files import PDF, OnPaper
from api.gate import open_to_all
from api.obstacles import Obstacle
from api.parameters import (
    Asking,
    AskingOpenly,
    CommunityIn,
    CommunityPath,
    Known,
    KnownAt,
    MonthPath,
    NoticePath,
    Paged,
    Written,
    this_minute,
)
from api.problems import obstacle
from api.reading import Listed, Room, Told, answer, nothing_there
from api.tables import Table
from ledger.domain import communities
from ledger.domain.values import Digest, NoticeId
from ledger.projections import (
    month_sums,
    notices,
    period_records,
    public_months,
    shift_records,
)
from ledger.projections.notice_records import MODEL
from ledger.projections.notices import Display
from ledger.projections.public_figures import PublicMonth
from ledger.projections.public_months import Draft
from ledger.projections.reading import names

router: Final = APIRouter(tags=["notices"])

LISTS: Final = (MODEL, period_records.MODEL)
FIGURES: Final = (MODEL, *month_sums.MODELS)
GIVERS: Final = (shift_records.MODEL,)
"""Where the list of givers learns who died."""


class PublicNoticeList(Listed[notices.PublicNotice]):
    """Notices that are on display now, the newest first."""


class PublicNoticeTold(Told):
    """A notice and its figures as they were published, and the givers who may be listed now.

    `figures_differ` says that the ledger says something else of the month now, givers' wishes
    apart.
    """

    notice: notices.PublicNotice
    figures: PublicMonth
    figures_differ: bool
    acknowledgements: Acknowledgements

    def table(self) -> Table:
        """A row for each figure, by its path, then for each field of the list."""
        return _table(self.figures, self.acknowledgements)


class NoticeList(Listed[notices.Notice]):
    """Notices, also those that are not on display any more, the newest first."""


class NoticeTold(Told):
    """A notice with who did what, its figures as they were published, and those of now."""

    notice: notices.Notice
    figures: PublicMonth
    figures_now: PublicMonth
    figures_differ: bool


class NoticeDraft(Told):
    """What would be published of a month, and the digest to publish it by once it is closed."""

    at_position: int
    month_closed: bool
    digest: Digest
    figures: PublicMonth
    acknowledgements: Acknowledgements

    def table(self) -> Table:
        """A row for each figure, by its path, then for each field of the list."""
        return _table(self.figures, self.acknowledgements)


@router.get("/v1/notices", dependencies=[Depends(open_to_all)], **answers(PublicNoticeList))
async def list_notices(
    asking: AskingOpenly, page: Paged, community: CommunityIn | None = None
) -> Response:
    """The notices of a community, or of all, that are on display now; no token is needed."""

    def ask(room: Room) -> PublicNoticeList:
        room.horizon.widen(None)  # open to all
        rows = notices.register(
            room.connection,
            _moment(room),
            community,
            room.view,
            shown=True,
            limit=room.limit,
            after=room.after(tuple[date, NoticeId]),
        )
        shown = tuple(row.public for row in rows)
        return room.listed(PublicNoticeList, shown, lambda row: row.key)

    return await answer(asking, ask, *LISTS, when=Known(), page=page)


@router.get("/v1/notices/{notice}.pdf", dependencies=[Depends(open_to_all)], **answers(bytes, PDF))
async def print_notice(asking: AskingOpenly, notice: NoticePath) -> Response:
    """A notice that is on display, on paper, for a wall; no token is needed."""

    def ask(room: Room) -> OnPaper:
        found, told = _on_display(room, notice)
        home = communities.stream(found.community)
        paper = NoticeOnPaper(
            notice=told.notice,
            figures=told.figures,
            figures_differ=told.figures_differ,
            givers=told.acknowledgements,
            community=names(room.connection, {home})[home],
            published_at=printing.moment_of(room, found.position),
            place=printing.place_of(room, found.position),
        )
        return OnPaper(partial(notice_pdf, paper), f"notice-{notice}.pdf")

    return await answer(asking, ask, *FIGURES, *GIVERS)


@router.get(
    "/v1/notices/{notice}", dependencies=[Depends(open_to_all)], **answers(PublicNoticeTold)
)
async def get_notice(asking: AskingOpenly, whole: Written, notice: NoticePath) -> Response:
    """A notice that is on display, with its figures; no token is needed."""

    def ask(room: Room) -> PublicNoticeTold:
        return _on_display(room, notice)[1]

    return await answer(asking, ask, *FIGURES, *GIVERS, page=whole)


@router.get("/v1/communities/{community}/notices", **answers(NoticeList))
async def list_notices_of_community(
    asking: Asking, known: KnownAt, page: Paged, community: CommunityPath
) -> Response:
    """Every notice of a community, also those that ended or were withdrawn."""
    asking.asked_at = this_minute()  # what is on display ends with a day

    def ask(room: Room) -> NoticeList:
        room.must_find("notices", communities.stream(community))
        rows = notices.register(
            room.connection,
            _moment(room),
            community,
            room.view,
            limit=room.limit,
            after=room.after(tuple[date, NoticeId]),
        )
        return room.listed(NoticeList, rows, lambda row: row.key)

    return await answer(asking, ask, *LISTS, when=known, page=page)


@router.get("/v1/communities/{community}/notices/{notice}", **answers(NoticeTold))
async def get_notice_of_community(
    asking: Asking, known: KnownAt, community: CommunityPath, notice: NoticePath
) -> Response:
    """A notice, whatever became of it, with its figures and those of now."""
    asking.asked_at = this_minute()  # see above

    def ask(room: Room) -> NoticeTold:
        room.must_find("notices", communities.stream(community))
        found = _found(room, notice)
        if found.community != community:
            raise nothing_there()
        then, now = _then_and_now(room, found)
        differ = then.figures.without_givers != now.without_givers
        return NoticeTold(*room.heading, found, then.figures, now, differ)

    return await answer(asking, ask, *FIGURES, when=known)


@router.get("/v1/communities/{community}/notice-drafts/{month}", **answers(NoticeDraft))
async def get_notice_draft(
    asking: Asking, known: KnownAt, whole: Written, community: CommunityPath, month: MonthPath
) -> Response:
    """What would be published of a month as known now, or at a position; only if it is closed.

    The givers are those who may be listed now, whatever position is asked about.
    """
    asking.asked_at = this_minute()  # who is under age today is not tomorrow

    def ask(room: Room) -> NoticeDraft:
        room.must_find("notices", communities.stream(community))
        found = public_months.draft(room.connection, community, month, room.position)
        givers = acknowledged(room, community, _moment(room), found.givers)
        here, closed = room.position, found.closed
        return NoticeDraft(*room.heading, here, closed, found.digest, found.figures, givers)

    return await answer(asking, ask, *FIGURES, *GIVERS, when=known, page=whole)


def _on_display(room: Room, notice: NoticeId) -> tuple[notices.Notice, PublicNoticeTold]:
    """The notice, and what the public is told of it. Raises the problem 404 once it is not."""
    room.horizon.widen(None)  # open to all
    found = _found(room, notice)
    if found.display is not Display.shown:
        values = {"notice": notice, "last_day": found.last_day}
        raise obstacle(Obstacle.notice_must_be_on_display, **values)
    then, now = _then_and_now(room, found)
    differ = then.figures.without_givers != now.without_givers
    givers = acknowledged(room, found.community, _moment(room), then.givers)
    return found, PublicNoticeTold(*room.heading, found.public, then.figures, differ, givers)


def _moment(room: Room) -> datetime:
    """Now, or when what is asked about was recorded, where she asks about another time.

    On a ledger whose clock is set nobody else knows what day it is there.
    """
    now = datetime.now(UTC)
    if room.simulated or room.of_then:
        return notices.moment_of(room.connection, room.position) or now
    return now


def _found(room: Room, name: NoticeId) -> notices.Notice:
    found = notices.notice(room.connection, name, _moment(room), room.view)
    if found is None:
        raise nothing_there()
    return found


def _then_and_now(room: Room, notice: notices.Notice) -> tuple[Draft, PublicMonth]:
    """The figures of the notice, which must be the ones that were published, and those of now."""
    figures = desk_of(room.request).figures
    then = figures.published(room.connection, notice)
    if then is None:
        raise obstacle(Obstacle.figures_must_be_those_published, notice=notice.notice)
    return then, figures.now(room.connection, notice, then, room.position)


def _table(figures: PublicMonth, givers: Acknowledgements) -> Table:
    listed = {"acknowledgements": msgspec.to_builtins(givers)}
    figures_alone = replace(figures, acknowledgements=msgspec.UNSET)
    rows = chain(_below_each(msgspec.to_builtins(figures_alone)), _below_each(listed))
    return Table(("figure", "value"), rows)


def _below_each(named: dict[str, Any]) -> Iterator[tuple[str, object]]:
    for name, value in named.items():
        yield from _below(name, value)


def _below(path: str, value: Any) -> Iterator[tuple[str, object]]:  # noqa: ANN401 - plain data
    """What stands in a list is called by its first field: the payer, the kind, the fund."""
    if isinstance(value, list | tuple):
        for (_, name), *fields in (each.items() for each in value):
            yield from _below(f"{path}/{name}", dict(fields))
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _below(f"{path}/{name}", each)
    else:
        yield path, value
