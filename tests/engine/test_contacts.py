"""Contacts: a corrected name or phone is the next paper, and the newest is the one people read."""

from datetime import date

from ledger.domain.facts import Contact
from ledger.domain.people import RecordContact
from ledger.engine import Ledger
from ledger.vault.checking import check_papers
from ledger.vault.naming import public_names
from ledger.vault.sheets import PaperKind
from tests.builders import accepted, person, unit
from tests.engine.town import NOON

HER = person(1)


def newest(ledger: Ledger) -> tuple[int, object]:
    with ledger.recorder.datastore.get_connection() as connection:
        ((name, opened),) = ledger.vault.latest(connection, [HER], [PaperKind.contact]).items()
    return name.version, opened.paper


def test_a_corrected_name_is_the_next_paper_and_the_older_one_stays(ledger: Ledger) -> None:
    first, second = Contact("陈好", "13800138000"), Contact("陈小好")
    answers = ledger.execute([unit(RecordContact(HER, each), at=NOON) for each in (first, second)])
    assert [accepted(answer).events[0].event.version for answer in answers] == [2, 3]
    assert newest(ledger) == (3, second)
    with ledger.recorder.datastore.get_connection() as connection:
        older = ledger.vault.load(connection, [(HER, PaperKind.contact, 2)])
        assert public_names(ledger.vault, connection, [HER], date(2026, 3, 2)) == {HER: "陈*好"}
    assert [opened.paper for opened in older.values()] == [first]
    assert not list(check_papers(ledger.recorder, ledger.vault))
