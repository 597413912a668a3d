"""Duplicates: somebody who was entered twice is kept under one id, and a mistake is taken back.

The id of the page is the one that is kept. What stands under each of the two is shown first, in
numbers; nothing of it moves. Names are shown to whoever may see them, and each look is logged.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from fastapi import Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api import checking
from api.own import view_of
from api.pages import fields
from api.pages import words_of_people as words
from api.pages.acting import Sent, be_sure, counted, seen_after, send
from api.pages.forms import Form
from api.pages.languages import Speech, speech_of
from api.pages.languages import marked as _
from api.pages.names import each_look_is_a_look, names_of
from api.pages.office_finding import Looked, found_people, home_of
from api.pages.offices import names_of_communities
from api.pages.people import must_find
from api.pages.reading import AskingInside, OnPage, PageQuestion
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.parameters import PersonPath
from api.reading import Room, answer, nothing_there
from ledger.domain import people
from ledger.domain.person_records import LeagueVisibilitySet, Person
from ledger.domain.rights_records import ConsentWithdrawn
from ledger.domain.service_records import DeciderFoundRelated
from ledger.domain.values import PersonId
from ledger.projections import certificates, service, shift_records
from ledger.projections.reading import state_at

router: Final[APIRouter] = pages()
PATH: Final = "/offices/people/{person}/duplicate"
MODELS: Final = (*checking.MODELS, shift_records.MODEL)
STEPS: Final = {
    "merge": ("duplicates/merge", _("These two entries are one person")),
    "separate": ("duplicates/separate", _("These two entries are two persons")),
}
FOLLOWS: Final = {
    ConsentWithdrawn: _("Consents that end; she gives them anew under the id that is kept"),
    LeagueVisibilitySet: _("Wishes about league tables that end"),
    DeciderFoundRelated: _("Decisions about herself that an auditor is shown"),
}
BOTH_DEAD: Final = _(
    "The death on %(day)s stays recorded for both of them, and so does what was taken back for it "
    "under either id. Correct the death of whoever is alive afterwards, on her own page: then what "
    "was taken back under her id stands again."
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One id of a person, and what stands under it; None where the reader may not see that."""

    person: PersonId
    called: str
    home: str
    registered_on: date | None
    died_on: date | None
    confirmed_minutes: int | None
    pending: int | None
    certificates: int | None


@router.get(PATH)
async def duplicate_page(asking: AskingInside, person: PersonPath) -> Response:
    """Her other ids, and where another one is looked for."""
    return await _page(asking, person, Looked(), "", Sent(Form()))


@router.post(f"{PATH}/find")
async def find_duplicate(
    request: Request, asking: AskingInside, _: SignedInNow, person: PersonPath
) -> Response:
    """The other entry."""
    given = await fields.read(request)
    looked = await found_people(asking, given.get("who", ""))
    return await _page(asking, person, looked, "", Sent(Form()))


@router.post(f"{PATH}/{{step}}")
async def merge_or_separate(
    request: Request, asking: AskingInside, who: SignedInNow, person: PersonPath, step: str
) -> Response:
    """Say that two ids are one person's, or that they are not, once she is sure."""
    if step not in STEPS:
        raise nothing_there()
    sent = await send(request, who, STEPS[step][0], surely=True, person=person)
    if sent.accepted:
        return seen_after(PATH.format(person=person), sent, step)
    return await _page(asking, person, Looked(), step, sent)


async def _page(
    asking: PageQuestion, person: PersonId, looked: Looked, step: str, sent: Sent
) -> Response:
    def ask(room: Room) -> OnPage:
        here = must_find(room, person, "duplicates/merge")
        if sent.to_be_sure:
            return _to_be_sure(room, person, step, sent)
        others = here.identity.duplicates
        met = [*looked.persons, *(each.person for each in looked.met)]
        shown = {
            each.person: each for each in _entries(room, dict.fromkeys((person, *others, *met)))
        }
        values = {
            "address": PATH.format(person=person),
            "kept": shown[person],
            "kept_as": here.identity.kept_as,
            "others": [shown[each] for each in others],
            "looked": looked,
            "found": [shown[each] for each in met if each not in (person, *others)],
            "form": sent.form,
            "new_form": Form,
            "words": words,
            "position": room.position,
        }
        return OnPage(room.request, "duplicate", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    each_look_is_a_look(asking)
    return await answer(asking, ask, *MODELS)


def _to_be_sure(room: Room, person: PersonId, step: str, sent: Sent) -> OnPage:
    """What stands under each of the two, and what follows."""
    say, other = speech_of(room.request), PersonId(sent.form.value("duplicate"))
    kept, duplicate = _entries(room, (person, other))
    follows = [(_("Kept"), _line(kept, say)), *counted(sent, FOLLOWS)]
    shown = be_sure(
        room.request,
        sent,
        STEPS[step][1],
        kept.called or person,
        texts={other: _line(duplicate, say)},
        labels=words.FIELDS,
        follows=follows,
    )
    if step == "separate" and kept.died_on:
        shown.values["warnings"] = (say.said(BOTH_DEAD, day=say.day(kept.died_on)),)
    return shown


def _line(entry: Entry, say: Speech) -> str:
    """All that is told of an entry, one thing after the other."""
    told = [entry.called, entry.person, entry.home]
    if entry.confirmed_minutes is not None:
        told.append(say.said(_("service %(time)s"), time=say.duration(entry.confirmed_minutes)))
        told.append(say.said(_("held %(number)d"), number=entry.pending))
    if entry.certificates is not None:
        told.append(say.said(_("certificates %(number)d"), number=entry.certificates))
    return " · ".join(filter(None, told))


def _entries(room: Room, persons: Iterable[PersonId]) -> list[Entry]:
    named = list(persons)
    called = names_of(room, named)
    return [_entry(room, each, called.get(each, "")) for each in named]


def _entry(room: Room, person: PersonId, called: str) -> Entry:
    """One id with what stands under it alone."""
    home, stream = home_of(room, person), people.stream(person)
    state: Person = state_at(room.connection, stream, room.position)
    minutes, pending, issued = None, None, None
    if home is not None and room.may_read(view := view_of(room, person, "statement"), home):
        room.must_read(view, home)
        told = service.statement(room.connection, person, room.view, reach=room.reach(view))
        minutes, pending = told.totals.service_minutes, len(told.pending)
    if home is not None and room.may_read(view := view_of(room, person, "certificates"), home):
        room.must_read(view, home)
        reach = room.reach(view)
        issued = len(
            certificates.register(room.connection, room.view, persons=(person,), reach=reach)
        )
    return Entry(
        person,
        called,
        str(names_of_communities(room, [home]).get(home, home)) if home else "",
        state.registered_on,
        state.died_on,
        minutes,
        pending,
        issued,
    )
