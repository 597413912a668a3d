"""What may be decided under a resolution: each question gives the refusal, or None.

    subsidy_refusal          may a payer bear a share of a canteen's meals
    payment_refusal          may a payment be made out of a fund
    purpose_change_refusal   may money go to a fund of another purpose

Kept apart from the resolutions themselves because whoever decides under one asks here. A revoked
one allows nothing new, whatever day the new thing carries: an earlier date would otherwise get
around the revocation.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from ledger.domain.decisions import Refused
from ledger.domain.refusals import Code
from ledger.domain.resolution_records import PaymentAllowed, Resolution
from ledger.domain.tiers import Payer, PayerKind
from ledger.domain.values import (
    CommunityId,
    CooperativeId,
    Fen,
    FundId,
    ResolutionId,
    SiteId,
    Slug,
    community_of,
)


def home_of(payer: Payer, canteen_home: CommunityId) -> CommunityId:
    """The community whose resolution speaks for the payer."""
    if payer.kind is PayerKind.cooperative and "/" in (payer.name or ""):
        return community_of(CooperativeId(payer.name or ""))
    return canteen_home


def subsidy_refusal(
    name: ResolutionId, resolution: Resolution, payer: Payer, canteen: SiteId, home: CommunityId
) -> Refused | None:
    """Why the payer may not bear a share of the meals of a canteen of `home` under it."""
    refused = _unless_in_force(name, resolution, home_of(payer, home))
    if refused is None and resolution.subsidy(canteen, payer) is None:
        return Refused(
            Code.resolution_must_allow_the_subsidy,
            resolution=name,
            payer=payer.path,
            site=canteen,
        )
    return refused


class Payment(NamedTuple):
    """A payment out of a fund, made or promised."""

    payee: Slug
    purpose: Slug
    amount_fen: Fen


def payment_refusal(
    name: ResolutionId,
    resolution: Resolution,
    *,
    home: CommunityId,
    fund: FundId,
    payment: Payment,
    before: Iterable[Payment],
    day: date,
) -> Refused | None:
    """Why a payment of that day may not be made under it, out of a fund of `home`.

    `before` is whatever was paid or promised under the same resolution out of this fund. One of the
    allowances must have room for the payment and all that it fits of those.
    """
    refused = _unless_in_force(name, resolution, home) or _unless_decided(name, resolution, day)
    if refused is not None:
        return refused
    earlier = tuple(before)
    left = [
        allowed.amount_most_fen - sum(each.amount_fen for each in earlier if _fits(allowed, each))
        for allowed in resolution.payments
        if allowed.fund == fund and _fits(allowed, payment)
    ]
    return _unless_within(name, payment.amount_fen, Fen(max(left, default=0)))


def _fits(allowed: PaymentAllowed, payment: Payment) -> bool:
    return allowed.payee in (None, payment.payee) and allowed.purpose in (None, payment.purpose)


def purpose_change_refusal(
    name: ResolutionId,
    resolution: Resolution,
    *,
    home: CommunityId,
    from_fund: FundId,
    to_fund: FundId,
    amount_fen: Fen,
    day: date,
) -> Refused | None:
    """Why money may not go on that day between these funds of `home` under it.

    `amount_fen` is the move together with those made under the same resolution before.
    """
    refused = _unless_in_force(name, resolution, home) or _unless_decided(name, resolution, day)
    if refused is not None:
        return refused
    allowed = (
        each.amount_most_fen
        for each in resolution.purpose_changes
        if (each.from_fund, each.to_fund) == (from_fund, to_fund)
    )
    return _unless_within(name, amount_fen, Fen(max(allowed, default=0)))


def _unless_in_force(
    name: ResolutionId, resolution: Resolution, home: CommunityId
) -> Refused | None:
    if resolution.community is None:
        return Refused(Code.resolution_must_be_known, resolution=name)
    if resolution.community != home:  # whose it is, and nothing of what it says
        return Refused(
            Code.resolution_must_be_of_the_payers_community,
            resolution=name,
            community=resolution.community,
        )
    if resolution.revoked_on is not None:
        return Refused(
            Code.resolution_must_not_be_revoked, resolution=name, revoked_on=resolution.revoked_on
        )
    return None


def _unless_decided(name: ResolutionId, resolution: Resolution, day: date) -> Refused | None:
    if resolution.decided_on <= day:
        return None
    return Refused(
        Code.resolution_must_come_first,
        resolution=name,
        decided_on=resolution.decided_on,
        day=day,
    )


def _unless_within(name: ResolutionId, amount_fen: Fen, most_fen: Fen) -> Refused | None:
    if amount_fen <= most_fen:
        return None
    return Refused(
        Code.resolution_must_allow_the_amount,
        resolution=name,
        amount_fen=amount_fen,
        amount_most_fen=most_fen,
    )
