"""The command `compare`: what changed between two dates in what was known.

Where the log was begun anew in between, it tells where the newer one left the former.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from ledger.audit import logs
from ledger.audit.bundle import CHECKPOINT, Bundle
from ledger.audit.comparing import Changed, Difference, compare
from ledger.audit.parting import Parting, part
from ledger.domain.postings import Unit
from ledger.exchange.audit_terminal import AsJson, show
from ledger.exchange.columns import Column, Kind
from ledger.exchange.console import ERRORS, progress_bar
from ledger.exchange.parting_lines import of_parting
from ledger.exchange.terminal import Out, Refused
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
    earlier = logs.checkpoint_of((old / CHECKPOINT if old.is_dir() else old).read_bytes())
    newest = logs.checkpoint_of((new / CHECKPOINT).read_bytes())
    parting, found = None, None
    with progress_bar("比较 comparing") as progress:
        if earlier.origin != newest.origin:
            parting = part(Bundle(old) if old.is_dir() else earlier, Bundle(new), progress)
        if parting is None or parting.goes_on:
            began = earlier._replace(origin=newest.origin)
            found = compare(logs.of_bundle(Bundle(new), progress, began), earlier.size)
    if out is not None and out.suffix == ".xlsx":
        _write(out, found)
    else:
        told: dict[str, object] = {"difference": found}
        if parting is not None:
            told |= {"parting": parting, "explained": parting.explained}
        show(out, _lines(parting, found), told, json=json)
    if parting is not None and not parting.explained:
        raise typer.Exit(1)


def _write(out: Path, found: Difference | None) -> None:
    if found is None:
        raise Refused(
            "The two logs part, of which there is no workbook: leave --out away. "
            "两份日志分叉，不能导出为工作簿：请去掉 --out。"
        )
    with out.open("wb") as target:
        count = write_workbook(target, NAME, COLUMNS, _rows(found))
    ERRORS.print(f"{out}: {count} 行 rows", soft_wrap=True)


def _lines(parting: Parting | None, found: Difference | None) -> Iterator[str]:
    if parting is not None:
        yield from of_parting(parting)
    if found is not None:
        yield from _of_difference(found)


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


def _of_difference(found: Difference) -> Iterator[str]:
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
