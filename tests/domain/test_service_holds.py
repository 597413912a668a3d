"""What has to wait: days over a limit, months that are closed, confirmations that come late."""

from datetime import date, datetime, timedelta

import pytest

from ledger.domain.community_records import ServiceRules
from ledger.domain.decisions import Happening
from ledger.domain.intervals import DayMinutes
from ledger.domain.service import ConfirmService, ReverseService
from ledger.domain.service_records import Hold, ReversalReason, ServiceCredited, ServiceHeld
from ledger.domain.shift_records import EvidenceGrade
from ledger.domain.values import CommunityId, Count, Minutes, ShiftId
from tests.domain.shift_stories import (
    BERLIN,
    CHEN,
    JINNING,
    JINNING_EVENT,
    KITCHEN,
    LEADER,
    PARTNERTOWN,
    PATROL,
    XIANHU,
    at,
    community,
    later,
    month_closed,
    ruled,
    served,
)
from tests.story import Told, given

SATURDAY, SUNDAY = date(2026, 3, 7), date(2026, 3, 8)
SIX = at("03-07 06:00")
NEXT_DAY = at("03-08 20:00")
UNIT, TOWN = Hold.day_over_unit_limit, Hold.day_over_town_limit
STORY = (*JINNING_EVENT, *community(XIANHU), *community(PARTNERTOWN, BERLIN))


def verdict(
    *story: Happening | Told | tuple[Happening, ...],
    name: ShiftId = KITCHEN,
    at: datetime = NEXT_DAY,
) -> Hold | None:
    """What the confirmation of the shift is held for; None if it is credited."""
    (event,) = confirmed(*story, name=name, at=at).events
    assert isinstance(event, ServiceCredited | ServiceHeld)
    return event.hold if isinstance(event, ServiceHeld) else None


def confirmed(
    *story: Happening | Told | tuple[Happening, ...],
    name: ShiftId = KITCHEN,
    at: datetime = NEXT_DAY,
) -> Told:
    return given(*STORY, *story).when(ConfirmService(name, CHEN), by=LEADER, at=at)


def credited_before(
    start: datetime, minutes: int, where: CommunityId = JINNING
) -> tuple[tuple[Happening, ...], Told]:
    """Another shift of Chen's, credited already."""
    patrol = served(start, later(start, minutes), PATROL, where)
    return patrol, confirmed(patrol, name=PATROL)


def test_held_service_says_why_and_keeps_its_minutes() -> None:
    kitchen = served(SIX, later(SIX, 570))
    confirmed(kitchen).then(
        ServiceHeld(
            shift=KITCHEN,
            person=CHEN,
            community=JINNING,
            unit=None,
            starts_at=SIX,
            ends_at=later(SIX, 570),
            service_minutes=Minutes(570),
            days=(DayMinutes(SATURDAY, Minutes(570)),),
            grade=EvidenceGrade.checked,
            hold=UNIT,
            occurred_on=SATURDAY,
            decided_by=(LEADER,),
            late=None,
        )
    )


LIMITS = [(479, None), (480, None), (481, UNIT), (719, UNIT), (720, UNIT), (721, TOWN)]


@pytest.mark.parametrize(("minutes", "hold"), LIMITS)
def test_a_day_over_eight_hours_waits_and_over_twelve_for_the_town(
    minutes: int, hold: Hold | None
) -> None:
    assert verdict(served(SIX, later(SIX, minutes))) == hold


@pytest.mark.parametrize(("minutes", "hold"), LIMITS)
@pytest.mark.parametrize("where", [JINNING, XIANHU])
def test_the_sum_of_the_day_decides_in_however_many_records_and_communities(
    minutes: int, hold: Hold | None, where: CommunityId
) -> None:
    before = credited_before(at("03-07 00:00"), 240, where)
    assert verdict(*before, served(SIX, later(SIX, minutes - 240))) == hold


def test_held_and_reversed_minutes_do_not_count_in_the_sum() -> None:
    held = credited_before(at("03-07 00:00"), 300)
    low = ruled(ServiceRules(unit_minutes_most=Minutes(299)))
    patrol = served(at("03-07 00:00"), at("03-07 05:00"), PATROL)
    kitchen = served(SIX, later(SIX, 240))
    waiting = confirmed(low, patrol, name=PATROL)
    assert verdict(patrol, waiting, kitchen) is None
    assert verdict(*held, kitchen) is UNIT
    taken_back = given(*STORY, *held).when(
        ReverseService(PATROL, CHEN, ReversalReason.entered_by_mistake), by=LEADER, at=NEXT_DAY
    )
    assert verdict(*held, taken_back, kitchen) is None


@pytest.mark.parametrize(
    ("saturday", "sunday", "hold"),
    [(480, 480, None), (481, 10, UNIT), (10, 481, UNIT), (700, 721, TOWN), (721, 480, TOWN)],
)
def test_an_interval_over_midnight_counts_on_both_days(
    saturday: int, sunday: int, hold: Hold | None
) -> None:
    midnight = at("03-08 00:00")
    kitchen = served(later(midnight, -saturday), later(midnight, sunday))
    (event,) = confirmed(kitchen, at=at("03-09 09:00")).events
    assert event.days == (
        DayMinutes(SATURDAY, Minutes(saturday)),
        DayMinutes(SUNDAY, Minutes(sunday)),
    )
    assert getattr(event, "hold", None) == hold
    assert event.occurred_on == SATURDAY


def test_yesterdays_minutes_do_not_fill_todays_limit() -> None:
    before = credited_before(at("03-07 16:00"), 480)
    assert verdict(*before, served(at("03-08 00:00"), at("03-08 08:00"))) is None
    assert verdict(*before, served(at("03-08 00:00"), at("03-08 08:01"))) is UNIT


def test_each_day_is_judged_by_the_rules_of_that_day() -> None:
    strict = ruled(ServiceRules(unit_minutes_most=Minutes(60)), since=SUNDAY)
    midnight = at("03-08 00:00")
    saturday_only = served(later(midnight, -300), midnight)
    an_hour = served(later(midnight, -300), later(midnight, 60))
    more = served(later(midnight, -300), later(midnight, 61))
    assert [verdict(strict, night) for night in (saturday_only, an_hour, more)] == [
        None,
        None,
        UNIT,
    ]


def test_the_towns_limit_too_is_that_of_each_day() -> None:
    strict = ruled(ServiceRules(Minutes(60), Minutes(90)), since=SUNDAY)
    midnight = at("03-08 00:00")
    nights = [served(later(midnight, -300), later(midnight, minutes)) for minutes in (90, 91)]
    assert [verdict(strict, night) for night in nights] == [UNIT, TOWN]


def test_the_rules_are_those_of_the_shifts_community() -> None:
    strict = ruled(ServiceRules(unit_minutes_most=Minutes(60)), where=XIANHU)
    assert verdict(strict, served(SIX, later(SIX, 61))) is None
    assert verdict(strict, served(SIX, later(SIX, 61), where=XIANHU)) is UNIT


def test_a_day_is_the_local_day_of_the_shifts_community() -> None:
    seven_hours_before_berlins_midnight = at("03-08 00:00", BERLIN)
    (event,) = confirmed(
        served(
            later(seven_hours_before_berlins_midnight, -30),
            later(seven_hours_before_berlins_midnight, 30),
            where=PARTNERTOWN,
        )
    ).events
    assert [part.day for part in event.days] == [SATURDAY, SUNDAY]
    assert [part.service_minutes for part in event.days] == [30, 30]


def test_in_the_night_when_clocks_go_forward_minutes_are_elapsed_minutes() -> None:
    start, end = at("03-28 23:00", BERLIN), at("03-29 04:00", BERLIN)
    kitchen = served(start, end, where=PARTNERTOWN)
    (event,) = confirmed(kitchen, at=at("03-30 09:00")).events
    assert event.service_minutes == 240
    assert [(part.day.day, part.service_minutes) for part in event.days] == [(28, 60), (29, 180)]


# -- closed months and late confirmations ------------------------------------------------------


def test_in_a_closed_month_service_is_held() -> None:
    kitchen = served(SIX, later(SIX, 60))
    assert verdict(month_closed("2026-02"), kitchen) is None
    assert verdict(month_closed("2026-03", XIANHU), kitchen) is None
    assert verdict(month_closed("2026-03"), kitchen) is Hold.month_closed


@pytest.mark.parametrize(
    ("start", "held"), [("02-28 23:59", True), ("03-01 00:00", False), ("03-01 00:01", False)]
)
def test_service_belongs_to_the_month_in_which_its_shift_starts(start: str, held: bool) -> None:
    kitchen = served(at(start), later(at(start), 60))
    closed = month_closed("2026-02")
    assert (verdict(closed, kitchen) is Hold.month_closed) is held


@pytest.mark.parametrize(
    ("moment", "late"),
    [("04-06 00:00", False), ("04-06 23:59", False), ("04-07 00:00", True), ("05-30 00:00", True)],
)
def test_confirmation_is_ordinary_until_the_last_of_the_late_entry_days(
    moment: str, late: bool
) -> None:
    kitchen = served(SIX, later(SIX, 60))
    assert (verdict(kitchen, at=at(moment)) is Hold.late_entry) is late


def test_the_late_entry_days_are_those_of_the_service_day() -> None:
    kitchen = served(SIX, later(SIX, 60))
    same_day = ServiceRules(late_entry_days=Count(0))
    night = at("03-07 23:59")
    assert verdict(ruled(same_day), kitchen, at=night) is None
    assert verdict(ruled(same_day), kitchen, at=later(night, 1)) is Hold.late_entry
    assert verdict(ruled(same_day, since=SUNDAY), kitchen, at=later(night, 1)) is None


def test_a_shift_over_midnight_is_late_counted_from_the_day_it_starts() -> None:
    kitchen = served(at("03-07 23:00"), at("03-08 01:00"))
    one_day = ruled(ServiceRules(late_entry_days=Count(1)))
    assert verdict(one_day, kitchen, at=at("03-08 23:59")) is None
    assert verdict(one_day, kitchen, at=at("03-09 00:00")) is Hold.late_entry


def test_of_several_reasons_to_wait_the_first_is_told() -> None:
    closed = month_closed("2026-03")
    low = ruled(ServiceRules(Minutes(60), Minutes(90), Count(1)))
    on_time, too_late = NEXT_DAY, at("03-09 00:00")
    long, longer = (served(SIX, later(SIX, minutes)) for minutes in (61, 91))
    assert verdict(low, closed, longer, at=too_late) is Hold.month_closed
    assert verdict(low, longer, at=too_late) is Hold.late_entry
    assert verdict(low, longer, at=on_time) is TOWN
    assert verdict(low, long, at=on_time) is UNIT


def test_a_day_in_another_time_zone_is_found_however_far_apart() -> None:
    start = at("03-07 16:30", BERLIN)
    before = (served(start, start + timedelta(hours=7), PATROL, PARTNERTOWN),)
    patrol = (*before, confirmed(*before, name=PATROL))
    kitchen = served(at("03-07 00:00"), at("03-07 02:00"))
    assert verdict(*patrol, kitchen) is UNIT
