"""Payees: registered once, by an office that neither asks for money nor pays it."""

import re
from itertools import count
from pathlib import Path

import pytest

from ledger.domain.authority import Role
from tests.pages.shifts_in_town import CASHIER, CASHIERS_NAME, followed
from tests.pages.site import words_of
from tests.pages.test_offices import JINNING, signs_in
from tests.pages.town import Town, key_of, open_town
from tests.servers import Server

HERE = "/payees/jinning"
BOOKS = f"{HERE}/named/xinhua-books"
_numbers = count(1)


def registers(town: Town, **form: str) -> str:
    """The page of a payee that the registrar has just entered."""
    payee = f"shop-{next(_numbers)}"
    filled = {"payee": payee, "key": payee, "sure": "1", "name": "例店"} | form
    done = town.post(f"{HERE}/register", **filled)
    assert done.status_code == 303, words_of(done)
    followed(town, done)
    return f"{HERE}/named/{payee}"


def test_a_payee_is_shown_once_more_and_registered_once(town: Town) -> None:
    town.becomes("registrar")
    before, form = town.tail(), {"payee": "jn-tea", "name": "茶庄（例）", "key": "tea"}
    asked = town.post(f"{HERE}/register", **form)
    assert "茶庄（例）" in words_of(asked)
    assert town.tail() == before
    sure = form | {"key": key_of(asked), "sure": "1"}
    first, second = (town.post(f"{HERE}/register", **sure) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert town.tail() == before + 1
    told = words_of(followed(town, first))
    assert "收款方已登记。" in told
    assert "收款方登记后不能更改。" in told
    again = town.post(f"{HERE}/register", **form | {"key": "other"})
    assert again.status_code == 409
    assert "收款方 jn-tea 已登记。" in words_of(again)
    assert 'value="茶庄（例）"' in again.text


def test_a_private_person_is_found_by_name_and_named_to_nobody_who_pays(town: Town) -> None:
    town.becomes("registrar")
    form = {"payee": "a-cook", "key": "cook"}
    found = town.post(f"{HERE}/register", who=CASHIERS_NAME, **form)
    assert f'name="person" value="{CASHIER}" checked' in found.text
    assert 'value="a-cook"' in found.text
    asked = town.post(f"{HERE}/register", person=CASHIER, **form)
    assert CASHIERS_NAME in words_of(asked)
    done = town.post(f"{HERE}/register", person=CASHIER, sure="1", **form)
    assert CASHIERS_NAME in words_of(followed(town, done))
    town.becomes("fund-manager")
    shown = town.browser.get(f"{HERE}/named/a-cook?at_least={town.tail()}")
    assert CASHIERS_NAME not in shown.text
    assert CASHIER not in shown.text
    assert "个人" in words_of(shown)


@pytest.mark.parametrize(
    ("form", "status", "told"),
    [
        ({"payee": "A Shop"}, 422, 'id="payee-wrong"'),
        ({"payee": ""}, 422, 'id="payee-wrong"'),
        ({"name": "长" * 200}, 422, 'id="name-wrong"'),
        ({"name": ""}, 422, "既没有公开名称，也没有对应人员"),
        ({"person": "nobody"}, 422, 'id="person-wrong"'),
    ],
)
def test_what_is_not_as_it_must_be_is_said(
    town: Town, form: dict[str, str], status: int, told: str
) -> None:
    town.becomes("registrar")
    before = town.tail()
    filled = {"payee": "jn-fruit", "name": "水果店", "key": "fruit"} | form
    answer = town.post(f"{HERE}/register", **filled)
    assert answer.status_code == status
    assert told in answer.text
    assert town.tail() == before


def test_whoever_registers_is_told_no_money_and_whoever_pays_is(town: Town) -> None:
    town.becomes("registrar")
    assert "3,000.00" not in words_of(town.browser.get(BOOKS))
    assert "付款笔数" not in words_of(town.browser.get(HERE))
    for word in ("fund-manager", "cashier", "auditor"):
        town.becomes(word)
        shown = words_of(town.browser.get(BOOKS))
        assert "付款笔数 1" in shown
        assert "社区基金·少年宫专款 第 1 号申请" in shown
        assert f'href="{HERE}/register"' not in town.browser.get(HERE).text


def test_whoever_asks_for_money_registers_no_payee(town: Town) -> None:
    town.becomes("fund-manager")
    assert town.browser.get(f"{HERE}/register").status_code == 404
    refused = town.post(f"{HERE}/register", payee="mine", name="我的店", key="m", sure="1")
    assert refused.status_code in {403, 404}


@pytest.mark.parametrize("word", ["volunteer", "clerk", "leader"])
def test_whoever_has_nothing_to_do_with_payees_stands_outside(town: Town, word: str) -> None:
    town.becomes(word)
    for path in ("/payees", HERE, BOOKS):
        assert town.browser.get(path).status_code in {403, 404}


def test_a_payee_of_another_community_is_not_there(town: Town) -> None:
    town.becomes("registrar")
    assert town.browser.get("/payees/xianhu/named/xinhua-books").status_code == 404
    assert town.browser.get(f"{HERE}/named/no-such").status_code == 404
    signs_in(town, Role.registrar, JINNING)
    assert town.browser.get(HERE).status_code == 200
    assert town.browser.get("/payees/xianhu").status_code == 404


def test_a_new_payee_can_be_chosen_where_money_is_asked_for(town: Town) -> None:
    town.becomes("registrar")
    page = registers(town, name="豆腐坊（例）")
    town.becomes("fund-manager")
    form = town.browser.get(f"/funds/jinning-unrestricted/request?at_least={town.tail()}").text
    assert f'value="{page.rpartition("/")[2]}"' in form
    assert "豆腐坊（例）" in form


def test_the_ways_to_them_stand_where_their_people_look(town: Town) -> None:
    for word, path in (("fund-manager", "/funds"), ("registrar", "/offices")):
        town.becomes(word)
        text = town.browser.get(path).text
        assert 'href="/payees"' in text
        assert 'href="/contributions"' in text
    town.becomes("checker")
    assert town.browser.get("/payees").status_code == 200


def test_the_list_goes_on_behind_its_last_row(embedded: Server, tmp_path: Path) -> None:
    with open_town(embedded, tmp_path) as town:
        town.becomes("registrar")
        assert "还没有登记收款方" in words_of(town.browser.get("/payees/xianhu"))
        for each in range(60):
            registers(town, payee=f"row-{each:02}", key=f"row-{each}")
        first = town.browser.get(f"{HERE}?at_least={town.tail()}")
        following = re.search(r'<a href="([^"]+)">更多收款方', first.text)
        assert following is not None
        second = town.browser.get(following[1].replace("&amp;", "&"))
        rows = [set(re.findall(r"named/([a-z0-9-]+)", each.text)) for each in (first, second)]
        assert [len(each) for each in rows] == [60, 1]
        assert not rows[0] & rows[1]
