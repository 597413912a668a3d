"""Persons: how many minutes she has, what is pending and why, and how much time credit is hers.

She herself sees all of it, under whichever of her ids. Another sees what lies within her reach, and
sums of that alone; only credit, which is spent at home, is told whole.
"""

from datetime import date, datetime
from functools import partial
from secrets import token_hex
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api import printing
from api.describing import answers
from api.documents.statement import StatementOnPaper, shifts_of, statement_pdf
from api.files import PDF, OnPaper
from api.own import ids_of, is_own, view_of
from api.parameters import Asking, At, KnownAt, Paged, PersonPath
from api.reading import Listed, Room, Told, answer
from api.tables import Table, table_of
from ledger.domain import communities
from ledger.domain.community_records import Community
from ledger.domain.people import stream
from ledger.domain.postings import Unit
from ledger.domain.values import PersonId, ShiftId
from ledger.projections import (
    journal,
    journal_records,
    service,
    service_records,
    shift_records,
    shifts,
)
from ledger.projections.asking import Reach
from ledger.projections.reading import state_at

router: Final = APIRouter(tags=["persons"])


class StatementTold(Told):
    """A person's minutes, what is pending, and a page of records, newest first."""

    statement: service.Statement
    next: str | None

    def table(self) -> Table:
        """The records of the page."""
        return table_of(service.ServiceRecord, self.statement.records)


class CreditTold(Told):
    """A person's time credit, below zero where service was reversed after it was spent.

    The entries are what earned it, spent it and gave it, newest first; of another's those of the
    reader's communities, while the credit, which is spent at home, is all she has.
    """

    credit_minutes: int
    entries: tuple[journal.Entry, ...]
    next: str | None

    def table(self) -> Table:
        """The entries of the page."""
        return table_of(journal.Entry, self.entries)


class UnconfirmedList(Listed[shifts.Unconfirmed]):
    """Shifts that somebody came to and nobody has confirmed, the oldest first."""


@router.get("/v1/persons/{person}/statement.pdf", **answers(bytes, PDF))
async def print_statement(asking: Asking, when: At, person: PersonPath) -> Response:
    """The statement with all its records, on paper; with her name, for whoever reads contacts."""
    asking.nonce = token_hex(8)  # each look at a name is a look

    def ask(room: Room) -> OnPaper:
        reach, persons = _reach(room, person)
        paper = partial(statement_pdf, _on_paper(room, reach, persons))
        return OnPaper(paper, "service-statement.pdf")

    return await answer(asking, ask, service_records.MODEL, shift_records.MODEL, when=when)


@router.get("/v1/persons/{person}/statement", **answers(StatementTold))
async def get_statement(asking: Asking, when: At, page: Paged, person: PersonPath) -> Response:
    """How many minutes a person has, what is pending and why; one's own, or another's."""

    def ask(room: Room) -> StatementTold:
        reach, (_, *duplicates) = _reach(room, person)
        found = service.statement(
            room.connection,
            person,
            room.view,
            also=tuple(duplicates),
            limit=room.limit,
            after=room.after(tuple[date, int]),
            reach=reach,
        )
        following = room.next(found.records, lambda record: record.key)
        return StatementTold(*room.heading, found, following)

    return await answer(asking, ask, service_records.MODEL, when=when, page=page)


@router.get("/v1/persons/{person}/credit", **answers(CreditTold))
async def get_credit(asking: Asking, when: At, page: Paged, person: PersonPath) -> Response:
    """How much time credit a person has, and the entries behind it; one's own, or another's."""

    def ask(room: Room) -> CreditTold:
        reach, persons = _reach(room, person)
        accounts = [f"person/{each}/credit" for each in persons]
        held = journal.sum_of(room.connection, accounts, room.view).get(Unit.minute, 0)
        rows = journal.merged(
            room.connection,
            accounts,
            room.view,
            limit=room.limit,
            after=room.after(tuple[int, int]),
            reach=reach,
        )
        following = room.next(rows, lambda row: (row.position, row.line))
        return CreditTold(*room.heading, held, rows, following)

    return await answer(asking, ask, journal_records.MODEL, when=when, page=page)


@router.get("/v1/persons/{person}/unconfirmed", **answers(UnconfirmedList))
async def list_unconfirmed_of_person(
    asking: Asking, known: KnownAt, page: Paged, person: PersonPath
) -> Response:
    """Where a person came and has not been confirmed yet."""

    def ask(room: Room) -> UnconfirmedList:
        reach, (_, *duplicates) = _reach(room, person)
        rows = shifts.unconfirmed_of(
            room.connection,
            person,
            reach,
            also=tuple(duplicates),
            known=room.view.known,
            limit=room.limit,
            after=room.after(tuple[datetime, ShiftId, PersonId]),
        )
        return room.listed(UnconfirmedList, rows, lambda row: row.key)

    return await answer(asking, ask, shift_records.MODEL, when=known, page=page)


def _on_paper(room: Room, reach: Reach, persons: tuple[PersonId, ...]) -> StatementOnPaper:
    connection, (person, *also), known = room.connection, persons, room.view.known
    found = service.statement(
        connection, person, room.view, also=tuple(also), limit=None, reach=reach
    )
    home: Community = Community()
    if found.community is not None:
        home = state_at(connection, communities.stream(found.community), room.position)
    return StatementOnPaper(
        statement=found,
        unconfirmed=shifts.unconfirmed_of(
            connection, person, reach, also=tuple(also), known=known, limit=None
        ),
        activities=shifts.activities(connection, shifts_of(found)),
        contact=printing.contact_of(room, person),
        community=home.name,
        zone=home.time_zone,
        at=printing.moment_of(room, room.position),
        as_of=room.view.as_of,
        whole=reach is None,
        place=printing.place_of(room, room.position),
    )


def _reach(room: Room, person: PersonId) -> tuple[Reach, tuple[PersonId, ...]]:
    """How much of the person's record is shown, and under which ids it stands.

    Raise the problem if nothing of it may be shown.
    """
    persons = ids_of(room, person)
    if is_own(room, person):
        room.must_find("statement", stream(person), own=persons)
        return None, persons
    view = view_of(room, person, "statement")
    room.must_find(view, stream(person))
    return room.reach(view), persons
