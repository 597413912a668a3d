"""A month's end and a fund's forecast over HTTP: counted, without a name, as it was known."""

from typing import Any

from ledger.domain.authority import Role
from tests.api.exemplary import Exemplary
from tests.builders import JINNING

JANUARY = f"communities/{JINNING}/months/2026-01"


def end(exemplary: Exemplary, path: str = JANUARY) -> dict[str, Any]:
    found: dict[str, Any] = exemplary.town.found(path)["month_end"]
    return found


def test_the_month_of_the_examples_is_settled_closed_and_published(exemplary: Exemplary) -> None:
    found = end(exemplary)
    (canteen,) = found["canteens"]
    assert (canteen["claims_closed"], canteen["settlement"]["stage"]) == (True, "approved")
    assert canteen["settlement"]["left_fen"] == 0
    assert found["publish_by"] == "2026-02-28"


def test_nothing_was_done_before_anything_was_known(exemplary: Exemplary) -> None:
    known = exemplary.town.found(f"settlements/{JINNING}-canteen/2026-01")["settlement"]
    first = known["steps"][0]["position"]
    (canteen,) = end(exemplary, f"{JANUARY}?known_at={first - 1}")["canteens"]
    assert canteen["settlement"] is None
    (canteen,) = end(exemplary, f"{JANUARY}?known_at={first}")["canteens"]
    assert canteen["settlement"]["stage"] == "submitted"


def test_a_month_of_which_nothing_is_known_has_everything_before_it(exemplary: Exemplary) -> None:
    found = end(exemplary, f"communities/{JINNING}/months/2030-01")
    (canteen,) = found["canteens"]
    assert (canteen["claims_closed"], canteen["settlement"]) == (False, None)
    assert (found["closed"], found["notices"]) == (False, [])
    assert found["unsettled"] == {"held": 0, "objections": 0, "answer_by": None}


def test_an_answer_names_nobody_and_is_for_those_whose_steps_end_a_month(
    exemplary: Exemplary,
) -> None:
    town = exemplary.town
    for role, status in ((Role.publisher, 200), (Role.canteen_clerk, 200), (Role.leader, 403)):
        answer = town.client.get(f"/v1/{JANUARY}", headers=town.headers(town.token(role)))
        assert answer.status_code == status


def test_a_fund_whose_meals_were_all_taken_back_bears_none(exemplary: Exemplary) -> None:
    assert exemplary.town.found("funds/jinning-meals/forecast")["forecast"] is None
