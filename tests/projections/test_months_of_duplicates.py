"""A month's books, and what the public sees of them, count whoever was entered twice once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from psycopg import Connection

from ledger.domain.contribution_records import ContributionKind, ContributionRecorded
from ledger.domain.fund_records import FundOpened, MoneyReceived
from ledger.domain.lots import ReceiptKind
from ledger.domain.values import FundId, PersonId, Slug, Title
from ledger.projections import acknowledgements, month_sums
from ledger.projections.month_sums import MonthSums
from ledger.projections.public_months import draft, shown
from tests.builders import NEW_YEAR, person
from tests.projections.contribution_events import gift
from tests.projections.fund_events import received
from tests.projections.identity_events import merged, separated
from tests.projections.meal_events import canteen, claimed
from tests.projections.real_log import written
from tests.projections.service_events import CHEN, JINNING, MARCH, PATROL, credited
from tests.servers import Server, temporary_database

AGAIN = PersonId("00000000-0000-4000-8000-0000000000a2")
GENERAL = FundId("jinning-general")
MARCH_9 = date(2026, 3, 9)
OTHERS = tuple(person(number) for number in range(1, 7))


def came_in(given: ContributionRecorded, receipt: int) -> MoneyReceived:
    """The money of a contribution."""
    money = received(GENERAL, given.gift.amount_fen or 0, receipt, given.contribution)
    return replace(money, kind=ReceiptKind.contribution)


HERS, UNDER_ANOTHER = gift(amount_fen=100), gift(who=AGAIN, amount_fen=200, public=True)
BOTH = (
    canteen(),
    FundOpened(GENERAL, JINNING, Title("基金"), Slug("unrestricted"), NEW_YEAR),
    *(claimed(), claimed(2, MARCH_9, who=AGAIN)),
    *(credited(), credited(60, PATROL, MARCH_9, who=AGAIN)),
    *(HERS, came_in(HERS, 1), UNDER_ANOTHER, came_in(UNDER_ANOTHER, 2)),
)
STORY = (*BOTH, *merged(AGAIN), *separated(AGAIN))
FOUND, TAKEN_BACK = len(BOTH) + 1, len(BOTH) + 3
"""The positions of the merge and of the separation."""


@pytest.fixture(scope="module")
def connection(embedded: Server) -> Iterator[Connection[object]]:
    with (
        temporary_database(embedded) as database,
        written(database, month_sums.MODELS, *STORY) as connection,
    ):
        yield connection


def people(sums: MonthSums) -> dict[str, int]:
    """How many people are behind each figure."""
    (share,), (gifts,), (receipts,) = sums.meals.shares, sums.gifts, sums.receipts
    return {
        "diners": sums.meals.diners,
        "paying": sums.meals.paying_diners,
        "of the share": share.diners,
        "volunteers": sums.service.volunteers,
        "givers": gifts.givers,
        "of the receipts": receipts.givers,
    }


@pytest.mark.parametrize(
    ("position", "count"), [(FOUND - 1, 2), (FOUND, 1), (TAKEN_BACK - 1, 1), (TAKEN_BACK, 2)]
)
def test_behind_each_figure_she_is_one_as_long_as_that_is_known(
    connection: Connection[object], position: int, count: int
) -> None:
    sums = month_sums.of_month(connection, JINNING, MARCH, position)
    assert set(people(sums).values()) == {count}
    assert (sums.meals.meals, sums.meals.price_fen) == (2, 3000)
    behind, _ = acknowledgements.of_month(connection, JINNING, MARCH, position).behind[
        ContributionKind.cash
    ]
    assert len(behind) == count


def test_what_a_closed_month_was_counted_as_is_counted_again_when_two_are_found_to_be_one(
    connection: Connection[object],
) -> None:
    sums = {
        position: month_sums.of_month(connection, JINNING, MARCH, position)
        for position in (FOUND - 1, FOUND, TAKEN_BACK)
    }
    for before, now in ((FOUND - 1, FOUND), (FOUND, TAKEN_BACK)):
        found = month_sums.of_month(connection, JINNING, MARCH, now, since=sums[before])
        assert found == sums[now]


def test_five_ids_of_four_persons_are_fewer_than_five(database: str) -> None:
    """As diners, as volunteers and as givers."""
    ids = (CHEN, AGAIN, *OTHERS[:3])
    meals = [claimed(number, who=each) for number, each in enumerate(ids, start=1)]
    services = [credited(who=each) for each in ids]
    gifts = [gift(who=each) for each in ids]
    events = (canteen(), *meals, *services, *gifts)
    with written(database, month_sums.MODELS, *events, *merged(AGAIN)) as connection:
        told = [
            (month.meals.diners, month.service.volunteers, month.contributions.by_kind[0].givers)
            for position in (len(events), len(events) + 1)
            for sums in [month_sums.of_month(connection, JINNING, MARCH, position)]
            for month in [shown(JINNING, MARCH, sums)]
        ]
    assert told == [(5, 5, 5), ("<5", "<5", "<5")]


def test_a_giver_is_listed_with_all_that_she_gave_under_either_id_or_not_at_all(
    database: str,
) -> None:
    """Of what she gave under the one id everybody may see the amount, of the other nobody."""
    events = (*(gift(who=each) for each in OTHERS), HERS, UNDER_ANOTHER)
    with written(database, month_sums.MODELS, *events, *merged(AGAIN)) as connection:
        listed = [
            [each.line.amount_fen for each in drafted.givers.lines]
            for position in (len(events), len(events) + 1)
            for drafted in [draft(connection, JINNING, MARCH, position)]
        ]
    assert listed == [[200], []]
