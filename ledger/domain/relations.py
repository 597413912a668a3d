"""Relations that are declared after the fact: who had decided about a relation's service by then.

A relation that is known keeps somebody from deciding. One that is declared later undoes nothing,
but it makes an exception that an auditor sees (DOMAIN 6). The log says who had decided about whom,
and never which relation it is; of people who never decided about each other it says nothing.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import product
from typing import Any

from ledger.domain import identity, service_state
from ledger.domain.decisions import Happening, Known, Stream
from ledger.domain.facts import FactSheet
from ledger.domain.service_records import DeciderFoundRelated
from ledger.domain.values import PersonId


def declared(facts: FactSheet) -> tuple[PersonId, ...]:
    """The people to whom a sheet declares a relation, each once."""
    return tuple(dict.fromkeys(relation.person for relation in facts.relations))


def streams_of(person: PersonId, facts: FactSheet, known: Known) -> Iterable[Stream[Any]]:
    """The service of both sides of each relation, under all their ids; nothing without one."""
    others = declared(facts)
    for each in (person, *others) if others else ():
        yield from identity.streams_of(each, known)
        yield from map(service_state.stream, identity.ids(each, known))


def found(person: PersonId, facts: FactSheet, known: Known, today: date) -> Iterator[Happening]:
    """Whoever decided, on either side, before either of the two had declared the relation."""
    for other in declared(facts):
        if not identity.are_related(person, other, known):
            hers, theirs = identity.ids(person, known), identity.ids(other, known)
            for served, decider in (*product(hers, theirs), *product(theirs, hers)):
                here = service_state.stream(served)
                if known[here].decided_by(decider):
                    yield here, DeciderFoundRelated(served, decider, today)
