"""What is kept for the league tables, so that any month is exact as known at any position.

Who took part is a row for each occasion, with the position at which it was taken back: persons must
be counted, and counts of persons cannot be added up. Meals can: they are summed by community, day,
month of booking and UTC day of recording, and each is kept by its position beside that, for the one
recorded day that was not over yet at the position asked for (see `view.bounds`).
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeAlias

from ledger.domain.community_records import CommunityRegistered, PopulationRecorded
from ledger.domain.meal_records import MealClaimed, MealReinstated, MealReversed
from ledger.domain.service_records import ServiceCredited, ServiceReversed
from ledger.domain.values import CommunityId, Month
from ledger.projections.model import Changes, ReadModel, of_type
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.communities (
    community text COLLATE "C" PRIMARY KEY,
    name      text NOT NULL,
    position  bigint NOT NULL
);
CREATE TABLE {s}.populations (
    community  text COLLATE "C" NOT NULL,
    valid_from date NOT NULL,
    position   bigint NOT NULL,
    residents  bigint NOT NULL,
    PRIMARY KEY (community, valid_from, position)
);
CREATE TABLE {s}.participations (
    source          text COLLATE "C" NOT NULL,
    person          text COLLATE "C" NOT NULL,
    occasion        text COLLATE "C" NOT NULL,
    position        bigint NOT NULL,
    community       text COLLATE "C" NOT NULL,
    occurred_on     date NOT NULL,
    booked_in       text COLLATE "C" NOT NULL,
    service_minutes bigint NOT NULL,
    ended_position  bigint,
    ended_booked_in text COLLATE "C",
    PRIMARY KEY (source, person, occasion, position)
);
CREATE INDEX participations_occurred ON {s}.participations (occurred_on);
CREATE INDEX participations_booked ON {s}.participations (booked_in);
CREATE INDEX participations_ended ON {s}.participations (ended_booked_in)
    WHERE ended_booked_in IS NOT NULL;
CREATE TABLE {s}.meals (
    position      bigint PRIMARY KEY,
    community     text COLLATE "C" NOT NULL,
    served_on     date NOT NULL,
    booked_in     text COLLATE "C" NOT NULL,
    meals         integer NOT NULL,
    price_fen     bigint NOT NULL,
    copayment_fen bigint NOT NULL
);
CREATE TABLE {s}.meal_days (
    served_on     date NOT NULL,
    community     text COLLATE "C" NOT NULL,
    booked_in     text COLLATE "C" NOT NULL,
    recorded_on   date NOT NULL,
    meals         bigint NOT NULL,
    price_fen     bigint NOT NULL,
    copayment_fen bigint NOT NULL,
    PRIMARY KEY (served_on, community, booked_in, recorded_on)
) WITH (fillfactor = 80);  -- the days of now grow in place
"""

# -- folding -----------------------------------------------------------------------------------

REGISTER: Final = "COPY {s}.communities (community, name, position) FROM STDIN"
POPULATE: Final = "COPY {s}.populations (community, valid_from, position, residents) FROM STDIN"
TAKE_PART: Final = """
COPY {s}.participations (
    source, person, occasion, position, community, occurred_on, booked_in, service_minutes)
FROM STDIN
"""
END: Final = """
UPDATE {s}.participations AS taken
SET ended_position = ending.position, ended_booked_in = ending.booked_in
FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[])
    AS ending (source, person, occasion, position, booked_in)
WHERE (taken.source, taken.person, taken.occasion)
    = (ending.source, ending.person, ending.occasion)
  AND taken.position = (
      SELECT max(before.position) FROM {s}.participations AS before
      WHERE (before.source, before.person, before.occasion)
          = (ending.source, ending.person, ending.occasion)
        AND before.position < ending.position)
"""
SERVE: Final = """
COPY {s}.meals (position, community, served_on, booked_in, meals, price_fen, copayment_fen)
FROM STDIN
"""
ADD: Final = """
INSERT INTO {s}.meal_days AS day
SELECT * FROM unnest(%s::date[], %s::text[], %s::text[], %s::date[], %s::bigint[], %s::bigint[],
                     %s::bigint[])
ON CONFLICT (served_on, community, booked_in, recorded_on) DO UPDATE SET
    meals = day.meals + excluded.meals,
    price_fen = day.price_fen + excluded.price_fen,
    copayment_fen = day.copayment_fen + excluded.copayment_fen
"""


class Source(StrEnum):
    """How one takes part in a community's life; a new way is one more word and what it folds."""

    service = "service"


Day: TypeAlias = tuple[date, CommunityId, Month, date]
MEAL_SIGN: Final = {MealClaimed: 1, MealReversed: -1, MealReinstated: 1}


def fold(events: Sequence[Recorded]) -> Changes:
    """Occasions and what ended them; meals one by one and by day."""
    meals = of_type(events, *MEAL_SIGN)
    changes = Changes()
    changes.copy(REGISTER, [_community(at) for at in of_type(events, CommunityRegistered)])
    changes.copy(POPULATE, [_population(at) for at in of_type(events, PopulationRecorded)])
    changes.copy(TAKE_PART, [_served(at) for at in of_type(events, ServiceCredited)])
    changes.write(END, [_ended(at) for at in of_type(events, ServiceReversed)])
    changes.copy(SERVE, [_meal(at) for at in meals])
    changes.write(ADD, [(*day, *sums) for day, sums in sorted(_days(meals).items())])
    return changes


def _community(at: Recorded) -> tuple[Any, ...]:
    return at.event.community, at.event.name, at.position


def _population(at: Recorded) -> tuple[Any, ...]:
    event: PopulationRecorded = at.event
    return event.community, event.valid_from, at.position, event.residents


def _served(at: Recorded) -> tuple[Any, ...]:
    event: ServiceCredited = at.event
    place = (event.community, event.occurred_on, event.booked_in)
    return (Source.service, event.person, event.shift, at.position, *place, event.service_minutes)


def _ended(at: Recorded) -> tuple[Any, ...]:
    event: ServiceReversed = at.event
    return Source.service, event.person, event.shift, at.position, event.booked_in


def _meal(at: Recorded) -> tuple[Any, ...]:
    event, sign = at.event, MEAL_SIGN[type(at.event)]
    place = (event.community, event.occurred_on, event.booked_in)
    return (at.position, *place, sign, sign * event.price_fen, sign * event.copayment_fen)


def _days(meals: Sequence[Recorded]) -> dict[Day, list[int]]:
    days: dict[Day, list[int]] = {}
    for at in meals:
        event, sign = at.event, MEAL_SIGN[type(at.event)]
        day = (event.occurred_on, event.community, event.booked_in, at.recorded_at.date())
        sums = days.setdefault(day, [0, 0, 0])
        sums[0] += sign
        sums[1] += sign * event.price_fen
        sums[2] += sign * event.copayment_fen
    return days


MODEL: Final = ReadModel("league", 1, TABLES, fold)
