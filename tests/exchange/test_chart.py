"""The chart has a name for every account that any event may move, and every name leads back."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain import postings
from ledger.domain.postings import POSTS, Posting, Unit
from ledger.exchange.chart import CHART, account_name, commodity, quantity
from tests.store.event_values import events
from tests.strangers import library, path_of

MOVED = st.one_of(*(events(kind).map(postings.of) for kind in POSTS))


@given(MOVED)
def test_every_account_has_a_name_that_leads_back_and_each_commodity_sums_to_zero(
    moved: tuple[Posting, ...],
) -> None:
    sums: dict[str, int] = {}
    for path, unit, amount in moved:
        assert path_of(account_name(path)) == path
        sums[commodity(path, unit)] = sums.get(commodity(path, unit), 0) + amount
    assert not any(sums.values())


@given(MOVED)
def test_beancount_takes_every_name(moved: tuple[Posting, ...]) -> None:
    library("beancount")
    from beancount.core import account

    assert all(account.is_valid(account_name(path)) for path, _, _ in moved)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("fund/meals", "Assets:Fund:Meals"),
        ("fund/meals/reservation", "Assets:Fund:Meals:Reservation"),
        ("due/k/cooperative/xianhu/xh-e1", "Assets:Due:K:Cooperative:Xianhu:Xh-e1"),
        ("owes/fund/meals/k", "Liabilities:Owes:Fund:Meals:K"),
        ("community/jinning/credit", "Liabilities:Community:Jinning:Credit"),
        ("community/jinning/served", "Income:Community:Jinning:Served"),
        ("outside/opening/2025-book", "Equity:Outside:Opening:2025-book"),
        ("outside/award/town", "Income:Outside:Award:Town"),
        ("outside/payee/opening", "Expenses:Outside:Payee:Opening"),
    ],
)
def test_an_account_stands_under_the_root_of_what_it_is(path: str, name: str) -> None:
    assert account_name(path) == name


@pytest.mark.parametrize("path", ["", "fund", "fund/", "community/jinning/other", "payroll/x"])
def test_what_the_chart_does_not_know_is_not_guessed(path: str) -> None:
    with pytest.raises(KeyError):
        account_name(path)


def test_the_document_has_the_chart() -> None:
    text = (Path(__file__).parents[2] / "docs" / "exporting.md").read_text(encoding="utf-8")
    rows = [f"| `{each.name}` | {each.zh} | {each.en} |" for each in CHART]
    assert "\n".join(rows) in text


@pytest.mark.parametrize(
    ("amount", "unit", "shown"),
    [
        (0, Unit.fen, "0.00"),
        (1, Unit.fen, "0.01"),
        (-1, Unit.fen, "-0.01"),
        (-99, Unit.fen, "-0.99"),
        (-100, Unit.fen, "-1.00"),
        (650, Unit.fen, "6.50"),
        (10**12, Unit.fen, "10000000000.00"),
        (-(10**12) + 1, Unit.fen, "-9999999999.99"),
        (90, Unit.minute, "90"),
        (-90, Unit.minute, "-90"),
    ],
)
def test_fen_are_written_as_yuan_and_minutes_as_they_are(
    amount: int, unit: Unit, shown: str
) -> None:
    assert quantity(amount, unit) == shown
