"""The shift board: a shift is announced once, filled by name, and called off by whoever is sure."""

import re

import pytest

from ledger.demo.personas import BY_WORD
from tests.pages.shifts_in_town import (
    BOARD,
    CASHIER,
    CASHIERS_NAME,
    announced,
    attended,
    clock,
    does,
    followed,
    twice,
)
from tests.pages.site import words_of
from tests.pages.town import Town, key_of


def test_a_shift_that_is_announced_twice_stands_once(town: Town) -> None:
    town.becomes("leader")
    shown = town.browser.get(f"{BOARD}/new")
    shift = re.search(r'name="shift" value="([^"]+)"', shown.text)
    assert shift
    assert 'value="jinning-canteen"' in shown.text
    assert "xilian" not in shown.text
    form = {
        "shift": shift[1],
        "key": key_of(shown),
        "activity": "清洁家园",
        "starts_at": clock(60),
        "ends_at": clock(120),
        "places": "12",
        "site": "jinning-canteen",
        "unit": "",
    }
    answers = [town.post(f"{BOARD}/new", **form) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    page = words_of(followed(town, answers[0]))
    assert "班次已安排。" in page
    assert "共 12 个名额" in page
    assert "地点 长者饭堂" in page
    assert words_of(town.browser.get(BOARD)).count("清洁家园") == 1


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("starts_at", "明天早上", "：应为时间"),
        ("places", "很多", "：应为不带正负号的整数，如 12。"),
        ("activity", "帮厨" * 40, "60"),
        ("ends_at", "", "结束时间：须填写。"),
    ],
)
def test_what_is_not_as_it_must_be_is_named_and_the_rest_stays(
    town: Town, field: str, typed: str, told: str
) -> None:
    town.becomes("leader")
    before = town.tail()
    form = {"shift": "faulty", "activity": "清洁家园", "starts_at": clock(9), "ends_at": clock(99)}
    answer = town.post(f"{BOARD}/new", **form | {"places": "7", field: typed})
    assert answer.status_code == 422
    assert told in words_of(answer)
    assert 'value="faulty"' in answer.text
    assert town.tail() == before


def test_a_rule_that_says_no_leaves_the_form_as_it_was(town: Town) -> None:
    town.becomes("leader")
    form = {"shift": "nobody", "activity": "清洁家园", "starts_at": clock(9), "ends_at": clock(99)}
    answer = town.post(f"{BOARD}/new", **form, places="0")
    assert answer.status_code == 422
    assert "0 个名额的班次无人能参加。" in words_of(answer)
    form = {"shift": "backwards", "activity": "清洁家园", "starts_at": clock(99)}
    answer = town.post(f"{BOARD}/new", **form, ends_at=clock(9))
    assert answer.status_code in {409, 422}
    assert 'role="alert"' in answer.text
    assert 'value="清洁家园"' in answer.text


def test_whoever_leads_nothing_announces_nothing(town: Town) -> None:
    town.becomes("volunteer")
    shown = town.browser.get(f"{BOARD}/new")
    assert "班次由本社区负责人安排" in words_of(shown)
    form = {"shift": "mine", "activity": "清洁家园", "starts_at": clock(9), "ends_at": clock(99)}
    assert town.post(f"{BOARD}/new", **form).status_code == 403
    assert town.browser.get(f"{BOARD}/waiting").status_code == 403


def test_whoever_works_with_money_alone_has_no_board(town: Town) -> None:
    town.becomes("cashier")
    assert "排班" not in words_of(town.browser.get("/funds")).split()


def test_a_shift_stands_on_the_board_of_its_own_community_alone(town: Town) -> None:
    page = announced(town)
    assert town.browser.get(page).status_code == 200
    assert town.browser.get(page.replace("jinning", "xilian")).status_code == 404
    assert town.browser.get("/board/nowhere").status_code == 404
    assert town.browser.get(f"{BOARD}/shifts/none").status_code == 404


def test_the_board_begins_on_any_day_and_at_this_week_if_that_is_none(town: Town) -> None:
    town.becomes("leader")
    assert "送餐上门" in words_of(town.browser.get(f"{BOARD}?from=2026-03-02"))
    assert "这几周没有安排班次" in words_of(town.browser.get(f"{BOARD}?from=2024-01-01"))
    for odd in ("", "later", "2026-02-30", "9999-12-31", "0001-01-01", "2100-12-31"):
        assert town.browser.get(f"{BOARD}?from={odd}").status_code == 200


def test_somebody_is_found_by_her_whole_name_signed_up_and_her_look_is_logged(town: Town) -> None:
    page = announced(town, places="1")
    found = town.post(f"{page}/find", by="name", text=CASHIERS_NAME)
    assert found.status_code == 200
    assert f"为{CASHIERS_NAME}报名" in words_of(found)
    assert CASHIERS_NAME not in str(found.url)
    assert "点姓名可登记到场时间" not in words_of(found)
    assert f"{page}/people/{CASHIER}" not in found.text, "nothing is on it yet"
    done = twice(town, f"{page}/sign-up", key=key_of(found), person=CASHIER)
    again = town.post(f"{page}/find", by="name", text=CASHIERS_NAME)
    assert f"为{CASHIERS_NAME}报名" not in words_of(again), "she is on the list"
    assert CASHIERS_NAME in words_of(done)
    assert "已报名 1 人，共 1 个名额" in words_of(done)
    town.becomes("cashier")
    looks = town.browser.get(f"/v1/persons/{CASHIER}/views").json()["items"]
    leader = BY_WORD["leader"].person
    assert {"search", "name"} <= {each["purpose"] for each in looks if each["viewer"] == leader}


def test_whoever_comes_too_late_waits_and_nobody_is_listed_twice(town: Town) -> None:
    page = announced(town, places="1")
    for word in ("cashier", "approver"):
        does(town, f"{page}/sign-up", person=BY_WORD[word].person)
    shown = words_of(town.browser.get(page))
    assert "候补 1 人" in shown
    assert "候补中" in shown
    again = town.post(f"{page}/sign-up", key="again", person=CASHIER)
    assert again.status_code == 409
    assert "已在班次" in words_of(again)


@pytest.mark.parametrize("text", ["冯", "没有这个人", "x" * 61, ""])
def test_half_a_name_finds_nobody_and_keeps_what_was_typed(town: Town, text: str) -> None:
    page = announced(town)
    answer = town.post(f"{page}/find", by="name", text=text)
    assert answer.status_code in {200, 422}
    assert ("没有找到" in words_of(answer)) == (answer.status_code == 200)
    assert text or "须填写" in words_of(answer)
    assert f'value="{text}"' in answer.text


def test_a_shift_is_called_off_by_whoever_is_sure_with_a_reason_in_words(town: Town) -> None:
    page = announced(town)
    before = town.tail()
    shown = town.post(f"{page}/cancel", key="rain", reason="weather")
    assert "天气原因" in words_of(shown)
    assert town.tail() == before
    done = followed(town, town.post(f"{page}/cancel", key="rain", reason="weather", sure="1"))
    assert "已取消：天气原因" in words_of(done)
    assert f"{page}/cancel" not in done.text


def test_a_shift_that_somebody_came_to_is_not_called_off(town: Town) -> None:
    page = attended(town, CASHIER)
    assert f"{page}/cancel" not in town.browser.get(page).text
    late = town.post(f"{page}/cancel", key="late", reason="weather")
    assert late.status_code == 409
    assert "已有人出勤" in words_of(late)


def test_a_volunteer_sees_the_numbers_and_herself(town: Town) -> None:
    page = announced(town)
    does(town, f"{page}/sign-up", person=CASHIER)
    town.becomes("volunteer")
    shown = town.browser.get(page)
    assert "已报名 1 人" in words_of(shown)
    assert CASHIER not in shown.text
    assert town.browser.get(f"{page}/people/{CASHIER}").status_code == 403
    assert town.post(f"{page}/find", by="name", text=CASHIERS_NAME).status_code == 403
