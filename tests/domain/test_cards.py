"""Cards: one at a time, by another person, for the living."""

from ledger.domain.account_records import CardEnd, CardIssued, CardRevoked
from ledger.domain.cards import IssueCard, RevokeCard
from tests.domain.account_stories import (
    CARD,
    HE,
    MEI,
    OTHER_CARD,
    TODAY,
    died,
    disable,
    issue_card,
    revoke_card,
    told,
)

ISSUED = told(issue_card)


def test_a_card_is_issued_and_revoked() -> None:
    ISSUED.then(CardIssued(MEI, CARD, TODAY))
    told(revoke_card, ISSUED).then(CardRevoked(MEI, CARD, CardEnd.lost, TODAY))


def test_nobody_issues_a_card_to_herself_but_may_revoke_it() -> None:
    told(issue_card, by=MEI).refused("card_must_be_issued_by_another_person")
    assert told(revoke_card, ISSUED, by=MEI).decision


def test_there_is_one_card_at_a_time() -> None:
    another = IssueCard(MEI, OTHER_CARD)
    told(another, ISSUED).refused("card_must_be_revoked_first", card=CARD)
    assert told(another, ISSUED, told(revoke_card, ISSUED)).decision


def test_a_card_has_an_id_of_its_own() -> None:
    told(issue_card, ISSUED, told(revoke_card, ISSUED)).refused("card_must_be_new", card=CARD)


def test_only_a_card_of_hers_is_revoked_and_once() -> None:
    unknown = RevokeCard(MEI, OTHER_CARD, CardEnd.other)
    told(unknown, ISSUED).refused("card_must_be_known", card=OTHER_CARD)
    revoked = (ISSUED, told(revoke_card, ISSUED))
    told(revoke_card, *revoked).refused("card_must_not_be_revoked_twice", card=CARD)


def test_a_card_is_for_the_living_whose_account_is_not_disabled() -> None:
    told(IssueCard(HE, CARD)).refused("person_must_be_known", person=HE)
    told(issue_card, died()).refused("person_must_be_alive", died_on=TODAY)
    told(issue_card, told(disable)).refused("account_must_not_be_disabled", person=MEI)
