"""Chromium: Debian's own, started without looking for anything outside this machine."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from playwright.sync_api import Browser, sync_playwright

PROGRAM: Final = "chromium"
ABSENT: Final = "No Chromium: NO page is walked through in a browser. Run: apt-get install chromium"
QUIET: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """The browser; skips, or fails where it is required, if the machine has none."""
    program = shutil.which(PROGRAM)
    if program is None:
        if os.environ.get("JIEFANG_BROWSER") == "required":
            pytest.fail(ABSENT)
        pytest.skip(ABSENT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()
