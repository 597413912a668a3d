"""Remarks: what people stated about somebody's service beside the decisions about it.

The evidence of a late entry is a remark, which leads to a decision and is none itself. A remark
that is open until it is answered says where that happened.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

from ledger.domain.service_records import LateServiceRecorded
from ledger.projections.model import Changes, of_type
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.remarks (
    person      text COLLATE "C" NOT NULL,
    shift       text COLLATE "C" NOT NULL,
    position    bigint NOT NULL,
    kind        text NOT NULL,
    community   text COLLATE "C" NOT NULL,
    occurred_on date NOT NULL,
    reason      text,
    made_by     text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (person, shift, position)
);
"""
ENTER: Final = """
COPY {s}.remarks (person, shift, position, kind, community, occurred_on, reason, made_by,
    recorded_at) FROM STDIN
"""


class RemarkKind(StrEnum):
    """What a remark is about."""

    late_entry = "late_entry"


KIND: Final = {
    LateServiceRecorded: RemarkKind.late_entry,
}


def fold(events: Sequence[Recorded], changes: Changes) -> None:
    """Enter every remark."""
    changes.copy(ENTER, [_entry(at) for at in of_type(events, *KIND)])


def _entry(at: Recorded) -> tuple[Any, ...]:
    event = at.event
    about = (event.person, event.shift, at.position, KIND[type(event)])
    reason = getattr(event, "reason", None)
    return (*about, event.community, event.occurred_on, reason, at.actor, at.recorded_at)
