"""Who took part in the life of a community: persons, who must be counted and cannot be added up.

One takes part by service, by a contribution under one's name, and by coming to a council.
Each occasion is a row, with the position at which it was taken back; so persons are counted in any
view, in the time it takes to read a season's occasions. What is asked most, a whole season,
is counted beforehand by occurrence and by booking: the standing occasions of each person in each
season, and her turns, the positions at which she began or ceased to have any. Turns add up, by
month of recording too, so that a count as known at a position costs hardly more than one of now.
Service counts twice, as an occasion like any other and for itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, LiteralString

from ledger.domain.contribution_records import ContributionRecorded, ContributionWithdrawn
from ledger.domain.councils import AttendanceWithdrawn, MeetingAttended
from ledger.domain.service_records import ServiceCredited, ServiceReinstated, ServiceReversed
from ledger.domain.values import Month, month_of
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
    PRIMARY KEY (source, person, occasion, position)
);
CREATE INDEX occasions_occurred ON {s}.occasions (occurred_on);
CREATE INDEX occasions_booked ON {s}.occasions (booked_in);
CREATE TABLE {s}.people (   -- how often
    person           text COLLATE "C" NOT NULL,
    season           text COLLATE "C" NOT NULL,
    community        text COLLATE "C" NOT NULL,
    served           integer NOT NULL,
    took_part        integer NOT NULL,
    served_booked    integer NOT NULL,
    took_part_booked integer NOT NULL,
    PRIMARY KEY (person, season, community)
) WITH (fillfactor = 80);  -- the seasons of now change in place
CREATE TABLE {s}.turns (    -- 1 where a person begins, -1 where she ceases
    season           text COLLATE "C" NOT NULL,
    recorded_in      text COLLATE "C" NOT NULL,
    position         bigint NOT NULL,
    community        text COLLATE "C" NOT NULL,
    served           smallint NOT NULL,
    took_part        smallint NOT NULL,
    served_booked    smallint NOT NULL,
    took_part_booked smallint NOT NULL,
    PRIMARY KEY (season, recorded_in, position)
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
COPY {s}.occasions (source, person, occasion, position, community, occurred_on, booked_in)
FROM STDIN
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


def _each(expression: LiteralString) -> LiteralString:
    """The expression for each of the columns that count."""
    return ", ".join([expression.replace("{each}", column) for column in COLUMNS])


COUNT: Final = (
    """
WITH change AS (
    SELECT person, season, community, recorded_in, position, served, took_part,
           held * served_booked AS served_booked, held * took_part_booked AS took_part_booked
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
                %s::bigint[], %s::integer[], %s::integer[], %s::integer[], %s::integer[])
        AS given (source, person, occasion, season, community, recorded_in, position, {columns})
    LEFT JOIN LATERAL (
        SELECT booked_in FROM {s}.occasions AS taken
        WHERE took_part_booked < 0
          AND (taken.source, taken.person, taken.occasion, taken.ended_position)
            = (given.source, given.person, given.occasion, given.position)
        LIMIT 1) AS ended ON true
    CROSS JOIN LATERAL (
        SELECT (booked_in IS NULL OR season IN (booked_in, left(booked_in, 4), 'all',
            to_char(to_date(booked_in, 'YYYY-MM'), 'YYYY-"Q"Q')))::int AS held) AS holding),
standing AS (
    SELECT change.*, {after}
    FROM change LEFT JOIN {s}.people AS known USING (person, season, community)
    WINDOW until AS (PARTITION BY person, season, community ORDER BY position)),
changed AS (
    INSERT INTO {s}.people AS known
    SELECT person, season, community, {sums} FROM change GROUP BY person, season, community
    ON CONFLICT (person, season, community) DO UPDATE SET {grown}),
turned AS (
    INSERT INTO {s}.turns
    SELECT * FROM (SELECT season, recorded_in, position, community, {turns} FROM standing)
        AS turn (season, recorded_in, position, community, {columns})
    WHERE ({columns}) <> (0, 0, 0, 0)
    RETURNING *)
INSERT INTO {s}.counts AS known
SELECT season, recorded_in, community, {sums} FROM turned GROUP BY season, recorded_in, community
ON CONFLICT (season, recorded_in, community) DO UPDATE SET {grown}
""".replace("{columns}", _each("{each}"))
    .replace(
        "{after}", _each("coalesce(known.{each}, 0) + sum(change.{each}) OVER until {each}_now")
    )
    .replace("{turns}", _each("({each}_now > 0)::int - ({each}_now > {each})::int"))
    .replace("{sums}", _each("sum({each})"))
    .replace("{grown}", _each("{each} = known.{each} + excluded.{each}"))
)
"""By booking, what ends an occasion counts in the seasons that hold both: what was booked in one
season and taken back in a later one still counts in the first, and was never in the second."""


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
    changes.copy(TAKE_PART, [_occasion(at) for at in taken])
    changes.write(END, [_ending(at) for at in ended])
    changes.write(COUNT, _people(taken, ended))


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


def _people(taken: Iterable[Recorded], ended: Iterable[Recorded]) -> Iterator[tuple[Any, ...]]:
    """What ends an occasion is of the day of what it takes back, so of its seasons too."""
    for run, sign in ((taken, 1), (ended, -1)):
        for at in run:
            event = at.event
            occurred, booked = seasons(month_of(event.occurred_on)), seasons(event.booked_in)
            recorded = event.community, month_of(at.recorded_at.date()), at.position
            for season in dict.fromkeys((*occurred, *booked)):
                once = sign * (season in occurred), sign * (season in booked)
                served = once if isinstance(event, SERVED) else (0, 0)
                counts = served[0], once[0], served[1], once[1]
                yield *_key(event), season, *recorded, *counts


@lru_cache(maxsize=4096)
def seasons(month: Month) -> tuple[str, ...]:
    """The names of all seasons that hold the month: itself, its quarter and year, and all time."""
    year, number = month.split("-")
    return month, f"{year}-Q{(int(number) + 2) // 3}", year, "all"
