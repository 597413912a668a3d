"""Thousands of made-up requests find nothing: no 500, and no answer that is not described.

Each run has a fresh database in which the examples of the documentation have happened, and a fixed
seed. Examples for each operation: 200, or as many as SCHEMATHESIS_EXAMPLES says.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx2
import psycopg
import pytest

from api.examples import FIRST, turns
from ledger.access import tokens
from ledger.engine import Ledger
from tests.api.exemplary import roles_of
from tests.api.served import served
from tests.api.town import NEVER
from tests.builders import CLERK, open_ledger, person
from tests.grants import TRUSTED, grant

HERE = Path(__file__).parent
EXAMPLES = os.environ.get("SCHEMATHESIS_EXAMPLES", "200")
SEED = "7"
SECONDS_MOST = 1_800


class Address(NamedTuple):
    """Where a ledger is served, and a token that may do everything."""

    url: str
    token: str


def token_of(number: int, ledger: Ledger, database: str) -> str:
    who, roles = CLERK if number == FIRST else person(number), roles_of(number) or TRUSTED
    grant(ledger, who, roles)
    with psycopg.connect(database) as connection:
        return tokens.create(connection, who, roles, None, NEVER)


@pytest.fixture
def address(database: str, tmp_path: Path) -> Iterator[Address]:
    with served(database, tmp_path) as process:
        with open_ledger(database, tmp_path / "keys") as ledger:
            held = {number: token_of(number, ledger, database) for number, _ in turns()}
        for number, body in turns():
            headers = {"Authorization": f"Bearer {held[number]}"}
            headers["Content-Type"] = "application/x-ndjson"
            answer = httpx2.post(f"{process.url}/v1/commands", content=body, headers=headers)
            assert answer.status_code == 200
        yield Address(process.url, held[FIRST])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("phases", "filters"),
    [
        ("examples,coverage,fuzzing", ("--include-method", "GET")),
        ("examples,coverage,fuzzing", ("--include-method", "POST")),
        ("stateful", ()),
    ],
    ids=["questions", "commands", "stories"],
)
def test_made_up_requests_find_nothing(
    address: Address, tmp_path: Path, phases: str, filters: tuple[str, ...]
) -> None:
    program = Path(sys.executable).parent / "schemathesis"
    command: tuple[str | Path, ...] = (
        program, "--config-file", HERE / "schemathesis.toml",
        "run", f"{address.url}/openapi.json", "--header", f"Authorization: Bearer {address.token}",
        "--phases", phases, "--max-examples", EXAMPLES, "--seed", SEED, "--continue-on-failure",
        *filters,
    )  # fmt: skip
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "tests.api.schemathesis_checks"}
    answer = subprocess.run(
        command,
        cwd=HERE.parents[1],
        env=environment | {"PYTHONPATH": str(HERE.parents[1])},
        capture_output=True,
        text=True,
        timeout=SECONDS_MOST,
        check=False,
    )
    (log,) = tmp_path.glob("served-*.log")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "Traceback" not in log.read_text()
