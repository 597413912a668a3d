"""A canteen's month on one page: payer by payer, each step by another person, seen before."""

import re

import pytest

from ledger.domain.authority import Role
from tests.pages.months_in_town import APRIL, reads, takes, took
from tests.pages.site import Site, words_of
from tests.pages.test_funds import grants
from tests.pages.town import Town

XILIAN = "/settlements/xilian-canteen/2026-03"
JINNING = "/settlements/jinning-canteen/2026-04"
FUND, MEMBERS = "fund/xilian-unrestricted", "cooperative/xilian/xl-e2"
PAYING = f"{XILIAN}?payer={FUND}"


def day_of(town: Town) -> str:
    """Today, as the form of the cashier has it."""
    town.becomes("cashier")
    shown = town.browser.get(PAYING).text
    (found,) = re.findall(r'name="paid_on" type="date" value="([^"]+)"', shown)
    return str(found)


def test_what_waits_says_whose_it_is_and_who_owes_how_much(town: Town) -> None:
    told = reads(town, "cashier", "/funds").replace("\N{NO-BREAK SPACE}", " ")
    assert re.search(
        r"长者饭堂 2026年3月 餐费 西联社区 5\.33 元 西联第二经济社\(虚构\) 2\.50 元 "
        r"社区基金 2\.83 元 "
        r"已批准，待付款 等您办理",
        told,
    )
    assert "待付款 等您办理" not in reads(town, "approver", "/funds")


def test_a_month_goes_from_the_open_claims_to_the_last_payment(town: Town) -> None:
    assert "当月用餐登记尚未截止" in reads(town, "clerk", APRIL)
    assert "当月用餐登记已截止。" in took(town, "checker", f"{APRIL}/close")
    town.becomes("clerk")
    sure = words_of(town.post(f"{APRIL}/submit", key="looks"))
    assert "仙湖第一经济社(虚构) 13.00 元 社区基金 9.00 元 现在还没有登记。" in sure
    assert "结算已提交。 应付 22.00 元" in took(town, "clerk", f"{APRIL}/submit")
    assert "结算已退回饭堂。" in took(town, "checker", f"{APRIL}/return", reason="papers_missing")
    assert "已退回：材料不全" in reads(town, "clerk", APRIL)
    took(town, "clerk", f"{APRIL}/submit")
    assert "已提交 等您办理" in reads(town, "checker", "/funds")
    assert "等您办理" not in reads(town, "approver", "/funds").partition("2026年4月 餐费")[2][:60]
    assert "结算已审核。" in took(town, "checker", f"{APRIL}/check", submission="2")
    assert "已审核 等您办理" in reads(town, "approver", "/funds")
    assert "结算已批准，可以付款。" in took(town, "approver", f"{APRIL}/approve", submission="2")
    paid = {"paid_on": day_of(town), "payer": "fund/xianhu-unrestricted"}
    told = took(town, "cashier", f"{APRIL}/pay", **paid, amount_yuan="5")
    assert "已付 5.00 元 未付 17.00 元" in told
    took(town, "cashier", f"{APRIL}/pay", **paid, amount_yuan="4.00")
    paid["payer"] = "cooperative/xianhu/xh-e1"
    told = took(town, "cashier", f"{APRIL}/pay", **paid, amount_yuan="13")
    assert "状态 已付款" in told
    assert 'name="payment"' not in town.browser.get(APRIL).text
    back = {"payment": "3", "reason": "not_executed"}
    assert takes(town, "cashier", f"{APRIL}/reverse", **back).status_code == 403
    assert "未付 13.00 元" in took(town, "approver", f"{APRIL}/reverse", **back)


def test_what_a_payment_comes_to_is_shown_before_it_is_recorded(town: Town) -> None:
    town.becomes("cashier")
    before, key = town.tail(), town.key(PAYING)
    shown = town.post(
        f"{XILIAN}/pay", key=key, payer=FUND, paid_on=day_of(town), amount_yuan="1.00"
    )
    assert shown.status_code == 200
    assert "登记付款： 长者饭堂 2026年3月" in words_of(shown)
    assert "出资方 社区基金" in words_of(shown)
    assert 'name="sure"' in shown.text
    assert town.tail() == before


def test_a_payment_that_is_sent_twice_is_one(town: Town) -> None:
    town.becomes("cashier")
    form = {"payer": MEMBERS, "paid_on": day_of(town), "amount_yuan": "1.00", "sure": "1"}
    key = town.key(PAYING)
    first = town.post(f"{XILIAN}/pay", key=key, **form)
    tail = town.tail()
    second = town.post(f"{XILIAN}/pay", key=key, **form)
    assert first.status_code == 303
    assert second.headers["Location"] == first.headers["Location"]
    assert town.tail() == tail


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("amount_yuan", "9999", "9,999.00"),
        ("amount_yuan", "许多", "：应为金额（元），如 6.50。"),
        ("amount_yuan", "0", "金额"),
        ("paid_on", "2026-02-30", "日期"),
        ("paid_on", "2026-04-20", "2026年4月20日"),
        ("payer", "fund/nobodys", "2026年3月 的结算中没有出资方"),
    ],
)
def test_a_payment_that_cannot_be_is_refused_with_the_form_as_it_was(
    town: Town, field: str, typed: str, told: str
) -> None:
    form = {"payer": MEMBERS, "paid_on": day_of(town), "amount_yuan": "1.00"} | {field: typed}
    before = town.tail()
    answer = takes(town, "cashier", f"{XILIAN}/pay", **form)
    assert answer.status_code in {409, 422}
    (alert,) = re.findall(r'role="alert"[^>]*>(.*?)</div>', answer.text, re.DOTALL)
    assert told in alert
    assert town.tail() == before
    if form["payer"] == MEMBERS:
        assert f'value="{typed}"' in answer.text


def test_whoever_took_a_step_is_told_that_the_next_is_somebody_elses(town: Town) -> None:
    took(town, "checker", f"{JINNING}/close")
    took(town, "clerk", f"{JINNING}/submit")
    told = took(town, "checker", f"{JINNING}/check", submission="1")
    assert "您已办理过本结算的一个环节" in told
    late = takes(town, "checker", f"{JINNING}/check", submission="1")
    assert late.status_code in {403, 409}
    assert "没有出资方应付款" in words_of(late)


@pytest.mark.parametrize("step", ["close", "submit", "approve", "pay", "give-up"])
def test_a_role_that_is_not_hers_takes_no_step(town: Town, step: str) -> None:
    before = town.tail()
    answer = takes(
        town,
        "fund-manager",
        f"{XILIAN}/{step}",
        submission="1",
        payer=FUND,
        amount_yuan="1",
        paid_on="2026-04-25",
        recovery="1",
    )
    assert answer.status_code == 403
    assert town.tail() == before


def test_what_is_no_step_and_what_is_no_canteen_is_not_there(town: Town) -> None:
    town.becomes("cashier")
    assert town.post(f"{XILIAN}/dance", key="x").status_code == 404
    for path in ("/settlements/nobodys/2026-03", "/settlements/xilian-college/2026-03"):
        assert town.browser.get(path).status_code == 404
    assert town.browser.get("/settlements/xilian-canteen/2026-13").status_code == 422
    town.becomes("volunteer")
    assert town.browser.get(XILIAN).status_code == 403


def test_a_month_that_goes_on_waits_for_nobody(town: Town) -> None:
    told = reads(town, "checker", "/settlements/xilian-canteen/2099-01")
    assert "下一步" not in told
    assert "截止当月用餐登记" not in told
    assert "当月没有用餐登记。" in told


def test_cash_is_counted_on_the_page_of_its_month(town: Town) -> None:
    told = took(town, "clerk", f"{XILIAN}/count", counted_on="2026-03-31", amount_yuan="18.34")
    assert "现金已登记。" in told
    assert "2026年3月31日 0 未登记 0.00 元 18.34 元" in told


def test_a_count_shows_what_the_day_has_and_is_taken_back_by_another(town: Town) -> None:
    count = {"counted_on": "2026-04-03", "amount_yuan": "3.00"}
    took(town, "clerk", f"{APRIL}/count", **count)
    sure = words_of(town.post(f"{APRIL}/count", key="more", **count | {"amount_yuan": "1.00"}))
    assert "当日已清点 3.00 元 办理后当日清点 4.00 元" in sure
    took(town, "clerk", f"{APRIL}/count", **count | {"amount_yuan": "1.00"})
    assert 'name="counting"' not in town.browser.get(APRIL).text
    wrong = {"counting": "2026-04-03/1", "reason": "counted_wrongly"}
    assert takes(town, "clerk", f"{APRIL}/uncount", **wrong).status_code == 403
    town.becomes("checker")
    assert 'value="2026-04-03/1">2026年4月3日，3.00' in town.browser.get(APRIL).text
    sure = words_of(town.post(f"{APRIL}/uncount", key="back", **wrong))
    assert "冲销现金清点" in sure
    assert "哪一次清点 2026年4月3日，3.00 元 原因 清点有误" in sure
    assert "当日已清点 4.00 元 办理后当日清点 1.00 元" in sure
    told = took(town, "checker", f"{APRIL}/uncount", **wrong)
    assert "现金清点已冲销。" in told
    assert re.search(r"2026年4月3日 0 \S+ 0.00 元 1.00 元", told)
    assert takes(town, "checker", f"{APRIL}/uncount", **wrong).status_code == 409
    assert takes(town, "checker", f"{APRIL}/uncount", counting="x").status_code == 422


def test_a_count_of_another_month_is_not_taken_here(town: Town) -> None:
    tail = town.tail()
    count = {"counted_on": "2026-05-01", "amount_yuan": "3.00"}
    answer = takes(town, "clerk", f"{APRIL}/count", **count)
    assert answer.status_code == 422
    assert "清点日期：应为当月的某一天。" in words_of(answer)
    assert town.tail() == tail


def test_where_nobody_counted_no_cash_is_told(town: Town) -> None:
    told = reads(town, "clerk", "/settlements/xianhu-canteen/2026-03")
    assert "2026年3月15日 1 未登记 3.00 元 未登记" in told


def test_what_the_canteen_keeps_of_a_meal_without_its_subsidy_is_told(town: Town) -> None:
    town.becomes("approver")
    told = words_of(town.browser.get("/settlements/xianhu-canteen/2026-03"))
    assert "餐数 3 以上餐数的餐费 36.00 元 补助已冲销的 1 餐，自付不退 3.00 元" in told
    assert "补助已冲销的" not in words_of(town.browser.get("/settlements/xilian-canteen/2026-03"))


def test_the_paper_and_the_auditors_trail_are_a_step_away(town: Town) -> None:
    town.becomes("auditor")
    text = town.browser.get(XILIAN).text
    assert f'href="/v1{XILIAN}.pdf"' in text
    assert f'href="/audit{XILIAN}"' in text
    town.becomes("cashier")
    assert "/audit" not in town.browser.get(XILIAN).text
    assert town.browser.get(f"/v1{XILIAN}.pdf").status_code == 200


@pytest.mark.parametrize(("role", "sees"), [(Role.publisher, False), (Role.canteen_clerk, True)])
def test_how_many_ate_is_for_those_who_may_see_meals(site: Site, role: Role, *, sees: bool) -> None:
    grants(site, role)
    site.signed_in()
    site.caught_up()
    answer = site.browser.get("/settlements/jinning-canteen/2026-01")
    assert answer.status_code == 200
    assert ("逐日情况" in words_of(answer)) is sees
