"""The page on security names tests that there are, and every line of it names one."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)


def test_every_test_that_is_named_exists() -> None:
    assert NAMED
    for path, name in NAMED:
        source = (ROOT / path).read_text(encoding="utf-8")
        assert not name or f"def {name}(" in source, (path, name)


def test_every_threat_has_a_test() -> None:
    threats = [line for line in PAGE.splitlines() if line.startswith("| ")][2:]
    assert len(threats) > 15
    assert [line for line in threats if "`tests/" not in line] == []
