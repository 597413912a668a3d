"""The independent verifier as tests ask it: in this process, of forged bundles."""

import importlib.util
import io
import re
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Final

from tests.audit.bundles import OURS

PROGRAM: Final = Path(__file__).parents[2] / "docs/verifier.py"
KEY: Final = str(OURS.verifier)
FINDING: Final = re.compile(r"✗ .*：.*[\u4e00-\u9fff].*。[A-Za-z0-9].*\.")
SEEDS: Final = (43, 21)


class Forged(list[bytes]):
    """The entries of a log, told in a word where a test tells what it was given."""

    def __repr__(self) -> str:
        return f"<{len(self)} entries>"


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verifier", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


VERIFIER = loaded()


def verified(folder: Path, *more: object, key: str = KEY) -> list[str]:
    """What it finds, in this process; each finding is one sentence in both languages."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        code = VERIFIER.main([str(folder), "--key", key, *map(str, more)])
    findings = [line for line in out.getvalue().splitlines() if line.startswith("✗")]
    assert code == bool(findings)
    assert all(FINDING.fullmatch(line) for line in findings), findings
    return findings
