"""What the stories of the engine are about: lunches on a Monday, in the town of `builders`."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any, TypeVar

import psycopg
import pytest
from psycopg.sql import SQL, Literal

from ledger.deciding.answers import Declined, Unit
from ledger.domain.communities import RegisterCommunity
from ledger.domain.meals import ClaimMeal
from ledger.domain.people import RecordFacts
from ledger.domain.values import CommunityId, PersonId, Title
from ledger.engine import Ledger
from ledger.store.recorder import Appended, Batch
from ledger.vault.errors import PaperUnreadable
from tests.builders import CANTEEN, person, registration, unit
from tests.engine.serial import Exchange

MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
XIANHU = RegisterCommunity(CommunityId("xianhu"), Title("仙湖社区"), Title("丹灶镇"))
RACE_LOST = "write_must_win_its_race"
T = TypeVar("T")
Work = Callable[[Ledger], list[T]]
YOUNG, OLD = date(1980, 1, 1), date(1946, 5, 6)


def lunch(number: int, *, day: date = MONDAY, key: str | None = None) -> Unit:
    at = NOON + timedelta(days=(day - MONDAY).days)
    return unit(ClaimMeal(person(number), CANTEEN, day), key=key, at=at)


def newcomer(number: int) -> Unit:
    return unit(registration(number), at=NOON)


def born(number: int, born_on: date) -> Unit:
    """A new sheet for somebody: the young pay the whole price, the old get six yuan."""
    return unit(RecordFacts(person(number), registration(number, born_on).facts), at=NOON)


def events(database: str) -> int:
    with psycopg.connect(database) as connection:
        ((count,),) = connection.execute("SELECT count(*) FROM ledger.stored_events").fetchall()
    return int(count)


def forbid(database: str, stream: str) -> None:
    """Let the database refuse every event of a stream, as if it had a fault."""
    constraint = SQL("ALTER TABLE ledger.stored_events ADD CHECK (originator_id <> {})")
    with psycopg.connect(database) as connection:
        connection.execute(constraint.format(Literal(stream)))


def damage(monkeypatch: pytest.MonkeyPatch, ledger: Ledger, whose: PersonId) -> None:
    """Let somebody's sheet not open."""
    load = ledger.vault.load

    def damaged(connection: Any, wanted: list[Any]) -> Any:
        if any(person == whose for person, *_ in wanted):
            raise PaperUnreadable("as if the row were damaged")
        return load(connection, wanted)

    monkeypatch.setattr(ledger.vault, "load", damaged)


def around_the_first_append(
    ledger: Ledger,
    monkeypatch: pytest.MonkeyPatch,
    *,
    before: Callable[[], object] = lambda: None,
    after: Callable[[], object] = lambda: None,
) -> None:
    """Let something happen just before the next append, or before its answer comes back."""
    append = ledger.recorder.append

    def surrounded(batch: Batch) -> Appended:
        monkeypatch.setattr(ledger.recorder, "append", append)
        before()
        appended = append(batch)
        after()
        return appended

    monkeypatch.setattr(ledger.recorder, "append", surrounded)


def at_once(ledgers: Sequence[Ledger], works: Sequence[Work[T]]) -> list[T]:
    """Each piece of work in a thread of its own, on one ledger after another; all answers."""
    together = Barrier(len(works))

    def do(number: int) -> list[T]:
        together.wait()
        return works[number](ledgers[number % len(ledgers)])

    with ThreadPoolExecutor(len(works)) as threads:
        return [answer for answers in threads.map(do, range(len(works))) for answer in answers]


def ask(ledger: Ledger, asked: Unit) -> Exchange:
    """Ask again while the race was lost, as that refusal says a caller should."""
    while True:
        answer = ledger.execute([asked])[0]
        if not isinstance(answer, Declined) or answer.refused.code.name != RACE_LOST:
            return Exchange(asked, answer)
