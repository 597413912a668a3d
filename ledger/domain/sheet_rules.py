"""What a fact sheet may say: what can be, of people and cooperatives that are known.

Hardship classes are sensitive. An authority or the person herself tells of them; once she has said
no to it, no sheet records one any more, and no tier is given for one that is on record.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from ledger.domain import communities
from ledger.domain.community_records import Community
from ledger.domain.decisions import Known, Refused
from ledger.domain.facts import FactSheet, HardshipSpell, Membership, Residence
from ledger.domain.guardianship import guardians_of, is_minor
from ledger.domain.refusals import Code
from ledger.domain.rights_records import ConsentPurpose, Rights
from ledger.domain.values import CommunityId, PersonId, community_of


def unless_known(name: CommunityId, community: Community) -> Refused | None:
    """Why nobody can be registered there: it is no community of this ledger."""
    if community.name is None:
        return Refused(Code.community_must_be_known, community=name)
    return None


def unless_new(name: PersonId, registered_on: date | None) -> Refused | None:
    """Why nobody can be registered under that id: somebody was."""
    if registered_on is not None:
        return Refused(Code.person_must_be_new, person=name)
    return None


def unless_past(day: date, today: date) -> Refused | None:
    """Why a day cannot be taken: it has not come yet."""
    if day > today:
        return Refused(Code.day_must_not_be_in_the_future, day=day, today=today)
    return None


def birth_refusals(facts: FactSheet, today: date, *days: date | None) -> Iterable[Refused | None]:
    """Nobody is born in the future, nor after what is on record of her."""
    yield unless_past(facts.born_on, today)
    for day in days:
        if day is not None and day < facts.born_on:
            yield Refused(Code.day_must_not_be_before_birth, day=day)


def refusals(
    person: PersonId, facts: FactSheet, today: date, known: Known
) -> Iterable[Refused | None]:
    """Only cooperatives are looked up: a residence may lie in a community outside this ledger."""
    for membership in facts.memberships:
        cooperative = membership.cooperative
        if cooperative not in known[communities.stream(community_of(cooperative))].cooperatives:
            yield Refused(Code.cooperative_must_be_known, cooperative=cooperative)
    spells: tuple[Residence | Membership | HardshipSpell, ...]
    spells = (*facts.registered, *facts.habitual, *facts.memberships, *facts.hardships)
    for spell in spells:
        if spell.since and spell.until and spell.until <= spell.since:
            yield Refused(Code.spell_must_end_after_it_begins, since=spell.since, until=spell.until)
    if any(relation.person == person for relation in facts.relations):
        yield Refused(Code.relation_must_be_to_another_person, person=person)
    for guardian in sorted(guardians_of(facts, today) - {person}):
        sheet = known.sheet(guardian)
        if sheet is None or is_minor(sheet, today):
            yield Refused(Code.guardian_must_be_of_age, guardian=guardian)


def unless_consented_to(facts: FactSheet, rights: Rights) -> Refused | None:
    """Whoever said no to sensitive facts has none recorded."""
    if not facts.hardships or not rights.objects_to(ConsentPurpose.sensitive_facts):
        return None
    return Refused(Code.sensitive_facts_must_not_be_objected_to)


def usable(facts: FactSheet, rights: Rights) -> FactSheet:
    """The sheet as a rule may use it today: without hardship classes, if she said no to them."""
    if not facts.hardships or not rights.objects_to(ConsentPurpose.sensitive_facts):
        return facts
    return replace(facts, hardships=())
