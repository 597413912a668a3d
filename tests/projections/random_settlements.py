"""Random histories of two canteens' months, and what is plain about them at any position.

Each turn is tried on the month as the rules remember it, and happens if it is the next step there.
What a register should say is then read off the same memory, from the events known so far. Turns are
thrown by dice: chosen by a search for short examples, hardly any month would be paid.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, TypeAlias

from ledger.domain import canteen_records
from ledger.domain.canteen_records import (
    CanteenMonth,
    PlatesAttested,
    TakingsCounted,
    TakingsReversed,
)
from ledger.domain.recovery_records import RecoveryEnd
from ledger.domain.settlement_records import PayerDue
from ledger.domain.settlement_state import Stage
from ledger.domain.values import Month, SiteId, first_day, month_of
from ledger.projections.settlement_records import STAGE
from tests.projections.meal_events import CANTEEN, COOPERATIVE, FUND
from tests.projections.service_events import APRIL, MARCH
from tests.projections.settlement_events import (
    XIANHU_CANTEEN,
    approved,
    checked,
    due,
    ended,
    given_up_no_more,
    lifted,
    paid,
    plates,
    raised,
    reopened,
    returned,
    submitted,
    taken_back,
    takings,
    uncounted,
)

Name: TypeAlias = tuple[SiteId, Month]
LET_GO = RecoveryEnd.written_off
NAMES: tuple[Name, ...] = ((CANTEEN, MARCH), (CANTEEN, APRIL), (XIANHU_CANTEEN, MARCH))


@dataclass(frozen=True)
class Try:
    """What is tried on which month, on which day, and how much of it."""

    name: Name
    month: CanteenMonth
    on: date
    size: int

    @property
    def submission(self) -> int:
        return self.month.settlement.submissions

    @property
    def dues(self) -> tuple[PayerDue, ...]:
        return tuple((self.month.settlement.payers or {}).values())

    def at(self, *stages: Stage) -> bool:
        return self.month.settlement.stage in stages


def _submit(it: Try) -> object:
    dues = (due(COOPERATIVE, it.size - 450), due(FUND, it.size))
    return it.at(Stage.none, Stage.returned) and submitted(
        it.submission + 1, *it.name, dues=dues, on=it.on
    )


def _check(it: Try) -> object:
    return it.at(Stage.submitted) and checked(it.submission, *it.name, it.on)


def _return(it: Try) -> object:
    under_way = it.at(Stage.submitted, Stage.checked)
    return under_way and returned(it.submission, *it.name, it.on)


def _approve(it: Try) -> object:
    return it.at(Stage.checked) and approved(it.submission, *it.name, dues=it.dues, on=it.on)


def _pay(it: Try) -> object:
    payer = (FUND, COOPERATIVE)[it.size % 2]
    fen = min(it.size, it.month.settlement.left_fen(payer, it.on))
    return it.at(Stage.approved) and fen and paid(fen, payer, *it.name, it.on)


def _take_back(it: Try) -> object:
    for number, each in enumerate(it.month.settlement.payments, start=1):
        if each.reversal is None:
            return taken_back(number, each.amount_fen, each.payer, *it.name, on=it.on)
    return None


def _raise(it: Try) -> object:
    return raised(len(it.month.recoveries) + 1, 2, *it.name, fen=2 * it.size, on=it.on)


def _lift(it: Try) -> object:
    for number, recovery in it.month.recoveries.items():
        if recovery.open:
            claim, fen = min(recovery.claims, key=str), recovery.amount_fen // len(recovery.claims)
            return lifted(number, claim.claim, *it.name, fen=fen, on=it.on)
    return None


def _end(it: Try) -> object:
    for number, recovery in it.month.recoveries.items():
        if recovery.open:
            end = tuple(RecoveryEnd)[it.size % len(RecoveryEnd)]
            return ended(number, end, *it.name, fen=recovery.amount_fen, on=it.on)
    return None


def _reopen(it: Try) -> object:
    for number, recovery in it.month.recoveries.items():
        if recovery.ended is not None and recovery.end in (RecoveryEnd.repaid, LET_GO):
            on = it.on if it.size % 2 else recovery.ended.occurred_on
            fen = recovery.amount_fen
            return reopened(number, recovery.ended.end, *it.name, fen=fen, on=on)
    return None


def _give_up_no_more(it: Try) -> object:
    """One claim after another of what was written off."""
    for number, recovery in it.month.recoveries.items():
        done = {name for each in it.month.had if each.recovery == number for name in each.claims}
        left = sorted(recovery.claims - done, key=str)
        if recovery.end is RecoveryEnd.written_off and left:
            claim, month = left[0].claim, it.name[1]
            return given_up_no_more(number, claim, *it.name, fen=it.size, on=it.on, smaller=month)
    return None


def _day(it: Try) -> date:
    return first_day(it.name[1]) + timedelta(days=it.size % 3)


def _attest(it: Try) -> object:
    return plates(it.size, _day(it), it.name[0])


def _count(it: Try) -> object:
    return takings(it.size, _day(it), it.name[0])


def _uncount(it: Try) -> object:
    for number, each in enumerate(it.month.countings, start=1):
        if number not in it.month.uncounted:
            return uncounted(number, each.amount_fen, each.occurred_on, it.name[0])
    return None


OFTEN = (_submit, _check, _approve, _pay)
OF_RECOVERIES = (_raise, _lift, _end, _end, _reopen, _give_up_no_more)
TRIED = (*OFTEN, *OFTEN, _return, _take_back, *OF_RECOVERIES, _attest, _count, _uncount)


def happened(dice: Random, turns: int) -> list[Any]:
    """What came of so many turns, each on a day of its own."""
    months: defaultdict[Name, CanteenMonth] = defaultdict(CanteenMonth)
    events: list[Any] = []
    for number in range(turns):
        on = date(2026, 5, 1) + timedelta(days=number)
        attempt, name = dice.choice(TRIED), dice.choice(NAMES)
        event: Any = attempt(Try(name, months[name], on, dice.randrange(1, 900)))
        if event:
            months[name] = canteen_records.evolve(months[name], event)
            events.append(event)
    return events


# -- what is plain -----------------------------------------------------------------------------


@dataclass
class Plain:
    """A canteen's month: what the rules remember, and what no rule asks for."""

    month: CanteenMonth = field(default_factory=CanteenMonth)
    last_step_on: date | None = None
    attestations: int = 0
    takings_fen: int = 0
    countings: int = 0

    def see(self, event: Any) -> None:
        self.month = canteen_records.evolve(self.month, event)
        if type(event) in STAGE:
            self.last_step_on = event.occurred_on
        self.attestations += isinstance(event, PlatesAttested)
        if isinstance(event, TakingsCounted | TakingsReversed):
            sign = 1 if isinstance(event, TakingsCounted) else -1
            self.takings_fen += sign * event.amount_fen
            self.countings += sign

    @property
    def figures(self) -> tuple[Any, ...]:
        """Stage, submission, what is payable, paid and left, and since when it waits."""
        settlement = self.month.settlement
        payable = sum(each.payable_fen for each in (settlement.payers or {}).values())
        paid = sum(each.amount_fen for each in settlement.payments if each.reversal is None)
        waits = settlement.stage is not Stage.approved or paid < payable
        since = self.last_step_on if waits else None
        name = (settlement.stage, settlement.submissions)
        return (*name, payable, paid, payable - paid, since)


def plain(events: Sequence[Any]) -> dict[Name, Plain]:
    """Each month after these events."""
    found: defaultdict[Name, Plain] = defaultdict(Plain)
    for event in events:
        month = getattr(event, "month", None) or month_of(event.occurred_on)
        found[event.canteen, month].see(event)
    return found
