"""Resolutions over HTTP: looked up by everybody, and shown where a policy cites them."""

from ledger.domain.authority import Role
from ledger.domain.values import CommunityId
from tests.api.town import Town, accepted, problem
from tests.builders import AGREED, CANTEEN, JINNING, person


def test_whoever_signs_in_may_look_up_what_was_decided(shared: Town) -> None:
    volunteer = shared.token(Role.volunteer, communities=(CommunityId("xilian"),))
    (told,) = shared.found("resolutions", community=JINNING, token=volunteer)["items"]
    assert (told["resolution"], told["body"], told["standing"]) == (
        AGREED,
        "council_hall",
        "in_force",
    )
    one = shared.found(f"resolutions/{AGREED}", token=volunteer)
    assert one["resolution"] == told
    assert [(each["site"], each["version"]) for each in one["policies"]] == [(CANTEEN, 1)]
    assert one["requests"] is None, "a volunteer reads no money"
    assert shared.found(f"resolutions/{AGREED}")["requests"] == []


def test_a_resolution_that_is_not_there_is_not_found(shared: Town) -> None:
    problem(shared.read("resolutions/no-such"), 404, "record_must_be_within_reach")


def test_the_register_is_asked_by_body_and_standing(shared: Town) -> None:
    for filters, count in (
        ({"body": "council_hall"}, 1),
        ({"body": "committee"}, 0),
        ({"standing": "in_force"}, 1),
        ({"standing": "revoked"}, 0),
    ):
        assert len(shared.found("resolutions", **filters)["items"]) == count
    for wrong in ({"body": "parliament"}, {"standing": "dead"}):
        problem(shared.read("resolutions", **wrong), 422, "query_must_be_well_formed")


def test_a_policy_shows_that_a_resolution_was_revoked_afterwards(town: Town) -> None:
    (cited,) = town.found(f"policies/{CANTEEN}")["resolutions"]
    assert (cited["resolution"], cited["starts_from"], cited["revoked_on"]) == (
        AGREED,
        "2026-01-01",
        None,
    )
    revoke = {"resolution": AGREED, "revoked_on": "2026-03-01", "reason": "replaced"}
    answer = town.give("resolutions/revoke", revoke)
    accepted(answer)
    assert answer.headers["Location"] == f"/v1/resolutions/{AGREED}"
    (cited,) = town.found(f"policies/{CANTEEN}")["resolutions"]
    assert cited["revoked_on"] == "2026-03-01"
    assert (cited["standing"], cited["reason"]) == ("revoked", "replaced")
    before = town.found(f"policies/{CANTEEN}", known_at=town.position - 1)
    (was,) = before["resolutions"]
    assert (was["revoked_on"], was["standing"]) == (None, "in_force")
    assert (was["body"], was["decided_on"]) == ("council_hall", "2025-12-20")
    assert was["votes"] == {"in_favour": 21, "against": 2, "abstained": 1}
    heading, row = town.read(f"policies/{CANTEEN}", format="csv").text.splitlines()
    assert heading.startswith("\ufeffsite,version,payer,resolution")
    assert row.startswith(f"{CANTEEN},1,fund/")


def test_how_many_came_to_a_meeting_is_told_and_not_who(town: Town) -> None:
    meeting = {
        "meeting": "hall-0301", "community": "jinning", "body": "council_hall",
        "held_on": "2026-03-01",
    }  # fmt: skip
    accepted(town.give("councils/record-meeting", meeting))
    for number in (1, 2):
        came = {"meeting": "hall-0301", "person": person(number)}
        accepted(town.give("councils/record-attendance", came))
    answer = town.read("communities/jinning/meetings")
    (told,) = answer.json()["items"]
    assert (told["meeting"], told["attended"]) == ("hall-0301", 2)
    assert person(1) not in answer.text
