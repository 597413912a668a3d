"""Proofs: a position on a page leads to where it is compared with what was signed last."""

from datetime import datetime
from typing import NamedTuple

from api.reading import Room
from ledger.audit import sealed
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.receipts import SUFFIX
from ledger.audit.references import reference_to


class Proofs(NamedTuple):
    """The newest signed checkpoint, if there is one, and when it was signed."""

    checkpoint: Checkpoint | None
    signed_at: datetime | None

    def covers(self, position: int) -> bool:
        """Whether the entry at the position is signed."""
        return self.checkpoint is not None and position <= self.checkpoint.size

    def link(self, position: int) -> str:
        """The page that compares the entry with the checkpoint; none where that covers it not."""
        at = self.checkpoint
        if at is None or not self.covers(position):
            return ""
        return reference_to(position, at).address("")

    def fingerprint(self, position: int) -> str:
        """What a paper about that entry has at its foot."""
        at = self.checkpoint
        return "" if at is None else reference_to(position, at).fingerprint

    def receipt(self, position: int) -> str:
        """Where the receipt of the entry is saved."""
        return f"/v1/log/receipts/{position}{SUFFIX}" if self.covers(position) else ""


def proofs_of(room: Room) -> Proofs:
    """What was signed last, in the snapshot of the page."""
    newest = sealed.newest_of(room.connection)
    return Proofs(None, None) if newest is None else Proofs(newest.checkpoint, newest.at)
