"""Clerks: who recorded how many meals at a canteen, and undid how many of them herself."""

from typing import Any

from ledger.domain.authority import Role
from tests.api.town import Town, accepted, problem
from tests.builders import CANTEEN, CLERK, JINNING, person

OTHER = person(7)


def recorded(town: Town, number: int, **asked: Any) -> None:
    lunch = {"person": person(number), "canteen": CANTEEN, "served_on": "2026-03-02"}
    accepted(town.give("meals/claim", lunch, **asked))


def taken_back(town: Town, number: int, at: str, token: str | None = None) -> Any:
    reversal = {
        "person": person(number), "month": "2026-03", "claim": 1, "kind": "void",
        "reason": "entered_by_mistake",
    }  # fmt: skip
    return town.give("meals/reverse", reversal, at=f"2026-03-02T{at}:00+08:00", token=token)


def clerks(town: Town, **asked: str) -> list[tuple[str, int, int]]:
    found = town.found(f"canteens/{CANTEEN}/clerks", month="2026-03", **asked)["clerks"]
    return [(each["clerk"], each["claims"], each["undone"]) for each in found]


def test_a_canteen_where_nobody_ate_has_no_clerks(town: Town) -> None:
    assert clerks(town) == []


def test_what_a_clerk_takes_back_herself_is_counted_and_what_others_take_back_is_not(
    town: Town,
) -> None:
    other = town.token(Role.canteen_clerk, communities=(JINNING,), person=OTHER)
    for number in (1, 2, 3):
        recorded(town, number)
    recorded(town, 4, token=other)
    before = town.position
    accepted(taken_back(town, 1, "12:09"))
    problem(taken_back(town, 2, "12:11"), 409, "undo_must_be_within_ten_minutes")
    accepted(taken_back(town, 3, "12:12", other))
    assert clerks(town) == sorted([(CLERK, 3, 1), (OTHER, 1, 0)])
    assert clerks(town, known_at=str(before)) == sorted([(CLERK, 3, 0), (OTHER, 1, 0)])
    assert clerks(town, as_of="2026-03-01") == []
