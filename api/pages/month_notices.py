"""Month notices: the draft of a month's notice, as everybody would see it; put up and taken down.

Nobody types a figure: the form brings along the position of the draft and its digest, and the
ledger publishes what it counts there. Few people behind a figure are not shown, nor is the figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.acknowledgements import acknowledged
from api.displaying import FIGURES, GIVERS, reopened_since
from api.pages import fields, words_of_months, words_of_notices
from api.pages.acting import Sent, be_sure, must_be_one, seen_after, send
from api.pages.board import community_at
from api.pages.forms import AGAIN, LEFT_EMPTY, Form
from api.pages.languages import marked as _
from api.pages.languages import speech_of
from api.pages.payers import payers_named
from api.pages.reading import AskingInside, OnPage, PageQuestion, holds, now_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.parameters import CommunityPath, MonthPath, this_minute
from api.reading import Room, answer
from ledger.domain import communities
from ledger.domain.authority import Role
from ledger.domain.community_records import Community
from ledger.domain.notices import DAYS_MOST, days_least
from ledger.domain.values import CommunityId, Month, NoticeId, local_day
from ledger.projections import notices, period_records, public_months
from ledger.projections.notices import Display, Notice
from ledger.projections.payers import bearing

router: Final[APIRouter] = pages()
MODELS: Final = (*FIGURES, *GIVERS, period_records.MODEL)
UNTIL: Final = "until"
NAME_LENGTH_MOST: Final = 28
"""Of a community, in the name of its notice, so that month and number fit."""


@dataclass(frozen=True, slots=True)
class Step:
    """What the publisher does."""

    command: str
    told: str


STEPS: Final[Mapping[str, Step]] = MappingProxyType(
    {
        "publish": Step("notices/publish", _("Publish the notice")),
        "withdraw": Step("notices/withdraw", _("Take the notice down")),
    }
)


@router.get("/months/{community}/{month}/notice")
async def month_notice_page(
    asking: AskingInside, community: CommunityPath, month: MonthPath
) -> Response:
    """What would be published of the month, and what was."""
    return await _notice_page(asking, community, month, "", Sent(Form()))


@router.post("/months/{community}/{month}/notice/{step}")
async def take_notice_step(
    request: Request,
    asking: AskingInside,
    who: SignedInNow,
    *,
    community: CommunityPath,
    month: MonthPath,
    step: str,
) -> Response:
    """Put it on display, or take it down."""
    taken, given = must_be_one(STEPS, step), await fields.read(request)
    if step == "publish" and AGAIN not in given:
        given[UNTIL] = given.get(UNTIL) or LEFT_EMPTY  # she sees how long, and does not guess
    sent = await send(
        request, who, taken.command, surely=True, given=given, community=community, month=month
    )
    if sent.accepted:
        return seen_after(f"/months/{community}/{month}/notice", sent, step)
    return await _notice_page(asking, community, month, step, sent)


async def _notice_page(
    asking: PageQuestion, community: CommunityId, month: Month, step: str, sent: Sent
) -> Response:
    def ask(room: Room) -> OnPage:
        room.must_find("notices", communities.stream(community))
        here, say = community_at(room, community), speech_of(room.request)
        address = f"/months/{community}/{month}/notice"
        if sent.to_be_sure:
            about = say.said(
                "%(community)s, %(month)s", community=here.name, month=say.month(month)
            )
            texts = words_of_months.REASONS
            return be_sure(room.request, sent, STEPS[step].told, about, texts=texts)
        values = {
            "address": address,
            "here": address,
            "back": f"/months/{community}/{month}",
            "month": month,
            "community_name": here.name,
            "may_publish": holds(room, Role.publisher, community),
            "form": {name: sent.form if name == step else Form() for name in STEPS},
            "failed": sent.form,
            "words": words_of_notices,
            "more": words_of_months,
            "steps": STEPS,
            "position": room.position,
        }
        drafted = _drafted(room, community, month)
        found = _on_record(room, community, month, here)
        return OnPage(room.request, "month_notice", values | drafted | found, sent.status)

    asking.asked_at = this_minute()  # who is under age today is not tomorrow
    asking.at_least = max(asking.at_least, sent.position)
    return await answer(asking, ask, *MODELS)


def _drafted(room: Room, community: CommunityId, month: Month) -> dict[str, Any]:
    """The figures as everybody would see them, and the digest to publish them by."""
    draft = public_months.draft(room.connection, community, month, room.position)
    givers = acknowledged(room, community, now_of(room), draft.givers)
    return {
        "it": draft.figures,
        "payers": payers_named(room, bearing(draft.figures.meals)),
        "givers": givers,
        "digest": draft.digest,
        "is_closed": draft.closed,
    }


def _on_record(room: Room, community: CommunityId, month: Month, here: Community) -> dict[str, Any]:
    """The notices of the month that there were, a name for the next, and how long it may stand."""
    now = now_of(room)
    today = local_day(now, here.time_zone)
    every = notices.register(room.connection, now, community, room.view)
    found = [each for each in every if each.month == month]
    return {
        "notices": found,
        "since": reopened_since(room, [community]).get((community, month)),
        "shown": [each for each in found if each.display is Display.shown],
        "name_of_notice": _name(community, month, found),
        "first": today + days_least(today, here),
        "last": today + timedelta(DAYS_MOST),
        "today": today,
    }


def _name(community: CommunityId, month: Month, found: list[Notice]) -> NoticeId:
    """How the next notice of the month is called: by community and month, and by which it is."""
    called = f"{community[:NAME_LENGTH_MOST].rstrip('-')}-{month}"
    return NoticeId(f"{called}-{len(found) + 1}" if found else called)
