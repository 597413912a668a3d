"""Whether anybody is let in as a person, and which ids are hers, for her page in the offices.

An account may be open by its own word, and open nothing: she died, or is kept under another id.
"""

from datetime import date
from typing import Final

from api.pages.languages import marked as _
from api.pages.languages import speech_of
from api.pages.office_accounts import AccountShown
from api.pages.words_of_offices import Closed
from api.reading import Room
from ledger.domain import people
from ledger.domain.grant_records import TOWN, Administrators
from ledger.domain.person_records import Person
from ledger.domain.values import PersonId
from ledger.projections.reading import state_at, states_at

LAST_ADMINISTRATOR: Final = _(
    "She is the last administrator of the town. Nobody can grant a role until a registrar opens "
    "her account again."
)


def closed(here: Person, account: AccountShown | None) -> Closed | None:
    """Why nobody is let in as her; None if she is."""
    if here.rights.erased:
        return Closed.erased
    if here.died_on is not None:
        return Closed.died
    if here.identity.kept_as is not None:
        return Closed.joined
    return Closed.disabled if account and account.disabled else None


def other_ids(here: Person) -> tuple[PersonId, ...]:
    """The ids that are hers too."""
    kept_as = here.identity.kept_as
    return here.identity.duplicates if kept_as is None else (kept_as,)


def registered_on(room: Room, here: Person) -> date | None:
    """The day from which on she is known; of whoever is kept, under whichever of her ids."""
    streams = [people.stream(each) for each in here.identity.duplicates]
    states = states_at(room.connection, streams, room.position) if streams else {}
    days = [each.registered_on for each in (here, *states.values())]
    return min((day for day in days if day is not None), default=None)


def warnings(room: Room, person: PersonId) -> tuple[str, ...]:
    """What is told before her account is shut, though it be the last administrator's.

    Her telephone may have been stolen, so it is not refused.
    """
    town: Administrators = state_at(room.connection, TOWN, room.position)
    if town.lasting != {person}:
        return ()
    return (speech_of(room.request).said(LAST_ADMINISTRATOR),)
