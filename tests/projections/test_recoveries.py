"""The register of recoveries: what was written off and is given up no more, and ends taken back."""

from datetime import date
from typing import Any

from ledger.domain.recovery_records import RecoveryEnd
from ledger.projections import recoveries, settlement_records
from ledger.projections.view import View
from tests.projections.by_hand import Having
from tests.projections.settlement_events import ended, given_up_no_more, raised, reopened

MODEL = settlement_records.MODEL


def april(day: int) -> date:
    return date(2026, 4, day)


def test_what_was_written_off_and_is_given_up_no_more_says_so(having: Having) -> None:
    connection = having(
        raised(on=april(2)),
        ended(end=RecoveryEnd.written_off, on=april(4)),
        given_up_no_more(on=april(6)),
        raised(2, on=april(7)),
        given_up_no_more(claim=2, on=april(9)),
    )

    def told(**seen: Any) -> list[tuple[Any, ...]]:
        found = recoveries.recoveries(connection, view=View(**seen))
        return [(each.ended, each.reversed_fen, each.reversed_on) for each in found]

    assert told(known=2) == [("written_off", 0, None)]
    assert told(known=3) == told(as_of=april(6)) == [("written_off", 600, april(6))]
    assert told() == [("written_off", 1200, april(9)), (None, 0, None)]
    assert told(as_of=april(5)) == [("written_off", 0, None)]


def test_a_recovery_is_open_again_when_its_end_is_taken_back_until_it_ends_anew(
    having: Having,
) -> None:
    """Repaid on the 9th and taken back, and then repaid on the 6th after all."""
    ends = (ended(on=april(9)), reopened(on=april(9)), ended(on=april(6)))
    connection = having(raised(on=april(2)), *ends)
    for view, told in (
        (View(known=2), (0, "repaid", april(9))),
        (View(known=3), (1200, None, None)),
        (View(april(8), known=3), (1200, None, None)),
        (View(known=4), (0, "repaid", april(6))),
        (View(april(6), known=4), (0, "repaid", april(6))),
        (View(april(5), known=4), (1200, None, None)),
    ):
        (it,) = recoveries.recoveries(connection, view=view)
        assert (it.left_fen, it.ended, it.ended_on) == told, view
