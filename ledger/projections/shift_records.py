"""What is kept for the shift board: each shift, and each person in it.

A person is in a shift by a sign-up, by attendance, by a decision about her service, or by several
of them; the last word on each of the three stands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeAlias

from ledger.domain.community_records import CommunityRegistered
from ledger.domain.people import DeathCorrected, DeathRecorded
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
    shift     text COLLATE "C" PRIMARY KEY,
    community text COLLATE "C" NOT NULL,
    activity  text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at   timestamptz NOT NULL,
    site      text,
    unit      text,
    places    bigint,
    cancelled text
);
CREATE INDEX shifts_of_community ON {s}.shifts (community, starts_at, shift);
CREATE TABLE {s}.people (
    shift            text COLLATE "C" NOT NULL,
    person           text COLLATE "C" NOT NULL,
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
    decided_by       text,
    decided_position bigint,
    no_show          boolean NOT NULL DEFAULT false,
    PRIMARY KEY (shift, person)
);
CREATE INDEX people_unconfirmed ON {s}.people (person)
    WHERE check_in IS NOT NULL AND (status IS NULL OR reason = 'after_death');
CREATE TABLE {s}.deaths (
    person  text COLLATE "C" PRIMARY KEY,
    died_on date
);
"""

# -- folding -----------------------------------------------------------------------------------

REGISTER: Final = "COPY {s}.communities (community, time_zone) FROM STDIN"
SCHEDULE: Final = """
COPY {s}.shifts (shift, community, activity, starts_at, ends_at, site, unit, places) FROM STDIN
"""
CANCEL: Final = """
UPDATE {s}.shifts AS shift SET cancelled = called_off.reason
FROM unnest(%s::text[], %s::text[]) AS called_off (shift, reason)
WHERE shift.shift = called_off.shift
"""
LIST: Final = """
INSERT INTO {s}.people (shift, person, listing, listed_position)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[])
ON CONFLICT (shift, person) DO UPDATE SET
    listing = excluded.listing, listed_position = excluded.listed_position
"""
ATTEND: Final = """
INSERT INTO {s}.people (shift, person, check_in, check_out, grade, attested_by)
SELECT * FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::text[],
                     %s::text[])
ON CONFLICT (shift, person) DO UPDATE SET
    check_in = excluded.check_in, check_out = excluded.check_out,
    grade = excluded.grade, attested_by = excluded.attested_by
"""
LEAVE: Final = """
INSERT INTO {s}.people (shift, person, check_out)
SELECT * FROM unnest(%s::text[], %s::text[], %s::timestamptz[])
ON CONFLICT (shift, person) DO UPDATE SET check_out = excluded.check_out
"""
DECIDE: Final = """
INSERT INTO {s}.people (
    shift, person, status, hold, reason, service_minutes, served_on, decided_by, decided_position)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[],
                     %s::date[], %s::text[], %s::bigint[])
ON CONFLICT (shift, person) DO UPDATE SET
    status = excluded.status, hold = excluded.hold, reason = excluded.reason,
    service_minutes = excluded.service_minutes, served_on = excluded.served_on,
    decided_by = excluded.decided_by, decided_position = excluded.decided_position
"""
MARK: Final = """
INSERT INTO {s}.people (shift, person, no_show)
SELECT * FROM unnest(%s::text[], %s::text[], %s::boolean[])
ON CONFLICT (shift, person) DO UPDATE SET no_show = excluded.no_show
"""
DIE: Final = """
INSERT INTO {s}.deaths SELECT * FROM unnest(%s::text[], %s::date[])
ON CONFLICT (person) DO UPDATE SET died_on = excluded.died_on
"""

Key: TypeAlias = tuple[ShiftId, PersonId]
Words: TypeAlias = dict[Key, tuple[Any, ...]]
"""The last word on each person in a shift, as columns."""


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


@dataclass(slots=True)
class _Run:
    """What a run of events says in the end of each person in each shift."""

    listed: Words = field(default_factory=dict)
    attended: Words = field(default_factory=dict)
    left: Words = field(default_factory=dict)
    decided: Words = field(default_factory=dict)
    marked: Words = field(default_factory=dict)

    def take(self, at: Recorded) -> None:
        """One event about a person in a shift."""
        event = at.event
        key = (event.shift, event.person)
        match event:
            case SignedUp():
                listing = Listing.waiting if event.waiting else Listing.signed_up
                self.listed[key] = (listing, at.position)
            case SignUpPromoted():
                self.listed[key] = (Listing.signed_up, at.position)
            case SignUpWithdrawn():
                self.listed[key] = (Listing.withdrawn, at.position)
            case CheckedIn():
                self.attended[key] = (event.at, None, EvidenceGrade.checked, None)
            case CheckedOut():
                self._leave(key, event)
            case NoShowMarked() | NoShowWithdrawn():
                self.marked[key] = (isinstance(event, NoShowMarked),)
            case AttendanceAttested() | AttendanceCorrected():
                whole = (event.check_in, event.check_out, EvidenceGrade.attested, at.actor)
                self.attended[key] = whole
            case _:
                self.decided[key] = _decision(at)

    def _leave(self, key: Key, event: CheckedOut) -> None:
        if key in self.attended:
            check_in, _, *rest = self.attended[key]
            self.attended[key] = (check_in, event.at, *rest)
        else:
            self.left[key] = (event.at,)


PERSONAL: Final = (
    *(SignedUp, SignUpPromoted, SignUpWithdrawn),
    *(CheckedIn, CheckedOut, AttendanceAttested, AttendanceCorrected),
    *(NoShowMarked, NoShowWithdrawn),
    *STATUS,
)


def fold(events: Sequence[Recorded]) -> Changes:
    """Shifts as scheduled, and the last word on each person in them."""
    run = _Run()
    for at in of_type(events, *PERSONAL):
        run.take(at)
    deaths = of_type(events, DeathRecorded, DeathCorrected)
    changes = Changes()
    changes.copy(REGISTER, [_community(at.event) for at in of_type(events, CommunityRegistered)])
    changes.copy(SCHEDULE, [_shift(at.event) for at in of_type(events, ShiftScheduled)])
    changes.write(CANCEL, [_cancelled(at.event) for at in of_type(events, ShiftCancelled)])
    changes.write(LIST, _rows(run.listed))
    changes.write(LEAVE, _rows(run.left))
    changes.write(ATTEND, _rows(run.attended))
    changes.write(DECIDE, _rows(run.decided))
    changes.write(MARK, _rows(run.marked))
    changes.write(DIE, {at.event.person: at.event.died_on for at in deaths}.items())
    return changes


def _rows(words: Words) -> Iterable[tuple[Any, ...]]:
    return ((*key, *words[key]) for key in sorted(words))


def _decision(at: Recorded) -> tuple[Any, ...]:
    event = at.event
    hold, reason = getattr(event, "hold", None), getattr(event, "reason", None)
    minutes: int | None = getattr(event, "service_minutes", None)
    served_on: date = event.occurred_on
    return STATUS[type(event)], hold, reason, minutes, served_on, at.actor, at.position


def _community(event: CommunityRegistered) -> tuple[Any, ...]:
    return event.community, event.time_zone


def _shift(event: ShiftScheduled) -> tuple[Any, ...]:
    what = (event.shift, event.community, event.activity)
    return (*what, event.starts_at, event.ends_at, event.site, event.unit, event.places)


def _cancelled(event: ShiftCancelled) -> tuple[Any, ...]:
    return event.shift, event.reason


MODEL: Final = ReadModel("shifts", 2, TABLES, fold)
