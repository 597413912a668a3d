"""DuckDB over CSV, JSONL and Parquet: its sums are those of the ledger."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import pytest
from psycopg.rows import tuple_row

from ledger.exchange import parquet_files
from ledger.exchange.columns import COLUMNS, Column, Kind, What
from ledger.exchange.exporting import Format, export
from ledger.exchange.parquet_files import write_parquet
from ledger.projections.journal import balances
from ledger.projections.reading import reading_for_the_town
from ledger.running import Running
from tests.strangers import library

READING = {
    Format.csv: "read_csv('{path}', header=true, nullstr='')",
    Format.jsonl: "read_json('{path}', format='newline_delimited')",
    Format.parquet: "read_parquet('{path}')",
}
BALANCES = """
SELECT account, unit, sum(amount)::bigint FROM {rows}
GROUP BY ALL HAVING sum(amount) <> 0 ORDER BY ALL
"""
CHARGED = """
SELECT sum(price_fen) AS price, sum(copayment_fen) AS paid, min(served_on) AS first
FROM meals.claims
"""
TYPES = {
    Kind.identity: "VARCHAR",
    Kind.word: "VARCHAR",
    Kind.unit: "VARCHAR",
    Kind.day: "DATE",
    Kind.moment: "TIMESTAMP WITH TIME ZONE",
    Kind.number: "BIGINT",
    Kind.minutes: "BIGINT",
    Kind.fen: "BIGINT",
    Kind.amount: "BIGINT",
    Kind.shares: "MAP(VARCHAR, BIGINT)",
}
Asked = Callable[[str, What, Format], list[tuple[Any, ...]]]


@pytest.fixture
def ask(example: Running, tmp_path: Path) -> Asked:
    """What DuckDB answers to a question about {rows}, an export in a form."""
    duckdb = library("duckdb")

    def asked(question: str, what: What, form: Format) -> list[tuple[Any, ...]]:
        path = tmp_path / f"{what}.{form}"
        with opened(path, form) as file:
            export(example.datastore, what, form, file)
        rows = READING[form].format(path=path)
        answer: list[tuple[Any, ...]] = duckdb.sql(question.format(rows=rows)).fetchall()
        return answer

    return asked


def opened(path: Path, form: Format) -> IO[Any]:
    if form is Format.parquet:
        library("pyarrow")
        return path.open("wb")
    return path.open("w", encoding="utf-8", newline="")


@pytest.mark.parametrize("form", READING)
def test_its_balances_are_those_of_the_journal(example: Running, ask: Asked, form: Format) -> None:
    with reading_for_the_town(example.datastore) as connection:
        found = balances(connection, "", limit=10**6)
    expected = sorted((each.account, each.unit, each.amount) for each in found if each.amount)
    assert ask(BALANCES, What.entries, form) == expected


@pytest.mark.parametrize("form", READING)
def test_what_meals_cost_is_what_was_charged(example: Running, ask: Asked, form: Format) -> None:
    with (
        reading_for_the_town(example.datastore) as connection,
        connection.cursor(row_factory=tuple_row) as cursor,
    ):
        [expected] = cursor.execute(CHARGED).fetchall()
    [(price, paid, first)] = ask(CHARGED.replace("meals.claims", "{rows}"), What.claims, form)
    assert (price, paid, str(first)) == (*expected[:2], str(expected[2]))


@pytest.mark.parametrize("form", READING)
def test_minutes_served_are_those_on_record(example: Running, ask: Asked, form: Format) -> None:
    with reading_for_the_town(example.datastore) as connection:
        served = balances(connection, "person/", limit=10**6)
    question = "SELECT sum(service_minutes) FROM {rows} WHERE status = 'credited'"
    [(minutes,)] = ask(question, What.service, form)
    assert minutes == sum(each.amount for each in served if each.account.endswith("/served"))


# -- Parquet -------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", What)
def test_every_column_of_a_parquet_file_has_its_type(ask: Asked, what: What) -> None:
    told = ask("DESCRIBE SELECT * FROM {rows}", what, Format.parquet)
    assert [(name, kind) for name, kind, *_ in told] == [
        (column.name, TYPES[column.kind]) for column in COLUMNS[what]
    ]


def test_shares_are_a_map_that_sums_to_the_price(ask: Asked) -> None:
    question = """
    SELECT count(*) FILTER (WHERE len(map_keys(shares)) > 0),
           count(*) FILTER (WHERE coalesce(list_sum(map_values(shares)), 0) + copayment_fen
                                  <> price_fen)
    FROM {rows}
    """
    [(shared, wrong)] = ask(question, What.claims, Format.parquet)
    assert (shared > 0, wrong) == (True, 0)


def test_rows_go_on_in_further_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library("pyarrow")
    monkeypatch.setattr(parquet_files, "BATCH_ROWS", 5)
    monkeypatch.setattr(parquet_files, "GROUP_BATCHES", 2)
    columns = [Column("it", Kind.fen, "它"), Column("who", Kind.identity, "谁")]
    given: list[Mapping[str, Any]] = [
        {"it": None if number == 3 else 10**12 - number, "who": f"第{number}人"}
        for number in range(25)
    ]
    path = tmp_path / "table.parquet"
    with path.open("wb") as file:
        assert write_parquet(file, columns, given) == 25
    duckdb = library("duckdb")
    found = duckdb.read_parquet(str(path)).fetchall()
    assert [{"it": it, "who": who} for it, who in found] == given
    groups = "SELECT DISTINCT row_group_num_rows FROM parquet_metadata(?) ORDER BY 1"
    assert duckdb.execute(groups, [str(path)]).fetchall() == [(5,), (10,)]


def test_without_rows_a_parquet_file_has_its_columns(tmp_path: Path) -> None:
    library("pyarrow")
    path = tmp_path / "table.parquet"
    with path.open("wb") as file:
        assert write_parquet(file, COLUMNS[What.claims], []) == 0
    found = library("duckdb").read_parquet(str(path))
    assert found.columns == [column.name for column in COLUMNS[What.claims]]
    assert found.fetchall() == []


def test_jsonl_tells_shares_as_numbers(example: Running, tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    with path.open("w", encoding="utf-8") as file:
        export(example.datastore, What.claims, Format.jsonl, file)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert all(
        sum(line["shares"].values()) + line["copayment_fen"] == line["price_fen"] for line in lines
    )
