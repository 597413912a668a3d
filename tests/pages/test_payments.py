"""Payments: whoever asked for one takes it back for ten minutes, and is told until when."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ledger.domain.authority import Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.disbursement_rules import UNDO
from ledger.domain.values import zone
from tests.pages.site import OURS, words_of
from tests.pages.test_acting import BOOKS, FUND, asked_for_books
from tests.pages.test_offices import signs_in
from tests.pages.town import Town, key_of, open_town
from tests.servers import Server


def test_the_time_is_ten_minutes_after_it_was_asked_for(town: Town) -> None:
    page = asked_for_books(town)
    shown = words_of(town.browser.get(page))
    asked, until = (
        minutes(r"(\d\d):(\d\d) 已申请", shown),
        minutes(r"(\d\d):(\d\d) 前可撤销", shown),
    )
    assert timedelta(minutes=(until - asked) % (24 * 60)) == UNDO


def test_whoever_asks_lands_where_it_can_be_taken_back(town: Town) -> None:
    town.becomes("fund-manager")
    done = town.post(f"{FUND}/request", key="lands", sure="1", **BOOKS)
    landed = town.browser.get(done.headers["Location"])
    assert "十分钟内可以撤销" in words_of(landed)
    assert "/withdraw" in landed.text


def test_the_payee_is_called_by_its_name_where_one_is_to_be_sure(town: Town) -> None:
    page = asked_for_books(town)
    sure = words_of(town.post(f"{FUND}/request", key="named", **BOOKS))
    assert "收款方 新华书店" in sure
    town.becomes("approver")
    assert "新华书店" in words_of(town.post(f"{page}/refuse", key="named", reason="too_much"))


def test_a_refusal_is_shown_once_more_with_how_the_request_stands(town: Town) -> None:
    page = asked_for_books(town)
    town.becomes("approver")
    before = town.tail()
    sure = town.post(f"{page}/refuse", key=f"no-{page}", reason="too_much", steps="1")
    assert "否决：" in words_of(sure).replace(" ", "")
    for told in ("金额过高", "待批准", "申请金额", "12.50"):
        assert told in words_of(sure)
    assert town.tail() == before
    town.post(f"{page}/refuse", key=key_of(sure), reason="too_much", steps="1", sure="1")
    assert "已否决：金额过高" in words_of(town.browser.get(f"{page}?at_least={town.tail()}"))


def test_a_refusal_of_what_was_approved_meanwhile_is_not_done_and_says_so(town: Town) -> None:
    page = asked_for_books(town)
    town.becomes("approver")
    approved(town, page)
    before = town.tail()
    for sure in ({}, {"sure": "1"}):
        late = town.post(f"{page}/refuse", key=f"old-{page}", reason="too_much", steps="1", **sure)
        assert late.status_code == 409
        assert "打开该页面之后" in words_of(late)
        assert re.search(r"\d\d:\d\d 已批准 ?， ?12.50 元", words_of(late))
        assert 'name="steps" value="2"' in late.text
    assert town.tail() == before


def test_whoever_approved_can_refuse_until_it_is_paid(town: Town) -> None:
    page = asked_for_books(town)
    town.becomes("approver")
    approved(town, page)
    told = town.browser.get(f"{page}?at_least={town.tail()}")
    assert "付款之前，您仍可否决。" in words_of(told)
    assert f'action="{page}/approve"' not in told.text
    done = town.post(f"{page}/refuse", key=f"no-{page}", reason="too_much", steps="2", sure="1")
    assert "付款之前，您仍可否决。" not in words_of(town.browser.get(done.headers["Location"]))
    assert "已否决：金额过高" in words_of(town.browser.get(done.headers["Location"]))


def test_a_step_that_is_sent_twice_is_no_surprise(town: Town) -> None:
    page = asked_for_books(town)
    town.becomes("approver")
    form = {"key": "twice", "amount_yuan": "12.50", "steps": "1", "sure": "1"}
    answers = [town.post(f"{page}/approve", **form) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]


@pytest.mark.parametrize("steps", ["", "none", "-1", "9" * 400, "²"])
def test_what_a_form_says_it_saw_may_be_anything(town: Town, steps: str) -> None:
    page = asked_for_books(town)
    town.becomes("approver")
    told = town.post(f"{page}/refuse", key="odd", reason="too_much", steps=steps)
    assert told.status_code == 200


def test_nobody_but_whoever_asked_takes_it_back(town: Town) -> None:
    page = asked_for_books(town)
    town.becomes("approver")
    assert "填错了吗" not in words_of(town.browser.get(page))
    signs_in(town, Role.fund_manager)
    assert "填错了吗" not in words_of(town.browser.get(page))
    assert town.post(f"{page}/withdraw", key="not-mine").status_code == 403


def test_what_is_approved_is_not_taken_back(town: Town) -> None:
    page = asked_for_books(town)
    town.becomes("approver")
    approved(town, page)
    town.becomes("fund-manager")
    shown = words_of(town.browser.get(f"{page}?at_least={town.tail()}"))
    assert "填错了吗" not in shown
    assert town.post(f"{page}/withdraw", key="too-late").status_code == 409


def test_after_ten_minutes_the_page_says_who_can_refuse_it(
    embedded: Server, tmp_path: Path
) -> None:
    with open_town(embedded, tmp_path) as town:
        page = asked_for_books(town)
        later = datetime.now(UTC) + UNDO + timedelta(minutes=1)
        headers = OURS | {"Ledger-Time": later.isoformat()}
        form = BOOKS | {"key": "next", "sure": "1"}
        town.browser.post(f"{FUND}/request", data=form, headers=headers)
        shown = town.browser.get(f"{page}?at_least={town.tail()}")
        assert "现在可由审批人否决。" in words_of(shown)
        assert later.astimezone(zone(SHANGHAI)).strftime("%H:%M") not in words_of(shown)
        assert f'action="{page}/withdraw"' not in shown.text
        late = town.browser.post(f"{page}/withdraw", data={"key": "late"}, headers=headers)
        assert late.status_code == 409
        town.becomes("approver")
        assert "现在可由审批人否决。" not in words_of(town.browser.get(page))


def approved(town: Town, page: str) -> None:
    """As whoever the town has become."""
    asked = town.post(f"{page}/approve", key=f"yes-{page}", amount_yuan="12.50")
    town.post(f"{page}/approve", key=key_of(asked), amount_yuan="12.50", sure="1")


def minutes(pattern: str, text: str) -> int:
    """The time of the day that the text tells, in minutes."""
    found = re.search(pattern, text)
    assert found is not None, text
    return 60 * int(found[1]) + int(found[2])
