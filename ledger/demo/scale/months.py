"""The end of a month: claims closed, settled, paid by each payer, and the books closed.

Who pays looks at the register for what is due, so two acts here are questions: their command is
made when their turn comes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from psycopg import Connection

from ledger.demo.scale.acts import Act, Kind, Question
from ledger.demo.scale.days import Calendar, moment
from ledger.demo.scale.places import Place
from ledger.domain.canteens import CloseClaims
from ledger.domain.periods import ClosePeriod, ProposeReopen, ReopenPeriod, ReopenReason
from ledger.domain.refusals import Code
from ledger.domain.settlement_payments import PaySettlement
from ledger.domain.settlement_records import ReturnReason
from ledger.domain.settlements import (
    ApproveSettlement,
    CheckSettlement,
    ReturnSettlement,
    SubmitSettlement,
)
from ledger.domain.values import Count, Fen, Month, SiteId, next_month
from ledger.projections import settlements

RETURNED_PERCENT: Final = 8
SETTLED_ON: Final = 3
"""On which working day of the next month a month is settled; later steps follow day by day."""
CLOSED_ON: Final = 8


@dataclass(frozen=True, slots=True)
class PayWhatIsDue(Question):
    """Pay whatever is due of a settlement, payer by payer."""

    canteen: SiteId
    month: Month
    on: date

    def commands(self, connection: Connection[Any]) -> Iterator[PaySettlement]:
        """What there is to pay, as the register says."""
        found = settlements.settlement(connection, self.canteen, self.month)
        for due in found.dues if found else ():
            if due.left_fen > 0:
                left = Fen(due.left_fen)
                yield PaySettlement(self.canteen, self.month, due.payer, left, self.on)


def settled(
    place: Place, month: Month, year: Calendar, random: Random, *, overdrawn: bool
) -> Iterator[Act]:
    """From the closing of the claims to the payments, and what is tried on the way."""
    office, canteen, after = place.offices, place.canteen, next_month(month)
    clerk = office.clerks[0]
    first, second, third = (year.working_day(after, SETTLED_ON + more) for more in range(3))
    submission = Count(1)
    yield Act(moment(first, 9), office.checker, CloseClaims(canteen, month))
    yield Act(moment(first, 10), clerk, SubmitSettlement(canteen, month))
    if random.randrange(100) < RETURNED_PERCENT:
        back = ReturnSettlement(canteen, month, ReturnReason.papers_missing)
        yield Act(moment(first, 11), office.checker, back)
        yield Act(moment(first, 14), clerk, SubmitSettlement(canteen, month))
        submission = Count(2)
    yield Act(moment(first, 16), office.checker, CheckSettlement(canteen, month, submission))
    approve = ApproveSettlement(canteen, month, submission)
    if overdrawn:
        code, kind = Code.fund_must_cover_the_amount, Kind.uncovered_settlement
        yield Act(moment(second, 10), office.approvers[0], approve, kind, code)
        return
    yield Act(moment(second, 10), office.approvers[0], approve)
    yield Act(moment(third, 10), office.cashier, PayWhatIsDue(canteen, month, third))


def closed(place: Place, month: Month, year: Calendar, *, reopened: bool) -> Iterator[Act]:
    """The books of the month; one that was closed by mistake is opened by two, and closed again."""
    office, day = place.offices, year.working_day(next_month(month), CLOSED_ON)
    close = ClosePeriod(place.community, month)
    yield Act(moment(day, 17), office.manager, close)
    if reopened:
        again = day + timedelta(days=2)
        propose = ProposeReopen(place.community, month, ReopenReason.papers_found)
        reopen = ReopenPeriod(place.community, month)
        yield Act(moment(again, 9), office.manager, propose)
        alone = Code.reopener_must_not_be_the_proposer
        yield Act(moment(again, 9, 5), office.manager, reopen, Kind.reopened_alone, alone)
        yield Act(moment(again, 10), office.approvers[0], reopen)
        yield Act(moment(again, 17), office.manager, close)
