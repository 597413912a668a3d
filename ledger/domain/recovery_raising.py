"""What follows for recoveries when settled meals are taken back, or stand again.

A claim that was taken back after its settlement was approved has been paid for: each payer's share
of it is to come back. A recovery names its claims, so that just those are lifted that stand again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from ledger.domain import canteens, communities
from ledger.domain.decisions import Context, Happening, Known
from ledger.domain.meal_records import Claim, MealReinstated, MealReversed
from ledger.domain.recovery_records import ClaimName, Recovery, RecoveryLifted, RecoveryRaised
from ledger.domain.settlement_records import Stage
from ledger.domain.values import (
    CommunityId,
    Count,
    Fen,
    Month,
    PayerPath,
    PersonId,
    SiteId,
    month_of,
    next_month,
)

Reversals: TypeAlias = Iterable[tuple[Claim, MealReversed]]
Reinstatements: TypeAlias = Iterable[tuple[Claim, MealReinstated]]


@dataclass(slots=True)
class _Part:
    """Claims of one canteen with what one payer bore of them."""

    community: CommunityId
    claims: list[ClaimName] = field(default_factory=list)
    amount_fen: int = 0

    def add(self, claim: Claim, payer: PayerPath) -> None:
        self.claims.append(_name(claim))
        self.amount_fen += sum(each.amount_fen for each in claim.shares if each.payer == payer)


def _name(claim: Claim) -> ClaimName:
    return ClaimName(month_of(claim.served_on), claim.number)


# -- taken back --------------------------------------------------------------------------------


def raise_for(
    person: PersonId, reversals: Reversals, known: Known, context: Context
) -> Iterator[Happening]:
    """A recovery for each payer of each settlement that was approved before its meals fell."""
    parts: dict[tuple[SiteId, Month, Month, PayerPath], _Part] = {}
    for claim, event in reversals:
        if _was_settled(claim, known):
            for share in claim.shares:
                key = claim.canteen, event.settles_in, claim.settles_in, share.payer
                parts.setdefault(key, _Part(claim.community)).add(claim, share.payer)
    last: dict[tuple[SiteId, Month], int] = {}
    for key in sorted(parts):
        canteen, month, adjusts, payer = key
        part, here = parts[key], canteens.stream(canteen, month)
        number = last.get((canteen, month), len(known[here].recoveries)) + 1
        last[canteen, month] = number
        today = known[communities.stream(part.community)].day_of(context)
        raised = RecoveryRaised(
            canteen,
            part.community,
            month,
            Count(number),
            person,
            payer,
            tuple(part.claims),
            Fen(part.amount_fen),
            adjusts,
            today,
        )
        yield here, raised


def _was_settled(claim: Claim, known: Known) -> bool:
    month = known[canteens.stream(claim.canteen, claim.settles_in)]
    return month.settlement.stage is Stage.approved


# -- standing again ----------------------------------------------------------------------------


def lift_for(reinstated: Reinstatements, known: Known, context: Context) -> Iterator[Happening]:
    """What is open for meals that stand again is not to come back."""
    parts: dict[tuple[SiteId, Month, Count], _Part] = {}
    for claim, event in reinstated:
        for month, number, recovery in _open_ones(claim, event, known):
            key = claim.canteen, month, number
            parts.setdefault(key, _Part(claim.community)).add(claim, recovery.payer)
    for key in sorted(parts):
        canteen, month, number = key
        part = parts[key]
        today = known[communities.stream(part.community)].day_of(context)
        amount_fen, claims = Fen(part.amount_fen), tuple(part.claims)
        lifted = RecoveryLifted(canteen, part.community, month, number, claims, amount_fen, today)
        yield canteens.stream(canteen, month), lifted


def _open_ones(
    claim: Claim, event: MealReinstated, known: Known
) -> Iterator[tuple[Month, Count, Recovery]]:
    """The open recoveries of the claim, in the months from its settlement to the open one."""
    month, person, name = claim.settles_in, event.person, _name(claim)
    while month <= event.settles_in:
        for number, recovery in known[canteens.stream(claim.canteen, month)].recoveries.items():
            if recovery.open and recovery.person == person and name in recovery.claims:
                yield month, number, recovery
        month = next_month(month)
