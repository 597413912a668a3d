"""Nothing begins beside master keys that are missing, damaged, open to others or misplaced."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from ledger.domain.book import LedgerKind
from ledger.running import running
from ledger.settings import Settings
from ledger.vault.errors import KeyFileUnsafe, KeyMissing, VaultError
from ledger.vault.keys import FileKeyRing
from tests.builders import START, found


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    """Of a ledger in use, with two keys of which both are needed."""
    settings = Settings(database_url=SecretStr(database), key_dir=tmp_path / "keys")
    with running(settings, kind=LedgerKind.test, project=False, began=START) as here:
        found(here.ledger, people=1)
        FileKeyRing(settings.keys).renew()
        with psycopg.connect(here.url, autocommit=True) as owner:
            here.ledger.vault.renew_ledger_key(owner, "other")
    return settings


def first(folder: Path) -> Path:
    return min(folder.iterdir())


def newest(folder: Path) -> Path:
    return max(folder.iterdir())


def write(file: Path, content: bytes) -> None:
    file.chmod(0o600)
    file.write_bytes(content)
    file.chmod(0o400)


def gone(folder: Path) -> None:
    first(folder).unlink()


def all_gone(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


def folder_gone(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def truncated(folder: Path) -> None:
    write(newest(folder), newest(folder).read_bytes()[:31])


def open_to_others(folder: Path) -> None:
    newest(folder).chmod(0o440)


def folder_open_to_others(folder: Path) -> None:
    folder.chmod(0o750)


def swapped(folder: Path) -> None:
    one, other = first(folder), newest(folder)
    mine, yours = one.read_bytes(), other.read_bytes()
    write(one, yours)
    write(other, mine)


def renamed(folder: Path) -> None:
    newest(folder).rename(first(folder))


WAYS: dict[Callable[[Path], None], type[VaultError]] = {
    gone: KeyMissing,
    all_gone: KeyMissing,
    folder_gone: KeyMissing,
    truncated: KeyMissing,
    open_to_others: KeyFileUnsafe,
    folder_open_to_others: KeyFileUnsafe,
    swapped: KeyMissing,
    renamed: KeyMissing,
}


def standing(folder: Path, url: str) -> tuple[object, ...]:
    """All that a start might have made or changed."""
    files = {file: (file.stat().st_mode, file.read_bytes()) for file in folder.glob("*")}
    with psycopg.connect(url) as connection:
        keys = connection.execute(
            "SELECT * FROM vault.person_key UNION ALL SELECT * FROM vault.ledger_key ORDER BY 1"
        ).fetchall()
        last = connection.execute("SELECT max(notification_id) FROM ledger.stored_events")
        return files, folder.exists(), keys, last.fetchall()


@pytest.mark.parametrize("damage", WAYS, ids=lambda way: way.__name__)
def test_a_ledger_does_not_start_with_such_keys_and_makes_nothing(
    settings: Settings, database: str, damage: Callable[[Path], None]
) -> None:
    damage(settings.keys)
    before = standing(settings.keys, database)
    with pytest.raises(WAYS[damage]), running(settings, kind=LedgerKind.test):
        pass
    assert standing(settings.keys, database) == before


@pytest.mark.parametrize("inside", ["keys", "deep/er/keys", "."])
def test_a_key_folder_that_leads_into_the_data_folder_is_refused_before_anything_is_made(
    tmp_path: Path, inside: str
) -> None:
    data, link = tmp_path / "data", tmp_path / "keys"
    data.mkdir()
    link.symlink_to(data / inside)
    settings = Settings(data_dir=data, key_dir=link)
    with pytest.raises(KeyFileUnsafe, match="elsewhere"), running(settings):
        pass
    assert list(data.iterdir()) == []
