"""Documents over HTTP: given to whoever may read what they are of, with a name for fewer."""

import re
from collections.abc import Iterator

import pytest
from httpx2 import Response

from ledger.domain.authority import Role
from ledger.domain.values import CommunityId, PersonId
from ledger.vault import views
from tests.api.exemplary import NAMED, Exemplary
from tests.api.test_certificates import FIRST, MEI, NUMBER, SECOND, issue, reverse, serve, void
from tests.api.test_rights import volunteer
from tests.api.town import Town, accepted, problem
from tests.builders import JINNING, MEAL_FUND, person
from tests.documents.sheets import codes_of, text_of

XILIAN = CommunityId("xilian")
STRANGER = person(40)
SUFFIX = ".pdf"


READ_AT = {f"funds/{{fund}}/receipts/{{receipt}}{SUFFIX}": "funds/{fund}/lots/{receipt}"}
"""Where that is read which a document is of, if the path does not say it."""


@pytest.fixture
def issued(town: Town) -> Town:
    """A town that has certified two hours of Mei's."""
    serve(town)
    accepted(issue(town))
    return town


def printed(town: Town, path: str, token: str | None = None) -> Response:
    answer = town.read(f"{path}{SUFFIX}", token=token)
    assert answer.status_code == 200, answer.text
    return answer


def name_of(town: Town, who: PersonId) -> str:
    name: str = town.found(f"persons/{who}/contact")["contact"]["name"]
    return name


def looks_at(town: Town, who: PersonId) -> list[PersonId]:
    """Who looked at her papers, as it is kept beside the log."""
    with town.owner() as connection:
        return [each.viewer for each in views.of_person(connection, who, 100)]


def documents(exemplary: Exemplary) -> Iterator[tuple[str, str]]:
    """The path of every document, and of what it is of."""
    described = exemplary.town.client.get("/openapi.json").json()
    for path, methods in described["paths"].items():
        if "get" in methods and path.endswith(SUFFIX):
            written = path.removeprefix("/v1/")
            read = READ_AT.get(written, written.removesuffix(SUFFIX))
            yield written.format_map(NAMED), read.format_map(NAMED)


# -- all of them ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_a_document_is_for_whoever_may_read_what_it_is_of(exemplary: Exemplary, role: Role) -> None:
    town, found = exemplary.town, dict(documents(exemplary))
    assert len(found) == 5
    for place in (JINNING, XILIAN):
        token = town.token(role, communities=(place,), person=STRANGER)
        for path, of in found.items():
            read, paper = (town.read(each, token=token) for each in (of, path))
            assert read.status_code == paper.status_code, (path, place)
            if paper.status_code == 200:
                assert paper.content.startswith(b"%PDF-"), path
            else:
                assert read.json()["code"] == paper.json()["code"], path


def test_a_document_is_saved_under_a_name_without_anything_personal(exemplary: Exemplary) -> None:
    for path, _ in documents(exemplary):
        answer = exemplary.town.read(path)
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Cache-Control"] == "no-store"
        kept = answer.headers["Content-Disposition"]
        assert kept.isascii()
        assert kept.startswith("attachment; filename=")
        assert NAMED["person"] not in kept, path


def test_no_document_has_a_name_for_an_auditor(exemplary: Exemplary) -> None:
    town = exemplary.town
    name = name_of(town, PersonId(NAMED["person"]))
    token = town.token(Role.auditor, person=person(45))
    for path, _ in documents(exemplary):
        answer = town.read(path, token=token)
        assert name not in text_of(answer.content), path


# -- certificates --------------------------------------------------------------------------------


def test_a_certificate_is_printed_with_her_name_and_the_address_of_the_check(issued: Town) -> None:
    paper = printed(issued, f"certificates/{FIRST}")
    told = text_of(paper.content)
    for fact in (NUMBER, name_of(issued, MEI), "2小时", "凭本人或负责人陈述登记", "演示账本"):
        assert fact in told, fact
    check = issued.found(f"certificates/{FIRST}")["check"]
    assert codes_of(paper.content) == [check["address"]]
    assert check["code"] in told
    assert f'filename="certificate-{NUMBER}.pdf"' in paper.headers["Content-Disposition"]


def test_each_printing_of_a_name_is_a_look_that_is_logged(issued: Town) -> None:
    before = len(looks_at(issued, MEI))
    first = printed(issued, f"certificates/{FIRST}")
    assert len(looks_at(issued, MEI)) == before + 1
    again = issued.read(
        f"certificates/{FIRST}.pdf", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 200
    assert len(looks_at(issued, MEI)) == before + 2


def test_whoever_reads_no_contacts_prints_it_without_a_name_and_looks_at_nobody(
    issued: Town,
) -> None:
    name = name_of(issued, MEI)
    for role in (Role.auditor, Role.confirmer):
        token = issued.token(role, person=STRANGER)
        told = text_of(printed(issued, f"certificates/{FIRST}", token).content)
        assert name not in told
        assert "未打印" in told
    assert STRANGER not in looks_at(issued, MEI)


def test_she_prints_her_own(issued: Town) -> None:
    name, token = name_of(issued, MEI), volunteer(issued, MEI)
    told = text_of(printed(issued, f"certificates/{FIRST}", token).content)
    assert name in told
    assert looks_at(issued, MEI)[0] == MEI


def test_one_that_was_voided_is_printed_as_void(issued: Town) -> None:
    accepted(void(issued))
    told = text_of(printed(issued, f"certificates/{FIRST}").content)
    assert "VOID已作废" in told
    assert "记录" in told.partition("原因：")[2]


def test_what_is_not_there_is_not_printed(issued: Town) -> None:
    problem(issued.read(f"certificates/{SECOND}.pdf"), 404, "record_must_be_within_reach")


# -- statements ----------------------------------------------------------------------------------


def test_a_statement_is_printed_whole_for_herself_and_in_part_for_others(issued: Town) -> None:
    name, path = name_of(issued, MEI), f"persons/{MEI}/statement"
    own = text_of(printed(issued, path, volunteer(issued, MEI)).content)
    for fact in (name, "清洁日2小时", "已确认confirmed", "2026年3月"):
        assert fact in own, fact
    assert "只含打印者有权查看的社区" not in own
    registrar = issued.token(Role.registrar, communities=(JINNING,), person=STRANGER)
    told = text_of(printed(issued, path, registrar).content)
    assert name in told
    assert "只含打印者有权查看的社区" in told


def test_a_statement_of_an_earlier_position_says_what_was_known_then(issued: Town) -> None:
    token = volunteer(issued, MEI)
    before = issued.position
    reverse(issued)
    told = text_of(printed(issued, f"persons/{MEI}/statement", token).content)
    assert "takenback" in told
    assert "已确认时长Confirmedinall0分钟" in told
    then = issued.read(f"persons/{MEI}/statement.pdf", token=token, known_at=before)
    assert "已确认时长Confirmedinall2小时" in text_of(then.content)


# -- money ---------------------------------------------------------------------------------------


def test_a_settlement_is_printed_with_its_payers_vouchers_and_policy(exemplary: Exemplary) -> None:
    told = text_of(printed(exemplary.town, "settlements/jinning-canteen/2026-01").content)
    for fact in (
        *("金宁长者饭堂专项社区基金", "12.00", "人民币壹拾贰元整", "jn-2026-01", "第2次提交"),
        *("已批准approved", "冲销takenback−12.00", "检查点Checkpoint"),
    ):
        assert fact in told, fact


def test_a_receipt_is_printed_of_money_that_came_in_and_of_nothing_else(
    exemplary: Exemplary,
) -> None:
    town = exemplary.town
    award = text_of(printed(town, "funds/jinning-community/receipts/2").content)
    assert award.startswith("奖励款收据")
    assert "danzao-town" in award
    reversed_gift = text_of(printed(town, "funds/jinning-community/receipts/3").content)
    assert "VOID已作废" in reversed_gift
    for number in (1, 99):  # the opening balance, and none at all
        answer = town.read(f"funds/jinning-community/receipts/{number}.pdf")
        problem(answer, 404, "record_must_be_within_reach")


def test_whoever_gave_it_prints_the_receipt_with_her_name_and_nobody_else_does(
    town: Town,
) -> None:
    gift = {"kind": "cash", "fund": MEAL_FUND, "amount_fen": 5_000}
    named = {"contribution": "gift-1", "community": "jinning", "person": MEI, "gift": gift}
    accepted(town.give("contributions/record", named | {"given_on": "2026-03-02"}))
    (lot, *_) = town.found(f"persons/{MEI}/gifts")["gifts"]
    path = f"funds/{MEAL_FUND}/receipts/{lot['lot']}"
    own = text_of(printed(town, path, volunteer(town, MEI)).content)
    assert "居民贡献收据" in own
    assert name_of(town, MEI) in own
    assert "人民币伍拾元整" in own
    others = text_of(printed(town, path).content)
    assert name_of(town, MEI) not in others
    assert "由交款人填写" in others
    stranger = town.read(f"{path}.pdf", token=volunteer(town, person(2)))
    problem(stranger, 403, "reader_must_hold_a_role_for_this")


# -- the log -------------------------------------------------------------------------------------


OF_AN_ENTRY = (
    "funds/jinning-community/receipts/2",
    "settlements/jinning-canteen/2026-01",
    "notices/jinning-2026-01",
)


@pytest.mark.parametrize("path", OF_AN_ENTRY)
def test_the_picture_of_a_paper_leads_to_the_log_that_still_has_its_entry(
    exemplary: Exemplary, path: str
) -> None:
    town, paper = exemplary.town, printed(exemplary.town, path).content
    (address,) = codes_of(paper)
    site, page, query = address.partition("/log/")
    position, root = query.partition("?")[0], query.rpartition("root=")[2]
    assert site == town.open_ledger.settings.own_origin
    assert f"账本记录位置Positioninthelog:{position}" in text_of(paper)
    told = town.client.get(page + query, headers={"Accept-Language": "en"}).text
    assert "The log goes on from the checkpoint on this paper." in told
    assert f"Entry {position} is one of them, and is kept as it was signed." in told
    other = town.client.get(page + query.replace(root, "A" * 43))
    assert "请保留此单据，并告知审计人" in other.text


def test_the_fingerprint_in_the_foot_leads_there_too(exemplary: Exemplary) -> None:
    town = exemplary.town
    told = text_of(printed(town, f"certificates/{NAMED['certificate']}").content)
    root = r"[A-Za-z0-9+/]{43}="  # may begin with a digit, and stands right behind the size
    found = re.search(rf"log:(\d+).*Entries:(\d+?){root}.*Fingerprint:([0-9a-f-]+)", told)
    assert found is not None
    typed = dict(zip(("position", "size", "root"), found.groups(), strict=True))
    assert "且与签名时一致" in town.client.get("/log", params=typed).text


def test_what_was_not_signed_yet_has_no_picture_of_the_log(issued: Town) -> None:
    paper = printed(issued, f"funds/{MEAL_FUND}/receipts/1").content
    assert codes_of(paper) == []
    assert "打印时尚未封存" in text_of(paper)


# -- notices -------------------------------------------------------------------------------------


def test_a_notice_is_printed_by_anybody_while_it_is_on_display(exemplary: Exemplary) -> None:
    answer = exemplary.town.client.get("/v1/notices/jinning-2026-01.pdf")
    assert answer.status_code == 200, answer.text
    told = text_of(answer.content)
    read = exemplary.town.client.get("/v1/notices/jinning-2026-01").json()
    assert read["notice"]["digest"] in told
    assert "2026年1月January2026" in told
    gone = exemplary.town.client.get("/v1/notices/none.pdf")
    problem(gone, 404, "record_must_be_within_reach")
