"""Purchases of a year, decided by the rules alone: each step is answered as it was planned.

Here neighbours buy so much that purchases from one payee for one purpose meet all the time: on one
morning, and after one that was refused or taken back.
"""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from ledger.demo.scale import founding, spending
from ledger.demo.scale.acts import Act
from ledger.demo.scale.days import FIRST_DAY, FOUNDED, calendar, moment, months
from ledger.demo.scale.extent import Extent
from ledger.demo.scale.places import Place, places
from ledger.domain.decisions import Refused
from tests.story import given

TOWN = Extent(1, 1_000, 0, 0)
YEAR_END = FIRST_DAY.replace(month=12, day=31)
CROWD = 120_000


def purchases(place: Place, random: Random) -> Iterator[Act]:
    """What must stand before the year, and then its purchases in the order of time."""
    yield from founding.towns((place,), (), random)
    yield from spending.payees(place, moment(FOUNDED, 12))
    year, requests = calendar(random), spending.Requests()
    bought = [
        act
        for month in months(YEAR_END)
        for act in spending.spent(place, month, year, requests, random)
    ]
    yield from sorted(bought, key=lambda act: act.at)


@pytest.mark.parametrize("seed", range(3))
def test_as_many_approve_as_the_rules_ask_for_when_they_do(seed: int) -> None:
    random, story = Random(seed), given()
    (place,) = places(TOWN, random)
    for act in purchases(replace(place, residents=CROWD), random):
        told = story.when(act.command, by=act.actor, at=act.at)
        code = told.outcome.code if isinstance(told.outcome, Refused) else None
        assert code is act.refused, (act, told.outcome)
        for happening in () if isinstance(told.outcome, Refused) else told.decision:
            story.ledger.fold(happening)
