"""Journals for hledger and Beancount: both find what the ledger holds, and answer an auditor."""

import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.domain.book import LedgerKind
from ledger.domain.funds import ReceiveMoney
from ledger.domain.lots import ReceiptKind
from ledger.domain.values import Fen, Month, Slug
from ledger.exchange.columns import What
from ledger.exchange.exporting import Format, export
from ledger.exchange.journals import EVER, Months, export_journal
from ledger.exchange.plain_text import DIALECTS
from ledger.projections import rebuild
from ledger.projections.journal import balances
from ledger.projections.models import MODELS
from ledger.projections.reading import reading_for_the_town
from ledger.projections.view import View
from ledger.running import Running
from ledger.store.datastore import LedgerDatastore
from tests.builders import MEAL_FUND, START, accepted, found, open_ledger, unit
from tests.strangers import READERS, Held, by_hledger, library, ours, run

MARCH = Months(Month("2026-03"), Month("2026-03"))


def text(datastore: LedgerDatastore, dialect: str, months: Months = EVER) -> str:
    target = io.StringIO()
    count = export_journal(datastore, DIALECTS[dialect], target, months)
    assert target.getvalue().count(" * ") == count
    return target.getvalue()


def journal(datastore: LedgerDatastore, dialect: str, folder: Path, months: Months = EVER) -> Path:
    path = folder / f"journal.{dialect}"
    path.write_text(text(datastore, dialect, months), encoding="utf-8")
    return path


def held(datastore: LedgerDatastore) -> Held:
    with reading_for_the_town(datastore) as connection:
        return ours(balances(connection, "", limit=10**6))


@pytest.fixture
def empty(database: str, tmp_path: Path) -> Iterator[LedgerDatastore]:
    """A ledger in which nothing was ever entered, not even its kind."""
    rebuild.prepare(database, MODELS)
    with LedgerDatastore(database) as datastore:
        yield datastore


@pytest.fixture
def rich(database: str, tmp_path: Path) -> Iterator[LedgerDatastore]:
    """A fund that was given the most there is on the first day of January, and on the last."""
    with open_ledger(database, tmp_path / "keys") as ledger:
        found(ledger)
        for at in (START, START.replace(day=31)):
            most, giver = Fen(10**12), Slug(f"giver-{at.day}")
            gift = ReceiveMoney(MEAL_FUND, ReceiptKind.award, giver, at.date(), most, None)
            accepted(ledger.execute([unit(gift, at=at)])[0])
    rebuild.prepare(database, MODELS)
    with LedgerDatastore(database) as datastore:
        yield datastore


# -- balances ------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", DIALECTS)
def test_strangers_find_every_balance_of_the_worked_example(
    example: Running, dialect: str, tmp_path: Path
) -> None:
    expected = held(example.datastore)
    assert READERS[dialect](journal(example.datastore, dialect, tmp_path)) == expected
    assert min(expected.values()) < 0


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_empty_ledger_is_an_empty_journal(
    empty: LedgerDatastore, dialect: str, tmp_path: Path
) -> None:
    path = journal(empty, dialect, tmp_path)
    assert READERS[dialect](path) == {}
    assert "空 empty" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_largest_amounts_are_exact(rich: LedgerDatastore, dialect: str, tmp_path: Path) -> None:
    found = READERS[dialect](journal(rich, dialect, tmp_path))
    assert found == held(rich)
    assert found[f"fund/{MEAL_FUND}", "CNY"] == 2 * 10**12 + 10_000_000


# -- what an auditor asks ------------------------------------------------------------------------


def test_hledger_tells_what_each_payer_is_still_to_pay(example: Running, tmp_path: Path) -> None:
    path = journal(example.datastore, "hledger", tmp_path)
    due = {name: fen for (name, _), fen in held(example.datastore).items() if name[:4] == "due/"}
    payers = {name.split("/", 2)[2] for name in due}
    assert len(payers) > 1
    for payer in payers:
        found = by_hledger(path, f"tag:payer=^{payer}$", "Assets:Due")
        assert {name: fen for (name, _), fen in found.items()} == {
            name: fen for name, fen in due.items() if name.endswith(f"/{payer}")
        }


def test_hledger_finds_the_claims_of_a_policy_version(example: Running, tmp_path: Path) -> None:
    path = journal(example.datastore, "hledger", tmp_path)
    target = io.StringIO()
    export(example.datastore, What.claims, Format.jsonl, target)
    claims = [json.loads(line) for line in target.getvalue().splitlines()]
    for version in (1, 2):
        query = f"tag:policy=^xilian-canteen/{version}$"
        said = run("hledger", "-f", path, "print", query).count("event:meal-claimed.v2")
        such = [each for each in claims if each["policy_version"] == version]
        assert said == sum(each["canteen"] == "xilian-canteen" for each in such)
    assert "rule:" in run("hledger", "-f", path, "print", "tag:policy=^xilian-canteen/1$")


def test_beancount_knows_numbers_from_words(example: Running, tmp_path: Path) -> None:
    library("beancount")
    from beancount import loader
    from beancount.core.data import Transaction

    path = journal(example.datastore, "beancount", tmp_path)
    entries, _, options = loader.load_file(str(path))
    meal = next(
        each
        for each in entries
        if isinstance(each, Transaction) and each.narration == "meal-claimed"
    )
    assert isinstance(meal.meta["position"], Decimal)
    assert meal.meta["booked_in"] == f"{meal.date:%Y-%m}"
    assert meal.meta["event"] == "meal-claimed.v2"
    assert {each.meta["payer"] for each in meal.postings if each.meta} >= {"eater"}
    assert options["operating_currency"] == ["CNY", "MIN", "TIMECREDIT"]


# -- some months ---------------------------------------------------------------------------------


def test_a_journal_of_a_month_begins_with_what_was_held_the_evening_before(
    example: Running,
) -> None:
    said = text(example.datastore, "hledger", MARCH)
    assert said.count("opening-balances") == 1
    assert "2026-02-28 * opening-balances\n    ; opening:2026-03\n" in said
    days = {line[:7] for line in said.splitlines() if " * " in line}
    assert days == {"2026-02", "2026-03"}


@pytest.mark.parametrize(
    ("month", "days"),
    [
        ("2025-12", []),
        ("2026-01", ["2026-01-01", "2026-01-01", "2026-01-31"]),
        ("2026-02", ["2026-01-31"]),
    ],
)
def test_a_month_has_its_first_day_and_its_last(
    rich: LedgerDatastore, month: str, days: list[str], tmp_path: Path
) -> None:
    months = Months(Month(month), Month(month))
    path = journal(rich, "hledger", tmp_path, months)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line[:10] for line in lines if " * " in line] == days
    with reading_for_the_town(rich) as connection:
        assert by_hledger(path) == ours(balances(connection, "", View(as_of=months.end)))


def test_the_first_months_have_nothing_before_them(example: Running) -> None:
    months = Months(Month("1950-01"), Month("2090-12"))
    said, whole = text(example.datastore, "hledger", months), text(example.datastore, "hledger")
    assert said.replace(str(months), str(EVER)) == whole


# -- what the file says of itself ----------------------------------------------------------------


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_head_says_which_ledger_up_to_where_and_for_whom(
    example: Running, dialect: str
) -> None:
    head = text(example.datastore, dialect).partition("\n\n")[0]
    last = example.ledger.recorder.max_notification_id()
    for words in (
        f"演示 {LedgerKind.demo}",
        f"up to position: {last},",
        "月份 months: 全部 all",
        "只交指定的审计人员",
        "For a named auditor only",
        "Liabilities:Owes:{payer}:{canteen}",
    ):
        assert words in head
    assert all(line.startswith(";") for line in head.splitlines())


@pytest.mark.parametrize("dialect", DIALECTS)
def test_one_position_is_one_text(example: Running, dialect: str) -> None:
    assert text(example.datastore, dialect) == text(example.datastore, dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_below_its_head_a_journal_is_ascii(example: Running, dialect: str) -> None:
    lines = text(example.datastore, dialect).splitlines()
    assert all(line.isascii() for line in lines if not line.startswith((";", 'option "title"')))
