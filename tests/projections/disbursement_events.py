"""Events of disbursements, by hand: Jinning's fund and a bookshop, on 2 March, unless told."""

from datetime import UTC, date, datetime

from ledger.domain.disbursement_records import (
    DisbursementApproved,
    DisbursementPaid,
    DisbursementRefusal,
    DisbursementRefused,
    DisbursementRequested,
    DisbursementReversed,
    DisbursementWithdrawn,
    PaymentReversalReason,
)
from ledger.domain.payees import PayeeRegistered
from ledger.domain.values import (
    CommunityId,
    Count,
    Fen,
    FundId,
    PersonId,
    ResolutionId,
    Slug,
    Title,
)
from tests.projections.by_hand import LEADER
from tests.projections.service_events import JINNING, MARCH, MARCH_2, NEW_YEAR

GENERAL, OTHERS = FundId("jinning-community"), FundId("xianhu-community")
XIANHU = CommunityId("xianhu")
HOME = {GENERAL: JINNING, OTHERS: XIANHU}
SHOP, BAKER = Slug("bookshop"), Slug("baker")
READING = Slug("youth-reading")


def registered(
    payee: Slug = SHOP, community: CommunityId = JINNING, person: PersonId | None = None
) -> PayeeRegistered:
    name = None if person else Title("书店")
    return PayeeRegistered(payee, community, name, person, NEW_YEAR)


def requested(
    number: int = 1,
    fund: FundId = GENERAL,
    *,
    fen: int = 300,
    to: Slug = SHOP,
    resolution: ResolutionId | None = None,
    by: PersonId = LEADER,
    on: date = MARCH_2,
) -> DisbursementRequested:
    at = datetime(on.year, on.month, on.day, 4, tzinfo=UTC)
    what = (to, READING, Fen(fen), resolution, by)
    return DisbursementRequested(fund, Count(number), HOME[fund], *what, at, on, MARCH)


def approved(
    number: int = 1,
    fund: FundId = GENERAL,
    *,
    fen: int = 300,
    released: int = 0,
    approval: int = 1,
    needed: int = 1,
    on: date = MARCH_2,
) -> DisbursementApproved:
    amounts = (Fen(fen), Fen(released), Count(approval), Count(needed), Fen(900))
    return DisbursementApproved(fund, Count(number), *amounts, LEADER, on, MARCH)


def refused(
    number: int = 1, fund: FundId = GENERAL, *, fen: int = 300, on: date = MARCH_2
) -> DisbursementRefused:
    reason = DisbursementRefusal.not_needed
    return DisbursementRefused(fund, Count(number), Fen(fen), reason, LEADER, on, MARCH)


def withdrawn(
    number: int = 1, fund: FundId = GENERAL, *, fen: int = 300, on: date = MARCH_2
) -> DisbursementWithdrawn:
    return DisbursementWithdrawn(fund, Count(number), Fen(fen), LEADER, on, MARCH)


def paid(
    number: int = 1,
    fund: FundId = GENERAL,
    *,
    fen: int = 300,
    voucher: int = 1,
    to: Slug = SHOP,
    on: date = MARCH_2,
) -> DisbursementPaid:
    what = (to, READING, Fen(fen), Fen(fen), Count(voucher))
    return DisbursementPaid(fund, Count(number), *what, (), LEADER, on, MARCH)


def reversed_(
    number: int = 1,
    fund: FundId = GENERAL,
    *,
    fen: int = 300,
    voucher: int = 1,
    to: Slug = SHOP,
    on: date = MARCH_2,
) -> DisbursementReversed:
    what = (to, READING, Fen(fen), Count(voucher), Count(voucher + 1), ())
    reason = PaymentReversalReason.not_executed
    return DisbursementReversed(fund, Count(number), *what, reason, LEADER, on, MARCH)
