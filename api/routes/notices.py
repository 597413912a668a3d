"""Notices: what is on public display, without a token, and what was, for publishers and auditors.

The public sees figures of closed months and asks about now alone. Whoever publishes sees the draft
of a month at a position, with the digest that she publishes it by. What both are told of a notice
is in `displaying`.
"""

from datetime import date
from functools import partial
from typing import Final

from fastapi import APIRouter, Depends
from starlette.responses import Response

from api import printing
from api.acknowledgements import Acknowledgements, acknowledged
from api.describing import answers
from api.displaying import (
    FIGURES,
    GIVERS,
    LISTS,
    PublicNoticeTold,
    found_notice,
    moment_asked,
    on_display,
    table_of_month,
    then_and_now,
    told_otherwise,
)
from api.documents.notice import NoticeOnPaper, notice_pdf
from api.files import PDF, OnPaper
from api.gate import open_to_all
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
from api.reading import Listed, Room, Told, answer, nothing_there
from api.tables import Table
from ledger.domain import communities
from ledger.domain.values import Digest, NoticeId
from ledger.projections import notices, public_months
from ledger.projections.payers import bearing, payer_names
from ledger.projections.public_figures import PublicMonth
from ledger.projections.reading import names

router: Final = APIRouter(tags=["notices"])


class PublicNoticeList(Listed[notices.PublicNotice]):
    """Notices that are on display now, the newest first."""


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
        return table_of_month(self.figures, self.acknowledgements)


@router.get("/v1/notices", dependencies=[Depends(open_to_all)], **answers(PublicNoticeList))
async def list_notices(
    asking: AskingOpenly, page: Paged, community: CommunityIn | None = None
) -> Response:
    """The notices of a community, or of all, that are on display now; no token is needed."""

    def ask(room: Room) -> PublicNoticeList:
        room.horizon.widen(None)  # open to all
        rows = notices.register(
            room.connection,
            moment_asked(room),
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
        found, told = on_display(room, notice)
        home = communities.stream(found.community)
        paper = NoticeOnPaper(
            notice=told.notice,
            figures=told.figures,
            figures_differ=told.figures_differ,
            givers=told.acknowledgements,
            community=names(room.connection, {home})[home],
            payers=payer_names(room.connection, bearing(told.figures.meals), room.position),
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
        return on_display(room, notice)[1]

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
            moment_asked(room),
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
        found = found_notice(room, notice)
        if found.community != community:
            raise nothing_there()
        then, now = then_and_now(room, found)
        differ = told_otherwise(then, now)
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
        givers = acknowledged(room, community, moment_asked(room), found.givers)
        here, closed = room.position, found.closed
        return NoticeDraft(*room.heading, here, closed, found.digest, found.figures, givers)

    return await answer(asking, ask, *FIGURES, *GIVERS, when=known, page=whole)
