"""The index: a person is found by her whole name, her number, phone or document, none of it stored.

A row is HMAC-SHA256, under a key of the ledger's own, of the kind and the text as it is compared:
NFKC, without spaces and hyphens, case folded, a document's letters in capitals. So who has the
database but no master key learns not even whom to ask for. Digits are left as they are: a document
of fifteen is not one of eighteen.

Rows follow the newest contact paper, in the transaction that writes it, and go with the person.
Of one document there is one person: `ledger.append` answers who else would have it. Where another
id of hers has it already, that row stands for both.
"""

import hmac
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from psycopg import Connection

from ledger.domain.facts import Contact
from ledger.domain.values import PersonId
from ledger.store.arrays import blobs
from ledger.vault.connections import cursor_of
from ledger.vault.sealing import Draft, SearchKind, SearchRow

KEY: Final = "search-index"
"""The name of the ledger's key for it."""
FOUND_MOST: Final = 100
_UNCOMPARED: Final = re.compile(r"[\s\-‐-―－·]+")
_FIND: Final = """
SELECT person FROM vault.search_key WHERE kind = %s AND digest = %s ORDER BY person LIMIT %s
"""
_HOLDERS: Final = """
SELECT digest, person FROM vault.search_key WHERE kind = 'document' AND digest = ANY (%b::bytea[])
"""


def compared(kind: SearchKind, text: str) -> str:
    """The text as it is compared with others of its kind."""
    plain = _UNCOMPARED.sub("", unicodedata.normalize("NFKC", text))
    return plain.upper() if kind is SearchKind.document else plain.casefold()


def digest(key: bytes, kind: SearchKind, text: str) -> bytes:
    """The 32 bytes that stand for it."""
    return hmac.digest(key, f"{kind}|{compared(kind, text)}".encode(), "sha256")


def rows_of(key: bytes, person: PersonId, contact: Contact) -> Iterator[SearchRow]:
    """By what this contact paper lets her be found."""
    texts = {
        SearchKind.name: contact.name,
        SearchKind.number: contact.volunteer_number,
        SearchKind.phone: contact.phone,
        SearchKind.document: contact.identity_document,
    }
    for kind, text in texts.items():
        if text is not None:
            yield SearchRow(person, kind, digest(key, kind, text))


def newest_contacts(drafts: Iterable[Draft]) -> dict[PersonId, Contact]:
    """Of each person who gets contact papers, the last one; in the order of those."""
    newest: dict[PersonId, Contact] = {}
    for draft in drafts:
        if isinstance(draft.prepared.paper, Contact):
            newest.pop(draft.person, None)
            newest[draft.person] = draft.prepared.paper
    return newest


def rows_of_all(
    connection: Connection[Any], key: bytes, drafts: Collection[Draft]
) -> tuple[SearchRow, ...]:
    """By what these contact papers let their persons be found, the last of each."""
    rows = [row for each in newest_contacts(drafts).items() for row in rows_of(key, *each)]
    others = {draft.person: draft.others for draft in drafts if draft.others}
    return tuple(_unless_hers_already(connection, rows, others) if others else rows)


def _unless_hers_already(
    connection: Connection[Any],
    rows: Iterable[SearchRow],
    others: Mapping[PersonId, Collection[PersonId]],
) -> Iterator[SearchRow]:
    """These rows without the documents by which she is found under another id of hers."""
    asked = list(rows)
    documents = [row.digest for row in asked if row.kind is SearchKind.document]
    with cursor_of(connection) as cursor:
        found: list[tuple[bytes, PersonId]] = cursor.execute(
            _HOLDERS, [blobs(documents)]
        ).fetchall()
    holders = dict(found)
    for row in asked:
        is_held = row.kind is SearchKind.document and row.digest in holders
        if not is_held or holders[row.digest] not in others.get(row.person, ()):
            yield row


def find(
    connection: Connection[Any], key: bytes, kind: SearchKind, text: str
) -> Collection[PersonId]:
    """Who is found by exactly this, at most a hundred; `key` is the ledger's of that name."""
    with cursor_of(connection) as cursor:
        rows = cursor.execute(_FIND, [kind, digest(key, kind, text), FOUND_MOST]).fetchall()
    return [PersonId(person) for (person,) in rows]
