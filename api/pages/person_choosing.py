"""Choosing a person in a form about something else: who has exactly this name, number or phone.

What is typed stands in no address, and each look is logged. Who was found is chosen in the same
form, so that nothing else that was filled in is lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.pages.acting import Sent
from api.pages.forms import KEY, OWN, Form, new_key
from api.pages.languages import speech_of
from api.pages.met_people import shown
from api.pages.names import name_of
from api.reading import Room
from api.searching import met
from ledger.domain.values import BOUNDS, PersonId, Title
from ledger.vault.sealing import SearchKind

WHO: Final = "who"
LOOK: Final = "look"
HITS_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be meant, and what tells her from others of her name."""

    person: PersonId
    name: str
    phone_end: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Who was looked for, and of whom one is chosen; nobody is looked for by who may not."""

    may_look: bool
    text: str = ""
    candidates: Sequence[Candidate] = ()


def is_looking(given: Mapping[str, str]) -> bool:
    """Whether the form asks for somebody first: whoever types a name means her."""
    return LOOK in given or bool(given.get(WHO, "").strip())


def looked(given: Mapping[str, str]) -> Sent:
    """The form as it was filled in, and nothing done."""
    filled = {field: text for field, text in given.items() if field not in OWN}
    return Sent(Form(filled, key=given.get(KEY) or new_key()))


def choice_of(room: Room, form: Form) -> Choice:
    """Whoever the form looks for, or the one who is chosen in it already."""
    reach = room.reach("search")
    if reach is not None and not reach:
        return Choice(may_look=False)
    text, chosen = form.value(WHO).strip(), form.value("person")
    if text:
        return Choice(may_look=True, text=text, candidates=_found(room, text))
    candidates = [Candidate(PersonId(chosen), name_or_id(room, chosen))] if chosen else []
    return Choice(may_look=True, candidates=candidates)


def _found(room: Room, text: str) -> list[Candidate]:
    room.must_hold_a_role("search")
    if len(text) > (BOUNDS[Title].length or 0):
        return []
    say, found = speech_of(room.request), met(room, tuple(SearchKind), text, looks_at_others=True)
    told = [shown(each, say) for each in found[:HITS_MOST]]
    return [Candidate(each.person, each.name, each.phone_end) for each in told]


def name_or_id(room: Room, person: str) -> str:
    """How she is called, for whoever may know; else the beginning of her id."""
    return name_of(room, PersonId(person)) or person[:8]
