"""Remarks: evidence, corrections, no-shows, objections, beside the records they are about."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ledger.domain.objection_records import ObjectionAnswer
from ledger.domain.service_records import Status
from ledger.domain.values import CommunityId
from ledger.projections import service, service_records
from ledger.projections.service import Statement
from ledger.projections.view import NOW, View
from tests.projections.by_hand import LEADER, Having
from tests.projections.service_events import (
    CHEN,
    JINNING,
    KITCHEN,
    PATROL,
    answered,
    came_after_all,
    corrected,
    credited,
    disputed,
    held,
    late_recorded,
    missed,
    reopened,
    reversed_,
)

MODEL = service_records.MODEL
UPHELD = ObjectionAnswer.upheld

Told = Callable[..., Statement]


@pytest.fixture
def told(having: Having) -> Told:
    """The statement of Chen after these events, as seen by a view."""

    def tell(*events: object, view: View = NOW, **page: Any) -> Statement:
        return service.statement(having(*events), CHEN, view, **page)

    return tell


@pytest.mark.parametrize(("known", "reasons"), [(1, []), (2, ["forgotten"]), (3, ["forgotten"])])
def test_a_record_shows_the_evidence_that_it_came_late(
    told: Told, known: int, reasons: list[str]
) -> None:
    log = (held(60), late_recorded(), credited(60), late_recorded(PATROL))
    (record,) = told(*log, view=View(known=known)).records
    assert [remark.reason for remark in record.remarks] == reasons
    assert {(each.kind, each.position, each.made_by) for each in record.remarks} <= {
        ("late_entry", 2, LEADER)
    }


def test_a_corrected_attendance_is_a_remark_on_its_record(told: Told) -> None:
    (record,) = told(credited(120), reversed_(120), corrected(), reopened(), credited(90)).records
    assert (record.status, record.service_minutes) == (Status.credited, 90)
    (remark,) = record.remarks
    assert (remark.kind, remark.reason, remark.position) == ("correction", "wrong_time", 3)


def test_what_is_to_be_decided_anew_stays_what_it_was_until_then(told: Told) -> None:
    answer = told(credited(120), reversed_(120), corrected(), reopened())
    assert [record.status for record in answer.records] == [Status.reversed]
    assert answer.totals.service_minutes == 0


@pytest.mark.parametrize(("known", "ended"), [(1, None), (2, None), (3, 3), (4, 3)])
def test_a_missed_shift_is_a_remark_until_she_came_after_all(
    told: Told, known: int, ended: int | None
) -> None:
    log = (missed(), missed(PATROL), came_after_all(), credited(60, PATROL))
    answer = told(*log, view=View(known=known))
    (kitchen, *rest) = sorted(answer.remarks, key=lambda remark: remark.shift)
    assert (kitchen.kind, kitchen.ended_position) == ("no_show", ended)
    assert len(rest) == (2 <= known <= 3), "the patrol has a record then, and the remark with it"
    assert [len(record.remarks) for record in answer.records] == [1] * (known == 4)


@pytest.mark.parametrize(
    ("known", "answers"), [(2, [None]), (3, ["rejected"]), (5, ["rejected", "upheld"])]
)
def test_objections_stand_with_the_record_and_with_their_answers(
    told: Told, known: int, answers: list[str | None]
) -> None:
    log = (credited(120), disputed(), answered(), disputed(), answered(answer=UPHELD))
    (record,) = told(*log, view=View(known=known)).records
    assert [remark.answer for remark in record.remarks] == answers
    assert [remark.position for remark in record.remarks] == [2, 4][: len(answers)]
    assert {(each.reason, each.answer_by) for each in record.remarks} == {
        ("minutes_wrong", date(2026, 3, 18))
    }


@pytest.mark.parametrize(("day", "answer"), [(8, None), (9, "rejected")])
def test_an_objection_is_open_until_the_day_of_its_answer(
    told: Told, day: int, answer: str | None
) -> None:
    log = (disputed(), answered(on=date(2026, 3, 9)))
    (remark,) = told(*log, view=View(as_of=date(2026, 3, day))).remarks
    assert (remark.answer, remark.ended_position) == (answer, 2 if answer else None)


def test_remarks_bow_to_the_day_and_to_the_readers_reach(told: Told) -> None:
    assert told(missed(), view=View(as_of=date(2026, 3, 1))).remarks == ()
    assert told(missed(), reach={CommunityId("xianhu")}).remarks == ()
    assert len(told(missed(), reach={JINNING}).remarks) == 1


def test_one_record_is_told_with_all_that_was_stated_of_its_shift(having: Having) -> None:
    log = (
        held(60),
        late_recorded(),
        disputed(PATROL),
        credited(60),
        disputed(),
        answered(answer=UPHELD),
    )
    connection = having(*log)
    found = service.record(connection, CHEN, KITCHEN)
    assert found is not None
    assert (found.status, found.service_minutes) == (Status.credited, 60)
    before = service.record(connection, CHEN, KITCHEN, View(known=1))
    assert before is not None
    assert before.status is Status.held
    assert service.record(connection, CHEN, PATROL) is None
    stated = service.remarks(connection, (CHEN,), shift=KITCHEN)
    assert [each.kind for each in stated] == ["late_entry", "objection"]
    assert [each.answer for each in stated] == [None, UPHELD]
    assert [each.shift for each in service.remarks(connection, (CHEN,))] == [
        KITCHEN,
        PATROL,
        KITCHEN,
    ]
    assert service.remarks(connection, (LEADER,)) == ()
