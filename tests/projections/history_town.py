"""The town of `histories`: two communities, who bears their meals, and who lives there."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from ledger.deciding.answers import Unit
from ledger.domain.account_records import CardEnd, DisableReason, EnableReason, SlipPurpose
from ledger.domain.accounts import DisableAccount, EnableAccount
from ledger.domain.administrators import AppointFirst
from ledger.domain.authority import Authority, Role
from ledger.domain.cards import IssueCard, RevokeCard
from ledger.domain.communities import (
    RegisterCommunity,
    RegisterCooperative,
    RegisterUnit,
    SetServiceRules,
)
from ledger.domain.community_records import ServiceRules
from ledger.domain.councils import Body
from ledger.domain.facts import Contact, FactSheet, Membership, Residence
from ledger.domain.funds import OpenFund, ReceiveMoney, RecordOpeningBalance
from ledger.domain.grants import GrantRole, RevokeRole
from ledger.domain.lots import ReceiptKind
from ledger.domain.origins import (
    ApproveOrigin,
    NoteRestore,
    OriginReason,
    ProposeOrigin,
    SignedLog,
)
from ledger.domain.payees import RegisterPayee
from ledger.domain.people import RegisterPerson
from ledger.domain.policies import PublishPolicy
from ledger.domain.resolution_records import PurposeChangeAllowed, SubsidyAllowed, Votes
from ledger.domain.resolutions import RecordResolution
from ledger.domain.sites import RegisterSite, SiteKind, Weekday
from ledger.domain.slips import CountersignSlip, IssueSlip, UseSlip, WithdrawSlip
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
    CardId,
    CommunityId,
    CooperativeId,
    Count,
    Digest,
    Fen,
    FundId,
    LogOrigin,
    Minutes,
    PayerName,
    ResolutionId,
    RuleCode,
    Sha256,
    SiteId,
    SlipId,
    Slug,
    Title,
    UnitId,
)
from ledger.domain.views import AnchorViews
from tests import builders
from tests.builders import CANTEEN, CLERK, JINNING, MEAL_FUND, NEW_YEAR, START, person

XIANHU, XIANHU_CANTEEN = CommunityId("xianhu"), SiteId("xianhu-canteen")
COOPERATIVE = CooperativeId("xianhu/e1")
MEMBERS = Payer(PayerKind.cooperative_of_the_eater)
DONOR = Payer(PayerKind.donor, PayerName("mr-li"))
BY_MEMBERS, BY_COUNCIL = ResolutionId("xh-e1-2025-02"), ResolutionId("xh-2025-11")
COMMUNITIES = (JINNING, XIANHU)
CANTEENS = (CANTEEN, XIANHU_CANTEEN)
PEOPLE = tuple(person(number) for number in range(1, 6))
MEALS, YOUTH, YOUTH_FUND, XIANHU_FUND = (
    Slug("meals"),
    Slug("youth"),
    FundId("jinning-youth"),
    FundId("xianhu-fund"),
)
FUNDS = (MEAL_FUND, YOUTH_FUND, XIANHU_FUND)
FUND_OF = {JINNING: MEAL_FUND, XIANHU: XIANHU_FUND}
PAYEES = (Slug("bookshop"), Slug("bakery"))
PAYABLE = (
    (MEAL_FUND, PAYEES[0], MEALS),
    (YOUTH_FUND, PAYEES[0], YOUTH),
    (XIANHU_FUND, PAYEES[1], MEALS),
)
"""Each fund, whom it may pay, and for what."""
TO_THE_YOUTH = ResolutionId("jn-youth")


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
    yield from money()
    yield from roles()
    for number, name in enumerate(PEOPLE):
        home = (Residence(COMMUNITIES[number % 2]),)
        member = (Membership(COOPERATIVE),) if number else ()
        facts = FactSheet(born_on(number), registered=home, habitual=home, memberships=member)
        yield RegisterPerson(name, home[0].community, Contact(f"第{number}人"), facts, NEW_YEAR)


AT_THE_MACHINE = [
    Unit(Authority.of_the_machine(), f"machine-{place}", (command,), START)
    for place, command in enumerate(
        (
            AppointFirst(person(20)),
            AnchorViews(Count(1), Digest("5e" * 32)),
            NoteRestore(Count(2)),
        )
    )
]
"""What nobody does by token: it comes before all else that is granted."""


def roles() -> Iterator[object]:
    """An administrator succeeds the first one; a role is granted anew, and another one revoked."""
    yield GrantRole(person(21), Role.administrator)
    yield RevokeRole(person(20), Role.administrator)
    yield GrantRole(person(22), Role.leader, JINNING)
    yield GrantRole(person(22), Role.leader, JINNING, until=date(2026, 12, 31))
    yield GrantRole(person(22), Role.auditor)
    yield RevokeRole(person(22), Role.auditor)
    yield GrantRole(PEOPLE[2], Role.auditor)


def accounts() -> Iterator[Unit]:
    """One enrols by her slip, one loses hers and her card; an account is shut and opened again."""
    one, other = PEOPLE[0], PEOPLE[1]
    used, lost, card = SlipId(person(51)), SlipId(person(52)), CardId(person(53))
    for command, by in (
        (IssueSlip(one, used, SlipPurpose.enrol), CLERK),
        (CountersignSlip(one, used), person(22)),
        (IssueSlip(other, lost, SlipPurpose.reset), CLERK),
        (WithdrawSlip(other, lost), CLERK),
        (IssueCard(other, card), CLERK),
        (RevokeCard(other, card, CardEnd.lost), CLERK),
        (DisableAccount(other, DisableReason.device_lost), CLERK),
        (EnableAccount(other, EnableReason.found_in_order), CLERK),
    ):
        yield builders.unit(command, by=by, at=START)
    yield Unit(Authority.of_the_machine(one), "came", (UseSlip(one, used),), START)


def names_of_the_log() -> Iterator[Unit]:
    """What was signed before is another log's."""
    before = SignedLog(LogOrigin("ledger.example/1"), Count(3), Sha256("5e" * 32))
    name = LogOrigin("ledger.example/2")
    yield builders.unit(ProposeOrigin(name, OriginReason.older_backup, before), by=CLERK, at=START)
    yield builders.unit(ApproveOrigin(name), by=person(22), at=START)


def born_on(number: int) -> date:
    """One is in her nineties, one in her sixties; the first and the last may be one person."""
    return date(1930 + 10 * (number % 4), 5, 6)


def money() -> Iterator[object]:
    """A fund for the youth that may give to the meals, one of the other community, two payees."""
    yield OpenFund(YOUTH_FUND, JINNING, Title("少年宫基金"), YOUTH)
    yield OpenFund(XIANHU_FUND, XIANHU, Title("仙湖基金"))
    yield ReceiveMoney(YOUTH_FUND, ReceiptKind.donation, Slug("mr-li"), NEW_YEAR, Fen(9000))
    yield RecordOpeningBalance(XIANHU_FUND, NEW_YEAR, Fen(500), Slug("old-book"))
    for where in COMMUNITIES:
        late, stars = Count(6), (Minutes(60), Minutes(180))
        rules = ServiceRules(late_entry_days=late, star_thresholds=stars, time_bank=True)
        yield SetServiceRules(where, NEW_YEAR, rules)
    for payee, where in zip(PAYEES, COMMUNITIES, strict=True):
        yield RegisterPayee(payee, where, Title("商店"))
    allowed = (PurposeChangeAllowed(YOUTH_FUND, MEAL_FUND, Fen(10_000)),)
    votes, document = Votes(Count(21), Count(2), Count(1)), Sha256("5e" * 32)
    yield RecordResolution(
        *(TO_THE_YOUTH, JINNING, Body.council_hall, NEW_YEAR, votes, document),
        purpose_changes=allowed,
    )


def valid_from(version: PublishPolicy, day: date) -> PublishPolicy:
    """The same policy from a later day on."""
    return replace(version, valid_from=day)


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
