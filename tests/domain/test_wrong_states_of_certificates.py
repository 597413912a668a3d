"""What a certificate answers to each command, at each of its stages."""

from ledger.domain import certificates
from tests.domain.certificate_stories import APRIL, PAPER, TWO_HOURS, asked, issue, then, void
from tests.domain.shift_stories import JINNING_EVENT
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

issue_it, void_it = issue(), void()
ISSUED = (*TWO_HOURS, asked(TWO_HOURS, issue_it))


def row(story: Story) -> Row:
    return Row(lambda: given(*story), APRIL)


def stage_of_the_certificate(ledger: Ledger) -> str:
    it = ledger[certificates.stream(PAPER)]
    if it.issued is None:
        return "none"
    return "void" if it.voided else "issued"


CERTIFICATE = Machine(
    nouns=("certificates",),
    stage_of=stage_of_the_certificate,
    rows={
        "none.nothing": row(JINNING_EVENT),
        "none": row(TWO_HOURS),
        "issued": row(ISSUED),
        "void": row(then(ISSUED, void_it, when=APRIL)),
    },
    asked=by_anybody(issue_it, void_it),
    words={
        "minutes": "certificate_must_have_minutes",
        "known": "certificate_must_be_known",
        "new": "certificate_must_be_new",
        "twice": "certificate_must_not_be_voided_twice",
    },
    table="""
                  issue    void
    none.nothing  minutes  known
    none          >issued  known
    issued        new      >void
    void          new      twice
    """,
)


@each_cell(CERTIFICATE)
def test_a_certificate_is_issued_once_and_voided_once(cell: Cell) -> None:
    must_answer(CERTIFICATE, cell)


def test_the_table_of_certificates_is_total() -> None:
    must_be_total(CERTIFICATE)
