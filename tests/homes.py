"""A folder of one's own in which the command `jiefang` is run as it was installed."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from ledger.demo.offices import ADMINISTRATOR

PROGRAM = Path(sys.executable).parent / "jiefang"


@dataclass(frozen=True)
class Home:
    """A data folder with what the command needs around it."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def environment(self) -> dict[str, str]:
        kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        return kept | {"XDG_DATA_HOME": str(self.folder / "home"), "LANG": "C.UTF-8"}

    def run(
        self, *arguments: object, typed: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        answer = subprocess.run(
            (PROGRAM, *map(str, arguments)),
            cwd=self.folder,
            env=self.environment | environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in answer.stdout + answer.stderr, answer.stderr
        return answer

    def ok(self, *arguments: object, **environment: str) -> str:
        answer = self.run(*arguments, **environment)
        assert answer.returncode == 0, answer.stdout + answer.stderr
        return answer.stdout

    def refused(self, *arguments: object, **environment: str) -> str:
        """What a command says that fails: one sentence in English and in Chinese."""
        answer = self.run(*arguments, **environment)
        assert answer.returncode == 1, answer.stdout + answer.stderr
        assert re.search("[A-Za-z]{3}", answer.stderr)
        assert re.search("[\u4e00-\u9fff]{2}", answer.stderr), answer.stderr
        return answer.stderr

    def administrators_token(self) -> str:
        """A token of the demo's administrator."""
        return self.ok("token", "create", "--person", ADMINISTRATOR, "--role", "administrator")

    def events(self) -> int:
        """How many events a sound ledger holds."""
        found = re.search(r"(\d+) events .* sound", self.ok("verify"))
        assert found
        return int(found[1])


@contextmanager
def fresh_home() -> Iterator[Home]:
    """Outside pytest's own folder: each session that starts takes its access list away."""
    folder = Path(mkdtemp(prefix="jiefang-cli-"))
    try:
        yield Home(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])
