"""A meal that could not be claimed, asked of the log: the payer and the price follow from it."""

from dataclasses import replace
from typing import Any

import pytest

from ledger.audit.hands import Hands
from ledger.audit.meal_checks import MealChecks
from ledger.domain import unclaimable
from ledger.domain.tiers import Charge
from ledger.domain.unclaimable_records import MealPayer, UnclaimableMealEntered, WhyRefused
from ledger.domain.values import month_of
from tests.audit.duty_logs import Written, log
from tests.domain.canteen_town import CHEN, CLERK, MONDAY, noon, published
from tests.domain.test_unclaimable import AT_THE_LIMIT, enter
from tests.story import given

(ENTERED,) = given(*AT_THE_LIMIT).when(enter(), by=CLERK, at=noon(MONDAY)).events
HERE = unclaimable.stream(CHEN, month_of(MONDAY))


def flaws(event: UnclaimableMealEntered, **policy: Any) -> int:
    """How many are found where the canteen's policy is the usual one but for this."""
    checks = MealChecks()
    written = Written(published(**policy)), Written((HERE, event), CLERK)
    return sum(len(checks.look(at, Hands(), {})) for at in log(*written))


def entered(**changes: Any) -> UnclaimableMealEntered:
    event: UnclaimableMealEntered = replace(ENTERED, **changes)
    return event


def test_what_the_rule_wrote_has_no_flaw() -> None:
    assert flaws(entered()) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"payer": MealPayer.canteen},
        {"refused_as": WhyRefused.person_must_be_alive_on_the_day},
        {"price_fen": 1199},
        {"price_fen": None},
    ],
    ids=["another payer", "another refusal", "another price", "no price"],
)
def test_what_a_forger_changed_is_found(changes: dict[str, Any]) -> None:
    assert flaws(entered(**changes)) == 1


def test_a_price_that_the_clerk_says_is_any_but_none() -> None:
    assert flaws(entered(price_fen=1999), charge=Charge.amount_charged) == 0
    assert flaws(entered(price_fen=0), charge=Charge.amount_charged) == 1


def test_where_no_policy_covers_the_day_no_price_is_said() -> None:
    assert flaws(entered(price_fen=None), valid_until=MONDAY) == 0
    assert flaws(entered(), valid_until=MONDAY) == 1
