"""What must stand before the year begins: communities, funds, canteens, policies and people."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Final

from ledger.demo.scale import days
from ledger.demo.scale.acts import Act
from ledger.demo.scale.cast import Elder, Volunteer, contact
from ledger.demo.scale.days import FIRST_DAY, FOUNDED, moment
from ledger.demo.scale.places import Place
from ledger.domain.communities import (
    RecordPopulation,
    RegisterCommunity,
    RegisterCooperative,
    RegisterUnit,
    SetServiceRules,
)
from ledger.domain.community_records import ServiceRules, UnitKind
from ledger.domain.councils import Body
from ledger.domain.facts import FactSheet
from ledger.domain.fund_records import UNRESTRICTED
from ledger.domain.funds import OpenFund, RecordOpeningBalance
from ledger.domain.payees import RegisterPayee
from ledger.domain.people import RegisterPerson
from ledger.domain.policies import PublishPolicy
from ledger.domain.resolution_records import SubsidyAllowed, Votes
from ledger.domain.resolutions import RecordResolution
from ledger.domain.service_openings import ImportOpeningMinutes
from ledger.domain.service_records import OpeningGrade
from ledger.domain.settlement_records import PURPOSE
from ledger.domain.sites import ChangeOperator, RegisterSite, SetServiceDays, SiteKind, Weekday
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
    Count,
    Fen,
    FundId,
    Minutes,
    PayerName,
    PersonId,
    RuleCode,
    Sha256,
    SiteId,
    Slug,
    Title,
)

TOWN: Final = Title("示例镇")
YOUTH: Final = Slug("youth-palace")
TIME_BANK_ONE_IN: Final = 5
RAISED_ONE_IN: Final = 3
"""In one community of so many the price and the subsidies go up in the middle of the year."""
RAISED_ON: Final = date(2025, 7, 1)
PRICE: Final = Fen(1500)
RAISE: Final = 100
OPENING_FEN_FOR_A_MEAL: Final = 600
MEALS_OF_A_YEAR: Final = 245
OPENED_PERCENT: Final = 30
"""How many volunteers bring minutes from the sheets that were kept before."""
CARRIED: Final = Votes(Count(17), Count(2), Count(1))
MEMBERS: Final = Payer(PayerKind.cooperative_of_the_eater)
BORNE: Final[tuple[tuple[str, Condition, int, int], ...]] = (
    ("HARDSHIP", Condition(hardship=True, habitual=True), 1200, 0),
    (
        "AGE80_MEMBER",
        Condition(age_least=Count(80), habitual=True, cooperative_member=True),
        500,
        400,
    ),
    ("AGE80", Condition(age_least=Count(80), habitual=True), 700, 0),
    (
        "AGE70_MEMBER",
        Condition(age_least=Count(70), habitual=True, cooperative_member=True),
        300,
        300,
    ),
    ("AGE70", Condition(age_least=Count(70), habitual=True), 500, 0),
    ("UNIVERSAL60", Condition(age_least=Count(60), habitual=True), 200, 0),
)
"""Tiers in their order: what the fund bears of a meal, and what the eater's cooperative does."""


def towns(places: Sequence[Place], eaters: Sequence[Elder], random: Random) -> Iterator[Act]:
    """The communities with everything that stands in them."""
    expected = dict.fromkeys([place.number for place in places], 0)
    for elder in eaters:
        expected[elder.place.number] += elder.eats_permille * MEALS_OF_A_YEAR // 1000
    for place in places:
        at, office = moment(FOUNDED, 9), place.offices
        for command in _community(place):
            yield Act(at, office.registrar, command)
        for command in _funds(place, expected[place.number]):
            yield Act(at, office.manager, command)
        for command in _policies(place):
            by = office.registrar if isinstance(command, RecordResolution) else office.manager
            yield Act(at, by, command)
        for each in (*office.confirmers, *office.leaders):
            facts = FactSheet(date(1975, 1, 1) + timedelta(days=random.randrange(7000)))
            yield Act(at, office.registrar, _registration(each, place, facts, random))


def people(
    eaters: Sequence[Elder],
    servers: Sequence[Volunteer],
    taken: Collection[PersonId],
    random: Random,
) -> Iterator[Act]:
    """Everybody who is registered, and the minutes that some bring who are not `taken`."""
    at = moment(FOUNDED, 10)
    everybody: list[Elder | Volunteer] = [*eaters, *servers]
    for one in everybody:
        office = one.place.offices
        yield Act(at, office.registrar, _registration(one.person, one.place, one.facts, random))
    for volunteer in servers:
        if random.randrange(100) < OPENED_PERCENT and volunteer.person not in taken:
            minutes = random.randrange(2, 60) * volunteer.serves * 10
            yield brought(volunteer.person, volunteer.place, minutes, at + timedelta(hours=1))


def brought(person: PersonId, place: Place, minutes: int, at: datetime) -> Act:
    """Minutes of a person from the sheets that were kept before."""
    command = ImportOpeningMinutes(
        person, place.unit, Minutes(minutes), FOUNDED, OpeningGrade.estimated
    )
    return Act(at, place.offices.registrar, command)


def _registration(
    person: PersonId, place: Place, facts: FactSheet, random: Random
) -> RegisterPerson:
    return RegisterPerson(person, place.community, contact(random), facts, FOUNDED)


def _community(place: Place) -> Iterator[object]:
    here = place.community
    yield RegisterCommunity(here, place.name, TOWN)
    yield RecordPopulation(here, Count(place.residents), FOUNDED)
    if place.cooperative:
        yield RegisterCooperative(place.cooperative, Title("经济社（示例）"))
    yield RegisterUnit(place.unit, Title("街坊志愿互助会"), UnitKind.association)
    rules = ServiceRules(time_bank=place.number % TIME_BANK_ONE_IN == 0)
    yield SetServiceRules(here, FOUNDED, rules)
    yield RegisterSite(place.canteen, here, SiteKind.canteen, Title("长者饭堂"), FOUNDED)
    yield RegisterSite(place.hall, here, SiteKind.council_hall, Title("议事厅"), FOUNDED)
    yield RegisterPayee(place.operator, here, Title("承办企业（示例）"))
    yield ChangeOperator(place.canteen, place.operator, FOUNDED)
    yield service_days(place.canteen, frozenset(), FOUNDED)


def service_days(canteen: SiteId, typhoons: frozenset[date], day: date) -> SetServiceDays:
    """A canteen serves on workdays, those that are made up included."""
    weekdays = tuple(each for each in Weekday if each < Weekday.saturday)
    return SetServiceDays(canteen, weekdays, days.exceptions(typhoons), day)


def _funds(place: Place, meals: int) -> Iterator[object]:
    opened: tuple[tuple[FundId, str, Slug, int], ...] = (
        (place.meals, "长者饭堂基金", PURPOSE, meals * OPENING_FEN_FOR_A_MEAL // 2 + 100_000),
        (place.free, "社区基金", UNRESTRICTED, 6_000_000 + place.residents * 1_500),
        (place.activities, "社区活动基金", UNRESTRICTED, 6_000_000 + place.residents * 500),
        (place.youth, "少年宫基金", YOUTH, 8_000_000 + place.residents * 800),
    )
    for fund, name, restriction, held in opened:
        yield OpenFund(fund, place.community, Title(name), restriction)
        yield RecordOpeningBalance(fund, FOUNDED, Fen(held), Slug("handed-over"))
    yield OpenFund(place.reserve, place.community, Title("长者饭堂备用金"), PURPOSE)


# -- policies ----------------------------------------------------------------------------------


def _policies(place: Place) -> Iterator[object]:
    raised = place.number % RAISED_ONE_IN == RAISED_ONE_IN - 1
    until = RAISED_ON if raised else None
    yield from _resolutions(place, "2025", FIRST_DAY)
    yield policy(place, FIRST_DAY, until, 0, "2025")
    if raised:
        yield from _resolutions(place, "raise", RAISED_ON)
        yield policy(place, RAISED_ON, None, RAISE, "raise")


def _resolutions(place: Place, what: str, starts: date) -> Iterator[RecordResolution]:
    bodies = {Body.council_hall: _fund_of(place)}
    if place.cooperative:
        bodies[Body.cooperative_members_assembly] = MEMBERS
    for body, payer in bodies.items():
        name = place.resolution(f"{what}-{body.value.partition('_')[0]}")
        document = Sha256(sha256(name.encode()).hexdigest())
        allowed = (SubsidyAllowed(place.canteen, payer, starts),)
        yield RecordResolution(
            name, place.community, body, FOUNDED, CARRIED, document, subsidies=allowed
        )


def policy(
    place: Place, begins: date, until: date | None, raised_fen: int, what: str
) -> PublishPolicy:
    """A version: the price, and what the fund bears, may be higher by an amount."""
    cited = [CitedResolution(_fund_of(place), place.resolution(f"{what}-council"))]
    if place.cooperative:
        cited.append(CitedResolution(MEMBERS, place.resolution(f"{what}-cooperative")))
    return PublishPolicy(
        place.canteen,
        begins,
        until,
        Fen(PRICE + raised_fen),
        tuple(Weekday),
        (Sitting.lunch, Sitting.dinner),
        Count(1),
        Count(10),
        tuple(_tiers(place, raised_fen)),
        tuple(cited),
    )


def _fund_of(place: Place) -> Payer:
    return Payer(PayerKind.fund, PayerName(place.meals))


def _tiers(place: Place, raised_fen: int) -> Iterator[Tier]:
    for number, (code, condition, fund_fen, members_fen) in enumerate(BORNE, 1):
        if members_fen and place.cooperative is None:
            continue
        lines = [ShareLine(_fund_of(place), fixed_fen=Fen(fund_fen + raised_fen // 2))]
        if members_fen:
            lines.append(ShareLine(MEMBERS, fixed_fen=Fen(members_fen)))
        yield Tier(Count(10 * number), RuleCode(code), condition, tuple(lines))
