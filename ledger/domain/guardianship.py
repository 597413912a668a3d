"""Guardianship: who speaks for somebody who is not of age, until the day on which she is.

Whoever her sheet declares as `guardian` stands beside her: what is hers to ask or to read is the
guardian's too, up to the day before her eighteenth birthday. Under fourteen she consents to nothing
by herself (个人信息保护法 2021, art. 31); to her service a guardian consents until she is of age.
"""

from datetime import date
from typing import Final

from ledger.domain.ages import AgeRule, age_on
from ledger.domain.decisions import Refused
from ledger.domain.facts import FactSheet, Kinship
from ledger.domain.masking import may_be_named
from ledger.domain.refusals import Code
from ledger.domain.rights_records import ConsentPurpose, Rights
from ledger.domain.values import PersonId

CONSENT_YEARS: Final = 14
"""From this birthday on she consents for herself (PIPL 28 and 31)."""


def is_minor(sheet: FactSheet | None, day: date) -> bool:
    """Whether she is under age on that day; of whom no sheet says so, nobody knows it."""
    return sheet is not None and not may_be_named(sheet.born_on, day)


def may_not_consent(sheet: FactSheet | None, day: date) -> bool:
    """Whether only a guardian consents for her on that day."""
    if sheet is None:
        return False
    return age_on(sheet.born_on, day, AgeRule.on_the_birthday) < CONSENT_YEARS


def guardians_of(sheet: FactSheet | None, day: date) -> frozenset[PersonId]:
    """Who speaks for her on that day: nobody from her eighteenth birthday on."""
    if sheet is None or not is_minor(sheet, day):
        return frozenset()
    declared = (each for each in sheet.relations if each.kinship is Kinship.guardian)
    return frozenset(each.person for each in declared)


def unless_may_consent(
    sheet: FactSheet | None, speaker: PersonId, purpose: ConsentPurpose, day: date
) -> Refused | None:
    """A guardian consents for a child under fourteen, and to the service of any minor."""
    only_guardian = purpose is ConsentPurpose.service_of_a_minor or may_not_consent(sheet, day)
    if not only_guardian or speaker in guardians_of(sheet, day):
        return None
    return Refused(Code.consent_must_be_given_by_a_guardian, consent=purpose)


def unless_service_is_consented_to(
    sheet: FactSheet | None, rights: Rights, day: date
) -> Refused | None:
    """Whoever is under age on the day of the shift serves with a guardian's consent on record."""
    if not is_minor(sheet, day) or rights.consents_to(ConsentPurpose.service_of_a_minor):
        return None
    return Refused(Code.minor_must_have_a_guardians_consent, day=day)
