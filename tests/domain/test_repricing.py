"""Repricing: the same meals by another policy, and nothing told of a few people."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some

from ledger.domain.ages import AgeRule
from ledger.domain.facts import FactSheet, Hardship, HardshipSpell
from ledger.domain.repricing import needed, usable
from ledger.domain.rights_records import ConsentPurpose, Rights
from ledger.domain.simulations import Effect
from ledger.domain.tiers import Charge, Condition
from ledger.domain.values import Count, Fen
from tests.builders import person
from tests.domain.canteen_town import (
    AGE60,
    AGE80,
    COOPERATIVE_PAYS,
    FUND_PAYS,
    MEMBER,
    MONDAY,
    VERSION,
    aged,
    line,
    sheet,
    tier,
)
from tests.domain.simulated_months import ONE, THEN, Month, born, drafted, version

years = some.integers(1920, 1990)
poor = some.sampled_from([(), (HardshipSpell(Hardship.subsistence),)])
people = some.lists(
    some.builds(
        lambda year, hardships, memberships: sheet(
            date(year, 3, 2), hardships=hardships, memberships=memberships
        ),
        years,
        poor,
        some.sampled_from([(), MEMBER]),
    ),
    max_size=12,
)
WITH_MEMBERS = replace(
    VERSION,
    tiers=(
        tier(10, "POOR", Condition(hardship=True), line(FUND_PAYS, 600)),
        tier(20, "MEMBER", Condition(cooperative_member=True), line(COOPERATIVE_PAYS, 200)),
        *VERSION.tiers,
    ),
)
policies = some.sampled_from([VERSION, WITH_MEMBERS])


@for_all(people, policies, some.sampled_from(AgeRule))
def test_the_policy_of_then_gives_what_was_claimed_to_the_fen(
    sheets: list[FactSheet], policy: Any, rule: AgeRule
) -> None:
    then = version(replace(policy, age_rule=rule))
    month = Month(sheets, by=then)
    found = month.by(then)
    changes = [found.price_fen, found.personal_fen, *(each.fen for each in found.payers)]
    assert not any(each.difference for each in changes)
    told = [each.meals for each in found.rules if each.meals]
    assert all(each.before == each.now for each in told)
    assert found.price_fen.now == sum(meal.price_fen for meal in month.eaten.meals)
    assert needed(month.eaten, then) == frozenset()


@for_all(people, policies, some.integers(0, 90), some.integers(0, 1200))
def test_whatever_is_drafted_the_parts_add_up_to_the_price(
    sheets: list[FactSheet], policy: Any, age: int, share_fen: int
) -> None:
    draft = drafted(
        tier(10, "NEW", aged(age), line(FUND_PAYS, share_fen), line(COOPERATIVE_PAYS, 100)),
        *VERSION.tiers,
    )
    found = Month(sheets, by=version(policy)).by(draft)
    borne = sum(each.fen.now for each in found.payers)
    assert borne + found.personal_fen.now == found.price_fen.now
    told = [each.meals.now for each in found.rules if each.meals]
    assert sum(told) == found.meals or len(told) < len(found.rules)
    assert found.meals == len(sheets)
    assert len(found.rules) == 1 or len(found.rules) - len(told) != 1, "none is the rest"


@for_all(some.lists(years, max_size=20), some.integers(0, 900))
def test_a_raised_share_moves_exactly_the_difference(births: list[int], more_fen: int) -> None:
    raised = replace(AGE80, shares=(line(FUND_PAYS, 300 + more_fen),))
    found = Month(born(*births)).by(drafted(raised, AGE60))
    of_80 = sum(year <= 1946 for year in births)
    assert found.personal_fen.difference == -more_fen * of_80
    assert sum(each.fen.difference for each in found.payers) == more_fen * of_80
    assert found.left == 0


def test_a_share_that_is_raised_looks_at_nobodys_facts() -> None:
    month = Month(born(1940, 1950, 1960))
    raised = replace(AGE80, shares=(line(FUND_PAYS, 500),))
    assert month.by(drafted(raised, AGE60), sheets={}).payers[0].fen.difference == 200


def test_a_rule_is_looked_up_from_where_the_draft_asks_otherwise() -> None:
    month = Month(born(1940, 1950, 1980))
    draft = drafted(AGE80, tier(30, "AGE70", aged(70), line(FUND_PAYS, 100)))
    assert needed(month.eaten, draft) == {(person(2), ONE), (person(3), ONE)}


@pytest.mark.parametrize(("newly", "left"), [(0, 0), (4, "<5"), (5, 0)])
def test_of_fewer_than_five_people_nothing_is_told(newly: int, left: int | str) -> None:
    month = Month(born(*[1970] * newly, *[1990] * 6, *[1940] * 6))
    draft = drafted(AGE80, AGE60, tier(40, "AGE55", aged(55), line(FUND_PAYS, 200)))
    found = month.by(draft)
    moved = newly if left == 0 else 0
    assert found.newly_subsidised.people == moved
    assert found.left == left
    assert found.personal_fen.difference == -200 * moved


def test_to_which_cooperative_few_belong_is_not_told_either() -> None:
    month = Month([*[sheet(memberships=MEMBER)] * 3, *[sheet()] * 5])
    draft = drafted(replace(AGE80, shares=(line(FUND_PAYS, 300), line(COOPERATIVE_PAYS, 100))))
    found = month.by(draft)
    assert [each.payer for each in found.payers] == ["fund/xianhu-meals"]
    assert found.left == "<5"


def test_a_meal_asked_for_at_the_full_price_stays_so_and_nobodys_facts_are_looked_at() -> None:
    month = Month(born(*[1940] * 6))
    bought = [
        meal._replace(rule=None, copayment_fen=meal.price_fen, shares=(), at_full_price=True)
        for meal in month.eaten.meals
    ]
    month.eaten = month.eaten._replace(meals=tuple(bought))
    found = month.by(drafted(tier(10, "NEW", aged(20), line(FUND_PAYS, 900))), sheets={})
    assert (found.personal_fen.difference, found.newly_subsidised.meals, found.left) == (0, 0, 0)
    dearer = month.by(drafted(AGE80, price_fen=1300), sheets={})
    assert dearer.personal_fen.difference == 6 * 100


def test_a_birthday_on_29_february_counts_from_1_march_in_a_common_year() -> None:
    days = [date(2026, 2, 28), date(2026, 3, 1)]
    month = Month([sheet(date(1968, 2, 29))] * 5, days)
    draft = drafted(tier(10, "AGE58", aged(58), line(FUND_PAYS, 400)))
    found = month.by(draft)
    assert (found.newly_subsidised.people, found.newly_subsidised.meals) == (5, 5)
    assert found.personal_fen.difference == -2000


def test_a_birthday_within_the_month_counts_from_its_day_on() -> None:
    month = Month([sheet(date(1968, 3, 2))] * 5, [date(2026, 3, 1), MONDAY])
    found = month.by(drafted(tier(10, "AGE58", aged(58), line(FUND_PAYS, 400))))
    assert found.newly_subsidised.meals == 5


def test_another_rule_of_counting_years_moves_whoever_has_just_had_a_birthday() -> None:
    month = Month([sheet(date(1966, 3, 2))] * 5)
    later = replace(THEN, age_rule=AgeRule.next_month)
    assert month.by(later).no_longer_subsidised.people == 5


def test_whoever_is_not_to_be_looked_at_is_left_as_she_was() -> None:
    month = Month(born(*[1970] * 10))
    draft = drafted(tier(10, "AGE50", aged(50), line(FUND_PAYS, 200)))
    seen = {name: each for name, each in month.all_sheets.items() if name[0] != person(1)}
    found = month.by(draft, seen)
    assert (found.newly_subsidised.people, found.left) == (9, "<5")


def test_a_sheet_is_used_as_she_has_allowed_until_now() -> None:
    ill = sheet(hardships=(HardshipSpell(Hardship.severe_disability),))
    no = Rights(consents={ConsentPurpose.sensitive_facts: False})
    assert usable(ill, Rights())
    assert usable(sheet(), no)
    assert not usable(ill, no)
    assert not usable(sheet(), Rights(restricted=True))


def test_a_second_meal_of_a_day_is_subsidised_no_oftener_than_it_was() -> None:
    month = Month(born(*[1970] * 5), [MONDAY, MONDAY])
    found = month.by(drafted(tier(10, "AGE50", aged(50), line(FUND_PAYS, 200))))
    assert (found.newly_subsidised.meals, found.personal_fen.difference) == (5, -1000)


def test_an_amount_that_was_charged_stays_where_the_price_is_free() -> None:
    free = version(replace(VERSION, charge=Charge.amount_charged))
    month = Month(born(1940), by=free)
    dear = month.eaten.meals[0]._replace(price_fen=Fen(2000), copayment_fen=Fen(1700))
    month.eaten = month.eaten._replace(meals=(*month.eaten.meals, dear))
    dearer = replace(free, price_fen=Fen(1500))
    assert month.by(dearer).price_fen.now == 1500 + 2000
    assert month.by(drafted(AGE80, AGE60, price_fen=1500)).price_fen.now == 2 * 1500


def test_a_month_in_which_nobody_ate_comes_to_nothing() -> None:
    found = Month([]).by(drafted(AGE80))
    assert (found.people, found.meals, found.payers, found.rules) == (0, 0, (), ())


def test_two_versions_of_a_month_are_each_held_against_the_draft() -> None:
    later = replace(THEN, version=Count(2), tiers=THEN.tiers[:1])
    month = Month(born(*[1950] * 6))
    second = Month(born(*[1950] * 6), [date(2026, 3, 9)], later).eaten.meals
    month.eaten = month.eaten._replace(versions=(THEN, later), meals=month.eaten.meals + second)
    found = month.by(THEN)
    assert [(each.rule, each.meals) for each in found.rules] == [
        ("AGE60", Effect(6, 12)),
        (None, Effect(6, 0)),
    ]
    assert found.left == 0


@pytest.mark.parametrize(
    ("old", "young", "told"),
    [
        (4, 0, {"AGE80": None}),
        (5, 0, {"AGE80": 5}),
        (4, 6, {"AGE80": None, "AGE60": None}),
        (5, 6, {"AGE80": 5, "AGE60": 6}),
    ],
)
def test_a_rule_of_few_eaters_is_named_without_its_sums_and_is_no_rest(
    old: int, young: int, told: dict[str, int | None]
) -> None:
    found = Month(born(*[1940] * old, *[1960] * young)).by(drafted(AGE80, AGE60))
    assert {each.rule: each.meals and each.meals.now for each in found.rules} == told
    assert all((each.meals is None) is (each.personal_fen is None) for each in found.rules)
