"""Cards in the offices: handed out and printed once, ended with a reason, by nobody for herself."""

import re
from itertools import count

import pytest
from httpx2 import Response

from ledger.access.cards import TRIES_MOST
from ledger.domain.authority import Role
from ledger.domain.values import PersonId
from tests.pages.shifts_in_town import followed
from tests.pages.site import words_of
from tests.pages.test_offices import JINNING, XIANHU, hidden, registers, signs_in
from tests.pages.town import Town

_numbers = count(1)


def test_a_card_is_handed_out_and_printed_once_and_opens_her_hours(town: Town) -> None:
    page, card = given_one(town)
    printed = town.post(f"{page}/cards/{card}")
    assert printed.status_code == 200
    assert "<svg" in printed.text
    code = re.findall(rf"{card}\.[A-Za-z0-9_-]{{22}}", printed.text)[0]
    pin = re.findall(r'class="number">(\d{6})<', printed.text)[0]
    shown = town.browser.get(page)
    assert f"{page}/cards/{card}" not in shown.text
    assert "已打印过，只能打印一次" in words_of(shown)
    again = town.post(f"{page}/cards/{card}")
    assert again.status_code == 409
    assert pin not in again.text
    assert f'class="button" href="{page}"' in again.text
    assert f'data-back="{page}"' in again.text
    town.browser.cookies.clear()
    assert town.post("/card", code=code, pin=pin).headers["Location"] == "/me"
    assert town.browser.get(page).status_code == 403


def test_a_card_that_wrong_pins_locked_is_told_to_whoever_hands_them_out(town: Town) -> None:
    page, card = given_one(town)
    [code] = re.findall(rf"{card}\.[A-Za-z0-9_-]{{22}}", town.post(f"{page}/cards/{card}").text)
    assert "锁住" not in words_of(town.browser.get(page))
    for _ in range(TRIES_MOST):
        assert town.post("/card", code=code, pin="1").status_code == 401
    shown = words_of(town.browser.get(page))
    assert "查询卡已锁住" in shown
    assert "已有一张有效的查询卡" not in shown


def test_a_double_click_hands_out_one(town: Town) -> None:
    page, before = arrives(town), town.tail()
    form = {"card": hidden(town.browser.get(page), "card"), "key": key()}
    first, second = (town.post(f"{page}/card", **form) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert town.tail() == before + 1
    assert "查询卡已发放。" in words_of(followed(town, first))
    late = town.post(f"{page}/card", **form | {"key": key()})
    assert late.status_code in {404, 409}
    assert 'role="alert"' in late.text


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("lost", "查询卡遗失"),
        ("locked", "PIN 码多次输错"),
        ("returned", "本人交回"),
        ("other", "其他原因"),
    ],
)
def test_a_card_ends_with_a_reason_and_another_may_follow(
    town: Town, reason: str, told: str
) -> None:
    page, card = given_one(town)
    before, form = town.tail(), {"card": card, "reason": reason, "key": key()}
    asked = town.post(f"{page}/end-card", **form)
    assert told in words_of(asked)
    assert card not in words_of(asked)
    assert town.tail() == before
    shown = followed(town, town.post(f"{page}/end-card", sure="1", **form))
    assert "查询卡已注销" in words_of(shown)
    assert f"{page}/card" in shown.text
    late = town.post(f"{page}/end-card", **form | {"key": key(), "sure": "1"})
    assert late.status_code == 409
    assert town.post(f"{page}/cards/{card}").status_code == 404


def test_without_a_reason_it_does_not_end(town: Town) -> None:
    page, card = given_one(town)
    answer = town.post(f"{page}/end-card", card=card, reason="", key=key())
    assert answer.status_code == 422
    assert 'id="reason-wrong"' in answer.text


def test_nobody_hands_one_out_to_herself(town: Town) -> None:
    herself = signs_in(town, Role.registrar)
    page = f"/offices/people/{herself}"
    shown = town.browser.get(page)
    assert "不能给自己发放查询卡。" in words_of(shown)
    assert f"{page}/card" not in shown.text
    card = hidden_id()
    assert town.post(f"{page}/card", card=card, key=key()).status_code == 403


@pytest.mark.parametrize("word", ["administrator", "auditor"])
def test_whoever_does_not_register_hands_none_out(town: Town, word: str) -> None:
    page, card = given_one(town)
    town.becomes(word)
    shown = town.browser.get(page)
    assert "查询卡" not in words_of(shown)
    assert town.post(f"{page}/cards/{card}").status_code == 403
    assert town.post(f"{page}/end-card", card=card, reason="lost", key=key()).status_code == 403


def test_of_another_community_nothing_is_known(town: Town) -> None:
    page, card = given_one(town)
    signs_in(town, Role.registrar, XIANHU)
    assert town.post(f"{page}/cards/{card}").status_code == 404
    assert town.post(f"{page}/card", card=hidden_id(), key=key()).status_code == 404


# -- short words ---------------------------------------------------------------------------------


def arrives(town: Town, person: PersonId | None = None) -> str:
    """The page of somebody new; the registrar is signed in."""
    person = person or registers(town, JINNING)
    town.becomes("registrar")
    page = f"/offices/people/{person}"
    assert town.browser.get(f"{page}?at_least={town.tail()}").status_code == 200
    return page


def given_one(town: Town) -> tuple[str, str]:
    """The page of somebody who has a card that was not printed yet, and its id."""
    page = arrives(town)
    shown: Response = followed(
        town,
        town.post(f"{page}/card", card=hidden(town.browser.get(page), "card"), key=key()),
    )
    return page, hidden(shown, "card")


def key() -> str:
    return f"card-{next(_numbers)}"


def hidden_id() -> str:
    return f"c3e1a5d7-2f4b-4a8c-8e6d-{next(_numbers):012d}"
