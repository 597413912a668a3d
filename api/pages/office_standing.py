"""Whether anybody is let in as a person, and which ids are hers, for her page in the offices.

An account may be open by its own word, and open nothing: she died, or is kept under another id.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from api.pages.acting import Sent
from api.pages.languages import Speech, speech_of
from api.pages.languages import marked as _
from api.pages.office_accounts import AccountShown
from api.pages.words_of_offices import FIELDS, Closed
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


def last_day(until: date | None, say: Speech) -> str:
    """The last day of a role, in words where it has none."""
    return say.day(until) if until else say.said(_("no last day"))


def endless(room: Room, sent: Sent) -> Iterator[tuple[str, str]]:
    """That a role has no last day, which a field that is left empty does not say."""
    if not sent.form.value("until"):
        yield FIELDS["until"], last_day(None, speech_of(room.request))
