"""Thousands of made-up requests find nothing: no 500, and no answer that is not described.

Each run has a fresh database in which the examples of the documentation have happened, and a fixed
seed. Examples for each operation: 200, or as many as SCHEMATHESIS_EXAMPLES says.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx2
import psycopg
import pytest

from api.examples import FIRST, turns
from ledger.access import tokens
from ledger.domain.authority import Role
from ledger.engine import Ledger
from tests.api.exemplary import roles_of
from tests.api.served import served
from tests.api.town import NEVER
from tests.builders import CLERK, open_ledger, person
from tests.grants import TRUSTED, grant
from tests.servers import Server, temporary_database

HERE = Path(__file__).parent
EXAMPLES = os.environ.get("SCHEMATHESIS_EXAMPLES", "200")
FEW = "1"
"""Examples for each operation and each of the roles."""
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


@contextmanager
def examples(database: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Where a ledger is served in which the examples have happened, and a token of the first."""
    with served(database, folder) as process:
        with open_ledger(database, folder / "keys") as ledger:
            held = {number: token_of(number, ledger, database) for number, _ in turns()}
        for number, body in turns():
            headers = {"Authorization": f"Bearer {held[number]}"}
            headers["Content-Type"] = "application/x-ndjson"
            answer = httpx2.post(f"{process.url}/v1/commands", content=body, headers=headers)
            assert answer.status_code == 200
        yield process.url, held[FIRST]


@pytest.fixture
def address(database: str, tmp_path: Path) -> Iterator[Address]:
    with examples(database, tmp_path) as (url, token):
        yield Address(url, token)


@pytest.fixture(scope="module")
def by_role(
    embedded: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[dict[Role, Address], Path]]:
    """A ledger with somebody for each role, who holds no other."""
    folder = tmp_path_factory.mktemp("roles")
    with (
        temporary_database(embedded) as database,
        examples(database, folder) as (url, _),
        open_ledger(database, folder / "keys") as ledger,
        psycopg.connect(database, autocommit=True) as connection,
    ):
        held = {}
        for number, role in enumerate(Role, start=500):
            grant(ledger, person(number), [role])
            token = tokens.create(connection, person(number), [role], None, NEVER)
            held[role] = Address(url, token)
        yield held, folder


def asked(address: Address, phases: str, many: str, *filters: str) -> None:
    """Nothing that is made up may be found wanting; a stream that goes on is asked elsewhere."""
    program = Path(sys.executable).parent / "schemathesis"
    command: tuple[str | Path, ...] = (
        program, "--config-file", HERE / "schemathesis.toml",
        "run", f"{address.url}/openapi.json", "--header", f"Authorization: Bearer {address.token}",
        "--phases", phases, "--max-examples", many, "--seed", SEED, "--continue-on-failure",
        "--exclude-path", "/v1/events", *filters,
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
    assert answer.returncode == 0, answer.stdout + answer.stderr


def no_trace_of_a_fault(folder: Path) -> None:
    (log,) = folder.glob("served-*.log")
    assert "Traceback" not in log.read_text()


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
    asked(address, phases, EXAMPLES, *filters)
    no_trace_of_a_fault(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("role", Role)
def test_whatever_a_role_makes_up_finds_nothing(
    by_role: tuple[dict[Role, Address], Path], role: Role
) -> None:
    held, folder = by_role
    asked(held[role], "examples,fuzzing", FEW)
    no_trace_of_a_fault(folder)
