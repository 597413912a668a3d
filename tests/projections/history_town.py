"""The town of `histories`: two communities, who bears their meals, and who lives there."""

from collections.abc import Iterator
from datetime import date

from ledger.domain.communities import (
    RegisterCommunity,
    RegisterCooperative,
    RegisterUnit,
)
from ledger.domain.councils import Body
from ledger.domain.facts import Contact, FactSheet, Membership, Residence
from ledger.domain.people import RegisterPerson
from ledger.domain.policies import PublishPolicy
from ledger.domain.resolution_records import SubsidyAllowed
from ledger.domain.sites import RegisterSite, SiteKind, Weekday
from ledger.domain.tiers import (
    CitedResolution,
    Condition,
    Payer,
    PayerKind,
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
    PayerName,
    ResolutionId,
    RuleCode,
    SiteId,
    Title,
    UnitId,
)
from tests import builders
from tests.builders import CANTEEN, JINNING, NEW_YEAR, person

XIANHU, XIANHU_CANTEEN = CommunityId("xianhu"), SiteId("xianhu-canteen")
COOPERATIVE = CooperativeId("xianhu/e1")
MEMBERS = Payer(PayerKind.cooperative_of_the_eater)
DONOR = Payer(PayerKind.donor, PayerName("mr-li"))
BY_MEMBERS, BY_COUNCIL = ResolutionId("xh-e1-2025-02"), ResolutionId("xh-2025-11")
COMMUNITIES = (JINNING, XIANHU)
CANTEENS = (CANTEEN, XIANHU_CANTEEN)
PEOPLE = tuple(person(number) for number in range(1, 5))


def foundation() -> Iterator[object]:
    """Beside 金宁 a second community, where a cooperative and a donor bear their parts."""
    yield RegisterCommunity(XIANHU, Title("仙湖社区"), Title("丹灶镇"))
    yield RegisterCooperative(COOPERATIVE, Title("第一经济社"))
    for where in COMMUNITIES:
        yield RegisterUnit(UnitId(f"{where}/aid"), Title("街坊志愿互助会"))
    yield RegisterSite(XIANHU_CANTEEN, XIANHU, SiteKind.canteen, Title("仙湖长者饭堂"), NEW_YEAR)
    members, council = Body.cooperative_members_assembly, Body.council_hall
    for payer, agreed, body in ((MEMBERS, BY_MEMBERS, members), (DONOR, BY_COUNCIL, council)):
        allowed = SubsidyAllowed(XIANHU_CANTEEN, payer, NEW_YEAR)
        yield builders.resolved(allowed, name=agreed, home=XIANHU, body=body)
    yield policy()
    for number, name in enumerate(PEOPLE):
        home = (Residence(COMMUNITIES[number % 2]),)
        member = (Membership(COOPERATIVE),) if number else ()
        born_on = date(1930 + 10 * number, 5, 6)
        facts = FactSheet(born_on, registered=home, habitual=home, memberships=member)
        yield RegisterPerson(name, home[0].community, Contact(f"第{number}人"), facts, NEW_YEAR)


def policy() -> PublishPolicy:
    lines = (
        ShareLine(MEMBERS, basis_points=BasisPoints(3333)),
        ShareLine(DONOR, fixed_fen=Fen(50)),
    )
    tier = Tier(Count(10), RuleCode("MEMBER"), Condition(cooperative_member=True), lines)
    return PublishPolicy(
        XIANHU_CANTEEN,
        valid_from=NEW_YEAR,
        valid_until=None,
        price_fen=Fen(1000),
        weekdays=tuple(Weekday),
        sittings=tuple(Sitting),
        subsidised_meals_per_day=Count(2),
        claim_days=Count(31),
        tiers=(tier,),
        resolutions=(CitedResolution(MEMBERS, BY_MEMBERS), CitedResolution(DONOR, BY_COUNCIL)),
    )
