"""Cards: printed once, tried five times, good for a look and in no address, log or history."""

import re
from typing import Any

import pytest
from httpx2 import Response

from ledger.access.cards import TRIES_MOST
from ledger.domain.account_records import CardEnd
from ledger.domain.cards import RevokeCard
from ledger.domain.values import CardId
from tests.access.acting import REGISTRAR, card_of, give
from tests.api.town import problem
from tests.pages.site import MEI, ORIGIN, SID, Site, set_cookies, words_of
from tests.pages.test_slip import registrar


def asked_for(site: Site, card: CardId, headers: dict[str, str]) -> Response:
    return site.browser.post(f"/v1/accounts/{MEI}/cards/{card}/print", headers=headers)


def printed(site: Site) -> tuple[CardId, dict[str, Any]]:
    card = card_of(site.ledger)
    answer = asked_for(site, card, registrar(site))
    assert answer.status_code == 200, answer.text
    return card, answer.json()


def use(site: Site, code: str, pin: str) -> Response:
    return site.post("/card", {"code": code, "pin": pin})


def test_a_card_is_printed_once_and_its_code_leads_to_the_page_for_cards(site: Site) -> None:
    card, told = printed(site)
    assert told["address"] == f"{ORIGIN}/card#{told['code']}"
    assert told["code"].startswith(f"{card}.")
    assert re.fullmatch(r"[0-9]{6}", told["pin"])
    assert told["qr_svg"].startswith("<svg")
    problem(asked_for(site, card, registrar(site)), 409, "secret_must_be_shown_only_once")
    assert [line["person"] for line in site.noted("card_printed")] == [REGISTRAR]


def test_nobody_prints_her_own_card_or_one_that_is_not_good(site: Site) -> None:
    card = card_of(site.ledger)
    own = registrar(site, MEI)
    problem(asked_for(site, card, own), 403, "card_must_be_issued_by_another_person")
    give(site.ledger, RevokeCard(MEI, card, CardEnd.lost))
    problem(asked_for(site, card, registrar(site)), 404, "record_must_be_within_reach")
    problem(asked_for(site, card, {}), 401, "caller_must_be_known")


def test_with_card_and_pin_she_sees_her_hours_for_a_while(site: Site) -> None:
    _, told = printed(site)
    answer = use(site, f" {told['code']} ", told["pin"])
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")
    mine = site.browser.get("/me")
    assert mine.status_code == 200
    assert "/me/password" not in mine.text
    assert [line["person"] for line in site.noted("card_used")] == [MEI]


@pytest.mark.parametrize(
    "path", ["/me/shifts", "/me/objections", "/me/objections/s1", "/board", "/board/jinning"]
)
def test_a_card_is_for_looking_at_her_hours_and_opens_no_other_room(site: Site, path: str) -> None:
    _, told = printed(site)
    use(site, told["code"], told["pin"])
    assert site.browser.get(path).status_code == 403
    assert path not in site.browser.get("/me").text


def test_the_whole_address_may_be_typed_too(site: Site) -> None:
    _, told = printed(site)
    assert use(site, told["address"], told["pin"]).status_code == 303


def test_what_is_wrong_is_one_sentence_and_the_fifth_locks_the_card(site: Site) -> None:
    _, told = printed(site)
    wrong = "407158" if told["pin"] != "407158" else "407159"
    for code, pin in (("", ""), ("x.y", "1"), (told["code"][:-1] + "\x00", wrong)):
        answer = use(site, code, pin)
        assert answer.status_code == 401
        assert "PIN 码错五次" in words_of(answer)
    for _ in range(TRIES_MOST):
        assert use(site, told["code"], wrong).status_code == 401
    locked = use(site, told["code"], told["pin"])
    assert locked.status_code == 401
    assert "此卡因 PIN 码多次输错已锁住" in words_of(locked)
    assert SID not in set_cookies(locked)
    assert "已锁住。" not in words_of(use(site, told["code"], wrong))


def test_what_was_typed_of_a_card_stays_and_the_pin_does_not(site: Site) -> None:
    _, told = printed(site)
    failure = use(site, told["code"], "wrong one")
    assert f'name="code" value="{told["code"]}"' in failure.text
    assert failure.text.count(told["code"]) == 1
    assert "wrong one" not in failure.text
    assert failure.headers["Cache-Control"] == "no-store"
    assert "<b>" not in use(site, '"><b>', "000000").text
    assert len(use(site, "x" * 9_000, "000000").text) < 9_000


def test_nothing_of_a_card_is_noted(site: Site) -> None:
    card, told = printed(site)
    secret = told["code"].partition(".")[2]
    use(site, told["code"], "000000")
    success = use(site, told["code"], told["pin"])
    noted = site.journal.getvalue().decode()
    for hidden in (secret, told["pin"], card):
        assert hidden not in noted
        assert hidden not in str(success.headers)


def test_the_page_for_cards_works_without_its_script(site: Site) -> None:
    answer = site.browser.get("/card")
    assert re.search(r'<input id="code" name="code"[^>]* required', answer.text)
    assert "hidden>" in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert use(site, "", "").status_code == 401
