"""The third peer: django-hordak, double-entry bookkeeping on Django, one transfer after another.

It lives in an environment of its own, `.venv-bench`, so that the ledger's lock stays as it is.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from bench.stand import Stand

NAME: Final = "django-hordak, Account.transfer_to"
TRANSFERS: Final = 2_000
HERE: Final = Path(__file__).parent
ENVIRONMENT: Final = HERE.parent / ".venv-bench"
REQUIREMENTS: Final = HERE / "requirements.txt"
ALONE: Final = ("-P",)  # else the peer's `hordak` would be this file


def install() -> None:
    """Make the environment, or bring it to the pinned versions. Raises CalledProcessError."""
    installed = ENVIRONMENT / "requirements.txt"
    if installed.exists() and installed.read_bytes() == REQUIREMENTS.read_bytes():
        return
    print("bench: installing django-hordak into .venv-bench", file=sys.stderr)
    subprocess.run((sys.executable, "-m", "venv", "--clear", ENVIRONMENT), check=True)
    (ENVIRONMENT / ".gitignore").write_text("*\n")
    pip = (ENVIRONMENT / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check")
    subprocess.run((*pip, "--require-hashes", "--requirement", REQUIREMENTS), check=True)
    installed.write_bytes(REQUIREMENTS.read_bytes())


def transfers_per_second(stand: Stand) -> float:
    """How many transfers of two legs a second one thread makes, each a transaction."""
    script = HERE / "hordak_transfers.py"
    with stand.empty() as url:
        stand.settle()
        told = subprocess.run(
            (ENVIRONMENT / "bin" / "python", *ALONE, script, url, str(stand.size(TRANSFERS))),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
    return float(json.loads(told)["per_second"])
