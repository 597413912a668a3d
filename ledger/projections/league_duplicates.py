"""Duplicates in the league tables: two ids of one person count as one while they are known to be.

Nothing that was counted is counted anew. Where the two are found to be one person, whoever has days
under both in a season had two first days there, and the later one ceases to be a first day: a turn
at the position at which that was found. Where they are separated it is one again, as far as days of
both stand then. So a league table as known before either says what it said.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from ledger.domain.identity_records import PersonsMerged, PersonsSeparated
from ledger.domain.values import month_of
from ledger.projections import league_people
from ledger.projections.league_people import ADD_UP, SEASONS, each_column
from ledger.projections.model import Changes
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.duplicates (
    person         text COLLATE "C" NOT NULL,
    kept_as        text COLLATE "C" NOT NULL,
    position       bigint NOT NULL,
    ended_position bigint,
    PRIMARY KEY (person, position)
);
"""
STANDING: Final = """(
    SELECT person, kept_as FROM league.duplicates
    WHERE position <= %(known)s AND (ended_position <= %(known)s) IS NOT TRUE)"""
"""The duplicates as known at a position, for whoever counts persons."""

TURN: Final = (
    """
WITH days AS (
    SELECT season, recorded_in, given.position, sign, community,
           taken.person = duplicate AS of_duplicate,
           min(occurred_on) FILTER (WHERE NOT booked AND source = 'service') AS served,
           min(occurred_on) FILTER (WHERE NOT booked) AS took_part,
           min(occurred_on) FILTER (WHERE booked AND source = 'service') AS served_booked,
           min(occurred_on) FILTER (WHERE booked) AS took_part_booked
    FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::text[], %s::integer[])
        AS given (kept, duplicate, position, recorded_in, sign)
    JOIN {s}.occasions AS taken ON counts_as IN (kept, duplicate)
    CROSS JOIN LATERAL (VALUES
        (false, occurred_on::timestamp), (true, to_date(booked_in, 'YYYY-MM'))) AS by (booked, day)
    CROSS JOIN LATERAL {seasons}
    WHERE ended_position IS NULL
       OR booked AND to_date(ended_booked_in, 'YYYY-MM') NOT BETWEEN first AND last
    GROUP BY season, recorded_in, given.position, sign, community, of_duplicate),
later AS (
    SELECT season, recorded_in, position, sign, community, {laters}
    FROM days GROUP BY season, recorded_in, position, sign, community),
turned AS (
    INSERT INTO {s}.turns
    SELECT season, recorded_in, position, first_on, community, {turns}
    FROM later CROSS JOIN LATERAL (SELECT DISTINCT unnest(ARRAY[{columns}])) AS turn (first_on)
    WHERE first_on IS NOT NULL
    RETURNING *)
{add_up}""".replace("{seasons}", SEASONS)
    .replace("{add_up}", ADD_UP)
    .replace("{columns}", each_column("{each}"))
    .replace("{laters}", each_column("CASE count({each}) WHEN 2 THEN max({each}) END AS {each}"))
    .replace("{turns}", each_column("sign * coalesce(first_on = {each}, false)::integer"))
)
MERGE: Final = "COPY {s}.duplicates (person, kept_as, position) FROM STDIN"
SEPARATE: Final = """
UPDATE {s}.duplicates AS duplicate SET ended_position = ending.position
FROM unnest(%s::text[], %s::bigint[]) AS ending (person, position)
WHERE duplicate.person = ending.person AND ended_position IS NULL
"""
COUNT_AS: Final = """
UPDATE {s}.occasions AS taken SET counts_as = becoming
FROM unnest(%s::text[], %s::text[], %s::text[]) AS given (duplicate, counted_as, becoming)
WHERE taken.counts_as = counted_as AND taken.person = duplicate
"""


def count(events: Sequence[Recorded], changes: Changes) -> None:
    """Count who took part; what came before two ids became one, or two, is counted before that."""
    for run, found in _runs(events):
        league_people.count(run, changes)
        if found is not None:
            _turn(found, changes)


def _runs(events: Sequence[Recorded]) -> Iterator[tuple[Sequence[Recorded], Recorded | None]]:
    """The events up to each one that says who is who, and those after the last of them."""
    start = 0
    for place, at in enumerate(events):
        if isinstance(at.event, (PersonsMerged, PersonsSeparated)):
            yield events[start:place], at
            start = place + 1
    yield events[start:], None


def _turn(at: Recorded, changes: Changes) -> None:
    event: PersonsMerged | PersonsSeparated = at.event
    kept, duplicate = event.person, event.duplicate
    merged = isinstance(event, PersonsMerged)
    recorded_in = month_of(at.recorded_at.date())
    sign = -1 if merged else 1
    changes.write(TURN, [(kept, duplicate, at.position, recorded_in, sign)])
    if merged:
        changes.copy(MERGE, [(duplicate, kept, at.position)])
        changes.write(COUNT_AS, [(duplicate, duplicate, kept)])
    else:
        changes.write(SEPARATE, [(duplicate, at.position)])
        changes.write(COUNT_AS, [(duplicate, kept, duplicate)])
