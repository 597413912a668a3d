"""Whatever the rules let happen breaks no duty, in any random history."""

from random import Random

import pytest

from ledger.audit.duties import Duties
from tests.projections.history_views import Start
from tests.projections.test_histories import SEEDS


@pytest.mark.parametrize("seed", SEEDS)
def test_no_duty_is_broken_in_a_history(start: Start, seed: int) -> None:
    with start.told(Random(seed), 200) as (_, events):
        duties = Duties()
        assert [flaw for at in events for flaw in duties.look(at)] == []
