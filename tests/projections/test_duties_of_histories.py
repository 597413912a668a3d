"""Whatever the rules let happen breaks no duty and adds up, in any random history."""

from random import Random

import pytest

from ledger.audit.duties import Duties
from ledger.audit.meal_checks import MealChecks
from ledger.audit.money_checks import MoneyChecks
from tests.projections.history_views import Start
from tests.projections.test_histories import SEEDS


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_wrong_in_a_history(start: Start, seed: int) -> None:
    with start.told(Random(seed), 200) as (_, events):
        duties, meals, money = Duties(), MealChecks(), MoneyChecks()
        for at in events:
            assert duties.look(at) == []
            assert meals.look(at, duties.hands, {}) == []
            assert money.look(at) == []
        assert list(money.at_the_end(0)) == []
