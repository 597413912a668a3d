"""A real log of events made by hand, a few hours apart, and the read models that folded it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg import Connection

from ledger.domain.catalogue import NAME_OF_EVENT
from ledger.domain.decisions import Happening
from ledger.projections import rebuild
from ledger.projections.model import ReadModel
from ledger.store.codec import NONCE_BYTES, encode
from tests.builders import CLERK

DAWN = datetime(2026, 3, 1, tzinfo=UTC)
HOURS = 7

EVENT = """
INSERT INTO ledger.stored_events
    (originator_id, originator_version, topic, state, notification_id) VALUES (%s, %s, %s, %s, %s)
"""
BATCH = "INSERT INTO ledger.batches VALUES (%s, %s, %s)"


def recorded_at(position: int) -> datetime:
    """When the event at that position was recorded."""
    return DAWN + timedelta(hours=HOURS * position)


@contextmanager
def written(
    url: str, models: Sequence[ReadModel], *events: object | Happening
) -> Iterator[Connection[Any]]:
    """A connection to a database whose log holds these events, or (stream, event), from 1 on."""
    with psycopg.connect(url, autocommit=True) as connection:
        for position, event in enumerate(events, start=1):
            write(connection, position, event)
        rebuild.prepare(url, models)
        yield connection


def write(connection: Connection[Any], position: int, event: object | Happening) -> None:
    """One event into the log, and nowhere else."""
    stream, fact = event if isinstance(event, tuple) else (f"stream-{position}", event)
    at, nonce = recorded_at(position), bytes(NONCE_BYTES)
    state = encode(fact, actor=CLERK, command="key", decided_at=at, nonce=nonce)
    row = (stream, position, NAME_OF_EVENT[type(fact)], state, position)
    connection.execute(EVENT, row)
    connection.execute(BATCH, (position, position, at))
