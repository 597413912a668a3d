"""The command `sample`: a reproducible sample of what was sealed, as a working paper."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from ledger.audit import logs, sealed
from ledger.audit.bundle import CHECKPOINT, Bundle
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.drawing import How, drawn
from ledger.audit.population import Kind, Strata, Wanted
from ledger.audit.sampling import NONCE_MOST, Method, SampleImpossible, is_nonce
from ledger.domain.values import CommunityId
from ledger.exchange.audit_terminal import AsJson, Bundled, Events, show
from ledger.exchange.console import ERRORS, progress_bar
from ledger.exchange.terminal import Data, Out, Refused, existing
from ledger.exchange.working_papers import Paper, write_paper
from ledger.running import running

SIZE_MOST: Final = 10_000
NO_LINES: Final[tuple[str, ...]] = ()


First = Annotated[str, typer.Option("--from", help="起始日期。First day, 2026-01-01.")]
Last = Annotated[str, typer.Option("--to", help="截止日期。Last day, 2026-03-31.")]
Nonce = Annotated[
    str, typer.Option(help="审计员当场给出的一行文字。A line that the auditor makes up.")
]
Size = Annotated[int, typer.Option(min=1, max=SIZE_MOST, help="样本数。Items to draw.")]
Where = Annotated[str | None, typer.Option(help="社区；不填为全部。A community; all without.")]
Drawn = Annotated[Method, typer.Option(help="抽样方法。How to draw.")]
By = Annotated[Strata, typer.Option(help="分层依据。What divides the strata.")]
KeptIn = Annotated[
    Path | None,
    typer.Option(help="留存的检查点；不填为最新。A kept checkpoint; the newest without."),
]
Auditor = Annotated[str, typer.Option("--for", help="抽样人。Who draws.")]


def sample_(
    kind: Kind,
    *,
    first: First,
    last: Last,
    nonce: Nonce,
    size: Size,
    community: Where = None,
    method: Drawn = Method.simple,
    by: By = Strata.place,
    checkpoint: KeptIn = None,
    auditor: Auditor = "—",
    bundle: Bundled = None,
    data: Data = None,
    out: Out = None,
    json: AsJson = False,
) -> None:
    """可复算的抽样与底稿。A sample that anybody can draw again, and its working paper."""
    _must_be_one_line(nonce)
    if not json and (out is None or out.suffix != ".xlsx"):
        raise Refused(
            "Name the working paper: --out sample.xlsx, or ask for --json. "
            "请用 --out sample.xlsx 指定底稿，或使用 --json。"
        )
    where = None if community is None else CommunityId(community)
    days, how = (_day(first), _day(last)), How(method, by, size, nonce)
    with _sealed(data, bundle, checkpoint) as (at, events):
        try:
            drawing = drawn(at, events, Wanted(kind, where, *days, at.size), how)
        except SampleImpossible as wrong:
            raise Refused(str(wrong)) from None
    if json or out is None:
        show(out, NO_LINES, {"drawing": drawing}, json=True)
        return
    with out.open("wb") as file:
        write_paper(file, Paper(drawing, auditor, datetime.now(UTC)))
    told = f"{len(drawing.sample.drawn)} / {drawing.population_items}"
    ERRORS.print(f"{out}: {told} 项 items · {drawing.seed}", soft_wrap=True)


def _must_be_one_line(nonce: str) -> None:
    if not is_nonce(nonce):
        raise Refused(
            f"The nonce is one line of 1 to {NONCE_MOST} characters, without spaces at its ends. "
            f"随机语应为一行，1 至 {NONCE_MOST} 个字符，首尾无空格。"
        )


@contextmanager
def _sealed(
    data: Path | None, bundle: Path | None, kept: Path | None
) -> Iterator[tuple[Checkpoint, Events]]:
    """What was signed, and the events; of a kept checkpoint it must be the log. Raises Refused."""
    wished = None if kept is None else logs.checkpoint_of(kept.read_bytes())
    with progress_bar("读取日志 reading the log") as progress:
        if bundle is not None:
            files = Bundle(bundle)
            newest = logs.checkpoint_of(files.file(CHECKPOINT))
            yield wished or newest, logs.of_bundle(files, progress, wished)
            return
        with running(existing(data), project=False) as here:
            with here.datastore.get_connection() as connection:
                last = here.ledger.recorder.max_notification_id() or 0
                found = sealed.last_until(connection, wished.size if wished else last)
            if found is None or wished not in {None, found.checkpoint}:
                raise Refused(
                    "This ledger never signed that checkpoint, or none: jiefang log status. "
                    "本账本未签署此检查点，或尚未封存：请运行 jiefang log status。"
                )
            yield found.checkpoint, logs.of_ledger(here.datastore, progress)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(
            f"{text[:40]} is no day, write it as 2026-03-02. "
            f"{text[:40]} 不是日期，请写作 2026-03-02。"
        ) from None
