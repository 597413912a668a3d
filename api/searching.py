"""Searching: who has exactly this name, number, phone or document; each look is written down first.

Who lies out of reach is not told of, nor is it logged that somebody looked for her. Of whoever is
restricted only the data officer is told. Whoever was entered twice is told as the id that is kept,
whichever of them has what was looked for. A search counts against the searcher's limit once, by
however many kinds she looks.
"""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from api.desk import desk_of
from api.obstacles import Obstacle
from api.own import view_of
from api.problems import obstacle
from api.reading import Room
from ledger.access.limits import Kind
from ledger.domain.facts import Contact
from ledger.domain.people import stream
from ledger.domain.values import CommunityId, PersonId
from ledger.projections.reading import LOOK, connected, homes, states_now
from ledger.vault import index, views
from ledger.vault.sealing import SearchKind
from ledger.vault.views import Purpose


class Met(NamedTuple):
    """A person who was found, where she is registered, and how she is called and reached.

    `entered_as` is how she was called under other ids of hers by which alone she was found.
    """

    person: PersonId
    community: CommunityId
    contact: Contact | None
    entered_as: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What she is called; nothing of whoever has no contact paper."""
        return self.contact.name if self.contact else ""


def met(
    room: Room, kinds: Collection[SearchKind], text: str, *, looks_at_others: bool = False
) -> list[Met]:
    """Those within the caller's reach, by their ids. Raises the problem 429 if she asks too often.

    The caller must hold a role that searches. `looks_at_others`: it is shown under which name
    somebody was entered before, which is a look at that id too.
    """
    running, viewer = desk_of(room.request).running, room.authority.person
    vault = running.ledger.vault
    with connected(running.datastore, LOOK) as connection:
        seconds = running.ways.limits.wait_seconds(connection, Kind.search, viewer)
        if seconds:
            raise obstacle(Obstacle.searches_must_be_fewer, seconds=seconds)
        key = vault.ledger_key(connection, index.KEY)
        found = {each for kind in kinds for each in index.find(connection, key, kind, text)}
        kept = _kept(room, found)
        within = _within_reach(room, set(kept.values()))
        others = _others(room, kept, within) if looks_at_others else {}
        looked_at = [*within, *others]
        opened = views.newest_seen(connection, vault, viewer, Purpose.search, looked_at)
    contacts = {name.person: _contact(one.paper) for name, one in opened.items()}
    called = {each: contact.name for each in others if (contact := contacts.get(each))}
    return [
        Met(
            person,
            place,
            contacts.get(person),
            tuple(dict.fromkeys(name for each, name in called.items() if others[each] == person)),
        )
        for person, place in within.items()
    ]


def _kept(room: Room, persons: set[PersonId]) -> dict[PersonId, PersonId]:
    """Of each the id that everything new is written under."""
    states = states_now(room.connection, [stream(person) for person in persons])
    return {person: states[stream(person)].identity.kept_as or person for person in persons}


def _others(
    room: Room, kept: Mapping[PersonId, PersonId], within: Collection[PersonId]
) -> dict[PersonId, PersonId]:
    """By which ids alone those within reach were found, as far as these are within reach too."""
    others = {each: one for each, one in kept.items() if one in within and one not in kept}
    return {each: others[each] for each in _within_reach(room, set(others))} if others else {}


def _within_reach(room: Room, persons: set[PersonId]) -> dict[PersonId, CommunityId]:
    reach = room.reach("search")
    places = homes(room.connection, {stream(person) for person in persons})
    return {
        person: place
        for person in sorted(persons)
        if (place := places.get(stream(person))) and (reach is None or place in reach)
        if view_of(room, person, "search") == "search"
    }


def _contact(paper: Any) -> Contact | None:  # noqa: ANN401 - whatever the vault opened
    return paper if isinstance(paper, Contact) else None
