"""Laws of erasure: whoever is erased takes no figure, no balance and no byte along."""

from datetime import UTC, datetime
from random import Random
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from ledger.domain import people
from ledger.domain.rights import ErasePerson
from ledger.domain.rights_records import ErasureBasis, PersonErased
from ledger.domain.values import PersonId
from ledger.projections import journal, league
from ledger.projections.reading import state_at
from ledger.projections.seasons import Season
from tests.projections import histories
from tests.projections.history_town import PEOPLE
from tests.projections.history_turns import COLLEAGUE, Town
from tests.projections.history_views import Start

BASIS = ErasureBasis.participation_ended
AFTER_EVERY_TERM = datetime(2070, 6, 1, tzinfo=UTC)
COUNT = 120

Figures = tuple[Any, ...]


def figures(url: str) -> Figures:
    """Every balance, every league table there ever is, and whether all of it sums to nothing."""
    with psycopg.connect(url, autocommit=True) as connection:
        return (
            journal.balances(connection, ""),
            journal.trial_balance(connection),
            [league.table(connection, Season.named(name)) for name in ("all", "2026", "2026-Q1")],
        )


def stored(connection: Connection[Any]) -> list[tuple[Any, ...]]:
    """The bytes of every event, in their order."""
    return connection.execute(
        "SELECT originator_id, originator_version, topic, state FROM ledger.stored_events "
        "ORDER BY notification_id"
    ).fetchall()


@pytest.mark.parametrize("seed", [2, 5, 27, 32])
def test_an_erasure_changes_no_balance_no_league_figure_and_no_byte(
    start: Start, seed: int
) -> None:
    with start.copied() as url, histories.town(url, start.keys) as town:
        for turn in histories.turns(Random(seed), COUNT):
            town.take(turn)
        town.projector.catch_up()
        with psycopg.connect(url, autocommit=True) as connection:
            before, log = figures(url), stored(connection)
            town.now = AFTER_EVERY_TERM
            erased = [who for who in PEOPLE if erase(town, who)]
            town.projector.catch_up()
            assert erased
            assert figures(url) == before
            assert stored(connection)[: len(log)] == log
            for who in erased:
                state = state_at(connection, people.stream(who), 10**9)
                assert (state.facts_version, state.rights.erased) == (0, True)


def erase(town: Town, who: PersonId) -> bool:
    """Whether she is gone: nobody is whose objection was never answered."""
    town.do(ErasePerson(who, BASIS), by=COLLEAGUE)
    return any(event.person == who for event in town.happened[PersonErased])
