"""Laws of funds, tried on any sequence of commands: no fen is lost and no number left out."""

from collections import Counter, defaultdict
from dataclasses import asdict
from datetime import date
from itertools import accumulate, pairwise
from json import dumps
from typing import Any

from hypothesis import given as drawn
from hypothesis import strategies as some

from ledger.domain import funds
from ledger.domain.decisions import Refused
from ledger.domain.fund_records import (
    MoneyMovedIn,
    MoneyReceived,
    MovedBetweenFunds,
    OpeningBalanceRecorded,
    PaymentImported,
)
from ledger.domain.fund_rules import LOTS_MOST
from ledger.domain.fund_state import Fund
from ledger.domain.funds import FundCommand
from ledger.domain.lots import Lot, Origin, draw
from ledger.domain.values import Count, Fen, FundId
from tests.domain.fund_stories import (
    GENERAL,
    MARCH,
    MEALS,
    PALACE,
    TODAY,
    YOUTH,
    move,
    moved_lot,
    opening,
    pay,
    receive,
    town,
)

FUNDS = (GENERAL, YOUTH, PALACE, MEALS)
FUND = some.sampled_from(FUNDS)
PAIR = some.sampled_from(
    [(GENERAL, YOUTH), (GENERAL, MEALS), (YOUTH, PALACE), (PALACE, YOUTH), (YOUTH, MEALS)]
)
AMOUNT = some.integers(1, 60)
DAY = some.dates(date(2025, 11, 1), TODAY)
IN = some.one_of(some.builds(opening, FUND, AMOUNT, DAY), some.builds(receive, FUND, AMOUNT, DAY))
OUT = some.one_of(
    some.builds(lambda pair, amount, day: move(pair[0], pair[1], amount, day), PAIR, AMOUNT, DAY),
    some.builds(pay, FUND, AMOUNT, DAY),
)
COMMANDS = some.builds(
    lambda first, then: [*first, *then],
    some.lists(IN, min_size=8, max_size=12),
    some.lists(some.one_of(IN, OUT, OUT), min_size=4, max_size=30),
)


class History:
    """What came of the commands: the funds, and every event with the fund as it was before."""

    def __init__(self, commands: list[FundCommand]) -> None:
        story = town()
        self.events: list[tuple[Fund, Any]] = []
        for command in commands:
            outcome = story.when(command).outcome
            for stream, event in () if isinstance(outcome, Refused) else outcome:
                self.events.append((story.ledger.states[stream], event))
                story.ledger.fold((stream, event))
        self.funds: dict[FundId, Fund] = {
            fund: story.ledger.states[funds.stream(fund)] for fund in FUNDS
        }


@drawn(COMMANDS)
def test_a_fund_holds_what_came_in_less_what_went_out(commands: list[FundCommand]) -> None:
    history = History(commands)
    held: Counter[FundId] = Counter()
    for _, event in history.events:
        match event:
            case OpeningBalanceRecorded() | MoneyReceived():
                held[event.fund] += event.amount_fen
            case MovedBetweenFunds():  # its twin posts nothing
                held[event.from_fund] -= event.amount_fen
                held[event.to_fund] += event.amount_fen
            case PaymentImported():
                held[event.fund] -= event.amount_fen
            case _:
                pass
    for name, fund in history.funds.items():
        assert fund.balance_fen == held[name] >= 0
        assert all(lot.left_fen > 0 for lot in fund.lots)


@drawn(COMMANDS)
def test_a_fund_held_nothing_less_than_nothing_on_any_day(commands: list[FundCommand]) -> None:
    changes: defaultdict[FundId, Counter[date]] = defaultdict(Counter)
    for _, event in History(commands).events:
        day = event.occurred_on
        match event:
            case OpeningBalanceRecorded() | MoneyReceived():
                changes[event.fund][day] += event.amount_fen
            case MovedBetweenFunds():
                changes[event.from_fund][day] -= event.amount_fen
                changes[event.to_fund][day] += event.amount_fen
            case PaymentImported():
                changes[event.fund][day] -= event.amount_fen
            case _:
                pass
    for by_day in changes.values():
        assert min(accumulate(by_day[day] for day in sorted(by_day))) >= 0


@drawn(COMMANDS)
def test_an_outgoing_entry_names_its_whole_amount_oldest_lots_first(
    commands: list[FundCommand],
) -> None:
    for before, event in History(commands).events:
        if isinstance(event, MovedBetweenFunds | PaymentImported):
            left = {lot.number: lot.left_fen for lot in before.lots}
            there = sorted(lot.number for lot in before.lots if lot.came_on <= event.occurred_on)
            *whole, last = event.lots
            assert sum(use.amount_fen for use in event.lots) == event.amount_fen
            assert [use.lot for use in event.lots] == there[: len(event.lots)]
            assert all(use.amount_fen == left[use.lot] for use in whole)
            assert 0 < last.amount_fen <= left[last.lot]


@drawn(COMMANDS)
def test_receipts_and_vouchers_are_numbered_without_gaps(commands: list[FundCommand]) -> None:
    receipts: defaultdict[FundId, list[int]] = defaultdict(list)
    vouchers: defaultdict[FundId, list[int]] = defaultdict(list)
    for _, event in History(commands).events:
        match event:
            case OpeningBalanceRecorded() | MoneyReceived():
                receipts[event.fund].append(event.receipt)
            case MoneyMovedIn():
                receipts[event.to_fund] += [lot.lot for lot in event.lots]
            case MovedBetweenFunds():
                vouchers[event.from_fund].append(event.voucher)
            case PaymentImported():
                vouchers[event.fund].append(event.voucher)
            case _:
                pass
    for numbers in (*receipts.values(), *vouchers.values()):
        assert numbers == list(range(1, len(numbers) + 1))


@drawn(COMMANDS)
def test_every_gift_can_be_followed_to_where_it_lies_or_went(commands: list[FundCommand]) -> None:
    history = History(commands)
    given: Counter[Origin] = Counter()
    found: Counter[Origin] = Counter()
    for before, event in history.events:
        match event:
            case OpeningBalanceRecorded() | MoneyReceived():
                given[Origin(event.fund, event.receipt)] += event.amount_fen
            case PaymentImported():
                origins = {lot.number: lot.origin for lot in before.lots}
                for use in event.lots:
                    found[origins[use.lot]] += use.amount_fen
            case _:
                pass
    for fund in history.funds.values():
        for lot in fund.lots:
            found[lot.origin] += lot.left_fen
    assert found == given


@drawn(COMMANDS)
def test_a_move_and_its_twin_tell_the_same(commands: list[FundCommand]) -> None:
    events = [event for _, event in History(commands).events]
    for moved, twin in pairwise(events):
        if isinstance(moved, MovedBetweenFunds):
            assert isinstance(twin, MoneyMovedIn)
            for name in ("from_fund", "to_fund", "amount_fen", "voucher", "booked_in"):
                assert getattr(moved, name) == getattr(twin, name)
            assert [(use.lot, use.amount_fen) for use in moved.lots] == [
                (lot.from_lot, lot.amount_fen) for lot in twin.lots
            ]


@drawn(some.lists(AMOUNT, max_size=20), some.integers(-5, 500))
def test_lots_are_drawn_as_far_as_they_reach(amounts: list[int], asked: int) -> None:
    lots = [
        Lot(Count(number), Fen(amount), Origin(GENERAL, Count(number)), TODAY, MARCH)
        for number, amount in enumerate(amounts, start=1)
    ]
    drawn = draw(lots, Fen(asked), TODAY, MARCH)
    assert sum(part.left_fen for part in drawn) == max(0, min(asked, sum(amounts)))


def test_the_largest_entry_fits_an_event() -> None:
    longest = FundId("f" * 40)
    lots = tuple(moved_lot(10**8, 10**8, (longest, 10**8), 10**12) for _ in range(LOTS_MOST))
    assert len(dumps([asdict(lot) for lot in lots])) < 55_000
