"""temporary"""

from random import Random
import pytest
from ledger.audit.duties import Duties
from tests.projections.history_views import Start


@pytest.mark.parametrize("seed", range(1000, 1030))
def test_x(start: Start, seed: int) -> None:
    with start.told(Random(seed), 200) as (_, events):
        duties = Duties()
        assert [flaw for at in events for flaw in duties.look(at)] == []
