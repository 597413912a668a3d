"""The commands `jiefang keys …`, as they were installed: a year in the life of a master key."""

import re
import subprocess
from collections.abc import Iterator

import pytest

from ledger.store import embedded
from tests.homes import Home, fresh_home

ID = re.compile(r"\d{4}-[0-9a-f]{16}")


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with fresh_home() as home:
        embedded.start(home.data)
        home.ok("demo", "--no-serve")
        yield home
        embedded.stop(home.data)


def ids(home: Home) -> list[str]:
    return sorted(file.name for file in (home.folder / "home").rglob("*") if ID.match(file.name))


def pages(text: str) -> list[str]:
    """What is printed, a page for each envelope."""
    return text.split("\f")


def test_a_key_is_rotated_away_and_destroyed_when_no_backup_needs_it(home: Home) -> None:
    (first,) = ids(home)
    assert "当前 current" in home.ok("keys", "list")
    assert "new key" in home.run("keys", "rotate").stderr
    old, new = ids(home)
    assert old == first
    assert "none" in home.run("keys", "destroy").stderr
    assert "Backups are kept for 35 days" in home.refused("keys", "destroy", "--older-than-days", 9)
    assert ids(home) == [old, new]
    days = {"LEDGER_BACKUP_DAYS": "0"}
    assert old in home.run("keys", "destroy", "--older-than-days", 0, **days).stderr
    assert ids(home) == [new]
    assert re.search(rf"{old} .*不在此处 not here", home.ok("keys", "list"))
    assert home.events() > 0, "and everything still opens"


def test_a_lost_key_comes_back_from_two_of_three_envelopes(home: Home) -> None:
    key = ids(home)[-1]
    printed = pages(home.ok("keys", "share", "--of", 3, "--need", 2))
    assert [f"{number}/3" in page for number, page in enumerate(printed, start=1)] == [True] * 3
    (file,) = (home.folder / "home").rglob(key)
    file.unlink()
    assert key in home.refused("verify")
    assert "shares do not fit" in restored(home, key, printed[0]).stderr
    assert "is not master key" in restored(home, "0009-" + key[5:-1] + "x", *printed[:2]).stderr
    assert not file.exists()
    assert restored(home, key, *printed[1:]).returncode == 0
    assert file.stat().st_mode & 0o777 == 0o400
    assert home.events() > 0


def restored(home: Home, key: str, *typed: str) -> subprocess.CompletedProcess[str]:
    return home.run("keys", "restore", key, typed="\n".join(typed))


def test_the_shares_of_a_key_are_in_no_file_of_the_ledger(home: Home) -> None:
    page = pages(home.ok("keys", "share", "--of", 2, "--need", 2))[0]
    words = re.findall(r"^ *\d+ ([a-z]+) .*? ([a-z]+) ", page, re.MULTILINE)
    assert len(words) == 6
    said = [" ".join(pair).encode() for pair in words]
    files = [file.read_bytes() for file in home.folder.rglob("*") if file.is_file()]
    assert files
    assert not [file for file in files if all(pair in file for pair in said)]


def test_the_index_is_made_anew_under_a_new_key(home: Home) -> None:
    assert "0 persons" in home.run("keys", "reindex").stderr
    found = re.search(r"(\d+) persons", home.run("keys", "reindex", "--new-key").stderr)
    assert found
    assert int(found[1]) > 0
    assert "0 persons" in home.run("keys", "reindex").stderr


def test_numbers_that_make_no_sense_and_keys_that_are_not_there_are_refused(home: Home) -> None:
    assert "cannot be needed" in home.refused("keys", "share", "--of", 3, "--need", 1)
    gone = "0001-0123456789abcdef"
    assert gone in home.refused("keys", "share", "--of", 3, "--need", 2, "--key", gone)
