"""Reach: of two communities on one ledger, a reader of one learns nothing that is the other's."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ledger.domain.authority import Role
from ledger.domain.communities import RegisterCommunity, RegisterUnit, SetServiceRules
from ledger.domain.community_records import ServiceRules
from ledger.domain.facts import Contact, FactSheet, Residence
from ledger.domain.people import RegisterPerson
from ledger.domain.values import CommunityId, PersonId, Title, UnitId
from ledger.projections import journal
from tests.api.town import NOON, Town, open_town
from tests.builders import CANTEEN, JINNING, NEW_YEAR, START, accepted, person, unit
from tests.servers import Server, temporary_database

XILIAN = CommunityId("xilian")
UNITS = {JINNING: UnitId("jinning/patrol"), XILIAN: UnitId("xilian/patrol")}
TIME_BANK = ServiceRules(time_bank=True)
HERE, THERE = [person(number) for number in range(6)], [person(number) for number in range(50, 56)]
BUSY = HERE[1]
"""Of 金宁; she serves in both communities."""


@pytest.fixture(scope="module")
def two(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """People of both communities ate in 金宁 and served in both."""
    folder: Path = tmp_path_factory.mktemp("two")
    with (
        temporary_database(embedded) as database,
        open_town(database, folder, people=len(HERE)) as town,
    ):
        beginning: list[object] = [
            RegisterCommunity(XILIAN, Title("西联社区"), Title("丹灶镇")),
            *(SetServiceRules(each, NEW_YEAR, TIME_BANK) for each in UNITS),
            *(RegisterUnit(each, Title("街坊互助队")) for each in UNITS.values()),
            *map(resident_of_xilian, THERE),
        ]
        for answer in town.open_ledger.ledger.execute([unit(each, at=START) for each in beginning]):
            accepted(answer)
        given = town.give_batch([*map(meal, [*HERE, *THERE]), *served()]).json()
        assert given["accepted"] == len(given["items"]), given
        town.position = given["position"]
        yield town


def resident_of_xilian(who: PersonId) -> RegisterPerson:
    home = (Residence(XILIAN),)
    facts = FactSheet(NEW_YEAR.replace(year=1946), registered=home, habitual=home)
    return RegisterPerson(who, XILIAN, Contact("外来人"), facts, NEW_YEAR)


def item(command: str, key: str, **data: object) -> dict[str, object]:
    return {"command": command, "key": key, "at": NOON, "data": data}


def meal(who: PersonId) -> dict[str, object]:
    return item("meals/claim", f"meal-{who}", person=who, canteen=CANTEEN, served_on="2026-03-02")


def served() -> Iterator[dict[str, object]]:
    """One hour here on 27 February, two hours there on the 28th; what came last is unconfirmed."""
    for place, day, hours in ((JINNING, 27, 1), (XILIAN, 28, 2), (JINNING, 25, 1), (XILIAN, 26, 1)):
        shift = f"{place}-{day}"
        start, end = f"2026-02-{day}T09:00:00+08:00", f"2026-02-{day}T{9 + hours:02}:00:00+08:00"
        yield item("shifts/schedule", f"{shift}-1", shift=shift, community=place, activity="巡查",
                   starts_at=start, ends_at=end, unit=UNITS[place])  # fmt: skip
        yield item("attendance/attest", f"{shift}-2", shift=shift, person=BUSY,
                   check_in=start, check_out=end)  # fmt: skip
        if day > 26:
            yield item("service/confirm", f"{shift}-3", shift=shift, person=BUSY)


# -- what a person did elsewhere -----------------------------------------------------------------


def statement(town: Town, token: str, **parameters: Any) -> Any:
    return town.found(f"persons/{BUSY}/statement", token=token, **parameters)["statement"]


@pytest.mark.parametrize("role", [Role.leader, Role.confirmer, Role.registrar, Role.auditor])
def test_of_a_statement_a_reader_sees_the_lines_of_her_communities(two: Town, role: Role) -> None:
    token = two.token(role, communities=(JINNING,))
    found = statement(two, token)
    assert [each["shift"] for each in found["records"]] == ["jinning-27"]
    assert found["totals"]["service_minutes"] == 60
    assert found["totals"]["by_month"] == {"2026-02": 60}
    assert found["totals"]["by_grade"] == {"attested": 60}
    assert XILIAN not in json.dumps(found)
    both = statement(two, two.token(role, communities=(JINNING, XILIAN)))
    assert [each["shift"] for each in both["records"]] == ["xilian-28", "jinning-27"]
    assert both["totals"]["service_minutes"] == 180


def test_the_pages_of_a_statement_are_of_what_she_sees(two: Town) -> None:
    token = two.token(Role.leader, communities=(JINNING,))
    answer = two.read(f"persons/{BUSY}/statement", token=token, limit=1)
    assert cursor_of(answer.json())[0] == "2026-02-27"
    following = two.client.get(answer.json()["next"], headers=two.headers(token)).json()
    assert (following["statement"]["records"], following["next"]) == ([], None)


@pytest.mark.parametrize("who", ["herself", "the town's"])
def test_she_herself_and_whoever_reads_for_the_town_see_it_whole(two: Town, who: str) -> None:
    token = two.token(Role.leader)
    if who == "herself":
        token = two.token(Role.volunteer, person=BUSY, communities=(JINNING,))
    found = statement(two, token)
    assert [each["shift"] for each in found["records"]] == ["xilian-28", "jinning-27"]
    assert found["totals"]["service_minutes"] == 180
    waiting = walk(two, token, f"persons/{BUSY}/unconfirmed", limit=1)
    assert [[each["shift"] for each in page["items"]] for page in waiting] == [
        ["jinning-25"],
        ["xilian-26"],
        [],
    ]


def test_of_what_waits_a_reader_sees_the_shifts_of_her_communities(two: Town) -> None:
    token = two.token(Role.confirmer, communities=(JINNING,))
    waiting = two.found(f"persons/{BUSY}/unconfirmed", token=token)["items"]
    assert [each["shift"] for each in waiting] == ["jinning-25"]


def test_of_credit_a_reader_sees_what_was_earned_in_her_communities(two: Town) -> None:
    """It is spent at home, so what there is of it is told whole."""
    told = {}
    for place in ((JINNING,), (JINNING, XILIAN)):
        credit = two.found(
            f"persons/{BUSY}/credit", token=two.token(Role.leader, communities=place)
        )
        assert credit["credit_minutes"] == 180
        told[place] = [entry["amount"] for entry in credit["entries"]]
    assert told == {(JINNING,): [60], (JINNING, XILIAN): [120, 60]}


# -- where a list goes on ------------------------------------------------------------------------


def cursor_of(page: Any) -> list[Any]:
    """The key in the cursor of the next page, as whoever gets it can read it."""
    (after,) = parse_qs(urlsplit(page["next"]).query)["after"]
    _, _, key = json.loads(urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    assert isinstance(key, list)
    return key


def walk(town: Town, token: str, path: str, **parameters: Any) -> Iterator[Any]:
    page = town.found(path, token=token, **parameters)
    while True:
        yield page
        if page["next"] is None:
            return
        page = town.client.get(page["next"], headers=town.headers(token)).json()


def keys(path: str, page: Any) -> list[list[Any]]:
    """What a cursor may name: the keys of the rows that were shown."""
    fields = {"balances": ("account",), "entries": ("position", "line")}.get(path, ("position",))
    return [[row[each] for each in fields] for row in page["items"]]


LISTS = [
    ("balances", ""), ("balances", "diner/"), ("balances", "person/"),
    ("entries", ""), ("entries", "diner/"), ("entries", "owes/"),
    (f"trail/site/{CANTEEN}", None), (f"trail/person/{BUSY}", None),
    ("trail/community/jinning", None), ("trail/community/xilian", None),
    (f"trail/stream/service-{BUSY}", None),
]  # fmt: skip


@pytest.mark.parametrize("place", [JINNING, XILIAN])
@pytest.mark.parametrize(("path", "account"), LISTS)
@pytest.mark.parametrize("limit", [1, 3])
def test_no_cursor_names_what_was_not_shown(
    two: Town, place: CommunityId, path: str, account: str | None, limit: int
) -> None:
    token = two.token(Role.auditor, communities=(place,))
    asked = {} if account is None else {"account": account}
    whole = two.found(path, token=token, limit=500, **asked)["items"]
    parts = list(walk(two, token, path, limit=limit, **asked))
    assert [row for page in parts for row in page["items"]] == whole
    for page in parts[:-1]:
        assert len(page["items"]) == limit
        assert cursor_of(page) == keys(path, page)[-1]


@pytest.mark.parametrize("path", ["balances", "entries"])
def test_accounts_of_another_community_are_not_listed(two: Town, path: str) -> None:
    for place, people in ((JINNING, HERE), (XILIAN, THERE)):
        token = two.token(Role.auditor, communities=(place,))
        rows = two.found(path, token=token, account="", limit=500)["items"]
        diners = {row["account"] for row in rows if row["account"].startswith("diner/")}
        assert diners == {f"diner/{each}" for each in people}
        canteen = any(row["account"].endswith(f"/{CANTEEN}") for row in rows)
        assert canteen == (place == JINNING)


def test_entries_are_the_same_however_they_are_looked_for(
    two: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = two.token(Role.auditor, communities=(XILIAN,))
    of_few = two.found("entries", token=token, account="", limit=500)["items"]
    monkeypatch.setattr(journal, "FEW", 0)
    assert two.found("entries", token=token, account="", limit=500)["items"] == of_few
    assert of_few


def test_what_belongs_to_no_community_is_shown_to_whoever_reads_for_the_town(two: Town) -> None:
    town_wide = two.found("balances", token=two.token(Role.auditor), account="", limit=500)
    assert any(row["account"].startswith("outside/") for row in town_wide["items"])
    token = two.token(Role.auditor, communities=(JINNING, XILIAN))
    of_both = two.found("balances", token=token, account="", limit=500)
    assert not any(row["account"].startswith("outside/") for row in of_both["items"])
    assert len(of_both["items"]) < len(town_wide["items"])
