"""Forgetting: which events end what the vault holds of a person.

With an erasure her papers, the digests she is found by, her key and her account go in the same
transaction, and her id is never given again. Where a term keeps her papers, only the digests go:
nobody finds her, unless a new contact paper is recorded for her. The log keeps what she did, under
that id. Whoever was entered twice loses nothing by it: by what stands under either of her ids she
is found as the one that is kept, and a document of hers is not free for another person.
"""

from collections.abc import Iterable
from typing import TypeGuard

from ledger.domain.person_records import ContactRecorded
from ledger.domain.rights_records import Discard, PersonErased, PersonRestricted
from ledger.domain.values import PersonId


def forgotten(events: Iterable[object]) -> list[PersonId]:
    """Of whom nothing is to be left after these events."""
    return [event.person for event in events if isinstance(event, PersonErased)]


def unlisted(events: Iterable[object]) -> list[PersonId]:
    """Who is not to be found any more after these events, though her papers stay."""
    return [event.person for event in events if _unlists(event)]


def _unlists(event: object) -> TypeGuard[PersonRestricted]:
    return isinstance(event, PersonRestricted) and Discard.search_keys in event.discards


def is_listed(events: Iterable[object]) -> bool:
    """Whether the events of her stream let her be found by her newest contact paper."""
    listed = True
    for event in events:
        if isinstance(event, ContactRecorded):
            listed = True
        elif _unlists(event) or isinstance(event, PersonErased):
            listed = False
    return listed
