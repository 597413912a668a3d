"""How the ledger runs, in words: what is well, what is behind, and what has stopped."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.pages.office_health import FRESH, Reading, Sealing, Wellness, wellness_of_witness
from api.routes.health import LAG_MOST
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.notes import Note
from ledger.audit.sealed import Sealed
from ledger.projections.projector import Parked
from tests.pages.site import words_of
from tests.pages.town import Town

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.mark.parametrize("word", ["administrator", "auditor", "volunteer"])
def test_whoever_holds_a_role_may_see_how_it_runs(town: Town, word: str) -> None:
    town.becomes(word)
    shown = words_of(town.browser.get("/offices/health"))
    assert f"共 {town.tail()} 条" in shown
    assert "网页数据 正常 与账本同步" in shown
    assert "见证人 未设置" in shown


def test_whoever_is_not_signed_in_is_sent_to_the_door(town: Town) -> None:
    town.browser.cookies.clear()
    assert town.browser.get("/offices/health").status_code == 303


def test_a_read_model_that_stopped_is_named(town: Town) -> None:
    town.becomes("auditor")
    parked = town.here.projector.parked
    parked["league"] = Parked(3, "ValueError: not to be shown")
    try:
        shown = town.browser.get("/offices/health")
    finally:
        del parked["league"]
    assert "网页数据 停止 停在某条记录：league" in words_of(shown)
    assert "not to be shown" not in shown.text
    assert "停止" not in words_of(town.browser.get("/offices/health"))


def test_it_is_looked_at_anew_each_time(town: Town) -> None:
    town.becomes("auditor")
    first = town.browser.get("/offices/health")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert town.browser.get("/offices/health", headers=tag).status_code == 200


@pytest.mark.parametrize(
    ("behind", "parked", "wellness"),
    [
        (0, (), Wellness.well),
        (LAG_MOST, (), Wellness.well),
        (LAG_MOST + 1, (), Wellness.behind),
        (0, ("league",), Wellness.stopped),
    ],
)
def test_reading(behind: int, parked: tuple[str, ...], wellness: Wellness) -> None:
    assert Reading(behind, "league", parked).wellness is wellness


@pytest.mark.parametrize(
    ("unsealed", "more", "wellness"),
    [
        (0, {}, Wellness.well),
        (LAG_MOST + 1, {}, Wellness.behind),
        (0, {"fault": True}, Wellness.stopped),
        (0, {"is_here": False}, Wellness.elsewhere),
    ],
)
def test_sealing(unsealed: int, more: dict[str, Any], wellness: Wellness) -> None:
    known: dict[str, Any] = {"newest": None, "is_here": True, "fault": False} | more
    assert Sealing(unsealed=unsealed, **known).wellness is wellness


@pytest.mark.parametrize(
    ("seen", "age", "asked", "wellness"),
    [
        (None, timedelta(), False, Wellness.unasked),
        (None, timedelta(), True, Wellness.behind),
        (5, FRESH * 2, True, Wellness.well),
        (4, FRESH, True, Wellness.well),
        (4, FRESH + timedelta(seconds=1), True, Wellness.behind),
    ],
)
def test_witnessing(seen: int | None, age: timedelta, wellness: Wellness, *, asked: bool) -> None:
    newest = sealed_at(5, NOW - age)
    last = None if seen is None else sealed_at(seen, NOW - age)
    assert wellness_of_witness(last, newest, NOW, asked=asked) is wellness


def sealed_at(size: int, at: datetime) -> Sealed:
    checkpoint = Checkpoint("ledger.example.org/log", size, bytes(32))
    return Sealed(checkpoint, Note(checkpoint.text, ()), at)
