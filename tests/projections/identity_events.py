"""Events of identity, by hand: Chen was entered a second time, as another id, unless told who."""

from ledger.domain.identity_records import (
    DuplicateMerged,
    DuplicateSeparated,
    PersonsMerged,
    PersonsSeparated,
)
from ledger.domain.values import PersonId
from tests.projections.service_events import CHEN, MARCH_2


def merged(duplicate: PersonId, kept: PersonId = CHEN) -> tuple[PersonsMerged, DuplicateMerged]:
    return PersonsMerged(kept, duplicate, MARCH_2), DuplicateMerged(duplicate, kept, MARCH_2)


def separated(
    duplicate: PersonId, kept: PersonId = CHEN
) -> tuple[PersonsSeparated, DuplicateSeparated]:
    return PersonsSeparated(kept, duplicate, MARCH_2), DuplicateSeparated(duplicate, kept, MARCH_2)
