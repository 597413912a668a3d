"""Organising units: what they are, what they belong to, for everybody who has a role."""

from ledger.domain.authority import Role
from tests.api.town import Town, accepted, problem

PATH = "communities/jinning/units"
ABOVE = {"unit": "jinning/aid", "name": "互助会", "kind": "association"}
TEAM = {"unit": "jinning/kitchen", "name": "帮厨队", "kind": "team", "belongs_to": "jinning/aid"}


def test_units_are_told_with_what_they_are_and_belong_to(town: Town) -> None:
    before = town.position
    for unit in (ABOVE, TEAM):
        accepted(town.give("communities/register-unit", unit))
    told = town.found(PATH, token=town.token(Role.volunteer))["units"]
    assert list(told) == ["jinning/aid", "jinning/kitchen"]
    assert told["jinning/kitchen"] == {
        "name": "帮厨队",
        "kind": "team",
        "belongs_to": "jinning/aid",
    }
    assert town.found(PATH, known_at=before)["units"] == {}


def test_a_community_that_is_not_there_has_none(town: Town) -> None:
    problem(town.read("communities/nowhere/units"), 404, "record_must_be_within_reach")
