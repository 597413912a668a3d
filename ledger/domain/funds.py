"""Funds: money for one purpose, received in lots, moved and paid out against vouchers.

A fund has one restriction for ever: `unrestricted`, or the one purpose its money may serve. Money
moves within one community, to the same restriction or from unrestricted money, and never more
than the fund holds. Every outgoing entry draws on lots oldest first and records which.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias, assert_never

from ledger.domain import communities, fund_rules, lots
from ledger.domain.community_records import Community
from ledger.domain.decisions import (
    Context,
    Happening,
    Known,
    Outcome,
    Refused,
    Stream,
    first_refusal,
)
from ledger.domain.fund_records import (
    UNRESTRICTED,
    FundOpened,
    MoneyMovedIn,
    MoneyReceived,
    MovedBetweenFunds,
    OpeningBalanceRecorded,
    PaymentImported,
)
from ledger.domain.fund_state import Fund
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


@dataclass(frozen=True, slots=True)
class MoveBetweenFunds:
    """Move money between two funds of one community."""

    from_fund: FundId
    to_fund: FundId
    amount_fen: Fen
    moved_on: date


@dataclass(frozen=True, slots=True)
class ImportPayment:
    """Enter a payment that was decided and made outside this ledger."""

    fund: FundId
    payee: Slug
    purpose: Slug
    paid_on: date
    amount_fen: Fen


FundCommand: TypeAlias = (
    OpenFund | RecordOpeningBalance | ReceiveMoney | MoveBetweenFunds | ImportPayment
)


def stream(fund: FundId) -> Stream[Fund]:
    """The stream of a fund."""
    return Stream(f"fund-{fund}")


# -- deciding ----------------------------------------------------------------------------------


def place(command: FundCommand, known: Known) -> CommunityId | None:
    """The community of the fund, of the giving one in a move; None for a fund nobody opened."""
    match command:
        case OpenFund():
            return command.community
        case MoveBetweenFunds():
            return known[stream(command.from_fund)].community
        case _:
            return known[stream(command.fund)].community


def needs(command: FundCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The funds and their community."""
    match command:
        case OpenFund():
            return (stream(command.fund), communities.stream(command.community))
        case MoveBetweenFunds():
            funds = [stream(command.from_fund), stream(command.to_fund)]
        case _:
            funds = [stream(command.fund)]
    fund = known.get(funds[0])
    if fund is None or fund.community is None:
        return funds
    return (*funds, communities.stream(fund.community))


def decide(command: FundCommand, known: Known, context: Context) -> Outcome:
    """Open once, in a known community; everything else needs an open fund."""
    home = place(command, known)
    if home is None:
        fund = command.from_fund if isinstance(command, MoveBetweenFunds) else command.fund
        return Refused(Code.fund_must_be_known, fund=fund)
    community = known[communities.stream(home)]
    match command:
        case OpenFund():
            return _open(command, known, community, context)
        case RecordOpeningBalance():
            return _record_opening(command, known, community, context)
        case ReceiveMoney():
            return _receive(command, known, community, context)
        case MoveBetweenFunds():
            return _move(command, known, community, context)
        case ImportPayment():
            return _import_payment(command, known, community, context)
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


def _move(
    command: MoveBetweenFunds, known: Known, community: Community, context: Context
) -> Outcome:
    giving, receiving = known[stream(command.from_fund)], known[stream(command.to_fund)]
    if receiving.community != giving.community:  # whether another community has it is not told
        return Refused(Code.fund_must_be_known, fund=command.to_fund)
    drawn = fund_rules.drawn(giving, command.amount_fen, command.moved_on, community)
    refused = first_refusal(
        fund_rules.day_has_come(command.moved_on, community, context),
        fund_rules.amount_is_positive(command.amount_fen),
        fund_rules.funds_differ(command.from_fund, command.to_fund),
        fund_rules.follows_the_opening(command.moved_on, command.from_fund, giving),
        fund_rules.follows_the_opening(command.moved_on, command.to_fund, receiving),
        fund_rules.restriction_allows_the_move(giving.restriction, receiving.restriction),
        fund_rules.fund_covers(command.from_fund, giving, command.amount_fen),
        fund_rules.lots_fit(command.from_fund, drawn),
        fund_rules.fund_stays_below_the_limit(command.to_fund, receiving, command.amount_fen),
        fund_rules.money_has_come(command.moved_on, command.from_fund, drawn),
    )
    if refused is not None:
        return refused
    return moved(command, known, community)


def moved(
    move: MoveBetweenFunds, known: Known, community: Community
) -> tuple[Happening, Happening]:
    """What a move does to the fund that gives and, as its twin, to the one that receives."""
    giving, receiving = known[stream(move.from_fund)], known[stream(move.to_fund)]
    drawn = fund_rules.drawn(giving, move.amount_fen, move.moved_on, community)
    uses = lots.uses(drawn)
    out = MovedBetweenFunds(
        move.from_fund,
        move.to_fund,
        move.amount_fen,
        giving.next_voucher,
        uses,
        occurred_on=move.moved_on,
        booked_in=fund_rules.books_spending(drawn, community.books(move.moved_on), community),
    )
    twin = MoneyMovedIn(
        out.from_fund,
        out.to_fund,
        out.amount_fen,
        out.voucher,
        lots.move(giving.lots, uses, receiving.receipts),
        out.occurred_on,
        out.booked_in,
    )
    return (stream(move.from_fund), out), (stream(move.to_fund), twin)


def _import_payment(
    command: ImportPayment, known: Known, community: Community, context: Context
) -> Outcome:
    fund, day = known[stream(command.fund)], command.paid_on
    drawn = fund_rules.drawn(fund, command.amount_fen, day, community)
    refused = first_refusal(
        fund_rules.day_has_come(day, community, context),
        fund_rules.amount_is_positive(command.amount_fen),
        fund_rules.follows_the_opening(day, command.fund, fund),
        fund_rules.purpose_matches(fund.restriction, command.purpose),
        fund_rules.fund_covers(command.fund, fund, command.amount_fen),
        fund_rules.lots_fit(command.fund, drawn),
        fund_rules.money_has_come(day, command.fund, drawn),
    )
    if refused is not None:
        return refused
    event = PaymentImported(
        command.fund,
        command.payee,
        command.purpose,
        command.amount_fen,
        fund.next_voucher,
        lots.uses(drawn),
        occurred_on=day,
        booked_in=fund_rules.books_spending(drawn, community.books(day), community),
    )
    return ((stream(command.fund), event),)
