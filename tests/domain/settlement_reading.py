"""What the events of a canteen say of each payer's share of each meal, read one after another."""

from collections import Counter, defaultdict
from typing import Any

from ledger.domain.canteen_records import ClaimsClosed
from ledger.domain.meal_records import MealClaimed, MealReinstated, MealReversed
from ledger.domain.recovery_records import (
    RecoveryEnd,
    RecoveryLifted,
    RecoveryRaised,
    RecoveryReopened,
    RecoverySettled,
    WriteOffReversed,
)
from ledger.domain.settlement_records import SettlementPaid, SettlementPaymentReversed
from ledger.domain.values import Count, Month, PayerPath, month_of, next_month

Share = tuple[Month, Count, PayerPath]
"""A payer's part of a meal: the month in which it was eaten, its number there, and the payer."""


def shares_of(event: Any) -> dict[Share, int]:
    month = month_of(event.occurred_on)
    return {(month, event.claim, each.payer): each.amount_fen for each in event.shares}


def named_by(event: RecoveryRaised | WriteOffReversed) -> set[Share]:
    return {(each.month, each.claim, event.payer) for each in event.claims}


class Reading:
    """Which shares are due, what each payer has spent, and how often the canteen was given each.

    `times` counts closed settlements, less those that took it back and what was repaid, and
    `settling` what months will add to it when they are closed. `unfounded` are shares that were
    to come back though the canteen had not got them, `astray` those given or taken back twice.
    """

    def __init__(self, events: list[Any]) -> None:
        self.fen: dict[Share, int] = {}
        self.entitled: set[Share] = set()
        self.spent: Counter[PayerPath] = Counter()
        self.times: Counter[Share] = Counter()
        self.settling: defaultdict[Month, Counter[Share]] = defaultdict(Counter)
        self.about: dict[tuple[Month, Count], set[Share]] = {}
        self.carried: set[Share] = set()
        self.unfounded: list[Any] = []
        self.astray: list[Any] = []
        for event in events:
            self.read(event)
            self.astray += [share for share, times in self.times.items() if times not in (0, 1)]

    def read(self, event: Any) -> None:
        match event:
            case MealClaimed() | MealReinstated():
                self.fen |= shares_of(event)
                self.entitled |= shares_of(event).keys()
                self.settling[event.settles_in].update(shares_of(event).keys())
            case MealReversed():
                self.entitled -= shares_of(event).keys()
                self.settling[event.settles_in].subtract(shares_of(event).keys())
            case ClaimsClosed():
                self.times.update(self.settling[event.month])
                self.settling[event.month] = self.times
            case SettlementPaid():
                self.spent[event.payer] += event.amount_fen
            case SettlementPaymentReversed():
                self.spent[event.payer] -= event.amount_fen
            case RecoveryRaised():
                self.raised(event)
            case RecoveryLifted():
                names = {(each.month, each.claim) for each in event.claims}
                about = self.about[event.month, event.recovery]
                about -= {share for share in about if share[:2] in names}
            case RecoverySettled() | RecoveryReopened():
                self.turned(event, self.about[event.month, event.recovery])
            case WriteOffReversed():
                self.settling[event.month].subtract(named_by(event))
            case _:
                pass

    def raised(self, event: RecoveryRaised) -> None:
        self.about[event.month, event.recovery] = named_by(event)
        fresh = named_by(event) - self.carried
        self.carried -= named_by(event)
        self.unfounded += [share for share in fresh if self.times[share] != 1]

    def turned(self, event: RecoverySettled | RecoveryReopened, about: set[Share]) -> None:
        if isinstance(event, RecoverySettled):
            self.ended(event, about)
        else:
            self.reopened(event, about)

    def ended(self, event: RecoverySettled, about: set[Share]) -> None:
        match event.end:
            case RecoveryEnd.repaid:
                self.spent[event.payer] -= event.amount_fen
                self.times.subtract(about)
                self.settling[event.month].update(about)
            case RecoveryEnd.written_off:
                self.entitled |= about
                self.settling[event.month].update(about)
            case RecoveryEnd.carried:
                self.carried |= about
                self.times.update(about)
                self.settling[next_month(event.month)].subtract(about)
            case RecoveryEnd.offset:
                pass

    def reopened(self, event: RecoveryReopened, about: set[Share]) -> None:
        self.settling[event.month].subtract(about)
        if event.end is RecoveryEnd.repaid:
            self.spent[event.payer] += event.amount_fen
            self.times.update(about)
        else:
            self.entitled -= about
