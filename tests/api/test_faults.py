"""When the database goes away, and when the process is killed: nothing answered is lost."""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

import httpx2
import psycopg
import pytest

from ledger.access import tokens
from ledger.domain.authority import Role
from ledger.domain.book import LedgerKind
from ledger.store import embedded
from ledger.store.migrate import migrate
from tests.api.served import Served, served
from tests.api.town import NEVER, NOON, Town, accepted, open_town, problem
from tests.builders import CANTEEN, CLERK, found, open_ledger, person
from tests.grants import grant

CLIENTS = 8
PEOPLE = 400


# -- the database --------------------------------------------------------------------------------


@pytest.fixture
def own_server() -> Iterator[tuple[Path, str]]:
    """A server that the test may stop, and its address."""
    with TemporaryDirectory(prefix="jiefang-faults-") as name:
        folder = Path(name)
        url = embedded.start(folder)
        migrate(url)
        try:
            yield folder, url
        finally:
            embedded.stop(folder)


def claim(town: Town, number: int, key: str) -> httpx2.Response:
    data = {"person": person(number), "canteen": CANTEEN, "served_on": "2026-03-02"}
    return town.give("meals/claim", data, key=key)


def test_a_lost_database_is_503_and_its_return_needs_no_restart(
    own_server: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.store.recorder.PATIENCE_SECONDS", 1)
    monkeypatch.setattr("api.gate.REMEMBERED_SECONDS", 60.0)
    folder, url = own_server
    with open_town(url, tmp_path) as town:
        first = accepted(claim(town, 1, "a"))
        stranger = town.token()
        embedded.stop(folder)

        answers = {
            "command": claim(town, 2, "b"),
            "question": town.client.get("/v1/funds", headers=town.headers()),
            "another token": town.client.get("/v1/funds", headers=town.headers(stranger)),
            "readiness": town.client.get("/readyz"),
        }
        for what, answer in answers.items():
            told = problem(answer, 503, "database_must_be_reachable")
            assert int(answer.headers["Retry-After"]) > 0, what
            assert "psycopg" not in str(told)
        assert town.client.get("/healthz").status_code == 200
        figures = town.client.get("/metrics", headers=town.headers())
        assert "jiefang_database_up 0.0" in figures.text

        embedded.start(folder)
        assert not accepted(claim(town, 2, "b"))["replayed"]
        assert accepted(claim(town, 1, "a")) == first | {"replayed": True}
        assert town.read("funds").status_code == 200
        until_ready(town)


def until_ready(town: Town) -> None:
    deadline = time.monotonic() + 20
    while town.client.get("/readyz").status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)


# -- the process ---------------------------------------------------------------------------------


@dataclass
class History:
    """What each key was sent for, and the answers that arrived."""

    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    answered: dict[str, dict[str, Any]] = field(default_factory=dict)


def send(http: httpx2.Client, history: History, key: str) -> None:
    headers = {"Idempotency-Key": key, "Ledger-Time": NOON}
    answer = http.post("/v1/meals/claim", json=history.sent[key], headers=headers)
    assert answer.status_code == 201, answer.text
    history.answered[key] = answer.json()


def client_of(process: Served, token: str) -> httpx2.Client:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx2.Client(base_url=process.url, headers=headers, timeout=30, trust_env=False)


def load(process: Served, http: httpx2.Client, history: History, answers: int) -> None:
    """Many clients at once, until the process is killed in the middle of it."""
    enough = len(history.answered) + answers
    killed = Event()
    numbers = iter(range(len(history.sent), PEOPLE))

    def client() -> None:
        while not killed.is_set() and (number := next(numbers, None)) is not None:
            key = f"kill/{number}"
            history.sent[key] = {
                "person": person(number), "canteen": CANTEEN, "served_on": "2026-03-02",
            }  # fmt: skip
            try:
                send(http, history, key)
            except httpx2.TransportError:
                return

    with ThreadPoolExecutor(CLIENTS) as pool:
        running = [pool.submit(client) for _ in range(CLIENTS)]
        while len(history.answered) < enough and not all(each.done() for each in running):
            time.sleep(0.001)
        process.kill()
        killed.set()
        wait(running)
        for each in running:
            each.result()


def test_a_killed_process_loses_nothing_that_was_answered(database: str, tmp_path: Path) -> None:
    with open_ledger(database, tmp_path / "keys") as ledger:
        found(ledger, people=PEOPLE, kind=LedgerKind.demo)
        grant(ledger, CLERK, [Role.canteen_clerk])
    with psycopg.connect(database) as connection:
        token = tokens.create(connection, CLERK, [Role.canteen_clerk], None, NEVER)
    history, dice = History(), random.Random(7)
    for _ in range(3):
        with served(database, tmp_path) as process, client_of(process, token) as http:
            load(process, http, history, dice.randrange(20, 100))
    unanswered = set(history.sent) - set(history.answered)
    assert unanswered
    before = dict(history.answered)
    with served(database, tmp_path) as process, client_of(process, token) as http:
        for key in history.sent:
            send(http, history, key)
    for key, answer in before.items():
        assert history.answered[key] == answer | {"replayed": True}
    assert unanswered <= set(history.answered)
    with psycopg.connect(database) as connection:
        ((claims,),) = connection.execute(
            "SELECT count(*) FROM ledger.stored_events WHERE topic = 'meal-claimed.v2'"
        ).fetchall()
    assert claims == len(history.sent)
