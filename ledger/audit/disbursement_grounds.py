"""What a payment out of a fund rests on: its resolution, who asked, who approved, who paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, get_args

from ledger.audit.flaws import Flaw
from ledger.audit.grounds import (
    RESOLUTION,
    VOUCHERS,
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
from ledger.domain.disbursement_records import (
    DisbursementApproved,
    DisbursementEvent,
    DisbursementRequested,
)
from ledger.domain.values import CommunityId, Count, Fen, FundId, Slug
from ledger.store.codec import Recorded

STEPS: Final = get_args(DisbursementEvent)


@dataclass(frozen=True, slots=True)
class DisbursementTrail:
    """A payment and what it rests on; `approved_fen` is nothing before the last approval.

    `duties` says where fewer persons acted than must: nowhere, in a true ledger.
    """

    fund: FundId
    disbursement: Count
    community: CommunityId
    payee: Slug
    purpose: Slug
    requested_fen: Fen
    approved_fen: Fen
    paid_fen: int
    vouchers: tuple[VoucherStep, ...]
    steps: tuple[TrailStep, ...]
    duties: tuple[Flaw, ...]
    resolutions: tuple[CitedPaper, ...]


def picks(fund: FundId, number: Count) -> Picks:
    """What the trail takes."""

    def picked(at: Recorded) -> bool:
        return isinstance(at.event, RESOLUTION) or _is_step(at, fund, number)

    return picked


def trail(events: Sequence[Recorded], fund: FundId, number: Count) -> DisbursementTrail | None:
    """What the disbursement rests on; None if it was never requested."""
    steps = [at for at in events if _is_step(at, fund, number)]
    if not steps:
        return None
    asked: DisbursementRequested = steps[0].event
    approved_fen = Fen(0)
    for event in of_kind(steps, DisbursementApproved):
        approved_fen = Fen(event.amount_fen * (event.approval == event.approvals_needed))
    vouchers = tuple(voucher(at) for at in steps if isinstance(at.event, VOUCHERS))
    cited = () if asked.resolution is None else (asked.resolution,)
    return DisbursementTrail(
        fund,
        number,
        asked.community,
        asked.payee,
        asked.purpose,
        asked.amount_fen,
        approved_fen,
        sum(each.amount_fen for each in vouchers),
        vouchers,
        tuple(map(told, steps)),
        broken_duties(steps),
        tuple(resolutions(events, cited)),
    )


def _is_step(at: Recorded, fund: FundId, number: Count) -> bool:
    event = at.event
    return isinstance(event, STEPS) and (event.fund, event.disbursement) == (fund, number)
