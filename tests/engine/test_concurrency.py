"""Many at once: threads of one process, and processes, end as if they had come in turn."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path
from random import Random
from threading import Barrier

import pytest

from ledger.deciding.answers import Accepted
from ledger.domain.funds import MoveBetweenFunds, OpenFund
from ledger.domain.meal_records import MealReversalReason, ReversalKind
from ledger.domain.meals import ClaimMeal, ReverseMeal
from ledger.domain.values import Count, Fen, FundId, Month, Slug, Title
from ledger.engine import Ledger
from tests.builders import (
    CANTEEN,
    JINNING,
    MEAL_FUND,
    accepted,
    found,
    open_ledger,
    person,
    registration,
    unit,
)
from tests.engine.serial import Exchange, log_of, must_fit_a_serial_order

MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
YOUTH = FundId("jinning-youth")
PEOPLE = 6
SHEETS = {person(number): registration(number).facts for number in range(PEOPLE)}


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def ledger(database: str, keys: Path) -> Iterator[Ledger]:
    with open_ledger(database, keys) as ledger:
        found(ledger, people=PEOPLE)
        opened = OpenFund(YOUTH, JINNING, Title("少年宫基金"), Slug("youth"))
        accepted(ledger.execute([unit(opened, at=NOON)])[0])
        yield ledger


def a_command(random: Random) -> object:
    """Something that others are about to ask too: few people, few days, little money."""
    who, day = person(random.randrange(PEOPLE)), date(2026, 3, random.randint(1, 2))
    match random.randrange(4):
        case 0:
            amount = Fen(random.choice([1_500_000, 2_500_000]))
            return MoveBetweenFunds(MEAL_FUND, YOUTH, amount, MONDAY)
        case 1:
            claim = Count(random.randint(1, 4))
            reason = MealReversalReason.entered_by_mistake
            return ReverseMeal(who, Month("2026-03"), claim, ReversalKind.void, reason)
        case _:
            return ClaimMeal(who, CANTEEN, day)


def talk(ledger: Ledger, seed: int, times: int) -> list[Exchange]:
    """One caller: asks things of her own, and some of what everybody asks under the same key."""
    random = Random(seed)
    exchanges = []
    for number in range(times):
        shared = random.random() < 0.3
        source = Random(number) if shared else random
        key = f"everybody-{number}" if shared else f"{seed}-{number}"
        asked = unit(a_command(source), key=key, at=NOON)
        exchanges.append(Exchange(asked, ledger.execute([asked])[0]))
    return exchanges


def _process(url: str, keys: Path, seed: int, together: Barrier) -> list[Exchange]:
    with open_ledger(url, keys) as ledger, ThreadPoolExecutor(5) as threads:
        together.wait(60)
        talks = threads.map(lambda n: talk(ledger, seed * 100 + n, 30), range(5))
        return [exchange for each in talks for exchange in each]


def test_fifty_threads_end_as_if_they_had_come_in_turn(ledger: Ledger) -> None:
    with ThreadPoolExecutor(50) as threads:
        talks = list(threads.map(lambda seed: talk(ledger, seed, 8), range(50)))
    exchanges = [exchange for each in talks for exchange in each]
    counts = must_fit_a_serial_order(exchanges, log_of(ledger.recorder), dict(SHEETS))
    assert min(counts) > 10, counts


def test_processes_end_as_if_they_had_come_in_turn(
    ledger: Ledger, database: str, keys: Path
) -> None:
    spawn = get_context("spawn")
    with spawn.Manager() as manager, ProcessPoolExecutor(3, mp_context=spawn) as processes:
        together = manager.Barrier(3)
        running = [processes.submit(_process, database, keys, seed, together) for seed in range(3)]
        exchanges = [exchange for each in running for exchange in each.result()]
    counts = must_fit_a_serial_order(exchanges, log_of(ledger.recorder), dict(SHEETS))
    assert min(counts) > 10, counts


def test_fifty_at_once_with_one_key_are_one(ledger: Ledger) -> None:
    asked = unit(ClaimMeal(person(1), CANTEEN, MONDAY), key="one", at=NOON)
    before = ledger.recorder.max_notification_id() or 0
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda _: ledger.execute([asked])[0], range(50)))
    assert all(isinstance(answer, Accepted) for answer in answers)
    assert sum(not accepted(answer).replayed for answer in answers) == 1
    assert ledger.recorder.max_notification_id() == before + 1


def test_two_processes_worth_of_batches_of_the_same_keys_write_each_once(
    ledger: Ledger, database: str, keys: Path
) -> None:
    days = [date(2026, 2, day) for day in range(1, 29)]
    batch = [
        unit(ClaimMeal(person(n), CANTEEN, day), key=f"{n}-{day}", at=NOON)
        for day in days
        for n in range(PEOPLE)
    ]
    before = ledger.recorder.max_notification_id() or 0
    with open_ledger(database, keys) as rival, ThreadPoolExecutor(2) as threads:
        here = threads.submit(ledger.execute, batch)
        there = threads.submit(rival.execute, batch)
        pairs = list(zip(here.result(), there.result(), strict=True))
    assert all(accepted(one).events == accepted(two).events for one, two in pairs)
    assert ledger.recorder.max_notification_id() == before + len(batch)
