"""The index made anew from the contact papers, while the ledger runs.

    vault.renew_ledger_key(connection, index.KEY)   if its key may have become known
    rebuild_index(connection, vault)                again, if it was interrupted

A person whose rows are right already is left alone, so to begin again is to go on. Run by the owner
of the tables. A process that took the former key just before may still write a row by it: another
run finds that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from psycopg import Connection

from ledger.domain import forgetting, identity_records, people
from ledger.domain.facts import Contact
from ledger.domain.identity_records import PersonsMerged, PersonsSeparated
from ledger.domain.values import PersonId
from ledger.store.arrays import blobs, texts
from ledger.store.codec import decode_event
from ledger.vault import index
from ledger.vault.connections import Rows, cursor_of, own_transaction
from ledger.vault.sealing import SearchKind, SearchRow
from ledger.vault.sheets import PaperKind
from ledger.vault.vault import Vault

BATCH: Final = 500

_ORDER: Final = "SELECT ledger.take_order_lock()"
_PERSONS: Final = "SELECT person FROM vault.person_key WHERE person > %s ORDER BY person LIMIT %s"
_ROWS: Final = """
SELECT person, kind, digest FROM vault.search_key WHERE person = ANY (%b::text[])
"""
_STREAMS: Final = """
SELECT originator_id, topic, state FROM ledger.stored_events
WHERE originator_id = ANY (%b::text[]) ORDER BY originator_id, originator_version
"""
_DELETE: Final = "DELETE FROM vault.search_key WHERE person = ANY (%b::text[])"
_INSERT: Final = """
INSERT INTO vault.search_key (person, kind, digest)
SELECT * FROM unnest(%b::text[], %b::text[], %b::bytea[]) ON CONFLICT DO NOTHING
RETURNING person, kind
"""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many persons are found otherwise now, and whose document is another person's too."""

    changed: int
    clashes: tuple[PersonId, ...]


def rebuild_index(connection: Connection[Any], vault: Vault, batch: int = BATCH) -> Rebuilt:
    """Let everybody be found by her newest contact paper under the present key.

    Each batch of persons is a transaction, in which nothing is appended.
    Raises KeyMissing, PaperUnreadable, VaultError.
    """
    key = vault.ledger_key(connection, index.KEY)
    changed, clashes, last = 0, list[PersonId](), PersonId("")
    while True:
        with own_transaction(connection) as cursor:
            cursor.execute(_ORDER)
            found = cursor.execute(_PERSONS, [last, batch]).fetchall()
            persons = [PersonId(person) for (person,) in found]
            if not persons:
                return Rebuilt(changed, tuple(clashes))
            rows = _should_be(connection, vault, key, persons)
            wrong = _wrong(cursor, persons, rows)
            changed += len(wrong)
            clashes += _write(cursor, wrong, [row for row in rows if row.person in wrong])
            last = persons[-1]


def _should_be(
    connection: Connection[Any], vault: Vault, key: bytes, persons: list[PersonId]
) -> list[SearchRow]:
    """A document that stands under a duplicate of hers is not written a second time."""
    events = _events(connection, persons)
    duplicates = {person: _duplicates(each) for person, each in events.items()}
    others = {each for found in duplicates.values() for each in found}
    events |= _events(connection, sorted(others - events.keys()))
    listed = [person for person, each in events.items() if forgetting.is_listed(each)]
    newest = vault.latest(connection, listed, [PaperKind.contact])
    rows = {
        name.person: list(index.rows_of(key, name.person, opened.paper))
        for name, opened in newest.items()
        if isinstance(opened.paper, Contact)
    }
    return [
        row
        for person in persons
        for row in rows.get(person, ())
        if not any(_is_of(row, rows.get(each, ())) for each in duplicates[person])
    ]


def _is_of(row: SearchRow, hers: Iterable[SearchRow]) -> bool:
    """Whether it is the document that she has under that other id."""
    return row.kind is SearchKind.document and any(row[1:] == each[1:] for each in hers)


def _events(connection: Connection[Any], persons: list[PersonId]) -> dict[PersonId, list[object]]:
    streams = {people.stream(person): person for person in persons}
    events: dict[PersonId, list[object]] = {person: [] for person in persons}
    with cursor_of(connection) as cursor:
        for name, topic, state in cursor.execute(_STREAMS, [texts(list(streams))]).fetchall():
            events[streams[name]].append(decode_event(topic, state))
    return events


def _duplicates(events: Iterable[object]) -> tuple[PersonId, ...]:
    """Her other ids, if this is the one that is kept."""
    told = (each for each in events if isinstance(each, PersonsMerged | PersonsSeparated))
    return reduce(identity_records.evolve, told, identity_records.ONE_ID).duplicates


def _wrong(cursor: Rows, persons: list[PersonId], rows: list[SearchRow]) -> set[PersonId]:
    """Whose rows are not what they should be."""
    stored: set[tuple[str, ...]] = set(cursor.execute(_ROWS, [texts(persons)]))
    wanted: set[tuple[Any, ...]] = {tuple(row) for row in rows}
    return {PersonId(person) for person, *_ in stored ^ wanted}


def _write(cursor: Rows, persons: set[PersonId], rows: list[SearchRow]) -> list[PersonId]:
    """Replace the rows of these; whoever cannot have hers is answered."""
    cursor.execute(_DELETE, [texts(persons)])
    columns = (
        texts([row.person for row in rows]),
        texts([row.kind.value for row in rows]),
        blobs([row.digest for row in rows]),
    )
    written = set(cursor.execute(_INSERT, columns).fetchall())
    return [row.person for row in rows if (row.person, row.kind) not in written]
