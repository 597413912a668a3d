"""Funds against their definition: the events a view counts, and lots followed by hand."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import Connection

from ledger.domain import fund_entries, fund_state, postings
from ledger.domain.disbursement_records import DisbursementPaid, DisbursementReversed
from ledger.domain.fund_records import (
    ImportedPaymentReversed,
    MoneyMovedBack,
    MoneyMovedIn,
    MoneyReceived,
    MovedBetweenFunds,
    MoveReversed,
    OpeningBalanceRecorded,
    PaymentImported,
    ReceiptReversed,
)
from ledger.domain.lots import ReceiptKind
from ledger.domain.recovery_records import RecoveryReceiptReversed, RecoveryReceived
from ledger.domain.settlement_records import (
    SettlementDisbursed,
    SettlementDisbursementReversed,
)
from ledger.domain.values import CommunityId, Count, FundId, Month, month_of
from ledger.projections import fund_records, funds, lots
from ledger.projections.fund_records import MODEL, MovementKind, Side
from ledger.projections.funds import MonthOfFund, Movement
from ledger.projections.view import Basis, View
from ledger.store.codec import Recorded
from tests.projections.fund_events import (
    MEALS,
    MOVED_BY_MISTAKE,
    THERE_AND_BACK,
    YOUTH,
    opened,
    received,
)
from tests.projections.meal_events import claimed, reversed_, shares
from tests.projections.plain_money import available_fen, sides
from tests.projections.random_money import FUNDS
from tests.projections.random_town import STEPS, Step, seen, town, views
from tests.projections.real_log import written
from tests.projections.service_events import JINNING
from tests.servers import Server

MARCH = Month("2026-03")


# -- any history, any view ---------------------------------------------------------------------


@settings(max_examples=25)
@given(steps=STEPS, data=st.data())
def test_what_a_fund_holds_and_owes_is_what_its_view_counts(
    embedded: Server, steps: list[Step], data: st.DataObject
) -> None:
    with town(embedded, steps, MODEL) as (connection, log):
        for _ in range(4):
            view = data.draw(views(log))
            counted = seen(log, view)
            for fund in funds.funds(connection, None, view):
                held, reserved, accrued = sides(counted, fund.fund)
                told = fund.held_fen, fund.reserved_fen, fund.accrued_fen
                assert told == (held, reserved, accrued)
                assert fund.available_fen == available_fen(held, reserved, accrued)
                assert_statement(connection, fund.fund, view, counted, data.draw(st.integers(1, 9)))
        for fund_id in FUNDS:
            assert_lots(connection, fund_id, log, None)
            assert_lots(connection, fund_id, log, data.draw(st.integers(0, len(log))))


def assert_statement(
    connection: Connection[Any],
    fund: FundId,
    view: View,
    counted: Sequence[Recorded],
    limit: int,
) -> None:
    """Newest first, page after page; and the same by months."""
    balance, expected = 0, []
    for at in counted:
        for kind, amount_fen in moves(at.event, fund):
            balance += amount_fen
            expected.append((at.position, kind, amount_fen, balance))
    found = all_movements(connection, fund, view, limit)
    told = [(each.position, each.kind, each.amount_fen, each.balance_fen) for each in found]
    assert told == expected[::-1]
    assert funds.fund_by_month(connection, fund, view) == tuple(by_month(counted, fund, view))


def moves(event: Any, fund: FundId) -> Iterable[tuple[MovementKind, int]]:
    if isinstance(event, MovedBetweenFunds):
        if event.from_fund == fund:
            yield MovementKind.moved_out, -event.amount_fen
        if event.to_fund == fund:
            yield MovementKind.moved_in, event.amount_fen
    elif isinstance(event, MoveReversed):
        if event.from_fund == fund:
            yield MovementKind.move_reversed, event.amount_fen
        if event.to_fund == fund:
            yield MovementKind.move_reversed, -event.amount_fen
    elif isinstance(event, MoneyReceived) and event.fund == fund:
        yield MovementKind(event.kind), event.amount_fen
    elif type(event) in KIND and event.fund == fund:
        kind, sign = KIND[type(event)]
        yield kind, sign * event.amount_fen


KIND = {
    OpeningBalanceRecorded: (MovementKind.opening, 1),
    PaymentImported: (MovementKind.payment, -1),
    DisbursementPaid: (MovementKind.disbursement, -1),
    ImportedPaymentReversed: (MovementKind.payment_reversed, 1),
    DisbursementReversed: (MovementKind.payment_reversed, 1),
    SettlementDisbursed: (MovementKind.settlement, -1),
    SettlementDisbursementReversed: (MovementKind.payment_reversed, 1),
    RecoveryReceived: (MovementKind.recovery, 1),
    RecoveryReceiptReversed: (MovementKind.recovery_reversed, -1),
    ReceiptReversed: (MovementKind.receipt_reversed, -1),
}


COLUMN = {
    MovementKind.opening: ("old_books_fen", 1),
    MovementKind.moved_in: ("moved_in_fen", 1),
    MovementKind.moved_out: ("moved_out_fen", -1),
    MovementKind.payment: ("paid_fen", -1),
    MovementKind.disbursement: ("paid_fen", -1),
    MovementKind.settlement: ("paid_fen", -1),
    MovementKind.payment_reversed: ("paid_fen", -1),
    MovementKind.recovery: ("paid_fen", -1),
    MovementKind.recovery_reversed: ("paid_fen", -1),
}
RECEIVED = ("old_books_fen", *(f"{kind}_fen" for kind in ReceiptKind))


def column_of(kind: MovementKind, event: Any, fund: FundId) -> tuple[str, int]:
    """What was reversed is taken off its own kind."""
    if isinstance(event, MoveReversed):
        kind = (MovementKind.moved_in, MovementKind.moved_out)[event.from_fund == fund]
    if isinstance(event, ReceiptReversed):
        kind = MovementKind(event.kind or MovementKind.opening)
    return COLUMN.get(kind, (f"{kind}_fen", 1))


def by_month(counted: Sequence[Recorded], fund: FundId, view: View) -> Iterable[MonthOfFund]:
    """Each month in which anything of the fund changed: its flows, and all that came up to it."""
    months: dict[Month, list[Recorded]] = {}
    for at in counted:
        booked = view.basis is Basis.booked and hasattr(at.event, "booked_in")
        month = at.event.booked_in if booked else month_of(at.event.occurred_on)
        if any(sides([at], fund)) or any(moves(at.event, fund)) or touches(at, fund):
            months.setdefault(month, []).append(at)
    through: list[Recorded] = []
    for month, events in sorted(months.items()):
        opening, _, _ = sides(through, fund)
        through += events
        held, reserved, accrued = sides(through, fund)
        flows: Counter[str] = Counter()
        for at in events:
            for kind, amount_fen in moves(at.event, fund):
                column, sign = column_of(kind, at.event, fund)
                flows[column] += sign * amount_fen
        flows["received_fen"] = sum(flows[name] for name in RECEIVED)
        names = (*RECEIVED, "received_fen", "moved_in_fen", "moved_out_fen", "paid_fen")
        sums = {name: flows[name] for name in names}
        assert held == opening + sums["received_fen"] + sums["moved_in_fen"] - (
            sums["moved_out_fen"] + sums["paid_fen"]
        )
        available = available_fen(held, reserved, accrued)
        yield msgspec.convert(
            {"month": month, "opening_fen": opening, "balance_fen": held, "reserved_fen": reserved,
             "accrued_fen": accrued, "available_fen": available, **sums},
            MonthOfFund,
        )  # fmt: skip


def touches(at: Recorded, fund: FundId) -> bool:
    """Whether it posts to the fund's money at all, though it may come to nothing."""
    return any(
        counted[0] == fund
        for posting in postings.of(at.event)
        if (counted := fund_records.side(posting.account))
    )


def all_movements(
    connection: Connection[Any], fund: FundId, view: View, limit: int
) -> list[Movement]:
    found: list[Movement] = []
    while page := funds.fund_statement(
        connection, fund, view, limit=limit, after=found[-1].position if found else None
    ):
        assert len(page) <= limit
        found += page
    return found


TWINS = (MoneyMovedIn, MoneyMovedBack)


def assert_lots(
    connection: Connection[Any], fund: FundId, log: Sequence[Recorded], known: int | None
) -> None:
    """The lots left are the domain's own, gifts are spent to the last fen, payments are covered."""
    if known and isinstance(log[known - 1].event, MovedBetweenFunds | MoveReversed):
        known += 1  # its twin says where the lots went
    events = [at.event for at in log[:known] if at.stream == f"fund-{fund}"]
    state = fund_state.Fund()
    for event in events:
        state = fund_entries.evolve(state, event)
    left = [
        (each.lot, each.left_fen, (each.gift_fund, each.gift_lot))
        for each in lots.lots(connection, fund, known=known)
    ]
    sums: Counter[tuple[Any, ...]] = Counter()
    for lot in state.lots:  # what came back later lies beside the rest
        sums[lot.number, (lot.origin.fund, lot.origin.lot)] += lot.left_fen
    assert left == [(number, sums[number, origin], origin) for number, origin in sums]
    for event in events:
        match event:
            case OpeningBalanceRecorded() | MoneyReceived() | RecoveryReceived():
                parts = lots.where_did_it_go(connection, fund, event.receipt, known=known)
                stands = event.receipt not in state.reversed_receipts
                assert sum(part.amount_fen for part in parts) == event.amount_fen * stands
            case _ if getattr(event, "lots", None) and not isinstance(event, TWINS):
                sign = -1 if hasattr(event, "reverses") else 1
                spent = lots.which_paid(connection, fund, event.voucher, known=known)
                assert [(each.lot, each.amount_fen) for each in spent] == [
                    (use.lot, sign * use.amount_fen) for use in event.lots
                ]
            case _:
                pass


# -- stories -----------------------------------------------------------------------------------


def test_moves_are_neither_income_nor_spending(database: str) -> None:
    with written(database, [MODEL], *THERE_AND_BACK) as connection:
        (month,) = funds.fund_by_month(connection, MEALS)
        numbers = [(each.kind, each.number) for each in funds.fund_statement(connection, MEALS)]
    assert (month.month, month.opening_fen, month.received_fen, month.donation_fen) == (
        MARCH, 0, 150, 150,
    )  # fmt: skip
    assert (month.moved_in_fen, month.moved_out_fen, month.paid_fen) == (30, 80, 75)
    assert (month.balance_fen, month.available_fen) == (25, 25)
    assert numbers == [
        (MovementKind.payment, 2),
        (MovementKind.moved_in, 1),
        (MovementKind.moved_out, 1),
        (MovementKind.donation, 2),
        (MovementKind.donation, 1),
    ]


def test_what_was_taken_back_is_off_what_it_corrects_and_names_it(database: str) -> None:
    with written(database, [MODEL], *MOVED_BY_MISTAKE) as connection:
        months = [funds.fund_by_month(connection, fund) for fund in (MEALS, YOUTH)]
        entries = [
            (fund, each.kind, each.number, each.reverses, each.amount_fen, each.balance_fen)
            for fund in (MEALS, YOUTH)
            for each in funds.fund_statement(connection, fund)
        ]
    flows = [(each.moved_in_fen, each.moved_out_fen, each.paid_fen) for (each,) in months]
    assert flows == [(0, 0, 0), (0, 0, 0)]
    assert entries == [
        (MEALS, MovementKind.payment_reversed, 4, 3, 30, 100),
        (MEALS, MovementKind.payment, 3, None, -30, 70),
        (MEALS, MovementKind.move_reversed, 2, 1, 80, 100),
        (MEALS, MovementKind.moved_out, 1, None, -80, 20),
        (MEALS, MovementKind.donation, 1, None, 100, 100),
        (YOUTH, MovementKind.move_reversed, 2, 1, -80, 0),
        (YOUTH, MovementKind.moved_in, 1, None, 80, 80),
    ]


def test_the_share_of_a_meal_is_spoken_for_before_it_is_paid(database: str) -> None:
    happened = (opened(MEALS), received(MEALS, 1000, 1), claimed(borne=shares(fund=600, donor=100)))
    with written(database, [MODEL], *happened, claimed(2)) as connection:
        (before,) = funds.funds(connection, view=View(known=3))
        (now,) = funds.funds(connection)
    assert (before.held_fen, before.accrued_fen, before.available_fen) == (1000, 600, 400)
    assert (now.held_fen, now.accrued_fen, now.available_fen) == (1000, 1200, -200)


def test_a_share_that_is_to_come_back_adds_nothing_to_what_may_be_spent(database: str) -> None:
    """It is owed to the fund, and not there yet."""
    back = reversed_(claimed())
    happened = (opened(MEALS), received(MEALS, 1000, 1), back)
    with written(database, [MODEL], *happened) as connection:
        (fund,) = funds.funds(connection)
        (month,) = funds.fund_by_month(connection, MEALS)
        (booked,) = funds.funds_as_booked(connection, JINNING, MARCH)
    assert (fund.held_fen, fund.accrued_fen, fund.available_fen) == (1000, -600, 1000)
    assert (month.balance_fen, month.accrued_fen, month.available_fen) == (1000, -600, 1000)
    assert booked == fund


def test_funds_are_told_by_community_and_as_far_as_they_were_known(database: str) -> None:
    other = opened(YOUTH, CommunityId("xianhu"))
    with written(database, [MODEL], opened(MEALS), other) as connection:
        assert [each.fund for each in funds.funds(connection)] == [MEALS, YOUTH]
        assert [each.fund for each in funds.funds(connection, JINNING)] == [MEALS]
        assert [each.fund for each in funds.funds(connection, fund=YOUTH)] == [YOUTH]
        assert [each.fund for each in funds.funds(connection, view=View(known=1))] == [MEALS]
        assert funds.funds(connection, CommunityId("nowhere")) == ()


def test_a_fund_nobody_knows_has_no_money_and_no_lots(database: str) -> None:
    with written(database, [MODEL], opened(MEALS)) as connection:
        assert funds.fund_statement(connection, YOUTH) == ()
        assert funds.fund_by_month(connection, YOUTH) == ()
        assert lots.lots(connection, YOUTH) == ()
        assert lots.where_did_it_go(connection, YOUTH, Count(1)) == ()
        assert lots.which_paid(connection, YOUTH, Count(1)) == ()
        (fund,) = funds.funds(connection)
    assert (fund.held_fen, fund.available_fen) == (0, 0)


@pytest.mark.parametrize(
    ("account", "counted"),
    [
        ("fund/jinning-meals", ("jinning-meals", Side.held, 1)),
        ("reserved/jinning-meals", ("jinning-meals", Side.reserved, 1)),
        ("owes/fund/jinning-meals/canteen", ("jinning-meals", Side.accrued, -1)),
        ("fund/jinning-meals/reservation", None),
        ("due/canteen/fund/jinning-meals", None),
        ("owes/cooperative/xianhu/e1/canteen", None),
        ("outside/award/town", None),
        ("person/somebody/served", None),
    ],
)
def test_which_accounts_count_as_money_of_a_fund(
    account: str, counted: tuple[str, Side, int] | None
) -> None:
    assert fund_records.side(account) == counted
