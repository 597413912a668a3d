"""Identity: which ids are one person's, and who is who to whom where one has several.

Rules that ask whether somebody decides for herself, or how much of a day is hers already, ask it of
all her ids. Whoever was entered once has one, and pays nothing for it.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from ledger.domain import person_records, service_state
from ledger.domain.decisions import Known, Stream
from ledger.domain.facts import related
from ledger.domain.identity_records import ONE_ID
from ledger.domain.service_state import Service
from ledger.domain.values import PersonId


def ids(name: PersonId, known: Known) -> tuple[PersonId, ...]:
    """Her ids, this one first, as far as has been read; see `streams_of`."""
    person = known.get(person_records.stream(name))
    if person is None:
        return (name,)
    identity = person.identity
    if identity is ONE_ID:
        return (name,)
    if identity.kept_as is None:
        return (name, *identity.duplicates)
    kept = known.get(person_records.stream(identity.kept_as))
    others = () if kept is None else kept.identity.duplicates
    return (name, identity.kept_as, *(each for each in others if each != name))


def streams_of(name: PersonId, known: Known) -> Iterator[Stream[Any]]:
    """Her own stream, and those of her other ids as soon as they are known."""
    return map(person_records.stream, ids(name, known))


def registered_on(name: PersonId, known: Known) -> date | None:
    """The day from which on she is known, under whichever id that was read; None for nobody."""
    read = [known.get(person_records.stream(each)) for each in ids(name, known)]
    days = [each.registered_on for each in read if each is not None]
    return min((day for day in days if day is not None), default=None)


def are_same(one: PersonId, other: PersonId, known: Known) -> bool:
    """Whether both ids are one person's."""
    return one == other or one in ids(other, known)


def are_related(one: PersonId, other: PersonId, known: Known) -> bool:
    """Whether either has declared a relation to the other, under whichever id."""
    hers = ids(other, known)
    return any(
        related(known.sheet(mine), each) or related(known.sheet(each), mine)
        for mine in ids(one, known)
        for each in hers
    )


def service_of(name: PersonId, known: Known) -> Service:
    """Her service under that id, and beside it what stands under her others."""
    here, *others = (known[service_state.stream(each)] for each in ids(name, known))
    return here.beside(others) if others else here
