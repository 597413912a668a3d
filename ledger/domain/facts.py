"""What is known of a person, as numbered sheets that live in the vault and never in an event.

Events name the sheet's version; rules read the sheet of the version that the person's stream names.
A sheet is whole and immutable: a correction is the next number. Spells are half-open, a missing
end is open, so that a paper from last week is priced by what held last week.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.domain.values import (
    CommunityId,
    CooperativeId,
    IdentityDocument,
    NoteText,
    PersonId,
    VolunteerNumber,
)


class Hardship(StrEnum):
    """Hardship classes a policy may name; sensitive, never in an event or a public list."""

    extreme_poverty = "extreme_poverty"  # 特困供养
    subsistence = "subsistence"  # 低保
    subsistence_margin = "subsistence_margin"  # 低保边缘
    special_care = "special_care"  # 优抚
    bereaved_of_only_child = "bereaved_of_only_child"  # 失独
    severe_disability = "severe_disability"  # 重度残疾
    living_alone = "living_alone"  # 孤寡、独居、空巢
    disabled_by_age = "disabled_by_age"  # 失能


class Kinship(StrEnum):
    """A declared relation that keeps one person from deciding about the other."""

    spouse = "spouse"
    parent = "parent"
    child = "child"
    sibling = "sibling"
    household = "household"
    guardian = "guardian"  # of a minor: who speaks for her, see `guardianship`
    other = "other"


@dataclass(frozen=True, slots=True)
class Residence:
    """Registered (户籍) or habitual (常住) residence, from a day until before a day."""

    community: CommunityId
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """Membership of an economic cooperative, from a day until before a day."""

    cooperative: CooperativeId
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class HardshipSpell:
    """A hardship class held from a day until before a day."""

    hardship: Hardship
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """A declared relation to another person of this ledger."""

    person: PersonId
    kinship: Kinship


@dataclass(frozen=True, slots=True)
class FactSheet:
    """One numbered sheet: all facts that a rule may ask, as known when it was recorded."""

    born_on: date
    registered: tuple[Residence, ...] = ()
    habitual: tuple[Residence, ...] = ()
    memberships: tuple[Membership, ...] = ()
    hardships: tuple[HardshipSpell, ...] = ()
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """How a person is called, reached and told apart: for people's eyes only, no rule reads it."""

    name: str
    phone: str | None = None
    volunteer_number: VolunteerNumber | None = None
    identity_document: IdentityDocument | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody states about a person's service, in words: evidence, or what she objects to.

    It is sealed under her key. An event says only its number, with a commitment to it.
    """

    text: NoteText


def holds(spell: Residence | Membership | HardshipSpell, day: date) -> bool:
    """Whether the spell covers the day: since is included, until is not."""
    return (spell.since is None or spell.since <= day) and (
        spell.until is None or day < spell.until
    )


def lives_in(spells: tuple[Residence, ...], community: CommunityId, day: date) -> bool:
    """Whether one of the residences is in that community on that day."""
    return community in [spell.community for spell in spells if holds(spell, day)]


def cooperatives_on(sheet: FactSheet, day: date) -> tuple[CooperativeId, ...]:
    """The cooperatives the person is a member of on that day, in the order of the sheet."""
    return tuple(spell.cooperative for spell in sheet.memberships if holds(spell, day))


def hardships_on(sheet: FactSheet, day: date) -> frozenset[Hardship]:
    """The hardship classes held on that day."""
    return frozenset(spell.hardship for spell in sheet.hardships if holds(spell, day))


def related(sheet: FactSheet | None, other: PersonId) -> bool:
    """Whether the sheet declares a relation to the other person."""
    return sheet is not None and any(relation.person == other for relation in sheet.relations)
