"""Sealing goes on by itself while a ledger is open, and says why when it does not."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.audit import sealing
from ledger.audit.sealer import Sealer
from ledger.audit.sealing import Sealing
from tests.audit.sealed_log import SealedLog, sealed_log

CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND (query LIKE 'LISTEN%' OR query LIKE '%proof.%')
"""


@pytest.fixture
def log(database: str, tmp_path: Path) -> Iterator[SealedLog]:
    with sealed_log(database, tmp_path / "log") as log:
        yield log


@pytest.fixture
def alone(log: SealedLog) -> Iterator[Sealing]:
    opened = Sealing(log.url, Sealer(log.folder)).start()
    yield opened
    opened.close()


def eventually(so: Callable[[], object], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_what_is_written_is_sealed_and_told_to_who_waits(log: SealedLog, alone: Sealing) -> None:
    for events in (1, 300, 7):
        position = log.write(events)
        assert alone.wait_for(position, 20)
        assert alone.size >= position
    assert log.newest().checkpoint.root == log.tree().root(308)
    assert not alone.wait_for(309, 0.05)


def test_what_was_written_before_is_sealed_too(log: SealedLog) -> None:
    log.write(12_000)
    opened = Sealing(log.url, Sealer(log.folder)).start()
    assert opened.wait_for(12_000, 60)
    opened.close()
    log.write(1)
    time.sleep(0.2)
    assert log.newest().checkpoint.size == 12_000


def test_of_two_processes_both_know_what_is_sealed(log: SealedLog, alone: Sealing) -> None:
    other = Sealing(log.url, Sealer(log.folder)).start()
    for _ in range(3):
        position = log.write(10)
        assert alone.wait_for(position, 20)
        assert other.wait_for(position, 20)
    other.close()


def test_it_survives_its_connection(log: SealedLog, alone: Sealing) -> None:
    assert alone.wait_for(log.write(1), 20)
    log.owner.execute(CUT)
    assert alone.wait_for(log.write(1), 20)
    assert eventually(lambda: alone.fault is None)


def test_it_says_what_it_refuses_and_goes_on_when_that_is_set_right(
    log: SealedLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "REFUSED_SECONDS", 0.05)
    opened = Sealing(log.url, Sealer(log.folder)).start()
    assert opened.wait_for(log.write(2), 20)
    away = log.folder.folder.with_name("away")
    shutil.move(log.folder.folder, away)
    position = log.write(1)
    assert eventually(lambda: "does not remember having signed" in (opened.fault or ""))
    assert not opened.wait_for(position, 0.1)
    shutil.move(away, log.folder.folder)
    assert opened.wait_for(position, 20)
    assert opened.fault is None
    opened.close()
