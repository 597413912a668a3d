"""The worked example, rewritten in one place: what does not follow any more is told there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.audit.duties import Duties
from ledger.audit.flaws import Flaw
from ledger.audit.hands import SheetKey
from ledger.audit.meal_checks import MealChecks
from ledger.audit.money_checks import MoneyChecks
from ledger.domain.disbursement_records import DisbursementApproved, DisbursementPaid
from ledger.domain.facts import FactSheet
from ledger.domain.fund_records import MovedBetweenFunds
from ledger.domain.meal_records import MealClaimed, MealReversed
from ledger.domain.periods import PeriodClosed
from ledger.domain.settlement_records import (
    SettlementApproved,
    SettlementDisbursed,
    SettlementPaid,
    SettlementSubmitted,
)
from ledger.store.codec import Recorded, decode
from tests.demo.conftest import Example

Log = list[Recorded]


@pytest.fixture
def log(example: Example) -> Log:
    _, here = example
    return [decode(*row) for row in here.ledger.recorder.read(0, 10_000)]


def flaws(log: Log, sheets: dict[SheetKey, FactSheet] | None = None) -> list[Flaw]:
    duties, meals, money, found = Duties(), MealChecks(), MoneyChecks(), []
    for at in log:
        duties.look(at)
        found += meals.look(at, duties.hands, sheets or {})
        found += money.look(at)
    return [*found, *money.at_the_end(log[-1].position)]


def places(log: Log, kind: type) -> list[int]:
    return [place for place, at in enumerate(log) if type(at.event) is kind]


def rewritten(log: Log, place: int, change: Callable[[Any], Any]) -> Log:
    at = log[place]
    return [*log[:place], at._replace(event=change(at.event)), *log[place + 1 :]]


def more_due(event: Any) -> Any:
    first, *others = event.payers
    more = replace(first, shares_fen=first.shares_fen + 100, due_fen=first.due_fen + 100)
    return replace(event, payers=(more, *others))


def more(name: str) -> Callable[[Any], Any]:
    return lambda event: replace(event, **{name: getattr(event, name) + 1})


REWRITTEN: dict[str, tuple[type, Callable[[Any], Any], str]] = {
    "a copayment": (MealClaimed, more("copayment_fen"), "the payers bear"),
    "a version": (MealClaimed, more("policy_version"), "was not in force"),
    "what a settlement asks for": (SettlementSubmitted, more_due, "asks for"),
    "what a settlement's meals cost": (SettlementSubmitted, more("price_fen"), "meals cost"),
    "what was approved of a settlement": (SettlementApproved, more_due, "not what was submitted"),
    "what was paid of a settlement": (SettlementPaid, more("amount_fen"), "were approved"),
    "what a fund paid": (SettlementDisbursed, more("amount_fen"), "the settlement says"),
    "what was approved": (DisbursementApproved, more("amount_fen"), "were asked for"),
    "what was paid": (DisbursementPaid, more("amount_fen"), "were approved"),
    "a voucher": (MovedBetweenFunds, more("voucher"), "was due"),
}


def test_the_worked_example_follows(log: Log) -> None:
    assert flaws(log) == []


@pytest.mark.parametrize("what", REWRITTEN)
def test_what_was_rewritten_is_told(log: Log, what: str) -> None:
    kind, change, told = REWRITTEN[what]
    place = places(log, kind)[-1]
    found = flaws(rewritten(log, place, change))
    assert any(told in flaw.en and flaw.zh for flaw in found), found
    first = min(flaw.position for flaw in found)
    assert first == (log[-1].position if "the settlement says" in told else log[place].position)


@pytest.mark.parametrize("kind", [DisbursementApproved, SettlementApproved])
def test_nothing_is_paid_that_nobody_approved(log: Log, kind: type) -> None:
    gone = {log[place].event for place in places(log, kind)}
    left = [at for at in log if at.event not in gone]
    assert any(
        "0 that were approved" in flaw.en or "0 were approved" in flaw.en for flaw in flaws(left)
    )


def again(log: Log, event: object) -> Log:
    last = log[-1]
    return [*log, last._replace(position=last.position + 1, event=event)]


def test_a_meal_that_is_added_to_a_closed_month_is_told_for_each_reason(log: Log) -> None:
    closed = {(at.event.community, at.event.month) for at in log if type(at.event) is PeriodClosed}
    meal = next(
        log[place].event
        for place in places(log, MealClaimed)
        if log[place].event.shares
        and (log[place].event.community, log[place].event.booked_in) in closed
    )
    told = " ".join(flaw.en for flaw in flaws(again(log, meal)))
    assert "whose claims were closed" in told
    assert "The subsidised meal number 2 of this person" in told
    assert f"is booked in {meal.booked_in}, which was closed" in told


def test_a_meal_that_was_taken_back_counts_for_no_limit(log: Log) -> None:
    (place, *_) = places(log, MealReversed)
    gone = log[place].event
    claims = [log[at].event for at in places(log, MealClaimed)]
    meal = next(
        each
        for each in claims
        if (each.person, each.claim, each.occurred_on)
        == (gone.person, gone.claim, gone.occurred_on)
    )
    at_once = [*log[: place + 1], log[place]._replace(event=meal)]
    assert not any("subsidised meal number" in flaw.en for flaw in flaws(at_once))


def test_with_the_fact_sheet_in_hand_the_tier_is_found_again(log: Log) -> None:
    meal = next(log[place].event for place in places(log, MealClaimed) if log[place].event.rule)
    key = meal.person, meal.facts_version
    child = FactSheet(born_on=date(2020, 1, 1))
    told = [flaw.en for flaw in flaws(log, {key: child})]
    assert any("By fact sheet" in each and f"claimed was {meal.rule}" in each for each in told)
