"""External identities: linked by somebody's act, known by a digest, ended at once."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from ledger.access import external
from ledger.access.external import TICKET_SECONDS, ExternalIdentities
from tests.builders import person

ISSUER = "https://id.example.org"
SUB = "chen@example.org"
CHEN, LIANG = person(1), person(2)
KNOWN = ExternalIdentities(b"k" * 32)


@pytest.fixture
def application(database: str) -> Iterator[Connection[Any]]:
    """A connection as the ledger's own role."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SET ROLE jiefang_app")
        yield connection


def test_nobody_is_linked_by_herself(application: Connection[Any]) -> None:
    assert KNOWN.person_of(application, ISSUER, SUB) is None


def test_a_linked_subject_stands_for_its_person(application: Connection[Any]) -> None:
    assert KNOWN.link(application, ISSUER, SUB, CHEN)
    assert KNOWN.person_of(application, ISSUER, SUB) == CHEN


def test_a_subject_of_another_issuer_is_somebody_else(application: Connection[Any]) -> None:
    KNOWN.link(application, ISSUER, SUB, CHEN)
    assert KNOWN.person_of(application, "https://other.example.org", SUB) is None
    assert KNOWN.person_of(application, ISSUER, SUB.upper()) is None
    assert KNOWN.person_of(application, ISSUER[:-1], ISSUER[-1] + SUB) is None


def test_a_subject_stands_for_one_person(application: Connection[Any]) -> None:
    assert KNOWN.link(application, ISSUER, SUB, CHEN)
    assert not KNOWN.link(application, ISSUER, SUB, LIANG)
    assert not KNOWN.link(application, ISSUER, SUB, CHEN)
    assert KNOWN.person_of(application, ISSUER, SUB) == CHEN


def test_a_person_may_have_several_identities(application: Connection[Any]) -> None:
    assert KNOWN.link(application, ISSUER, SUB, CHEN)
    assert KNOWN.link(application, ISSUER, "13800000001", CHEN)
    assert KNOWN.link(application, "https://other.example.org", SUB, CHEN)
    assert external.unlink(application, CHEN, ISSUER) == 2
    assert KNOWN.person_of(application, ISSUER, SUB) is None
    assert KNOWN.person_of(application, "https://other.example.org", SUB) == CHEN


def test_an_ended_link_stays_on_record_and_the_subject_may_be_linked_anew(
    application: Connection[Any],
) -> None:
    KNOWN.link(application, ISSUER, SUB, CHEN)
    assert external.unlink(application, CHEN, ISSUER) == 1
    assert external.unlink(application, CHEN, ISSUER) == 0
    assert KNOWN.link(application, ISSUER, SUB, LIANG)
    assert KNOWN.person_of(application, ISSUER, SUB) == LIANG
    rows = application.execute(
        "SELECT person, unlinked_at IS NULL FROM access.external ORDER BY id"
    )
    assert rows.fetchall() == [(CHEN, False), (LIANG, True)]


def test_the_table_says_nothing_of_a_subject_without_the_key(application: Connection[Any]) -> None:
    KNOWN.link(application, ISSUER, SUB, CHEN)
    [row] = application.execute("SELECT to_jsonb(e)::text FROM access.external AS e").fetchall()
    assert not any(word in str(row) for word in ("chen", SUB.encode().hex()))
    assert ExternalIdentities(b"K" * 32).person_of(application, ISSUER, SUB) is None


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM access.external",
        "TRUNCATE access.external",
        "UPDATE access.external SET person = 'x'",
        "UPDATE access.external SET subject_digest = subject_digest",
        "UPDATE access.pending SET expires_at = 'infinity'",
        "TRUNCATE access.pending",
    ],
)
def test_the_application_can_link_and_end_but_not_change(
    application: Connection[Any], statement: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(statement)


# -- tickets -----------------------------------------------------------------------------------

NOW = 2_000_000_000


def test_a_ticket_links_whom_it_was_made_for(application: Connection[Any]) -> None:
    assert KNOWN.link_by(application, ISSUER, KNOWN.ticket(ISSUER, SUB), CHEN)
    assert KNOWN.person_of(application, ISSUER, SUB) == CHEN
    assert not KNOWN.link_by(application, ISSUER, KNOWN.ticket(ISSUER, SUB), LIANG)


def test_a_ticket_tells_nothing_of_the_subject() -> None:
    assert SUB not in KNOWN.ticket(ISSUER, SUB)


@pytest.mark.parametrize(
    ("later", "good"), [(0, True), (TICKET_SECONDS - 1, True), (TICKET_SECONDS, False)]
)
def test_a_ticket_is_good_for_a_quarter_of_an_hour(later: int, *, good: bool) -> None:
    ticket = KNOWN.ticket(ISSUER, SUB, NOW)
    assert (KNOWN.read_ticket(ISSUER, ticket, NOW + later) is not None) is good


def test_no_ticket_of_another_issuer_or_another_ledger_is_one() -> None:
    ticket = KNOWN.ticket(ISSUER, SUB, NOW)
    assert KNOWN.read_ticket("https://other.example.org", ticket, NOW) is None
    assert ExternalIdentities(b"j" * 32).read_ticket(ISSUER, ticket, NOW) is None


def test_a_ticket_that_was_changed_anywhere_is_none() -> None:
    ticket = KNOWN.ticket(ISSUER, SUB, NOW)
    for at, each in enumerate(ticket):
        other = "1" if each != "1" else "2"
        assert KNOWN.read_ticket(ISSUER, ticket[:at] + other + ticket[at + 1 :], NOW) is None
    for changed in ("", ticket[:-1], f"{ticket}0", f"0{ticket}", f"{ticket}\n", ticket.upper()):
        assert KNOWN.read_ticket(ISSUER, changed, NOW) is None
