"""The gallery of refusals: `python -m tests.gallery` makes docs/refusals.md from the list."""

from pathlib import Path

from ledger.domain.refusals import Code

PAGE = Path(__file__).resolve().parents[1] / "docs" / "refusals.md"
HEAD = """# Refusals · 拒绝的理由

A command that breaks a rule is refused: nothing is written, and the answer names the obligation,
the values and the remedy. If several rules are broken, the first of this list answers.
违反规则的命令会被拒绝：账本不作任何改动，并说明理由和补救办法。
同时违反多条规则时，以本表中最先列出的为准。

Made from `ledger/domain/refusals.py` by `python -m tests.gallery`; do not edit it here.

| | code · status | what is said · 说明 | what to do · 怎么办 |
| --: | --- | --- | --- |
"""


def gallery() -> str:
    """The whole page."""
    return HEAD + "".join(map(row, Code))


def row(code: Code) -> str:
    """One refusal: both languages beside each other."""
    said, remedy = f"{code.zh}<br>{code.en}", f"{code.zh_remedy}<br>{code.en_remedy}"
    return f"| {code.order + 1} | `{code.name}` · {code.status} | {said} | {remedy} |\n"


if __name__ == "__main__":
    PAGE.write_text(gallery(), encoding="utf-8")
