"""What ends a month, in one list: what is done, what is to be done, whose it is and by when."""

import re
from datetime import date, datetime

import pytest

from ledger.domain.community_records import SHANGHAI
from ledger.domain.values import zone
from tests.pages.months_in_town import reads, takes, took
from tests.pages.site import words_of
from tests.pages.town import Town, key_of

XIANHU = "/months/xianhu/2026-04"
JINNING = "/months/jinning/2026-03"
NOTICE = "/months/xilian/2026-03/notice"


def test_the_list_says_each_step_its_state_and_whose_it_is(town: Town) -> None:
    told = reads(town, "checker", JINNING)
    assert "每日出餐数 ☒ 未办，已不能补办 饭堂核销员 有用餐 3 天，其中 3 天未登记出餐数" in told
    assert "自付现金清点 ☐ 待办 饭堂核销员 应收 50.00 元，已清点 0.00 元" in told
    assert "结算付款 ☑ 已办 出纳 应付 25.00 元，已付 25.00 元" in told
    assert "暂挂的时长和异议 ☐ 待办 确认人 暂挂 1 条，异议 0 条" in told
    assert "当月结账 ☑ 已办 基金管理人 2026年4月5日" in told
    assert "发布公示 ☐ 待办 等您办理 公示人 已逾期，最迟 2026年4月30日" in told
    assert "村民委员会组织法（2018年文本）第三十条" in told


def test_every_community_is_a_step_away(town: Town) -> None:
    told = reads(town, "fund-manager", "/months")
    assert "仙湖社区 2026年4月 2026年3月" in told
    running = f"{datetime.now(zone(SHANGHAI)):%Y-%m}"
    assert f'href="/months/xianhu/{running}"' in town.browser.get("/months").text
    assert "待公示" in told
    assert "西联社区 2026年3月 已逾期，最迟 2026年4月30日" in told


def test_of_many_months_that_wait_the_first_are_listed_and_the_others_counted(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pages.months.DUE_SHOWN", 1)
    told = reads(town, "fund-manager", "/months").partition("待公示")[2]
    assert told.count("已逾期") == 1
    assert re.search(r"其后还有 \d+ 个", told)


def test_a_month_that_was_not_closed_in_time_is_due_like_the_others(town: Town) -> None:
    told = reads(town, "fund-manager", "/months").partition("待公示")[2]
    assert "西联社区 2026年4月 尚未结账 已逾期，最迟 2026年5月31日" in told
    assert "西联社区 2026年3月 已逾期" in told, "it was closed"
    assert "2026年2月" not in told, "it lies before the first closing"


@pytest.mark.parametrize(
    ("today", "told"),
    [
        ("2026-05-23", ""),
        ("2026-05-24", "尚未结账 最迟 2026年5月31日"),
        ("2026-05-31", "尚未结账 最迟 2026年5月31日"),
        ("2026-06-01", "尚未结账 已逾期，最迟 2026年5月31日"),
    ],
)
def test_a_month_that_is_not_closed_is_due_a_week_before_its_last_day(
    town: Town, monkeypatch: pytest.MonkeyPatch, today: str, told: str
) -> None:
    monkeypatch.setattr("api.pages.months.today_of", lambda _room: date.fromisoformat(today))
    shown = reads(town, "fund-manager", "/months").partition("待公示")[2]
    assert f"西联社区 2026年4月 {told}" in shown if told else "西联社区 2026年4月" not in shown


@pytest.mark.parametrize(
    "word", ["fund-manager", "clerk", "checker", "approver", "cashier", "auditor"]
)
def test_a_link_leads_to_no_page_that_is_closed_to_her(town: Town, word: str) -> None:
    town.becomes(word)
    for path in (XIANHU, JINNING):
        links = re.findall(r'<td[^>]*><a href="(/[^"#]+)', town.browser.get(path).text)
        assert links
        for link in set(links):
            assert town.browser.get(link).status_code == 200, link


def test_the_step_of_this_page_is_a_link_for_whoever_takes_it(town: Town) -> None:
    for word, times in (("fund-manager", 1), ("checker", 0), ("cashier", 0)):
        town.becomes(word)
        shown = town.browser.get(XIANHU).text
        assert shown.count('href="#end"') == shown.count('id="end"') == times, word


def test_a_month_before_the_first_closing_is_never_due(town: Town) -> None:
    told = reads(town, "fund-manager", "/months/xianhu/2026-02")
    assert "早于首次结账的月份，不再结账。" in told
    assert "已逾期" not in told
    assert takes(town, "fund-manager", "/months/xianhu/2026-02/end").status_code == 409


def test_books_are_closed_by_the_fund_manager_once_the_month_is_over(town: Town) -> None:
    town.becomes("fund-manager")
    shown = town.browser.get(XIANHU)
    assert "部分步骤尚未办完" in words_of(shown)
    before, key = town.tail(), key_of(shown)
    sure = town.post(f"{XIANHU}/end", key=key)
    assert "结账： 仙湖社区 2026年4月" in words_of(sure)
    assert town.tail() == before
    done = [town.post(f"{XIANHU}/end", key=key, sure="1") for _ in range(2)]
    assert done[0].headers["Location"] == done[1].headers["Location"]
    assert "该月已结账。" in words_of(town.browser.get(done[0].headers["Location"]))
    again = takes(town, "fund-manager", f"{XIANHU}/end")
    assert again.status_code == 409
    assert "2026年4月已结账。" in words_of(again)


def test_months_are_closed_in_order_and_none_that_goes_on(town: Town) -> None:
    told = reads(town, "fund-manager", "/months/xilian/2026-06")
    assert "须先结2026年4月" in told
    refused = takes(town, "fund-manager", "/months/xilian/2026-06/end")
    assert refused.status_code == 409
    assert "当月尚未结束。" in reads(town, "fund-manager", "/months/xilian/2099-01")


def test_whoever_may_not_close_is_refused_and_another_communitys_is_not_there(town: Town) -> None:
    before = town.tail()
    assert takes(town, "cashier", "/months/xilian/2026-04/end").status_code == 403
    assert takes(town, "cashier", "/months/xilian/2026-04/dance").status_code == 404
    assert town.tail() == before
    assert town.browser.get("/months/nowhere/2026-04").status_code == 404
    assert town.browser.get("/months/xilian/2026-4").status_code == 422
    town.becomes("volunteer")
    for path in ("/months", XIANHU, NOTICE):
        assert town.browser.get(path).status_code == 403


def test_two_persons_reopen_a_month_and_everybody_can_see_it(town: Town) -> None:
    asked = takes(town, "fund-manager", f"{JINNING}/propose", reason="other")
    assert asked.status_code == 409  # somebody has proposed it already
    told = took(town, "approver", f"{JINNING}/reopen")
    assert "该月已重开。" in told
    town.browser.cookies.clear()
    public = words_of(town.browser.get("/public/reopenings"))
    assert "金宁社区 2026年3月 补交单据 2026年4月26日" in public
    assert "尚未办理" not in public
    took(town, "fund-manager", f"{JINNING}/end")
    took(town, "fund-manager", f"{JINNING}/propose", reason="papers_found")
    own = takes(town, "fund-manager", f"{JINNING}/reopen")
    assert own.status_code == 403


# -- the notice ----------------------------------------------------------------------------------


def form_of(town: Town, path: str) -> dict[str, str]:
    """The hidden fields that the form of a draft brings along, and its first possible day."""
    text = town.browser.get(path).text
    form = dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]+)"', text))
    (first,) = re.findall(r'name="until"[^>]* min="([^"]+)"', text)
    return form | {"until": first}


def test_a_notice_is_published_as_its_draft_stands_and_taken_down_for_a_reason(town: Town) -> None:
    told = reads(town, "checker", NOTICE)
    assert "用餐人数 <5" in told
    assert "人数少，不公开" in told
    form = form_of(town, NOTICE)
    before = town.tail()
    sure = town.post(f"{NOTICE}/publish", **form)
    until = date.fromisoformat(form["until"])
    assert f"公示截止日 {until.year}年{until.month}月{until.day}日" in words_of(sure)
    assert town.tail() == before
    done = [town.post(f"{NOTICE}/publish", sure="1", **form) for _ in range(2)]
    assert done[0].headers["Location"] == done[1].headers["Location"]
    shown = town.browser.get(done[0].headers["Location"])
    assert "公示已发布。" in words_of(shown)
    town.browser.cookies.clear()
    assert town.browser.get("/public/notices/xilian-2026-03").status_code == 200
    assert "发布公示 ☑ 已办" in reads(town, "checker", "/months/xilian/2026-03")
    assert "西联社区 2026年3月 已逾期" not in reads(town, "checker", "/months")
    down = {"notice": "xilian-2026-03", "reason": "published_by_mistake"}
    assert "公示已撤回。" in took(town, "checker", f"{NOTICE}/withdraw", **down)
    assert town.browser.get("/public/notices/xilian-2026-03").status_code == 410
    assert form_of(town, NOTICE)["notice"] == "xilian-2026-03-2"
    assert "发布公示 ☐ 待办" in reads(town, "checker", "/months/xilian/2026-03")
    assert "西联社区 2026年3月 已逾期" in reads(town, "checker", "/months")


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("until", "2026-04-01", "公示截止日 2026年4月1日 不在"),
        ("until", "soon", "日期"),
        ("until", "", "公示截止日：须填写。"),
        ("digest", "0" * 64, "摘要"),
        ("at_position", "1", "位置 1 早于"),
    ],
)
def test_a_notice_that_is_not_the_ledgers_is_refused(
    town: Town, field: str, typed: str, told: str
) -> None:
    town.becomes("checker")
    form = form_of(town, NOTICE) | {"key": f"wrong-{field}-{typed[:4]}", field: typed}
    before = town.tail()
    answer = town.post(f"{NOTICE}/publish", sure="1", **form)
    assert answer.status_code in {409, 422}
    assert 'role="alert"' in answer.text
    assert told in words_of(answer)
    assert town.tail() == before


def test_an_open_month_has_a_draft_and_no_form(town: Town) -> None:
    town.becomes("checker")
    answer = town.browser.get("/months/xilian/2026-04/notice")
    assert "该月尚未结账" in words_of(answer)
    assert 'name="digest"' not in answer.text


def test_an_auditor_reads_the_draft_and_whoever_only_pays_does_not(town: Town) -> None:
    town.becomes("auditor")
    answer = town.browser.get(NOTICE)
    assert answer.status_code == 200
    assert 'name="digest"' not in answer.text
    town.becomes("cashier")
    assert town.browser.get(NOTICE).status_code == 403
    assert takes(town, "cashier", f"{NOTICE}/publish", notice="x").status_code in {403, 422}
    assert takes(town, "cashier", f"{NOTICE}/dance").status_code == 404


def test_a_proposal_to_reopen_is_told_until_the_month_after_is_closed(town: Town) -> None:
    audit = "/audit?month=2026-03&community=xilian"
    assert "数字不再变动" in reads(town, "auditor", audit)
    took(town, "fund-manager", "/months/xilian/2026-03/propose", reason="papers_found")
    told = reads(town, "auditor", audit)
    assert "提议重开，由审批人决定" in told
    assert "数字不再变动" not in told
    warned = "已提议重开2026年3月，尚无人办理。本月结账后，须先重开本月，才能重开该月。"
    assert warned in reads(town, "fund-manager", "/months/xilian/2026-04")
    assert warned in words_of(town.post("/months/xilian/2026-04/end", key="looks"))
    took(town, "fund-manager", "/months/xilian/2026-04/end")
    assert "已提议重开" not in reads(town, "fund-manager", "/months/xilian/2026-05")
    assert "2026年4月已结账，不能重开：只有最后结账的月份可以重开" in reads(
        town, "approver", "/months/xilian/2026-03"
    )
    public = reads(town, "approver", "/public/reopenings")
    assert re.search("西联社区 2026年3月 补交单据 [^ ]+ 2026年4月已结账，不能重开 –", public)
