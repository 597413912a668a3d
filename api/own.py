"""Own: what is a person's own to read, which is her guardian's too while she is under age.

Whoever was entered twice reads what stands under all her ids; as known before that was found, what
stands under the one.

Of whoever is restricted nobody reads anything but herself and the data officer. Both are asked of
now, whatever time the question is about.
"""

from datetime import UTC, datetime

from api.desk import desk_of
from api.reading import Room
from ledger.domain import communities, people
from ledger.domain.facts import FactSheet
from ledger.domain.guardianship import guardians_of
from ledger.domain.person_records import Person
from ledger.domain.relations import declared
from ledger.domain.values import PersonId, local_day
from ledger.projections import notices
from ledger.projections.asking import POSITION_MOST
from ledger.projections.reading import as_the_application, state_at
from ledger.vault.sheets import PaperKind, PaperName


def is_own(room: Room, person: PersonId) -> bool:
    """Whether the reader is the person, under whichever id, or the guardian of a child."""
    if room.authority.person == person:
        return True
    state = _state(room, person)
    if room.authority.person == state.identity.kept_as:
        return True
    sheet = _sheet(room, person, state)
    if sheet is None or room.authority.person not in declared(sheet):
        return False
    home = state_at(room.connection, communities.stream(state.community), POSITION_MOST)
    today = local_day(_moment(room), home.time_zone)
    return room.authority.person in guardians_of(sheet, today)


def ids_of(room: Room, person: PersonId) -> tuple[PersonId, ...]:
    """The id, and its duplicates as far as they were known at the position that is asked about."""
    known: Person = state_at(room.connection, people.stream(person), room.position)
    return (person, *known.identity.duplicates)


def _sheet(room: Room, person: PersonId, state: Person) -> FactSheet | None:
    """Her sheet, for a rule and no human eye; none of who has none or was erased."""
    if not state.facts_version:
        return None
    name = PaperName(person, PaperKind.facts, state.facts_version)
    vault = desk_of(room.request).running.ledger.vault
    with as_the_application(room.connection):
        opened = vault.load(room.connection, [name]).get(name)
    if opened is None or not isinstance(opened.paper, FactSheet):
        return None
    opened.must_be(name, state.facts_commitment)
    return opened.paper


def view_of(room: Room, person: PersonId, usual: str) -> str:
    """As what another may read her record: what is only kept is for whoever keeps it."""
    return "restricted" if _state(room, person).rights.restricted else usual


def _state(room: Room, person: PersonId) -> Person:
    state: Person = state_at(room.connection, people.stream(person), POSITION_MOST)
    return state


def _moment(room: Room) -> datetime:
    """Now; on a ledger whose clock is set, when something was recorded last."""
    now = datetime.now(UTC)
    if not room.simulated:
        return now
    return notices.moment_of(room.connection, room.position) or now
