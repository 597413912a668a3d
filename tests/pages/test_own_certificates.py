"""My certificates: what was certified of her, whether it still holds, on paper and for a check."""

import re

import pytest

from tests.pages.site import HE, Site, words_of
from tests.pages.test_check import NUMBER, PAPER, code_of, issued
from tests.pages.test_me import give, mine

__all__ = ["issued"]
PAGE = "/me/certificates"


def test_whoever_has_none_is_told_whom_to_ask(site: Site) -> None:
    site.signed_in()
    told = mine(site, PAGE)
    assert "您还没有证明" in told
    assert "志愿服务台" in told


def test_she_prints_it_and_anybody_may_check_it(issued: Site) -> None:
    issued.signed_in()
    told = mine(issued, PAGE).replace("\N{NO-BREAK SPACE}", " ")
    for fact in (NUMBER, code_of(issued), "有效，与账本记录一致", "2 小时"):
        assert fact in told, fact
    shown = issued.browser.get(PAGE).text
    paper = issued.browser.get(f"/v1/certificates/{PAPER}.pdf")
    assert f'href="/v1/certificates/{PAPER}.pdf"' in shown
    assert paper.content.startswith(b"%PDF")
    (check,) = re.findall(r'href="(/check/[^"]+)"', shown)
    checked = words_of(issued.browser.get(check))
    assert "此证明属实" in checked
    issuer = re.search(r"开具单位 \S+ 组织单位 \S+", checked)
    assert issuer
    assert issuer[0] in told


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_became_void_says_so_and_why(issued: Site, language: str) -> None:
    give(issued, "certificates/void", {"certificate": PAPER, "reason": "issued_by_mistake"})
    issued.signed_in()
    told = mine(issued, PAGE, lang=language)
    assert {"zh": "作废：误开", "en": "It is void since"}[language] in told
    assert {"zh": "有效，与", "en": "It holds"}[language] not in told


def test_nobody_sees_another_persons(issued: Site) -> None:
    issued.signed_in(HE)
    assert NUMBER not in mine(issued, PAGE)
    assert issued.browser.get(f"/v1/certificates/{PAPER}.pdf").status_code in {403, 404}


def test_whoever_is_not_signed_in_is_sent_to_the_sign_in(issued: Site) -> None:
    issued.browser.cookies.clear()
    answer = issued.browser.get(PAGE)
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/sign-in?next=%2Fme%2Fcertificates",
    )
