"""Strangers who judge our trees: Go's checksum database and the verifier of Sigstore.

A question says its kind, and what the kind asks for:

    inclusion     does the proof lead from this entry at this index to the root of that size?
    consistency   does a tree of `index` leaves and root `hash` begin the other one?
    note          does the key sign this note?
    tiles         do the tiles in this folder lead to the root, with these leaves as `proof`?

Sigstore knows the first and the third. All questions are asked of one process.
"""

import json
import os
import subprocess
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tests.strangers import missing, program

HERE: Final = Path(__file__).parent / "strangers"
GOPATH: Final = Path("/usr/share/gocode")
NODE_PATH: Final = Path(__file__).parents[2] / ".strangers/node_modules"
Question = dict[str, Any]
Judge = Sequence[str]


def go(folder: Path) -> Judge:
    """The program that asks Go's libraries, built in that folder."""
    compiler, judge = program("go"), folder / "judge"
    if not (GOPATH / "src/golang.org/x/mod/sumdb").exists():
        missing("golang.org/x/mod")
    settings = os.environ | {"GO111MODULE": "off", "GOPATH": str(GOPATH)}
    subprocess.run((compiler, "build", "-o", judge, HERE / "judge.go"), check=True, env=settings)
    return [str(judge)]


def sigstore(_: Path) -> Judge:
    """The program that asks Sigstore's."""
    if not (NODE_PATH / "@sigstore/verify").exists():
        missing("@sigstore/verify")
    return ["env", f"NODE_PATH={NODE_PATH}", program("node"), str(HERE / "judge.cjs")]


JUDGES: Final[Mapping[str, Callable[[Path], Judge]]] = {"go": go, "sigstore": sigstore}


def verdicts(judge: Judge, questions: Sequence[Question]) -> list[bool]:
    """What the judge says to each."""
    asked = "".join(f"{json.dumps(each, default=_base64)}\n" for each in questions)
    answer = subprocess.run(judge, input=asked, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return [{"true": True, "false": False}[line] for line in answer.stdout.splitlines()]


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
