"""Purchases of a month: asked for, approved by as many as must, paid; what is tried on the way.

A request is called by its number in its fund, so purchases are put in the order of time first. How
many must approve it is told by all that counts when the first of them does: also by what is asked
for later in that morning, and no more by what was refused or taken back before.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Final

from ledger.demo.scale.acts import Act, Kind
from ledger.demo.scale.days import Calendar, moment
from ledger.demo.scale.founding import CARRIED, YOUTH
from ledger.demo.scale.places import Place
from ledger.domain.bands import DEFAULT_BANDS, Asked, band_of, sum_around
from ledger.domain.councils import Body
from ledger.domain.disbursement_records import DisbursementRefusal, PaymentReversalReason
from ledger.domain.disbursements import (
    ApproveDisbursement,
    PayDisbursement,
    RefuseDisbursement,
    RequestDisbursement,
    ReverseDisbursement,
)
from ledger.domain.payees import RegisterPayee
from ledger.domain.refusals import Code
from ledger.domain.resolution_records import PaymentAllowed
from ledger.domain.resolutions import RecordResolution
from ledger.domain.values import Count, Fen, FundId, Month, ResolutionId, Sha256, Slug, Title

PAYEES: Final = 12
BUILDER: Final = "builder"
TRADER: Final = "trader"
"""Whoever is to be paid in two halves, so that no council need be asked."""
REFUSED_PERCENT: Final = 4
REVERSED_PERCENT: Final = 2
TRIED_PERCENT: Final = 3
PURPOSES: Final = (Slug("activities"), Slug("running-costs"), Slug("festival"))
EQUIPMENT: Final = Slug("equipment")
SMALL_YUAN: Final = (80, 240, 600, 900, 1_500, 2_400, 6_000)
HOUR: Final = timedelta(hours=1)
KITCHEN_FEN: Final = Fen(6_800_000)
HALF_FEN: Final = Fen(2_600_000)


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is bought, out of which fund, when it is asked for."""

    at: datetime
    fund: FundId
    payee: Slug
    purpose: Slug
    amount_fen: Fen
    resolution: ResolutionId | None = None


@dataclass(slots=True, eq=False)
class Request:
    """A purchase that is asked for. It counts until it is refused or taken back, if it is."""

    number: Count
    bought: Purchase
    dropped_at: datetime | None = None

    def counts(self, at: datetime) -> bool:
        """Whether it was asked for before that moment, and stands then."""
        return self.bought.at < at and (self.dropped_at is None or at < self.dropped_at)


class Requests:
    """The requests so far: their numbers, and the sums that choose how many must approve."""

    def __init__(self) -> None:
        self._numbers: dict[FundId, int] = defaultdict(int)
        self._requests: dict[Slug, list[Request]] = defaultdict(list)

    def ask(self, bought: Purchase) -> Request:
        """The next request of the fund."""
        self._numbers[bought.fund] += 1
        request = Request(Count(self._numbers[bought.fund]), bought)
        self._requests[bought.payee].append(request)
        return request

    def approvers(self, bought: Purchase, at: datetime) -> int:
        """How many must approve it, if the first of them does so at that moment."""
        asked = (
            Asked(each.bought.purpose, each.bought.amount_fen, each.bought.at.date())
            for each in self._requests[bought.payee]
            if each.counts(at)
        )
        sum_fen = sum_around(asked, bought.purpose, bought.at.date())
        return band_of(DEFAULT_BANDS, sum_fen).approvers


def payee(place: Place, which: object) -> Slug:
    """A payee of the community."""
    return Slug(f"{place.community}-payee-{which}")


def payees(place: Place, at: datetime) -> Iterator[Act]:
    """Those who will be paid."""
    for which in (*range(PAYEES), BUILDER, TRADER):
        command = RegisterPayee(payee(place, which), place.community, Title("供应商（示例）"))
        yield Act(at, place.offices.registrar, command)


def spent(
    place: Place, month: Month, year: Calendar, requests: Requests, random: Random
) -> Iterator[Act]:
    """Small purchases of the month, and the large one of the year under its resolution."""
    bought = [_small(place, month, year, random) for _ in range(2 + place.residents // 4_000)]
    number = int(month[-2:])
    if number == 3 + place.number % 8:
        kitchen = _kitchen(place, month, year)
        bought.append(kitchen)
        yield _resolved(place, kitchen, year.working_day(month, 2))
    if number == 2 + place.number % 10:
        bought.append(_half(place, month, year))
    for request in [requests.ask(each) for each in sorted(bought, key=lambda each: each.at)]:
        yield from _bought(place, request, requests, random)


def _small(place: Place, month: Month, year: Calendar, random: Random) -> Purchase:
    fund = random.choice((place.free, place.free, place.activities, place.youth))
    purpose = YOUTH if fund == place.youth else random.choice(PURPOSES)
    day = year.working_day(month, random.randrange(3, 16))
    at = moment(day, 9, random.randrange(60), random.randrange(60))
    amount = Fen(100 * random.choice(SMALL_YUAN))
    return Purchase(at, fund, payee(place, random.randrange(PAYEES)), purpose, amount)


def _bought(place: Place, request: Request, requests: Requests, random: Random) -> Iterator[Act]:
    office, number, bought = place.offices, request.number, request.bought
    at, fund, decided_at = bought.at, bought.fund, bought.at + HOUR
    asked = (fund, bought.payee, bought.purpose, bought.amount_fen, bought.resolution)
    yield Act(at, office.manager, RequestDisbursement(*asked))
    if bought.payee == payee(place, TRADER):
        yield _other_half(place, bought)
    if random.randrange(100) < TRIED_PERCENT:
        yield _approving_her_own(place, bought, number)
    if random.randrange(100) < REFUSED_PERCENT and bought.resolution is None:
        refuse = RefuseDisbursement(fund, number, DisbursementRefusal.papers_missing)
        yield Act(decided_at, office.approvers[0], refuse)
        request.dropped_at = decided_at
        return
    for turn in range(requests.approvers(bought, decided_at)):
        approve = ApproveDisbursement(fund, number)
        yield Act(decided_at + turn * HOUR, office.approvers[turn], approve)
    yield from _paid(place, request, random)


def _paid(place: Place, request: Request, random: Random) -> Iterator[Act]:
    office, number, bought = place.offices, request.number, request.bought
    fund = bought.fund
    at = moment(bought.at.date() + timedelta(days=random.randrange(1, 9)), 14, number % 60)
    if random.randrange(100) < TRIED_PERCENT:
        more = PayDisbursement(fund, number, at.date(), Fen(bought.amount_fen + 1))
        code = Code.amount_must_not_exceed_what_was_decided
        yield Act(at, office.cashier, more, Kind.paid_more_than_approved, code)
    yield Act(at, office.cashier, PayDisbursement(fund, number, at.date()))
    if random.randrange(100) < REVERSED_PERCENT:
        reverse = ReverseDisbursement(fund, number, PaymentReversalReason.not_executed)
        request.dropped_at = at + timedelta(days=1)
        yield Act(request.dropped_at, office.approvers[1], reverse)


# -- the large purchase ------------------------------------------------------------------------


def _kitchen(place: Place, month: Month, year: Calendar) -> Purchase:
    amount = min(KITCHEN_FEN, Fen(place.residents * 600))
    at, name = moment(year.working_day(month, 5), 8), place.resolution("kitchen")
    return Purchase(at, place.free, payee(place, BUILDER), EQUIPMENT, amount, name)


def _resolved(place: Place, bought: Purchase, day: date) -> Act:
    """The council hall lets the fund pay for it."""
    name = place.resolution("kitchen")
    document = Sha256(sha256(name.encode()).hexdigest())
    allowed = (PaymentAllowed(bought.fund, KITCHEN_FEN, bought.payee, bought.purpose),)
    hall = Body.council_hall
    command = RecordResolution(
        name, place.community, hall, day, CARRIED, document, payments=allowed
    )
    return Act(moment(day, 20), place.offices.registrar, command)


# -- what is tried -----------------------------------------------------------------------------


def _half(place: Place, month: Month, year: Calendar) -> Purchase:
    at = moment(year.working_day(month, 6), 8, 30)
    return Purchase(at, place.activities, payee(place, TRADER), EQUIPMENT, HALF_FEN)


def _other_half(place: Place, bought: Purchase) -> Act:
    """Out of the other fund, on the next day: the sum needs a council all the same."""
    ask = RequestDisbursement(place.free, bought.payee, bought.purpose, bought.amount_fen)
    code = Code.payment_must_cite_a_resolution
    later = bought.at + timedelta(minutes=5)
    return Act(later, place.offices.manager, ask, Kind.split_purchase, code)


def _approving_her_own(place: Place, bought: Purchase, number: Count) -> Act:
    approve = ApproveDisbursement(bought.fund, number)
    code = Code.disbursement_steps_must_be_by_different_persons
    later = bought.at + timedelta(minutes=3)
    return Act(later, place.offices.manager, approve, Kind.requester_approves, code)
