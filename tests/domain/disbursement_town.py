"""A fund that pays a bookshop, as the stories about disbursements find it."""

from datetime import datetime, timedelta
from typing import Any

from ledger.domain import communities, payees, resolutions
from ledger.domain.bands import Bands
from ledger.domain.community_records import ApprovalBandsSet
from ledger.domain.councils import Body
from ledger.domain.disbursements import (
    ApproveDisbursement,
    PayDisbursement,
    RequestDisbursement,
)
from ledger.domain.facts import FactSheet, Kinship, Relation
from ledger.domain.payees import PayeeRegistered
from ledger.domain.resolution_records import PaymentAllowed, ResolutionRecorded, Votes
from ledger.domain.values import (
    Count,
    Fen,
    FundId,
    PersonId,
    ResolutionId,
    Sha256,
    Slug,
    Title,
)
from tests.domain.canteen_town import CHEN, registered, sheet
from tests.domain.fund_stories import GENERAL, JINNING, TODAY, YOUTH, received, town
from tests.story import NOON, Given, Sheet, Told

MANAGER, APPROVER, SECOND, CASHIER = (
    PersonId(f"00000000-0000-4000-8000-0000000000{number}") for number in ("2a", "2b", "2c", "2d")
)
SHOP, TEACHER = Slug("bookshop"), Slug("teacher")
BOOKS = Slug("youth")
ONE = Count(1)


def payee(name: Slug, person: PersonId | None = None) -> Any:
    event = PayeeRegistered(name, JINNING, Title("书店"), person, TODAY)
    return (payees.stream(name), event)


def bands(*of: Any) -> Any:
    set_of: Bands = of
    return (communities.stream(JINNING), ApprovalBandsSet(JINNING, TODAY, set_of, TODAY))


RESOLUTION = ResolutionId("jn-2026-01")


def resolved(*allowed: PaymentAllowed) -> Any:
    """The council allowed payments; out of both funds and as large as can be, unless told."""
    both = (PaymentAllowed(GENERAL, Fen(10**10)), PaymentAllowed(YOUTH, Fen(10**10)))
    event = ResolutionRecorded(
        RESOLUTION, JINNING, Body.council_hall, None, None, None, Votes(Count(9), Count(1)),
        Sha256("0" * 64), (), allowed or both, (), covenant=False, occurred_on=TODAY,
    )  # fmt: skip
    return (resolutions.stream(RESOLUTION), event)


TEACHER_RELATED: tuple[Any, ...] = (
    payee(TEACHER, CHEN),
    registered(),
    Sheet(CHEN, sheet(relations=(Relation(APPROVER, Kinship.spouse),))),
)
"""Chen is the teacher, and has declared the approver as her spouse."""


def request(
    amount: int = 300_000,
    fund: FundId = GENERAL,
    to: Slug = SHOP,
    purpose: Slug = BOOKS,
    resolution: ResolutionId | None = None,
) -> RequestDisbursement:
    return RequestDisbursement(fund, to, purpose, Fen(amount), resolution)


def approve(
    amount: int | None = None, number: Count = ONE, fund: FundId = GENERAL
) -> ApproveDisbursement:
    return ApproveDisbursement(fund, number, None if amount is None else Fen(amount))


def pay(amount: int | None = None, **more: Any) -> PayDisbursement:
    on = more.pop("on", TODAY)
    return PayDisbursement(GENERAL, ONE, on, None if amount is None else Fen(amount), **more)


REQUESTED = (request(), MANAGER)
APPROVED = (approve(), APPROVER)
PAID = (pay(), CASHIER)


class Story:
    """A town with 100,000 yuan in two funds, to which things happen one after another."""

    def __init__(self, *happened: Any) -> None:
        self.given: Given = town(
            received(GENERAL, 1, 6_000_000),
            received(GENERAL, 2, 4_000_000),
            received(YOUTH, 1, 10_000_000),
            payee(SHOP),
            resolved(),
        )
        for each in happened:
            self.add(each)

    def add(self, happened: Any) -> None:
        """A sheet, a (stream, event), or a command that must succeed, its actor and maybe when."""
        ledger = self.given.ledger
        if isinstance(happened, Sheet):
            ledger.sheets[happened.person] = happened.sheet
            return
        told = [happened] if isinstance(happened[0], str) else self.when(*happened).decision
        for happening in told:
            ledger.fold(happening)

    def when(self, command: object, by: PersonId, at: datetime = NOON) -> Told:
        return self.given.when(command, by=by, at=at)


def days_later(days: int) -> datetime:
    return NOON + timedelta(days=days)


def facts_of(person: PersonId, *relations: Relation) -> Sheet:
    return Sheet(person, FactSheet(sheet().born_on, relations=relations))
