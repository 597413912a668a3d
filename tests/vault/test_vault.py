"""Reading and writing the vault, on a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.sql import SQL

from ledger.domain.facts import Contact, FactSheet
from ledger.vault import sheets
from ledger.vault.errors import KeyMissing, PaperUnreadable, VaultError
from ledger.vault.keys import FileKeyRing
from ledger.vault.sealing import Draft
from ledger.vault.sheets import PaperKind, PaperName, prepare
from ledger.vault.vault import RequestDigest, Vault, make_first_key, used_keys
from tests.vault.papers import (
    CHEN,
    HER_CONTACT,
    HER_FACTS,
    HIS_FACTS,
    LIANG,
    person,
    record,
    record_chen,
    store,
)

FACTS, CONTACT = PaperKind.facts, PaperKind.contact
Owner = Connection[Any]


def test_what_is_stored_is_loaded_by_another_process_as_the_ledgers_role(
    vault: Vault, keyring: FileKeyRing, owner: Owner, application: Owner
) -> None:
    record_chen(vault, owner)
    record(vault, owner, LIANG, [(1, HIS_FACTS)])
    wanted = [(CHEN, FACTS, 1), (CHEN, CONTACT, 1), (LIANG, FACTS, 1)]
    loaded = Vault(keyring).load(application, wanted)
    assert {name: opened.paper for name, opened in loaded.items()} == {
        (CHEN, FACTS, 1): HER_FACTS,
        (CHEN, CONTACT, 1): HER_CONTACT,
        (LIANG, FACTS, 1): HIS_FACTS,
    }


def test_a_loaded_paper_carries_the_commitment_that_was_prepared(
    vault: Vault, owner: Owner
) -> None:
    prepared = prepare(HER_FACTS)
    store(owner, vault.seal(owner, [Draft(CHEN, 1, prepared)], [CHEN]))
    opened = vault.load(owner, [(CHEN, FACTS, 1)])[PaperName(CHEN, FACTS, 1)]
    assert opened.commitment == prepared.commitment


def test_a_paper_that_is_not_there_is_left_out(vault: Vault, owner: Owner) -> None:
    record_chen(vault, owner)
    assert vault.load(owner, [(CHEN, FACTS, 2), (LIANG, FACTS, 1), (CHEN, CONTACT, 0)]) == {}
    assert vault.load(owner, []) == {}
    assert len(vault.load(owner, [(CHEN, FACTS, 1), (CHEN, FACTS, 1), (CHEN, FACTS, 2)])) == 1


def test_rows_are_read_whatever_the_callers_connection_makes_of_them(
    vault: Vault, keyring: FileKeyRing, database: str
) -> None:
    with psycopg.connect(database, row_factory=dict_row) as connection:
        record_chen(vault, connection)
        loaded = Vault(keyring).load(connection, [(CHEN, FACTS, 1)])
        assert loaded[PaperName(CHEN, FACTS, 1)].paper == HER_FACTS


def test_a_new_person_gets_one_key_for_all_her_papers(vault: Vault, owner: Owner) -> None:
    record_chen(vault, owner)
    record(vault, owner, CHEN, [(2, HIS_FACTS)], registered=False)
    (key,) = vault.person_keys(owner, [CHEN]).values()
    opened = [sheets.open_sealed(sheets.Sealed(*row), key).paper for row in rows(owner)]
    assert len(opened) == 3


def test_every_person_has_another_key(vault: Vault, owner: Owner) -> None:
    everyone = [person(number) for number in range(100)]
    store(owner, vault.seal(owner, [], everyone))
    keys = vault.person_keys(owner, everyone)
    assert len(set(keys.values())) == len(keys) == 100
    assert {len(key) for key in keys.values()} == {32}


def test_a_person_without_a_key_never_gets_a_second_one(vault: Vault, owner: Owner) -> None:
    """Erased, or not registered: either way her papers would be under a key nobody knows of."""
    with pytest.raises(KeyMissing, match=str(CHEN)):
        vault.seal(owner, [Draft(CHEN, 2, prepare(HER_FACTS))])
    with pytest.raises(KeyMissing, match=str(CHEN)):
        vault.person_keys(owner, [CHEN])


def test_registering_a_person_twice_is_an_error_and_writes_nothing(
    vault: Vault, owner: Owner
) -> None:
    record_chen(vault, owner)
    before = rows(owner), vault.person_keys(owner, [CHEN])
    with pytest.raises(psycopg.errors.UniqueViolation):
        record(vault, owner, CHEN, [(2, HIS_FACTS)])
    assert (rows(owner), vault.person_keys(owner, [CHEN])) == before


def test_two_processes_that_register_one_person_together_end_with_one_key(
    vault: Vault, database: str, owner: Owner
) -> None:
    barrier = Barrier(2)

    def register(paper: FactSheet) -> bool:
        with psycopg.connect(database) as connection:
            sealing = vault.seal(connection, [Draft(CHEN, 1, prepare(paper))], [CHEN])
            barrier.wait()
            try:
                store(connection, sealing)
            except psycopg.errors.UniqueViolation:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(register, [HER_FACTS, HIS_FACTS])) == [False, True]
    assert vault.load(owner, [(CHEN, FACTS, 1)])


def test_a_batch_is_stored_whole_or_not_at_all(vault: Vault, owner: Owner) -> None:
    record_chen(vault, owner)
    drafts = [Draft(LIANG, 1, prepare(HIS_FACTS)), Draft(CHEN, 1, prepare(HIS_FACTS))]
    sealing = vault.seal(owner, drafts, [LIANG])
    with pytest.raises(psycopg.errors.UniqueViolation):
        store(owner, sealing)
    with pytest.raises(KeyMissing):
        vault.person_keys(owner, [LIANG])


def test_ten_thousand_papers_go_in_and_out_at_once(
    vault: Vault, keyring: FileKeyRing, owner: Owner
) -> None:
    everyone = [person(number) for number in range(10_000)]
    papers = {name: Contact(f"居民{number}") for number, name in enumerate(everyone)}
    drafts = [Draft(name, 1, prepare(paper)) for name, paper in papers.items()]
    store(owner, vault.seal(owner, drafts, everyone))
    loaded = Vault(keyring).load(owner, [(name, CONTACT, 1) for name in everyone])
    assert {name.person: opened.paper for name, opened in loaded.items()} == papers


SWAPS = {
    "of two persons": "p.kind = o.kind AND p.version = o.version AND p.person <> o.person",
    "of two versions": "p.kind = o.kind AND p.person = o.person AND p.version <> o.version",
    "of two kinds": "p.person = o.person AND p.version = o.version AND p.kind <> o.kind",
}


@pytest.mark.parametrize("swap", SWAPS.values(), ids=SWAPS)
def test_a_row_that_was_exchanged_in_the_database_does_not_open(
    vault: Vault, keyring: FileKeyRing, owner: Owner, swap: LiteralString
) -> None:
    record_chen(vault, owner)
    record(vault, owner, CHEN, [(2, HIS_FACTS), (2, HER_CONTACT)], registered=False)
    record(vault, owner, LIANG, [(n, one) for n in (1, 2) for one in (HIS_FACTS, HER_CONTACT)])
    before = rows(owner)
    with owner.transaction():
        owner.execute("ALTER TABLE vault.paper DISABLE TRIGGER paper_never_changes")
        swapping = "UPDATE vault.paper AS p SET sealed = o.sealed FROM vault.paper AS o WHERE "
        owner.execute(SQL(swapping) + SQL(swap))
    assert not set(before) & set(rows(owner))
    for name, _ in before:
        with pytest.raises(PaperUnreadable) as told:
            Vault(keyring).load(owner, [name])
        assert f"{name.kind} {name.version} of person {name.person}" in str(told.value)
        assert HER_CONTACT.name not in str(told.value)


def test_a_key_that_was_exchanged_in_the_database_opens_nothing(
    vault: Vault, keyring: FileKeyRing, owner: Owner
) -> None:
    record_chen(vault, owner)
    record(vault, owner, LIANG, [(1, HIS_FACTS)])
    owner.execute(
        "UPDATE vault.person_key AS p SET wrapped = o.wrapped FROM vault.person_key AS o"
        " WHERE p.person <> o.person"
    )
    with pytest.raises(PaperUnreadable):
        Vault(keyring).load(owner, [(CHEN, FACTS, 1)])
    owner.execute("UPDATE vault.person_key SET wrapped = set_byte(wrapped, 39, 7)")
    with pytest.raises(PaperUnreadable, match=f"The key of person {CHEN}"):
        Vault(keyring).load(owner, [(CHEN, FACTS, 1)])


# -- what is remembered ------------------------------------------------------------------------


def test_facts_are_remembered_and_contacts_are_not(
    vault: Vault, keyring: FileKeyRing, owner: Owner
) -> None:
    record_chen(vault, owner)
    names = [(CHEN, FACTS, 1), (CHEN, CONTACT, 1)]
    first = vault.load(owner, names)
    take_away(owner)
    assert vault.load(owner, names) == {names[0]: first[PaperName(*names[0])]}


def test_what_is_forgotten_is_gone(vault: Vault, owner: Owner) -> None:
    record_chen(vault, owner)
    record(vault, owner, LIANG, [(1, HIS_FACTS)])
    names = [(CHEN, FACTS, 1), (LIANG, FACTS, 1)]
    vault.load(owner, names)
    take_away(owner)
    vault.forget(CHEN)
    assert vault.load(owner, names).keys() == {names[1]}
    vault.forget_all()
    assert vault.load(owner, names) == {}


def test_an_erased_sheet_is_not_remembered_by_a_load_that_was_under_way(
    vault: Vault, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_chen(vault, owner)
    opening = vault._open

    def opened_just_before_the_erasure(*arguments: Any) -> Any:
        opened = opening(*arguments)
        take_away(owner)
        vault.forget(CHEN)
        return opened

    monkeypatch.setattr(vault, "_open", opened_just_before_the_erasure)
    assert vault.load(owner, [(CHEN, FACTS, 1)])
    monkeypatch.undo()
    assert vault.load(owner, [(CHEN, FACTS, 1)]) == {}


def test_what_was_not_asked_for_the_longest_is_dropped_first(
    keyring: FileKeyRing, owner: Owner
) -> None:
    vault = Vault(keyring, remembered=2)
    record(vault, owner, CHEN, [(version, HER_FACTS) for version in (1, 2, 3)])
    for version in (1, 2, 1, 3):
        vault.load(owner, [(CHEN, FACTS, version)])
    take_away(owner)
    kept = vault.load(owner, [(CHEN, FACTS, version) for version in (1, 2, 3)])
    assert {name.version for name in kept} == {1, 3}


# -- the ledger's own keys ---------------------------------------------------------------------


def test_the_ledgers_key_is_made_once_and_is_the_same_for_everybody(
    vault: Vault, keyring: FileKeyRing, application: Owner
) -> None:
    key = vault.ledger_key(application, "request-hmac")
    assert len(key) == 32
    assert Vault(keyring).ledger_key(application, "request-hmac") == key
    assert vault.ledger_key(application, "import-rows") != key


def test_threads_that_ask_for_the_ledgers_key_together_get_the_same(
    keyring: FileKeyRing, database: str
) -> None:
    barrier = Barrier(8)

    def ask(_: int) -> bytes:
        with psycopg.connect(database) as connection:
            barrier.wait()
            return Vault(keyring).ledger_key(connection, "request-hmac")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1


def test_a_new_ledger_key_outlives_what_the_caller_undoes(vault: Vault, database: str) -> None:
    with psycopg.connect(database) as connection:
        key = vault.ledger_key(connection, "request-hmac")
        connection.rollback()
        assert vault.ledger_key(connection, "request-hmac") == key
        connection.execute("SELECT 1")
        with pytest.raises(VaultError, match="cannot be part of a transaction"):
            vault.ledger_key(connection, "import-rows")


def test_the_digest_of_a_request_is_hmac_sha256() -> None:
    """Test case 2 of RFC 4231."""
    assert RequestDigest(b"Jefe").of(b"what do ya want for nothing?").hex() == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )


# -- the check at start ------------------------------------------------------------------------


def test_a_fresh_ledger_gets_its_first_key_once(tmp_path: Path, owner: Owner) -> None:
    ring = FileKeyRing(tmp_path / "fresh")
    with pytest.raises(KeyMissing):
        Vault(ring).verify_keys(owner)
    make_first_key(owner, ring)
    make_first_key(owner, ring)
    Vault(ring).verify_keys(owner)
    assert len(list((tmp_path / "fresh").iterdir())) == 1


def test_a_ledger_whose_key_is_lost_does_not_start_and_gets_no_new_key(
    vault: Vault, keyring: FileKeyRing, owner: Owner, tmp_path: Path
) -> None:
    record_chen(vault, owner)
    lost = FileKeyRing(tmp_path / "elsewhere")
    make_first_key(owner, lost)
    with pytest.raises(KeyMissing, match=keyring.current().id):
        Vault(lost).verify_keys(owner)
    assert not (tmp_path / "elsewhere").exists()
    with pytest.raises(KeyMissing, match=keyring.current().id):
        Vault(lost).load(owner, [(CHEN, FACTS, 1)])


def test_every_key_a_row_refers_to_is_asked_for_at_start(
    vault: Vault, keyring: FileKeyRing, owner: Owner, application: Owner
) -> None:
    first = keyring.current().id
    vault.ledger_key(application, "request-hmac")
    used = [first]
    for number in range(5):
        used.append(keyring.renew().id)
        record(vault, owner, person(number), [(1, HIS_FACTS)])
    assert used_keys(application) == set(used)
    for key_id in used:
        file = keyring._folder / key_id
        hidden = file.rename(keyring._folder / "hidden")
        with pytest.raises(KeyMissing, match=key_id):
            vault.verify_keys(application)
        hidden.rename(file)
    vault.verify_keys(application)


def rows(connection: Owner) -> list[tuple[PaperName, bytes]]:
    found = connection.execute("SELECT person, kind, version, sealed FROM vault.paper").fetchall()
    return [
        (PaperName(whose, PaperKind(kind), version), sealed)
        for whose, kind, version, sealed in found
    ]


def take_away(connection: Owner) -> None:
    connection.execute("DELETE FROM vault.paper")
