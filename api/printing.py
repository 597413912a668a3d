"""Printing: what a paper says beside its figures: who it is about, and where in the log it is from.

A name comes out of the vault for whoever may see it, and the look is logged first.
"""

from datetime import UTC, datetime

from api.desk import desk_of
from api.documents.wording import Place
from api.own import is_own, view_of
from api.reading import Room
from ledger.audit import sealed
from ledger.domain import people
from ledger.domain.facts import Contact
from ledger.domain.values import PersonId
from ledger.projections.reading import LOOK, connected, homes, recorded_at
from ledger.vault import views
from ledger.vault.views import Purpose


def contact_of(room: Room, person: PersonId) -> Contact | None:
    """How she is called; None for whoever was erased, and if the reader may not see it."""
    here = people.stream(person)
    home = homes(room.connection, {here}).get(here)
    if not is_own(room, person) and not room.may_read(view_of(room, person, "contact"), home):
        return None
    vault = desk_of(room.request).running.ledger.vault
    viewer = room.authority.person
    with connected(desk_of(room.request).running.datastore, LOOK) as connection:
        found = views.newest_seen(connection, vault, viewer, Purpose.contact, [person])
    papers = (one.paper for one in found.values())
    return next((paper for paper in papers if isinstance(paper, Contact)), None)


def moment_of(room: Room, position: int) -> datetime:
    """When what stands at the position was recorded."""
    return recorded_at(room.connection, position) or datetime.now(UTC)


def place_of(room: Room, position: int) -> Place:
    """That position, and the newest checkpoint if it covers it."""
    newest = sealed.newest_of(room.connection)
    covers = newest is not None and newest.checkpoint.size >= position
    covering = newest.checkpoint if newest and covers else None
    return Place(position, covering, room.simulated, desk_of(room.request).gate.origin)
