"""The ledger's commands for a terminal; `api.cli` adds the one that serves.

What goes wrong is told in one sentence in both languages, and the exit code is not zero.
"""

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Annotated

import psycopg
import typer
from eventsourcing.persistence import PersistenceError
from rich.console import Console

from ledger.audit.log_folder import LogFolderFault
from ledger.audit.told import ToldInBoth
from ledger.deciding.answers import LedgerUnavailable
from ledger.demo.case import began, first_of, load
from ledger.demo.check import check
from ledger.demo.check_money import Difference
from ledger.demo.rows import WORKED_EXAMPLE, CaseError, read
from ledger.demo.scale import findings, loading, shown
from ledger.demo.scale.days import FOUNDED, moment
from ledger.demo.scale.extent import EXTENTS, Scale
from ledger.demo.scale.year import Year
from ledger.demo.scratch import judge, server
from ledger.demo.staff import with_a_help_desk
from ledger.demo.tables import NOTE, tables
from ledger.domain.book import LedgerKind
from ledger.exchange import (
    access_terminal,
    audit_terminal,
    backup_terminal,
    compare_terminal,
    handover_terminal,
    log_terminal,
    sample_terminal,
    verify_terminal,
)
from ledger.exchange.console import ERRORS, output, progress_bar, table
from ledger.exchange.export_terminal import export
from ledger.exchange.keys_terminal import key_app
from ledger.exchange.origin_terminal import origin_app
from ledger.exchange.proof import of_one_model
from ledger.exchange.sheets import FileRefused
from ledger.exchange.terminal import Data, Out, Refused, catch_up, existing, import_
from ledger.exchange.witness_terminal import witness_app
from ledger.projections import rebuild
from ledger.projections.model import OtherVersion
from ledger.projections.models import MODELS
from ledger.projections.reading import ReadingLost, ReadingTooLong, reading_for_the_town
from ledger.running import Running, WrongKind, running
from ledger.settings import BadSetting, Settings
from ledger.store.datastore import UnsafeSetting
from ledger.store.embedded import EmbeddedServerError
from ledger.vault.errors import VaultError

app = typer.Typer(
    name="jiefang",
    help="街坊账本 · Jiefang Ledger: volunteer hours, meal subsidies and community funds.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
TELLS_ALL = (BadSetting, WrongKind, OtherVersion, CaseError, FileRefused, Refused, ToldInBoth)
"""Faults whose text is meant for whoever runs the command, in both languages."""
OPENING = (EmbeddedServerError, UnsafeSetting, VaultError, LogFolderFault)
UNREACHABLE = (
    LedgerUnavailable,
    ReadingLost,
    ReadingTooLong,
    psycopg.OperationalError,
    PersistenceError,
)


def run(commands: typer.Typer) -> None:
    """Run a command; whatever stops it becomes one sentence and an exit code."""
    logging.basicConfig(level=logging.WARNING, handlers=[_Brief()])
    try:
        commands()
    except TELLS_ALL as fault:
        _stop(str(fault))
    except OPENING as fault:
        _stop(f"账本无法打开。The ledger cannot be opened: {fault}")
    except UNREACHABLE as fault:
        _stop(
            "数据库无法访问，请稍后重试；已回答的都已保存。"
            f"The database cannot be reached, try again; nothing answered is lost: {fault}"
        )
    except OSError as fault:
        _stop(f"文件无法读写。A file cannot be read or written: {fault}")
    except Exception as fault:  # noqa: BLE001 - a person at a terminal is not shown a stack
        kind = type(fault).__name__
        _stop(f"程序出错，请报告。A fault of the program, please report it: {kind}: {fault}")


class _Brief(logging.Handler):
    """What the program notes of itself, a line each; its stacks are for a service's log."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print the line."""
        fault = record.exc_info[1] if record.exc_info else None
        cause = "" if fault is None else f": {type(fault).__name__}: {fault}"
        ERRORS.print(f"{record.getMessage()}{cause}", soft_wrap=True)


def _stop(sentence: str) -> None:
    ERRORS.print(sentence.strip(), style="red", soft_wrap=True)
    sys.exit(1)


# -- the worked example ------------------------------------------------------------------------


def show_demo(here: Running, out: Path | None) -> int:
    """Load the worked example unless it is there, print its tables; how many values differ."""
    case = read(WORKED_EXAMPLE)
    loaded = load(case, here.ledger)
    catch_up(here)
    with reading_for_the_town(here.datastore) as connection:
        shown = tables(loaded, connection)
        differences = check(loaded, connection, here.ledger.vault)
    with output(out) as console:
        for each in shown:
            console.print(table(each.title, each.columns, each.rows, right=each.numbers))
            for note in each.notes:
                console.print(note, soft_wrap=True)
        console.print(NOTE, soft_wrap=True)
        console.print(
            f"{len(loaded.answers)} 行已核对，{len(differences)} 处差异。"
            f"{len(loaded.answers)} rows judged, {len(differences)} differences."
        )
    _tell(ERRORS, WORKED_EXAMPLE.name, differences)
    return len(differences)


def _tell(console: Console, case: object, differences: Sequence[Difference]) -> None:
    for each in differences:
        values = f"expected={each.expected!r} actual={each.actual!r}"
        console.print(f"{case} {each.row} {each.field} {values}", soft_wrap=True)


def begun(scale: Scale | None) -> datetime:
    """The moment at which a demo ledger began."""
    return moment(FOUNDED, 0) if scale else began(read(WORKED_EXAMPLE))


@contextmanager
def open_demo(settings: Settings, *, seal: bool = False) -> Iterator[Running]:
    """The ledger, made a demo if it is empty; that of another version or kind is refused."""
    known, at = with_a_help_desk(settings), begun(None)
    with running(known, kind=LedgerKind.demo, seal=seal, began=at) as here:
        loading.must_fit(here, first_of(read(WORKED_EXAMPLE)))
        yield here


# -- a year of a whole town ----------------------------------------------------------------------


def show_scale(here: Running, scale: Scale, seed: int, listed: Path, out: Path | None) -> int:
    """Enter a year of a town, or what is left of it; how many answers were not as they should be.

    What is planted is listed in the file first, so that nobody knows it from the findings.
    """
    year = Year(EXTENTS[scale], seed)
    listed.write_text("".join(f"{line}\n" for line in shown.listed(year, scale, seed)), "utf-8")
    begun = monotonic()
    with progress_bar(f"{scale} {seed}") as progress:
        name = f"{scale}-{seed}"
        tally = loading.load(year, here, name, lambda: catch_up(here), progress)
    seconds = monotonic() - begun
    with reading_for_the_town(here.datastore) as connection:
        found = list(findings.recalls(connection, year.planted(), year.names()))
    with output(out) as console:
        for each in shown.tables(year, tally, seconds, found):
            console.print(table(each.title, each.columns, each.rows, right=each.numbers))
            for note in each.notes:
                console.print(note, soft_wrap=True)
        console.print(f"埋入清单 What was planted: {listed}", soft_wrap=True)
    for line in loading.told(tally):
        ERRORS.print(line, soft_wrap=True)
    return tally.unexpected


@contextmanager
def open_scale(
    settings: Settings, scale: Scale, seed: int, *, seal: bool = False
) -> Iterator[Running]:
    """A demo ledger for this year alone. Raises HoldsSomethingElse, WrongKind."""
    known, at = with_a_help_desk(settings), begun(scale)
    with running(known, kind=LedgerKind.demo, seal=seal, began=at) as here:
        loading.must_fit(here, f"{scale}-{seed}")
        yield here


@app.command("check-case", epilog="例 example: jiefang check-case ledger/demo/cases/*.json")
def check_case(files: list[Path], out: Out = None) -> None:
    """核对案例文件。Load each case into a fresh ledger and print every difference."""
    wrong = 0
    with server(Settings.read()) as settings, output(out) as console:
        for file in files:
            differences = judge(read(file), settings)
            wrong += len(differences)
            _tell(console, file, differences)
            verdict = f"{len(differences)} differences" if differences else "ok"
            console.print(f"{file}: {verdict}", soft_wrap=True)
    if wrong:
        raise typer.Exit(1)


# -- who is let in ------------------------------------------------------------------------------

app.add_typer(access_terminal.administrator_app, name="administrator")
app.add_typer(access_terminal.token_app, name="token")
app.command(epilog="例 example: jiefang grant --role leader --community jinning --token lk_…")(
    access_terminal.grant
)
app.command("revoke", epilog="例 example: jiefang revoke --person … --role leader --token lk_…")(
    access_terminal.revoke_role
)

# -- in, out, proof and repair ------------------------------------------------------------------

app.command(
    "import",
    epilog="例 example: jiefang import sheets.csv --token lk_… --dry-run --report refused.csv",
)(import_)
app.command(
    epilog="例 example: jiefang export claims --format xlsx --out claims.xlsx · "
    "jiefang export journal --format hledger --from 2026-01 --to 2026-12 --out 2026.journal",
)(export)


app.command(
    "verify",
    epilog="例 example: jiefang verify --data /var/lib/jiefang · jiefang verify bundle --key …",
)(verify_terminal.verify_)
app.command(
    "trail",
    epilog="例 example: jiefang trail jinning-canteen/2026-01 · jiefang trail jinning-meals/3 · "
    "jiefang trail jinning-meals/voucher/1 --bundle march",
)(audit_terminal.trail_)
app.command("recheck", epilog="例 example: jiefang recheck jinning-canteen/2026-01")(
    audit_terminal.recheck_
)
app.command(
    "sample",
    epilog="例 example: jiefang sample claims --from 2026-01-01 --to 2026-03-31 --size 30 "
    "--method monetary --nonce '…' --for 审计员例 --out sample.xlsx",
)(sample_terminal.sample_)
app.command("compare", epilog="例 example: jiefang compare march june --out changes.xlsx")(
    compare_terminal.compare_
)
app.command(epilog="例 example: jiefang receipt 16 --out lunch.tlog-proof --qr lunch.svg")(
    log_terminal.receipt
)
app.command("bundle", epilog="例 example: jiefang bundle march --for PERSON --token lk_…")(
    handover_terminal.bundle_
)
app.command("backup", epilog="例 example: jiefang backup /mnt/usb/2026-11-28")(
    backup_terminal.backup_
)
app.command(epilog="例 example: jiefang restore /mnt/usb/2026-11-28 --data town")(
    backup_terminal.restore
)
log_terminal.log_app.add_typer(origin_app, name="new-origin")
app.add_typer(log_terminal.log_app, name="log")
app.add_typer(witness_app, name="witness")


@app.command("rebuild", epilog="例 example: jiefang rebuild meals")
def rebuild_(
    model: Annotated[
        str | None, typer.Argument(help="读取表名；不填为全部。A read model; all without.")
    ] = None,
    data: Data = None,
) -> None:
    """重新生成读取表。Fold read models anew from the log, beside what is served, and swap."""
    named = {each.name: each for each in MODELS}
    if model is not None and model not in named:
        raise Refused(
            f"There is no read model {model}; there are {', '.join(named)}. 没有此读取表。"
        )
    with running(existing(data), project=False) as here:
        for each in [named[model]] if model else MODELS:
            with progress_bar(each.name) as progress:
                rebuild.rebuild(here.url, each, of_one_model(progress))
            ERRORS.print(f"{each.name}: 已重建 rebuilt", soft_wrap=True)


app.add_typer(key_app, name="keys")
