"""A ledger as a browser sees it: forms, cookies and pages, with short words for them."""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from argon2 import PasswordHasher
from httpx2 import Response
from pydantic import SecretStr
from starlette.testclient import TestClient

from api.app import create_app
from api.visits import Journal
from ledger.access import accounts, passwords
from ledger.domain.book import LedgerKind
from ledger.domain.values import PersonId
from ledger.engine import Ledger
from ledger.running import Running, running
from ledger.settings import Settings
from tests.builders import START, found, person

ORIGIN = "https://ledger.example.org"
SID = "__Host-sid"
OURS = {"Sec-Fetch-Site": "same-origin"}
PASSWORD = "四月的荔枝 and boats"
MEI, HE = person(1), person(2)
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class Site:
    """A ledger that is served, and the one browser that looks at it."""

    open_ledger: Running
    browser: TestClient
    journal: BytesIO

    @property
    def ledger(self) -> Ledger:
        return self.open_ledger.ledger

    def owner(self) -> psycopg.Connection[Any]:
        """A connection as the owner of the tables, who can turn the clock by changing rows."""
        return psycopg.connect(self.open_ledger.url, autocommit=True)

    def enrolled(self, who: PersonId = MEI, password: str = PASSWORD) -> str:
        """The number of an account with a password."""
        with self.owner() as connection:
            number = accounts.enrol(connection, who)
            accounts.set_password(connection, who, passwords.hashed(password))
        return number

    def post(
        self, path: str, form: Mapping[str, str] | None = None, headers: Any = None
    ) -> Response:
        """Send a form as a page of ours does, unless other headers are given."""
        return self.browser.post(
            path, data=dict(form or {}), headers=OURS if headers is None else headers
        )

    def sign_in(self, number: str, password: str = PASSWORD, **more: str) -> Response:
        return self.post("/sign-in", {"number": number, "password": password, **more})

    def signed_in(self, who: PersonId = MEI) -> str:
        """Sign in as somebody with a new account; the secret in the cookie."""
        answer = self.sign_in(self.enrolled(who))
        assert answer.status_code == 303, answer.text
        return self.secret

    @property
    def secret(self) -> str:
        """What the browser keeps."""
        value = self.browser.cookies.get(SID)
        assert value is not None
        return value

    def noted(self, kind: str | None = None) -> list[dict[str, Any]]:
        """The lines of the security log, all or of a kind."""
        assert self.browser.portal is not None
        self.browser.portal.call(asyncio.sleep, 0)
        lines = [json.loads(line) for line in self.journal.getvalue().splitlines()]
        return [line for line in lines if "kind" in line and kind in (None, line["kind"])]

    def caught_up(self) -> None:
        """Wait until the read models have come to the end of the log."""
        assert self.open_ledger.watch is not None
        self.open_ledger.watch.wait_for(self.ledger.recorder.max_notification_id() or 0, 20.0)


@contextmanager
def open_site(database: str, folder: Path, *, people: int = 6, **settings: Any) -> Iterator[Site]:
    """The builders' town, served under https with hashes that cost nothing."""
    known: dict[str, Any] = {"origin": ORIGIN, "help_desk": "金宁社区服务台 0757-0000000"}
    chosen = Settings(
        database_url=SecretStr(database), key_dir=folder / "keys", **(known | settings)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", CHEAP)
        with running(chosen, kind=LedgerKind.test, began=START) as open_ledger:
            journal = BytesIO()
            app = create_app(open_ledger, Journal(journal))
            with TestClient(
                app, base_url=ORIGIN, raise_server_exceptions=False, follow_redirects=False
            ) as browser:
                found(open_ledger.ledger, people=people)
                yield Site(open_ledger, browser, journal)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def words_of(answer: Response) -> str:
    """What a page says, in one line."""
    parser = _Words()
    parser.feed(answer.text)
    return re.sub(r"\s+", " ", " ".join(parser.found))


def set_cookies(answer: Response) -> dict[str, str]:
    """The Set-Cookie headers of an answer, by the cookie's name."""
    given = answer.headers.get_list("set-cookie")
    return {name: rest for name, _, rest in (each.partition("=") for each in given)}
