"""What begins before the ledger: opening minutes, what they hold, and how they are taken back."""

from datetime import date

import pytest

from ledger.domain import service
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.domain.facts import FactSheet
from ledger.domain.holds import ReleaseHeldService
from ledger.domain.lateness import ApproveLateService
from ledger.domain.person_records import DeathCorrected, DeathRecorded
from ledger.domain.service import ConfirmService, RefuseService, ReverseService
from ledger.domain.service_openings import ImportOpeningMinutes, ReverseOpeningMinutes
from ledger.domain.service_records import (
    Hold,
    LateReason,
    LateServiceRecorded,
    OpeningGrade,
    OpeningMinutesImported,
    OpeningMinutesReversed,
    OpeningReversalReason,
    RefusalReason,
    ReversalReason,
    ServiceCredited,
    Status,
)
from ledger.domain.shift_records import EvidenceGrade
from ledger.domain.stars import GrantStar
from ledger.domain.values import Count, Minutes, Month, PersonId, UnitId
from tests.domain.shift_stories import (
    CHEN,
    JINNING,
    JINNING_EVENT,
    KITCHEN,
    LEADER,
    MUTUAL_AID,
    STRANGER,
    WU,
    XIANHU,
    at,
    came,
    community,
    died,
    later,
    left,
    month_closed,
    on_record,
    relative,
    scheduled,
)
from tests.story import Part, Sheet, Story, Told, given

NEW_YEAR = date(2025, 12, 31)
SUNDAY, MONDAY, TUESDAY = (date(2026, 3, day) for day in (1, 2, 3))
EVENING = at("03-04 20:00")
CONFIRM = ConfirmService(KITCHEN, CHEN)
REVERSE = ReverseOpeningMinutes(CHEN, MUTUAL_AID, OpeningReversalReason.figure_wrong)


def up_to(day: date, minutes: int = 120) -> ImportOpeningMinutes:
    return ImportOpeningMinutes(CHEN, MUTUAL_AID, Minutes(minutes), day, OpeningGrade.estimated)


IMPORT = up_to(NEW_YEAR, 5940)


def then(story: Story, *steps: tuple[PersonId, object]) -> Story:
    for by, command in steps:
        told = given(*story).when(command, by=by, at=EVENING)
        assert told.decision
        story = (*story, told)
    return story


def asked(story: Story, command: object, by: PersonId = LEADER) -> Told:
    return given(*story).when(command, by=by, at=EVENING)


def monday(unit: UnitId | None = MUTUAL_AID, minutes: int = 120) -> Story:
    """Chen in the kitchen of the unit on Monday; nobody has confirmed it."""
    begin, end = at("03-02 09:00"), later(at("03-02 09:00"), minutes)
    shift = (scheduled(begin, end, unit=unit), came(begin), left(end))
    return (*JINNING_EVENT, *shift)


def brought(day: date) -> Part:
    """As logs have it from before anybody asked what else there was."""
    about = (CHEN, MUTUAL_AID, JINNING, Minutes(120), EvidenceGrade.estimated, day)
    return on_record(OpeningMinutesImported(*about, Month("2026-03"), None, (LEADER,)))


def status(story: Story) -> Status:
    return given(*story).ledger[service.stream(CHEN)].records[KITCHEN].status


@pytest.mark.parametrize("grade", OpeningGrade)
def test_opening_minutes_are_taken_over_with_the_grade_of_their_evidence(
    grade: OpeningGrade,
) -> None:
    command = ImportOpeningMinutes(CHEN, MUTUAL_AID, Minutes(5940), NEW_YEAR, grade)
    given(*JINNING_EVENT).when(command, by=LEADER).then(
        OpeningMinutesImported(
            person=CHEN,
            unit=MUTUAL_AID,
            community=JINNING,
            service_minutes=Minutes(5940),
            grade=EvidenceGrade(grade.value),
            occurred_on=NEW_YEAR,
            booked_in=Month("2025-12"),
            adjusts=None,
            decided_by=(LEADER,),
        )
    )


def test_opening_minutes_of_a_closed_month_are_booked_in_the_first_open_one() -> None:
    closed = (month_closed("2025-12"), month_closed("2026-01"))
    (event,) = given(*JINNING_EVENT, *closed).when(IMPORT, by=LEADER).events
    assert (event.booked_in, event.adjusts) == ("2026-02", "2025-12")


def test_opening_minutes_are_imported_once_for_each_unit() -> None:
    first = given(*JINNING_EVENT).when(IMPORT, by=LEADER)
    story = given(*JINNING_EVENT, *community(XIANHU), first)
    story.when(IMPORT, by=LEADER).refused("opening_minutes_must_be_imported_once", unit=MUTUAL_AID)
    other = UnitId("xianhu/mutual-aid")
    elsewhere = ImportOpeningMinutes(CHEN, other, Minutes(1), NEW_YEAR, OpeningGrade.imported)
    (event,) = story.when(elsewhere, by=LEADER).events
    assert event.community == XIANHU


def test_opening_minutes_need_a_community_a_unit_and_a_person_in_this_order() -> None:
    nowhere, nobody = UnitId("atlantis/mutual-aid"), UnitId("jinning/nobody")
    for unit, who, code in (
        (nowhere, STRANGER, "community_must_be_known"),
        (nobody, STRANGER, "unit_must_be_known"),
        (MUTUAL_AID, STRANGER, "person_must_be_known"),
    ):
        command = ImportOpeningMinutes(who, unit, Minutes(0), NEW_YEAR, OpeningGrade.imported)
        given(*JINNING_EVENT).when(command, by=who).refused(code)


@pytest.mark.parametrize(
    ("minutes", "as_of", "code"),
    [
        (0, NEW_YEAR, "minutes_must_be_positive"),
        (-1, NEW_YEAR, "minutes_must_be_positive"),
        (1, date(2026, 3, 2), None),
        (1, date(2026, 3, 3), "day_must_not_be_in_the_future"),
        (1, date(1950, 1, 1), None),
        (1, date(1949, 12, 31), "year_must_be_plausible"),
        (0, date.max, "day_must_not_be_in_the_future"),
        (0, date.min, "year_must_be_plausible"),
    ],
)
def test_opening_minutes_are_above_zero_and_of_a_day_that_has_come(
    minutes: int, as_of: date, code: str | None
) -> None:
    command = ImportOpeningMinutes(CHEN, MUTUAL_AID, Minutes(minutes), as_of, OpeningGrade.imported)
    told = given(*JINNING_EVENT).when(command, by=LEADER)
    if code is None:
        assert told.decision
    else:
        told.refused(code)


def test_nobody_imports_her_own_minutes_or_a_relations() -> None:
    first = given(*JINNING_EVENT).when(IMPORT, by=LEADER)
    for story in (given(*JINNING_EVENT), given(*JINNING_EVENT, first)):
        story.when(IMPORT, by=CHEN).refused("confirmer_must_not_be_the_volunteer")
    family = relative(LEADER, of=CHEN)
    given(*JINNING_EVENT, family).when(IMPORT, by=LEADER).refused("confirmer_must_not_be_related")


def test_what_the_dead_had_served_before_is_still_taken_over() -> None:
    assert given(*JINNING_EVENT, died(CHEN, NEW_YEAR)).when(IMPORT, by=LEADER).decision


# -- the same minutes are not counted twice ------------------------------------------------------


@pytest.mark.parametrize("minutes", [120, 540], ids=["credited", "held"])
def test_opening_minutes_end_before_the_first_day_on_record_of_their_unit(minutes: int) -> None:
    story = then(monday(minutes=minutes), (LEADER, CONFIRM))
    for day in (MONDAY, TUESDAY):
        asked(story, up_to(day)).refused(
            "opening_minutes_must_precede_the_records", unit=MUTUAL_AID, first_day=MONDAY, as_of=day
        )
    assert asked(story, up_to(SUNDAY)).decision


def test_records_of_others_than_the_unit_are_no_part_of_its_opening_minutes() -> None:
    for unit in (None, UnitId("jinning/other")):
        story = then(monday(unit), (LEADER, CONFIRM))
        assert asked(story, up_to(TUESDAY)).decision


@pytest.mark.parametrize(("day", "held"), [(SUNDAY, False), (MONDAY, True), (TUESDAY, True)])
def test_service_that_opening_minutes_hold_is_not_confirmed(day: date, held: bool) -> None:
    told = asked(then(monday(), (LEADER, up_to(day))), CONFIRM)
    if held:
        told.refused(
            "service_must_not_be_in_opening_minutes", unit=MUTUAL_AID, as_of=day, day=MONDAY
        )
    else:
        assert isinstance(told.events[0], ServiceCredited)


def test_service_of_others_than_the_unit_is_confirmed_beside_its_opening_minutes() -> None:
    for unit in (None, UnitId("jinning/other")):
        assert asked(then(monday(unit), (LEADER, up_to(TUESDAY))), CONFIRM).decision


def test_what_was_taken_back_may_be_brought_and_is_not_confirmed_beside_it() -> None:
    wrong = ReverseService(KITCHEN, CHEN, ReversalReason.other)
    story = then(monday(), (LEADER, CONFIRM), (WU, wrong), (LEADER, up_to(MONDAY)))
    assert given(*story).ledger[service.stream(CHEN)].credited_minutes() == 120
    absent = RefuseService(KITCHEN, CHEN, RefusalReason.not_present)
    assert asked(then(monday(), (LEADER, absent)), up_to(MONDAY)).decision


def test_what_waited_when_it_was_brought_is_neither_released_nor_approved() -> None:
    long = (*then(monday(minutes=540), (LEADER, CONFIRM)), brought(TUESDAY))
    asked(long, ReleaseHeldService(KITCHEN, CHEN), WU).refused(
        "service_must_not_be_in_opening_minutes", unit=MUTUAL_AID, as_of=TUESDAY, day=MONDAY
    )
    confirmed = given(*monday(), month_closed("2026-03")).when(CONFIRM, by=LEADER, at=EVENING)
    assert confirmed.events[0].hold is Hold.month_closed
    note = (LateReason.forgotten, Count(1), "commitment", LEADER, MONDAY)
    late = on_record(LateServiceRecorded(KITCHEN, CHEN, JINNING, *note))
    story: Story = (*monday(), month_closed("2026-03"), confirmed, late)
    approve = ApproveLateService(KITCHEN, CHEN)
    assert asked(story, approve, WU).decision
    asked((*story, brought(MONDAY)), approve, WU).refused("service_must_not_be_in_opening_minutes")


@pytest.mark.parametrize(("day", "again"), [(SUNDAY, True), (MONDAY, False)])
def test_what_opening_minutes_hold_does_not_stand_again_after_a_wrong_death(
    day: date, again: bool
) -> None:
    story = then(monday(), (LEADER, CONFIRM), (STRANGER, RecordDeath(CHEN, SUNDAY)))
    assert status(story) is Status.reversed
    story = then((*story, brought(day)), (STRANGER, CorrectDeath(CHEN, None)))
    assert (status(story) is Status.credited) is again
    if not again:
        asked(story, CONFIRM, WU).refused("service_must_not_be_in_opening_minutes")
        assert asked(then(story, (WU, REVERSE)), CONFIRM, WU).decision


# -- one life ------------------------------------------------------------------------------------

BORN = date(1990, 1, 1)


@pytest.mark.parametrize(
    ("minutes", "day", "code"),
    [
        (1, date(1989, 12, 31), "day_must_not_be_before_birth"),
        (1440, BORN, None),
        (1441, BORN, "opening_minutes_must_fit_a_life"),
        (2880, date(1990, 1, 2), None),
        (2881, date(1990, 1, 2), "opening_minutes_must_fit_a_life"),
        (10**9, NEW_YEAR, "opening_minutes_must_fit_a_life"),
    ],
)
def test_opening_minutes_fit_into_the_days_since_the_birth(
    minutes: int, day: date, code: str | None
) -> None:
    told = asked((*JINNING_EVENT, Sheet(CHEN, FactSheet(BORN))), up_to(day, minutes))
    if code is None:
        assert told.decision
    else:
        told.refused(code)


@pytest.mark.parametrize("sheets", [(), (Sheet(CHEN, FactSheet(date(1930, 1, 1))),)])
def test_or_since_the_first_plausible_year(sheets: tuple[Sheet, ...]) -> None:
    first = date(1950, 1, 1)
    assert asked((*JINNING_EVENT, *sheets), up_to(first, 1440)).decision
    asked((*JINNING_EVENT, *sheets), up_to(first, 1441)).refused(
        "opening_minutes_must_fit_a_life", service_minutes=1441, as_of=first
    )


@pytest.mark.parametrize(("day", "lived"), [(SUNDAY, True), (MONDAY, True), (TUESDAY, False)])
def test_opening_minutes_are_of_days_up_to_the_death(day: date, lived: bool) -> None:
    told = asked((*JINNING_EVENT, died(CHEN, MONDAY)), up_to(day))
    if lived:
        assert told.decision
    else:
        told.refused("person_must_be_alive_on_the_day", day=TUESDAY)


def test_a_late_death_leaves_a_balance_to_people_who_bring_it_anew() -> None:
    """It does not say how much of it lay after the death: most of it was served before."""
    story = then(JINNING_EVENT, (LEADER, up_to(TUESDAY)))
    asked(story, RecordDeath(CHEN, SUNDAY), STRANGER).then(DeathRecorded(CHEN, SUNDAY, SUNDAY))
    story = then(story, (STRANGER, RecordDeath(CHEN, SUNDAY)), (WU, REVERSE))
    asked(story, up_to(MONDAY)).refused("person_must_be_alive_on_the_day")
    story = then(story, (LEADER, up_to(SUNDAY, 60)))
    asked(story, CorrectDeath(CHEN, None), STRANGER).then(DeathCorrected(CHEN, None, SUNDAY))


# -- taken back ----------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", OpeningReversalReason)
def test_a_reversal_takes_back_what_was_brought_for_the_day_up_to_which_it_was(
    reason: OpeningReversalReason,
) -> None:
    story = then(JINNING_EVENT, (LEADER, IMPORT))
    asked(story, ReverseOpeningMinutes(CHEN, MUTUAL_AID, reason), WU).then(
        OpeningMinutesReversed(
            person=CHEN,
            unit=MUTUAL_AID,
            community=JINNING,
            service_minutes=Minutes(5940),
            reason=reason,
            occurred_on=NEW_YEAR,
            booked_in=Month("2025-12"),
            adjusts=None,
            decided_by=(WU,),
        )
    )


def test_a_reversal_is_booked_in_an_open_month() -> None:
    closed = (month_closed("2025-12"), month_closed("2026-01"))
    (event,) = asked((*then(JINNING_EVENT, (LEADER, IMPORT)), *closed), REVERSE, WU).events
    assert (event.booked_in, event.adjusts) == ("2026-02", "2025-12")


def test_nobody_reverses_what_she_imported_nor_her_own_minutes_nor_a_relations() -> None:
    story = then(JINNING_EVENT, (LEADER, IMPORT))
    asked(story, REVERSE, LEADER).refused(
        "opening_minutes_must_be_reversed_by_another", unit=MUTUAL_AID
    )
    asked(story, REVERSE, CHEN).refused("confirmer_must_not_be_the_volunteer")
    asked((*story, relative(WU, of=CHEN)), REVERSE, WU).refused("confirmer_must_not_be_related")


def test_what_was_not_brought_is_not_reversed_and_nothing_is_reversed_twice() -> None:
    first = "opening_minutes_must_be_imported_first"
    asked(JINNING_EVENT, REVERSE, WU).refused(first, unit=MUTUAL_AID)
    story = then(JINNING_EVENT, (LEADER, IMPORT))
    elsewhere: Story = (*story, *community(XIANHU))
    other = UnitId("xianhu/mutual-aid")
    asked(elsewhere, ReverseOpeningMinutes(CHEN, other, REVERSE.reason), WU).refused(first)
    asked(then(story, (WU, REVERSE)), REVERSE, WU).refused(first)
    for unit, who, code in (
        (UnitId("atlantis/mutual-aid"), STRANGER, "community_must_be_known"),
        (UnitId("jinning/nobody"), STRANGER, "unit_must_be_known"),
        (MUTUAL_AID, STRANGER, "person_must_be_known"),
    ):
        asked(story, ReverseOpeningMinutes(who, unit, REVERSE.reason), who).refused(code)


def test_the_unit_is_free_again_for_the_right_figure_and_for_confirmations() -> None:
    story = then(monday(), (LEADER, up_to(TUESDAY, 300)), (WU, REVERSE))
    assert given(*story).ledger[service.stream(CHEN)].credited_minutes() == 0
    story = then(story, (LEADER, CONFIRM), (LEADER, up_to(SUNDAY, 180)))
    assert given(*story).ledger[service.stream(CHEN)].credited_minutes() == 300
    asked(story, up_to(SUNDAY, 180)).refused("opening_minutes_must_be_imported_once")


def test_other_units_keep_what_was_brought_for_them() -> None:
    other = ImportOpeningMinutes(
        CHEN, UnitId("xianhu/mutual-aid"), Minutes(7), NEW_YEAR, OpeningGrade.imported
    )
    story = then((*JINNING_EVENT, *community(XIANHU)), (LEADER, IMPORT), (LEADER, other))
    story = then(story, (WU, REVERSE))
    assert given(*story).ledger[service.stream(CHEN)].credited_minutes() == 7


def test_minutes_that_were_taken_back_reach_no_star() -> None:
    story = then(JINNING_EVENT, (LEADER, up_to(NEW_YEAR, 6000)))
    assert asked(story, GrantStar(CHEN, Count(1)), WU).decision
    asked(then(story, (WU, REVERSE)), GrantStar(CHEN, Count(1)), WU).refused(
        "star_must_be_reached", service_minutes=0
    )
