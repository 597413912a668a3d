"""Fifty random cases: possible, clear, repeatable, of every kind, and true to laws of their own."""

import json
from collections import Counter
from datetime import datetime, timedelta

import pytest

from .case_rows import Case, Row
from .random_cases import filled, random_case
from .silent_points import silent_points
from .well_formed import faults

SEEDS = range(50)
CASES = [filled(random_case(seed, residents=25, claims=90, attendance=60)) for seed in SEEDS]
KINDS = {
    *("ACCEPTED", "ACCEPTED_THEN_REVERSED DEATH_RECORDED_LATER", "REFUSED BENEFICIARY_DECEASED"),
    *("REFUSED NO_SUBSIDY_ON_THIS_DAY", "REFUSED DAILY_CAP_REACHED"),
    *("CREDITED", "REFUSED SELF_CONFIRMATION", "REFUSED OVERLAP_WITH_CREDITED"),
    *("HELD PERIOD_CLOSED_POST_AS_ADJUSTMENT_IN_", "HELD DAY_OVER_8H_NEEDS_SECOND_APPROVAL"),
    "HELD DAY_OVER_12H_NEEDS_TOWN_APPROVAL",
}


@pytest.fixture(params=SEEDS)
def case(request: pytest.FixtureRequest) -> Case:
    seed: int = request.param
    return CASES[seed]


def kind_of(row: Row) -> str:
    """Status and reason without the day or month in it."""
    reason = row["reason"].split("(")[0].split("2026-")[0]
    return f"{row['status']} {reason}".strip()


def test_every_status_and_reason_of_the_format_occurs() -> None:
    seen = Counter(kind_of(row) for case in CASES for row in case["claims"] + case["attendance"])
    assert set(seen) == KINDS


def test_no_rule_matches_for_some_and_for_others_every_payer_pays() -> None:
    claims = [row for case in CASES for row in case["claims"]]
    assert any(row["rule"] == "NONE" for row in claims)
    assert any(row["community"] and row["coop"] and row["personal"] for row in claims)


def test_a_case_is_possible_and_leaves_no_question_open(case: Case) -> None:
    assert faults(case) == []
    assert silent_points(case) == []


def test_a_case_is_nearly_as_large_as_asked_for(case: Case) -> None:
    assert len(case["residents"]) == 25
    assert 60 <= len(case["claims"]) <= 90
    assert 40 <= len(case["attendance"]) <= 60


def test_a_case_survives_being_a_file(case: Case) -> None:
    assert json.loads(json.dumps(case)) == case


def test_the_same_seed_gives_the_same_case() -> None:
    assert filled(random_case(7, residents=25, claims=90, attendance=60)) == CASES[7]


def test_a_case_may_be_empty() -> None:
    case = filled(random_case(1, residents=0, claims=0, attendance=0))
    assert (case["claims"], case["attendance"], case["meal_totals"]) == ([], [], {})


def test_shares_add_up_to_the_price_and_none_is_negative(case: Case) -> None:
    for row in case["claims"]:
        shares = row["community"], row["coop"], row["personal"]
        assert sum(shares) == row["price"]
        assert min(shares) >= 0


def test_totals_add_up_to_the_accepted_claims(case: Case) -> None:
    accepted = [row for row in case["claims"] if row["status"] == "ACCEPTED"]
    for name in ("price", "community", "coop", "personal"):
        listed = sum(total[name] for total in case["meal_totals"].values())
        assert listed == sum(row[name] for row in accepted)
    assert len(accepted) == sum(total["meals"] for total in case["meal_totals"].values())


def test_nobody_is_credited_or_held_for_a_minute_twice(case: Case) -> None:
    taken: Counter[tuple[str, datetime]] = Counter()
    for record in case["attendance"]:
        if record["status"] in ("CREDITED", "HELD"):
            taken.update((record["volunteer"], minute) for minute in minutes_of(record, case))
    assert set(taken.values()) <= {1}


def test_no_day_has_more_than_480_credited_minutes(case: Case) -> None:
    days: Counter[tuple[str, str]] = Counter()
    for record in case["attendance"]:
        if record["status"] == "CREDITED":
            days.update((record["volunteer"], f"{at:%F}") for at in minutes_of(record, case))
    assert max(days.values()) <= 480


def test_minutes_are_counted_one_by_one(case: Case) -> None:
    for record in case["attendance"]:
        assert len(minutes_of(record, case)) == record["minutes"]


def minutes_of(record: Row, case: Case) -> list[datetime]:
    """Every minute in which the volunteer was there while the shift ran."""
    [shift] = [row for row in case["shifts"] if row["id"] == record["shift"]]
    minute = datetime.fromisoformat(record["check_in"])
    found: list[datetime] = []
    while minute < datetime.fromisoformat(record["check_out"]):
        if shift["starts_at"] <= minute.isoformat(timespec="minutes") < shift["ends_at"]:
            found.append(minute)
        minute += timedelta(minutes=1)
    return found


def test_hours_are_the_opening_minutes_and_the_credited_ones(case: Case) -> None:
    credited: Counter[str] = Counter(case["opening_minutes"])
    for record in case["attendance"]:
        if record["status"] == "CREDITED":
            credited[record["volunteer"]] += record["minutes"]
    assert {name: credited[name] for name in case["hours_minutes"]} == case["hours_minutes"]
    assert sum(credited.values()) == sum(case["hours_minutes"].values())
