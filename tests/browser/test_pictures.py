"""What the READMEs show is what the pages look like."""

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.browser.demo import Demo
from tests.browser.person import LOCALES
from tests.browser.pictures import (
    DIFFERENCE_MOST,
    FOLDER,
    SCENES,
    difference,
    file_of,
    taken,
)

KILOBYTES_MOST = 60


@pytest.mark.parametrize("language", LOCALES)
def test_the_main_pages_look_as_they_did(chromium: Browser, demo: Demo, language: str) -> None:
    differs = {
        name: round(difference(picture, Image.open(file_of(name, language)).convert("RGB")), 1)
        for name, picture in taken(chromium, demo, language)
    }
    found = {name: each for name, each in differs.items() if each > DIFFERENCE_MOST}
    assert not found, "look at them, and run: python -m tests.browser.pictures"


def test_a_page_that_changed_is_seen() -> None:
    shown = Image.open(file_of("volunteer", "zh")).convert("RGB")
    half = shown.copy()
    half.paste("white", (0, shown.height // 3, shown.width, shown.height))
    assert difference(shown, half) > DIFFERENCE_MOST
    assert difference(shown, shown.crop((0, 0, shown.width, shown.height - 100))) == 255
    moved = Image.new("RGB", shown.size, "white")
    moved.paste(shown, (0, 24))
    assert difference(shown, moved) > DIFFERENCE_MOST


def test_there_is_a_picture_of_each_scene_and_no_other_and_each_is_small() -> None:
    wanted = {file_of(name, language) for name in SCENES for language in LOCALES}
    assert set(FOLDER.iterdir()) == wanted
    assert {each.name for each in wanted if each.stat().st_size > KILOBYTES_MOST * 1024} == set()
