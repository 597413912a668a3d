"""Examples: one of each command, in an order in which a new demo ledger accepts them all.

They tell a small story on invented people: an elder who also volunteers, her community's canteen
and its two funds. The file is a batch as `POST /v1/commands` takes it. The documentation shows the
first of each command; a test gives them all.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_name("examples.jsonl")


@cache
def first_of_each() -> dict[str, dict[str, Any]]:
    """The data of the first example of each command."""
    lines = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return {line["command"]: line["data"] for line in reversed(lines)}
