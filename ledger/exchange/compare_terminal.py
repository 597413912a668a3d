"""The command `compare`: what changed between two dates in what was known."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from ledger.audit import logs
from ledger.audit.bundle import CHECKPOINT, Bundle
from ledger.audit.comparing import Changed, Difference, compare
from ledger.domain.postings import Unit
from ledger.exchange.audit_terminal import AsJson, show
from ledger.exchange.columns import Column, Kind
from ledger.exchange.console import ERRORS, progress_bar
from ledger.exchange.terminal import Out
from ledger.exchange.trail_lines import INDENT, yuan
from ledger.exchange.workbooks import write_workbook

NAME: Final = ("事后变动", "changed since")
COLUMNS: Final = (
    Column("figure", Kind.identity, "科目"),
    Column("month", Kind.word, "月份"),
    Column("position", Kind.number, "位置"),
    Column("event", Kind.identity, "事件"),
    Column("occurred_on", Kind.day, "所属日期"),
    Column("recorded_on", Kind.day, "登记日期"),
    Column("unit", Kind.unit, "单位"),
    Column("amount", Kind.amount, "数额"),
)


def compare_(
    old: Annotated[
        Path, typer.Argument(help="较早的审计包或检查点。The older bundle, or a checkpoint.")
    ],
    new: Annotated[Path, typer.Argument(help="较新的审计包。The newer bundle.")],
    *,
    out: Out = None,
    json: AsJson = False,
) -> None:
    """两份审计包之间，对过去的了解有何变动。What is known now of days that were past then."""
    file = old / CHECKPOINT if old.is_dir() else old
    earlier = logs.checkpoint_of(file.read_bytes())
    with progress_bar("比较 comparing") as progress:
        found = compare(logs.of_bundle(Bundle(new), progress, earlier), earlier.size)
    if out is not None and out.suffix == ".xlsx":
        with out.open("wb") as target:
            count = write_workbook(target, NAME, COLUMNS, _rows(found))
        ERRORS.print(f"{out}: {count} 行 rows", soft_wrap=True)
        return
    show(out, _lines(found), {"difference": found}, json=json)


def _rows(found: Difference) -> Iterator[dict[str, Any]]:
    for changed in found.changed:
        for entry in changed.entries:
            yield {
                "figure": changed.figure,
                "month": changed.month,
                "position": entry.position,
                "event": entry.event,
                "occurred_on": entry.occurred_on,
                "recorded_on": entry.recorded_on,
                "unit": changed.unit,
                "amount": entry.amount,
            }


def _lines(found: Difference) -> Iterator[str]:
    yield (
        f"{found.size_then} → {found.size_now} 条 entries；"
        f"截至 {found.known_until} 的了解有何变动 what is known now of days until then:"
    )
    for changed in found.changed:
        then, now = (_told(each, changed) for each in (changed.then, changed.now))
        yield f"{INDENT}{changed.month} {changed.figure}: {then} → {now}"
        for entry in changed.entries:
            yield (
                f"{INDENT * 2}#{entry.position} {entry.event}, 所属 about {entry.occurred_on}, "
                f"登记 recorded {entry.recorded_on}, {_told(entry.amount, changed)}"
            )
    for event, count in found.others.items():
        yield f"{INDENT}{event}: {count} 条，不影响以上数字 entries that change none of these"
    yield f"此后日期的记录 entries about later days: {found.ahead}"


def _told(amount: int, changed: Changed) -> str:
    return yuan(amount) if changed.unit is Unit.fen else f"{amount} 分钟 min"
