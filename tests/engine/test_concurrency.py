"""Many at once: threads of one process, and processes, end as if they had come in turn."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random
from threading import Barrier

import pytest

from ledger.deciding.answers import Accepted
from ledger.domain.attendance import AttestAttendance
from ledger.domain.canteen_records import ClaimsClosed
from ledger.domain.canteens import CloseClaims
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.domain.fund_moves import MoveBetweenFunds
from ledger.domain.fund_records import MovedBetweenFunds
from ledger.domain.funds import OpenFund
from ledger.domain.meal_records import (
    MealClaimed,
    MealReversalReason,
    MealReversed,
    ReversalKind,
)
from ledger.domain.meals import ClaimMeal, ReverseMeal
from ledger.domain.periods import ClosePeriod, PeriodClosed
from ledger.domain.person_records import DeathCorrected, DeathRecorded
from ledger.domain.service import ConfirmService
from ledger.domain.shift_records import AttendanceAttested
from ledger.domain.shifts import ScheduleShift
from ledger.domain.values import (
    Count,
    Fen,
    FundId,
    Month,
    PersonId,
    ShiftId,
    Slug,
    Title,
    month_of,
)
from ledger.engine import Ledger
from ledger.store.codec import Recorded
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
Commands = tuple[object, ...]
YOUTH = FundId("jinning-youth")
PEOPLE = 6
DAYS = (date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), MONDAY)
MONTHS = (Month("2026-01"), Month("2026-01"), Month("2026-02"))
"""Only after January can both be closed."""
SHIFTS = tuple(
    (ShiftId(f"{day}-{hour}"), datetime(day.year, day.month, day.day, hour, tzinfo=UTC))
    for day in DAYS
    for hour in (0, 1)
)
"""Two a day, and an hour of both is the same."""
SHEETS = {person(number): registration(number).facts for number in range(PEOPLE)}


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def ledger(database: str, keys: Path) -> Iterator[Ledger]:
    with open_ledger(database, keys) as ledger:
        found(ledger, people=PEOPLE)
        opened = OpenFund(YOUTH, JINNING, Title("少年宫基金"), Slug("youth"))
        scheduled = [
            ScheduleShift(name, JINNING, Title("帮厨"), start, start + timedelta(hours=2))
            for name, start in SHIFTS
        ]
        accepted(ledger.execute([unit(opened, *scheduled, at=NOON)])[0])
        yield ledger


def move(random: Random) -> Commands:
    amount = Fen(random.choice([1_500_000, 2_500_000]))
    return (MoveBetweenFunds(MEAL_FUND, YOUTH, amount, MONDAY),)


def claim(random: Random) -> Commands:
    return (ClaimMeal(somebody(random), CANTEEN, random.choice(DAYS)),)


def reverse(random: Random) -> Commands:
    which, reason = Count(random.randint(1, 4)), MealReversalReason.entered_by_mistake
    month = month_of(random.choice(DAYS))
    return (ReverseMeal(somebody(random), month, which, ReversalKind.void, reason),)


def serve(random: Random) -> Commands:
    """Attested and confirmed as one."""
    (name, start), who = random.choice(SHIFTS), somebody(random)
    end = start + timedelta(hours=2)
    return (AttestAttendance(name, who, start, end), ConfirmService(name, who))


def confirm(random: Random) -> Commands:
    (name, _), who = random.choice(SHIFTS), somebody(random)
    return (ConfirmService(name, who),)


def close_books(random: Random) -> Commands:
    return (ClosePeriod(JINNING, random.choice(MONTHS)),)


def close_claims(random: Random) -> Commands:
    return (CloseClaims(CANTEEN, random.choice(MONTHS)),)


def die(random: Random) -> Commands:
    return (RecordDeath(somebody(random), random.choice(DAYS)),)


def live(random: Random) -> Commands:
    """She is alive after all, or died on another day."""
    return (CorrectDeath(somebody(random), random.choice([None, None, *DAYS])),)


def somebody(random: Random) -> PersonId:
    return person(random.randrange(PEOPLE))


ASKED: dict[Callable[[Random], Commands], int] = {
    claim: 8,
    reverse: 4,
    move: 3,
    serve: 5,
    confirm: 1,
    close_books: 2,
    close_claims: 2,
    die: 2,
    live: 4,
}
"""What is asked, and how often: few people, few days, little money, so that all get in the way."""


def some_commands(random: Random) -> Commands:
    (ask,) = random.choices(list(ASKED), list(ASKED.values()))
    return ask(random)


def talk(ledger: Ledger, seed: int, times: int) -> list[Exchange]:
    """One caller: asks things of her own, and some of what everybody asks under the same key."""
    random = Random(seed)
    exchanges = []
    for number in range(times):
        shared = random.random() < 0.3
        source = Random(number) if shared else random
        key = f"everybody-{number}" if shared else f"{seed}-{number}"
        asked = unit(*some_commands(source), key=key, at=NOON)
        exchanges.append(Exchange(asked, ledger.execute([asked])[0]))
    return exchanges


def _process(url: str, keys: Path, seed: int, together: Barrier) -> list[Exchange]:
    with open_ledger(url, keys) as ledger, ThreadPoolExecutor(5) as threads:
        together.wait(60)
        talks = threads.map(lambda n: talk(ledger, seed * 100 + n, 30), range(5))
        return [exchange for each in talks for exchange in each]


def must_end_as_if_in_turn(exchanges: list[Exchange], log: list[Recorded]) -> None:
    """And it was no easy game: everything came to pass, and much of what was asked was refused."""
    counts = must_fit_a_serial_order(exchanges, log, dict(SHEETS))
    assert min(counts) > 10, counts
    assert {
        *(MealClaimed, MealReversed, MovedBetweenFunds, AttendanceAttested),
        *(PeriodClosed, ClaimsClosed, DeathRecorded, DeathCorrected),
    } <= {type(at.event) for at in log}


def test_fifty_threads_end_as_if_they_had_come_in_turn(ledger: Ledger) -> None:
    with ThreadPoolExecutor(50) as threads:
        talks = list(threads.map(lambda seed: talk(ledger, seed, 8), range(50)))
    exchanges = [exchange for each in talks for exchange in each]
    must_end_as_if_in_turn(exchanges, log_of(ledger.recorder))


def test_processes_end_as_if_they_had_come_in_turn(
    ledger: Ledger, database: str, keys: Path
) -> None:
    spawn = get_context("spawn")
    with spawn.Manager() as manager, ProcessPoolExecutor(3, mp_context=spawn) as processes:
        together = manager.Barrier(3)
        running = [processes.submit(_process, database, keys, seed, together) for seed in range(3)]
        exchanges = [exchange for each in running for exchange in each.result()]
    must_end_as_if_in_turn(exchanges, log_of(ledger.recorder))


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
