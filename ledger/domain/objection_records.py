"""What is remembered of objections (异议): the open one about a shift, and what was rejected."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never

from ledger.domain.values import CommunityId, Count, PersonId, ShiftId


class ObjectionReason(StrEnum):
    """What a person says is wrong with her record, or with there being none."""

    not_recorded = "not_recorded"
    minutes_wrong = "minutes_wrong"
    wrongly_refused = "wrongly_refused"
    wrongly_reversed = "wrongly_reversed"
    held_too_long = "held_too_long"
    not_mine = "not_mine"
    other = "other"


class ObjectionAnswer(StrEnum):
    """What somebody else found of an objection."""

    upheld = "upheld"
    rejected = "rejected"


# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ObjectionRaised:
    """The person disputes her record of a shift; in her own words as a note in the vault.

    It is to be answered up to and including `answer_by`.
    """

    shift: ShiftId
    person: PersonId
    community: CommunityId
    reason: ObjectionReason
    note_version: Count
    note_commitment: str
    raised_by: PersonId
    answer_by: date
    occurred_on: date


@dataclass(frozen=True, slots=True)
class ObjectionAnswered:
    """Somebody who had not decided about the record looked at it, and at what she says."""

    shift: ShiftId
    person: PersonId
    community: CommunityId
    answer: ObjectionAnswer
    occurred_on: date


ObjectionEvent: TypeAlias = ObjectionRaised | ObjectionAnswered

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Objections:
    """Those of one person about one shift.

    `reason` and `raised_by` are those of the open one; `rejected` are the reasons that were found
    wanting since the last decision about the record.
    """

    reason: ObjectionReason | None = None
    raised_by: PersonId | None = None
    rejected: frozenset[ObjectionReason] = frozenset()


def evolve(objections: Objections, event: ObjectionEvent) -> Objections:
    """An answer ends the open one."""
    match event:
        case ObjectionRaised():
            return Objections(event.reason, event.raised_by, objections.rejected)
        case ObjectionAnswered():
            wanting = event.answer is ObjectionAnswer.rejected and objections.reason
            return Objections(rejected=objections.rejected | ({wanting} if wanting else set()))
        case _:
            assert_never(event)
