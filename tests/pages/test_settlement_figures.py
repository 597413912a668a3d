"""A canteen's month says the same wherever it is told: on its page, to the auditor and on paper."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final

import psycopg
import pytest

from tests.documents.sheets import text_of
from tests.pages.months_in_town import reads, takes, took
from tests.pages.site import words_of
from tests.pages.test_settlements import FUND, day_of
from tests.pages.town import Town, open_town
from tests.servers import Server

XIANHU = "/settlements/xianhu-canteen/2026-03"
XILIAN = "/settlements/xilian-canteen/2026-03"
MARCH = "/settlements/jinning-canteen/2026-03"
APRIL = "/settlements/jinning-canteen/2026-04"
EATER: Final = (
    "SELECT person FROM meals.claims WHERE canteen = 'jinning-canteen' AND served_on = %s"
)

EATEN: Final = "SELECT person FROM meals.claims WHERE canteen = 'xianhu-canteen' AND served_on = %s"


def on_paper(town: Town, month: str) -> str:
    """What the paper to be signed says."""
    town.becomes("approver")
    return text_of(town.browser.get(f"/v1{month}.pdf").content)


@contextmanager
def died(embedded: Server, folder: Path) -> Iterator[Town]:
    """Somebody who ate on 9 March had died; that was told when her March was settled and paid."""
    with open_town(embedded, folder) as town:
        with psycopg.connect(town.here.url) as connection:
            ((person,),) = connection.execute(EATER, (date(2026, 3, 9),)).fetchall()
        day = {"died_on": "2026-03-09"}
        told = takes(town, "registrar", f"/offices/people/{person}/death", **day)
        town.browser.get(told.headers["Location"])
        yield town


@pytest.fixture(scope="module")
def after_a_death(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with died(embedded, tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.fixture
def repaying(embedded: Server, tmp_path: Path) -> Iterator[Town]:
    """The same, where what is to come back is repaid and not taken off the next settlement."""
    with died(embedded, tmp_path) as town:
        yield town


# -- the same figures everywhere -----------------------------------------------------------------


def test_an_auditor_reads_the_figures_of_the_settlement(town: Town) -> None:
    page = reads(town, "approver", XIANHU)
    audit = reads(town, "auditor", "/audit?month=2026-03&community=xianhu")
    for figure in (
        "以上餐数的餐费 36.00 元", "补助已冲销的 1 餐，自付不退 3.00 元", "餐费总额 39.00 元",
        "个人自付 12.00 元",
    ):  # fmt: skip
        assert figure in page, figure
        assert figure in audit, figure


def test_the_paper_that_is_signed_adds_up(town: Town) -> None:
    told = on_paper(town, XIANHU)
    assert "以上餐数的餐费Priceofthesemeals36.00元" in told
    assert "补助已冲销的1餐，自付不退Keptformealswithouttheirsubsidy:13.00元" in told
    assert "自付不退" not in on_paper(town, XILIAN)


def test_a_funds_payment_has_its_voucher_and_anothers_its_number(town: Town) -> None:
    paid = {"payer": FUND, "paid_on": day_of(town), "amount_yuan": "1.00"}
    told = took(town, "cashier", f"{XILIAN}/pay", **paid)
    assert "凭证第 2 号 社区基金 1.00 元" in told
    assert "第 2 笔付款 西联第一经济社(虚构) 3.33 元" in told
    assert "凭证第 2 号，社区基金 1.00 元" in reads(town, "approver", XILIAN)
    back = {"payment": "3", "reason": "returned_by_the_payee"}
    town.becomes("approver")
    sure = words_of(town.post(f"{XILIAN}/reverse", key="looks", **back))
    assert "哪一笔付款 凭证第 2 号，社区基金 原因 收款方退回 金额 1.00 元 退回日期 20" in sure
    back["reason"] = "not_executed"
    told = took(town, "approver", f"{XILIAN}/reverse", **back)
    assert "凭证第 3 号 社区基金 已冲销：银行未执行 −1.00 元" in told
    paper = on_paper(town, XILIAN)
    for line in ("凭证第2号voucher2", "凭证第3号voucher3", "第2笔付款payment2"):
        assert line in paper, line


# -- what was taken back once it was paid --------------------------------------------------------


def test_the_days_say_what_was_taken_back_of_them_and_where_it_settles(after_a_death: Town) -> None:
    told = reads(after_a_death, "approver", MARCH)
    assert "计入2026年4月结算：事后补登 0 餐，事后冲销 " in told
    assert "已冲销的餐不再计入当日餐数" in told
    assert f'href="{APRIL}">计入' in after_a_death.browser.get(MARCH).text
    assert "计入" not in reads(after_a_death, "approver", XILIAN)


def test_the_auditors_month_that_takes_it_back_keeps_what_the_eaters_paid(
    after_a_death: Town,
) -> None:
    told = reads(after_a_death, "auditor", "/audit?month=2026-04&community=jinning")
    assert re.search(r"餐费总额 −\d\.00 元 个人自付 0\.00 元", told)
    assert re.search(r" 餐数 −\d ", told)


def test_the_auditors_months_say_what_of_their_meals_settles_in_another(
    after_a_death: Town,
) -> None:
    town, april = after_a_death, "/audit?month=2026-04&community=xianhu"
    took(town, "checker", "/settlements/xianhu-canteen/2026-04/close")
    assert "其中计入" not in reads(town, "auditor", april)
    with psycopg.connect(town.here.url) as connection:
        ((person,), *_others) = connection.execute(EATEN, (date(2026, 4, 1),)).fetchall()
    died = {"died_on": "2026-03-31"}
    took(town, "registrar", f"/offices/people/{person}/death", **died)
    told = reads(town, "auditor", april)
    assert " 餐数 1 " in told
    assert re.search(r"其中计入2026年5月结算：−1 餐，各出资方分担 −\d+\.00 元", told)
    told = reads(town, "auditor", "/audit?month=2026-05&community=xianhu")
    assert re.search(r"计入本月结算、记入2026年4月账：−1 餐，各出资方分担 −\d+\.00 元", told)


def test_what_is_repaid_has_a_receipt_and_no_voucher(repaying: Town) -> None:
    town, today = repaying, day_of(repaying)
    took(town, "cashier", f"{APRIL}/repaid", recovery="1", repaid_on=today)
    audit = reads(town, "auditor", f"/audit?month={today[:7]}&community=jinning")
    assert re.search(r"社区基金 收据第 \d+ 号 [^ ]+ 追回的款项 · 长者饭堂 −4\.00 元", audit)
    assert "追回或冲销的款项从支出中扣减" in reads(
        town, "fund-manager", "/funds/jinning-unrestricted"
    )


def test_where_nobody_owes_anything_nothing_is_said_to_be_paid(after_a_death: Town) -> None:
    town, submission = after_a_death, {"submission": "1"}
    took(town, "checker", f"{APRIL}/close")
    took(town, "clerk", f"{APRIL}/submit")
    town.becomes("checker")
    sure = words_of(town.post(f"{APRIL}/check", key="looks", **submission))
    assert "状态 已提交 应付 0.00 元" in sure
    took(town, "checker", f"{APRIL}/check", **submission)
    told = took(town, "approver", f"{APRIL}/approve", **submission)
    assert "状态 已批准，无须付款" in told
    assert "结算已批准，没有应付的款项。" in told
    assert "已批准，无须付款" in (paper := on_paper(town, APRIL))
    assert "没有应付的款项" in paper
    assert "尚未付款" not in paper
    assert "已批准，无须付款" in reads(town, "auditor", "/audit?month=2026-04&community=jinning")
    assert "状态Stage已付款paid" in on_paper(town, MARCH)
    # What the month was too small for is told so that it adds up, and called as it was before.
    told = reads(town, "approver", APRIL)
    assert "结转下月 应付 已付 未付 社区基金 −4.00 元 0.00 元 −4.00 元 0.00 元" in told
    assert "结转下月" in on_paper(town, APRIL)
    may = reads(town, "approver", "/settlements/jinning-canteen/2026-05")
    assert "第 1 笔，2026年3月的用餐 2026年4月为第 1 笔 社区基金" in may
    assert "2026年3月为第" not in told


# -- what was looked at --------------------------------------------------------------------------


def test_what_is_returned_is_what_was_looked_at(town: Town) -> None:
    month = "/settlements/xianhu-canteen/2026-04"
    took(town, "checker", f"{month}/close")
    took(town, "clerk", f"{month}/submit")
    town.becomes("approver")
    tab = town.browser.get(month).text
    ((before, number),) = re.findall(
        r'action="[^"]+/(return)".*?name="submission" value="(\d+)"', tab, re.DOTALL
    )
    assert (before, number) == ("return", "1")
    took(town, "checker", f"{month}/check", submission="1")
    town.becomes("approver")
    form = {"reason": "other", "submission": number}
    sure = words_of(town.post(f"{month}/return", key="looks", **form))
    assert "第几次提交 1" in sure
    assert "状态 已审核 应付 22.00 元" in sure
    took(town, "approver", f"{month}/return", **form)
    took(town, "clerk", f"{month}/submit")
    late = takes(town, "approver", f"{month}/return", **form)
    assert late.status_code == 409
    assert "第 1 次提交不是最新的；最新为第 2 次。" in words_of(late)
