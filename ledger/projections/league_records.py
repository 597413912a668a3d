"""What is kept for the league tables, so that any season is exact as known at any position.

Minutes and meals can be added up: they are summed by community, day, month of booking and UTC day
of recording, and each event is kept by its position beside that, for the one recorded day that was
not over yet at the position asked for (see `view.bounds`). Seasons are whole months, so the same is
summed by month too: a year is read as twelve of them. Contributions are so few that each is a
row, and one that is withdrawn another. Persons are counted in `league_people`, and whoever was
entered twice in `league_duplicates`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from ledger.domain.community_records import CommunityRegistered, PopulationRecorded
from ledger.domain.contribution_records import ContributionRecorded, ContributionWithdrawn
from ledger.domain.meal_records import MealClaimed, MealReinstated, MealReversed
from ledger.domain.service_records import ServiceCredited, ServiceReinstated, ServiceReversed
from ledger.domain.values import month_of
from ledger.projections import league_duplicates, league_people
from ledger.projections.model import Changes, ReadModel, of_type
from ledger.store.codec import Recorded

TABLES: Final = (
    league_people.TABLES
    + league_duplicates.TABLES
    + """
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
CREATE TABLE {s}.sums (
    occurred_on     date NOT NULL,
    community       text COLLATE "C" NOT NULL,
    booked_in       text COLLATE "C" NOT NULL,
    recorded_on     date NOT NULL,
    service_minutes bigint NOT NULL,
    meals           bigint NOT NULL,
    price_fen       bigint NOT NULL,
    copayment_fen   bigint NOT NULL,
    PRIMARY KEY (occurred_on, community, booked_in, recorded_on)
) WITH (fillfactor = 80);  -- the days of now grow in place
CREATE INDEX sums_recorded ON {s}.sums (recorded_on);
CREATE TABLE {s}.months (
    occurred_in     text COLLATE "C" NOT NULL,
    community       text COLLATE "C" NOT NULL,
    booked_in       text COLLATE "C" NOT NULL,
    recorded_in     text COLLATE "C" NOT NULL,
    service_minutes bigint NOT NULL,
    meals           bigint NOT NULL,
    price_fen       bigint NOT NULL,
    copayment_fen   bigint NOT NULL,
    PRIMARY KEY (occurred_in, community, booked_in, recorded_in)
) WITH (fillfactor = 80);
CREATE TABLE {s}.entries (
    position        bigint PRIMARY KEY,
    occurred_on     date NOT NULL,
    community       text COLLATE "C" NOT NULL,
    booked_in       text COLLATE "C" NOT NULL,
    service_minutes bigint NOT NULL,
    meals           bigint NOT NULL,
    price_fen       bigint NOT NULL,
    copayment_fen   bigint NOT NULL
);
CREATE TABLE {s}.gifts (
    position    bigint PRIMARY KEY,
    occurred_on date NOT NULL,
    community   text COLLATE "C" NOT NULL,
    booked_in   text COLLATE "C" NOT NULL,
    kind        text COLLATE "C" NOT NULL,
    given       smallint NOT NULL  -- 1, or -1 for one that is withdrawn
);
CREATE INDEX gifts_occurred ON {s}.gifts (occurred_on);
CREATE INDEX gifts_booked ON {s}.gifts (booked_in);
"""
)

# -- folding -----------------------------------------------------------------------------------

REGISTER: Final = "COPY {s}.communities (community, name, position) FROM STDIN"
POPULATE: Final = "COPY {s}.populations (community, valid_from, position, residents) FROM STDIN"
GROW: Final = """DO UPDATE SET
    service_minutes = sum.service_minutes + excluded.service_minutes,
    meals = sum.meals + excluded.meals,
    price_fen = sum.price_fen + excluded.price_fen,
    copayment_fen = sum.copayment_fen + excluded.copayment_fen
"""
ADD: Final = """
INSERT INTO {s}.sums AS sum
SELECT * FROM unnest(%s::date[], %s::text[], %s::text[], %s::date[], %s::bigint[], %s::bigint[],
                     %s::bigint[], %s::bigint[])
ON CONFLICT (occurred_on, community, booked_in, recorded_on) {grow}
""".replace("{grow}", GROW)
ADD_MONTHS: Final = """
INSERT INTO {s}.months AS sum
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[],
                     %s::bigint[], %s::bigint[])
ON CONFLICT (occurred_in, community, booked_in, recorded_in) {grow}
""".replace("{grow}", GROW)
ENTER: Final = """
COPY {s}.entries (
    position, occurred_on, community, booked_in, service_minutes, meals, price_fen, copayment_fen)
FROM STDIN
"""
GIVE: Final = """
COPY {s}.gifts (position, occurred_on, community, booked_in, kind, given) FROM STDIN
"""

Amounts: TypeAlias = tuple[int, int, int, int]
"""Minutes of service, meals, their price, the eaters' part of it."""
Row: TypeAlias = tuple[Any, ...]


def fold(events: Sequence[Recorded]) -> Changes:
    """What can be added up, one by one and by day; then who took part."""
    entries, sums, months = _added_up(of_type(events, *AMOUNTS))
    changes = Changes()
    changes.copy(REGISTER, [_community(at) for at in of_type(events, CommunityRegistered)])
    changes.copy(POPULATE, [_population(at) for at in of_type(events, PopulationRecorded)])
    changes.copy(ENTER, entries)
    changes.write(ADD, sums)
    changes.write(ADD_MONTHS, months)
    given = of_type(events, ContributionRecorded, ContributionWithdrawn)
    changes.copy(GIVE, [_gift(at) for at in given])
    league_duplicates.count(events, changes)
    return changes


def _community(at: Recorded) -> tuple[Any, ...]:
    return at.event.community, at.event.name, at.position


def _population(at: Recorded) -> tuple[Any, ...]:
    event: PopulationRecorded = at.event
    return event.community, event.valid_from, at.position, event.residents


def _gift(at: Recorded) -> Row:
    event: ContributionRecorded | ContributionWithdrawn = at.event
    given = 1 if isinstance(event, ContributionRecorded) else -1
    place = event.occurred_on, event.community, event.booked_in
    return at.position, *place, event.gift.kind, given


def _credited(event: ServiceCredited | ServiceReinstated) -> Amounts:
    return event.service_minutes, 0, 0, 0


def _taken_back(event: ServiceReversed) -> Amounts:
    return -event.service_minutes, 0, 0, 0


def _eaten(event: MealClaimed | MealReinstated) -> Amounts:
    return 0, 1, event.price_fen, event.copayment_fen


def _reversed(event: MealReversed) -> Amounts:
    return 0, -1, -event.price_fen, -event.copayment_fen


AMOUNTS: Final[Mapping[type, Callable[[Any], Amounts]]] = {
    ServiceCredited: _credited,
    ServiceReversed: _taken_back,
    ServiceReinstated: _credited,
    MealClaimed: _eaten,
    MealReinstated: _eaten,
    MealReversed: _reversed,
}


def _added_up(counted: Iterable[Recorded]) -> tuple[list[Row], list[Row], list[Row]]:
    """Each event, and the sums of days and of months; neighbours in the index come together."""
    entries: list[Row] = []
    days: dict[Row, list[int]] = {}
    months: dict[Row, list[int]] = {}
    for at in counted:
        event = at.event
        amounts = AMOUNTS[type(event)](event)
        place = (event.occurred_on, event.community, event.booked_in)
        entries.append((at.position, *place, *amounts))
        _add(days.setdefault((*place, at.recorded_at.date()), [0, 0, 0, 0]), amounts)
    for (occurred_on, community, booked_in, recorded_on), summed in days.items():
        month = month_of(occurred_on), community, booked_in, month_of(recorded_on)
        _add(months.setdefault(month, [0, 0, 0, 0]), summed)
    return entries, _rows(days), _rows(months)


def _add(sums: list[int], amounts: Sequence[int]) -> None:
    for place, amount in enumerate(amounts):
        sums[place] += amount


def _rows(sums: Mapping[Row, list[int]]) -> list[Row]:
    return [(*key, *sums[key]) for key in sorted(sums)]


MODEL: Final = ReadModel("league", 6, TABLES, fold)
