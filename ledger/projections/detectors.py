"""Detectors: how a pattern of misuse is found in what the ledger knows, and how it is told.

A detector is one statement beside its words. The statement gives a row for each finding:

    community  where it happened; null if in several, then it is for whoever sees them all
    subject    whom or what it is about, of the detector's kind of subject
    others     who or what else is in it
    since      the day on which it began
    score      how much it weighs: one point an hour or ten yuan in question, one more each time
    evidence   positions in the log, newest first, one at least and `EVIDENCE_MOST` at most
    facts      the values that fill the braces of its sentence

No two findings of a detector agree in all but their facts. It counts what lies within `%(reach)s`
and was recorded up to `%(known)s`. A finding accuses nobody: its remedy says whom to ask.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, LiteralString

from ledger.projections.trail import SubjectKind

EVIDENCE_MOST: Final = 20

PARTS: Final[Mapping[LiteralString, LiteralString]] = MappingProxyType(
    {
        "{within}": "(%(reach)s::text[] IS NULL OR community = ANY (%(reach)s::text[]))",
        # The community of rows that all lie in one.
        "{place}": "CASE WHEN min(community) = max(community) THEN min(community) END",
        "{newest}": "(array_agg(position ORDER BY position DESC))[:20]",
    }
)
"""What several statements say alike."""


class Pattern(StrEnum):
    """What is looked for."""

    confirmation_ring = "confirmation_ring"
    sole_confirmer = "sole_confirmer"
    late_before_star = "late_before_star"
    whole_shifts_attested = "whole_shifts_attested"
    decider_related = "decider_related"
    facts_before_subsidy = "facts_before_subsidy"
    meals_after_death = "meals_after_death"
    meals_in_seconds = "meals_in_seconds"
    meals_undone = "meals_undone"
    meals_over_plates = "meals_over_plates"
    meals_unclaimable = "meals_unclaimable"
    acts_after_death = "acts_after_death"
    two_ids_of_one_person = "two_ids_of_one_person"
    money_moved_in_circles = "money_moved_in_circles"
    fund_overdrawn = "fund_overdrawn"
    payment_past_approval = "payment_past_approval"
    payments_split = "payments_split"
    notice_outdated = "notice_outdated"
    certificate_outdated = "certificate_outdated"


@dataclass(frozen=True, slots=True)
class Words:
    """What a pattern is called; a finding's sentence and what to do, with braces for its facts."""

    title: str
    sentence: str
    remedy: str

    def filled(self, facts: Mapping[str, object]) -> tuple[str, str, str]:
        """Title, sentence and remedy of a finding."""
        return self.title, self.sentence.format_map(facts), self.remedy.format_map(facts)


@dataclass(frozen=True, slots=True)
class Detector:
    """Finds one pattern; see above for what its statement gives."""

    pattern: Pattern
    about: SubjectKind
    statement: LiteralString
    en: Words
    zh: Words


def filled(statement: LiteralString) -> LiteralString:
    """The statement with the parts that it names in braces."""
    for name, part in PARTS.items():
        statement = statement.replace(name, part)
    return statement
