"""What nobody decides and what somebody does are told apart, and an event names its own doer."""

from dataclasses import fields, replace
from typing import Any, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.audit.consequences import BEHIND, FOLLOWS, MAY_FOLLOW
from ledger.audit.signatures import DECIDED, DOERS, OF_ANOTHER
from ledger.domain.authority import Role
from ledger.domain.book import LedgerCreated
from ledger.domain.catalogue import EVENTS, VERBS
from ledger.domain.decisions import Stream
from ledger.domain.facts import FactSheet
from ledger.domain.grant_records import AdministratorAppointed, Appointment, RoleGranted
from ledger.domain.meal_records import MealReversalReason
from ledger.domain.origins import LogRestored
from ledger.domain.recovery_records import RecoveryEnd
from ledger.domain.rights_records import PersonErased
from ledger.domain.service_records import (
    RefusalReason,
    ReversalReason,
    ServiceRefused,
)
from ledger.domain.values import SYSTEM, PersonId
from ledger.domain.views import ViewsAnchored
from tests.audit.duty_logs import OFFICE, Written, flaws, log
from tests.domain.shift_stories import CHEN, WU
from tests.store.event_values import events
from tests.store.samples.examples import example

KINDS = pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS)
FOLLOWING = pytest.mark.parametrize("kind", FOLLOWS, ids=lambda kind: kind.__name__)
HERE = Stream[Any]("somewhere")
LEFT_TO_THE_LEDGER = {
    "reason": (
        *(MealReversalReason.death_recorded_later, ReversalReason.after_death),
        RefusalReason.after_death,
    ),
    "end": (RecoveryEnd.offset,),
}


def left_to_the_ledger(kind: type) -> Any:
    """An event of the kind such as the system writes it."""
    event, hints = example(kind), get_type_hints(kind)
    for name, values in LEFT_TO_THE_LEDGER.items():
        mine = [value for value in values if type(value) is hints.get(name)]
        event = replace(event, **{name: mine[0]}) if mine else event
    return replace(event, decided_by=()) if kind in DECIDED else event


def alone(event: object, by: PersonId, *before: object) -> list[str]:
    """What is told of an event behind others of the same command."""
    wrote = [Written((HERE, each), OFFICE if by == SYSTEM else by, "it") for each in before]
    told = flaws(log(*wrote, Written((HERE, event), by, "it")))
    return [flaw.en for flaw in told if flaw.position > len(before)]


@KINDS
def test_the_system_decides_nothing(kind: type) -> None:
    told = alone(example(kind), SYSTEM)
    decided = "the system wrote what only a person may decide" in " ".join(told)
    following = FOLLOWS.get(kind) or MAY_FOLLOW.get(kind)
    assert decided is (following is None or not following.such(example(kind)))


@FOLLOWING
def test_a_person_writes_nothing_that_only_follows(kind: type) -> None:
    assert any("what nobody decides" in each for each in alone(left_to_the_ledger(kind), CHEN))


@FOLLOWING
def test_what_follows_stands_behind_its_cause(kind: type) -> None:
    event, causes = left_to_the_ledger(kind), FOLLOWS[kind].causes
    for cause in causes:
        assert alone(event, SYSTEM, example(cause)) == []
    told = alone(event, SYSTEM)
    assert bool(causes) is any("follows from nothing" in each for each in told)


def test_a_cause_in_another_command_is_none() -> None:
    kind, following = next((kind, each) for kind, each in FOLLOWS.items() if each.causes)
    before = Written((HERE, example(next(iter(following.causes)))), OFFICE, "another")
    told = flaws(log(before, Written((HERE, left_to_the_ledger(kind)), SYSTEM, "it")))
    assert any("follows from nothing" in each.en for each in told)


@pytest.mark.parametrize("kind", BEHIND, ids=lambda kind: kind.__name__)
def test_what_a_decision_tells_a_second_stream_is_not_told_alone(kind: type) -> None:
    said, event = "follows from nothing", a_persons(kind)
    for cause in BEHIND[kind]:
        assert not any(said in each for each in alone(event, WU, example(cause)))
    assert any(said in each for each in alone(event, WU))


def a_persons(kind: type) -> Any:
    """An event of the kind such as a person writes it."""
    event = example(kind)
    is_appointed = isinstance(event, AdministratorAppointed)
    return replace(event, appointment=Appointment.granted) if is_appointed else event


def test_the_machine_grants_one_role_behind_an_appointment_and_nothing_else() -> None:
    granted = replace(example(RoleGranted), role=Role.administrator)
    appointed = example(AdministratorAppointed)
    assert alone(appointed, SYSTEM) == []
    assert any("follows from nothing" in each for each in alone(granted, SYSTEM))
    wrote = (Written((HERE, each), SYSTEM, "it") for each in (appointed, granted))
    assert flaws(log(*wrote)) == []
    others = (replace(granted, role=role) for role in Role if role is not Role.administrator)
    for each in others:
        wrote = (Written((HERE, event), SYSTEM, "it") for event in (appointed, each))
        assert "only a person may decide" in flaws(log(*wrote))[0].en


def test_all_that_the_rules_leave_to_the_system_is_told() -> None:
    consequences = frozenset[type]().union(*(verb.consequences for verb in VERBS.values()))
    appointed = {AdministratorAppointed, RoleGranted}
    at_the_machine = {LedgerCreated, ViewsAnchored, LogRestored, PersonErased} | appointed
    assert {*FOLLOWS, *MAY_FOLLOW} == consequences | at_the_machine


# -- who says that she did it ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in DOERS.items() for name in names]
)
def test_an_event_names_whoever_wrote_it(kind: type, name: str) -> None:
    said = "it came of a command of"
    event = replace(example(kind), **{name: CHEN})
    assert any(said in each for each in alone(event, WU))
    assert not any(said in each for each in alone(event, CHEN))


def test_whatever_names_a_person_who_did_something_is_asked() -> None:
    for kind in EVENTS.values():
        hints = get_type_hints(kind)
        named = {each.name for each in fields(kind) if hints[each.name] is PersonId}
        told_again = {name for event, name in OF_ANOTHER if event is kind}
        by = {name for name in named if name.endswith("_by")}
        assert by == {*DOERS.get(kind, ()), *told_again}


@pytest.mark.parametrize("kind", sorted(DECIDED, key=str), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("decided_by", [(), (WU,), (OFFICE, WU), (WU, OFFICE)])
def test_a_decision_rests_on_the_word_of_whoever_made_it(
    kind: type, decided_by: tuple[PersonId, ...]
) -> None:
    told = alone(replace(example(kind), decided_by=decided_by), OFFICE)
    assert any("does not rest on the word" in each for each in told)


def test_what_follows_rests_on_nobodys_word() -> None:
    event = replace(left_to_the_ledger(ServiceRefused), decided_by=(WU,))
    assert any("does not rest on the word" in each for each in alone(event, SYSTEM))


# -- a log that no program wrote ------------------------------------------------------------------

WRITERS = st.sampled_from([CHEN, WU, SYSTEM, PersonId("")])
ANYTHING = st.sampled_from(sorted(EVENTS.values(), key=str)).flatmap(events)
COMMANDS = st.sampled_from(["one", "two"])


@settings(max_examples=60)
@given(st.lists(st.tuples(ANYTHING, WRITERS, COMMANDS), max_size=12))
def test_whatever_stands_in_a_log_is_told_and_nothing_breaks(
    anything: list[tuple[object, PersonId, str]],
) -> None:
    sheets = {(CHEN, 1): FactSheet(example(ServiceRefused).occurred_on)}
    written = log(*(Written((HERE, event), by, command) for event, by, command in anything))
    told = flaws(written, sheets)
    assert all(flaw.en and flaw.zh and flaw.position <= len(anything) for flaw in told)
