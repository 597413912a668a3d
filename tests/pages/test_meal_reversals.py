"""A meal is taken back from the page of its day, by another clerk than whoever recorded it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from httpx2 import Response

from tests.pages.site import OURS, words_of
from tests.pages.town import Town, key_of, open_town
from tests.servers import Server

APRIL_1 = "/desk/xianhu-canteen/2026-04-01"
MARCH_3 = "/desk/xilian-canteen/2026-03-03"
MARCH_13 = "/desk/xianhu-canteen/2026-03-13"
TODAY = "/desk/xianhu-canteen/today"


def meals_of(town: Town, day: str) -> list[str]:
    """The addresses of the meals that can be taken back, as the page of the day has them."""
    return re.findall(rf'href="({day}/meals/[0-9]+[^"]*)"', town.browser.get(day).text)


def takes_back(town: Town, meal: str, kind: str = "void", **more: str) -> Response:
    """Fill in the form of the meal, and be sure where `more` says so."""
    key = {"key": key_of(town.browser.get(meal))}
    return town.post(meal, **key | {"kind": kind, "reason": "wrong_person"} | more)


def told(answer: Response) -> str:
    return words_of(answer).replace("\N{NO-BREAK SPACE}", " ")


def day_after(town: Town, done: Response) -> str:
    assert done.status_code == 303, done.text
    return told(town.browser.get(done.headers["Location"]))


@pytest.fixture
def clerk(town: Town) -> Town:
    """The window, with a clerk who recorded none of the meals of the worked example."""
    town.becomes("clerk")
    return town


def test_another_clerk_sees_whose_meal_it_is_and_what_follows_before_it_is_taken_back(
    clerk: Town,
) -> None:
    meal = meals_of(clerk, APRIL_1)[0]
    shown = told(clerk.browser.get(meal))
    assert "用餐人 何满(例)" in shown
    assert "本人付款 2.00 元" in shown
    before = clerk.tail()
    asked = takes_back(clerk, meal)
    sure = told(asked)
    assert "冲销内容 整餐冲销，退还个人自付 原因 登记错了人 用餐人 何满(例)" in sure
    assert "应退还本人 2.00 元 冲销的补助 10.00 元" in sure
    assert clerk.tail() == before
    done = takes_back(clerk, meal, sure="1", key=key_of(asked))
    after = day_after(clerk, done)
    assert clerk.tail() == before + 1
    assert "已撤销。本人已付款的，请退还。" in after
    assert "有效用餐数 1 个人自付 0.00 元" in after
    assert meal not in meals_of(clerk, APRIL_1)
    again = takes_back(clerk, meals_of(clerk, APRIL_1)[0], sure="1", key=key_of(asked))
    assert again.status_code == 422
    assert "这一餐已经冲销。" in told(clerk.browser.get(meal))
    late = clerk.post(meal, key="late", kind="void", reason="other", sure="1")
    assert late.status_code == 409
    assert clerk.tail() == before + 1


def test_of_a_settled_meal_the_subsidy_comes_back_and_the_eater_gets_nothing(clerk: Town) -> None:
    meal = meals_of(clerk, MARCH_3)[0]
    before = clerk.tail()
    sure = told(takes_back(clerk, meal, "subsidy_withdrawn", reason="ineligible"))
    assert "冲销内容 只冲销补助，自付不退 原因 不应享受补助" in sure
    assert "应退还本人 0.00 元 冲销的补助 6.66 元 计入结算 2026年4月 待追回 6.66 元" in sure
    assert clerk.tail() == before
    done = takes_back(clerk, meal, "subsidy_withdrawn", reason="ineligible", sure="1")
    after = day_after(clerk, done)
    assert "补助已冲销，个人自付不退。" in after
    assert "有效用餐数 2 个人自付 18.34 元 其中补助已冲销的 1 餐，自付不退 3.34 元" in after


@pytest.mark.parametrize("missing", ["kind", "reason"])
def test_what_is_not_chosen_is_asked_for_and_nothing_is_recorded(clerk: Town, missing: str) -> None:
    meal = meals_of(clerk, MARCH_13)[0]
    before = clerk.tail()
    answer = takes_back(clerk, meal, **{missing: ""})
    assert answer.status_code == 422
    assert f'id="{missing}-wrong"' in answer.text
    death = takes_back(clerk, meal, reason="death_recorded_later", sure="1")
    assert death.status_code == 422
    changed = takes_back(clerk, meal, again="1")
    assert '<option value="wrong_person" selected>' in changed.text
    assert clerk.tail() == before


def test_the_form_takes_back_the_meal_of_its_address_and_no_other(clerk: Town) -> None:
    meal = meals_of(clerk, MARCH_13)[0]
    of_nobody = {"person": "nobody", "month": "2026-04", "claim": "7"}
    assert "用餐人 何满(例)" in told(takes_back(clerk, meal, **of_nobody))


def test_what_a_death_took_back_stands_there_with_what_it_meant_for_the_eater(clerk: Town) -> None:
    sheet = clerk.browser.get("/v1/canteens/xianhu-canteen/days/2026-03-13").json()["sheet"]
    taken = next(each for each in sheet["claims"] if each["changes"])
    shown = told(clerk.browser.get(f"{MARCH_13}/meals/{taken['position']}"))
    assert "状态 补助已冲销，自付不退" in shown
    assert "这一餐已经冲销。" in shown


def test_after_ten_minutes_her_own_meal_is_another_clerks(embedded: Server, tmp_path: Path) -> None:
    with open_town(embedded, tmp_path) as town:
        town.becomes("clerk")
        shown = town.post(f"{TODAY}/now/find", who="何满(例)")
        form = re.search(r'/claim">(.*?)</form>', shown.text, re.DOTALL)
        assert form
        meal = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', form[1]))
        assert town.post(f"{TODAY}/now/claim", **meal).status_code == 303
        day = town.browser.get(f"{TODAY}?at_least={town.tail()}")
        (mine,) = re.findall(r'href="(/desk/[^"]+/meals/[0-9]+)"', day.text)
        assert "冲销内容" in told(town.browser.get(mine))
        later = {"Ledger-Time": (datetime.now(UTC) + timedelta(minutes=11)).isoformat()}
        plates = {"key": "plates", "served_on": mine.split("/")[3], "plates": "1"}
        town.browser.post(f"{TODAY}/plates", data=plates, headers=OURS | later)
        late = told(town.browser.get(f"{mine}?at_least={town.tail()}"))
        assert "请由另一位工作人员在本页冲销。" in late
        assert "冲销内容" not in late


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{MARCH_13}/meals/1", 404),
        (f"{MARCH_3}/meals/137", 404),
        (f"{MARCH_13}/meals/0", 422),
        (f"{MARCH_13}/meals/x", 422),
        (f"{MARCH_13}/meals/{'9' * 30}", 422),
    ],
)
def test_what_is_no_meal_of_the_day_is_not_there(clerk: Town, path: str, status: int) -> None:
    assert clerk.browser.get(path).status_code == status
    assert clerk.post(path, kind="void", reason="other").status_code == status


def test_whoever_is_no_clerk_takes_no_meal_back(clerk: Town) -> None:
    meal = meals_of(clerk, MARCH_13)[0]
    for word in ("checker", "volunteer"):
        clerk.becomes(word)
        assert "冲销用餐" not in told(clerk.browser.get(MARCH_13))
        assert clerk.browser.get(meal).status_code == 403
        assert clerk.post(meal, kind="void", reason="other", sure="1").status_code == 403
