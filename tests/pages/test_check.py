"""The check of a certificate: one sentence, its figures beside it, and never a name."""

import re
from typing import Any

import pytest

from ledger.access import limits
from ledger.domain.values import CertificateNumber
from tests.builders import CLERK, JINNING
from tests.pages.site import MEI, Site, words_of
from tests.pages.test_me import give, served

PAPER = "00000000-0000-4000-8000-0000000000c1"
NUMBER = CertificateNumber("jinning-2026-0001")
GENUINE, NONE = "此证明属实，与账本记录一致", "没有与此编号和校验码相符的证明"


@pytest.fixture
def issued(site: Site) -> Site:
    """A site whose ledger has certified two hours of Mei's."""
    served(site, "sweep", 8, 10)
    period = {"first_day": "2026-03-01", "last_day": "2026-03-02"}
    named = {"certificate": PAPER, "person": MEI, "community": JINNING}
    give(site, "certificates/issue", named | period)
    site.caught_up()
    return site


def code_of(site: Site, number: CertificateNumber = NUMBER) -> str:
    return site.open_ledger.ways.check_codes.code_of(number)


def looked(site: Site, path: str = f"/check/{NUMBER}", **asked: str) -> tuple[int, str]:
    site.caught_up()
    answer = site.browser.get(path, params=asked)
    return answer.status_code, words_of(answer)


def test_the_paper_leads_to_one_sentence_and_its_figures(issued: Site) -> None:
    status, told = looked(issued, code=code_of(issued))
    assert status == 200
    assert GENUINE in told
    for fact in ("2 小时", "2026年3月1日至2026年3月2日", "社区居（村）委会", NUMBER):
        assert fact in told.replace("\N{NO-BREAK SPACE}", " "), fact
    assert "凭本人或负责人陈述登记" in told
    assert "演示账本" in told, "a test ledger says so"


def test_in_english_it_says_the_same_and_the_other_language_is_one_step_away(issued: Site) -> None:
    code = code_of(issued)
    answer = issued.browser.get(f"/check/{NUMBER}", params={"code": code, "lang": "en"})
    assert "genuine, and the ledger agrees" in words_of(answer)
    href = re.search(r'href="(/check/[^"]*lang=zh)"', answer.text)
    assert href is not None
    back = issued.browser.get(href[1].replace("&amp;", "&"))
    assert GENUINE in words_of(back), "number and code are kept"


def test_nobody_is_named_and_no_id_is_shown(issued: Site) -> None:
    text = issued.browser.get(f"/check/{NUMBER}", params={"code": code_of(issued)}).text
    for hidden in (MEI, CLERK, PAPER, "第1人"):
        assert hidden not in text


def test_number_and_code_may_be_typed_instead(issued: Site) -> None:
    status, told = looked(issued, "/check")
    assert (status, GENUINE in told, NONE in told) == (200, False, False)
    typed = {"number": " Jinning－2026－0001", "code": code_of(issued).lower().replace("-", " ")}
    assert GENUINE in looked(issued, "/check", **typed)[1]


def test_without_a_code_nothing_is_told_but_the_form(issued: Site) -> None:
    status, told = looked(issued)
    assert status == 200
    assert GENUINE not in told
    assert "2 小时" not in told.replace("\N{NO-BREAK SPACE}", " ")
    answer = issued.browser.get(f"/check/{NUMBER}")
    assert f'name="number" value="{NUMBER}"' in answer.text
    scripts = re.findall("<script[^>]*>", answer.text)
    assert all("/static/switching" in each for each in scripts), "what is told needs no script"


@pytest.mark.parametrize(
    ("number", "right_code"),
    [(NUMBER, False), ("jinning-2026-0002", True), ("jinning-2026-0002", False), ("<b>x", False)],
)
def test_whatever_is_wrong_is_one_sentence(issued: Site, number: str, right_code: bool) -> None:
    code = code_of(issued, CertificateNumber(number)) if right_code else "0000-0000-0000"
    status, told = looked(issued, "/check", number=number, code=code)
    assert status == 404
    assert NONE in told
    assert GENUINE not in told
    assert "<b>x" not in issued.browser.get("/check", params={"number": number, "code": code}).text


def voided(site: Site) -> None:
    give(site, "certificates/void", {"certificate": PAPER, "reason": "issued_by_mistake"})


def reversed_(site: Site) -> None:
    told: dict[str, Any] = {"shift": "sweep", "person": MEI, "reason": "found_false"}
    give(site, "service/reverse", told)


def test_what_is_no_longer_right_says_so_and_what_is_void_too(issued: Site) -> None:
    reversed_(issued)
    _, told = looked(issued, code=code_of(issued))
    assert "自2026年3月2日起，账本记录与其不一致" in told
    assert GENUINE not in told
    voided(issued)
    _, told = looked(issued, code=code_of(issued))
    assert "此证明已于2026年3月2日作废，请勿采信" in told
    assert "误开" in told
    assert "所依据的记录于2026年3月2日更正" in told


def test_tries_are_counted_and_the_page_says_how_long_to_wait(
    issued: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "EVEN_TRIES", {limits.Kind.check: 2})
    for _ in range(2):
        assert looked(issued, code="0000-0000-0000")[0] == 404
    issued.caught_up()
    answer = issued.browser.get(f"/check/{NUMBER}", params={"code": code_of(issued)})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "尝试次数过多" in words_of(answer)
    assert GENUINE not in words_of(answer)


def test_neither_number_nor_code_is_noted(issued: Site) -> None:
    looked(issued, code=code_of(issued))
    issued.noted()
    noted = issued.journal.getvalue().decode()
    assert "/check/{number}" in noted
    assert code_of(issued) not in noted
    assert NUMBER not in noted
