"""The random histories hold the whole domain: what no history brings about is compared nowhere."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from random import Random
from typing import Any

import pytest

from ledger.domain import postings
from ledger.domain.catalogue import EVENTS
from ledger.domain.certificate_records import CertificateIssued
from ledger.domain.contribution_records import ContributionKind, ContributionWithdrawn
from ledger.domain.disbursement_records import (
    DisbursementApproved,
    DisbursementPaid,
    PaymentReversalReason,
)
from ledger.domain.fund_records import ImportedPaymentReversed
from ledger.domain.meal_records import MealClaimed, MealReversed, ReversalKind
from ledger.domain.person_records import DeathCorrected
from ledger.domain.recovery_records import (
    RecoveryEnd,
    RecoveryLifted,
    RecoveryReopened,
    RecoverySettled,
)
from ledger.domain.service_records import ServiceCredited, ServiceHeld, ServiceReversed
from ledger.domain.settlement_records import (
    SettlementPaid,
    SettlementPaymentReversed,
    SettlementSubmitted,
)
from ledger.domain.shift_records import EvidenceGrade
from ledger.domain.values import month_of
from ledger.store.codec import Recorded
from tests.projections.history_views import Start
from tests.projections.plain import kept_as
from tests.projections.plain_certificates import certificates

SEEDS = (7, 17, 43, 46, 59, 146)
"""Histories that together hold everything; other dice hold most of it."""


@pytest.fixture(scope="module")
def logs(start: Start) -> list[list[Recorded]]:
    return list(_told(start))


def _told(start: Start) -> Iterator[list[Recorded]]:
    for seed in SEEDS:
        with start.told(Random(seed), 200) as (_, events):
            yield events


def test_every_kind_of_event_happens(logs: Sequence[Sequence[Recorded]]) -> None:
    happened = {at.name for log in logs for at in log}
    assert set(EVENTS) - happened == set()


@pytest.mark.parametrize("when", ["occurred_on", "booked_in"])
def test_no_fund_holds_less_than_nothing_on_any_day_or_in_any_month(
    when: str, logs: Sequence[Sequence[Recorded]]
) -> None:
    for log in logs:
        for changes in _held(log, when).values():
            assert min(accumulate(changes[each] for each in sorted(changes))) >= 0


def _held(log: Sequence[Recorded], when: str) -> dict[str, Counter[Any]]:
    """By how much what each fund holds changes on each day, or in each month."""
    changes: defaultdict[str, Counter[Any]] = defaultdict(Counter)
    for at in log:
        for account, _, amount in postings.of(at.event):
            if account.startswith("fund/") and not account.endswith("/reservation"):
                changes[account][getattr(at.event, when)] += amount
    return changes


def late(event: Any) -> bool:
    """Booked after the month in which it occurred was closed."""
    return bool(event.booked_in > month_of(event.occurred_on))


def of(kind: type, such: Callable[[Any], bool]) -> Callable[[Sequence[Recorded]], bool]:
    """Whether an event of the kind is such."""
    return lambda log: any(isinstance(at.event, kind) and such(at.event) for at in log)


def with_kind(kind: ReversalKind) -> Callable[[Any], bool]:
    return lambda event: event.kind is kind


def with_end(end: RecoveryEnd) -> Callable[[Any], bool]:
    return lambda event: event.end is end


def with_reason(reason: PaymentReversalReason) -> Callable[[Any], bool]:
    return lambda event: event.reason is reason


def with_gift(kind: ContributionKind) -> Callable[[Any], bool]:
    return lambda event: event.gift.kind is kind


def in_parts(log: Sequence[Recorded]) -> bool:
    """Whether a payer paid a settlement more than once."""
    paid = [
        (at.event.canteen, at.event.month, at.event.payer)
        for at in log
        if isinstance(at.event, SettlementPaid)
    ]
    return len(set(paid)) < len(paid)


def released(log: Sequence[Recorded]) -> bool:
    """Whether service that was held was credited after all."""
    held = {at.event.shift for at in log if isinstance(at.event, ServiceHeld)}
    return any(isinstance(at.event, ServiceCredited) and at.event.shift in held for at in log)


def repaid_for_nothing(log: Sequence[Recorded]) -> bool:
    """Whether what was not repaid was lifted at once, because its meals stood again."""
    reopened = {at.command for at in log if isinstance(at.event, RecoveryReopened)}
    return any(isinstance(at.event, RecoveryLifted) and at.command in reopened for at in log)


def less_than_asked(log: Sequence[Recorded]) -> bool:
    """Whether less was paid than was approved."""
    approved: dict[tuple[str, int], int] = {}
    for at in log:
        if isinstance(at.event, DisbursementApproved):
            approved[at.event.fund, at.event.disbursement] = at.event.amount_fen
    return any(
        at.event.amount_fen < approved[at.event.fund, at.event.disbursement]
        for at in log
        if isinstance(at.event, DisbursementPaid)
    )


def under_a_duplicate(kind: type) -> Callable[[Sequence[Recorded]], bool]:
    """Whether an event of the kind was written under an id that had been found to be another's."""
    return lambda log: any(
        isinstance(at.event, kind) and at.event.person in kept_as(log[: at.position])  # type: ignore[attr-defined]
        for at in log
    )


def of_before(certificate: CertificateIssued) -> bool:
    """Whether it counts minutes from before this ledger."""
    brought = (EvidenceGrade.imported, EvidenceGrade.estimated)
    return any(each.grade in brought for each in certificate.minutes)


def certified_wrongly(log: Sequence[Recorded]) -> bool:
    """Whether a record was taken back that a certificate counts, which nobody voided."""
    return any(worth == "differs" for _, worth, *_ in certificates(log).values())


TURNS_OF_FORTUNE: dict[str, Callable[[Sequence[Recorded]], bool]] = {
    "a meal claimed late": of(MealClaimed, late),
    "a meal reversed late": of(MealReversed, late),
    "a meal that adjusts a settled month": of(MealReversed, lambda it: it.adjusts is not None),
    "service booked late": of(ServiceCredited, late),
    "service that adjusts a closed month": of(ServiceCredited, lambda it: it.adjusts is not None),
    "service reversed late": of(ServiceReversed, late),
    "service released": released,
    **{
        f"{kind.__name__} under a duplicate": under_a_duplicate(kind)
        for kind in (ServiceCredited, ServiceReversed, MealReversed)
    },
    "a certificate under two ids": of(CertificateIssued, lambda it: len(it.ids) > 1),
    "a certificate of opening minutes": of(CertificateIssued, of_before),
    "a certificate that differs": certified_wrongly,
    "a death corrected to none": of(DeathCorrected, lambda it: it.died_on is None),
    "a death corrected to another day": of(DeathCorrected, lambda it: it.died_on is not None),
    "a settlement presented again": of(SettlementSubmitted, lambda it: it.submission > 1),
    "a settlement paid in parts": in_parts,
    **{
        f"a settlement's payment {reason}": of(SettlementPaymentReversed, with_reason(reason))
        for reason in PaymentReversalReason
    },
    **{
        f"a payment of history {reason}": of(ImportedPaymentReversed, with_reason(reason))
        for reason in PaymentReversalReason
    },
    "a payment below its approval": less_than_asked,
    **{f"a meal reversed as {kind}": of(MealReversed, with_kind(kind)) for kind in ReversalKind},
    **{f"a recovery {end}": of(RecoverySettled, with_end(end)) for end in RecoveryEnd},
    **{
        f"a recovery open again that was {end}": of(RecoveryReopened, with_end(end))
        for end in (RecoveryEnd.repaid, RecoveryEnd.written_off)
    },
    "a meal that stood again before its repayment was taken back": repaid_for_nothing,
    **{
        f"{kind} withdrawn": of(ContributionWithdrawn, with_gift(kind)) for kind in ContributionKind
    },
}


@pytest.mark.parametrize("turn", TURNS_OF_FORTUNE)
def test_what_makes_figures_change_happens(turn: str, logs: Sequence[Sequence[Recorded]]) -> None:
    assert any(TURNS_OF_FORTUNE[turn](log) for log in logs)
