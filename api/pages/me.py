"""Me: a person's own hours, as she and whoever helps her read them; also to be printed.

The same figures as `/v1/persons/{person}/statement`, `…/unconfirmed` and `…/credit`, all true at
one position of the log, which the page names.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from anyio import to_thread
from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.desk import Desk, desk_of
from api.pages import words
from api.pages.drawing import page
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.visits import visit_of
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
from ledger.projections.service import Statement
from ledger.projections.shifts import Unconfirmed
from ledger.projections.view import View

router: Final[APIRouter] = pages()
MODELS: Final = tuple(
    model.name for model in (service_records.MODEL, shift_records.MODEL, journal_records.MODEL)
)
SHOWN: Final = 20
PRINTED: Final = 200
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
    """All that the page shows, at one position; `credit` is None where there is no time bank."""

    position: int
    at: datetime
    community: Community
    month: Month
    statement: Statement
    unconfirmed: tuple[Unconfirmed, ...]
    credit: Minutes | None
    activities: dict[ShiftId, Title]

    @property
    def month_minutes(self) -> Minutes:
        """What counts of this month."""
        return self.statement.totals.by_month.get(self.month, Minutes(0))

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
        return not (found.records or found.pending or found.remarks or self.unconfirmed)


def own_hours(desk: Desk, person: PersonId, limit: int) -> OwnHours:
    """Her hours, in one snapshot."""
    with desk.reading() as connection:
        position, furthest = positions_of(connection, *MODELS)
        duplicates = state_at(connection, people.stream(person), position).identity.duplicates
        Horizon(connection).widen(NOWHERE, (person, *duplicates))
        view = View(known=position if position < furthest else None)
        found = service.statement(connection, person, view, also=duplicates, limit=limit)
        waiting = shifts.unconfirmed_of(connection, person, also=duplicates, known=view.known)
        home = _home(connection, found, position)
        at = recorded_at(connection, position) if desk.simulated else None
        day = local_day(at or datetime.now(UTC), home.time_zone)
        named = {each.shift for each in (*found.records, *found.pending) if each.shift}
        return OwnHours(
            position,
            at or datetime.now(UTC),
            home,
            month_of(day),
            found,
            waiting,
            _credit(
                connection,
                (person, *duplicates),
                view,
                has_bank=home.rules_on(day).time_bank,
            ),
            shifts.activities(connection, named),
        )


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
async def my_hours(request: Request, who: SignedInNow) -> Response:
    """Her hours, with the newest records."""
    return await _shown(request, who, "me", SHOWN)


@router.get("/me/print")
async def my_hours_on_paper(request: Request, who: SignedInNow) -> Response:
    """Her hours, for a sheet of paper."""
    return await _shown(request, who, "me_print", PRINTED)


async def _shown(request: Request, who: SignedInNow, template: str, limit: int) -> Response:
    desk = desk_of(request)
    await desk.know_kind()
    hours = await to_thread.run_sync(
        own_hours, desk, who.session.person, limit, limiter=desk.readers
    )
    visit_of(request).position = hours.position
    suffix = "" if who.by_card else SUFFIX  # a card opens no receipt
    return page(request, template, hours=hours, by_card=who.by_card, words=words, suffix=suffix)
