"""A town that is spoken to over HTTP: short words for requests, tokens and answers."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from fastapi import FastAPI
from httpx2 import Response
from pydantic import SecretStr
from starlette.testclient import TestClient

from api.app import create_app
from api.visits import Journal
from ledger.access import tokens
from ledger.domain.authority import Role
from ledger.domain.book import LedgerKind
from ledger.domain.values import CommunityId, PersonId
from ledger.running import Running, running
from ledger.settings import Settings
from tests.builders import CLERK, START, found
from tests.grants import GRANTOR, TRUSTED, grant

NEVER = datetime(2099, 1, 1, tzinfo=UTC)
NOON = "2026-03-02T12:00:00+08:00"
PERSONS = "00000000-0000-4000-8000-0000000{0}0000"
_keys = count(1)


class Town:
    """A running ledger and its application. `journal` holds the lines of the requests served."""

    def __init__(self, open_ledger: Running, client: TestClient, journal: BytesIO) -> None:
        self.open_ledger = open_ledger
        self.client = client
        self.journal = journal
        self.clerk = self.token()
        self.position = 0

    def token(
        self,
        *roles: Role,
        communities: tuple[CommunityId, ...] | None = None,
        person: PersonId = CLERK,
        granted: bool = True,
    ) -> str:
        """A token of a person who is granted these roles, or all but the administrator's."""
        roles = roles or TRUSTED
        if Role.administrator in roles:
            person = GRANTOR  # who grants holds no other role
        if granted and self.open_ledger.ledger.book().kind is not None:
            grant(self.open_ledger.ledger, person, roles)
        with self.owner() as connection:
            return tokens.create(connection, person, roles, communities, NEVER)

    @property
    def app(self) -> FastAPI:
        """The application."""
        app = self.client.app
        assert isinstance(app, FastAPI)
        return app

    def owner(self) -> psycopg.Connection[Any]:
        """A connection of the database's owner, who may do what the application may not."""
        return psycopg.connect(self.open_ledger.url)

    def noted(self) -> str:
        """The journal, once the event loop has gone round."""
        assert self.client.portal is not None
        self.client.portal.call(asyncio.sleep, 0)
        return self.journal.getvalue().decode()

    def headers(self, token: str | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {token or self.clerk}"}

    def give(
        self,
        name: str,
        data: object = None,
        *,
        key: str | None = None,
        at: str | None = NOON,
        token: str | None = None,
        query: str = "",
        **request: Any,
    ) -> Response:
        """Post one command, at noon on 2 March 2026 unless another time is given."""
        headers = self.headers(token) | {"Idempotency-Key": key or f"http-{next(_keys)}"}
        if at is not None:
            headers["Ledger-Time"] = at
        headers |= request.pop("headers", {})
        body = request or {"json": data}
        answer = self.client.post(f"/v1/{name}{query}", headers=headers, **body)
        self.position = max(self.position, int(answer.headers.get("Ledger-Position", 0)))
        return answer

    def give_batch(
        self,
        body: object,
        headers: dict[str, str] | None = None,
        *,
        lines: bool = False,
        query: str = "",
    ) -> Response:
        """Post many commands: a list of items, or bytes as they are."""
        kind = "application/x-ndjson" if lines else "application/json"
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(
            f"/v1/commands{query}",
            content=content,
            headers=self.headers() | {"Content-Type": kind} | (headers or {}),
        )

    def read(self, path: str, *, token: str | None = None, **parameters: Any) -> Response:
        """Ask a question, once all that was given is reflected."""
        headers = self.headers(token) | {"Ledger-Position": str(self.position)}
        headers |= parameters.pop("headers", {})
        return self.client.get(f"/v1/{path}", headers=headers, params=parameters or None)

    def found(self, path: str, **parameters: Any) -> Any:
        """The answer to a question that must be answered."""
        answer = self.read(path, **parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()


@contextmanager
def open_bare_town(database: str, folder: Path, *, kind: LedgerKind | None) -> Iterator[Town]:
    """A ledger in which nothing has happened yet but its beginning, or not even that."""
    settings = Settings(database_url=SecretStr(database), key_dir=folder / "keys")
    began = None if kind is LedgerKind.live else START
    with running(settings, kind=kind, began=began) as open_ledger:
        journal = BytesIO()
        app = create_app(open_ledger, Journal(journal))
        with TestClient(app, raise_server_exceptions=False) as client:
            yield Town(open_ledger, client, journal)


@contextmanager
def open_town(
    database: str, folder: Path, *, people: int = 5, kind: LedgerKind = LedgerKind.test
) -> Iterator[Town]:
    """The foundation of the builders' town, with the first so many people."""
    with open_bare_town(database, folder, kind=kind) as town:
        found(town.open_ledger.ledger, people=people, kind=kind)
        town.position = town.open_ledger.ledger.recorder.max_notification_id() or 0
        yield town


def accepted(answer: Response) -> Any:
    """The outcome of a command that must have happened."""
    assert answer.status_code == 201, answer.text
    return answer.json()


def problem(answer: Response, status: int, code: str) -> Any:
    """The problem that the answer must be, whole and in both languages."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["code"] == code, told
    assert told["status"] == status
    assert told["request_id"] == answer.headers["x-request-id"]
    for language in ("en", "zh"):
        assert set(told["messages"][language]) == {"detail", "remedy"}
        assert "{" not in "".join(told["messages"][language].values())
    return told
