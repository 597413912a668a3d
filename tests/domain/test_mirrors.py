"""What takes an entry back is booked no earlier than the entry, though a month was reopened since.

In each story March is closed, so that what is entered late is booked in April; then March is open
again, and the entry is taken back. March's books never had it.
"""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ledger.domain import communities, councils, funds, service
from ledger.domain.community_records import Community, MonthClosed, MonthReopened
from ledger.domain.contributions import RecordContribution, WithdrawContribution
from ledger.domain.councils import (
    Body,
    MeetingRecorded,
    RecordAttendance,
    WithdrawAttendance,
)
from ledger.domain.credit_reversals import ReverseCredit
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.domain.decisions import Happening
from ledger.domain.disbursement_records import PaymentReversalReason
from ledger.domain.disbursements import ReverseDisbursement
from ledger.domain.facts import Note
from ledger.domain.fund_moves import ReverseMove
from ledger.domain.fund_records import MoveReversalReason, ReceiptReversalReason
from ledger.domain.imported_payments import ReverseImportedPayment
from ledger.domain.lateness import ApproveLateService, RecordLateService
from ledger.domain.meal_records import MealReversalReason, ReversalKind
from ledger.domain.meals import ReverseMeal
from ledger.domain.objection_records import ObjectionAnswer, ObjectionReason
from ledger.domain.objections import AnswerObjection, RaiseObjection
from ledger.domain.receipts import ReverseReceipt
from ledger.domain.service import ConfirmService, ReverseService
from ledger.domain.service_openings import ImportOpeningMinutes, ReverseOpeningMinutes
from ledger.domain.service_records import (
    LateReason,
    OpeningGrade,
    OpeningReversalReason,
    ReversalReason,
)
from ledger.domain.timebank import RedeemCredit
from ledger.domain.timebank_records import CreditReversalReason
from ledger.domain.values import (
    CommunityId,
    Count,
    MeetingId,
    Minutes,
    Month,
    NoteText,
    PersonId,
    Slug,
)
from tests.domain import (
    canteen_town,
    contribution_stories,
    disbursement_town,
    shift_stories,
    test_timebank,
)
from tests.domain.canteen_town import COLLEAGUE, XIANHU, eats, lunch
from tests.domain.contribution_stories import CLERK
from tests.domain.fund_stories import GENERAL, JINNING, YOUTH, move, opening, pay, receive, town
from tests.story import Given, given

MARCH, APRIL = Month("2026-03"), Month("2026-04")
THE_3RD = date(2026, 4, 3)
MISTAKE = ReceiptReversalReason.entered_by_mistake


def closing(home: CommunityId = JINNING, month: Month = MARCH) -> Happening:
    return (communities.stream(home), MonthClosed(month, THE_3RD))


def reopening(home: CommunityId = JINNING) -> Happening:
    return (communities.stream(home), MonthReopened(MARCH, THE_3RD))


class Books:
    """A story that goes on at noon of the 3rd of April; each command gives the month it books."""

    def __init__(self, story: Given) -> None:
        self.story = story

    def happened(self, *happenings: Happening) -> None:
        for each in happenings:
            self.story.ledger.fold(each)

    def entered(self, command: object, by: PersonId = CLERK) -> list[Any]:
        at = datetime(2026, 4, 3, 4, tzinfo=UTC)
        told = self.story.when(command, by=by, at=at)
        self.happened(*told.decision)
        return list(told.events)

    def month_of(self, command: object, by: PersonId = CLERK) -> Month:
        months: set[Month] = {
            event.booked_in for event in self.entered(command, by) if _books(event)
        }
        (month,) = months
        return month


def _books(event: object) -> bool:
    return hasattr(event, "booked_in")


@pytest.mark.parametrize(
    ("closed", "booked_in", "mirror"),
    [
        ((), MARCH, MARCH),
        ((MARCH,), MARCH, APRIL),
        ((), APRIL, APRIL),
        ((MARCH, APRIL), MARCH, "2026-05"),
    ],
)
def test_a_mirror_goes_into_the_first_open_month_from_that_of_its_original_on(
    closed: tuple[Month, ...], booked_in: Month, mirror: str
) -> None:
    assert Community(closed=frozenset(closed)).books_mirror_of(booked_in) == mirror


# -- money -------------------------------------------------------------------------------------


def test_a_receipt_is_taken_out_of_the_month_in_which_it_came_in() -> None:
    books = Books(town(closing()))
    assert books.month_of(receive(GENERAL, 1_000, date(2026, 3, 20))) == APRIL
    books.happened(reopening())
    assert books.month_of(ReverseReceipt(GENERAL, Count(1), MISTAKE)) == APRIL


def test_a_receipt_of_a_month_that_was_closed_since_is_taken_out_of_the_next() -> None:
    books = Books(town())
    assert books.month_of(receive(GENERAL, 1_000, date(2026, 3, 20))) == MARCH
    books.happened(closing())
    assert books.month_of(ReverseReceipt(GENERAL, Count(1), MISTAKE)) == APRIL


def test_a_payment_comes_back_in_the_month_that_has_it() -> None:
    requested, approved = disbursement_town.REQUESTED, disbursement_town.APPROVED
    books = Books(disbursement_town.Story(requested, approved).given)
    books.happened(closing())
    paid = disbursement_town.pay()
    assert books.month_of(paid, disbursement_town.CASHIER) == APRIL
    books.happened(reopening())
    back = ReverseDisbursement(GENERAL, Count(1), PaymentReversalReason.other)
    assert books.month_of(back, disbursement_town.APPROVER) == APRIL


# -- money that leaves ------------------------------------------------------------------------

THE_31ST = date(2026, 3, 31)
SPENDING: dict[str, Any] = {
    "payment": pay(GENERAL, 400, THE_31ST, Slug("books")),
    "move": move(GENERAL, YOUTH, 400, THE_31ST),
}


@pytest.mark.parametrize("spending", SPENDING.values(), ids=SPENDING)
def test_money_leaves_in_no_month_before_the_one_that_has_it(spending: Any) -> None:
    """Money of the 20th of March that April has; a closed March had none of it, open or not."""
    books = Books(town(closing()))
    assert books.month_of(receive(GENERAL, 1_000, date(2026, 3, 20))) == APRIL
    books.happened(reopening())
    assert books.month_of(spending) == APRIL


@pytest.mark.parametrize("spending", SPENDING.values(), ids=SPENDING)
def test_money_that_march_has_leaves_in_march(spending: Any) -> None:
    books = Books(town())
    assert books.month_of(receive(GENERAL, 1_000, date(2026, 3, 20))) == MARCH
    assert books.month_of(spending) == MARCH


def test_what_was_moved_leaves_in_no_month_before_its_move() -> None:
    books = Books(town())
    books.entered(receive(GENERAL, 1_000, date(2026, 3, 20)))
    books.happened(closing())
    assert books.month_of(move(GENERAL, YOUTH, 1_000, THE_31ST)) == APRIL
    books.happened(reopening())
    assert books.month_of(pay(YOUTH, 400, THE_31ST)) == APRIL
    assert books.month_of(pay(YOUTH, 400, date(2026, 4, 1))) == APRIL


def test_what_came_back_leaves_in_no_month_before_it_came_back() -> None:
    books = Books(disbursement_town.Story(*_PAID_IN_MARCH).given)
    books.happened(closing())
    back = ReverseDisbursement(GENERAL, Count(1), PaymentReversalReason.other)
    assert books.month_of(back, disbursement_town.APPROVER) == APRIL
    books.happened(reopening())
    whole = books.story.ledger[funds.stream(GENERAL)].balance_fen
    assert books.month_of(pay(GENERAL, 400, THE_31ST, Slug("books"))) == MARCH
    assert books.month_of(pay(GENERAL, whole - 400, THE_31ST, Slug("books"))) == APRIL


_PAID_IN_MARCH = (
    disbursement_town.REQUESTED,
    disbursement_town.APPROVED,
    disbursement_town.PAID,
)


TAKING_BACK: dict[str, tuple[Any, Any]] = {
    "payment of history": (
        pay(GENERAL, 400, THE_31ST, Slug("books")),
        ReverseImportedPayment(GENERAL, Count(1), PaymentReversalReason.not_executed),
    ),
    "move": (
        move(GENERAL, YOUTH, 400, THE_31ST),
        ReverseMove(GENERAL, Count(1), MoveReversalReason.wrong_fund),
    ),
}
every_way_back = pytest.mark.parametrize(("entry", "back"), TAKING_BACK.values(), ids=TAKING_BACK)


@every_way_back
def test_what_went_out_comes_back_in_the_month_that_has_it(entry: Any, back: Any) -> None:
    books = Books(town())
    books.entered(receive(GENERAL, 1_000, date(2026, 3, 20)))
    books.happened(closing())
    assert books.month_of(entry) == APRIL
    books.happened(reopening())
    assert books.month_of(back, disbursement_town.APPROVER) == APRIL
    whole = books.story.ledger[funds.stream(GENERAL)].balance_fen
    assert whole == 1_000
    assert books.month_of(pay(GENERAL, 600, THE_31ST, Slug("books"))) == MARCH
    assert books.month_of(pay(GENERAL, 400, THE_31ST, Slug("books"))) == APRIL


def test_what_was_moved_goes_back_in_no_month_before_the_other_fund_had_it_again() -> None:
    """April has the return of what it had spent, though March is open again."""
    books = Books(town())
    books.entered(receive(GENERAL, 1_000, date(2026, 3, 20)))
    assert books.month_of(move(GENERAL, YOUTH, 400, THE_31ST)) == MARCH
    assert books.month_of(pay(YOUTH, 400, THE_31ST)) == MARCH
    books.happened(closing())
    unpaid = ReverseImportedPayment(YOUTH, Count(1), PaymentReversalReason.not_executed)
    assert books.month_of(unpaid, disbursement_town.APPROVER) == APRIL
    books.happened(reopening())
    back = ReverseMove(GENERAL, Count(1), MoveReversalReason.wrong_fund)
    assert books.month_of(back, disbursement_town.APPROVER) == APRIL


@pytest.mark.parametrize("gift", [contribution_stories.CASH, contribution_stories.CHAIRS])
def test_a_contribution_is_withdrawn_in_the_month_that_counts_it(gift: Any) -> None:
    books = Books(contribution_stories.here(closing()))
    name, given_on = contribution_stories.NAME, date(2026, 3, 20)
    assert books.month_of(RecordContribution(name, JINNING, gift, given_on)) == APRIL
    books.happened(reopening())
    assert books.month_of(WithdrawContribution(name)) == APRIL


def test_an_opening_balance_entered_again_is_booked_no_earlier_than_its_reversal() -> None:
    books = Books(town())
    assert books.month_of(opening(GENERAL, 1_000, date(2026, 3, 1))) == MARCH
    books.happened(closing())
    assert books.month_of(ReverseReceipt(GENERAL, Count(1), MISTAKE)) == APRIL
    books.happened(reopening())
    assert books.month_of(opening(GENERAL, 900, date(2026, 3, 1))) == APRIL


def test_a_gift_that_was_returned_left_with_its_money() -> None:
    books = Books(contribution_stories.here())
    books.entered(contribution_stories.record())
    refund, day = ReceiptReversalReason.returned_to_the_giver, date(2026, 4, 2)
    (back,) = books.entered(ReverseReceipt(GENERAL, Count(1), refund, day), COLLEAGUE)
    withdraw = WithdrawContribution(contribution_stories.NAME)
    (gone,) = books.entered(withdraw, contribution_stories.WU)
    assert (gone.occurred_on, gone.booked_in) == (back.occurred_on, back.booked_in) == (day, APRIL)


def test_credit_comes_back_in_the_month_that_has_it() -> None:
    books = Books(given(*test_timebank.EARNED, closing()))
    redeem = RedeemCredit(CHEN, Minutes(60))
    at_march = test_timebank.EVENING
    told = books.story.when(redeem, by=CHEN, at=at_march)
    books.happened(*told.decision, reopening())
    assert told.events[0].booked_in == APRIL
    back = ReverseCredit(CHEN, Count(1), CreditReversalReason.wrong_amount)
    (event,) = books.entered(back, COLLEAGUE)
    assert (event.booked_in, event.adjusts) == (APRIL, MARCH)


# -- meals -------------------------------------------------------------------------------------

EATER = canteen_town.CHEN


def test_a_meal_is_taken_back_and_given_back_in_no_month_before_its_own() -> None:
    books = Books(given(*eats(), closing(XIANHU)))
    assert books.month_of(lunch(date(2026, 3, 31))) == APRIL
    books.happened(reopening(XIANHU))
    assert books.month_of(RecordDeath(EATER, date(2026, 3, 30)), COLLEAGUE) == APRIL
    assert books.month_of(CorrectDeath(EATER, None), COLLEAGUE) == APRIL
    kind, reason = ReversalKind.void, MealReversalReason.not_eaten
    assert books.month_of(ReverseMeal(EATER, MARCH, Count(1), kind, reason), COLLEAGUE) == APRIL


def test_a_meal_stands_again_in_no_month_before_its_reversal() -> None:
    books = Books(given(*eats()))
    assert books.month_of(lunch(date(2026, 3, 31))) == MARCH
    books.happened(closing(XIANHU))
    assert books.month_of(RecordDeath(EATER, date(2026, 3, 30)), COLLEAGUE) == APRIL
    books.happened(reopening(XIANHU))
    assert books.month_of(CorrectDeath(EATER, None), COLLEAGUE) == APRIL


# -- service -----------------------------------------------------------------------------------

LEADER, WU, CHEN, KITCHEN = (
    shift_stories.LEADER,
    shift_stories.WU,
    shift_stories.CHEN,
    shift_stories.KITCHEN,
)
CONFIRM = ConfirmService(KITCHEN, CHEN)
FALSE = ReverseService(KITCHEN, CHEN, ReversalReason.found_false)
NOTE = Note(NoteText("名单在册"))


def kitchen() -> Books:
    start, end = shift_stories.at("03-20 09:00"), shift_stories.at("03-20 11:00")
    return Books(given(*shift_stories.JINNING_EVENT, *shift_stories.served(start, end)))


def late() -> Books:
    """Confirmed when March was closed, so that April books it; then March is open again."""
    books = kitchen()
    books.happened(closing())
    books.entered(CONFIRM, LEADER)
    books.entered(RecordLateService(KITCHEN, CHEN, LateReason.forgotten, NOTE), LEADER)
    assert books.month_of(ApproveLateService(KITCHEN, CHEN), WU) == APRIL
    books.happened(reopening())
    return books


def test_service_is_taken_back_in_the_month_that_credits_it_and_adjusts_that_of_its_day() -> None:
    (event,) = late().entered(FALSE, WU)
    assert (event.booked_in, event.adjusts) == (APRIL, MARCH)


def test_opening_minutes_are_taken_back_in_the_month_that_has_them() -> None:
    books, unit = kitchen(), shift_stories.MUTUAL_AID
    bring = ImportOpeningMinutes(CHEN, unit, Minutes(60), date(2026, 3, 1), OpeningGrade.imported)
    books.happened(closing())
    assert books.month_of(bring, LEADER) == APRIL
    books.happened(reopening())
    wrong = ReverseOpeningMinutes(CHEN, unit, OpeningReversalReason.figure_wrong)
    assert books.month_of(wrong, WU) == APRIL


def test_service_ended_by_a_death_is_given_back_in_no_month_before_its_end() -> None:
    books = kitchen()
    assert books.month_of(CONFIRM, LEADER) == MARCH
    books.happened(closing())
    assert books.month_of(RecordDeath(CHEN, date(2026, 3, 10)), LEADER) == APRIL
    books.happened(reopening())
    _, event = books.entered(CorrectDeath(CHEN, None), LEADER)
    assert (event.booked_in, event.adjusts) == (APRIL, MARCH)
    assert books.month_of(FALSE, WU) == APRIL


def test_service_confirmed_anew_does_not_count_twice_in_a_month_that_is_open_again() -> None:
    books = kitchen()
    assert books.month_of(CONFIRM, LEADER) == MARCH
    books.happened(closing())
    assert books.month_of(FALSE, LEADER) == APRIL
    books.happened(reopening())
    books.entered(RaiseObjection(KITCHEN, CHEN, ObjectionReason.wrongly_reversed, NOTE), CHEN)
    books.entered(AnswerObjection(KITCHEN, CHEN, ObjectionAnswer.upheld), WU)
    assert books.month_of(CONFIRM, LEADER) == APRIL
    record = books.story.ledger.states[service.stream(CHEN)].records[KITCHEN]
    assert record.booked_in == APRIL


# -- councils ----------------------------------------------------------------------------------


def test_whoever_had_not_come_is_taken_out_of_the_month_that_counts_her() -> None:
    meeting, body = MeetingId("hall-0320"), Body.council_hall
    held = MeetingRecorded(meeting, JINNING, body, None, date(2026, 3, 20))
    books = Books(given(*shift_stories.JINNING_EVENT, (councils.stream(meeting), held), closing()))
    assert books.month_of(RecordAttendance(meeting, CHEN)) == APRIL
    books.happened(reopening())
    assert books.month_of(WithdrawAttendance(meeting, CHEN)) == APRIL
