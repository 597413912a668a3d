"""The demo over HTTP: its pages as whoever one can be in it is shown them, with short words."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from api.app import create_app
from api.visits import Journal
from ledger.access import accounts, passwords
from ledger.demo.personas import BY_WORD
from ledger.running import Running
from tests.browser.demo import loaded_demo
from tests.pages.site import CHEAP, ORIGIN, OURS, PASSWORD
from tests.servers import Server, temporary_database


class Town:
    """The demo over HTTP, and whoever one is in it."""

    def __init__(self, here: Running, browser: TestClient) -> None:
        self.here = here
        self.browser = browser

    def becomes(self, word: str) -> None:
        self.browser.cookies.clear()
        assert self.browser.post(f"/demo/{word}", headers=OURS).status_code == 303

    def post(self, path: str, **form: str) -> Response:
        return self.browser.post(path, data=form, headers=OURS)

    def tail(self) -> int:
        return self.here.ledger.recorder.max_notification_id() or 0

    def key(self, path: str) -> str:
        """The key of the first form on a page."""
        return key_of(self.browser.get(path))


def key_of(answer: Response) -> str:
    found = re.search(r'name="key" value="([^"]+)"', answer.text)
    assert found, answer.text
    return found[1]


@contextmanager
def open_town(server: Server, folder: Path) -> Iterator[Town]:
    """The worked example in a database of its own, and one browser that looks at it."""
    with (
        pytest.MonkeyPatch.context() as patch,
        temporary_database(server) as database,
        loaded_demo(database, folder, origin=ORIGIN) as here,
    ):
        patch.setattr(passwords, "HASHER", CHEAP)
        app = create_app(here, Journal(BytesIO()))
        with TestClient(app, base_url=ORIGIN, follow_redirects=False) as browser:
            yield Town(here, browser)


def with_a_password(url: str, word: str) -> str:
    """Her account number; whoever was signed in as her is so no more."""
    person = BY_WORD[word].person
    with psycopg.connect(url, autocommit=True) as connection:
        number = accounts.enrol(connection, person)
        accounts.set_password(connection, person, passwords.hashed(PASSWORD))
    return number
