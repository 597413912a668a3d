"""A ledger that is served is sealed, from its first event on; another one in its place is not."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from ledger.audit.log_folder import LogFolder
from ledger.domain.book import LedgerKind
from ledger.running import Running, running
from ledger.settings import BadSetting, Settings
from tests.servers import Server, temporary_database


def settings(database: str, folder: Path, **more: object) -> Settings:
    return Settings(
        database_url=SecretStr(database),
        key_dir=folder / "keys",
        log_dir=folder / "log",
        **more,  # type: ignore[arg-type]
    )


def is_sealed(here: Running) -> bool:
    assert here.sealing is not None
    return here.sealing.wait_for(here.ledger.recorder.max_notification_id() or 0, 30)


def test_whoever_serves_it_seals_it_and_others_do_not(database: str, tmp_path: Path) -> None:
    with running(settings(database, tmp_path), kind=LedgerKind.live) as here:
        assert here.sealing is None
    assert not (tmp_path / "log").exists()
    with running(settings(database, tmp_path), seal=True) as here:
        assert is_sealed(here)
    assert LogFolder(tmp_path / "log").last() is not None


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({}, r"jiefang/log/[0-9a-f]{8}"),
        ({"origin": "https://ledger.example.org"}, r"ledger\.example\.org/log/[0-9a-f]{8}"),
        ({"log_origin": "example.org/log"}, r"example\.org/log"),
    ],
)
def test_a_log_is_called_as_is_set_or_by_its_host(
    database: str, tmp_path: Path, more: dict[str, str], name: str
) -> None:
    with running(settings(database, tmp_path, **more), kind=LedgerKind.test, seal=True) as here:
        assert is_sealed(here)
    assert re.fullmatch(name, LogFolder(tmp_path / "log").origin or "")


def test_an_exercise_that_was_thrown_away_leaves_its_log_aside(
    embedded: Server, tmp_path: Path
) -> None:
    names = set()
    for _ in range(3):
        with (
            temporary_database(embedded) as database,
            running(settings(database, tmp_path), kind=LedgerKind.demo, seal=True) as here,
        ):
            assert is_sealed(here)
            names.add(LogFolder(tmp_path / "log").origin)
    assert len(names) == 3
    assert len(list(tmp_path.glob("log.ended-*"))) == 2


def test_another_live_ledger_is_not_signed_in_its_stead(embedded: Server, tmp_path: Path) -> None:
    for sealed in (True, False):
        with (
            temporary_database(embedded) as database,
            running(settings(database, tmp_path), kind=LedgerKind.live, seal=True) as here,
        ):
            assert here.sealing is not None
            assert here.sealing.wait_for(1, 3 if not sealed else 30) is sealed
            assert ("LEDGER_LOG_DIR" in (here.sealing.fault or "")) is not sealed


@pytest.mark.parametrize("content", [None, b"nonsense\n"])
def test_witnesses_that_cannot_be_read_are_told(
    database: str, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "witnesses"
    if content is not None:
        file.write_bytes(content)
    with (
        pytest.raises(BadSetting, match="LEDGER_WITNESSES cannot be used"),
        running(settings(database, tmp_path, witnesses=file), kind=LedgerKind.test, seal=True),
    ):
        pass
