"""Being there: the code of the display makes a time checked; without it, it is her own word."""

import re
from datetime import UTC, datetime

import pytest

from ledger.domain.values import ShiftId
from tests.pages.shifts_in_town import CASHIER, VOLUNTEER, announced, clock, does, followed, twice
from tests.pages.site import words_of
from tests.pages.town import Town, key_of

CHECKED, ATTESTED = "现场签到、签退", "凭本人或负责人陈述登记"
STILL_THERE = re.compile("记录方式 现场签到(?!、)")


def code_at(town: Town, shift: str) -> str:
    """What the display of the shift shows now."""
    return town.here.ways.site_codes.now(ShiftId(shift), datetime.now(UTC)).code


def under_way(town: Town) -> tuple[str, str]:
    """A shift that has begun, and the page where the volunteer, who is signed in, checks in."""
    shift = announced(town, begins=-10).rpartition("/")[2]
    town.becomes("volunteer")
    return shift, f"/me/shifts/{shift}/here"


def checks_in(town: Town, page: str, code: str = "") -> str:
    form = {"key": town.key(page), "person": VOLUNTEER, "code": code}
    return words_of(followed(town, town.post(f"{page}/check-in", **form)))


def came_before(town: Town, page: str, *, minutes: int) -> None:
    """The volunteer says that she came so many minutes ago; she is signed in."""
    town.becomes("volunteer")
    does(town, f"{page}/check-in", person=VOLUNTEER, at=clock(-minutes))


def test_with_the_code_of_the_display_her_time_is_checked(town: Town) -> None:
    shift, page = under_way(town)
    code = code_at(town, shift)
    told = checks_in(town, page, f"{code[:3]} {code[3:6]} {code[6:]}")
    assert "您已签到。" in told
    assert STILL_THERE.search(told)
    assert CHECKED not in told
    assert f"/me/shifts/{shift}/here" in town.browser.get("/me/shifts").text
    assert f"/me/shifts/{shift}/here" in town.browser.get("/me").text


def test_without_a_code_it_is_her_own_word_and_says_so(town: Town) -> None:
    _, page = under_way(town)
    assert ATTESTED in checks_in(town, page)


def test_full_width_digits_are_digits(town: Town) -> None:
    shift, page = under_way(town)
    wide = code_at(town, shift).translate({ord("0") + n: ord("０") + n for n in range(10)})
    assert STILL_THERE.search(checks_in(town, page, wide))


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("000000000", 422, "签到码 000000000 不是班次"),
        ("12", 422, "现场屏幕上的九位数字：应为屏幕上的九位数字。"),
        ("abc", 422, "应为"),
    ],
)
def test_a_wrong_code_is_refused_and_stays_in_the_form(
    town: Town, code: str, status: int, said: str
) -> None:
    _, page = under_way(town)
    answer = town.post(f"{page}/check-in", key="w" + code, person=VOLUNTEER, code=code)
    assert answer.status_code == status
    assert said in words_of(answer)
    assert f'value="{code}"' in answer.text
    assert "我到了" in words_of(answer)


def test_a_check_in_after_the_session_ended_says_so_and_leads_back_to_the_shift(
    town: Town,
) -> None:
    shift, page = under_way(town)
    form = {"key": town.key(page), "person": VOLUNTEER, "code": code_at(town, shift)}
    town.browser.cookies.clear()
    before = town.tail()
    answer = town.post(f"{page}/check-in", **form)
    assert answer.status_code == 401
    assert "没有登记" in words_of(answer)
    assert form["code"] not in answer.text
    assert f'name="next" value="{page}"' in answer.text
    assert town.post("/demo/volunteer", next=page).headers["Location"] == page
    assert town.tail() == before


def test_pressing_twice_checks_her_in_once(town: Town) -> None:
    _, page = under_way(town)
    tail = town.tail()
    twice(town, f"{page}/check-in", key=town.key(page), person=VOLUNTEER, at=clock(0))
    assert town.tail() == tail + 1


def test_whoever_forgot_to_check_out_says_when_she_left(town: Town) -> None:
    shift = announced(town, begins=-60, minutes=30).rpartition("/")[2]
    page = f"/me/shifts/{shift}/here"
    came_before(town, page, minutes=58)
    shown = town.browser.get(page)
    assert "忘了签退？" in words_of(shown)
    left = {"key": key_of(shown), "person": VOLUNTEER, "at": clock(-31)}
    told = words_of(followed(town, town.post(f"{page}/check-out", **left)))
    assert "您已签退。" in told
    assert ATTESTED in told
    assert "忘了签退？" not in told
    assert f"{page}" not in town.browser.get("/me/shifts").text


def test_an_older_page_is_told_that_she_is_checked_in_or_out_already(town: Town) -> None:
    shift = announced(town, begins=-60, minutes=30).rpartition("/")[2]
    page = f"/me/shifts/{shift}/here"
    came_before(town, page, minutes=58)
    in_again = town.post(f"{page}/check-in", key=f"i-{shift}", person=VOLUNTEER, at=clock(-50))
    left = {"person": VOLUNTEER, "at": clock(-31)}
    does(town, f"{page}/check-out", **left)
    out_again = town.post(f"{page}/check-out", key=f"o-{shift}", **left)
    old_digits = {"key": f"d-{shift}", "person": VOLUNTEER, "code": "000000000"}
    with_digits = town.post(f"{page}/check-out", **old_digits)
    answers = {in_again: "您已签到，无需再办。"} | dict.fromkeys(
        (out_again, with_digits), "您已签退，无需再办。"
    )
    for answer, said in answers.items():
        assert answer.status_code in {409, 422}
        assert said in words_of(answer)
        assert 'role="alert"' not in answer.text


def test_who_never_came_is_not_told_that_she_has_left(town: Town) -> None:
    _, page = under_way(town)
    answer = town.post(f"{page}/check-out", key=f"never-{page}", person=VOLUNTEER)
    assert answer.status_code == 409
    assert "尚未签到" in words_of(answer)


def test_before_it_opens_the_page_says_when_and_offers_nothing(town: Town) -> None:
    shift = announced(town, begins=24 * 60).rpartition("/")[2]
    town.becomes("volunteer")
    shown = town.browser.get(f"/me/shifts/{shift}/here")
    assert "起可以签到" in words_of(shown)
    assert "我到了" not in words_of(shown)


def test_she_checks_in_nobody_else_and_not_where_there_is_no_shift(town: Town) -> None:
    _, page = under_way(town)
    assert town.post(f"{page}/check-in", key="other", person=CASHIER).status_code == 403
    assert town.post(f"{page}/dance", key="dance").status_code == 404
    assert town.browser.get("/me/shifts/none/here").status_code == 404
    assert town.post("/me/shifts/none/here/check-in", key="none").status_code == 404


def test_the_leader_shows_the_code_and_nobody_else_does(town: Town) -> None:
    page = announced(town, begins=-10)
    shown = town.browser.get(f"{page}/code")
    digits = "".join(re.findall(r"<span>(\d{3})</span>", shown.text))
    assert digits in town.here.ways.site_codes.taken(
        ShiftId(page.rpartition("/")[2]), datetime.now(UTC)
    )
    assert "<svg" in shown.text
    assert digits not in str(shown.url)
    for word in ("volunteer", "auditor"):
        town.becomes(word)
        assert town.browser.get(f"{page}/code").status_code == 403


def test_the_leader_enters_who_comes_and_who_leaves_with_one_press_each(town: Town) -> None:
    page = announced(town, begins=-10)
    does(town, f"{page}/sign-up", person=VOLUNTEER)
    came = does(town, f"{page}/sheet/check-in", person=VOLUNTEER)
    assert re.search(r'class="truth">[^<]+</p>\s*</div>', came.text), "followed as its figures are"
    assert "已登记到场。" in words_of(came)
    assert "1 人仍在现场" in words_of(came)
    assert f"{page}/sheet/check-in" not in came.text
    too_soon = town.post(f"{page}/sheet/check-out", key=key_of(came), person=VOLUNTEER)
    assert too_soon.status_code == 422
    assert "1 人仍在现场" in words_of(too_soon)


def test_who_said_herself_when_she_came_is_seen_leaving_by_the_leader(town: Town) -> None:
    page = announced(town, begins=-10)
    shift = page.rpartition("/")[2]
    came_before(town, f"/me/shifts/{shift}/here", minutes=8)
    town.becomes("leader")
    left = words_of(does(town, f"{page}/sheet/check-out", person=VOLUNTEER))
    assert "已登记离场。" in left
    assert "仍在现场" not in left
    assert ATTESTED in words_of(town.browser.get(f"{page}/people/{VOLUNTEER}"))


def test_nobody_is_entered_on_the_sheet_twice(town: Town) -> None:
    page = announced(town, begins=-10)
    does(town, f"{page}/sheet/check-in", person=VOLUNTEER)
    second = town.post(f"{page}/sheet/check-in", key="again", person=VOLUNTEER)
    assert second.status_code == 409
    assert "已于" in words_of(second)
    assert town.post(f"{page}/sheet/dance", key="dance").status_code == 404


def test_the_sheet_of_a_shift_without_people_says_what_to_do(town: Town) -> None:
    page = announced(town, begins=-10)
    assert "还没有人报名" in words_of(town.browser.get(f"{page}/sheet"))


def test_whoever_only_reads_the_sheet_enters_nothing(town: Town) -> None:
    page = announced(town, begins=-10)
    does(town, f"{page}/sign-up", person=VOLUNTEER)
    town.becomes("auditor")
    shown = town.browser.get(f"{page}/sheet")
    assert shown.status_code == 200
    assert "/sheet/check-in" not in shown.text
    refused = town.post(f"{page}/sheet/check-in", key="auditor", person=VOLUNTEER)
    assert refused.status_code == 403
