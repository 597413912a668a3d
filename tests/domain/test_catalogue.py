"""The catalogue: everything by its stable name, and nothing that is not in it."""

import importlib
import pkgutil
import re
from dataclasses import fields, is_dataclass
from typing import get_type_hints

import ledger.domain
from ledger.domain.catalogue import EVENTS, KINDS, NAME_OF_COMMAND, VERBS, kind_of
from ledger.domain.decisions import Stream

FREE_TEXT = {
    "Title": "the public name of an institution or an activity",
    "contact_commitment": "a digest",
    "commitment": "a digest",
    "note_commitment": "a digest",
}
"""Text in events that is not an id, a number, a date or a code, and why it may be there."""


def test_names_of_events_are_kebab_case_with_a_version() -> None:
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*\.v[1-9][0-9]*", name) for name in EVENTS)


def test_names_of_commands_are_a_noun_and_a_verb() -> None:
    assert all(re.fullmatch(r"[a-z]+/[a-z]+(-[a-z]+)*", name) for name in VERBS)


def test_every_name_belongs_to_one_class() -> None:
    assert len(set(EVENTS.values())) == len(EVENTS)
    assert len(NAME_OF_COMMAND) == len(VERBS)


def test_commands_and_events_are_frozen_and_slotted() -> None:
    for kind in (*EVENTS.values(), *NAME_OF_COMMAND):
        assert is_dataclass(kind)
        assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]  # - a dataclass
        assert "__slots__" in vars(kind)


def test_every_event_says_when_it_occurred() -> None:
    assert not [name for name, event in EVENTS.items() if "occurred_on" not in _names(event)]


def test_no_event_holds_text_that_could_name_a_person() -> None:
    for name, event in EVENTS.items():
        for field, kind in get_type_hints(event).items():
            if kind is str:
                assert field in FREE_TEXT, f"{name} holds free text in {field}"


def test_every_kind_of_stream_begins_somewhere_and_every_stream_has_a_kind() -> None:
    assert all(kind_of(Stream(f"{word}-x")) is kind for word, kind in KINDS.items())


def test_every_event_defined_in_a_noun_is_in_the_catalogue() -> None:
    defined = set()
    for module in pkgutil.iter_modules(ledger.domain.__path__, "ledger.domain."):
        for name, kind in vars(importlib.import_module(module.name)).items():
            if is_dataclass(kind) and isinstance(kind, type) and "occurred_on" in _names(kind):
                defined.add((name, kind))
    strangers = {name for name, kind in defined if kind not in EVENTS.values()}
    assert strangers <= {"Record"}, strangers  # a record of service is a state, not an event


def _names(kind: type) -> set[str]:
    return {field.name for field in fields(kind)}
