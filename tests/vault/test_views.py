"""Views: nobody is shown what is personal without a row that says so and stays."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from ledger.domain.book import LedgerKind
from ledger.domain.values import PersonId
from ledger.engine import Ledger
from ledger.running import anchor_daily
from ledger.vault import views
from ledger.vault.errors import PaperUnreadable, VaultError
from ledger.vault.sheets import PaperKind, PaperName, commitment_of
from ledger.vault.views import Purpose, check_views, disclosed, newest_seen, of_person, seen
from tests.builders import CLERK, accepted, declined, everything, found, open_ledger, person, unit
from tests.engine.town import lunch

CHEN, LIANG = person(1), person(2)
HER_CONTACT = PaperName(CHEN, PaperKind.contact, 1)
HER_FACTS = PaperName(CHEN, PaperKind.facts, 1)
Owner = Connection[Any]


@pytest.fixture
def ledger(database: str, tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(database, tmp_path / "keys") as ledger:
        found(ledger, people=3)
        yield ledger


def look(
    ledger: Ledger, *names: PaperName, purpose: Purpose = Purpose.contact, by: PersonId = CLERK
) -> set[PaperName]:
    with ledger.recorder.datastore.get_connection() as connection:
        return set(seen(connection, ledger.vault, by, purpose, names))


def logged(ledger: Ledger, whose: PersonId = CHEN, **page: int) -> list[tuple[Any, ...]]:
    with ledger.recorder.datastore.get_connection() as connection:
        return [tuple(view)[:4] for view in of_person(connection, whose, **({"limit": 9} | page))]


def told(ledger: Ledger) -> list[tuple[int, str]]:
    return [(wrong.number, wrong.en) for wrong in check_views(ledger.recorder)]


# -- looking -----------------------------------------------------------------------------------


def test_who_is_shown_a_paper_stands_in_the_log_of_the_person(ledger: Ledger) -> None:
    assert look(ledger, HER_CONTACT) == {HER_CONTACT}
    assert look(ledger, HER_FACTS, purpose=Purpose.facts, by=LIANG) == {HER_FACTS}
    assert logged(ledger) == [
        (2, CHEN, LIANG, Purpose.facts),
        (1, CHEN, CLERK, Purpose.contact),
    ]
    assert logged(ledger, before=2, limit=1) == [(1, CHEN, CLERK, Purpose.contact)]
    assert logged(ledger, LIANG) == []
    assert told(ledger) == []


def test_the_newest_papers_of_many_are_shown_with_a_row_for_each(ledger: Ledger) -> None:
    with ledger.recorder.datastore.get_connection() as connection:
        persons = [LIANG, CHEN]
        shown = newest_seen(connection, ledger.vault, CLERK, Purpose.export, persons)
    kinds = PaperKind.contact, PaperKind.facts
    assert set(shown) == {PaperName(who, kind, 1) for who in (CHEN, LIANG) for kind in kinds}
    assert [len(logged(ledger, who)) for who in (CHEN, LIANG, person(0))] == [1, 1, 0]


def test_an_auditor_is_handed_facts_with_their_salts_and_nothing_else(ledger: Ledger) -> None:
    with ledger.recorder.datastore.get_connection() as connection:
        told = disclosed(connection, ledger.vault, LIANG, [HER_FACTS])
        [(number, *_)] = logged(ledger)
        assert logged(ledger) == [(number, CHEN, LIANG, Purpose.audit)]
        shown = ledger.vault.read(connection, [HER_FACTS])
        assert commitment_of(told[HER_FACTS]) == shown[HER_FACTS].commitment
        with pytest.raises(ValueError, match="does not show"):
            disclosed(connection, ledger.vault, LIANG, [HER_CONTACT])


@pytest.mark.parametrize("purpose", [Purpose.contact, Purpose.note, Purpose.search])
def test_a_purpose_shows_its_own_papers_only(ledger: Ledger, purpose: Purpose) -> None:
    with pytest.raises(ValueError, match="does not show"):
        look(ledger, HER_FACTS, purpose=purpose)
    assert logged(ledger) == []


def test_nothing_is_shown_within_what_may_still_be_taken_back(
    ledger: Ledger, database: str
) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("SELECT 1")
        with pytest.raises(VaultError, match="cannot be part of a transaction"):
            seen(connection, ledger.vault, CLERK, Purpose.contact, [HER_CONTACT])


def test_what_cannot_be_logged_is_not_shown(ledger: Ledger, database: str) -> None:
    with psycopg.connect(database) as owner:
        owner.execute("REVOKE EXECUTE ON FUNCTION vault.log_views FROM jiefang_app")
    with pytest.raises(Exception, match="permission denied"):
        look(ledger, HER_CONTACT)


def test_what_does_not_open_was_not_seen(ledger: Ledger, database: str) -> None:
    with psycopg.connect(database) as owner:
        owner.execute("ALTER TABLE vault.paper DISABLE TRIGGER paper_never_changes")
        owner.execute("UPDATE vault.paper SET sealed = sealed || 'x'")
    with pytest.raises(PaperUnreadable):
        look(ledger, HER_CONTACT)
    assert logged(ledger) == []


def test_people_are_shown_what_stands_in_the_vault_and_nothing_remembered(
    ledger: Ledger, database: str
) -> None:
    with ledger.recorder.datastore.get_connection() as connection:
        assert ledger.vault.load(connection, [HER_FACTS])
    with psycopg.connect(database) as owner:
        owner.execute("SELECT vault.forget(ARRAY[%s])", [CHEN])
    assert look(ledger, HER_FACTS, purpose=Purpose.facts) == set()


def test_rules_look_at_facts_and_are_not_logged(ledger: Ledger) -> None:
    accepted(ledger.execute([lunch(1)])[0])
    assert logged(ledger) == []


def test_many_look_at_once_and_the_numbers_have_no_gap(ledger: Ledger, database: str) -> None:
    def often(number: int) -> None:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("SET ROLE jiefang_app")
            for _ in range(10):
                seen(connection, ledger.vault, person(number), Purpose.contact, [HER_CONTACT])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(often, range(4)))
    assert sorted(number for number, *_ in logged(ledger, limit=99)) == list(range(1, 41))
    assert told(ledger) == []


# -- the chain ---------------------------------------------------------------------------------

CHANGES = {
    "UPDATE vault.view SET viewer = %(other)s WHERE number = 2": (
        2,
        "This view is not what it was when it was logged.",
    ),
    "UPDATE vault.view SET at = at + interval '1 day' WHERE number = 2": (
        2,
        "This view is not what it was when it was logged.",
    ),
    "DELETE FROM vault.view WHERE number = 2": (3, "Views before this one are gone."),
    "DELETE FROM vault.view WHERE number = 1": (2, "Views before this one are gone."),
}


@pytest.fixture
def owner(database: str) -> Iterator[Owner]:
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("replica", ["origin", "replica"])
@pytest.mark.parametrize("statement", [*CHANGES, "TRUNCATE vault.view"])
def test_even_the_owner_cannot_change_the_log_of_views(
    ledger: Ledger, owner: Owner, statement: str, replica: str
) -> None:
    look(ledger, HER_CONTACT)
    owner.execute("SELECT set_config('session_replication_role', %s, false)", [replica])
    with pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute(statement, {"other": LIANG} if "%" in statement else None)


@pytest.mark.parametrize("statement", CHANGES)
def test_whoever_takes_the_wall_down_is_found_out(
    ledger: Ledger, owner: Owner, statement: str
) -> None:
    for _ in range(3):
        look(ledger, HER_CONTACT)
    owner.execute("ALTER TABLE vault.view DISABLE TRIGGER append_only")
    owner.execute(statement, {"other": LIANG} if "%" in statement else None)
    assert told(ledger) == [CHANGES[statement]]


def test_the_ledgers_own_role_adds_by_the_function_alone(ledger: Ledger, owner: Owner) -> None:
    look(ledger, HER_CONTACT)
    owner.execute("SET ROLE jiefang_app")
    for statement in (
        "INSERT INTO vault.view SELECT 2, person, viewer, purpose, at, hash FROM vault.view",
        "UPDATE vault.view SET at = now()",
        "DELETE FROM vault.view",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute(statement)


def test_a_whole_chain_that_was_made_anew_does_not_fit_the_log(
    ledger: Ledger, owner: Owner
) -> None:
    """Whoever has the database can compute hashes too, but not change what the log commits to."""
    for _ in range(3):
        look(ledger, HER_CONTACT)
    anchored = ledger.anchor_views()
    assert anchored is not None
    (event,) = accepted(anchored).events
    assert event.event.number == 3
    assert ledger.anchor_views() is None
    owner.execute("ALTER TABLE vault.view DISABLE TRIGGER append_only")
    owner.execute("DELETE FROM vault.view")
    assert told(ledger) == [(3, "The log commits to this view, and it is gone.")]
    for _ in range(3):
        look(ledger, HER_CONTACT, by=LIANG)
    assert told(ledger) == [(3, "The log commits to another view of this number.")]


def test_only_the_machine_anchors(ledger: Ledger) -> None:
    look(ledger, HER_CONTACT)
    command = views.to_anchor(ledger.recorder)
    assert command is not None
    refused = ledger.execute([unit(command, by=everything().person)])[0]
    declined(refused, "command_must_be_given_at_the_machine")


def test_a_live_ledger_anchors_once_a_day_and_a_simulated_one_by_itself_never(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(ledger, HER_CONTACT)
    anchor_daily(ledger)
    assert views.to_anchor(ledger.recorder)
    book = ledger.book()
    monkeypatch.setattr(ledger, "book", lambda: type(book)(LedgerKind.live))
    anchor_daily(ledger)
    assert views.to_anchor(ledger.recorder) is None
    look(ledger, HER_CONTACT)
    anchor_daily(ledger)
    assert views.to_anchor(ledger.recorder), "once a day is enough"
    assert views.to_anchor(ledger.recorder, date(2100, 1, 1))
