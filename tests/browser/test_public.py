"""Everybody at a browser: from the first page to the league and a notice, without signing in."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, expect

from ledger.deciding.answers import Accepted, Unit
from ledger.demo import staff
from ledger.domain.authority import Authority, Role
from ledger.domain.notices import PublishNotice
from ledger.domain.values import CommunityId, Month, NoticeId, Position
from ledger.projections import public_months
from ledger.projections.reading import reading_for_the_town
from tests.browser.demo import Demo
from tests.browser.person import DESKTOP, PHONE, Person, at_a_browser

JINNING, MARCH = CommunityId("jinning"), Month("2026-03")
NOTICE = NoticeId("jinning-2026-03")
PUBLISHER = Authority.alike(staff.EVERYBODY, (Role.publisher,), None)


@pytest.fixture(scope="module")
def published(demo: Demo) -> Demo:
    """The demo with the notice of a month."""
    here = demo.here
    position = Position(here.ledger.recorder.max_notification_id() or 0)
    with reading_for_the_town(here.datastore) as connection:
        digest = public_months.draft(connection, JINNING, MARCH, position).digest
    until = date.today() + timedelta(days=30)  # noqa: DTZ011 - a month is long enough anywhere
    command = PublishNotice(NOTICE, JINNING, MARCH, position, digest, until)
    (answer,) = here.ledger.execute([Unit(PUBLISHER, "publish-march", (command,), None)])
    assert isinstance(answer, Accepted), answer
    demo.caught_up()
    return demo


def tabs_to(she: Person, name: str) -> None:
    """Go on with the Tab key until the link of that name is reached, and follow it."""
    for _ in range(60):
        she.page.keyboard.press("Tab")
        if she.page.evaluate("document.activeElement.innerText.trim()") == name:
            with she.page.expect_navigation():
                she.page.keyboard.press("Enter")
            return
    raise AssertionError(f"no way leads to {name}")


@pytest.mark.parametrize("scripts", [True, False])
def test_with_the_keyboard_alone_she_comes_from_the_first_page_to_a_measure(
    chromium: Browser, published: Demo, *, scripts: bool
) -> None:
    with at_a_browser(chromium, published, scripts=scripts) as she:
        she.goes_to("/")
        she.page.get_by_role("link", name="公开查看").click()
        if scripts:  # without scripts nobody can ask what is focused
            tabs_to(she, "社区比拼")
            tabs_to(she, "供餐数")
        else:
            she.page.get_by_role("link", name="社区比拼").click()
            she.page.get_by_role("link", name="供餐数").click()
        she.arrives_at("/public/league/2026-03/meals-served")
        she.sees("2026年3月供餐数")
        she.sees("人数少，不公开")
        assert not she.faults


@pytest.mark.parametrize("elder", [False, True])
@pytest.mark.parametrize(("language", "width"), [("zh", PHONE), ("en", PHONE), ("en", DESKTOP)])
def test_a_notice_has_no_barrier_and_leads_to_its_paper(
    chromium: Browser, published: Demo, language: str, width: int, *, elder: bool
) -> None:
    with at_a_browser(chromium, published, language=language, width=width) as she:
        she.goes_to(f"/public/notices?elder={int(elder)}")
        assert not she.barriers()
        she.page.locator("main table a").first.click()
        she.arrives_at(f"/public/notices/{NOTICE}")
        assert not she.barriers()
        paper = she.page.locator("main a[href$='.pdf']").get_attribute("href")
        assert paper == f"/v1/notices/{NOTICE}.pdf"
        answer = she.page.request.get(published.origin + paper)
        assert answer.headers["content-type"] == "application/pdf"
        assert not she.faults


def test_on_paper_a_league_is_its_table_without_the_ways_elsewhere(
    chromium: Browser, published: Demo
) -> None:
    with at_a_browser(chromium, published, width=DESKTOP) as she:
        she.goes_to("/public/league")
        she.page.emulate_media(media="print")
        expect(she.page.locator("main table")).to_be_visible()
        expect(she.page.locator(".choose").first).not_to_be_visible()
        she.sees("金宁社区")
