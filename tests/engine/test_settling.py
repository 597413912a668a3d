"""Settling while the town goes on: claims, closings, approvals and requests, many at once."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from time import sleep

import pytest
from pydantic import SecretStr

from ledger.deciding.answers import Accepted, Answer, Declined, Unit
from ledger.domain.book import LedgerKind
from ledger.domain.canteen_records import ClaimsClosed
from ledger.domain.canteens import CloseClaims
from ledger.domain.disbursement_records import DisbursementRequested
from ledger.domain.disbursements import ApproveDisbursement, RequestDisbursement
from ledger.domain.funds import OpenFund, ReceiveMoney
from ledger.domain.lots import ReceiptKind
from ledger.domain.meal_records import (
    MealClaimed,
    MealReversalReason,
    MealReversed,
    ReversalKind,
)
from ledger.domain.meals import ClaimMeal, ReverseMeal
from ledger.domain.payees import RegisterPayee
from ledger.domain.settlement_payments import PaySettlement
from ledger.domain.settlement_records import SettlementApproved, SettlementSubmitted
from ledger.domain.settlements import (
    ApproveSettlement,
    CheckSettlement,
    SubmitSettlement,
)
from ledger.domain.values import Count, Fen, FundId, Month, PayerPath, Slug, Title
from ledger.engine import Ledger
from ledger.running import running
from ledger.settings import Settings
from tests.builders import (
    CANTEEN,
    CLERK,
    JINNING,
    MEAL_FUND,
    NEW_YEAR,
    START,
    accepted,
    declined,
    found,
    open_ledger,
    person,
    unit,
)
from tests.engine.serial import log_of
from tests.engine.town import Work, at_once

JANUARY, FEBRUARY = Month("2026-01"), Month("2026-02")
MARCH_2 = datetime(2026, 3, 2, 4, tzinfo=UTC)
CHECKER, APPROVER, OTHER_APPROVER, CASHIER = (person(number) for number in range(90, 94))
FUND_PAYER = PayerPath(f"fund/{MEAL_FUND}")
SHOP, BOOKS = Slug("bookshop"), Slug("books")
YOUTH = FundId("jinning-youth")
PEOPLE = 49


@pytest.fixture
def ledger(database: str, tmp_path: Path) -> Iterator[Ledger]:
    """A ledger as it is served, its read models folded while it is written."""
    settings = Settings(database_url=SecretStr(database), key_dir=tmp_path / "keys")
    with running(settings, kind=LedgerKind.test, began=START) as opened:
        found(opened.ledger, people=PEOPLE)
        for answer in settled(JANUARY):
            accepted(opened.ledger.execute([answer])[0])
        yield opened.ledger


def settled(month: Month) -> tuple[Unit, ...]:
    """Closed, submitted, checked and approved, each by whoever may."""
    at = (CANTEEN, month)
    return (
        unit(CloseClaims(*at), at=MARCH_2),
        unit(SubmitSettlement(*at), at=MARCH_2),
        unit(CheckSettlement(*at, Count(1)), by=CHECKER, at=MARCH_2),
        unit(ApproveSettlement(*at, Count(1)), by=APPROVER, at=MARCH_2),
    )


def eats(number: int) -> Work[Answer]:
    """Twelve lunches on days of February, one after another; the last but one taken back."""

    def work(ledger: Ledger) -> list[Answer]:
        answers = []
        for day in range(1, 13):
            lunch = ClaimMeal(person(number), CANTEEN, date(2026, 2, 2 * day))
            answers += ledger.execute([unit(lunch, at=MARCH_2)])
        kind, reason = ReversalKind.subsidy_withdrawn, MealReversalReason.ineligible
        back = ReverseMeal(person(number), FEBRUARY, Count(11), kind, reason)
        return answers + ledger.execute([unit(back, by=CHECKER, at=MARCH_2)])

    return work


def settles(ledger: Ledger) -> list[Answer]:
    """Once some have eaten: a month that is closed before its first meal would show nothing."""
    began = ledger.recorder.max_notification_id() or 0
    while (ledger.recorder.max_notification_id() or 0) < began + PEOPLE:
        sleep(0.001)
    return [ledger.execute([each])[0] for each in settled(FEBRUARY)]


def test_claims_arriving_while_a_month_is_settled_belong_to_one_settlement(ledger: Ledger) -> None:
    answers = at_once([ledger], [settles, *(eats(number) for number in range(PEOPLE))])
    assert all(isinstance(answer, Accepted) for answer in answers)
    log = log_of(ledger.recorder)
    (closing,) = [
        at.position
        for at in log
        if isinstance(at.event, ClaimsClosed) and at.event.month == FEBRUARY
    ]
    meals = [at for at in log if isinstance(at.event, MealClaimed | MealReversed)]
    assert len(meals) == 13 * PEOPLE
    held_by: dict[tuple[str, int], Month] = {}
    for at in meals:
        event, before = at.event, at.position < closing
        assert (event.settles_in == FEBRUARY) == before
        held = held_by.setdefault((event.person, event.claim), FEBRUARY)
        if isinstance(event, MealClaimed):
            held_by[event.person, event.claim] = event.settles_in
        assert event.adjusts == (None if event.settles_in == held else held)
    (submitted,) = [
        at.event
        for at in log
        if isinstance(at.event, SettlementSubmitted) and at.event.month == FEBRUARY
    ]
    settling = [at for at in meals if at.event.settles_in == FEBRUARY]
    assert 0 < len(settling) < len(meals)
    signs = Counter(type(at.event) for at in settling)
    assert submitted.entries == len(settling)
    assert submitted.meals == signs[MealClaimed] - signs[MealReversed]
    assert [due.shares_fen for due in submitted.payers] == [600 * submitted.meals]
    states = [ledger.recorder.read(at.position - 1, 1)[0][5] for at in settling]
    parts = b"".join(hashlib.sha256(state).digest() for state in states)
    assert submitted.digest == hashlib.sha256(parts).hexdigest()


def test_of_two_approvers_at_once_one_approves(
    ledger: Ledger, database: str, tmp_path: Path
) -> None:
    lunch = ClaimMeal(person(0), CANTEEN, date(2026, 2, 3))
    close, submit, check, _ = settled(FEBRUARY)
    for each in (unit(lunch, at=MARCH_2), close, submit, check):
        accepted(ledger.execute([each])[0])

    def approves(number: int) -> Work[Answer]:
        command = ApproveSettlement(CANTEEN, FEBRUARY, Count(1))
        by = (APPROVER, OTHER_APPROVER)[number % 2]
        return lambda ledger: ledger.execute([unit(command, by=by, at=MARCH_2)])

    with open_ledger(database, tmp_path / "keys") as rival:
        answers = at_once([ledger, rival], [approves(number) for number in range(16)])
    assert sum(isinstance(answer, Accepted) for answer in answers) == 1
    assert {answer.refused.code.name for answer in answers if isinstance(answer, Declined)} <= {
        "settlement_must_be_checked_first",
        "settlement_steps_must_be_by_different_persons",
    }
    approved = [at for at in log_of(ledger.recorder) if isinstance(at.event, SettlementApproved)]
    assert [at.event.month for at in approved] == [JANUARY, FEBRUARY]


def test_a_share_is_paid_once_however_many_pay_it(ledger: Ledger) -> None:
    accepted(ledger.execute([unit(ClaimMeal(person(0), CANTEEN, date(2026, 2, 3)), at=MARCH_2)])[0])
    for each in settled(FEBRUARY):
        accepted(ledger.execute([each])[0])

    def pays(ledger: Ledger) -> list[Answer]:
        command = PaySettlement(CANTEEN, FEBRUARY, FUND_PAYER, Fen(250), MARCH_2.date())
        return ledger.execute([unit(command, by=CASHIER, at=MARCH_2)])

    answers = at_once([ledger], [pays] * 10)
    assert sum(isinstance(answer, Accepted) for answer in answers) == 2
    for answer in answers:
        if not isinstance(answer, Accepted):
            declined(answer, "amount_must_not_exceed_what_is_owed")


def test_requests_at_once_over_two_funds_do_not_pass_their_band_together(
    ledger: Ledger, database: str, tmp_path: Path
) -> None:
    """50,000 yuan is the most without a resolution, so twelve requests of 4,000 are let in."""
    money = ReceiveMoney(YOUTH, ReceiptKind.award, Slug("town"), NEW_YEAR, Fen(10_000_000), None)
    opened = OpenFund(YOUTH, JINNING, Title("少年宫基金"))
    payee = RegisterPayee(SHOP, JINNING, Title("书店"))
    accepted(ledger.execute([unit(opened, money, payee, at=MARCH_2)])[0])

    def asks(number: int) -> Work[Answer]:
        fund = (MEAL_FUND, YOUTH)[number % 2]
        command = RequestDisbursement(fund, SHOP, BOOKS, Fen(400_000))
        return lambda ledger: ledger.execute([unit(command, at=MARCH_2)])

    with open_ledger(database, tmp_path / "keys") as rival:
        answers = at_once([ledger, rival], [asks(number) for number in range(50)])
    requested = [
        at.event for at in log_of(ledger.recorder) if isinstance(at.event, DisbursementRequested)
    ]
    assert len(requested) == 12
    assert sum(each.amount_fen for each in requested) == 4_800_000
    for answer in answers:
        if not isinstance(answer, Accepted):
            declined(answer, "payment_must_cite_a_resolution")
    command = ApproveDisbursement(requested[0].fund, requested[0].disbursement)
    (first,) = ledger.execute([unit(command, by=APPROVER, at=MARCH_2)])
    assert accepted(first).events[0].event.approvals_needed == 2
    assert requested[0].requested_by == CLERK
