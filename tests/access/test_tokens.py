"""Tokens: shown once, recognised until they end, and worth nothing to whoever reads the table."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from psycopg import Connection

from ledger.access import tokens
from ledger.domain.authority import Role
from ledger.store.datastore import LedgerDatastore
from tests.builders import JINNING, person

LATER = datetime(2099, 1, 1, tzinfo=UTC)
Owner = Connection[tuple[object, ...]]


@pytest.fixture
def owner(database: str) -> Iterator[Owner]:
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


def made(owner: Owner, expires_at: datetime = LATER) -> str:
    return tokens.create(owner, person(1), {Role.leader, Role.confirmer}, {JINNING}, expires_at)


def test_a_token_says_who_acts_with_which_roles_and_where(owner: Owner) -> None:
    authority = tokens.authority(owner, made(owner))
    assert authority is not None
    assert authority.person == person(1)
    assert authority.roles == {Role.leader, Role.confirmer}
    assert authority.communities == frozenset({JINNING})


def test_without_communities_it_reaches_the_whole_town(owner: Owner) -> None:
    token = tokens.create(owner, person(1), {Role.auditor}, None, LATER)
    authority = tokens.authority(owner, token)
    assert authority is not None
    assert authority.communities is None


def test_the_form_of_a_token_is_fixed(owner: Owner) -> None:
    mark, public, secret = made(owner).split("_", 2)
    assert (mark, len(public), len(secret)) == ("lk", 8, 43)


SPOILERS: dict[str, Callable[[str], str]] = {
    "empty": lambda token: "",
    "cut": lambda token: token[:-1],
    "longer": lambda token: token + "A",
    "another secret": lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
    "another mark": lambda token: "lx" + token[2:],
    "another id": lambda token: token.replace(token[3:11], "zzzzzzzz"),
    "Chinese": lambda token: token[:-1] + "陈",
    "half a pair": lambda token: "\ud800" * len(token),
    "no text": lambda token: "\x00" * len(token),
    "a line more": lambda token: token + "\n",
}


@pytest.mark.parametrize("spoil", SPOILERS)
def test_whatever_is_not_the_token_itself_is_nobody(owner: Owner, spoil: str) -> None:
    assert tokens.authority(owner, SPOILERS[spoil](made(owner))) is None


def test_an_expired_token_is_nobody(owner: Owner) -> None:
    assert tokens.authority(owner, made(owner, datetime.now(UTC))) is None
    assert tokens.authority(owner, made(owner, datetime.now(UTC) + timedelta(minutes=1)))


def test_a_revoked_token_is_nobody_at_once_and_for_ever(owner: Owner) -> None:
    token = made(owner)
    assert tokens.revoke(owner, token[3:11])
    assert tokens.authority(owner, token) is None
    assert not tokens.revoke(owner, token[3:11])
    assert not tokens.revoke(owner, "nothing0")


def test_the_table_holds_no_secret(owner: Owner) -> None:
    token = made(owner)
    [row] = owner.execute("SELECT to_jsonb(t)::text FROM ledger.tokens AS t").fetchall()
    assert token[12:] not in str(row)


def test_the_list_tells_everything_but_the_secret(owner: Owner) -> None:
    token = made(owner)
    [before] = tokens.listed(owner)
    assert (before.id, before.communities, before.last_used_on) == (token[3:11], (JINNING,), None)
    tokens.authority(owner, token)
    [after] = tokens.listed(owner)
    assert isinstance(after.last_used_on, date)


def test_the_application_recognises_tokens_and_cannot_make_or_change_them(
    owner: Owner, database: str
) -> None:
    token = made(owner)
    with LedgerDatastore(database) as datastore, datastore.get_connection() as connection:
        assert tokens.authority(connection, token)
        assert tokens.authority(connection, token)
        for statement in (
            "INSERT INTO ledger.tokens SELECT * FROM ledger.tokens",
            "UPDATE ledger.tokens SET roles = '{administrator}'",
            "DELETE FROM ledger.tokens",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_a_role_of_a_later_version_gives_nothing(owner: Owner) -> None:
    token = made(owner)
    owner.execute("UPDATE ledger.tokens SET roles = '{emperor}'")
    authority = tokens.authority(owner, token)
    assert authority is not None
    assert authority.roles == frozenset()
