"""A leader brings a sheet of attendance: she looks, takes it in, and mends what was wrong."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.demo import Demo
from tests.browser.person import DESKTOP, PHONE, Person, at_a_browser
from tests.browser.test_board import announces
from tests.pages.shifts_in_town import VOLUNTEER
from tests.pages.test_importing import sheet


def chooses(she: Person, file: Path) -> None:
    she.goes_to("/import")
    she.page.set_input_files("[name=file]", file)
    she.page.get_by_role(
        "button", name={"zh": "先预览", "en": "Look before importing"}[she.language]
    ).click()


@pytest.mark.parametrize(
    ("language", "width", "scripts"), [("zh", PHONE, True), ("en", DESKTOP, False)]
)
def test_a_sheet_is_looked_at_and_then_taken_in(
    chromium: Browser, demo: Demo, tmp_path: Path, language: str, width: int, *, scripts: bool
) -> None:
    file = tmp_path / "sheet.csv"
    with at_a_browser(chromium, demo, width=PHONE) as leader:
        announces(leader, f"敬老 {language}", -90, 60)
        shift = leader.page.url.partition("?")[0].rpartition("/")[2]
    file.write_text(sheet(shift, VOLUNTEER, "nobody"), encoding="utf-8")
    with at_a_browser(chromium, demo, language=language, width=width, scripts=scripts) as she:
        she.becomes("leader")
        chooses(she, file)
        she.sees({"zh": "将不登记的行", "en": "Rows that would be refused"}[language])
        if scripts:
            assert not she.barriers()
        she.page.locator("form[action='/import/take'] button").click()
        she.sees({"zh": "已登记的行", "en": "Rows taken in"}[language])
        chooses(she, file)
        again = {"zh": "此前已登记的行", "en": "Rows that were taken in before"}[language]
        she.sees(again)
        expect(she.page.locator("form[action='/import/take']")).to_have_count(0)
        assert not she.faults
