"""What is remembered of the service of one person in one shift."""

from dataclasses import dataclass
from datetime import date, datetime

from ledger.domain.intervals import Days, elapsed
from ledger.domain.service_records import Deciders, Hold, LateReason, Status
from ledger.domain.shift_records import EvidenceGrade
from ledger.domain.values import CommunityId, Minutes, Month, UnitId


@dataclass(frozen=True, slots=True)
class Record:
    """The service of one person in one shift; one that was refused at once has no time.

    What a recorded death ended stands again, or may be confirmed anew, if the death was a mistake;
    that is nobody's decision, so `decided_by` stay those on whose word it was credited or held.
    `deciders` are all who ever decided about it, also those whose word was overruled since.
    What was held and is credited was `released_from` that hold, which is not asked for again.
    `booked_in` is the month of the last entry that moved its minutes, None before any did. `grade`
    is that of the attendance, None of what was refused at once.
    """

    community: CommunityId
    occurred_on: date
    status: Status
    starts_at: datetime
    ends_at: datetime
    unit: UnitId | None = None
    days: Days = ()
    time_bank: bool = False
    ended_by_death: bool = False
    reopened: bool = False
    hold: Hold | None = None
    released_from: Hold | None = None
    decided_by: Deciders = ()
    deciders: Deciders = ()
    late: LateReason | None = None
    booked_in: Month | None = None
    grade: EvidenceGrade | None = None

    @property
    def service_minutes(self) -> Minutes:
        """The minutes that were credited or held."""
        return elapsed(self.starts_at, self.ends_at)

    @property
    def last_day(self) -> date:
        """The local day of the last minute that was credited or held."""
        return self.days[-1].day if self.days else self.occurred_on

    def stands_open(self) -> bool:
        """Whether it is over, and yet may be decided anew."""
        return self.ended_by_death or self.reopened

    def takes_time(self) -> bool:
        """Whether nothing else may be credited or held for the same minutes."""
        return self.status in (Status.credited, Status.held)
