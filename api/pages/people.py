"""People as the registrar enters them: a contact and a sheet of facts into the vault.

A sheet is whole: the form begins with what stood on the last one, and what is sent is the next
number. Whoever opens such a form has looked at somebody's papers, and that is written down.
"""

from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from datetime import date
from enum import Enum
from typing import Any, Final
from uuid import uuid4

from fastapi import Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import contact_checks, fields
from api.pages import words_of_people as words
from api.pages.acting import Sent, give, seen_after, send
from api.pages.forms import OWN, Form, command_of
from api.pages.names import each_look_is_a_look
from api.pages.offices import names_of_communities
from api.pages.reading import AskingInside, OnPage, PageQuestion, today_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.pages.words import options
from api.parameters import PersonPath
from api.problems import must_be_none
from api.reading import Room, answer
from api.routes.papers import newest_contact, newest_facts
from ledger.access.signed_in import SignedIn
from ledger.domain import people
from ledger.domain.authority import Authority, Role
from ledger.domain.facts import Contact, FactSheet
from ledger.domain.permissions import refusal
from ledger.domain.person_records import Person, PersonRegistered
from ledger.domain.values import PersonId
from ledger.exchange.faults import FaultKind, Malformed
from ledger.projections import listings, shift_records
from ledger.projections.payers import cooperatives_of
from ledger.projections.reading import state_at

router: Final[APIRouter] = pages()
HERE: Final = "/offices/people"
LISTS: Final = ("habitual", "registered", "memberships", "hardships", "relations")
ROWS_MOST: Final = 12


# -- registering -------------------------------------------------------------------------------


@router.get("/offices/people/new")
async def new_person_page(asking: AskingInside) -> Response:
    """Where somebody is registered."""
    return await _new_person_page(asking, Sent(Form({"person": str(uuid4())})))


@router.post("/offices/people/new")
async def register_person(request: Request, asking: AskingInside, who: SignedInNow) -> Response:
    """Register her."""
    sent = await _send(request, who, "people/register")
    if sent.accepted:
        events = (each.event for each in sent.accepted.events)
        person = next(each.person for each in events if isinstance(each, PersonRegistered))
        return seen_after(f"{HERE}/{person}", sent, "registered")
    return await _new_person_page(asking, sent)


async def _send(request: Request, who: SignedIn, name: str, **known: str) -> Sent:
    """Give the command that the form says, unless the contact on it cannot be right."""
    given = await fields.read(request)
    filled = {each: text for each, text in given.items() if each not in OWN}
    command = command_of(name, filled | known)
    read = command.faults if isinstance(command, Malformed) else ()
    seen = {each.pointer for each in read}
    found = [each for each in contact_checks.faults(given) if each.pointer not in seen]
    if found:
        command = Malformed(FaultKind.unfit, (*read, *found))
    return await give(request, who, given, command)


async def _new_person_page(asking: PageQuestion, sent: Sent) -> Response:
    def ask(room: Room) -> OnPage:
        anywhere = Authority.alike(room.authority.person, room.authority.held, None)
        must_be_none(refusal(anywhere, "people/register", None, own=False))
        room.must_hold_a_role("units")
        reach = room.authority.reach((Role.registrar,))
        homes = [each.community for each in listings.communities(room.connection, reach)]
        called = names_of_communities(room, homes)
        values = _sheet_values(room, sent.form) | {
            "address": f"{HERE}/new",
            "homes": [(each, called[each]) for each in homes],
            "today": today_of(room),
        }
        return OnPage(room.request, "person_new", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    return await answer(asking, ask, shift_records.MODEL)


def _sheet_values(room: Room, form: Form) -> dict[str, Any]:
    """What the form of a sheet chooses from, and how many rows each of its lists has."""
    places = [each.community for each in listings.communities(room.connection)]
    called = names_of_communities(room, places)
    return {
        "form": form,
        "rows": {each: _rows(form, each) for each in LISTS},
        "places": sorted(called.items(), key=lambda each: each[0]),
        "cooperatives": list(cooperatives_of(room.connection, places, room.position).items()),
        "words": words,
        "options": options,
    }


def _rows(form: Form, name: str) -> int:
    """Those that are filled in, and an empty one."""
    filled = {
        each.split(".")[2]
        for each, text in form.given.items()
        if text and each.startswith(f"facts.{name}.")
    }
    return min(max((int(each) for each in filled if each.isdecimal()), default=-1) + 2, ROWS_MOST)


# -- papers --------------------------------------------------------------------------------------


@router.get("/offices/people/{person}/contact")
async def contact_page(asking: AskingInside, person: PersonPath) -> Response:
    """How she is called and reached, to be changed."""
    return await _contact_page(asking, person, Sent(Form()))


@router.post("/offices/people/{person}/contact")
async def record_contact(
    request: Request, asking: AskingInside, who: SignedInNow, person: PersonPath
) -> Response:
    """Put the next contact on record."""
    sent = await _send(request, who, "people/record-contact", person=person)
    if sent.accepted:
        return seen_after(f"{HERE}/{person}", sent, "contact")
    return await _contact_page(asking, person, sent)


async def _contact_page(asking: PageQuestion, person: PersonId, sent: Sent) -> Response:
    def ask(room: Room) -> OnPage:
        must_find(room, person, "people/record-contact")
        known = newest_contact(room, person)
        form = sent.form if sent.form.given else Form(typed(known or Contact(""), "contact"))
        values = {"address": f"{HERE}/{person}/contact", "person": person, "form": form}
        return OnPage(room.request, "person_contact", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    each_look_is_a_look(asking)
    return await answer(asking, ask, shift_records.MODEL)


@router.get("/offices/people/{person}/facts")
async def facts_page(asking: AskingInside, person: PersonPath) -> Response:
    """Her newest sheet, as the beginning of the next one."""
    return await _facts_page(asking, person, Sent(Form()))


@router.post("/offices/people/{person}/facts")
async def record_facts(
    request: Request, asking: AskingInside, who: SignedInNow, person: PersonPath
) -> Response:
    """Put the next sheet on record."""
    sent = await send(request, who, "people/record-facts", person=person)
    if sent.accepted:
        return seen_after(f"{HERE}/{person}", sent, "facts")
    return await _facts_page(asking, person, sent)


async def _facts_page(asking: PageQuestion, person: PersonId, sent: Sent) -> Response:
    def ask(room: Room) -> OnPage:
        here = must_find(room, person, "people/record-facts")
        known = newest_facts(room, person)
        form = sent.form if sent.form.given else Form(typed(known, "facts") if known else {})
        values = _sheet_values(room, form) | {
            "address": f"{HERE}/{person}/facts",
            "person": person,
            "number": here.facts_version,
        }
        return OnPage(room.request, "person_facts", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    each_look_is_a_look(asking)
    return await answer(asking, ask, shift_records.MODEL)


def typed(value: Contact | FactSheet | object, name: str) -> dict[str, str]:
    """A paper as the fields of a form have it."""
    if isinstance(value, tuple):
        inside = [(f"{name}.{number}", each) for number, each in enumerate(value)]
    elif is_dataclass(value):
        inside = [(f"{name}.{each.name}", getattr(value, each.name)) for each in fields_of(value)]
    else:
        return {name: _text(value)}
    return {each: text for path, part in inside for each, text in typed(part, path).items()}


def _text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return str(value.value)
    return "" if value is None else str(value)


def must_find(room: Room, person: PersonId, command: str) -> Person:
    """The person, for whoever may give the command. Raises the problems 403 and 404."""
    here: Person = state_at(room.connection, people.stream(person), room.position)
    must_be_none(refusal(room.authority, command, here.community or None, own=False))
    room.must_hold_a_role("units")
    return here
