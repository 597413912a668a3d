"""Certificates over HTTP: issued by those who may, and checked by anybody who holds the paper."""

from typing import Any

import pytest
from httpx2 import Response

from ledger.access import limits
from ledger.domain.authority import Role
from ledger.domain.values import CommunityId, PersonId
from tests.api.test_rights import register, restrict, volunteer
from tests.api.town import Town, accepted, problem
from tests.builders import CLERK, person

MEI, OTHER, STRANGER = person(1), person(2), person(40)
FIRST = "00000000-0000-4000-8000-0000000000c1"
SECOND = "00000000-0000-4000-8000-0000000000c2"
NUMBER = "jinning-2026-0001"
XILIAN = CommunityId("xilian")
MINUTES = 120


def serve(town: Town, shift: str = "sweep", who: PersonId = MEI) -> None:
    """Two hours of 1 March, for the committee, confirmed."""
    begin, end = "2026-03-01T09:00:00+08:00", "2026-03-01T11:00:00+08:00"
    here = {"shift": shift, "person": who}
    what = {"shift": shift, "community": "jinning", "activity": "清洁日"}
    accepted(town.give("shifts/schedule", what | {"starts_at": begin, "ends_at": end}))
    accepted(town.give("attendance/attest", here | {"check_in": begin, "check_out": end}))
    accepted(town.give("service/confirm", here))


def issue(town: Town, name: str = FIRST, who: PersonId = MEI, token: str | None = None) -> Response:
    period = {"first_day": "2026-03-01", "last_day": "2026-03-02"}
    named = {"certificate": name, "person": who, "community": "jinning"}
    return town.give("certificates/issue", named | period, token=token)


def void(town: Town, name: str = FIRST) -> Response:
    told = {"certificate": name, "reason": "records_corrected"}
    return town.give("certificates/void", told)


def reverse(town: Town, shift: str = "sweep") -> None:
    told = {"shift": shift, "person": MEI, "reason": "found_false"}
    accepted(town.give("service/reverse", told))


def code_of(town: Town, name: str = FIRST) -> str:
    code: str = town.found(f"certificates/{name}")["check"]["code"]
    return code


def check(town: Town, number: str = NUMBER, **asked: Any) -> Response:
    """What somebody sees who has no token, once all that was given is reflected."""
    town.found("certificates")
    return town.client.get(f"/v1/public/certificates/{number}", params=asked)


@pytest.fixture
def issued(town: Town) -> Town:
    """A town that has certified two hours of Mei's."""
    serve(town)
    accepted(issue(town))
    return town


# -- whoever may read it -------------------------------------------------------------------------


def test_what_was_issued_can_be_read_where_its_answer_says_with_its_code(town: Town) -> None:
    serve(town)
    answer = issue(town)
    path = answer.headers["Location"].removeprefix("/v1/")
    told = town.found(path)
    it, checked = told["certificate"], told["check"]
    assert (it["number"], it["person"], it["issued_by"]) == (NUMBER, MEI, CLERK)
    assert it["minutes"] == [{"grade": "attested", "service_minutes": MINUTES}]
    assert (it["validity"], it["differs_since"], it["voided_on"]) == ("valid", None, None)
    assert checked["address"].endswith(f"/check/{NUMBER}?code={checked['code']}")
    assert checked["qr_svg"].startswith("<svg")


def test_the_register_of_a_community_is_for_those_who_keep_it(issued: Town) -> None:
    for role in Role:
        token = issued.token(role, person=STRANGER)
        answer = issued.read("certificates", token=token, community="jinning")
        if role in (Role.registrar, Role.confirmer, Role.auditor):
            assert [each["number"] for each in answer.json()["items"]] == [NUMBER], role
        else:
            problem(answer, 403, "reader_must_hold_a_role_for_this")
    elsewhere = issued.token(Role.registrar, communities=(XILIAN,), person=STRANGER)
    assert issued.read("certificates", token=elsewhere).json()["items"] == []
    beyond = issued.read("certificates", token=elsewhere, community="jinning")
    problem(beyond, 404, "record_must_be_within_reach")
    problem(
        issued.read(f"certificates/{FIRST}", token=elsewhere), 404, "record_must_be_within_reach"
    )


def test_a_volunteer_reads_her_own_and_nobody_elses(issued: Town) -> None:
    serve(issued, "fair", OTHER)
    accepted(issue(issued, SECOND, OTHER))
    token = volunteer(issued, MEI)
    own = issued.read(f"persons/{MEI}/certificates", token=token).json()["items"]
    assert [each["certificate"] for each in own] == [FIRST]
    assert issued.read(f"certificates/{FIRST}", token=token).json()["check"]["code"]
    for path in (f"certificates/{SECOND}", f"persons/{OTHER}/certificates", "certificates"):
        problem(issued.read(path, token=token), 403, "reader_must_hold_a_role_for_this")


def test_a_guardian_reads_those_of_her_child(town: Town) -> None:
    child, guardian = person(201), person(202)
    register(town, guardian, "1980-01-01")
    register(town, child, "2012-06-01", guardian)
    consent = {"person": child, "purpose": "service_of_a_minor"}
    accepted(town.give("consents/give", consent, token=volunteer(town, guardian)))
    serve(town, who=child)
    accepted(issue(town, who=child))
    token = volunteer(town, guardian)
    assert town.read(f"certificates/{FIRST}", token=token).status_code == 200
    (one,) = town.read(f"persons/{child}/certificates", token=token).json()["items"]
    assert one["person"] == child


def test_of_whoever_is_restricted_it_is_read_by_herself_and_the_data_officer(issued: Town) -> None:
    restrict(issued, MEI)
    for path in (f"certificates/{FIRST}", f"persons/{MEI}/certificates"):
        assert issued.read(path, token=volunteer(issued, MEI)).status_code == 200
        officer = issued.token(Role.data_officer, person=person(203))
        assert issued.read(path, token=officer).status_code == 200
        registrar = issued.token(Role.registrar, person=STRANGER)
        problem(issued.read(path, token=registrar), 403, "reader_must_hold_a_role_for_this")
    assert check(issued, check_code=_code(issued)).json()["checked"]["certificate"]["records"] == 1


def _code(town: Town) -> str:
    token = volunteer(town, MEI)
    code: str = town.read(f"certificates/{FIRST}", token=token).json()["check"]["code"]
    return code


def test_what_is_not_there_is_told_as_what_lies_out_of_reach(issued: Town) -> None:
    problem(issued.read(f"certificates/{SECOND}"), 404, "record_must_be_within_reach")


def test_nobody_issues_her_own(town: Town) -> None:
    serve(town)
    token = town.token(Role.confirmer, person=MEI)
    problem(issue(town, token=token), 403, "confirmer_must_not_be_the_volunteer")


# -- anybody -------------------------------------------------------------------------------------


def test_whoever_has_number_and_code_learns_what_it_says_and_not_whose_it_is(
    issued: Town,
) -> None:
    answer = check(issued, check_code=code_of(issued).lower().replace("-", " "))
    assert answer.status_code == 200, answer.text
    told = answer.json()["checked"]
    assert told["certificate"]["service_minutes"] == MINUTES
    assert told["certificate"]["validity"] == "valid"
    assert told["community_name"]
    assert told["unit_name"] is None
    for hidden in (MEI, CLERK, FIRST, "digest"):
        assert hidden not in answer.text


def test_a_wrong_code_and_a_number_nobody_gave_are_told_alike(issued: Town) -> None:
    code = code_of(issued)
    wrong = check(issued, check_code="0000-0000-0000")
    missing = check(issued, "jinning-2026-0002", check_code="0000-0000-0000")
    of_another = check(issued, "jinning-2026-0002", check_code=code)
    one, two, three = (
        problem(each, 404, "certificate_must_match_its_code")
        for each in (wrong, missing, of_another)
    )
    for told in (one, two, three):
        del told["instance"], told["request_id"]
    assert one == two == three
    names = [set(each.headers) for each in (wrong, missing, of_another)]
    assert names[0] == names[1] == names[2]


def test_the_right_code_of_a_number_nobody_gave_is_told_alike(issued: Town) -> None:
    codes = issued.open_ledger.ways.check_codes
    code = codes.code_of("jinning-2026-0002")  # type: ignore[arg-type]  # a number as typed
    problem(
        check(issued, "jinning-2026-0002", check_code=code), 404, "certificate_must_match_its_code"
    )


def test_what_was_taken_back_is_told_until_it_is_voided_and_then_that(issued: Town) -> None:
    code = code_of(issued)
    reverse(issued)
    told = check(issued, check_code=code).json()["checked"]["certificate"]
    assert told["validity"] == "differs"
    assert told["differs_since"] == "2026-03-02"
    assert told["service_minutes"] == MINUTES, "a snapshot says what it said"
    accepted(void(issued))
    told = check(issued, check_code=code).json()["checked"]["certificate"]
    assert (told["validity"], told["voided_on"]) == ("void", "2026-03-02")
    assert told["reason"] == "records_corrected"
    problem(void(issued), 409, "certificate_must_not_be_voided_twice")


def test_it_is_asked_with_a_code_and_about_now(issued: Town) -> None:
    problem(check(issued), 422, "query_must_be_well_formed")
    problem(check(issued, "Jinning-1", check_code="x"), 422, "query_must_be_well_formed")
    asked = {"check_code": code_of(issued), "known_at": "1"}
    problem(check(issued, **asked), 422, "query_must_be_well_formed")


def test_the_same_answer_again_costs_a_look(issued: Town) -> None:
    code = code_of(issued)
    first = check(issued, check_code=code)
    path, headers = f"/v1/public/certificates/{NUMBER}", {"If-None-Match": first.headers["ETag"]}
    again = issued.client.get(path, params={"check_code": code}, headers=headers)
    assert again.status_code == 304


def test_whoever_tries_one_number_after_another_is_stopped(
    issued: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = code_of(issued)
    monkeypatch.setattr(limits, "EVEN_TRIES", {limits.Kind.check: 3})
    for number in range(3):
        answer = check(issued, f"jinning-2026-000{number}", check_code="0000-0000-0000")
        problem(answer, 404, "certificate_must_match_its_code")
    told = check(issued, check_code=code)
    problem(told, 429, "checks_must_be_fewer")
    assert int(told.headers["Retry-After"]) > 0


def test_neither_code_nor_number_is_in_the_journal(issued: Town) -> None:
    code = code_of(issued)
    check(issued, check_code=code)
    noted = issued.noted()
    assert "/v1/public/certificates/{certificate_number}" in noted
    for hidden in (code, NUMBER, FIRST):
        assert hidden not in noted
