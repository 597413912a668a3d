"""What is remembered of a resolution: who decided, on which day, what it allows, and until when.

An allowance says which money may do what. Whoever decides something under a resolution asks it
here; what was decided stands, whatever becomes of the resolution afterwards.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never

from ledger.domain.councils import Body
from ledger.domain.tiers import Payer
from ledger.domain.values import (
    CommunityId,
    CooperativeId,
    Count,
    Fen,
    FundId,
    MeetingId,
    ResolutionId,
    Sha256,
    SiteId,
    Slug,
)


class RevocationReason(StrEnum):
    """Why a resolution holds no longer."""

    replaced = "replaced"
    decided_otherwise = "decided_otherwise"
    void = "void"  # the decision had not come about as the rules demand
    entered_by_mistake = "entered_by_mistake"
    other = "other"


@dataclass(frozen=True, slots=True)
class Votes:
    """How the body voted."""

    in_favour: Count
    against: Count
    abstained: Count = Count(0)


@dataclass(frozen=True, slots=True)
class SubsidyAllowed:
    """The payer may bear a share of the canteen's meals, from `starts_from` on.

    Without that day a policy starts on the day of its publication at the earliest.
    """

    canteen: SiteId
    payer: Payer
    starts_from: date | None = None


@dataclass(frozen=True, slots=True)
class PaymentAllowed:
    """So much may be paid out of the fund; to that payee and for that purpose, if they are named.

    All payments under the resolution together stay within the amount.
    """

    fund: FundId
    amount_most_fen: Fen
    payee: Slug | None = None
    purpose: Slug | None = None


@dataclass(frozen=True, slots=True)
class PurposeChangeAllowed:
    """So much may go from one fund to another, though their purposes differ."""

    from_fund: FundId
    to_fund: FundId
    amount_most_fen: Fen


# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ResolutionRecorded:
    """A body decided; of the day of the decision."""

    resolution: ResolutionId
    community: CommunityId
    body: Body
    cooperative: CooperativeId | None
    meeting: MeetingId | None
    discussed_on: date | None
    votes: Votes
    document: Sha256
    subsidies: tuple[SubsidyAllowed, ...]
    payments: tuple[PaymentAllowed, ...]
    purpose_changes: tuple[PurposeChangeAllowed, ...]
    covenant: bool
    occurred_on: date


@dataclass(frozen=True, slots=True)
class ResolutionRevoked:
    """Nothing new is decided under it any more."""

    resolution: ResolutionId
    community: CommunityId
    reason: RevocationReason
    occurred_on: date


ResolutionEvent: TypeAlias = ResolutionRecorded | ResolutionRevoked

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Resolution:
    """What decisions ask of a resolution; `community` is None before it is recorded."""

    community: CommunityId | None = None
    decided_on: date = date.min
    subsidies: tuple[SubsidyAllowed, ...] = ()
    payments: tuple[PaymentAllowed, ...] = ()
    purpose_changes: tuple[PurposeChangeAllowed, ...] = ()
    revoked_on: date | None = None

    def subsidy(self, canteen: SiteId, payer: Payer) -> SubsidyAllowed | None:
        """What it says about the payer's share of the canteen's meals."""
        for allowed in self.subsidies:
            if (allowed.canteen, allowed.payer) == (canteen, payer):
                return allowed
        return None


# -- evolving ----------------------------------------------------------------------------------


def evolve(resolution: Resolution, event: ResolutionEvent) -> Resolution:
    """Votes and document are for whoever looks a decision up, so the state does not keep them."""
    match event:
        case ResolutionRecorded():
            return Resolution(
                event.community,
                event.occurred_on,
                event.subsidies,
                event.payments,
                event.purpose_changes,
            )
        case ResolutionRevoked():
            return replace(resolution, revoked_on=event.occurred_on)
        case _:
            assert_never(event)
