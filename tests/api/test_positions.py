"""Positions: an answer reflects the position that it names, all of it and nothing beyond."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from psycopg import sql

from api import reading
from api.files import Shown
from api.reading import Ask, Room, Told
from ledger.projections.projector import LEAD
from tests.api.exemplary import Exemplary, questions
from tests.api.town import Town, accepted
from tests.builders import CANTEEN, person

JANUARY = {"canteen": CANTEEN, "month": "2026-01"}
READ = """
SELECT DISTINCT nspname FROM pg_locks
JOIN pg_class ON pg_class.oid = relation JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE pid = pg_backend_pid() AND locktype = 'relation'
"""
NO_MODELS = {"proof", "ledger", "pg_catalog", "vault"}
"""Schemas that are no read model's: what is read there is told as known at a position."""
OF_THE_PROGRAM = "problems/ledger_must_be_created_first"

# -- which read models an answer waits for -----------------------------------------------------


class Watched:
    """The read models that each answer waits for, and those that it reads."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.waits: set[str] = set()
        self.reads: set[str] = set()
        reads = reading._Reading

        def watched(desk: Any, question: Any, ask: Ask, models: Any, *rest: Any) -> Any:
            self.waits = set(models)
            return reads(desk, question, self.watching(ask), models, *rest)

        monkeypatch.setattr(reading, "_Reading", watched)

    def watching(self, ask: Ask) -> Ask:
        """What a snapshot has read is what it holds locks on."""

        def asked(room: Room) -> Told | Shown:
            told = ask(room)
            found = room.connection.execute(READ).fetchall()
            self.reads = {row["nspname"] for row in found} - NO_MODELS
            return told

        return asked


def test_an_answer_waits_for_the_read_models_that_it_reads(
    exemplary: Exemplary, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched, wrong = Watched(monkeypatch), []
    for path, asked, _ in questions(exemplary.town):
        if path != OF_THE_PROGRAM:
            watched.waits, watched.reads = set(), set()
            exemplary.town.found(path, **asked)
            assert watched.waits, path
            if watched.reads - watched.waits:
                wrong.append((path, watched.reads - watched.waits))
    assert wrong == []


# -- read models that stand apart --------------------------------------------------------------


@contextmanager
def led_elsewhere(town: Town, model: str) -> Iterator[None]:
    """Another process leads this read model just now, and has not come to fold what is new."""
    with town.owner() as connection:
        connection.execute(sql.SQL("SELECT pg_advisory_lock") + sql.SQL(LEAD), (model,))
        yield


def behind(town: Town, path: str, **asked: Any) -> Any:
    """What is answered without waiting."""
    return town.client.get(f"/v1/{path}", headers=town.headers(), params=asked).json()


def come(town: Town, path: str) -> None:
    """Wait until the read model of that list has come to the end."""
    for _ in range(1000):
        if behind(town, path)["position"] == town.position:
            return
    raise AssertionError(path)


def test_a_list_of_exceptions_says_all_of_the_position_that_it_names(town: Town) -> None:
    """A submission is found only once the settlements are folded, too."""
    for number in range(3):
        meal = {"person": person(number), "canteen": CANTEEN, "served_on": "2026-01-20"}
        accepted(town.give("meals/claim", meal, at="2026-01-20T12:00:00+08:00"))
    plates = {"canteen": CANTEEN, "served_on": "2026-01-20", "plates": 2}
    accepted(town.give("canteens/attest-plates", plates, at="2026-01-20T12:00:00+08:00"))
    accepted(town.give("canteens/close-claims", JANUARY, at="2026-02-02T12:00:00+08:00"))
    town.found("exceptions")
    with led_elsewhere(town, "settlements"):
        accepted(town.give("settlements/submit", JANUARY, at="2026-02-02T13:00:00+08:00"))
        come(town, "disbursements")
        early = behind(town, "exceptions")
    town.found("settlements")
    late = town.found("exceptions", known_at=early["position"])
    assert late == early
    (found,) = town.found("exceptions")["items"]
    assert found["pattern"] == "meals_over_plates"


def test_a_trial_balance_and_its_closing_are_of_one_position(town: Town) -> None:
    path, asked = "periods/2026-02/trial-balance", {"community": "jinning"}
    before = town.found(path, **asked)
    with led_elsewhere(town, "journal"):
        for month in ("2026-01", "2026-02"):
            accepted(town.give("periods/close", {"community": "jinning", "month": month}))
        come(town, "reopenings")
        assert behind(town, path, **asked) == before
    assert town.found(path, **asked)["closed"]
