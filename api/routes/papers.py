"""Papers: what is personal, for the eyes of those who may; each look is written down beforehand.

    search    by the whole name, number, phone or document, in the body and never in an address
    contact, facts, notes, export
    views     who looked at a person's papers, when and for what: hers to read

She herself reads hers, her guardian while she is under age, and whoever works with people in her
community. Of whoever is restricted, nobody but herself and the data officer. Auditors read none.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any, Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import bodies, searching
from api.describing import answers
from api.desk import Desk, desk_of, tell
from api.own import is_own, view_of
from api.parameters import Asking, Paged, PersonPath
from api.problems import of_malformed
from api.reading import Listed, Room, Told, answer
from ledger.domain.facts import Contact, FactSheet, Note
from ledger.domain.people import stream
from ledger.domain.values import BOUNDS, CommunityId, PersonId, Title
from ledger.exchange.faults import Malformed
from ledger.exchange.wire import read_as
from ledger.projections import trail
from ledger.projections.reading import LOOK, as_the_application, connected
from ledger.vault import views
from ledger.vault.sealing import SearchKind
from ledger.vault.views import Purpose

router: Final = APIRouter(tags=["papers"])


@dataclass(frozen=True, slots=True)
class SearchPersons:
    """Who is looked for: by exactly this name, number, phone or document, whole."""

    by: SearchKind
    text: Title


_TEXT: Final = BOUNDS[Title]
WORDS: Final = {
    "schema": {
        "type": "object",
        "properties": {
            "by": {"type": "string", "enum": list(SearchKind)},
            "text": {
                "type": "string",
                "minLength": 1,
                "maxLength": _TEXT.length,
                "pattern": (_TEXT.pattern or "").replace(r"\Z", "$"),
            },
        },
        "required": ["by", "text"],
        "additionalProperties": False,
    },
    "example": {"by": "name", "text": "何例"},
}
"""How the document describes what is looked for."""


class Found(msgspec.Struct):
    """A person who was found, where she is registered, and what she is called."""

    person: PersonId
    community: CommunityId
    name: str


class FoundTold(Told):
    """Those within the caller's reach; a hundred at most."""

    items: tuple[Found, ...]


class ContactShown(Told):
    """How a person is called and reached; null for whoever was erased."""

    contact: Contact | None


class NameShown(Told):
    """How a person is called; null of whoever was erased."""

    name: str | None


class FactsShown(Told):
    """The newest sheet of facts; null for whoever has none, or was erased."""

    facts: FactSheet | None


class Numbered(msgspec.Struct):
    """A note and its number, as events name it."""

    number: int
    text: str


class NotesShown(Told):
    """What was written about a person's service, newest first."""

    notes: tuple[Numbered, ...]


class OwnPapers(Told):
    """Every paper of a person; what she did is in her statement, credit and gifts."""

    contacts: tuple[Contact, ...]
    facts: tuple[FactSheet, ...]
    notes: tuple[Numbered, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody was shown what is personal of the person."""

    number: int
    viewer: PersonId
    purpose: Purpose
    at: datetime


class LookList(Listed[Look]):
    """Who looked, the last first."""


# -- looking for somebody ------------------------------------------------------------------------


@router.post(
    "/v1/persons/search",
    openapi_extra={"requestBody": {"required": True, "content": {bodies.JSON: WORDS}}},
    **answers(FoundTold),
)
async def search_persons(request: Request, asking: Asking) -> Response:
    """Find whoever has exactly this name, number, phone or document; nothing of it is stored."""
    bodies.content_type(request, bodies.JSON)
    wanted = read_as(SearchPersons, await bodies.read(request, bodies.COMMAND_BYTES_MOST))
    if isinstance(wanted, Malformed):
        return tell(request, of_malformed(wanted))
    asking.nonce = token_hex(8)

    def ask(room: Room) -> FoundTold:
        room.must_hold_a_role("search")
        return FoundTold(*room.heading, _found(room, wanted))

    return await answer(asking, ask, trail.MODEL)


def _found(room: Room, wanted: SearchPersons) -> tuple[Found, ...]:
    met = searching.met(room, (wanted.by,), wanted.text)
    return tuple(Found(each.person, each.community, each.name) for each in met)


# -- one person's papers -------------------------------------------------------------------------


@router.get("/v1/persons/{person}/contact", **answers(ContactShown))
async def get_contact(asking: Asking, person: PersonPath) -> Response:
    """How a person is called and reached."""

    def ask(room: Room) -> ContactShown:
        found = _newest(room, person, "contact", Purpose.contact)
        return ContactShown(*room.heading, next(iter(_of(Contact, found)), None))

    return await _shown(asking, ask)


@router.get("/v1/persons/{person}/name", **answers(NameShown))
async def get_name(asking: Asking, person: PersonPath) -> Response:
    """How a person is called, and nothing else of her."""

    def ask(room: Room) -> NameShown:
        (contact,) = _of(Contact, _newest(room, person, "name", Purpose.name)) or (None,)
        return NameShown(*room.heading, contact.name if contact else None)

    return await _shown(asking, ask)


@router.get("/v1/persons/{person}/facts", **answers(FactsShown))
async def get_facts(asking: Asking, person: PersonPath) -> Response:
    """Birth date, residence, membership, hardship and relations, as recorded last."""

    def ask(room: Room) -> FactsShown:
        found = _newest(room, person, "facts", Purpose.facts)
        return FactsShown(*room.heading, next(iter(_of(FactSheet, found)), None))

    return await _shown(asking, ask)


@router.get("/v1/persons/{person}/notes", **answers(NotesShown))
async def get_notes(asking: Asking, person: PersonPath) -> Response:
    """Evidence of late entries and objections, in words."""

    def ask(room: Room) -> NotesShown:
        return NotesShown(*room.heading, _numbered(_all(room, person, "notes", Purpose.note)))

    return await _shown(asking, ask)


@router.get("/v1/persons/{person}/export", **answers(OwnPapers))
async def export_papers(asking: Asking, person: PersonPath) -> Response:
    """Every paper that is kept of a person, for herself to take along."""

    def ask(room: Room) -> OwnPapers:
        found = _all(room, person, "export", Purpose.export)
        papers = [one.paper for one in found.values()]
        return OwnPapers(
            *room.heading,
            tuple(_of(Contact, papers)),
            tuple(_of(FactSheet, papers)),
            _numbered(found),
        )

    return await _shown(asking, ask)


@router.get("/v1/persons/{person}/views", **answers(LookList))
async def list_views(asking: Asking, page: Paged, person: PersonPath) -> Response:
    """Who looked at a person's papers, when and for what, the last first."""

    def ask(room: Room) -> LookList:
        _must_read(room, person, "views")
        before = room.after(tuple[int]) or (2**63 - 1,)
        with as_the_application(room.connection):
            found = views.of_person(room.connection, person, room.limit, before[0])
        rows = tuple(Look(each.number, each.viewer, each.purpose, each.at) for each in found)
        return room.listed(LookList, rows, lambda row: (row.number,))

    asking.nonce = token_hex(8)
    return await answer(asking, ask, trail.MODEL, page=page)


async def _shown(asking: Asking, ask: Any) -> Response:  # noqa: ANN401 - as `answer` takes it
    """No answer is the same as an earlier one: each look is a look."""
    asking.nonce = token_hex(8)
    return await answer(asking, ask, trail.MODEL)


def _must_read(room: Room, person: PersonId, view: str) -> Desk:
    own = is_own(room, person)
    found = view if own else view_of(room, person, view)
    room.must_find(found, stream(person), own=(person,) if own else ())
    return desk_of(room.request)


def _newest(room: Room, person: PersonId, view: str, purpose: Purpose) -> Collection[Any]:
    desk = _must_read(room, person, view)
    vault, viewer = desk.running.ledger.vault, room.authority.person
    with connected(desk.running.datastore, LOOK) as connection:
        found = views.newest_seen(connection, vault, viewer, purpose, [person])
    return [one.paper for one in found.values()]


def _all(room: Room, person: PersonId, view: str, purpose: Purpose) -> dict[Any, Any]:
    desk = _must_read(room, person, view)
    vault, viewer = desk.running.ledger.vault, room.authority.person
    with connected(desk.running.datastore, LOOK) as connection:
        names = vault.names_of(connection, person, views.SHOWS[purpose])
        found = views.seen(connection, vault, viewer, purpose, names)
    return dict(sorted(found.items(), reverse=True))


def _of(kind: type[Any], papers: Collection[Any]) -> list[Any]:
    return [paper for paper in papers if isinstance(paper, kind)]


def _numbered(found: dict[Any, Any]) -> tuple[Numbered, ...]:
    return tuple(
        Numbered(name.version, one.paper.text)
        for name, one in found.items()
        if isinstance(one.paper, Note)
    )
