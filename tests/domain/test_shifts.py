"""Shifts: announced, called off, signed up for, with a waiting list when places are few."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from ledger.domain import shifts, sites
from ledger.domain.catalogue import VERB_OF_COMMAND
from ledger.domain.decisions import Happening
from ledger.domain.shift_records import (
    CancelReason,
    Shift,
    ShiftCancelled,
    ShiftScheduled,
    SignedUp,
    SignUpPromoted,
    SignUpWithdrawn,
)
from ledger.domain.shifts import CancelShift, ScheduleShift, SignUp, WithdrawSignUp
from ledger.domain.sites import SiteKind, SiteRegistered
from ledger.domain.values import CommunityId, Count, PersonId, ShiftId, SiteId, Title, UnitId
from tests.domain.shift_stories import (
    CHEN,
    JINNING,
    JINNING_EVENT,
    KITCHEN,
    LEADER,
    LONG_AGO,
    MUTUAL_AID,
    STRANGER,
    WU,
    XIANHU,
    at,
    attested,
    came,
    community,
    died,
    later,
    person,
    scheduled,
)
from tests.story import NOON, Story, Told, given

TODAY = date(2026, 3, 2)
NINE, ELEVEN = at("03-03 09:00"), at("03-03 11:00")
HELP = Title("长者饭堂帮厨")
CANTEEN = SiteId("jinning-canteen")
CANTEEN_OPENED: Happening = (
    sites.stream(CANTEEN),
    SiteRegistered(CANTEEN, JINNING, SiteKind.canteen, Title("金宁长者饭堂"), LONG_AGO, LONG_AGO),
)
SCHEDULE = ScheduleShift(KITCHEN, JINNING, HELP, NINE, ELEVEN)
SHIFT = (*JINNING_EVENT, scheduled(NINE, ELEVEN))


def test_a_shift_is_stored_in_utc_and_whole_minutes() -> None:
    command = ScheduleShift(
        KITCHEN,
        JINNING,
        HELP,
        NINE.replace(second=59, microsecond=7),
        ELEVEN.astimezone(timezone(timedelta(hours=-5))),
        CANTEEN,
        MUTUAL_AID,
        Count(4),
    )
    told = given(*JINNING_EVENT, CANTEEN_OPENED).when(command)
    start = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
    end = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)
    told.then(
        ShiftScheduled(KITCHEN, JINNING, HELP, start, end, CANTEEN, MUTUAL_AID, Count(4), TODAY)
    )
    assert [event.ends_at.tzinfo for event in told.events] == [UTC]


def test_a_shift_needs_a_community_a_site_and_a_unit_that_exist() -> None:
    given().when(SCHEDULE).refused("community_must_be_known", community=JINNING)
    site = ScheduleShift(KITCHEN, JINNING, HELP, NINE, ELEVEN, site=CANTEEN)
    given(*JINNING_EVENT).when(site).refused("site_must_be_known", site=CANTEEN)
    assert given(*JINNING_EVENT, CANTEEN_OPENED).when(site).decision
    nobody = UnitId("jinning/nobody")
    unit = ScheduleShift(KITCHEN, JINNING, HELP, NINE, ELEVEN, unit=nobody)
    given(*JINNING_EVENT).when(unit).refused("unit_must_be_known", unit=nobody)


def test_a_unit_of_another_community_may_organise_a_shift_here() -> None:
    guests = UnitId("xianhu/mutual-aid")
    command = ScheduleShift(KITCHEN, JINNING, HELP, NINE, ELEVEN, unit=guests)
    given(*JINNING_EVENT).when(command).refused("unit_must_be_known", unit=guests)
    (event,) = given(*JINNING_EVENT, *community(XIANHU)).when(command).events
    assert event.unit == guests


def test_a_shift_is_scheduled_once() -> None:
    given(*SHIFT).when(SCHEDULE).refused("shift_must_be_new", shift=KITCHEN)


def test_a_shift_has_a_place_for_somebody() -> None:
    nobody = replace(SCHEDULE, places=Count(0))
    given(*JINNING_EVENT).when(nobody).refused("shift_must_have_a_place", places=0)
    assert given(*JINNING_EVENT).when(replace(SCHEDULE, places=Count(1))).events


def test_what_is_missing_is_told_before_what_exists() -> None:
    command = ScheduleShift(KITCHEN, CommunityId("atlantis"), HELP, NINE, ELEVEN)
    given(*SHIFT).when(command).refused("community_must_be_known", community="atlantis")


@pytest.mark.parametrize(
    ("minutes", "fits"),
    [(-1, False), (0, False), (1, True), (24 * 60, True), (24 * 60 + 1, False)],
)
def test_a_shift_lasts_from_a_minute_to_a_day(minutes: int, fits: bool) -> None:
    end = later(NINE, minutes)
    told = given(*JINNING_EVENT).when(ScheduleShift(KITCHEN, JINNING, HELP, NINE, end))
    if fits:
        assert told.decision
    else:
        told.refused("interval_must_have_length", start=NINE, end=end, hours_most=24)


def test_seconds_are_cut_before_the_length_is_judged() -> None:
    end = NINE + timedelta(seconds=59)
    command = ScheduleShift(KITCHEN, JINNING, HELP, NINE, end)
    given(*JINNING_EVENT).when(command).refused("interval_must_have_length", end=NINE)


@pytest.mark.parametrize(
    ("year", "plausible"),
    [(1, False), (1949, False), (1950, True), (2090, True), (2091, False), (9999, False)],
)
def test_a_year_beyond_memory_is_a_slip_of_the_pen(year: int, plausible: bool) -> None:
    start, end = NINE.replace(year=year), ELEVEN.replace(year=year)
    told = given(*JINNING_EVENT).when(ScheduleShift(KITCHEN, JINNING, HELP, start, end))
    if plausible:
        assert told.decision
    else:
        told.refused("year_must_be_plausible", year=year, year_first=1950, year_last=2090)


def test_the_ends_of_the_calendar_are_refused_and_never_raise() -> None:
    first = datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))
    last = datetime.max.replace(tzinfo=timezone(timedelta(hours=-12)))
    command = ScheduleShift(KITCHEN, JINNING, HELP, first, last)
    given(*JINNING_EVENT).when(command).refused("year_must_be_plausible", year=1)


# -- calling off -------------------------------------------------------------------------------


def test_a_shift_is_called_off_once() -> None:
    command = CancelShift(KITCHEN, CancelReason.weather)
    event = ShiftCancelled(KITCHEN, CancelReason.weather, TODAY)
    given(*SHIFT).when(command).then(event)
    given(*SHIFT, (shifts.stream(KITCHEN), event)).when(command).refused(
        "shift_must_not_be_cancelled", shift=KITCHEN
    )


def test_a_shift_that_somebody_attended_took_place() -> None:
    command = CancelShift(KITCHEN, CancelReason.entered_by_mistake)
    given(*SHIFT, came(NINE)).when(command).refused("shift_must_not_have_attendance", shift=KITCHEN)


def test_only_a_known_shift_is_called_off() -> None:
    command = CancelShift(ShiftId("other"), CancelReason.other)
    given(*SHIFT).when(command).refused("shift_must_be_known", shift="other")


# -- signing up --------------------------------------------------------------------------------


def signed_up(who: PersonId, *, waiting: bool = False) -> Happening:
    return (shifts.stream(KITCHEN), SignedUp(KITCHEN, who, waiting, TODAY))


def test_a_neighbour_signs_up_once() -> None:
    command = SignUp(KITCHEN, CHEN)
    given(*SHIFT).when(command).then(SignedUp(KITCHEN, CHEN, waiting=False, occurred_on=TODAY))
    for waiting in (False, True):
        given(*SHIFT, signed_up(CHEN, waiting=waiting)).when(command).refused(
            "person_must_not_be_signed_up_twice", shift=KITCHEN
        )


@pytest.mark.parametrize(
    ("places", "taken", "waiting"),
    [(None, 2, False), (3, 2, False), (2, 2, True), (1, 2, True), (0, 0, True)],
)
def test_who_comes_when_all_places_are_taken_waits(
    places: int | None, taken: int, waiting: bool
) -> None:
    others = [signed_up(who) for who in (WU, STRANGER)[:taken]]
    few = scheduled(NINE, ELEVEN, places=places)
    told = given(*JINNING_EVENT, few, *others).when(SignUp(KITCHEN, CHEN))
    told.then(SignedUp(KITCHEN, CHEN, waiting, TODAY))


def test_both_the_person_and_the_shift_must_be_known_the_person_first() -> None:
    given(*SHIFT).when(SignUp(KITCHEN, STRANGER)).refused("person_must_be_known", person=STRANGER)
    nothing = ShiftId("nothing")
    given(*SHIFT).when(SignUp(nothing, CHEN)).refused("shift_must_be_known", shift=nothing)
    given(*SHIFT).when(SignUp(nothing, STRANGER)).refused("person_must_be_known")
    given(*SHIFT).when(WithdrawSignUp(nothing, CHEN)).refused("shift_must_be_known")


def test_who_died_or_was_not_registered_on_the_day_does_not_sign_up() -> None:
    shift = scheduled(NINE, ELEVEN)
    given(*SHIFT, died(CHEN, TODAY)).when(SignUp(KITCHEN, CHEN)).refused(
        "person_must_be_alive_on_the_day", day=NINE.date()
    )
    assert given(*SHIFT, died(CHEN, NINE.date())).when(SignUp(KITCHEN, CHEN)).decision
    late = person(on=date(2026, 3, 4))
    given(*community(), late, shift).when(SignUp(KITCHEN, CHEN)).refused(
        "person_must_be_registered_on_the_day", registered_on=date(2026, 3, 4), day=NINE.date()
    )


def test_nobody_signs_up_for_a_shift_that_was_called_off() -> None:
    cancelled = (
        shifts.stream(KITCHEN),
        ShiftCancelled(KITCHEN, CancelReason.weather, TODAY),
    )
    given(*SHIFT, cancelled).when(SignUp(KITCHEN, CHEN)).refused("shift_must_not_be_cancelled")
    given(*SHIFT, cancelled).when(SignUp(KITCHEN, CHEN), at=ELEVEN).refused(
        "shift_must_not_be_cancelled"
    )
    given(*SHIFT, signed_up(CHEN), cancelled).when(WithdrawSignUp(KITCHEN, CHEN)).refused(
        "shift_must_not_be_cancelled"
    )


@pytest.mark.parametrize(("seconds", "over"), [(-1, False), (0, True), (1, True)])
def test_one_signs_up_and_withdraws_until_the_shift_is_over(seconds: int, over: bool) -> None:
    moment = ELEVEN + timedelta(seconds=seconds)
    up = given(*SHIFT).when(SignUp(KITCHEN, CHEN), at=moment)
    down = given(*SHIFT, signed_up(CHEN)).when(WithdrawSignUp(KITCHEN, CHEN), at=moment)
    for told in (up, down):
        if over:
            told.refused("shift_must_not_be_over", shift=KITCHEN, ended_at=ELEVEN)
        else:
            assert told.decision


def test_only_who_is_listed_withdraws() -> None:
    given(*SHIFT).when(WithdrawSignUp(KITCHEN, CHEN)).refused(
        "person_must_be_signed_up", shift=KITCHEN
    )


def test_a_place_given_back_goes_to_the_first_who_waits() -> None:
    few = scheduled(NINE, ELEVEN, places=1)
    queue = (signed_up(CHEN), signed_up(WU, waiting=True), signed_up(STRANGER, waiting=True))
    story = given(*JINNING_EVENT, few, *queue)
    story.when(WithdrawSignUp(KITCHEN, CHEN)).then(
        SignUpWithdrawn(KITCHEN, CHEN, TODAY), SignUpPromoted(KITCHEN, WU, TODAY)
    )


QUEUE: Story = (
    *(*JINNING_EVENT, person(STRANGER), scheduled(NINE, ELEVEN, places=1)),
    *(signed_up(CHEN), signed_up(WU, waiting=True), signed_up(STRANGER, waiting=True)),
)


@pytest.mark.parametrize(("seconds", "started"), [(-1, False), (0, True), (3599, True)])
def test_nobody_moves_up_once_the_shift_has_started(seconds: int, started: bool) -> None:
    """She was told nothing, and would be marked for not coming."""
    moment = NINE + timedelta(seconds=seconds)
    events = given(*QUEUE).when(WithdrawSignUp(KITCHEN, CHEN), at=moment).events
    assert [type(event) for event in events] == [SignUpWithdrawn, SignUpPromoted][: 2 - started]


@pytest.mark.parametrize(
    ("dead", "following"), [((WU,), [STRANGER]), ((WU, STRANGER), []), ((STRANGER,), [WU])]
)
def test_the_dead_do_not_move_up(dead: tuple[PersonId, ...], following: list[PersonId]) -> None:
    story = given(*QUEUE, *(died(who, TODAY) for who in dead))
    _, *promoted = story.when(WithdrawSignUp(KITCHEN, CHEN)).events
    assert [event.person for event in promoted] == following


def test_whoever_dies_on_the_day_of_the_shift_may_still_come() -> None:
    _, promoted = given(*QUEUE, died(WU, NINE.date())).when(WithdrawSignUp(KITCHEN, CHEN)).events
    assert promoted == SignUpPromoted(KITCHEN, WU, TODAY)


def test_whoever_came_does_not_withdraw() -> None:
    for come in (came(NINE), attested(NINE, ELEVEN)):
        given(*QUEUE, come).when(WithdrawSignUp(KITCHEN, CHEN), at=later(ELEVEN, -1)).refused(
            "person_must_not_have_come", shift=KITCHEN, at=NINE
        )
    waited = given(*QUEUE, came(NINE, who=WU))
    waited.when(WithdrawSignUp(KITCHEN, WU), at=later(ELEVEN, -1)).refused(
        "person_must_not_have_come"
    )


def test_who_gives_a_place_back_is_not_the_actor_of_the_promotion() -> None:
    assert VERB_OF_COMMAND[WithdrawSignUp].consequences == {SignUpPromoted}


def test_who_stops_waiting_frees_no_place() -> None:
    few = scheduled(NINE, ELEVEN, places=1)
    queue = (signed_up(CHEN), signed_up(WU, waiting=True), signed_up(STRANGER, waiting=True))
    story = given(*JINNING_EVENT, few, *queue)
    story.when(WithdrawSignUp(KITCHEN, WU)).then(SignUpWithdrawn(KITCHEN, WU, TODAY))


def test_the_dead_are_taken_off_the_list() -> None:
    story = given(*SHIFT, signed_up(CHEN), died(CHEN, TODAY))
    story.when(WithdrawSignUp(KITCHEN, CHEN)).then(SignUpWithdrawn(KITCHEN, CHEN, TODAY))


def test_the_list_remembers_who_has_a_place_and_who_waits() -> None:
    few = scheduled(NINE, ELEVEN, places=1)
    queue = (signed_up(CHEN), signed_up(WU, waiting=True), signed_up(LEADER, waiting=True))
    story = (*JINNING_EVENT, few, *queue)
    withdrawn = given(*story).when(WithdrawSignUp(KITCHEN, CHEN))
    again = given(*story, withdrawn).when(SignUp(KITCHEN, CHEN))
    assert listed(*story, withdrawn, again) == ((WU,), (LEADER, CHEN))
    tired = given(*story, withdrawn, again).when(WithdrawSignUp(KITCHEN, LEADER))
    assert listed(*story, withdrawn, again, tired) == ((WU,), (CHEN,))


def listed(*story: Happening | Told) -> tuple[tuple[PersonId, ...], tuple[PersonId, ...]]:
    shift: Shift = given(*story).ledger[shifts.stream(KITCHEN)]
    return shift.signed_up, shift.waiting


def test_decisions_fall_on_the_local_day_of_the_community() -> None:
    just_before_midnight = datetime(2026, 3, 2, 15, 59, tzinfo=UTC)
    just_after = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
    story = given(*SHIFT)
    assert NOON.date() == TODAY
    for moment, day in ((just_before_midnight, TODAY), (just_after, date(2026, 3, 3))):
        (event,) = story.when(SignUp(KITCHEN, CHEN), at=moment).events
        assert event.occurred_on == day
