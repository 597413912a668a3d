"""Tokens: shown once, recognised until they end, and worth nothing to whoever reads the table."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from psycopg import Connection

from ledger.access import authorities, tokens
from ledger.deciding.answers import Unit
from ledger.domain.authority import Authority, Reach, Role
from ledger.domain.deaths import RecordDeath
from ledger.domain.grants import GrantRole, RevokeRole
from ledger.engine import Ledger
from ledger.store.datastore import LedgerDatastore
from tests.builders import JINNING, accepted, found, open_ledger, person, unit
from tests.grants import ADMINISTRATOR, grant
from tests.story import NOON

LATER = datetime(2099, 1, 1, tzinfo=UTC)
Owner = Connection[tuple[object, ...]]


@pytest.fixture
def owner(database: str) -> Iterator[Owner]:
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    with open_ledger(database) as ledger:
        found(ledger, people=2)
        yield ledger


def granted(ledger: Ledger, *roles: Role) -> None:
    grant(ledger, person(1), roles)


def made(owner: Owner, expires_at: datetime = LATER) -> str:
    return tokens.create(owner, person(1), {Role.leader, Role.confirmer}, {JINNING}, expires_at)


def held(owner: Owner, token: str) -> Mapping[Role, Reach]:
    authority = tokens.authority(owner, token)
    assert authority is not None
    assert authority.person == person(1)
    return authority.held


def test_a_token_says_who_acts_with_which_roles_and_where(owner: Owner, ledger: Ledger) -> None:
    granted(ledger, Role.leader, Role.confirmer, Role.auditor)
    here = frozenset({JINNING})
    assert held(owner, made(owner)) == {Role.leader: here, Role.confirmer: here}


def test_without_communities_it_reaches_as_far_as_the_grant(owner: Owner, ledger: Ledger) -> None:
    granted(ledger, Role.auditor)
    accepted(ledger.execute([let_in(GrantRole(person(1), Role.leader, JINNING))])[0])
    token = tokens.create(owner, person(1), {Role.auditor, Role.leader}, None, LATER)
    assert held(owner, token) == {Role.auditor: None, Role.leader: frozenset({JINNING})}


def let_in(command: object) -> Unit:
    by = Authority.alike(ADMINISTRATOR, (Role.administrator,), None)
    return Unit(by, f"{command}"[:80], (command,), NOON)


def test_a_token_lets_do_nothing_that_was_not_granted(owner: Owner, ledger: Ledger) -> None:
    assert held(owner, made(owner)) == {}
    granted(ledger, Role.leader)
    assert held(owner, made(owner)).keys() == {Role.leader}


def test_what_is_revoked_ends_for_every_token_at_once(owner: Owner, ledger: Ledger) -> None:
    granted(ledger, Role.leader, Role.confirmer)
    token = made(owner)
    accepted(ledger.execute([let_in(RevokeRole(person(1), Role.leader))])[0])
    assert held(owner, token).keys() == {Role.confirmer}


def test_what_has_a_last_day_ends_with_it(owner: Owner, ledger: Ledger) -> None:
    until = NOON.date() + timedelta(days=1)
    accepted(ledger.execute([let_in(GrantRole(person(1), Role.leader, None, until))])[0])
    (before, after) = (authorities.of(owner, person(1), NOON + timedelta(days=n)) for n in (1, 2))
    assert (Role.leader in before.held, Role.leader in after.held) == (True, False)


def test_whoever_died_acts_no_more(owner: Owner, ledger: Ledger) -> None:
    granted(ledger, Role.leader)
    accepted(ledger.execute([unit(RecordDeath(person(1), NOON.date()), at=NOON)])[0])
    assert held(owner, made(owner)) == {}


def test_every_registered_person_is_a_volunteer_at_home(owner: Owner, ledger: Ledger) -> None:
    token = tokens.create(owner, person(1), {Role.volunteer}, None, LATER)
    assert held(owner, token) == {Role.volunteer: frozenset({JINNING})}


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
    assert held(owner, token) == {}
