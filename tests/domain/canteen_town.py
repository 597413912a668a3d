"""Two communities with a canteen each, as the stories about meals find them."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

from ledger.domain import canteens, communities, funds, people, policy_records, resolutions, sites
from ledger.domain.ages import AgeRule
from ledger.domain.canteen_records import ClaimsClosed
from ledger.domain.community_records import CommunityRegistered, CooperativeRegistered
from ledger.domain.councils import Body
from ledger.domain.decisions import Happening
from ledger.domain.facts import FactSheet, Membership, Residence
from ledger.domain.fund_records import FundOpened
from ledger.domain.meals import ClaimMeal
from ledger.domain.person_records import PersonRegistered
from ledger.domain.policies import PublishPolicy
from ledger.domain.policy_records import PolicyPublished
from ledger.domain.resolution_records import ResolutionRecorded, SubsidyAllowed, Votes
from ledger.domain.sites import SiteKind, SiteRegistered, Weekday
from ledger.domain.tiers import (
    EATER,
    Charge,
    CitedResolution,
    Condition,
    Payer,
    PayerKind,
    PayerResolution,
    ShareLine,
    Sitting,
    Tier,
)
from ledger.domain.values import (
    BasisPoints,
    CommunityId,
    CooperativeId,
    Count,
    Fen,
    FundId,
    Month,
    PayerName,
    PersonId,
    ResolutionId,
    RuleCode,
    Sha256,
    SiteId,
    Slug,
    Title,
    ZoneName,
)
from tests.story import Sheet, Told, given

XIANHU, JINNING = CommunityId("xianhu"), CommunityId("jinning")
XIANHU_CANTEEN, JINNING_CANTEEN = SiteId("xianhu-canteen"), SiteId("jinning-canteen")
STATION = SiteId("xianhu-station")
COOPERATIVE = CooperativeId("xianhu/e1")
AGREED = ResolutionId("xh-2025-11")
FUND, JINNING_FUND = FundId("xianhu-meals"), FundId("jinning-meals")

CHEN = PersonId("00000000-0000-4000-8000-00000000000a")
CLERK = PersonId("00000000-0000-4000-8000-00000000000b")
COLLEAGUE = PersonId("00000000-0000-4000-8000-00000000000c")

NEW_YEAR = date(2026, 1, 1)
MONDAY = date(2026, 3, 2)
SUNDAY = date(2026, 3, 8)
APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)

FUND_PAYS = Payer(PayerKind.fund, PayerName("xianhu-meals"))
JINNING_PAYS = Payer(PayerKind.fund, PayerName("jinning-meals"))
COOPERATIVE_PAYS = Payer(PayerKind.cooperative_of_the_eater)
DONOR_PAYS = Payer(PayerKind.donor, PayerName("anonymous-2025"))
BORN = date(1946, 1, 1)
"""80 years old in all of 2026."""


def noon(day: date) -> datetime:
    """12:00 in Shanghai."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def community(name: CommunityId) -> Happening:
    event = CommunityRegistered(
        name, Title("社区"), Title("丹灶镇"), ZoneName("Asia/Shanghai"), NEW_YEAR
    )
    return (communities.stream(name), event)


def site(name: SiteId, home: CommunityId, kind: SiteKind) -> Happening:
    event = SiteRegistered(name, home, kind, Title("场所"), NEW_YEAR, NEW_YEAR)
    return (sites.stream(name), event)


def fund(name: FundId, home: CommunityId) -> Happening:
    event = FundOpened(name, home, Title("社区基金"), Slug("elder-meals"), NEW_YEAR)
    return (funds.stream(name), event)


def agreed(*payers: Payer, start: date | None = None) -> tuple[PayerResolution, ...]:
    return tuple(PayerResolution(each, AGREED, start) for each in payers)


def resolved(
    agreements: Iterable[PayerResolution], at: SiteId, home: CommunityId, **changes: Any
) -> Happening:
    """The resolution by which these payers agreed to pay for the canteen."""
    allowed = (SubsidyAllowed(at, each.payer, each.allows_start_from) for each in agreements)
    event = ResolutionRecorded(
        AGREED,
        home,
        Body.council_hall,
        cooperative=None,
        meeting=None,
        discussed_on=None,
        votes=Votes(Count(21), Count(2)),
        document=Sha256("5e" * 32),
        subsidies=tuple(allowed),
        payments=(),
        purpose_changes=(),
        covenant=False,
        occurred_on=date(2025, 11, 20),
    )
    event = replace(event, **changes)
    return (resolutions.stream(event.resolution), event)


TOWN: tuple[Happening, ...] = (
    community(XIANHU),
    community(JINNING),
    (
        communities.stream(XIANHU),
        CooperativeRegistered(COOPERATIVE, Title("第一经济社"), NEW_YEAR),
    ),
    site(XIANHU_CANTEEN, XIANHU, SiteKind.canteen),
    site(JINNING_CANTEEN, JINNING, SiteKind.canteen),
    site(STATION, XIANHU, SiteKind.station),
    fund(FUND, XIANHU),
    fund(JINNING_FUND, JINNING),
    resolved(agreed(FUND_PAYS), XIANHU_CANTEEN, XIANHU),
)


def line(payer: Payer, fixed_fen: int) -> ShareLine:
    return ShareLine(payer, Fen(fixed_fen))


def percentage(payer: Payer, basis_points: int, **more: Any) -> ShareLine:
    return ShareLine(payer, None, BasisPoints(basis_points), **more)


def tier(order: int, code: str, when: Condition, *shares: ShareLine) -> Tier:
    return Tier(Count(order), RuleCode(code), when, shares)


def aged(least: int, **asked: Any) -> Condition:
    return Condition(age_least=Count(least), **asked)


AGE80 = tier(20, "AGE80", aged(80), line(FUND_PAYS, 300))
AGE60 = tier(30, "AGE60", aged(60, registered=True), line(FUND_PAYS, 100))

VERSION = PolicyPublished(
    site=XIANHU_CANTEEN,
    community=XIANHU,
    version=Count(1),
    valid_from=NEW_YEAR,
    valid_until=None,
    price_fen=Fen(1200),
    weekdays=tuple(Weekday),
    sittings=(Sitting.lunch,),
    subsidised_meals_per_day=Count(1),
    claim_days=Count(7),
    tiers=(AGE60, AGE80),
    resolutions=agreed(FUND_PAYS),
    residual=EATER,
    age_rule=AgeRule.on_the_birthday,
    charge=Charge.fixed_price,
    gap_is_meant=False,
    occurred_on=NEW_YEAR,
)
JINNING_VERSION = replace(
    VERSION,
    site=JINNING_CANTEEN,
    community=JINNING,
    price_fen=Fen(1500),
    tiers=(tier(20, "AGE80", aged(80), line(JINNING_PAYS, 600)),),
    resolutions=agreed(JINNING_PAYS),
)


def published(usual: PolicyPublished = VERSION, /, **changes: Any) -> Happening:
    """A version, which differs from the usual one as told."""
    event = replace(usual, **changes)
    return (policy_records.stream(event.site), event)


def publish(**changes: Any) -> PublishPolicy:
    """Ask for the usual version from April on, which differs as told."""
    asked = (field.name for field in fields(PublishPolicy))
    usual = {name: getattr(VERSION, name) for name in asked}
    told = usual | {"valid_from": APRIL} | changes
    cited = (CitedResolution(each.payer, each.resolution) for each in told["resolutions"])
    return PublishPolicy(**(told | {"resolutions": tuple(cited)}))


def paid_by(*payers: Payer) -> dict[str, Any]:
    """One tier in which each of them pays 100 fen, agreed to by all."""
    shares = (line(payer, 100) for payer in payers)
    return {"tiers": (tier(10, "ALL", Condition(), *shares),), "resolutions": agreed(*payers)}


def asking(*happenings: Any, **changes: Any) -> Told:
    """On Monday somebody asks for that version, in the town in which these things happened.

    The payers agreed as its resolutions say.
    """
    agreements = changes.get("resolutions", VERSION.resolutions)
    decided = resolved(agreements, XIANHU_CANTEEN, XIANHU)
    return given(*TOWN, decided, *happenings).when(publish(**changes), at=noon(MONDAY))


def sheet(born_on: date = BORN, **facts: Any) -> FactSheet:
    """Registered and habitual in Xianhu."""
    lives = {"registered": (Residence(XIANHU),), "habitual": (Residence(XIANHU),)}
    return FactSheet(born_on, **(lives | facts))


MEMBER = (Membership(COOPERATIVE),)


def registered(
    person: PersonId = CHEN, on: date = NEW_YEAR, home: CommunityId = XIANHU
) -> Happening:
    event = PersonRegistered(person, home, Count(1), "commitment-to-contact", on)
    return (people.stream(person), event)


def served(*policies_and_days: Happening, **facts: Any) -> tuple[Any, ...]:
    """The town with Chen in it, in which these policies and days were set."""
    return (*TOWN, *policies_and_days, registered(), Sheet(CHEN, sheet(**facts)))


def eats(**facts: Any) -> tuple[Any, ...]:
    """Both canteens serve, and Chen has that sheet."""
    return served(published(), published(JINNING_VERSION), **facts)


def lunch(
    on: date = MONDAY, at: SiteId = XIANHU_CANTEEN, person: PersonId = CHEN, **more: Any
) -> ClaimMeal:
    return ClaimMeal(person, at, on, **more)


def after(*steps: Any) -> tuple[Any, ...]:
    """Happenings and commands in turn; a command is (command, actor, moment) and must succeed."""
    happened: list[Any] = []
    for step in steps:
        match step:
            case (command, str() as actor, datetime() as moment):
                told = given(*happened).when(command, by=PersonId(actor), at=moment)
                happened.extend(told.decision)
            case _:
                happened.append(step)
    return tuple(happened)


def claimed(
    on: date = MONDAY, at: SiteId = XIANHU_CANTEEN, person: PersonId = CHEN, **more: Any
) -> tuple[ClaimMeal, PersonId, datetime]:
    """Somebody had lunch, and the clerk recorded it at noon."""
    return (lunch(on, at, person, **more), CLERK, noon(on))


def closed(*months: str, canteen: SiteId = XIANHU_CANTEEN) -> tuple[Happening, ...]:
    """The claims of these months were closed."""
    return tuple(
        (
            canteens.stream(canteen, Month(month)),
            ClaimsClosed(canteen, XIANHU, Month(month), MONDAY),
        )
        for month in months
    )
