"""Forms that are commands: once however often they are sent, and nothing that was typed is lost."""

import re
from pathlib import Path

import pytest

from tests.pages.site import OURS, PASSWORD, SID, Site, open_site, words_of
from tests.pages.town import Town, key_of, with_a_password

FUND = "/funds/jinning-unrestricted"
BOOKS = {"payee": "xinhua-books", "purpose": "books", "amount_yuan": "12.50"}


def test_what_was_tried_is_not_recorded_until_she_is_sure(town: Town) -> None:
    town.becomes("fund-manager")
    before, key = town.tail(), town.key(f"{FUND}/request")
    shown = town.post(f"{FUND}/request", key=key, **BOOKS)
    assert shown.status_code == 200
    assert "12.50" in words_of(shown)
    assert 'name="sure"' in shown.text
    assert town.tail() == before


def test_the_answer_to_a_form_says_where_the_form_is_asked_for(town: Town) -> None:
    town.becomes("fund-manager")
    assert "data-back" not in town.browser.get(f"{FUND}/request").text
    shown = town.post(f"{FUND}/request", key=town.key(f"{FUND}/request"), **BOOKS)
    asked = town.post(f"{FUND}/payments/1/withdraw", key="back", reason="weather")
    for answer, form in ((shown, f"{FUND}/request"), (asked, f"{FUND}/payments/1")):
        assert f'data-back="{form}"' in answer.text
        assert f'href="{form}?lang=en"' in answer.text
        assert town.browser.get(form).status_code == 200


def test_a_field_that_no_page_has_is_not_shown_again(town: Town) -> None:
    town.becomes("fund-manager")
    key = town.key(f"{FUND}/request")
    shown = town.post(f"{FUND}/request", key=key, colour="green", **BOOKS)
    assert shown.status_code == 200
    assert "green" not in shown.text


def test_a_form_that_is_sent_twice_asks_once(town: Town) -> None:
    town.becomes("fund-manager")
    before, key = town.tail(), town.key(f"{FUND}/request")
    answers = [town.post(f"{FUND}/request", key=key, sure="1", **BOOKS) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    written = town.tail() - before
    assert town.post(f"{FUND}/request", key=key, sure="1", **BOOKS).status_code == 303
    assert town.tail() - before == written


def test_the_same_form_with_another_amount_is_no_second_payment(town: Town) -> None:
    town.becomes("fund-manager")
    key = town.key(f"{FUND}/request")
    town.post(f"{FUND}/request", key=key, sure="1", **BOOKS)
    before = town.tail()
    changed = BOOKS | {"amount_yuan": "99.00"}
    again = town.post(f"{FUND}/request", key=key, sure="1", **changed)
    assert again.status_code == 422
    assert "这张表单已经提交过" in words_of(again)
    assert 'value="99.00"' in again.text
    assert key_of(again) != key
    assert town.tail() == before


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("amount_yuan", "十二块", "：应为金额（元），如 6.50。"),
        ("amount_yuan", "12.505", "：应为金额（元），如 6.50。"),
        ("amount_yuan", "", "缺少"),
        ("purpose", "Books!", "purpose"),
    ],
)
def test_what_is_not_as_it_must_be_is_named_beside_its_field(
    town: Town, field: str, typed: str, told: str
) -> None:
    town.becomes("fund-manager")
    before = town.tail()
    answer = town.post(f"{FUND}/request", key="one", **BOOKS | {field: typed})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'value="xinhua-books" selected' in answer.text
    if typed:
        assert f'value="{typed}"' in answer.text
    if told.endswith("。"):
        assert told in words_of(answer)
        assert f'aria-describedby="{field}-wrong"' in answer.text
    assert town.tail() == before


def test_a_rule_that_says_no_leaves_the_form_as_it_was(town: Town) -> None:
    town.becomes("fund-manager")
    dear = BOOKS | {"amount_yuan": "4,000,000"}
    answer = town.post(f"{FUND}/request", key="dear", **dear)
    assert answer.status_code in {409, 422}
    assert 'value="4,000,000"' in answer.text


def test_whoever_asked_takes_it_back_and_whoever_pays_does_not(town: Town) -> None:
    page = asked_for_books(town)
    town.becomes("cashier")
    refused = town.post(f"{page}/withdraw", key="not-mine")
    assert refused.status_code == 403
    town.becomes("fund-manager")
    assert re.search(r"\d\d:\d\d 前可撤销", words_of(town.browser.get(page)))
    taken = town.post(f"{page}/withdraw", key=town.key(page))
    assert taken.headers["Location"].startswith(f"{page}?at_least=")
    assert "已撤销。" in words_of(town.browser.get(taken.headers["Location"]))
    assert "填错了吗" not in words_of(town.browser.get(page))


def test_a_second_tab_is_told_what_happened_meanwhile(town: Town) -> None:
    page = asked_for_books(town)
    town.becomes("approver")
    one, other = town.browser.get(page), town.browser.get(page)
    town.post(f"{page}/refuse", key=key_of(one), reason="too_much", sure="1")
    late = town.post(f"{page}/approve", key=f"{key_of(other)}-late", amount_yuan="12.50")
    assert late.status_code == 409
    assert "状态为“已否决”" in words_of(late)
    assert "已否决：金额过高" in words_of(late)


def test_a_form_that_was_sent_too_late_is_kept_until_she_signs_in_again(town: Town) -> None:
    town.becomes("fund-manager")
    number = with_a_password(town.here.url, "fund-manager")
    before = town.tail()
    asked = town.post(f"{FUND}/request", key="too-late", sure="1", **BOOKS)
    assert asked.status_code == 401
    assert "您填写的内容都还在" in words_of(asked)
    hidden = dict(re.findall(r'name="(kept-[a-z]+)" value="([^"]*)"', asked.text))
    hidden = {name: text.replace("&amp;", "&") for name, text in hidden.items()}
    back = town.post("/sign-in", number=number, password=PASSWORD, **hidden)
    assert back.status_code == 200
    assert f'action="{FUND}/request"' in back.text
    shown = town.post(f"{FUND}/request", again="1", **BOOKS)
    assert 'value="12.50"' in shown.text
    assert town.tail() == before


def test_in_a_demo_a_form_that_came_too_late_is_gone_on_with_as_a_persona(town: Town) -> None:
    town.browser.cookies.clear()
    asked = town.post(f"{FUND}/request", key="as-a-persona", sure="1", **BOOKS)
    form = re.search(r'action="/demo/fund-manager">(.*?)</form>', asked.text, re.DOTALL)
    assert form
    hidden = dict(re.findall(r'name="(kept-[a-z]+)" value="([^"]*)"', form[1]))
    hidden = {name: text.replace("&amp;", "&") for name, text in hidden.items()}
    back = town.post("/demo/fund-manager", **hidden)
    assert f'action="{FUND}/request"' in back.text
    assert 'value="12.50"' in town.post(f"{FUND}/request", again="1", **BOOKS).text


def test_in_a_demo_a_page_that_asks_to_sign_in_is_come_back_to(town: Town) -> None:
    town.browser.cookies.clear()
    asked = town.browser.get(town.browser.get(FUND).headers["Location"])
    assert f'<input type="hidden" name="next" value="{FUND}">' in asked.text
    for wanted, there in ((FUND, FUND), ("//elsewhere.example", "/funds")):
        assert town.post("/demo/approver", next=wanted).headers["Location"] == there


def test_a_secret_is_never_kept_and_she_is_told_and_comes_back_to_the_form(town: Town) -> None:
    town.browser.cookies.clear()
    answer = town.post("/me/password", **{"password": PASSWORD, "new-password": "another"})
    assert answer.status_code == 401
    assert "没有登记" in words_of(answer)
    assert 'name="next" value="/me/password"' in answer.text
    assert "kept-form" not in answer.text
    assert PASSWORD not in answer.text


def test_a_form_that_says_nothing_leads_to_the_sign_in_page(town: Town) -> None:
    town.browser.cookies.clear()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = town.browser.post("/sign-out", headers=OURS | form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")


def test_another_site_fills_in_no_form_for_her(town: Town) -> None:
    town.browser.cookies.clear()
    answer = town.browser.post(
        f"{FUND}/request", data=BOOKS, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert "kept-form" not in answer.text


def test_a_volunteer_finds_no_way_into_the_funds(town: Town) -> None:
    town.becomes("volunteer")
    assert "基金" not in words_of(town.browser.get("/me")).split()
    assert town.browser.get("/funds").status_code == 403


def test_the_door_of_the_demo_is_nowhere_else(database: str, tmp_path: Path) -> None:
    with open_site(database, tmp_path) as site:
        assert closed(site)


def closed(site: Site) -> bool:
    answer = site.post("/demo/fund-manager")
    welcome = site.browser.get("/").text
    return answer.status_code == 404 and SID not in site.browser.cookies and "demo" not in welcome


def test_nobody_is_everybody_by_a_word_that_is_none(town: Town) -> None:
    town.browser.cookies.clear()
    assert town.post("/demo/mayor").status_code == 404
    assert SID not in town.browser.cookies


def asked_for_books(town: Town) -> str:
    """The page of a request that the fund manager has just made."""
    town.becomes("fund-manager")
    key = town.key(f"{FUND}/request")
    done = town.post(f"{FUND}/request", key=key, sure="1", **BOOKS)
    address = done.headers["Location"]
    assert town.browser.get(address).status_code == 200
    return address.partition("?")[0]
