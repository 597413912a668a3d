"""What whoever reads, dumps or steals the database learns about a person: nothing."""

import logging
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from ledger.domain.facts import Contact
from ledger.store.migrate import migrate
from ledger.vault.errors import PaperUnreadable
from ledger.vault.keys import FileKeyRing
from ledger.vault.sheets import PaperKind, PaperName
from ledger.vault.vault import Vault
from tests.vault.papers import CHEN, HER_CONTACT, HER_FACTS, dump, record, record_chen, spellings

Owner = Connection[Any]

REFUSED = [
    "UPDATE vault.paper SET version = version + 1",
    "DELETE FROM vault.paper",
    "TRUNCATE vault.paper",
    "INSERT INTO vault.paper SELECT person, kind, version + 1, sealed FROM vault.paper",
    "UPDATE vault.person_key SET master_key = master_key",
    "DELETE FROM vault.person_key",
    "INSERT INTO vault.person_key SELECT 'x', wrapped, master_key FROM vault.person_key",
    "UPDATE vault.ledger_key SET master_key = master_key",
    "DELETE FROM vault.ledger_key",
    "INSERT INTO vault.retired_key VALUES ('0001-0123456789abcdef')",
    "DELETE FROM vault.retired_key",
    "DROP TABLE vault.paper CASCADE",
]


def secrets_of_chen(master: bytes, person_key: bytes, request_key: bytes) -> list[bytes]:
    """What must not show, in each spelling that a dump may have."""
    plain = [
        HER_CONTACT.name.encode(),
        str(HER_CONTACT.phone).encode(),
        HER_FACTS.born_on.isoformat().encode(),
        HER_FACTS.born_on.strftime("%Y%m%d").encode(),
        b"jinning",
        b"living_alone",
        b"born_on",
        master,
        person_key,
        request_key,
    ]
    return [spelling for text in plain for spelling in spellings(text)]


def test_no_table_holds_a_name_a_birth_date_a_phone_or_a_key(
    vault: Vault, keyring: FileKeyRing, owner: Owner
) -> None:
    record_chen(vault, owner)
    person_key = vault.person_keys(owner, [CHEN])[CHEN]
    request_key = vault.ledger_key(owner, "request-hmac")
    dumped = dump(owner, "vault")
    assert CHEN.encode() in dumped  # the canary would be found
    for secret in secrets_of_chen(keyring.current().secret, person_key, request_key):
        assert secret not in dumped


def test_no_error_and_no_log_line_quotes_what_is_personal(
    vault: Vault, owner: Owner, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    record_chen(vault, owner)
    with pytest.raises(psycopg.errors.UniqueViolation) as twice:
        record_chen(vault, owner)
    owner.execute(
        "UPDATE vault.person_key SET wrapped = set_byte(wrapped, 0, get_byte(wrapped, 0) # 1)"
    )
    with pytest.raises(PaperUnreadable) as unreadable:
        vault.load(owner, [(CHEN, PaperKind.contact, 1)])
    said = f"{twice.value} {unreadable.value} {caplog.text}"
    assert CHEN in said
    for secret in (HER_CONTACT.name, HER_CONTACT.phone, "1941-", "1941, 2", "living_alone"):
        assert str(secret) not in said


@pytest.mark.parametrize("statement", REFUSED)
def test_the_ledgers_role_adds_by_append_alone_and_changes_nothing(
    vault: Vault, owner: Owner, application: Owner, statement: str
) -> None:
    record_chen(vault, owner)
    vault.ledger_key(owner, "request-hmac")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(statement)


def test_the_ledgers_role_cannot_store_papers_past_the_append(
    vault: Vault, owner: Owner, application: Owner
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        record_chen(vault, application)
    assert b"contact" not in dump(owner, "vault")


@pytest.mark.parametrize("replica", [False, True])
@pytest.mark.parametrize(
    "statement", ["UPDATE vault.paper SET version = version + 1", "TRUNCATE vault.paper"]
)
def test_even_the_owner_cannot_change_a_paper(
    vault: Vault, owner: Owner, statement: str, replica: bool
) -> None:
    record_chen(vault, owner)
    owner.execute("SELECT set_config('session_replication_role', %s, false)",
                  ["replica" if replica else "origin"])  # fmt: skip
    with pytest.raises(psycopg.errors.RestrictViolation, match="the next version"):
        owner.execute(statement)


def test_a_paper_cannot_outlive_its_key_nor_be_stored_without_one(
    vault: Vault, owner: Owner
) -> None:
    record_chen(vault, owner)
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        owner.execute("DELETE FROM vault.person_key")
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        owner.execute("INSERT INTO vault.paper VALUES ('nobody', 'facts', 1, '')")


@pytest.mark.parametrize("version", [0, -1])
def test_papers_are_numbered_from_one(vault: Vault, owner: Owner, version: int) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        record(vault, owner, CHEN, [(version, Contact("陈"))])


def test_the_tables_may_be_made_again_at_any_time(
    vault: Vault, keyring: FileKeyRing, database: str, owner: Owner
) -> None:
    record_chen(vault, owner)
    migrate(database)
    name = PaperName(CHEN, PaperKind.facts, 1)
    assert Vault(keyring).load(owner, [name])[name].paper == HER_FACTS
