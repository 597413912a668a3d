"""While one batch is being written the next is decided on top of it, which may prove wrong."""

from datetime import timedelta
from threading import Event

import pytest

from ledger.deciding.answers import Accepted, Broken, Declined
from ledger.engine import Ledger
from tests.builders import accepted, declined, person
from tests.engine.town import MONDAY, YOUNG, around_the_first_append, born, forbid, lunch, newcomer

TUESDAY = MONDAY + timedelta(days=1)
SECONDS_MOST = 10


@pytest.fixture(autouse=True)
def _two_units_in_one_append(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.engine.UNITS_MOST", 2)


def test_more_units_than_one_append_takes_are_all_answered_in_order(ledger: Ledger) -> None:
    answers = ledger.execute([lunch(number) for number in (1, 2, 2, 3, 4)])
    assert [isinstance(answer, Accepted) for answer in answers] == [True, True, False, True, True]


def test_what_was_decided_on_a_batch_that_failed_is_decided_again(
    ledger: Ledger, database: str
) -> None:
    forbid(database, f"person-{person(7)}")
    answers = ledger.execute([newcomer(7), lunch(1), lunch(7), lunch(2)])
    assert [type(answer) for answer in answers] == [Broken, Accepted, Declined, Accepted]
    declined(answers[2], "person_must_be_known")


def test_what_is_written_behind_a_batch_that_failed_is_known_afterwards(
    ledger: Ledger, database: str
) -> None:
    forbid(database, f"meals-{person(2)}-2026-03")
    answers = ledger.execute([lunch(1), lunch(2), lunch(3), lunch(4)])
    assert [type(answer) for answer in answers] == [Accepted, Broken, Accepted, Accepted]
    declined(ledger.execute([lunch(3)])[0], "day_must_not_have_two_subsidised_meals")


def test_a_batch_hears_of_what_the_next_one_has_found_out(
    ledger: Ledger, rival: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first batch must be decided again, and meanwhile the second reads what moved later."""
    accepted(ledger.execute([lunch(1, key="a")])[0])
    ledger.execute([lunch(2)], dry_run=True)
    moved, read = Event(), Event()
    load = ledger.recorder.load

    def later(*wanted: object) -> object:
        assert moved.wait(60)
        try:
            return load(*wanted)  # type: ignore[arg-type]
        finally:
            read.set()

    def move() -> None:
        accepted(rival.execute([born(2, YOUNG)])[0])
        moved.set()
        assert read.wait(60)

    around_the_first_append(ledger, monkeypatch, after=move)
    monkeypatch.setattr(ledger.recorder, "load", later)
    moved_late = ledger.execute([lunch(1, key="a"), lunch(2), lunch(4), lunch(3)])[1]
    (claimed,) = accepted(moved_late).events
    assert (claimed.event.facts_version, claimed.event.shares) == (2, ())


def test_one_key_in_two_appends_of_a_call_is_one(ledger: Ledger) -> None:
    a, b = lunch(1, key="a"), lunch(4, key="a")
    answers = ledger.execute([a, lunch(2), a, lunch(3), b, lunch(4)])
    assert accepted(answers[2]).replayed
    assert accepted(answers[2]).events == accepted(answers[0]).events
    again = declined(answers[4], "key_must_not_be_used_for_another_request")
    assert again.position >= accepted(answers[0]).position
    accepted(answers[5])


def test_an_interrupt_leaves_nothing_behind_that_is_not_so(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pressed in the middle, and again while the batch in flight is waited for."""

    begun = Event()

    def interrupted(*_: object, **__: object) -> None:
        assert begun.wait(SECONDS_MOST)
        raise KeyboardInterrupt

    def failing() -> None:
        begun.set()
        raise ZeroDivisionError

    ledger.execute([lunch(number) for number in range(5)], dry_run=True)
    with monkeypatch.context() as patched:
        around_the_first_append(ledger, patched, before=failing)
        patched.setattr("ledger.deciding.run.wait", interrupted)
        patched.setattr("ledger.deciding.run.Run.answers", interrupted)
        with pytest.raises(KeyboardInterrupt):
            ledger.execute([lunch(1), lunch(2), lunch(3), lunch(4)])
    for answer in ledger.execute([lunch(1), lunch(2), lunch(3), lunch(4)], dry_run=True):
        accepted(answer)
