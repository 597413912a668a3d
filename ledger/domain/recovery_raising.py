"""What follows for recoveries when settled meals are taken back, or stand again.

A claim that is taken back after its month was closed has been paid for, or will be: each payer's
share of it is to come back, where it is not back already. A recovery names its claims, so that just
those are lifted that stand again. What was given up for them is not paid a second time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from ledger.domain import canteens, communities, recovery_balance
from ledger.domain.decisions import Context, Happening, Known
from ledger.domain.meal_records import Claim, MealReinstated, MealReversed
from ledger.domain.recovery_balance import name_of
from ledger.domain.recovery_records import (
    ClaimName,
    Recovery,
    RecoveryLifted,
    RecoveryRaised,
    WriteOffReversed,
)
from ledger.domain.values import (
    CommunityId,
    Count,
    Fen,
    Month,
    PayerPath,
    PersonId,
    SiteId,
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
        self.claims.append(name_of(claim))
        self.amount_fen += sum(each.amount_fen for each in claim.shares if each.payer == payer)


# -- taken back --------------------------------------------------------------------------------


def raise_for(reversals: Reversals, known: Known, context: Context) -> Iterator[Happening]:
    """A recovery for each eater and payer of each settlement closed before the claims fell."""
    parts: dict[tuple[SiteId, Month, Month, PayerPath, PersonId], _Part] = {}
    for claim, event in reversals:
        for share in claim.shares:
            if recovery_balance.is_with_the_canteen(event.person, claim, share.payer, known):
                key = (
                    *(claim.canteen, event.settles_in, claim.settles_in),
                    *(share.payer, event.person),
                )
                parts.setdefault(key, _Part(claim.community)).add(claim, share.payer)
    last: dict[tuple[SiteId, Month], int] = {}
    for key in sorted(parts):
        canteen, month, adjusts, payer, person = key
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
    month, person, name = claim.settles_in, event.person, name_of(claim)
    while month <= event.settles_in:
        for number, recovery in known[canteens.stream(claim.canteen, month)].recoveries.items():
            if recovery.open and recovery.person == person and name in recovery.claims:
                yield month, number, recovery
        month = next_month(month)


def reverse_write_offs(
    reinstated: Reinstatements, known: Known, context: Context
) -> Iterator[Happening]:
    """What was given up for meals that stand again is no more than what is paid for them anew."""
    parts: dict[tuple[SiteId, Month, Month, Count, PersonId, PayerPath], _Part] = {}
    for claim, event in reinstated:
        for share in claim.shares:
            found = recovery_balance.given_up(event.person, claim, share.payer, known)
            if found is not None:
                key = claim.canteen, event.settles_in, *found, event.person, share.payer
                parts.setdefault(key, _Part(claim.community)).add(claim, share.payer)
    for key in sorted(parts):
        canteen, month, adjusts, number, person, payer = key
        part = parts[key]
        community = known[communities.stream(part.community)]
        today = community.day_of(context)
        reversed_ = WriteOffReversed(
            canteen,
            part.community,
            month,
            number,
            person,
            payer,
            tuple(part.claims),
            Fen(part.amount_fen),
            adjusts,
            today,
            community.books(today),
        )
        yield canteens.stream(canteen, month), reversed_
