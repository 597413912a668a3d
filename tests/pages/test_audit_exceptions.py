"""What should be looked at: by kind, in words, with its evidence; and what was not found."""

import re

import pytest

from api.pages import words_of_audit
from api.pages.languages import Speech
from ledger.domain.authority import Role
from ledger.domain.funds import stream
from ledger.domain.values import FundId
from ledger.projections.detectors import Pattern
from ledger.projections.exceptions import DETECTORS
from tests.pages.site import Site, words_of
from tests.pages.test_audit import looked
from tests.pages.test_funds import grants
from tests.pages.town import Town
from tests.signing import signed

LIST = "/audit/exceptions"
ZH, EN = Speech("zh", elder=False), Speech("en", elder=False)


@pytest.fixture(scope="module", autouse=True)
def is_signed(town: Town, tmp_path_factory: pytest.TempPathFactory) -> None:
    signed(town.here.url, tmp_path_factory.mktemp("log"))


def test_every_kind_is_named_whether_it_was_found_or_not(town: Town) -> None:
    found, not_found = words_of(looked(town, f"{LIST}?looked=1")).split("查过而未发现的类别")
    for kind in DETECTORS.values():
        assert (kind.zh.title in found) is not (kind.zh.title in not_found), kind.zh.title
    assert "逝者的卡仍在就餐 1 1" in found


@pytest.mark.parametrize("path", [LIST, f"{LIST}/meals_after_death"])
@pytest.mark.parametrize("asked", ["", "community=xianhu"])
def test_a_page_is_there_before_anything_was_looked_for(town: Town, path: str, asked: str) -> None:
    first = looked(town, f"{path}?{asked}")
    (asks,) = re.findall(r'<div id="found" hx-get="([^"]+)"', first.text)
    assert asks.replace("&amp;", "&").strip("&") == f"{path}?looked=1&{asked}".strip("&")
    assert f'href="{asks}"' in first.text
    assert "需要几秒" in words_of(first)
    assert "hx-get" not in looked(town, asks.replace("&amp;", "&")).text


def test_a_finding_is_a_sentence_with_yuan_and_names_and_what_to_do(town: Town) -> None:
    answer = looked(town, f"{LIST}/payment_past_approval?looked=1")
    told = words_of(answer).replace("\N{NO-BREAK SPACE}", " ")
    assert "共 3,560.00 元。" in told
    assert " 分" not in told.partition("相关记录")[0]
    assert "请查明由谁批准" in told
    assert 'href="/funds/jinning-youth"' in answer.text
    assert re.search(r'href="/log/112\?[^"]+">#112<', answer.text)


def test_a_finding_about_a_person_names_nobody(town: Town) -> None:
    answer = looked(town, f"{LIST}/meals_after_death?looked=1")
    told = words_of(answer)
    assert "长者饭堂" in told
    assert not re.search(r"\w{8}-\w{4}-\w{4}", told)


def test_in_one_community_only_what_lies_there_is_found(town: Town) -> None:
    told = words_of(looked(town, f"{LIST}?looked=1&community=jinning")).partition(
        "查过而未发现的类别"
    )[0]
    assert "以历史付款入账" in told
    assert "逝者的卡仍在就餐" not in told
    empty = looked(town, f"{LIST}/meals_after_death?looked=1&community=jinning")
    assert "没有发现异常。" in words_of(empty)


@pytest.mark.parametrize("path", [f"{LIST}/nothing_of_the_kind", f"{LIST}?community=atlantis"])
def test_what_is_no_kind_and_no_community_is_not_there(town: Town, path: str) -> None:
    looked(town, path, status=404)


def test_pages_go_on_where_the_last_one_ended(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.pages.audit_exceptions.SHOWN", 1)
    first = looked(town, f"{LIST}/meals_after_death?looked=1")
    more = re.search(r'href="(/audit/exceptions/meals_after_death\?[^"]*after=[^"]+)"', first.text)
    assert more
    behind = more[1].replace("&amp;", "&")
    assert "没有发现异常。" in words_of(looked(town, behind))
    looked(town, f"{LIST}/payment_past_approval?{behind.partition('?')[2]}", status=400)


def test_on_a_ledger_with_nothing_in_it_nothing_is_found(site: Site) -> None:
    grants(site, Role.auditor)
    site.signed_in()
    site.caught_up()
    assert "没有发现异常。" in words_of(site.browser.get(f"{LIST}?looked=1"))


@pytest.mark.parametrize("pattern", Pattern)
def test_every_sentence_can_be_told_with_its_amounts_in_yuan(pattern: Pattern) -> None:
    for words, say in ((DETECTORS[pattern].zh, ZH), (DETECTORS[pattern].en, EN)):
        for text in (words.sentence, words.remedy):
            fields = re.findall(r"\{(\w+)\}", text)
            facts: dict[str, int | str] = dict.fromkeys(fields, 12_345)
            told = words_of_audit.found(text, facts, {}, say)
            assert "{" not in told
            assert ("123.45" in told) == any(each.endswith("_fen") for each in fields)
            assert not re.search(r"12345 (?:分(?!钟)|fen)", told)


def test_things_are_called_by_name_and_people_by_the_beginning_of_an_id() -> None:
    fund = FundId("jinning-youth")
    facts: dict[str, int | str] = {"fund": fund, "person": "91c9b0e3-ad1c-48d7-b699-fc4629faae26"}
    told = words_of_audit.found("{fund}: {person}", facts, {stream(fund): "少年宫"}, ZH)
    assert told == "少年宫: 91c9b0e3"
