"""The trial balance over HTTP: for a community or the town, by whoever works with its money."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.domain.authority import Role
from ledger.domain.values import CommunityId
from tests.api.town import Town, accepted, open_town, problem
from tests.builders import CANTEEN, JINNING, MEAL_FUND, person
from tests.servers import Server, temporary_database

XILIAN = CommunityId("xilian")
FEBRUARY, MARCH = "periods/2026-02/trial-balance", "periods/2026-03/trial-balance"
EATERS = 3


@pytest.fixture(scope="module")
def closed(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Three ate on 27 February and three in March; February is closed, and a gift came late."""
    folder: Path = tmp_path_factory.mktemp("closed")
    with (
        temporary_database(embedded) as database,
        open_town(database, folder, people=EATERS) as town,
    ):
        for day in ("2026-02-27", "2026-03-02"):
            for number in range(EATERS):
                claim = {"person": person(number), "canteen": CANTEEN, "served_on": day}
                accepted(town.give("meals/claim", claim))
        month = {"community": JINNING, "month": "2026-02"}
        accepted(town.give("periods/close", month, at="2026-03-02T13:00:00+08:00"))
        gift = {"fund": MEAL_FUND, "kind": "donation", "source": "li",
                "received_on": "2026-02-28", "amount_fen": 5_000}  # fmt: skip
        accepted(town.give("funds/receive-money", gift, at="2026-03-02T14:00:00+08:00"))
        yield town


def lines(told: Any) -> dict[str, tuple[int, int, int, int]]:
    return {
        line["line"]: (line["opening"], line["increase"], line["decrease"], line["closing"])
        for line in told["lines"]
    }


def test_a_month_begins_where_the_one_before_ended_and_comes_to_zero(closed: Town) -> None:
    february, march = closed.found(FEBRUARY), closed.found(MARCH)
    assert lines(february)["diner/*"] == (0, 0, 2700, -2700)
    assert lines(march)["diner/*"] == (-2700, 0, 2700, -5400)
    assert lines(march)[f"fund/{MEAL_FUND}"] == (10_000_000, 5_000, 0, 10_005_000)
    (total,) = march["totals"]
    assert (total["opening"], total["closing"], total["balances"]) == (0, 0, True)
    assert total["counted"] == "fen"
    assert total["increase"] == total["decrease"] == 5_000 + 3 * 1_500


def test_the_month_is_of_booking_unless_occurrence_is_asked_for(closed: Town) -> None:
    assert lines(closed.found(FEBRUARY))[f"fund/{MEAL_FUND}"][1] == 0
    occurred = closed.found(FEBRUARY, basis="occurred")
    assert (occurred["basis"], lines(occurred)[f"fund/{MEAL_FUND}"][1]) == ("occurred", 5_000)


def test_it_says_whether_the_month_is_closed_and_at_which_position(closed: Town) -> None:
    told = closed.found(FEBRUARY, community=JINNING)
    (period,) = told["periods"]
    position = period["closed_position"]
    assert (told["closed"], period["closed_on"]) == (True, "2026-03-02")
    before = closed.found(FEBRUARY, community=JINNING, known_at=position - 1)
    assert (before["closed"], before["position"]) == (False, position - 1)
    assert before["periods"][0]["closed_position"] is None
    assert before["lines"] == closed.found(FEBRUARY, community=JINNING)["lines"]
    assert closed.found(MARCH)["closed"] is False


def test_what_does_not_belong_to_a_community_alone_is_said(closed: Town) -> None:
    told = closed.found(MARCH, community=JINNING)
    sides = {line["line"]: (line["side"], line["community"]) for line in told["lines"]}
    assert sides["diner/*"] == ("own", JINNING)
    assert sides["outside/donation/*"] == ("outside", None)
    assert [total["balances"] for total in told["totals"]] == [True]


def test_the_single_accounts_behind_a_line_are_listed_page_by_page(closed: Town) -> None:
    (line,) = (each for each in closed.found(MARCH)["lines"] if each["line"] == "diner/*")
    asked = {"account": line["below"], "limit": 2}
    first = closed.found("periods/2026-03/accounts", **asked)
    answer = closed.client.get(first["next"], headers=closed.headers()).json()
    rows = [*first["items"], *answer["items"]]
    assert [row["account"] for row in rows] == [f"diner/{person(number)}" for number in range(3)]
    assert sum(row["closing"] for row in rows) == line["closing"]
    assert {(row["community"], row["opening"], row["decrease"]) for row in rows} == {
        (JINNING, -900, 900)
    }


def test_as_a_table_the_sums_are_at_the_foot(closed: Town) -> None:
    answer = closed.read(MARCH, format="csv")
    assert 'filename="trial-balance-2026-03.csv"' in answer.headers["content-disposition"]
    its = closed.read(MARCH, format="csv", community=JINNING).headers["content-disposition"]
    assert 'filename="trial-balance-2026-03-jinning.csv"' in its
    table = answer.text.removeprefix("\ufeff").splitlines()
    assert table[0] == "side,community,line,unit,opening,increase,decrease,closing"
    assert f"own,{JINNING},diner/*,fen,-2700,0,2700,-5400" in table
    assert table[-1] == ",,合计 total fen,fen,0,9500,9500,0"


@pytest.mark.parametrize(
    ("path", "asked"), [(MARCH, {}), ("periods/2026-03/accounts", {"account": "diner/"})]
)
def test_it_is_read_by_whoever_works_with_money_there(
    closed: Town, path: str, asked: dict[str, str]
) -> None:
    volunteer = closed.token(Role.volunteer, person=person(1))
    problem(closed.read(path, token=volunteer, **asked), 403, "reader_must_hold_a_role_for_this")
    elsewhere = closed.token(Role.fund_manager, communities=(XILIAN,))
    refused = closed.read(path, token=elsewhere, community=JINNING, **asked)
    problem(refused, 404, "record_must_be_within_reach")
    assert person(1) not in closed.read(path, token=elsewhere, **asked).text
    here = closed.token(Role.fund_manager, communities=(JINNING,))
    for rows in ("lines", "items"):
        whole = closed.found(path, **asked)
        if rows in whole:
            assert closed.found(path, token=here, **asked)[rows] == whole[rows]
            assert closed.found(path, token=elsewhere, **asked)[rows] == []


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("periods/2026-13/trial-balance", {}),
        (MARCH, {"as_of": "2026-03-01"}),
        (MARCH, {"basis": "paid"}),
        ("periods/2026-03/accounts", {}),
    ],
)
def test_what_is_asked_wrongly_is_told(closed: Town, path: str, asked: dict[str, str]) -> None:
    problem(closed.read(path, **asked), 422, "query_must_be_well_formed")


def test_a_month_without_entries_has_no_lines(closed: Town) -> None:
    told = closed.found("periods/2025-01/trial-balance", community=JINNING, at_least=0)
    assert (told["lines"], told["totals"], told["closed"]) == ([], [], False)
