"""What is kept for the shift board: each shift, and each person in it, as known at any position.

A person is in a shift by a sign-up, by attendance, by a decision about her service, or by several
of them; the last word on each of the three stands. A row says all of them at once. It holds from
its position until the next word about her in that shift, and what that word does not say is taken
over from the row before.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain.community_records import CommunityRegistered
from ledger.domain.person_records import DeathCorrected, DeathRecorded
from ledger.domain.service_records import (
    ServiceCredited,
    ServiceHeld,
    ServiceRefused,
    ServiceReinstated,
    ServiceReopened,
    ServiceReversed,
    Status,
)
from ledger.domain.shift_records import (
    AttendanceAttested,
    AttendanceCorrected,
    CheckedIn,
    CheckedOut,
    EvidenceGrade,
    NoShowMarked,
    NoShowWithdrawn,
    ShiftCancelled,
    ShiftScheduled,
    SignedUp,
    SignUpPromoted,
    SignUpWithdrawn,
)
from ledger.domain.values import PersonId, ShiftId
from ledger.projections.model import Changes, ReadModel, of_type
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.communities (
    community text COLLATE "C" PRIMARY KEY,
    time_zone text NOT NULL
);
CREATE TABLE {s}.shifts (
    shift              text COLLATE "C" PRIMARY KEY,
    position           bigint NOT NULL,
    community          text COLLATE "C" NOT NULL,
    activity           text NOT NULL,
    starts_at          timestamptz NOT NULL,
    ends_at            timestamptz NOT NULL,
    site               text,
    unit               text,
    places             bigint,
    cancelled          text,
    cancelled_position bigint
);
CREATE INDEX shifts_of_community ON {s}.shifts (community, starts_at, shift);
CREATE TABLE {s}.people (
    shift            text COLLATE "C" NOT NULL,
    person           text COLLATE "C" NOT NULL,
    position         bigint NOT NULL,
    until_position   bigint,  -- where the next word about her in the shift stands
    listing          text,
    listed_position  bigint,
    check_in         timestamptz,
    check_out        timestamptz,
    grade            text,
    attested_by      text,
    status           text,
    hold             text,
    reason           text,
    service_minutes  bigint,
    served_on        date,
    served_until     date,  -- the last day of the minutes that were credited or held
    decided_by       text,
    decided_position bigint,
    no_show          boolean,  -- null while nobody has said anything about it
    PRIMARY KEY (shift, person, position)
);
CREATE INDEX people_now ON {s}.people (shift, person) WHERE until_position IS NULL;
CREATE INDEX people_unconfirmed ON {s}.people (person, until_position, position)
    WHERE check_in IS NOT NULL AND (status IS NULL OR reason = 'after_death');
CREATE INDEX people_that_waited ON {s}.people (until_position, position)
    WHERE check_in IS NOT NULL AND (status IS NULL OR reason = 'after_death');
CREATE TABLE {s}.deaths (
    person   text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    died_on  date,
    PRIMARY KEY (person, position)
);
"""

# -- folding -----------------------------------------------------------------------------------

REGISTER: Final = "COPY {s}.communities (community, time_zone) FROM STDIN"
SCHEDULE: Final = """
COPY {s}.shifts (shift, position, community, activity, starts_at, ends_at, site, unit, places)
FROM STDIN
"""
CANCEL: Final = """
UPDATE {s}.shifts AS shift
SET cancelled = called_off.reason, cancelled_position = called_off.position
FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS called_off (shift, reason, position)
WHERE shift.shift = called_off.shift AND shift.cancelled IS NULL
"""
SAY: Final = """
COPY {s}.people (
    shift, person, position, until_position, listing, listed_position, check_in, check_out, grade,
    attested_by, status, hold, reason, service_minutes, served_on, decided_by, decided_position,
    served_until, no_show) FROM STDIN
"""
FOLLOW: Final = """
WITH before AS (
    UPDATE {s}.people AS earlier SET until_position = first.position
    FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS first (shift, person, position)
    WHERE earlier.shift = first.shift AND earlier.person = first.person
      AND earlier.until_position IS NULL AND earlier.position < first.position
    RETURNING earlier.*)
UPDATE {s}.people AS later
SET listing = coalesce(later.listing, before.listing),
    listed_position = coalesce(later.listed_position, before.listed_position),
    (check_in, check_out, grade, attested_by) = (
        SELECT later.check_in, later.check_out, later.grade, later.attested_by
        WHERE later.check_in IS NOT NULL
        UNION ALL
        SELECT before.check_in, coalesce(later.check_out, before.check_out),
               coalesce(later.grade, before.grade),
               CASE coalesce(later.grade, before.grade) WHEN 'attested'
                   THEN coalesce(before.attested_by, later.attested_by) END
        WHERE later.check_in IS NULL),
    (status, hold, reason, service_minutes, served_on, decided_by, decided_position) = (
        SELECT later.status, later.hold, later.reason, later.service_minutes, later.served_on,
               later.decided_by, later.decided_position
        WHERE later.decided_position IS NOT NULL
        UNION ALL
        SELECT before.status, before.hold, before.reason, before.service_minutes,
               before.served_on, before.decided_by, before.decided_position
        WHERE later.decided_position IS NULL),
    served_until = coalesce(later.served_until, before.served_until),
    no_show = coalesce(later.no_show, before.no_show)
FROM before
WHERE later.shift = before.shift AND later.person = before.person
  AND later.position >= before.until_position
"""
"""Who came says with it when she left, if that is known; who left adds how well both are known."""
DIE: Final = "COPY {s}.deaths (person, position, died_on) FROM STDIN"

COLUMNS: Final = (
    *("listing", "listed_position", "check_in", "check_out", "grade", "attested_by"),
    *("status", "hold", "reason", "service_minutes", "served_on", "decided_by"),
    *("decided_position", "served_until", "no_show"),
)
Row: TypeAlias = tuple[Any, ...]


class Listing(StrEnum):
    """Whether a person means to come."""

    signed_up = "signed_up"
    waiting = "waiting"
    withdrawn = "withdrawn"


STATUS: Final[dict[type, Status | None]] = {
    ServiceCredited: Status.credited,
    ServiceHeld: Status.held,
    ServiceRefused: Status.refused,
    ServiceReversed: Status.reversed,
    ServiceReinstated: Status.credited,
    ServiceReopened: None,
}
"""What a decision makes of somebody's service; None where it is to be decided anew."""


PERSONAL: Final = (
    *(SignedUp, SignUpPromoted, SignUpWithdrawn),
    *(CheckedIn, CheckedOut, AttendanceAttested, AttendanceCorrected),
    *(NoShowMarked, NoShowWithdrawn),
    *STATUS,
)


def fold(events: Sequence[Recorded]) -> Changes:
    """Shifts as scheduled, and a row for each word on a person in them."""
    cancelled = of_type(events, ShiftCancelled)
    deaths = of_type(events, DeathRecorded, DeathCorrected)
    changes = Changes()
    changes.copy(REGISTER, [_community(at.event) for at in of_type(events, CommunityRegistered)])
    changes.copy(SCHEDULE, [_shift(at) for at in of_type(events, ShiftScheduled)])
    changes.write(CANCEL, {at.event.shift: _cancelled(at) for at in reversed(cancelled)}.values())
    said = _words(of_type(events, *PERSONAL))
    changes.copy(SAY, said)
    changes.write(FOLLOW, {row[:2]: row[:3] for row in said}.values())
    changes.copy(DIE, [(at.event.person, at.position, at.event.died_on) for at in deaths])
    return changes


def _words(events: Sequence[Recorded]) -> list[Row]:
    """All that the run has said of a person in a shift up to each event, the newest first."""
    said: dict[tuple[ShiftId, PersonId], dict[str, Any]] = {}
    words = []
    for at in events:
        key = at.event.shift, at.event.person
        before = said.get(key, {})
        said[key] = before | _word(at, before)
        words.append((key, at.position, said[key]))
    following: dict[tuple[ShiftId, PersonId], int] = {}
    rows: list[Row] = []
    for key, position, word in reversed(words):
        rows.append((*key, position, following.get(key), *(word.get(name) for name in COLUMNS)))
        following[key] = position
    return rows


def _word(at: Recorded, before: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that an event about a person in a shift says, those that it empties as well."""
    match at.event:
        case SignedUp() | SignUpPromoted() | SignUpWithdrawn():
            return {"listing": _listing(at.event), "listed_position": at.position}
        case CheckedOut():
            whose = _attested_by(at) and (before.get("attested_by") or at.actor)
            return {"check_out": at.event.at, "grade": at.event.grade, "attested_by": whose}
        case CheckedIn() | AttendanceAttested() | AttendanceCorrected():
            return _attendance(at)
        case NoShowMarked() | NoShowWithdrawn():
            return {"no_show": isinstance(at.event, NoShowMarked)}
        case _:
            return _decision(at)


def _listing(event: SignedUp | SignUpPromoted | SignUpWithdrawn) -> Listing:
    match event:
        case SignedUp():
            return Listing.waiting if event.waiting else Listing.signed_up
        case SignUpPromoted():
            return Listing.signed_up
        case SignUpWithdrawn():
            return Listing.withdrawn
        case _:
            assert_never(event)


def _attendance(at: Recorded) -> dict[str, Any]:
    event: CheckedIn | AttendanceAttested | AttendanceCorrected = at.event
    if isinstance(event, CheckedIn):
        times = {"check_in": event.at, "check_out": None}
        return times | {"grade": event.grade, "attested_by": _attested_by(at)}
    times = {"check_in": event.check_in, "check_out": event.check_out}
    return times | {"grade": EvidenceGrade.attested, "attested_by": at.actor}


def _attested_by(at: Recorded) -> PersonId | None:
    """Whose word it rests on, where nothing at the site says so."""
    return at.actor if at.event.grade is EvidenceGrade.attested else None


def _decision(at: Recorded) -> dict[str, Any]:
    event = at.event
    until = {"served_until": event.days[-1].day} if getattr(event, "days", ()) else {}
    return until | {
        "status": STATUS[type(event)],
        "hold": getattr(event, "hold", None),
        "reason": getattr(event, "reason", None),
        "service_minutes": getattr(event, "service_minutes", None),
        "served_on": event.occurred_on,
        "decided_by": at.actor,
        "decided_position": at.position,
    }


def _community(event: CommunityRegistered) -> Row:
    return event.community, event.time_zone


def _shift(at: Recorded) -> Row:
    event: ShiftScheduled = at.event
    what = (event.shift, at.position, event.community, event.activity)
    return (*what, event.starts_at, event.ends_at, event.site, event.unit, event.places)


def _cancelled(at: Recorded) -> Row:
    return at.event.shift, at.event.reason, at.position


MODEL: Final = ReadModel("shifts", 4, TABLES, fold)
