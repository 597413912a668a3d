"""Rotation: from one master key to the next, interrupted or not, while the ledger runs."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from ledger.domain.facts import FactSheet
from ledger.vault import rotation, sheets
from ledger.vault.errors import KeyMissing, VaultError
from ledger.vault.keys import FileKeyRing
from ledger.vault.rotation import rewrap
from ledger.vault.sheets import PaperKind, PaperName
from ledger.vault.vault import Vault, used_keys
from tests.vault.papers import (
    CHEN,
    HER_FACTS,
    HIS_FACTS,
    LIANG,
    person,
    record,
    record_chen,
    store,
)

PERSONS = 2_000
BATCH = 100
HER_PAPER = PaperName(CHEN, PaperKind.facts, 1)
Owner = Connection[Any]


class Interrupted(BaseException):
    """The power went."""


def wrapped_by(connection: Owner) -> dict[str, int]:
    counted = connection.execute(
        "SELECT master_key, count(*)::int FROM vault.person_key GROUP BY master_key"
    )
    return dict(counted.fetchall())


def still_readable(keyring: FileKeyRing, connection: Owner, paper: FactSheet) -> bool:
    return Vault(keyring).load(connection, [HER_PAPER])[HER_PAPER].paper == paper


def test_an_interrupted_rotation_is_resumed_where_it_stopped(
    vault: Vault, keyring: FileKeyRing, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    everyone = [person(number) for number in range(PERSONS)]
    store(owner, vault.seal(owner, [], everyone))
    request_key = vault.ledger_key(owner, "request-hmac")
    before = vault.person_keys(owner, everyone)
    old, new = keyring.current().id, keyring.renew().id

    calls = iter(range(PERSONS))

    def wrap_until_half_way(*arguments: Any) -> bytes:
        if next(calls) > PERSONS // 2 + BATCH // 2:
            raise Interrupted
        return wrapping(*arguments)

    wrapping = sheets.wrap
    monkeypatch.setattr(sheets, "wrap", wrap_until_half_way)
    with pytest.raises(Interrupted):
        rewrap(owner, keyring, old, new, BATCH)
    monkeypatch.undo()

    assert wrapped_by(owner) == {old: PERSONS // 2, new: PERSONS // 2}
    assert vault.person_keys(owner, everyone) == before
    with pytest.raises(VaultError, match="Rewrap them first"):
        rotation.destroy(owner, keyring, old)

    assert rewrap(owner, keyring, old, new, BATCH) == PERSONS // 2
    assert wrapped_by(owner) == {new: PERSONS}
    assert vault.person_keys(owner, everyone) == before
    assert vault.ledger_key(owner, "request-hmac") == request_key
    assert rewrap(owner, keyring, old, new, BATCH) == 0


def test_when_all_is_rewrapped_the_old_key_may_go(
    vault: Vault, keyring: FileKeyRing, owner: Owner
) -> None:
    record_chen(vault, owner)
    request_key = vault.ledger_key(owner, "request-hmac")
    old, new = keyring.current().id, keyring.renew().id
    assert rewrap(owner, keyring, old, new) == 3
    rotation.destroy(owner, keyring, old)
    Vault(keyring).verify_keys(owner)
    assert used_keys(owner) == {new}
    assert vault.ledger_key(owner, "request-hmac") == request_key
    assert still_readable(keyring, owner, HER_FACTS)


def test_an_old_copy_of_the_rows_does_not_open_once_the_old_key_is_destroyed(
    vault: Vault, keyring: FileKeyRing, owner: Owner
) -> None:
    record_chen(vault, owner)
    owner.execute("CREATE TABLE backup AS SELECT * FROM vault.person_key")
    old, new = keyring.current().id, keyring.renew().id
    rewrap(owner, keyring, old, new)
    rotation.destroy(owner, keyring, old)

    with owner.transaction():
        owner.execute("ALTER TABLE vault.person_key DISABLE TRIGGER USER")
        owner.execute(
            "UPDATE vault.person_key AS p SET wrapped = b.wrapped, master_key = b.master_key"
            " FROM backup AS b WHERE p.person = b.person"
        )
        owner.execute("ALTER TABLE vault.person_key ENABLE TRIGGER USER")
    with pytest.raises(KeyMissing, match=old):
        Vault(keyring).load(owner, [HER_PAPER])
    with pytest.raises(KeyMissing, match=old):
        Vault(keyring).verify_keys(owner)
    # and it was the key that was missing, not its name: the new one unwraps nothing of the copy
    owner.execute("UPDATE vault.person_key SET master_key = %s", [new])
    with pytest.raises(VaultError, match="does not unwrap"):
        Vault(keyring).load(owner, [HER_PAPER])


def test_the_ledger_goes_on_writing_while_a_rotation_runs(
    vault: Vault, keyring: FileKeyRing, database: str, owner: Owner
) -> None:
    first, later = [person(n) for n in range(500)], [person(n) for n in range(500, 600)]
    store(owner, vault.seal(owner, [], first))
    old = keyring.current().id
    new = keyring.renew().id

    def rotate() -> int:
        with psycopg.connect(database, autocommit=True) as connection:
            return rewrap(connection, keyring, old, new, batch=7)

    def go_on() -> None:
        with psycopg.connect(database, autocommit=True) as connection:
            for version, newcomer in enumerate(later, start=1):
                record(vault, connection, newcomer, [(1, HIS_FACTS)])
                record(vault, connection, first[-1], [(version, HER_FACTS)], registered=False)

    with ThreadPoolExecutor(2) as pool:
        rotated, written = pool.submit(rotate), pool.submit(go_on)
        assert rotated.result() == 500
        written.result()
    assert wrapped_by(owner) == {new: 600}
    assert len(vault.person_keys(owner, first + later)) == 600


def test_a_process_that_missed_the_rotation_cannot_wrap_with_the_old_key(
    vault: Vault, keyring: FileKeyRing, owner: Owner
) -> None:
    """Its rows would be lost for ever when the old key is destroyed."""
    record_chen(vault, owner)
    late = vault.seal(owner, [], [LIANG])
    old, new = keyring.current().id, keyring.renew().id
    rewrap(owner, keyring, old, new)
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match=f"{old} is retired"):
        store(owner, late)
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState):
        owner.execute(
            "INSERT INTO vault.ledger_key VALUES ('late', %s, %s)",
            [late.person_rows[0].wrapped, old],
        )
    assert wrapped_by(owner) == {new: 1}


def test_a_writer_under_way_when_the_key_is_retired_is_waited_for(
    vault: Vault, keyring: FileKeyRing, database: str, owner: Owner
) -> None:
    record_chen(vault, owner)
    old = keyring.current().id
    with ThreadPoolExecutor(1) as pool, psycopg.connect(database) as writer:
        store(writer, vault.seal(writer, [], [LIANG]))  # not yet committed, so nobody sees it
        new = keyring.renew().id
        rotated = pool.submit(rewrap, owner, keyring, old, new)
        with pytest.raises(TimeoutError):
            rotated.result(timeout=0.3)
        writer.commit()
        assert rotated.result(timeout=30) == 3
    assert wrapped_by(owner) == {new: 2}


def test_a_process_whose_newest_key_is_retired_does_not_start(
    vault: Vault, keyring: FileKeyRing, owner: Owner
) -> None:
    old, new = keyring.current().id, keyring.renew().id
    rewrap(owner, keyring, old, new)
    vault.verify_keys(owner)
    (keyring._folder / new).rename(keyring._folder / "not-yet-copied-here")
    with pytest.raises(VaultError, match=f"{old} is retired"):
        vault.verify_keys(owner)


def test_the_current_key_is_not_rotated_away(keyring: FileKeyRing, owner: Owner) -> None:
    old = keyring.current().id
    with pytest.raises(VaultError, match="Make a new one first"):
        rewrap(owner, keyring, old, old)
    new = keyring.renew().id
    with pytest.raises(VaultError, match="Make a new one first"):
        rewrap(owner, keyring, new, old)
    with pytest.raises(VaultError, match="Rewrap them first"):
        rotation.destroy(owner, keyring, old)  # unused so far, but somebody may just be wrapping
    rewrap(owner, keyring, old, new)
    rotation.destroy(owner, keyring, old)


def test_a_retired_key_is_not_rotated_back_to(
    vault: Vault, keyring: FileKeyRing, owner: Owner
) -> None:
    record_chen(vault, owner)
    first, second = keyring.current().id, keyring.renew().id
    rewrap(owner, keyring, first, second)
    keyring.renew()
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match=f"{first} is retired"):
        rewrap(owner, keyring, second, first)
    assert wrapped_by(owner) == {second: 1}


def test_a_rotation_is_not_part_of_another_transaction(keyring: FileKeyRing, owner: Owner) -> None:
    old, new = keyring.current().id, keyring.renew().id
    with owner.transaction(), pytest.raises(VaultError, match="cannot be part of a transaction"):
        rewrap(owner, keyring, old, new)
