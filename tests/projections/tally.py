"""A read model that shows every double and every gap, and a real log for it to fold.

The tally counts events and adds up the residents of each community; neither forgives folding twice.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.domain.catalogue import NAME_OF_EVENT
from ledger.domain.community_records import PopulationRecorded
from ledger.domain.values import CommunityId, Count
from ledger.projections.model import Changes, ReadModel, Sums
from ledger.projections.projector import Projector
from ledger.store.codec import NONCE_BYTES, Recorded, encode
from ledger.store.datastore import LedgerDatastore
from ledger.store.recorder import Batch, LedgerRecorder
from tests.builders import CLERK

NEW_YEAR = date(2026, 1, 1)
COMMUNITIES = tuple(CommunityId(name) for name in ("jinning", "xianhu", "xilian"))
_keys = count(1)

TABLES = """
CREATE TABLE {s}.residents (
    community text PRIMARY KEY, residents bigint NOT NULL, events bigint NOT NULL
);
CREATE TABLE {s}.seen (position bigint PRIMARY KEY);
"""
ADD = """
INSERT INTO {s}.residents AS old
SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bigint[])
ON CONFLICT (community) DO UPDATE
SET residents = old.residents + excluded.residents, events = old.events + excluded.events
"""
SEE = "COPY {s}.seen (position) FROM STDIN"


def fold(events: Sequence[Recorded]) -> Changes:
    residents: Sums[str] = Sums()
    events_of: Sums[str] = Sums()
    for at in events:
        residents.add(at.event.community, at.event.residents)
        events_of.add(at.event.community, 1)
    changes = Changes()
    changes.write(ADD, [(name, total, events_of[name]) for name, total in residents.items()])
    changes.copy(SEE, [(at.position,) for at in events])
    return changes


TALLY = ReadModel("tally", 1, TABLES, fold)


def record(recorder: LedgerRecorder, events: int) -> int:
    """So many events in one append, 1, 2, 3 … residents in turn; the last position is answered."""
    known = recorder.load(0, [])
    now = datetime.now(UTC)
    key = f"key-{next(_keys)}-{known.tail}"
    batch = Batch(known.epoch, known.tail, known.stamp, [], now, [CLERK], [key], [b""], [events])
    for position in range(known.tail + 1, known.tail + 1 + events):
        community = COMMUNITIES[position % len(COMMUNITIES)]
        event = PopulationRecorded(community, Count(position), NEW_YEAR, NEW_YEAR)
        batch.streams.append(f"community-{community}-{position}")
        batch.versions.append(1)
        batch.names.append(NAME_OF_EVENT[PopulationRecorded])
        state = encode(event, actor=CLERK, command=key, decided_at=now, nonce=bytes(NONCE_BYTES))
        batch.states.append(state)
    answer = recorder.append(batch)
    assert answer.status == "appended", answer
    return answer.tail + events


def told(connection: Connection[Any]) -> tuple[int, int]:
    """How many events the tally counts and where it says it stands, in one snapshot."""
    row = (
        connection.cursor(row_factory=tuple_row)
        .execute("""
            SELECT (SELECT coalesce(sum(events), 0) FROM tally.residents)::bigint,
                   coalesce((SELECT notification_id FROM ledger.notification_tracking
                             WHERE application_name = 'tally'), 0)""")
        .fetchone()
    )
    assert row
    return int(row[0]), int(row[1])


def is_right_at(url: str, position: int) -> bool:
    """Whether each of the events 1 … position was folded once, and nothing else."""
    with psycopg.connect(url) as connection:
        row = connection.execute("""
            SELECT sum(residents)::bigint, sum(events)::bigint,
                   (SELECT count(*) FROM tally.seen) FROM tally.residents""").fetchone()
        standing = told(connection)
    return row == (position * (position + 1) // 2, position, position) and (
        standing == (position, position)
    )


@contextmanager
def projecting(url: str, *models: ReadModel) -> Iterator[tuple[LedgerRecorder, Projector]]:
    """A worker that can write to the log and fold it."""
    with LedgerDatastore(url) as datastore:
        yield LedgerRecorder(datastore), Projector(datastore, models)
