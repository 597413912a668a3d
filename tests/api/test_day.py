"""A worked day in a canteen, from the first claim to the month's totals, over HTTP alone."""

from tests.api.town import Town, accepted, problem
from tests.builders import CANTEEN, MEAL_FUND, person


def lunch(number: int, day: str = "2026-03-02") -> dict[str, object]:
    return {"person": person(number), "canteen": CANTEEN, "served_on": day}


def test_a_day_in_a_canteen(town: Town) -> None:
    first = accepted(town.give("meals/claim", lunch(1)))
    assert first["events"][0]["type"] == "meal-claimed.v2"
    assert first["events"][0]["data"]["copayment_fen"] == 900
    assert first["simulated"] is True
    accepted(town.give("meals/claim", lunch(2)))
    again = town.give("meals/claim", lunch(1))
    problem(again, 409, "day_must_not_have_two_subsidised_meals")
    reversal = {
        "person": person(2), "month": "2026-03", "claim": 1, "kind": "void", "reason": "not_eaten",
    }  # fmt: skip
    accepted(town.give("meals/reverse", reversal, at="2026-03-02T12:05:00+08:00"))

    sheet = town.found(f"canteens/{CANTEEN}/days/2026-03-02")["sheet"]
    assert sheet["totals"] == {
        "meals": 1, "price_fen": 1500, "personal_fen": 900,
        "by_payer": {f"fund/{MEAL_FUND}": 600},
    }  # fmt: skip
    assert len(sheet["claims"]) == 2
    totals = town.found(f"canteens/{CANTEEN}/totals", month="2026-03")["totals"]
    assert totals == sheet["totals"]
    assert town.found("communities/jinning/meals", month="2026-03")["totals"] == totals
    (claim, _) = town.found(f"canteens/{CANTEEN}/claims", month="2026-03")["items"]
    assert claim["person"] == person(1)

    due = town.found("balances", account=f"due/{CANTEEN}/")["items"]
    assert due == [{"account": f"due/{CANTEEN}/fund/{MEAL_FUND}", "unit": "fen", "amount": 600}]
    fund = town.found(f"funds/{MEAL_FUND}")["fund"]
    assert (fund["held_fen"], fund["accrued_fen"]) == (10_000_000, 600)
    assert fund["available_fen"] == 10_000_000 - 600
    assert [each["fund"] for each in town.found("funds", community="jinning")["items"]] == [
        MEAL_FUND
    ]
    trail = town.found(f"trail/person/{person(2)}")["items"]
    assert [each["type"] for each in trail][:2] == ["meal-reversed.v1", "meal-claimed.v2"]
    league = town.found("league", season="2026-03")["items"]
    assert league[0]["figures"]["meals_served"]["amount"] == 1
    assert town.found(f"policies/{CANTEEN}")["versions"][0]["price_fen"] == 1500
    entries = town.found("entries", account=f"fund/{MEAL_FUND}")["items"]
    assert [each["amount"] for each in entries] == [10_000_000]


def test_a_second_meal_of_the_day_is_recorded_once_at_the_full_price(town: Town) -> None:
    accepted(town.give("meals/claim", lunch(1)))
    full = lunch(1) | {"at_full_price": True}
    bought = accepted(town.give("meals/claim", full, key="bought"))["events"][0]["data"]
    assert (bought["rule"], bought["shares"], bought["copayment_fen"]) == (None, [], 1500)
    assert town.give("meals/claim", full, key="bought").json()["replayed"] is True
    other = town.give("meals/claim", lunch(1), key="bought")
    problem(other, 422, "key_must_not_be_used_for_another_request")
    sheet = town.found(f"canteens/{CANTEEN}/days/2026-03-02")["sheet"]
    assert sheet["totals"] == {
        "meals": 2, "price_fen": 3000, "personal_fen": 2400,
        "by_payer": {f"fund/{MEAL_FUND}": 600},
    }  # fmt: skip
    assert [each["at_full_price"] for each in sheet["claims"]] == [False, True]
