"""What stories about shifts and service begin with: communities, neighbours, shifts, attendance."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ledger.domain import communities, people, service, shifts
from ledger.domain.community_records import (
    CommunityRegistered,
    MonthClosed,
    ServiceRules,
    ServiceRulesSet,
    UnitKind,
    UnitRegistered,
)
from ledger.domain.decisions import Happening
from ledger.domain.facts import FactSheet, Kinship, Relation
from ledger.domain.person_records import DeathRecorded, PersonRegistered
from ledger.domain.service_records import ServiceEvent
from ledger.domain.shift_records import (
    AttendanceAttested,
    CheckedIn,
    CheckedOut,
    EvidenceGrade,
    ShiftScheduled,
)
from ledger.domain.values import (
    CommunityId,
    Count,
    Month,
    PersonId,
    ShiftId,
    Title,
    UnitId,
    ZoneName,
)
from tests.story import Sheet

SHANGHAI, BERLIN = ZoneName("Asia/Shanghai"), ZoneName("Europe/Berlin")
JINNING, XIANHU, PARTNERTOWN = (CommunityId(c) for c in ("jinning", "xianhu", "partnertown"))
MUTUAL_AID = UnitId("jinning/mutual-aid")
LEADER = PersonId("00000000-0000-4000-8000-000000000001")
CHEN = PersonId("00000000-0000-4000-8000-000000000002")
WU = PersonId("00000000-0000-4000-8000-000000000003")
STRANGER = PersonId("00000000-0000-4000-8000-000000000009")
KITCHEN, PATROL = ShiftId("kitchen"), ShiftId("patrol")
MUTUAL_AID_NAME = Title("街坊志愿互助会")
LONG_AGO = date(2026, 1, 1)


def at(text: str, zone: ZoneName = SHANGHAI) -> datetime:
    """A local time such as "03-02 09:00" of 2026."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZoneInfo(zone))


def later(moment: datetime, minutes: int) -> datetime:
    return moment + timedelta(minutes=minutes)


def community(name: CommunityId = JINNING, zone: ZoneName = SHANGHAI) -> tuple[Happening, ...]:
    here = communities.stream(name)
    registered = CommunityRegistered(name, Title("社区"), Title("丹灶镇"), zone, LONG_AGO)
    unit = UnitId(f"{name}/mutual-aid")
    return (
        (here, registered),
        (here, UnitRegistered(unit, MUTUAL_AID_NAME, UnitKind.association, None, LONG_AGO)),
    )


def ruled(rules: ServiceRules, since: date = LONG_AGO, where: CommunityId = JINNING) -> Happening:
    return (communities.stream(where), ServiceRulesSet(where, since, rules, LONG_AGO))


def month_closed(month: str, where: CommunityId = JINNING) -> Happening:
    return (communities.stream(where), MonthClosed(Month(month), LONG_AGO))


def person(name: PersonId = CHEN, on: date = LONG_AGO) -> Happening:
    return (people.stream(name), PersonRegistered(name, JINNING, Count(1), "commitment", on))


def died(name: PersonId, on: date) -> Happening:
    return (people.stream(name), DeathRecorded(name, on, on))


def relative(name: PersonId, *, of: PersonId) -> Sheet:
    relations = (Relation(of, Kinship.sibling),)
    return Sheet(name, FactSheet(date(1960, 1, 1), relations=relations))


def scheduled(
    start: datetime,
    end: datetime,
    name: ShiftId = KITCHEN,
    where: CommunityId = JINNING,
    *,
    places: int | None = None,
    unit: UnitId | None = None,
) -> Happening:
    event = ShiftScheduled(
        name,
        where,
        Title("长者饭堂帮厨"),
        shifts.utc_minute(start),
        shifts.utc_minute(end),
        None,
        unit,
        None if places is None else Count(places),
        LONG_AGO,
    )
    return (shifts.stream(name), event)


def came(when: datetime, name: ShiftId = KITCHEN, who: PersonId = CHEN) -> Happening:
    at_minute = shifts.utc_minute(when)
    return (
        shifts.stream(name),
        CheckedIn(name, who, at_minute, EvidenceGrade.checked, when.date()),
    )


def left(when: datetime, name: ShiftId = KITCHEN, who: PersonId = CHEN) -> Happening:
    at_minute = shifts.utc_minute(when)
    return (
        shifts.stream(name),
        CheckedOut(name, who, at_minute, EvidenceGrade.checked, when.date()),
    )


def attested(
    start: datetime, end: datetime, name: ShiftId = KITCHEN, who: PersonId = CHEN
) -> Happening:
    event = AttendanceAttested(
        name, who, shifts.utc_minute(start), shifts.utc_minute(end), start.date()
    )
    return (shifts.stream(name), event)


def served(
    start: datetime, end: datetime, name: ShiftId = KITCHEN, where: CommunityId = JINNING
) -> tuple[Happening, ...]:
    """A shift that Chen attended from its first minute to its last; nobody has confirmed it."""
    return (scheduled(start, end, name, where), came(start, name), left(end, name))


def on_record(event: ServiceEvent) -> Happening:
    return (service.stream(event.person), event)


JINNING_EVENT = (*community(), person(), person(WU), person(LEADER))
"""A community and its people, before anything was scheduled."""
