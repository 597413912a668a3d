"""A payment's steps: what each leaves the fund, how many must approve, how one is taken back."""

import re
from itertools import count

import pytest
from httpx2 import Response

from ledger.demo import personas
from ledger.domain.authority import Role
from ledger.domain.payees import RegisterPayee
from ledger.domain.values import CommunityId, Slug, Title
from tests.pages.site import words_of
from tests.pages.test_acting import BOOKS, FUND
from tests.pages.test_offices import gives, signs_in
from tests.pages.town import Town

YOUTH = "/funds/jinning-youth"
XIANHU = "/funds/xianhu-unrestricted"
TRAILS = "/audit/payments/jinning-unrestricted"
_numbers = count(1)


def asks(town: Town, fund: str = FUND, **form: str) -> str:
    """The page of what the fund manager has just asked for."""
    town.becomes("fund-manager")
    done = takes(town, f"{fund}/request", sure="1", **BOOKS | form)
    return done.headers["Location"].partition("?")[0]


def takes(town: Town, path: str, **form: str) -> Response:
    """What whoever the town has become sends there."""
    return town.post(path, key=f"step-{next(_numbers)}", **form)


def took(town: Town, path: str, **form: str) -> str:
    """What she reads after a step that she was sure of."""
    done = takes(town, path, sure="1", **form)
    assert done.status_code == 303, words_of(done)
    return words_of(town.browser.get(done.headers["Location"])).replace("\N{NO-BREAK SPACE}", " ")


def shown(town: Town, path: str, **form: str) -> str:
    """What is shown before a step, or where it is refused."""
    return words_of(takes(town, path, **form)).replace("\N{NO-BREAK SPACE}", " ")


def reads(town: Town, path: str) -> str:
    told = words_of(town.browser.get(f"{path}?at_least={town.tail()}"))
    return told.replace("\N{NO-BREAK SPACE}", " ")


def paid(town: Town, amount: str, **form: str) -> str:
    """The page of a request of 12.50 of which the cashier has paid so much."""
    page = asks(town, **form)
    town.becomes("approver")
    took(town, f"{page}/approve", amount_yuan="12.50")
    town.becomes("cashier")
    took(town, f"{page}/pay", amount_yuan=amount, paid_on=today(town, page))
    return page


def today(town: Town, page: str) -> str:
    (found,) = re.findall(
        r'name="paid_on" type="date" value="([^"]+)"', town.browser.get(page).text
    )
    return str(found)


# -- before it is done ---------------------------------------------------------------------------


def test_a_request_is_shown_with_its_place_its_approvals_and_what_is_left(town: Town) -> None:
    town.becomes("fund-manager")
    form = BOOKS | {"amount_yuan": "1200.5", "purpose": "fair"}
    told = shown(town, f"{FUND}/request", **form)
    assert "金宁社区 申请拨付： 社区基金" in told
    assert "金额 1,200.50 元" in told
    assert "审批人数 1 人：30 天内向该收款方、同一用途共申请 1,200.50 元" in told
    before, after = re.findall(r"办理[前后]还可以用 ([\d,.]+) 元", told)
    assert yuan(before) - yuan(after) == 1200.5
    assert "为负" not in told


def test_a_request_that_eaten_meals_leave_too_little_for_is_warned_of(town: Town) -> None:
    """989.00 are held; 9.00 are owed for meals of a month that nobody has presented."""
    shop = RegisterPayee(Slug("xh-shop"), CommunityId("xianhu"), Title("仙湖书店"))
    gives(town, shop, by=personas.REGISTRAR)
    town.becomes("fund-manager")
    form = {"payee": "xh-shop", "purpose": "books", "amount_yuan": "985"}
    told = shown(town, f"{XIANHU}/request", **form)
    assert "办理前还可以用 980.00 元 办理后还可以用 −5.00 元" in told
    assert "办理后本基金为负：另有 9.00 元 的餐费已用餐、尚未结算" in told
    page = asks(town, XIANHU, **form)
    town.becomes("approver")
    assert "办理后本基金为负" in shown(town, f"{page}/approve", amount_yuan="985")
    less = shown(town, f"{page}/approve", amount_yuan="900")
    assert "办理前还可以用 −5.00 元 办理后还可以用 80.00 元" in less
    assert "为负" not in less
    took(town, f"{page}/refuse", reason="too_much")


def test_an_approval_and_a_payment_that_name_no_sum_are_shown_with_it(town: Town) -> None:
    page = asks(town)
    town.becomes("approver")
    assert "金额 12.50 元" in shown(town, f"{page}/approve", amount_yuan="")
    took(town, f"{page}/approve", amount_yuan="12.00")
    town.becomes("cashier")
    day = today(town, page)
    assert "金额 12.00 元" in shown(town, f"{page}/pay", amount_yuan="", paid_on=day)


def test_whoever_pays_less_than_approved_is_told_what_becomes_of_the_rest(town: Town) -> None:
    page = asks(town)
    town.becomes("approver")
    took(town, f"{page}/approve", amount_yuan="12.50")
    town.becomes("cashier")
    day = today(town, page)
    assert "余下 8.50 元 不再支付，须另行申请。" in shown(
        town, f"{page}/pay", amount_yuan="4", paid_on=day
    )
    assert "余下" not in shown(town, f"{page}/pay", amount_yuan="12.50", paid_on=day)


# -- how many must approve -----------------------------------------------------------------------


def test_the_first_of_two_approvals_leaves_it_to_another_approver(town: Town) -> None:
    page = asks(town, YOUTH, purpose="youth", amount_yuan="6000")
    town.becomes("approver")
    assert "审批人数 2 人：30 天内向该收款方、同一用途共申请 6,000.00 元" in reads(town, page)
    assert "审批人数 2 人" in shown(town, f"{page}/approve", amount_yuan="6000")
    assert mine(town, page)
    told = took(town, f"{page}/approve", amount_yuan="5900")
    assert "您已批准，还需 1 人。" in told
    assert "批准人数 1 人（需 2 人）" in told
    assert not mine(town, page)
    signs_in(town, Role.approver)
    assert mine(town, page)
    assert 'value="5900.00"' in town.browser.get(page).text
    told = reads(town, page)
    assert "5,900.00 元 状态 待批准" in told
    assert "目前已批准 5,900.00 元" in told
    assert "与首次批准的金额相同" in told
    assert "审批人数 2 人：30 天内向该收款方、同一用途共申请 6,000.00 元" in told
    assert "目前已批准 5,900.00 元" in shown(town, f"{page}/approve", amount_yuan="5900")
    assert "新华书店(虚构) 5,900.00 元 待批准" in reads(town, YOUTH)
    assert "已批准。" in took(town, f"{page}/approve", amount_yuan="5900")


def mine(town: Town, page: str) -> bool:
    """Whether the funds say that it is her step."""
    told = town.browser.get(f"/funds?at_least={town.tail()}").text
    (row,) = re.findall(rf'<tr[^>]*>\s*<td[^>]*><div><a href="{page}".*?</tr>', told, re.DOTALL)
    return "等您办理" in row


# -- what it comes to ----------------------------------------------------------------------------


def test_what_was_paid_is_shown_and_not_what_was_asked_for(town: Town) -> None:
    page = paid(town, "4.25", purpose="pens")
    town.becomes("fund-manager")
    told = reads(town, page)
    assert "4.25 元 状态 已付款" in told
    assert "申请金额 12.50 元" in told
    number = page.rpartition("/")[2]
    assert f"第 {number} 号 新华书店(虚构) 4.25 元 已付款" in reads(town, FUND)
    payee = reads(town, "/payees/jinning/named/xinhua-books")
    assert f"社区基金 第 {number} 号申请 pens 4.25 元 已付款" in payee


# -- taking it back ------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.approver, Role.cashier])
def test_a_payment_is_taken_back_by_another_person_and_the_request_ends(
    town: Town, role: Role
) -> None:
    before = available(town)
    page = paid(town, "4.00")
    told = reads(town, page)
    assert "请审批人或另一位出纳冲销" in told
    assert f'action="{page}/reverse"' not in town.browser.get(page).text
    form = {"reason": "entered_by_mistake", "steps": "3"}
    assert takes(town, f"{page}/reverse", sure="1", **form).status_code == 403
    signs_in(town, role)
    assert f'action="{page}/reverse"' in town.browser.get(page).text
    tail, sure = town.tail(), shown(town, f"{page}/reverse", **form)
    assert "本申请就此结束；仍需支付的，须另行申请。" in sure
    assert "支出 4.00 元" in sure
    assert town.tail() == tail
    assert "付款已冲销，款项已回到本基金。" in took(town, f"{page}/reverse", **form)
    assert f'action="{page}/reverse"' not in town.browser.get(page).text
    assert available(town) == before
    assert "4.00 元 状态 付款已冲销" in (told := reads(town, page))
    assert "支出 4.00 元" in told
    assert "新华书店(虚构) 4.00 元 付款已冲销" in reads(town, FUND)
    taken = r"付款已冲销 · 新华书店\(虚构\) 凭证第 (\d+) 号，冲销凭证第 (\d+) 号 4.00 元"
    last = re.search(taken, reads(town, FUND))
    assert last is not None
    assert int(last[1]) == int(last[2]) + 1
    again = takes(town, f"{page}/reverse", sure="1", reason="other")
    assert again.status_code == 409
    assert "号申请的状态为“付款已冲销”" in words_of(again)
    town.becomes("auditor")
    told = reads(town, page.replace("/funds/jinning-unrestricted/payments", TRAILS))
    assert "金宁社区 · 社区基金" in told
    assert told.count("资金来自收入") == told.count("资金退回收入") == 1


def test_what_the_payee_gave_back_has_a_day_of_its_own_and_nothing_else_has(town: Town) -> None:
    page = paid(town, "12.50")
    town.becomes("approver")
    wrong = takes(town, f"{page}/reverse", reason="not_executed", returned_on="2026-04-20")
    assert wrong.status_code == 422
    sure = shown(town, f"{page}/reverse", reason="returned_by_the_payee")
    assert "收款方退回" in sure
    assert re.search(r"退回本基金 12.50 元 退回日期 \d{4}年\d+月\d+日", sure)


def test_whoever_reads_only_takes_nothing_back(town: Town) -> None:
    page = paid(town, "12.50")
    for word in ("fund-manager", "auditor"):
        town.becomes(word)
        assert "/reverse" not in town.browser.get(page).text


# -- what is refused -----------------------------------------------------------------------------


def test_a_fund_with_one_purpose_asks_for_no_other(town: Town) -> None:
    town.becomes("fund-manager")
    told, general = (
        reads(town, f"{fund}/request") for fund in (YOUTH, "/funds/jinning-unrestricted")
    )
    assert "本基金只用于此项" in told
    assert "例如 books" not in told
    assert "例如 books" in general


def test_a_purpose_is_refused_with_what_the_money_is_for(town: Town) -> None:
    town.becomes("fund-manager")
    told = shown(town, f"{YOUTH}/request", **BOOKS | {"purpose": "rent"})
    assert "该资金为少年宫专用，不能用于 rent。" in told
    assert "youth" not in told.partition("还可以用")[0]


def test_the_form_says_above_what_a_council_decides(town: Town) -> None:
    town.becomes("fund-manager")
    told = reads(town, f"{FUND}/request")
    assert "金宁社区 · 社区基金" in told
    assert "合计超过 50,000.00 元 的，须有决议" in told


def available(town: Town) -> float:
    (found,) = re.findall(r"还可以用 ([\d,.]+) 元 账上", reads(town, FUND))
    return yuan(found)


def yuan(told: str) -> float:
    return float(told.replace(",", ""))
