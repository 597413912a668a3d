"""What a notice answers to each command, at each of its stages."""

from datetime import timedelta

from ledger.domain import notices
from ledger.domain.notice_records import WithdrawalReason
from ledger.domain.notices import WithdrawNotice
from tests.domain.states import Cell, Machine, Row, each_cell, must_answer, must_be_total
from tests.domain.test_notices import (
    APRIL,
    CLOSED,
    HOME,
    NOTICE,
    PUBLISHED,
    TODAY,
    WITHDRAWN,
    counted,
    publish,
)
from tests.story import NOON, SOMEBODY, Given, Ledger, Part, given

withdraw = WithdrawNotice(NOTICE, WithdrawalReason.other)
OVER = NOON + (APRIL - TODAY) + timedelta(days=1)


def notice(*happened: Part) -> Row:
    def reach() -> Given:
        return given(HOME, counted(), *happened)

    return Row(reach)


def stage_of_the_notice(ledger: Ledger) -> str:
    it = ledger[notices.stream(NOTICE)]
    if it.community is None:
        return "none"
    return "withdrawn" if it.withdrawn else "published"


DISPLAYED = Machine(
    nouns=("notices",),
    stage_of=stage_of_the_notice,
    rows={
        "none.open": notice(),
        "none.closed": notice(*CLOSED),
        "published": notice(*CLOSED, PUBLISHED),
        "published.over": Row(notice(*CLOSED, PUBLISHED).reach, OVER),
        "withdrawn": notice(*CLOSED, PUBLISHED, WITHDRAWN),
    },
    asked=((publish(), SOMEBODY), (withdraw, SOMEBODY)),
    words={
        "open": "notice_must_be_of_a_closed_month",
        "new": "notice_must_be_new",
        "known": "notice_must_be_known",
        "ended": "notice_must_be_within_its_term",
        "down": "notice_must_not_be_withdrawn_twice",
    },
    table="""
                    publish     withdraw
    none.open       open        known
    none.closed     >published  known
    published       new         >withdrawn
    published.over  new         ended
    withdrawn       new         down
    """,
)


@each_cell(DISPLAYED)
def test_a_notice_is_published_once_and_taken_down_once(cell: Cell) -> None:
    must_answer(DISPLAYED, cell)


def test_the_table_of_notices_is_total() -> None:
    must_be_total(DISPLAYED)
