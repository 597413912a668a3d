"""Shifts of the demo as tests of pages need them: announced by the leader, attended, confirmed."""

import re
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

from httpx2 import Response

from api.pages.languages import typed
from ledger.demo.personas import BY_WORD
from ledger.domain.community_records import SHANGHAI
from ledger.domain.values import PersonId
from tests.pages.town import Town

BOARD: Final = "/board/jinning"
VOLUNTEER: Final = BY_WORD["volunteer"].person
CASHIER: Final = BY_WORD["cashier"].person
CASHIERS_NAME: Final = "冯出纳(例)"
APPROVER: Final = BY_WORD["approver"].person
_numbers: Final = count(1)
_minutes_ago: Final = count(30, 21)


def clock(minutes: int) -> str:
    """So many minutes from now, as a form in the town has it."""
    return typed(datetime.now(UTC) + timedelta(minutes=minutes), SHANGHAI)


def announced(town: Town, *, begins: int = 60, minutes: int = 120, **more: str) -> str:
    """The page of a shift that the leader has announced; she is signed in."""
    town.becomes("leader")
    shift = f"test-{next(_numbers)}"
    form = {"shift": shift, "activity": "长者饭堂帮厨", "key": shift} | more
    times = {"starts_at": clock(begins), "ends_at": clock(begins + minutes)}
    followed(town, town.post(f"{BOARD}/new", **form | times))
    return f"{BOARD}/shifts/{shift}"


def attended(town: Town, *persons: PersonId, ago: int = 0, minutes: int = 20) -> str:
    """The page of a shift that is over, and that these people came to; no two are at one time."""
    ago = ago or next(_minutes_ago)
    page = announced(town, begins=-ago, minutes=minutes)
    for person in persons:
        times = {"check_in": clock(-ago), "check_out": clock(minutes - ago)}
        does(town, f"{page}/people/{person}/attest", **times)
    return page


def does(town: Town, path: str, **form: str) -> Response:
    """Send a form that was not sent before; the page that it leads to, with what it changed."""
    return followed(town, town.post(path, key=f"test-{next(_numbers)}", **form))


def twice(town: Town, path: str, **form: str) -> Response:
    """Send the same form two times, as a double click does; the page that both lead to."""
    first, second = (town.post(path, **form) for _ in range(2))
    assert first.headers.get("Location") == second.headers.get("Location")
    return followed(town, second)


def followed(town: Town, answer: Response) -> Response:
    """The page that a form leads to."""
    assert answer.status_code == 303, answer.text
    return town.browser.get(answer.headers["Location"])


def steps_on(answer: Response) -> set[str]:
    """The steps that a page of somebody in a shift offers."""
    return set(
        re.findall(r'(?:href|action)="[^"]+/shifts/[^/"]+/people/[^/"]+/([a-z-]+)"', answer.text)
    )
