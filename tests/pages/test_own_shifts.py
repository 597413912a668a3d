"""A volunteer's own shifts and objections: she comes, goes back on it, and says what is wrong."""

from datetime import datetime

import pytest

from tests.pages.shifts_in_town import (
    CASHIER,
    VOLUNTEER,
    announced,
    attended,
    clock,
    does,
    followed,
    twice,
)
from tests.pages.site import words_of
from tests.pages.town import Town

MINE = "/me/shifts"


def today() -> str:
    return read_as(clock(0)).partition(" ")[0]


def read_as(typed: str) -> str:
    """A moment of a form, as a page tells it."""
    at = datetime.fromisoformat(typed)
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


def test_she_takes_a_place_once_and_gives_it_back(town: Town) -> None:
    shift = announced(town, activity="护苗行动").rpartition("/")[2]
    town.becomes("volunteer")
    assert f"{MINE}/{shift}/sign-up" in town.browser.get(MINE).text
    done = twice(town, f"{MINE}/{shift}/sign-up", key=town.key(MINE), person=VOLUNTEER)
    assert "您已报名。" in words_of(done)
    assert f"{MINE}/{shift}/sign-up" not in done.text
    back = followed(
        town, town.post(f"{MINE}/{shift}/withdraw", key=town.key(MINE), person=VOLUNTEER)
    )
    assert "您已取消报名。" in words_of(back)
    assert f"{MINE}/{shift}/sign-up" in back.text


def test_an_older_page_is_told_that_it_is_so_already(town: Town) -> None:
    shift = announced(town).rpartition("/")[2]
    town.becomes("volunteer")
    for step, said in (("sign-up", "您已在名单上"), ("withdraw", "您已不在名单上")):
        does(town, f"{MINE}/{shift}/{step}", person=VOLUNTEER)
        again = town.post(f"{MINE}/{shift}/{step}", key=f"old-{step}-{shift}", person=VOLUNTEER)
        assert again.status_code == 409
        assert f"{said}，无需再办。" in words_of(again)
        assert 'role="alert"' not in again.text


def test_where_all_places_are_taken_she_waits(town: Town) -> None:
    page = announced(town, places="1")
    does(town, f"{page}/sign-up", person=CASHIER)
    shift = page.rpartition("/")[2]
    town.becomes("volunteer")
    assert "候补报名" in words_of(town.browser.get(MINE))
    done = town.post(f"{MINE}/{shift}/sign-up", key=f"wait-{shift}", person=VOLUNTEER)
    assert "您在候补。" in words_of(followed(town, done))


def test_once_a_shift_has_begun_nobody_is_promised_to_move_up(town: Town) -> None:
    page = announced(town, begins=-5, places="1")
    does(town, f"{page}/sign-up", person=CASHIER)
    town.becomes("volunteer")
    does(town, f"{MINE}/{page.rpartition('/')[2]}/sign-up", person=VOLUNTEER)
    assert "班次已开始，不再递补" in words_of(town.browser.get(MINE))


def test_something_wrong_is_asked_for_once_the_shift_is_over(town: Town) -> None:
    page = announced(town, begins=-30, minutes=120)
    left = {"check_in": clock(-30), "check_out": clock(-10)}
    does(town, f"{page}/people/{CASHIER}/attest", **left)
    over = attended(town, CASHIER)
    town.becomes("cashier")
    shown = town.browser.get("/me").text
    offered = [f'/me/objections/{each.rpartition("/")[2]}"' in shown for each in (page, over)]
    assert offered == [False, True]


def test_she_signs_up_nobody_else_and_for_nothing_that_is_over(town: Town) -> None:
    over = announced(town, begins=-180).rpartition("/")[2]
    open_one = announced(town).rpartition("/")[2]
    town.becomes("volunteer")
    other = town.post(f"{MINE}/{open_one}/sign-up", key="other", person=CASHIER)
    assert other.status_code == 403
    late = town.post(f"{MINE}/{over}/sign-up", key="late", person=VOLUNTEER)
    assert late.status_code == 409
    assert "请选择尚未结束的班次" in words_of(late)
    assert f"{MINE}/{over}/" not in late.text
    assert town.post(f"{MINE}/{open_one}/dance").status_code == 404
    assert town.post(f"{MINE}/none/sign-up", key="none", person=VOLUNTEER).status_code == 404


def test_what_is_called_off_is_told_to_whoever_had_a_place(town: Town) -> None:
    page = announced(town)
    shift = page.rpartition("/")[2]
    does(town, f"{page}/sign-up", person=VOLUNTEER)
    does(town, f"{page}/cancel", reason="too_few", sure="1")
    town.becomes("volunteer")
    shown = town.browser.get(MINE, params={"done": "own-sign-up", "shift": shift})
    assert "已取消：人数不足" in words_of(shown)
    assert "您已报名。" not in words_of(shown), "as the page was that she loads again"
    assert f"{MINE}/{shift}/" not in shown.text


def test_she_says_what_is_wrong_and_sees_what_became_of_it(town: Town) -> None:
    page = attended(town, VOLUNTEER)
    shift = page.rpartition("/")[2]
    town.becomes("approver")
    does(town, f"{page}/people/{VOLUNTEER}/confirm")
    town.becomes("volunteer")
    form = f"/me/objections/{shift}"
    assert form in followed(town, town.post("/demo/volunteer")).text
    words = {"reason": "minutes_wrong", "person": VOLUNTEER, "note": "我\n待了三个小时。"}
    done = twice(town, form, key=town.key(form), **words)
    assert "您的异议已登记" in words_of(done)
    assert "待答复" in words_of(done)
    assert "待了三个小时" not in str(done.url)
    assert "您已就此提出异议" in words_of(town.browser.get(form))
    hours = town.browser.get("/me")
    assert "已确认 您已提出异议，答复期限为" in words_of(hours)
    assert form not in hours.text
    second = town.post(form, key="second", **words)
    assert second.status_code == 409
    assert "已有未答复的异议" in words_of(second)
    assert "待了三个小时" in second.text


def test_what_was_answered_keeps_her_words_the_day_and_a_way_on(town: Town) -> None:
    page = announced(town, begins=-1_500, activity="昨日清洁")
    shift = page.rpartition("/")[2]
    town.becomes("volunteer")
    form = f"/me/objections/{shift}"
    words = {"reason": "not_recorded", "person": VOLUNTEER, "note": "我扫了整条街。"}
    raised = town.post(form, key=f"street-{shift}", **words)
    assert "我扫了整条街。" in words_of(followed(town, raised))
    town.becomes("approver")
    case = f"{page}/people/{VOLUNTEER}"
    assert "待答复" in words_of(town.browser.get(case))
    told = words_of(does(town, f"{case}/answer", answer="rejected"))
    for said in ("我扫了整条街。", "异议不成立", f"{today()}答复"):
        assert said in told
    town.becomes("volunteer")
    mine = town.browser.get("/me/objections")
    for said in (
        "我扫了整条街。",
        "异议不成立",
        f"{today()}答复",
        "如不同意，请找本社区志愿服务台",
    ):
        assert said in words_of(mine)
    assert f'href="{form}" aria-label="再次提出异议：昨日清洁"' in mine.text
    looks = town.browser.get(f"/v1/persons/{VOLUNTEER}/views").json()["items"]
    assert "note" in {each["purpose"] for each in looks if each["viewer"] == VOLUNTEER}


def test_an_objection_names_the_day_of_the_shift_that_it_is_about(town: Town) -> None:
    shift = announced(town, begins=-1_800, activity="昨日敬老").rpartition("/")[2]
    town.becomes("volunteer")
    form = f"/me/objections/{shift}"
    words = {"reason": "not_recorded", "person": VOLUNTEER, "note": "我去了。"}
    told = words_of(followed(town, town.post(form, key="of-yesterday", **words)))
    assert f"昨日敬老 {read_as(clock(-1_800))}" in told
    assert "提出" in told


def test_a_shift_that_is_missing_in_her_hours_can_be_named(town: Town) -> None:
    shift = announced(town, begins=-180, activity="敬老探访").rpartition("/")[2]
    town.becomes("volunteer")
    shown = town.browser.get("/me/objections")
    assert f"/me/objections/{shift}" in shown.text
    form = f"/me/objections/{shift}"
    wrong = town.post(form, key="w", reason="", note="我去了。", person=VOLUNTEER)
    assert wrong.status_code == 422
    assert "我去了。" in wrong.text
    other = town.post(form, key="x", reason="not_recorded", note="她去了。", person=CASHIER)
    assert other.status_code == 403


@pytest.mark.parametrize("path", ["/me/objections/none", "/me/objections/NOT-A-SHIFT"])
def test_what_does_not_exist_cannot_be_objected_to(town: Town, path: str) -> None:
    town.becomes("volunteer")
    assert town.browser.get(path).status_code in {404, 422, 400}


def test_whoever_has_nothing_is_told_where_to_ask(town: Town) -> None:
    town.becomes("auditor")
    assert "您目前没有报名任何班次。" in words_of(town.browser.get(MINE))
    assert "您没有提出过异议" in words_of(town.browser.get("/me/objections"))
