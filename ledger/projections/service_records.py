"""What is kept of people's service: every decision about a shift, and where the next one stands.

A record credited at position 10 and reversed at 20 counts as known at 15 and not as known at 25.
Minutes are credited by one row, taken back by another and given back by a third, each booked in its
own month, so a month of the books stays as it was closed. Minutes from before this ledger are a
record without a shift, one for each unit.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import msgspec

from ledger.domain.community_records import CommunityRegistered, ServiceRulesSet
from ledger.domain.person_records import PersonRegistered
from ledger.domain.service_records import (
    DeciderFoundRelated,
    OpeningMinutesImported,
    OpeningMinutesReversed,
    ServiceCredited,
    ServiceHeld,
    ServiceRefused,
    ServiceReinstated,
    ServiceReversed,
    StarGranted,
    Status,
)
from ledger.domain.values import CommunityId, Minutes, PersonId, UnitId, ZoneName
from ledger.projections import merges, remarks
from ledger.projections.model import Changes, ReadModel, of_type
from ledger.store.codec import Recorded

TABLES: Final = (
    """
CREATE TABLE {s}.records (
    person             text COLLATE "C" NOT NULL,
    shift              text COLLATE "C" NOT NULL,  -- empty for minutes from before this ledger
    position           bigint NOT NULL,
    status             text NOT NULL,
    community          text COLLATE "C" NOT NULL,
    occurred_on        date NOT NULL,
    decided_by         text NOT NULL,
    recorded_at        timestamptz NOT NULL,
    unit               text,
    starts_at          timestamptz,
    ends_at            timestamptz,
    service_minutes    bigint,
    grade              text,
    hold               text,
    late               text,
    reason             text,
    booked_in          text,
    adjusts            text,
    days               jsonb,
    confirmed_position bigint,
    confirmed_by       text,
    confirmed_at       timestamptz,
    until_position     bigint,                     -- where the next decision about it stands
    PRIMARY KEY (person, shift, position)
);
CREATE INDEX records_by_day ON {s}.records (person, occurred_on, position);
CREATE INDEX records_held ON {s}.records (person) WHERE status = 'held';
CREATE INDEX records_waiting ON {s}.records (community, position)
    WHERE status = 'held' AND until_position IS NULL;
CREATE INDEX records_that_waited ON {s}.records (community, position) INCLUDE (until_position)
    WHERE status = 'held';
CREATE TABLE {s}.communities (
    community text COLLATE "C" PRIMARY KEY,
    time_zone text NOT NULL
);
CREATE TABLE {s}.people (
    person    text COLLATE "C" PRIMARY KEY,
    community text COLLATE "C" NOT NULL,
    position  bigint NOT NULL
);
CREATE TABLE {s}.star_rules (
    community       text COLLATE "C" NOT NULL,
    valid_from      date NOT NULL,
    position        bigint NOT NULL,
    star_thresholds bigint[] NOT NULL,
    PRIMARY KEY (community, valid_from, position)
);
CREATE TABLE {s}.stars (
    person            text COLLATE "C" NOT NULL,
    star              bigint NOT NULL,
    position          bigint NOT NULL,
    community         text NOT NULL,
    occurred_on       date NOT NULL,
    granted_by        text NOT NULL,
    threshold_minutes bigint NOT NULL,
    service_minutes   bigint NOT NULL,
    PRIMARY KEY (person, star)
);
CREATE TABLE {s}.related (
    person      text COLLATE "C" NOT NULL,
    decider     text COLLATE "C" NOT NULL,
    position    bigint NOT NULL,
    occurred_on date NOT NULL,
    PRIMARY KEY (person, decider, position)
);
"""
    + remarks.TABLES
    + merges.TABLES
)

# -- folding -----------------------------------------------------------------------------------

ENTER: Final = """
COPY {s}.records (
    person, shift, position, status, community, occurred_on, decided_by, recorded_at,
    unit, starts_at, ends_at, service_minutes, grade, hold, late, reason, booked_in, adjusts,
    days, confirmed_position, confirmed_by, confirmed_at) FROM STDIN
"""
FOLLOW: Final = """
UPDATE {s}.records AS earlier SET until_position = later.position
FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[])
     AS later (person, shift, opened_unit, position)
WHERE earlier.person = later.person AND earlier.shift = later.shift
  AND earlier.position = (
      SELECT max(before.position) FROM {s}.records AS before
      WHERE before.person = later.person AND before.shift = later.shift
        AND (later.opened_unit IS NULL OR before.unit = later.opened_unit)
        AND before.position < later.position)
"""
CONFIRM: Final = """
UPDATE {s}.records AS later SET confirmed_at = said.recorded_at
FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::text[])
     AS released (person, shift, position, confirmer)
CROSS JOIN LATERAL (
    SELECT before.recorded_at FROM {s}.records AS before
    WHERE (before.person, before.shift) = (released.person, released.shift)
      AND before.position < released.position AND before.confirmed_position = before.position
      AND before.decided_by = released.confirmer
    ORDER BY before.position DESC LIMIT 1) AS said
WHERE (later.person, later.shift, later.position)
    = (released.person, released.shift, released.position)
"""
"""What somebody else released was confirmed when its confirmer said so, and not by the release."""
TAKE_OVER: Final = """
UPDATE {s}.records AS later
SET unit = earlier.unit, starts_at = earlier.starts_at, ends_at = earlier.ends_at,
    service_minutes = earlier.service_minutes, grade = earlier.grade, days = earlier.days,
    confirmed_position = earlier.confirmed_position, confirmed_by = earlier.confirmed_by,
    confirmed_at = earlier.confirmed_at
FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[])
     AS about (person, shift, opened_unit, position),
     {s}.records AS earlier
WHERE (later.person, later.shift, later.position) = (about.person, about.shift, about.position)
  AND (earlier.person, earlier.shift) = (about.person, about.shift)
  AND earlier.position = (
      SELECT max(before.position) FROM {s}.records AS before
      WHERE (before.person, before.shift) = (about.person, about.shift)
        AND (about.opened_unit IS NULL OR before.unit = about.opened_unit)
        AND before.position < about.position AND before.confirmed_position = before.position)
"""
SETTLE: Final = "COPY {s}.communities (community, time_zone) FROM STDIN"
REGISTER: Final = "COPY {s}.people (person, community, position) FROM STDIN"
SET_STARS: Final = """
COPY {s}.star_rules (community, valid_from, position, star_thresholds) FROM STDIN
"""
GRANT: Final = """
COPY {s}.stars (person, star, position, community, occurred_on, granted_by, threshold_minutes,
    service_minutes) FROM STDIN
"""

STATUS: Final = {
    ServiceCredited: Status.credited,
    ServiceHeld: Status.held,
    ServiceRefused: Status.refused,
    ServiceReversed: Status.reversed,
    ServiceReinstated: Status.credited,
    OpeningMinutesImported: Status.credited,
    OpeningMinutesReversed: Status.reversed,
}
LATER: Final = (ServiceRefused, ServiceReversed, ServiceReinstated, OpeningMinutesReversed)
"""Decisions about service that was credited or held before, if it ever was."""
FACTS: Final = (
    *("unit", "starts_at", "ends_at", "service_minutes", "grade"),
    *("hold", "late", "reason", "booked_in", "adjusts"),
)
"""Columns that are an event's fields of the same name. What a later decision does not say is taken
over from the crediting or holding before it; what was refused at once has no time and no grade."""

RELATE: Final = "COPY {s}.related (person, decider, position, occurred_on) FROM STDIN"


def fold(events: Sequence[Recorded]) -> Changes:
    """Enter every decision, then tie each to the one before it about the same shift or unit."""
    decided = of_type(events, *STATUS)
    changes = Changes()
    changes.copy(ENTER, [_entry(at) for at in decided])
    changes.write(CONFIRM, [_released(at) for at in decided if _is_released(at)])
    changes.write(FOLLOW, [_key(at) for at in decided])
    changes.write(TAKE_OVER, [_key(at) for at in decided if type(at.event) in LATER])
    remarks.fold(events, changes)
    changes.copy(SETTLE, [_community(at) for at in of_type(events, CommunityRegistered)])
    changes.copy(REGISTER, [_registered(at) for at in of_type(events, PersonRegistered)])
    merges.fold(events, changes)
    changes.copy(SET_STARS, [_star_rule(at) for at in of_type(events, ServiceRulesSet)])
    changes.copy(GRANT, [_star(at) for at in of_type(events, StarGranted)])
    changes.copy(RELATE, [_related(at) for at in of_type(events, DeciderFoundRelated)])
    return changes


def _entry(at: Recorded) -> tuple[Any, ...]:
    event = at.event
    days = getattr(event, "days", None)
    return (
        event.person,
        getattr(event, "shift", ""),
        at.position,
        STATUS[type(event)],
        event.community,
        event.occurred_on,
        at.actor,
        at.recorded_at,
        *(getattr(event, name, None) for name in FACTS),
        None if days is None else msgspec.Raw(msgspec.json.encode(days)),
        *((None,) * 3 if type(event) in LATER else (at.position, _confirmer(at), at.recorded_at)),
    )


def _key(at: Recorded) -> tuple[PersonId, str, UnitId | None, int]:
    """What is decided about: a shift, or without one the unit whose minutes were brought."""
    shift = getattr(at.event, "shift", "")
    return at.event.person, shift, None if shift else at.event.unit, at.position


def _confirmer(at: Recorded) -> PersonId:
    """Who first said that it is service; whoever released it after that is its decider."""
    confirmer: PersonId = next(iter(getattr(at.event, "decided_by", ())), at.actor)
    return confirmer


def _is_released(at: Recorded) -> bool:
    return type(at.event) not in LATER and _confirmer(at) != at.actor


def _released(at: Recorded) -> tuple[PersonId, str, int, PersonId]:
    return at.event.person, getattr(at.event, "shift", ""), at.position, _confirmer(at)


def _related(at: Recorded) -> tuple[Any, ...]:
    event: DeciderFoundRelated = at.event
    return event.person, event.decider, at.position, event.occurred_on


def _community(at: Recorded) -> tuple[CommunityId, ZoneName]:
    return at.event.community, at.event.time_zone


def _registered(at: Recorded) -> tuple[PersonId, CommunityId, int]:
    return at.event.person, at.event.community, at.position


def _star_rule(at: Recorded) -> tuple[CommunityId, date, int, list[Minutes]]:
    event: ServiceRulesSet = at.event
    return event.community, event.valid_from, at.position, list(event.rules.star_thresholds)


def _star(at: Recorded) -> tuple[Any, ...]:
    event: StarGranted = at.event
    about = (event.person, event.star, at.position, event.community, event.occurred_on, at.actor)
    return (*about, event.threshold_minutes, event.service_minutes)


MODEL: Final = ReadModel("service", 7, TABLES, fold)
