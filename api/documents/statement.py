"""The statement of service (志愿服务对账单): what counts, what waits and why, and what does not.

Its sums are over all records up to its day. The records are listed newest first, as many as a hand
can leaf through; of older ones the sums tell.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from api.documents.press import pressed
from api.documents.wording import Both, Place, day, duration, month, word
from api.pages import words
from ledger.domain.facts import Contact
from ledger.domain.service_records import Status
from ledger.domain.shift_records import EvidenceGrade
from ledger.domain.values import Minutes, Month, ShiftId, Title, ZoneName, local_day
from ledger.projections.service import ServiceRecord, Statement
from ledger.projections.shifts import Unconfirmed

RECORDS_MOST: Final = 400
BEFORE: Final = "Hours from before this ledger"


@dataclass(frozen=True, slots=True)
class StatementOnPaper:
    """A statement with all its records, and what is printed beside it.

    `contact` is None where it was erased, or is not for the eyes of whoever prints. It is `whole`
    unless it leaves out communities that she may not read. It tells of `at`, or as of a day.
    """

    statement: Statement
    unconfirmed: tuple[Unconfirmed, ...]
    activities: Mapping[ShiftId, Title]
    contact: Contact | None
    community: Title | None
    zone: ZoneName
    at: datetime
    as_of: date | None
    whole: bool
    place: Place

    @property
    def day(self) -> date:
        """The last day that it tells of."""
        return self.as_of or local_day(self.at, self.zone)


def statement_pdf(of: StatementOnPaper) -> bytes:
    """The paper."""
    it = of.statement
    facts: dict[str, Any] = {
        "name": of.contact and of.contact.name,
        "volunteer_number": of.contact and of.contact.volunteer_number,
        "community": of.community,
        "day": day(of.day),
        "warnings": [] if of.whole else [_PARTIAL],
        "total": duration(it.totals.service_minutes),
        "held": duration(it.totals.held_minutes),
        "stars": {
            "reached": it.stars,
            "all": len(it.star_thresholds),
            "granted": [each.star for each in it.granted],
        },
        "months": _months(it.totals.by_month),
        "grades": _grades(it.totals.by_grade),
        "activities": _activities(of),
        "pending": [_row(each, of) for each in it.pending],
        "unconfirmed": list(_unconfirmed(of)),
        "records": [_row(each, of) for each in it.records[:RECORDS_MOST]],
        "unlisted": max(len(it.records) - RECORDS_MOST, 0),
        "place": of.place.told,
    }
    return pressed("statement", facts, of.at)


_PARTIAL: Final[Both] = {
    "zh": "只含打印者有权查看的社区的服务，合计与星级也只按这些计算。",
    "en": "Only service in communities that whoever printed it may read; sums and stars too.",
}


def _months(minutes: Mapping[Month, Minutes]) -> list[dict[str, Both]]:
    return [
        {"what": month(name), "time": duration(minutes[name])}
        for name in sorted(minutes, reverse=True)
    ]


def _grades(minutes: Mapping[EvidenceGrade, Minutes]) -> list[dict[str, Both]]:
    return [
        {"what": word(text), "time": duration(minutes[grade])}
        for grade, text in words.PUBLIC_GRADES.items()
        if grade in minutes
    ]


def _activities(of: StatementOnPaper) -> list[dict[str, Both]]:
    """What counts by what was done, the longest first."""
    found: Counter[str | None] = Counter()
    for each in of.statement.records:
        if each.status is Status.credited:
            found[_title(each, of)] += each.service_minutes or 0
    return [
        {"what": _said(title), "time": duration(minutes)}
        for title, minutes in sorted(found.items(), key=lambda each: (-each[1], each[0] or ""))
    ]


def _title(each: ServiceRecord, of: StatementOnPaper) -> str | None:
    return None if each.shift is None else of.activities.get(each.shift, Title(each.shift))


def _said(title: str | None) -> Both:
    return word(BEFORE) if title is None else {"zh": title, "en": ""}


def _row(each: ServiceRecord, of: StatementOnPaper) -> dict[str, Any]:
    return {
        "when": each.occurred_on.isoformat(),
        "position": each.position,
        "what": _said(_title(each, of)),
        "time": None if each.service_minutes is None else duration(each.service_minutes),
        "state": word(words.STATUSES[each.status]),
        "why": _why(each),
    }


def _why(each: ServiceRecord) -> Both | None:
    if each.status is Status.held and each.hold is not None:
        return word(words.HOLDS[each.hold])
    return None if each.reason is None else word(words.REASONS.get(each.reason, each.reason))


def _unconfirmed(of: StatementOnPaper) -> Iterator[dict[str, Any]]:
    for each in of.unconfirmed:
        when = local_day(each.starts_at, of.zone)
        if when <= of.day:
            state, why = word(words.STATUSES[Status.held]), word("nobody has confirmed it yet")
            what = _said(each.activity)
            told = {"when": when.isoformat(), "position": None, "what": what, "time": None}
            yield told | {"state": state, "why": why}


def shifts_of(statement: Statement) -> Collection[ShiftId]:
    """The shifts whose activities such a paper names."""
    return {each.shift for each in (*statement.records, *statement.pending) if each.shift}
