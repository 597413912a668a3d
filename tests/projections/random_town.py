"""Random months of a small town, told through the engine at simulated moments.

    with town(server, steps, MODEL) as (connection, log): ...

Steps are small numbers that become commands; what the rules refuse did not happen. Moments move
on by hours, over midnight in Shanghai and in UTC, so days of occurrence, of recording and months
of booking differ as they do in life: papers come late, months are closed, deaths are found out.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from hypothesis import strategies as st
from psycopg import Connection

from ledger.deciding.answers import Unit
from ledger.domain.attendance import AttestAttendance
from ledger.domain.authority import Role
from ledger.domain.canteens import CloseClaims
from ledger.domain.communities import RegisterUnit, SetServiceRules
from ledger.domain.community_records import SHANGHAI, ServiceRules
from ledger.domain.contribution_records import ContributionKind, Gift
from ledger.domain.contributions import RecordContribution, WithdrawContribution
from ledger.domain.credit_reversals import ReverseCredit
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.domain.fund_moves import MoveBetweenFunds
from ledger.domain.funds import OpenFund, ReceiveMoney, RecordOpeningBalance
from ledger.domain.grants import GrantRole
from ledger.domain.handovers import HandOverLog
from ledger.domain.imported_payments import ImportPayment
from ledger.domain.lots import ReceiptKind
from ledger.domain.meal_records import MealReversalReason, ReversalKind
from ledger.domain.meals import ClaimMeal, ReverseMeal
from ledger.domain.periods import ClosePeriod, ProposeReopen, ReopenPeriod, ReopenReason
from ledger.domain.service import ConfirmService, ReverseService
from ledger.domain.service_openings import ImportOpeningMinutes, ReverseOpeningMinutes
from ledger.domain.service_records import OpeningGrade, OpeningReversalReason, ReversalReason
from ledger.domain.settlements import SubmitSettlement
from ledger.domain.shifts import ScheduleShift
from ledger.domain.tiers import Sitting
from ledger.domain.timebank import DonateCredit, RedeemCredit, TransferCredit
from ledger.domain.timebank_records import CreditReversalReason
from ledger.domain.values import (
    ContributionId,
    Count,
    Fen,
    HandoverId,
    Minutes,
    PersonId,
    ShiftId,
    Slug,
    Title,
    UnitId,
    local_day,
    midnight,
    month_of,
    next_month,
    previous_month,
)
from ledger.projections import meal_records, rebuild
from ledger.projections.model import ReadModel
from ledger.projections.projector import Projector
from ledger.projections.view import Basis, View
from ledger.store.codec import Recorded, decode
from ledger.store.datastore import LedgerDatastore
from tests.builders import (
    CANTEEN,
    CLERK,
    JINNING,
    START,
    accepted,
    found,
    open_ledger,
    person,
    unit,
)
from tests.projections import random_money
from tests.projections.random_money import FUNDS, YOUTH_FUND
from tests.servers import Server, temporary_database

MUTUAL_AID = UnitId("jinning/mutual-aid")
PEOPLE = 4
CHECKER = person(99)
BEGIN = datetime(2026, 3, 25, 2, tzinfo=UTC)
NEW_YEAR = date(2026, 1, 1)


@dataclass(frozen=True)
class Step:
    """What is attempted, how many hours later, for a day how long ago, and small choices."""

    what: str
    hours: int
    days_ago: int
    who: int
    size: int


@dataclass
class Told:
    """What a step may refer to: the day it is, who served in which shift, and what was given."""

    today: date
    served: list[tuple[ShiftId, PersonId]] = field(default_factory=list)
    given: list[ContributionId] = field(default_factory=list)

    def day(self, step: Step) -> date:
        return self.today - timedelta(days=step.days_ago)


Units = Iterable[tuple[object, ...]]
"""What is attempted as a whole each time."""
Money = Callable[[Step, Told], random_money.Attempts]


def _claim(step: Step, told: Told) -> Units:
    """Everybody eats, some of them earlier in the week."""
    for number in range(PEOPLE):
        day = told.day(step) - timedelta(days=number * step.who)
        yield (ClaimMeal(person(number), CANTEEN, day, tuple(Sitting)[step.size % 3]),)


def _unclaim(step: Step, told: Told) -> Units:
    kind, month = tuple(ReversalKind)[step.size % 2], month_of(told.day(step))
    reason, claim = MealReversalReason.ineligible, Count(1 + step.size % 3)
    for number in range(step.who + 1):
        yield (ReverseMeal(person(number), month, claim, kind, reason),)


def _receive(step: Step, told: Told) -> Units:
    fund, kind = FUNDS[step.who % 2], tuple(ReceiptKind)[step.size % len(ReceiptKind)]
    award = Slug("model-community") if kind is ReceiptKind.award else None
    source, amount_fen = Slug(f"source-{step.size % 3}"), Fen(step.size)
    yield (ReceiveMoney(fund, kind, source, told.day(step), amount_fen, award),)


def _contribute(step: Step, told: Told) -> Units:
    """Cash, half of which was entered by mistake and is taken out again unless it was spent."""
    name = ContributionId(f"gift-{len(told.given)}")
    told.given.append(name)
    gift = Gift(ContributionKind.cash, FUNDS[step.who % 2], Fen(step.size))
    yield (RecordContribution(name, JINNING, gift, told.day(step), person(step.who)),)
    if step.size % 2:
        yield (WithdrawContribution(name),)


def _move(step: Step, told: Told) -> Units:
    giver, taker = FUNDS if step.who % 2 else FUNDS[::-1]
    yield (MoveBetweenFunds(giver, taker, Fen(step.size), told.day(step)),)


def _pay(step: Step, told: Told) -> Units:
    fund, payee, amount_fen = FUNDS[step.size % 2], Slug(f"payee-{step.who}"), Fen(step.size)
    yield (ImportPayment(fund, payee, Slug("meals"), told.day(step), amount_fen),)


def _serve(step: Step, told: Told) -> Units:
    shift, who = ShiftId(f"shift-{len(told.served)}"), person(step.who)
    start = midnight(told.day(step), SHANGHAI) - timedelta(hours=step.hours % 24)
    end = start + timedelta(minutes=step.size % 300 + 1)
    told.served.append((shift, who))
    yield (
        ScheduleShift(shift, JINNING, Title("巡查"), start, end, unit=MUTUAL_AID),
        AttestAttendance(shift, who, start, end),
        ConfirmService(shift, who),
    )


def _unserve(step: Step, told: Told) -> Units:
    for shift, who in told.served[-1 - step.who :: 2]:
        yield (ReverseService(shift, who, ReversalReason.found_false),)


def _import_minutes(step: Step, told: Told) -> Units:
    minutes, grade = Minutes(step.size), OpeningGrade.imported
    who = person(step.who)
    yield (ImportOpeningMinutes(who, MUTUAL_AID, minutes, told.day(step), grade),)
    if step.size % 2:
        yield (ReverseOpeningMinutes(who, MUTUAL_AID, OpeningReversalReason.counted_twice),)


def _spend(step: Step, told: Told) -> Units:
    """Credit goes round between neighbours, and out of the bank."""
    who, other = person(step.who), person((step.who + 1 + step.size % 3) % PEOPLE)
    minutes = Minutes(step.size % 200)
    commands = (TransferCredit(who, other, minutes), RedeemCredit(who, minutes))
    yield ((*commands, DonateCredit(who, minutes))[step.size % 3],)
    if step.size % 2:
        yield (ReverseCredit(who, Count(1 + step.size % 4), CreditReversalReason.other),)


def _close(step: Step, told: Told) -> Units:
    month = previous_month(month_of(told.today))
    yield (ClosePeriod(JINNING, month),)
    yield (CloseClaims(CANTEEN, month),)


def _reopen(step: Step, told: Told) -> Units:
    for back in range(2):
        month = previous_month(month_of(told.today - timedelta(days=31 * back)))
        yield (ProposeReopen(JINNING, month, ReopenReason.papers_found),)
        yield (ReopenPeriod(JINNING, month),)


def _die(step: Step, told: Told) -> Units:
    yield (RecordDeath(person(step.who), told.day(step)),)


def _rise(step: Step, told: Told) -> Units:
    for number in range(PEOPLE):
        yield (CorrectDeath(person(number), told.day(step) if step.size % 2 else None),)


def handover(step: Step) -> HandOverLog:
    """The log goes to the one who audits it."""
    name = HandoverId(f"00000000-0000-4000-8000-{step.size:012d}")
    return HandOverLog(name, person(step.who), sheets=step.size % 2 == 0)


def _hand_over(step: Step, told: Told) -> Units:
    yield (GrantRole(person(step.who), Role.auditor), handover(step))


ATTEMPTS: dict[str, Callable[[Step, Told], Units]] = {
    "claim": _claim,
    "unclaim": _unclaim,
    "receive": _receive,
    "contribute": _contribute,
    "move": _move,
    "pay": _pay,
    "serve": _serve,
    "unserve": _unserve,
    "spend": _spend,
    "import minutes": _import_minutes,
    "close": _close,
    "reopen": _reopen,
    "die": _die,
    "rise": _rise,
    "hand over": _hand_over,
}
MONEY: dict[str, Money] = {
    "settle": lambda step, told: random_money.settle(step, random_money.month_before(told.today)),
    "pay settlement": lambda step, told: random_money.pay_settlement(
        step, random_money.month_before(told.today), told.today
    ),
    "recover": lambda step, told: random_money.recover(step, month_of(told.today), told.today),
    "request": lambda step, _: random_money.request(step),
    "decide": lambda step, _: random_money.decide(step),
    "disburse": lambda step, told: random_money.pay(step, told.day(step)),
    "take back": lambda step, _: random_money.take_back(step),
    "count": lambda step, told: random_money.count(step, told.day(step)),
}
OF_ANOTHER = (ReverseMeal, ReopenPeriod, ReverseOpeningMinutes, ReverseCredit)
OFTEN = ("claim", "unclaim", "serve", "unserve", "spend", "receive", "move", "pay")
STEPS = st.lists(
    st.builds(
        Step,
        what=st.sampled_from((*OFTEN, *OFTEN, *ATTEMPTS, *MONEY, *MONEY)),
        hours=st.integers(0, 40),
        days_ago=st.integers(0, 4),
        who=st.integers(0, PEOPLE - 1),
        size=st.integers(1, 5_000),
    ),
    min_size=25,
    max_size=45,
)


def units(steps: Sequence[Step]) -> Iterator[Unit]:
    """The steps' commands, each at its moment; a second clerk reverses and reopens."""
    at, told = BEGIN, Told(NEW_YEAR)
    for step in steps:
        at += timedelta(hours=step.hours)
        told.today = local_day(at, SHANGHAI)
        for command, actor in MONEY[step.what](step, told) if step.what in MONEY else ():
            yield unit(command, at=at, by=actor)
        for commands in ATTEMPTS[step.what](step, told) if step.what in ATTEMPTS else ():
            of_another = isinstance(commands[0], OF_ANOTHER)
            yield unit(*commands, at=at, by=CHECKER if of_another else CLERK)


def _runs(steps: Sequence[Step]) -> Iterator[list[Unit]]:
    """All at once, but for what needs a month to be counted before."""
    gathered: list[Unit] = []
    for each in (*_settled_before(), *units(steps)):
        if isinstance(each.commands[0], SubmitSettlement):
            yield gathered
            gathered = []
        gathered.append(each)
    yield gathered


def _rules() -> Unit:
    return unit(SetServiceRules(JINNING, NEW_YEAR, ServiceRules(time_bank=True)), at=START)


def _beginning() -> Unit:
    january = month_of(NEW_YEAR)
    return unit(
        OpenFund(YOUTH_FUND, JINNING, Title("少年宫基金")),
        RecordOpeningBalance(YOUTH_FUND, NEW_YEAR, Fen(7_777), Slug("old-book")),
        random_money.PAYEE,
        RegisterUnit(MUTUAL_AID, Title("街坊互助队")),
        ClosePeriod(JINNING, january),
        ClosePeriod(JINNING, next_month(january)),
        at=BEGIN,
    )


def _settled_before() -> Iterator[Unit]:
    """Nobody ate in January and February, and that is settled."""
    january = month_of(NEW_YEAR)
    for month in (january, next_month(january)):
        for command, actor in random_money.settle(Step("settle", 0, 0, 1, 0), month):
            yield unit(command, at=BEGIN, by=actor)


@contextmanager
def town(
    server: Server, steps: Sequence[Step], *models: ReadModel
) -> Iterator[tuple[Connection[Any], list[Recorded]]]:
    """A connection to a database where all this happened and is folded, and the log itself."""
    with temporary_database(server) as url:
        log = tell(url, steps)
        rebuild.prepare(url, models)
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection, log


def tell(url: str, steps: Sequence[Step], keys: Path | None = None) -> list[Recorded]:
    """Let it happen in an empty database; the log is answered."""
    with open_ledger(url, keys) as ledger:
        found(ledger, people=PEOPLE)
        for each in (_rules(), _beginning()):
            accepted(ledger.execute([each])[0])
        rebuild.prepare(url, (meal_records.MODEL,))
        with LedgerDatastore(url) as datastore:
            counting = Projector(datastore, (meal_records.MODEL,))
            for several in _runs(steps):
                counting.catch_up()
                ledger.execute(several)
            counting.catch_up()
        return [decode(*row) for row in ledger.recorder.read(0, 100_000)]


def views(log: Sequence[Recorded]) -> st.SearchStrategy[View]:
    """Any view that could be asked of this log, and some beyond its ends."""
    days = [at.event.occurred_on for at in log]
    first, last = min(days) - timedelta(days=1), max(days) + timedelta(days=1)
    return st.builds(
        View,
        as_of=st.none() | st.dates(first, last),
        known=st.none() | st.integers(-1, len(log) + 1),
        basis=st.sampled_from(Basis),
    )


def seen(log: Sequence[Recorded], view: View) -> list[Recorded]:
    """The events a view counts: the definition."""
    return [
        at
        for at in log
        if (view.known is None or at.position <= view.known)
        and (view.as_of is None or at.event.occurred_on <= view.as_of)
    ]
