"""Meals that could not be claimed, on the page of their day: who pays, and how it ended."""

from itertools import count

import pytest
from httpx2 import Response

from tests.pages.site import OURS, words_of
from tests.pages.town import Town

DAY = "/desk/xilian-canteen/2026-03-03"
MONTH = "/settlements/xilian-canteen/2026-03"
MEAL = {"canteen": "xilian-canteen", "served_on": "2026-03-03", "sitting": "dinner"}
_numbers = count(1)


def enters(town: Town) -> tuple[dict[str, str], str]:
    """An eater of that day once more, too late to be claimed: which meal it is, and its page."""
    town.becomes("clerk")
    sheet = town.browser.get("/v1/canteens/xilian-canteen/days/2026-03-03").json()["sheet"]
    meal = MEAL | {"person": sheet["claims"][0]["person"]}
    headers = OURS | {"Idempotency-Key": f"late-{next(_numbers)}"}
    answer = town.browser.post("/v1/unclaimable/enter", json=meal, headers=headers)
    assert answer.status_code == 201, answer.text
    (data,) = [each["data"] for each in answer.json()["events"]]
    which = {"person": data["person"], "month": "2026-03", "meal": str(data["meal"])}
    return which, f"{DAY}?at_least={answer.headers['Ledger-Position']}"


def ends(town: Town, which: dict[str, str], **more: str) -> Response:
    """Nobody ate it, so that the next story may enter it once more."""
    fields = {"key": f"end-{next(_numbers)}", "reason": "not_eaten"}
    return town.post(f"{DAY}/end", **fields | which | more)


def test_the_day_names_who_pays_and_how_much_and_the_checker_says_how_it_ended(town: Town) -> None:
    meal, page = enters(town)
    told = words_of(town.browser.get(page)).replace("\N{NO-BREAK SPACE}", " ")
    assert "已就餐而不能核销" in told
    assert f"人员 {meal['person'][:8]} 晚餐" in told
    assert "原因 登记逾期" in told
    assert "由谁承担 本人未付的部分由饭堂承担" in told
    assert "全价 10.00 元" in told
    assert "有效用餐数 3" in told
    assert "登记了结" not in told
    assert "如何了结 尚未了结" in told
    named = words_of(town.browser.get(page.replace("?", "?names=1&")))
    assert f"人员 {meal['person'][:8]}" not in named
    town.becomes("checker")
    assert "登记了结" in words_of(town.browser.get(page))
    month = words_of(town.browser.get(MONTH))
    assert "2026年3月3日：已就餐而不能核销、尚未了结 1 份" in month
    done = ends(town, meal)
    assert done.status_code == 303
    after = words_of(town.browser.get(done.headers["Location"]))
    assert "已登记，该例外事项已了结。" in after
    assert "如何了结 并未就餐" in after
    assert "如何了结 尚未了结" not in after
    assert "尚未了结" not in words_of(town.browser.get(MONTH))


def test_it_is_said_once_and_by_nobody_without_the_role(town: Town) -> None:
    meal, _ = enters(town)
    before = town.tail()
    refused = ends(town, meal)
    assert refused.status_code == 403
    assert town.tail() == before
    town.becomes("checker")
    assert ends(town, meal).status_code == 303
    again = ends(town, meal)
    assert again.status_code == 409
    assert "该不能核销的用餐已了结。" in words_of(again)


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"meal": "x"}, {"person": "nobody"}])
def test_what_is_not_filled_in_ends_nothing(town: Town, wrong: dict[str, str]) -> None:
    meal, _ = enters(town)
    town.becomes("checker")
    before = town.tail()
    answer = ends(town, meal, **wrong)
    assert answer.status_code == 422
    assert wrong.get("reason") != "" or "如何了结：须填写" in words_of(answer)
    assert town.tail() == before
    assert ends(town, meal).status_code == 303
