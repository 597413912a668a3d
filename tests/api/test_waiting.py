"""What waits is shown to those who decide about it, and goes when they have."""

import pytest

from ledger.domain.authority import Role
from ledger.domain.values import CommunityId
from tests.api.town import Town, accepted, problem
from tests.builders import JINNING, person

WHO, RELEASER = person(1), person(2)
FAIR = {"shift": "fair", "person": WHO}
DAY = {"day": "2026-03-02"}


@pytest.fixture
def fair(town: Town) -> Town:
    """Somebody helped at a fair for nine hours on Sunday; on Monday the clerk confirmed it."""
    hours = ("2026-03-01T08:00:00+08:00", "2026-03-01T17:00:00+08:00")
    times = dict(zip(("starts_at", "ends_at"), hours, strict=True))
    came = dict(zip(("check_in", "check_out"), hours, strict=True))
    shift = {"shift": "fair", "community": JINNING, "activity": "社区集市", **times}
    accepted(town.give("shifts/schedule", shift))
    accepted(town.give("attendance/attest", FAIR | came))
    accepted(town.give("service/confirm", FAIR))
    return town


def test_held_service_waits_until_a_second_person_releases_it(fair: Town) -> None:
    (row,) = fair.found("communities/jinning/held", day="2026-03-09")["items"]
    assert (row["shift"], row["hold"], row["days_waiting"]) == ("fair", "day_over_unit_limit", 7)
    mine = fair.give("holds/release", FAIR)
    problem(mine, 403, "second_decision_must_be_another_persons")
    accepted(fair.give("holds/release", FAIR, token=fair.token(person=RELEASER)))
    assert fair.found("communities/jinning/held", **DAY)["items"] == []
    (record,) = fair.found(f"persons/{WHO}/statement")["statement"]["records"]
    assert (record["status"], record["decided_by"]) == ("credited", RELEASER)


def test_an_objection_waits_until_another_person_answers_it(fair: Town) -> None:
    note = {"text": "那天我做到六点"}
    herself = fair.token(Role.volunteer, person=WHO)
    objection = FAIR | {"reason": "minutes_wrong", "note": note}
    accepted(fair.give("objections/raise", objection, token=herself))
    (row,) = fair.found("communities/jinning/objections", **DAY)["items"]
    assert (row["raised_by"], row["answer_by"], row["days_left"]) == (WHO, "2026-03-17", 15)
    answer = FAIR | {"answer": "rejected"}
    accepted(fair.give("objections/answer", answer, token=fair.token(person=RELEASER)))
    assert fair.found("communities/jinning/objections", **DAY)["items"] == []
    (record,) = fair.found(f"persons/{WHO}/statement", token=herself)["statement"]["records"]
    assert [remark["answer"] for remark in record["remarks"]] == ["rejected"]


@pytest.mark.parametrize("queue", ["held", "objections"])
def test_queues_are_read_by_those_who_work_with_service_there(fair: Town, queue: str) -> None:
    path = f"communities/jinning/{queue}"
    volunteer = fair.token(Role.volunteer, person=WHO)
    elsewhere = fair.token(Role.confirmer, communities=(CommunityId("xianhu"),))
    problem(fair.read(path, token=volunteer, **DAY), 403, "reader_must_hold_a_role_for_this")
    problem(fair.read(path, token=elsewhere, **DAY), 404, "record_must_be_within_reach")
    assert fair.read(path, token=fair.token(Role.town_approver), **DAY).status_code == 200
    answer = fair.read(path, **DAY, format="csv")
    assert answer.text.splitlines()[0].startswith("\ufeffposition,person,shift")
