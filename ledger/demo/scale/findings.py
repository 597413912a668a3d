"""What the exceptions queue found of what was planted, and what else it lists.

A finding has found something planted if it is of its pattern and names everybody in it. One that
names a planted person under another pattern is related: two friends who confirm each other confirm
each other alone. Everything else is a false alarm: it costs an auditor a question.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from ledger.demo.scale.planted import Planted
from ledger.projections.detectors import Pattern
from ledger.projections.exceptions import DETECTORS, Finding, exceptions


@dataclass(frozen=True, slots=True)
class Recall:
    """Of one pattern: how much was planted and found, and what the findings were."""

    pattern: Pattern
    planted: int
    found: int
    findings: int
    related: int
    false_alarms: int


def recalls(
    connection: Connection[Any], planted: Sequence[Planted], places: Collection[str]
) -> Iterator[Recall]:
    """Pattern by pattern; `places` are names that many findings share and that prove nothing."""
    for pattern in DETECTORS:
        yield _recall(pattern, everything(connection, pattern), planted, places)


def everything(connection: Connection[Any], pattern: Pattern) -> list[Finding]:
    """All findings of the pattern, page by page."""
    found: list[Finding] = []
    while page := exceptions(connection, pattern=pattern, after=found[-1].key if found else None):
        found += page
    return found


def _recall(
    pattern: Pattern,
    findings: Sequence[Finding],
    planted: Sequence[Planted],
    places: Collection[str],
) -> Recall:
    mine = [frozenset(each.names) for each in planted if each.pattern is pattern]
    others = {name for each in planted if each.pattern is not pattern for name in each.names}
    others.difference_update(places)
    found = [{each.subject, *each.others} for each in findings]
    hits = [names for names in found if any(each <= names for each in mine)]
    rest = [names for names in found if not any(each <= names for each in mine)]
    related = sum(not others.isdisjoint(names) for names in rest)
    return Recall(
        pattern,
        len(mine),
        sum(any(each <= names for names in hits) for each in mine),
        len(found),
        related,
        len(rest) - related,
    )
