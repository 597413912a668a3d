"""The table of misuse is true: what it names is there, and no detector is left out."""

import re
from pathlib import Path

import pytest

from ledger.domain.refusals import Code
from ledger.projections.detectors import Pattern

ROOT = Path(__file__).parents[1]
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (ROOT / "docs" / "misuse.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| 滥用 · Misuse", "| ---"))
]
IMPOSSIBLE, SHOWN, NOT_YET = "不可能 · impossible", "显示 · shown", "尚未 · not yet"
NAMED = re.compile(r"`([^`]+)`")


def names(cell: str) -> set[str]:
    return set(NAMED.findall(cell))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].partition(" · ")[2])
def test_a_row_names_what_refuses_or_finds_it_and_the_test_that_shows_it(row: list[str]) -> None:
    misuse, outcome, by, tests = row
    assert " · " in misuse
    if outcome == NOT_YET:
        assert (names(by), names(tests)) == (set(), set())
        return
    assert names(by) <= {code.name for code in Code} | set(Pattern)
    assert bool(names(by) & set(Pattern)) == (outcome == SHOWN)
    assert outcome in (IMPOSSIBLE, SHOWN)
    assert names(tests)


@pytest.mark.parametrize("name", sorted({name for row in ROWS for name in names(row[3])}))
def test_a_test_that_the_table_names_exists(name: str) -> None:
    file, _, test = name.partition("::")
    text = (ROOT / file).read_text(encoding="utf-8")
    assert re.search(rf"^def {test}\(", text, re.MULTILINE)


def test_every_detector_is_in_the_table() -> None:
    assert set(Pattern) <= set().union(*(names(row[2]) for row in ROWS))
