"""What lies in a bundle beside the log: how to verify it, and a program that does.

The program is the repository's `docs/verifier.py`, byte by byte; an installed package has it beside
this module.
"""

from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Final

from ledger.audit.checkpoints import Checkpoint
from ledger.domain.handovers import LogHandedOver

README: Final = "README.md"
VERIFIER: Final = "verifier.py"
_HERE: Final = Path(__file__).parent
_IN_A_CHECKOUT: Final = _HERE.parent.parent / "docs" / VERIFIER
_WITH_SHEETS: Final = (
    "随附打开的情况表（`sheets/`），其中有出生日期和困难类别，须另行妥善保管。",
    "Opened fact sheets lie in `sheets/`: birth dates, hardship classes. Keep them with more care.",
)


def files(handed: LogHandedOver, checkpoint: Checkpoint) -> Iterator[tuple[str, bytes]]:
    """Each of them by its name."""
    zh, en = _WITH_SHEETS if handed.sheets else ("", "")
    text = Template((_HERE / "bundle_readme.md").read_text(encoding="utf-8")).substitute(
        origin=checkpoint.origin,
        size=checkpoint.size,
        auditor=handed.auditor,
        handover=handed.handover,
        sheets_zh=zh,
        sheets_en=en,
    )
    yield README, text.encode()
    yield VERIFIER, verifier()


def verifier() -> bytes:
    """The program that verifies a bundle without the ledger's code."""
    packaged = _HERE / VERIFIER
    return (packaged if packaged.exists() else _IN_A_CHECKOUT).read_bytes()
