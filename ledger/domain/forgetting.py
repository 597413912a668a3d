"""Forgetting: which events end what the vault holds of a person.

When such an event is recorded, her papers, the digests she is found by and her key go in the same
transaction, and her id is never given again. The log keeps what she did, under that id.
"""

from collections.abc import Iterable
from typing import Protocol, cast

from ledger.domain.values import PersonId

FORGETS: frozenset[type] = frozenset()
"""Each names the `person` it is about."""


class OfAPerson(Protocol):
    """An event about one person."""

    person: PersonId


def forgotten(events: Iterable[object]) -> list[PersonId]:
    """Of whom nothing is to be left after these events."""
    kinds = tuple(FORGETS)
    return [cast("OfAPerson", event).person for event in events if isinstance(event, kinds)]
