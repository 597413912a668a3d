"""Two reports about the same money say the same: a fund's months and the trial balance."""

from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import Connection

from ledger.domain.values import FundId, Month
from ledger.projections import fund_records, funds, journal_records, trial_balance
from ledger.projections.funds import MonthOfFund
from ledger.projections.view import View
from tests.projections.random_money import FUNDS
from tests.projections.random_town import STEPS, Step, town, views
from tests.servers import Server

Columns = tuple[int, int, int]


def in_the_books(connection: Connection[object], month: Month, view: View) -> dict[str, Columns]:
    """What each line began with, what it changed by, and what it ended with."""
    lines = trial_balance.lines(connection, month, view)
    return {
        each.line: (each.opening, each.increase - each.decrease, each.closing) for each in lines
    }


def of_fund(month: MonthOfFund) -> Columns:
    came = month.received_fen + month.moved_in_fen
    went = month.moved_out_fen + month.paid_fen
    return month.opening_fen, came - went, month.balance_fen


def agree(
    connection: Connection[object], fund: FundId, months: tuple[MonthOfFund, ...], view: View
) -> None:
    reserved_before = 0
    for month in months:
        books = in_the_books(connection, month.month, view)
        assert books.get(f"fund/{fund}", (0, 0, 0)) == of_fund(month)
        opening, _, closing = books.get(f"reserved/{fund}", (0, 0, 0))
        assert (opening, closing) == (reserved_before, month.reserved_fen)
        reserved_before = month.reserved_fen
        spoken_for = month.reserved_fen + max(month.accrued_fen, 0)
        assert month.balance_fen == spoken_for + month.available_fen


@settings(max_examples=15)
@given(steps=STEPS, data=st.data())
def test_a_funds_months_are_its_lines_in_the_trial_balance(
    embedded: Server, steps: list[Step], data: st.DataObject
) -> None:
    models = (journal_records.MODEL, fund_records.MODEL)
    with town(embedded, steps, *models) as (connection, log):
        for _ in range(3):
            drawn = data.draw(views(log))
            view = View(known=drawn.known, basis=drawn.basis)  # a trial balance is of whole months
            for fund in FUNDS:
                agree(connection, fund, funds.fund_by_month(connection, fund, view), view)


@settings(max_examples=5)
@given(steps=STEPS)
def test_the_last_month_ends_with_what_the_fund_holds_now(
    embedded: Server, steps: list[Step]
) -> None:
    with town(embedded, steps, fund_records.MODEL) as (connection, _):
        for fund in funds.funds(connection):
            *_, last = funds.fund_by_month(connection, fund.fund)
            assert (last.balance_fen, last.reserved_fen, last.accrued_fen, last.available_fen) == (
                fund.held_fen,
                fund.reserved_fen,
                fund.accrued_fen,
                fund.available_fen,
            )
