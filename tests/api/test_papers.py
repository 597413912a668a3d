"""Papers over HTTP: shown to those who may, each look written down, and found by what is whole."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.access import limits
from ledger.domain.authority import Role
from ledger.domain.values import CommunityId, PersonId
from ledger.exchange.console import progress_bar
from ledger.exchange.proof import prove
from tests.api.town import Town, accepted, open_town, problem
from tests.builders import JINNING, person
from tests.servers import Server, temporary_database

HER, OTHER, CLERK, OFFICER = person(70), person(71), person(72), person(73)
NAME, PHONE, NUMBER, DOCUMENT = "何金例", "13900001234", "V00012345", "440605194605060012"
XILIAN = CommunityId("xilian")
KEPT = ("contact", "name", "facts", "notes", "export")


def registration(who: PersonId, name: str, **more: str) -> dict[str, Any]:
    contact = {"name": name} | more
    facts = {"born_on": "1946-05-06", "habitual": [{"community": "jinning"}]}
    return {"person": who, "community": "jinning", "contact": contact, "facts": facts}


@pytest.fixture(scope="module")
def kept(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder: Path = tmp_path_factory.mktemp("papers")
    with temporary_database(embedded) as database, open_town(database, folder, people=1) as town:
        numbers = {"phone": PHONE, "volunteer_number": NUMBER, "identity_document": DOCUMENT}
        accepted(town.give("people/register", registration(HER, NAME, **numbers)))
        accepted(town.give("people/register", registration(OTHER, "何金例")))
        yield town


def search(town: Town, token: str, by: str, text: str) -> Any:
    answer = town.client.post(
        "/v1/persons/search",
        headers=town.headers(token) | {"Ledger-Position": str(town.position)},
        json={"by": by, "text": text},
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def looks(town: Town, who: PersonId, token: str) -> list[tuple[str, str]]:
    items = town.found(f"persons/{who}/views", token=token)["items"]
    return [(each["viewer"], each["purpose"]) for each in items]


def own(town: Town, who: PersonId = HER) -> str:
    return town.token(Role.volunteer, person=who, granted=False)


# -- looking for somebody ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "text", "found"),
    [
        ("name", NAME, {HER, OTHER}),
        ("name", " 何 金例 ".strip(), {HER, OTHER}),
        ("name", "何金", set()),
        ("number", NUMBER, {HER}),
        ("number", NUMBER.lower(), {HER}),
        ("phone", PHONE, {HER}),
        ("document", DOCUMENT, {HER}),
        ("document", DOCUMENT[:-1], set()),
    ],
)
def test_a_person_is_found_by_what_is_whole(
    kept: Town, by: str, text: str, found: set[PersonId]
) -> None:
    items = search(kept, kept.token(Role.registrar, person=CLERK), by, text)
    assert {each["person"] for each in items} == found
    assert all(each == {"person": each["person"], "community": "jinning", "name": NAME}
               for each in items)  # fmt: skip


def test_who_lies_out_of_reach_is_not_found_and_nobody_was_looked_at(kept: Town) -> None:
    before = looks(kept, HER, own(kept))
    token = kept.token(Role.registrar, person=CLERK, communities=(XILIAN,))
    assert search(kept, token, "name", NAME) == []
    assert looks(kept, HER, own(kept)) == before


@pytest.mark.parametrize("role", [Role.auditor, Role.fund_manager, Role.volunteer])
def test_whoever_has_nothing_to_do_with_people_finds_nobody(kept: Town, role: Role) -> None:
    answer = kept.client.post(
        "/v1/persons/search",
        headers=kept.headers(kept.token(role, person=CLERK)),
        json={"by": "name", "text": NAME},
    )
    problem(answer, 403, "reader_must_hold_a_role_for_this")


BAD: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 400),
    "no JSON": (b"{", 400),
    "no text": (b'{"by":"name"}', 422),
    "another word": (b'{"by":"name","text":"x","like":true}', 422),
    "no such kind": (b'{"by":"face","text":"x"}', 422),
    "empty": (b'{"by":"name","text":""}', 422),
    "too long": (json.dumps({"by": "name", "text": "x" * 61}).encode(), 422),
}


@pytest.mark.parametrize("bad", BAD)
def test_what_is_no_search_is_refused_and_says_why(kept: Town, bad: str) -> None:
    body, status = BAD[bad]
    headers = kept.headers() | {"Content-Type": "application/json"}
    answer = kept.client.post("/v1/persons/search", headers=headers, content=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_whoever_copies_the_register_search_by_search_is_stopped(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "EVEN_TRIES", {limits.Kind.search: 3})
    token = town.token(Role.registrar, person=CLERK)
    for _ in range(3):
        search(town, token, "name", NAME)
    headers, words = town.headers(token), {"by": "name", "text": NAME}
    answer = town.client.post("/v1/persons/search", headers=headers, json=words)
    told = problem(answer, 429, "searches_must_be_fewer")
    assert 0 < told["params"]["seconds"] <= 300
    assert answer.headers["Retry-After"] == str(told["params"]["seconds"])
    assert search(town, town.token(Role.leader, person=OFFICER), "name", NAME) == []


# -- one person's papers -------------------------------------------------------------------------


def test_her_papers_are_shown_to_whoever_may(kept: Town) -> None:
    token = kept.token(Role.registrar, Role.confirmer, person=CLERK)
    contact = kept.found(f"persons/{HER}/contact", token=token)["contact"]
    assert (contact["name"], contact["phone"]) == (NAME, PHONE)
    facts = kept.found(f"persons/{HER}/facts", token=token)["facts"]
    assert facts["born_on"] == "1946-05-06"
    assert kept.found(f"persons/{HER}/notes", token=token)["notes"] == []


def test_each_look_is_hers_to_see_also_her_own(kept: Town) -> None:
    token = own(kept)
    before = looks(kept, HER, token)
    clerk = kept.token(Role.registrar, person=CLERK)
    kept.found(f"persons/{HER}/contact", token=clerk)
    kept.found(f"persons/{HER}/contact", token=clerk)
    kept.found(f"persons/{HER}/export", token=token)
    new = looks(kept, HER, token)[: -len(before) or None]
    assert new == [(HER, "export"), (CLERK, "contact"), (CLERK, "contact")]


def test_whoever_confirms_is_told_the_name_and_nothing_else(kept: Town) -> None:
    confirmer = kept.token(Role.confirmer, person=CLERK)
    told = kept.found(f"persons/{HER}/name", token=confirmer)
    assert told["name"] == NAME
    assert set(told) == {"position", "simulated", "name"}
    assert looks(kept, HER, own(kept))[0] == (CLERK, "name")
    for path in ("contact", "facts", "export", "views"):
        answer = kept.read(f"persons/{HER}/{path}", token=confirmer)
        problem(answer, 403, "reader_must_hold_a_role_for_this")


def test_a_refused_look_is_no_look(kept: Town) -> None:
    before = looks(kept, HER, own(kept))
    for path in KEPT:
        answer = kept.read(f"persons/{HER}/{path}", token=kept.token(Role.auditor, person=CLERK))
        problem(answer, 403, "reader_must_hold_a_role_for_this")
    assert looks(kept, HER, own(kept)) == before


def test_she_takes_everything_along_and_nobody_elses(kept: Town) -> None:
    mine = kept.found(f"persons/{HER}/export", token=own(kept))
    assert [each["name"] for each in mine["contacts"]] == [NAME]
    assert [each["born_on"] for each in mine["facts"]] == ["1946-05-06"]
    answer = kept.read(f"persons/{OTHER}/export", token=own(kept))
    problem(answer, 403, "reader_must_hold_a_role_for_this")


@pytest.mark.parametrize("path", [*KEPT, "views"])
def test_who_does_not_exist_is_answered_like_who_lies_elsewhere(kept: Town, path: str) -> None:
    officer = kept.token(Role.data_officer, Role.confirmer, person=OFFICER)
    answer = kept.read(f"persons/{person(99)}/{path}", token=officer)
    problem(answer, 404, "record_must_be_within_reach")
    token = kept.token(Role.data_officer, Role.confirmer, person=OFFICER, communities=(XILIAN,))
    answer = kept.read(f"persons/{HER}/{path}", token=token)
    problem(answer, 404, "record_must_be_within_reach")


def test_the_pages_of_looks_follow_each_other(kept: Town) -> None:
    token = own(kept)
    for _ in range(3):
        kept.found(f"persons/{HER}/contact", token=token)
    page = kept.found(f"persons/{HER}/views", token=token, limit=2)
    following = kept.client.get(page["next"], headers=kept.headers(token)).json()
    numbers = [each["number"] for each in (*page["items"], *following["items"])]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == len(numbers)


def test_who_looked_may_be_taken_along_as_a_table(kept: Town) -> None:
    token = own(kept)
    kept.found(f"persons/{HER}/contact", token=token)
    answer = kept.read(f"persons/{HER}/views", token=token, format="csv")
    assert answer.status_code == 200
    assert answer.text.splitlines()[0].lstrip("\ufeff") == "number,viewer,purpose,at"


def test_no_answer_is_remembered(kept: Town) -> None:
    token = own(kept)
    first, second = (kept.read(f"persons/{HER}/contact", token=token) for _ in range(2))
    assert first.headers["ETag"] != second.headers["ETag"]
    assert first.headers["Cache-Control"] == "no-store"


# -- who is restricted, who is erased ------------------------------------------------------------


def test_whoever_is_restricted_is_found_and_read_by_the_officer_alone(town: Town) -> None:
    who = person(1)
    restrict = {"person": who, "reason": "accuracy_contested"}
    officer = town.token(Role.data_officer, person=OFFICER)
    accepted(town.give("rights/restrict", restrict, token=officer))
    clerk = town.token(Role.registrar, person=CLERK)
    problem(
        town.read(f"persons/{who}/contact", token=clerk), 403, "reader_must_hold_a_role_for_this"
    )
    assert town.found(f"persons/{who}/contact", token=officer)["contact"]["name"] == "第1人"
    assert search(town, clerk, "name", "第1人") == []


def test_of_whoever_is_erased_nothing_is_left_to_see(town: Town) -> None:
    who = person(1)
    officer = town.token(Role.data_officer, person=OFFICER)
    erase = {"person": who, "basis": "participation_ended"}
    accepted(town.give("rights/erase", erase, token=officer))
    assert town.found(f"persons/{who}/contact", token=officer)["contact"] is None
    told = town.found(f"persons/{who}/export", token=officer)
    assert (told["contacts"], told["facts"], told["notes"]) == ([], [], [])
    registrar = town.token(Role.registrar, person=CLERK)
    assert search(town, registrar, "name", "第1人") == []
    assert prove(town.open_ledger, progress_bar).faults == []


def test_the_journal_has_no_name_and_no_number_in_it(kept: Town) -> None:
    search(kept, kept.token(Role.registrar, person=CLERK), "document", DOCUMENT)
    noted = kept.noted()
    assert "/v1/persons/search" in noted
    for secret in (NAME, PHONE, NUMBER, DOCUMENT):
        assert secret not in noted


def test_a_community_of_its_own_reads_its_own(kept: Town) -> None:
    token = kept.token(Role.leader, person=CLERK, communities=(JINNING,))
    assert {each["person"] for each in search(kept, token, "phone", PHONE)} == {HER}
