"""The command `bundle`: the log is handed to an auditor, on record, and written as files for her.

What is handed over is recorded and sealed first, so that the bundle itself says to whom it went.
Each bundle is a handing-over of its own, one that follows on an interrupted one too.
"""

from functools import partial
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from ledger.audit import bundle
from ledger.domain.handovers import HandOverLog, LogHandedOver
from ledger.domain.values import HandoverId
from ledger.exchange import opened_sheets
from ledger.exchange.console import ERRORS, progress_bar
from ledger.exchange.log_terminal import seal_all
from ledger.exchange.terminal import (
    Data,
    Refused,
    Token,
    authority,
    execute,
    existing,
    owner,
    person_id,
)
from ledger.running import Running, log_folder_of, running


def bundle_(
    folder: Path,
    *,
    auditor: Annotated[
        str | None,
        typer.Option("--for", help="审计人的人员编号。The id of the auditor who gets it."),
    ] = None,
    sheets: Annotated[
        bool, typer.Option("--sheets", help="随附打开的情况表。With the opened fact sheets.")
    ] = False,
    token: Token = None,
    data: Data = None,
) -> None:
    """登记移交并导出审计包。Record to whom the log is handed, and write it as files for her."""
    if auditor is None:
        raise Refused("Say --for PERSON: to which auditor it goes. 请用 --for 写明审计人。")
    if folder.exists():
        raise Refused(f"{folder} is there already; name a new folder. {folder} 已存在。")
    with running(existing(data), project=False) as here:
        command = HandOverLog(HandoverId(str(uuid4())), person_id(auditor), sheets)
        answer = execute(here, authority(here, None, token), [command])
        handed: LogHandedOver = answer.events[0].event
        ERRORS.print(f"已登记移交 recorded: {handed.handover}", soft_wrap=True)
        seal_all(here)
        size = _write(here, folder, handed)
    ERRORS.print(
        f"{folder}: {size} 条 entries。内含个人活动轨迹，只交给 {handed.auditor}。"
        f"It tells the pattern of persons: hand it to {handed.auditor} alone.",
        soft_wrap=True,
    )


def _write(here: Running, folder: Path, handed: LogHandedOver) -> int:
    """How many entries the bundle has."""
    keys = log_folder_of(here.settings)
    sheets = partial(opened_sheets.opened, here, handed.auditor) if handed.sheets else None
    with owner(here) as connection, progress_bar("审计包 bundle") as progress:
        sealed = bundle.write(connection, keys, folder, handed, progress, sheets=sheets)
    return sealed.checkpoint.size
