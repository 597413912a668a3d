"""Who runs a canteen, or ran it, decides nothing about what she is paid, whatever is said later."""

from datetime import date

import pytest

from ledger.domain import payees, sites
from ledger.domain.payees import PayeeRegistered
from ledger.domain.sites import OperatorChanged
from ledger.domain.values import Slug, Title
from tests.domain.canteen_town import (
    APRIL,
    CHEN,
    NEW_YEAR,
    TOWN,
    XIANHU,
    XIANHU_CANTEEN,
    closed,
    registered,
    sheet,
)
from tests.domain.settlement_town import (
    CHECKED,
    KITCHEN,
    READY,
    RUN_BY_CHEN,
    SUBMITTED,
    approve,
    check,
    counted,
    money,
    story,
)
from tests.story import Sheet


@pytest.mark.parametrize(
    ("taken_over_on", "bound"),
    [
        (date(2026, 3, 1), False),
        (date(2026, 3, 2), True),
        (date(2026, 4, 1), True),
    ],
)
def test_whoever_ran_it_on_a_day_of_the_month_is_bound_by_that(
    taken_over_on: date, *, bound: bool
) -> None:
    another = OperatorChanged(XIANHU_CANTEEN, Slug("another"), taken_over_on, taken_over_on)
    handed_over = (sites.stream(XIANHU_CANTEEN), another)
    told = story(check, *READY, *RUN_BY_CHEN, handed_over, SUBMITTED, by=CHEN)
    if bound:
        told.refused("decider_must_not_be_the_payee")
    else:
        assert told.decision


def test_a_change_that_is_dated_back_frees_nobody_from_what_she_ran_until_it_was_said() -> None:
    """On 1 April somebody else is said to have run the canteen since 1 February."""
    dated_back = (
        sites.stream(XIANHU_CANTEEN),
        OperatorChanged(XIANHU_CANTEEN, Slug("neighbours"), date(2026, 2, 1), APRIL),
    )
    told = story(check, *READY, *RUN_BY_CHEN, dated_back, SUBMITTED, by=CHEN)
    told.refused("decider_must_not_be_the_payee")


def test_who_left_before_the_month_and_was_said_to_is_free() -> None:
    handed_over = (
        sites.stream(XIANHU_CANTEEN),
        OperatorChanged(XIANHU_CANTEEN, Slug("neighbours"), date(2026, 2, 1), date(2026, 2, 20)),
    )
    assert story(check, *READY, *RUN_BY_CHEN, handed_over, SUBMITTED, by=CHEN).events


@pytest.mark.parametrize("dated_back", [False, True])
def test_an_operator_dated_back_does_not_free_whoever_ran_it_until_then(
    *, dated_back: bool
) -> None:
    """Nobody had said who runs it, so the canteen itself is paid, and Chen stands behind it."""
    itself = Slug(XIANHU_CANTEEN)
    change = (
        sites.stream(XIANHU_CANTEEN),
        OperatorChanged(XIANHU_CANTEEN, KITCHEN, NEW_YEAR if dated_back else APRIL, APRIL),
    )
    told = story(
        approve,
        *TOWN,
        (payees.stream(itself), PayeeRegistered(itself, XIANHU, Title("饭堂"), CHEN, NEW_YEAR)),
        registered(),
        Sheet(CHEN, sheet()),
        money(100_000),
        *closed("2026-03"),
        counted(),
        SUBMITTED,
        CHECKED,
        change,
        by=CHEN,
    )
    told.refused("decider_must_not_be_the_payee")
