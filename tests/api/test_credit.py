"""Time credit is shown to its owner and to those who may read her statement, with every entry."""

from ledger.domain.authority import Role
from ledger.domain.values import CommunityId
from tests.api.town import Town, accepted, problem
from tests.builders import JINNING, START, person

WHO, OTHER = person(1), person(2)
HOURS = ("2026-03-01T09:00:00+08:00", "2026-03-01T11:00:00+08:00")


def earn(town: Town) -> None:
    """Two hours on Sunday where there is a time bank."""
    shift = {"shift": "visits", "community": JINNING, "activity": "探访"}
    here = {"shift": "visits", "person": WHO}
    rules = {"community": JINNING, "valid_from": "2026-01-01", "rules": {"time_bank": True}}
    accepted(town.give("communities/set-service-rules", rules, at=START.isoformat()))
    accepted(town.give("shifts/schedule", shift | {"starts_at": HOURS[0], "ends_at": HOURS[1]}))
    accepted(town.give("attendance/attest", here | {"check_in": HOURS[0], "check_out": HOURS[1]}))
    accepted(town.give("service/confirm", here))


def test_credit_is_a_balance_with_the_entries_behind_it(town: Town) -> None:
    earn(town)
    give = {"person": WHO, "to_person": OTHER, "credit_minutes": 90}
    accepted(town.give("timebank/transfer", give, token=town.token(Role.volunteer, person=WHO)))
    mine = town.found(f"persons/{WHO}/credit", token=town.token(Role.volunteer, person=WHO))
    assert mine["credit_minutes"] == 30
    assert [entry["amount"] for entry in mine["entries"]] == [-90, 120]
    given = town.found(f"persons/{OTHER}/credit")
    assert (given["credit_minutes"], given["entries"][0]["name"]) == (90, "credit-transferred.v2")
    assert town.found(f"persons/{WHO}/statement")["statement"]["totals"]["service_minutes"] == 120


def test_credit_spent_before_its_service_is_reversed_is_shown_below_zero(town: Town) -> None:
    earn(town)
    accepted(town.give("timebank/redeem", {"person": WHO, "credit_minutes": 90}))
    reverse = {"shift": "visits", "person": WHO, "reason": "found_false"}
    before = town.position
    accepted(town.give("service/reverse", reverse))
    assert town.found(f"persons/{WHO}/credit")["credit_minutes"] == -90
    assert town.found(f"persons/{WHO}/credit", known_at=before)["credit_minutes"] == 30
    short = town.give("timebank/redeem", {"person": WHO, "credit_minutes": 1})
    problem(short, 409, "credit_must_cover_the_minutes")


def test_an_entry_is_taken_back_by_the_version_that_the_entries_show(town: Town) -> None:
    earn(town)
    give = {"person": WHO, "to_person": OTHER, "credit_minutes": 90}
    accepted(town.give("timebank/redeem", {"person": WHO, "credit_minutes": 30}))
    accepted(town.give("timebank/transfer", give, token=town.token(Role.volunteer, person=WHO)))
    entry = town.found(f"persons/{WHO}/credit")["entries"][0]
    assert (entry["stream"], entry["version"]) == (f"credit-{WHO}", 2)
    back = {"person": WHO, "entry": entry["version"], "reason": "wrong_person"}
    accepted(town.give("timebank/reverse", back))
    assert town.found(f"persons/{WHO}/credit")["credit_minutes"] == 90
    theirs = town.found(f"persons/{OTHER}/credit")
    assert [each["amount"] for each in theirs["entries"]] == [-90, 90]


def test_credit_is_read_as_a_statement_is(town: Town) -> None:
    earn(town)
    path = f"persons/{WHO}/credit"
    problem(
        town.read(path, token=town.token(Role.volunteer, person=OTHER)),
        403,
        "reader_must_hold_a_role_for_this",
    )
    elsewhere = town.token(Role.confirmer, communities=(CommunityId("xianhu"),))
    problem(town.read(path, token=elsewhere), 404, "record_must_be_within_reach")
    here = town.token(Role.confirmer, communities=(JINNING,))
    (page,) = [town.found(path, token=here, limit=1)]
    assert (page["credit_minutes"], len(page["entries"])) == (120, 1)
    assert town.read(page["next"].removeprefix("/v1/"), token=here).json()["entries"] == []
