"""Writes the expected values into case files: `python -m tests.reference.fill FILE ...`.

The text has one row a line, so that a row can be read, and a change of one row shows as one line.
"""

import json
import sys
from pathlib import Path

from .case_reference import filled
from .case_rows import Case


def case_text(case: Case) -> str:
    """The case as JSON, one row of a table a line."""
    return "{\n" + ",\n".join(f" {as_json(name)}: {table(case[name])}" for name in case) + "\n}\n"


def table(value: object) -> str:
    """A list or an object of rows with each row on its own line; anything else as it is."""
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f"  {as_json(row)}" for row in value) + "\n ]"
    if isinstance(value, dict) and value:
        rows = (f"  {as_json(key)}: {as_json(value[key])}" for key in value)
        return "{\n" + ",\n".join(rows) + "\n }"
    return as_json(value)


def as_json(value: object) -> str:
    """One line of JSON that leaves Chinese readable."""
    return json.dumps(value, ensure_ascii=False)


def fill(path: Path) -> None:
    """Read the case, work out what a ledger must answer, and write it back."""
    case = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(case_text(filled(case)), encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        fill(Path(name))
