"""A settlement's payment that does not stand: owed again, back in the lots, and paid anew."""

from datetime import date
from typing import Any

import pytest

from ledger.domain import communities, funds, payees, postings
from ledger.domain.community_records import MonthClosed, MonthReopened
from ledger.domain.disbursement_records import PaymentReversalReason
from ledger.domain.disbursements import (
    ApproveDisbursement,
    PayDisbursement,
    RequestDisbursement,
    ReverseDisbursement,
)
from ledger.domain.fund_records import MoneyReceived
from ledger.domain.lots import LotUse, ReceiptKind
from ledger.domain.payees import PayeeRegistered
from ledger.domain.settlement_payments import ReverseSettlementPayment
from ledger.domain.settlement_records import (
    PURPOSE,
    SettlementDisbursed,
    SettlementDisbursementReversed,
    SettlementPaymentReversed,
)
from ledger.domain.values import Count, Fen, Month, PayerPath, PersonId, Slug, Title
from tests.domain.canteen_town import (
    APRIL,
    CHEN,
    CLERK,
    COLLEAGUE,
    FUND,
    NEW_YEAR,
    TOWN,
    XIANHU,
    XIANHU_CANTEEN,
    after,
    closed,
    noon,
)
from tests.domain.settlement_town import (
    APPROVER,
    CASHIER,
    COOPERATIVE_PAYER,
    FIRST,
    FUND_PAYER,
    KITCHEN,
    MARCH,
    NEXT,
    READY,
    RUN_BY_A_KITCHEN,
    RUN_BY_CHEN,
    SECOND,
    UNTIL_APPROVED,
    counted,
    money,
    pay,
    story,
)
from tests.story import given

THE_5TH, THE_20TH = date(2026, 4, 5), date(2026, 4, 20)
NOT_MADE = PaymentReversalReason.not_executed
RETURNED = PaymentReversalReason.returned_by_the_payee
APPROVED: tuple[Any, ...] = (*READY, *UNTIL_APPROVED)


def paid(amount: int = 900, payer: PayerPath = FUND_PAYER, on: date = APRIL) -> Any:
    return (pay(amount, payer, on), CASHIER, noon(THE_20TH))


def take_back(
    number: int = 1,
    reason: PaymentReversalReason = NOT_MADE,
    returned_on: date | None = None,
) -> ReverseSettlementPayment:
    return ReverseSettlementPayment(XIANHU_CANTEEN, MARCH, Count(number), reason, returned_on)


def back(*of: Any, **told: Any) -> Any:
    return (take_back(*of, **told), APPROVER, noon(THE_20TH))


def another_lot(amount: int) -> Any:
    event = MoneyReceived(
        FUND, ReceiptKind.donation, Slug("donor"), None, Fen(amount), SECOND, NEW_YEAR,
        Month("2026-01"),
    )  # fmt: skip
    return (funds.stream(FUND), event)


def test_what_the_bank_did_not_pay_is_owed_again_and_reserved_in_its_lots() -> None:
    told = story(take_back(), *APPROVED, paid(), by=APPROVER, at=THE_20TH)
    entry = (NOT_MADE, APPROVER, APRIL, NEXT)
    told.then(
        SettlementPaymentReversed(
            XIANHU_CANTEEN, XIANHU, MARCH, FIRST, FUND_PAYER, Fen(900), *entry
        ),
        SettlementDisbursementReversed(
            FUND, XIANHU_CANTEEN, MARCH, KITCHEN, Fen(900), FIRST, SECOND,
            (LotUse(FIRST, Fen(900)),), *entry,
        ),
    )  # fmt: skip
    moved = [posting for event in told.events for posting in postings.of(event)]
    assert {(each.account, each.amount) for each in moved} == {
        (f"due/{XIANHU_CANTEEN}/{FUND_PAYER}", 900),
        (f"owes/{FUND_PAYER}/{XIANHU_CANTEEN}", -900),
        (f"outside/payee/{KITCHEN}", -900),
        (f"fund/{FUND}", 900),
        (f"reserved/{FUND}", 900),
        (f"fund/{FUND}/reservation", -900),
    }


def test_a_payment_and_its_reversal_leave_the_fund_as_it_was_but_for_its_vouchers() -> None:
    def fund(*steps: Any) -> Any:
        return given(*after(*APPROVED, *steps)).ledger[funds.stream(FUND)]

    before, later = fund(), fund(paid(), back())
    assert [(lot.number, lot.left_fen, lot.when) for lot in later.lots] == [
        (1, 99_100, ("2026-01", NEW_YEAR)),
        (1, 900, (NEXT, NEW_YEAR)),
    ]
    assert (later.reserved_fen, later.available_fen) == (before.reserved_fen, before.available_fen)
    assert (before.vouchers, later.vouchers) == (0, 2)


def test_another_payers_payment_touches_no_fund() -> None:
    told = story(take_back(), *APPROVED, paid(300, COOPERATIVE_PAYER), by=APPROVER, at=THE_20TH)
    (event,) = told.events
    assert (event.payer, event.amount_fen) == (COOPERATIVE_PAYER, 300)


def test_it_is_paid_anew_out_of_the_lots_that_came_back() -> None:
    again = story(pay(900), *APPROVED, paid(), back(), by=CASHIER, at=THE_20TH)
    assert isinstance(again.events[1], SettlementDisbursed)
    assert (again.events[1].voucher, again.events[1].lots) == (3, (LotUse(FIRST, Fen(900)),))


def test_each_payment_is_taken_back_by_its_own_number_and_voucher() -> None:
    """The cooperative's lies between the fund's two; the fund's second took another lot."""
    ready = (
        *(*TOWN, RUN_BY_A_KITCHEN, money(500), another_lot(5_000)),
        *(*closed("2026-03"), counted(), *UNTIL_APPROVED),
    )
    steps = (paid(500), paid(300, COOPERATIVE_PAYER), paid(400))
    told = story(take_back(3), *ready, *steps, by=APPROVER, at=THE_20TH)
    assert (told.events[0].amount_fen, told.events[1].reverses) == (400, 2)
    assert told.events[1].lots == (LotUse(SECOND, Fen(400)),)
    first = story(take_back(1), *ready, *steps, back(3), by=APPROVER, at=THE_20TH)
    assert (first.events[1].reverses, first.events[1].voucher) == (1, 4)


# -- a day of its own --------------------------------------------------------------------------


def test_what_the_canteen_returned_came_back_on_a_day_of_its_own() -> None:
    told = story(take_back(1, RETURNED, THE_5TH), *APPROVED, paid(), by=APPROVER, at=THE_20TH)
    assert [event.occurred_on for event in told.events] == [THE_5TH, THE_5TH]
    without = story(take_back(1, RETURNED), *APPROVED, paid(), by=APPROVER, at=THE_20TH)
    assert without.events[0].occurred_on == THE_20TH


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (take_back(1, NOT_MADE, THE_5TH), "day_must_be_that_of_a_refund"),
        (take_back(1, RETURNED, date(2026, 3, 31)), "refund_must_follow_what_it_returns"),
        (take_back(1, RETURNED, date(2026, 4, 21)), "day_must_not_be_in_the_future"),
    ],
)
def test_no_other_day_is_taken(command: Any, code: str) -> None:
    story(command, *APPROVED, paid(), by=APPROVER, at=THE_20TH).refused(code)


def test_what_came_back_is_owed_again_from_that_day_on_and_not_before() -> None:
    steps = (*APPROVED, paid(), back(1, RETURNED, THE_5TH))
    before = pay(900, on=date(2026, 4, 4))
    story(before, *steps, by=CASHIER, at=THE_20TH).refused(
        "amount_must_not_exceed_what_is_owed", left_fen=0, paid_on=date(2026, 4, 4)
    )
    assert story(pay(900, on=THE_5TH), *steps, by=CASHIER, at=THE_20TH).events


@pytest.mark.parametrize("reason", [each for each in PaymentReversalReason if each is not RETURNED])
def test_what_never_stood_is_entered_again_for_any_day(reason: PaymentReversalReason) -> None:
    steps = (*APPROVED, paid(on=date(2026, 4, 15)), back(1, reason))
    assert story(pay(900, on=THE_5TH), *steps, by=CASHIER, at=THE_20TH).events


def test_on_no_day_less_than_nothing_is_left() -> None:
    """Of two payments of which only one stood at a time, both count on a day before either."""
    steps = (paid(on=THE_5TH), back(1, RETURNED, date(2026, 4, 10)), paid(on=date(2026, 4, 12)))
    told = story(pay(1, on=date(2026, 4, 6)), *APPROVED, *steps, by=CASHIER, at=THE_20TH)
    told.refused("amount_must_not_exceed_what_is_owed", left_fen=0)


# -- the month of its books --------------------------------------------------------------------

SHOP, MAY_4 = Slug("shop"), date(2026, 5, 4)
A_SHOP_IS_PAID: tuple[Any, ...] = (
    (payees.stream(SHOP), PayeeRegistered(SHOP, XIANHU, Title("粮店"), None, APRIL)),
    (RequestDisbursement(FUND, SHOP, PURPOSE, Fen(500)), CLERK, noon(APRIL)),
    (ApproveDisbursement(FUND, FIRST), APPROVER, noon(APRIL)),
    (PayDisbursement(FUND, FIRST, APRIL), CASHIER, noon(APRIL)),
)
"""It takes the whole first lot, so that the canteen is paid out of the second."""
THE_SHOP_WAS_NOT = (ReverseDisbursement(FUND, FIRST, NOT_MADE), APPROVER, noon(MAY_4))


@pytest.mark.parametrize(
    ("payer", "amount", "before", "meanwhile"),
    [
        (COOPERATIVE_PAYER, 300, (), ()),
        (FUND_PAYER, 500, A_SHOP_IS_PAID, (THE_SHOP_WAS_NOT,)),
    ],
    ids=["cooperative", "fund"],
)
def test_what_is_paid_anew_is_booked_no_earlier_than_the_reversal_that_it_stands_for(
    payer: PayerPath, amount: int, before: tuple[Any, ...], meanwhile: tuple[Any, ...]
) -> None:
    """April is closed when it is taken back, and open again when it is paid anew."""
    lots = (money(500), another_lot(100_000))
    ready = (*TOWN, RUN_BY_A_KITCHEN, *lots, *closed("2026-03"), counted(), *UNTIL_APPROVED)
    happened = after(
        *(*ready, *before, paid(amount, payer, THE_5TH)),
        (communities.stream(XIANHU), MonthClosed(NEXT, MAY_4)),
        (take_back(), APPROVER, noon(MAY_4)),
        (communities.stream(XIANHU), MonthReopened(NEXT, MAY_4)),
        *meanwhile,
    )
    again = given(*happened).when(pay(amount, payer, THE_5TH), by=CASHIER, at=noon(MAY_4))
    assert {event.booked_in for event in again.events} == {"2026-05"}


# -- who, and how often ------------------------------------------------------------------------


def test_it_is_taken_back_once() -> None:
    told = story(take_back(), *APPROVED, paid(), back(), by=APPROVER, at=THE_20TH)
    told.refused("settlement_payment_must_not_be_reversed_twice", payment=1, month=MARCH)


@pytest.mark.parametrize("number", [0, 2])
def test_only_a_payment_can_be_taken_back(number: int) -> None:
    told = story(take_back(number), *APPROVED, paid(), by=APPROVER, at=THE_20TH)
    told.refused("record_must_be_known", record=f"{XIANHU_CANTEEN}/{MARCH}/{number}")


def test_whoever_paid_does_not_take_it_back_herself() -> None:
    told = story(take_back(), *APPROVED, paid(), by=CASHIER, at=THE_20TH)
    told.refused("settlement_steps_must_be_by_different_persons", month=MARCH)


@pytest.mark.parametrize("payer", [FUND_PAYER, COOPERATIVE_PAYER])
def test_whoever_took_it_back_does_not_pay_it_again_herself(payer: PayerPath) -> None:
    amount = 900 if payer == FUND_PAYER else 300
    colleague = PersonId("00000000-0000-4000-8000-00000000001d")
    steps = (*APPROVED, paid(amount, payer), (take_back(), colleague, noon(THE_20TH)))
    again = pay(amount, payer, THE_20TH)
    story(again, *steps, by=colleague, at=THE_20TH).refused(
        "settlement_steps_must_be_by_different_persons"
    )
    assert story(again, *steps, by=CASHIER, at=THE_20TH).events


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (CHEN, "decider_must_not_be_the_payee"),
        (COLLEAGUE, "decider_must_not_be_related_to_the_payee"),
    ],
)
def test_nobody_does_who_runs_the_canteen_or_is_related_to_her(actor: PersonId, code: str) -> None:
    told = story(take_back(), *RUN_BY_CHEN, *APPROVED, paid(), by=actor, at=THE_20TH)
    told.refused(code)
