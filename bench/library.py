"""The second peer: `eventsourcing` as it comes, one `save` of one event after another."""

from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from psycopg.conninfo import conninfo_to_dict

from bench.figures import stopwatch
from bench.stand import Stand
from bench.town import canteen, community
from tests.builders import person

NAME: Final = "eventsourcing, Application.save of one event"
SAVES: Final = 2_000


class Meal(Aggregate):
    """A meal with the facts of ours, decided by nobody."""

    @event("Claimed")
    def __init__(self, person_id: str, place: str, home: str, served_on: str, at: str) -> None:
        self.person_id = person_id
        self.place = place
        self.home = home
        self.served_on = served_on
        self.at = at


def saves_per_second(stand: Stand) -> float:
    """How many aggregates of one event a second one thread saves, as the library's guide shows."""
    saves = stand.size(SAVES)
    with stand.empty() as url:
        application: Application[UUID] = Application(_environment(url))
        meals = [_meal(number) for number in range(saves)]
        application.save(_meal(saves))  # the connection is made
        stand.settle()
        with stopwatch() as watch:
            for meal in meals:
                application.save(meal)
        application.close()
    return saves / watch.seconds


def _meal(number: int) -> Meal:
    day, at = date(2026, 3, 2), datetime(2026, 3, 2, 4, tzinfo=UTC)
    return Meal(person(number), canteen(number), community(number), day.isoformat(), at.isoformat())


def _environment(url: str) -> dict[str, str]:
    given = conninfo_to_dict(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(given["dbname"]),
        "POSTGRES_HOST": str(given["host"]),
        "POSTGRES_PORT": str(given["port"]),
        "POSTGRES_USER": str(given["user"]),
        "POSTGRES_PASSWORD": str(given.get("password", "")),
    }
