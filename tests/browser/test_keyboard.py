"""Each person's journey without a mouse: she always sees where she is, and is never lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FileChooser, expect

from ledger.demo.staff import VOLUNTEER
from tests.browser import keyboard
from tests.browser.demo import Demo
from tests.browser.keyboard import chooses, enters, focus, presses, tabs_to, tabs_to_name
from tests.browser.person import DESKTOP, PHONE, Person, at_a_browser
from tests.browser.test_board import announces
from tests.browser.test_payments import FUND, asks
from tests.pages.test_importing import sheet
from tests.signing import receipt, signed

WIDTHS = {"zh": PHONE, "en": DESKTOP}
SURE = {"zh": "确认登记", "en": "Yes, record it"}


@pytest.fixture(params=["zh", "en"])
def she(chromium: Browser, demo: Demo, request: pytest.FixtureRequest) -> Iterator[Person]:
    """In Chinese on a telephone, in English on a desk."""
    language = request.param
    with at_a_browser(chromium, demo, language=language, width=WIDTHS[language]) as someone:
        yield someone
        assert not someone.faults


def becomes(she: Person, word: str) -> None:
    """Choose who to be, by keyboard too."""
    she.goes_to("/")
    tabs_to(she, f"form[action='/demo/{word}'] button")
    enters(she)


def says(she: Person, zh: str, en: str) -> str:
    return {"zh": zh, "en": en}[she.language]


def test_the_first_tab_leads_past_the_rooms_to_what_the_page_says(she: Person) -> None:
    becomes(she, "volunteer")
    tabs_to(she, ".skip")
    she.page.keyboard.press("Enter")
    keyboard.goes_on(she)
    assert focus(she, "main *")["is_it"]


def test_a_volunteer_takes_a_place_and_gives_it_back(
    chromium: Browser, demo: Demo, she: Person
) -> None:
    activity = f"键盘班次 {she.language}"
    with at_a_browser(chromium, demo) as leader:
        announces(leader, activity, 100 + len(she.language), 60)
    becomes(she, "volunteer")
    she.goes_to("/me/shifts")
    presses(she, says(she, f"报名：{activity}", f"I come: {activity}"))
    she.sees(says(she, "您已报名。", "You are on the list."))
    presses(she, says(she, f"取消报名：{activity}", f"I do not come: {activity}"))
    she.sees(says(she, "您已取消报名。", "You are off the list."))


def test_a_volunteer_objects_and_sees_her_certificates(
    chromium: Browser, demo: Demo, she: Person
) -> None:
    activity = f"漏记班次 {she.language}"
    with at_a_browser(chromium, demo) as leader:
        announces(leader, activity, -300 - 90 * len(activity), 60)
        shift = leader.page.url.partition("?")[0].rpartition("/")[2]
    becomes(she, "volunteer")
    she.goes_to("/me/objections")
    keyboard.follows(she, f"[href='/me/objections/{shift}']")
    tabs_to(she, "[name=reason]")
    chooses(she, says(she, "没有记录", "it is not recorded"))
    keyboard.fills(she, "note", "我那天在。")
    presses(she, says(she, "提交", "Send it"))
    she.arrives_at("/me/objections")
    she.sees(activity)
    she.goes_to("/me")
    keyboard.follows(she, "[href='/me/certificates']")
    she.sees(says(she, "我的证明", "My certificates"))


def test_money_is_asked_for_and_approved(she: Person) -> None:
    becomes(she, "fund-manager")
    she.goes_to(FUND)
    keyboard.follows(she, f"[href='{FUND}/request']")
    tabs_to(she, "[name=payee]")
    she.page.keyboard.press("ArrowDown")
    keyboard.fills(she, "amount_yuan", "3.21")
    keyboard.fills(she, "purpose", "books")
    enters(she)
    presses(she, SURE[she.language])
    she.page.wait_for_url(f"**{FUND}/payments/*")
    becomes(she, "approver")
    she.goes_to(FUND)
    keyboard.follows(she, f"[href^='{FUND}/payments/']")
    tabs_to(she, "form[action$='/approve'] button")
    enters(she)
    presses(she, SURE[she.language])
    she.sees(says(she, "已批准。", "Approved"))


def test_money_is_refused(chromium: Browser, demo: Demo, she: Person) -> None:
    with at_a_browser(chromium, demo) as manager:
        number = asks(manager, "4.32")
    becomes(she, "approver")
    she.goes_to(f"{FUND}/payments/{number}")
    tabs_to(she, "form[action$='/refuse'] select")
    she.page.keyboard.press("ArrowDown")
    tabs_to(she, "form[action$='/refuse'] button")
    enters(she)
    presses(she, SURE[she.language])
    she.sees(says(she, "已否决", "refused"))


def test_the_focus_stays_where_it_is_when_a_page_that_is_followed_changes(
    chromium: Browser, demo: Demo, she: Person
) -> None:
    becomes(she, "approver")
    she.arrives_at("/funds")
    tabs_to(she, "#now a[href^='/funds/']")
    before = focus(she)["html"]
    with at_a_browser(chromium, demo) as manager:
        number = asks(manager, "5.43")
    expect(she.page.locator(f"#now a[href='{FUND}/payments/{number}']")).to_be_visible()
    assert focus(she)["html"] == before


def test_a_sheet_is_looked_at_and_taken_in(
    chromium: Browser, demo: Demo, she: Person, tmp_path: Path
) -> None:
    with at_a_browser(chromium, demo) as leader:
        announces(leader, f"键盘表格 {she.language}", -90, 60)
        shift = leader.page.url.partition("?")[0].rpartition("/")[2]
    file = tmp_path / "sheet.csv"
    file.write_text(sheet(shift, VOLUNTEER, "nobody"), encoding="utf-8")
    becomes(she, "leader")
    she.goes_to("/import")
    picks(she, "[name=file]").set_files(file)
    presses(she, says(she, "先预览", "Look before importing"))
    tabs_to(she, "form[action='/import/take'] button")
    enters(she)
    she.sees(says(she, "已登记的行", "Rows taken in"))


def picks(she: Person, selector: str) -> FileChooser:
    """Open the window in which a file is chosen: it is the system's own.

    The browser is told long before that it is wanted here, or it opens one that nobody sees.
    """
    she.page.on("filechooser", lambda _: None)
    tabs_to(she, selector)
    with she.page.expect_file_chooser() as chooser:
        she.page.keyboard.press("Enter")
    return chooser.value


@pytest.fixture(scope="module")
def kept(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A receipt that somebody kept, and the key on the notice board."""
    folder = tmp_path_factory.mktemp("log")
    (signer,) = signed(demo.here.url, folder).signers()
    file = folder / "95.tlog-proof"
    file.write_bytes(receipt(demo.here.url, 95))
    return file, str(signer.verifier)


def test_a_receipt_is_checked(she: Person, kept: tuple[Path, str]) -> None:
    file, key = kept
    she.goes_to("/receipt")
    picks(she, "#file").set_files(file)
    tabs_to(she, "#key")
    she.page.keyboard.press("Control+A")
    she.page.keyboard.insert_text(key)
    tabs_to_name(she, says(she, "查验", "Check it"))
    she.page.keyboard.press("Enter")
    expect(she.page.locator("[data-verdict=good]")).to_be_visible()
    assert not focus(she)["is_body"]


def test_everybody_comes_to_the_league_and_to_the_notices(she: Person) -> None:
    she.goes_to("/")
    keyboard.follows(she, "[href='/public']")
    keyboard.follows(she, "main [href='/public/league']")
    keyboard.follows(she, "main a[href^='/public/league/']")
    she.goes_to("/public")
    keyboard.follows(she, "main [href='/public/notices']")
    she.sees(says(she, "公示", "Notices"))
