"""Names: how people are called on a page, for whoever may see it; each look is logged first."""

from collections.abc import Iterable
from secrets import token_hex
from typing import Final

from api.desk import desk_of
from api.own import view_of
from api.pages.reading import PageQuestion
from api.reading import Room
from ledger.domain import people
from ledger.domain.facts import Contact
from ledger.domain.values import CommunityId, PersonId
from ledger.projections.reading import LOOK, connected, homes
from ledger.vault import views
from ledger.vault.views import Purpose

ASKED: Final = "names"
"""Asks a list for the names of those it is about."""


def each_look_is_a_look(asking: PageQuestion) -> None:
    """A page that shows names is never the same as an earlier one."""
    asking.nonce = token_hex(8)


def names_of(room: Room, persons: Iterable[PersonId]) -> dict[PersonId, str]:
    """How they are called; without those whom the reader may not see, and whoever was erased."""
    wanted = set(persons)
    places = homes(room.connection, {people.stream(each) for each in wanted})
    shown = [each for each in sorted(wanted) if _may_see(room, each, places)]
    vault = desk_of(room.request).running.ledger.vault
    viewer = room.authority.person
    with connected(desk_of(room.request).running.datastore, LOOK) as connection:
        found = views.newest_seen(connection, vault, viewer, Purpose.name, shown)
    return {
        name.person: one.paper.name for name, one in found.items() if isinstance(one.paper, Contact)
    }


def names_if_asked(
    asking: PageQuestion, room: Room, persons: Iterable[PersonId]
) -> dict[PersonId, str] | None:
    """How they are called, where the reader has asked for it; None where she has not."""
    if ASKED not in room.request.query_params:
        return None
    each_look_is_a_look(asking)
    return names_of(room, persons)


def name_of(room: Room, person: PersonId) -> str:
    """How she is called; empty if the reader may not see it, or she was erased."""
    return names_of(room, [person]).get(person, "")


def _may_see(room: Room, person: PersonId, places: dict[str, CommunityId]) -> bool:
    if person == room.authority.person:
        return True
    home = places.get(people.stream(person))
    return home is not None and room.may_read(view_of(room, person, "name"), home)
