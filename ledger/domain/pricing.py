"""Pricing: how old the eater is, which tier that gives, and who bears how much of the price.

Pure arithmetic over a policy's version and a fact sheet. Whatever the policy says, the shares and
the copayment add up to the price, and none of them is below zero.
"""

from datetime import date
from typing import Final, NamedTuple

from ledger.domain.ages import AgeRule, age_on
from ledger.domain.facts import FactSheet, Hardship, cooperatives_on, hardships_on, lives_in
from ledger.domain.tiers import (
    EATER,
    Condition,
    Payer,
    PayerKind,
    PayerShare,
    PolicyVersion,
    ShareLine,
    Tier,
)
from ledger.domain.values import CommunityId, CooperativeId, Fen, PayerPath, community_of

WHOLE: Final = 10_000
EATER_PATH: Final = EATER.path
NO_HARDSHIP: Final[frozenset[Hardship]] = frozenset()


class Eater(NamedTuple):
    """A person as the canteen's community sees her on the day of the meal.

    `cooperative` is the first of her sheet that belongs to that community, else the first of all;
    `member` says that it belongs there.
    """

    community: CommunityId
    age: int
    hardships: frozenset[Hardship]
    registered: bool
    habitual: bool
    member: bool
    cooperative: CooperativeId | None


class Split(NamedTuple):
    """Who bears one meal: the payers in the order in which the policy asks them, then the eater."""

    shares: tuple[PayerShare, ...]
    copayment_fen: Fen


def seen_by(community: CommunityId, sheet: FactSheet, day: date, rule: AgeRule) -> Eater:
    """What that community may ask about the person of this sheet on that day."""
    cooperative = _cooperative(community, sheet, day) if sheet.memberships else None
    return Eater(
        community,
        age_on(sheet.born_on, day, rule),
        hardships_on(sheet, day) if sheet.hardships else NO_HARDSHIP,
        lives_in(sheet.registered, community, day),
        lives_in(sheet.habitual, community, day),
        cooperative is not None and community_of(cooperative) == community,
        cooperative,
    )


def _cooperative(community: CommunityId, sheet: FactSheet, day: date) -> CooperativeId | None:
    cooperatives = cooperatives_on(sheet, day)
    for cooperative in cooperatives:
        if community_of(cooperative) == community:
            return cooperative
    return cooperatives[0] if cooperatives else None


def matches(asked: Condition, eater: Eater) -> bool:
    """Whether a tier is for this person; what the condition does not ask does not matter."""
    return (
        (asked.age_least is None or eater.age >= asked.age_least)
        and (asked.age_most is None or eater.age <= asked.age_most)
        and (not asked.hardship or bool(eater.hardships))
        and (not asked.hardships or not eater.hardships.isdisjoint(asked.hardships))
        and (not asked.registered or eater.registered)
        and (not asked.habitual or eater.habitual)
        and (not asked.cooperative_member or eater.member)
    )


def first_tier(version: PolicyVersion, eater: Eater) -> Tier | None:
    """The first tier that is for this person; None means the full price, without subsidy."""
    for tier in version.tiers:
        if matches(tier.when, eater):
            return tier
    return None


def split(version: PolicyVersion, tier: Tier | None, eater: Eater, charged_fen: Fen) -> Split:
    """Who bears what was charged: the tier's lines from top to bottom, then the residual payer.

    A line that asks the cooperative of an eater who is in none gives nothing, so its tier should
    ask for membership; a rest that would fall to it falls to the eater.
    """
    if tier is None:
        return Split((), charged_fen)
    borne: dict[PayerPath, int] = {}
    left = charged_fen
    for line in tier.shares:
        payer = _resolved(line.payer, eater)
        if payer is not None:
            amount = min(share_fen(line, charged_fen, left), left)
            borne[payer] = borne.get(payer, 0) + amount
            left = Fen(left - amount)
    rest = _resolved(version.residual, eater) or EATER_PATH
    borne[rest] = borne.get(rest, 0) + left
    copayment_fen = Fen(borne.pop(EATER_PATH, 0))
    shares = tuple([PayerShare(payer, Fen(amount)) for payer, amount in borne.items() if amount])
    return Split(shares, copayment_fen)


def share_fen(line: ShareLine, price_fen: Fen, left_fen: Fen) -> Fen:
    """What the line asks for, before it is cut to what is left; a percentage is rounded down."""
    if line.fixed_fen is not None:
        amount = line.fixed_fen
    else:
        whole = left_fen if line.of_the_rest else price_fen
        amount = Fen(whole * (line.basis_points or 0) // WHOLE)
    return amount if line.cap_fen is None else min(amount, line.cap_fen)


def _resolved(payer: Payer, eater: Eater) -> PayerPath | None:
    if payer.kind is PayerKind.eater:
        return EATER_PATH
    if payer.kind is not PayerKind.cooperative_of_the_eater:
        return payer.path
    if eater.cooperative is None:
        return None
    return PayerPath(f"cooperative/{eater.cooperative}")
