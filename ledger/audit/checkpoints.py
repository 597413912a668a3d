"""Checkpoints (C2SP tlog-checkpoint): how many entries the log has, and the root of their tree.

    origin, the name of the log
    size, in decimal
    root, in base64

A checkpoint is signed as a note. Whoever keeps one can later be shown, by a consistency proof, that
the log went on from it and nothing before it was changed.
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from typing import Final, NamedTuple

from ledger.audit.merkle import HASH_BYTES
from ledger.audit.notes import Kind, NotASignedNote, Note, Verifier, exact, read, vouched

SIZE_MOST: Final = 2**63 - 1
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")


class Checkpoint(NamedTuple):
    """The log at one moment: its origin, its number of entries, its root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def parse(note: Note) -> Checkpoint:
    """What a note says, whoever signed it. Raises NotASignedNote.

    Extension lines are refused: we write none, and nobody could check them.
    """
    match note.text.split("\n"):
        case [origin, size, root, ""] if origin and size_of(size) is not None:
            try:
                digest = exact(root)
            except ValueError:
                digest = b""
            if len(digest) == HASH_BYTES:
                return Checkpoint(origin, int(size), digest)
    raise NotASignedNote(
        "This is no checkpoint: an origin, a size and a root, a line each.",
        "这不是检查点：应为来源、条数和根哈希，各占一行。",
    )


def size_of(text: str) -> int | None:
    """A number of entries as it is written, or None."""
    return int(text) if _SIZE.fullmatch(text) and int(text) <= SIZE_MOST else None


def trusted(data: bytes, keys: Iterable[Verifier]) -> Checkpoint:
    """The checkpoint of a signed note, if one of these keys signed it for the log it names.

    A log's key signs for the origin of its own name alone. Raises NotASignedNote.
    """
    note = read(data)
    checkpoint = parse(note)
    own = [key for key in keys if key.kind is Kind.log and key.name == checkpoint.origin]
    if not vouched(note, own):
        raise NotASignedNote(
            f"No key that you trust signed this checkpoint of {checkpoint.origin[:120]}.",
            f"{checkpoint.origin[:120]} 的这个检查点没有您信任的公钥签名。",
        )
    return checkpoint
