"""What was imported before is known again: in a mended file, in another form, by somebody else."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from psycopg.sql import SQL

from ledger.deciding.answers import Unit
from ledger.domain.facts import FactSheet
from ledger.domain.people import RecordFacts
from ledger.engine import Ledger
from ledger.exchange.others import OWNERS
from tests.builders import CANTEEN, MEAL_FUND, accepted, everything, person

from .files import (
    ATTENDANCE,
    KITCHEN,
    LUNCH,
    SHEET,
    claim,
    counts,
    csv_file,
    events,
    imported,
    lines_file,
    xlsx_file,
)


def gift(fen: int) -> dict[str, Any]:
    data = {"fund": MEAL_FUND, "kind": "donation", "source": "wang", "received_on": "2024-03-01"}
    return {"command": "funds/receive-money", "data": data | {"amount_fen": fen}}


def test_the_same_file_again_changes_nothing(ledger: Ledger, folder: Path) -> None:
    for path in (
        csv_file(folder, ATTENDANCE, KITCHEN),
        lines_file(folder, claim(1), claim(2), claim(3) | {"key": "my-own-key"}),
    ):
        first, _ = imported(ledger, path)
        before = events(ledger)
        second, _ = imported(ledger, path)
        assert counts(second) == (0, first.accepted, 0)
        assert events(ledger) == before


def test_a_sheet_saved_in_another_form_is_the_same_sheet(ledger: Ledger, folder: Path) -> None:
    imported(ledger, csv_file(folder, SHEET, LUNCH))
    again = xlsx_file(
        folder, ("日期", "人员", "餐次", "饭堂"), (date(2024, 3, 4), person(1), "午餐", CANTEEN)
    )
    assert counts(imported(ledger, again)[0]) == (0, 1, 0)


def test_of_a_mended_sheet_only_what_was_mended_comes_in(ledger: Ledger, folder: Path) -> None:
    wrong = (CANTEEN, "2024-03-04", "宵夜", person(2))
    outcome, _ = imported(ledger, csv_file(folder, SHEET, LUNCH, wrong))
    assert counts(outcome) == (1, 0, 1)
    right = (CANTEEN, "2024-03-04", "午餐", person(2))
    outcome, _ = imported(ledger, csv_file(folder, SHEET, LUNCH, right))
    assert counts(outcome) == (1, 1, 0)


def test_the_same_meal_twice_in_one_sheet_is_two_meals(ledger: Ledger, folder: Path) -> None:
    """The second lunch of a day has no subsidy left and is refused; it is not the first again."""
    outcome, [told] = imported(ledger, csv_file(folder, SHEET, LUNCH, LUNCH))
    assert counts(outcome) == (1, 0, 1)
    assert (told.row, told.column, told.value) == (3, "日期", "2024-03-04")


def test_what_somebody_else_has_imported_is_not_imported_again(
    ledger: Ledger, folder: Path
) -> None:
    path = csv_file(folder, SHEET, LUNCH)
    imported(ledger, path)
    before = events(ledger)
    outcome, _ = imported(ledger, path, by=everything(person(4)))
    assert counts(outcome) == (0, 1, 0)
    assert events(ledger) == before


def test_lines_with_keys_of_their_own_are_known_whoever_imports_them(
    ledger: Ledger, folder: Path
) -> None:
    path = lines_file(folder, gift(100) | {"key": "a"}, gift(200), gift(100) | {"key": "b"})
    imported(ledger, path)
    before = events(ledger)
    for dry_run in (True, False):
        outcome, _ = imported(ledger, path, by=everything(person(4)), dry_run=dry_run)
        assert counts(outcome) == (0, 3, 0)
    assert events(ledger) == before


def test_a_key_that_somebody_else_used_for_something_else_is_free(
    ledger: Ledger, folder: Path
) -> None:
    record = RecordFacts(person(1), FactSheet(date(1950, 1, 1)))
    accepted(ledger.execute([Unit(everything(person(4)), "1", (record,))])[0])
    path = lines_file(folder, gift(100) | {"key": "1"}, gift(200) | {"key": "2"})
    assert counts(imported(ledger, path)[0]) == (2, 0, 0)
    assert counts(imported(ledger, path)[0]) == (0, 2, 0)


def test_a_key_used_for_another_request_is_refused_with_its_remedy(
    ledger: Ledger, folder: Path
) -> None:
    imported(ledger, lines_file(folder, gift(100) | {"key": "1"}))
    path = lines_file(folder, gift(200) | {"key": "1"}, gift(300) | {"key": "1"})
    outcome, told = imported(ledger, path)
    assert counts(outcome) == (0, 0, 2)
    assert [each.row for each in told] == [1, 2]
    assert [(each.column, each.value) for each in told] == [("/key", "1")] * 2
    assert all("new key" in each.en_remedy for each in told)


def test_keys_are_looked_up_by_their_owners_not_by_reading_all_of_them(ledger: Ledger) -> None:
    """The whole index has to be read for a key without its owner, before PostgreSQL 18."""
    with ledger.recorder.datastore.get_connection() as connection, connection.transaction():
        connection.execute("SET LOCAL enable_seqscan = off")
        values = {"keys": ["a", "b"], "first": "a", "last": "b", "actor": person(4)}
        rows = connection.execute(SQL("EXPLAIN {}").format(SQL(OWNERS)), values).fetchall()
    plan = [str(row["QUERY PLAN"]) for row in rows]
    assert sum("Index Cond: ((actor = actors.actor) AND (key" in line for line in plan) == 2, plan
    assert not any("Seq Scan" in line for line in plan)


def test_of_mended_lines_only_what_was_mended_comes_in(ledger: Ledger, folder: Path) -> None:
    outcome, _ = imported(ledger, lines_file(folder, gift(100), gift(200), b"{"))
    assert counts(outcome) == (2, 0, 1)
    outcome, _ = imported(ledger, lines_file(folder, gift(100), gift(200), gift(300)))
    assert counts(outcome) == (1, 2, 0)


def test_lines_that_were_moved_are_the_same_lines(ledger: Ledger, folder: Path) -> None:
    imported(ledger, lines_file(folder, gift(100), gift(200), gift(300)))
    spaced = json.dumps(gift(200), indent=None, separators=(" , ", " : ")).encode()
    moved = lines_file(folder, gift(300), b"", spaced, gift(100))
    assert counts(imported(ledger, moved)[0]) == (0, 3, 0)


def test_two_equal_lines_are_two_happenings_and_a_third_is_one_more(
    ledger: Ledger, folder: Path
) -> None:
    outcome, _ = imported(ledger, lines_file(folder, gift(100), gift(100)))
    assert counts(outcome) == (2, 0, 0)
    with_one_more = lines_file(folder, gift(100), gift(200), gift(100), gift(100))
    assert counts(imported(ledger, with_one_more)[0]) == (2, 2, 0)
