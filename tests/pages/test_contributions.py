"""Contributions: entered for a giver who is found or not named, and taken back for ten minutes."""

import re
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from httpx2 import Response

from ledger.demo.personas import BY_WORD
from ledger.domain.authority import Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.values import local_day
from tests.pages.shifts_in_town import CASHIER, CASHIERS_NAME, followed
from tests.pages.site import OURS, words_of
from tests.pages.test_offices import JINNING, signs_in
from tests.pages.town import Town, key_of, open_town
from tests.servers import Server

HERE, FUND = "/contributions/jinning", "jinning-unrestricted"
CASH = {"gift.fund": FUND, "gift.amount_yuan": "88.50"}
_numbers = count(1)


def today() -> str:
    return local_day(datetime.now(UTC), SHANGHAI).isoformat()


def enters(town: Town, kind: str, **form: str) -> str:
    """The page of a contribution that has just been entered by whoever is signed in."""
    return entered(town, kind, form, OURS)


def entered(town: Town, kind: str, form: dict[str, str], headers: dict[str, str]) -> str:
    filled = {"given_on": today(), "key": f"gift-{next(_numbers)}", "sure": "1"} | form
    done = town.browser.post(f"{HERE}/record/{kind}", data=filled, headers=headers)
    assert done.status_code == 303, words_of(done)
    town.browser.get(done.headers["Location"])
    return str(done.headers["Location"].partition("?")[0])


def held(town: Town) -> str:
    """What the fund manager reads of the fund."""
    town.becomes("fund-manager")
    shown = words_of(town.browser.get(f"/funds/{FUND}?at_least={town.tail()}"))
    found = re.search(r"账上 ([\d,.]+)", shown)
    assert found, shown
    return found[1]


def finds(town: Town, text: str, **form: str) -> Response:
    return town.post(f"{HERE}/record/cash", who=text, look="1", key="look", **form)


# -- entering ------------------------------------------------------------------------------------


def test_the_giver_is_found_in_the_form_and_nothing_typed_is_lost(town: Town) -> None:
    town.becomes("registrar")
    before, shown = town.tail(), finds(town, CASHIERS_NAME, **CASH)
    assert f'name="person" value="{CASHIER}" checked' in shown.text
    assert 'value="88.50"' in shown.text
    assert f'value="{FUND}" selected' in shown.text
    assert town.tail() == before


def test_each_look_for_a_giver_is_logged(town: Town) -> None:
    town.becomes("registrar")
    before = looks(town)
    finds(town, CASHIERS_NAME)
    assert looks(town) == before + 1


def test_whoever_types_a_name_and_presses_enter_looks_for_it(town: Town) -> None:
    town.becomes("registrar")
    before = town.tail()
    shown = town.post(f"{HERE}/record/cash", who="没有这个人", key="one", **CASH)
    assert "没有这个人" in words_of(shown)
    assert 'role="alert"' in shown.text
    assert town.tail() == before


def test_cash_is_shown_once_more_with_its_giver_and_comes_into_the_fund_once(town: Town) -> None:
    before = held(town)
    town.becomes("registrar")
    form = {"person": CASHIER, "given_on": today(), "amount_public": "true", "key": "once"} | CASH
    asked = town.post(f"{HERE}/record/cash", **form)
    told = words_of(asked)
    assert CASHIERS_NAME in told
    assert "88.50" in told
    assert "现在还没有登记" in told
    again = form | {"key": key_of(asked), "sure": "1"}
    first, second = (town.post(f"{HERE}/record/cash", **again) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    page = words_of(followed(town, first))
    assert "贡献已登记。" in page
    assert f"贡献人 {CASHIERS_NAME}" in page
    assert number(held(town)) == number(before) + 88.5


@pytest.mark.parametrize(
    ("kind", "form", "told"),
    [
        ("goods", {}, "物资"),
        ("labour", {"gift.labour_minutes": "120"}, "2 小时"),
        ("idea", {"gift.topic": "youth"}, "青少年"),
        ("premises", {"organisation": "jn-noodle-shop"}, "jn-noodle-shop"),
    ],
)
def test_every_kind_is_asked_what_it_says(
    town: Town, kind: str, form: dict[str, str], told: str
) -> None:
    town.becomes("registrar")
    page = enters(town, kind, **form)
    assert told in words_of(town.browser.get(page))
    listed = words_of(town.browser.get(f"{HERE}?of_kind={kind}&at_least={town.tail()}"))
    assert told in listed


@pytest.mark.parametrize(
    ("kind", "form", "wrong"),
    [
        ("cash", CASH | {"gift.amount_yuan": "许多"}, "gift.amount_yuan-wrong"),
        ("cash", CASH | {"given_on": ""}, "given_on-wrong"),
        ("labour", {"gift.labour_minutes": "两小时"}, "gift.labour_minutes-wrong"),
        ("idea", {"gift.topic": "weather"}, "gift.topic-wrong"),
        ("goods", {"organisation": "A Shop!"}, "organisation-wrong"),
        ("goods", {"person": "nobody"}, "person-wrong"),
    ],
)
def test_what_is_not_as_it_must_be_is_named_beside_its_field(
    town: Town, kind: str, form: dict[str, str], wrong: str
) -> None:
    town.becomes("registrar")
    before = town.tail()
    filled = {"given_on": today(), "key": f"wrong-{next(_numbers)}"} | form
    answer = town.post(f"{HERE}/record/{kind}", **filled)
    assert answer.status_code == 422
    assert f'id="{wrong}"' in answer.text
    assert town.tail() == before


def test_a_rule_that_says_no_leaves_the_form_as_it_was(town: Town) -> None:
    town.becomes("registrar")
    both = {"person": CASHIER, "organisation": "jn-noodle-shop", "given_on": today()}
    answer = town.post(f"{HERE}/record/cash", key="both", **both | CASH)
    assert answer.status_code == 422
    assert "贡献人为个人或组织，不能同时填写。" in words_of(answer)
    assert 'value="jn-noodle-shop"' in answer.text
    assert f'value="{CASHIER}" checked' in answer.text


def test_a_fund_manager_enters_no_resident_by_name(town: Town) -> None:
    town.becomes("fund-manager")
    form = town.browser.get(f"{HERE}/record/cash")
    assert 'name="who"' not in form.text
    assert "捐赠单位" in words_of(form)
    assert "不具名的，此项不填。" in words_of(form)
    assert "请由登记员办理" in words_of(form)
    page = enters(town, "cash", **CASH)
    assert "不具名，或不对您显示" in words_of(town.browser.get(page))


def test_whoever_manages_money_is_told_how_much_and_not_who(town: Town) -> None:
    town.becomes("registrar")
    page = enters(town, "cash", person=CASHIER, **CASH)
    assert "金额 不对您显示" in words_of(town.browser.get(page))
    town.becomes("fund-manager")
    shown = words_of(town.browser.get(page))
    assert "88.50" in shown
    assert CASHIERS_NAME not in shown
    paper = re.search(r'href="(/v1/funds/[^"]+\.pdf)"', town.browser.get(page).text)
    assert paper is not None
    assert town.browser.get(paper[1]).headers["Content-Type"] == "application/pdf"


# -- the list ------------------------------------------------------------------------------------


def test_the_list_goes_on_behind_its_last_row(embedded: Server, tmp_path: Path) -> None:
    with open_town(embedded, tmp_path) as town:
        town.becomes("registrar")
        assert "还没有登记过贡献。" in words_of(town.browser.get(HERE))
        for each in range(32):
            enters(town, "goods", organisation=f"shop-{each}")
        first = town.browser.get(f"{HERE}?at_least={town.tail()}")
        following = re.search(r'<a href="([^"]+)">更早的贡献', first.text)
        assert following is not None
        second = town.browser.get(following[1].replace("&amp;", "&"))
        shops = [set(re.findall(r"shop-\d+", each.text)) for each in (first, second)]
        assert [len(each) for each in shops] == [30, 2]
        assert not shops[0] & shops[1]


@pytest.mark.parametrize("path", ["jinning?of_kind=gold", "nowhere", "jinning/gifts/none"])
def test_what_is_not_there_is_told_in_words(town: Town, path: str) -> None:
    town.becomes("registrar")
    answer = town.browser.get(f"/contributions/{path}")
    assert answer.status_code in {404, 422}
    assert "<h1" in answer.text


def test_a_registrar_of_one_community_finds_nothing_in_another(town: Town) -> None:
    town.becomes("registrar")
    page = enters(town, "goods")
    signs_in(town, Role.registrar, JINNING)
    assert town.browser.get(page).status_code == 200
    for path in (HERE, page, f"{HERE}/record/cash"):
        assert town.browser.get(path.replace("jinning", "xianhu", 1)).status_code == 404
    there = "/contributions/xianhu/record/goods"
    assert town.post(there, key="x", given_on=today(), sure="1").status_code == 404


def test_a_volunteer_reads_and_enters_nothing(town: Town) -> None:
    town.becomes("volunteer")
    assert "登记贡献" not in words_of(town.browser.get(HERE))
    assert town.browser.get(f"{HERE}/record/goods").status_code == 404
    refused = town.post(f"{HERE}/record/goods", key="mine", given_on=today(), sure="1")
    assert refused.status_code in {403, 404}


def test_all_that_was_left_empty_is_named_at_once(town: Town) -> None:
    town.becomes("registrar")
    form = {"gift.fund": "", "gift.amount_yuan": "", "given_on": "", "key": "empty"}
    refused = town.post(f"{HERE}/record/cash", **form)
    assert refused.status_code == 422
    told = words_of(refused)
    for label in ("基金", "金额", "贡献日期"):
        assert f"请填写：{label}" in told or f"{label}：" in told, told
    for name in ("gift.fund", "gift.amount_yuan", "given_on"):
        assert f'id="{name}-wrong"' in refused.text
        assert 'value="–"' not in refused.text


# -- taking it back ------------------------------------------------------------------------------


def test_its_author_takes_cash_back_and_it_is_out_of_the_fund(town: Town) -> None:
    before = held(town)
    page = enters(town, "cash", **CASH)
    shown = town.browser.get(page)
    assert re.search(r"\d\d:\d\d 前可撤销", words_of(shown))
    asked = town.post(f"{page}/withdraw", key=key_of(shown))
    assert "现在还没有登记" in words_of(asked)
    sure = {"key": key_of(asked), "sure": "1"}
    first, second = (town.post(f"{page}/withdraw", **sure) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    told = words_of(followed(town, first))
    assert "状态 已撤回" in told
    assert "填错了吗" not in told
    assert held(town) == before
    late = town.post(f"{page}/withdraw", key="another", sure="1")
    assert late.status_code == 409


def test_cash_of_another_is_not_hers_to_take_back(town: Town) -> None:
    town.becomes("registrar")
    page = enters(town, "cash", **CASH)
    signs_in(town, Role.registrar, JINNING)
    shown = words_of(town.browser.get(page))
    assert "十分钟内只能由登记人本人撤销。" in shown
    assert "前可撤销" not in shown
    refused = town.post(f"{page}/withdraw", key="not-mine", sure="1")
    assert refused.status_code == 403


def test_goods_are_taken_back_by_another_at_any_time(town: Town) -> None:
    town.becomes("registrar")
    page = enters(town, "goods")
    town.becomes("fund-manager")
    shown = town.browser.get(page)
    assert "前可撤销" not in words_of(shown)
    done = town.post(f"{page}/withdraw", key=key_of(shown), sure="1")
    assert "已撤回" in words_of(followed(town, done))


def test_after_ten_minutes_the_page_says_the_other_way(embedded: Server, tmp_path: Path) -> None:
    with open_town(embedded, tmp_path) as town:
        before = held(town)
        town.becomes("registrar")
        cash, goods = enters(town, "cash", **CASH), enters(town, "goods")
        later = datetime.now(UTC) + timedelta(minutes=11)
        headers = OURS | {"Ledger-Time": later.isoformat()}
        entered(town, "premises", {}, headers)
        assert "已过十分钟。 须由另一人撤销" in words_of(town.browser.get(goods))
        shown = words_of(town.browser.get(cash))
        assert "已过十分钟。 须先由基金管理人冲销入账" in shown
        assert 'action="' + cash + "/withdraw" not in town.browser.get(cash).text
        sure = {"key": "late", "sure": "1"}
        late = town.browser.post(f"{cash}/withdraw", data=sure, headers=headers)
        assert late.status_code == 409
        goes_the_other_way(town, cash)
        assert held(town) == before


def goes_the_other_way(town: Town, page: str) -> None:
    """The fund manager takes the money out, and whoever entered it takes the contribution back."""
    town.becomes("fund-manager")
    form: dict[str, Any] = {"fund": FUND, "reason": "entered_by_mistake"}
    form["receipt"] = hidden(town.browser.get(page), "receipt")
    asked = town.post(f"{page}/reverse", key="out", **form)
    assert "现在还没有登记" in words_of(asked)
    out = followed(town, town.post(f"{page}/reverse", key="out", sure="1", **form))
    assert "入账已冲销，现在可以撤销这笔贡献。" in words_of(out)
    assert "收据作废" in words_of(out)
    town.becomes("registrar")
    done = town.post(f"{page}/withdraw", key="back", sure="1")
    assert "已撤回" in words_of(followed(town, done))


# -- ideas and wishes ----------------------------------------------------------------------------


def test_an_idea_is_answered_and_not_twice_alike(town: Town) -> None:
    town.becomes("registrar")
    page = enters(town, "idea", **{"gift.topic": "safety"})
    form = {"answer": "being_done", "reason": "worth_doing"}
    told = words_of(followed(town, town.post(f"{page}/answer", key=f"a-{page}", **form)))
    assert "答复 正在办理" in told
    twice = town.post(f"{page}/answer", key="again", **form)
    assert twice.status_code == 409
    assert town.post(f"{page}/applaud", key="none").status_code == 404


def test_what_the_giver_wishes_is_changed(town: Town) -> None:
    town.becomes("registrar")
    page = enters(town, "cash", person=CASHIER, **CASH)
    assert "是否公开 公示时不公开金额和姓名" in words_of(town.browser.get(page))
    done = town.post(f"{page}/show", key=f"show-{page}", amount_public="true")
    assert "是否公开 公示时可以公开金额和脱敏姓名" in words_of(followed(town, done))
    town.becomes("fund-manager")
    assert town.post(f"{page}/show", key="no", amount_public="false").status_code == 403


def number(text: str) -> float:
    return float(text.replace(",", ""))


def hidden(page: Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, page.text
    return found[1]


def looks(town: Town) -> int:
    """How many times the registrar has looked at somebody's papers."""
    with psycopg.connect(town.here.url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM vault.view WHERE viewer = %s", [BY_WORD["registrar"].person]
        ).fetchone()
    return int(row[0]) if row else 0
