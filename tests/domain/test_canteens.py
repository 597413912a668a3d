"""Canteens: a month's claims close once, in order, and then nothing settles in it any more."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ledger.domain import canteens, postings
from ledger.domain.canteen_records import (
    CanteenMonth,
    ClaimsClosed,
    PlatesAttested,
    TakingsCounted,
)
from ledger.domain.canteens import AttestPlates, CloseClaims
from ledger.domain.policy_records import PolicyWithdrawn
from ledger.domain.refusals import Code
from ledger.domain.takings import CountTakings
from ledger.domain.values import Count, Fen, Month, SiteId
from tests.domain.canteen_town import (
    APRIL,
    CLERK,
    JINNING_CANTEEN,
    JINNING_VERSION,
    MAY,
    MONDAY,
    NEW_YEAR,
    STATION,
    SUNDAY,
    TOWN,
    XIANHU,
    XIANHU_CANTEEN,
    closed,
    eats,
    lunch,
    noon,
    published,
)
from tests.story import Told, given

JANUARY, FEBRUARY, MARCH = Month("2026-01"), Month("2026-02"), Month("2026-03")
NOWHERE = SiteId("nowhere")


def plates(count: int, on: date = MONDAY, canteen: SiteId = XIANHU_CANTEEN) -> AttestPlates:
    return AttestPlates(canteen, on, Count(count))


def count_takings(amount: int, on: date = MONDAY, canteen: SiteId = XIANHU_CANTEEN) -> CountTakings:
    return CountTakings(canteen, on, Fen(amount))


def closing(
    month: str, *happenings: Any, at: date = MONDAY, canteen: SiteId = XIANHU_CANTEEN
) -> Told:
    return given(*TOWN, *happenings).when(CloseClaims(canteen, Month(month)), at=noon(at))


def test_the_first_month_of_the_policy_is_the_first_to_close() -> None:
    closing("2026-01", published()).then(ClaimsClosed(XIANHU_CANTEEN, XIANHU, JANUARY, MONDAY))


def test_a_policy_that_begins_in_mid_month_makes_that_month_the_first() -> None:
    assert closing("2026-02", published(valid_from=date(2026, 2, 28))).events
    closing("2026-02", published(valid_from=date(2026, 1, 31))).refused(
        "claims_must_be_closed_in_order", earlier=JANUARY, month=FEBRUARY
    )


def test_the_next_month_closes_after_the_one_before() -> None:
    assert closing("2026-02", published(), *closed("2026-01")).events
    closing("2026-02", published()).refused("claims_must_be_closed_in_order", earlier=JANUARY)


def test_a_month_without_a_version_closes_too_so_that_none_is_left_behind() -> None:
    gap = (published(valid_until=date(2026, 2, 1)), published(valid_from=MAY, version=Count(2)))
    closing("2026-03", *gap, *closed("2026-01"), at=APRIL).refused(
        "claims_must_be_closed_in_order", earlier=FEBRUARY
    )
    assert closing("2026-03", *gap, *closed("2026-01", "2026-02"), at=APRIL).events


def test_a_version_withdrawn_before_its_beginning_leaves_nothing_to_close() -> None:
    withdrawn = PolicyWithdrawn(XIANHU_CANTEEN, XIANHU, Count(1), date(2025, 12, 1), NEW_YEAR)
    stream, version = published(valid_from=date(2025, 12, 1))
    again = published(version=Count(2))
    assert closing("2026-01", (stream, version), (stream, withdrawn), again).events


def test_each_canteen_closes_for_itself() -> None:
    town = (published(), published(JINNING_VERSION), *closed("2026-01"))
    closing("2026-01", *town).refused("month_must_not_be_closed_twice", month=JANUARY)
    assert closing("2026-01", *town, canteen=JINNING_CANTEEN).events


@pytest.mark.parametrize(
    ("moment", "accepted"),
    [
        (datetime(2026, 2, 28, 15, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 2, 28, 16, 0, tzinfo=UTC), True),
    ],
)
def test_a_month_is_over_at_midnight_in_shanghai(moment: datetime, accepted: bool) -> None:
    command = CloseClaims(XIANHU_CANTEEN, FEBRUARY)
    told = given(*TOWN, published(), *closed("2026-01")).when(command, at=moment)
    if accepted:
        assert told.events[0].occurred_on == date(2026, 3, 1)
    else:
        told.refused("month_must_be_over", month=FEBRUARY, today=date(2026, 2, 28))


@pytest.mark.parametrize("month", ["2026-03", "2026-04", "2099-12"])
def test_a_month_that_is_not_over_cannot_be_closed(month: str) -> None:
    closing(month, published()).refused("month_must_be_over", month=month, today=MONDAY)


@pytest.mark.parametrize("month", ["1900-01", "1999-12"])
def test_a_month_long_before_anything_may_be_closed_and_freezes_nothing(month: str) -> None:
    assert closing(month, published()).events


@pytest.mark.parametrize(
    ("canteen", "code"), [(NOWHERE, "site_must_be_known"), (STATION, "site_must_be_a_canteen")]
)
def test_only_a_known_canteen_has_claims_to_close(canteen: SiteId, code: str) -> None:
    closing("2026-01", canteen=canteen).refused(code, site=canteen)


OBJECTIONS = [
    "site_must_be_a_canteen",
    "month_must_be_over",
    "month_must_not_be_closed_twice",
    "claims_must_be_closed_in_order",
]


def test_of_several_objections_the_one_listed_first_is_the_answer() -> None:
    orders = [Code[name].order for name in OBJECTIONS]
    assert orders == sorted(orders)
    closing("2026-03", canteen=STATION).refused("site_must_be_a_canteen")
    closing("2026-03", published()).refused("month_must_be_over")
    closing("2026-02", published(), *closed("2026-02")).refused("month_must_not_be_closed_twice")


def test_what_is_claimed_after_the_closing_settles_in_the_next_month() -> None:
    told = closing("2026-03", published(), *closed("2026-01", "2026-02"), at=APRIL)
    event = given(*eats(), told).when(lunch(date(2026, 3, 31)), at=noon(APRIL)).events[0]
    assert (event.settles_in, event.adjusts) == ("2026-04", MARCH)


def test_closing_is_a_matter_of_the_canteens_community() -> None:
    town = given(*TOWN).ledger
    assert canteens.place(CloseClaims(XIANHU_CANTEEN, MARCH), town) == XIANHU
    assert canteens.place(CloseClaims(NOWHERE, MARCH), town) is None


def test_a_month_is_open_until_it_is_closed() -> None:
    stream = canteens.stream(XIANHU_CANTEEN, MARCH)
    assert stream == "canteen-xianhu-canteen-2026-03"
    assert CanteenMonth() == CanteenMonth(closed=False)
    assert given(*closed("2026-03")).ledger[stream] == CanteenMonth(closed=True)


# -- plates and cash ---------------------------------------------------------------------------


def test_plates_of_a_day_are_attested_by_whoever_counts_them() -> None:
    given(*TOWN).when(plates(20), by=CLERK, at=noon(MONDAY)).then(
        PlatesAttested(XIANHU_CANTEEN, XIANHU, Count(20), CLERK, MONDAY)
    )


def test_cash_is_counted_and_taken_out_of_the_box() -> None:
    told = given(*TOWN).when(count_takings(2_050), by=CLERK, at=noon(MONDAY))
    told.then(TakingsCounted(XIANHU_CANTEEN, XIANHU, Fen(2_050), CLERK, MONDAY, MARCH))
    assert {p.account: p.amount for p in postings.of(told.events[0])} == {
        f"takings/{XIANHU_CANTEEN}": -2_050,
        f"outside/cash/{XIANHU_CANTEEN}": 2_050,
    }


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (plates(20, SUNDAY), "day_must_not_be_in_the_future"),
        (plates(20, date(26, 3, 2)), "year_must_be_plausible"),
        (plates(20, MONDAY, STATION), "site_must_be_a_canteen"),
        (plates(20, MONDAY, NOWHERE), "site_must_be_known"),
        (count_takings(5, SUNDAY), "day_must_not_be_in_the_future"),
        (count_takings(0), "amount_must_be_positive"),
        (count_takings(5, MONDAY, STATION), "site_must_be_a_canteen"),
        (count_takings(5, MONDAY, NOWHERE), "site_must_be_known"),
    ],
)
def test_what_is_counted_is_a_canteens_and_of_a_day_that_has_come(command: Any, code: str) -> None:
    given(*TOWN).when(command, at=noon(MONDAY)).refused(code)
