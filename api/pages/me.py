"""Me: a person's own hours, as she and whoever helps her read them; also to be printed.

The same figures as `/v1/persons/{person}/statement`, `…/unconfirmed` and `…/credit`, all true at
one position of the log, which the page names.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, TypeVar

from anyio import to_thread
from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import cursors
from api.cursors import Cursor
from api.desk import Desk, desk_of
from api.pages import words
from api.pages.being_there import FORGOTTEN
from api.pages.drawing import page
from api.pages.lists import LIST, AfterIn
from api.pages.own_waiting import Entry, Waits, is_held, waits_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.visits import visit_of
from ledger.access import accounts
from ledger.audit.receipts import SUFFIX
from ledger.domain import communities, people
from ledger.domain.authority import NOWHERE
from ledger.domain.community_records import Community
from ledger.domain.postings import Unit
from ledger.domain.values import Minutes, Month, PersonId, ShiftId, Title, local_day, month_of
from ledger.projections import (
    journal,
    journal_records,
    service,
    service_records,
    shift_records,
    shifts,
)
from ledger.projections.horizon import Horizon
from ledger.projections.reading import positions_of, recorded_at, state_at
from ledger.projections.remarks import RemarkKind
from ledger.projections.service import Statement
from ledger.projections.shifts import Unconfirmed
from ledger.projections.view import View

router: Final[APIRouter] = pages()
MODELS: Final = tuple(
    model.name for model in (service_records.MODEL, shift_records.MODEL, journal_records.MODEL)
)
SHOWN: Final = 20
PRINTED: Final = 100
RECORDS: Final = "records"
WAITING: Final = "waiting"

K = TypeVar("K")
MONTHS_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Stars:
    """How far she is: `reached` of the thresholds, and what the next one asks for."""

    reached: int
    all: int
    from_minutes: Minutes
    next_minutes: Minutes | None


@dataclass(frozen=True, slots=True)
class OwnHours:
    """All that the page shows, at one position; `credit` is None where there is no time bank.

    Of all that `waits`, `shown` is a page. `disputed` says until when an objection is to be
    answered, by the shift that it is about.
    """

    position: int
    at: datetime
    community: Community
    month: Month
    statement: Statement
    waits: Waits
    shown: tuple[Entry, ...]
    credit: Minutes | None
    activities: dict[ShiftId, Title]
    disputed: dict[ShiftId, date]

    @property
    def month_minutes(self) -> Minutes:
        """What counts of this month."""
        return self.statement.totals.by_month.get(self.month, Minutes(0))

    def may_leave(self, each: Unconfirmed) -> bool:
        """Whether she can still say herself when she left."""
        return each.check_out is None and self.at <= each.ends_at + FORGOTTEN

    @property
    def stars(self) -> Stars:
        """Her stars."""
        reached, thresholds = self.statement.stars, self.statement.star_thresholds
        before = thresholds[reached - 1] if reached else Minutes(0)
        following = thresholds[reached] if reached < len(thresholds) else None
        return Stars(reached, len(thresholds), before, following)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever recorded about her."""
        found = self.statement
        return not (found.records or found.remarks or self.waits.entries)


@dataclass(frozen=True, slots=True)
class Part:
    """How much of her records, and of what waits, is shown, and behind what; `one` alone if any."""

    limit: int
    one: str = ""
    cursor: Cursor | None = None

    @property
    def known(self) -> int | None:
        """What was known where the list began."""
        return self.cursor.position if self.cursor else None

    def after(self, name: str, kind: type[K]) -> K | None:
        """Behind what the list goes on; None for its beginning."""
        return self.cursor.key_as(kind) if self.cursor and self.one == name else None


def own_hours(desk: Desk, person: PersonId, part: Part) -> OwnHours:
    """Her hours, in one snapshot."""
    with desk.reading() as connection:
        position, furthest = positions_of(connection, *MODELS)
        duplicates = state_at(connection, people.stream(person), position).identity.duplicates
        Horizon(connection).widen(NOWHERE, (person, *duplicates))
        position = min(position, part.known or position)
        view = View(known=position if position < furthest else None)
        behind = part.after(RECORDS, tuple[date, int])
        found = service.statement(
            connection, person, view, also=duplicates, limit=part.limit, after=behind
        )
        waits = waits_of(connection, (person, *duplicates), found.pending, view)
        home = _home(connection, found, position)
        at = recorded_at(connection, position) if desk.simulated else None
        day = local_day(at or datetime.now(UTC), home.time_zone)
        named = {each.shift for each in found.records if each.shift} | waits.shifts
        return OwnHours(
            position,
            at or datetime.now(UTC),
            home,
            month_of(day),
            found,
            waits,
            _page_of(waits, part),
            _credit(
                connection,
                (person, *duplicates),
                view,
                has_bank=home.rules_on(day).time_bank,
            ),
            shifts.activities(connection, named),
            _disputed(connection, (person, *duplicates), view),
        )


def _disputed(
    connection: Any,  # noqa: ANN401 - see Room
    persons: tuple[PersonId, ...],
    view: View,
) -> dict[ShiftId, date]:
    return {
        each.shift: each.answer_by
        for each in service.remarks(connection, persons, view)
        if each.kind is RemarkKind.objection and each.ended_position is None and each.answer_by
    }


def _page_of(waits: Waits, part: Part) -> tuple[Entry, ...]:
    (first,) = part.after(WAITING, tuple[int]) or (0,)
    return waits.entries[first : first + part.limit]


def _home(connection: Any, found: Statement, position: int) -> Community:  # noqa: ANN401 - see Room
    if found.community is None:
        return Community()
    home: Community = state_at(connection, communities.stream(found.community), position)
    return home


def _credit(
    connection: Any,  # noqa: ANN401 - see Room
    persons: tuple[PersonId, ...],
    view: View,
    *,
    has_bank: bool,
) -> Minutes | None:
    """What is left is shown also where the time bank was closed since."""
    accounts = [f"person/{each}/credit" for each in persons]
    held = journal.sum_of(connection, accounts, view).get(Unit.minute, 0)
    return Minutes(held) if has_bank or held else None


@router.get("/me")
async def my_hours(request: Request, who: SignedInNow, after: AfterIn = None) -> Response:
    """Her hours, with the newest records."""
    return await _shown(request, who, "me", _part(request, SHOWN, after))


@router.get("/me/print")
async def my_hours_on_paper(request: Request, who: SignedInNow, after: AfterIn = None) -> Response:
    """Her hours, for a sheet of paper."""
    return await _shown(request, who, "me_print", _part(request, PRINTED, after))


def _part(request: Request, limit: int, after: str | None) -> Part:
    """What was asked for. Raises the problem 400 for a cursor of another list."""
    one = request.query_params.get(LIST, "")
    if one not in (RECORDS, WAITING):
        return Part(limit)
    cursor = cursors.read(cursors.question_of(request), after) if after else None
    return Part(limit, one, cursor)


async def _shown(request: Request, who: SignedInNow, template: str, part: Part) -> Response:
    desk = desk_of(request)
    await desk.know_kind()
    hours = await to_thread.run_sync(
        own_hours, desk, who.session.person, part, limiter=desk.readers
    )
    visit_of(request).position = hours.position
    suffix = "" if who.by_card else SUFFIX  # a card opens no receipt
    number = await desk.entrance.look(lambda each: accounts.number_of(each, who.session.person))
    return page(
        request,
        template,
        hours=hours,
        one=part.one,
        more=_more(request, hours, part),
        by_card=who.by_card,
        is_held=is_held,
        words=words,
        suffix=suffix,
        number=number,
    )


def _more(request: Request, hours: OwnHours, part: Part) -> dict[str, str]:
    """Where each list goes on, if there may be more of it."""
    records, keys = hours.statement.records, dict[str, tuple[Any, ...]]()
    if len(records) == part.limit:
        keys[RECORDS] = records[-1].occurred_on, records[-1].position
    (first,) = part.after(WAITING, tuple[int]) or (0,)
    shown = first + len(hours.shown)
    if shown < len(hours.waits.entries):
        keys[WAITING] = (shown,)
    return {
        name: cursors.behind(request, hours.position, key, **{LIST: name})
        for name, key in keys.items()
    }
