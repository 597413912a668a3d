"""Finding: who has exactly this name, number, phone or document; each look is written down first.

Whoever lies out of reach is not told of. How often one person may look is limited.
"""

from dataclasses import dataclass

import msgspec

from api.desk import desk_of
from api.obstacles import Obstacle
from api.own import view_of
from api.problems import obstacle
from api.reading import Room
from ledger.access.limits import Kind
from ledger.domain.facts import Contact
from ledger.domain.people import stream
from ledger.domain.values import CommunityId, PersonId, Title
from ledger.projections.reading import LOOK, connected, homes
from ledger.vault import index, views
from ledger.vault.sealing import SearchKind
from ledger.vault.views import Purpose


@dataclass(frozen=True, slots=True)
class SearchPersons:
    """Who is looked for: by exactly this name, number, phone or document, whole."""

    by: SearchKind
    text: Title


class Found(msgspec.Struct):
    """A person who was found, where she is registered, and what she is called."""

    person: PersonId
    community: CommunityId
    name: str


def found(room: Room, wanted: SearchPersons) -> list[Found]:
    """Who lies out of reach is not told of, nor is it logged that somebody looked for her."""
    desk, reach = desk_of(room.request), room.reach("search")
    vault = desk.running.ledger.vault
    with connected(desk.running.datastore, LOOK) as connection:
        seconds = desk.running.ways.limits.wait_seconds(
            connection, Kind.search, room.authority.person
        )
        if seconds:
            raise obstacle(Obstacle.searches_must_be_fewer, seconds=seconds)
        key = vault.ledger_key(connection, index.KEY)
        persons = index.find(connection, key, wanted.by, wanted.text)
        places = homes(room.connection, {stream(person) for person in persons})
        within = {
            person: place
            for person in persons
            if (place := places.get(stream(person))) and (reach is None or place in reach)
            if view_of(room, person, "search") == "search"
        }
        viewer = room.authority.person
        opened = views.newest_seen(connection, vault, viewer, Purpose.search, list(within))
    names = {
        name.person: one.paper.name
        for name, one in opened.items()
        if isinstance(one.paper, Contact)
    }
    return [Found(person, place, names.get(person, "")) for person, place in within.items()]
