"""A town in which nothing has happened yet: every page says so in words, and none breaks.

The addresses are those that the application has, so a page that is added is asked too.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Final

import psycopg
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from httpx2 import Response
from pydantic import SecretStr
from starlette.testclient import TestClient

from api.app import create_app
from api.pages.routing import PageRoute
from api.visits import Journal
from ledger.access import accounts, passwords
from ledger.deciding.answers import Unit
from ledger.domain.administrators import AppointFirst
from ledger.domain.authority import Authority, Role
from ledger.domain.book import LedgerKind
from ledger.domain.communities import RegisterCommunity
from ledger.domain.facts import Contact, FactSheet
from ledger.domain.funds import OpenFund
from ledger.domain.grants import GrantRole
from ledger.domain.people import RegisterPerson
from ledger.domain.shifts import ScheduleShift
from ledger.domain.sites import RegisterSite, SiteKind
from ledger.domain.values import PersonId, ShiftId, Title
from ledger.exchange.terminal import catch_up
from ledger.running import Running, running
from ledger.settings import Settings
from tests.builders import CANTEEN, JINNING, MEAL_FUND, NEW_YEAR, accepted, person, unit
from tests.pages.site import CHEAP, ORIGIN, OURS, PASSWORD, words_of
from tests.servers import Server, temporary_database

LANGUAGES: Final = {"zh": "zh-Hans", "en": "en"}
ANSWERED: Final = {200, 303, 401, 403, 404}
SHE, HE, ADMINISTRATOR = person(1), person(2), person(3)
GROWN_UP: Final = NEW_YEAR.replace(year=1980)
UNKNOWN: Final = {
    "person": person(9),
    "month": "2026-01",
    "day": "2026-01-05",
    "sitting": "lunch",
    "number": "1",
    "entry": "1",
    "position": "1",
}
"""What a part of an address may be that nobody has; the others are any word."""
OPENED: Final = UNKNOWN | {
    "person": SHE,
    "community": JINNING,
    "canteen": CANTEEN,
    "site": CANTEEN,
    "fund": MEAL_FUND,
    "shift": "sweep",
}
"""What was opened on the first day, and has nothing in it yet."""
WRONG: Final = ("%00", "%F0%A0%AE%B7", "-1", "A" * 300, "2026-13-41")
ENDINGS: Final = {"/sign-out", "/me/sessions/end"}
"""Forms after which she is somebody else."""
STEPS: Final = ("rules", "bands", "unit", "site", "operator", "days", "correct", "late", "contact")


class Beginning:
    """A ledger of which little is written, and a browser that looks at its pages."""

    def __init__(self, here: Running, app: FastAPI, browser: TestClient) -> None:
        self.here, self.app, self.browser = here, app, browser

    def addresses(
        self, parts: dict[str, str], otherwise: str = "nothing", method: str = "GET"
    ) -> Iterator[str]:
        """Every page that can be asked for, its address filled with these parts."""
        for context in iter_route_contexts(self.app.routes):
            route = context.original_route
            if isinstance(route, PageRoute) and method in (route.methods or ()):
                yield re.sub(r"\{(\w+)\}", lambda each: parts.get(each[1], otherwise), route.path)

    def must_answer(self, addresses: Iterator[str], more: frozenset[int] = frozenset()) -> None:
        """None of the pages breaks, in either language, and each has words of its own."""
        asked = set(addresses)
        assert len(asked) > 50
        told = {(each, tag): self._told(each, tag) for each in asked for tag in LANGUAGES}
        assert {
            address: answer.status_code
            for address, answer in told.items()
            if answer.status_code not in ANSWERED | more
        } == {}
        assert not [each for each, answer in told.items() if not is_in_words(answer, each[1])]

    def _told(self, address: str, language: str) -> Response:
        return self.browser.get(address, headers={"Accept-Language": language})

    def keys(self, address: str) -> set[str]:
        """The keys of the forms on a page."""
        return set(re.findall(r'name="key" value="([^"]+)"', self.browser.get(address).text))

    def signs_in(self, who: PersonId) -> None:
        """Sign in as somebody, who has a new account."""
        with psycopg.connect(self.here.url, autocommit=True) as connection:
            number = accounts.enrol(connection, who)
            accounts.set_password(connection, who, passwords.hashed(PASSWORD))
        self.browser.cookies.clear()
        form = {"number": number, "password": PASSWORD}
        assert self.browser.post("/sign-in", data=form, headers=OURS).status_code == 303


def is_in_words(answer: Response, language: str) -> bool:
    """Whether it leads elsewhere, or is a page with a heading in the language."""
    if answer.status_code == 303:
        return True
    whole = f'<html lang="{LANGUAGES[language]}"' in answer.text and "<h1" in answer.text
    return whole and len(words_of(answer)) > 20


def is_broken(answer: Response) -> bool:
    return answer.status_code >= 500 or not is_in_words(answer, "zh")


@contextmanager
def opened(database: str, folder: Path, kind: LedgerKind | None) -> Iterator[Beginning]:
    settings = Settings(database_url=SecretStr(database), key_dir=folder / "keys", origin=ORIGIN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", CHEAP)
        with running(settings, kind=kind) as here:
            app = create_app(here, Journal(BytesIO()))
            with TestClient(
                app, base_url=ORIGIN, raise_server_exceptions=False, follow_redirects=False
            ) as browser:
                yield Beginning(here, app, browser)


@pytest.fixture(scope="module")
def nothing(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beginning]:
    """A database with the ledger's tables, and no entry in them."""
    folder = tmp_path_factory.mktemp("nothing")
    with temporary_database(embedded) as database, opened(database, folder, None) as here:
        assert here.here.ledger.recorder.max_notification_id() is None
        yield here


@pytest.fixture(scope="module")
def first_day(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beginning]:
    """What lets somebody in at all, and what is opened in the first hour; nothing came of it."""
    folder = tmp_path_factory.mktemp("first")
    with (
        temporary_database(embedded) as database,
        opened(database, folder, LedgerKind.live) as here,
    ):
        begin(here.here)
        yield here


def begin(here: Running) -> None:
    """She holds every role beside the administrator's, and he none."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    hour = now + timedelta(hours=1), now + timedelta(hours=2)
    by = Authority.alike(ADMINISTRATOR, (Role.administrator,), None)
    people = [
        RegisterPerson(each, JINNING, Contact(name), FactSheet(GROWN_UP))
        for each, name in ((SHE, "甲"), (HE, "乙"), (ADMINISTRATOR, "丙"))
    ]
    apart = {Role.administrator, Role.volunteer}
    grants = tuple(GrantRole(SHE, role) for role in Role if role not in apart)
    units = [
        unit(RegisterCommunity(JINNING, Title("金宁社区"), Title("丹灶镇")), *people),
        unit(
            OpenFund(MEAL_FUND, JINNING, Title("长者饭堂基金")),
            RegisterSite(CANTEEN, JINNING, SiteKind.canteen, Title("长者饭堂"), NEW_YEAR),
            ScheduleShift(ShiftId("sweep"), JINNING, Title("扫街"), *hour),
        ),
        Unit(Authority.of_the_machine(), "first", (AppointFirst(ADMINISTRATOR),)),
        Unit(by, "grants", grants),
    ]
    for answer in here.ledger.execute(units):
        accepted(answer)
    catch_up(here)


# -- what is asked -----------------------------------------------------------------------------


def test_where_nothing_was_ever_written_every_page_has_words(nothing: Beginning) -> None:
    nothing.must_answer(nothing.addresses(UNKNOWN))


def test_where_nothing_was_ever_written_a_wrong_address_is_told(nothing: Beginning) -> None:
    for wrong in WRONG:
        nothing.must_answer(nothing.addresses({}, wrong), frozenset({400, 422}))


@pytest.mark.parametrize("parts", [UNKNOWN, OPENED], ids=["unknown", "opened"])
@pytest.mark.parametrize(
    "who", [SHE, HE, ADMINISTRATOR], ids=["every role", "no role", "administrator"]
)
def test_on_the_first_day_every_page_has_words(
    first_day: Beginning, who: PersonId, parts: dict[str, str]
) -> None:
    first_day.signs_in(who)
    first_day.must_answer(first_day.addresses(parts))


def test_what_was_opened_is_shown_though_nothing_is_in_it(first_day: Beginning) -> None:
    first_day.signs_in(SHE)
    shown = [first_day.browser.get(each) for each in set(first_day.addresses(OPENED))]
    assert sum(answer.status_code == 200 for answer in shown) > len(shown) / 2


@pytest.mark.parametrize("step", STEPS)
def test_on_the_first_day_every_step_has_words(first_day: Beginning, step: str) -> None:
    first_day.signs_in(SHE)
    first_day.must_answer(first_day.addresses(OPENED | {"step": step}))


@pytest.mark.parametrize("wrong", WRONG)
def test_on_the_first_day_a_wrong_address_is_told(first_day: Beginning, wrong: str) -> None:
    first_day.signs_in(SHE)
    first_day.must_answer(first_day.addresses({}, wrong), frozenset({400, 422}))


def test_a_form_that_says_nothing_is_told_what_is_missing(first_day: Beginning) -> None:
    """Every form is sent empty: a refusal in words, or the page that it leads to."""
    first_day.signs_in(SHE)
    forms = set(first_day.addresses(OPENED, method="POST")) - ENDINGS
    told = {each: first_day.browser.post(each, headers=OURS) for each in forms}
    assert len(told) > 30
    assert {path: answer.status_code for path, answer in told.items() if is_broken(answer)} == {}


@pytest.mark.parametrize("step", ["nothing", *STEPS])
def test_a_form_has_a_key_of_its_own_each_time_it_is_shown(first_day: Beginning, step: str) -> None:
    """A key that stays takes what is done anew for what was done before."""
    first_day.signs_in(SHE)
    shown = set(first_day.addresses(OPENED | {"step": step}))
    once, again = ({each: first_day.keys(each) for each in shown} for _ in range(2))
    assert len([each for each, keys in once.items() if keys]) > 10
    assert {each: once[each] & again[each] for each in shown if once[each] & again[each]} == {}
