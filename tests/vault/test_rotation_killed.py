"""A rotation killed half-way goes on where it stopped; destruction waits for the backups."""

import signal
import subprocess
import sys
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from ledger.vault.errors import VaultError
from ledger.vault.keys import FileKeyRing
from ledger.vault.rotation import Rotated, destroy_older, rewrap, rotate, states
from ledger.vault.vault import Vault, used_keys
from tests.store.appends import wait_until
from tests.vault.papers import person, record_chen, store

PERSONS = 200
BATCH = 10
ROTATE = """
import sys, psycopg
from pathlib import Path
from ledger.vault.keys import FileKeyRing
from ledger.vault.rotation import rotate
with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    rotate(connection, FileKeyRing(Path(sys.argv[2])), batch=10)
"""
Owner = Connection[Any]


def wrapped_by(connection: Owner) -> dict[str, int]:
    return dict(
        connection.execute(
            "SELECT master_key, count(*)::int FROM vault.person_key GROUP BY master_key"
        ).fetchall()
    )


def test_a_rotation_killed_half_way_is_finished_by_the_next_one(
    vault: Vault, keyring: FileKeyRing, owner: Owner, database: str
) -> None:
    everyone = [person(number) for number in range(PERSONS)]
    store(owner, vault.seal(owner, [], everyone))
    before, old = vault.person_keys(owner, everyone), keyring.current().id
    with psycopg.connect(database) as other:  # it waits for this row, half-way through
        middle = sorted(everyone)[PERSONS // 2]
        other.execute("SELECT FROM vault.person_key WHERE person = %s FOR UPDATE", [middle])
        command = (sys.executable, "-c", ROTATE, database, str(keyring._folder))
        with subprocess.Popen(command) as rotating:
            wait_until(lambda: wrapped_by(owner).get(old) == PERSONS // 2, seconds=60)
            rotating.send_signal(signal.SIGKILL)
    new = keyring.current().id
    assert wrapped_by(owner) == {old: PERSONS // 2, new: PERSONS // 2}
    assert vault.person_keys(owner, everyone) == before
    with pytest.raises(VaultError, match="Rewrap them first"):
        destroy_older(owner, keyring, 0)
    assert rotate(owner, keyring) == Rotated(new, renewed=False, rewrapped=PERSONS // 2)
    assert vault.person_keys(owner, everyone) == before
    assert used_keys(owner) == {new}
    assert destroy_older(owner, keyring, 0) == (old,)
    assert vault.person_keys(owner, everyone) == before


def test_one_killed_before_its_first_row_leaves_nothing_behind(
    vault: Vault, keyring: FileKeyRing, owner: Owner
) -> None:
    record_chen(vault, owner)
    old, new = keyring.current().id, keyring.renew().id
    assert rotate(owner, keyring) == Rotated(new, renewed=False, rewrapped=2)
    third = rotate(owner, keyring)
    assert (third.renewed, third.rewrapped) == (True, 2)
    assert [each.retired_at is None for each in states(owner, keyring)] == [False, False, True]
    assert keyring.ids() == (old, new, third.key_id)


def test_a_key_is_destroyed_when_the_last_backup_that_needs_it_is_gone(
    vault: Vault, keyring: FileKeyRing, owner: Owner
) -> None:
    """Those days are counted from when it wrapped its last row, not from when it was retired."""
    record_chen(vault, owner)
    old, new = keyring.current().id, keyring.renew().id
    long_ago = timedelta(days=100)
    owner.execute(
        "INSERT INTO vault.retired_key VALUES (%s, clock_timestamp() - %s)", [old, long_ago]
    )
    rewrap(owner, keyring, old, new)
    assert destroy_older(owner, keyring, 1) == ()
    assert keyring.ids() == (old, new)
    owner.execute("UPDATE vault.retired_key SET retired_at = retired_at - %s", [long_ago])
    assert destroy_older(owner, keyring, 101) == ()
    assert destroy_older(owner, keyring, 100) == (old,)
    assert destroy_older(owner, keyring, 100) == ()
    (gone, current) = states(owner, keyring)
    assert (gone.key_id, gone.here, gone.wraps, gone.retired_at is None) == (old, False, 0, False)
    assert (current.key_id, current.here, current.wraps, current.retired_at) == (new, True, 2, None)
