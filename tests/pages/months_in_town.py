"""Months of the demo as tests of pages need them: each step by whoever's it is, sure of it."""

from itertools import count
from typing import Final

from httpx2 import Response

from tests.pages.site import words_of
from tests.pages.town import Town

APRIL: Final = "/settlements/xianhu-canteen/2026-04"
"""Two meals were eaten, and nobody has begun to end the month."""
_numbers: Final = count(1)


def takes(town: Town, word: str, path: str, **form: str) -> Response:
    """Somebody takes a step that she is sure of; what it is answered."""
    town.becomes(word)
    return town.post(path, key=f"month-{next(_numbers)}", sure="1", **form)


def took(town: Town, word: str, path: str, **form: str) -> str:
    """She takes it, and reads the page that it leads to."""
    answer = takes(town, word, path, **form)
    assert answer.status_code == 303, words_of(answer)
    shown = town.browser.get(answer.headers["Location"])
    assert shown.status_code == 200
    return words_of(shown)


def reads(town: Town, word: str, path: str) -> str:
    """What somebody reads there."""
    town.becomes(word)
    answer = town.browser.get(path)
    assert answer.status_code == 200, words_of(answer)
    return words_of(answer)
