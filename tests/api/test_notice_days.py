"""Notices of a live ledger: a day passes, nothing is recorded, and what is on display has ended."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api import displaying, parameters
from ledger.domain.book import LedgerKind
from ledger.domain.values import month_of, previous_month
from tests.api.town import Town, accepted, open_town

TODAY = datetime.now(UTC).date()
MONTH = {"community": "jinning", "month": str(previous_month(month_of(TODAY)))}
REGISTER = "communities/jinning/notices"
SHORT, LONG = 12, 60
"""Days on display."""


@pytest.fixture
def live(database: str, tmp_path: Path) -> Iterator[Town]:
    """Three notices of last month; the first of them ends soon."""
    with open_town(database, tmp_path, kind=LedgerKind.live) as town:
        accepted(town.give("periods/close", MONTH, at=None))
        for name, days in (("a", SHORT), ("b", LONG), ("c", LONG)):
            draft = town.found(f"communities/jinning/notice-drafts/{MONTH['month']}")
            named = {each: draft[each] for each in ("at_position", "digest")}
            told = {"notice": name, "until": str(TODAY + timedelta(days)), **MONTH, **named}
            accepted(town.give("notices/publish", told, at=None))
        town.found("exceptions")
        yield town


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The first notice ends on the clock of the machine that answers."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + timedelta(SHORT + 2)

    def pass_() -> None:
        for module in (displaying, parameters):
            monkeypatch.setattr(module, "datetime", Clock)

    return pass_


def pages(town: Town, path: str, **asked: Any) -> dict[str, str]:
    """The notices of all pages, and what is said of their display."""
    told: dict[str, str] = {}
    page = town.found(path, **asked)
    while True:
        told |= {each["notice"]: each.get("display", "shown") for each in page["items"]}
        if page["next"] is None:
            return told
        page = town.client.get(page["next"], headers=town.headers()).json()


def test_what_has_ended_is_on_no_page_of_the_display(live: Town, later: Callable[[], None]) -> None:
    assert list(pages(live, "notices", limit=2)) == ["c", "b", "a"]
    later()
    assert list(pages(live, "notices", limit=2)) == ["c", "b"]


def test_every_page_of_the_register_says_what_is_so_now(
    live: Town, later: Callable[[], None]
) -> None:
    later()
    assert pages(live, REGISTER, limit=2) == {"c": "shown", "b": "shown", "a": "ended"}
    before = pages(live, REGISTER, limit=2, known_at=live.position)
    assert before == dict.fromkeys("cba", "shown"), "as it was when the last of them was published"


@pytest.mark.parametrize("path", [REGISTER, f"{REGISTER}/a"])
def test_the_register_is_sent_again_on_another_day(
    live: Town, later: Callable[[], None], path: str
) -> None:
    tag = live.read(path).headers["ETag"]
    later()
    again = live.read(path, headers={"If-None-Match": tag})
    assert again.status_code == 200
    assert again.headers["ETag"] != tag
    assert '"ended"' in again.text
