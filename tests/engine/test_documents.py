"""Identity documents: of one there is one person, whoever registers her and however it is spelt."""

from dataclasses import replace

import pytest

from ledger.deciding.answers import Accepted, Answer, Unit
from ledger.domain.facts import Contact
from ledger.domain.people import RecordContact
from ledger.domain.values import IdentityDocument
from ledger.engine import Ledger
from tests.builders import accepted, declined, person, registration, unit
from tests.engine.town import NOON, YOUNG, born, lunch

TAKEN = "identity_document_must_be_new"
DOCUMENT, ANOTHER = IdentityDocument("44060519460506001X"), IdentityDocument("440605194605060002")


def contact(document: IdentityDocument | None) -> Contact:
    return Contact("陈好", identity_document=document)


def newcomer(number: int, document: IdentityDocument | None = DOCUMENT) -> Unit:
    return unit(replace(registration(number), contact=contact(document)), at=NOON)


def corrected(number: int, *documents: IdentityDocument | None) -> Unit:
    papers = [RecordContact(person(number), contact(document)) for document in documents]
    return unit(*papers, at=NOON)


def names(answers: list[Answer]) -> list[bool]:
    return [isinstance(answer, Accepted) for answer in answers]


def test_a_second_person_with_the_same_document_is_refused_and_nobody_else(ledger: Ledger) -> None:
    accepted(ledger.execute([newcomer(10)])[0])
    spelt = IdentityDocument(DOCUMENT.lower())
    answers = ledger.execute([newcomer(11, ANOTHER), newcomer(12, spelt), lunch(1), lunch(12)])
    assert names(answers) == [True, False, True, False]
    refused = declined(answers[1], TAKEN)
    assert refused.refused.values == {}, "whose it is may lie beyond the registrar's reach"
    declined(answers[3], "person_must_be_known")


def test_of_two_in_one_batch_the_first_has_it(ledger: Ledger) -> None:
    answers = ledger.execute([newcomer(10), newcomer(11), newcomer(12, ANOTHER)])
    assert names(answers) == [True, False, True]


def test_of_two_processes_the_first_has_it(ledger: Ledger, rival: Ledger) -> None:
    accepted(rival.execute([newcomer(10)])[0])
    declined(ledger.execute([newcomer(11)])[0], TAKEN)


def test_a_correction_may_keep_ones_own_and_not_take_anothers(ledger: Ledger) -> None:
    assert names(ledger.execute([newcomer(10), newcomer(11, ANOTHER)])) == [True, True]
    answers = ledger.execute([corrected(10, DOCUMENT), corrected(10, ANOTHER), born(10, YOUNG)])
    assert names(answers) == [True, False, True]
    accepted(ledger.execute([corrected(11, None)])[0])
    accepted(ledger.execute([corrected(10, ANOTHER)])[0])


def test_a_group_is_refused_at_the_place_that_counts(ledger: Ledger) -> None:
    accepted(ledger.execute([newcomer(10)])[0])
    refused = declined(ledger.execute([corrected(1, None, DOCUMENT)])[0], TAKEN)
    assert refused.place == 1
    accepted(ledger.execute([corrected(1, DOCUMENT, None)])[0])


def test_a_dry_run_says_so_too(ledger: Ledger) -> None:
    accepted(ledger.execute([newcomer(10)])[0])
    dry = ledger.execute([newcomer(11), newcomer(12, ANOTHER)], dry_run=True)
    declined(dry[0], TAKEN)
    accepted(dry[1])


def test_a_key_that_was_refused_is_free_and_one_that_was_accepted_is_answered_again(
    ledger: Ledger,
) -> None:
    first, second = newcomer(10), newcomer(11)
    accepted(ledger.execute([first])[0])
    declined(ledger.execute([second])[0], TAKEN)
    assert accepted(ledger.execute([first])[0]).replayed
    accepted(ledger.execute([corrected(10, None)])[0])
    accepted(ledger.execute([second])[0])


def test_batch_after_batch_nobody_suffers_for_anothers_document(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next batch is decided on top of the one in which somebody turns out not to be new."""
    monkeypatch.setattr("ledger.engine.UNITS_MOST", 2)
    accepted(ledger.execute([newcomer(10)])[0])
    units = [newcomer(11), lunch(1), lunch(11), lunch(2), newcomer(12, ANOTHER), lunch(12)]
    assert names(ledger.execute(units)) == [False, True, False, True, True, True]
