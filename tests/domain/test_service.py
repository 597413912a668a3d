"""Service: confirmed by another person, in one place at a time, reversed and never edited."""

from datetime import date, datetime, timedelta

import pytest

from ledger.domain import service
from ledger.domain.community_records import ServiceRules
from ledger.domain.decisions import Happening
from ledger.domain.intervals import DayMinutes
from ledger.domain.service import (
    ConfirmService,
    RefuseService,
    ReverseService,
    ServiceCommand,
)
from ledger.domain.service_records import (
    Hold,
    RefusalReason,
    ReversalReason,
    ServiceCredited,
    ServiceHeld,
    ServiceRefused,
    ServiceReversed,
    Status,
)
from ledger.domain.service_state import Service
from ledger.domain.shift_records import EvidenceGrade
from ledger.domain.values import Minutes, Month, ShiftId
from tests.domain.shift_stories import (
    CHEN,
    JINNING,
    JINNING_EVENT,
    KITCHEN,
    LEADER,
    MUTUAL_AID,
    PATROL,
    STRANGER,
    WU,
    XIANHU,
    at,
    attested,
    came,
    community,
    died,
    later,
    left,
    month_closed,
    person,
    relative,
    ruled,
    scheduled,
    served,
)
from tests.story import Sheet, Told, given

MONDAY = date(2026, 3, 2)
NINE, ELEVEN = at("03-02 09:00"), at("03-02 11:00")
EVENING = at("03-02 20:00")
SERVED = (*JINNING_EVENT, *served(NINE, ELEVEN))
CONFIRM = ConfirmService(KITCHEN, CHEN)
REFUSE = RefuseService(KITCHEN, CHEN, RefusalReason.not_present)
REVERSE = ReverseService(KITCHEN, CHEN, ReversalReason.found_false)


def confirmed(*story: Happening | Told | Sheet, at: datetime = EVENING) -> Told:
    return given(*story).when(CONFIRM, by=LEADER, at=at)


def test_confirmed_attendance_is_credited() -> None:
    shift = scheduled(NINE, ELEVEN, unit=MUTUAL_AID)
    confirmed(*JINNING_EVENT, shift, came(NINE), left(ELEVEN)).then(
        ServiceCredited(
            shift=KITCHEN,
            person=CHEN,
            community=JINNING,
            unit=MUTUAL_AID,
            starts_at=NINE,
            ends_at=ELEVEN,
            service_minutes=Minutes(120),
            days=(DayMinutes(MONDAY, Minutes(120)),),
            grade=EvidenceGrade.checked,
            time_bank=False,
            occurred_on=MONDAY,
            booked_in=Month("2026-03"),
            adjusts=None,
            decided_by=(LEADER,),
            late=None,
        )
    )


def test_attested_attendance_is_credited_as_attested() -> None:
    (event,) = confirmed(*JINNING_EVENT, scheduled(NINE, ELEVEN), attested(NINE, ELEVEN)).events
    assert event.grade is EvidenceGrade.attested


@pytest.mark.parametrize(
    ("rules_since", "time_bank"), [(date(2026, 3, 2), True), (date(2026, 3, 3), False)]
)
def test_the_time_bank_is_that_of_the_service_day(rules_since: date, time_bank: bool) -> None:
    (event,) = confirmed(*SERVED, ruled(ServiceRules(time_bank=True), rules_since)).events
    assert event.time_bank is time_bank


@pytest.mark.parametrize(
    ("come", "leave", "minutes"),
    [
        (0, 120, 120),
        (-2, 123, 120),
        (10, 90, 80),
        (-240, 1, 1),
        (119, 360, 1),
        (60, 61, 1),
    ],
)
def test_minutes_are_the_time_present_within_the_shift(come: int, leave: int, minutes: int) -> None:
    there = (came(later(NINE, come)), left(later(NINE, leave)))
    (event,) = confirmed(*JINNING_EVENT, scheduled(NINE, ELEVEN), *there).events
    assert event.service_minutes == minutes == sum(day.service_minutes for day in event.days)
    assert (event.starts_at, event.ends_at) == (
        max(NINE, later(NINE, come)),
        min(ELEVEN, later(NINE, leave)),
    )


def test_seconds_are_cut_before_minutes_are_counted() -> None:
    there = (came(NINE + timedelta(seconds=59)), left(ELEVEN - timedelta(seconds=1)))
    (event,) = confirmed(*JINNING_EVENT, scheduled(NINE, ELEVEN), *there).events
    assert (event.starts_at, event.service_minutes) == (NINE, 119)


@pytest.mark.parametrize(("come", "leave"), [(-30, 0), (-30, -10), (120, 130), (121, 130)])
def test_presence_outside_the_shift_is_no_service(come: int, leave: int) -> None:
    there = (came(later(NINE, come)), left(later(NINE, leave)))
    confirmed(*JINNING_EVENT, scheduled(NINE, ELEVEN), *there).refused("service_must_have_a_minute")


def test_attendance_must_be_on_record_with_its_end() -> None:
    shift = scheduled(NINE, ELEVEN)
    confirmed(*JINNING_EVENT, shift).refused("person_must_have_attended", shift=KITCHEN)
    confirmed(*JINNING_EVENT, shift, came(NINE)).refused(
        "attendance_must_have_an_end", shift=KITCHEN
    )


def test_both_the_person_and_the_shift_must_be_known() -> None:
    nothing = ShiftId("nothing")
    commands: tuple[ServiceCommand, ...] = (
        ConfirmService(nothing, CHEN),
        RefuseService(nothing, CHEN, RefusalReason.other),
        ReverseService(nothing, CHEN, ReversalReason.other),
    )
    for command in commands:
        given(*SERVED).when(command, by=LEADER).refused("shift_must_be_known", shift=nothing)
    given(*SERVED).when(ConfirmService(nothing, STRANGER)).refused("person_must_be_known")


def test_service_is_given_by_the_living_and_registered() -> None:
    confirmed(*SERVED, died(CHEN, date(2026, 3, 1))).refused(
        "person_must_be_alive_on_the_day", day=MONDAY
    )
    assert confirmed(*SERVED, died(CHEN, MONDAY)).decision
    late = (*community(), person(on=date(2026, 3, 3)), person(LEADER), *served(NINE, ELEVEN))
    confirmed(*late).refused("person_must_be_registered_on_the_day", day=MONDAY)


# -- who decides -------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [CONFIRM, REFUSE])
def test_nobody_decides_about_her_own_service(command: ServiceCommand) -> None:
    given(*SERVED).when(command, by=CHEN, at=EVENING).refused("confirmer_must_not_be_the_volunteer")


def test_nobody_reverses_her_own_service() -> None:
    given(*SERVED, confirmed(*SERVED)).when(REVERSE, by=CHEN, at=EVENING).refused(
        "confirmer_must_not_be_the_volunteer"
    )


@pytest.mark.parametrize("command", [CONFIRM, REFUSE, REVERSE])
@pytest.mark.parametrize("sheet", [relative(CHEN, of=LEADER), relative(LEADER, of=CHEN)])
def test_a_relation_keeps_one_from_deciding_whoever_declared_it(
    command: ServiceCommand, sheet: Sheet
) -> None:
    story: tuple[Happening | Told, ...] = SERVED
    if command is REVERSE:
        story = (*SERVED, confirmed(*SERVED))
    given(*story, sheet).when(command, by=LEADER, at=EVENING).refused(
        "confirmer_must_not_be_related"
    )


def test_a_relation_to_somebody_else_is_no_obstacle() -> None:
    assert confirmed(*SERVED, relative(CHEN, of=STRANGER), relative(LEADER, of=STRANGER)).decision


# -- one decision, one place -------------------------------------------------------------------


def test_service_is_decided_once() -> None:
    limit = ruled(ServiceRules(unit_minutes_most=Minutes(60)))
    story = given(*SERVED)
    stories: tuple[tuple[Status, tuple[Happening | Told, ...]], ...] = (
        (Status.credited, (confirmed(*SERVED),)),
        (Status.held, (confirmed(*SERVED, limit),)),
        (Status.refused, (story.when(REFUSE, by=LEADER, at=EVENING),)),
        (
            Status.reversed,
            (
                confirmed(*SERVED),
                given(*SERVED, confirmed(*SERVED)).when(REVERSE, by=LEADER, at=EVENING),
            ),
        ),
    )
    for status, decided in stories:
        for command in (CONFIRM, REFUSE):
            if (status, command) != (Status.held, REFUSE):
                given(*SERVED, *decided).when(command, by=LEADER, at=EVENING).refused(
                    "service_must_not_be_decided_twice", shift=KITCHEN, status=status
                )


OVERLAPS = [(-60, 0, False), (-60, 1, True), (30, 60, True), (-60, 180, True), (0, 120, True)]
OVERLAPS += [(119, 180, True), (120, 180, False)]


@pytest.mark.parametrize(("start", "end", "overlaps"), OVERLAPS)
@pytest.mark.parametrize("held", [False, True])
def test_nobody_serves_in_two_places_at_once_in_any_community(
    start: int, end: int, overlaps: bool, held: bool
) -> None:
    limit = ServiceRules(unit_minutes_most=Minutes(60))
    kitchen = (*SERVED, *((ruled(limit),) if held else ()))
    patrol = (*community(XIANHU), *served(later(NINE, start), later(NINE, end), PATROL, XIANHU))
    told = given(*kitchen, *patrol, confirmed(*kitchen)).when(
        ConfirmService(PATROL, CHEN), by=LEADER, at=EVENING
    )
    if overlaps:
        told.refused(
            "intervals_must_not_overlap",
            start=max(NINE, later(NINE, start)),
            end=min(ELEVEN, later(NINE, end)),
        )
    else:
        assert told.decision


def test_what_was_refused_or_reversed_takes_no_time() -> None:
    patrol = (*community(XIANHU), *served(NINE, ELEVEN, PATROL, XIANHU))
    refused = given(*SERVED).when(REFUSE, by=LEADER, at=EVENING)
    taken_back = given(*SERVED, confirmed(*SERVED)).when(REVERSE, by=LEADER, at=EVENING)
    confirm_patrol = ConfirmService(PATROL, CHEN)
    for ended in ((refused,), (confirmed(*SERVED), taken_back)):
        story = given(*SERVED, *patrol, *ended)
        assert story.when(confirm_patrol, by=LEADER, at=EVENING).decision


def test_self_confirmation_is_told_before_overlap_and_a_second_decision() -> None:
    patrol = (*community(XIANHU), *served(NINE, ELEVEN, PATROL, XIANHU))
    story = given(*SERVED, *patrol, confirmed(*SERVED), relative(CHEN, of=CHEN))
    for name in (PATROL, KITCHEN):
        story.when(ConfirmService(name, CHEN), by=CHEN, at=EVENING).refused(
            "confirmer_must_not_be_the_volunteer"
        )


def test_overlap_is_told_before_a_closed_month_can_hold() -> None:
    patrol = (*community(XIANHU), *served(NINE, ELEVEN, PATROL, XIANHU))
    story = given(*SERVED, *patrol, confirmed(*SERVED), month_closed("2026-03", XIANHU))
    story.when(ConfirmService(PATROL, CHEN), by=LEADER, at=EVENING).refused(
        "intervals_must_not_overlap"
    )


# -- refusing and reversing --------------------------------------------------------------------


def test_what_is_held_is_refused_by_whoever_confirmed_it_or_by_another() -> None:
    held = confirmed(*SERVED, ruled(ServiceRules(unit_minutes_most=Minutes(60))))
    for who in (LEADER, WU):
        expected = ServiceRefused(KITCHEN, CHEN, JINNING, REFUSE.reason, MONDAY, (who,))
        given(*SERVED, held).when(REFUSE, by=who, at=EVENING).then(expected)


def test_an_attendance_is_refused_also_without_its_end_and_for_the_dead() -> None:
    expected = ServiceRefused(KITCHEN, CHEN, JINNING, RefusalReason.not_present, MONDAY, (LEADER,))
    shift = scheduled(NINE, ELEVEN)
    for attended in ((came(NINE),), (came(NINE), left(ELEVEN))):
        story = given(*JINNING_EVENT, shift, *attended, died(CHEN, date(2026, 3, 1)))
        story.when(REFUSE, by=LEADER, at=EVENING).then(expected)
    given(*JINNING_EVENT, shift).when(REFUSE, by=LEADER, at=EVENING).refused(
        "person_must_have_attended", shift=KITCHEN
    )


def test_credited_service_is_reversed_on_its_own_day_and_booked_in_an_open_month() -> None:
    bank = ruled(ServiceRules(time_bank=True))
    credited = confirmed(*SERVED, bank)
    for closed, booked_in, adjusts in (
        ((), "2026-03", None),
        ((month_closed("2026-03"),), "2026-04", "2026-03"),
    ):
        story = given(*SERVED, bank, credited, *closed)
        story.when(REVERSE, by=LEADER, at=at("04-05 09:00")).then(
            ServiceReversed(
                shift=KITCHEN,
                person=CHEN,
                community=JINNING,
                service_minutes=Minutes(120),
                time_bank=True,
                reason=ReversalReason.found_false,
                occurred_on=MONDAY,
                booked_in=Month(booked_in),
                adjusts=None if adjusts is None else Month(adjusts),
                decided_by=(LEADER,),
            )
        )


def test_only_credited_service_is_reversed() -> None:
    given(*SERVED).when(REVERSE, by=LEADER).refused("record_must_be_known", record=KITCHEN)
    held = confirmed(*SERVED, ruled(ServiceRules(unit_minutes_most=Minutes(60))))
    given(*SERVED, held).when(REVERSE, by=LEADER, at=EVENING).refused(
        "service_must_be_credited", shift=KITCHEN, status=Status.held
    )
    credited = confirmed(*SERVED)
    taken_back = given(*SERVED, credited).when(REVERSE, by=LEADER, at=EVENING)
    given(*SERVED, credited, taken_back).when(REVERSE, by=LEADER, at=EVENING).refused(
        "service_must_be_credited", status=Status.reversed
    )


def test_what_was_held_and_is_credited_stands_in_the_timeline_once() -> None:
    facts = (KITCHEN, CHEN, JINNING, None, NINE, ELEVEN, Minutes(120))
    days, checked = (DayMinutes(MONDAY, Minutes(120)),), EvidenceGrade.checked
    held = ServiceHeld(*facts, days, checked, Hold.late_entry, MONDAY, (LEADER,), None)
    march = Month("2026-03")
    released = ServiceCredited(
        *facts, days, checked, False, MONDAY, march, None, (LEADER, WU), None
    )
    here = service.stream(CHEN)
    folded: Service = given((here, held), (here, released)).ledger[here]
    assert folded.credited_by_day(NINE, ELEVEN) == {MONDAY: 120}
    assert folded.records[KITCHEN].status is Status.credited
