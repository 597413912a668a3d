"""The elders' version: one task a page, and a button to each of the others."""

import re

import pytest

from tests.pages.site import Site, words_of
from tests.pages.test_card import printed, use
from tests.pages.test_me import mine, served

TASKS = {"": "累计已确认", "stars": "就到下一星", "records": "最近的记录", "account": "修改密码"}


@pytest.mark.parametrize("task", TASKS)
def test_a_page_of_hers_shows_one_task_alone(site: Site, task: str) -> None:
    served(site, "sweep", 8, 10)
    site.signed_in()
    told = mine(site, elder="1", task=task)
    assert TASKS[task] in told
    others = [each for name, each in TASKS.items() if name not in (task, "records")]
    assert not [each for each in others if each in told]


def test_every_task_is_one_press_away_and_what_waits_only_if_something_waits(site: Site) -> None:
    served(site, "sweep", 8, 10)
    site.signed_in()
    mine(site)
    shown = site.browser.get("/me", params={"elder": "1"}).text
    assert re.findall(r'href="/me\?task=(\w+)"', shown) == ["stars", "records", "account"]
    served(site, "fair", 14, 15, confirmed=False)
    site.caught_up()
    shown = site.browser.get("/me").text
    assert re.findall(r'href="/me\?task=(\w+)"', shown)[0] == "waiting"
    assert "还没有人确认" in mine(site, task="waiting")


def test_the_last_button_names_what_is_behind_it(site: Site) -> None:
    served(site, "sweep", 8, 10)
    site.signed_in()
    assert "证明、异议、密码、退出登录" in mine(site, elder="1")
    _, card = printed(site)
    use(site, card["code"], card["pin"])
    told = mine(site, elder="1")
    assert "打印、退出登录" in told
    assert "证明、异议" not in told


def test_a_task_that_nobody_knows_is_the_first(site: Site) -> None:
    served(site, "sweep", 8, 10)
    site.signed_in()
    assert TASKS[""] in mine(site, elder="1", task="dance")


def test_everybody_else_sees_all_at_once_whatever_the_address_says(site: Site) -> None:
    served(site, "sweep", 8, 10)
    site.signed_in()
    told = mine(site, elder="0", task="stars")
    assert [each for each in TASKS.values() if each not in told] == []


def test_shifts_are_those_of_hers_or_those_to_come_to(site: Site) -> None:
    site.signed_in()
    first = mine(site, "/me/shifts", elder="1")
    assert "您目前没有报名任何班次。" in first
    assert "未来四周" not in first
    others = words_of(site.browser.get("/me/shifts", params={"task": "open"}))
    assert "未来四周" in others
    assert "您目前没有报名任何班次。" not in others


def test_objections_are_hers_or_the_shift_that_is_missing(site: Site) -> None:
    site.signed_in()
    first = mine(site, "/me/objections", elder="1")
    assert "您没有提出过异议" in first
    assert "最近四周没有班次" not in first
    missing = words_of(site.browser.get("/me/objections", params={"task": "past"}))
    assert "您没有提出过异议" not in missing
    assert "最近四周没有班次" in missing
    both = mine(site, "/me/objections", elder="0")
    assert "您没有提出过异议" in both
    assert "最近四周没有班次" in both
