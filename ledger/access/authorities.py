"""Authorities: what a person may do today, folded from the log itself, so that nothing lags."""

from datetime import UTC, datetime
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.domain import grant_records, people
from ledger.domain.authority import Authority
from ledger.domain.catalogue import kind_of
from ledger.domain.community_records import SHANGHAI
from ledger.domain.decisions import Stream
from ledger.domain.grant_records import Grants
from ledger.domain.values import PersonId, local_day
from ledger.store.codec import decode_event

EVENTS: Final = """
SELECT originator_id, topic, state FROM ledger.stored_events
WHERE originator_id = ANY (%s) ORDER BY originator_version
"""


def of(connection: Connection[Any], person: PersonId, now: datetime | None = None) -> Authority:
    """Her roles of today, each with its reach; none for whoever was granted nothing, or died."""
    grants, registered = grant_records.stream(person), people.stream(person)
    states = _folded(connection, grants, registered)
    today = local_day(now or datetime.now(UTC), SHANGHAI)
    return grant_records.authority(person, states[grants], states[registered], today)


def of_a_volunteer(connection: Connection[Any], person: PersonId) -> Authority:
    """What every registered person may do at home, whatever was granted to her beside it."""
    registered = people.stream(person)
    states = _folded(connection, registered)
    today = local_day(datetime.now(UTC), SHANGHAI)
    return grant_records.authority(person, Grants(), states[registered], today)


def _folded(connection: Connection[Any], *streams: Stream[Any]) -> dict[Stream[Any], Any]:
    states = {each: kind_of(each).initial for each in streams}
    with connection.cursor(row_factory=tuple_row) as cursor:
        for name, topic, state in cursor.execute(EVENTS, (list(states),)):
            stream = Stream[Any](name)
            states[stream] = kind_of(stream).evolve(states[stream], decode_event(topic, state))
    return states
