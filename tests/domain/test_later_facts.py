"""Later facts: a sheet rewrites no claim; those that it would have priced otherwise are listed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from ledger.domain.facts import FactSheet, Hardship, HardshipSpell, Residence
from ledger.domain.later_facts import LaterFacts, later_facts, needed
from ledger.domain.repricing import Eaten, Meal
from ledger.domain.simulations import Effect, PayerEffect
from ledger.domain.tiers import Condition, PolicyVersion
from ledger.domain.values import Count, Fen, PayerPath, PersonId
from tests.builders import person
from tests.domain.canteen_town import (
    AGE60,
    COOPERATIVE_PAYS,
    FUND_PAYS,
    JINNING,
    MEMBER,
    MONDAY,
    VERSION,
    XIANHU,
    line,
    sheet,
    tier,
)
from tests.domain.simulated_months import ONE, THEN, claimed, version

CHEN, WU = person(1), person(2)
TWO, THREE = Count(2), Count(3)
AT_79, AT_80, AT_50 = (sheet(date(year, 1, 1)) for year in (1947, 1946, 1976))
TUESDAY = date(2026, 3, 3)
FUND = PayerPath("fund/xianhu-meals")
POOR = sheet(date(1976, 1, 1), hardships=(HardshipSpell(Hardship.subsistence),))
WITH_CARE = version(
    replace(VERSION, tiers=(tier(10, "CARE", Condition(hardship=True), line(FUND_PAYS, 800)),))
)


def found(
    *meals: Meal,
    newest: Mapping[PersonId, FactSheet | None],
    number: Count = TWO,
    versions: tuple[PolicyVersion, ...] = (THEN,),
) -> LaterFacts:
    """What these sheets change; None is one that may not be used. All have the same number."""
    numbers = {meal.facts_of: ONE for meal in meals} | dict.fromkeys(newest, number)
    sheets = {(who, number): each for who, each in newest.items() if each is not None}
    return later_facts(Eaten(XIANHU, versions, meals), numbers, sheets)


def test_an_earlier_birthday_would_have_given_the_tier_from_80() -> None:
    told = found(claimed(CHEN, AT_79), newest={CHEN: AT_80})
    (each,) = told.claims
    assert (each.rule, each.newest_rule) == ("AGE60", "AGE80")
    assert (each.facts_version, each.newest_version) == (1, 2)
    assert each.payers == (PayerEffect(FUND, Effect(Fen(100), Fen(300))),)
    assert each.personal_fen == Effect(Fen(1100), Fen(900))
    assert (each.personal_fen.difference, each.price_fen) == (-200, 1200)


def test_a_residence_that_was_elsewhere_would_have_given_no_subsidy() -> None:
    away = sheet(date(1960, 1, 1), registered=(Residence(JINNING),))
    (each,) = found(claimed(CHEN, sheet(date(1960, 1, 1))), newest={CHEN: away}).claims
    assert (each.rule, each.newest_rule) == ("AGE60", None)
    assert each.payers == (PayerEffect(FUND, Effect(Fen(100), Fen(0))),)
    assert each.personal_fen.now == each.price_fen


def test_a_hardship_that_was_told_late_would_have_given_its_tier() -> None:
    meal = claimed(CHEN, AT_50, by=WITH_CARE)
    (each,) = found(meal, newest={CHEN: POOR}, versions=(WITH_CARE,)).claims
    assert (each.rule, each.newest_rule, each.personal_fen.difference) == (None, "CARE", -800)


def test_a_hardship_that_ended_before_the_meal_changes_nothing() -> None:
    ended = replace(POOR, hardships=(HardshipSpell(Hardship.subsistence, None, date(2026, 2, 1)),))
    meal = claimed(CHEN, AT_50, by=WITH_CARE)
    assert found(meal, newest={CHEN: ended}, versions=(WITH_CARE,)).claims == ()


def test_another_cooperative_would_have_paid() -> None:
    both = (line(FUND_PAYS, 100), line(COOPERATIVE_PAYS, 200))
    by = version(replace(VERSION, tiers=(replace(AGE60, shares=both),)))
    told = found(
        claimed(CHEN, AT_79, by=by), newest={CHEN: sheet(memberships=MEMBER)}, versions=(by,)
    )
    assert [(each.payer, each.fen.difference) for each in told.payers] == [
        ("cooperative/xianhu/e1", 200),
        (FUND, 0),
    ]
    assert told.personal_fen.difference == -200


@pytest.mark.parametrize("number", [ONE, TWO])
def test_a_sheet_is_newer_if_its_number_is_higher(number: Count) -> None:
    meal = claimed(CHEN, AT_79)
    newer = {CHEN: number}
    assert needed((meal,), newer) == ({(CHEN, TWO)} if number == TWO else set())
    assert bool(found(meal, newest={CHEN: AT_80}, number=number).claims) is (number == TWO)


def test_only_the_newest_of_several_sheets_counts_and_a_later_claim_has_it_already() -> None:
    first, last = claimed(CHEN, AT_79), claimed(CHEN, AT_80, TUESDAY)
    last = last._replace(facts_version=THREE)
    told = found(first, last, newest={CHEN: AT_80}, number=THREE)
    assert [(each.served_on, each.newest_version) for each in told.claims] == [(MONDAY, 3)]
    assert found(first, last, newest={CHEN: AT_79}, number=THREE).claims == ()


def test_each_meal_is_priced_by_the_version_that_it_was_claimed_under() -> None:
    higher = replace(THEN, version=TWO, price_fen=Fen(1500), tiers=THEN.tiers[:1])
    meals = claimed(CHEN, AT_79), claimed(CHEN, AT_79, TUESDAY, higher)
    told = found(*meals, newest={CHEN: AT_80}, versions=(THEN, higher))
    assert [each.personal_fen for each in told.claims] == [
        Effect(Fen(1100), Fen(900)),
        Effect(Fen(1500), Fen(1200)),
    ]


def test_what_was_charged_stays() -> None:
    dear = claimed(CHEN, AT_79)._replace(price_fen=Fen(2000), copayment_fen=Fen(1900))
    (each,) = found(dear, newest={CHEN: AT_80}).claims
    assert (each.price_fen, each.personal_fen.now) == (2000, 1700)


def test_facts_that_give_the_same_shares_change_nothing() -> None:
    same = replace(THEN, tiers=(THEN.tiers[0], replace(THEN.tiers[1], shares=THEN.tiers[0].shares)))
    meal = claimed(CHEN, AT_79, by=same)
    told = found(meal, newest={CHEN: AT_80}, versions=(same,))
    assert (told.claims, told.payers[0].fen.difference, told.left) == ((), 0, 0)


def test_whoever_may_not_be_looked_at_is_left_and_counted() -> None:
    told = found(claimed(CHEN, AT_79), claimed(WU, AT_79), newest={CHEN: None, WU: AT_80})
    assert [each.person for each in told.claims] == [WU]
    assert told.left == "<5"
    crowd = [person(number) for number in range(5)]
    meals = [claimed(each, AT_79) for each in crowd]
    told = found(*meals, newest=dict.fromkeys(crowd, None))
    assert (told.claims, told.left) == ((), 5)


def test_the_sums_are_of_all_meals_and_differ_by_those_that_are_listed() -> None:
    meals = claimed(CHEN, AT_79), claimed(WU, AT_80), claimed(CHEN, AT_79, TUESDAY)
    told = found(*meals, newest={CHEN: AT_80, WU: AT_79})
    assert (told.meals, len(told.claims)) == (3, 3)
    assert told.payers == (PayerEffect(FUND, Effect(Fen(500), Fen(700))),)
    assert told.personal_fen == Effect(Fen(3100), Fen(2900))
    listed = sum(each.personal_fen.difference for each in told.claims)
    assert told.personal_fen.difference == listed


def test_a_second_meal_of_a_day_would_have_had_no_subsidy_either() -> None:
    meals = claimed(CHEN, AT_50), claimed(CHEN, AT_50)
    told = found(*meals, newest={CHEN: AT_80})
    assert [each.personal_fen.difference for each in told.claims] == [-300]
    already = claimed(CHEN, AT_80)._replace(facts_version=TWO)
    assert found(claimed(CHEN, AT_50), already, newest={CHEN: AT_80}).claims == ()


def test_a_meal_at_the_full_price_that_was_asked_for_stays_so() -> None:
    wanted = claimed(CHEN, AT_50)._replace(at_full_price=True)
    assert found(wanted, newest={CHEN: AT_80}).claims == ()
    assert needed((wanted,), {CHEN: TWO}) == frozenset()


def test_a_month_in_which_nobody_ate_has_none() -> None:
    told = found(newest={})
    assert (told.meals, told.claims, told.payers, told.left) == (0, (), (), 0)
