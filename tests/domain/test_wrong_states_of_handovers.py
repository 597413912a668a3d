"""What a handover answers before it is recorded and after, whomever the log is to go to."""

from ledger.domain import grant_records, handovers
from ledger.domain.authority import Role
from ledger.domain.grant_records import RoleGranted
from ledger.domain.handovers import HandOverLog
from ledger.domain.values import HandoverId
from tests.domain.shift_stories import CHEN, JINNING_EVENT, LONG_AGO
from tests.domain.states import (
    Cell,
    Machine,
    Row,
    by_anybody,
    each_cell,
    must_answer,
    must_be_total,
)
from tests.story import Ledger, Story, given

HANDOVER = HandoverId("00000000-0000-4000-8000-0000000000d1")
AUDITS: Story = (
    JINNING_EVENT,
    (grant_records.stream(CHEN), RoleGranted(CHEN, Role.auditor, None, None, LONG_AGO)),
)
hand_over = HandOverLog(HANDOVER, CHEN, sheets=True)


def row(story: Story) -> Row:
    return Row(lambda: given(*story))


def stage_of_the_handover(ledger: Ledger) -> str:
    return "none" if ledger[handovers.stream(HANDOVER)].made is None else "made"


HANDING_OVER = Machine(
    nouns=("handovers",),
    stage_of=stage_of_the_handover,
    rows={
        "none.no_role": row((JINNING_EVENT,)),
        "none": row(AUDITS),
        "made": row((*AUDITS, given(*AUDITS).when(hand_over))),
    },
    asked=by_anybody(hand_over),
    words={"role": "log_must_go_to_an_auditor_of_the_town", "new": "handover_must_be_new"},
    table="""
                  hand-over
    none.no_role  role
    none          >made
    made          new
    """,
)


@each_cell(HANDING_OVER)
def test_a_handover_is_recorded_once(cell: Cell) -> None:
    must_answer(HANDING_OVER, cell)


def test_the_table_of_handovers_is_total() -> None:
    must_be_total(HANDING_OVER)
