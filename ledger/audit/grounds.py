"""Grounds: what a payment rests on, step by step, told from the entries of the log alone.

    settlement    claims → policy version → resolution → submission → check → approval
                  → payment → voucher of the fund
    disbursement  resolution → request → approvals → payment and its voucher

Every step has its position, and a receipt of the entry there proves it to whoever trusts nobody. No
read model and no rule is asked, but for the table of duties, which says whether different persons
acted. What a bank did is not in the log: its statement is compared with the voucher, whose day,
payee and amount are told. Here is what both have in common; a trail takes any events that hold what
it `picks`, in the order of the log, from the whole log to those few that a read model found.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeAlias, TypeVar, get_args

from ledger.audit.duties import Duties
from ledger.audit.flaws import Flaw
from ledger.domain.councils import Body
from ledger.domain.disbursement_records import DisbursementPaid, DisbursementReversed
from ledger.domain.lots import LotUse
from ledger.domain.resolution_records import ResolutionEvent, ResolutionRecorded, Votes
from ledger.domain.settlement_records import SettlementDisbursed, SettlementDisbursementReversed
from ledger.domain.values import Count, FundId, PersonId, ResolutionId, Sha256, Slug
from ledger.store.codec import Recorded

E = TypeVar("E")
Picks: TypeAlias = Callable[[Recorded], bool]
"""Whether an entry may be one of the grounds that are asked for."""

RESOLUTION: Final = get_args(ResolutionEvent)
TAKEN_BACK: Final = (DisbursementReversed, SettlementDisbursementReversed)
VOUCHERS: Final = (DisbursementPaid, SettlementDisbursed, *TAKEN_BACK)


@dataclass(frozen=True, slots=True)
class TrailStep:
    """An entry of the log on the way to the payment, and by whom it is."""

    position: int
    event: str
    taken_by: PersonId
    occurred_on: date
    recorded_at: datetime
    amount_fen: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class CitedPaper:
    """A resolution that something was decided under; `document` is the SHA-256 of the paper."""

    resolution: ResolutionId
    body: Body
    decided_on: date
    votes: Votes
    document: Sha256
    steps: tuple[TrailStep, ...]


@dataclass(frozen=True, slots=True)
class VoucherStep:
    """A voucher of a fund: whom it paid how much, out of which lots; below zero, it came back."""

    fund: FundId
    voucher: Count
    payee: Slug
    amount_fen: int
    lots: tuple[LotUse, ...]
    step: TrailStep


def told(at: Recorded) -> TrailStep:
    """The entry as a step."""
    amount_fen, reason = (getattr(at.event, name, None) for name in ("amount_fen", "reason"))
    when = at.event.occurred_on, at.recorded_at
    return TrailStep(at.position, at.name, at.actor, *when, amount_fen, reason)


def voucher(at: Recorded) -> VoucherStep:
    """The voucher that the entry is."""
    event: Any = at.event
    amount_fen = -event.amount_fen if isinstance(event, TAKEN_BACK) else event.amount_fen
    return VoucherStep(event.fund, event.voucher, event.payee, amount_fen, event.lots, told(at))


def of_kind(events: Iterable[Recorded], kind: type[E]) -> list[E]:
    """The events of that kind alone."""
    return [at.event for at in events if isinstance(at.event, kind)]


def broken_duties(steps: Iterable[Recorded]) -> tuple[Flaw, ...]:
    """Where somebody did what she was not free to do: of a case whose steps are all here."""
    duties = Duties()
    return tuple(flaw for at in steps for flaw in duties.look(at))


def resolutions(
    events: Iterable[Recorded], cited: Collection[ResolutionId]
) -> Iterator[CitedPaper]:
    """Those of them that are cited, in the order in which they were recorded."""
    about: dict[ResolutionId, list[Recorded]] = {}
    for at in events:
        if isinstance(at.event, RESOLUTION) and at.event.resolution in cited:
            about.setdefault(at.event.resolution, []).append(at)
    for entries in about.values():
        recorded: ResolutionRecorded = entries[0].event
        yield CitedPaper(
            recorded.resolution,
            recorded.body,
            recorded.occurred_on,
            recorded.votes,
            recorded.document,
            tuple(map(told, entries)),
        )
