"""Standing: whether the log lets a person in at all, read from the log itself, so nothing lags."""

from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection

from ledger.domain import account_records, people
from ledger.domain.account_records import Account
from ledger.domain.catalogue import kind_of
from ledger.domain.decisions import Stream
from ledger.domain.person_records import Person
from ledger.domain.values import CardId, PersonId
from ledger.store.codec import decode_event
from ledger.vault.connections import cursor_of

_READ: Final = """
SELECT tail, originator_id, topic, state
FROM (SELECT coalesce(max(notification_id), 0) AS tail FROM ledger.stored_events) AS log
LEFT JOIN ledger.stored_events ON originator_id = ANY (%s)
ORDER BY originator_version
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the log says of a person's account and of herself, up to a position."""

    person: PersonId
    registered: Person
    account: Account
    position: int

    @property
    def is_open(self) -> bool:
        """Whether she may be let in: registered and alive, not erased, not kept as another id.

        And her account is not disabled.
        """
        known = self.registered.registered_on is not None and self.registered.died_on is None
        known = known and not self.registered.rights.erased
        known = known and self.registered.identity.kept_as is None
        return known and not self.account.disabled

    def opens_to(self, card: CardId) -> bool:
        """Whether the card is the one that is good."""
        return self.is_open and self.account.card == card


def of(connection: Connection[Any], person: PersonId) -> Standing:
    """How she stands at this moment; one statement, so that all of it is true at one position."""
    account, registered = account_records.stream(person), people.stream(person)
    states = {each: kind_of(each).initial for each in (account, registered)}
    position = 0
    with cursor_of(connection) as cursor:
        for position, name, topic, state in cursor.execute(_READ, (list(states),)):  # noqa: B007 - each row says the same
            if name is not None:
                stream = Stream[Any](name)
                event = decode_event(topic, state)
                states[stream] = kind_of(stream).evolve(states[stream], event)
    return Standing(person, states[registered], states[account], position)
