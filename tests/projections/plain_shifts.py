"""The shift board read off the log in the slowest way: the last word on everybody in each shift.

It knows the events it is given and no others, so it says what was known at any position.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ledger.domain.person_records import DeathCorrected, DeathRecorded
from ledger.domain.service_records import (
    ServiceCredited,
    ServiceHeld,
    ServiceRefused,
    ServiceReinstated,
    ServiceReopened,
    ServiceReversed,
)
from ledger.domain.shift_records import (
    AttendanceAttested,
    AttendanceCorrected,
    CheckedIn,
    CheckedOut,
    NoShowMarked,
    NoShowWithdrawn,
    ShiftCancelled,
    ShiftScheduled,
    SignedUp,
    SignUpPromoted,
    SignUpWithdrawn,
)
from ledger.store.codec import Recorded

STATUS = {
    ServiceCredited: "credited",
    ServiceHeld: "held",
    ServiceRefused: "refused",
    ServiceReversed: "reversed",
    ServiceReinstated: "credited",
    ServiceReopened: None,
}


@dataclass
class There:
    """Somebody in a shift: whether she means to come, when she came, and what became of it."""

    listing: str | None = None
    check_in: datetime | None = None
    check_out: datetime | None = None
    grade: str | None = None
    attested_by: str | None = None
    status: str | None = None
    hold: str | None = None
    reason: str | None = None
    service_minutes: int | None = None
    served_on: date | None = None
    served_until: date | None = None
    decided_by: str | None = None
    decided_position: int | None = None
    no_show: bool = False

    def see(self, at: Recorded) -> None:
        event = at.event
        match event:
            case SignedUp():
                self.listing = "waiting" if event.waiting else "signed_up"
            case SignUpPromoted():
                self.listing = "signed_up"
            case SignUpWithdrawn():
                self.listing = "withdrawn"
            case CheckedIn():
                self.check_in, self.check_out = event.at, None
                self.grade = str(event.grade)
                self.attested_by = at.actor if self.grade == "attested" else None
            case CheckedOut():
                self.check_out, self.grade = event.at, str(event.grade)
                whose = self.attested_by or at.actor
                self.attested_by = whose if self.grade == "attested" else None
            case AttendanceAttested() | AttendanceCorrected():
                self.check_in, self.check_out = event.check_in, event.check_out
                self.grade, self.attested_by = "attested", at.actor
            case NoShowMarked() | NoShowWithdrawn():
                self.no_show = isinstance(event, NoShowMarked)
            case _:
                self.status = STATUS[type(event)]
                self.hold = getattr(event, "hold", None)
                self.reason = getattr(event, "reason", None)
                self.service_minutes = getattr(event, "service_minutes", None)
                self.served_on = event.occurred_on
                if isinstance(event, ServiceCredited | ServiceHeld):
                    self.served_until = event.days[-1].day
                self.decided_by, self.decided_position = at.actor, at.position

    def told(self) -> tuple[Any, ...]:
        """What the sheet says of her, in its order."""
        return (
            *(self.listing, self.check_in, self.check_out, self.grade, self.attested_by),
            *(self.status, self.hold, self.reason, self.service_minutes),
            *(self.decided_by, self.decided_position, self.no_show),
        )

    def undecided(self, died_on: date | None) -> bool:
        """Nobody decided, or only her death did, of which no more is known by then."""
        ended = self.reason == "after_death" and self.served_on is not None
        last_day = self.served_until or self.served_on or date.max
        return self.status is None or (ended and (died_on is None or last_day <= died_on))


@dataclass
class Board:
    """Every shift and everybody in it."""

    shifts: dict[str, ShiftScheduled]
    cancelled: dict[str, str]
    people: dict[tuple[str, str], There]
    died_on: dict[str, date | None]

    def of_community(self, community: str) -> set[str]:
        return {name for name, it in self.shifts.items() if it.community == community}

    def numbers(self, shift: str) -> tuple[int, ...]:
        """Signed up, waiting, came, not left, unconfirmed, credited, held, and missed."""
        here = [(who, it) for (where, who), it in self.people.items() if where == shift]
        return (
            sum(it.listing == "signed_up" for _, it in here),
            sum(it.listing == "waiting" for _, it in here),
            sum(it.check_in is not None for _, it in here),
            sum(it.check_in is not None and it.check_out is None for _, it in here),
            sum(who in self.unconfirmed(shift, whole=True) for who, _ in here),
            sum(it.status == "credited" for _, it in here),
            sum(it.status == "held" for _, it in here),
            sum(it.no_show for _, it in here),
        )

    def unconfirmed(self, shift: str, *, whole: bool = False) -> set[str]:
        """Who came, or came and left, and nobody has said yet whether it is service."""
        return {
            who
            for (where, who), it in self.people.items()
            if where == shift
            and it.check_in is not None
            and (it.check_out is not None or not whole)
            and it.undecided(self.died_on.get(who))
        }


def board(known: Sequence[Recorded]) -> Board:
    found = Board({}, {}, {}, {})
    for at in known:
        event = at.event
        if isinstance(event, ShiftScheduled):
            found.shifts[event.shift] = event
        elif isinstance(event, ShiftCancelled):
            found.cancelled[event.shift] = event.reason
        elif isinstance(event, DeathRecorded | DeathCorrected):
            found.died_on[event.person] = event.died_on
        elif type(event) in STATUS or isinstance(event, PERSONAL):
            found.people.setdefault((event.shift, event.person), There()).see(at)
    return found


PERSONAL = (
    *(SignedUp, SignUpPromoted, SignUpWithdrawn, CheckedIn, CheckedOut),
    *(AttendanceAttested, AttendanceCorrected, NoShowMarked, NoShowWithdrawn),
)
