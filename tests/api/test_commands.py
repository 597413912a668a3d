"""Commands over HTTP: once and for ever the same answer, and a place where it can be read."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from ledger.domain.authority import Role
from ledger.domain.book import LedgerKind
from ledger.domain.values import CommunityId
from tests.api.town import NOON, Town, accepted, open_bare_town, open_town, problem
from tests.builders import CANTEEN, JINNING, MEAL_FUND, found, open_ledger, person

XILIAN = CommunityId("xilian")


def lunch(number: int, day: str = "2026-03-02") -> dict[str, object]:
    return {"person": person(number), "canteen": CANTEEN, "served_on": day}


def events(town: Town) -> int:
    with psycopg.connect(town.open_ledger.url) as connection:
        ((count,),) = connection.execute("SELECT count(*) FROM ledger.stored_events").fetchall()
    return int(count)


def test_an_accepted_command_says_what_happened_and_where_it_can_be_read(shared: Town) -> None:
    answer = shared.give("meals/claim", lunch(1))
    told = accepted(answer)
    (event,) = told["events"]
    assert (event["stream"], event["version"]) == (f"meals-{person(1)}-2026-03", 1)
    assert event["position"] == told["position"] == int(answer.headers["Ledger-Position"])
    assert answer.headers["ETag"] == '"v1"'
    assert "Idempotency-Replayed" not in answer.headers
    assert not told["replayed"]
    assert told["recorded_at"] == "2026-03-02T04:00:00Z"
    seen = shared.read(answer.headers["Location"].removeprefix("/v1/"))
    assert person(1) in seen.text


def test_the_second_time_the_first_answer_is_given(shared: Town) -> None:
    first = shared.give("meals/claim", lunch(2), key="again")
    second = shared.give("meals/claim", lunch(2), key="again")
    assert accepted(second) == accepted(first) | {"replayed": True}
    assert second.headers["Idempotency-Replayed"] == "true"
    for header in ("Location", "ETag", "Ledger-Position"):
        assert second.headers[header] == first.headers[header]


def test_a_key_is_good_for_one_request(shared: Town) -> None:
    accepted(shared.give("meals/claim", lunch(3), key="one"))
    answer = shared.give("meals/claim", lunch(4), key="one")
    problem(answer, 422, "key_must_not_be_used_for_another_request")


def test_fifty_at_once_are_one_event(shared: Town) -> None:
    before = events(shared)
    with ThreadPoolExecutor(25) as many:
        answers = many.map(lambda _: shared.give("meals/claim", lunch(5), key="50"), range(50))
        told = [accepted(answer) for answer in answers]
    assert events(shared) == before + 1
    assert {each["position"] for each in told} == {told[0]["position"]}
    assert sum(not each["replayed"] for each in told) == 1


def test_a_rehearsal_answers_alike_and_writes_nothing(shared: Town) -> None:
    before = events(shared)
    answer = shared.give("meals/claim", lunch(6), key="rehearsed", query="?dry_run=true")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["dry_run"], told["recorded_at"], told["events"][0]["position"]) == (
        True,
        None,
        None,
    )
    assert "Location" not in answer.headers
    assert events(shared) == before
    assert not accepted(shared.give("meals/claim", lunch(6), key="rehearsed"))["replayed"]
    refused = shared.give("meals/claim", lunch(6), query="?dry_run=true")
    problem(refused, 409, "day_must_not_have_two_subsidised_meals")


def test_a_refusal_names_its_values_and_its_position(shared: Town) -> None:
    accepted(shared.give("meals/claim", lunch(7)))
    answer = shared.give("meals/claim", lunch(7))
    told = problem(answer, 409, "day_must_not_have_two_subsidised_meals")
    assert told["params"] == {"day": "2026-03-02", "meals": 1, "meals_most": 1}
    assert told["position"] == int(answer.headers["Ledger-Position"]) >= shared.position - 1
    assert told["instance"] == "/v1/meals/claim"


def test_a_role_is_needed(shared: Town) -> None:
    leader = shared.token(Role.leader)
    told = problem(
        shared.give("meals/claim", lunch(8), token=leader), 403, "actor_must_hold_a_role_for_this"
    )
    assert told["params"] == {"command": "meals/claim", "roles": "canteen_clerk"}


def test_another_community_is_answered_like_what_does_not_exist(shared: Town) -> None:
    elsewhere = shared.token(Role.canteen_clerk, communities=(XILIAN,))
    here = shared.give("meals/claim", lunch(8), token=elsewhere)
    nowhere = shared.give("meals/claim", lunch(8) | {"canteen": "no-canteen"}, token=elsewhere)
    for answer in (here, nowhere):
        problem(answer, 404, "record_must_be_within_reach")
    assert here.json()["params"] == nowhere.json()["params"] == {}


def test_nobody_creates_a_ledger_with_a_token(shared: Town) -> None:
    problem(shared.give("book/create-ledger", {"kind": "live"}), 404, "path_must_exist")
    answer = shared.give_batch(
        [{"command": "book/create-ledger", "key": "a", "data": {"kind": "live"}}]
    )
    (item,) = answer.json()["items"]
    assert item["problem"]["code"] == "command_must_be_given_at_the_machine"


def test_what_a_late_death_takes_back_elsewhere_is_named_without_its_data(town: Town) -> None:
    for command, data in (
        ("communities/register", {"community": "xilian", "name": "西联社区", "town": "丹灶镇"}),
        ("funds/open", {"fund": "xilian-meals", "community": "xilian", "name": "西联长者饭堂"}),
        ("sites/register", {
            "site": "xilian-canteen", "community": "xilian", "kind": "canteen",
            "name": "西联长者饭堂", "opened_on": "2026-01-01"}),
        ("policies/publish", {
            "site": "xilian-canteen", "valid_from": "2026-03-02", "valid_until": None,
            "price_fen": 1000, "weekdays": [0], "sittings": ["lunch"],
            "subsidised_meals_per_day": 1, "claim_days": 7, "resolutions": [],
            "tiers": []}),
        ("meals/claim", lunch(1) | {"canteen": "xilian-canteen"}),
    ):  # fmt: skip
        accepted(town.give(command, data))
    registrar = town.token(Role.registrar, communities=(JINNING,))
    death = {"person": person(1), "died_on": "2026-03-01"}
    told = accepted(town.give("deaths/record", death, token=registrar))
    assert [(each["type"], "data" in each) for each in told["events"]] == [
        ("death-recorded.v1", True),
        ("meal-reversed.v1", False),
    ]


def test_only_a_simulated_ledger_takes_a_time_and_it_says_so(
    database: str, tmp_path: Path, shared: Town
) -> None:
    assert shared.give("meals/claim", lunch(9)).headers["Ledger-Kind"] == "test"
    with open_town(database, tmp_path, kind=LedgerKind.live) as live:
        answer = live.give("meals/claim", lunch(1), at=NOON)
        problem(answer, 409, "ledger_must_be_simulated_to_set_the_clock")
        assert answer.headers["Ledger-Kind"] == "live"
        opened = {"fund": "another", "community": "jinning", "name": "另一基金"}
        assert accepted(live.give("funds/open", opened, at=None))["simulated"] is False
        assert live.found(f"funds/{MEAL_FUND}")["simulated"] is False


def test_a_ledger_created_elsewhere_is_known_from_its_first_answer_on(
    database: str, tmp_path: Path
) -> None:
    with open_bare_town(database, tmp_path, kind=None) as town:
        assert "Ledger-Kind" not in town.client.get("/healthz").headers
        problem(town.give("meals/claim", lunch(1)), 409, "ledger_must_be_created_first")
        with open_ledger(database, tmp_path / "keys") as another:
            found(another, people=1)
        town.clerk = town.token()
        assert accepted(town.give("meals/claim", lunch(0)))["simulated"] is True
        assert town.client.get("/healthz").headers["Ledger-Kind"] == "test"


@pytest.mark.parametrize(
    "at", ["noon", "2026-03-02", "2026-03-02T12:00:00", "1026-03-02T12:00:00Z"]
)
def test_a_time_has_an_offset_and_a_plausible_year(shared: Town, at: str) -> None:
    told = problem(shared.give("meals/claim", lunch(10), at=at), 422, "query_must_be_well_formed")
    assert told["errors"][0]["header"] == "Ledger-Time"
