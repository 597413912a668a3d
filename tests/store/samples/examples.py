"""An example of every event, with values as a real community has them."""

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

from ledger.domain.facts import Hardship
from ledger.domain.intervals import DayMinutes
from ledger.domain.lots import Origin
from ledger.domain.sites import DatedException, Weekday
from ledger.domain.tiers import (
    Condition,
    Payer,
    PayerKind,
    PayerResolution,
    PayerShare,
    ShareLine,
    Sitting,
    Tier,
)
from ledger.domain.values import (
    BasisPoints,
    CardId,
    CertificateId,
    CertificateNumber,
    CommunityId,
    ContributionId,
    CooperativeId,
    Count,
    Digest,
    Fen,
    FundId,
    HandoverId,
    LogOrigin,
    MeetingId,
    Minutes,
    Month,
    NoticeId,
    PayerName,
    PayerPath,
    PersonId,
    Position,
    ResolutionId,
    RuleCode,
    Sha256,
    ShiftId,
    SiteId,
    SlipId,
    Slug,
    Title,
    UnitId,
    ZoneName,
)

NOON = datetime(2026, 3, 2, 4, 0, 0, 250_000, tzinfo=UTC)
CLERK = PersonId("3a0e2f6c-5b1d-4c7e-9a84-0d6f1b2c3e4f")
FUND = Payer(PayerKind.fund, PayerName("xianhu-meals"))
COOPERATIVE = Payer(PayerKind.cooperative_of_the_eater)

TIERS = (
    Tier(
        Count(10),
        RuleCode("AGE80_MEMBER"),
        Condition(
            age_least=Count(80),
            age_most=Count(120),
            hardships=(Hardship.living_alone, Hardship.subsistence),
            registered=True,
            cooperative_member=True,
        ),
        (
            ShareLine(FUND, fixed_fen=Fen(600)),
            ShareLine(COOPERATIVE, basis_points=BasisPoints(5000), cap_fen=Fen(400)),
            ShareLine(Payer(PayerKind.eater), of_the_rest=True),
        ),
    ),
    Tier(Count(20), RuleCode("UNIVERSAL"), Condition(habitual=True), ()),
)

BY_FIELD: dict[str, Any] = {
    "activity": Title("长者饭堂帮厨"),
    "abstained": Count(4),
    "adjusts": Month("2026-03"),
    "answer_by": date(2026, 3, 17),
    "at": datetime(2026, 3, 2, 1, 2, tzinfo=UTC),
    "award": Slug("demonstration-community"),
    "booked_in": Month("2026-04"),
    "carried_fen": -900,
    "check_in": datetime(2026, 3, 2, 1, 2, tzinfo=UTC),
    "check_out": datetime(2026, 3, 2, 4, 31, tzinfo=UTC),
    "against": Count(3),
    "amount_most_fen": Fen(500_000),
    "claim": Count(17),
    "claim_days": Count(31),
    "claimed_by": CLERK,
    "commitment": "hmac-sha256:" + "5e" * 32,
    "contact_commitment": "hmac-sha256:" + "c0" * 32,
    "contact_version": Count(1),
    "copayment_fen": Fen(500),
    "credit_minutes": Minutes(90),
    "days": (DayMinutes(date(2026, 3, 2), Minutes(208)),),
    "died_on": date(2026, 2, 17),
    "ends_at": datetime(2026, 3, 2, 4, 30, tzinfo=UTC),
    "discussed_on": date(2026, 2, 20),
    "exceptions": (
        DatedException(date(2026, 2, 17), open=False),
        DatedException(date(2026, 2, 28), open=True),
    ),
    "facts_version": Count(2),
    "from_fund": FundId("town-general"),
    "from_lot": Count(5),
    "in_favour": Count(27),
    "labour_minutes": Minutes(90),
    "late_entry_days": Count(30),
    "note_commitment": "hmac-sha256:" + "a7" * 32,
    "note_version": Count(4),
    "objection_days": Count(15),
    "opened_on": date(2024, 10, 11),
    "operator": Slug("xianhu-kitchen-company"),
    "origin": Origin(FundId("town-awards"), Count(2)),
    "payee": Slug("xianhu-kitchen-company"),
    "places": Count(8),
    "policy_version": Count(4),
    "price_fen": Fen(1500),
    "publicity_days": Count(7),
    "purpose": Slug("kitchen-repairs"),
    "receipt": Count(12),
    "residents": Count(8342),
    "residual": Payer(PayerKind.eater),
    "resolutions": (PayerResolution(FUND, ResolutionId("xh-2025-12-03"), date(2026, 1, 1)),),
    "restriction": Slug("elder-meals"),
    "service_minutes": Minutes(208),
    "settles_in": Month("2026-05"),
    "shares": (
        PayerShare(PayerPath("fund/xianhu-meals"), Fen(600)),
        PayerShare(PayerPath("cooperative/xianhu/xh-e1"), Fen(400)),
    ),
    "sitting": Sitting.lunch,
    "sittings": (Sitting.lunch, Sitting.dinner),
    "starts_from": date(2026, 1, 1),
    "star_thresholds": tuple(Minutes(60 * hours) for hours in (100, 300, 600, 1000, 1500)),
    "starts_at": datetime(2026, 3, 2, 1, 0, tzinfo=UTC),
    "subsidised_limit": Count(1),
    "subsidised_meals_per_day": Count(1),
    "threshold_minutes": Minutes(6000),
    "tiers": TIERS,
    "town": Title("丹灶镇"),
    "town_minutes_most": Minutes(720),
    "unit_minutes_most": Minutes(480),
    "until": date(2026, 4, 30),
    "valid_from": date(2026, 1, 1),
    "valid_until": date(2026, 12, 31),
    "voucher": Count(7),
    "weekdays": (Weekday.monday, Weekday.wednesday, Weekday.friday),
}
"""What a field of this name says."""

BY_TYPE: dict[object, Any] = {
    bool: True,
    int: 247_200,
    date: date(2026, 3, 2),
    datetime: NOON,
    CardId: CardId("c3e1a5d7-2f4b-4a8c-8e6d-0a9b7c5d3f1e"),
    CertificateId: CertificateId("e4b7c9a1-6d2f-4c58-9b3a-7f1e0d5c2a86"),
    CertificateNumber: CertificateNumber("xianhu-2026-0017"),
    CommunityId: CommunityId("xianhu"),
    ContributionId: ContributionId("gift-2026-03-02"),
    CooperativeId: CooperativeId("xianhu/xh-e1"),
    Count: Count(3),
    Digest: Digest("d1" * 32),
    Fen: Fen(250_000),
    FundId: FundId("xianhu-meals"),
    HandoverId: HandoverId("8f2d6b4a-1c9e-4d37-a5b0-3e7c9f1a2d64"),
    MeetingId: MeetingId("xianhu-hall-2026-03"),
    LogOrigin: LogOrigin("ledger.example.org/log/2"),
    Minutes: Minutes(6000),
    Month: Month("2026-03"),
    NoticeId: NoticeId("xianhu-2026-03"),
    PayerPath: PayerPath("fund/xianhu-meals"),
    Payer: FUND,
    PersonId: PersonId("7d4f0f2e-8c55-4b0a-b1c3-2f6e9d8a7b60"),
    Position: Position(48_211),
    ResolutionId: ResolutionId("xh-2025-12-03"),
    RuleCode: RuleCode("AGE80_MEMBER"),
    Sha256: Sha256("ab" * 32),
    ShiftId: ShiftId("xianhu-kitchen-2026-03-02"),
    SiteId: SiteId("xianhu-canteen"),
    SlipId: SlipId("5a0f3c1e-8d2b-4f6a-9c7e-1b4d6f8a0c2e"),
    Slug: Slug("town-government"),
    Title: Title("仙湖社区"),
    UnitId: UnitId("xianhu/mutual-aid"),
    ZoneName: ZoneName("Asia/Shanghai"),
}
"""What any other field of this type says."""


def example(event: type) -> Any:
    """One value of the event, every field of it filled."""
    hints = get_type_hints(event)
    return event(**{field.name: value(field.name, hints[field.name]) for field in fields(event)})


def value(name: str, hint: Any) -> Any:
    """What a field of that name and type says; KeyError for a type that has no example here."""
    if name in BY_FIELD and _is_meant(BY_FIELD[name], hint):
        return BY_FIELD[name]
    if hint in BY_TYPE:
        return BY_TYPE[hint]
    if get_origin(hint) is tuple:
        return (value(name, get_args(hint)[0]),)
    if get_origin(hint) in {Union, UnionType}:
        return value(name, next(each for each in get_args(hint) if each is not NoneType))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    return example(hint) if isinstance(hint, type) and is_dataclass(hint) else BY_TYPE[hint]


def _is_meant(found: Any, hint: Any) -> bool:
    """Whether a field of that name says this one here: one word may stand for several things."""
    if isinstance(hint, NewType) and is_dataclass(found):
        return False
    return not (isinstance(hint, type) and issubclass(hint, Enum)) or isinstance(found, hint)
