"""What the money is doing, for whoever works with it: one page for all, one for each fund."""

import re
from datetime import date, datetime

import pytest

from api.pages.funds import SHOWN
from ledger.deciding.answers import Unit
from ledger.demo.personas import EATER
from ledger.domain.authority import Authority, Role
from ledger.domain.communities import RegisterCommunity
from ledger.domain.fund_moves import MoveBetweenFunds
from ledger.domain.funds import OpenFund, ReceiveMoney
from ledger.domain.grants import GrantRole
from ledger.domain.lots import ReceiptKind
from ledger.domain.values import CommunityId, Fen, FundId, Slug, Title
from tests.builders import JINNING, accepted, unit
from tests.grants import ADMINISTRATOR
from tests.pages.months_in_town import reads
from tests.pages.site import MEI, Site, words_of
from tests.pages.town import Town

NOON = datetime.fromisoformat("2026-03-02T12:00:00+08:00")
BYTES_MOST = 50_000


def grants(site: Site, role: Role, community: CommunityId | None = None) -> None:
    by = Authority.alike(ADMINISTRATOR, (Role.administrator,), None)
    granted = Unit(by, f"grant-{role}-{community}", (GrantRole(MEI, role, community),), NOON)
    accepted(site.ledger.execute([granted])[0])


def communities(site: Site, *names: str) -> None:
    """Communities with a fund of 1,234.50 yuan each, called as they are."""
    for name in names:
        here, fund = CommunityId(name), FundId(f"{name}-fund")
        happened(
            site,
            RegisterCommunity(here, Title(f"{name}社区"), Title("丹灶镇")),
            OpenFund(fund, here, Title("长" * 60)),
            ReceiveMoney(fund, ReceiptKind.donation, Slug("x"), date(2026, 3, 1), Fen(123_450)),
        )


def happened(site: Site, *commands: object) -> None:
    for answer in site.ledger.execute([unit(each, at=NOON) for each in commands]):
        accepted(answer)


def shown(site: Site, path: str) -> str:
    site.caught_up()
    answer = site.browser.get(path)
    assert answer.status_code == 200, answer.text
    assert len(answer.content) < BYTES_MOST
    return words_of(answer)


def test_what_may_still_be_spent_is_told_large(site: Site) -> None:
    grants(site, Role.fund_manager)
    site.signed_in()
    told = shown(site, "/funds")
    assert "金宁社区 还可以用 100,000.00 元" in told
    assert "长者饭堂基金" in told
    assert "等待办理" not in told


def test_in_english_yuan_are_written_as_in_english(site: Site) -> None:
    grants(site, Role.fund_manager)
    site.signed_in()
    assert "May still be spent ¥100,000.00" in shown(site, "/funds?lang=en")


@pytest.mark.parametrize("role", [Role.auditor, Role.approver, Role.cashier, Role.publisher])
def test_whoever_only_reads_is_not_asked_to_act(site: Site, role: Role) -> None:
    grants(site, role)
    site.signed_in()
    assert "申请拨付" not in shown(site, "/funds/jinning-meals")
    answer = site.post("/funds/jinning-meals/request", {"payee": "x", "purpose": "y"})
    assert answer.status_code in {403, 422}


def test_of_many_communities_each_is_a_line(site: Site) -> None:
    communities(site, *(f"c{number:02}" for number in range(29)))
    grants(site, Role.auditor)
    site.signed_in()
    assert "长长长" not in shown(site, "/funds")
    told = shown(site, "/funds?community=c07")
    assert "c07社区 还可以用 1,234.50 元" in told
    assert "c08社区" not in told


def test_what_waits_in_other_communities_does_not_stand_on_the_page_of_one(town: Town) -> None:
    everywhere, here = (
        reads(town, "approver", path) for path in ("/funds", "/funds?community=jinning")
    )
    assert "仙湖社区" in everywhere
    assert "等待办理" in everywhere
    assert "金宁社区" in here
    assert "仙湖" not in here
    assert "西联" not in here


def test_another_communitys_money_does_not_exist_for_her(site: Site) -> None:
    communities(site, "xianhu")
    grants(site, Role.fund_manager, JINNING)
    site.signed_in()
    assert "xianhu" not in shown(site, "/funds")
    for path in ("/funds/xianhu-fund", "/funds/xianhu-fund/request", "/funds?community=xianhu"):
        assert site.browser.get(path).status_code == 404
    assert site.browser.get("/funds/nobodys").status_code == 404
    assert site.browser.get("/funds/jinning-meals/payments/1").status_code == 404


def test_what_funds_move_among_themselves_is_no_income(site: Site) -> None:
    communities(site, "xianhu")
    one, other = FundId("xianhu-fund"), FundId("xianhu-other")
    happened(
        site,
        OpenFund(other, CommunityId("xianhu"), Title("第二基金")),
        MoveBetweenFunds(one, other, Fen(100_000), date(2026, 3, 2)),
    )
    grants(site, Role.auditor)
    site.signed_in()
    columns = "月份 收入 基金间转入转出 支出 月末余额 可用"
    assert f"{columns} 2026年3月 1,234.50 元 −1,000.00 元" in shown(site, f"/funds/{one}")
    assert f"{columns} 2026年3月 0.00 元 1,000.00 元" in shown(site, f"/funds/{other}")
    assert "基金间转入转出" not in shown(site, "/funds/jinning-meals")


def test_a_month_in_which_nothing_happened_has_its_line(site: Site) -> None:
    communities(site, "xianhu")
    paid_in = [date(2015, 12, 31), date(2026, 1, 5)]
    happened(
        site,
        *(
            ReceiveMoney(FundId("xianhu-fund"), ReceiptKind.donation, Slug("x"), day, Fen(100))
            for day in paid_in
        ),
    )
    grants(site, Role.auditor)
    site.signed_in()
    told = shown(site, "/funds/xianhu-fund")
    assert "2026年1月 1.00 元 0.00 元 2.00 元 2.00 元 2026年2月 0.00 元 0.00 元 2.00 元" in told
    assert len(re.findall(r"\d+年\d+月 \S+ 元 \S+ 元", told)) == SHOWN
    (earlier,) = re.findall(
        r'href="([^"]+)">更早的月份', site.browser.get("/funds/xianhu-fund").text
    )
    before = shown(site, earlier.replace("&amp;", "&"))
    assert "2024年7月 0.00 元 0.00 元 1.00 元 1.00 元" in before


def test_what_came_has_a_receipt_and_what_went_a_voucher(town: Town) -> None:
    awards = reads(town, "auditor", "/funds/xianhu-award")
    assert "奖励 · 镇 收据第 2 号 50,000.00 元" in awards
    assert "转出到其他基金 · 社区基金 凭证第 1 号 −1,000.00 元" in awards
    told = reads(town, "auditor", "/funds/xianhu-unrestricted")
    assert "从其他基金转入 · 社区基金·奖励专款 对方基金凭证第 1 号 1,000.00 元" in told
    assert "饭堂餐费结算 · 长者饭堂 凭证第 1 号 −11.00 元" in told


def test_the_button_that_asks_for_money_is_not_printed(town: Town) -> None:
    town.becomes("fund-manager")
    page = town.browser.get("/funds/jinning-youth").text
    assert re.search(
        r'<p class="screen"><a class="button" href="/funds/jinning-youth/request">', page
    )


def test_a_closed_month_stays_as_it_is_told(town: Town) -> None:
    """What is entered for March now is booked in the first month that is open."""
    march = re.compile(r"2026年3月 0.00 元 0.00 元 8,000.00 元 7,975.00 元")
    page = "/funds/jinning-unrestricted"
    assert march.search(reads(town, "auditor", page))
    town.becomes("registrar")
    gift = {"gift.fund": "jinning-unrestricted", "gift.amount_yuan": "12.34"}
    form = gift | {"given_on": "2026-03-15", "organisation": "jn-shop", "sure": "1", "key": "late"}
    assert town.post("/contributions/jinning/record/cash", **form).status_code == 303
    told = reads(town, "auditor", f"{page}?at_least={town.tail()}")
    assert march.search(told)
    assert "按入账月份列示" in told
    assert "收据第 2 号 12.34 元" in told


def test_what_is_to_come_back_for_meals_has_its_own_name_and_cannot_be_spent(town: Town) -> None:
    """Meals that were paid for were eaten after a death that is recorded now."""
    page, left = "/funds/jinning-unrestricted", r"还可以用 ([\d,.]+) 元 账上"
    (before,) = re.findall(left, reads(town, "auditor", page))
    town.becomes("registrar")
    form = {"died_on": "2026-03-01", "key": "died", "sure": "1"}
    assert town.post(f"/offices/people/{EATER}/death", **form).status_code == 303
    told = reads(town, "auditor", f"{page}?at_least={town.tail()}")
    back = re.search(r"已用餐、应由本基金分担 0.00 元 待退回的餐费分担 (\d+.00) 元", told)
    assert back is not None, told
    assert re.findall(left, told) == [before]
    listed = reads(town, "auditor", f"/funds?at_least={town.tail()}")
    assert f"0.00 元 待退回的餐费分担 {back[1]} 元 {before} 元" in listed


@pytest.mark.parametrize("path", ["/funds/A B", "/funds?community=X!", "/funds?at_least=soon"])
def test_an_address_that_is_none_is_told_so(site: Site, path: str) -> None:
    grants(site, Role.auditor)
    site.signed_in()
    answer = site.browser.get(path)
    assert answer.status_code == 422
    assert "没有成功" in words_of(answer)
