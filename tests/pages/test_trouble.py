"""A person who went astray, or whom the ledger failed, is shown a page; a program is told JSON."""

import pytest

from tests.pages.site import Site, words_of

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PROGRAMS = ["*/*", "application/json", "application/problem+json, text/html;q=0.5", ""]


def failing(*_: object, **__: object) -> None:
    raise ZeroDivisionError("secret of the inside")


@pytest.mark.parametrize("path", ["/nothing", "/public/leagues", "/me/", "/no%20such"])
def test_whoever_looks_for_what_is_not_there_is_shown_a_page(shared_site: Site, path: str) -> None:
    answer = shared_site.browser.get(path, headers={"Accept": BROWSER})
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    told = words_of(answer)
    assert "此网址没有内容。 请核对网址，或从首页开始。" in told
    assert "openapi" not in answer.text
    english = shared_site.browser.get(f"{path}?lang=en", headers={"Accept": BROWSER})
    assert "There is nothing at this address." in words_of(english)
    shared_site.browser.cookies.clear()


def test_whoever_is_signed_in_finds_her_way_on(site: Site) -> None:
    site.signed_in()
    shown = site.browser.get("/nothing", headers={"Accept": BROWSER})
    assert 'href="/me"' in shown.text


def test_an_address_that_only_takes_forms_is_no_page_to_open(shared_site: Site) -> None:
    answer = shared_site.browser.get("/sign-out", headers={"Accept": BROWSER})
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "此网址不能这样打开或提交。" in words_of(answer)


@pytest.mark.parametrize("accepts", PROGRAMS)
def test_a_program_is_told_as_ever(shared_site: Site, accepts: str) -> None:
    answer = shared_site.browser.get("/no-such-page", headers={"Accept": accepts})
    assert answer.status_code == 404
    assert answer.json()["code"] == "path_must_exist"


@pytest.mark.parametrize("path", ["/v1", "/v1/nothing"])
def test_the_api_speaks_to_programs_whatever_asks(shared_site: Site, path: str) -> None:
    answer = shared_site.browser.get(path, headers={"Accept": BROWSER})
    assert answer.json()["code"] == "path_must_exist"


def test_a_failure_is_a_page_with_a_reference_and_nothing_of_the_inside(
    shared_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pages.welcome.page", failing)
    answer = shared_site.browser.get("/", headers={"Accept": BROWSER})
    assert answer.status_code == 500
    assert f"并将编号 {answer.headers['X-Request-ID']} 告知管理员。" in words_of(answer)
    assert "未写入" not in words_of(answer), "the step that leads here may have been recorded"
    assert "secret" not in answer.text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert shared_site.browser.get("/").json()["code"] == "answer_must_not_fail"


def test_where_no_page_can_be_drawn_the_failure_is_told_all_the_same(
    shared_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pages.welcome.page", failing)
    monkeypatch.setattr("api.pages.routing.page", failing)
    answer = shared_site.browser.get("/", headers={"Accept": BROWSER})
    assert answer.status_code == 500
    assert answer.json()["code"] == "answer_must_not_fail"
