"""Funds: money for one purpose, received in lots, moved and paid out against vouchers.

A fund has one restriction for ever: `unrestricted`, or the one purpose its money may serve. Money
moves within one community, to the same restriction or from unrestricted money, and never more
than the fund holds. Every outgoing entry draws on lots oldest first and records which.
Moves are in `fund_moves`, payments that were made outside this ledger in `imported_payments`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain import communities, fund_moves, fund_rules, fund_state, imported_payments
from ledger.domain.community_records import Community
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.fund_moves import MoveBetweenFunds, MoveCommand, ReverseMove
from ledger.domain.fund_records import (
    UNRESTRICTED,
    FundOpened,
    MoneyReceived,
    OpeningBalanceRecorded,
)
from ledger.domain.imported_payments import (
    ImportedPaymentCommand,
    ImportPayment,
    ReverseImportedPayment,
)
from ledger.domain.lots import ReceiptKind
from ledger.domain.refusals import Code
from ledger.domain.values import CommunityId, Fen, FundId, Slug, Title

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenFund:
    """Open a fund of the community, with the restriction it keeps for ever."""

    fund: FundId
    community: CommunityId
    name: Title
    restriction: Slug = UNRESTRICTED


@dataclass(frozen=True, slots=True)
class RecordOpeningBalance:
    """Take over what the fund held when its book here begins; first of all receipts that stand."""

    fund: FundId
    as_of: date
    amount_fen: Fen
    source: Slug


@dataclass(frozen=True, slots=True)
class ReceiveMoney:
    """Enter money that came in; an award says which award it is."""

    fund: FundId
    kind: ReceiptKind
    source: Slug
    received_on: date
    amount_fen: Fen
    award: Slug | None = None


FundCommand: TypeAlias = (
    OpenFund | RecordOpeningBalance | ReceiveMoney | MoveCommand | ImportedPaymentCommand
)


stream: Final = fund_state.stream
"""The stream of a fund."""


# -- deciding ----------------------------------------------------------------------------------


def place(command: FundCommand, known: Known) -> CommunityId | None:
    """The community of the fund, of the giving one in a move; None for a fund nobody opened."""
    if isinstance(command, OpenFund):
        return command.community
    return known[stream(_fund(command))].community


def _fund(command: FundCommand) -> FundId:
    return command.from_fund if isinstance(command, MoveCommand) else command.fund


def needs(command: FundCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The fund and its community; what a move or a payment of history needs besides."""
    here = stream(_fund(command))
    yield here
    fund = known.get(here)
    if isinstance(command, OpenFund):
        yield communities.stream(command.community)
    elif fund is not None and fund.community is not None:
        yield communities.stream(fund.community)
    if isinstance(command, MoveCommand):
        yield from fund_moves.needs(command, fund)
    elif isinstance(command, ReverseImportedPayment):
        yield from imported_payments.needs(command, fund, known, context)


def decide(command: FundCommand, known: Known, context: Context) -> Outcome:
    """Open once, in a known community; everything else needs an open fund."""
    home = place(command, known)
    if home is None:
        return Refused(Code.fund_must_be_known, fund=_fund(command))
    community = known[communities.stream(home)]
    match command:
        case OpenFund():
            return _open(command, known, community, context)
        case RecordOpeningBalance():
            return _record_opening(command, known, community, context)
        case ReceiveMoney():
            return _receive(command, known, community, context)
        case MoveBetweenFunds() | ReverseMove():
            return fund_moves.decide(command, known, community, context)
        case ImportPayment() | ReverseImportedPayment():
            return imported_payments.decide(command, known, community, context)
        case _:
            assert_never(command)


def _open(command: OpenFund, known: Known, community: Community, context: Context) -> Outcome:
    if community.name is None:
        return Refused(Code.community_must_be_known, community=command.community)
    if known[stream(command.fund)].community is not None:
        return Refused(Code.fund_must_be_new, fund=command.fund)
    event = FundOpened(
        command.fund,
        command.community,
        command.name,
        command.restriction,
        occurred_on=community.day_of(context),
    )
    return ((stream(command.fund), event),)


def _record_opening(
    command: RecordOpeningBalance, known: Known, community: Community, context: Context
) -> Outcome:
    fund = known[stream(command.fund)]
    refused = first_refusal(
        fund_rules.day_has_come(command.as_of, community, context),
        fund_rules.amount_is_positive(command.amount_fen),
        fund_rules.opening_balance_comes_first(command.fund, fund),
    )
    if refused is not None:
        return refused
    event = OpeningBalanceRecorded(
        command.fund,
        command.source,
        command.amount_fen,
        receipt=fund.next_receipt,
        occurred_on=command.as_of,
        booked_in=fund_rules.books_opening(command.as_of, community, fund),
    )
    return ((stream(command.fund), event),)


def _receive(
    command: ReceiveMoney, known: Known, community: Community, context: Context
) -> Outcome:
    fund = known[stream(command.fund)]
    refused = first_refusal(
        fund_rules.day_has_come(command.received_on, community, context),
        fund_rules.amount_is_positive(command.amount_fen),
        fund_rules.award_is_received_as_one(command.award, command.kind),
        fund_rules.follows_the_opening(command.received_on, command.fund, fund),
        fund_rules.fund_stays_below_the_limit(command.fund, fund, command.amount_fen),
    )
    if refused is not None:
        return refused
    event = MoneyReceived(
        command.fund,
        command.kind,
        command.source,
        command.award,
        command.amount_fen,
        receipt=fund.next_receipt,
        occurred_on=command.received_on,
        booked_in=community.books(command.received_on),
    )
    return ((stream(command.fund), event),)
