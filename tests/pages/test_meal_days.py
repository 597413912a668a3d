"""A canteen's day: what it came to by tier and in the till, and how many plates went out."""

import pytest
from httpx2 import Response

from api.pages import meal_days
from tests.pages.site import words_of
from tests.pages.town import Town, key_of

MARCH_3 = "/desk/xilian-canteen/2026-03-03"
APRIL_1 = "/desk/xianhu-canteen/2026-04-01"
MARCH_13 = "/desk/xianhu-canteen/2026-03-13"
EMPTY = "/desk/xilian-canteen/2026-05-05"


def day(town: Town, path: str) -> str:
    town.becomes("clerk")
    answer = town.browser.get(path)
    assert answer.status_code == 200
    return words_of(answer).replace("\N{NO-BREAK SPACE}", " ")


def attests(town: Town, plates: str, path: str = EMPTY, **more: str) -> Response:
    key = {"key": key_of(town.browser.get(path))}
    fields = {"served_on": path.rpartition("/")[2], "plates": plates}
    return town.post(f"{path}/plates", **key | fields | more)


def test_a_day_tells_what_is_in_the_till_and_by_which_tier(town: Town) -> None:
    told = day(town, MARCH_3)
    assert "有效用餐数 3 个人自付 18.34 元" in told
    assert "由各方承担 11.66 元" in told
    for row in ("80 周岁及以上，本社区经济社成员 1 10.00 元 3.34 元", "成员 1 10.00 元 5.00 元"):
        assert row in told
    assert "全价 1 10.00 元 10.00 元" in told


def test_a_copayment_that_stays_is_in_the_till_as_the_settlement_has_it(town: Town) -> None:
    told = day(town, MARCH_13)
    assert "有效用餐数 2 个人自付 9.00 元 其中补助已冲销的 1 餐，自付不退 3.00 元" in told
    assert "由各方承担 18.00 元" in told
    assert "3.00 元 83b3e752 补助已冲销，自付不退" in told
    assert "已撤销" not in told
    town.becomes("checker")
    settled = words_of(town.browser.get("/settlements/xianhu-canteen/2026-03"))
    assert "2026年3月13日 2 未登记 9.00 元" in settled.replace("\N{NO-BREAK SPACE}", " ")


def test_a_clerk_finds_where_the_cash_is_counted(town: Town) -> None:
    link = 'href="/settlements/xilian-canteen/2026-03#days"'
    for word, is_hers in (("clerk", True), ("checker", False)):
        town.becomes(word)
        assert (link in town.browser.get(MARCH_3).text) is is_hers
    town.becomes("clerk")
    assert (
        'action="/settlements/xilian-canteen/2026-03/count"'
        in town.browser.get("/settlements/xilian-canteen/2026-03").text
    )


def test_a_day_without_meals_says_so(town: Town) -> None:
    told = day(town, EMPTY)
    assert "有效用餐数 0" in told
    assert "当日没有用餐记录。" in told
    assert "按档次" not in told


def test_on_paper_a_day_ends_with_empty_lines_for_whoever_may_enter_them(town: Town) -> None:
    day(town, EMPTY)
    sheet = town.browser.get(EMPTY).text
    assert "纸质当日登记表（网络中断时用）" in sheet
    assert sheet.count("<tr><td></td>") == meal_days.PAPER_LINES
    town.becomes("fund-manager")
    assert "纸质当日登记表" not in town.browser.get(EMPTY).text


def test_whoever_goes_to_the_sums_of_a_day_comes_back_to_her_sitting(town: Town) -> None:
    town.becomes("clerk")
    assert f'href="{EMPTY}?sitting=lunch"' in town.browser.get(f"{EMPTY}/lunch").text
    of_day = town.browser.get(f"{EMPTY}?sitting=lunch").text
    assert f'href="{EMPTY}/lunch"' in of_day
    assert "/plates?sitting=lunch" in of_day


def test_of_several_words_about_the_plates_the_last_one_counts(town: Town) -> None:
    town.becomes("clerk")
    for plates in ("31", "32"):
        done = attests(town, plates)
        assert done.status_code == 303
        told = words_of(town.browser.get(done.headers["Location"]))
        assert "份数已登记。" in told
        assert f"份数 {plates}" in told


@pytest.mark.parametrize(
    ("path", "plates"), [(EMPTY, "99999"), (APRIL_1, "0")], ids=["too many", "too few"]
)
def test_plates_that_do_not_fit_the_meals_are_recorded_once_she_is_sure(
    town: Town, path: str, plates: str
) -> None:
    town.becomes("clerk")
    before = town.tail()
    asked = attests(town, plates, path)
    assert "份数与用餐数不符，请核对" in words_of(asked)
    assert town.tail() == before
    assert attests(town, plates, path, sure="1").status_code == 303
    assert town.tail() == before + 1


def test_what_is_printed_tells_nobodys_tier(town: Town) -> None:
    day(town, MARCH_3)
    shown = town.browser.get(MARCH_3).text
    sums, _, lines = shown.partition('id="claims"')
    assert '<section aria-labelledby="tiers" class="screen">' in sums
    assert 'data-label="档次" class="screen"' in lines
    assert 'data-label="档次">' not in lines


def test_whose_meals_they_are_is_told_to_whoever_asks_and_never_on_paper(town: Town) -> None:
    assert "何满(例)" not in day(town, MARCH_13)
    assert f'href="{MARCH_13}?names=1&amp;sitting=lunch#claims"' in (
        town.browser.get(f"{MARCH_13}?sitting=lunch").text
    )
    assert "显示姓名" in day(town, MARCH_13)
    named = town.browser.get(f"{MARCH_13}?names=1").text
    assert '<td data-label="用餐人" class="screen">何满(例)</td>' in named
    assert "显示姓名" not in named
    town.becomes("checker")
    assert "显示姓名" not in town.browser.get(MARCH_13).text


@pytest.mark.parametrize("plates", ["三十", "-1", "3.5", ""])
def test_what_is_no_number_of_plates_is_said_beside_its_field(town: Town, plates: str) -> None:
    town.becomes("clerk")
    before = town.tail()
    answer = attests(town, plates)
    assert answer.status_code == 422
    assert 'aria-describedby="plates-wrong"' in answer.text
    assert f'value="{plates}"' in answer.text
    assert town.tail() == before


def test_plates_of_a_settled_month_are_not_said_anew(town: Town) -> None:
    town.becomes("clerk")
    answer = attests(town, "9", MARCH_3)
    assert answer.status_code == 409
    assert "的结算已按现有份数提交" in words_of(answer)


def test_a_long_day_goes_on_behind_its_page(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meal_days, "SHOWN", 2)
    town.becomes("clerk")
    first = town.browser.get(MARCH_3)
    assert "更多记录" in words_of(first)
    path = first.text.partition('<a href="' + MARCH_3 + "?after=")[2].partition('"')[0]
    second = town.browser.get(f"{MARCH_3}?after={path}")
    assert "更多记录" not in words_of(second)
    assert "有效用餐数 3" in words_of(second)
    assert town.browser.get(f"{APRIL_1}?after={path}").status_code == 400
