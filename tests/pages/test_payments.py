"""Payments: whoever asked for one takes it back for ten minutes, and is told until when."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

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
    asked = town.post(f"{page}/approve", key=f"yes-{page}", amount_yuan="12.50")
    town.post(f"{page}/approve", key=key_of(asked), amount_yuan="12.50", sure="1")
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


def minutes(pattern: str, text: str) -> int:
    """The time of the day that the text tells, in minutes."""
    found = re.search(pattern, text)
    assert found is not None, text
    return 60 * int(found[1]) + int(found[2])
