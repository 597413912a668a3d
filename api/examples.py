"""Examples: one of each command, in an order in which a new demo ledger accepts them all.

They tell a small story on invented people: an elder who also volunteers, her community's canteen
and its two funds. The documentation shows the first of each command; a test gives them all. A line
is one of a batch as `POST /v1/commands` takes it, but for `by`: a number for whoever gives it,
because much needs a second person. Roles are granted by one who may do nothing else.
"""

import json
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_name("examples.jsonl")


FIRST: Final = 1
ADMINISTRATOR: Final = 9


def turns() -> list[tuple[int, bytes]]:
    """Batches in their order, each with the number of the person who gives it."""
    lines = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    people = groupby(lines, lambda line: int(line.pop("by", FIRST)))
    return [(number, "\n".join(map(json.dumps, batch)).encode()) for number, batch in people]


@cache
def first_of_each() -> dict[str, dict[str, Any]]:
    """The data of the first example of each command."""
    lines = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return {line["command"]: line["data"] for line in reversed(lines)}
