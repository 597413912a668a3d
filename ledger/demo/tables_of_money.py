"""Two tables of money: what each canteen's settlement came to, and the story, row by row."""

from collections.abc import Mapping
from typing import Any

from psycopg import Connection

from ledger.deciding.answers import Accepted, Answer, Declined
from ledger.demo import telling
from ledger.demo.rows import Case
from ledger.demo.showing import Table, yuan
from ledger.demo.steps import Row
from ledger.domain.refusals import sentence
from ledger.domain.values import Month
from ledger.projections import settlements


def settled(case: Case, connection: Connection[Any]) -> Table:
    """Each settlement with what is due, paid and left, all payers together."""
    named = {each.id: each.name for each in case.communities}
    rows = []
    for row in case.settlements:
        found = settlements.settlement(connection, telling.canteen(row), Month(row.month))
        if found is not None:
            line = found.line
            sums = line.payable_fen, line.paid_fen, line.left_fen
            stage = f"{STAGES.get(line.stage, line.stage)}"
            rows.append(
                (f"{named[row.community]} 例", row.month, str(line.meals), *map(yuan, sums), stage)
            )
    return Table(
        "结算：每个饭堂每月应付多少，已付多少（元，例）\n"
        "Settlements: what is to be paid for each canteen's month, and was paid (yuan, example)",
        (
            "饭堂\nCanteen",
            "月\nMonth",
            "餐数\nMeals",
            "应付\nDue",
            "已付\nPaid",
            "未付\nLeft",
            "状态\nStage",
        ),
        tuple(rows),
        range(2, 6),
    )


STAGES = {"approved": "已批准 approved"}


def told(case: Case, answers: Mapping[Row, Answer]) -> Table:
    """What was attempted, day by day, and why it was refused where it was."""
    rows = []
    for row in case.story:
        answer = answers[Row("story", row.id)]
        rows.append((row.at[:10], row.by, row.what, *_outcome(answer)))
    return Table(
        "逐日记事：谁做了什么，什么不允许，为什么（例）\n"
        "Day by day: who did what, what was refused and why (example)",
        ("日期\nDay", "经办\nBy", "事项\nWhat", "", "原因\nWhy"),
        tuple(rows),
        range(0),
    )


def _outcome(answer: Answer) -> tuple[str, str]:
    if isinstance(answer, Accepted):
        return "✓", ""
    if isinstance(answer, Declined):
        refused = answer.refused
        zh, _ = sentence(refused.code, refused.values, "zh")
        en, _ = sentence(refused.code, refused.values, "en")
        return "✗", f"{zh}\n{en}"
    return "✗", answer.reference
