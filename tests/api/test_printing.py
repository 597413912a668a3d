"""Documents over HTTP: given to whoever may read what they are of, with a name for fewer."""

import json
from collections.abc import Iterator

import pytest
from httpx2 import Response

from ledger.domain.authority import Role
from ledger.domain.values import CommunityId, PersonId
from ledger.vault import views
from tests.api.exemplary import NAMED, Exemplary
from tests.api.test_certificates import FIRST, MEI, NUMBER, SECOND, issue, serve, void
from tests.api.test_rights import volunteer
from tests.api.town import Town, accepted, problem
from tests.builders import JINNING, person
from tests.documents.sheets import codes_of, text_of

XILIAN = CommunityId("xilian")
STRANGER = person(40)
SUFFIX = ".pdf"


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


def documents(exemplary: Exemplary) -> Iterator[str]:
    """The path of every document, as it is written."""
    described = exemplary.town.client.get("/openapi.json").json()
    for path, methods in described["paths"].items():
        if "get" in methods and path.endswith(SUFFIX):
            yield path.removeprefix("/v1/")


# -- all of them ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_a_document_is_for_whoever_may_read_what_it_is_of(exemplary: Exemplary, role: Role) -> None:
    town, paths = exemplary.town, [path.format_map(NAMED) for path in documents(exemplary)]
    assert paths
    for place in (JINNING, XILIAN):
        token = town.token(role, communities=(place,), person=STRANGER)
        for path in paths:
            read, paper = (
                town.read(each, token=token) for each in (path.removesuffix(SUFFIX), path)
            )
            assert read.status_code == paper.status_code, (path, place)
            if paper.status_code == 200:
                assert paper.content.startswith(b"%PDF-"), path
            else:
                assert read.json()["code"] == paper.json()["code"], path


def test_a_document_is_saved_under_a_name_without_anything_personal(exemplary: Exemplary) -> None:
    for path in documents(exemplary):
        answer = exemplary.town.read(path.format_map(NAMED))
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
    for path in documents(exemplary):
        answer = town.read(path.format_map(NAMED), token=token)
        assert name not in text_of(answer.content), path


# -- certificates --------------------------------------------------------------------------------


def test_a_certificate_is_printed_with_her_name_and_the_address_of_the_check(issued: Town) -> None:
    paper = printed(issued, f"certificates/{FIRST}")
    told = text_of(paper.content)
    for fact in (NUMBER, name_of(issued, MEI), "2小时", "负责人登记", "演示账本"):
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
    name, before = name_of(issued, MEI), looks_at(issued, MEI)
    for role in (Role.auditor, Role.confirmer):
        token = issued.token(role, person=STRANGER)
        told = text_of(printed(issued, f"certificates/{FIRST}", token).content)
        assert name not in told
        assert "未打印" in told
    assert looks_at(issued, MEI) == before[:0] + looks_at(issued, MEI)
    assert STRANGER not in looks_at(issued, MEI)


def test_she_prints_her_own(issued: Town) -> None:
    token = volunteer(issued, MEI)
    told = text_of(printed(issued, f"certificates/{FIRST}", token).content)
    assert name_of(issued, MEI) in told
    assert looks_at(issued, MEI)[-1:] or looks_at(issued, MEI)


def test_one_that_was_voided_is_printed_as_void(issued: Town) -> None:
    accepted(void(issued))
    told = text_of(printed(issued, f"certificates/{FIRST}").content)
    assert "VOID已作废" in told
    assert "记录已更正" in told or "更正" in told


def test_what_is_not_there_is_not_printed(issued: Town) -> None:
    problem(issued.read(f"certificates/{SECOND}.pdf"), 404, "record_must_be_within_reach")
    described = json.dumps(issued.client.get("/openapi.json").json())
    assert "/v1/certificates/{certificate}.pdf" in described
