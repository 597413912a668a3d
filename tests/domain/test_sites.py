"""Sites: registered once, and judged day by day by what they said about their days."""

from datetime import date, timedelta

import pytest

from ledger.domain import communities, payees, sites
from ledger.domain.community_records import CommunityRegistered
from ledger.domain.decisions import Happening
from ledger.domain.payees import PayeeRegistered
from ledger.domain.sites import (
    EXCEPTIONS_MOST,
    ChangeOperator,
    DatedException,
    OperatorChanged,
    RegisterSite,
    ServiceDaysSet,
    SetServiceDays,
    Site,
    SiteKind,
    SiteRegistered,
    Weekday,
)
from ledger.domain.values import CommunityId, SiteId, Slug, Title, ZoneName
from tests.story import given

XILIAN = CommunityId("xilian")
CANTEEN = SiteId("xilian-canteen")
KITCHEN = Slug("good-kitchen")
TODAY = date(2026, 3, 2)
WORKDAYS = (
    Weekday.monday,
    Weekday.tuesday,
    Weekday.wednesday,
    Weekday.thursday,
    Weekday.friday,
)
COMMUNITY: Happening = (
    communities.stream(XILIAN),
    CommunityRegistered(
        XILIAN, Title("西联社区"), Title("丹灶镇"), ZoneName("Asia/Shanghai"), TODAY
    ),
)
REGISTER = RegisterSite(CANTEEN, XILIAN, SiteKind.canteen, Title("西联长者饭堂"), date(2026, 4, 1))
REGISTERED: Happening = (
    sites.stream(CANTEEN),
    SiteRegistered(
        CANTEEN, XILIAN, SiteKind.canteen, Title("西联长者饭堂"), date(2026, 4, 1), TODAY
    ),
)


def payee(home: CommunityId) -> Happening:
    """The kitchen is a payee of that community."""
    event = PayeeRegistered(KITCHEN, home, Title("好厨房"), None, TODAY)
    return (payees.stream(KITCHEN), event)


def closed(day: date) -> DatedException:
    return DatedException(day, open=False)


def opened(day: date) -> DatedException:
    return DatedException(day, open=True)


def days(
    *weekdays: Weekday, since: date = date(2026, 1, 1), but: tuple[DatedException, ...] = ()
) -> ServiceDaysSet:
    return ServiceDaysSet(CANTEEN, weekdays, but, since, TODAY)


def site(*events: sites.SiteEvent) -> Site:
    found = Site()
    for event in events:
        found = sites.evolve(found, event)
    return found


def test_a_site_is_registered_once_in_a_known_community() -> None:
    given(COMMUNITY).when(REGISTER).then(REGISTERED[1])
    given(COMMUNITY, REGISTERED).when(REGISTER).refused("site_must_be_new", site=CANTEEN)
    given().when(REGISTER).refused("community_must_be_known", community=XILIAN)


def test_an_unknown_community_is_named_before_a_site_that_exists() -> None:
    elsewhere = RegisterSite(
        CANTEEN, CommunityId("nowhere"), SiteKind.station, Title("驿站"), TODAY
    )
    given(COMMUNITY, REGISTERED).when(elsewhere).refused(
        "community_must_be_known", community="nowhere"
    )


def test_a_change_of_operator_is_entered_for_a_known_site() -> None:
    command = ChangeOperator(CANTEEN, KITCHEN, date(2026, 5, 1))
    given(COMMUNITY, REGISTERED, payee(XILIAN)).when(command).then(
        OperatorChanged(CANTEEN, KITCHEN, date(2026, 5, 1), TODAY)
    )
    given(COMMUNITY, payee(XILIAN)).when(command).refused("site_must_be_known", site=CANTEEN)


@pytest.mark.parametrize("registered", [(), (payee(CommunityId("elsewhere")),)])
def test_whoever_runs_a_site_is_a_payee_of_its_community(registered: tuple[Happening, ...]) -> None:
    command = ChangeOperator(CANTEEN, KITCHEN, TODAY)
    given(COMMUNITY, REGISTERED, *registered).when(command).refused(
        "payee_must_be_known", payee=KITCHEN
    )


def test_service_days_are_set_for_a_known_site() -> None:
    holiday = closed(date(2026, 10, 1))
    command = SetServiceDays(CANTEEN, WORKDAYS, (holiday,), date(2026, 4, 1))
    given(COMMUNITY, REGISTERED).when(command).then(
        days(*WORKDAYS, since=date(2026, 4, 1), but=(holiday,))
    )
    given(COMMUNITY).when(command).refused("site_must_be_known", site=CANTEEN)


@pytest.mark.parametrize(
    ("weekdays", "exceptions", "twice"),
    [
        ((Weekday.monday, Weekday.monday), (), "monday"),
        ((), (closed(TODAY), opened(TODAY)), "2026-03-02"),
        (WORKDAYS, (closed(TODAY), closed(TODAY)), "2026-03-02"),
    ],
)
def test_a_day_is_named_once(
    weekdays: tuple[Weekday, ...], exceptions: tuple[DatedException, ...], twice: str
) -> None:
    command = SetServiceDays(CANTEEN, weekdays, exceptions, TODAY)
    given(COMMUNITY, REGISTERED).when(command).refused("day_must_be_named_once", day=twice)


def test_exceptions_beyond_a_year_and_more_go_into_several_entries() -> None:
    many = tuple(closed(TODAY + timedelta(days=n)) for n in range(EXCEPTIONS_MOST + 1))
    story = given(COMMUNITY, REGISTERED)
    most = SetServiceDays(CANTEEN, WORKDAYS, many[1:], TODAY)
    story.when(most).then(days(*WORKDAYS, since=TODAY, but=many[1:]))
    story.when(SetServiceDays(CANTEEN, WORKDAYS, many, TODAY)).refused(
        "exceptions_must_fit_one_entry", exceptions=401, exceptions_most=400
    )
    story.when(SetServiceDays(CANTEEN, WORKDAYS, (*many, many[0]), TODAY)).refused(
        "day_must_be_named_once", day="2026-03-02"
    )


def test_a_site_that_set_no_days_leaves_them_to_the_policy() -> None:
    assert site(REGISTERED[1]).serves_on(TODAY) is None  # type: ignore[arg-type]
    assert site(days(since=date(2026, 3, 3))).serves_on(TODAY) is None


@pytest.mark.parametrize(
    ("day", "serves"),
    [
        (date(2026, 2, 27), None),  # a Friday, before anything was set
        (date(2026, 2, 28), True),  # an exception counts whenever it is
        (date(2026, 3, 1), False),  # Sunday
        (date(2026, 3, 2), True),  # Monday
        (date(2026, 3, 6), True),  # Friday
        (date(2026, 3, 7), False),  # Saturday
        (date(2026, 4, 6), False),  # a Monday, holiday
        (date(2026, 4, 12), True),  # a Sunday, made up for it
        (date(2028, 2, 29), True),  # a Tuesday that three years in four lack
    ],
)
def test_a_day_is_judged_by_its_exception_and_else_by_its_weekday(
    day: date, serves: bool | None
) -> None:
    named = (opened(date(2026, 2, 28)), closed(date(2026, 4, 6)), opened(date(2026, 4, 12)))
    canteen = site(days(*WORKDAYS, since=date(2026, 3, 1), but=named))
    assert canteen.serves_on(day) is serves


def test_weekdays_hold_from_their_day_on_whatever_the_order_of_entry() -> None:
    canteen = site(
        days(Weekday.sunday, since=date(2026, 6, 1)), days(Weekday.monday, since=date(2026, 3, 1))
    )
    assert canteen.serves_on(date(2026, 5, 25)) is True  # Monday, still the older weekdays
    assert canteen.serves_on(date(2026, 5, 31)) is False
    assert canteen.serves_on(date(2026, 6, 1)) is False  # Monday, the newer ones
    assert canteen.serves_on(date(2026, 6, 7)) is True


def test_of_two_entries_about_one_day_the_later_counts() -> None:
    canteen = site(
        days(Weekday.monday, but=(closed(TODAY), opened(date(2026, 3, 8)))),
        days(Weekday.tuesday, but=(opened(TODAY), closed(date(2026, 3, 8)))),
    )
    assert canteen.serves_on(TODAY) is True
    assert canteen.serves_on(date(2026, 3, 8)) is False
    assert canteen.serves_on(date(2026, 3, 3)) is True
    assert canteen.serves_on(date(2026, 3, 9)) is False


def test_new_weekdays_leave_the_exceptions_of_earlier_entries_in_force() -> None:
    canteen = site(
        days(*WORKDAYS, but=(closed(date(2026, 10, 1)),)), days(*Weekday, since=date(2026, 7, 1))
    )
    assert canteen.serves_on(date(2026, 10, 1)) is False


def test_a_site_may_serve_on_single_days_only() -> None:
    canteen = site(days(but=(opened(TODAY),)))
    assert canteen.serves_on(TODAY) is True
    assert canteen.serves_on(TODAY + timedelta(days=7)) is False


def test_a_site_is_its_communitys_matter_and_an_unknown_one_nobodys() -> None:
    command = ChangeOperator(CANTEEN, KITCHEN, TODAY)
    assert sites.place(REGISTER, given().ledger) == XILIAN
    assert sites.place(command, given(REGISTERED).ledger) == XILIAN
    assert sites.place(command, given().ledger) is None
