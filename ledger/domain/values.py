"""Values every noun uses: money, minutes, ids, days and months.

Money is integer fen, time is integer minutes; there is no float in the ledger.
Ids are plain text with a fixed shape, so that nothing personal can be typed into one:
a person's id is a random UUID (version 4), everything else is a short lower-case slug.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, NewType
from zoneinfo import ZoneInfo

Fen = NewType("Fen", int)
Minutes = NewType("Minutes", int)
BasisPoints = NewType("BasisPoints", int)
Count = NewType("Count", int)
Position = NewType("Position", int)  # the place of an event in the log, from 1 on

PersonId = NewType("PersonId", str)
CommunityId = NewType("CommunityId", str)
CooperativeId = NewType("CooperativeId", str)  # "xianhu/xh-e1": its community is the first part
UnitId = NewType("UnitId", str)  # "xianhu/mutual-aid", likewise
SiteId = NewType("SiteId", str)
ShiftId = NewType("ShiftId", str)
FundId = NewType("FundId", str)
ResolutionId = NewType("ResolutionId", str)
MeetingId = NewType("MeetingId", str)
ContributionId = NewType("ContributionId", str)
NoticeId = NewType("NoticeId", str)
CertificateId = NewType("CertificateId", str)  # a random UUID: no name can be typed into it
CertificateNumber = NewType("CertificateNumber", str)  # "jinning-2026-0001": its register's next
HandoverId = NewType("HandoverId", str)  # likewise
SlipId = NewType("SlipId", str)  # a random UUID, as a person's: it is printed and scanned, not said
CardId = NewType("CardId", str)  # likewise
SiteCode = NewType("SiteCode", str)  # nine digits, shown at a shift for half a minute
Slug = NewType("Slug", str)  # any other short name: a payee, a donor, a rule's code in lower case
Sha256 = NewType("Sha256", str)  # the digest of a document, in lower-case hexadecimal
RuleCode = NewType("RuleCode", str)  # "AGE80_MEMBER": the code a resolution gives a tier
PayerName = NewType("PayerName", str)  # a fund, a cooperative or a short name, as the kind says
PayerPath = NewType("PayerPath", str)  # "fund/meals", "cooperative/xianhu/xh-e1": an account's part
Title = NewType("Title", str)  # the public name of an institution or an activity, never a person's
VolunteerNumber = NewType("VolunteerNumber", str)  # the national system's: for the vault alone
IdentityDocument = NewType("IdentityDocument", str)  # its number: for the vault alone
NoteText = NewType("NoteText", str)  # what somebody writes about a person: for the vault alone
ZoneName = NewType("ZoneName", str)
LogOrigin = NewType("LogOrigin", str)  # "ledger.example.org/log": the name the log is signed under
Digest = NewType("Digest", str)  # a SHA-256 as 64 hexadecimal digits; never of personal data
Month = NewType("Month", str)  # "2026-03": sorts as it reads

YEAR_FIRST: Final = 1950
YEAR_LAST: Final = 2090
"""No community keeps books of an earlier year, and who writes 0026 means 2026; both are far enough
from the ends of the calendar for every zone, and for months as they are written."""

SYSTEM: Final = PersonId("system")
"""The actor of consequences: it cannot be given in a token, only decided in a command."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a value may be: a range for a number, a pattern and a length for text."""

    least: int | None = None
    most: int | None = None
    pattern: str | None = None
    length: int | None = None


_SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_UUID4 = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
SLUG: Final = Bounds(pattern=rf"^{_SLUG}\Z", length=40)
CERTIFICATE: Final = Bounds(pattern=rf"^{_SLUG}-20[0-9]{{2}}-[0-9]{{4,8}}\Z", length=54)
PATH: Final = Bounds(pattern=rf"^{_SLUG}/{_SLUG}\Z", length=81)
UUID4: Final = Bounds(pattern=rf"^{_UUID4}\Z", length=36)

BOUNDS: Final[dict[object, Bounds]] = {
    Fen: Bounds(0, 10**12),
    Minutes: Bounds(0, 10**9),
    BasisPoints: Bounds(0, 10_000),
    Count: Bounds(0, 10**8),
    Position: Bounds(1, 10**15),
    PersonId: UUID4,
    CommunityId: SLUG,
    CooperativeId: PATH,
    UnitId: PATH,
    SiteId: SLUG,
    ShiftId: SLUG,
    FundId: SLUG,
    ResolutionId: SLUG,
    MeetingId: SLUG,
    ContributionId: SLUG,
    NoticeId: SLUG,
    CertificateId: UUID4,
    CertificateNumber: CERTIFICATE,
    HandoverId: UUID4,
    SlipId: UUID4,
    CardId: UUID4,
    SiteCode: Bounds(pattern=r"^[0-9]{9}\Z", length=9),
    Slug: SLUG,
    Sha256: Bounds(pattern=r"^[0-9a-f]{64}\Z", length=64),
    PayerName: Bounds(pattern=rf"^{_SLUG}(?:/{_SLUG})?\Z", length=81),
    PayerPath: Bounds(pattern=rf"^{_SLUG}(?:/{_SLUG}){{1,2}}\Z", length=100),
    RuleCode: Bounds(pattern=r"^[A-Z][A-Z0-9_]*\Z", length=40),
    Title: Bounds(
        pattern=r"^[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?\Z", length=60
    ),
    VolunteerNumber: Bounds(pattern=r"^[0-9A-Za-z]{4,32}\Z", length=32),
    IdentityDocument: Bounds(pattern=r"^[0-9A-Za-z]{5,18}\Z", length=18),
    NoteText: Bounds(
        pattern=r"^[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?\Z", length=500
    ),
    ZoneName: Bounds(pattern=r"^[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)*\Z", length=40),
    LogOrigin: Bounds(pattern=r"^[a-z0-9][a-z0-9./:_-]*\Z", length=200),
    Digest: Bounds(pattern=r"^[0-9a-f]{64}\Z", length=64),
    Month: Bounds(pattern=r"^(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])\Z", length=7),
}
"""Every bound of every value in one table; whoever reads from outside enforces it."""


def community_of(path: CooperativeId | UnitId) -> CommunityId:
    """The community a cooperative or an organising unit belongs to."""
    return CommunityId(path.partition("/")[0])


def fund_of(payer: PayerPath) -> FundId | None:
    """The fund that a payer is; None for a cooperative or anybody outside."""
    kind, _, name = payer.partition("/")
    return FundId(name) if kind == "fund" else None


def cooperative_of(payer: PayerPath) -> CooperativeId | None:
    """The cooperative that a payer is; None for a fund or anybody outside."""
    kind, _, name = payer.partition("/")
    return CooperativeId(name) if kind == "cooperative" else None


@lru_cache(maxsize=4096)
def month_of(day: date) -> Month:
    """The calendar month of a day."""
    return Month(f"{day.year:04d}-{day.month:02d}")


def first_day(month: Month) -> date:
    """The first day of a month."""
    return date(int(month[:4]), int(month[5:]), 1)


def next_month(month: Month) -> Month:
    """The month after."""
    return month_of(first_day(month) + timedelta(days=31))


def previous_month(month: Month) -> Month:
    """The month before."""
    return month_of(first_day(month) - timedelta(days=1))


def months_between(first: Month, last: Month) -> tuple[Month, ...]:
    """Every month from the first to the last, both included; empty when first is later."""
    found: list[Month] = []
    while first <= last:
        found.append(first)
        first = next_month(first)
    return tuple(found)


@lru_cache(maxsize=256)
def zone(name: ZoneName) -> ZoneInfo:
    """The time zone of that name; raises ZoneInfoNotFoundError for a name that does not exist."""
    return ZoneInfo(name)


def local(moment: datetime, zone_name: ZoneName) -> datetime:
    """The same moment on the community's wall clock."""
    return moment.astimezone(zone(zone_name))


@lru_cache(maxsize=1024)
def local_day(moment: datetime, zone_name: ZoneName) -> date:
    """The community's local day at that moment: what 'day' means everywhere in the ledger."""
    return moment.astimezone(zone(zone_name)).date()


def midnight(day: date, zone_name: ZoneName) -> datetime:
    """The moment a local day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=zone(zone_name)).astimezone(UTC)


def to_the_minute(moment: datetime) -> datetime:
    """Seconds cut off: attendance is kept to the minute (DOMAIN 6, service)."""
    return moment.replace(second=0, microsecond=0)
