"""Handovers over HTTP: recorded by the town's data officer, read by who keeps data or audits."""

import pytest
from httpx2 import Response

from ledger.domain.authority import Role
from ledger.domain.values import CommunityId
from tests.api.town import Town, accepted, problem
from tests.builders import CLERK, JINNING, person
from tests.grants import grant

MEI, OTHER, STRANGER = person(1), person(2), person(40)
FIRST = "00000000-0000-4000-8000-0000000000d1"
SECOND = "00000000-0000-4000-8000-0000000000d2"


def hand_over(
    town: Town, name: str = FIRST, *, sheets: bool = False, token: str | None = None
) -> Response:
    told = {"handover": name, "auditor": MEI, "sheets": sheets}
    return town.give("handovers/hand-over", told, token=token)


@pytest.fixture
def audited(town: Town) -> Town:
    """A town that Mei audits."""
    grant(town.open_ledger.ledger, MEI, (Role.auditor,))
    return town


def test_it_can_be_read_where_its_answer_says(audited: Town) -> None:
    answer = hand_over(audited, sheets=True)
    assert answer.status_code == 201
    found = audited.found(answer.headers["Location"].removeprefix("/v1/"))["handover"]
    assert found == {
        "position": int(answer.headers["Ledger-Position"]),
        "handover": FIRST,
        "auditor": MEI,
        "sheets": True,
        "handed_by": CLERK,
        "handed_on": "2026-03-02",
    }


def test_without_a_word_about_sheets_none_go_along(audited: Town) -> None:
    accepted(audited.give("handovers/hand-over", {"handover": FIRST, "auditor": MEI}))
    assert audited.found(f"handovers/{FIRST}")["handover"]["sheets"] is False


def test_the_register_is_paged_and_told_as_it_was_known(audited: Town) -> None:
    assert audited.found("handovers")["items"] == []
    accepted(hand_over(audited))
    before = audited.position
    accepted(hand_over(audited, SECOND, sheets=True))
    page = audited.found("handovers", limit=1)
    assert [each["handover"] for each in page["items"]] == [SECOND]
    rest = audited.client.get(page["next"], headers=audited.headers()).json()
    assert [each["handover"] for each in rest["items"]] == [FIRST]
    then = audited.found("handovers", known_at=before)["items"]
    assert [each["handover"] for each in then] == [FIRST]
    later = audited.read(f"handovers/{SECOND}", known_at=before)
    problem(later, 404, "record_must_be_within_reach")


def test_only_the_towns_data_officer_hands_it_over(audited: Town) -> None:
    for role in Role:
        token = audited.token(role, person=STRANGER)
        answer = hand_over(audited, f"00000000-0000-4000-8000-{len(role):012d}", token=token)
        if role is Role.data_officer:
            accepted(answer)
        else:
            problem(answer, 403, "actor_must_hold_a_role_for_this")
    near = audited.token(Role.data_officer, communities=(JINNING,), person=STRANGER)
    problem(hand_over(audited, token=near), 404, "record_must_be_within_reach")


def test_every_officer_and_auditor_may_know_to_whom_it_went(audited: Town) -> None:
    accepted(hand_over(audited))
    for role in Role:
        token = audited.token(role, communities=(CommunityId("xilian"),), person=STRANGER)
        for path in ("handovers", f"handovers/{FIRST}"):
            answer = audited.read(path, token=token)
            if role in (Role.data_officer, Role.auditor):
                assert answer.status_code == 200, role
            else:
                problem(answer, 403, "reader_must_hold_a_role_for_this")


def test_an_id_that_nobody_used_is_not_there(audited: Town) -> None:
    problem(audited.read(f"handovers/{FIRST}"), 404, "record_must_be_within_reach")
    problem(audited.read("handovers/hand-over"), 404, "record_must_be_within_reach")


def test_it_stands_in_the_trail_of_the_auditor_and_of_who_handed_it_over(audited: Town) -> None:
    accepted(hand_over(audited))
    for kind, who in (("person", MEI), ("actor", CLERK)):
        newest = audited.found(f"trail/{kind}/{who}")["items"][0]
        assert newest["stream"] == f"handover-{FIRST}", kind
    problem(hand_over(audited), 409, "handover_must_be_new")
