"""A keyboard alone: from one control to the next by Tab, each of them with a frame that is seen."""

from typing import Any, Final

from tests.browser.person import Person

TABS_MOST: Final = 120
FOCUSED: Final = """wanted => {
    const here = document.activeElement, style = getComputedStyle(here);
    return {
        is_it: here.matches(wanted),
        is_body: here === document.body,
        called: [here.name || '', (here.innerText || '').trim(), here.ariaLabel || ''],
        seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
            || here.matches('[type=date], [type=time], [type=datetime-local]'),
        html: here.outerHTML.slice(0, 120),
    };
}"""
"""Of a date the browser itself marks the part that has the focus: the year, or the day."""


def focus(she: Person, wanted: str = "*") -> dict[str, Any]:
    """What has the focus, and whether it is what is wanted."""
    found: dict[str, Any] = she.page.evaluate(FOCUSED, wanted)
    return found


def goes_on(she: Person, wanted: str = "*") -> dict[str, Any]:
    """Press Tab; wherever that leads, she sees it."""
    she.page.keyboard.press("Tab")
    found = focus(she, wanted)
    assert found["seen"] or found["is_body"], f"nobody sees where the focus is: {found['html']}"
    return found


def tabs_to(she: Person, selector: str) -> None:
    """Go on until the focus is on such a control."""
    if not any(goes_on(she, selector)["is_it"] for _ in range(TABS_MOST)):
        raise AssertionError(f"no way to {selector} by the keyboard")


def tabs_to_name(she: Person, name: str) -> None:
    """Go on until the focus is on the control that is called so: its name, text or label."""
    if not any(name in goes_on(she)["called"] for _ in range(TABS_MOST)):
        raise AssertionError(f"no way to {name} by the keyboard")


def enters(she: Person) -> None:
    """Press Enter, and wait for the page that it leads to."""
    with she.page.expect_navigation():
        she.page.keyboard.press("Enter")


def follows(she: Person, selector: str) -> None:
    """Go to such a link, and where it leads."""
    tabs_to(she, selector)
    enters(she)


def presses(she: Person, name: str) -> None:
    """Go to the button or link that is called so, and press it."""
    tabs_to_name(she, name)
    enters(she)


def fills(she: Person, name: str, text: str) -> None:
    """Go to a field, and write over what it holds."""
    tabs_to(she, f"main [name='{name}']")
    she.page.keyboard.press("Control+A")
    she.page.keyboard.insert_text(text)


def chooses(she: Person, text: str) -> None:
    """Go down the list that has the focus by the arrow key."""
    for _ in range(20):
        she.page.keyboard.press("ArrowDown")
        if she.page.evaluate("document.activeElement.selectedOptions[0].text") == text:
            return
    raise AssertionError(f"{text} is not in the list")
