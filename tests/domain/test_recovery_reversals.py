"""How a recovery ended is taken back: the recovery is open again, and each account as it was."""

from datetime import date
from typing import Any

import pytest

from ledger.domain import communities, funds, postings
from ledger.domain.canteens import CloseClaims
from ledger.domain.catalogue import VERB_OF_COMMAND
from ledger.domain.community_records import MonthClosed, MonthReopened
from ledger.domain.deaths import CorrectDeath
from ledger.domain.disbursement_records import PaymentReversalReason
from ledger.domain.disbursements import (
    ApproveDisbursement,
    PayDisbursement,
    RequestDisbursement,
    ReverseDisbursement,
)
from ledger.domain.fund_records import ReceiptReversalReason
from ledger.domain.payees import RegisterPayee
from ledger.domain.receipts import ReverseReceipt
from ledger.domain.recoveries import SettleRecovery
from ledger.domain.recovery_records import (
    RecoveryEnd,
    RecoveryLifted,
    RecoveryReceiptReversed,
    RecoveryReopened,
    RecoveryReversalReason,
)
from ledger.domain.recovery_reversals import ReverseRecovery
from ledger.domain.settlement_records import PURPOSE, ReturnReason
from ledger.domain.settlements import ReturnSettlement, SubmitSettlement
from ledger.domain.values import Count, Fen, PersonId, Slug, Title
from tests.domain.canteen_town import (
    APRIL,
    CHEN,
    CLERK,
    COLLEAGUE,
    FUND,
    MAY,
    NEW_YEAR,
    XIANHU,
    XIANHU_CANTEEN,
    after,
    noon,
)
from tests.domain.canteen_year import Year, settled
from tests.domain.settlement_town import (
    APPROVER,
    CASHIER,
    CHECKER,
    FUND_PAYER,
    KITCHEN,
    NEXT,
    RUN_BY_CHEN,
    SECOND,
    due,
    money,
    pay,
    story,
)
from tests.domain.test_recoveries import (
    APRIL_SUBMITTED,
    FORMER,
    GIVEN_UP,
    RAISED,
    REPAID,
    SECOND_KITCHEN,
    TENTH_OF_APRIL,
    TUESDAY,
    april,
    names,
    repay,
    run_by,
    write_off,
)
from tests.domain.test_recovery_balance import (
    FEBRUARY,
    FIRST,
    FOUND_OUT,
    LATER,
    MARCH,
    dies,
    eaten_and_paid,
    gives_up,
    lives,
    of,
    repays,
    spent,
)
from tests.domain.test_recovery_balance import due as owed
from tests.story import given

MISTAKE = RecoveryReversalReason.entered_by_mistake
NOT_HONOURED = RecoveryReversalReason.not_honoured
SOMEBODY_ELSE = PersonId("00000000-0000-4000-8000-00000000001e")
ENDS = {"repaid": REPAID, "given up": GIVEN_UP}
each_end = pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)


def back(number: int = 1, reason: RecoveryReversalReason = MISTAKE) -> ReverseRecovery:
    return ReverseRecovery(XIANHU_CANTEEN, NEXT, Count(number), reason)


REOPENED = (back(), COLLEAGUE, noon(TENTH_OF_APRIL))


def moved(events: tuple[Any, ...]) -> dict[str, int]:
    return {each.account: each.amount for event in events for each in postings.of(event)}


# -- the mirror --------------------------------------------------------------------------------


def test_money_that_did_not_come_is_out_of_the_fund_again() -> None:
    told = story(back(reason=NOT_HONOURED), *RAISED, REPAID, by=COLLEAGUE, at=MAY)
    entry = (NOT_HONOURED, COLLEAGUE, TENTH_OF_APRIL, NEXT)
    told.then(
        RecoveryReopened(
            XIANHU_CANTEEN, XIANHU, NEXT, FIRST, RecoveryEnd.repaid, FUND_PAYER, KITCHEN,
            Fen(600), *entry,
        ),
        RecoveryReceiptReversed(
            FUND, XIANHU_CANTEEN, NEXT, FIRST, KITCHEN, Fen(600), SECOND, *entry
        ),
    )  # fmt: skip
    assert moved(told.events) == {
        f"due/{XIANHU_CANTEEN}/{FUND_PAYER}": -600,
        f"owes/{FUND_PAYER}/{XIANHU_CANTEEN}": 600,
        f"outside/payee/{KITCHEN}": 600,
        f"fund/{FUND}": -600,
    }


def test_what_was_given_up_by_mistake_touches_no_fund() -> None:
    told = story(back(), *RAISED, GIVEN_UP, by=COLLEAGUE, at=MAY)
    (event,) = told.events
    assert (event.end, event.occurred_on) == (RecoveryEnd.written_off, TENTH_OF_APRIL)
    assert moved(told.events) == {
        f"due/{XIANHU_CANTEEN}/{FUND_PAYER}": -600,
        f"owes/{FUND_PAYER}/{XIANHU_CANTEEN}": 600,
    }


@each_end
def test_a_recovery_is_as_it_was_and_its_settlement_is_smaller_again(end: Any) -> None:
    (submission, *_) = story(APRIL_SUBMITTED[0], *april(*RAISED), end, REOPENED, at=MAY).events
    assert submission.payers == (due(FUND_PAYER, 300),)


def test_a_fund_is_as_it_was_but_for_the_number_of_its_receipt() -> None:
    def fund(*steps: Any) -> Any:
        return given(*after(*RAISED, *steps)).ledger[funds.stream(FUND)]

    before, later = fund(), fund(REPAID, REOPENED)
    assert (later.lots, later.available_fen) == (before.lots, before.available_fen)
    assert (before.receipts, later.receipts) == (1, 2)
    gone = ReverseReceipt(FUND, SECOND, ReceiptReversalReason.other)
    story(gone, *RAISED, REPAID, REOPENED, at=MAY).refused("receipt_must_not_be_reversed_twice")


@pytest.mark.parametrize("again", [REPAID, GIVEN_UP])
@each_end
def test_it_ends_again(end: Any, again: Any) -> None:
    command, by, _ = again
    assert story(command, *RAISED, end, REOPENED, by=by, at=TENTH_OF_APRIL).events


# -- meals that stand again --------------------------------------------------------------------

NEITHER: tuple[Any, ...] = tuple(
    ReverseRecovery(XIANHU_CANTEEN, FEBRUARY, Count(number), MISTAKE) for number in (1, 2)
)


def neither(year: Year) -> None:
    for command in NEITHER:
        year.must(command, COLLEAGUE, FOUND_OUT)


def test_what_was_not_repaid_for_a_meal_that_stands_again_is_not_to_come_back() -> None:
    year = eaten_and_paid()
    dies(year)
    repays(year)
    lives(year)
    neither(year)
    assert [each.amount_fen for each in of(year, RecoveryLifted)] == [200, 300]
    settled(year, FEBRUARY, date(2026, 3, 3))
    assert (owed(year), spent(year)) == (0, 300)


def test_of_two_meals_only_the_one_that_stands_is_lifted() -> None:
    alive = (CorrectDeath(CHEN, TUESDAY), COLLEAGUE, noon(TENTH_OF_APRIL))
    told = story(back(), *RAISED, REPAID, alive, by=COLLEAGUE, at=MAY)
    assert told.events[-1] == RecoveryLifted(
        XIANHU_CANTEEN, XIANHU, NEXT, FIRST, names(2), Fen(300), MAY
    )


def test_the_ledger_lifts_it_by_itself() -> None:
    assert VERB_OF_COMMAND[ReverseRecovery].consequences == {RecoveryLifted}


def test_what_was_not_repaid_for_a_meal_that_fell_again_is_to_come_back() -> None:
    year = eaten_and_paid()
    dies(year)
    repays(year)
    lives(year)
    dies(year)
    neither(year)
    settled(year, FEBRUARY, date(2026, 3, 3))
    assert spent(year) == 300
    year.must(SettleRecovery(XIANHU_CANTEEN, MARCH, SECOND, MAY), CASHIER, MAY)
    assert spent(year) == 0


def test_what_was_not_given_up_is_lifted_when_its_meal_stands_again() -> None:
    year = eaten_and_paid()
    dies(year)
    gives_up(year)
    neither(year)
    lives(year)
    assert [each.amount_fen for each in of(year, RecoveryLifted)] == [200, 300]
    settled(year, FEBRUARY, date(2026, 3, 3))
    assert (owed(year), spent(year)) == (0, 300)


def test_what_meals_have_taken_back_already_is_not_taken_back_by_hand() -> None:
    year = eaten_and_paid()
    dies(year)
    gives_up(year)
    lives(year)
    told = year.story.when(NEITHER[0], by=COLLEAGUE, at=noon(FOUND_OUT))
    told.refused("write_off_must_not_be_reversed_twice", recovery=FIRST)


def test_nor_when_their_month_was_closed_meanwhile() -> None:
    """The meal then stands again in March, and the write-off is February's."""
    year = eaten_and_paid()
    dies(year)
    gives_up(year)
    year.must(CloseClaims(XIANHU_CANTEEN, FEBRUARY), CHECKER, LATER)
    lives(year, LATER)
    told = year.story.when(NEITHER[0], by=COLLEAGUE, at=noon(LATER))
    told.refused("write_off_must_not_be_reversed_twice", recovery=FIRST)


# -- when --------------------------------------------------------------------------------------


@each_end
def test_it_is_taken_back_once_for_each_end(end: Any) -> None:
    told = story(back(), *RAISED, end, REOPENED, by=COLLEAGUE, at=MAY)
    told.refused("recovery_must_have_ended_first", recovery=FIRST)
    again = (*RAISED, end, REOPENED, end)
    assert story(back(), *again, by=COLLEAGUE, at=MAY).events


def test_what_never_ended_is_not_taken_back() -> None:
    story(back(), *RAISED, by=COLLEAGUE, at=MAY).refused("recovery_must_have_ended_first")
    story(back(2), *RAISED, by=COLLEAGUE, at=MAY).refused("record_must_be_known")


@each_end
def test_what_a_submission_says_is_taken_back_when_it_is_returned(end: Any) -> None:
    submitted = (*april(*RAISED), end, APRIL_SUBMITTED)
    story(back(), *submitted, by=COLLEAGUE, at=MAY).refused(
        "recovery_must_precede_the_settlement", month=NEXT
    )
    returned = ReturnSettlement(XIANHU_CANTEEN, NEXT, ReturnReason.other)
    steps = (*submitted, (returned, CHECKER, noon(MAY)), (back(), COLLEAGUE, noon(MAY)))
    (submission, *_) = story(SubmitSettlement(XIANHU_CANTEEN, NEXT), *steps, at=MAY).events
    assert submission.payers == (due(FUND_PAYER, 300),)


# -- money that is there -----------------------------------------------------------------------

HOME, THE_4TH = communities.stream(XIANHU), date(2026, 5, 4)
SHOP = Slug("shop")


def shop(amount: int) -> tuple[Any, ...]:
    """Asked for and approved on the tenth."""
    known = RegisterPayee(SHOP, XIANHU, Title("粮店"), None)
    ask = RequestDisbursement(FUND, SHOP, PURPOSE, Fen(amount))
    approve = ApproveDisbursement(FUND, FIRST)
    steps = ((known, CLERK), (ask, CLERK), (approve, APPROVER))
    return tuple((what, by, noon(TENTH_OF_APRIL)) for what, by in steps)


PAID_OUT: tuple[Any, ...] = (
    *(*RAISED, REPAID),
    (pay(900), CASHIER, noon(TENTH_OF_APRIL)),
    *shop(99_400),
    (PayDisbursement(FUND, FIRST, TENTH_OF_APRIL), CASHIER, noon(TENTH_OF_APRIL)),
    money(10_000, receipt=3),
)
"""The shop had 300 fen of what was repaid, and more has come since."""


def test_money_that_is_promised_must_be_covered_without_it() -> None:
    """The fund has 100,600 fen, of which 900 are reserved for March."""
    told = story(back(), *RAISED, REPAID, *shop(99_101), by=COLLEAGUE, at=MAY)
    told.refused("fund_must_cover_the_amount", fund=FUND, amount_fen=600)
    assert story(back(), *RAISED, REPAID, *shop(99_100), by=COLLEAGUE, at=MAY).events


def test_money_that_was_spent_is_not_taken_out() -> None:
    told = story(back(), *PAID_OUT, by=COLLEAGUE, at=MAY)
    told.refused("receipt_must_be_unspent", fund=FUND, receipt=2)


def test_money_that_was_spent_and_came_back_leaves_on_no_day_and_in_no_month_before() -> None:
    """The shop sent it back on the 20th, so the fund had none of it in between."""
    refund, the_20th = PaymentReversalReason.returned_by_the_payee, date(2026, 4, 20)
    sent_back = ReverseDisbursement(FUND, FIRST, refund, the_20th)
    steps = (*PAID_OUT, (sent_back, APPROVER, noon(MAY)))
    told = story(back(), *steps, by=COLLEAGUE, at=MAY)
    assert [event.occurred_on for event in told.events] == [the_20th, the_20th]
    earlier = SettleRecovery(XIANHU_CANTEEN, NEXT, FIRST, date(2026, 4, 19))
    reopened = (back(), COLLEAGUE, noon(MAY))
    story(earlier, *steps, reopened, by=CASHIER, at=MAY).refused(
        "repayment_must_follow_the_recovery", raised_on=the_20th
    )


@each_end
def test_it_is_taken_back_in_no_month_before_its_own(end: Any) -> None:
    """April is closed when it ends, so that May books it; then April is open again."""
    happened = after(
        *(*RAISED, (HOME, MonthClosed(NEXT, THE_4TH)), (end[0], end[1], noon(THE_4TH))),
        (HOME, MonthReopened(NEXT, THE_4TH)),
    )
    told = given(*happened).when(back(), by=COLLEAGUE, at=noon(THE_4TH))
    assert {event.booked_in for event in told.events} == {"2026-05"}


@each_end
def test_it_is_taken_back_and_ended_again_in_no_month_before_its_own(end: Any) -> None:
    """April is closed when it is taken back, and open again when it ends anew."""
    happened = after(
        *(*RAISED, end, (HOME, MonthClosed(NEXT, THE_4TH))),
        (back(), COLLEAGUE, noon(THE_4TH)),
        (HOME, MonthReopened(NEXT, THE_4TH)),
    )
    again = given(*happened).when(repay, by=CASHIER, at=noon(THE_4TH))
    assert {event.booked_in for event in again.events} == {"2026-05"}


def test_money_that_came_back_in_may_leaves_in_no_month_before() -> None:
    """The shop sent it back in April, which was closed by then, and is open again."""
    refund = PaymentReversalReason.returned_by_the_payee
    sent_back = ReverseDisbursement(FUND, FIRST, refund, date(2026, 4, 20))
    happened = after(
        *(*PAID_OUT, (HOME, MonthClosed(NEXT, THE_4TH)), (sent_back, APPROVER, noon(THE_4TH))),
        (HOME, MonthReopened(NEXT, THE_4TH)),
    )
    told = given(*happened).when(back(), by=COLLEAGUE, at=noon(THE_4TH))
    assert {event.booked_in for event in told.events} == {"2026-05"}


# -- who ---------------------------------------------------------------------------------------


@each_end
def test_whoever_ended_it_does_not_take_it_back_herself(end: Any) -> None:
    told = story(back(), *RAISED, end, by=end[1], at=MAY)
    told.refused("settlement_steps_must_be_by_different_persons", month=NEXT)


@pytest.mark.parametrize("command", [repay, write_off])
def test_whoever_took_it_back_does_not_end_it_again_herself(command: Any) -> None:
    steps = (*RAISED, REPAID, REOPENED)
    story(command, *steps, by=COLLEAGUE, at=TENTH_OF_APRIL).refused(
        "settlement_steps_must_be_by_different_persons", month=NEXT
    )
    assert story(command, *steps, by=SOMEBODY_ELSE, at=TENTH_OF_APRIL).events


@each_end
@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (CHEN, "decider_must_not_be_the_payee"),
        (COLLEAGUE, "decider_must_not_be_related_to_the_payee"),
    ],
)
def test_nobody_does_who_runs_the_canteen_or_is_related_to_her(
    end: Any, actor: PersonId, code: str
) -> None:
    story(back(), *RAISED, end, *RUN_BY_CHEN, by=actor, at=MAY).refused(code)


@each_end
def test_nor_who_ran_it_in_the_month_of_its_meals(end: Any) -> None:
    """She ran the canteen in March, whose meals the recovery is about, and left on 1 April."""
    hers = (*run_by(KITCHEN, FORMER, NEW_YEAR), *run_by(SECOND_KITCHEN, CLERK, APRIL))
    story(back(), *RAISED, end, *hers, by=FORMER, at=MAY).refused("decider_must_not_be_the_payee")
