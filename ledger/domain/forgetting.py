"""Forgetting: which events end what the vault holds of a person.

With an erasure her papers, the digests she is found by, her key and her account go in the same
transaction, and her id is never given again. Where a term keeps her papers, only the digests go:
nobody finds her any more. The log keeps what she did, under that id.
"""

from collections.abc import Iterable

from ledger.domain.rights_records import Discard, PersonErased, PersonRestricted
from ledger.domain.values import PersonId


def forgotten(events: Iterable[object]) -> list[PersonId]:
    """Of whom nothing is to be left after these events."""
    return [event.person for event in events if isinstance(event, PersonErased)]


def unlisted(events: Iterable[object]) -> list[PersonId]:
    """Who is not to be found any more after these events, though her papers stay."""
    return [
        event.person
        for event in events
        if isinstance(event, PersonRestricted) and Discard.search_keys in event.discards
    ]
