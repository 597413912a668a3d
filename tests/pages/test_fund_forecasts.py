"""What meals will need of a fund: an estimate with its band, and none where too little is known."""

from datetime import date, datetime

from ledger.domain.authority import Role
from ledger.domain.meals import ClaimMeal
from ledger.domain.tiers import Sitting
from tests.builders import CANTEEN, accepted, person, unit
from tests.pages.months_in_town import reads
from tests.pages.site import Site, words_of
from tests.pages.test_funds import grants
from tests.pages.town import Town


def test_the_need_of_the_months_to_come_is_told_beside_what_may_be_spent(town: Town) -> None:
    told = reads(town, "fund-manager", "/funds/xianhu-unrestricted/forecast")
    assert "社区基金：今后餐费需要多少 仙湖社区 这是估算。" in told
    assert "还可以用 980.00 元" in told
    assert "2026年3月 31 11.00 元" in told
    assert "基金负担：当月用餐的负担，已扣除事后冲销的用餐。" in told
    assert "这几个月够用，按最高的月份计算也够用。" in told


def test_it_is_the_answer_of_the_api(town: Town) -> None:
    town.becomes("fund-manager")
    told = town.browser.get("/v1/funds/xianhu-unrestricted/forecast").json()["forecast"]
    assert [each["month"] for each in told["seen"]] == ["2026-01", "2026-02", "2026-03"]
    assert [each["shares_fen"] for each in told["seen"]] == [0, 0, 1100]
    assert len(told["needs"]) == 4
    assert told["short_in"] is None


def test_a_fund_that_bears_no_meals_has_nothing_to_estimate(town: Town) -> None:
    told = reads(town, "fund-manager", "/funds/jinning-youth/forecast")
    assert "本基金近一年没有负担餐费" in told
    assert "大约需要" not in told


def test_what_is_no_fund_is_not_there(town: Town) -> None:
    town.becomes("fund-manager")
    assert town.browser.get("/funds/nobodys/forecast").status_code == 404
    assert town.browser.get("/v1/funds/nobodys/forecast").status_code == 404
    town.becomes("volunteer")
    assert town.browser.get("/funds/jinning-youth/forecast").status_code == 403


def test_of_too_few_closed_months_nothing_is_foretold(site: Site) -> None:
    noon = datetime.fromisoformat("2026-03-02T12:00:00+08:00")
    lunch = ClaimMeal(person(2), CANTEEN, date(2026, 3, 2), Sitting.lunch)
    accepted(site.ledger.execute([unit(lunch, at=noon)])[0])
    grants(site, Role.fund_manager)
    site.signed_in()
    site.caught_up()
    told = words_of(site.browser.get("/funds/jinning-meals/forecast"))
    assert "已截止用餐登记的月份太少" in told
    assert "需要 3 个已截止用餐登记的供餐月份，现有 0 个。" in told
