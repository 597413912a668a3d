"""Money once more: paid at most what was approved, vouchers without a gap, closed months closed.

Here is what each payment rests on; what a fund holds is the sum of its postings.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from ledger.audit.flaws import Flaw
from ledger.domain.disbursement_records import (
    DisbursementApproved,
    DisbursementPaid,
    DisbursementRefused,
    DisbursementRequested,
    DisbursementReversed,
    DisbursementWithdrawn,
)
from ledger.domain.fund_records import (
    FundOpened,
    ImportedPaymentReversed,
    MovedBetweenFunds,
    MoveReversed,
    PaymentImported,
)
from ledger.domain.periods import PeriodClosed, PeriodReopened
from ledger.domain.settlement_records import (
    SettlementApproved,
    SettlementDisbursed,
    SettlementDisbursementReversed,
    SettlementPaid,
    SettlementPaymentReversed,
)
from ledger.domain.values import CommunityId, Count, FundId, Month, PayerPath, SiteId
from ledger.store.codec import Recorded

PayerMonth = tuple[SiteId, Month, PayerPath]


@dataclass(slots=True)
class _Request:
    """What of a request may still be paid: nothing before the last approval."""

    amount_fen: int
    approved_fen: int = 0


@dataclass(slots=True)
class MoneyChecks:
    """The log up to a position, as far as payments need it."""

    homes: dict[FundId, CommunityId] = field(default_factory=dict)
    closed: set[tuple[CommunityId, Month]] = field(default_factory=set)
    vouchers: Counter[FundId] = field(default_factory=Counter)
    requests: dict[tuple[FundId, Count], _Request] = field(default_factory=dict)
    payable: dict[PayerMonth, int] = field(default_factory=dict)
    paid: Counter[PayerMonth] = field(default_factory=Counter)
    disbursed: Counter[PayerMonth] = field(default_factory=Counter)

    def look(self, at: Recorded) -> list[Flaw]:
        """What does not follow."""
        found = [*self._booked(at), *self._numbered(at)]
        check = CHECKS.get(type(at.event))
        if check is not None:
            found += check(self, at)
        return found

    def at_the_end(self, position: int) -> Iterator[Flaw]:
        """What only the whole log shows: funds paid what their settlements say they paid."""
        for (canteen, month, payer), fen in self.disbursed.items():
            told = self.paid[canteen, month, payer]
            if told != fen:
                yield Flaw(
                    position,
                    f"{payer} paid {fen} fen for {canteen} {month}; the settlement says {told}.",
                    f"{payer} 为 {canteen} {month} 付出 {fen} 分，而结算记为 {told} 分。",
                )

    # -- months and numbers ------------------------------------------------------------------

    def _booked(self, at: Recorded) -> Iterator[Flaw]:
        month = getattr(at.event, "booked_in", None)
        if month is not None and (self._home(at.event), month) in self.closed:
            yield Flaw(
                at.position,
                f"{at.name} is booked in {month}, which was closed.",
                f"{at.name} 记入 {month}，而该月已结账。",
            )

    def _home(self, event: Any) -> CommunityId | None:  # noqa: ANN401 - any event
        fund = getattr(event, "fund", None) or getattr(event, "from_fund", None)
        home: CommunityId | None = getattr(event, "community", None)
        return home if home is not None or fund is None else self.homes.get(fund)

    def _numbered(self, at: Recorded) -> Iterator[Flaw]:
        """Vouchers of a fund count from 1; the other fund of a move has the same number again."""
        if type(at.event) not in VOUCHERS:
            return
        fund = getattr(at.event, "fund", None) or at.event.from_fund
        due = self.vouchers[fund] + 1
        if at.event.voucher != due:
            yield Flaw(
                at.position,
                f"Voucher {at.event.voucher} of {fund}, number {due} was due.",
                f"{fund} 凭证号为 {at.event.voucher}，应为 {due}。",
            )
        self.vouchers[fund] = at.event.voucher

    def fund_opened(self, at: Recorded) -> Iterator[Flaw]:
        self.homes[at.event.fund] = at.event.community
        yield from ()

    def month_closed(self, at: Recorded) -> Iterator[Flaw]:
        self.closed.add((at.event.community, at.event.month))
        yield from ()

    def month_reopened(self, at: Recorded) -> Iterator[Flaw]:
        self.closed.discard((at.event.community, at.event.month))
        yield from ()

    # -- disbursements -----------------------------------------------------------------------

    def disbursement_requested(self, at: Recorded) -> Iterator[Flaw]:
        self.requests[at.event.fund, at.event.disbursement] = _Request(at.event.amount_fen)
        yield from ()

    def disbursement_approved(self, at: Recorded) -> Iterator[Flaw]:
        event: DisbursementApproved = at.event
        request = self.requests.get((event.fund, event.disbursement))
        asked = request.amount_fen if request else 0
        if event.amount_fen > asked:
            yield Flaw(
                at.position,
                f"Approved {event.amount_fen} fen of {asked} that were asked for.",
                f"批准 {event.amount_fen} 分，而申请为 {asked} 分。",
            )
        if request is not None:
            request.amount_fen = event.amount_fen
            whole = event.approval == event.approvals_needed
            request.approved_fen = event.amount_fen if whole else 0

    def request_ended(self, at: Recorded) -> Iterator[Flaw]:
        self.requests.pop((at.event.fund, at.event.disbursement), None)
        yield from ()

    def disbursement_paid(self, at: Recorded) -> Iterator[Flaw]:
        event: DisbursementPaid = at.event
        request = self.requests.get((event.fund, event.disbursement))
        approved = request.approved_fen if request else 0
        if event.amount_fen > approved:
            yield Flaw(
                at.position,
                f"Paid {event.amount_fen} fen of {approved} that were approved.",
                f"支付 {event.amount_fen} 分，而批准为 {approved} 分。",
            )
        yield from self.request_ended(at)

    # -- settlements -------------------------------------------------------------------------

    def settlement_approved(self, at: Recorded) -> Iterator[Flaw]:
        for due in at.event.payers:
            self.payable[at.event.canteen, at.event.month, due.payer] = due.payable_fen
        yield from ()

    def settlement_paid(self, at: Recorded) -> Iterator[Flaw]:
        event: SettlementPaid = at.event
        payer = event.canteen, event.month, event.payer
        self.paid[payer] += event.amount_fen
        if self.paid[payer] > self.payable.get(payer, 0):
            yield Flaw(
                at.position,
                f"{event.payer} paid {self.paid[payer]} fen for {event.month}, "
                f"{self.payable.get(payer, 0)} were approved.",
                f"{event.payer} 为 {event.month} 共付 {self.paid[payer]} 分，"
                f"而批准为 {self.payable.get(payer, 0)} 分。",
            )

    def settlement_unpaid(self, at: Recorded) -> Iterator[Flaw]:
        event: SettlementPaymentReversed = at.event
        self.paid[event.canteen, event.month, event.payer] -= event.amount_fen
        yield from ()

    def settlement_disbursed(self, at: Recorded) -> Iterator[Flaw]:
        payer = PayerPath(f"fund/{at.event.fund}")
        gone = isinstance(at.event, SettlementDisbursed)
        amount = at.event.amount_fen if gone else -at.event.amount_fen
        self.disbursed[at.event.canteen, at.event.month, payer] += amount
        yield from ()


VOUCHERS: Final = frozenset(
    {
        DisbursementPaid,
        DisbursementReversed,
        ImportedPaymentReversed,
        MovedBetweenFunds,
        MoveReversed,
        PaymentImported,
        SettlementDisbursed,
        SettlementDisbursementReversed,
    }
)
CHECKS: Final[Mapping[type, Callable[[MoneyChecks, Recorded], Iterator[Flaw]]]] = MappingProxyType(
    {
        FundOpened: MoneyChecks.fund_opened,
        PeriodClosed: MoneyChecks.month_closed,
        PeriodReopened: MoneyChecks.month_reopened,
        DisbursementRequested: MoneyChecks.disbursement_requested,
        DisbursementApproved: MoneyChecks.disbursement_approved,
        DisbursementRefused: MoneyChecks.request_ended,
        DisbursementWithdrawn: MoneyChecks.request_ended,
        DisbursementPaid: MoneyChecks.disbursement_paid,
        SettlementApproved: MoneyChecks.settlement_approved,
        SettlementPaid: MoneyChecks.settlement_paid,
        SettlementPaymentReversed: MoneyChecks.settlement_unpaid,
        SettlementDisbursed: MoneyChecks.settlement_disbursed,
        SettlementDisbursementReversed: MoneyChecks.settlement_disbursed,
    }
)
