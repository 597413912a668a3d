"""A month at one glance, for whoever audits: what it came to, and where it stands in the log."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from httpx2 import Response

from api.pages.audit import EARLIER_MOST, MONTHS_MOST, months_to_choose
from ledger.domain.authority import Role
from ledger.domain.values import CommunityId, Month
from ledger.projections import trial_balance
from ledger.projections.trial_balance import Line, Total
from tests.builders import JINNING
from tests.pages.site import Site, words_of
from tests.pages.test_funds import BYTES_MOST, communities, grants
from tests.pages.town import Town
from tests.signing import signed


@pytest.fixture(scope="module", autouse=True)
def is_signed(town: Town, tmp_path_factory: pytest.TempPathFactory) -> None:
    signed(town.here.url, tmp_path_factory.mktemp("log"))


def looked(town: Town, path: str, status: int = 200) -> Response:
    """What the auditor is shown."""
    town.becomes("auditor")
    answer = town.browser.get(path)
    assert answer.status_code == status, answer.text
    assert len(answer.content) < BYTES_MOST
    return answer


def test_the_demo_leads_her_to_the_month_that_was_closed_last(town: Town) -> None:
    town.becomes("auditor")
    answer = looked(town, "/audit")
    told = words_of(answer)
    assert "全部社区 2026年3月 各社区均已结账。" in told
    assert '<option value="2026-03" selected>' in answer.text
    assert "仙湖社区" in told
    assert "✓ 平" in told
    assert "✗" not in told


def test_of_one_community_she_sees_what_the_month_came_to(town: Town) -> None:
    answer = looked(town, "/audit?month=2026-03&community=xianhu")
    told = words_of(answer).replace("\N{NO-BREAK SPACE}", " ")
    for figure in (
        "餐数 3", "餐费总额 39.00 元", "个人自付 12.00 元", "仙湖第一经济社(虚构)分担 16.00 元",
        "社区基金分担 11.00 元", "服务时长 4 小时 30 分钟", "本月已于2026年4月5日结账",
    ):  # fmt: skip
        assert figure in told, figure
    assert "金宁" not in told.partition("本月结算")[2]


def test_the_closing_leads_to_where_it_is_compared_with_what_was_signed(town: Town) -> None:
    answer = looked(town, "/audit?month=2026-03&community=xianhu")
    (link,) = set(re.findall(r'结账.*?href="(/log/\d+\?[^"]+)">#', answer.text))
    compared = town.browser.get(link.replace("&amp;", "&"))
    assert "此单据上的检查点与账本日志一致" in words_of(compared)
    assert "且与签名时一致" in words_of(compared)


def test_whoever_is_signed_in_is_not_sent_to_sign_in_for_a_receipt(town: Town) -> None:
    newest = looked(town, "/audit").text
    (link,) = set(re.findall(r'href="(/log/\d+\?[^"]+)">与日志核对', newest))
    page = link.replace("&amp;", "&")
    told = looked(town, page)
    assert "保存该记录的收据" in words_of(told)
    assert "/sign-in" not in told.text
    town.browser.cookies.clear()
    told = town.browser.get(page)
    assert "登录后保存该记录的收据" in words_of(told)
    assert 'href="/sign-in"' in told.text


def test_a_month_that_is_not_closed_says_so(town: Town) -> None:
    told = words_of(looked(town, "/audit?month=2026-04&community=jinning"))
    assert "本月尚未结账，数字仍可能变动。" in told
    assert "第 1 号" in told, "the voucher that was paid in April"


def test_of_all_communities_each_voucher_says_whose_it_is(town: Town) -> None:
    told = words_of(looked(town, "/audit?month=2026-04"))
    for community in ("金宁社区", "仙湖社区", "西联社区"):
        assert re.search(rf"社区基金 第 \d 号 {community} · 2026年4月", told)
    one = words_of(looked(town, "/audit?month=2026-04&community=xilian"))
    assert re.search(r"社区基金 第 1 号 2026年4月", one)


def test_a_sample_is_drawn_of_the_month_that_she_comes_from(town: Town) -> None:
    answer = looked(town, "/audit?month=2026-03&community=xianhu")
    (link,) = re.findall(r'href="(/audit/samples\?[^"]+)"', answer.text)
    form = looked(town, link.replace("&amp;", "&")).text
    assert 'value="2026-03-01"' in form
    assert 'value="2026-03-31"' in form
    assert 'href="/audit?month=2026-03"' in form
    odd = looked(town, "/audit/samples?from_day=%3Cscript%3E").text
    assert 'href="/audit"' in odd


def test_from_what_everybody_may_check_there_is_a_way_back(town: Town) -> None:
    for path in ("/log/129", "/log", "/receipt"):
        assert 'class="back"><a href="/audit"' in looked(town, path).text, path
    town.browser.cookies.clear()
    for path in ("/log/129", "/log", "/receipt", "/card", "/check"):
        assert 'class="back"><a href="/public"' in town.browser.get(path).text, path


def test_payments_lead_to_what_they_rest_on(town: Town) -> None:
    answer = looked(town, "/audit?month=2026-04&community=jinning")
    assert 'href="/audit/settlements/jinning-canteen/2026-03"' in answer.text
    assert words_of(answer).count("饭堂餐费结算 · 长者饭堂 2026年3月") == 1


def test_books_that_do_not_balance_are_said_to_be_wrong(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = trial_balance.totals

    def false(lines: Iterable[Line]) -> tuple[Total, ...]:
        return tuple(replace(each, closing=1, balances=False) for each in true(lines))

    monkeypatch.setattr(trial_balance, "totals", false)
    told = words_of(looked(town, "/audit?month=2026-03"))
    assert "✗ 不平" in told
    assert "✓" not in told


def test_what_is_left_open_in_the_form_is_everything(town: Town) -> None:
    assert "全部社区 2026年3月" in words_of(looked(town, "/audit?month=&community="))


def test_every_month_that_was_booked_in_can_be_chosen(town: Town) -> None:
    answer = looked(town, "/audit")
    found = re.findall(r'<option value="(\d{4}-\d\d)"', answer.text)
    with psycopg.connect(town.here.url) as connection:
        booked = set(trial_balance.booked_months(connection))
    assert min(booked) == "2023-03"
    assert {"2026-02", "2026-01", *booked} <= set(found)
    assert found == sorted(found, reverse=True)


def test_a_list_of_years_stays_short() -> None:
    booked = tuple(f"{year}-{month:02}" for year in range(2026, 1999, -1) for month in (12, 1))
    months = months_to_choose(tuple(map(Month, booked)), Month("1999-05"), Month("2026-12"))
    assert len(months) == MONTHS_MOST + len([each for each in booked if each < "2024-01"]) + 1
    assert months[-2:] == ("2000-01", "1999-05")
    many = tuple(Month(f"{year}-{month:02}") for year in range(2026, 999, -1) for month in (2, 1))
    assert (
        len(months_to_choose(many, Month("2026-02"), Month("2026-12")))
        == MONTHS_MOST + EARLIER_MOST
    )


def test_a_month_of_before_everything_is_empty(town: Town) -> None:
    told = words_of(looked(town, "/audit?month=2019-01"))
    assert "没有饭堂提交本月结算。" in told
    assert "本月及以前没有账目。" in told
    assert "2019年1月" in told


@pytest.mark.parametrize("asked", ["month=2026-13", "month=March", "community=A%20B", "month=%00"])
def test_what_is_no_month_and_no_community_is_told_so(town: Town, asked: str) -> None:
    assert "没有成功" in words_of(looked(town, f"/audit?{asked}", status=422))


def test_a_community_that_is_not_there_is_none(town: Town) -> None:
    looked(town, "/audit?community=atlantis", status=404)


@pytest.mark.parametrize(
    "path",
    [
        "/audit", "/audit/samples", "/audit/exceptions", "/audit/exceptions/payments_split",
        "/audit/exports", "/audit/settlements/jinning-canteen/2026-03",
        "/audit/payments/jinning-youth/1",
    ],
)  # fmt: skip
@pytest.mark.parametrize("word", ["volunteer", "cashier", "fund-manager"])
def test_the_room_is_the_auditors(town: Town, path: str, word: str) -> None:
    town.becomes(word)
    assert town.browser.get(path).status_code == 403
    assert "核查" not in words_of(town.browser.get("/me")).split()


def test_whoever_is_not_signed_in_comes_back_to_where_she_wanted(town: Town) -> None:
    town.browser.cookies.clear()
    answer = town.browser.get("/audit/exceptions")
    assert answer.headers["Location"] == "/sign-in?next=%2Faudit%2Fexceptions"


def test_in_english_it_says_the_same(town: Town) -> None:
    told = words_of(looked(town, "/audit?month=2026-03&community=xianhu&lang=en"))
    assert "The month is closed since 5 Apr 2026" in told
    assert "Price of these meals ¥36.00" in told
    town.browser.get("/?lang=zh")


def test_files_for_other_tools_are_given_to_her_browser(town: Town) -> None:
    answer = looked(town, "/audit/exports?month=2026-03")
    paths = re.findall(r'href="(/v1/[^"]+)"', answer.text)
    assert len(paths) == 7
    for path in paths:
        given = town.browser.get(path.replace("&amp;", "&"))
        assert given.status_code == 200, path
        assert path.endswith("checkpoint") or given.headers["Content-Type"].startswith("text/csv")
    assert "jiefang bundle" in words_of(answer)


def test_files_of_one_community_are_of_that_community(town: Town) -> None:
    answer = looked(town, "/audit?month=2026-03&community=xianhu")
    assert 'href="/audit/exports?month=2026-03&amp;community=xianhu"' in answer.text
    answer = looked(town, "/audit/exports?month=2026-03&community=xianhu")
    assert 'class="back"><a href="/audit?month=2026-03&amp;community=xianhu"' in answer.text
    paths = re.findall(r'href="(/v1/[^"]+)"', answer.text)
    general = [each for each in paths if "handovers" in each or "checkpoint" in each]
    assert len(general) == 2
    for path in set(paths) - set(general):
        assert "community=xianhu" in path or "/v1/funds/xianhu-" in path, path
        assert town.browser.get(path.replace("&amp;", "&")).status_code == 200, path
    looked(town, "/audit/exports?community=atlantis", status=404)


def test_what_is_compared_with_the_bank_has_every_payment_with_its_day(town: Town) -> None:
    asked = looked(town, "/audit/exports?month=2026-03&lang=en")
    assert 'href="/audit/exports?month=2026-03&amp;community=jinning"' in asked.text
    answer = looked(town, "/audit/exports?month=2026-03&community=jinning&lang=zh")
    paths = re.findall(r'href="(/v1/funds/[^"]+)"', answer.text)
    files = [town.browser.get(each.replace("&amp;", "&")).text for each in paths]
    lines = "\n".join(files).splitlines()
    for kind, fen, day in (
        ("settlement", "-2500", "2026-04-12"), ("payment", "-356000", "2026-02-10"),
        ("disbursement", "-300000", "2026-04-17"),
    ):  # fmt: skip
        assert any(kind in line and fen in line and day in line for line in lines), kind


# -- on a ledger without anything, and within a reach ---------------------------------------------


def test_where_nothing_is_signed_nothing_leads_anywhere(site: Site) -> None:
    grants(site, Role.auditor)
    site.signed_in()
    site.caught_up()
    answer = site.browser.get("/audit")
    assert answer.status_code == 200
    assert "本账本尚未签署任何记录。" in words_of(answer)
    assert 'href="/log/' not in answer.text


def test_within_a_reach_another_communitys_books_are_not_there(site: Site, tmp_path: Path) -> None:
    communities(site, "xianhu")
    grants(site, Role.auditor, JINNING)
    site.signed_in()
    site.caught_up()
    signed(site.open_ledger.url, tmp_path / "log")
    answer = site.browser.get("/audit")
    assert "金宁社区" in words_of(answer)
    assert "xianhu" not in answer.text
    for path in (
        "/audit?community=xianhu", "/audit/exceptions?community=xianhu",
        "/audit/payments/xianhu-fund/1", "/audit/settlements/xianhu-canteen/2026-03",
    ):  # fmt: skip
        assert site.browser.get(path).status_code == 404, path


def test_names_as_long_as_they_may_be_are_shown_whole(site: Site) -> None:
    communities(site, *(f"c{number:02}" for number in range(25)))
    grants(site, Role.auditor)
    site.signed_in()
    site.caught_up()
    answer = site.browser.get("/audit")
    assert len(answer.content) < BYTES_MOST
    assert "c24社区" in words_of(answer)
    one = site.browser.get(f"/audit?community={CommunityId('c07')}")
    assert "c07社区" in words_of(one)
