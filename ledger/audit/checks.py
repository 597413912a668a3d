"""Which checks there are, what each needs, whether it could be made; and the report as JSON."""

from collections.abc import Callable
from typing import Final, NamedTuple

import msgspec

from ledger.audit.report import Report
from ledger.store.codec import Recorded


class Verdict(NamedTuple):
    """A check, what it needs in both languages, and whether it was made."""

    check: str
    zh: str
    needs: str
    needs_zh: str
    done: bool


def verdicts(report: Report) -> tuple[Verdict, ...]:
    """Every check, those that were not possible among them."""
    return tuple(Verdict(each.name, each.zh, *each.needs, each.made(report)) for each in _CHECKS)


class _Check(NamedTuple):
    name: str
    zh: str
    needs: tuple[str, str]
    made: Callable[[Report], bool]


def _replayed(report: Report) -> bool:
    return report.log.events > 0


_PAPER: Final = "the bundle and the key on paper", "审计包和纸上公钥"
_EARLIER: Final = "--earlier, a checkpoint that was kept", "--earlier，此前留存的检查点"
_RECEIPT: Final = "--receipt, in somebody's hands", "--receipt，居民手中的收据"
_SHEETS: Final = (
    "opened fact sheets: jiefang bundle --sheets",
    "打开的情况表：jiefang bundle --sheets",
)
_WITNESS: Final = "a witness: --policy with a quorum", "见证人：--policy 中的 quorum"
_WORLD: Final = "papers of the town, the place itself, the bank", "纸质原件、现场、银行单据"

_CHECKS: Final = (
    _Check("files, signatures, tree", "文件、签名、哈希树", _PAPER, _replayed),
    _Check("sums, shares, settlements, duties", "合计、分担、结算、回避", _PAPER, _replayed),
    _Check("to whom it was handed", "移交给谁", _PAPER, lambda it: it.handover is not None),
    _Check("goes on from before", "与此前一致", _EARLIER, lambda it: it.earlier > 0),
    _Check("receipts", "收据", _RECEIPT, lambda it: it.receipts > 0),
    _Check("tiers and relations", "各人的档次与亲属关系", _SHEETS, lambda it: it.sheets > 0),
    _Check("one history for all", "对所有人是同一份历史", _WITNESS, lambda it: it.witnessed),
    _Check("what happened itself", "事情本身", _WORLD, lambda _: False),
)


def as_json(report: Report) -> bytes:
    """The report for a machine."""
    checkpoint = report.checkpoint
    return msgspec.json.encode(
        {
            "sound": report.sound,
            "origin": checkpoint and checkpoint.origin,
            "size": checkpoint and checkpoint.size,
            "root": checkpoint and checkpoint.root.hex(),
            "recipient": report.recipient,
            "handover": report.handover and _handover(report.handover),
            "files": report.files,
            "events": report.log.events,
            "streams": report.log.streams,
            "earlier": report.earlier,
            "receipts": report.receipts,
            "sheets": report.sheets,
            "repriced": report.repriced,
            "checks": [verdict._asdict() for verdict in verdicts(report)],
            "findings": [found._asdict() for found in report.findings],
        }
    )


def _handover(recorded: Recorded) -> dict[str, object]:
    """How the log tells it: which, to whom, with what, by whom, when and where."""
    return {
        "handover": recorded.event.handover,
        "auditor": recorded.event.auditor,
        "sheets": recorded.event.sheets,
        "handed_by": recorded.actor,
        "recorded_at": recorded.recorded_at,
        "position": recorded.position,
    }
