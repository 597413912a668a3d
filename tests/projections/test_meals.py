"""Meals: claims, what became of them, and what stands at any position."""

from datetime import date

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.meal_records import MealReversalReason, ReversalKind
from ledger.domain.values import CommunityId, SiteId
from ledger.projections import meals
from ledger.projections.meal_records import MODEL, ClaimStatus
from ledger.projections.view import Basis, View
from tests.projections.by_hand import LEADER, Having, Log, rows_differ
from tests.projections.meal_events import (
    CANTEEN,
    COOPERATIVE,
    DONOR,
    FUND,
    canteen,
    claimed,
    reinstated,
    reversed_,
    shares,
)
from tests.projections.service_events import APRIL, CHEN, JINNING, MARCH, MARCH_2, WU

XIANHU, XIANHU_CANTEEN = CommunityId("xianhu"), SiteId("xianhu-canteen")
MARCH_3, APRIL_1 = date(2026, 3, 3), date(2026, 4, 1)
BOOKED = View(basis=Basis.booked)
LUNCH = claimed()


def test_a_month_without_meals_adds_up_to_nothing(having: Having) -> None:
    totals = meals.totals_of_canteen(having(), CANTEEN, MARCH)
    assert (totals.meals, totals.price_fen, totals.personal_fen, totals.by_payer) == (0, 0, 0, {})


def test_totals_say_who_bears_what(having: Having) -> None:
    connection = having(
        claimed(1, borne=shares(fund=600, cooperative=300)),
        claimed(2, MARCH_3, borne=shares(fund=100, donor=50)),
        claimed(1, who=WU, borne=()),
        claimed(3, APRIL_1),
        claimed(1, MARCH_3, who=WU, at=XIANHU_CANTEEN),
    )
    totals = meals.totals_of_canteen(connection, CANTEEN, MARCH)
    assert (totals.meals, totals.price_fen, totals.personal_fen) == (3, 4500, 3450)
    assert (totals.community_fen, totals.coop_fen, totals.others) == (700, 300, {DONOR: 50})
    assert totals.by_payer == {FUND: 700, COOPERATIVE: 300, DONOR: 50}


def test_totals_of_a_community_are_those_of_all_its_canteens(having: Having) -> None:
    second = SiteId("jinning-second")
    connection = having(
        canteen(),
        canteen(second),
        canteen(XIANHU_CANTEEN, XIANHU),
        claimed(1),
        claimed(2, at=second),
        claimed(3, at=XIANHU_CANTEEN),
    )
    assert meals.totals_of_community(connection, JINNING, MARCH).meals == 2
    assert meals.totals_of_community(connection, XIANHU, MARCH).by_payer == {FUND: 600}
    assert meals.totals_of_community(connection, CommunityId("xilian"), MARCH).meals == 0


@pytest.mark.parametrize(
    ("known", "count", "status"),
    [
        (0, 0, None),
        (1, 1, ClaimStatus.standing),
        (2, 0, ClaimStatus.reversed),
        (3, 1, ClaimStatus.reinstated),
        (4, 0, ClaimStatus.reversed),
        (99, 0, ClaimStatus.reversed),
    ],
)
@pytest.mark.parametrize("basis", Basis)
def test_a_claim_stands_or_not_as_known_at_each_position(
    having: Having, basis: Basis, known: int, count: int, status: ClaimStatus | None
) -> None:
    again = reversed_(LUNCH, kind=ReversalKind.void, reason=MealReversalReason.not_eaten)
    connection = having(LUNCH, reversed_(LUNCH), reinstated(LUNCH), again)
    view = View(known=known, basis=basis)
    totals = meals.totals_of_canteen(connection, CANTEEN, MARCH, view)
    assert (totals.meals, totals.price_fen) == (count, count * 1500)
    assert (totals.community_fen, totals.personal_fen) == (count * 600, count * 900)
    found = meals.claims(connection, CANTEEN, MARCH, view)
    assert [each.status for each in found] == [status] * bool(status)


def test_a_claim_tells_all_that_was_decided_about_it(having: Having) -> None:
    reversal = reversed_(LUNCH, APRIL, ReversalKind.void, MealReversalReason.wrong_person)
    (found,) = meals.of_person(having(LUNCH, reversal), CHEN, MARCH)
    assert (found.canteen, found.community, found.claim, found.sitting) == (
        CANTEEN,
        JINNING,
        1,
        "lunch",
    )
    assert (found.policy_version, found.facts_version, found.rule) == (1, 1, "AGE70")
    assert (found.price_fen, found.shares, found.copayment_fen) == (1500, LUNCH.shares, 900)
    assert (found.claimed_by, found.claimed_at) == (LEADER, LUNCH.claimed_at)
    (change,) = found.changes
    assert (change.kind, change.reason, change.position) == ("void", "wrong_person", 2)
    assert (change.booked_in, change.settles_in, change.adjusts) == (APRIL, APRIL, MARCH)
    assert change.recorded_at > found.recorded_at


def test_a_closed_month_keeps_its_meals_and_the_next_one_loses_them(having: Having) -> None:
    connection = having(LUNCH, claimed(2, MARCH_3), reversed_(LUNCH, APRIL))
    assert meals.totals_of_canteen(connection, CANTEEN, MARCH).meals == 1
    assert meals.totals_of_canteen(connection, CANTEEN, MARCH, BOOKED).meals == 2
    april = meals.totals_of_canteen(connection, CANTEEN, APRIL, BOOKED)
    assert (april.meals, april.price_fen, april.by_payer) == (-1, -1500, {FUND: -600})
    assert [each.claim for each in meals.claims(connection, CANTEEN, APRIL, BOOKED)] == [1]
    assert meals.claims(connection, CANTEEN, APRIL) == ()


def test_a_meal_claimed_late_is_booked_in_the_month_that_is_open(having: Having) -> None:
    connection = having(claimed(1, booked_in=APRIL), claimed(4, APRIL_1))
    numbers = {
        (month, basis): [
            each.claim for each in meals.claims(connection, CANTEEN, month, View(basis=basis))
        ]
        for month in (MARCH, APRIL)
        for basis in Basis
    }
    assert numbers == {
        (MARCH, Basis.occurred): [1],
        (MARCH, Basis.booked): [],
        (APRIL, Basis.occurred): [4],
        (APRIL, Basis.booked): [1, 4],
    }
    assert meals.totals_of_canteen(connection, CANTEEN, APRIL, BOOKED).meals == 2


@pytest.mark.parametrize(("as_of", "count"), [(date(2026, 3, 1), 0), (MARCH_2, 1), (MARCH_3, 2)])
def test_as_of_includes_its_day(having: Having, as_of: date, count: int) -> None:
    connection = having(claimed(1), claimed(2, MARCH_3))
    view = View(as_of=as_of)
    assert meals.totals_of_canteen(connection, CANTEEN, MARCH, view).meals == count
    assert len(meals.claims(connection, CANTEEN, MARCH, view)) == count


def test_the_day_sheet_is_of_one_canteen_and_one_day(having: Having) -> None:
    dinner = claimed(1, who=WU, borne=())
    connection = having(
        claimed(1), dinner, reversed_(dinner), claimed(2, MARCH_3), claimed(3, at=XIANHU_CANTEEN)
    )
    sheet = meals.day_sheet(connection, CANTEEN, MARCH_2)
    assert [(each.person, each.status) for each in sheet.claims] == [
        (CHEN, "standing"),
        (WU, "reversed"),
    ]
    assert (sheet.totals.meals, sheet.totals.community_fen) == (1, 600)


def test_pages_go_by_day_and_position(having: Having) -> None:
    days = (4, 2, 3, 2, 4)
    events = [claimed(number, date(2026, 3, day)) for number, day in enumerate(days, start=1)]
    connection = having(*events)
    seen: list[meals.Claim] = []
    while page := meals.claims(
        connection, CANTEEN, MARCH, limit=2, after=seen[-1].key if seen else None
    ):
        seen += page
    assert [each.claim for each in seen] == [2, 4, 3, 1, 5]


def test_a_change_without_its_claim_is_not_passed_over(having: Having) -> None:
    with pytest.raises(psycopg.errors.NotNullViolation):
        having(reversed_(LUNCH))


def test_rows_do_not_depend_on_where_a_run_is_cut(database: str) -> None:
    """Each turn reverses the claim of that number, or reinstates it if it is reversed."""

    @settings(max_examples=40)
    @given(
        st.lists(st.integers(1, 3), max_size=10),
        st.sets(st.integers(1, 14)),
        st.permutations([1, 2, 3]),
    )
    def cut(turns: list[int], cuts: set[int], order: list[int]) -> None:
        claims = {number: claimed(number, borne=shares(fund=number)) for number in order}
        log = Log()
        log.add(canteen(), *claims.values())
        fallen: set[int] = set()
        for number in turns:
            log.add((reinstated if number in fallen else reversed_)(claims[number]))
            fallen ^= {number}
        assert not rows_differ(database, MODEL, log.events, cuts)

    cut()
