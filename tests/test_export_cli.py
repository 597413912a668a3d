"""`jiefang export` as it was installed: files under names of their own, and what is refused."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

import api.cli  # noqa: F401 - it adds its commands to the application
from ledger.cli import app
from ledger.exchange import parquet_files
from ledger.exchange.terminal import Refused
from ledger.store import embedded
from tests.homes import Home, fresh_home
from tests.strangers import READERS, library


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with fresh_home() as home:
        embedded.start(home.data)
        home.ok("demo", "--no-serve")
        yield home
        embedded.stop(home.data)


def test_a_workbook_without_a_name_gets_one_and_is_not_written_over(home: Home) -> None:
    told = home.run("export", "claims", "--format", "xlsx")
    path = home.folder / "用餐-claims.xlsx"
    assert (told.returncode, told.stdout) == (0, "")
    assert "14 行。14 rows. 用餐-claims.xlsx" in told.stderr
    assert CalamineWorkbook.from_path(path).sheet_names == ["用餐 claims"]
    before = path.read_bytes()
    assert "--out" in home.refused("export", "claims", "--format", "xlsx")
    assert path.read_bytes() == before


def test_parquet_is_written_where_it_is_asked_for(home: Home) -> None:
    library("pyarrow")
    home.ok("export", "entries", "--format", "parquet", "--out", "entries.parquet")
    found = library("duckdb").read_parquet(str(home.folder / "entries.parquet"))
    table = home.ok("export", "entries")[1:]
    assert len(found.fetchall()) == len(list(csv.DictReader(io.StringIO(table))))


@pytest.mark.parametrize("dialect", READERS)
def test_the_journal_of_a_year_is_a_file_or_the_output(home: Home, dialect: str) -> None:
    asked = ("export", "journal", "--format", dialect, "--from", "2026-01", "--to", "2026-12")
    home.ok(*asked, "--out", f"2026.{dialect}")
    path = home.folder / f"2026.{dialect}"
    assert READERS[dialect](path)
    assert home.ok(*asked) == path.read_text(encoding="utf-8")
    assert "演示 demo" in path.read_text(encoding="utf-8")


def test_without_a_wish_a_journal_is_hledgers_and_rows_are_csv(home: Home) -> None:
    hledger = home.ok("export", "journal", "--format", "hledger")
    assert home.ok("export", "journal") == hledger
    assert home.ok("export", "service") == home.ok("export", "service", "--format", "csv")


def refused(folder: Path, *arguments: str) -> str:
    """What is said before a ledger is opened: the folder has none that could be."""
    (folder / "postgres").mkdir()
    target = folder / "nothing"
    given = ("export", *arguments, "--data", str(folder), "--out", str(target))
    answer = CliRunner().invoke(app, given)
    assert isinstance(answer.exception, Refused)
    assert not target.exists()
    return str(answer.exception)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("claims --format hledger", "csv, jsonl, xlsx, parquet"),
        ("journal --format xlsx", "hledger, beancount"),
        ("claims --from 2026-01", "只用于日记账"),
        ("journal --from 2026-13", "2026-13 不是月份"),
        ("journal --to 2026-1", "请写作 2026-03"),
        ("journal --from 2026-03 --to 2026-02", "请对调"),
    ],
)
def test_what_cannot_be_written_is_refused_before_a_ledger_is_opened(
    tmp_path: Path, wrong: str, said: str
) -> None:
    assert said in refused(tmp_path, *wrong.split())


def test_without_the_library_for_parquet_its_name_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_files, "find_spec", lambda _name: None)
    told = refused(tmp_path, "claims", "--format", "parquet")
    assert told.count("pip install 'jiefang-ledger[parquet]'") == 2
    assert "缺少程序库" in told
