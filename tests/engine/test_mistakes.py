"""What is at fault harms nobody else: one answer is `Broken`, its neighbours are as ever."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from ledger.deciding import drafting
from ledger.deciding.answers import Accepted, Broken, Declined, Unit
from ledger.domain.catalogue import VERB_OF_COMMAND
from ledger.domain.decisions import Context, Known, Outcome, Stream
from ledger.domain.meals import ClaimMeal
from ledger.domain.values import PersonId
from ledger.engine import Ledger
from ledger.store import codec
from tests.builders import CANTEEN, accepted, everything, person, unit
from tests.engine.town import MONDAY, NOON, OLD, born, damage, forbid, lunch


def test_a_command_that_breaks_a_rule_of_ours_harms_no_other(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode = codec.encode

    def breaking(event: object, **rest: object) -> bytes:
        if getattr(event, "person", None) == person(2):
            raise ValueError("as if a rule had a fault")
        return encode(event, **rest)  # type: ignore[arg-type]  # - handed on as it came

    monkeypatch.setattr(drafting, "encode", breaking)
    answers = ledger.execute([lunch(1), lunch(2), lunch(3)])
    assert [type(answer) for answer in answers] == [Accepted, Broken, Accepted]
    monkeypatch.undo()
    accepted(ledger.execute([lunch(2)])[0])


def test_a_command_that_cannot_say_what_it_needs_harms_no_other(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs = VERB_OF_COMMAND[ClaimMeal].needs

    def breaking(command: ClaimMeal, known: Known, context: Context) -> Iterable[Stream[Any]]:
        if command.person == person(2):
            raise OverflowError("as if a date had run out of the calendar")
        return needs(command, known, context)

    broken = replace(VERB_OF_COMMAND[ClaimMeal], needs=breaking)
    monkeypatch.setattr(drafting, "VERB_OF_COMMAND", {**VERB_OF_COMMAND, ClaimMeal: broken})
    answers = ledger.execute([lunch(1), lunch(2), lunch(3)])
    assert [type(answer) for answer in answers] == [Accepted, Broken, Accepted]


def test_an_append_that_fails_is_tried_one_by_one(ledger: Ledger, database: str) -> None:
    forbid(database, f"meals-{person(2)}-2026-03")
    answers = ledger.execute([lunch(1), lunch(2), lunch(3)])
    assert [type(answer) for answer in answers] == [Accepted, Broken, Accepted]


def test_a_command_that_is_accepted_without_an_event_is_a_mistake_of_ours(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide = VERB_OF_COMMAND[ClaimMeal].decide

    def forgetful(command: ClaimMeal, known: Known, context: Context) -> Outcome:
        return () if command.person == person(2) else decide(command, known, context)

    broken = replace(VERB_OF_COMMAND[ClaimMeal], decide=forgetful)
    monkeypatch.setattr(drafting, "VERB_OF_COMMAND", {**VERB_OF_COMMAND, ClaimMeal: broken})
    answers = ledger.execute([lunch(1), lunch(2), lunch(3)])
    assert [type(answer) for answer in answers] == [Accepted, Broken, Accepted]


CLAIM = ClaimMeal(person(2), CANTEEN, MONDAY)


UNFIT = {
    "no command": unit(at=NOON),
    "no such command": unit(object(), at=NOON),
    "no time zone": unit(CLAIM, at=NOON.replace(tzinfo=None)),
    "id not Unicode": unit(replace(CLAIM, person=PersonId("half a pair: \ud83c")), at=NOON),
    "nul in an id": unit(replace(CLAIM, person=PersonId("nul: \0")), at=NOON),
    "no key": Unit(everything(), "", (CLAIM,), NOON),
    "long key": Unit(everything(), "x" * 81, (CLAIM,), NOON),
    "nul in a key": Unit(everything(), "nul: \0", (CLAIM,), NOON),
    "key not Unicode": Unit(everything(), "half a pair: \ud83c", (CLAIM,), NOON),
}


@pytest.mark.parametrize("unfit", UNFIT.values(), ids=UNFIT)
def test_a_unit_that_nobody_should_have_sent_harms_no_other(ledger: Ledger, unfit: Unit) -> None:
    answers = ledger.execute([lunch(1), unfit, lunch(3)])
    assert [type(answer) for answer in answers] == [Accepted, Broken, Accepted]


def test_a_key_of_eighty_characters_is_a_key(ledger: Ledger) -> None:
    accepted(ledger.execute([lunch(1, key="八" * 80)])[0])


def test_whose_key_is_gone_harms_no_other(ledger: Ledger, database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("SELECT vault.forget(ARRAY[%s])", [person(2)])
    answers = ledger.execute([lunch(1), born(2, OLD), lunch(3)])
    assert [type(answer) for answer in answers] == [Accepted, Broken, Accepted]


def test_whose_sheet_does_not_open_harms_no_other(
    rival: Ledger, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(monkeypatch, rival, person(2))
    rival._knowledge.forget_all()
    for _ in range(2):  # what was not read once is not taken for erased afterwards
        answers = rival.execute([lunch(1), lunch(2), lunch(7)])
        assert [type(answer) for answer in answers[1:]] == [Broken, Declined]
