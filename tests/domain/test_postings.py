"""The rule book: complete, balanced, and mirrored where something is taken back."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ledger.domain import postings
from ledger.domain.catalogue import EVENTS
from ledger.domain.community_records import MonthClosed
from ledger.domain.fund_records import (
    MoneyReceived,
    MovedBetweenFunds,
    OpeningBalanceRecorded,
    PaymentImported,
)
from ledger.domain.lots import ReceiptKind
from ledger.domain.meal_records import (
    MealClaimed,
    MealReinstated,
    MealReversalReason,
    MealReversed,
    ReversalKind,
)
from ledger.domain.postings import Posting, Unit
from ledger.domain.service_records import (
    OpeningMinutesImported,
    OpeningMinutesReversed,
    OpeningReversalReason,
    ReversalReason,
    ServiceCredited,
    ServiceReinstated,
    ServiceReversed,
)
from ledger.domain.shift_records import EvidenceGrade
from ledger.domain.silent import POSTS_NOTHING
from ledger.domain.tiers import PayerShare, Sitting
from ledger.domain.values import (
    CommunityId,
    Count,
    Fen,
    FundId,
    Minutes,
    Month,
    PayerPath,
    PersonId,
    ShiftId,
    SiteId,
    Slug,
    UnitId,
)

CHEN, CLERK = PersonId("chen"), PersonId("clerk")
JINNING, CANTEEN = CommunityId("jinning"), SiteId("canteen")
MONDAY, MARCH = date(2026, 3, 2), Month("2026-03")
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
CREDITED = ServiceCredited(
    ShiftId("s1"), CHEN, JINNING, None, NOON, NOON, Minutes(120), (), EvidenceGrade.checked,
    False, MONDAY, MARCH, None, (CLERK,), None,
)  # fmt: skip
SHARES = (
    PayerShare(PayerPath("fund/meals"), Fen(300)),
    PayerShare(PayerPath("cooperative/xianhu/e1"), Fen(600)),
)
CLAIMED = MealClaimed(
    CHEN, CANTEEN, JINNING, Count(1), MONDAY, Sitting.lunch, Count(1), Count(1), None,
    Fen(1200), SHARES, Fen(300), Count(1), MARCH, MARCH, None, CLERK, NOON,
)  # fmt: skip
VOIDED = MealReversed(
    CHEN, CANTEEN, JINNING, Count(1), ReversalKind.void, MealReversalReason.not_eaten,
    Fen(1200), SHARES, Fen(300), MONDAY, MARCH, MARCH, None,
)  # fmt: skip
REINSTATED = MealReinstated(
    CHEN, CANTEEN, JINNING, Count(1), ReversalKind.void,
    Fen(1200), SHARES, Fen(300), MONDAY, MARCH, MARCH, None,
)  # fmt: skip


def moved(event: object) -> dict[str, int]:
    """What an event moves, by account."""
    postings.must_balance(event)
    return {posting.account: posting.amount for posting in postings.of(event)}


def test_every_event_is_in_the_book_once() -> None:
    assert set(EVENTS.values()) == set(postings.POSTS) | POSTS_NOTHING
    assert not set(postings.POSTS) & POSTS_NOTHING


def test_an_event_the_book_does_not_name_cannot_be_written() -> None:
    with pytest.raises(KeyError):
        postings.of(object())


def test_a_book_that_does_not_balance_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    one_sided = (Posting("fund/meals", Unit.fen, 1), Posting("fund/meals", Unit.minute, -1))
    monkeypatch.setitem(postings.POSTS, MealClaimed, lambda _: one_sided)
    with pytest.raises(postings.Unbalanced, match="1 fen and -1 minutes"):
        postings.must_balance(CLAIMED)


def test_what_posts_nothing_posts_nothing() -> None:
    assert postings.of(MonthClosed(MARCH, MONDAY)) == ()


def test_service_is_credited_out_of_the_community_it_was_given_to() -> None:
    assert moved(CREDITED) == {"person/chen/served": 120, "community/jinning/served": -120}


def test_where_the_time_bank_is_on_credit_goes_along() -> None:
    assert moved(replace(CREDITED, time_bank=True)) == {
        "person/chen/served": 120,
        "community/jinning/served": -120,
        "person/chen/credit": 120,
        "community/jinning/credit": -120,
    }


@pytest.mark.parametrize("time_bank", [False, True])
def test_a_reversal_is_the_mirror_image_of_the_credit(time_bank: bool) -> None:
    reversed_ = ServiceReversed(
        CREDITED.shift, CHEN, JINNING, Minutes(120), time_bank,
        ReversalReason.found_false, MONDAY, MARCH, None, (CLERK,),
    )  # fmt: skip
    credited = moved(replace(CREDITED, time_bank=time_bank))
    assert moved(reversed_) == {account: -amount for account, amount in credited.items()}


@pytest.mark.parametrize("time_bank", [False, True])
def test_reinstated_service_moves_just_what_was_credited(time_bank: bool) -> None:
    again = ServiceReinstated(
        CREDITED.shift, CHEN, JINNING, None, Minutes(120), time_bank, MONDAY, MARCH, None
    )
    assert moved(again) == moved(replace(CREDITED, time_bank=time_bank))


def test_opening_minutes_are_served_but_never_spendable() -> None:
    imported = OpeningMinutesImported(
        CHEN, UnitId("jinning/aid"), JINNING, Minutes(5940), EvidenceGrade.estimated,
        MONDAY, MARCH, None, (),
    )  # fmt: skip
    assert moved(imported) == {"person/chen/served": 5940, "community/jinning/served": -5940}
    taken_back = OpeningMinutesReversed(
        CHEN, imported.unit, JINNING, Minutes(5940), OpeningReversalReason.figure_wrong,
        MONDAY, MARCH, None, (),
    )  # fmt: skip
    assert moved(taken_back) == {account: -amount for account, amount in moved(imported).items()}


def test_a_meal_is_due_to_the_canteen_from_each_payer_and_paid_in_part_by_the_eater() -> None:
    assert moved(CLAIMED) == {
        "due/canteen/fund/meals": 300,
        "owes/fund/meals/canteen": -300,
        "due/canteen/cooperative/xianhu/e1": 600,
        "owes/cooperative/xianhu/e1/canteen": -600,
        "takings/canteen": 300,
        "diner/chen": -300,
    }


def test_a_meal_at_full_price_is_between_canteen_and_eater() -> None:
    full = replace(CLAIMED, shares=(), copayment_fen=Fen(1200))
    assert moved(full) == {"takings/canteen": 1200, "diner/chen": -1200}


def test_a_void_hands_the_copayment_back_as_well() -> None:
    assert moved(VOIDED) == {account: -amount for account, amount in moved(CLAIMED).items()}


def test_a_withdrawn_subsidy_leaves_the_copayment_with_the_canteen() -> None:
    withdrawn = moved(replace(VOIDED, kind=ReversalKind.subsidy_withdrawn))
    assert withdrawn == {
        account: -amount
        for account, amount in moved(CLAIMED).items()
        if account.startswith(("due/", "owes/"))
    }


@pytest.mark.parametrize("kind", ReversalKind)
def test_a_reinstated_meal_undoes_just_what_its_reversal_did(kind: ReversalKind) -> None:
    taken = moved(replace(VOIDED, kind=kind))
    assert moved(replace(REINSTATED, kind=kind)) == {
        account: -amount for account, amount in taken.items()
    }


def test_money_comes_into_a_fund_from_the_world_and_leaves_for_it() -> None:
    fund, youth = FundId("jinning"), FundId("youth")
    received = MoneyReceived(
        fund, ReceiptKind.award, Slug("town"), None, Fen(500), Count(1), MONDAY, MARCH
    )
    opening = OpeningBalanceRecorded(fund, Slug("bank"), Fen(70), Count(1), MONDAY, MARCH)
    paid = PaymentImported(
        fund, Slug("shop"), Slug("youth"), Fen(90), Count(1), (), CHEN, MONDAY, MARCH
    )
    between = MovedBetweenFunds(fund, youth, Fen(40), Count(2), (), CHEN, MONDAY, MARCH)
    assert moved(received) == {"fund/jinning": 500, "outside/award/town": -500}
    assert moved(opening) == {"fund/jinning": 70, "outside/opening/bank": -70}
    assert moved(paid) == {"outside/payee/shop": 90, "fund/jinning": -90}
    assert moved(between) == {"fund/youth": 40, "fund/jinning": -40}
