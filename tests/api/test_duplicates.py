"""Two entries of one person over HTTP: found by the document, merged, read as one, and parted."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ledger.access import standing
from ledger.domain.authority import Role
from ledger.domain.values import CommunityId, PersonId
from ledger.vault import index
from ledger.vault.reindexing import Rebuilt, rebuild_index
from tests.api.town import Town, accepted, open_town, problem
from tests.builders import JINNING, START, person
from tests.servers import Server, temporary_database

HER, TWICE, CLERK, STRANGER = person(80), person(81), person(82), person(83)
NAME, DOCUMENT = "梁小婉例", "440605195103040023"
CARD = "44060519510304003X"
HOURS = {
    "walk": ("2026-03-01T09:00:00+08:00", "2026-03-01T11:00:00+08:00"),
    "visit": ("2026-03-01T13:00:00+08:00", "2026-03-01T14:00:00+08:00"),
    "garden": ("2026-03-01T15:00:00+08:00", "2026-03-01T16:00:00+08:00"),
}
BOTH = {"person": HER, "duplicate": TWICE}


def serve(town: Town, name: str, who: PersonId, *, confirmed: bool = True) -> None:
    begin, end = HOURS[name]
    shift = {"shift": name, "community": JINNING, "activity": "探访"}
    here = {"shift": name, "person": who}
    accepted(town.give("shifts/schedule", shift | {"starts_at": begin, "ends_at": end}))
    accepted(town.give("attendance/attest", here | {"check_in": begin, "check_out": end}))
    if confirmed:
        accepted(town.give("service/confirm", here))


@pytest.fixture
def two(embedded: Server, tmp_path: Path) -> Iterator[Town]:
    """She served two hours under one id; an hour and an unconfirmed one stand under the other."""
    with temporary_database(embedded) as database, open_town(database, tmp_path, people=1) as town:
        rules = {"community": JINNING, "valid_from": "2026-01-01", "rules": {"time_bank": True}}
        accepted(town.give("communities/set-service-rules", rules, at=START.isoformat()))
        for who, contact in (
            (HER, {"name": NAME, "identity_document": DOCUMENT}),
            (TWICE, {"name": NAME, "phone": "13900005678"}),
            (STRANGER, {"name": "何陌生例"}),
        ):
            facts = {"born_on": "1951-03-04", "habitual": [{"community": "jinning"}]}
            told = {"person": who, "community": JINNING, "contact": contact, "facts": facts}
            accepted(town.give("people/register", told | {"registered_on": "2026-01-05"}))
        serve(town, "walk", HER)
        serve(town, "visit", TWICE)
        serve(town, "garden", TWICE, confirmed=False)
        yield town


def merge(town: Town) -> None:
    accepted(town.give("duplicates/merge", BOTH, token=registrar(town)))


def registrar(town: Town) -> str:
    return town.token(Role.registrar, person=CLERK)


def own(town: Town, who: PersonId = HER) -> str:
    return town.token(Role.volunteer, person=who, granted=False)


def search(town: Town, by: str, text: str) -> set[str]:
    answer = town.client.post(
        "/v1/persons/search",
        headers=town.headers(registrar(town)) | {"Ledger-Position": str(town.position)},
        json={"by": by, "text": text},
    )
    return {each["person"] for each in answer.json()["items"]}


def minutes(town: Town, who: PersonId = HER, **asked: Any) -> int:
    told = town.found(f"persons/{who}/statement", **asked)
    total: int = told["statement"]["totals"]["service_minutes"]
    return total


# -- finding and merging -------------------------------------------------------------------------


def test_the_document_tells_that_she_was_entered_before_and_both_lead_to_one_id_from_then_on(
    two: Town,
) -> None:
    again = {"person": TWICE, "contact": {"name": NAME, "identity_document": DOCUMENT}}
    problem(two.give("people/record-contact", again), 409, "identity_document_must_be_new")
    assert search(two, "document", DOCUMENT) == {HER}
    assert search(two, "name", NAME) == {HER, TWICE}
    merge(two)
    assert search(two, "name", NAME) == {HER}
    told = problem(two.give("people/record-contact", again), 409, "person_must_not_be_a_duplicate")
    assert told["params"] == {"person": TWICE, "kept_as": HER}
    phone = {"name": NAME, "identity_document": DOCUMENT, "phone": "13900005678"}
    assert search(two, "phone", "13900005678") == {HER}
    accepted(two.give("people/record-contact", {"person": HER, "contact": phone}))
    assert search(two, "phone", "13900005678") == {HER}


def test_a_document_of_the_joined_id_is_hers_and_nobody_elses(two: Town) -> None:
    hers = {"contact": {"name": NAME, "identity_document": CARD}}
    accepted(two.give("people/record-contact", hers | {"person": TWICE}))
    merge(two)
    assert search(two, "document", CARD) == {HER}
    facts = {"born_on": "1951-03-04", "habitual": [{"community": "jinning"}]}
    third = hers | {"person": person(84), "community": JINNING, "facts": facts}
    problem(two.give("people/register", third), 409, "identity_document_must_be_new")
    strangers = two.give("people/record-contact", hers | {"person": STRANGER})
    problem(strangers, 409, "identity_document_must_be_new")
    accepted(two.give("people/record-contact", hers | {"person": HER}))
    vault = two.open_ledger.ledger.vault
    with two.owner() as owner:
        assert rebuild_index(owner, vault) == Rebuilt(0, ())
        vault.renew_ledger_key(owner, index.KEY)
        assert rebuild_index(owner, vault, batch=1).clashes == ()
    assert search(two, "document", CARD) == {HER}
    accepted(two.give("duplicates/separate", BOTH, token=registrar(two)))
    assert search(two, "document", CARD) == {TWICE}
    again = two.give("people/record-contact", hers | {"person": HER})
    problem(again, 409, "identity_document_must_be_new")


def test_whoever_is_registered_while_two_are_joined_cannot_have_their_document(two: Town) -> None:
    contact = {"name": NAME, "identity_document": CARD}
    accepted(two.give("people/record-contact", {"person": TWICE, "contact": contact}))
    facts = {"born_on": "1951-03-04", "habitual": [{"community": "jinning"}]}
    third = {"person": person(84), "community": JINNING, "contact": contact, "facts": facts}
    token = registrar(two)
    with ThreadPoolExecutor(2) as pool:
        joining = pool.submit(two.give, "duplicates/merge", BOTH, token=token)
        entering = pool.submit(two.give, "people/register", third)
    accepted(joining.result())
    problem(entering.result(), 409, "identity_document_must_be_new")


def test_an_index_made_anew_finds_nobody_whom_the_log_took_from_it(two: Town) -> None:
    merge(two)
    officer = two.token(Role.data_officer, person=CLERK)
    serves = {"person": HER, "basis": "participation_ended"}  # so a term keeps her papers
    accepted(two.give("rights/erase", serves, token=officer))
    assert search(two, "name", NAME) == set()
    vault = two.open_ledger.ledger.vault
    with two.owner() as owner:
        assert rebuild_index(owner, vault) == Rebuilt(0, ())
    assert search(two, "name", NAME) == set()
    assert search(two, "name", "何陌生例") == {STRANGER}


def test_a_registrar_of_one_community_merges_nobody_of_another(two: Town) -> None:
    elsewhere = two.token(Role.registrar, person=CLERK, communities=(CommunityId("xilian"),))
    answer = two.give("duplicates/merge", BOTH, token=elsewhere)
    problem(answer, 404, "record_must_be_within_reach")
    here = two.token(Role.registrar, person=CLERK, communities=(JINNING,))
    accepted(two.give("duplicates/merge", BOTH, token=here))


def test_whoever_is_kept_under_another_id_is_let_in_under_that_one_alone(two: Town) -> None:
    datastore = two.open_ledger.datastore
    paths = f"persons/{TWICE}/statement", f"persons/{HER}/statement"
    assert two.read(paths[0], token=own(two, TWICE)).status_code == 200
    with datastore.get_connection() as connection:
        assert standing.of(connection, TWICE).is_open
    merge(two)
    refused = two.read(paths[0], token=own(two, TWICE))
    problem(refused, 403, "reader_must_hold_a_role_for_this")
    assert [two.read(path, token=own(two)).status_code for path in paths] == [200, 200]
    with datastore.get_connection() as connection:
        assert not standing.of(connection, TWICE).is_open
        assert standing.of(connection, HER).is_open


# -- reading as one ------------------------------------------------------------------------------


def test_her_hours_are_those_of_both_ids_and_each_record_says_where_it_stands(two: Town) -> None:
    assert minutes(two) == 120
    before = two.position
    merge(two)
    assert (minutes(two), minutes(two, known_at=before)) == (180, 120)
    assert minutes(two, token=own(two)) == 180
    told = two.found(f"persons/{HER}/statement", token=own(two))["statement"]
    stands = {(each["person"], each["shift"]) for each in told["records"]}
    assert stands == {(HER, "walk"), (TWICE, "visit")}
    assert minutes(two, TWICE) == 60


def test_what_waits_under_the_duplicate_is_hers_and_is_confirmed_there(two: Town) -> None:
    merge(two)
    waiting = two.found(f"persons/{HER}/unconfirmed", token=own(two))["items"]
    assert [(each["person"], each["shift"]) for each in waiting] == [(TWICE, "garden")]
    accepted(two.give("service/confirm", {"shift": "garden", "person": TWICE}))
    assert minutes(two, token=own(two)) == 240


def test_she_disputes_what_stands_under_the_duplicate_and_nobody_else_does(two: Town) -> None:
    about = {"shift": "visit", "person": TWICE, "reason": "minutes_wrong"}
    dispute = about | {"note": {"text": "我还多留了半小时"}}
    refused = two.give("objections/raise", dispute, token=own(two))
    problem(refused, 403, "actor_must_hold_a_role_for_this")
    merge(two)
    stranger = two.give("objections/raise", dispute, token=own(two, STRANGER))
    problem(stranger, 403, "actor_must_hold_a_role_for_this")
    accepted(two.give("objections/raise", dispute, token=own(two)))
    assert two.found(f"persons/{TWICE}/notes", token=own(two))["notes"]


def test_credit_is_one_sum_and_its_entries_go_on_page_by_page(two: Town) -> None:
    merge(two)
    accepted(two.give("timebank/redeem", {"person": HER, "credit_minutes": 150}, token=own(two)))
    page = two.found(f"persons/{HER}/credit", token=own(two), limit=2)
    rest = two.read(page["next"].removeprefix("/v1/"), token=own(two)).json()
    assert (page["credit_minutes"], rest["next"]) == (30, None)
    amounts = [each["amount"] for each in (*page["entries"], *rest["entries"])]
    assert amounts == [-150, 60, 120]


def test_which_ids_are_hers_is_told_with_her_rights(two: Town) -> None:
    before = two.found(f"persons/{HER}/rights", token=own(two))
    assert (before["kept_as"], before["duplicates"]) == (None, [])
    merge(two)
    told = two.found(f"persons/{HER}/rights", token=own(two))
    assert (told["kept_as"], told["duplicates"]) == (None, [TWICE])
    twice = two.found(f"persons/{TWICE}/rights", token=own(two))
    assert (twice["kept_as"], twice["duplicates"]) == (HER, [])


# -- ending --------------------------------------------------------------------------------------


def test_parted_again_each_has_her_own_and_is_found_by_it(two: Town) -> None:
    merge(two)
    accepted(two.give("duplicates/separate", BOTH, token=registrar(two)))
    assert (minutes(two), minutes(two, TWICE)) == (120, 60)
    assert search(two, "name", NAME) == {HER, TWICE}
    assert search(two, "phone", "13900005678") == {TWICE}
    assert search(two, "document", DOCUMENT) == {HER}
    assert two.read(f"persons/{TWICE}/statement", token=own(two, TWICE)).status_code == 200


def test_she_is_forgotten_under_both_ids(two: Town) -> None:
    merge(two)
    reverse = {"reason": "found_false"}
    for shift, who in (("walk", HER), ("visit", TWICE)):
        accepted(two.give("service/reverse", reverse | {"shift": shift, "person": who}))
    officer = two.token(Role.data_officer, person=CLERK)
    erase = {"person": HER, "basis": "participation_ended"}
    accepted(two.give("rights/erase", erase, token=officer))
    assert kept_papers(two) == {HER, TWICE}  # for ten years, as vouchers of her service
    told = two.found(f"persons/{HER}/rights")
    assert (told["standing"], told["until"]) == ("restricted", "2036-12-31")
    after = two.give("rights/erase", erase, at="2037-01-02T12:00:00+08:00", token=officer)
    accepted(after)
    assert kept_papers(two) == set()
    standings = [two.found(f"persons/{who}/rights")["standing"] for who in (HER, TWICE)]
    assert standings == ["erased", "erased"]


def test_what_is_only_kept_is_read_under_neither_id_but_by_herself(two: Town) -> None:
    merge(two)
    auditor = two.token(Role.auditor, person=STRANGER)
    paths = [f"persons/{who}/statement" for who in (HER, TWICE)]
    assert [two.read(path, token=auditor).status_code for path in paths] == [200, 200]
    officer = two.token(Role.data_officer, person=CLERK)
    restrict = {"person": HER, "reason": "use_contested"}
    accepted(two.give("rights/restrict", restrict, token=officer))
    assert [two.read(path, token=auditor).status_code for path in paths] == [403, 403]
    assert [two.read(path, token=own(two)).status_code for path in paths] == [200, 200]


def kept_papers(town: Town) -> set[str]:
    """Of whom of the two the vault has a paper."""
    with town.owner() as owner:
        rows = owner.execute("SELECT DISTINCT person FROM vault.paper").fetchall()
    return {person for (person,) in rows} & {HER, TWICE}
