"""What a batch brings to the vault: drafts before it is closed, rows when it is."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from ledger.domain.values import PersonId
from ledger.store.arrays import Array, blobs, integers, texts
from ledger.vault.sheets import Prepared, Sealed


class Draft(NamedTuple):
    """A prepared paper and the place that a decision gave it; `others` are her other ids."""

    person: PersonId
    version: int
    prepared: Prepared
    others: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A new person's key, wrapped."""

    person: PersonId
    wrapped: bytes = field(repr=False)
    master_key: str


class SearchKind(StrEnum):
    """By what a person is found: each whole, none in part."""

    name = "name"
    number = "number"
    phone = "phone"
    document = "document"


class SearchRow(NamedTuple):
    """A person and the keyed digest of what she is found by."""

    person: PersonId
    kind: SearchKind
    digest: bytes


@dataclass(frozen=True, slots=True)
class Sealing:
    """What a batch adds to the vault, and takes from it."""

    person_rows: tuple[PersonRow, ...] = ()
    paper_rows: tuple[Sealed, ...] = ()
    search_rows: tuple[SearchRow, ...] = ()
    unlisted: tuple[PersonId, ...] = ()
    forgotten: tuple[PersonId, ...] = ()

    def arrays(self) -> tuple[Array, ...]:
        """The arguments of `vault.store`, in its order, then of `vault.unlist` and `forget`."""
        names = [row.name for row in self.paper_rows]
        return (
            texts([row.person for row in self.person_rows]),
            blobs([row.wrapped for row in self.person_rows]),
            texts([row.master_key for row in self.person_rows]),
            texts([name.person for name in names]),
            texts([name.kind.value for name in names]),
            integers([name.version for name in names]),
            blobs([row.sealed for row in self.paper_rows]),
            texts([row.person for row in self.search_rows]),
            texts([row.kind.value for row in self.search_rows]),
            blobs([row.digest for row in self.search_rows]),
            texts(self.unlisted),
            texts(self.forgotten),
        )
