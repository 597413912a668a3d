"""Others: rows that somebody else has imported, which is known by their keys and requests.

Keys are each actor's own: the same key in other hands may have been used for anything. So whoever
has it is asked for, and the ledger is asked whether it was this very request; then the row is there
already, and if not, the key is still free for whoever imports now.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from psycopg import Connection

from ledger.deciding.answers import Accepted, Unit
from ledger.domain.authority import Authority
from ledger.domain.values import PersonId
from ledger.engine import Ledger
from ledger.exchange.records import KEY_PREFIX, Record
from ledger.vault.connections import cursor_of

OWNERS: Final = """
WITH RECURSIVE actors (actor) AS (  -- one step in the index for each, however many keys it has
    (SELECT actor FROM ledger.command_keys ORDER BY actor LIMIT 1)
    UNION ALL
    SELECT (SELECT later.actor FROM ledger.command_keys AS later
            WHERE later.actor > actors.actor ORDER BY later.actor LIMIT 1)
    FROM actors WHERE actors.actor IS NOT NULL
)
SELECT owned.key, actors.actor
FROM actors CROSS JOIN LATERAL (
    SELECT key FROM ledger.command_keys AS its
    WHERE its.actor = actors.actor AND its.key = ANY(CASE WHEN EXISTS (
        SELECT FROM ledger.command_keys AS near  -- most actors have none like these
        WHERE near.actor = actors.actor AND near.key BETWEEN %(first)s AND %(last)s
    ) THEN %(keys)s::text[] END)
) AS owned
WHERE actors.actor <> %(actor)s
"""


def imported_by_others(ledger: Ledger, records: Sequence[Record], actor: PersonId) -> set[int]:
    """The rows of those records that somebody else than the actor has brought in before."""
    with ledger.recorder.datastore.get_connection() as connection:
        owners = _owners(connection, records, actor)
    asked = [(record, owner) for record in records for owner in owners[record.key]]
    units = [
        Unit(Authority.alike(owner, (), None), record.key, (record.command,))
        for record, owner in asked
    ]
    answers = ledger.execute(units, dry_run=True) if units else ()
    return {
        record.row
        for (record, _), answer in zip(asked, answers, strict=True)
        if isinstance(answer, Accepted) and answer.replayed
    }


def _owners(
    connection: Connection[Any], records: Sequence[Record], actor: PersonId
) -> dict[str, list[PersonId]]:
    """Who else has used each key."""
    owners: dict[str, list[PersonId]] = defaultdict(list)
    keys = sorted({record.key for record in records})
    with cursor_of(connection) as cursor:
        for _, group in groupby(keys, lambda key: key.startswith(KEY_PREFIX)):
            alike = list(group)
            values = {"keys": alike, "first": alike[0], "last": alike[-1], "actor": actor}
            for key, owner in cursor.execute(OWNERS, values):
                owners[key].append(owner)
    return owners
