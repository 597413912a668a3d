"""Meals once more: those that are alike are split once, and anew where the policy has changed."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.audit import splits
from ledger.audit.hands import Hands
from ledger.audit.meal_checks import MealChecks
from ledger.domain.meal_records import MealClaimed
from ledger.domain.policy_records import PolicyWithdrawn
from ledger.domain.tiers import Payer, PayerKind, PayerShare
from ledger.domain.values import Count, Fen, PayerPath
from tests.audit.duty_logs import HERE, Written, log
from tests.builders import person
from tests.domain.canteen_town import AGE60, AGE80, CHEN, FUND_PAYS, MONDAY, VERSION, line, sheet
from tests.store.samples.examples import example

LI, WANG = person(1), person(2)


def lunch(**said: Any) -> MealClaimed:
    """Chen's lunch by the first version, for which the fund bears a yuan; or what is said."""
    policy = {"canteen": VERSION.site, "occurred_on": MONDAY, "policy_version": VERSION.version}
    split = {"rule": AGE60.code, "price_fen": VERSION.price_fen, **borne(100)}
    usual = {"person": CHEN, "subsidised_limit": Count(1), "at_full_price": False} | policy | split
    claimed: MealClaimed = replace(example(MealClaimed), **usual | said)
    return claimed


def borne(fen: int, path: str = FUND_PAYS.path) -> dict[str, Any]:
    shares = (PayerShare(PayerPath(path), Fen(fen)),)
    return {"shares": shares, "copayment_fen": Fen(VERSION.price_fen - fen)}


def flaws(*events: object) -> list[str]:
    """What is told of these events, each behind its position."""
    checks = MealChecks()
    written = log(*(Written((HERE, event)) for event in events))
    return [f"{flaw.position} {flaw.en}" for at in written for flaw in checks.look(at, Hands(), {})]


DEARER = replace(AGE60, shares=(line(FUND_PAYS, 200),))
CHANGED = (
    PolicyWithdrawn(VERSION.site, VERSION.community, VERSION.version, MONDAY, MONDAY),
    replace(VERSION, version=Count(2), valid_from=MONDAY, tiers=(DEARER,)),
)


def test_meals_that_are_alike_are_right_together() -> None:
    assert flaws(VERSION, lunch(), lunch(person=LI), lunch(person=WANG)) == []


FULL: dict[str, Any] = {"rule": None, "shares": (), "copayment_fen": VERSION.price_fen}


def test_a_meal_asked_for_at_the_full_price_names_no_rule_and_nobody_bears_it() -> None:
    asked_for: dict[str, Any] = {"at_full_price": True}
    bought = lunch(**asked_for | FULL)
    assert flaws(VERSION, lunch(), bought, bought) == []
    wrong = lunch(person=LI, **asked_for), lunch(person=WANG, **asked_for | {"rule": None})
    [named, borne_] = flaws(VERSION, lunch(), *wrong)
    assert named.startswith("3 The policy's version 1 has no rule AGE60")
    assert borne_.startswith("4 By rule None of version 1 the payers bear 0")


def test_whoever_asked_for_the_full_price_is_looked_for_in_no_tier() -> None:
    checks = MealChecks(sheets={(CHEN, 1): sheet(date(1930, 3, 2))})
    full = FULL | {"facts_version": Count(1)}
    meals = lunch(**full), lunch(**full, at_full_price=True)
    written = log(*(Written((HERE, event)) for event in (VERSION, *meals)))
    told = [flaw.position for at in written for flaw in checks.look(at, Hands(), {})]
    assert told == [2]


def test_a_meal_like_a_right_one_is_told_if_it_is_wrong() -> None:
    [told] = flaws(VERSION, lunch(), lunch(person=LI, **borne(200)), lunch(person=WANG))
    assert told.startswith("3 By rule AGE60 of version 1 the payers bear")


def test_a_policy_that_changed_splits_the_same_meal_anew() -> None:
    second = Count(2)
    [told] = flaws(
        VERSION,
        lunch(),
        *CHANGED,
        lunch(person=LI, policy_version=second),
        lunch(person=WANG, policy_version=second, **borne(200)),
    )
    assert told.startswith("5 By rule AGE60 of version 2 the payers bear")


def test_members_of_two_cooperatives_are_not_alike() -> None:
    hers = replace(AGE60, shares=(line(Payer(PayerKind.cooperative_of_the_eater), 100),))
    first, second = (borne(100, f"cooperative/xianhu/{name}") for name in ("e1", "e2"))
    policy = replace(VERSION, tiers=(hers,))
    assert flaws(policy, lunch(**first), lunch(person=LI, **second)) == []


def test_however_few_are_remembered_each_meal_is_split(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splits, "SPLITS_MOST", 1)
    old = {"rule": AGE80.code, **borne(300)}
    [told] = flaws(VERSION, lunch(), lunch(person=LI, **old), lunch(person=WANG, **borne(300)))
    assert told.startswith("4 By rule AGE60")
