"""Priced facts: sheets are opened for the rules, and for no human eye.

That it was done is noted in the security log, and one person may not ask for it too often.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias

from api import security_log
from api.desk import desk_of
from api.obstacles import Obstacle
from api.problems import obstacle
from api.reading import Room
from ledger.access.limits import Kind
from ledger.domain import people
from ledger.domain.decisions import Stream
from ledger.domain.facts import FactSheet
from ledger.domain.person_records import Person
from ledger.domain.repricing import Meal, SheetName, usable
from ledger.domain.values import PersonId
from ledger.projections.reading import LOOK, as_the_application, connected, states_now
from ledger.vault.sheets import PaperKind, PaperName

People: TypeAlias = Mapping[Stream[Person], Person]


def eaters(room: Room, meals: Iterable[Meal]) -> People:
    """Whoever ate these meals, as the log has them now."""
    return states_now(room.connection, [people.stream(each) for each in {m.person for m in meals}])


def of_one(known: People, meals: Iterable[Meal]) -> tuple[Meal, ...]:
    """The meals, each of the one id that its eater is kept under: entered twice, she is one."""
    return tuple(meal._replace(person=_kept(known, meal.person)) for meal in meals)


def _kept(known: People, person: PersonId) -> PersonId:
    return known[people.stream(person)].identity.kept_as or person


def opened(room: Room, known: People, wanted: Collection[SheetName]) -> dict[SheetName, FactSheet]:
    """Those that may be used, for the rules alone. Raises the problem 429."""
    if not wanted:
        return {}
    desk = desk_of(room.request)
    with connected(desk.running.datastore, LOOK) as connection:
        limits, asker = desk.running.ways.limits, room.authority.person
        seconds = limits.wait_seconds(connection, Kind.facts, asker)
    if seconds:
        raise obstacle(Obstacle.facts_must_be_priced_less_often, seconds=seconds)
    security_log.note(room.request, security_log.Kind.facts_priced, person=asker)
    names = {PaperName(each[0], PaperKind.facts, each[1]): each for each in wanted}
    with as_the_application(room.connection):
        papers = desk.running.ledger.vault.load(room.connection, names)
    found = {}
    for name, one in papers.items():
        state = known[people.stream(name.person)]
        if name.version == state.facts_version:
            one.must_be(name, state.facts_commitment)
        if isinstance(one.paper, FactSheet) and usable(one.paper, state.rights):
            found[names[name]] = one.paper
    return found
