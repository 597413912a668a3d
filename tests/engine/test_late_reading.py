"""What only an earlier command of the batch makes necessary is read while the batch is decided.

No rule of today needs a stream that nothing else in its batch reads, so a lunch is made to: as soon
as a newcomer is registered, she needs to know what 仙湖 is like, or how somebody else is.
"""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from eventsourcing.persistence import OperationalError

from ledger.deciding import drafting
from ledger.deciding.answers import Accepted, Broken, LedgerUnavailable, Unit
from ledger.domain import communities, meals, people
from ledger.domain.catalogue import VERB_OF_COMMAND
from ledger.domain.decisions import Context, Known, Stream
from ledger.domain.meals import ClaimMeal
from ledger.domain.values import Month
from ledger.engine import Ledger
from ledger.store import recorder
from ledger.store.codec import UnknownEvent, decode_event
from tests.builders import CANTEEN, accepted, declined, person, registration, unit
from tests.engine.town import (
    MONDAY,
    NOON,
    XIANHU,
    YOUNG,
    around_the_first_append,
    born,
    damage,
    lunch,
    newcomer,
)

TUESDAY = MONDAY + timedelta(days=1)
LATE = communities.stream(XIANHU.community)


def read_late(monkeypatch: pytest.MonkeyPatch, *streams: Stream[Any]) -> None:
    """Let a lunch need these as soon as the newcomer is known, and not before."""
    verb = VERB_OF_COMMAND[ClaimMeal]

    def needs(command: ClaimMeal, known: Known, context: Context) -> Iterable[Stream[Any]]:
        newcomer = known.get(people.stream(person(7)))
        usual = verb.needs(command, known, context)
        yield from (stream for stream in usual if stream not in streams)
        if newcomer is not None and newcomer.registered_on is not None:
            yield from streams

    verbs = {**VERB_OF_COMMAND, ClaimMeal: replace(verb, needs=needs)}
    monkeypatch.setattr(drafting, "VERB_OF_COMMAND", verbs)


def overtaken(ledger: Ledger, rival: Ledger, monkeypatch: pytest.MonkeyPatch, faster: Unit) -> None:
    """Let a rival be faster than the next append."""
    around_the_first_append(
        ledger, monkeypatch, before=lambda: accepted(rival.execute([faster])[0])
    )


def test_who_wrote_to_what_is_read_late_wins_one_race_and_not_all(
    ledger: Ledger, rival: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_late(monkeypatch, LATE)
    claim = ClaimMeal(person(7), CANTEEN, MONDAY)
    group = unit(registration(7), claim, claim, at=NOON)
    ledger.execute([group], dry_run=True)
    overtaken(ledger, rival, monkeypatch, unit(XIANHU, at=NOON))
    declined(ledger.execute([group])[0], "day_must_not_have_two_subsidised_meals")


def test_what_still_holds_is_not_decided_again_though_it_was_read_late(
    ledger: Ledger,
    rival: Ledger,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    read_late(monkeypatch, meals.stream(person(7), Month("2026-03")))
    ledger.execute([lunch(2)], dry_run=True)
    with caplog.at_level(logging.ERROR):
        overtaken(ledger, rival, monkeypatch, born(2, YOUNG))
        answers = ledger.execute([newcomer(7), lunch(7), lunch(2)])
    assert [type(answer) for answer in answers] == [Accepted] * 3
    assert not caplog.records


def test_half_a_stream_does_not_pass_for_the_whole(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted(ledger.execute([unit(XIANHU, at=NOON)])[0])
    ledger._knowledge.forget_all()

    def older(name: str, state: bytes) -> object:
        if b"xianhu" in state:
            raise UnknownEvent("as if a newer version had written it")
        return decode_event(name, state)

    monkeypatch.setattr("ledger.deciding.knowledge.decode_event", older)
    read_late(monkeypatch, LATE)
    answers = ledger.execute([newcomer(7), lunch(7), lunch(7, day=TUESDAY)])
    assert [type(answer) for answer in answers] == [Accepted, Broken, Broken]


def test_a_sheet_that_does_not_open_does_not_pass_for_an_erased_one(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger._knowledge.forget_all()
    damage(monkeypatch, ledger, person(3))
    read_late(monkeypatch, people.stream(person(3)))
    answers = ledger.execute([newcomer(7), lunch(7), lunch(7, day=TUESDAY)])
    assert [type(answer) for answer in answers] == [Accepted, Broken, Broken]
    assert isinstance(ledger.execute([lunch(3)])[0], Broken)


def test_a_database_that_goes_away_meanwhile_breaks_no_command(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = ledger.recorder.load

    def gone(frontier: int, streams: set[str], frontier_stamp: bytes | None) -> Any:
        if LATE in streams:
            raise OperationalError("as if the database had gone away")
        return load(frontier, streams, frontier_stamp)

    monkeypatch.setattr(recorder, "PATIENCE_SECONDS", 0)
    monkeypatch.setattr(ledger.recorder, "load", gone)
    read_late(monkeypatch, LATE)
    with pytest.raises(LedgerUnavailable):
        ledger.execute([newcomer(7), lunch(7)])
