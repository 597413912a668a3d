"""The shift board over HTTP: as it is, as it was known, and page by page at one position."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ledger.domain.authority import Role
from tests.api.town import Town, accepted, problem
from tests.builders import JINNING, person

CHEN, WU = person(1), person(2)
HOUR, HALF_A_MINUTE = timedelta(hours=1), timedelta(seconds=30)
MORNING = {"starts_at": "2026-03-01T08:00:00+08:00", "ends_at": "2026-03-01T10:00:00+08:00"}
HOURS = {"check_in": MORNING["starts_at"], "check_out": MORNING["ends_at"]}
DAY = {"community": JINNING, "from_day": "2026-03-01", "to_day": "2026-03-01"}
WAITING = f"communities/{JINNING}/unconfirmed"


@pytest.fixture
def fair(town: Town) -> Town:
    """A shift that two people came to."""
    shift = {"shift": "fair", "community": JINNING, "activity": "社区集市", **MORNING}
    accepted(town.give("shifts/schedule", shift))
    for who in (CHEN, WU):
        accepted(town.give("attendance/attest", {"shift": "fair", "person": who, **HOURS}))
    return town


def numbers(town: Town, **asked: Any) -> tuple[int, int, int]:
    """Came, unconfirmed and credited: the same on the board and on the sheet."""
    (line,) = town.found("shifts", **DAY, **asked)["items"]
    assert town.found("shifts/fair", **asked)["shift"] == line
    return line["attended"], line["unconfirmed"], line["credited"]


def waiting(town: Town, **asked: Any) -> list[str]:
    """Who waits in the community, each also on a list of her own."""
    found = [each["person"] for each in town.found(WAITING, **asked)["items"]]
    for who in (CHEN, WU):
        own = town.found(f"persons/{who}/unconfirmed", **asked)["items"]
        assert len(own) == found.count(who)
    return found


def test_the_board_remembers_each_step_of_a_shift(fair: Town) -> None:
    came = fair.position
    accepted(fair.give("service/confirm", {"shift": "fair", "person": WU}))
    confirmed = fair.position
    accepted(fair.give("service/confirm", {"shift": "fair", "person": CHEN}))
    told = {
        at: (numbers(fair, known_at=at), waiting(fair, known_at=at))
        for at in range(came - 1, confirmed + 1)
    }
    assert told == {
        came - 1: ((1, 1, 0), [CHEN]),
        came: ((2, 2, 0), [CHEN, WU]),
        confirmed: ((2, 1, 1), [CHEN]),
    }
    assert (numbers(fair), waiting(fair)) == ((2, 0, 2), [])


def test_before_it_was_scheduled_there_was_no_shift(fair: Town) -> None:
    (event,) = fair.found("trail/shift/fair")["items"][-1:]
    before = event["position"] - 1
    assert fair.found("shifts", **DAY, known_at=before)["items"] == []
    problem(fair.read("shifts/fair", known_at=before), 404, "record_must_be_within_reach")
    assert fair.read("shifts/fair", known_at=before + 1).status_code == 200


def test_a_volunteer_sees_herself_as_she_was_known(fair: Town) -> None:
    accepted(fair.give("service/confirm", {"shift": "fair", "person": WU}))
    herself = fair.token(Role.volunteer, person=WU)
    (now,) = fair.found("shifts/fair", token=herself)["people"]
    (then,) = fair.found("shifts/fair", token=herself, known_at=fair.position - 1)["people"]
    assert (now["person"], now["status"], then["status"]) == (WU, "credited", None)


def test_whoever_is_confirmed_meanwhile_is_on_the_next_page_still(fair: Town) -> None:
    first = fair.found(WAITING, limit=1)
    assert [each["person"] for each in first["items"]] == [CHEN]
    accepted(fair.give("service/confirm", {"shift": "fair", "person": WU}))
    following = fair.client.get(first["next"], headers=fair.headers(fair.clerk)).json()
    assert [each["person"] for each in following["items"]] == [WU]
    assert following["position"] == first["position"]
    assert waiting(fair) == [CHEN]


# -- the code of the display ---------------------------------------------------------------------


def goes_on(town: Town) -> None:
    """A shift that began an hour ago, by the ledger's own clock."""
    now = datetime.now(UTC)
    times = {"starts_at": now - HOUR, "ends_at": now + HOUR}
    shift = {"shift": "now", "community": JINNING, "activity": "社区集市"}
    told = shift | {name: moment.isoformat() for name, moment in times.items()}
    accepted(town.give("shifts/schedule", told, at=None))


def checks_in(town: Town, **more: str) -> Any:
    """Chen says so herself, now."""
    token = town.token(Role.volunteer, person=CHEN)
    told = {"shift": "now", "person": CHEN, "at": datetime.now(UTC).isoformat()} | more
    return town.give("attendance/check-in", told, token=token, at=None)


def grade(town: Town) -> str:
    (she,) = town.found("shifts/now")["people"]
    told: str = she["grade"]
    return told


def test_what_the_display_shows_makes_a_time_checked(town: Town) -> None:
    goes_on(town)
    leader = town.token(Role.leader, person=WU)
    told = town.found("shifts/now/code", token=leader)
    assert datetime.fromisoformat(told["until"]) > datetime.now(UTC) - HALF_A_MINUTE
    accepted(checks_in(town, code=told["code"]))
    assert grade(town) == "checked"


def test_without_it_a_time_is_her_own_word(town: Town) -> None:
    goes_on(town)
    accepted(checks_in(town))
    assert grade(town) == "attested"


def test_another_code_is_refused_and_nothing_is_recorded(town: Town) -> None:
    goes_on(town)
    problem(checks_in(town, code="000000000"), 422, "code_must_be_the_one_shown")
    problem(checks_in(town, code="12345"), 422, "command_must_be_well_formed")
    assert town.found("shifts/now")["people"] == []


def test_a_display_is_never_answered_from_a_copy(town: Town) -> None:
    goes_on(town)
    tags = {town.read("shifts/now/code").headers["ETag"] for _ in range(2)}
    assert len(tags) == 2
