"""Receipts (C2SP tlog-proof): one entry, its place in the log, and the signed checkpoint over it.

    c2sp.org/tlog-proof@v1
    extra …        the entry, in base64; what a receipt says is believed for its hash alone
    index 1023
    …              the hashes from the entry up to the root
                   (an empty line)
    …              the checkpoint, as it was signed

Whoever holds one can show, without us and for ever, that the log she was shown had this entry at
this place. Nothing that happens to the ledger afterwards changes that.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.audit.checkpoints import Checkpoint, size_of
from ledger.audit.merkle import HASH_BYTES, is_included, leaf
from ledger.audit.notes import NotASignedNote, exact
from ledger.audit.trust import Trust

HEAD: Final = "c2sp.org/tlog-proof@v1"
BYTES_MOST: Final = 262_144
HASHES_MOST: Final = 63
SUFFIX: Final = ".tlog-proof"


@dataclass(frozen=True, slots=True)
class Receipt:
    """An entry, its index (position − 1), what leads from it to the root, and the signed note."""

    entry: bytes
    index: int
    hashes: Sequence[bytes]
    note: bytes

    def __bytes__(self) -> bytes:
        lines = [HEAD, f"extra {_base64(self.entry)}", f"index {self.index}"]
        lines += map(_base64, self.hashes)
        return "".join(f"{line}\n" for line in [*lines, ""]).encode() + self.note


def read(data: bytes) -> Receipt:
    """A receipt as it was written. Nothing is believed yet. Raises NotASignedNote."""
    try:
        above, divided, note = data.decode().partition("\n\n")
        head, extra, index, *hashes = above.split("\n")
        entry = exact(extra.removeprefix("extra "))
        proof = [exact(each) for each in hashes]
    except ValueError:
        raise _not_a_receipt() from None
    number = size_of(index.removeprefix("index "))
    if (
        head != HEAD or not divided or len(data) > BYTES_MOST or number is None
        or not extra.startswith("extra ") or not index.startswith("index ")
        or len(proof) > HASHES_MOST or any(len(each) != HASH_BYTES for each in proof)
    ):  # fmt: skip
        raise _not_a_receipt()
    return Receipt(entry, number, proof, note.encode())


def believed(receipt: Receipt, trust: Trust) -> Checkpoint:
    """The checkpoint under which the entry stands, if all of it holds. Raises NotASignedNote."""
    checkpoint = trust.checkpoint(receipt.note)
    included = is_included(
        leaf(receipt.entry), receipt.index, checkpoint.size, receipt.hashes, checkpoint.root
    )
    if not included:
        raise NotASignedNote(
            f"The entry is not at position {receipt.index + 1} of the log that was signed with "
            f"{checkpoint.size} entries: the receipt was changed.",
            f"在已签名的 {checkpoint.size} 条日志中，位置 {receipt.index + 1} 不是这条记录："
            "收据被改动过。",
        )
    return checkpoint


def _base64(data: bytes) -> str:
    return b64encode(data).decode()


def _not_a_receipt() -> NotASignedNote:
    return NotASignedNote(
        "This is no receipt of a log (.tlog-proof), or a part of it is missing.",
        "这不是日志收据（.tlog-proof），或内容不完整。",
    )
