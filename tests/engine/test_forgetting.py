"""Forgetting: with her erasure a person's papers, digests, key and account are gone."""

from datetime import UTC, datetime

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from ledger.access import accounts
from ledger.domain.rights import ErasePerson
from ledger.domain.rights_records import ErasureBasis, PersonRestricted
from ledger.engine import Ledger
from ledger.vault.checking import check_papers
from ledger.vault.sheets import PaperKind
from tests.builders import accepted, declined, person, registration, unit
from tests.engine.town import NOON, lunch

HER, OTHER = person(1), person(2)
HERS = [(HER, PaperKind.facts, 1), (HER, PaperKind.contact, 1)]
TABLES = ("person_key", "paper", "search_key")
AFTER_EVERY_TERM = datetime(2058, 1, 2, 4, 0, tzinfo=UTC)
erase = ErasePerson(HER, ErasureBasis.participation_ended)
forget = unit(erase, at=AFTER_EVERY_TERM, key="forget")


def left(database: str) -> list[int]:
    count = SQL("SELECT count(*)::int FROM vault.{} WHERE person = %s")
    with psycopg.connect(database) as connection:
        counted = [
            connection.execute(count.format(Identifier(table)), [HER]).fetchone()
            for table in TABLES
        ]
    return [row[0] for row in counted if row]


def opened(ledger: Ledger) -> set[PaperKind]:
    with ledger.recorder.datastore.get_connection() as connection:
        return {name.kind for name in ledger.vault.load(connection, HERS)}


def told(ledger: Ledger) -> list[str]:
    return [wrong.en for wrong in check_papers(ledger.recorder, ledger.vault)]


def test_all_that_is_hers_goes_with_the_event_and_nothing_of_others(
    ledger: Ledger, database: str
) -> None:
    assert left(database) == [1, 2, 1]
    accepted(ledger.execute([forget])[0])
    assert left(database) == [0, 0, 0]
    assert opened(ledger) == set()
    with ledger.recorder.datastore.get_connection() as connection:
        assert ledger.vault.load(connection, [(OTHER, PaperKind.facts, 1)])
    assert told(ledger) == []


def test_what_this_process_remembered_of_her_is_gone_after_the_commit(ledger: Ledger) -> None:
    accepted(ledger.execute([lunch(1)])[0])
    assert opened(ledger)
    accepted(ledger.execute([forget])[0])
    assert opened(ledger) == set()
    (claimed,) = accepted(ledger.execute([lunch(2)])[0]).events
    assert claimed.event.shares


def test_while_a_term_keeps_her_papers_nobody_finds_her(ledger: Ledger, database: str) -> None:
    accepted(ledger.execute([lunch(1)])[0])
    answer = accepted(ledger.execute([unit(erase, at=NOON)])[0])
    assert isinstance(answer.events[-1].event, PersonRestricted)
    assert left(database) == [1, 2, 0]
    assert told(ledger) == []


def test_her_account_goes_too(ledger: Ledger, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as owner:
        for who in (HER, OTHER):
            accounts.enrol(owner, who)
        accepted(ledger.execute([forget])[0])
        assert [accounts.number_of(owner, who) is None for who in (HER, OTHER)] == [True, False]


def test_a_dry_run_forgets_nobody(ledger: Ledger, database: str) -> None:
    accepted(ledger.execute([forget], dry_run=True)[0])
    assert left(database) == [1, 2, 1]
    assert opened(ledger)


def test_an_erasure_that_is_not_written_forgets_nobody(ledger: Ledger, database: str) -> None:
    with psycopg.connect(database) as owner:
        owner.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$"
        )
        owner.execute(
            "CREATE TRIGGER full_disk AFTER DELETE ON vault.person_key"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse()"
        )
    last = ledger.recorder.max_notification_id()
    ledger.execute([forget])
    assert ledger.recorder.max_notification_id() == last
    assert left(database) == [1, 2, 1]


def test_another_process_forgets_her_when_it_sees_that_her_stream_has_moved(
    ledger: Ledger, rival: Ledger
) -> None:
    """Its memory of her facts would price a meal; the log says first that there is news of her."""
    assert opened(rival)
    accepted(ledger.execute([forget])[0])
    rival.execute([lunch(2)])
    assert opened(rival) == set()
    declined(rival.execute([lunch(1)])[0], "person_must_not_be_erased")
    assert told(rival) == []


def test_a_reply_that_was_lost_forgets_her_all_the_same(
    ledger: Ledger, rival: Ledger, database: str
) -> None:
    accepted(ledger.execute([forget])[0])
    assert accepted(rival.execute([forget])[0]).replayed
    assert opened(rival) == set()


def test_her_id_is_never_given_again(ledger: Ledger, database: str) -> None:
    accepted(ledger.execute([forget])[0])
    with (
        psycopg.connect(database, autocommit=True) as owner,
        pytest.raises(psycopg.errors.RestrictViolation, match="not given again"),
    ):
        owner.execute(
            "INSERT INTO vault.person_key SELECT %s, wrapped, master_key"
            " FROM vault.person_key WHERE person = %s",
            [HER, OTHER],
        )
    declined(ledger.execute([unit(registration(1), at=NOON)])[0], "person_must_not_be_erased")


@pytest.mark.parametrize("statement", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {}"])
def test_that_she_was_forgotten_is_never_forgotten(
    ledger: Ledger, database: str, statement: str
) -> None:
    accepted(ledger.execute([forget])[0])
    table = Identifier("vault", "forgotten")
    with (
        psycopg.connect(database, autocommit=True) as owner,
        pytest.raises(psycopg.errors.RestrictViolation),
    ):
        owner.execute(SQL(statement).format(table))


def test_who_is_gone_without_a_word_in_the_log_is_told(ledger: Ledger, database: str) -> None:
    with psycopg.connect(database) as owner:
        owner.execute("SELECT vault.forget(ARRAY[%s])", [HER])
    assert told(ledger) == [f"The vault has forgotten person {HER}, and the log does not say so."]


def test_whom_the_log_forgets_and_an_old_copy_of_the_vault_brings_back_is_told(
    ledger: Ledger, database: str
) -> None:
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("CREATE TABLE kept AS SELECT * FROM vault.person_key")
        accepted(ledger.execute([forget])[0])
        owner.execute("ALTER TABLE vault.person_key DISABLE TRIGGER USER")
        owner.execute("INSERT INTO vault.person_key SELECT * FROM kept WHERE person = %s", [HER])
    assert told(ledger) == [f"The vault has not forgotten person {HER}."]


def test_the_ledgers_own_role_forgets_nobody_past_the_append(ledger: Ledger, database: str) -> None:
    with psycopg.connect(database) as application:
        application.execute("SET ROLE jiefang_app")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("SELECT vault.forget(ARRAY[%s])", [HER])
