"""Balances, funds, settlements, recoveries and payments equal a plain reading of the log.

In any view, for any history: its position may be told as a time, and either basis be asked for.
"""

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import Connection

from ledger.domain import postings
from ledger.domain.postings import Unit
from ledger.domain.values import Month, months_between
from ledger.projections import (
    canteens,
    disbursements,
    funds,
    journal,
    lots,
    payees,
    recoveries,
    settlements,
)
from ledger.projections.view import View
from ledger.store.codec import Recorded
from tests.projections import plain_money as plain
from tests.projections.history_town import CANTEENS, FUNDS
from tests.projections.history_views import HISTORIES, PHASES, Start, at_position, seen, some_views

MONTHS = months_between(Month("2025-12"), Month("2026-07"))


@settings(max_examples=15 * HISTORIES, phases=PHASES)
@given(st.randoms(use_true_random=True), st.integers(40, 170))
def test_every_amount_is_what_the_log_says(start: Start, dice: Random, count: int) -> None:
    with start.told(dice, count) as (connection, events):
        for view in some_views(connection, dice, events, 10):
            counted = seen(events, view)
            compare_balances(connection, view, counted)
            compare_settlements(connection, view, counted)
            for fund in FUNDS:
                compare_fund(connection, fund, view, counted)
            compare_registers(connection, view.known, seen(events, at_position(view)))
        for position in turning_points(events):
            view = View(known=position)
            compare_settlements(connection, view, seen(events, view))


def turning_points(events: list[Recorded]) -> set[int]:
    """Where each kind of step of a settlement or a recovery happened last, and just before."""
    last = {at.name: at.position for at in events if at.name.startswith(("settlement", "recovery"))}
    return {position - back for position in last.values() for back in (0, 1)}


def compare_balances(connection: Connection[Any], view: View, counted: list[Recorded]) -> None:
    expected: dict[tuple[str, Unit], int] = {}
    entries = []
    for at in counted:
        for line, (account, unit, amount) in enumerate(postings.of(at.event), start=1):
            expected[account, unit] = expected.get((account, unit), 0) + amount
            entries.append((at.position, line, account, amount, at.event.booked_in))
    held = journal.balances(connection, "", view)
    assert {(each.account, each.unit): each.amount for each in held} == expected
    told = journal.entries(connection, "", view)
    newest = entries[: -len(told) - 1 : -1]
    assert [
        (each.position, each.line, each.account, each.amount, each.booked_in) for each in told
    ] == newest
    assert len(told) in (len(entries), 500)


def compare_settlements(connection: Connection[Any], view: View, counted: list[Recorded]) -> None:
    expected = plain.settlements(counted)
    told = {
        (each.canteen, each.month): (
            *(each.stage, each.submission, each.meals, each.payable_fen, each.paid_fen),
            *(each.left_fen, each.waiting_since),
        )
        for each in settlements.register(connection, view=view)
    }
    assert told == {name: each.line for name, each in expected.items()}
    for (canteen, month), it in expected.items():
        found = settlements.settlement(connection, canteen, month, view=view)  # type: ignore[arg-type]  # - words here
        assert found is not None
        assert {d.payer: (d.due_fen, d.paid_fen, d.left_fen) for d in found.dues} == it.dues
        steps = [(each.position, each.stage, each.occurred_on) for each in found.steps]
        assert steps == it.steps
        assert sum(each.amount_fen for each in found.payments) == it.paid.total()
    back = [
        (
            *(r.position, r.amount_fen, r.lifted_fen, r.left_fen, r.ended, r.ended_on),
            *(r.reversed_fen, r.reversed_on),
        )
        for r in recoveries.recoveries(connection, view=view)
    ]
    assert back == plain.recoveries(counted)


def compare_fund(
    connection: Connection[Any], fund: Any, view: View, counted: list[Recorded]
) -> None:
    for it in funds.funds(connection, None, view, fund=fund):
        told = it.held_fen, it.reserved_fen, it.accrued_fen
        assert told == plain.sides(counted, fund)
        assert it.available_fen == plain.available_fen(*told)
    statement = funds.fund_statement(connection, fund, view)
    assert [
        (each.position, each.kind, each.amount_fen, each.balance_fen) for each in statement
    ] == plain.movements(counted, fund)
    by_month = [
        (m.month, m.received_fen, m.moved_in_fen, m.moved_out_fen, m.paid_fen, m.balance_fen)
        for m in funds.fund_by_month(connection, fund, view)
        if any((m.received_fen, m.moved_in_fen, m.moved_out_fen, m.paid_fen))
    ]
    assert by_month == plain.months(counted, fund, view.basis)


def compare_registers(
    connection: Connection[Any], known: int | None, counted: list[Recorded]
) -> None:
    """What answers at a position."""
    for fund in FUNDS:
        left = lots.lots(connection, fund, known=known)
        assert {each.lot: each.left_fen for each in left} == plain.lots_left(counted, fund)
    steps = plain.disbursements(counted)
    told = {
        (each.fund, each.disbursement): (each.stage, each.paid_fen, each.requested_fen)
        for each in disbursements.register(connection, known=known)
    }
    assert told == {
        name: (plain.stage(each), plain.paid_fen(each), each[0].event.amount_fen)
        for name, each in steps.items()
    }
    found = payees.payees(connection, known=known)
    assert {each.payee: (each.payments, each.paid_fen) for each in found} == plain.payees(counted)
    for canteen in CANTEENS:
        for month in MONTHS:
            days = canteens.days(connection, canteen, month, known=known)
            assert {
                each.day: [each.plates, each.attestations, each.takings_fen, each.countings]
                for each in days
            } == plain.canteen_days(counted, canteen, month)
