"""That two ids are one person's: found by a registrar, and taken back where it was a mistake.

Nothing moves from one id to the other. What was written under the duplicate stays there, so that it
can be reversed, disputed and proved as before; rules and readers look at both ids together.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeAlias, assert_never

from ledger.domain.values import PersonId


@dataclass(frozen=True, slots=True)
class PersonsMerged:
    """The person was entered a second time, as `duplicate`; from now on she is the one id."""

    person: PersonId
    duplicate: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class DuplicateMerged:
    """Twin of `PersonsMerged`: nothing new is written under this id, but under `kept_as`."""

    person: PersonId
    kept_as: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class PersonsSeparated:
    """They are two persons after all."""

    person: PersonId
    duplicate: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class DuplicateSeparated:
    """Twin of `PersonsSeparated`: whatever is hers is written under this id again."""

    person: PersonId
    kept_as: PersonId
    occurred_on: date


IdentityEvent: TypeAlias = PersonsMerged | DuplicateMerged | PersonsSeparated | DuplicateSeparated


@dataclass(frozen=True, slots=True)
class Identity:
    """The other ids of a person: her `duplicates`, or the one id that she is kept as."""

    duplicates: tuple[PersonId, ...] = ()
    kept_as: PersonId | None = None


ONE_ID: Final = Identity()


def evolve(identity: Identity, event: IdentityEvent) -> Identity:
    """Duplicates stand in the order in which they were found."""
    match event:
        case PersonsMerged():
            return replace(identity, duplicates=(*identity.duplicates, event.duplicate))
        case PersonsSeparated():
            left = tuple(each for each in identity.duplicates if each != event.duplicate)
            return replace(identity, duplicates=left)
        case DuplicateMerged():
            return replace(identity, kept_as=event.kept_as)
        case DuplicateSeparated():
            return replace(identity, kept_as=None)
        case _:
            assert_never(event)
