"""Service: minutes of each attendance, whether they are credited, and what everyone has in the end.

Times are local. The sentences in quotation marks are the format's own.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .case_rows import Attendance

CREDITED = "CREDITED"
HELD = "HELD"
REFUSED = "REFUSED"
MINUTE = timedelta(minutes=1)
EIGHT_HOURS = 480
TWELVE_HOURS = 720
STAR_HOURS = (100, 300, 600, 1000, 1500)


@dataclass(frozen=True, slots=True)
class Served:
    """What the ledger must say to one attendance."""

    record: Attendance
    minutes: int
    status: str
    reason: str


def presence(record: Attendance) -> tuple[datetime, datetime]:
    """From when to when the volunteer counts as present: "presence clipped to the shift"."""
    return max(record.check_in, record.shift_start), min(record.check_out, record.shift_end)


def minutes_between(start: datetime, end: datetime) -> int:
    """The "whole minutes"; nothing when the presence lies outside the shift."""
    return max(0, (end - start) // MINUTE)


def minutes_by_day(start: datetime, end: datetime) -> dict[date, int]:
    """The same minutes, cut at each local midnight."""
    found: dict[date, int] = {}
    while start < end:
        next_midnight = datetime.combine(start.date() + timedelta(days=1), time())
        cut = min(end, next_midnight)
        found[start.date()] = minutes_between(start, cut)
        start = cut
    return found


def intersect(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> bool:
    """Some time is in both; "touching is fine"."""
    return one[0] < other[1] and other[0] < one[1]


def judge_all(records: list[Attendance], closes: dict[str, datetime]) -> list[Served]:
    """Judge each record in turn, knowing the judgements passed before it."""
    judged: list[Served] = []
    for record in records:
        own = [other for other in judged if other.record.volunteer == record.volunteer]
        status, reason = checked(record, own, closes)
        judged.append(Served(record, minutes_between(*presence(record)), status, reason))
    return judged


def checked(record: Attendance, own: list[Served], closes: dict[str, datetime]) -> tuple[str, str]:
    """The four checks "in this order"; `own` are the volunteer's records judged before."""
    if record.volunteer == record.confirmer:
        return REFUSED, "SELF_CONFIRMATION"
    if overlaps(record, own):
        return REFUSED, "OVERLAP_WITH_CREDITED"
    if month_was_closed(record, closes):
        return HELD, f"PERIOD_CLOSED_POST_AS_ADJUSTMENT_IN_{record.recorded_at:%Y-%m}"
    longest = longest_day(record, own)
    if longest > TWELVE_HOURS:
        return HELD, "DAY_OVER_12H_NEEDS_TOWN_APPROVAL"
    if longest > EIGHT_HOURS:
        return HELD, "DAY_OVER_8H_NEEDS_SECOND_APPROVAL"
    return CREDITED, ""


def overlaps(record: Attendance, own: list[Served]) -> bool:
    """It "intersects a credited or held interval of the volunteer, in any community"."""
    taken = [presence(other.record) for other in own if other.status in (CREDITED, HELD)]
    return any(intersect(presence(record), interval) for interval in taken)


def month_was_closed(record: Attendance, closes: dict[str, datetime]) -> bool:
    """Whether "the month of the shift's start is closed … when recorded".

    At the very minute of the close the month is closed.
    """
    closed_at = closes.get(f"{record.shift_start:%Y-%m}")
    return closed_at is not None and record.recorded_at >= closed_at


def longest_day(record: Attendance, own: list[Served]) -> int:
    """The largest of the "local day's credited minutes, this record included", of its days.

    "Held minutes are not credited and do not count in the day's sum."
    """
    sums = minutes_by_day(*presence(record))
    for other in own:
        if other.status == CREDITED:
            for on, minutes in minutes_by_day(*presence(other.record)).items():
                if on in sums:
                    sums[on] += minutes
    return max(sums.values(), default=0)


def minutes_in_the_end(judged: list[Served], opening: dict[str, int]) -> dict[str, int]:
    """Imported minutes plus credited minutes.

    Listed is who has imported minutes or a credited or held record; the format does not say whether
    someone with refused records only is listed, and its example leaves her out.
    """
    found = dict(opening)
    for served in judged:
        if served.status in (CREDITED, HELD):
            found.setdefault(served.record.volunteer, 0)
        if served.status == CREDITED:
            found[served.record.volunteer] += served.minutes
    return dict(sorted(found.items()))


def stars(minutes: int) -> int:
    """How many of the steps "at 100/300/600/1000/1500 h" are reached."""
    return sum(1 for hours in STAR_HOURS if minutes >= hours * 60)
