"""The worked example is a town in which everybody keeps to her duties."""

from ledger.audit.soundness import check_log
from tests.demo.conftest import Example


def test_no_duty_is_broken_in_the_worked_example(example: Example) -> None:
    _, here = example
    found = check_log(here.datastore)
    assert found.events
    assert found.flaws == []
