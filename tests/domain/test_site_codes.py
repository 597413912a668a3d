"""The site's code: who says what the display shows now was there; who says nothing attests."""

from datetime import date, datetime, timedelta

import pytest

from ledger.domain import shifts
from ledger.domain.attendance import CheckIn, CheckOut
from ledger.domain.decisions import Happening
from ledger.domain.facts import FactSheet, Kinship, Relation
from ledger.domain.shift_records import EvidenceGrade, Shift
from ledger.domain.values import SiteCode
from tests.domain.shift_stories import (
    CHEN,
    JINNING_EVENT,
    KITCHEN,
    LEADER,
    WU,
    at,
    came,
    later,
    scheduled,
)
from tests.story import Sheet, Told, given

NINE, ELEVEN = at("03-02 09:00"), at("03-02 11:00")
SHIFT = (*JINNING_EVENT, scheduled(NINE, ELEVEN))
SHOWN = SiteCode("482913507")
CHECKED, ATTESTED = EvidenceGrade.checked, EvidenceGrade.attested


def grade_of(*story: Happening | Told) -> EvidenceGrade:
    shift: Shift = given(*SHIFT, *story).ledger[shifts.stream(KITCHEN)]
    return shift.attendances[CHEN].grade


def check_in(*, code: SiteCode | None = None, now: datetime = NINE) -> Told:
    story = given(*SHIFT)
    return story.when(CheckIn(KITCHEN, CHEN, NINE, code), by=CHEN, at=now, shown={SHOWN})


def check_out(before: Happening | Told, *, code: SiteCode | None = None) -> Told:
    story = given(*SHIFT, before)
    return story.when(CheckOut(KITCHEN, CHEN, ELEVEN, code), by=CHEN, at=ELEVEN, shown={SHOWN})


def test_whoever_says_what_the_display_shows_is_checked() -> None:
    came_in = check_in(code=SHOWN)
    assert grade_of(came_in, check_out(came_in, code=SHOWN)) is CHECKED


def test_whoever_checks_in_without_a_code_attests_it_herself() -> None:
    assert grade_of(check_in()) is ATTESTED


def test_a_leader_records_who_comes_without_a_code() -> None:
    told = given(*SHIFT).when(CheckIn(KITCHEN, CHEN, NINE), by=LEADER, at=NINE)
    assert grade_of(told) is CHECKED


def test_of_coming_and_leaving_the_weaker_evidence_stands() -> None:
    by_code = check_in(code=SHOWN)
    assert grade_of(by_code, check_out(by_code)) is ATTESTED
    by_word = check_in()
    assert grade_of(by_word, check_out(by_word, code=SHOWN)) is ATTESTED
    assert grade_of(came(NINE), check_out(came(NINE))) is ATTESTED


@pytest.mark.parametrize("command", [CheckIn, CheckOut])
def test_a_code_that_is_not_shown_now_is_refused_and_changes_nothing(
    command: type[CheckIn | CheckOut],
) -> None:
    before = () if command is CheckIn else (came(NINE),)
    story = given(*SHIFT, *before)
    wrong = SiteCode("482913508")
    told = story.when(command(KITCHEN, CHEN, ELEVEN, wrong), by=CHEN, at=ELEVEN, shown={SHOWN})
    told.refused("code_must_be_the_one_shown", typed=wrong, shift=KITCHEN)


@pytest.mark.parametrize(("seconds", "grade"), [(120, CHECKED), (121, ATTESTED)])
def test_a_code_says_that_she_is_there_now_and_nothing_about_earlier(
    seconds: int, grade: EvidenceGrade
) -> None:
    assert grade_of(check_in(code=SHOWN, now=NINE + timedelta(seconds=seconds))) is grade


def test_a_guardian_who_speaks_for_a_child_attests_without_a_code_as_the_child_would() -> None:
    child = FactSheet(date(2012, 3, 2), relations=(Relation(WU, Kinship.guardian),))
    story = given(*SHIFT, Sheet(CHEN, child))
    told = story.when(CheckIn(KITCHEN, CHEN, NINE), by=WU, at=later(NINE, 1))
    assert grade_of(told) is ATTESTED
