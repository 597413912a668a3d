"""Who took part in the life of a community: persons, who must be counted and cannot be added up.

One takes part by service, by a contribution under one's name, and by coming to a council.
Each occasion is a row, with the position at which it was taken back; so persons are counted in any
view, in the time it takes to read a season's occasions. What is asked most, by occurrence and as
known now, is counted beforehand: the standing occasions of each person in each season, and how many
persons have any. Service counts twice, as an occasion like any other and for itself.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

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
    PRIMARY KEY (source, person, occasion, position)
);
CREATE INDEX occasions_occurred ON {s}.occasions (occurred_on);
CREATE INDEX occasions_booked ON {s}.occasions (booked_in);
CREATE TABLE {s}.people (
    person    text COLLATE "C" NOT NULL,
    season    text COLLATE "C" NOT NULL,
    community text COLLATE "C" NOT NULL,
    services  integer NOT NULL,
    occasions integer NOT NULL,
    PRIMARY KEY (person, season, community)
) WITH (fillfactor = 80);  -- the seasons of now change in place
CREATE TABLE {s}.counts (
    season       text COLLATE "C" NOT NULL,
    community    text COLLATE "C" NOT NULL,
    active       bigint NOT NULL,
    participants bigint NOT NULL,
    PRIMARY KEY (season, community)
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
COUNT: Final = """
WITH change (person, season, community, services, occasions) AS (
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::integer[], %s::integer[])),
changed AS (
    INSERT INTO {s}.people AS known SELECT * FROM change
    ON CONFLICT (person, season, community) DO UPDATE SET
        services = known.services + excluded.services,
        occasions = known.occasions + excluded.occasions
    RETURNING *)
INSERT INTO {s}.counts AS known
SELECT season, community,
       sum((services > 0)::int - (services > new_services)::int),
       sum((occasions > 0)::int - (occasions > new_occasions)::int)
FROM (
    SELECT person, season, community, sum(services) AS services, sum(occasions) AS occasions,
           sum(new_services) AS new_services, sum(new_occasions) AS new_occasions
    FROM (  -- not joined: the planner cannot know how many there are, and might loop over both
        SELECT *, 0 AS new_services, 0 AS new_occasions FROM changed
        UNION ALL
        SELECT person, season, community, 0, 0, services, occasions FROM change) AS halves
    GROUP BY person, season, community) AS person
GROUP BY season, community
ON CONFLICT (season, community) DO UPDATE SET
    active = known.active + excluded.active,
    participants = known.participants + excluded.participants
"""


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


def _people(taken: Iterable[Recorded], ended: Iterable[Recorded]) -> Iterable[tuple[Any, ...]]:
    """What ends an occasion is of the day of what it takes back, so of its seasons too."""
    services: Counter[tuple[Any, ...]] = Counter()
    occasions: Counter[tuple[Any, ...]] = Counter()
    for run, sign in ((taken, 1), (ended, -1)):
        for at in run:
            served = sign if isinstance(at.event, SERVED) else 0
            for season in seasons(at.event.occurred_on):
                key = at.event.person, season, at.event.community
                services[key] += served
                occasions[key] += sign
    return ((*key, services[key], occasions[key]) for key in sorted(occasions))


@lru_cache(maxsize=4096)
def seasons(day: date) -> tuple[str, ...]:
    """The names of all seasons that hold the day: its month, quarter and year, and all time."""
    return month_of(day), f"{day.year}-Q{(day.month + 2) // 3}", f"{day.year}", "all"
