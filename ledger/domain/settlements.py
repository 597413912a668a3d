"""Settlements: a canteen's closed month is presented, checked, approved and paid, payer by payer.

What it comes to is read from the claims of the month, to which nothing can be added any more. Each
step is another person's: submitting, checking, approving, paying; whoever runs the canteen, or is
related to her, takes none of the last three. Who checks or approves names the submission she saw.
Approved, a settlement is the request for each payer's payment: a fund's part is reserved, then paid
out of its lots; another payer's is entered. What the canteen owes is carried into its next one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain import (
    canteens,
    funds,
    recovery_offsets,
    settlement_payments,
    settlement_rules,
    sites,
)
from ledger.domain.decisions import (
    Context,
    Known,
    Outcome,
    Refused,
    Stream,
    first_refusal,
)
from ledger.domain.recovery_records import RecoveryRaised, RecoverySettled
from ledger.domain.refusals import Code
from ledger.domain.settlement_payments import PaySettlement, ReverseSettlementPayment
from ledger.domain.settlement_records import (
    ReturnReason,
    SettlementApproved,
    SettlementAwaited,
    SettlementChecked,
    SettlementReserved,
    SettlementReturned,
    SettlementSentBack,
    SettlementSubmitted,
)
from ledger.domain.settlement_rules import Seen
from ledger.domain.values import (
    CommunityId,
    Count,
    FundId,
    Month,
    SiteId,
    fund_of,
    next_month,
    previous_month,
)

CONSEQUENCES: Final[frozenset[type]] = frozenset({RecoverySettled, RecoveryRaised})
"""Approving a settlement offsets what it is smaller by and carries the rest: nobody chose that."""

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SubmitSettlement:
    """Present a month whose claims are closed."""

    canteen: SiteId
    month: Month


@dataclass(frozen=True, slots=True)
class CheckSettlement:
    """State that the submission of that number agrees with plates and papers."""

    canteen: SiteId
    month: Month
    submission: Count


@dataclass(frozen=True, slots=True)
class ReturnSettlement:
    """Send the last submission back; the claims stay closed, and it can be presented again.

    Named by its number, it must still be the last.
    """

    canteen: SiteId
    month: Month
    reason: ReturnReason
    submission: Count | None = None


@dataclass(frozen=True, slots=True)
class ApproveSettlement:
    """Let the payers pay the submission of that number."""

    canteen: SiteId
    month: Month
    submission: Count


SettlementCommand: TypeAlias = (
    SubmitSettlement
    | CheckSettlement
    | ReturnSettlement
    | ApproveSettlement
    | PaySettlement
    | ReverseSettlementPayment
)


# -- deciding ----------------------------------------------------------------------------------


def place(command: SettlementCommand, known: Known) -> CommunityId | None:
    """The canteen's community; None for a site nobody registered."""
    return known[sites.stream(command.canteen)].community


def needs(command: SettlementCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The canteen and its community, the month, its payers' funds; the counting, or the hands."""
    yield from canteens.streams_of(command.canteen, command.month, known)
    if not isinstance(command, SubmitSettlement | ReturnSettlement):
        yield from settlement_rules.hands(command.canteen, known, context)
    if isinstance(command, ApproveSettlement):
        yield canteens.stream(command.canteen, next_month(command.month))
    if isinstance(command, SubmitSettlement):
        yield canteens.stream(command.canteen, previous_month(command.month))
        month = known.get(canteens.stream(command.canteen, command.month))
        if month is not None and month.closed:
            here = canteens.counted(command.canteen, command.month)
            yield here
            claims = known.get(here)
            if claims is not None:
                yield from settlement_rules.months_of_plates(claims, command.canteen)
    for fund in _funds(command, known):
        yield funds.stream(fund)


def _funds(command: SettlementCommand, known: Known) -> Iterator[FundId]:
    """The funds among the payers, as far as the payers are known yet."""
    if isinstance(command, SubmitSettlement):
        dues = settlement_rules.dues(command.canteen, command.month, known)
        payers = [due.payer for due in dues or ()]
    elif isinstance(command, PaySettlement):
        payers = [command.payer]
    else:
        month = known.get(canteens.stream(command.canteen, command.month))
        payers = [] if month is None else list(month.settlement.payers or ())
    for payer in payers:
        fund = fund_of(payer)
        if fund is not None:
            yield fund


def decide(command: SettlementCommand, known: Known, context: Context) -> Outcome:
    """Everything needs a canteen; the other rules are each step's own."""
    site = known[sites.stream(command.canteen)]
    if site.community is None:
        return Refused(Code.site_must_be_known, site=command.canteen)
    refused = canteens.unless_canteen(command.canteen, site)
    if refused is not None:
        return refused
    seen = settlement_rules.look(command.canteen, command.month, site.community, known, context)
    match command:
        case SubmitSettlement():
            return _submit(command, seen, known, context)
        case CheckSettlement():
            return _check(command, seen, known, context)
        case ReturnSettlement():
            return _return(command, seen, context)
        case ApproveSettlement():
            return _approve(command, seen, known, context)
        case PaySettlement():
            return settlement_payments.payment(command, seen, known, context)
        case ReverseSettlementPayment():
            return settlement_payments.reversal(command, seen, known, context)
        case _:
            assert_never(command)


def _submit(command: SubmitSettlement, seen: Seen, known: Known, context: Context) -> Outcome:
    refused = settlement_rules.unless_presentable(seen, known)
    if refused is not None:
        return refused
    claims = known[canteens.counted(command.canteen, command.month)]
    dues = settlement_rules.dues(command.canteen, command.month, known)
    if claims is None or dues is None:
        return Refused(
            Code.claims_must_have_been_counted, canteen=command.canteen, month=command.month
        )
    over, without = settlement_rules.against_plates(claims, command.canteen, known)
    submitted = SettlementSubmitted(
        *seen.name,
        Count(seen.settlement.submissions + 1),
        claims.meals,
        Count(claims.entries),
        claims.price_fen,
        claims.copayment_fen,
        dues,
        over,
        Count(without),
        claims.digest,
        context.actor,
        seen.today,
    )
    twins = (
        (funds.stream(fund), SettlementAwaited(fund, *seen.where, amount_fen, seen.today))
        for fund, amount_fen in settlement_rules.by_fund(dues)
    )
    return ((seen.stream, submitted), *twins)


def _check(command: CheckSettlement, seen: Seen, known: Known, context: Context) -> Outcome:
    refused = first_refusal(
        *settlement_rules.unless_new_hands(seen, known, context),
        settlement_rules.unless_submitted(seen),
        settlement_rules.unless_the_latest(command.submission, seen),
    )
    event = SettlementChecked(*seen.name, seen.settlement.submissions, context.actor, seen.today)
    return refused or ((seen.stream, event),)


def _return(command: ReturnSettlement, seen: Seen, context: Context) -> Outcome:
    refused = settlement_rules.unless_under_way(seen)
    if refused is None and command.submission is not None:
        refused = settlement_rules.unless_the_latest(command.submission, seen)
    if refused is not None:
        return refused
    returned = SettlementReturned(
        *seen.name, seen.settlement.submissions, command.reason, context.actor, seen.today
    )
    twins = (
        (funds.stream(fund), SettlementSentBack(fund, *seen.where, amount_fen, seen.today))
        for fund, amount_fen in settlement_rules.by_fund(seen.dues)
    )
    return ((seen.stream, returned), *twins)


def _approve(command: ApproveSettlement, seen: Seen, known: Known, context: Context) -> Outcome:
    refused = first_refusal(
        *settlement_rules.unless_new_hands(seen, known, context),
        settlement_rules.unless_checked(seen),
        settlement_rules.unless_the_latest(command.submission, seen),
        *settlement_rules.unless_covered(seen, known),
    )
    if refused is not None:
        return refused
    approved = SettlementApproved(
        *seen.name,
        seen.settlement.submissions,
        seen.dues,
        context.actor,
        seen.today,
        seen.books,
    )
    twins = (
        (funds.stream(fund), SettlementReserved(fund, *seen.where, amount_fen, seen.today))
        for fund, amount_fen in settlement_rules.by_fund(seen.dues)
    )
    return ((seen.stream, approved), *twins, *recovery_offsets.approved(seen, known, context))
