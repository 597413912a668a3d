"""Certificates: what one would say is shown before it is issued, and nobody issues her own."""

import re
from itertools import count

import pytest
from httpx2 import Response

from ledger.demo.staff import VOLUNTEER
from ledger.domain.authority import Role
from tests.pages.shifts_in_town import followed, twice
from tests.pages.site import words_of
from tests.pages.test_offices import JINNING, XIANHU, registers, signs_in
from tests.pages.town import Town

PAGE = f"/offices/people/{VOLUNTEER}/certificates"
TEAM = {"community": "jinning/mutual-aid", "first_day": "", "last_day": "2026-11-01"}
_numbers = count(1)


@pytest.mark.parametrize("word", ["registrar", "approver"])
def test_what_it_would_say_is_shown_before_it_is_issued(town: Town, word: str) -> None:
    town.becomes(word)
    before, form = town.tail(), {"key": f"paper-of-{word}", **TEAM}
    asked = told(town.post(f"{PAGE}/issue", **form))
    assert "街坊志愿互助会 · 金宁社区" in asked
    assert re.search(
        r"编号 jinning-\d{4}-\d{4}；如另有证明先开具，则顺延 服务时长合计 2 小时", asked
    )
    assert "2026年11月1日" in asked
    assert "2026-11-01" not in asked
    assert "计入的记录数 1" in asked
    assert town.tail() == before
    shown = twice(town, f"{PAGE}/issue", sure="1", **form)
    assert town.tail() == before + 2
    assert "证明已开具。" in words_of(shown)
    assert "有效，与账本记录一致" in words_of(shown)
    paper = re.findall(r'href="(/v1/certificates/[^"]+\.pdf)"', shown.text)[0]
    assert town.browser.get(paper).content.startswith(b"%PDF")
    check = re.findall(r'href="(/check/[^"]+)"', shown.text)[0]
    assert "此证明属实" in words_of(town.browser.get(check))


def test_whoever_confirms_is_told_her_name_and_that_the_paper_has_none(town: Town) -> None:
    issued(town)
    town.becomes("approver")
    shown = words_of(town.browser.get(PAGE))
    assert "V01(例)" in shown
    assert "由您打印的证明上没有姓名" in shown
    assert f'href="/offices/people/{VOLUNTEER}"' not in town.browser.get(PAGE).text
    town.becomes("registrar")
    assert "由您打印的证明上没有姓名" not in words_of(town.browser.get(PAGE))


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"community": ""}, "community"),
        ({"community": "Two Words"}, "community"),
        ({"last_day": ""}, "last_day"),
        ({"first_day": "2026-02-30"}, "first_day"),
    ],
)
def test_what_is_not_as_it_must_be_is_told_at_its_field(
    town: Town, form: dict[str, str], field: str
) -> None:
    town.becomes("registrar")
    before, answer = town.tail(), town.post(f"{PAGE}/issue", key=key(), **TEAM | form)
    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert town.tail() == before


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"community": "jinning"}, 409),
        ({"community": "jinning/no-such"}, 404),
        ({"community": "atlantis"}, 404),
        ({"last_day": "2099-01-01"}, 422),
        ({"first_day": "2026-05-01", "last_day": "2026-04-01"}, 422),
    ],
)
def test_what_cannot_be_certified_is_told_in_words(
    town: Town, form: dict[str, str], status: int
) -> None:
    town.becomes("registrar")
    before, answer = town.tail(), town.post(f"{PAGE}/issue", key=key(), sure="1", **TEAM | form)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert "开具证明" in words_of(answer)
    assert town.tail() == before


def test_it_is_voided_once_with_a_reason(town: Town) -> None:
    name = issued(town)
    before, form = town.tail(), {"certificate": name, "reason": "issued_by_mistake"}
    asked = town.post(f"{PAGE}/void", key="void", **form)
    assert re.search(r"证明 jinning-\d{4}-\d{4} 原因 误开", words_of(asked)), words_of(asked)
    assert town.tail() == before
    shown = twice(town, f"{PAGE}/void", key="void", sure="1", **form)
    assert town.tail() == before + 1
    assert "作废：误开" in words_of(shown)
    again = town.post(f"{PAGE}/void", key=key(), sure="1", **form)
    assert again.status_code == 409
    nothing = town.post(f"{PAGE}/void", key=key(), certificate="", reason="")
    assert nothing.status_code == 422


def test_nobody_issues_her_own(town: Town) -> None:
    herself = signs_in(town, Role.registrar)
    page = f"/offices/people/{herself}/certificates"
    assert "不能为自己开具或作废证明" in words_of(town.browser.get(page))
    assert "<form" not in town.browser.get(page).text.partition("<main")[2]
    refused = town.post(f"{page}/issue", key=key(), sure="1", **TEAM)
    assert refused.status_code == 403
    assert 'role="alert"' in refused.text


def test_whoever_has_none_has_an_empty_page_and_her_page_leads_there(town: Town) -> None:
    person = registers(town, JINNING)
    town.becomes("registrar")
    page = town.browser.get(f"/offices/people/{person}?at_least={town.tail()}")
    assert f'href="/offices/people/{person}/certificates"' in page.text
    assert "还没有开具证明" in words_of(town.browser.get(f"/offices/people/{person}/certificates"))


def test_a_page_of_service_leads_there(town: Town) -> None:
    town.becomes("approver")
    page = town.browser.get(f"/board/jinning/shifts/s2/people/{VOLUNTEER}")
    assert f'href="{PAGE}"' in page.text
    town.becomes("leader")
    page = town.browser.get(f"/board/jinning/shifts/s2/people/{VOLUNTEER}")
    assert f'href="{PAGE}"' not in page.text


@pytest.mark.parametrize("word", ["leader", "clerk", "cashier", "administrator"])
def test_whoever_has_no_work_there_stands_outside(town: Town, word: str) -> None:
    town.becomes(word)
    before = town.tail()
    assert town.browser.get(PAGE).status_code == 403
    assert town.post(f"{PAGE}/issue", key=key(), sure="1", **TEAM).status_code == 403
    assert town.tail() == before


def test_an_auditor_reads_them_and_issues_none(town: Town) -> None:
    issued(town)
    town.becomes("auditor")
    shown = town.browser.get(PAGE)
    assert "<form" not in shown.text.partition("<main")[2]
    assert "V01" not in words_of(shown)


def test_of_another_community_nothing_is_known(town: Town) -> None:
    signs_in(town, Role.registrar, XIANHU)
    assert town.browser.get(PAGE).status_code == 404
    assert town.post(f"{PAGE}/issue", key=key(), sure="1", **TEAM).status_code == 404
    assert town.post(f"{PAGE}/dance", key=key()).status_code == 404


def test_somebody_is_certified_where_she_lives_by_whoever_works_there(town: Town) -> None:
    signs_in(town, Role.confirmer, JINNING)
    shown = town.browser.get(PAGE)
    assert '<option value="jinning/mutual-aid">' in shown.text
    assert "xianhu" not in shown.text


# -- short words ---------------------------------------------------------------------------------


def issued(town: Town) -> str:
    """The id of a certificate that the registrar, who is signed in, has issued."""
    town.becomes("registrar")
    shown = followed(town, town.post(f"{PAGE}/issue", key=key(), sure="1", **TEAM))
    return str(re.findall(r'href="/v1/certificates/([^"]+)\.pdf"', shown.text)[0])


def key() -> str:
    return f"certificate-{next(_numbers)}"


def told(shown: Response) -> str:
    return words_of(shown).replace("\N{NO-BREAK SPACE}", " ")
