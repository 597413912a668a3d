"""Who took part in the life of a community: persons, who must be counted and cannot be added up.

One takes part by service, by a contribution under one's name, and by coming to a council.
Each occasion is a row, with the position at which it was taken back. In a season a person counts
from the first of her days on. So what is kept are turns: the positions at which a day came to be
somebody's first or ceased to be it, by occurrence and by booking. Turns add up in any view: those
of a season up to a day are read one by one, a whole season is added up by month of recording.
Service counts twice, as an occasion like any other and for itself.
Whose a day is says `counts_as`: the id that she is kept as, for as long as two are known to be one
person's. How they become one, and two again, is in `league_duplicates`.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final, LiteralString

from ledger.domain.contribution_records import ContributionRecorded, ContributionWithdrawn
from ledger.domain.councils import AttendanceWithdrawn, MeetingAttended
from ledger.domain.service_records import ServiceCredited, ServiceReinstated, ServiceReversed
from ledger.domain.values import month_of
from ledger.projections.model import Changes, of_type
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.occasions (
    source          text COLLATE "C" NOT NULL,
    person          text COLLATE "C" NOT NULL,
    occasion        text COLLATE "C" NOT NULL,
    position        bigint NOT NULL,
    community       text COLLATE "C" NOT NULL,
    occurred_on     date NOT NULL,
    booked_in       text COLLATE "C" NOT NULL,
    ended_position  bigint,
    ended_booked_in text COLLATE "C",
    counts_as       text COLLATE "C" NOT NULL,
    PRIMARY KEY (source, person, occasion, position)
);
CREATE INDEX occasions_occurred ON {s}.occasions (counts_as, community, occurred_on);
CREATE INDEX occasions_booked ON {s}.occasions (counts_as, booked_in);
CREATE TABLE {s}.turns (    -- 1 where it comes to be a person's first day, -1 where it ceases
    season           text COLLATE "C" NOT NULL,
    recorded_in      text COLLATE "C" NOT NULL,
    position         bigint NOT NULL,
    first_on         date NOT NULL,
    community        text COLLATE "C" NOT NULL,
    served           smallint NOT NULL,
    took_part        smallint NOT NULL,
    served_booked    smallint NOT NULL,
    took_part_booked smallint NOT NULL,
    PRIMARY KEY (season, recorded_in, position, first_on, community)
);
CREATE TABLE {s}.counts (   -- how many persons: the turns of a month of recording, added up
    season           text COLLATE "C" NOT NULL,
    recorded_in      text COLLATE "C" NOT NULL,
    community        text COLLATE "C" NOT NULL,
    served           bigint NOT NULL,
    took_part        bigint NOT NULL,
    served_booked    bigint NOT NULL,
    took_part_booked bigint NOT NULL,
    PRIMARY KEY (season, recorded_in, community)
);
"""

TAKE_PART: Final = """
INSERT INTO {s}.occasions (
    source, person, occasion, position, community, occurred_on, booked_in, counts_as)
SELECT source, person, occasion, given.position, community, occurred_on, booked_in,
       coalesce(kept_as, person)
FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::date[], %s::text[])
    AS given (source, person, occasion, position, community, occurred_on, booked_in)
LEFT JOIN (SELECT person, kept_as FROM {s}.duplicates WHERE ended_position IS NULL) AS duplicate
    USING (person)
"""
END: Final = """
UPDATE {s}.occasions AS taken
SET ended_position = ending.position, ended_booked_in = ending.booked_in
FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[])
    AS ending (source, person, occasion, position, booked_in)
WHERE (taken.source, taken.person, taken.occasion)
    = (ending.source, ending.person, ending.occasion)
  AND taken.position = (
      SELECT max(before.position) FROM {s}.occasions AS before
      WHERE (before.source, before.person, before.occasion)
          = (ending.source, ending.person, ending.occasion)
        AND before.position < ending.position)
"""
COLUMNS: Final = ("served", "took_part", "served_booked", "took_part_booked")


def each_column(expression: LiteralString) -> LiteralString:
    """The expression for each of the columns that count."""
    return ", ".join([expression.replace("{each}", column) for column in COLUMNS])


SEASONS: Final = """(VALUES
        (to_char(day, 'YYYY-MM'), date_trunc('month', day)::date,
         (date_trunc('month', day) + interval '1 month - 1 day')::date),
        (to_char(day, 'YYYY-"Q"Q'), date_trunc('quarter', day)::date,
         (date_trunc('quarter', day) + interval '3 months - 1 day')::date),
        (to_char(day, 'YYYY'), date_trunc('year', day)::date,
         (date_trunc('year', day) + interval '1 year - 1 day')::date),
        ('all', date '0001-01-01', date '9999-12-31')) AS season (season, first, last)"""
"""The seasons that hold a `day`."""
ADD_UP: Final = """
INSERT INTO {s}.counts AS known
SELECT season, recorded_in, community, {sums} FROM turned GROUP BY season, recorded_in, community
ON CONFLICT (season, recorded_in, community) DO UPDATE SET {grown}
""".replace("{sums}", each_column("sum({each})")).replace(
    "{grown}", each_column("{each} = known.{each} + excluded.{each}")
)
"""What `turned` comes to, by month of recording."""
COUNT: Final = (
    """
WITH change AS MATERIALIZED (
    SELECT source = 'service' AS serves, counts_as, community, occurred_on, booked_in,
           CASE sign WHEN -1 THEN ended_booked_in END AS ended_booked_in,
           given.position, recorded_in, sign
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::integer[], %s::text[])
        AS given (source, person, occasion, position, sign, recorded_in)
    JOIN {s}.occasions AS taken USING (source, person, occasion)
    WHERE given.position = CASE sign WHEN 1 THEN taken.position ELSE ended_position END),
season AS MATERIALIZED (
    SELECT DISTINCT season, first, last,
           to_char(first, 'YYYY-MM') AS first_month, to_char(last, 'YYYY-MM') AS last_month
    FROM (SELECT occurred_on::timestamp FROM change
          UNION SELECT to_date(booked_in, 'YYYY-MM') FROM change) AS days (day)
    CROSS JOIN LATERAL {seasons}),
near AS MATERIALIZED (
    SELECT change.*,
        CASE WHEN serves THEN ({other} AND other.source = 'service' {before}) END AS served_before,
        CASE WHEN serves THEN ({other} AND other.source = 'service' {after}) END AS served_after,
        ({other} {before}) AS took_part_before, ({other} {after}) AS took_part_after
    FROM change),
beside AS MATERIALIZED (
    SELECT season, recorded_in, position, community, occurred_on,
        sign * serves::int * occurred::int AS served, sign * occurred::int AS took_part,
        sign * serves::int * booked::int AS served_booked, sign * booked::int AS took_part_booked,
        coalesce(CASE WHEN served_before >= first THEN served_before END,
                 CASE WHEN served_after <= last THEN served_after END) AS served_else,
        coalesce(CASE WHEN took_part_before >= first THEN took_part_before END,
                 CASE WHEN took_part_after <= last THEN took_part_after END) AS took_part_else,
        CASE season WHEN 'all' THEN coalesce(served_before, served_after)
            ELSE first_served END AS served_booked_else,
        CASE season WHEN 'all' THEN coalesce(took_part_before, took_part_after)
            ELSE first_took_part END AS took_part_booked_else
    FROM near JOIN season ON occurred_on BETWEEN first AND last
        OR booked_in BETWEEN first_month AND last_month
    CROSS JOIN LATERAL (SELECT occurred_on BETWEEN first AND last AS occurred,
        booked_in BETWEEN first_month AND last_month
        AND (ended_booked_in BETWEEN first_month AND last_month) IS NOT FALSE AS booked) AS it
    LEFT JOIN LATERAL (
        SELECT min(other.occurred_on) AS first_took_part,
               min(other.occurred_on) FILTER (WHERE other.source = 'service') AS first_served
        FROM {s}.occasions AS other
        WHERE (other.counts_as, other.community) = (near.counts_as, near.community)
          AND other.booked_in BETWEEN first_month AND last_month AND other.position < near.position
          AND (other.ended_position <= near.position
               AND other.ended_booked_in BETWEEN first_month AND last_month) IS NOT TRUE
        ) AS others ON booked AND season <> 'all'),  -- whatever is booked, it is within all time
turned AS (
    INSERT INTO {s}.turns
    SELECT DISTINCT * FROM (
        SELECT season, recorded_in, position, first_on, community, {turns}
        FROM beside CROSS JOIN unnest(ARRAY[occurred_on, {elses}]) AS first_on)
        AS turn (season, recorded_in, position, first_on, community, {columns})
    WHERE ({columns}) <> (0, 0, 0, 0)
    RETURNING *)
{add_up}""".replace("{seasons}", SEASONS)
    .replace("{add_up}", ADD_UP)
    .replace("{columns}", each_column("{each}"))
    .replace("{elses}", each_column("{each}_else"))
    .replace(
        "{turns}",
        each_column("""{each} * CASE WHEN {each}_else <= occurred_on THEN 0
            WHEN first_on = occurred_on THEN 1 WHEN first_on = {each}_else THEN -1 ELSE 0 END"""),
    )
    .replace(
        "{before}",
        """AND other.occurred_on <= change.occurred_on
            ORDER BY other.occurred_on DESC LIMIT 1""",
    )
    .replace(
        "{after}",
        """AND other.occurred_on > change.occurred_on
            ORDER BY other.occurred_on LIMIT 1""",
    )
    .replace(
        "{other}",
        """SELECT other.occurred_on FROM {s}.occasions AS other
            WHERE (other.counts_as, other.community) = (change.counts_as, change.community)
              AND other.position < change.position
              AND (other.ended_position <= change.position) IS NOT TRUE""",
    )
)
"""Beside each change stands another day on which she took part: one not later than its own, if the
season has any, or else the next one. In the first case nothing turns; in the second her first day
moves between the two. By booking, what ends an occasion counts in the seasons that hold both: what
was booked in one season and taken back in a later one still counts in the first, and was never in
the second."""


class Source(StrEnum):
    """How one takes part; a new way is one more word here, and the events that tell of it."""

    service = "service"
    contribution = "contribution"
    council = "council"


SERVED: Final = (ServiceCredited, ServiceReinstated, ServiceReversed)
CAME: Final = (MeetingAttended, AttendanceWithdrawn)
TAKEN: Final = (ServiceCredited, ServiceReinstated, ContributionRecorded, MeetingAttended)
ENDED: Final = (ServiceReversed, ContributionWithdrawn, AttendanceWithdrawn)


def count(events: Sequence[Recorded], changes: Changes) -> None:
    """Enter occasions and what ended them, and count the people of both.

    Service that stands again is one more occasion, so that both are known from their positions on.
    """
    taken = [at for at in of_type(events, *TAKEN) if at.event.person is not None]
    ended = [at for at in of_type(events, *ENDED) if at.event.person is not None]
    changes.write(TAKE_PART, [_occasion(at) for at in taken])
    changes.write(END, [_ending(at) for at in ended])
    changes.write(COUNT, [*(_change(at, 1) for at in taken), *(_change(at, -1) for at in ended)])


def _occasion(at: Recorded) -> tuple[Any, ...]:
    key = (*_key(at.event), at.position)
    return (*key, at.event.community, at.event.occurred_on, at.event.booked_in)


def _ending(at: Recorded) -> tuple[Any, ...]:
    return (*_key(at.event), at.position, at.event.booked_in)


def _key(event: Any) -> tuple[Source, str, str]:  # noqa: ANN401 - one of the events above
    """How she took part, who she is, and in what."""
    if isinstance(event, SERVED):
        return Source.service, event.person, event.shift
    if isinstance(event, CAME):
        return Source.council, event.person, event.meeting
    return Source.contribution, event.person, event.contribution


def _change(at: Recorded, sign: int) -> tuple[Any, ...]:
    return (*_key(at.event), at.position, sign, month_of(at.recorded_at.date()))
