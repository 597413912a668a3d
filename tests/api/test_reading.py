"""Questions: answered from one position, page by page, to whoever may ask."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from ledger.domain.authority import Role
from ledger.domain.values import CommunityId
from ledger.projections.watch import Watch
from tests.api.questions import CLAIMS, OPEN, QUESTIONS, UNITS
from tests.api.town import NOON, Town, accepted, open_town, problem
from tests.builders import CANTEEN, CLERK, JINNING, MEAL_FUND, person
from tests.servers import Server, temporary_database

XILIAN = CommunityId("xilian")
EATERS = 30


@pytest.fixture(scope="module")
def eaten(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town in which thirty people ate on 2 March and nobody will ever eat again."""
    folder: Path = tmp_path_factory.mktemp("eaten")
    with (
        temporary_database(embedded) as database,
        open_town(database, folder, people=EATERS) as town,
    ):
        claims = [
            {"command": "meals/claim", "key": f"{number}", "at": NOON,
             "data": {"person": person(number), "canteen": CANTEEN, "served_on": "2026-03-02"}}
            for number in range(EATERS)
        ]  # fmt: skip
        answer = town.give_batch(claims)
        assert answer.json()["accepted"] == EATERS
        town.position = answer.json()["position"]
        yield town


@pytest.mark.parametrize(("path", "parameters"), QUESTIONS, ids=[path for path, _ in QUESTIONS])
def test_every_answer_says_its_position_and_need_not_be_sent_twice(
    eaten: Town, path: str, parameters: dict[str, str]
) -> None:
    answer = eaten.read(path, **parameters)
    assert answer.status_code == 200, answer.text
    assert answer.json()["position"] == int(answer.headers["Ledger-Position"]) == eaten.position
    assert answer.json()["simulated"] is True
    again = eaten.read(path, headers={"If-None-Match": answer.headers["ETag"]}, **parameters)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == answer.headers["ETag"]


def test_an_etag_is_of_one_question_and_one_caller(eaten: Town) -> None:
    tag = eaten.read("funds").headers["ETag"]
    auditor = eaten.token(Role.auditor)
    for other in (
        eaten.read("funds", community="jinning", headers={"If-None-Match": tag}),
        eaten.read("funds", token=auditor, headers={"If-None-Match": tag}),
        eaten.read("funds", headers={"If-None-Match": tag, "Accept": "text/csv"}),
    ):
        assert other.status_code == 200


# -- what was known, and when -------------------------------------------------------------------


def test_what_is_known_later_is_forgotten(eaten: Town) -> None:
    first = eaten.found(CLAIMS, month="2026-03")["items"][0]["position"]
    known = eaten.found(CLAIMS, month="2026-03", known_at=first)
    assert (known["position"], len(known["items"])) == (first, 1)
    assert eaten.found(CLAIMS, month="2026-03", known_at="2026-03-01")["items"] == []
    totals = f"canteens/{CANTEEN}/totals"
    for known_at, meals in (("2026-03-02T11:59:59+08:00", 0), ("2026-03-02", EATERS)):
        found = eaten.found(totals, month="2026-03", known_at=known_at)
        assert found["totals"]["meals"] == meals
    before = eaten.found("balances", account=f"due/{CANTEEN}/", as_of="2026-03-01")
    assert before["items"] == []


def test_a_known_answer_never_changes(town: Town) -> None:
    first = town.read(f"funds/{MEAL_FUND}", known_at=town.position)
    claim = {"person": person(1), "canteen": CANTEEN, "served_on": "2026-03-02"}
    accepted(town.give("meals/claim", claim))
    again = town.read(
        f"funds/{MEAL_FUND}",
        known_at=first.json()["position"],
        headers={"If-None-Match": first.headers["ETag"]},
    )
    assert again.status_code == 304


# -- pages ---------------------------------------------------------------------------------------


def pages(town: Town, path: str, **parameters: Any) -> Iterator[dict[str, Any]]:
    answer = town.read(path, **parameters)
    while True:
        assert answer.status_code == 200, answer.text
        yield answer.json()
        following = answer.json()["next"]
        if following is None:
            assert "Link" not in answer.headers
            return
        assert answer.headers["Link"] == f'<{following}>; rel="next"'
        answer = town.client.get(following, headers=town.headers())


@pytest.mark.parametrize("limit", [1, 7, 30, 31])
def test_pages_hold_every_row_once_in_order(eaten: Town, limit: int) -> None:
    whole = eaten.found(CLAIMS, month="2026-03", limit=500)["items"]
    parts = list(pages(eaten, CLAIMS, month="2026-03", limit=limit))
    assert [row for page in parts for row in page["items"]] == whole
    assert all(len(page["items"]) <= limit for page in parts)


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("balances", {"account": ""}),
        ("entries", {"account": "due/"}),
        (f"canteens/{CANTEEN}/days/2026-03-02", {}),
        ("trail/community/jinning", {}),
    ],
)
def test_every_list_goes_on_where_it_stopped(
    eaten: Town, path: str, parameters: dict[str, str]
) -> None:
    def rows(page: dict[str, Any]) -> list[Any]:
        found: list[Any] = page["sheet"]["claims"] if "sheet" in page else page["items"]
        return found

    whole = rows(eaten.found(path, limit=500, **parameters))
    parts = [rows(page) for page in pages(eaten, path, limit=4, **parameters)]
    assert [row for part in parts for row in part] == whole
    assert len(whole) > 4


def test_the_pages_of_a_list_are_about_one_position(town: Town) -> None:
    def claim(number: int) -> None:
        data = {"person": person(number), "canteen": CANTEEN, "served_on": "2026-03-02"}
        accepted(town.give("meals/claim", data))

    claim(1)
    claim(2)
    first = town.read(CLAIMS, month="2026-03", limit=1)
    claim(3)
    later = town.headers() | {"Ledger-Position": str(town.position)}
    second = town.client.get(first.json()["next"], headers=later).json()
    assert second["position"] == first.json()["position"]
    assert [row["person"] for row in second["items"]] == [person(2)]
    third = town.client.get(second["next"], headers=later).json()
    assert (third["items"], third["next"]) == ([], None)


def test_a_cursor_of_another_list_is_refused(eaten: Town) -> None:
    page = eaten.found(CLAIMS, month="2026-03", limit=1)
    cursor = page["next"].partition("after=")[2].partition("&")[0]
    for path, parameters in (
        (CLAIMS, {"month": "2026-02"}),
        (CLAIMS, {"month": "2026-03", "as_of": "2026-03-31"}),
        ("entries", {"account": "fund/"}),
    ):
        answer = eaten.read(path, after=cursor, **parameters)
        problem(answer, 400, "cursor_must_belong_to_this_query")
    assert eaten.read(CLAIMS, month="2026-03", after=cursor, limit=9).status_code == 200


@pytest.mark.parametrize("cursor", ["A", "AAAA", "bnVsbA", "W10", "eyJhIjoxfQ", "_-_-"])
def test_what_is_no_cursor_is_refused(eaten: Town, cursor: str) -> None:
    answer = eaten.read(CLAIMS, month="2026-03", after=cursor)
    problem(answer, 400, "cursor_must_belong_to_this_query")


# -- tables --------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [{"format": "csv"}, {"headers": {"Accept": "text/csv"}}])
def test_a_list_can_be_a_table(eaten: Town, how: dict[str, Any]) -> None:
    answer = eaten.read(CLAIMS, month="2026-03", **how)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbfposition,person,")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    lines = answer.content.decode("utf-8-sig").split("\r\n")
    assert len(lines) == EATERS + 2
    (first, *_) = csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert (first["person"], first["copayment_fen"]) == (person(0), "900")


def test_a_league_table_is_plain_numbers(eaten: Town) -> None:
    answer = eaten.read("league", season="2026-Q1", format="csv")
    (line,) = csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert (line["community"], line["meals_served"], line["meals_served_rank"]) == (
        "jinning",
        str(EATERS),
        "1",
    )
    assert line["minutes_per_thousand"] == line["minutes_per_thousand_rank"] == ""


def test_an_empty_table_keeps_its_headings(eaten: Town) -> None:
    answer = eaten.read(CLAIMS, month="2025-03", format="csv")
    assert answer.content.decode("utf-8-sig").startswith("position,person,")
    assert answer.content.count(b"\r\n") == 1


# -- what one wrote ------------------------------------------------------------------------------


def test_a_position_that_is_not_in_the_log_is_not_waited_for(eaten: Town) -> None:
    answer = eaten.read("funds", headers={"Ledger-Position": str(eaten.position + 1)})
    told = problem(answer, 422, "position_must_be_in_the_log")
    assert told["params"] == {"position": eaten.position, "at_least": eaten.position + 1}


def test_waiting_for_a_read_model_has_an_end(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.reading.WAIT_SECONDS", 0.2)
    assert town.open_ledger.watch is not None
    town.open_ledger.watch.close()
    accepted(town.give("funds/open", {"fund": "late", "community": "jinning", "name": "基金"}))
    answer = town.read("funds", at_least=town.position)
    problem(answer, 504, "position_must_be_reached_in_time")
    assert town.client.get("/v1/funds", headers=town.headers()).status_code == 200


def test_a_read_model_that_stands_still_is_not_taken_for_one_that_has_come(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert town.open_ledger.watch is not None
    town.open_ledger.watch.close()
    monkeypatch.setattr(Watch, "position", 10**9)  # as if this one were parked, the others ahead
    accepted(town.give("funds/open", {"fund": "late", "community": "jinning", "name": "基金"}))
    problem(town.read("funds"), 504, "position_must_be_reached_in_time")


# -- who may ask ---------------------------------------------------------------------------------


"""Lists of what lies within reach, and what everybody may look up."""


def test_another_community_is_answered_like_what_does_not_exist(eaten: Town) -> None:
    elsewhere = eaten.token(Role.auditor, Role.volunteer, communities=(XILIAN,))
    for path, parameters in QUESTIONS:
        if path in ("balances", "funds", "league", UNITS) or path.startswith(OPEN):
            continue
        answer = eaten.read(path, token=elsewhere, **parameters)
        problem(answer, 404, "record_must_be_within_reach")


@pytest.mark.parametrize(
    "path",
    ["funds/no-fund", "shifts/no-shift", "canteens/no-canteen/totals?month=2026-03",
     f"persons/{person(10**6)}/statement", "policies/no-canteen",
     "communities/nowhere/meals?month=2026-03"],
)  # fmt: skip
def test_what_does_not_exist_is_not_found_by_whoever_reaches_everything(
    eaten: Town, path: str
) -> None:
    problem(eaten.read(path), 404, "record_must_be_within_reach")


def test_a_list_holds_what_lies_within_reach(eaten: Town) -> None:
    here = eaten.token(Role.auditor, communities=(JINNING,))
    elsewhere = eaten.token(Role.auditor, communities=(XILIAN,))
    for path, parameters in (
        ("balances", {"account": "fund/"}),
        ("entries", {"account": "due/"}),
        ("funds", {}),
        (f"trail/person/{person(1)}", {}),
        ("trail/community/jinning", {}),
    ):
        assert eaten.found(path, token=here, **parameters)["items"]
        assert eaten.found(path, token=elsewhere, **parameters)["items"] == []


def test_a_volunteer_reads_her_own_statement_and_no_other(eaten: Town) -> None:
    volunteer = eaten.token(Role.volunteer, person=person(1), communities=(XILIAN,))
    own = eaten.read(f"persons/{person(1)}/statement", token=volunteer)
    assert own.status_code == 200
    other = eaten.read(f"persons/{person(2)}/statement", token=volunteer)
    problem(other, 403, "reader_must_hold_a_role_for_this")


def test_a_volunteer_sees_of_a_shift_its_numbers_and_herself(town: Town) -> None:
    shift = {
        "shift": "sweep",
        "community": "jinning",
        "activity": "清洁",
        "starts_at": "2026-03-03T09:00:00+08:00",
        "ends_at": "2026-03-03T11:00:00+08:00",
    }
    accepted(town.give("shifts/schedule", shift))
    for number in (1, 2):
        accepted(town.give("shifts/sign-up", {"shift": "sweep", "person": person(number)}))
    volunteer = town.token(Role.volunteer, person=person(1), communities=(JINNING,))
    seen = town.found("shifts/sweep", token=volunteer)
    assert seen["shift"]["signed_up"] == 2
    assert [each["person"] for each in seen["people"]] == [person(1)]
    assert len(town.found("shifts/sweep")["people"]) == 2


def test_an_administrator_reads_no_amount(eaten: Town) -> None:
    administrator = eaten.token(Role.administrator, person=CLERK)
    answer = eaten.read("balances", account="fund/", token=administrator)
    problem(answer, 403, "reader_must_hold_a_role_for_this")


# -- forms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("funds?as_off=2026-03-01", "as_off"),
        ("funds?as_of=2026-03-01&as_of=2026-03-02", "as_of"),
        ("funds?as_of=2026-02-30", "as_of"),
        ("funds?as_of=1772323200", "as_of"),
        ("funds?as_of=2026-03-01T00:00:00", "as_of"),
        ("funds?as_of=", "as_of"),
        ("funds?known_at=2026-03-01T09:00:00", "known_at"),
        ("funds?known_at=-1", "known_at"),
        ("funds?known_at=1.5", "known_at"),
        ("funds?basis=paid", "basis"),
        ("funds?community=Jinning", "community"),
        ("funds?community=%00", "community"),
        ("funds?at_least=1e3", "at_least"),
        ("funds?at_least=99999999999999999999", "at_least"),
        ("funds?limit=10", "limit"),
        ("entries?account=fund/&limit=0", "limit"),
        ("entries?account=fund/&limit=501", "limit"),
        ("entries?account=fund/&limit=%2B5", "limit"),
        ("entries?account=fund/&limit=1_0", "limit"),
        ("entries?account=../etc", "account"),
        ("entries", "account"),
        ("entries?account=fund/&after=!!!", "after"),
        ("entries?account=fund/&format=xml", "format"),
        ("league?season=", "season"),
        ("league?season=2026-13", "season"),
        ("shifts?community=jinning&from_day=yesterday&to_day=2026-03-02", "from_day"),
        ("persons/somebody/statement", "person"),
        (f"canteens/{CANTEEN}/days/2026-02-30", "day"),
        ("canteens/X/totals?month=2026-03", "canteen"),
        (f"canteens/{CANTEEN}/totals?month=2026-3", "month"),
        (f"funds/{MEAL_FUND}/lots/0", "lot"),
        (f"settlements/{CANTEEN}/2026-3", "month"),
        ("settlements?stage=late", "stage"),
        ("settlements?day=today", "day"),
        ("recoveries?only_open=1", "only_open"),
        ("recoveries?only_open=", "only_open"),
        ("disbursements?stage=checked", "stage"),
        ("disbursements?payee=Shop", "payee"),
        (f"disbursements/{MEAL_FUND}/0", "number"),
        ("trail/nobody/x", "kind"),
    ],
)
def test_a_parameter_of_the_wrong_form_is_told(eaten: Town, path: str, parameter: str) -> None:
    told = problem(eaten.read(path), 422, "query_must_be_well_formed")
    assert told["errors"][0]["parameter"] == parameter
    assert set(told["errors"][0]["messages"]) == {"en", "zh"}


def test_a_header_of_the_wrong_form_is_told(eaten: Town) -> None:
    answer = eaten.read("funds", headers={"Ledger-Position": "soon"})
    told = problem(answer, 422, "query_must_be_well_formed")
    assert told["errors"][0]["header"] == "Ledger-Position"
