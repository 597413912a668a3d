"""Sign-ins that have begun: found once, by the browser that began them, and not for long."""

import psycopg
import pytest

from ledger.access import oidc_pending
from ledger.access.oidc_sign_in import Pending
from ledger.store.datastore import LedgerDatastore

PENDING = Pending("a-state", "a-nonce", "a-verifier", "https://ledger.example.org/signed-in")


def test_a_state_is_good_once(database: str) -> None:
    with LedgerDatastore(database) as datastore, datastore.get_connection() as connection:
        oidc_pending.keep(connection, PENDING)
        assert oidc_pending.take(connection, PENDING.state) == PENDING
        assert oidc_pending.take(connection, PENDING.state) is None


@pytest.mark.parametrize("state", ["", "another", "陈", "\ud800", "a\0b"])
def test_an_unknown_state_finds_nothing(database: str, state: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        oidc_pending.keep(connection, PENDING)
        assert oidc_pending.take(connection, state) is None


def test_a_state_is_too_old_after_ten_minutes(database: str) -> None:
    age = "UPDATE access.pending SET expires_at = expires_at - %s::interval"
    with psycopg.connect(database, autocommit=True) as connection:
        oidc_pending.keep(connection, PENDING)
        connection.execute(age, ["9 minutes"])
        assert oidc_pending.take(connection, PENDING.state) == PENDING
        oidc_pending.keep(connection, PENDING)
        connection.execute(age, ["10 minutes"])
        assert oidc_pending.take(connection, PENDING.state) is None


def test_who_never_came_back_is_swept_out(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        oidc_pending.keep(connection, PENDING)
        connection.execute("UPDATE access.pending SET expires_at = now()")
        oidc_pending.keep(connection, Pending("b", "n", "v", "https://ledger.example.org/"))
        assert connection.execute("SELECT count(*) FROM access.pending").fetchone() == (1,)


def test_the_table_does_not_hold_the_state(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        oidc_pending.keep(connection, PENDING)
        [row] = connection.execute("SELECT to_jsonb(p)::text FROM access.pending AS p").fetchall()
        assert PENDING.state not in str(row)
        assert PENDING.state.encode().hex() not in str(row)
