"""Communities: registered once, ruled by date, closed month by month."""

from datetime import date, datetime, timedelta

import pytest

from ledger.domain import communities, community_records
from ledger.domain.bands import DEFAULT_BANDS
from ledger.domain.communities import (
    RecordPopulation,
    RegisterCommunity,
    RegisterCooperative,
    RegisterUnit,
    SetApprovalBands,
    SetServiceRules,
)
from ledger.domain.community_records import (
    Community,
    CommunityRegistered,
    CooperativeRegistered,
    MonthClosed,
    PopulationRecorded,
    ServiceRules,
    ServiceRulesSet,
    Unit,
    UnitKind,
    UnitRegistered,
)
from ledger.domain.decisions import Happening
from ledger.domain.values import (
    CommunityId,
    CooperativeId,
    Count,
    Minutes,
    Month,
    Title,
    UnitId,
    ZoneName,
)
from tests.story import NOON, given

JINNING = CommunityId("jinning")
MONDAY = date(2026, 3, 2)
STREAM = communities.stream(JINNING)
REGISTERED: Happening = (
    STREAM,
    CommunityRegistered(
        JINNING, Title("金宁社区"), Title("丹灶镇"), ZoneName("Asia/Shanghai"), MONDAY
    ),
)


def test_a_community_is_registered_on_its_own_local_day() -> None:
    given().when(RegisterCommunity(JINNING, Title("金宁社区"), Title("丹灶镇"))).then(REGISTERED[1])


def test_a_community_is_registered_once() -> None:
    given(REGISTERED).when(RegisterCommunity(JINNING, Title("金宁"), Title("丹灶镇"))).refused(
        "community_must_be_new", community=JINNING
    )


def test_a_time_zone_must_exist() -> None:
    command = RegisterCommunity(JINNING, Title("金宁"), Title("丹灶镇"), ZoneName("Asia/Danzao"))
    given().when(command).refused("time_zone_must_exist", time_zone="Asia/Danzao")


def test_population_is_recorded_for_a_known_community() -> None:
    command = RecordPopulation(JINNING, Count(45_000), date(2026, 1, 1))
    given(REGISTERED).when(command).then(
        PopulationRecorded(JINNING, Count(45_000), date(2026, 1, 1), MONDAY)
    )
    given().when(command).refused("community_must_be_known", community=JINNING)


def test_a_cooperative_is_registered_once_in_the_community_its_id_names() -> None:
    command = RegisterCooperative(CooperativeId("jinning/e1"), Title("第一经济社"))
    event = CooperativeRegistered(command.cooperative, command.name, MONDAY)
    given(REGISTERED).when(command).then(event)
    given(REGISTERED, (STREAM, event)).when(command).refused("cooperative_must_be_new")


def test_a_unit_is_registered_once_in_the_community_its_id_names() -> None:
    kind = UnitKind.association
    command = RegisterUnit(UnitId("jinning/mutual-aid"), Title("街坊志愿互助会"), kind)
    event = UnitRegistered(command.unit, command.name, kind, None, MONDAY)
    given(REGISTERED).when(command).then(event)
    given(REGISTERED, (STREAM, event)).when(command).refused("unit_must_be_new")


def test_a_team_belongs_to_a_unit_that_its_community_has() -> None:
    above, name = UnitId("jinning/mutual-aid"), Title("帮厨队")
    team = RegisterUnit(UnitId("jinning/kitchen"), name, UnitKind.team, above)
    given(REGISTERED).when(team).refused("unit_must_be_known", unit=above)
    registered = UnitRegistered(above, name, UnitKind.association, None, MONDAY)
    story = given(REGISTERED, (STREAM, registered))
    told = story.when(team)
    told.then(UnitRegistered(team.unit, name, UnitKind.team, above, MONDAY))
    units = given(REGISTERED, (STREAM, registered), told).ledger[STREAM].units
    assert units[team.unit] == Unit(name, UnitKind.team, above)
    for elsewhere in (UnitId("xianhu/mutual-aid"), UnitId("jinning/other")):
        itself = RegisterUnit(UnitId("jinning/other"), name, UnitKind.team, elsewhere)
        story.when(itself).refused("unit_must_be_known", unit=elsewhere)


@pytest.mark.parametrize(
    ("rules", "which", "what"),
    [
        (ServiceRules(unit_minutes_most=Minutes(721)), "town_minutes_most", "720 < 721"),
        (ServiceRules(star_thresholds=(Minutes(60), Minutes(60))), "star_thresholds", "60 ≤ 60"),
        (ServiceRules(star_thresholds=(Minutes(120), Minutes(60))), "star_thresholds", "60 ≤ 120"),
        (ServiceRules(objection_days=Count(366)), "objection_days", "366 > 365"),
    ],
)
def test_rules_that_contradict_themselves_are_refused_with_which_and_what(
    rules: ServiceRules, which: str, what: str
) -> None:
    command = SetServiceRules(JINNING, MONDAY, rules)
    given(REGISTERED).when(command).refused("rules_must_be_consistent", which=which, what=what)


@pytest.mark.parametrize(
    "rules",
    [
        ServiceRules(unit_minutes_most=Minutes(720)),
        ServiceRules(star_thresholds=(Minutes(60), Minutes(61))),
        ServiceRules(objection_days=Count(365)),
    ],
)
def test_rules_that_just_agree_are_set(rules: ServiceRules) -> None:
    given(REGISTERED).when(SetServiceRules(JINNING, MONDAY, rules)).then(
        ServiceRulesSet(JINNING, MONDAY, rules, MONDAY)
    )


AT_ONCE, NEXT_MORNING = NOON, NOON + timedelta(days=1)


@pytest.mark.parametrize(
    ("moment", "valid_from", "allowed"),
    [
        (AT_ONCE, date(2020, 1, 1), True),
        (AT_ONCE, MONDAY, True),
        (NEXT_MORNING, MONDAY, False),
        (NEXT_MORNING, date(2026, 3, 3), False),
        (NEXT_MORNING, date(2026, 3, 4), True),
    ],
)
def test_rules_and_bands_are_set_ahead_once_the_day_of_the_registration_is_over(
    moment: datetime, valid_from: date, *, allowed: bool
) -> None:
    today = moment.date()
    for command in (
        SetServiceRules(JINNING, valid_from, ServiceRules()),
        SetApprovalBands(JINNING, valid_from, DEFAULT_BANDS),
    ):
        told = given(REGISTERED).when(command, at=moment)
        if allowed:
            assert told.decision
        else:
            code = "rules_must_start_on_a_coming_day"
            told.refused(code, valid_from=valid_from, today=today)


def test_a_day_is_judged_by_the_rules_in_force_on_it() -> None:
    strict, mild = ServiceRules(Minutes(240)), ServiceRules(Minutes(480))
    community = _folded(
        ServiceRulesSet(JINNING, date(2026, 3, 10), strict, MONDAY),
        ServiceRulesSet(JINNING, date(2026, 3, 1), mild, MONDAY),
    )
    assert community.rules_on(date(2026, 2, 28)) == ServiceRules()
    assert community.rules_on(date(2026, 3, 9)) == mild
    assert community.rules_on(date(2026, 3, 10)) == strict


def test_of_two_rules_for_the_same_day_the_later_entry_is_in_force() -> None:
    first, second = ServiceRules(Minutes(240)), ServiceRules(Minutes(300))
    community = _folded(
        ServiceRulesSet(JINNING, MONDAY, first, MONDAY),
        ServiceRulesSet(JINNING, MONDAY, second, MONDAY),
    )
    assert community.rules_on(MONDAY) == second


def test_what_happened_in_a_closed_month_is_booked_in_the_first_open_one() -> None:
    community = _folded(
        MonthClosed(Month("2026-02"), MONDAY),
        MonthClosed(Month("2026-03"), MONDAY),
    )
    assert community.books(date(2026, 1, 31)) == "2026-01"
    assert community.books(date(2026, 2, 28)) == "2026-04"
    assert community.books(date(2026, 12, 31)) == "2026-12"


def _folded(*events: community_records.CommunityEvent) -> Community:
    community = Community()
    for event in events:
        community = community_records.evolve(community, event)
    return community
