"""`jiefang backup`, `restore` and `log new-origin`, as they were installed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.store import embedded
from tests.homes import Home, fresh_home
from tests.test_access_cli import token_of

NEW = "ledger.example.org/log-2"


@pytest.fixture
def home() -> Iterator[Home]:
    """A demo ledger that has been backed up, and its administrator's token in a file."""
    with fresh_home() as home:
        embedded.start(home.data)
        home.ok("demo", "--no-serve")
        (home.folder / "token").write_text(home.administrators_token().strip())
        told = home.run("backup", "copy")
        assert told.returncode == 0, told.stderr
        assert "master keys" in told.stderr
        yield home
        embedded.stop(home.data)


def lose(home: Home) -> None:
    """The database is gone; keys and the log's folder, which lie elsewhere, are not."""
    embedded.stop(home.data)
    home.data.rename(home.folder / "lost")


def token(home: Home, role: str) -> str:
    return token_of(home, (home.folder / "token").read_text(), role)


def test_a_backup_comes_back_where_the_ledger_was_lost(home: Home) -> None:
    before = home.events()
    assert "already" in home.refused("restore", "copy")
    lose(home)
    told = home.run("restore", "copy")
    assert told.returncode == 0, told.stderr
    assert f"restored {before} " in told.stderr
    assert home.events() == before + 1
    assert home.run("log", "seal").returncode == 0
    assert home.events() == before + 1
    assert "already" in home.refused("restore", "copy")


def test_what_is_no_backup_is_refused(home: Home) -> None:
    file = home.folder / "copy/table/ledger.batches"
    file.write_bytes(file.read_bytes()[:-1])
    lose(home)
    assert "ledger.batches" in home.refused("restore", "copy")
    assert "manifest" in home.refused("restore", "nothing")


def test_a_log_folder_that_is_lost_is_asked_for(home: Home) -> None:
    key = home.ok("log", "key").strip()
    folder = next(home.folder.rglob("signing-0001")).parent
    folder.rename(home.folder / "aside")
    lose(home)
    assert "--key" in home.refused("restore", "copy")
    assert "no key of a log" in home.refused("restore", "copy", "--key", "x")
    assert "new-origin" in home.refused("restore", "copy", "--key", key)
    assert "new-origin" in home.refused("log", "seal")


def test_an_older_backup_begins_anew_by_two_persons(home: Home) -> None:
    officer, approver = token(home, "data_officer"), token(home, "town_approver")
    home.ok("log", "seal")
    old = home.ok("log", "key")
    lost = home.events()
    lose(home)
    assert f"signed up to entry {lost}" in home.refused("restore", "copy")
    assert "new-origin" in home.refused("log", "seal")
    for name in ("", "UPPER", "a b", "a\n", "x" * 201):
        told = home.refused("log", "new-origin", "approve", name)
        assert "no name for a log" in told
    propose = ("log", "new-origin", "propose", NEW, "--reason", "older_backup")
    approve = ("log", "new-origin", "approve", NEW)
    assert "unknown" in home.refused(*propose, "--token", officer)
    # whoever was granted a role since the backup is not known here, and no token comes back
    broken = home.ok("administrator", "break-glass", "--reason", "none_left")
    (home.folder / "token").write_text(broken.strip())
    officer, approver = token(home, "data_officer"), token(home, "town_approver")
    assert "Nobody has proposed" in home.refused(*approve, "--token", approver)
    assert "None of your roles" in home.refused(*propose, "--token", approver)
    assert home.run(*propose, "--token", officer).returncode == 0
    told = home.run(*approve, "--token", approver).stderr
    assert NEW in told
    assert old.split("+")[1] not in told
    assert NEW in home.ok("log", "status")
    assert home.run(*approve, "--token", approver).returncode == 0  # once more changes nothing
    assert "sound" in home.ok("verify")


def token_in(home: Home, administrator: str, role: str) -> str:
    here = ("--data", "again")
    who = home.ok("grant", "--role", role, *here, JIEFANG_TOKEN=administrator).strip()
    return home.ok("token", "create", "--person", who, "--role", role).strip()


def test_where_there_is_no_ledger_nothing_is_backed_up(tmp_path: Path) -> None:
    with fresh_home() as home:
        assert "There is no ledger" in home.refused("backup", "copy")
