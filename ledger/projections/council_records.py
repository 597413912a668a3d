"""What is kept of councils: their meetings, and how many came to each.

Rows only come: whoever came is a row, and whoever is taken back another one, so that any position
can be asked about. Who it was is not kept here.
"""

from collections.abc import Sequence
from typing import Any, Final

from ledger.domain.councils import AttendanceWithdrawn, MeetingAttended, MeetingRecorded
from ledger.projections.model import Changes, ReadModel, of_type
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.meetings (
    meeting   text COLLATE "C" PRIMARY KEY,
    position  bigint NOT NULL,
    community text COLLATE "C" NOT NULL,
    body      text COLLATE "C" NOT NULL,
    site      text,
    held_on   date NOT NULL
);
CREATE INDEX meetings_of_community ON {s}.meetings (community, held_on, meeting);
CREATE TABLE {s}.attendances (
    meeting  text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    came     smallint NOT NULL,  -- 1, or -1 for one that is taken back
    PRIMARY KEY (meeting, position)
);
"""

# -- folding -----------------------------------------------------------------------------------

HOLD: Final = "COPY {s}.meetings (meeting, position, community, body, site, held_on) FROM STDIN"
ATTEND: Final = "COPY {s}.attendances (meeting, position, came) FROM STDIN"


def fold(events: Sequence[Recorded]) -> Changes:
    """Meetings, and one row for each that came or is taken back."""
    changes = Changes()
    changes.copy(HOLD, [_held(at) for at in of_type(events, MeetingRecorded)])
    came = of_type(events, MeetingAttended, AttendanceWithdrawn)
    changes.copy(ATTEND, [_came(at) for at in came])
    return changes


MODEL: Final = ReadModel("councils", 1, TABLES, fold)


def _held(at: Recorded) -> tuple[Any, ...]:
    event: MeetingRecorded = at.event
    held = event.community, event.body, event.site, event.occurred_on
    return event.meeting, at.position, *held


def _came(at: Recorded) -> tuple[Any, ...]:
    event: MeetingAttended | AttendanceWithdrawn = at.event
    return event.meeting, at.position, 1 if isinstance(event, MeetingAttended) else -1
