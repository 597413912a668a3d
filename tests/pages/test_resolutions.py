"""Resolutions: entered as they were carried, shown with what rests on them, revoked for good."""

import re
from hashlib import sha256
from itertools import count

import pytest
from httpx2 import Response

from ledger.domain.authority import Role
from tests.pages.shifts_in_town import followed, twice
from tests.pages.site import OURS, words_of
from tests.pages.test_offices import XIANHU, signs_in
from tests.pages.town import Town

FORM = "/councils/places/jinning/resolution"
CITED = "/councils/resolutions/xianhu-xh-yst-2025-11-70739fd1"
CARRIED = {
    "document": sha256(b"signed").hexdigest(),
    "body": "residents_assembly",
    "decided_on": "2026-03-20",
    "votes.in_favour": "41",
    "votes.against": "3",
    "votes.abstained": "2",
    "covenant": "false",
}
BOOKS = {
    "payments.0.fund": "jinning-unrestricted",
    "payments.0.amount_most_yuan": "12,000.50",
    "payments.0.payee": "",
    "payments.0.purpose": "books",
    "subsidies.0.canteen": "",
    "subsidies.0.payer.kind": "",
    "subsidies.0.payer.name": "",
}
_numbers = count(1)


def test_a_resolution_is_recorded_once_she_is_sure(town: Town) -> None:
    town.becomes("registrar")
    before = town.tail()
    form = {"resolution": "jn-books", "key": "jn-books", **CARRIED, **BOOKS}
    asked = town.post(FORM, **form)
    assert "从资金" not in words_of(asked)
    assert "jinning-unrestricted" not in words_of(asked)
    assert "支出基金 社区基金 最多 12,000.50 元 用途 books" in words_of(asked)
    assert "由谁议决 村（居）民会议" in words_of(asked)
    assert town.tail() == before
    shown = told(twice(town, FORM, sure="1", **form))
    assert town.tail() == before + 1
    assert "决议已登记。" in shown
    assert "赞成 41，反对 3，弃权 2" in shown
    assert "最多 12,000.50 元" in shown
    assert "只有管理本社区资金的人员可以查看" in shown


def test_members_who_decided_alone_are_called_by_the_name_of_their_cooperative(town: Town) -> None:
    alone = {"body": "cooperative_members_assembly", "cooperative": "xianhu/xh-e1"}
    form = {"resolution": "xh-members", "key": key(), **CARRIED, **alone}
    signs_in(town, Role.registrar, XIANHU)
    shown = told(followed(town, town.post(FORM.replace("jinning", XIANHU), sure="1", **form)))
    assert "经济社 仙湖第一经济社(虚构)" in shown


def test_a_cooperative_that_stands_in_the_way_is_named_as_the_cause(town: Town) -> None:
    signs_in(town, Role.registrar, XIANHU)
    form = {"resolution": "xh-hall", **CARRIED, "cooperative": "xianhu/xh-e1"}
    answer = town.post(FORM.replace("jinning", XIANHU), key=key(), **form)
    cause = "选择了经济社 仙湖第一经济社(虚构)，但村（居）民会议不是该社的成员大会。"
    assert cause in words_of(answer)


def test_the_digest_is_taken_from_the_file_which_is_not_kept(town: Town) -> None:
    town.becomes("registrar")
    before = town.tail()
    files = {"file": ("决议.pdf", b"%PDF signed")}
    shown = town.browser.post(f"{FORM}/document", files=files, headers=OURS)
    assert f'value="{sha256(b"%PDF signed").hexdigest()}"' in shown.text
    assert "原件摘要已填入表中。" in words_of(shown)
    for name, content, wrong in (
        ("", b"", "请先选择文件。"),
        ("empty.pdf", b"", "此文件是空的。"),
        ("photo.jpg", bytes(3 * 1024 * 1024), "超过 2 MB"),
    ):
        nothing = {"file": (name, content)}
        shown = town.browser.post(f"{FORM}/document", files=nothing, headers=OURS)
        assert shown.status_code in {413, 422}
        assert wrong in words_of(shown)
        assert "计算摘要" in words_of(shown)
    assert town.tail() == before


def test_funds_are_chosen_by_name_and_only_those_of_the_community(town: Town) -> None:
    town.becomes("registrar")
    shown = town.browser.get(f"{FORM}?document={CARRIED['document']}").text
    for name in ("payments.0.fund", "purpose_changes.0.from_fund", "purpose_changes.0.to_fund"):
        chosen_from = shown.partition(f'<select id="{name}"')[2].partition("</select>")[0]
        assert '<option value="jinning-unrestricted">' in chosen_from, name
        assert "xianhu" not in chosen_from
    example = re.search(r"如基金代号 ([a-z-]+)", shown)
    assert example
    assert f'<option value="{example[1]}">' in shown, "it exists"


def test_the_paper_comes_first_and_its_digest_may_be_typed(town: Town) -> None:
    town.becomes("registrar")
    first = town.browser.get(FORM)
    assert "或填写原件摘要" in words_of(first)
    assert 'name="resolution"' not in first.text
    shown = town.browser.get(f"{FORM}?document={'ab' * 32}")
    assert f'value="{"ab" * 32}"' in shown.text
    assert 'name="resolution"' in shown.text


@pytest.mark.parametrize("typed", ["XYZ", "ab" * 31, "ab" * 33, "gg" * 32])
def test_what_is_no_digest_is_told_before_anything_else_is_typed(town: Town, typed: str) -> None:
    town.becomes("registrar")
    shown = town.browser.get(f"{FORM}?document={typed}")
    assert shown.status_code == 422
    assert 'id="document-wrong"' in shown.text
    assert "64" in words_of(shown).partition("有的内容填写不正确")[2]
    assert 'name="resolution"' not in shown.text
    capitals = town.browser.get(f"{FORM}?document={'AB' * 32}")
    assert f'value="{"ab" * 32}"' in capitals.text


@pytest.mark.parametrize(
    ("form", "told_to_her"),
    [
        ({"subsidies.0.payer.kind": ""}, "谁出资：须填写"),
        (
            {"subsidies.0.payer.kind": "enterprise"},
            "出资方缺少代号，或代号写法不对：企业让利。",
        ),
        (
            {"subsidies.0.payer.kind": "cooperative", "subsidies.0.payer.name": "e1"},
            "出资方缺少代号，或代号写法不对：经济社\N{NO-BREAK SPACE}e1。",
        ),
        (
            {
                "subsidies.0.payer.kind": "cooperative_of_the_eater",
                "subsidies.0.payer.name": "xianhu/xh-e1",
            },
            "代号写法不对：就餐人所在的经济社\N{NO-BREAK SPACE}xianhu/xh-e1。",
        ),
    ],
)
def test_whoever_pays_for_meals_is_named_and_no_code_is_told(
    town: Town, form: dict[str, str], told_to_her: str
) -> None:
    town.becomes("registrar")
    meals = {"subsidies.0.canteen": "jinning-canteen"} | form
    answer = town.post(FORM, key=key(), resolution="jn-pays", **CARRIED | BOOKS | meals)
    assert answer.status_code == 422
    assert told_to_her in answer.text
    assert "enterprise" not in words_of(answer)
    assert "cooperative_of" not in words_of(answer)


def test_a_row_more_is_there_once_the_first_is_filled(town: Town) -> None:
    town.becomes("registrar")
    digest = CARRIED["document"]
    assert 'name="payments.1.fund"' not in town.browser.get(f"{FORM}?document={digest}").text
    shown = town.post(FORM, again="1", **CARRIED, **BOOKS)
    assert shown.status_code == 200
    assert 'name="payments.1.fund"' in shown.text
    assert 'name="payments.2.fund"' not in shown.text
    assert 'name="subsidies.1.canteen"' not in shown.text
    assert 'value="12,000.50"' in shown.text


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"document": "abc"}, "document"),
        ({"votes.in_favour": "many"}, "votes.in_favour"),
        ({"votes.against": ""}, "votes.against"),
        ({"decided_on": "2026-02-30"}, "decided_on"),
        ({"payments.0.amount_most_yuan": "1.234"}, "payments.0.amount_most_yuan"),
        ({"payments.0.fund": "Two Words"}, "payments.0.fund"),
        ({"subsidies.0.canteen": "jinning-canteen"}, "subsidies.0.payer.kind"),
    ],
)
def test_what_is_not_as_it_must_be_is_told_at_its_field(
    town: Town, form: dict[str, str], field: str
) -> None:
    town.becomes("registrar")
    before = town.tail()
    answer = town.post(FORM, key=key(), resolution="jn-bad", **CARRIED | BOOKS | form)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text
    assert town.tail() == before


@pytest.mark.parametrize(
    ("form", "told_to_her"),
    [
        ({"votes.against": "41"}, "决议未获通过"),
        ({"body": "cooperative_members_assembly"}, "社区基金 的资金不能由 经济社成员大会 决定"),
        ({"payments.0.fund": "no-such-fund"}, "no-such-fund"),
        ({"payments.0.fund": "xianhu-unrestricted"}, "xianhu-unrestricted"),
        ({"decided_on": "2099-01-01"}, "2099年1月1日"),
        ({"discussed_on": "2026-03-21"}, "2026年3月21日"),
    ],
)
def test_what_no_body_may_decide_is_refused_and_stays_in_the_form(
    town: Town, form: dict[str, str], told_to_her: str
) -> None:
    town.becomes("registrar")
    before = town.tail()
    answer = town.post(FORM, key=key(), resolution="jn-no", sure="1", **CARRIED | BOOKS | form)
    assert answer.status_code in {404, 409, 422}
    assert told_to_her in words_of(answer)
    assert 'value="12,000.50"' in answer.text
    assert town.tail() == before


def test_what_rests_on_it_is_told_and_led_to_for_whoever_may_look(town: Town) -> None:
    town.becomes("auditor")
    shown = town.browser.get(CITED)
    assert "/policies/xianhu-canteen?version=1" in shown.text
    assert "/settlements/xianhu-canteen/2026-02" in shown.text
    assert "/audit/settlements/xianhu-canteen/2026-02" in shown.text
    assert town.browser.get("/audit/settlements/xianhu-canteen/2026-02").status_code == 200
    town.becomes("volunteer")
    shown = town.browser.get(CITED)
    assert "长者饭堂的补助标准" in words_of(shown)
    assert "/policies/" not in shown.text
    assert "/settlements/" not in shown.text


def test_a_payment_leads_to_its_resolution_and_back(town: Town) -> None:
    name = recorded(town)
    town.becomes("fund-manager")
    form = {"payee": "xinhua-books", "amount_yuan": "100", "purpose": "books", "resolution": name}
    asked = town.post("/funds/jinning-unrestricted/request", key=key(), sure="1", **form)
    assert asked.status_code == 303, words_of(asked)
    shown = town.browser.get(f"/councils/resolutions/{name}?at_least={town.tail()}")
    assert "100.00" in words_of(shown)
    path = shown.text.partition('href="/funds/jinning-unrestricted/payments/')[2].partition('"')[0]
    back = town.browser.get(f"/funds/jinning-unrestricted/payments/{path}")
    assert f'href="/councils/resolutions/{name}"' in back.text
    town.becomes("registrar")
    assert "100.00" not in words_of(town.browser.get(f"/councils/resolutions/{name}"))


def test_it_is_revoked_once_and_for_good(town: Town) -> None:
    page = f"/councils/resolutions/{recorded(town)}"
    before, form = town.tail(), {"reason": "replaced", "revoked_on": "2026-03-25"}
    asked = town.post(f"{page}/revoke", key="revoke", **form)
    assert "已由另一项决议取代" in words_of(asked)
    assert town.tail() == before
    shown = twice(town, f"{page}/revoke", key="revoke", sure="1", **form)
    assert town.tail() == before + 1
    assert "2026年3月25日撤销：已由另一项决议取代" in words_of(shown)
    assert "/revoke" not in shown.text
    late = town.post(f"{page}/revoke", key=key(), sure="1", **form)
    assert late.status_code == 409
    listed = words_of(town.browser.get("/councils?community=jinning&standing=revoked"))
    assert page.rpartition("/")[2] in listed


def test_before_it_was_decided_it_cannot_be_revoked(town: Town) -> None:
    page = f"/councils/resolutions/{recorded(town)}"
    form = {"reason": "void", "revoked_on": "2026-03-01"}
    refused = town.post(f"{page}/revoke", key=key(), **form)
    assert refused.status_code == 422
    assert 'value="2026-03-01"' in refused.text


def test_the_register_is_narrowed_and_goes_on(town: Town) -> None:
    town.becomes("registrar")
    for _ in range(31):
        recorded(town)
    first = town.browser.get("/councils?community=jinning&body=residents_assembly&standing=")
    assert "xianhu-xh" not in first.text
    following = first.text.partition("更早的决议")[0].rpartition('href="')[2].partition('"')[0]
    second = town.browser.get(following.replace("&amp;", "&"))
    assert second.status_code == 200
    assert words_of(second) != words_of(first)
    nothing = town.browser.get("/councils?community=jinning&body=three_party_meeting")
    assert "没有符合条件的决议。" in words_of(nothing)
    assert town.browser.get("/councils?community=atlantis&body=x&standing=y").status_code == 200


@pytest.mark.parametrize("word", ["auditor", "fund-manager", "volunteer"])
def test_whoever_keeps_no_register_reads_and_changes_nothing(town: Town, word: str) -> None:
    town.becomes(word)
    before, shown = town.tail(), town.browser.get(CITED)
    assert "赞成" in words_of(shown)
    assert "<form" not in shown.text.partition("<main")[2]
    assert town.browser.get(FORM).status_code == 403
    assert town.post(FORM, key=key(), resolution="jn-z", **CARRIED).status_code == 403
    refused = town.post(f"{CITED}/revoke", key=key(), reason="void", revoked_on="2026-03-25")
    assert refused.status_code == 403
    assert town.tail() == before


def test_a_registrar_of_another_community_records_nothing_here(town: Town) -> None:
    page = f"/councils/resolutions/{recorded(town)}"
    signs_in(town, Role.registrar, XIANHU)
    assert town.browser.get(FORM).status_code == 404
    assert town.post(FORM, key=key(), resolution="jn-z", **CARRIED).status_code == 404
    assert "/revoke" not in town.browser.get(page).text
    form = {"reason": "void", "revoked_on": "2026-03-25"}
    assert town.post(f"{page}/revoke", key=key(), **form).status_code == 404


# -- short words ---------------------------------------------------------------------------------


def recorded(town: Town) -> str:
    """A resolution that allows payments for books; the registrar is signed in."""
    town.becomes("registrar")
    name = f"jn-test-{next(_numbers)}"
    form = {"resolution": name, "sure": "1", **CARRIED, **BOOKS}
    followed(town, town.post(FORM, key=name, **form))
    return name


def key() -> str:
    return f"resolution-{next(_numbers)}"


def told(shown: Response) -> str:
    return words_of(shown).replace("\N{NO-BREAK SPACE}", " ")
