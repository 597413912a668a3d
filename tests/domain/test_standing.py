"""Standing: what goes on about somebody whose data are only kept, and that nothing does later."""

from dataclasses import fields, replace
from types import SimpleNamespace
from typing import Any, get_type_hints

import pytest

from ledger.domain import people, standing
from ledger.domain.catalogue import NAME_OF_COMMAND, VERBS
from ledger.domain.decisions import Context, Outcome
from ledger.domain.identity_records import DuplicateMerged, IdentityEvent
from ledger.domain.person_records import PersonRegistered
from ledger.domain.rights_records import RightsEvent
from ledger.domain.standing import (
    ABOUT,
    BEGINS_THE_TERM_ANEW,
    ENDS_UNDER_A_DUPLICATE,
    GOES_ON,
    TELLS_WHO_PAYS,
)
from ledger.domain.values import CommunityId, Count, PersonId
from tests.domain.shift_stories import CHEN
from tests.domain.test_wrong_states import machines
from tests.domain.test_wrong_states_of_rights import ERASED, RESTRICTED, TODAY, WAITS
from tests.story import NOON, SOMEBODY, Ledger, given

HOME = CommunityId("jinning")


def persons(command: object) -> list[PersonId]:
    """Everybody whom the command is about, by its fields that hold a person's id."""
    hints = get_type_hints(type(command))
    named = [field.name for field in fields(command) if "PersonId" in str(hints[field.name])]  # type: ignore[arg-type]  # - a dataclass
    others = {"guardian"}  # whose word it is, and not whom it is about
    values = [getattr(command, name) for name in named if name not in others]
    return [value for value in values if value is not None]


def naming_somebody(command: Any) -> Any:
    """The same command with a person, where it may be about nobody."""
    about_nobody = getattr(command, "person", CHEN) is None
    return replace(command, person=CHEN) if about_nobody else command


ASKED = [naming_somebody(command) for machine in machines() for command, _ in machine.asked]
COMMANDS = {NAME_OF_COMMAND[type(command)]: command for command in ASKED if persons(command)}
"""One of each that is about a person."""


def decided(name: str, command: object, *events: RightsEvent | IdentityEvent) -> Outcome:
    """What such a command becomes where its own rule has nothing against it."""
    ledger = given().ledger
    for who in persons(command):
        registered = PersonRegistered(who, HOME, Count(1), "commitment", TODAY)
        for event in (registered, *events):
            ledger.fold((people.stream(who), event))
    agreeable = SimpleNamespace(decide=lambda *_: ())
    return standing.decide_of(agreeable, name, type(command))(
        command, ledger, Context(SOMEBODY, NOON)
    )


def code(outcome: Outcome) -> str | None:
    return None if outcome == () else outcome.code.name  # type: ignore[union-attr]  # - a refusal


def test_the_tables_name_commands_about_persons() -> None:
    assert set(COMMANDS) >= GOES_ON >= BEGINS_THE_TERM_ANEW
    assert set(COMMANDS) >= ENDS_UNDER_A_DUPLICATE | TELLS_WHO_PAYS


@pytest.mark.parametrize("name", COMMANDS)
def test_only_who_pays_for_a_meal_is_asked_about_whoever_is_erased(name: str) -> None:
    expected = None if name in TELLS_WHO_PAYS else "person_must_not_be_erased"
    assert code(decided(name, COMMANDS[name], ERASED)) == expected
    assert code(decided(name, COMMANDS[name])) is None


@pytest.mark.parametrize("name", COMMANDS)
def test_about_whoever_is_restricted_that_goes_on_which_the_table_names(name: str) -> None:
    kept = "person_must_not_be_restricted"
    expected = None if name in GOES_ON | TELLS_WHO_PAYS else kept
    assert code(decided(name, COMMANDS[name], RESTRICTED)) == expected
    waiting = expected if name not in BEGINS_THE_TERM_ANEW else kept
    assert code(decided(name, COMMANDS[name], WAITS)) == waiting


@pytest.mark.parametrize("name", COMMANDS)
def test_under_a_duplicate_that_comes_to_its_end_which_the_table_names(name: str) -> None:
    kept_as = DuplicateMerged(CHEN, SOMEBODY, TODAY)
    goes_on = ENDS_UNDER_A_DUPLICATE | TELLS_WHO_PAYS
    expected = None if name in goes_on else "person_must_not_be_a_duplicate"
    assert code(decided(name, COMMANDS[name], kept_as)) == expected
    restricted = decided(name, COMMANDS[name], RESTRICTED, kept_as)
    assert code(restricted) == expected


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_reads_everybody_whom_it_is_about(name: str) -> None:
    command, ledger = COMMANDS[name], Ledger()
    needed = VERBS[name].needs(command, ledger, Context(SOMEBODY, NOON))
    assert set(needed) >= {people.stream(who) for who in persons(command)}


def test_whom_a_command_is_about_is_said_in_these_fields_alone() -> None:
    fields_used: set[Any] = set()
    for command in COMMANDS.values():
        named = {name for name in ABOUT if getattr(command, name, None) is not None}
        assert len(named) == len(persons(command))
        fields_used |= named
    assert fields_used == set(ABOUT)
