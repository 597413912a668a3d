"""Meals that were eaten and could not be claimed: each is told with who pays and how much."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.domain import unclaimable
from ledger.domain.decisions import Happening
from ledger.domain.tiers import PayerKind, Sitting
from ledger.domain.unclaimable_records import (
    EndReason,
    MealPayer,
    UnclaimableMealEnded,
    UnclaimableMealEntered,
    WhyRefused,
)
from ledger.domain.values import Count, Fen, month_of
from ledger.domain.words import ZH
from ledger.projections.asking import Reach
from ledger.projections.detectors import Pattern
from tests.builders import CLERK
from tests.projections.detecting import found, found_one
from tests.projections.meal_events import CANTEEN
from tests.projections.service_events import CHEN, JINNING, MARCH_2
from tests.projections.test_service_detectors import XIANHU

PATTERN = Pattern.meals_unclaimable
WHY = WhyRefused.day_must_not_have_two_subsidised_meals
EATEN = UnclaimableMealEntered(
    *(CHEN, CANTEEN, JINNING, Count(1), MARCH_2, Sitting.lunch),
    *(WHY, MealPayer.eater, Fen(1500), CLERK),
)


def of_chen(event: object) -> Happening:
    return unclaimable.stream(CHEN, month_of(MARCH_2)), event


MEAL = of_chen(EATEN)
ENDED = of_chen(
    UnclaimableMealEnded(
        *(CHEN, CANTEEN, JINNING, Count(1)), EndReason.paid, MARCH_2 + timedelta(days=3)
    )
)


def test_it_names_who_pays_and_the_full_price(database: str) -> None:
    finding = found_one(database, PATTERN, MEAL)
    assert (finding.subject, finding.others, finding.community) == (CHEN, (CANTEEN,), JINNING)
    assert (finding.since, finding.score, finding.evidence) == (MARCH_2, 1 + 1, (1,))
    assert "全价 15.00 元，差额由本人承担" in finding.sentence_zh
    assert "（午餐），事后核销被拒：当日补助餐已享受满" in finding.sentence_zh
    assert "the eater pays what is missing to the full price of 15.00 yuan" in finding.sentence_en


def test_where_no_policy_said_what_it_costs_no_amount_is_told(database: str) -> None:
    why = WhyRefused.policy_must_cover_the_day
    meal = replace(EATEN, refused_as=why, payer=MealPayer.canteen, price_fen=None)
    finding = found_one(database, PATTERN, of_chen(meal))
    assert finding.score == 1
    assert "全价 - 元，差额由饭堂承担" in finding.sentence_zh


def test_an_end_takes_its_own_meal_away_and_no_other(database: str) -> None:
    second = of_chen(replace(EATEN, meal=Count(2), sitting=Sitting.dinner))
    (left,) = found(database, MEAL, second, ENDED, pattern=PATTERN)
    assert (left.evidence, left.facts["sitting"]) == ((2,), "dinner")


@pytest.mark.parametrize(("known", "findings"), [(0, 0), (1, 1), (2, 0), (None, 0)])
def test_it_is_told_as_it_was_known(database: str, known: int | None, findings: int) -> None:
    assert len(found(database, MEAL, ENDED, pattern=PATTERN, known=known)) == findings


@pytest.mark.parametrize(("reach", "findings"), [(None, 1), ({JINNING}, 1), ({XIANHU}, 0)])
def test_it_is_told_where_the_canteen_is(database: str, reach: Reach, findings: int) -> None:
    assert len(found(database, MEAL, pattern=PATTERN, reach=reach)) == findings


def test_every_refusal_and_payer_has_a_chinese_word() -> None:
    assert set(ZH["why"]) == set(WhyRefused)
    assert set(ZH["payer"]) == {*MealPayer, *PayerKind}
