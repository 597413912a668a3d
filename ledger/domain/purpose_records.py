"""What is remembered of a change of purpose: restricted money that is asked to serve another one.

A change lives in the stream of the fund that gives, under a number of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never

from ledger.domain.values import CommunityId, Count, Fen, FundId, PersonId, ResolutionId


class ChangeStage(StrEnum):
    """How far a change has come."""

    requested = "requested"
    approved = "approved"
    refused = "refused"


# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PurposeChangeRequested:
    """Money of one purpose is asked to serve another, as a resolution allows; nothing has moved."""

    from_fund: FundId
    to_fund: FundId
    community: CommunityId
    change: Count
    amount_fen: Fen
    resolution: ResolutionId
    requested_by: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class PurposeChangeApproved:
    """It was approved; the move of the same decision, of that voucher, carries it out."""

    from_fund: FundId
    to_fund: FundId
    change: Count
    amount_fen: Fen
    voucher: Count
    approved_by: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class PurposeChangeRefused:
    """It was refused, or given up by whoever asked."""

    from_fund: FundId
    to_fund: FundId
    change: Count
    refused_by: PersonId
    occurred_on: date


PurposeEvent: TypeAlias = PurposeChangeRequested | PurposeChangeApproved | PurposeChangeRefused

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PurposeChange:
    """What decisions ask of one; `voucher` is that of the move that carried it out."""

    to_fund: FundId
    amount_fen: Fen
    resolution: ResolutionId
    requested_by: PersonId
    stage: ChangeStage = ChangeStage.requested
    voucher: Count | None = None


Changes: TypeAlias = Mapping[Count, PurposeChange]


def entered(changes: Changes, event: PurposeEvent) -> Changes:
    """The changes of a fund after the event."""
    match event:
        case PurposeChangeRequested():
            asked = PurposeChange(
                event.to_fund, event.amount_fen, event.resolution, event.requested_by
            )
            return {**changes, event.change: asked}
        case PurposeChangeApproved():
            return _at(changes, event.change, ChangeStage.approved, event.voucher)
        case PurposeChangeRefused():
            return _at(changes, event.change, ChangeStage.refused)
        case _:
            assert_never(event)


def _at(
    changes: Changes, number: Count, stage: ChangeStage, voucher: Count | None = None
) -> Changes:
    return {**changes, number: replace(changes[number], stage=stage, voucher=voucher)}
