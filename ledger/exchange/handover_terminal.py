"""The command `bundle`: the log is handed to an auditor, on record, and written as files for her.

What is handed over is recorded and sealed first, so that the bundle itself says to whom it went.
"""

import re
from functools import partial
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from ledger.access import authorities
from ledger.audit import bundle
from ledger.domain import handovers
from ledger.domain.authority import Role
from ledger.domain.decisions import Refused as Refusal
from ledger.domain.handovers import HandOverLog, LogHandedOver
from ledger.domain.refusals import Code
from ledger.domain.values import BOUNDS, HandoverId
from ledger.exchange import opened_sheets
from ledger.exchange.console import ERRORS, progress_bar
from ledger.exchange.log_terminal import seal_all
from ledger.exchange.terminal import (
    Data,
    Refused,
    Token,
    as_refused,
    authority,
    execute,
    existing,
    owner,
    person_id,
)
from ledger.projections.reading import states_now
from ledger.running import Running, log_folder_of, running


def bundle_(
    folder: Path,
    *,
    auditor: Annotated[
        str | None,
        typer.Option("--for", help="审计人的人员编号。The id of the auditor who gets it."),
    ] = None,
    sheets: Annotated[
        bool, typer.Option("--sheets", help="随附打开的资料卡。With the opened fact sheets.")
    ] = False,
    handover: Annotated[
        str | None,
        typer.Option(help="已登记的移交编号，不再登记。Of a handover that is recorded already."),
    ] = None,
    token: Token = None,
    data: Data = None,
) -> None:
    """登记移交并导出审计包。Record to whom the log is handed, and write it as files for her."""
    if (auditor is None) is (handover is None) or (sheets and handover):
        raise Refused(
            "Say --for PERSON, with --sheets or without, or --handover ID for what is recorded. "
            "请用 --for 写明审计人（可加 --sheets），或用 --handover 写明已登记的移交。"
        )
    if folder.exists():
        raise Refused(f"{folder} is there already; name a new folder. {folder} 已存在。")
    with running(existing(data), project=False) as here:
        if auditor is not None:
            command = HandOverLog(HandoverId(str(uuid4())), person_id(auditor), sheets)
            handed = _hand_over(here, command, token)
        else:
            handed = _recorded(here, handover or "")
        seal_all(here)
        size = _write(here, folder, handed)
    ERRORS.print(
        f"{folder}: {size} 条 entries。内含个人活动轨迹，只交给 {handed.auditor}。"
        f"It tells the pattern of persons: hand it to {handed.auditor} alone.",
        soft_wrap=True,
    )


def _hand_over(here: Running, command: HandOverLog, token: str | None) -> LogHandedOver:
    """Record it, and say under which id, for whoever has to write the files again."""
    answer = execute(here, authority(here, None, token), [command])
    handed: LogHandedOver = answer.events[0].event
    ERRORS.print(f"已登记移交 recorded: --handover {handed.handover}", soft_wrap=True)
    return handed


def _recorded(here: Running, text: str) -> LogHandedOver:
    """What was recorded, as long as she may still have it. Raises Refused."""
    if not re.search(BOUNDS[HandoverId].pattern or "", text):
        raise Refused(f"{text[:40]} is no handover's id. {text[:40]} 不是移交编号。")
    here_is = handovers.stream(HandoverId(text))
    with here.datastore.get_connection() as connection:
        handed = states_now(connection, [here_is])[here_is].made
        if handed is None:
            raise Refused(f"No handover {text} is recorded. 没有登记移交 {text}。")
        held = authorities.of(connection, handed.auditor)
    if held.reach((Role.auditor,)) is not None:
        code = Code.log_must_go_to_an_auditor_of_the_town
        raise as_refused(Refusal(code, auditor=handed.auditor))
    return handed


def _write(here: Running, folder: Path, handed: LogHandedOver) -> int:
    """How many entries the bundle has."""
    keys = log_folder_of(here.settings)
    sheets = partial(opened_sheets.opened, here, handed.auditor) if handed.sheets else None
    with owner(here) as connection, progress_bar("审计包 bundle") as progress:
        sealed = bundle.write(connection, keys, folder, handed, progress, sheets=sheets)
    return sealed.checkpoint.size
