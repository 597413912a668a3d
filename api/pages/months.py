"""Months: what must be done to end a month of a community, as a list that can be printed.

The figures are those of `/v1/communities/{community}/months/{month}`. The books are closed here;
what else is to be done is a step away, and each line says whose it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.displaying import FIGURES, Since, reopened_since
from api.pages import words_of_months as words
from api.pages.acting import Sent, be_sure, must_be_one, seen_after, send
from api.pages.board import community_at
from api.pages.forms import Form
from api.pages.languages import marked as _
from api.pages.languages import speech_of
from api.pages.month_steps import (
    STATES,
    Line,
    State,
    is_before_the_books,
    lines_of_canteen,
    lines_of_community,
    titled,
)
from api.pages.reading import AskingInside, OnPage, PageQuestion, holds, now_of, today_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.parameters import CommunityPath, MonthPath
from api.reading import Room, answer
from ledger.domain import communities, publication, sites
from ledger.domain.authority import Role
from ledger.domain.community_records import Community
from ledger.domain.values import (
    CommunityId,
    Month,
    Title,
    local_day,
    month_of,
    next_month,
    previous_month,
)
from ledger.projections import listings, periods, shift_records
from ledger.projections.month_ends import MODELS, CanteenEnd, MonthEnd, month_end
from ledger.projections.publications import Unpublished, unpublished
from ledger.projections.reading import names, states_at

router: Final[APIRouter] = pages()
VIEW: Final = "month-ends"
DUE_SHOWN: Final = 60
"""So many months that wait to be published are listed; those behind them follow in their turn."""
AHEAD: Final = timedelta(days=7)
"""So long before its last day a month that is not closed is listed."""


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody does about the books of a month: the command, and whose it is."""

    command: str
    told: str
    role: Role


STEPS: Final[Mapping[str, Step]] = MappingProxyType(
    {
        "end": Step("periods/close", _("Close the month"), Role.fund_manager),
        "propose": Step(
            "periods/propose-reopen", _("Propose to reopen the month"), Role.fund_manager
        ),
        "reopen": Step("periods/reopen", _("Reopen the month"), Role.approver),
    }
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a community stands: the month that was closed last, and the one that comes next."""

    community: CommunityId
    name: Title
    closed: Month | None
    following: Month


@router.get("/months")
async def months_page(asking: AskingInside) -> Response:
    """The communities whose months she may see, and the month of each that is to be ended next."""

    def ask(room: Room) -> OnPage:
        room.must_hold_a_role(VIEW)
        found = [each.community for each in listings.communities(room.connection, room.reach(VIEW))]
        streams = [communities.stream(each) for each in found]
        states = states_at(room.connection, streams, room.position)
        known = dict(zip(found, states.values(), strict=True))
        current = month_of(today_of(room))
        since = reopened_since(room, known)
        due = _due(room, known, since)
        standing = [_standing(each, here, today_of(room)) for each, here in known.items()]
        values = {
            "standing": standing,
            "due": [(each, each.month in known[each.community].closed) for each in due[:DUE_SHOWN]],
            "current": current,
            "left": len(due[DUE_SHOWN:]),
            "since": since,
            "names": {each.community: each.name for each in standing},
            "today": today_of(room),
            "position": room.position,
        }
        return OnPage(room.request, "months", values)

    return await answer(asking, ask, *MODELS, *FIGURES, shift_records.MODEL)


def _due(
    room: Room,
    known: Mapping[CommunityId, Community],
    since: Mapping[tuple[CommunityId, Month], Since],
) -> list[Unpublished]:
    """What must be published of all of them, the first to be published first.

    A month that is not closed is among them a week before it is due, and one that was published
    if its figures are others since.
    """
    today = today_of(room)
    months = {each: [*here.closed, *_open_months(here, today)] for each, here in known.items()}
    anew = {month for month, became in since.items() if became.figures_differ}
    found = unpublished(room.connection, months, anew, position=room.position, view=room.view)
    return [
        each
        for each in found
        if each.month in known[each.community].closed
        or (each.community, each.month) in anew
        or each.publish_by <= today + AHEAD
    ]


def _open_months(here: Community, today: date) -> Iterator[Month]:
    """Those that are over and to be closed, the first one first."""
    month = _following(here, today)
    while month < month_of(today):
        yield month
        month = here.first_open_month(next_month(month))


def _standing(community: CommunityId, here: Community, today: date) -> Standing:
    last = max(here.closed, default=None)
    return Standing(community, here.name or Title(community), last, _following(here, today))


def _following(here: Community, today: date) -> Month:
    """The month that comes next; where none was ever closed, the one before this."""
    return here.first_open_month(here.closed_since or previous_month(month_of(today)))


@router.get("/months/{community}/{month}")
async def month_page(asking: AskingInside, community: CommunityPath, month: MonthPath) -> Response:
    """What is done of a month, what is to be done, and by whom."""
    return await _month_page(asking, community, month, "", Sent(Form()))


@router.post("/months/{community}/{month}/{step}")
async def take_month_step(
    request: Request,
    asking: AskingInside,
    who: SignedInNow,
    *,
    community: CommunityPath,
    month: MonthPath,
    step: str,
) -> Response:
    """Close the month, propose that it book again, or let it."""
    taken = must_be_one(STEPS, step)
    sent = await send(request, who, taken.command, surely=True, community=community, month=month)
    if sent.accepted:
        return seen_after(f"/months/{community}/{month}", sent, step)
    return await _month_page(asking, community, month, step, sent)


async def _month_page(
    asking: PageQuestion, community: CommunityId, month: Month, step: str, sent: Sent
) -> Response:
    def ask(room: Room) -> OnPage:
        end, address = end_of(room, community, month), f"/months/{community}/{month}"
        since = reopened_since(room, [community]).get((community, month))
        say, here = speech_of(room.request), community_at(room, community)
        if sent.to_be_sure:
            about = say.said(
                "%(community)s, %(month)s", community=here.name, month=say.month(month)
            )
            shown = be_sure(room.request, sent, STEPS[step].told, about, texts=words.REASONS)
            shown.values["warnings"] = _ending(room, community) if step == "end" else ()
            return shown
        values = {
            "address": address,
            "here": address,
            "end": end,
            "community_name": here.name,
            "open": _open_to_her(room, end),
            "form": {name: sent.form if name == step else Form() for name in STEPS},
            "failed": sent.form,
            "reader": room.authority.person,
            "since": since,
            "ending": "".join(_ending(room, community)),
            "steps": STEPS,
            "words": words,
            "position": room.position,
        }
        return OnPage(room.request, "month", values | _listed(room, end, since), sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    return await answer(asking, ask, *MODELS, *FIGURES)


def end_of(room: Room, community: CommunityId, month: Month) -> MonthEnd:
    """How far the month has come. Raises the problem 404 for a community out of reach."""
    room.must_find(VIEW, communities.stream(community))
    return month_end(
        room.connection, community, month, now_of(room), position=room.position, view=room.view
    )


def _ending(room: Room, community: CommunityId) -> tuple[str, ...]:
    """What closing the next month puts off: a proposal to reopen the one before."""
    say, waits = speech_of(room.request), periods.proposed(room.connection, community, room.view)
    if waits is None:
        return ()
    told = say.said(
        "It is proposed to reopen %(month)s, and nobody has decided. Once this month is closed, "
        "it has to be reopened before that one can be.",
        month=say.month(waits.month),
    )
    return (told,)


def _listed(room: Room, end: MonthEnd, since: Since | None) -> dict[str, Any]:
    """The lines of the list, each with whether it is hers, by canteen and then the community's."""
    say = speech_of(room.request)
    today = local_day(now_of(room), community_at(room, end.community).time_zone)
    called = names(room.connection, {sites.stream(each.canteen) for each in end.canteens})
    parts: list[tuple[str, Iterable[Line]]] = [
        (titled(each.canteen, called), lines_of_canteen(each, end.month, today, say))
        for each in end.canteens
    ]
    parts.append(("", lines_of_community(end, since, today, say)))
    rule = publication.RULES[publication.traffic(len(end.canteens))]
    return {
        "parts": [
            (name, [_seen(room, line, end.community) for line in lines]) for name, lines in parts
        ],
        "is_before": is_before_the_books(end),
        "is_behind": not all(_is_paid(each) for each in end.canteens),
        "hers": lambda line: _is_hers(room, line, end.community),
        "law": say.of_both(rule.law_zh, rule.law_en),
        "states": STATES,
        "today": today,
    }


def _is_paid(end: CanteenEnd) -> bool:
    """Whether the canteen's month is settled to the last fen."""
    return end.settlement is not None and end.settlement.waiting_since is None


def _seen(room: Room, line: Line, community: CommunityId) -> Line:
    """The line as she sees it: it leads to no page, and no step of this one, closed to her."""
    is_here = line.href.startswith("#")
    leads = _is_hers(room, line, community) if is_here else room.may_read(line.view, community)
    return line if leads else replace(line, href="")


def _is_hers(room: Room, line: Line, community: CommunityId) -> bool:
    """Whether her role takes this step now."""
    return line.state is State.open and any(holds(room, role, community) for role in line.roles)


def _open_to_her(room: Room, end: MonthEnd) -> frozenset[str]:
    """The steps that are hers to take; the ledger looks again when she takes one."""
    proposed = end.reopening if end.reopening and not end.reopening.reopened_on else None
    is_last = end.closed and end.month == end.last_closed
    today = local_day(now_of(room), community_at(room, end.community).time_zone)
    can_be_taken = {
        "end": not end.closed and end.month == end.following and end.month < month_of(today),
        "propose": is_last and proposed is None,
        "reopen": is_last
        and proposed is not None
        and proposed.proposed_by != room.authority.person,
    }
    return frozenset(
        name
        for name, step in STEPS.items()
        if can_be_taken[name] and holds(room, step.role, end.community)
    )
