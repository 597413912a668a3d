"""Verifying a bundle: offline, with nothing but its files and the keys that an auditor trusts.

files         every file is the one that the signed manifest lists, and no other lies there
checkpoint    a key that is trusted signed it, and the witnesses that are asked for saw it
tree          the entries, hashed anew, lead to the signed root, and to every tile
earlier       the log goes on from each checkpoint that was kept from before
receipts      each receipt holds, and this log says the same at its place
entries       the log replayed: numbers, times, sums, duties, prices, settlements, payments
sheets        each fact sheet that was opened is the one that the log commits to
handover      the log says that it was handed to whom the manifest names
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from ledger.audit import signed_files
from ledger.audit.bundle import CHECKPOINT, KIND, Bundle
from ledger.audit.bundle_handover import check_handover
from ledger.audit.bundle_sheets import BundleSheets, Opening
from ledger.audit.bundle_tree import Kept, Tiles, check_earlier, check_receipt, check_tree
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.entry_rows import NotAnEntry, row_of
from ledger.audit.merkle import leaf
from ledger.audit.notes import NotASignedNote
from ledger.audit.reader import Reader
from ledger.audit.report import Check, Report
from ledger.audit.signed_files import Manifest
from ledger.audit.tiles import WIDTH, bundle_path, grown
from ledger.audit.trust import NONE, Trust

Progress = Callable[[int, int], None]


def verify(
    bundle: Bundle,
    trust: Trust,
    *,
    earlier: Sequence[Kept] = (),
    kept_receipts: Sequence[Kept] = (),
    opening: Opening | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Report:
    """All that a bundle and what was kept can tell; for what is wrong nothing is raised.

    Fact sheets that lie there are looked at if it is said how they are opened.
    """
    report = Report()
    manifest = _check_files(bundle, trust, report)
    checkpoint = _checkpoint(bundle, trust, report)
    if checkpoint is None:
        return report
    report.checkpoint = checkpoint
    report.witnessed = trust.quorum != NONE
    sheets = BundleSheets(bundle, opening, report)
    reader = Reader(sheets.load)
    tiles = _entries(bundle, checkpoint, reader, report, progress)
    sheets.end(reader.forgotten)
    check_tree(bundle, checkpoint, tiles, report)
    for kept in earlier:
        check_earlier(kept, trust, checkpoint, tiles, report)
    for kept in kept_receipts:
        check_receipt(kept, trust, tiles, report)
    if manifest is not None:
        check_handover(manifest.said, reader.handed, report)
    report.findings.sort(key=lambda found: list(Check).index(found.check))
    return report


def _check_files(bundle: Bundle, trust: Trust, report: Report) -> Manifest | None:
    listed = signed_files.check(bundle, KIND, trust.logs, partial(report.find, Check.files))
    if listed is None:
        return None
    report.files = len(listed.digests)
    report.recipient = listed.manifest.said.get("for", "")
    return listed.manifest


def _checkpoint(bundle: Bundle, trust: Trust, report: Report) -> Checkpoint | None:
    try:
        return trust.checkpoint(bundle.file(CHECKPOINT))
    except OSError:
        report.find(Check.checkpoint, CHECKPOINT, "The file is missing.", "缺少此文件。")
    except NotASignedNote as wrong:
        report.find(Check.checkpoint, CHECKPOINT, wrong.en, wrong.zh)
    return None


# -- entries -----------------------------------------------------------------------------------


def _entries(
    bundle: Bundle, checkpoint: Checkpoint, reader: Reader, report: Report, progress: Progress
) -> Tiles:
    """Replay the log, and give the tiles of its tree as far as the entries can be read."""
    size, tiles = 0, Tiles()
    for entries in _runs(bundle, checkpoint.size, report):
        tiles |= grown(size, tiles, map(leaf, entries))
        size += len(entries)
        rows = []
        for position, one in enumerate(entries, start=size - len(entries) + 1):
            try:
                rows.append(row_of(one))
            except NotAnEntry:
                en = "It is not in the form of an entry of the log."
                report.find(Check.entries, str(position), en, "不是日志记录的格式。")
        reader.look(rows)
        progress(size, checkpoint.size)
    report.log, report.repriced = reader.end(), reader.meals.repriced
    for flaw in report.log.flaws:
        report.find(Check.entries, str(flaw.position), flaw.en, flaw.zh)
    for unit, amount in report.log.sums.items():
        if amount:
            en = f"All accounts must sum to zero, they come to {amount} {unit}."
            report.find(Check.entries, unit, en, f"各账户合计应为零，实为 {amount} {unit}。")
    return tiles


def _runs(bundle: Bundle, size: int, report: Report) -> Iterator[list[bytes]]:
    """Entries, a file at once, for more outgrow the processor's cache; none after a broken file."""
    for first in range(0, size, WIDTH):
        width = min(WIDTH, size - first)
        name = bundle_path(first // WIDTH, width)
        try:
            entries = bundle.entries(first // WIDTH, size)
        except (OSError, ValueError):
            entries = []
        if len(entries) != width:
            en = f"The entries from {first + 1} to {first + width} are not all there."
            zh = f"第 {first + 1} 至 {first + width} 条不完整。"
            report.find(Check.tree, name, en, zh)
            return
        yield entries
