"""Money that went past its rules: round trips, an emptied fund, payments entered as history."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from psycopg import Connection

from ledger.demo.scale.acts import Act, Question
from ledger.demo.scale.days import moment
from ledger.demo.scale.places import Place
from ledger.demo.scale.planted import Hand
from ledger.domain.fund_moves import MoveBetweenFunds
from ledger.domain.imported_payments import ImportPayment
from ledger.domain.values import Fen, FundId, Slug
from ledger.projections import funds
from ledger.projections.detectors import Pattern

DRAINED_ON: Final = date(2025, 12, 8)


@dataclass(frozen=True, slots=True)
class Drain(Question):
    """Move what is left in the fund to another of the same purpose, before its meals are paid."""

    fund: FundId
    to_fund: FundId
    left_fen: int
    on: date

    def commands(self, connection: Connection[Any]) -> Iterator[MoveBetweenFunds]:
        """One move, of what the register says is not promised."""
        for each in funds.funds(connection):
            if each.fund == self.fund:
                amount = each.held_fen - each.reserved_fen - self.left_fen
                yield MoveBetweenFunds(self.fund, self.to_fund, Fen(amount), self.on)


@dataclass(frozen=True, slots=True)
class MoneyHand(Hand):
    """Plants in the funds."""

    def circle(self, place: Place) -> None:
        day, amount = self.day(), Fen(100_000 * self.random.randrange(1, 12))
        back = day + timedelta(days=self.random.randrange(5, 80))
        manager = place.offices.manager
        away = MoveBetweenFunds(place.activities, place.free, amount, day)
        home = MoveBetweenFunds(place.free, place.activities, amount, back)
        self.plan.acts += [
            Act(moment(day, 11), manager, away),
            Act(moment(back, 11), manager, home),
        ]
        names = (place.activities, place.free)
        self.note(Pattern.money_moved_in_circles, names, day, 1)

    def drained(self, place: Place) -> None:
        self.plan.overdrawn.add(place.number)
        left = 100 * self.random.randrange(1_000)
        drain = Drain(place.meals, place.reserve, left, DRAINED_ON)
        self.plan.acts.append(Act(moment(DRAINED_ON, 11), place.offices.manager, drain))
        self.note(Pattern.fund_overdrawn, (place.meals,), DRAINED_ON, 1)

    def _imported(self, place: Place, fund: FundId, payee: str, day: date, fen: int) -> None:
        command = ImportPayment(fund, Slug(payee), Slug("equipment"), day, Fen(fen))
        self.plan.acts.append(Act(moment(day, 11, 30), place.offices.manager, command))

    def history(self, place: Place) -> None:
        day, times = self.day(), self.random.randrange(1, 4)
        payee = f"{place.community}-cousin"
        for turn in range(times):
            self._imported(place, place.free, payee, day + timedelta(days=40 * turn), 240_000)
        self.note(Pattern.payment_past_approval, (place.free, payee), day, times)

    def split(self, place: Place) -> None:
        day, times = self.day(), self.random.randrange(2, 5)
        payee, fen = f"{place.community}-brother", 100 * self.random.randrange(2_000, 4_900)
        for turn in range(times):
            fund = (place.free, place.activities)[turn % 2]
            self._imported(place, fund, payee, day + timedelta(days=6 * turn), fen)
        self.note(Pattern.payments_split, (place.community, payee), day, times)
