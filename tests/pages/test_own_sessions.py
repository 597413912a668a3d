"""Own sessions: seen, ended one by one or all, and all but one gone with a new password."""

import re

from httpx2 import Response

from api.sweeping import sweep
from tests.access.acting import disable
from tests.pages.site import HE, MEI, PASSWORD, SID, Site, set_cookies, words_of

NEW = "another 荔枝 in May"
WINDOW = "Path=/; Secure; HttpOnly; SameSite=Lax"


def listed(site: Site) -> list[str]:
    """The ids of the sessions that the page shows."""
    return re.findall(
        r'name="session" value="([a-z0-9]{12})"', site.browser.get("/me/sessions").text
    )


def works(site: Site, secret: str) -> bool:
    site.browser.cookies.clear()
    return site.browser.get("/me", headers={"Cookie": f"{SID}={secret}"}).status_code == 200


def change(site: Site, old: str = PASSWORD, new: str = NEW) -> Response:
    return site.post("/me/password", {"password": old, "new-password": new})


def test_signing_out_empties_the_browser(site: Site) -> None:
    site.signed_in()
    answer = site.post("/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert set_cookies(answer)[SID] == f"; {WINDOW}; Max-Age=0"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert [line["person"] for line in site.noted("signed_out")] == [MEI]


def test_whoever_is_not_signed_in_cannot_sign_out(site: Site) -> None:
    answer = site.post("/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert not site.noted("signed_out")


def test_she_ends_one_of_her_sessions_and_the_other_goes_on(site: Site) -> None:
    number = site.enrolled()
    site.sign_in(number)
    first = site.secret
    [elsewhere] = listed(site)
    site.browser.cookies.clear()
    site.sign_in(number)
    second = site.secret
    assert len(listed(site)) == 2
    assert site.post("/me/sessions/end", {"session": elsewhere}).status_code == 303
    assert not works(site, first)
    assert works(site, second)


def test_a_new_password_is_said_to_hold(site: Site) -> None:
    site.signed_in()
    answer = change(site)
    assert "密码已修改" in words_of(site.browser.get(answer.headers["Location"]))
    assert "密码已修改" not in words_of(site.browser.get("/me/sessions"))


def test_she_ends_all_of_them(site: Site) -> None:
    site.signed_in()
    assert site.post("/me/sessions/end", {"all": "1"}).status_code == 303
    assert site.browser.get("/me/sessions").headers["Location"] == "/sign-in?next=%2Fme%2Fsessions"


def test_nobody_ends_anothers_session(site: Site) -> None:
    secret = site.signed_in(MEI)
    [hers] = listed(site)
    site.browser.cookies.clear()
    site.signed_in(HE)
    site.post("/me/sessions/end", {"session": hers})
    assert not site.noted("session_ended")
    assert works(site, secret)


def test_a_new_password_ends_every_other_session_and_renews_this_one(site: Site) -> None:
    number = site.enrolled()
    site.sign_in(number)
    first = site.secret
    site.browser.cookies.clear()
    site.sign_in(number)
    second = site.secret
    assert change(site).headers["Location"] == "/me/sessions?done=password"
    third = site.secret
    assert third not in (first, second)
    assert works(site, third)
    assert not works(site, first)
    assert not works(site, second)
    assert site.sign_in(number).status_code == 401
    assert site.sign_in(number, NEW).status_code == 303


def test_the_present_password_is_asked_and_a_weak_one_is_none(site: Site) -> None:
    site.signed_in()
    wrong = change(site, old="not that one at all")
    assert wrong.status_code == 401
    assert "现在的密码不对" in words_of(wrong)
    weak = change(site, new="zhiyuanzhe")
    assert weak.status_code == 422
    assert "很多人在用" in words_of(weak)
    assert site.browser.get("/me").status_code == 200


def test_guessing_the_present_password_must_wait_as_guessing_at_the_door(site: Site) -> None:
    site.signed_in()
    statuses = [change(site, old="not that one at all").status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]


def test_a_disabled_account_changes_no_password(site: Site) -> None:
    site.signed_in()
    disable(site.ledger)
    assert change(site).status_code == 401
    assert not site.noted("password_changed")


def test_what_has_ended_is_swept_away_and_what_lasts_stays(site: Site) -> None:
    number = site.enrolled()
    site.sign_in(number)
    with site.owner() as connection:
        connection.execute("UPDATE access.session SET ends_at = now()")
        connection.execute("UPDATE access.attempt SET free_at = now() - interval '2 days'")
        site.browser.cookies.clear()
        site.sign_in(number)
        kept = connection.execute("SELECT count(*) FROM access.session").fetchall()
        assert (kept, sweep(connection)) == ([(2,)], 1)
    assert site.browser.get("/me").status_code == 200
