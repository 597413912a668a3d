"""A receipt alone: whether it holds, and what was recorded; no bundle, no ledger, no network.

It shows that the log which was signed had this entry at this place. That the log went on from
there is shown by a bundle, to which it is then given as `--receipt`.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from ledger.audit import receipts
from ledger.audit.entry_rows import NotAnEntry, row_of
from ledger.audit.trust import Trust
from ledger.exchange.console import output


def verify_receipt(file: Path, trusted: Trust, out: Path | None) -> bool:
    """Say what the receipt in the file holds. Raises NotASignedNote where it does not hold."""
    receipt = receipts.read(file.read_bytes())
    checkpoint = receipts.believed(receipt, trusted)
    with output(out) as console:
        console.print(
            f"{checkpoint.origin} · {checkpoint.size} 条 entries · {checkpoint.root.hex()}",
            soft_wrap=True,
        )
        try:
            lines = list(_entry(receipt.entry))
        except NotAnEntry:
            console.print(
                f"第 {receipt.index + 1} 条不是日志记录的格式。"
                f"Entry {receipt.index + 1} is not in the form of an entry of the log.",
                soft_wrap=True,
            )
            return False
        for line in lines:
            console.print(line, soft_wrap=True, markup=False, highlight=False)
        console.print("收据属实，可一直保存。The receipt holds; keep it.", soft_wrap=True)
    return True


def _entry(data: bytes) -> Iterator[str]:
    position, recorded_at, stream, version, name, state = row_of(data)
    yield f"第 {position} 条 entry {position} · {name} · {recorded_at:%F %T} UTC"
    yield f"{stream} · {version}"
    yield from msgspec.json.format(state, indent=2).decode().splitlines()
