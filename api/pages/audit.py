"""Audit: a month of the books of a community, or of all that an auditor reaches, at one glance.

Whether it is closed and where that stands in the signed log; what the month came to; whether the
books balance; which settlements and payments it had. Everything leads to what it rests on. The
figures are those of `/v1/periods/{month}/trial-balance`, `/v1/settlements` and the public notices,
unmasked. The month that is shown first is the last one that was closed.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, TypeAlias

from fastapi.routing import APIRouter
from pydantic import BeforeValidator
from starlette.responses import Response

from api.pages import words, words_of_audit
from api.pages.lists import AfterIn, Lists, lists_of
from api.pages.payers import payers_named
from api.pages.proofs import proofs_of
from api.pages.reading import AskingInside, OnPage, today_of
from api.pages.routing import pages
from api.parameters import CommunityIn, MonthIn, Page
from api.reading import Room, answer
from ledger.domain import communities, funds, sites
from ledger.domain.community_records import SHANGHAI
from ledger.domain.decisions import Stream
from ledger.domain.settlement_records import PURPOSE
from ledger.domain.values import (
    CommunityId,
    Month,
    SiteId,
    first_day,
    month_of,
    next_month,
    previous_month,
)
from ledger.projections import (
    canteen_months,
    disbursement_records,
    journal_records,
    listings,
    month_sums,
    periods,
    settlement_records,
    settlements,
    shift_records,
    trial_balance,
    vouchers,
)
from ledger.projections.canteen_months import Apart
from ledger.projections.meals import ONE_DAY
from ledger.projections.payers import bearing
from ledger.projections.reading import names
from ledger.projections.settlements import SettlementLine
from ledger.projections.trial_balance import Line, Side
from ledger.projections.view import Basis, View
from ledger.projections.vouchers import Voucher

router: Final[APIRouter] = pages()
MODELS: Final = (
    *month_sums.MODELS,
    journal_records.MODEL,
    settlement_records.MODEL,
    disbursement_records.MODEL,
    shift_records.MODEL,
)
SHOWN: Final = 30
SETTLEMENTS: Final = "settlements"
PAYMENTS: Final = "payments"
MONTHS_MOST: Final = 36
"""So many months can be chosen, whatever is in them; before these, those with something booked."""
EARLIER_MOST: Final = 60
"""So many of the earlier ones; a month before them is asked for by the address."""


def _chosen(text: object) -> object:
    """What is left empty in the form is not chosen."""
    return text or None


OneIn: TypeAlias = Annotated[CommunityIn | None, BeforeValidator(_chosen)]
AnyMonthIn: TypeAlias = Annotated[MonthIn | None, BeforeValidator(_chosen)]


@dataclass(frozen=True, slots=True)
class Books:
    """What the month of one community looks like beside the others'."""

    community: CommunityId
    standing: periods.Standing
    service_minutes: int
    held_fen: int


@router.get("/audit")
async def audit_page(
    asking: AskingInside,
    month: AnyMonthIn = None,
    community: OneIn = None,
    after: AfterIn = None,
) -> Response:
    """The month, and what there is to look at in it."""

    def ask(room: Room) -> OnPage:
        room.must_hold_a_role("exceptions")
        if community is not None:
            room.must_find("exceptions", communities.stream(community))
        return _page(room, month, community)

    return await answer(asking, ask, *MODELS, page=Page(SHOWN, after))


def _page(room: Room, month: Month | None, community: CommunityId | None) -> OnPage:
    here = communities_of(room)
    one = community or (here[0] if len(here) == 1 else None)
    asked = here if one is None else (one,)
    closed = [each for each in periods.closed_months(room.connection, room.view)
              if each.community in asked]  # fmt: skip
    current = month_of(today_of(room))
    shown = month or max((each.month for each in closed), default=previous_month(current))
    lists = lists_of(room, SETTLEMENTS, PAYMENTS)
    settling, paid = _settlements(lists, shown, asked), _vouchers(lists, shown, asked)
    books = _books(room, shown, asked, one)
    return OnPage(
        room.request,
        "audit",
        {
            "month": shown,
            "months": months_to_choose(
                trial_balance.booked_months(room.connection, reach=frozenset(asked)), shown, current
            ),
            "one": one,
            "communities": here,
            "names": names(room.connection, _named(here, settling, paid)),
            "lists": lists,
            "settling": settling,
            "more_settling": lists.more(
                SETTLEMENTS, settling, lambda row: (row.month, row.canteen)
            ),
            "paid": paid,
            "more_paid": lists.more(PAYMENTS, paid, lambda row: (row.position,)),
            "proofs": proofs_of(room),
            "words": words,
            "more": words_of_audit,
            "zone": SHANGHAI,
            "position": room.position,
            "today": today_of(room),
            "days": _days(shown, today_of(room)),
        }
        | books,
    )


def _days(month: Month, today: date) -> str:
    """The days of the month that have come, as the form of a sample asks for them."""
    first = first_day(month)
    last = max(first, min(today, first_day(next_month(month)) - ONE_DAY))
    return f"from_day={first}&to_day={last}"


def communities_of(room: Room) -> tuple[CommunityId, ...]:
    """The communities whose books she may look into."""
    found = listings.communities(room.connection, room.reach("exceptions"))
    return tuple(each.community for each in found)


def booked(room: Room) -> View:
    """What the page knows, by the month of the books."""
    return View(None, room.view.known, Basis.booked)


def months_to_choose(booked: tuple[Month, ...], shown: Month, current: Month) -> tuple[Month, ...]:
    """From this month back to the first that was booked in, and the one that is shown."""
    first = min([*booked, shown, previous_month(current)])
    found = [max(current, shown)]
    while found[-1] > first and len(found) < MONTHS_MOST:
        found.append(previous_month(found[-1]))
    earlier = [each for each in booked if each < found[-1]][:EARLIER_MOST]
    return tuple(sorted({*found, *earlier, shown}, reverse=True))


def _books(
    room: Room, month: Month, asked: tuple[CommunityId, ...], one: CommunityId | None
) -> dict[str, Any]:
    """The trial balance added up, whether the month is closed, and the sums of one community."""
    lines = trial_balance.lines(room.connection, month, booked(room), reach=frozenset(asked))
    standing = periods.standing(room.connection, asked, month, room.view)
    sums, kept, waits = None, None, None
    apart: tuple[Apart, ...] = ()
    if one is not None:
        room.horizon.widen(None)  # whoever was entered twice is one, wherever that was found
        sums = month_sums.of_month(room.connection, one, month, room.position)
        waits = periods.proposed(room.connection, one, room.view)
        kept = canteen_months.kept_in_books(room.connection, one, month, room.view)
        apart = canteen_months.apart(room.connection, one, month, room.view)
    return {
        "totals": trial_balance.totals(lines),
        "books": [_of(lines, each) for each in standing],
        "closed": bool(standing) and all(each.closed for each in standing),
        "sums": sums,
        "kept": kept,
        "apart": apart,
        "proposed": waits if waits and waits.month == month else None,
        "payers": payers_named(room, bearing(sums.meals) if sums else ()),
    }


def _of(lines: tuple[Line, ...], standing: periods.Standing) -> Books:
    own = [each for each in lines if each.side is Side.own and each.community == standing.community]
    served = sum(each.increase - each.decrease for each in own if each.line == "person/*/served")
    held = sum(each.closing for each in own if _is_fund(each.line))
    return Books(standing.community, standing, served, held)


def _is_fund(line: str) -> bool:
    kind, *name = line.split("/")
    return kind == "fund" and len(name) == 1


def _settlements(
    lists: Lists, month: Month, asked: tuple[CommunityId, ...]
) -> tuple[SettlementLine, ...]:
    if not lists.shows(SETTLEMENTS):
        return ()
    room = lists.room
    lines = settlements.register(
        room.connection,
        day=today_of(room),
        view=room.view,
        reach=frozenset(asked),
        limit=room.limit,
        after=lists.after(SETTLEMENTS, tuple[Month, SiteId]) or (month, SiteId("")),
    )
    return tuple(each for each in lines if each.month == month)


def _vouchers(lists: Lists, month: Month, asked: tuple[CommunityId, ...]) -> tuple[Voucher, ...]:
    if not lists.shows(PAYMENTS):
        return ()
    room, (after,) = lists.room, lists.after(PAYMENTS, tuple[int]) or (None,)
    return vouchers.of_month(
        room.connection, month, room.view, reach=frozenset(asked), limit=room.limit, after=after
    )


def _named(
    here: tuple[CommunityId, ...],
    settling: tuple[SettlementLine, ...],
    paid: tuple[Voucher, ...],
) -> set[Stream[Any]]:
    """The communities, canteens and funds that are called by name."""
    found: set[Stream[Any]] = {communities.stream(each) for each in here}
    found |= {sites.stream(each.canteen) for each in settling}
    found |= {sites.stream(each.canteen) for each in paid if each.canteen}
    found |= {sites.stream(SiteId(each.other)) for each in paid if each.purpose == PURPOSE}
    found |= {funds.stream(each.fund) for each in paid}
    return found
