"""The register of handovers: each as it was recorded, whoever asks for whatever position."""

import pytest

from ledger.domain.handovers import LogHandedOver
from ledger.domain.values import HandoverId
from ledger.projections.handovers import MODEL, handover, register
from ledger.projections.view import NOW, View
from tests.projections.by_hand import Having, Log, rows_differ
from tests.projections.service_events import CHEN, MARCH_2, WU

FIRST, SECOND = (HandoverId(f"00000000-0000-4000-8000-0000000000d{each}") for each in "12")
HISTORY = (
    LogHandedOver(FIRST, CHEN, sheets=False, occurred_on=MARCH_2),
    LogHandedOver(SECOND, WU, sheets=True, occurred_on=MARCH_2),
)


@pytest.mark.parametrize(("known", "expected"), [(0, ""), (1, "1"), (2, "21"), (None, "21")])
def test_they_are_told_as_known_the_latest_first(
    having: Having, known: int | None, expected: str
) -> None:
    found = register(having(*HISTORY), NOW if known is None else View(known=known))
    assert "".join(each.handover[-1] for each in found) == expected


def test_each_says_to_whom_it_went_by_whom_and_with_what(having: Having) -> None:
    log = Log()
    log.add(*HISTORY)
    connection = having(*HISTORY)
    found = handover(connection, SECOND)
    assert found is not None
    assert (found.auditor, found.sheets, found.handed_on) == (WU, True, MARCH_2)
    assert (found.handed_by, found.position) == (log.events[1].actor, 2)
    assert handover(connection, SECOND, View(known=1)) is None


def test_rows_do_not_depend_on_where_a_run_is_cut(database: str) -> None:
    log = Log()
    log.add(*HISTORY)
    assert not rows_differ(database, MODEL, log.events, [1])
