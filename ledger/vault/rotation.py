"""From one master key to the next, while the ledger runs.

    rotate(connection, keyring)         again, if it was interrupted
        keyring.renew()                 every process wraps with it from its next batch on
        rewrap(…, old_id, new_id)       for each key that is not the newest
    destroy_older(connection, …, days)  when the last backup that needs the keys has expired

A person's key stays as it is, only its wrapping changes, so no paper is touched. Until a
rotation is through both master keys are needed. After the last line rows in old backups cannot be
opened by anybody: that is how an erasure reaches them.

Run by the owner of the tables or a role that may UPDATE them, not by the ledger's own role.
"""

from datetime import datetime
from typing import Any, Final, NamedTuple

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from ledger.vault import sheets
from ledger.vault.connections import own_transaction
from ledger.vault.errors import VaultError
from ledger.vault.keys import FileKeyRing, KeyRing, MasterKey
from ledger.vault.vault import used_keys

BATCH: Final = 1_000

_LEDGER_KEYS: Final = {"table": Identifier("vault", "ledger_key"), "holder": Identifier("name")}
_PERSON_KEYS: Final = {"table": Identifier("vault", "person_key"), "holder": Identifier("person")}

_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('vault.retired_key', 0))"
_RETIRE: Final = "INSERT INTO vault.retired_key (master_key) VALUES (%s) ON CONFLICT DO NOTHING"
_STILL_USED: Final = """
UPDATE vault.retired_key SET retired_at = clock_timestamp() WHERE master_key = %s
"""
_RETIRED: Final = "SELECT master_key, retired_at FROM vault.retired_key"
_OLDER: Final = """
SELECT master_key FROM vault.retired_key
WHERE retired_at <= clock_timestamp() - make_interval(days => %s)
"""
_HELD: Final = """
SELECT master_key, count(*) FROM (
    SELECT master_key FROM vault.person_key UNION ALL SELECT master_key FROM vault.ledger_key
) AS held GROUP BY master_key
"""

_WRAPPED: Final = SQL("""
SELECT {holder}, wrapped FROM {table} WHERE master_key = %s
ORDER BY {holder} LIMIT %s FOR NO KEY UPDATE
""")

_REWRAPPED: Final = SQL("""
UPDATE {table} SET wrapped = new.wrapped, master_key = %s
FROM unnest(%s::text[], %s::bytea[]) AS new (holder, wrapped) WHERE {holder} = new.holder
""")


class Rotated(NamedTuple):
    """The current key, whether it is new, and how many keys it wraps that others did before."""

    key_id: str
    renewed: bool
    rewrapped: int


def rotate(connection: Connection[Any], keyring: FileKeyRing, batch: int = BATCH) -> Rotated:
    """Make a new master key and wrap everything with it, or finish what was interrupted.

    Raises KeyMissing, PaperUnreadable, VaultError.
    """
    current = keyring.current()
    under_way = bool(used_keys(connection) - {current.id})
    new = current if under_way else keyring.renew()
    older = [key_id for key_id in keyring.ids() if key_id != new.id]
    rewrapped = sum(rewrap(connection, keyring, key_id, new.id, batch) for key_id in older)
    return Rotated(new.id, not under_way, rewrapped)


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
            cursor.execute(_STILL_USED, [old.id])
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


def destroy_older(connection: Connection[Any], keyring: FileKeyRing, days: int) -> tuple[str, ...]:
    """Destroy the keys that have wrapped nothing for so many days; their ids. Raises VaultError."""
    with connection.cursor() as cursor:
        retired = {key_id for (key_id,) in cursor.execute(_OLDER, [days])}
    due = [key_id for key_id in keyring.ids() if key_id in retired]
    for key_id in due:
        destroy(connection, keyring, key_id)
    return tuple(due)


class KeyState(NamedTuple):
    """A master key: whether its file is there, how many keys it wraps, since when none."""

    key_id: str
    here: bool
    wraps: int
    retired_at: datetime | None


def states(connection: Connection[Any], keyring: FileKeyRing) -> tuple[KeyState, ...]:
    """Every master key that there is or was, by its number."""
    here = set(keyring.ids())
    with connection.cursor() as cursor:
        retired: dict[str, datetime] = dict(cursor.execute(_RETIRED).fetchall())
        held: dict[str, int] = dict(cursor.execute(_HELD).fetchall())
    return tuple(
        KeyState(key_id, key_id in here, held.get(key_id, 0), retired.get(key_id))
        for key_id in sorted(here | retired.keys() | held.keys())
    )
