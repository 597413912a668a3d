"""Promises: made by a volunteer or written down for a giver, kept or taken back."""

import re
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from httpx2 import Response

from ledger.demo.personas import BY_WORD
from ledger.domain.authority import Role
from tests.pages.shifts_in_town import CASHIER, CASHIERS_NAME, followed
from tests.pages.site import OURS, words_of
from tests.pages.test_contributions import CASH, FUND, HERE, enters, held, number, today
from tests.pages.test_offices import JINNING, signs_in
from tests.pages.town import Town, key_of, open_town
from tests.servers import Server

VOLUNTEER = BY_WORD["volunteer"].person
_numbers = count(1)


def promises(town: Town, kind: str, **form: str) -> str:
    """The page of a promise that has just been entered by whoever is signed in."""
    filled = {"key": f"promise-{next(_numbers)}", "sure": "1"} | form
    done = town.post(f"{HERE}/promise/{kind}", **filled)
    assert done.status_code == 303, words_of(done)
    assert "承诺已登记。" in words_of(followed(town, done))
    return str(done.headers["Location"].partition("?")[0])


def opened(town: Town) -> Response:
    return town.browser.get(f"{HERE}/open?at_least={town.tail()}")


def gives(town: Town, page: str, **form: str) -> Response:
    """It was given, as whoever is signed in enters it and has looked at it once more."""
    filled = {"key": f"given-{next(_numbers)}", "given_on": today(), "sure": "1"} | form
    return town.post(f"{page}/give", **filled)


# -- promising -----------------------------------------------------------------------------------


def test_a_volunteer_promises_for_herself_and_is_asked_nobodys_name(town: Town) -> None:
    town.becomes("volunteer")
    assert f"{HERE}/promise/goods" in town.browser.get(HERE).text
    form = town.browser.get(f"{HERE}/promise/labour")
    assert "由您本人承诺。" in words_of(form)
    assert 'name="who"' not in form.text
    assert 'name="organisation"' not in form.text
    sent = {"gift.labour_minutes": "90", "key": key_of(form)}
    asked = town.post(f"{HERE}/promise/labour", **sent)
    told = words_of(asked)
    assert "现在还没有登记" in told
    assert "贡献人 您" in told
    again = sent | {"key": key_of(asked), "sure": "1"}
    first, second = (town.post(f"{HERE}/promise/labour", **again) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    page = words_of(followed(town, first))
    assert "状态 已承诺，尚未兑现" in page
    assert "贡献人 您" in page
    assert "1 小时 30 分钟" in page


def test_what_a_form_says_of_another_person_is_not_heard(town: Town) -> None:
    town.becomes("volunteer")
    page = promises(town, "goods", person=CASHIER)
    town.becomes("registrar")
    shown = words_of(town.browser.get(page))
    assert CASHIERS_NAME not in shown
    assert "贡献人 V01(例)" in shown


def test_an_organisation_beside_herself_is_refused_in_words(town: Town) -> None:
    town.becomes("volunteer")
    both = town.post(f"{HERE}/promise/goods", key="two", organisation="jn-noodle-shop", sure="1")
    assert both.status_code == 422
    assert "贡献人为个人或组织，不能同时填写。" in words_of(both)


def test_a_registrar_writes_down_what_a_resident_promises(town: Town) -> None:
    town.becomes("registrar")
    found = town.post(f"{HERE}/promise/cash", who=CASHIERS_NAME, look="1", key="look", **CASH)
    assert f'name="person" value="{CASHIER}" checked' in found.text
    page = promises(town, "cash", person=CASHIER, amount_public="true", **CASH)
    shown = words_of(town.browser.get(page))
    assert f"贡献人 {CASHIERS_NAME}" in shown
    assert "88.50" in shown
    assert "是否公开 公示时可以公开金额和脱敏姓名" in shown
    listed = words_of(opened(town))
    assert CASHIERS_NAME in listed
    assert "88.50" in listed


def test_a_promise_moves_no_money(town: Town) -> None:
    before = held(town)
    town.becomes("registrar")
    promises(town, "cash", **CASH)
    assert held(town) == before


@pytest.mark.parametrize(
    ("word", "path"),
    [
        ("registrar", "promise/idea"),
        ("registrar", "promise/gold"),
        ("registrar", "promises/none"),
        ("volunteer", "record/goods"),
    ],
)
def test_what_cannot_be_promised_has_no_page(town: Town, word: str, path: str) -> None:
    town.becomes(word)
    answer = town.browser.get(f"{HERE}/{path}")
    assert answer.status_code == 404
    assert "<h1" in answer.text


def test_a_fund_manager_promises_for_herself_alone(town: Town) -> None:
    town.becomes("fund-manager")
    assert "由您本人承诺。" in words_of(town.browser.get(f"{HERE}/promise/cash"))
    page = promises(town, "goods", person=CASHIER)
    assert "贡献人 您" in words_of(town.browser.get(page))


@pytest.mark.parametrize(
    ("kind", "form", "wrong"),
    [
        ("cash", CASH | {"gift.amount_yuan": "许多"}, "gift.amount_yuan-wrong"),
        ("labour", {"gift.labour_minutes": "两小时"}, "gift.labour_minutes-wrong"),
        ("goods", {"organisation": "A Shop!"}, "organisation-wrong"),
    ],
)
def test_what_is_not_as_it_must_be_is_named_beside_its_field(
    town: Town, kind: str, form: dict[str, str], wrong: str
) -> None:
    town.becomes("registrar")
    before = town.tail()
    answer = town.post(f"{HERE}/promise/{kind}", key=f"wrong-{next(_numbers)}", **form)
    assert answer.status_code == 422
    assert f'id="{wrong}"' in answer.text
    assert town.tail() == before


# -- keeping it ----------------------------------------------------------------------------------


def test_a_promise_of_cash_is_kept_once_and_the_money_comes_in(town: Town) -> None:
    before = held(town)
    town.becomes("registrar")
    page = promises(town, "cash", person=CASHIER, amount_public="true", **CASH)
    shown = town.browser.get(page)
    assert re.search(r'id="amount_public"[^>]* checked', shown.text)
    more = {"gift.amount_yuan": "100", "given_on": today(), "key": key_of(shown)}
    asked = town.post(f"{page}/give", **more)
    assert "现在还没有登记" in words_of(asked)
    assert "100" in words_of(asked)
    again = more | {"key": key_of(asked), "sure": "1"}
    first, second = (town.post(f"{page}/give", **again) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    kept = words_of(followed(town, first))
    assert "贡献已登记。" in kept
    assert f"贡献人 {CASHIERS_NAME}" in kept
    assert number(held(town)) == number(before) + 100
    then = words_of(town.browser.get(page))
    assert "状态 已兑现" in then
    assert "登记兑现" not in then
    assert page not in opened(town).text


def test_a_fund_manager_enters_it_as_given_and_is_not_told_by_whom(town: Town) -> None:
    town.becomes("registrar")
    page = promises(town, "cash", person=CASHIER, **CASH)
    town.becomes("fund-manager")
    shown = town.browser.get(page)
    assert CASHIER not in shown.text
    assert CASHIERS_NAME not in words_of(shown)
    sent = {"gift.amount_yuan": "88.50", "given_on": today(), "key": key_of(shown)}
    asked = town.post(f"{page}/give", **sent)
    assert "现在还没有登记" in words_of(asked)
    assert CASHIER not in asked.text
    done = followed(town, gives(town, page, **sent))
    assert CASHIER not in done.text
    town.becomes("registrar")
    gift = page.replace("/promises/", "/gifts/")
    assert f"贡献人 {CASHIERS_NAME}" in words_of(town.browser.get(gift))


def test_what_is_kept_twice_by_two_windows_is_refused_in_words(town: Town) -> None:
    town.becomes("registrar")
    page = promises(town, "goods", person=CASHIER)
    assert gives(town, page).status_code == 303
    twice = gives(town, page)
    assert twice.status_code == 409
    assert "状态 已兑现" in words_of(twice)


def test_what_was_kept_in_part_says_what_was_promised_and_that_the_rest_is_not_awaited(
    town: Town,
) -> None:
    town.becomes("registrar")
    page = promises(town, "cash", amount_public="true", **CASH)
    followed(town, gives(town, page, **{"gift.amount_yuan": "40", "amount_public": "true"}))
    told = words_of(town.browser.get(page))
    assert "承诺内容 88.50 元 实际收到 40.00 元 其余部分 不再等待" in told
    page = promises(town, "labour", **{"gift.labour_minutes": "60"})
    followed(town, gives(town, page, **{"gift.labour_minutes": "90"}))
    told = words_of(town.browser.get(page))
    assert "承诺内容 1 小时 实际收到 1 小时 30 分钟" in told
    assert "其余部分" not in told


def test_a_day_that_has_not_come_is_refused_and_the_form_stays_as_it_was(town: Town) -> None:
    town.becomes("registrar")
    page = promises(town, "labour", **{"gift.labour_minutes": "120"})
    later = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    early = gives(town, page, given_on=later, **{"gift.labour_minutes": "75"})
    assert early.status_code == 422
    assert f'value="{later}"' in early.text
    assert 'value="75"' in early.text


def test_the_minutes_that_were_promised_stand_in_the_form(town: Town) -> None:
    town.becomes("registrar")
    page = promises(town, "labour", **{"gift.labour_minutes": "120"})
    assert 'value="120"' in town.browser.get(page).text


# -- taking it back ------------------------------------------------------------------------------


def test_a_volunteer_takes_her_own_promise_back_and_nobody_elses(town: Town) -> None:
    town.becomes("registrar")
    hers = promises(town, "goods", person=CASHIER)
    town.becomes("volunteer")
    shown = town.browser.get(hers)
    assert "只有承诺人或当时的登记人可以撤回这项承诺。" in words_of(shown)
    assert f"{hers}/withdraw" not in shown.text
    sure = {"person": VOLUNTEER, "sure": "1"}
    assert town.post(f"{hers}/withdraw", key="theirs", **sure).status_code in {403, 409, 422}
    own = promises(town, "premises")
    asked = town.post(f"{own}/withdraw", key=f"back-{own}", person=VOLUNTEER)
    assert "贡献人 您" in words_of(asked)
    done = town.post(f"{own}/withdraw", key=f"back-{own}", **sure)
    assert "状态 已撤回" in words_of(followed(town, done))
    assert own not in opened(town).text
    assert town.browser.get(own.replace("/promises/", "/gifts/")).status_code == 404
    late = town.post(f"{own}/withdraw", key=f"again-{own}", **sure)
    assert late.status_code == 409


def test_whoever_wrote_it_down_takes_it_back_and_another_office_does_not(town: Town) -> None:
    town.becomes("registrar")
    page = promises(town, "goods", organisation="jn-noodle-shop")
    town.becomes("fund-manager")
    assert town.post(f"{page}/withdraw", key="other", sure="1").status_code == 403
    town.becomes("registrar")
    done = town.post(f"{page}/withdraw", key=f"mine-{page}", sure="1")
    assert "状态 已撤回" in words_of(followed(town, done))
    assert gives(town, page).status_code == 409


def test_the_giver_says_herself_whether_it_is_shown(town: Town) -> None:
    town.becomes("volunteer")
    page = promises(town, "labour", **{"gift.labour_minutes": "60"})
    wishes = {"person": VOLUNTEER, "amount_public": "true"}
    assert f'name="person" value="{VOLUNTEER}"' in town.browser.get(page).text
    done = town.post(f"{page}/show", key=f"show-{page}", **wishes)
    assert "是否公开 公示时可以公开金额和脱敏姓名" in words_of(followed(town, done))
    town.becomes("registrar")
    gives(town, page, **{"gift.labour_minutes": "60", "amount_public": "true"})
    town.becomes("volunteer")
    gift = page.replace("/promises/", "/gifts/")
    no = wishes | {"amount_public": "false"}
    done = town.post(f"{gift}/show", key=f"show-{gift}", **no)
    assert "是否公开 公示时不公开金额和姓名" in words_of(followed(town, done))
    town.becomes("registrar")
    theirs = enters(town, "goods", person=CASHIER)
    town.becomes("volunteer")
    assert f"{theirs}/show" not in town.browser.get(theirs).text
    assert town.post(f"{theirs}/show", key="no", **wishes).status_code in {403, 422}
    assert town.post(f"{page}/applaud", key="none").status_code == 404


# -- what is open --------------------------------------------------------------------------------


def test_both_lists_go_on_behind_their_last_row(embedded: Server, tmp_path: Path) -> None:
    with open_town(embedded, tmp_path) as town:
        town.becomes("registrar")
        empty = words_of(town.browser.get(f"{HERE}/open"))
        assert "没有待兑现的承诺。" in empty
        assert "金点子都已答复。" in empty
        for each in range(32):
            promises(town, "goods", organisation=f"shop-{each}")
            enters(town, "idea", **{"gift.topic": "youth"})
        first = opened(town)
        for told, list_, wanted in (
            ("更早的承诺", "promises", r"/promises/[\w-]+"),
            ("较晚的金点子", "gifts", r"/gifts/[\w-]+"),
        ):
            following = re.search(rf'<a href="([^"]+)">{told}', first.text)
            assert following is not None
            second = town.browser.get(following[1].replace("&amp;", "&"))
            found = [set(re.findall(wanted, each.text)) for each in (first, second)]
            assert [len(each) for each in found] == [30, 2], list_
            assert not found[0] & found[1]


def test_an_idea_waits_until_it_is_answered(embedded: Server, tmp_path: Path) -> None:
    with open_town(embedded, tmp_path) as town:
        town.becomes("registrar")
        page = enters(town, "idea", **{"gift.topic": "safety"})
        later = (datetime.now(UTC) + timedelta(days=2)).isoformat()
        form = {"key": "later", "sure": "1"}
        headers = OURS | {"Ledger-Time": later}
        town.browser.post(f"{HERE}/promise/goods", data=form, headers=headers)
        assert "2 天" in words_of(opened(town))
        answered = {"answer": "being_done", "reason": "worth_doing", "key": "answered"}
        town.browser.post(f"{page}/answer", data=answered, headers=headers)
        assert page not in opened(town).text


def test_a_registrar_of_one_community_finds_no_promise_in_another(town: Town) -> None:
    town.becomes("registrar")
    page = promises(town, "goods")
    signs_in(town, Role.registrar, JINNING)
    assert town.browser.get(page).status_code == 200
    for path in (f"{HERE}/open", page, f"{HERE}/promise/cash"):
        assert town.browser.get(path.replace("jinning", "xianhu", 1)).status_code == 404
    there = page.replace("jinning", "xianhu", 1)
    assert town.post(f"{there}/give", key="x", given_on=today(), sure="1").status_code == 404
    assert FUND not in town.browser.get(page).text


def test_what_falls_short_of_a_promise_is_told_before_it_is_entered(town: Town) -> None:
    town.becomes("registrar")
    page = promises(town, "cash", amount_public="true", **CASH)
    short, whole = (
        words_of(
            town.post(f"{page}/give", given_on=today(), key=yuan, **{"gift.amount_yuan": yuan})
        )
        for yuan in ("40", "88.50")
    )
    assert "承诺内容 88.50 元 其余部分 不再等待；仍有承诺的，请另行登记" in short
    assert "承诺内容" not in whole


def test_taking_back_what_kept_a_promise_says_that_the_promise_ends(town: Town) -> None:
    town.becomes("registrar")
    page = promises(town, "goods")
    followed(town, gives(town, page))
    gift = page.replace("/promises/", "/gifts/")
    asked = words_of(town.post(f"{gift}/withdraw", key="ends"))
    assert "承诺内容 一并终止；仍有承诺的，请另行登记" in asked
    unpromised = enters(town, "goods")
    assert "承诺内容" not in words_of(town.post(f"{unpromised}/withdraw", key="none"))


def test_of_goods_no_amount_is_spoken_of(town: Town) -> None:
    town.becomes("registrar")
    form = words_of(town.browser.get(f"{HERE}/promise/goods"))
    assert "贡献人同意公开脱敏姓名" in form
    assert "金额" not in form
    shown = words_of(town.browser.get(promises(town, "goods", amount_public="true")))
    assert "是否公开 公示时可以公开脱敏姓名" in shown
