"""The engine when the database goes away: an answer is true or there is none, and it recovers."""

from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest

from ledger.deciding import run
from ledger.deciding.answers import LedgerUnavailable
from ledger.domain.meals import ClaimMeal
from ledger.store import embedded, recorder
from ledger.store.migrate import migrate
from tests.builders import CANTEEN, accepted, declined, found, open_ledger, person, unit
from tests.store.proxy import Proxy, When

MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.mark.parametrize("when", When)
def test_a_reply_lost_around_the_append_is_answered_once_and_never_as_a_conflict(
    database: str, when: When
) -> None:
    with Proxy(database) as proxy, open_ledger(proxy.url) as ledger:
        found(ledger, people=12)
        for number in range(12):
            key = f"cut-{when.name}-{number}"
            asked = unit(ClaimMeal(person(number), CANTEEN, MONDAY), key=key, at=NOON)
            proxy.cut(when, key.encode())
            answer = accepted(ledger.execute([asked])[0])
            with psycopg.connect(database) as connection:
                ((stored,),) = connection.execute(
                    "SELECT count(*) FROM ledger.stored_events WHERE originator_id = %s",
                    (answer.events[0].stream,),
                ).fetchall()
            assert stored == 1
        assert proxy.cuts == 12


def test_a_reply_lost_in_a_long_batch_disturbs_no_answer(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.engine.UNITS_MOST", 3)
    with Proxy(database) as proxy, open_ledger(proxy.url) as ledger:
        found(ledger, people=12)
        batch = [
            unit(ClaimMeal(person(number), CANTEEN, MONDAY), key=f"long-{number:02}", at=NOON)
            for number in range(12)
        ]
        proxy.cut(When.before_the_reply, b"long-04")
        answers = [accepted(answer) for answer in ledger.execute(batch)]
        assert [answer.replayed for answer in answers].count(True) == 3
        positions = [answer.position for answer in answers]
        assert positions == list(range(positions[0], positions[0] + 12))


def test_a_database_that_is_gone_is_told_and_recovery_needs_no_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "PATIENCE_SECONDS", 1)
    monkeypatch.setattr(run, "PATIENCE_SECONDS", 1)
    data = tmp_path / "data"
    url = embedded.start(data)
    try:
        migrate(url)
        with open_ledger(url) as ledger:
            found(ledger, people=2)
            asked = [unit(ClaimMeal(person(1), CANTEEN, MONDAY), key="a", at=NOON)]
            embedded.stop(data)
            with pytest.raises(LedgerUnavailable):
                ledger.execute(asked)
            with pytest.raises(LedgerUnavailable):
                ledger.book()
            embedded.start(data)
            accepted(ledger.execute(asked)[0])
            again = [unit(ClaimMeal(person(1), CANTEEN, MONDAY), at=NOON)]
            declined(ledger.execute(again)[0], "day_must_not_have_two_subsidised_meals")
    finally:
        embedded.stop(data)
