"""The command `export`: rows for a spreadsheet or a program, a journal for an auditor's tools."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated, Any, Final

import typer

from ledger.domain.values import BOUNDS, Month
from ledger.exchange import exporting, parquet_files
from ledger.exchange.columns import What
from ledger.exchange.console import ERRORS, Progress, progress_bar, silent
from ledger.exchange.exporting import NAMES, Format
from ledger.exchange.journals import EVER, Months, export_journal
from ledger.exchange.plain_text import DIALECTS
from ledger.exchange.terminal import Data, Out, Refused, catch_up, existing
from ledger.running import running


class Wanted(StrEnum):
    """What the command writes."""

    entries = "entries"
    claims = "claims"
    service = "service"
    journal = "journal"


class Written(StrEnum):
    """How it is written: the first four are for rows, the others for the journal."""

    csv = "csv"
    jsonl = "jsonl"
    xlsx = "xlsx"
    parquet = "parquet"
    hledger = "hledger"
    beancount = "beancount"


FORMS: Final = {each: tuple(Format) for each in Wanted} | {Wanted.journal: tuple(DIALECTS)}
"""The forms of each; without a wish it is the first."""
BINARY: Final = ("xlsx", "parquet")
"""Forms that no terminal shows."""

Form = Annotated[
    Written | None, typer.Option("--format", help="格式。The form (csv; of the journal hledger).")
]
From = Annotated[
    str | None, typer.Option("--from", help="日记账起始月份。First month of the journal, 2026-01.")
]
To = Annotated[
    str | None, typer.Option("--to", help="日记账截止月份。Last month of the journal, 2026-12.")
]


def export(
    what: Wanted,
    *,
    data: Data = None,
    form: Form = None,
    out: Out = None,
    first: From = None,
    last: To = None,
) -> None:
    """导出分录、用餐、服务记录或日记账。Export entries, claims, service, or the whole journal."""
    written, months = _form(what, form), _months(first, last)
    if months != EVER and what is not Wanted.journal:
        raise Refused(
            "--from and --to are for the journal; other exports hold all months. "
            "--from 和 --to 只用于日记账 journal；其他导出包含全部月份。"
        )
    if written in BINARY and out is None:
        out = _own_name(What(what), written)
    with running(existing(data)) as here:
        catch_up(here)
        with _opened(out, written) as (file, progress):
            if what is Wanted.journal:
                count = export_journal(here.datastore, DIALECTS[written], file, months, progress)
            else:
                rows = What(what), Format(written), file, progress
                count = exporting.export(here.datastore, *rows)
    zh, en = ("笔", "transactions") if what is Wanted.journal else ("行", "rows")
    place = "" if out is None else f" {out}"
    ERRORS.print(f"{count} {zh}。{count} {en}.{place}", soft_wrap=True)


def _form(what: Wanted, wished: Written | None) -> str:
    forms = [str(each) for each in FORMS[what]]
    if wished is not None and wished not in forms:
        named = ", ".join(forms)
        raise Refused(
            f"{what} cannot be written as {wished}: name one of {named} by --format. "
            f"{what} 不能写作 {wished}，请用 --format 选择 {named}。"
        )
    if wished is Written.parquet and not parquet_files.can_write():
        raise Refused(
            "For Parquet a library is missing: pip install 'jiefang-ledger[parquet]'. "
            "写 Parquet 缺少程序库，请运行 pip install 'jiefang-ledger[parquet]'。"
        )
    return forms[0] if wished is None else wished


def _months(first: str | None, last: str | None) -> Months:
    months = Months(_month(first), _month(last))
    if months.end < months.begin:
        raise Refused(
            f"{last} is before {first}: exchange --from and --to. "
            f"{last} 早于 {first}，请对调 --from 与 --to。"
        )
    return months


def _month(text: str | None) -> Month | None:
    if text is None or re.search(BOUNDS[Month].pattern or "", text):
        return None if text is None else Month(text)
    raise Refused(
        f"{text[:40]} is no month, write it as 2026-03. {text[:40]} 不是月份，请写作 2026-03。"
    )


def _own_name(what: What, written: str) -> Path:
    """A file beside whoever asks: no terminal shows bytes. Raises Refused if it is there."""
    path = Path(f"{'-'.join(NAMES[what])}.{written}")
    if path.exists():
        raise Refused(
            f"{path} is there already: name another file by --out, or remove it. "
            f"{path} 已存在，请用 --out 指定其他文件，或先删除它。"
        )
    return path


@contextmanager
def _opened(out: Path | None, written: str) -> Iterator[tuple[IO[Any], Progress]]:
    """The file that is asked for, with a bar on the terminal; or the terminal itself."""
    if out is None:
        fileno = sys.stdout.fileno()
        with open(fileno, "w", encoding="utf-8", newline="", closefd=False) as shown:
            yield shown, silent
        return
    made = out.open("wb") if written in BINARY else out.open("w", encoding="utf-8", newline="")
    with made as file, progress_bar(f"导出 exporting {out.name}") as progress:
        yield file, progress
