"""Cursors: whoever changes one asks for nothing that is not asked, and breaks nothing."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.api.exemplary import Exemplary, questions
from tests.api.town import Town, problem

HOSTILE: tuple[Any, ...] = (
    "\x00",
    "",
    "~",
    10**40,
    str(10**40),
    -(2**63),
    0,
    None,
    [],
    ["\x00"],
    "0001-01-01",
)
"""What no list names, or nothing behind which it goes on."""


def key_of(page: Any) -> list[Any]:
    """The key in the cursor of the next page; everybody can read how it is made."""
    (after,) = parse_qs(urlsplit(page["next"]).query)["after"]
    _, _, key = json.loads(urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    assert isinstance(key, list)
    return key


def changed(page: Any, key: list[Any]) -> str:
    """The cursor of the next page with another key."""
    (after,) = parse_qs(urlsplit(page["next"]).query)["after"]
    question, position, _ = json.loads(urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    return cursor(question, position, key)


def cursor(question: str, position: int, key: list[Any]) -> str:
    written = json.dumps([question, position, key]).encode()
    return urlsafe_b64encode(written).decode().rstrip("=")


def others(key: list[Any]) -> Iterator[list[Any]]:
    """The key with one part changed in every way."""
    for place in range(len(key)):
        for value in HOSTILE:
            yield [*key[:place], value, *key[place + 1 :]]


DAYS = (
    {},
    *({"known_at": day} for day in ("2026-03-02", "2026-03-04", "2026-03-05", "2026-03-06")),
)
"""Now, and the ends of days on which something waited that is done now."""
HERS = "persons/1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"
NEVER_LONG = [
    *(f"{HERS}/gifts/payments", f"{HERS}/grants"),
    *("settlements/jinning-canteen/2026-01/later-facts", f"{HERS}/views"),
]
"""Lists of which the examples have no row."""


def lists(town: Town) -> Iterator[tuple[str, dict[str, str], Any]]:
    """Each list, what is asked of it, and its first page of one row; None where it has none."""
    for path, asked, may in questions(town):
        if "after" in may:
            days = [asked | day for day in DAYS if may >= set(day)]
            pages = ((each, town.read(path, limit=1, **each).json()) for each in days)
            found = ((each, page) for each, page in pages if page.get("next"))
            yield path, *next(found, (asked, None))


def test_a_changed_cursor_is_followed_or_refused_and_breaks_nothing(exemplary: Exemplary) -> None:
    town, empty, broken = exemplary.town, [], []
    for path, asked, page in lists(town):
        if page is None:
            empty.append(path)
            continue
        for key in others(key_of(page)):
            answer = town.read(path, limit=1, after=changed(page, key), **asked)
            if answer.status_code not in (200, 400):
                broken.append((path, key))
    assert broken == []
    assert empty == NEVER_LONG


@pytest.mark.parametrize("key", [["2026-01-01", "\x00"], ["2026-01-01", 1], []])
def test_nobody_without_a_token_makes_the_ledger_fail(exemplary: Exemplary, key: list[Any]) -> None:
    """Nor needs she a page to begin with: how a cursor is made is no secret."""
    after = cursor(sha256(b"/v1/notices?").hexdigest()[:12], 1, key)
    answer = exemplary.town.client.get("/v1/notices", params={"after": after})
    problem(answer, 400, "cursor_must_belong_to_this_query")
