"""Turns of people's rights: consents, restrictions, cases, and erasures at once or after a term.

Whoever is to be gone for good has just come, so that the others' histories go on.
"""

from datetime import date

from ledger.domain.consents import GiveConsent, WithdrawConsent
from ledger.domain.facts import Contact, FactSheet
from ledger.domain.payees import RegisterPayee
from ledger.domain.people import RegisterPerson
from ledger.domain.rights import ErasePerson, HoldCase, LiftRestriction, ReleaseCase, RestrictPerson
from ledger.domain.rights_records import (
    CaseReason,
    CashGiven,
    ConsentPurpose,
    ErasureBasis,
    PersonErased,
    RestrictionReason,
)
from ledger.domain.values import Slug
from tests.builders import person
from tests.projections.history_town import COMMUNITIES, PEOPLE
from tests.projections.history_turns import COLLEAGUE, Town, Turn, Turning


def consent(town: Town, turn: Turn) -> None:
    who, purpose = PEOPLE[turn.one], tuple(ConsentPurpose)[turn.two % 3]
    town.do(GiveConsent(who, purpose))
    if turn.back % 2:
        town.do(WithdrawConsent(who, purpose), by=COLLEAGUE)


def restrict(town: Town, turn: Turn) -> None:
    """For as long as this turn, or until the next one of this kind that meets her."""
    who, reason = PEOPLE[turn.one], tuple(RestrictionReason)[turn.two % 3]
    town.do(RestrictPerson(who, reason))
    if turn.back < 8:
        town.do(LiftRestriction(who))


def hold(town: Town, turn: Turn) -> None:
    who = PEOPLE[turn.one]
    town.do(HoldCase(who, tuple(CaseReason)[turn.two % 3]), ErasePerson(who, basis(turn)))
    town.do(ReleaseCase(who))


def ask_to_be_erased(town: Town, turn: Turn) -> None:
    """Whoever gave in cash is restricted, and comes back after all."""
    for given in town.some(CashGiven, turn):
        town.do(ErasePerson(given.person, basis(turn)), LiftRestriction(given.person))


def come_and_go(town: Town, turn: Turn) -> None:
    """A newcomer consents, or sells something, and asks to be erased."""
    number = len(town.happened[PersonErased]) + 1
    who, where = person(10_000 + number), COMMUNITIES[turn.two % 2]
    facts = FactSheet(date(1950, 5, 6))
    town.do(RegisterPerson(who, where, Contact("过客"), facts, town.now.date()))
    town.do(GiveConsent(who, ConsentPurpose.public_name))
    if turn.back % 2:
        town.do(RegisterPayee(Slug(f"pedlar-{number}"), where, person=who))
    town.do(ErasePerson(who, basis(turn)))


def basis(turn: Turn) -> ErasureBasis:
    return tuple(ErasureBasis)[turn.back % len(ErasureBasis)]


OF_RIGHTS: dict[Turning, int] = {
    consent: 2,
    restrict: 1,
    hold: 1,
    ask_to_be_erased: 1,
    come_and_go: 2,
}
