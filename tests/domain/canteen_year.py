"""A year of the canteen of Xianhu, lived command by command, with every account that it moves.

Each month's claims are counted from the events themselves, as the read model would count them.
"""

from collections import Counter
from datetime import date
from typing import Any

from ledger.domain import canteens, postings
from ledger.domain.canteen_records import CanteenMonth
from ledger.domain.canteens import CloseClaims
from ledger.domain.decisions import Refused
from ledger.domain.meal_records import MealClaimed, MealReinstated, MealReversed
from ledger.domain.settlement_payments import PaySettlement
from ledger.domain.settlement_records import MonthClaims
from ledger.domain.settlements import (
    ApproveSettlement,
    CheckSettlement,
    SubmitSettlement,
)
from ledger.domain.values import Count, Digest, Fen, Month, PersonId
from tests.domain.canteen_town import (
    CLERK,
    COOPERATIVE_PAYS,
    FUND,
    FUND_PAYS,
    MEMBER,
    XIANHU_CANTEEN,
    aged,
    agreed,
    line,
    noon,
    published,
    served,
    tier,
)
from tests.domain.settlement_town import APPROVER, CASHIER, CHECKER, money
from tests.story import Given, given

GIVEN_FEN = 1_000_000
SHARED = tier(10, "SHARED", aged(60), line(FUND_PAYS, 300), line(COOPERATIVE_PAYS, 200))
CANTEEN: tuple[Any, ...] = (
    *served(
        published(
            tiers=(SHARED,), resolutions=agreed(FUND_PAYS, COOPERATIVE_PAYS), claim_days=Count(31)
        ),
        memberships=MEMBER,
    ),
    money(GIVEN_FEN),
)


class Year:
    """What happened, with every account that it moved."""

    def __init__(self) -> None:
        self.story: Given = given(*CANTEEN)
        self.moved: Counter[str] = Counter()
        self.moved[f"fund/{FUND}"] = GIVEN_FEN
        self.events: list[Any] = []

    def do(self, command: object, by: PersonId, on: date) -> bool:
        """Give the command at noon of that day; whether it was accepted."""
        outcome = self.story.when(command, by=by, at=noon(on)).outcome
        if isinstance(outcome, Refused):
            return False
        for stream, event in outcome:
            self.story.ledger.fold((stream, event))
            self.events.append(event)
            for posting in postings.of(event):
                self.moved[posting.account] += posting.amount
        return True

    def must(self, command: object, by: PersonId, on: date) -> None:
        assert self.do(command, by, on), self.story.when(command, by=by, at=noon(on)).outcome

    def month(self, month: Month) -> Any:
        here = canteens.stream(XIANHU_CANTEEN, month)
        return self.story.ledger.states.get(here, CanteenMonth())

    def count(self, month: Month) -> None:
        """What the events themselves say of the month."""
        signs = {MealClaimed: 1, MealReversed: -1, MealReinstated: 1}
        settling = [
            event for event in self.events if type(event) in signs and event.settles_in == month
        ]
        shares: Counter[Any] = Counter()
        for event in settling:
            for share in event.shares:
                shares[share.payer] += signs[type(event)] * share.amount_fen
        meals_of_month = sum(signs[type(event)] for event in settling)
        self.story.ledger.states[canteens.counted(XIANHU_CANTEEN, month)] = MonthClaims(
            meals_of_month, len(settling), 0, 0, tuple(sorted(shares.items())), (), Digest("0" * 64)
        )


def present(year: Year, month: Month, on: date) -> None:
    year.must(CloseClaims(XIANHU_CANTEEN, month), CHECKER, on)
    year.count(month)
    year.must(SubmitSettlement(XIANHU_CANTEEN, month), CLERK, on)


def approve(year: Year, month: Month, on: date) -> None:
    year.must(CheckSettlement(XIANHU_CANTEEN, month, Count(1)), CHECKER, on)
    year.must(ApproveSettlement(XIANHU_CANTEEN, month, Count(1)), APPROVER, on)


def settle(year: Year, month: Month, on: date) -> None:
    present(year, month, on)
    approve(year, month, on)


def settled(year: Year, month: Month, on: date) -> None:
    settle(year, month, on)
    pay(year, month, on)


def pay(year: Year, month: Month, on: date) -> None:
    settlement = year.month(month).settlement
    for payer in settlement.payers:
        left_fen = settlement.left_fen(payer, on)
        if left_fen > 1:  # in two parts, so that parts are tried as well
            half = PaySettlement(XIANHU_CANTEEN, month, payer, Fen(left_fen // 2), on)
            year.must(half, CASHIER, on)
        if left_fen:
            rest = Fen(left_fen - left_fen // 2 if left_fen > 1 else left_fen)
            year.must(PaySettlement(XIANHU_CANTEEN, month, payer, rest, on), CASHIER, on)
