"""Merges as they are kept: each id says it where it is registered, until it is taken back."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Any

import psycopg
import pytest
from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.domain.authority import NOWHERE
from ledger.domain.identity_records import (
    DuplicateMerged,
    DuplicateSeparated,
    PersonsMerged,
    PersonsSeparated,
)
from ledger.domain.person_records import PersonRegistered
from ledger.domain.values import CommunityId, Count, PersonId
from ledger.projections import service_records
from ledger.projections.horizon import Horizon
from ledger.projections.reading import reading
from ledger.store.datastore import LedgerDatastore
from tests.projections.by_hand import Log, rows_differ
from tests.projections.detecting import MODELS
from tests.projections.real_log import written
from tests.projections.service_events import CHEN, JINNING, NEW_YEAR, WU
from tests.projections.test_service_detectors import LI, XIANHU

TODAY = date(2026, 3, 3)
MERGED = PersonsMerged(CHEN, WU, TODAY), DuplicateMerged(WU, CHEN, TODAY)
SEPARATED = PersonsSeparated(CHEN, WU, TODAY), DuplicateSeparated(WU, CHEN, TODAY)
ANOTHER = PersonsMerged(CHEN, LI, TODAY), DuplicateMerged(LI, CHEN, TODAY)
ROWS = """
SELECT person, kept, duplicate, community, position, ended_position FROM service.merges
ORDER BY position
"""


def registered(who: PersonId, where: CommunityId = JINNING) -> PersonRegistered:
    return PersonRegistered(who, where, Count(1), "commitment", NEW_YEAR)


REGISTERED = registered(CHEN), registered(WU, XIANHU), registered(LI)
EVENTS = *REGISTERED, *MERGED, *ANOTHER, *SEPARATED, *MERGED


def rows(connection: Connection[Any]) -> list[tuple[Any, ...]]:
    return connection.cursor(row_factory=tuple_row).execute(ROWS).fetchall()


def test_both_ids_say_it_where_they_are_registered_until_it_is_taken_back(database: str) -> None:
    with written(database, MODELS, *EVENTS) as connection:
        assert rows(connection) == [
            (CHEN, CHEN, WU, JINNING, 4, 8),
            (WU, CHEN, WU, XIANHU, 5, 9),
            (CHEN, CHEN, LI, JINNING, 6, None),
            (LI, CHEN, LI, JINNING, 7, None),
            (CHEN, CHEN, WU, JINNING, 10, None),
            (WU, CHEN, WU, XIANHU, 11, None),
        ]


def test_wherever_a_run_is_cut_the_merges_are_the_same(database: str) -> None:
    log = Log()
    log.add(*EVENTS)
    for cuts in combinations(range(1, len(EVENTS)), 2):
        assert rows_differ(database, service_records.MODEL, log.events, cuts) == []


@pytest.fixture
def walled(database: str) -> Iterator[LedgerDatastore]:
    with written(database, MODELS, *REGISTERED, *MERGED), LedgerDatastore(database) as datastore:
        yield datastore


@pytest.mark.parametrize(
    ("seen", "person", "says"),
    [
        (frozenset({JINNING}), None, [CHEN]),
        (frozenset({XIANHU}), None, [WU]),
        (NOWHERE, WU, [WU]),
        (NOWHERE, LI, []),
        (None, None, [CHEN, WU]),
    ],
    ids=["the one community", "the other", "herself", "somebody else", "the town"],
)
def test_behind_the_wall_each_reads_what_is_said_where_she_reads(
    walled: LedgerDatastore,
    seen: frozenset[CommunityId] | None,
    person: PersonId | None,
    says: list[PersonId],
) -> None:
    with reading(walled) as connection:
        Horizon(connection).widen(seen, () if person is None else (person,))
        assert [row[0] for row in rows(connection)] == says


def test_ids_that_nobody_registered_are_no_ones(database: str) -> None:
    """A log in which they are merged all the same is broken, and is not folded."""
    with pytest.raises(psycopg.errors.NotNullViolation), written(database, MODELS, *MERGED):
        pass
