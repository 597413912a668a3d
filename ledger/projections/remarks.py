"""Remarks: what people stated about somebody's service beside the decisions about it.

The evidence of a late entry, a corrected attendance, a no-show and an objection are remarks: they
lead to a decision, or away from one, and are none themselves. What ended a remark is said with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from ledger.domain.objection_records import ObjectionAnswer, ObjectionAnswered, ObjectionRaised
from ledger.domain.service_records import LateServiceRecorded
from ledger.domain.shift_records import AttendanceCorrected, NoShowMarked, NoShowWithdrawn
from ledger.domain.values import CommunityId, PersonId, ShiftId
from ledger.projections.model import Changes, of_type
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.remarks (
    person         text COLLATE "C" NOT NULL,
    shift          text COLLATE "C" NOT NULL,
    position       bigint NOT NULL,
    kind           text NOT NULL,
    community      text COLLATE "C" NOT NULL,
    occurred_on    date NOT NULL,
    reason         text,
    made_by        text NOT NULL,
    recorded_at    timestamptz NOT NULL,
    answer_by      date,
    ended_position bigint,
    ended_on       date,
    answer         text,
    PRIMARY KEY (person, shift, position)
);
CREATE INDEX remarks_to_answer ON {s}.remarks (community, answer_by, position)
    WHERE kind = 'objection' AND ended_position IS NULL;
CREATE INDEX remarks_that_were_to_answer ON {s}.remarks (community, answer_by, position)
    INCLUDE (ended_position) WHERE kind = 'objection';
"""
ENTER: Final = """
COPY {s}.remarks (person, shift, position, kind, community, occurred_on, reason, made_by,
    recorded_at, answer_by) FROM STDIN
"""
END: Final = """
UPDATE {s}.remarks AS remark
SET ended_position = ended.position, ended_on = ended.occurred_on, answer = ended.answer
FROM (
    SELECT DISTINCT ON (ending.person, ending.shift, last.position) ending.*,
           last.position AS remark_position
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::date[], %s::text[]) AS ending
         (person, shift, kind, position, occurred_on, answer)
    CROSS JOIN LATERAL (
        SELECT max(before.position) AS position FROM {s}.remarks AS before
        WHERE (before.person, before.shift, before.kind)
            = (ending.person, ending.shift, ending.kind)
          AND before.position < ending.position) AS last
    ORDER BY ending.person, ending.shift, last.position, ending.position DESC) AS ended
WHERE (remark.person, remark.shift, remark.position)
    = (ended.person, ended.shift, ended.remark_position)
"""
"""Of several endings of one remark the last counts, wherever a run is cut."""


class RemarkKind(StrEnum):
    """What a remark is about."""

    late_entry = "late_entry"
    correction = "correction"
    no_show = "no_show"
    objection = "objection"


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody stated about the service of a person in a shift, beside the decisions.

    `ended_position` and `ended_on` are where and on which day it was taken back or answered; an
    objection says up to when it is to be answered, and how it was.
    """

    kind: RemarkKind
    position: int
    person: PersonId
    shift: ShiftId
    community: CommunityId
    occurred_on: date
    reason: str | None
    made_by: PersonId
    recorded_at: datetime
    answer_by: date | None
    ended_position: int | None
    ended_on: date | None
    answer: ObjectionAnswer | None


KIND: Final = {
    LateServiceRecorded: RemarkKind.late_entry,
    AttendanceCorrected: RemarkKind.correction,
    NoShowMarked: RemarkKind.no_show,
    ObjectionRaised: RemarkKind.objection,
}
ENDS: Final = {
    NoShowWithdrawn: RemarkKind.no_show,
    ObjectionAnswered: RemarkKind.objection,
}
"""What takes the last remark of a kind back, or answers it."""


def fold(events: Sequence[Recorded], changes: Changes) -> None:
    """Enter every remark, then end those that were taken back or answered."""
    changes.copy(ENTER, [_entry(at) for at in of_type(events, *KIND)])
    changes.write(END, [_ending(at) for at in of_type(events, *ENDS)])


def _entry(at: Recorded) -> tuple[Any, ...]:
    event = at.event
    about = (event.person, event.shift, at.position, KIND[type(event)])
    reason, answer_by = getattr(event, "reason", None), getattr(event, "answer_by", None)
    made = (reason, at.actor, at.recorded_at, answer_by)
    return (*about, event.community, event.occurred_on, *made)


def _ending(at: Recorded) -> tuple[Any, ...]:
    event = at.event
    about = (event.person, event.shift, ENDS[type(event)], at.position)
    return (*about, event.occurred_on, getattr(event, "answer", None))
