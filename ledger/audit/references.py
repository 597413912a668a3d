"""References: which entry of the log a paper rests on, and the checkpoint that covers it.

    https://ledger.example.org/log/4711?size=4800&root=hUfPX…   what the picture on the paper holds
    8547-cf5f-1c0a-92d3-6e41                                    the fingerprint, for typing

Neither tells anything of the entry. The address holds the whole root. A fingerprint is the first 64
bits of it, and 16 by which a slip in typing it, the position or the size is seen, so that nobody is
alarmed by one. Nobody comes upon a signed root's 64 bits by chance; whoever signs could still
prepare two logs that share them, so a root, and at last the receipt, decides.
"""

import re
import unicodedata
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Final, NamedTuple
from urllib.parse import urlencode

from ledger.audit.checkpoints import Checkpoint, size_of
from ledger.audit.merkle import HASH_BYTES
from ledger.audit.notes import exact

PAGE: Final = "/log"
TYPED_LENGTH_MOST: Final = 100
"""Longer text stands on no paper."""
MARK_BYTES: Final = 8
CHECK_DIGITS: Final = 4
GROUP: Final = 4

_BETWEEN: Final = {ord(each): None for each in " \t-\u2010\u2011\u2012\u2013\u2014\u2212"}
_ALIKE: Final = _BETWEEN | str.maketrans("oil", "011")
_FINGERPRINT: Final = re.compile(f"[0-9a-f]{{{2 * MARK_BYTES + CHECK_DIGITS}}}")


class Reference(NamedTuple):
    """A position, and a checkpoint by its size and its root; of a typed one, the root's mark."""

    position: int
    size: int
    root: bytes

    @property
    def is_whole(self) -> bool:
        """Whether the root is known, and not only how it begins."""
        return len(self.root) == HASH_BYTES

    @property
    def fingerprint(self) -> str:
        """What is typed where no camera is at hand."""
        digits = self.root[:MARK_BYTES].hex()
        digits += _check(self.position, self.size, digits)
        return "-".join(digits[at : at + GROUP] for at in range(0, len(digits), GROUP))

    def address(self, site: str) -> str:
        """The page of that site that tells whether the log agrees."""
        root = urlsafe_b64encode(self.root).decode().rstrip("=")
        return f"{site}{PAGE}/{self.position}?{urlencode({'size': self.size, 'root': root})}"


def reference_to(position: int, checkpoint: Checkpoint) -> Reference:
    """What a paper says that rests on the entry at that position."""
    return Reference(position, checkpoint.size, checkpoint.root)


def read(position: str, size: str, root: str) -> Reference | None:
    """What was scanned or typed; None for what stands on no paper.

    A root may be in either alphabet of base64, with or without its padding, or be a fingerprint.
    """
    at, entries = number_of(position), number_of(size)
    if not at or not entries:
        return None
    digits = _plain(root).lower().translate(_ALIKE)
    if _FINGERPRINT.fullmatch(digits):
        mark, check = digits[: 2 * MARK_BYTES], digits[2 * MARK_BYTES :]
        right = check == _check(at, entries, mark)
        return Reference(at, entries, bytes.fromhex(mark)) if right else None
    whole = _whole(_plain(root))
    return None if whole is None else Reference(at, entries, whole)


def number_of(typed: str) -> int | None:
    """The number that was meant; None for what is none."""
    return size_of("".join(_plain(typed).split()))


def _whole(text: str) -> bytes | None:
    standard = text.strip().removesuffix("=").translate(str.maketrans("-_", "+/"))
    try:
        root = exact(f"{standard}=")
    except ValueError:
        return None
    return root if len(root) == HASH_BYTES else None


def _check(position: int, size: int, digits: str) -> str:
    return sha256(f"{position}\n{size}\n{digits}\n".encode()).hexdigest()[:CHECK_DIGITS]


def _plain(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed[:TYPED_LENGTH_MOST])
