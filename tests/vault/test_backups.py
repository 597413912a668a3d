"""A backup from before a rotation: it opens while the old key is kept, and never after."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from ledger.store import embedded
from ledger.vault.errors import KeyMissing, PaperUnreadable, VaultError
from ledger.vault.keys import FileKeyRing
from ledger.vault.rotation import destroy_older, rotate
from ledger.vault.sheets import PaperKind, PaperName
from ledger.vault.vault import Vault
from tests.servers import Server, debian_programs, temporary_database
from tests.vault.papers import CHEN, HER_CONTACT, HER_FACTS, record_chen

Owner = Connection[Any]
HERS = {
    PaperName(CHEN, PaperKind.contact, 1): HER_CONTACT,
    PaperName(CHEN, PaperKind.facts, 1): HER_FACTS,
}


@pytest.fixture
def programs(each_server: Server) -> Path:
    found = debian_programs() if each_server.name == "debian" else embedded._programs_of_the_wheel()
    assert found is not None
    return found


def run(program: Path, *arguments: str, given: bytes = b"") -> bytes:
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    answer = subprocess.run(
        (program, *arguments), input=given, capture_output=True, check=False, env=environment
    )
    assert answer.returncode == 0, answer.stderr.decode()
    return answer.stdout


@pytest.fixture
def backup(vault: Vault, owner: Owner, database: str, programs: Path) -> bytes:
    """All that pg_dump writes, taken while the first key wraps everything."""
    record_chen(vault, owner)
    vault.ledger_key(owner, "request-hmac")
    return run(programs / "pg_dump", "--no-owner", database)


@pytest.fixture
def restored(backup: bytes, programs: Path, each_server: Server) -> Iterator[Owner]:
    with temporary_database(each_server, migrated=False) as url:
        run(programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", url, given=backup)
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection


def opened(keyring: FileKeyRing, connection: Owner) -> dict[PaperName, object]:
    found = Vault(keyring).load(connection, HERS)
    return {name: one.paper for name, one in found.items()}


def test_a_backup_opens_until_the_key_of_its_day_is_destroyed(
    vault: Vault, keyring: FileKeyRing, owner: Owner, restored: Owner
) -> None:
    new = rotate(owner, keyring).key_id
    assert opened(keyring, restored) == HERS
    (old,) = destroy_older(owner, keyring, 0)
    assert opened(keyring, owner) == HERS
    for ask in (Vault(keyring).verify_keys, lambda at: opened(keyring, at)):
        with pytest.raises(KeyMissing, match=old):
            ask(restored)
    with pytest.raises(KeyMissing, match=old):
        Vault(keyring).ledger_key(restored, "request-hmac")
    restored.execute("UPDATE vault.person_key SET master_key = %s", [new])
    with pytest.raises(VaultError, match="does not unwrap"):
        opened(keyring, restored)


def test_whoever_has_the_backup_and_any_key_but_its_own_reads_nobody(
    backup: bytes, restored: Owner, tmp_path: Path
) -> None:
    stranger = FileKeyRing(tmp_path / "stranger")
    restored.execute("UPDATE vault.person_key SET master_key = %s", [stranger.create().id])
    with pytest.raises(PaperUnreadable) as refused:
        opened(stranger, restored)
    for secret in (HER_CONTACT.name, str(HER_CONTACT.phone), HER_FACTS.born_on.isoformat()):
        assert secret not in str(refused.value)
        assert secret.encode() not in backup
        assert secret.encode().hex().encode() not in backup
