"""What a settlement rests on: its claims, the policy they name, who decided, and what was paid."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, get_args

from ledger.audit.flaws import Flaw
from ledger.audit.grounds import (
    RESOLUTION,
    CitedPaper,
    Picks,
    TrailStep,
    VoucherStep,
    broken_duties,
    of_kind,
    resolutions,
    told,
    voucher,
)
from ledger.domain import canteens, policy_records
from ledger.domain.canteen_records import ClaimsClosed
from ledger.domain.meal_records import MealClaimed, MealEvent, MealReversed, ReversalKind
from ledger.domain.policy_records import PolicyPublished
from ledger.domain.settlement_records import (
    PayerDue,
    SettlementApproved,
    SettlementDisbursed,
    SettlementDisbursementReversed,
    SettlementEvent,
    SettlementPaid,
    SettlementPaymentReversed,
    SettlementSubmitted,
)
from ledger.domain.tiers import PayerResolution, PayerShare
from ledger.domain.values import (
    CommunityId,
    Count,
    Fen,
    Month,
    PersonId,
    RuleCode,
    SiteId,
    fund_of,
    month_of,
    previous_month,
)
from ledger.store.codec import Recorded

ClaimName = tuple[PersonId, Month, Count]
STEPS: Final = (ClaimsClosed, *get_args(SettlementEvent))
MEALS: Final = get_args(MealEvent)
OUT_OF_FUNDS: Final = (SettlementDisbursed, SettlementDisbursementReversed)


@dataclass(frozen=True, slots=True)
class ClaimEntry:
    """An entry that settles in the month: a claim, or what took one back or let it stand again.

    `sign` is -1 for what is taken off; `kind` says whether the copayment went back too. What became
    of the claim itself, in whatever month, is in `changes`; `at_full_price` says that no subsidy
    was asked for.
    """

    step: TrailStep
    sign: int
    kind: ReversalKind | None
    claim_position: int
    person: PersonId
    served_on: date
    claim: Count
    facts_version: Count
    policy_version: Count
    rule: RuleCode | None
    price_fen: Fen
    shares: tuple[PayerShare, ...]
    copayment_fen: Fen
    adjusts: Month | None
    changes: tuple[TrailStep, ...]
    at_full_price: bool


@dataclass(frozen=True, slots=True)
class NamedPolicy:
    """A version of the policy: how many of the entries name it, and by which resolutions it is."""

    version: Count
    entries: int
    valid_from: date
    valid_until: date | None
    price_fen: Fen
    resolutions: tuple[PayerResolution, ...]
    steps: tuple[TrailStep, ...]


@dataclass(frozen=True, slots=True)
class PayerSide:
    """What a payer owes by the last submission, what of it was approved, and what is paid."""

    due: PayerDue
    approved_fen: Fen
    paid_fen: int
    vouchers: tuple[VoucherStep, ...]


@dataclass(frozen=True, slots=True)
class SettlementTrail:
    """A settlement and what it rests on, but for its claims, which may be many.

    Of `kept_meals` the subsidy was withdrawn, and the canteen keeps what their eaters paid,
    `kept_fen`: it is part of `price_fen` and `copayment_fen`, though these are no `meals` any more.
    `duties` says where fewer persons acted than must: nowhere, in a true ledger.
    """

    canteen: SiteId
    community: CommunityId
    month: Month
    submission: Count
    meals: int
    entries: Count
    price_fen: int
    copayment_fen: int
    kept_meals: int
    kept_fen: int
    payers: tuple[PayerSide, ...]
    steps: tuple[TrailStep, ...]
    duties: tuple[Flaw, ...]
    policies: tuple[NamedPolicy, ...]
    resolutions: tuple[CitedPaper, ...]


def picks(canteen: SiteId, month: Month) -> Picks:
    """What the trail takes, and the month before, from which something may be carried over."""
    months = previous_month(month), month
    own: set[str] = {canteens.stream(canteen, each) for each in months}
    own.add(policy_records.stream(canteen))

    def picked(at: Recorded) -> bool:
        event = at.event
        return (
            at.stream in own
            or isinstance(event, RESOLUTION)
            or (isinstance(event, MEALS) and event.canteen == canteen)
            or (isinstance(event, OUT_OF_FUNDS) and event.canteen == canteen)
        )

    return picked


# -- claims --------------------------------------------------------------------------------------


def claims(events: Sequence[Recorded], canteen: SiteId, month: Month) -> list[ClaimEntry]:
    """Every entry that settles in the month, in the order of the log.

    Raises KeyError where one takes back what was never claimed.
    """
    meals = [at for at in events if isinstance(at.event, MEALS) and at.event.canteen == canteen]
    claimed = {claim_name(at.event): at for at in meals if isinstance(at.event, MealClaimed)}
    changes: dict[ClaimName, list[TrailStep]] = {}
    for at in meals:
        if not isinstance(at.event, MealClaimed):
            changes.setdefault(claim_name(at.event), []).append(told(at))
    return [
        _claim(at, claimed[claim_name(at.event)], tuple(changes.get(claim_name(at.event), ())))
        for at in meals
        if at.event.settles_in == month
    ]


def claim_name(event: MealEvent) -> ClaimName:
    """Which claim the entry is about."""
    return event.person, month_of(event.occurred_on), event.claim


def _claim(at: Recorded, claimed: Recorded, changes: tuple[TrailStep, ...]) -> ClaimEntry:
    event: MealEvent = at.event
    origin: MealClaimed = claimed.event
    return ClaimEntry(
        told(at),
        -1 if isinstance(event, MealReversed) else 1,
        None if isinstance(event, MealClaimed) else event.kind,
        claimed.position,
        event.person,
        event.occurred_on,
        event.claim,
        origin.facts_version,
        origin.policy_version,
        origin.rule,
        event.price_fen,
        event.shares,
        event.copayment_fen,
        event.adjusts,
        changes,
        origin.at_full_price,
    )


# -- the settlement ------------------------------------------------------------------------------


def trail(
    events: Sequence[Recorded], canteen: SiteId, month: Month, entries: Sequence[ClaimEntry]
) -> SettlementTrail | None:
    """What the settlement of these `entries` rests on; None if it was never presented."""
    steps = [
        at
        for at in events
        if at.stream == canteens.stream(canteen, month) and isinstance(at.event, STEPS)
    ]
    submitted = of_kind(steps, SettlementSubmitted)
    if not submitted:
        return None
    last = submitted[-1]
    paid = [
        at
        for at in events
        if isinstance(at.event, OUT_OF_FUNDS)
        and (at.event.canteen, at.event.month) == (canteen, month)
    ]
    policies = tuple(_policies(events, canteen, Counter(each.policy_version for each in entries)))
    kept = [each for each in entries if each.kind is ReversalKind.subsidy_withdrawn]
    cited = {each.resolution for policy in policies for each in policy.resolutions}
    return SettlementTrail(
        canteen,
        last.community,
        month,
        last.submission,
        last.meals,
        last.entries,
        last.price_fen,
        last.copayment_fen,
        -sum(each.sign for each in kept),
        -sum(each.sign * each.copayment_fen for each in kept),
        tuple(_payer(due, steps, paid) for due in last.payers),
        tuple(map(told, steps)),
        broken_duties(steps),
        policies,
        tuple(resolutions(events, cited)),
    )


def _payer(due: PayerDue, steps: Sequence[Recorded], paid: Sequence[Recorded]) -> PayerSide:
    approved_fen = Fen(0)
    for event in of_kind(steps, SettlementApproved):
        agreed = (each.payable_fen for each in event.payers if each.payer == due.payer)
        approved_fen = next(agreed, Fen(0))
    fund = fund_of(due.payer)
    return PayerSide(
        due,
        approved_fen,
        _sum_fen(steps, SettlementPaid, due) - _sum_fen(steps, SettlementPaymentReversed, due),
        tuple(voucher(at) for at in paid if at.event.fund == fund),
    )


def _sum_fen(
    steps: Sequence[Recorded],
    kind: type[SettlementPaid] | type[SettlementPaymentReversed],
    due: PayerDue,
) -> int:
    return sum(each.amount_fen for each in of_kind(steps, kind) if each.payer == due.payer)


def _policies(
    events: Iterable[Recorded], canteen: SiteId, named: Counter[Count]
) -> Iterator[NamedPolicy]:
    """The versions that are named, each as it was published and ended."""
    own = [at for at in events if at.stream == policy_records.stream(canteen)]
    timeline = policy_records.Timeline()
    for at in own:
        timeline = policy_records.evolve(timeline, at.event)
    for version, published in zip(timeline.versions, of_kind(own, PolicyPublished), strict=True):
        steps = [at for at in own if at.event.version == version.version]
        if version.version in named:
            yield NamedPolicy(
                version.version,
                named[version.version],
                version.valid_from,
                version.valid_until,
                version.price_fen,
                published.resolutions,
                tuple(map(told, steps)),
            )
