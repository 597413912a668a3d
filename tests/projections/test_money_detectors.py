"""Money that goes round, is not there, or went past its approval: what is found, what is not."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count as counter
from typing import Any

import pytest

from ledger.domain.bands import ApprovalBand
from ledger.domain.community_records import ApprovalBandsSet
from ledger.domain.decisions import Happening, Stream
from ledger.domain.disbursement_records import PaymentReversalReason
from ledger.domain.fund_records import (
    UNRESTRICTED,
    FundOpened,
    ImportedPaymentReversed,
    MoneyReceived,
    MovedBetweenFunds,
    MoveReversalReason,
    MoveReversed,
    PaymentImported,
)
from ledger.domain.lots import ReceiptKind
from ledger.domain.values import CommunityId, Count, Fen, FundId, Slug, Title, month_of
from ledger.projections.detectors import Pattern
from tests.projections.by_hand import LEADER
from tests.projections.detecting import found, found_one
from tests.projections.meal_events import claimed, reversed_, shares
from tests.projections.service_events import JINNING, MARCH_2, NEW_YEAR

VOUCHERS = counter(1)
MEALS, YOUTH, FESTIVAL = FundId("jinning-meals"), FundId("jinning-youth"), FundId("festival")


def day(number: int) -> date:
    return MARCH_2 + timedelta(days=number)


def opened(fund: FundId, where: CommunityId = JINNING, on: date = NEW_YEAR) -> FundOpened:
    return FundOpened(fund, where, Title("基金"), UNRESTRICTED, on)


FUNDS = (opened(MEALS), opened(YOUTH), opened(FESTIVAL))


# -- round trips -------------------------------------------------------------------------------


def moved(giver: FundId, taker: FundId, yuan: int, on: int = 0) -> MovedBetweenFunds:
    when = day(on)
    return MovedBetweenFunds(
        giver, taker, Fen(100 * yuan), Count(next(VOUCHERS)), (), LEADER, when, month_of(when)
    )


def circles(database: str, *events: object) -> list[tuple[str, tuple[str, ...]]]:
    findings = found(database, *FUNDS, *events, pattern=Pattern.money_moved_in_circles)
    return [(finding.subject, finding.others) for finding in findings]


def test_money_that_comes_back_is_found_with_the_smaller_sum(database: str) -> None:
    finding = found_one(
        database,
        Pattern.money_moved_in_circles,
        *FUNDS,
        moved(MEALS, YOUTH, 500),
        moved(YOUTH, MEALS, 300, on=20),
    )
    assert (finding.subject, finding.others, finding.community) == (MEALS, (YOUTH,), JINNING)
    assert (finding.since, finding.score, finding.evidence) == (MARCH_2, 30 + 1, (5, 4))
    assert finding.facts["path"] == "jinning-meals → jinning-youth → jinning-meals"


def test_money_that_comes_back_over_a_third_fund_is_found(database: str) -> None:
    trip = moved(MEALS, YOUTH, 5), moved(YOUTH, FESTIVAL, 5, 1), moved(FESTIVAL, MEALS, 5, 2)
    assert circles(database, *trip) == [(MEALS, (YOUTH, FESTIVAL))]


@pytest.mark.parametrize(("days", "count"), [(0, 1), (60, 1), (61, 0)])
def test_within_sixty_days_it_is_a_circle_and_later_it_is_not(
    database: str, days: int, count: int
) -> None:
    trip = moved(MEALS, YOUTH, 5), moved(YOUTH, MEALS, 5, days)
    assert len(circles(database, *trip)) == count


@pytest.mark.parametrize(
    "innocent",
    [
        [moved(MEALS, YOUTH, 5), moved(MEALS, YOUTH, 5, 1)],
        [moved(MEALS, YOUTH, 5), moved(YOUTH, FESTIVAL, 5, 1)],
    ],
    ids=["twice the same way", "on to another"],
)
def test_money_that_does_not_come_back_is_not(database: str, innocent: list[object]) -> None:
    assert circles(database, *innocent) == []


def back(move: MovedBetweenFunds) -> MoveReversed:
    return MoveReversed(
        move.from_fund, move.to_fund, move.amount_fen, move.voucher, Count(next(VOUCHERS)), (),
        MoveReversalReason.wrong_fund, LEADER, move.occurred_on, move.booked_in,
    )  # fmt: skip


WRONG, HOME = moved(MEALS, YOUTH, 5), moved(YOUTH, MEALS, 5, 1)


@pytest.mark.parametrize(
    "events", [(WRONG, back(WRONG), HOME), (WRONG, HOME, back(HOME))], ids=["away", "home"]
)
def test_a_move_that_was_taken_back_went_nowhere(database: str, events: tuple[object, ...]) -> None:
    assert circles(database, *events) == []


def test_a_reversal_counts_for_the_fund_whose_voucher_it_bears(database: str) -> None:
    """The move into youth that is taken back has the number of youth's own move home."""
    away, wrong = moved(MEALS, YOUTH, 5), moved(MEALS, YOUTH, 1)
    home = replace(moved(YOUTH, MEALS, 5, 1), voucher=wrong.voucher)
    assert circles(database, away, wrong, home, back(wrong)) == [(MEALS, (YOUTH,))]


# -- a fund below zero -------------------------------------------------------------------------


def received(yuan: int) -> MoneyReceived:
    return MoneyReceived(
        MEALS, ReceiptKind.donation, Slug("li"), None, Fen(100 * yuan), Count(1), NEW_YEAR,
        month_of(NEW_YEAR),
    )  # fmt: skip


def eaten(number: int) -> Any:
    return claimed(number, day(number), borne=shares(fund=600))


def test_a_fund_whose_meals_cost_more_than_it_holds_is_found_since_then(database: str) -> None:
    finding = found_one(
        database, Pattern.fund_overdrawn, opened(MEALS), received(12), *map(eaten, (1, 2, 3, 4))
    )
    assert (finding.subject, finding.since, finding.evidence) == (MEALS, day(3), (6, 5))
    assert (finding.facts["available_fen"], finding.score) == (-1200, 1 + 1)


def test_a_fund_that_has_just_enough_or_has_again_is_not(database: str) -> None:
    events = opened(MEALS), eaten(1), eaten(2), received(12)
    assert found(database, *events) == []


def test_what_is_to_come_back_for_meals_covers_nothing(database: str) -> None:
    """Neither now nor while it went below zero."""
    meal = eaten(0)
    paid_before = replace(reversed_(meal), shares=shares(fund=1200))  # six yuan are to come back
    events = opened(MEALS, on=MARCH_2), meal, paid_before, paid(5, 1), paid(5, 2)
    finding = found_one(database, Pattern.fund_overdrawn, *events)
    assert (finding.facts["available_fen"], finding.since) == (-1000, day(1))
    assert finding.evidence == (5, 4)


# -- payments entered as history ---------------------------------------------------------------


def paid(yuan: int, on: int = 0, fund: FundId = MEALS, purpose: str = "kitchen") -> PaymentImported:
    when = day(on)
    return PaymentImported(
        fund,
        Slug("grocer"),
        Slug(purpose),
        Fen(100 * yuan),
        Count(next(VOUCHERS)),
        (),
        LEADER,
        when,
        month_of(when),
    )


def test_a_payment_made_after_the_fund_was_opened_here_is_found(database: str) -> None:
    events = opened(MEALS, on=MARCH_2), paid(5, -1), paid(10), paid(20, 1), paid(30, 2)
    finding = found_one(database, Pattern.payment_past_approval, *events)
    assert (finding.subject, finding.others) == (MEALS, ("grocer", "kitchen"))
    assert (finding.since, finding.score, finding.evidence) == (day(1), 5 + 2, (5, 4))


def unpaid(payment: PaymentImported) -> ImportedPaymentReversed:
    return ImportedPaymentReversed(
        payment.fund, payment.payee, payment.purpose, payment.amount_fen, payment.voucher,
        Count(next(VOUCHERS)), (), PaymentReversalReason.entered_by_mistake, LEADER,
        payment.occurred_on, payment.booked_in,
    )  # fmt: skip


def test_a_payment_of_history_that_was_taken_back_is_none(database: str) -> None:
    wrong = paid(20, 1)
    events = opened(MEALS, on=MARCH_2), wrong, unpaid(wrong), paid(30, 2)
    finding = found_one(database, Pattern.payment_past_approval, *events)
    assert (finding.facts["payments"], finding.evidence) == (1, (4,))


def test_a_payment_up_to_the_day_of_the_opening_is_history(database: str) -> None:
    events = opened(MEALS, on=MARCH_2), paid(10, -30), paid(10)
    assert found(database, *events, pattern=Pattern.payment_past_approval) == []


# -- split payments ----------------------------------------------------------------------------

SPLIT = Pattern.payments_split


def test_payments_of_two_funds_that_pass_a_band_together_are_found(database: str) -> None:
    events = *FUNDS, paid(3000), paid(2500, 29, YOUTH), paid(4000, 29, purpose="festival")
    finding = found_one(database, SPLIT, *events)
    assert (finding.subject, finding.others) == (JINNING, ("grocer", "kitchen"))
    assert (finding.since, finding.score, finding.evidence) == (MARCH_2, 550 + 2, (5, 4))
    assert (finding.facts["sum_fen"], finding.facts["limit_fen"]) == (550_000, 500_000)


@pytest.mark.parametrize(
    "innocent",
    [
        [paid(3000), paid(2000, 1)],
        [paid(3000), paid(2500, 30)],
        [paid(3000), paid(2500, 1, purpose="festival")],
        [paid(6000), paid(1000, 1)],
    ],
    ids=["just up to the band", "thirty days apart", "another purpose", "one passed it alone"],
)
def test_payments_that_pass_no_band_together_are_not(database: str, innocent: list[object]) -> None:
    assert found(database, *FUNDS, *innocent, pattern=SPLIT) == []


def test_payments_that_were_split_twice_are_told_each_time(database: str) -> None:
    spring, summer = (paid(3000), paid(2500, 1)), (paid(3000, 90), paid(2600, 91))
    told = [
        (each.since, each.facts["payments"], each.facts["sum_fen"], each.evidence)
        for each in found(database, *FUNDS, *spring, *summer, pattern=SPLIT)
    ]
    assert told == [(day(90), 2, 560_000, (7, 6)), (MARCH_2, 2, 550_000, (5, 4))]


def test_of_split_payments_that_go_on_the_thirty_days_that_come_to_most_are_told(
    database: str,
) -> None:
    events = *FUNDS, paid(3000), paid(2500, 20), paid(3500, 40), paid(1000, 69)
    finding = found_one(database, SPLIT, *events)
    assert (finding.since, finding.evidence) == (day(20), (6, 5))
    assert (finding.facts["payments"], finding.facts["sum_fen"]) == (2, 600_000)


@pytest.mark.parametrize(("valid_from", "count"), [(MARCH_2, 1), (day(2), 0)])
def test_the_bands_are_those_of_the_community_on_the_day(
    database: str, valid_from: date, count: int
) -> None:
    bands = ApprovalBand(Fen(1000), Count(1), resolution=False), ApprovalBand(None, Count(2), True)
    fact = ApprovalBandsSet(JINNING, valid_from, bands, NEW_YEAR)
    setting: Happening = Stream[Any](f"community-{JINNING}"), fact
    events = *FUNDS, setting, paid(6), paid(6, 1)
    assert len(found(database, *events, pattern=SPLIT)) == count
