"""The command `jiefang verify`: a bundle or a receipt offline, or a ledger with its tables."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from ledger.audit import notes, trust
from ledger.audit.bundle import Bundle
from ledger.audit.bundle_tree import Kept
from ledger.audit.checks import as_json, verdicts
from ledger.audit.notes import Verifier
from ledger.audit.report import Check, Report
from ledger.audit.trust import Trust
from ledger.audit.verify import verify
from ledger.exchange import opened_sheets
from ledger.exchange.console import output, progress_bar, table
from ledger.exchange.proof import prove
from ledger.exchange.receipt_check import verify_receipt
from ledger.exchange.terminal import FOLDING, Data, Out, Refused, catch_up, existing
from ledger.running import running
from ledger.store.codec import Recorded

CHECK_ZH: Final = {
    Check.files: "文件",
    Check.checkpoint: "检查点",
    Check.tree: "哈希树",
    Check.earlier: "此前检查点",
    Check.receipts: "收据",
    Check.sheets: "情况表",
    Check.entries: "记录",
    Check.handover: "移交",
}


def verify_(  # noqa: PLR0917 - each is an option with a name
    bundle: Annotated[
        Path | None,
        typer.Argument(help="审计包或收据；不填则核对账本。A bundle, a receipt, or the ledger."),
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option(help="信任的日志公钥。A log's public key, as published.")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="信任策略文件。A policy file: keys, witnesses, quorum.")
    ] = None,
    earlier: Annotated[
        list[Path] | None, typer.Option(help="此前保存的检查点。A checkpoint that you have kept.")
    ] = None,
    receipt: Annotated[
        list[Path] | None, typer.Option(help="保存的收据。A receipt that somebody has kept.")
    ] = None,
    json: Annotated[
        Path | None, typer.Option(help="机器可读的报告。The report for a machine.")
    ] = None,
    data: Data = None,
    out: Out = None,
) -> None:
    """证明账本无误。Prove that a log is whole: a bundle offline, or this ledger and its tables."""
    if bundle is not None and bundle.is_file():
        sound = verify_receipt(bundle, _trust_of(key or [], policy), out)
    elif bundle is not None:
        trusted = _trust_of(key or [], policy)
        given = earlier or [], receipt or []
        sound = _verify_bundle(bundle, trusted, *given, out=out, json=json)
    else:
        sound = _prove(data, out)
    if not sound:
        raise typer.Exit(1)


def _prove(data: Path | None, out: Path | None) -> bool:
    with running(existing(data)) as here, output(out) as console:
        with progress_bar(FOLDING) as progress:
            catch_up(here, progress)
        proof = prove(here, progress_bar)
        for fault in proof.faults:
            console.print(fault, soft_wrap=True)
        verdict = f"{len(proof.faults)} 处不符 faults" if proof.faults else "无误 sound"
        console.print(
            f"{proof.events} events · {proof.streams} streams · {proof.models} models: {verdict}",
            soft_wrap=True,
        )
    return not proof.faults


def _verify_bundle(
    folder: Path,
    trusted: Trust,
    earlier: Sequence[Path],
    kept: Sequence[Path],
    *,
    out: Path | None,
    json: Path | None,
) -> bool:
    with progress_bar("核验 verifying") as progress:
        report = verify(
            Bundle(folder),
            trusted,
            earlier=[Kept(file.name, file.read_bytes()) for file in earlier],
            kept_receipts=[Kept(file.name, file.read_bytes()) for file in kept],
            opening=opened_sheets.read,
            progress=progress,
        )
    if json is not None:
        json.write_bytes(as_json(report))
    with output(out) as console:
        for line in _told(report):
            console.print(line, soft_wrap=True)
        console.print(_checks(report))
    return report.sound


def _told(report: Report) -> Sequence[str]:
    lines = [
        f"{CHECK_ZH[found.check]} {found.check} {found.where}: {found.zh}{found.en}"
        for found in report.findings
    ]
    if report.checkpoint is not None:
        origin, size, root = report.checkpoint
        lines.append(f"{origin} · {size} 条 entries · {root.hex()}")
    if report.handover is not None:
        lines.append(_handed(report.handover))
    lines.append(
        f"{report.files} 个文件 files · {report.log.events} 个事件 events · "
        f"{report.log.streams} streams · {report.earlier} 个此前检查点 earlier checkpoints · "
        f"{report.receipts} 张收据 receipts · {report.sheets} 张情况表 fact sheets · "
        f"{report.repriced} 餐重新定档 meals priced again: "
        + ("无误 sound" if report.sound else f"{len(report.findings)} 处不符 faults")
    )
    return lines


def _checks(report: Report) -> Table:
    """What was checked, and what more it would take."""
    rows = [
        (
            f"{each.zh} {each.check}",
            f"{each.needs_zh} · {each.needs}",
            "已核 done" if each.done else "未核 NOT done",
        )
        for each in verdicts(report)
    ]
    return table("核验项 Checks", ("核验 check", "需要 needs", ""), rows)


def _handed(at: Recorded) -> str:
    """When the log was handed over, by whom and to whom."""
    sheets = "含情况表 with fact sheets" if at.event.sheets else "不含情况表 without fact sheets"
    return (
        f"移交 handover {at.event.handover} · {at.recorded_at:%F %T} UTC · {at.actor} → "
        f"{at.event.auditor} · 位置 position {at.position} · {sheets}"
    )


def _trust_of(keys: Sequence[str], file: Path | None) -> Trust:
    """Whom the auditor trusts, as she says it; never as the bundle does.

    Raises Refused, NotASignedNote.
    """
    if file is not None:
        return trust.parse(file.read_bytes())
    verifiers = tuple(map(Verifier.parse, keys))
    if not verifiers or any(each.kind is not notes.Kind.log for each in verifiers):
        raise Refused(
            "Say whom you trust: --key with the public key as it was published on paper, or "
            "--policy. 请用 --key 写明公布的公钥，或用 --policy。"
        )
    return Trust(verifiers)
