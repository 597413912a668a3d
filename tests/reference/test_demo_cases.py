"""The demo's cases: possible rows, no open question, and the answers the reference gives."""

import json
from pathlib import Path

import pytest

from .case_reference import filled, stripped
from .case_rows import Case
from .fill import case_text
from .silent_points import silent_points
from .well_formed import faults

CASES = sorted((Path(__file__).resolve().parents[2] / "ledger/demo/cases").glob("*.json"))


@pytest.fixture(params=CASES, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def read(path: Path) -> Case:
    case: Case = json.loads(path.read_text(encoding="utf-8"))
    return case


def test_there_are_the_worked_example_and_eight_more() -> None:
    assert len(CASES) >= 9
    assert "danzao-march" in [path.stem for path in CASES]


def test_every_expected_value_is_the_references(path: Path) -> None:
    case = read(path)
    assert filled(stripped(case)) == case


def test_every_row_is_possible(path: Path) -> None:
    assert faults(read(path)) == []


def test_no_row_depends_on_how_the_format_is_read(path: Path) -> None:
    assert silent_points(read(path)) == []


def test_every_case_says_what_is_invented(path: Path) -> None:
    assert "invented" in read(path)["README"]


def test_every_case_is_written_one_row_a_line(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == case_text(read(path))


def test_at_least_three_cases_hold_money() -> None:
    assert sum(1 for path in CASES if read(path)["balances"]) >= 3
