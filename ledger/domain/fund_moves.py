"""Moving money between two funds of one community, and taking back a move that does not stand.

Both funds know of it: the one that gives has the entry, the other its twin. What is taken back was
never spent, moved on or promised by the fund that had it, and goes to the lots it came from.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias, assert_never

from ledger.domain import fund_rules, lots
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
    MoneyMovedBack,
    MoneyMovedIn,
    MovedBetweenFunds,
    MoveReversalReason,
    MoveReversed,
)
from ledger.domain.fund_state import Fund, stream
from ledger.domain.lots import Lot
from ledger.domain.refusals import Code
from ledger.domain.values import Count, Fen, FundId, Month, PersonId, month_of

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MoveBetweenFunds:
    """Move money between two funds of one community."""

    from_fund: FundId
    to_fund: FundId
    amount_fen: Fen
    moved_on: date


@dataclass(frozen=True, slots=True)
class ReverseMove:
    """Take a move back, by its voucher in the fund that gave."""

    from_fund: FundId
    voucher: Count
    reason: MoveReversalReason


MoveCommand: TypeAlias = MoveBetweenFunds | ReverseMove


# -- deciding ----------------------------------------------------------------------------------


def needs(command: MoveCommand, giving: Fund | None) -> Iterable[Stream[Any]]:
    """The other fund, as soon as it is known which."""
    if isinstance(command, MoveBetweenFunds):
        yield stream(command.to_fund)
    elif giving is not None and command.voucher in giving.moved:
        yield stream(giving.moved[command.voucher].entry.to_fund)


def decide(command: MoveCommand, known: Known, community: Community, context: Context) -> Outcome:
    """Between funds of one community; the fund that gives is open."""
    match command:
        case MoveBetweenFunds():
            return _move(command, known, community, context)
        case ReverseMove():
            return _reverse(command, known, community, context)
        case _:
            assert_never(command)


# -- moving ------------------------------------------------------------------------------------


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
    return moved(command, known, community, by=context.actor)


def moved(
    move: MoveBetweenFunds, known: Known, community: Community, *, by: PersonId
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
        by,
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


# -- taking back -------------------------------------------------------------------------------


def _reverse(command: ReverseMove, known: Known, community: Community, context: Context) -> Outcome:
    """Another person than who moved it takes it back, once; no restriction keeps it from going."""
    name, voucher = command.from_fund, command.voucher
    giving = known[stream(name)]
    move = giving.moved.get(voucher)
    if move is None:
        return Refused(Code.record_must_be_known, record=f"{name}/{voucher}")
    receiving = known[stream(move.entry.to_fund)]
    twin = receiving.moved_in[name, voucher]
    there = _there(receiving, twin)
    refused = first_refusal(
        fund_rules.voucher_is_of_another(name, voucher, move.entry.moved_by, context),
        _unless_of_a_change(voucher, giving),
        fund_rules.voucher_stands(name, voucher, was_reversed=move.reversed),
        _unless_untouched(twin, there),
    ) or fund_rules.fund_covers(twin.to_fund, receiving, twin.amount_fen)
    if refused is not None:
        return refused
    when = _when(there, community)
    what = (name, twin.to_fund, twin.amount_fen, voucher, giving.next_voucher)
    back = MoveReversed(*what, move.entry.lots, command.reason, context.actor, *when)
    gone = MoneyMovedBack(*what, twin.lots, *when)
    return ((stream(name), back), (stream(twin.to_fund), gone))


def _there(receiving: Fund, twin: MoneyMovedIn) -> tuple[Lot, ...]:
    """What the other fund still has of the lots that the move began."""
    numbers = {each.lot for each in twin.lots}
    return tuple(lot for lot in receiving.lots if lot.number in numbers)


def _when(there: tuple[Lot, ...], community: Community) -> tuple[date, Month]:
    """On the day of the move, or on that on which the other fund had the last of it again."""
    day = max(lot.came_on for lot in there)
    months = (month_of(day), *(lot.booked_in for lot in there))
    return day, community.books_mirror_of(max(months))


def _unless_of_a_change(voucher: Count, giving: Fund) -> Refused | None:
    """It was decided by two under a resolution, and so is what undoes it."""
    for number, change in giving.changes.items():
        if change.voucher == voucher:
            return Refused(Code.move_must_not_carry_out_a_change, voucher=voucher, number=number)
    return None


def _unless_untouched(twin: MoneyMovedIn, there: tuple[Lot, ...]) -> Refused | None:
    """Each lot is whole: what was spent is given back first, what was moved on is moved back."""
    if lots.total(there) == twin.amount_fen:
        return None
    return Refused(
        Code.moved_money_must_be_untouched,
        fund=twin.from_fund,
        voucher=twin.voucher,
        to_fund=twin.to_fund,
    )
