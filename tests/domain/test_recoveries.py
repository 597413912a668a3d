"""Recoveries: what was settled and then taken back comes back, is offset, or is given up, once."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from ledger.domain import payees, postings, sites
from ledger.domain.catalogue import VERB_OF_COMMAND
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.domain.fund_records import ReceiptReversalReason
from ledger.domain.meal_records import MealReversalReason, ReversalKind
from ledger.domain.meals import ReverseMeal
from ledger.domain.payees import PayeeRegistered
from ledger.domain.receipts import ReverseReceipt
from ledger.domain.recoveries import SettleRecovery, WriteOffRecovery
from ledger.domain.recovery_records import (
    ClaimName,
    RecoveryEnd,
    RecoveryLifted,
    RecoveryRaised,
    RecoveryReceived,
    RecoverySettled,
)
from ledger.domain.settlement_records import SettlementSubmitted
from ledger.domain.settlements import ApproveSettlement, CheckSettlement, SubmitSettlement
from ledger.domain.sites import OperatorChanged
from ledger.domain.values import Count, Fen, Month, PersonId, SiteId, Slug, Title
from tests.domain.canteen_town import (
    APRIL,
    CHEN,
    CLERK,
    COLLEAGUE,
    FUND,
    MAY,
    MONDAY,
    NEW_YEAR,
    XIANHU,
    XIANHU_CANTEEN,
    claimed,
    closed,
    eats,
    noon,
)
from tests.domain.settlement_town import (
    APPROVER,
    CASHIER,
    CHECKER,
    FIRST,
    FUND_PAYER,
    KITCHEN,
    MARCH,
    NEXT,
    RUN_BY_A_KITCHEN,
    RUN_BY_CHEN,
    UNTIL_APPROVED,
    counted,
    due,
    money,
    story,
)

ONE_DAY = timedelta(days=1)
TUESDAY, WEDNESDAY = date(2026, 3, 3), date(2026, 3, 4)
TENTH_OF_APRIL = date(2026, 4, 10)
SETTLED_MEALS: tuple[Any, ...] = (
    *eats(),
    RUN_BY_A_KITCHEN,
    money(100_000),
    claimed(MONDAY),
    claimed(TUESDAY),
    claimed(WEDNESDAY),
    *closed("2026-03"),
    counted(shares={FUND_PAYER: 900}),
    *UNTIL_APPROVED,
)
"""Chen had three meals, 300 fen each from the fund, and the settlement of March was approved."""

DIED_ON_MONDAY = (RecordDeath(CHEN, MONDAY), COLLEAGUE, noon(TENTH_OF_APRIL))
RAISED: tuple[Any, ...] = (*SETTLED_MEALS, DIED_ON_MONDAY)

repay = SettleRecovery(XIANHU_CANTEEN, NEXT, Count(1), TENTH_OF_APRIL)
REPAID = (repay, CASHIER, noon(TENTH_OF_APRIL))
write_off = WriteOffRecovery(XIANHU_CANTEEN, NEXT, Count(1))
GIVEN_UP = (write_off, APPROVER, noon(TENTH_OF_APRIL))

APRIL_SUBMITTED = (SubmitSettlement(XIANHU_CANTEEN, NEXT), CLERK, noon(MAY))
APRIL_CHECKED = (CheckSettlement(XIANHU_CANTEEN, NEXT, FIRST), CHECKER, noon(MAY))
approve_april = ApproveSettlement(XIANHU_CANTEEN, NEXT, FIRST)


def april(*before: Any) -> tuple[Any, ...]:
    """April is closed and counted: two meals taken back, three more eaten."""
    return (*before, *closed("2026-04"), counted(NEXT, shares={FUND_PAYER: 300}))


def names(*numbers: int) -> tuple[ClaimName, ...]:
    return tuple(ClaimName(MARCH, Count(number)) for number in numbers)


def reverse(claim: int, reason: MealReversalReason = MealReversalReason.ineligible) -> ReverseMeal:
    kind = ReversalKind.subsidy_withdrawn
    return ReverseMeal(CHEN, MARCH, Count(claim), kind, reason)


# -- raised and lifted -------------------------------------------------------------------------


def test_a_late_death_raises_a_recovery_for_what_was_settled() -> None:
    told = story(RecordDeath(CHEN, MONDAY), *SETTLED_MEALS, at=TENTH_OF_APRIL)
    assert told.events[-1] == RecoveryRaised(
        XIANHU_CANTEEN, XIANHU, NEXT, Count(1), CHEN, FUND_PAYER, names(2, 3), Fen(600), MARCH,
        TENTH_OF_APRIL,
    )  # fmt: skip


def test_a_meal_reversed_after_its_settlement_raises_one_too() -> None:
    told = story(reverse(2), *SETTLED_MEALS, by=COLLEAGUE, at=TENTH_OF_APRIL)
    raised = told.events[-1]
    assert isinstance(raised, RecoveryRaised)
    assert (raised.claims, raised.amount_fen, raised.adjusts) == (names(2), 300, MARCH)


def test_each_decision_raises_its_own_recovery_with_the_next_number() -> None:
    first = (reverse(2), COLLEAGUE, noon(TENTH_OF_APRIL))
    told = story(reverse(3), *SETTLED_MEALS, first, by=COLLEAGUE, at=TENTH_OF_APRIL)
    assert told.events[-1].recovery == Count(2)


def test_before_the_approval_it_is_to_come_back_and_cannot_be_ended() -> None:
    """The month presents the meal all the same; what was not given is neither repaid nor let go."""
    checked = SETTLED_MEALS[:-1]
    told = story(reverse(2), *checked, by=COLLEAGUE, at=TENTH_OF_APRIL)
    assert [type(event).__name__ for event in told.events] == ["MealReversed", "RecoveryRaised"]
    taken_back = (reverse(2), COLLEAGUE, noon(TENTH_OF_APRIL))
    for command, by in ((repay, CASHIER), (write_off, APPROVER)):
        story(command, *checked, taken_back, by=by, at=TENTH_OF_APRIL).refused(
            "settlement_must_be_approved_first", month=MARCH, stage="checked"
        )


def test_before_the_closing_nothing_is_to_come_back() -> None:
    eaten = SETTLED_MEALS[: -len((*closed("2026-03"), counted(), *UNTIL_APPROVED))]
    told = story(reverse(2), *eaten, by=COLLEAGUE, at=TENTH_OF_APRIL)
    assert [type(event).__name__ for event in told.events] == ["MealReversed"]


def test_what_follows_is_nobodys_decision() -> None:
    assert {RecoveryRaised, RecoveryLifted} <= VERB_OF_COMMAND[RecordDeath].consequences
    assert VERB_OF_COMMAND[ReverseMeal].consequences == {RecoveryRaised}


def test_meals_that_stand_again_are_lifted_from_the_recovery() -> None:
    told = story(CorrectDeath(CHEN, TUESDAY), *RAISED, at=TENTH_OF_APRIL)
    assert told.events[-1] == RecoveryLifted(
        XIANHU_CANTEEN, XIANHU, NEXT, Count(1), names(2), Fen(300), TENTH_OF_APRIL
    )


def test_only_the_recovery_that_names_the_meal_is_lifted() -> None:
    """Meal 3 was reversed by hand and stays so; the death took meal 2 alone."""
    by_hand = (reverse(3), COLLEAGUE, noon(TENTH_OF_APRIL))
    happened = (*SETTLED_MEALS, by_hand, DIED_ON_MONDAY)
    told = story(CorrectDeath(CHEN, None), *happened, at=TENTH_OF_APRIL)
    lifted = [event for event in told.events if isinstance(event, RecoveryLifted)]
    assert [(each.recovery, each.claims) for each in lifted] == [(Count(2), names(2))]


def test_what_was_repaid_or_offset_is_not_lifted() -> None:
    for end in (REPAID, GIVEN_UP):
        told = story(CorrectDeath(CHEN, None), *RAISED, end, at=TENTH_OF_APRIL)
        assert not [event for event in told.events if isinstance(event, RecoveryLifted)]


def test_what_was_lifted_whole_is_over() -> None:
    alive = (CorrectDeath(CHEN, None), COLLEAGUE, noon(TENTH_OF_APRIL))
    story(repay, *RAISED, alive, by=CASHIER, at=TENTH_OF_APRIL).refused(
        "recovery_must_be_open", recovery=Count(1), end="lifted"
    )


# -- offset, repaid, given up ------------------------------------------------------------------


def test_a_recovery_is_offset_when_the_smaller_settlement_is_approved() -> None:
    told = story(
        approve_april, *april(*RAISED), APRIL_SUBMITTED, APRIL_CHECKED, by=APPROVER, at=MAY
    )
    offset = told.events[-1]
    assert isinstance(offset, RecoverySettled)
    assert (offset.end, offset.amount_fen) == (RecoveryEnd.offset, 600)
    assert postings.of(offset) == ()


def test_money_repaid_is_the_funds_again_and_the_settlement_is_not_smaller() -> None:
    settled, received = story(repay, *RAISED, by=CASHIER, at=TENTH_OF_APRIL).events
    assert settled == RecoverySettled(
        XIANHU_CANTEEN, XIANHU, NEXT, Count(1), RecoveryEnd.repaid, FUND_PAYER, KITCHEN, Fen(600),
        CASHIER, TENTH_OF_APRIL, NEXT,
    )  # fmt: skip
    assert received == RecoveryReceived(
        FUND, XIANHU_CANTEEN, NEXT, Count(1), KITCHEN, Fen(600), Count(2), TENTH_OF_APRIL, NEXT
    )
    assert {p.account: p.amount for p in postings.of(settled)} == {
        f"due/{XIANHU_CANTEEN}/{FUND_PAYER}": 600,
        f"owes/{FUND_PAYER}/{XIANHU_CANTEEN}": -600,
        f"outside/payee/{KITCHEN}": -600,
        f"fund/{FUND}": 600,
    }
    (submission, *_) = story(APRIL_SUBMITTED[0], *april(*RAISED), REPAID, at=MAY).events
    assert isinstance(submission, SettlementSubmitted)
    assert submission.payers == (due(FUND_PAYER, 300, repaid=600),)


def test_what_is_given_up_is_borne_by_the_payer() -> None:
    (settled,) = story(write_off, *RAISED, by=APPROVER, at=TENTH_OF_APRIL).events
    assert {p.account: p.amount for p in postings.of(settled)} == {
        f"due/{XIANHU_CANTEEN}/{FUND_PAYER}": 600,
        f"owes/{FUND_PAYER}/{XIANHU_CANTEEN}": -600,
    }
    (submission, *_) = story(APRIL_SUBMITTED[0], *april(*RAISED), GIVEN_UP, at=MAY).events
    assert submission.payers == (due(FUND_PAYER, 300, repaid=600),)


def test_the_money_of_a_recovery_is_no_gift_that_could_be_reversed() -> None:
    command = ReverseReceipt(FUND, Count(2), ReceiptReversalReason.other)
    story(command, *RAISED, REPAID, at=TENTH_OF_APRIL).refused("receipt_must_be_unspent")


@pytest.mark.parametrize("end", [REPAID, GIVEN_UP])
def test_a_recovery_ends_once(end: Any) -> None:
    told = story(repay, *RAISED, end, by=CASHIER, at=TENTH_OF_APRIL)
    told.refused("recovery_must_be_open", recovery=Count(1))


def test_what_a_submission_has_taken_off_is_not_repaid_beside_it() -> None:
    late = replace(repay, repaid_on=MAY)
    story(late, *april(*RAISED), APRIL_SUBMITTED, by=CASHIER, at=MAY).refused(
        "recovery_must_precede_the_settlement", month=NEXT
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"recovery": Count(2)}, "record_must_be_known"),
        ({"month": Month("2026-05")}, "record_must_be_known"),
        ({"canteen": SiteId("nowhere")}, "site_must_be_known"),
        ({"repaid_on": MAY}, "day_must_not_be_in_the_future"),
        ({"repaid_on": TENTH_OF_APRIL - ONE_DAY}, "repayment_must_follow_the_recovery"),
    ],
)
def test_what_does_not_exist_is_not_repaid(changes: dict[str, Any], code: str) -> None:
    story(replace(repay, **changes), *RAISED, by=CASHIER, at=TENTH_OF_APRIL).refused(code)


@pytest.mark.parametrize("command", [repay, write_off])
@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (CHEN, "decider_must_not_be_the_payee"),
        (COLLEAGUE, "decider_must_not_be_related_to_the_payee"),
    ],
)
def test_nobody_ends_what_she_owes_herself_or_a_relation_owes(
    command: Any, actor: PersonId, code: str
) -> None:
    story(command, *RAISED, *RUN_BY_CHEN, by=actor, at=TENTH_OF_APRIL).refused(code)


# -- whoever runs the canteen, or ran it ---------------------------------------------------------

SECOND_KITCHEN = Slug("second-kitchen")
FORMER = PersonId("00000000-0000-4000-8000-00000000001d")


def run_by(name: Slug, person: PersonId, since: date) -> tuple[Any, ...]:
    return (
        (payees.stream(name), PayeeRegistered(name, XIANHU, Title("厨房"), person, since)),
        (sites.stream(XIANHU_CANTEEN), OperatorChanged(XIANHU_CANTEEN, name, since, since)),
    )


def test_nobody_ends_what_she_owes_by_an_earlier_day_of_repayment() -> None:
    """The cashier runs the canteen since the 15th; on the 20th she enters a day before."""
    hers = (*RAISED, *run_by(SECOND_KITCHEN, CASHIER, date(2026, 4, 15)))
    today = SettleRecovery(XIANHU_CANTEEN, NEXT, Count(1), date(2026, 4, 20))
    story(today, *hers, by=CASHIER, at=date(2026, 4, 20)).refused("decider_must_not_be_the_payee")
    earlier = SettleRecovery(XIANHU_CANTEEN, NEXT, Count(1), date(2026, 4, 14))
    story(earlier, *hers, by=CASHIER, at=date(2026, 4, 20)).refused("decider_must_not_be_the_payee")


def test_nobody_gives_up_what_she_was_paid_for_meals_of_her_own_month() -> None:
    """She ran the canteen in March, whose meals the recovery is about, and left on 1 April."""
    give_up = WriteOffRecovery(XIANHU_CANTEEN, NEXT, Count(1))
    hers = (
        *SETTLED_MEALS,
        *run_by(KITCHEN, FORMER, NEW_YEAR),
        (RecordDeath(CHEN, date(2026, 3, 2)), COLLEAGUE, noon(TENTH_OF_APRIL)),
    )
    story(give_up, *hers, by=FORMER, at=TENTH_OF_APRIL).refused("decider_must_not_be_the_payee")
    handed_over = (*hers, *run_by(SECOND_KITCHEN, APPROVER, APRIL))
    story(give_up, *handed_over, by=FORMER, at=TENTH_OF_APRIL).refused(
        "decider_must_not_be_the_payee"
    )
