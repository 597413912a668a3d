"""Disbursements: money of a fund is requested, approved and paid by three different persons.

A request reserves its amount. How many must approve it is told by the community's bands, from the
sum of all requests for the same payee and purpose within thirty days, whatever fund they are for.
Nobody decides about a payment to herself or to a relation. At most what was approved is paid, and
at most what was requested is approved. The requester may withdraw for ten minutes; afterwards an
approver refuses it. A payment that does not stand is reversed, and fills the lots it was drawn on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias, assert_never

from ledger.domain import (
    bands,
    communities,
    disbursement_reversals,
    disbursement_rules,
    fund_rules,
    funds,
    identity,
    payees,
)
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.disbursement_records import (
    DisbursementApproved,
    DisbursementPaid,
    DisbursementRefusal,
    DisbursementRefused,
    DisbursementRequested,
    DisbursementWithdrawn,
    PaymentReversalReason,
    Stage,
)
from ledger.domain.disbursement_rules import Asking, Seen
from ledger.domain.lots import uses
from ledger.domain.payees import PaymentRequested
from ledger.domain.refusals import Code
from ledger.domain.values import CommunityId, Count, Fen, FundId, ResolutionId, Slug

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RequestDisbursement:
    """Ask for money of the fund for a payee; a large sum cites the resolution that allows it."""

    fund: FundId
    payee: Slug
    purpose: Slug
    amount_fen: Fen
    resolution: ResolutionId | None = None


@dataclass(frozen=True, slots=True)
class WithdrawDisbursement:
    """Take one's own request back, within ten minutes."""

    fund: FundId
    disbursement: Count


@dataclass(frozen=True, slots=True)
class ApproveDisbursement:
    """Let it be paid; a smaller amount than requested, if one is given."""

    fund: FundId
    disbursement: Count
    amount_fen: Fen | None = None


@dataclass(frozen=True, slots=True)
class RefuseDisbursement:
    """Say no, also to what was approved and is not paid yet."""

    fund: FundId
    disbursement: Count
    reason: DisbursementRefusal


@dataclass(frozen=True, slots=True)
class PayDisbursement:
    """Enter that the payee was paid; a smaller amount than approved, if one is given."""

    fund: FundId
    disbursement: Count
    paid_on: date
    amount_fen: Fen | None = None


@dataclass(frozen=True, slots=True)
class ReverseDisbursement:
    """Take a payment back: its money is in the fund again.

    What the payee returned came back on a day of its own: `returned_on`, or else today.
    """

    fund: FundId
    disbursement: Count
    reason: PaymentReversalReason
    returned_on: date | None = None


DisbursementCommand: TypeAlias = (
    RequestDisbursement
    | WithdrawDisbursement
    | ApproveDisbursement
    | RefuseDisbursement
    | PayDisbursement
    | ReverseDisbursement
)


# -- deciding ----------------------------------------------------------------------------------


def place(command: DisbursementCommand, known: Known) -> CommunityId | None:
    """The fund's community; None for a fund nobody opened."""
    return known[funds.stream(command.fund)].community


def needs(command: DisbursementCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The fund, its community, the payee, and whoever decides and stands behind the payee."""
    yield from identity.streams_of(context.actor, known)
    payee, resolution = _named(command, known)
    yield from disbursement_rules.streams_of(command.fund, payee, resolution, known)


def _named(command: DisbursementCommand, known: Known) -> tuple[Slug | None, ResolutionId | None]:
    """Whom it is for, and what it cites, as far as that is known yet."""
    if isinstance(command, RequestDisbursement):
        return command.payee, command.resolution
    fund = known.get(funds.stream(command.fund))
    it = None if fund is None else fund.disbursements.get(command.disbursement)
    return (None, None) if it is None else (it.payee, it.resolution)


def decide(command: DisbursementCommand, known: Known, context: Context) -> Outcome:
    """A request begins; everything else needs one."""
    fund = known[funds.stream(command.fund)]
    if fund.community is None:
        return Refused(Code.fund_must_be_known, fund=command.fund)
    if isinstance(command, RequestDisbursement):
        return _request(command, known, context)
    seen = disbursement_rules.look(command.fund, command.disbursement, known, context)
    if seen is None:
        record = f"{command.fund}/{command.disbursement}"
        return Refused(Code.record_must_be_known, record=record)
    match command:
        case WithdrawDisbursement():
            return _withdraw(seen, context)
        case ApproveDisbursement():
            return _approve(command, seen, known, context)
        case RefuseDisbursement():
            return _refuse(command, seen, context)
        case PayDisbursement():
            return _pay(command, seen, known, context)
        case ReverseDisbursement():
            asked = command.reason, command.returned_on
            return disbursement_reversals.reversal(*asked, seen, known, context)
        case _:
            assert_never(command)


def _request(command: RequestDisbursement, known: Known, context: Context) -> Outcome:
    here, there = funds.stream(command.fund), payees.stream(command.payee)
    fund, payee = known[here], known[there]
    if fund.community is None or payee.community != fund.community:
        return Refused(Code.payee_must_be_known, payee=command.payee)
    community = known[communities.stream(fund.community)]
    today = community.day_of(context)
    what = command.payee, command.purpose, command.amount_fen, command.resolution
    asking = Asking(command.fund, *what)
    drawn = fund_rules.drawn(fund, command.amount_fen, today, community)
    before_fen = bands.sum_around(payee.asked.values(), command.purpose, today)
    measured = bands.measure(community.bands_on(today), Fen(before_fen + command.amount_fen))
    refused = first_refusal(
        fund_rules.amount_is_positive(command.amount_fen),
        *payees.unless_impartial(payee, known, context),
        disbursement_rules.unless_resolved(asking, measured, fund, known, today),
        fund_rules.purpose_matches(fund.restriction, command.purpose),
        fund_rules.fund_covers(command.fund, fund, command.amount_fen),
        fund_rules.lots_fit(command.fund, drawn),
    )
    if refused is not None:
        return refused
    number = Count(len(fund.disbursements) + 1)
    requested = DisbursementRequested(
        command.fund,
        number,
        fund.community,
        *what,
        context.actor,
        context.decided_at,
        today,
        community.books(today),
    )
    twin = PaymentRequested(
        command.payee, command.fund, number, command.purpose, command.amount_fen, today
    )
    return ((here, requested), (there, twin))


def _withdraw(seen: Seen, context: Context) -> Outcome:
    it = seen.disbursement
    refused = first_refusal(
        *disbursement_rules.unless_undone_in_time(seen, context),
        disbursement_rules.unless_in(seen, Stage.requested),
    )
    event = DisbursementWithdrawn(*seen.name, it.amount_fen, context.actor, *seen.entry)
    return refused or ((seen.stream, event), disbursement_rules.dropped(seen))


def _approve(command: ApproveDisbursement, seen: Seen, known: Known, context: Context) -> Outcome:
    it = seen.disbursement
    amount_fen = it.amount_fen if command.amount_fen is None else command.amount_fen
    refused = first_refusal(
        fund_rules.amount_is_positive(amount_fen),
        *payees.unless_impartial(seen.payee, known, context),
        disbursement_rules.unless_by_another(seen, context, it.requested_by, *it.approved_by),
        disbursement_rules.unless_in(seen, Stage.requested),
        disbursement_rules.unless_resolved(
            seen.asking, seen.measured, seen.fund, known, seen.today
        ),
        disbursement_rules.unless_within(amount_fen, seen),
    )
    if refused is not None:
        return refused
    approval = Count(len(it.approved_by) + 1)
    event = DisbursementApproved(
        *seen.name,
        amount_fen,
        Fen(it.amount_fen - amount_fen),
        approval,
        max(approval, seen.measured.band.approvers),
        seen.sum_fen,
        context.actor,
        *seen.entry,
    )
    return ((seen.stream, event),)


def _refuse(command: RefuseDisbursement, seen: Seen, context: Context) -> Outcome:
    it = seen.disbursement
    refused = first_refusal(
        disbursement_rules.unless_by_another(seen, context, it.requested_by),
        disbursement_rules.unless_in(seen, Stage.requested, Stage.approved),
    )
    event = DisbursementRefused(
        *seen.name, it.amount_fen, command.reason, context.actor, *seen.entry
    )
    return refused or ((seen.stream, event), disbursement_rules.dropped(seen))


def _pay(command: PayDisbursement, seen: Seen, known: Known, context: Context) -> Outcome:
    it, community = seen.disbursement, seen.community
    amount_fen = it.amount_fen if command.amount_fen is None else command.amount_fen
    drawn = fund_rules.drawn(seen.fund, amount_fen, command.paid_on, community)
    refused = first_refusal(
        fund_rules.day_has_come(command.paid_on, community, context),
        fund_rules.amount_is_positive(amount_fen),
        *payees.unless_impartial(seen.payee, known, context),
        disbursement_rules.unless_by_another(seen, context, it.requested_by, *it.approved_by),
        disbursement_rules.unless_in(seen, Stage.approved),
        disbursement_rules.unless_within(amount_fen, seen),
        fund_rules.payment_follows_its_approval(command.paid_on, it.approved_on),
        fund_rules.lots_fit(command.fund, drawn),
    )
    event = DisbursementPaid(
        *seen.name,
        it.payee,
        it.purpose,
        amount_fen,
        it.amount_fen,
        seen.fund.next_voucher,
        uses(drawn),
        context.actor,
        command.paid_on,
        fund_rules.books_spending(drawn, community.books(command.paid_on), community),
    )
    return refused or ((seen.stream, event),)
