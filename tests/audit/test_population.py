"""Populations: what stood at a checkpoint, the same from tables, from the log, and later on."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from random import Random
from typing import Any

import psycopg
import pytest

from ledger.audit.population import EVENTS, Item, Kind, Strata, Wanted, population
from ledger.domain import postings
from ledger.domain.postings import Unit
from ledger.projections import grounds
from ledger.store.codec import Recorded
from tests.projections.history_town import COMMUNITIES
from tests.projections.history_views import Start

Told = tuple[psycopg.Connection[Any], list[Recorded]]
FIND: dict[Kind, Callable[..., list[Recorded]]] = {
    Kind.claims: grounds.of_claims,
    Kind.payments: grounds.of_payments,
    Kind.service: grounds.of_service,
}
EVER = date(1990, 1, 1), date(2090, 1, 1)


@pytest.fixture(scope="module", params=[7, 43])
def told(request: pytest.FixtureRequest, town: Start) -> Iterator[Told]:
    with town.told(Random(request.param), 200) as found:
        yield found


@pytest.mark.parametrize("kind", Kind)
def test_read_models_find_all_of_a_population_at_any_size(told: Told, kind: Kind) -> None:
    connection, log = told
    dice, seen = Random(kind), 0
    for community in COMMUNITIES:
        for _ in range(6):
            size = dice.choice([len(log), dice.randrange(len(log))])
            days = sorted(dice.choices([at.event.occurred_on for at in log], k=2))
            days = list(dice.choice([days, EVER]))
            found = FIND[kind](connection, community, *days, size)
            wanted = Wanted(kind, community, days[0], days[1], size)
            expected = population(log, wanted)
            assert population(found, wanted) == expected
            assert population(log[:size], wanted) == expected
            assert {item.position for item in expected} <= {at.position for at in found}
            seen += len(expected)
    assert seen > 0


@pytest.mark.parametrize(
    ("kind", "prefix", "unit"),
    [
        (Kind.claims, "due/", Unit.fen),
        (Kind.payments, "fund/", Unit.fen),
        (Kind.service, "community/", Unit.minute),
    ],
)
def test_what_stands_adds_up_to_what_the_rule_book_moved(
    told: Told, kind: Kind, prefix: str, unit: Unit
) -> None:
    """Of all that was ever claimed, paid or credited and taken back, the items are what is left."""
    _, log = told
    for size in (len(log), len(log) // 2):
        wanted = Wanted(kind, None, *EVER, size)
        moved = sum(
            posting.amount
            for at in log[:size]
            if isinstance(at.event, EVENTS[kind])
            for posting in postings.of(at.event)
            if posting.account.startswith(prefix)
            and posting.unit is unit
            and not posting.account.endswith(("/reservation", "/credit"))
        )
        items = population(log, wanted)
        assert sum(item.amount for item in items) == (moved if kind is Kind.claims else -moved)
        assert wanted.unit is unit


@pytest.mark.parametrize("kind", Kind)
def test_the_communities_and_days_share_the_population(told: Told, kind: Kind) -> None:
    _, log = told
    whole = population(log, Wanted(kind, None, *EVER, len(log)))
    parts: list[Item] = []
    for community in COMMUNITIES:
        parts += population(log, Wanted(kind, community, *EVER, len(log)))
    assert sorted(parts, key=lambda item: item.position) == list(whole)
    days = sorted({item.occurred_on for item in whole})
    by_day = [population(log, Wanted(kind, None, day, day, len(log))) for day in days]
    assert all(by_day)
    assert sorted(sum(by_day, ()), key=lambda item: item.position) == list(whole)


def test_an_item_is_the_entry_at_its_position(told: Told) -> None:
    _, log = told
    for kind in Kind:
        for item in population(log, Wanted(kind, None, *EVER, len(log))):
            event: Any = log[item.position - 1].event
            assert type(event) in EVENTS[kind]
            assert event.occurred_on == item.occurred_on


def test_a_population_is_divided_by_place_or_by_rule(told: Told) -> None:
    _, log = told
    items = population(log, Wanted(Kind.claims, None, *EVER, len(log)))
    places = Counter(item.stratum(Strata.place) for item in items)
    rules = Counter(item.stratum(Strata.rule) for item in items)
    assert set(places) == {log[item.position - 1].event.canteen for item in items}
    assert set(rules) == {log[item.position - 1].event.rule or "—" for item in items}


def test_a_log_of_nothing_has_no_population() -> None:
    for kind in Kind:
        assert population([], Wanted(kind, None, *EVER, 10)) == ()
