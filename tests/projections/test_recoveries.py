"""The register of recoveries, when how one ended is taken back."""

from ledger.projections import recoveries
from ledger.projections.settlement_records import MODEL
from ledger.projections.view import View
from tests.projections.by_hand import folded
from tests.projections.settlement_events import ended, raised, reopened
from tests.projections.test_settlements import april


def test_a_recovery_is_open_again_when_its_end_is_taken_back_until_it_ends_anew(
    database: str,
) -> None:
    """Repaid on the 9th and taken back, and then repaid on the 6th after all."""
    ends = (ended(on=april(9)), reopened(on=april(9)), ended(on=april(6)))
    with folded(database, MODEL, raised(on=april(2)), *ends) as connection:
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
