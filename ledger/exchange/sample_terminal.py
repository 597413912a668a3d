"""The command `sample`: a reproducible sample of what was sealed, as a working paper."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from ledger.audit import logs, sampling, sealed
from ledger.audit.bundle import CHECKPOINT, Bundle
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.population import Kind, Strata, Wanted, population
from ledger.audit.sampling import NONCE_MOST, Method, SampleImpossible, is_nonce, seed_of
from ledger.domain.values import CommunityId
from ledger.exchange.audit_terminal import AsJson, Bundled, Events, show
from ledger.exchange.console import ERRORS, progress_bar
from ledger.exchange.terminal import Data, Out, Refused, existing
from ledger.exchange.working_papers import Paper, write_paper
from ledger.running import running

SIZE_MOST: Final = 10_000
NO_LINES: Final[tuple[str, ...]] = ()


def sample_(
    kind: Kind,
    *,
    first: Annotated[str, typer.Option("--from", help="起始日期。First day, 2026-01-01.")],
    last: Annotated[str, typer.Option("--to", help="截止日期。Last day, 2026-03-31.")],
    nonce: Annotated[
        str, typer.Option(help="审计员当场给出的一行文字。A line that the auditor makes up.")
    ],
    size: Annotated[int, typer.Option(min=1, max=SIZE_MOST, help="样本数。Items to draw.")],
    community: Annotated[
        str | None, typer.Option(help="社区；不填为全部。A community; all without.")
    ] = None,
    method: Annotated[Method, typer.Option(help="抽样方法。How to draw.")] = Method.simple,
    by: Annotated[Strata, typer.Option(help="分层依据。What divides the strata.")] = Strata.place,
    checkpoint: Annotated[
        Path | None,
        typer.Option(help="留存的检查点；不填为最新。A kept checkpoint; the newest without."),
    ] = None,
    auditor: Annotated[str, typer.Option("--for", help="抽样人。Who draws.")] = "",
    bundle: Bundled = None,
    data: Data = None,
    out: Out = None,
    json: AsJson = False,
) -> None:
    """可复算的抽样与底稿。A sample that anybody can draw again, and its working paper."""
    if not is_nonce(nonce):
        raise Refused(
            f"The nonce is one line of 1 to {NONCE_MOST} characters, without spaces at its ends. "
            f"随机语应为一行，1 至 {NONCE_MOST} 个字符，首尾无空格。"
        )
    if not json and (out is None or out.suffix != ".xlsx"):
        raise Refused(
            "Name the working paper: --out sample.xlsx, or ask for --json. "
            "请用 --out sample.xlsx 指定底稿，或使用 --json。"
        )
    with _sealed(data, bundle, checkpoint) as (at, events):
        where = None if community is None else CommunityId(community)
        wanted = Wanted(kind, where, _day(first), _day(last), at.size)
        items, seed = population(events, wanted), seed_of(at.root, nonce)
    try:
        drawn = sampling.draw(method, items, size, seed, lambda item: item.stratum(by))
    except SampleImpossible as wrong:
        raise Refused(str(wrong)) from None
    drawn_by, now = auditor.strip() or "—", datetime.now(UTC)
    paper = Paper(at, wanted, method, by, size, nonce, seed, items, drawn, drawn_by, now)
    if json or out is None:
        show(out, NO_LINES, _told(paper), json=True)
        return
    with out.open("wb") as file:
        write_paper(file, paper)
    ERRORS.print(f"{out}: {len(drawn.drawn)} / {len(items)} 项 items · {seed}", soft_wrap=True)


def _told(paper: Paper) -> dict[str, Any]:
    return {
        "origin": paper.checkpoint.origin,
        "checkpoint_size": paper.checkpoint.size,
        "checkpoint_root": paper.checkpoint.root.hex(),
        "nonce": paper.nonce,
        "seed": paper.seed,
        "wanted": paper.wanted,
        "method": paper.method,
        "by": paper.by,
        "asked": paper.asked,
        "population_items": len(paper.population),
        "population_amount": paper.total,
        "unit": paper.wanted.unit,
        "sample": paper.sample,
    }


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
