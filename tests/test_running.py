"""A ledger put together from its settings: made when new, taken as it is, refused when wrong."""

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from pydantic import SecretStr

from ledger.domain.book import LedgerKind
from ledger.projections.models import MODELS
from ledger.running import Running, WrongKind, running
from ledger.settings import Settings
from ledger.store.datastore import UnsafeSetting
from ledger.vault.errors import KeyFileUnsafe, KeyMissing
from tests.builders import accepted, foundation, unit
from tests.servers import Server

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    return Settings(database_url=SecretStr(database), key_dir=tmp_path / "keys")


def test_an_empty_database_becomes_a_ledger_that_remembers(settings: Settings) -> None:
    with running(settings, kind=LedgerKind.demo, began=BEGAN) as first:
        assert first.ledger.book().kind is LedgerKind.demo
        for command in foundation():
            accepted(first.ledger.execute([unit(command, at=BEGAN)])[0])
    with running(settings) as second:
        assert second.ledger.book().kind is LedgerKind.demo
        last = second.ledger.recorder.max_notification_id()
        assert last == len(foundation()) + 1


def test_read_models_are_there_and_follow(settings: Settings) -> None:
    with running(settings, kind=LedgerKind.demo, began=BEGAN) as ledger:
        assert set(ledger.projector.positions()) == {model.name for model in MODELS}
        answers = ledger.ledger.execute([unit(command, at=BEGAN) for command in foundation()])
        assert ledger.watch is not None
        assert ledger.watch.wait_for(accepted(answers[-1]).position, 10) or not MODELS


def test_a_ledger_taken_as_it_is_may_not_be_created_yet(settings: Settings) -> None:
    with running(settings, project=False) as ledger:
        assert ledger.ledger.book().kind is None
        assert ledger.watch is None


def test_a_ledger_of_another_kind_is_refused(settings: Settings) -> None:
    with running(settings, kind=LedgerKind.live, project=False):
        pass
    with pytest.raises(WrongKind) as refused, running(settings, kind=LedgerKind.demo):
        pass
    assert refused.value.found is LedgerKind.live


def test_the_embedded_server_is_given_back(tmp_path: Path) -> None:
    with TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder) / "data", key_dir=tmp_path / "keys")
        with running(settings, kind=LedgerKind.test, project=False) as ledger:
            url = ledger.url
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)


def test_two_processes_may_start_at_once(embedded: Server, tmp_path: Path) -> None:
    url = embedded.url_of(embedded.create())
    settings = Settings(database_url=SecretStr(url), key_dir=tmp_path / "keys")

    def start(_: int) -> LedgerKind | None:
        with running(settings, kind=LedgerKind.live) as ledger:
            return ledger.ledger.book().kind

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(start, range(4))) == {LedgerKind.live}


def test_a_master_key_from_the_environment_needs_no_folder(database: str, tmp_path: Path) -> None:
    key = SecretStr(b64encode(bytes(range(32))).decode())
    settings = Settings(database_url=SecretStr(database), master_key=key, key_dir=tmp_path / "none")
    with running(settings, kind=LedgerKind.live, project=False):
        pass
    assert not (tmp_path / "none").exists()
    lost = settings.model_copy(update={"master_key": SecretStr("short")})
    with pytest.raises(KeyMissing), running(lost):
        pass


def test_a_lost_master_key_is_never_replaced(settings: Settings) -> None:
    def use(ledger: Running) -> None:
        accepted(ledger.ledger.execute([unit(foundation()[0], at=BEGAN)])[0])

    with running(settings, kind=LedgerKind.test, project=False, began=BEGAN) as ledger:
        use(ledger)
    for file in settings.keys.iterdir():
        file.unlink()
    with pytest.raises(KeyMissing), running(settings):
        pass
    assert list(settings.keys.iterdir()) == []


def test_keys_in_the_data_folder_are_refused(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, key_dir=tmp_path / "keys")
    with pytest.raises(KeyFileUnsafe), running(settings):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_forgets_in_a_power_cut_is_refused_unless_allowed(
    settings: Settings,
) -> None:
    assert settings.database_url is not None
    url = settings.database_url.get_secret_value()
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(
            "DO $$ BEGIN EXECUTE format("
            "'ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$"
        )
    with pytest.raises(UnsafeSetting), running(settings):
        pass
    with running(settings.model_copy(update={"allow_weak_durability": True}), project=False):
        pass
