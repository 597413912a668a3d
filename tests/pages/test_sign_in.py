"""Signing in: a new session each time, one sentence for whatever is wrong, and nowhere but here."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.pages.fields import FIELDS_MOST
from ledger.access.limits import FREE_TRIES
from tests.access.acting import disable
from tests.pages.site import MEI, OURS, PASSWORD, SID, Site, set_cookies, words_of

WRONG = "not that one at all"
NOBODY = "10000004"
WINDOW = "Path=/; Secure; HttpOnly; SameSite=Lax"


def test_the_right_password_leads_to_her_own_hours(site: Site) -> None:
    answer = site.sign_in(site.enrolled())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")
    secret, _, attributes = set_cookies(answer)[SID].partition("; ")
    assert len(secret) == 43
    assert attributes == WINDOW
    assert site.browser.get("/me").status_code == 200


@pytest.mark.parametrize("typed", ["her own", NOBODY, "10000009", "陈梅", ""])
def test_whatever_is_wrong_is_answered_with_the_same_sentence(site: Site, typed: str) -> None:
    number = site.enrolled()
    answer = site.sign_in(number if typed == "her own" else typed, WRONG)
    assert answer.status_code == 401
    assert "账号或密码不对" in words_of(answer)
    assert WRONG not in answer.text
    assert SID not in set_cookies(answer)


def test_a_disabled_account_is_answered_as_a_wrong_password(site: Site) -> None:
    number = site.enrolled()
    disable(site.ledger)
    disabled = site.sign_in(number)
    wrong = site.sign_in(number, WRONG)
    assert disabled.status_code == wrong.status_code == 401
    assert disabled.text == wrong.text


def test_the_number_that_was_typed_stays_and_cannot_become_part_of_the_page(site: Site) -> None:
    answer = site.sign_in('"><script>alert(1)</script>', WRONG)
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_a_planted_session_is_never_adopted(site: Site) -> None:
    planted = "A" * 43
    answer = site.browser.post(
        "/sign-in",
        data={"number": site.enrolled(), "password": PASSWORD},
        headers=OURS | {"Cookie": f"{SID}={planted}"},
    )
    secret = set_cookies(answer)[SID].partition(";")[0]
    assert secret != planted
    site.browser.cookies.clear()
    mine = site.browser.get("/me", headers={"Cookie": f"{SID}={planted}"})
    assert mine.headers["Location"] == "/sign-in?next=%2Fme"


def test_signing_in_again_ends_the_session_before(site: Site) -> None:
    number = site.enrolled()
    site.sign_in(number)
    first = site.secret
    site.sign_in(number)
    assert site.secret != first
    site.browser.cookies.clear()
    assert site.browser.get("/me", headers={"Cookie": f"{SID}={first}"}).status_code == 303


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/me/sessions", "/me/sessions"),
        ("/me/password", "/me/password"),
        ("", "/me"),
        ("/", "/me"),
        ("//evil.example", "/me"),
        ("///evil.example", "/me"),
        (r"/\evil.example", "/me"),
        (r"\\evil.example", "/me"),
        ("https://evil.example/me", "/me"),
        ("https:evil.example", "/me"),
        ("javascript:alert(1)", "/me"),
        ("/me\r\nSet-Cookie: a=b", "/me"),
        ("/me?x=//evil.example", "/me"),
        ("/me/../../evil", "/me"),
        ("/%2f%2fevil.example", "/me"),
        ("/@evil.example", "/me"),
        (" /me/sessions", "/me"),
        ("/me\t/sessions", "/me"),
        ("/" + "a" * 300, "/me"),
    ],
)
def test_nobody_is_led_anywhere_but_to_a_page_of_ours(
    shared_site: Site, wanted: str, leads_to: str
) -> None:
    answer = shared_site.sign_in(shared_site.enrolled(), next=wanted)
    assert answer.headers["Location"] == leads_to
    shown = shared_site.browser.get("/sign-in", params={"next": wanted})
    kept = leads_to if leads_to != "/me" else ""
    assert f'name="next" value="{kept}"' in shown.text


def test_after_five_failures_she_waits_and_is_told_how_long(site: Site) -> None:
    number = site.enrolled()
    for _ in range(FREE_TRIES):
        assert site.sign_in(number, WRONG).status_code == 401
    answer = site.sign_in(number)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 15
    assert f"请等 {answer.headers['Retry-After']} 秒" in words_of(answer)
    with site.owner() as connection:
        connection.execute("UPDATE access.attempt SET free_at = free_at - interval '15 seconds'")
    assert site.sign_in(number).status_code == 303


def test_a_hundred_tries_at_once_compare_no_more_than_a_few_and_others_go_on(site: Site) -> None:
    number = site.enrolled()
    with ThreadPoolExecutor(20) as pool:
        tries = [pool.submit(site.sign_in, number, WRONG) for _ in range(100)]
        assert site.browser.get("/healthz").status_code == 200
        statuses = [each.result().status_code for each in tries]
    assert statuses.count(401) <= FREE_TRIES
    assert set(statuses) <= {401, 429, 503}
    with site.owner() as connection:
        connection.execute("UPDATE access.attempt SET free_at = now() - interval '20 minutes'")
    assert site.sign_in(number).status_code == 303


def test_whoever_comes_when_many_wait_is_told_to_come_back(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.entrance.WAITING_MOST", -2)
    answer = site.sign_in(site.enrolled())
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"number=" + b"1" * 20_000, "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 415),
        (b"number=%ff", "application/x-www-form-urlencoded", 400),
        (
            b"&".join(b"a=1" for _ in range(FIELDS_MOST + 1)),
            "application/x-www-form-urlencoded",
            400,
        ),
    ],
)
def test_a_form_that_is_none_is_refused_with_a_page(
    shared_site: Site, body: bytes, kind: str, status: int
) -> None:
    answer = shared_site.browser.post(
        "/sign-in", content=body, headers=OURS | {"Content-Type": kind}
    )
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")


# -- what is noted -----------------------------------------------------------------------------


def test_what_is_noted_names_nobody_before_she_has_shown_who_she_is(site: Site) -> None:
    number = site.enrolled()
    site.sign_in(number, WRONG)
    [failure] = site.noted("sign_in_failed")
    assert (failure["person"], failure["reason"]) == (None, "password")
    site.sign_in(number)
    [success] = site.noted("signed_in")
    assert success["person"] == MEI
    assert success["address"] == failure["address"]
    noted = site.journal.getvalue().decode()
    for secret in (number, WRONG, PASSWORD, site.secret, "testclient"):
        assert secret not in noted


def test_a_newline_forges_no_line_of_the_log(site: Site) -> None:
    site.sign_in('1\n{"kind":"signed_in"}', WRONG)
    assert not site.noted("signed_in")
    assert len(site.noted()) == 1
