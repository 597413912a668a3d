"""Exceptions over HTTP: an auditor's list, within her reach, by pattern, page by page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.domain.authority import Role
from ledger.domain.values import CommunityId, PersonId
from tests.api.town import Town, accepted, open_town, problem
from tests.builders import CANTEEN, CLERK, JINNING, person
from tests.grants import TRUSTED
from tests.servers import Server, temporary_database

XILIAN = CommunityId("xilian")
ONE, OTHER = person(0), person(1)


@pytest.fixture(scope="module")
def friends(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Two of 金宁 confirmed each other's service there, and one of them the other's in 西联."""
    folder: Path = tmp_path_factory.mktemp("friends")
    with temporary_database(embedded) as database, open_town(database, folder) as town:
        settle(town)
        yield town


def settle(town: Town) -> None:
    xilian = {"community": XILIAN, "name": "西联社区", "town": "丹灶镇"}
    accepted(town.give("communities/register", xilian))
    for number in range(3):
        served(town, f"here-{number}", JINNING, ONE, by=OTHER, day=20 + number)
    served(town, "here-back", JINNING, OTHER, by=ONE, day=25)
    served(town, "there", XILIAN, OTHER, by=ONE, day=26)
    for number in range(5):
        eaten_and_undone(town, 3 + number % 2, number + 1)


def served(
    town: Town, shift: str, where: CommunityId, who: PersonId, *, by: PersonId, day: int
) -> None:
    """Eight hours of February, attested to the minute and confirmed by the other."""
    start, end = f"2026-02-{day}T09:00:00+08:00", f"2026-02-{day}T17:00:00+08:00"
    about = {"shift": shift, "person": who}
    plan = {
        "shift": shift,
        "community": where,
        "activity": "巡查",
        "starts_at": start,
        "ends_at": end,
    }
    accepted(town.give("shifts/schedule", plan, at="2026-02-01T09:00:00+08:00"))
    accepted(town.give("attendance/attest", about | {"check_in": start, "check_out": end}))
    accepted(town.give("service/confirm", about, token=town.token(person=by)))


def eaten_and_undone(town: Town, number: int, day: int) -> None:
    about = {"person": person(number)}
    meal = about | {"canteen": CANTEEN, "served_on": f"2026-03-0{1 + day % 2}"}
    answer = accepted(town.give("meals/claim", meal))
    undo = {"month": "2026-03", "kind": "void", "reason": "entered_by_mistake"}
    claim = answer["events"][0]["data"]["claim"]
    accepted(town.give("meals/reverse", about | undo | {"claim": claim}))


def told(town: Town, **asked: Any) -> list[tuple[str, str | None]]:
    items = town.found("exceptions", **asked)["items"]
    return [(each["pattern"], each["community"]) for each in items]


def test_an_auditor_of_the_town_sees_everything(friends: Town) -> None:
    found = told(friends, token=friends.token(Role.auditor))
    assert found == [
        ("confirmation_ring", None),
        ("sole_confirmer", JINNING),
        ("meals_undone", JINNING),
    ]


def test_an_auditor_of_a_community_sees_what_is_hers(friends: Town) -> None:
    here = friends.token(Role.auditor, communities=(JINNING,))
    assert told(friends, token=here)[0] == ("confirmation_ring", JINNING)
    assert len(told(friends, token=here)) == 3
    there = friends.token(Role.auditor, communities=(XILIAN,))
    assert told(friends, token=there) == []


def test_nobody_but_an_auditor_sees_it(friends: Town) -> None:
    others = [role for role in TRUSTED if role is not Role.auditor]
    answer = friends.read("exceptions", token=friends.token(*others))
    problem(answer, 403, "reader_must_hold_a_role_for_this")


def test_a_community_out_of_reach_is_not_there(friends: Town) -> None:
    here = friends.token(Role.auditor, communities=(JINNING,))
    for community in (XILIAN, "nowhere"):
        answer = friends.read("exceptions", token=here, community=community)
        problem(answer, 404, "record_must_be_within_reach")


def test_it_is_asked_by_community_and_by_pattern(friends: Town) -> None:
    assert told(friends, community=XILIAN) == []
    assert told(friends, community=JINNING, pattern="confirmation_ring") == [
        ("confirmation_ring", JINNING)
    ]
    problem(friends.read("exceptions", pattern="bad_luck"), 422, "query_must_be_well_formed")


def test_a_finding_is_told_in_both_languages_with_its_evidence(friends: Town) -> None:
    (finding,) = friends.found("exceptions", pattern="meals_undone")["items"]
    assert (finding["subject_kind"], finding["subject"]) == ("actor", CLERK)
    assert f"{CLERK} 于 2026-03 在 {CANTEEN} 核销 5 餐" in finding["sentence_zh"]
    assert finding["sentence_en"].endswith("she undid 5.")
    for position in finding["evidence"]:
        trail = friends.found(f"trail/actor/{CLERK}", known_at=position)["items"]
        assert (trail[0]["position"], trail[0]["type"]) == (position, "meal-reversed.v1")


def test_pages_are_about_the_position_of_the_first_one(town: Town) -> None:
    settle(town)
    whole = town.found("exceptions")["items"]
    page = town.found("exceptions", limit=1)
    served(town, "late", JINNING, OTHER, by=ONE, day=27)
    items = page["items"]
    while page["next"]:
        page = town.client.get(page["next"], headers=town.headers()).json()
        items += page["items"]
    assert items == whole
    assert town.found("exceptions")["items"] != whole


def test_what_was_found_is_what_was_known(friends: Town) -> None:
    position = friends.position
    assert told(friends, known_at=str(position - 10)) != told(friends)
    assert told(friends, known_at="1") == []


def test_a_list_for_a_spreadsheet_has_a_line_for_each(friends: Town) -> None:
    lines = friends.read("exceptions", format="csv").text.splitlines()
    assert lines[0].lstrip("\ufeff").startswith("pattern,community,subject_kind,subject")
    assert len(lines) == 4
