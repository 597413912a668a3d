"""From one master key to the next, while the ledger runs.

    new = keyring.renew()                        every process wraps with it from its next batch on
    rewrap(connection, keyring, old_id, new.id)  again, if it was interrupted
    destroy(connection, keyring, old_id)         when the last backup that needs the key has expired

A person's key stays as it is, only its wrapping changes, so no paper is touched. Between the first
line and the end of the second both master keys are needed. After the third, rows in old backups
cannot be opened by anybody: that is how an erasure reaches them.

Run by the owner of the tables or a role that may UPDATE them, not by the ledger's own role.
"""

from typing import Any, Final

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from ledger.vault import sheets
from ledger.vault.connections import own_transaction
from ledger.vault.errors import VaultError
from ledger.vault.keys import KeyRing, MasterKey
from ledger.vault.vault import used_keys

BATCH: Final = 1_000

_LEDGER_KEYS: Final = {"table": Identifier("vault", "ledger_key"), "holder": Identifier("name")}
_PERSON_KEYS: Final = {"table": Identifier("vault", "person_key"), "holder": Identifier("person")}

_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('vault.retired_key', 0))"
_RETIRE: Final = "INSERT INTO vault.retired_key (master_key) VALUES (%s) ON CONFLICT DO NOTHING"

_WRAPPED: Final = SQL("""
SELECT {holder}, wrapped FROM {table} WHERE master_key = %s
ORDER BY {holder} LIMIT %s FOR NO KEY UPDATE
""")

_REWRAPPED: Final = SQL("""
UPDATE {table} SET wrapped = new.wrapped, master_key = %s
FROM unnest(%s::text[], %s::bytea[]) AS new (holder, wrapped) WHERE {holder} = new.holder
""")


def rewrap(
    connection: Connection[Any], keyring: KeyRing, old_id: str, new_id: str, batch: int = BATCH
) -> int:
    """Wrap with the new key all that the old one wraps; answer how many keys that was.

    The old key is retired first: no process can wrap with it any more. Each batch is a transaction.
    Raises KeyMissing, PaperUnreadable, VaultError.
    """
    old, new = keyring.get(old_id), keyring.get(new_id)
    if old_id == keyring.current().id:
        raise VaultError(f"Master key {old_id} is the current one. Make a new one first.")
    _retire(connection, old_id)
    rewrapped = 0
    for names in (_LEDGER_KEYS, _PERSON_KEYS):
        while count := _rewrap_batch(connection, names, old, new, batch):
            rewrapped += count
    return rewrapped


def _retire(connection: Connection[Any], key_id: str) -> None:
    with own_transaction(connection) as cursor:
        cursor.execute(_LOCK)
        cursor.execute(_RETIRE, [key_id])


def _rewrap_batch(
    connection: Connection[Any],
    names: dict[str, Identifier],
    old: MasterKey,
    new: MasterKey,
    batch: int,
) -> int:
    with own_transaction(connection) as cursor:
        rows = cursor.execute(_WRAPPED.format(**names), [old.id, batch]).fetchall()
        keys = [sheets.unwrap(old, wrapped, f"{holder!r}") for holder, wrapped in rows]
        if rows:
            wrapped = [sheets.wrap(new, key) for key in keys]
            holders = [holder for holder, _ in rows]
            cursor.execute(_REWRAPPED.format(**names), [new.id, holders, wrapped])
    return len(rows)


def destroy(connection: Connection[Any], keyring: KeyRing, key_id: str) -> None:
    """Destroy a master key that is retired and wraps nothing any more. Raises VaultError."""
    with connection.cursor() as cursor:
        retired = cursor.execute(
            "SELECT FROM vault.retired_key WHERE master_key = %s", [key_id]
        ).fetchone()
    if retired is None or key_id in used_keys(connection):
        raise VaultError(f"Master key {key_id} still wraps keys. Rewrap them first.")
    keyring.destroy(key_id)
