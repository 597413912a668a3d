"""What verifying a bundle comes to: what was looked at, and everything that is wrong."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from ledger.audit.checkpoints import Checkpoint
from ledger.audit.reader import Soundness
from ledger.store.codec import Recorded

FINDINGS_MOST: Final = 100


class Check(StrEnum):
    """What is checked, in this order."""

    files = "files"
    checkpoint = "checkpoint"
    tree = "tree"
    earlier = "earlier"
    receipts = "receipts"
    sheets = "sheets"
    entries = "entries"
    handover = "handover"


class Finding(NamedTuple):
    """Something that is not as it should be, and where."""

    check: Check
    where: str
    en: str
    zh: str


@dataclass
class Report:
    """What was looked at and what was found; sound if nothing was."""

    checkpoint: Checkpoint | None = None
    recipient: str = ""
    handover: Recorded | None = None
    files: int = 0
    earlier: int = 0
    receipts: int = 0
    sheets: int = 0
    repriced: int = 0
    witnessed: bool = False
    log: Soundness = field(default_factory=Soundness)
    findings: list[Finding] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.findings

    def find(self, check: Check, where: str, en: str, zh: str) -> None:
        """Tell what is wrong; of a hundred no more is told."""
        if len(self.findings) < FINDINGS_MOST:
            self.findings.append(Finding(check, where, en, zh))
