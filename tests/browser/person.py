"""A person at a browser: what she does there, in the words of whoever watches her."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect

from tests.browser.demo import Demo

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
SMALL = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
    .filter((each) => each.type !== "hidden" && each.checkVisibility() && !each.matches(".skip"))
    .map((each) => each.matches("[type=checkbox], [type=radio]") ? each.labels[0] : each)
    .map((each) => [each, each.getBoundingClientRect()])
    .filter(([, is]) => is.height < 59.5 || is.width < 59.5)
    .map(([each]) => `smaller than 60 px: ${each.outerHTML.slice(0, 120)}`)"""
"""What a finger of the elder version might miss; a tick is as large as its words."""
LOCALES = {"zh": "zh-CN", "en": "en"}
PHONE, DESKTOP = 360, 1280
expect.set_options(timeout=20_000)


@dataclass
class Person:
    """Somebody who looks at the demo through a window of her own."""

    demo: Demo
    page: Page
    faults: list[str]
    language: str = "zh"

    def goes_to(self, path: str) -> None:
        self.page.goto(self.demo.origin + path)

    def arrives_at(self, path: str) -> None:
        """She is there, or will be as soon as the page that was asked for is."""
        here = self.demo.origin + path
        self.page.wait_for_url(lambda url: url.partition("?")[0] == here)

    def becomes(self, word: str) -> None:
        """Choose who to be on the first page of the demo."""
        self.goes_to("/")
        self.page.click(f"form[action='/demo/{word}'] button")

    def reads(self) -> str:
        """What stands on the page now; `sees` waits for it."""
        return self.page.inner_text("body")

    def sees(self, *texts: str) -> None:
        """It stands on the page, or will as soon as the page that was asked for is there."""
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text, use_inner_text=True)

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def fills(self, **fields: str) -> None:
        for name, text in fields.items():
            control = self.page.locator(f"main [name={name}]")
            if control.evaluate("each => each.tagName") == "SELECT":
                control.select_option(text)
            else:
                control.fill(text)

    def barriers(self) -> list[str]:
        """What keeps somebody from using the page.

        That is axe's violations, what runs off the side, and what is small in the elder version.
        """
        self.page.wait_for_load_state()
        self.page.evaluate(AXE)
        found: list[dict[str, Any]] = self.page.evaluate("axe.run()")["violations"]
        told = [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]
        if self.page.locator("html.elder").count():
            told += self.page.evaluate(SMALL)
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return told + ([f"runs {wide} px off the side"] if wide > 0 else [])


def _errors(said: ConsoleMessage) -> list[str]:
    """What a script complains of; a page that is refused has its own words for it."""
    is_one = said.type == "error" and not said.text.startswith("Failed to load resource")
    return [said.text] if is_one else []


def _missing(answer: Response) -> list[str]:
    """A part of a page that is not there."""
    is_part = answer.request.resource_type != "document"
    return [f"{answer.status} {answer.url}"] if is_part and answer.status >= 400 else []


@contextmanager
def at_a_browser(
    chromium: Browser,
    demo: Demo,
    *,
    language: str = "zh",
    width: int = PHONE,
    scripts: bool = True,
) -> Iterator[Person]:
    """Somebody new, whose browser asks nobody but the demo."""
    context = chromium.new_context(
        viewport={"width": width, "height": 800},
        locale=LOCALES[language],
        java_script_enabled=scripts,
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda said: faults.extend(_errors(said)))
    page.on("response", lambda answer: faults.extend(_missing(answer)))

    def only_the_demo(route: Any) -> None:
        if route.request.url.startswith(demo.origin):
            route.continue_()
        else:
            faults.append(f"asked elsewhere: {route.request.url}")
            route.abort()

    page.route("**/*", only_the_demo)
    try:
        yield Person(demo, page, faults, language)
    finally:
        context.close()
