"""Who is let in, by the command `jiefang` as it was installed."""

import re
from collections.abc import Iterator

import pytest

from ledger.store import embedded
from tests.homes import Home, fresh_home
from tests.test_cli import commands_file, lunch


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """A demo ledger that the tests of this file share; its server runs until they are through."""
    with fresh_home() as home:
        embedded.start(home.data)
        home.ok("demo", "--no-serve")
        yield home
        embedded.stop(home.data)


@pytest.fixture(scope="module")
def administrator(home: Home) -> str:
    """The token of the demo's administrator."""
    return home.administrators_token().strip()


def token_of(home: Home, administrator: str, role: str, *more: str) -> str:
    """A token of somebody who was granted the role in the whole town."""
    who = home.ok("grant", "--role", role, JIEFANG_TOKEN=administrator).strip()
    return home.ok("token", "create", "--person", who, "--role", role, *more).strip()


def test_a_token_imports_as_far_as_it_reaches(home: Home, administrator: str) -> None:
    token = token_of(home, administrator, "canteen_clerk", "--community", "xilian")
    path = commands_file(home, "d.jsonl", lunch("R04", "2026-05-07"))
    told = home.refused("import", path, JIEFANG_TOKEN=token)
    assert "outside your communities" in told


def test_a_token_is_shown_once_listed_and_revoked(home: Home, administrator: str) -> None:
    token = token_of(home, administrator, "auditor")
    assert re.fullmatch(r"lk_[a-z0-9]{8}_[A-Za-z0-9_-]{43}", token)
    listed = home.ok("token", "list")
    assert token[3:11] in listed
    assert token[12:] not in listed
    home.ok("token", "revoke", token[3:11])
    assert "No token" in home.refused("token", "revoke", token[3:11])


def test_a_token_is_made_only_for_what_was_granted(home: Home, administrator: str) -> None:
    who = home.ok("grant", "--role", "leader", JIEFANG_TOKEN=administrator).strip()
    told = home.refused("token", "create", "--person", who, "--role", "cashier")
    assert f"{who} was not granted cashier" in told
    home.ok("revoke", "--person", who, "--role", "leader", JIEFANG_TOKEN=administrator)
    assert "was not granted any role" in home.refused("token", "create", "--person", who)


def test_only_an_administrator_grants(home: Home, administrator: str) -> None:
    clerk = token_of(home, administrator, "canteen_clerk")
    told = home.refused("grant", "--role", "leader", JIEFANG_TOKEN=clerk)
    assert "None of your roles may give the command grants/grant" in told


def test_the_first_administrator_is_appointed_once_and_the_glass_may_be_broken(
    home: Home, administrator: str
) -> None:
    assert administrator.startswith("lk_")
    assert "was appointed already" in home.refused("administrator", "appoint")
    helper = home.ok("administrator", "break-glass", "--reason", "none_reachable").strip()
    who = home.ok("grant", "--role", "auditor", "--until", "2099-12-31", JIEFANG_TOKEN=helper)
    assert re.fullmatch(r"[0-9a-f-]{36}", who.strip())
    told = home.refused("grant", "--role", "auditor", "--until", "2001-01-01", JIEFANG_TOKEN=helper)
    assert "2001-01-01" in told


def test_a_token_may_be_revoked_as_it_was_handed_out_and_is_not_shown_again(
    home: Home, administrator: str
) -> None:
    token = token_of(home, administrator, "auditor")
    answer = home.run("token", "revoke", token)
    assert answer.returncode == 0
    again = home.refused("token", "revoke", token)
    assert f"No token {token[3:11]} still works" in again
    for told in (answer.stdout, answer.stderr, again):
        assert token[12:18] not in told
    assert token[3:11] in answer.stderr


@pytest.mark.parametrize("form", ["{}", "lk_{}", "lk_{}_", "{}_tail", " lk_{}_tail "])
def test_whatever_was_pasted_for_a_token_only_its_id_is_shown(home: Home, form: str) -> None:
    told = home.refused("token", "revoke", form.format("nosuchid") + "secret" * 9)
    assert "secret" not in told
