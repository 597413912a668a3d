"""The vault: papers and keys in the tables of vault.sql, by connections of the caller.

- Writing: `seal` gives the rows of a batch as the arrays of the functions `vault.store` and
  `vault.forget`, which the append calls in the transaction of the events.
- Reading: `load` opens many papers with one SELECT and remembers fact sheets. Contacts are for
  people's eyes and are not remembered. `latest` opens what is newest, for public lists (`naming`).
- At start: `make_first_key` for a ledger of its own folder, then `verify_keys`.
"""

import hmac
from collections.abc import Callable, Collection, Iterable
from typing import Any, Final, TypeVar

from psycopg import Connection

from ledger.domain.values import PersonId
from ledger.store.arrays import integers, texts
from ledger.vault import index, sheets
from ledger.vault.cache import Cache
from ledger.vault.connections import cursor_of, own_transaction
from ledger.vault.errors import KeyMissing, VaultError
from ledger.vault.keys import FileKeyRing, KeyRing, MasterKey
from ledger.vault.sealing import Draft, PersonRow, Sealing, SearchRow
from ledger.vault.sheets import Opened, PaperKind, PaperName, Sealed

T = TypeVar("T")
Row = tuple[Any, ...]

REMEMBERED: Final = 100_000
"""Fact sheets kept open in memory: a large town's canteen guests, about 100 MB."""

_PAPERS: Final = """
SELECT person, kind, version, sealed, wrapped, master_key
FROM unnest(%b::text[], %b::text[], %b::int[]) AS wanted (person, kind, version)
JOIN vault.paper USING (person, kind, version)
JOIN vault.person_key USING (person)
"""

_LATEST: Final = """
SELECT DISTINCT ON (person, kind) person, kind, version, sealed, wrapped, master_key
FROM unnest(%b::text[]) AS wanted (person)
JOIN vault.paper USING (person)
JOIN vault.person_key USING (person)
WHERE kind = ANY (%b::text[])
ORDER BY person, kind, version DESC
"""

_NAMES: Final = """
SELECT kind, version FROM vault.paper WHERE person = %b AND kind = ANY (%b::text[])
ORDER BY kind, version
"""

_PERSON_KEYS: Final = """
SELECT person, wrapped, master_key FROM vault.person_key WHERE person = ANY (%b::text[])
"""

_LEDGER_KEY: Final = "SELECT wrapped, master_key FROM vault.ledger_key WHERE name = %s"

_NEW_LEDGER_KEY: Final = """
INSERT INTO vault.ledger_key (name, wrapped, master_key) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
"""

_OTHER_LEDGER_KEY: Final = """
INSERT INTO vault.ledger_key (name, wrapped, master_key) VALUES (%s, %s, %s)
ON CONFLICT (name) DO UPDATE SET wrapped = excluded.wrapped, master_key = excluded.master_key
"""

# Walks the index from one master key to the next, however many persons there are.
_USED_KEYS: Final = """
WITH RECURSIVE used (master_key) AS (
    SELECT min(master_key) FROM vault.person_key
    UNION ALL
    SELECT (SELECT min(master_key) FROM vault.person_key WHERE master_key > used.master_key)
    FROM used WHERE used.master_key IS NOT NULL
)
SELECT master_key FROM used WHERE master_key IS NOT NULL
UNION
SELECT master_key FROM vault.ledger_key
"""

_IS_RETIRED: Final = "SELECT FROM vault.retired_key WHERE master_key = %s"


class Vault:
    """Personal data, by the person's key. Safe for many threads, each with its own connection."""

    def __init__(self, keyring: KeyRing, remembered: int = REMEMBERED) -> None:
        self._keyring = keyring
        self._cache = Cache(remembered)

    def load(
        self, connection: Connection[Any], wanted: Iterable[tuple[PersonId, PaperKind, int]]
    ) -> dict[PaperName, Opened]:
        """The papers wanted, by name. One that is not there (erased) is left out.

        Raises KeyMissing, PaperUnreadable.
        """
        names = {PaperName(*name) for name in wanted}
        found, moment = self._cache.recall(names)
        if len(found) < len(names):
            opened = self._open(connection, names - found.keys())
            facts = {name: one for name, one in opened.items() if name.kind is PaperKind.facts}
            self._cache.remember(facts, moment)
            found |= opened
        return found

    def _open(
        self, connection: Connection[Any], names: Collection[PaperName]
    ) -> dict[PaperName, Opened]:
        return self._each(self._rows(connection, names), sheets.open_sealed)

    def disclosed(
        self, connection: Connection[Any], names: Collection[PaperName]
    ) -> dict[PaperName, bytes]:
        """As `read`, each with its salt, as it may be handed to an auditor."""
        return self._each(self._rows(connection, names), sheets.disclose)

    def _rows(self, connection: Connection[Any], names: Collection[PaperName]) -> list[Row]:
        columns = (
            texts([name.person for name in names]),
            texts([name.kind.value for name in names]),
            integers([name.version for name in names]),
        )
        with cursor_of(connection) as cursor:
            return cursor.execute(_PAPERS, columns).fetchall()

    def read(
        self, connection: Connection[Any], names: Collection[PaperName]
    ) -> dict[PaperName, Opened]:
        """The papers as they stand in the vault now, for people's eyes: see `views`."""
        return self._open(connection, names) if names else {}

    def latest(
        self,
        connection: Connection[Any],
        persons: Collection[PersonId],
        kinds: Collection[PaperKind],
    ) -> dict[PaperName, Opened]:
        """The newest paper of each kind of these persons, with one SELECT; nothing is remembered.

        What is not there (erased) is left out. Raises KeyMissing, PaperUnreadable.
        """
        if not persons:
            return {}
        columns = (texts(persons), texts([kind.value for kind in kinds]))
        with cursor_of(connection) as cursor:
            return self._each(cursor.execute(_LATEST, columns).fetchall(), sheets.open_sealed)

    def names_of(
        self, connection: Connection[Any], person: PersonId, kinds: Collection[PaperKind]
    ) -> list[PaperName]:
        """Every paper of these kinds that is kept of the person, unopened."""
        with cursor_of(connection) as cursor:
            rows = cursor.execute(_NAMES, (person, texts([kind.value for kind in kinds])))
            return [PaperName(person, PaperKind(kind), version) for kind, version in rows]

    def _each(
        self, rows: Collection[Row], read: Callable[[Sealed, bytes], T]
    ) -> dict[PaperName, T]:
        masters = self._masters({row[5] for row in rows})
        opened = {}
        for person, kind, version, sealed, wrapped, master in rows:
            key = sheets.unwrap(masters[master], wrapped, f"person {person}")
            name = PaperName(person, PaperKind(kind), version)
            opened[name] = read(Sealed(name, sealed), key)
        return opened

    def _masters(self, ids: Iterable[str]) -> dict[str, MasterKey]:
        return {key_id: self._keyring.get(key_id) for key_id in ids}

    def forget(self, *persons: PersonId) -> None:
        """Drop what is remembered of them; called after their erasure was committed."""
        self._cache.forget(persons)

    def forget_all(self) -> None:
        """Drop all that is remembered: the ledger was restored, and numbers name other papers."""
        self._cache.clear()

    def person_keys(
        self, connection: Connection[Any], persons: Collection[PersonId]
    ) -> dict[PersonId, bytes]:
        """The keys of persons that are registered. Raises KeyMissing for one who has none."""
        if not persons:
            return {}
        with cursor_of(connection) as cursor:
            rows = cursor.execute(_PERSON_KEYS, [texts(persons)]).fetchall()
        masters = self._masters({master for _, _, master in rows})
        keys = {
            PersonId(person): sheets.unwrap(masters[master], wrapped, f"person {person}")
            for person, wrapped, master in rows
        }
        for person in persons:
            if person not in keys:
                raise KeyMissing(f"Person {person} has no key: erased, or never registered.")
        return keys

    def seal(
        self,
        connection: Connection[Any],
        drafts: Collection[Draft],
        registered: Collection[PersonId] = (),
    ) -> Sealing:
        """Close the papers of a batch. `registered`: whom the batch registers, to get a new key.

        Everybody else must have one: a lost key is never replaced. Raises KeyMissing.
        """
        new = {person: sheets.new_key() for person in registered}
        known = {draft.person for draft in drafts} - new.keys()
        keys = self.person_keys(connection, known) | new
        return Sealing(
            self._wrapped(new),
            tuple(
                sheets.seal(draft.prepared, draft.person, draft.version, keys[draft.person])
                for draft in drafts
            ),
            self.search_rows(connection, drafts),
        )

    def search_rows(
        self, connection: Connection[Any], drafts: Collection[Draft]
    ) -> tuple[SearchRow, ...]:
        """By what the persons of these contact papers are found. Raises KeyMissing."""
        if not index.newest_contacts(drafts):
            return ()
        return index.rows_of_all(connection, self.ledger_key(connection, index.KEY), drafts)

    def _wrapped(self, keys: dict[PersonId, bytes]) -> tuple[PersonRow, ...]:
        if not keys:
            return ()
        master = self._keyring.current()
        return tuple(
            PersonRow(person, sheets.wrap(master, key), master.id) for person, key in keys.items()
        )

    def ledger_key(self, connection: Connection[Any], name: str) -> bytes:
        """The ledger's own key of that name, made and committed when first asked for.

        Raises KeyMissing, PaperUnreadable.
        """
        with own_transaction(connection) as cursor:
            row = cursor.execute(_LEDGER_KEY, [name]).fetchone()
            if row is None:
                master = self._keyring.current()
                wrapped = sheets.wrap(master, sheets.new_key())
                cursor.execute(_NEW_LEDGER_KEY, [name, wrapped, master.id])
                row = cursor.execute(_LEDGER_KEY, [name]).fetchone()
        if row is None:
            raise KeyMissing(f"The ledger's key {name} was deleted while it was made.")
        wrapped, master_id = row
        return sheets.unwrap(self._keyring.get(master_id), wrapped, f"the ledger ({name})")

    def renew_ledger_key(self, connection: Connection[Any], name: str) -> None:
        """Replace the ledger's own key of that name; what rests on it must be made anew."""
        master = self._keyring.current()
        wrapped = sheets.wrap(master, sheets.new_key())
        with own_transaction(connection) as cursor:
            cursor.execute(_OTHER_LEDGER_KEY, [name, wrapped, master.id])

    def verify_keys(self, connection: Connection[Any]) -> None:
        """See at start that every master key referred to is there, and the current one is in use.

        Raises KeyMissing, KeyFileUnsafe, VaultError.
        """
        for key_id in sorted(used_keys(connection)):
            self._keyring.get(key_id)
        current = self._keyring.current().id
        with cursor_of(connection) as cursor:
            if cursor.execute(_IS_RETIRED, [current]).fetchone() is not None:
                raise VaultError(f"Master key {current} is retired: put the newer one beside it.")


def make_first_key(connection: Connection[Any], keyring: FileKeyRing) -> None:
    """Make the master key of a fresh ledger; where rows refer to a key, nothing is made."""
    if not used_keys(connection):
        keyring.create()


def used_keys(connection: Connection[Any]) -> frozenset[str]:
    """The ids of all master keys that a row refers to."""
    with cursor_of(connection) as cursor:
        return frozenset(key_id for (key_id,) in cursor.execute(_USED_KEYS))


class RequestDigest:
    """HMAC-SHA256 of requests by the ledger's key: a bare hash of one is guessed in a second.

    The key is taken in once, and nothing here lets go of the interpreter, as `hmac.digest` does:
    whoever waits for it would get it at each request, and hand it back.
    """

    def __init__(self, key: bytes) -> None:
        self._keyed = hmac.new(key, digestmod="sha256")

    def of(self, request: bytes) -> bytes:
        """The 32 bytes that stand for this request."""
        keyed = self._keyed.copy()
        keyed.update(request)
        return keyed.digest()
