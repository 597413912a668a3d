"""The judge of what a case tells of money: settlements, the rows of its story, and its funds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from ledger.deciding.answers import Accepted, Answer, Declined
from ledger.demo import names, telling
from ledger.demo.rows import Case, Settlement
from ledger.demo.steps import Row
from ledger.domain.values import Month
from ledger.projections import funds, settlements


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that is not what the case expects."""

    row: Row
    field: str
    expected: object
    actual: object


Differences = Iterator[Difference]


def judge(case: Case, answers: Mapping[Row, Answer], connection: Connection[Any]) -> Differences:
    """Every difference, in the order of the case's tables."""
    for settlement in case.settlements:
        yield from _settlement(case, settlement, connection)
    yield from _story(case, answers)
    yield from _figures(case, connection)


def _settlement(case: Case, row: Settlement, connection: Connection[Any]) -> Differences:
    found = settlements.settlement(connection, telling.canteen(row), Month(row.month))
    where = Row("settlements", row.id)
    meals = None if found is None else found.line.meals
    if row.meals not in (None, meals):
        yield Difference(where, "meals", row.meals, meals)
    dues = {each.payer: each for each in found.dues} if found else {}
    for field, expected in (("due", row.due), ("left", row.left)):
        actual = {path: getattr(each, f"{field}_fen") for path, each in dues.items()}
        for name, fen in (expected or {}).items():
            told = actual.pop(telling.payer(case, row.community, name), 0)
            if told != fen:
                yield Difference(where, f"{field} {name}", fen, told)
        for path, told in actual.items() if expected is not None else ():
            yield Difference(where, f"{field} {path}", None, told)


def _story(case: Case, answers: Mapping[Row, Answer]) -> Differences:
    """What was told otherwise than expected. Of a refusal that is asked anew, the status alone.

    It left nothing in the log, so a second loading asks it of a ledger that has gone past its day.
    """
    rows = [(Row("story", row.id), row) for row in case.story]
    known = [n for n, (where, _) in enumerate(rows) if _replayed(answers[where])]
    for n, (where, row) in enumerate(rows):
        status, reason = _told(answers[where])
        if row.status not in (None, status):
            yield Difference(where, "status", row.status, status)
        if n > max(known, default=-1) and row.reason not in (None, reason):
            yield Difference(where, "reason", row.reason, reason)


def _replayed(answer: Answer) -> bool:
    return isinstance(answer, Accepted) and answer.replayed


def _told(answer: Answer) -> tuple[str, str]:
    match answer:
        case Accepted():
            return "ACCEPTED", ""
        case Declined():
            return "REFUSED", answer.refused.code.name
        case _:
            return "REFUSED", "FAULT"


def _figures(case: Case, connection: Connection[Any]) -> Differences:
    found = {each.fund: each for each in funds.funds(connection)} if case.fund_figures else {}
    for key, figures in case.fund_figures.items():
        fund = found.get(names.fund(*key.split("/", 1)))
        for field, expected in figures.items():
            actual = None if fund is None else getattr(fund, f"{field}_fen")
            if actual != expected:
                yield Difference(Row("fund_figures", key), field, expected, actual)
