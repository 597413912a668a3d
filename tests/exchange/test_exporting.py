"""Exports: everything there is, harmless in a spreadsheet, and the same in both forms."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from psycopg.sql import SQL

from ledger.domain.attendance import AttestAttendance
from ledger.domain.meal_records import MealReversalReason, ReversalKind
from ledger.domain.meals import ClaimMeal, ReverseMeal
from ledger.domain.service import ConfirmService
from ledger.domain.values import Count, Month, ShiftId
from ledger.engine import Ledger
from ledger.exchange import exporting
from ledger.exchange.columns import COLUMNS, What
from ledger.exchange.exporting import PAGES, Format, export
from ledger.exchange.tables import CsvFile, cell
from ledger.projections import rebuild
from ledger.projections.models import MODELS
from ledger.store.datastore import LedgerDatastore
from tests.builders import CANTEEN, accepted, person, unit

from .town import NOON, SHIFTS, town


@pytest.fixture
def ledger(database: str, tmp_path: Path) -> Iterator[Ledger]:
    """Three lunches, one of them reversed."""
    with town(database, tmp_path / "keys") as ledger:
        for number in (1, 2, 3):
            claim = ClaimMeal(person(number), CANTEEN, NOON.date())
            accepted(ledger.execute([unit(claim)])[0])
        kind, reason = ReversalKind.void, MealReversalReason.not_eaten
        reverse = ReverseMeal(person(3), Month("2024-03"), Count(1), kind, reason)
        accepted(ledger.execute([unit(reverse)])[0])
        rebuild.prepare(database, MODELS)
        yield ledger


def exported(ledger: Ledger, what: What, form: Format) -> str:
    target = io.StringIO(newline="")
    datastore = ledger.recorder.datastore
    assert isinstance(datastore, LedgerDatastore)
    count = export(datastore, what, form, target)
    lines = target.getvalue().count("\n")
    assert lines == count + (form is Format.csv)
    return target.getvalue()


def rows(ledger: Ledger, what: What) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(exported(ledger, what, Format.csv)[1:])))


def test_entries_sum_to_zero_and_name_their_events(ledger: Ledger) -> None:
    found = rows(ledger, What.entries)
    assert sum(int(row["amount"]) for row in found if row["unit"] == "fen") == 0
    assert {row["event"] for row in found} >= {"meal-claimed.v2", "meal-reversed.v1"}
    assert [row["position"] for row in found] == sorted((row["position"] for row in found), key=int)


def test_claims_tell_who_pays_and_what_became_of_them(ledger: Ledger) -> None:
    found = rows(ledger, What.claims)
    assert [row["status"] for row in found] == ["standing", "standing", "reversed"]
    assert found[2]["reason"] == "not_eaten"
    assert found[0]["shares"] == "fund/jinning-meals 600"
    assert (found[0]["price_fen"], found[0]["copayment_fen"]) == ("1500", "900")


def test_claims_are_in_order_of_canteen_and_day_and_services_of_person_and_day(
    ledger: Ledger, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nine = datetime(2024, 3, 1, 1, tzinfo=UTC)
    commands: list[object] = [ClaimMeal(person(1), CANTEEN, date(2024, 3, 1))]
    for number, shift in ((2, "kitchen"), (1, "night"), (1, "kitchen")):
        begin = nine + timedelta(days=SHIFTS.index(shift))
        attend = AttestAttendance(ShiftId(shift), person(number), begin, begin.replace(hour=3))
        commands += [attend, ConfirmService(ShiftId(shift), person(number))]
    for answer in ledger.execute([unit(command) for command in commands]):
        accepted(answer)
    for model in MODELS:
        rebuild.rebuild(database, model)
    monkeypatch.setattr(exporting, "RUN", 2)
    claims = [(row["served_on"], int(row["position"])) for row in rows(ledger, What.claims)]
    assert claims == sorted(claims)
    assert [day for day, _ in claims] == ["2024-03-01"] + ["2024-03-04"] * 3
    service = [(row["person"], row["occurred_on"]) for row in rows(ledger, What.service)]
    assert service == sorted(service)
    assert len(service) == 3


@pytest.mark.parametrize("what", [What.claims, What.service])
def test_a_page_is_read_by_an_index_however_long_the_table(ledger: Ledger, what: What) -> None:
    """Whatever sorts all of a large table before its first row is cut off after ten seconds."""
    with ledger.recorder.datastore.get_connection() as connection, connection.transaction():
        connection.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        query, first = PAGES[what]
        told = connection.execute(
            SQL("EXPLAIN {}").format(SQL(query)), first | {"run": 2}
        ).fetchall()
    plan = "\n".join(str(line["QUERY PLAN"]) for line in told)
    assert "Index Cond: (ROW(" in plan
    assert "Sort" not in plan, plan


@pytest.mark.parametrize("what", What)
def test_both_forms_tell_the_same(ledger: Ledger, what: What) -> None:
    lines = [json.loads(line) for line in exported(ledger, what, Format.jsonl).splitlines()]
    table = rows(ledger, what)
    assert [str(line["position"]) for line in lines] == [row["position"] for row in table]
    for line in lines:
        assert list(line) == [column.name for column in COLUMNS[what]]


def test_a_table_opens_by_a_double_click(ledger: Ledger) -> None:
    table = exported(ledger, What.claims, Format.csv)
    assert table.startswith("\ufeff")
    assert table.count("\r\n") == table.count("\n")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+86 757", "'+86 757"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        (-600, "-600"),
        (0, "0"),
        (None, ""),
        ("陈阿好", "陈阿好"),
        ("a=b", "a=b"),
    ],
)
def test_no_cell_is_a_formula(value: object, shown: str) -> None:
    assert cell(value) == shown


def test_a_file_that_was_given_stays_open() -> None:
    target = io.StringIO()
    with CsvFile(target, ("a", "b")) as table:
        table.write((1, "x,y"))
    assert target.getvalue() == '\ufeffa,b\r\n1,"x,y"\r\n'
