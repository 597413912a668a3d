"""What must stand before anything happens in a case: communities, canteens, policies and people.

The community's share of a meal is borne by its fund for canteens, or by its unrestricted one where
the case names no such fund. Late entry is allowed for as long as a month is open, as the format
wants it.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from ledger.demo import names
from ledger.demo.rows import Case, CaseError, Policy, Resident, Rule, beginning
from ledger.demo.steps import Row, Step, Turn
from ledger.domain.communities import (
    RecordPopulation,
    RegisterCommunity,
    RegisterCooperative,
    RegisterUnit,
    SetServiceRules,
)
from ledger.domain.community_records import ServiceRules
from ledger.domain.facts import Contact, FactSheet, Hardship, HardshipSpell, Membership, Residence
from ledger.domain.fund_records import UNRESTRICTED
from ledger.domain.funds import OpenFund
from ledger.domain.people import RegisterPerson
from ledger.domain.policies import PublishPolicy
from ledger.domain.service import ImportOpeningMinutes
from ledger.domain.service_records import OpeningGrade
from ledger.domain.sites import RegisterSite, SiteKind, Weekday
from ledger.domain.tiers import (
    Condition,
    Payer,
    PayerKind,
    PayerResolution,
    ShareLine,
    Sitting,
    Tier,
)
from ledger.domain.values import BOUNDS, BasisPoints, Count, Fen, Minutes, PayerName, RuleCode

LONG_AGO: Final = date(1950, 1, 1)
LATE_ENTRY_DAYS: Final = Count(BOUNDS[Count].most or 0)
GROWN_UP: Final = date(1980, 1, 1)
"""The birth date of whoever a case only names, as volunteer or confirmer."""
MEMBERS: Final = Payer(PayerKind.cooperative_of_the_eater)
UNRESTRICTED_ROW: Final = "UNRESTRICTED"
CANTEEN_ROW: Final = "RESTRICTED:CANTEEN"
AWARDS_APART: Final = "RESTRICTED:AWARD-APART"
"""Holds awards of a case that no row of its `fund` receives."""
HARDSHIPS: Final = {
    "特困": Hardship.extreme_poverty,
    "低保": Hardship.subsistence,
    "低保边缘": Hardship.subsistence_margin,
    "优抚": Hardship.special_care,
    "失独": Hardship.bereaved_of_only_child,
    "重残": Hardship.severe_disability,
    "独居": Hardship.living_alone,
    "失能": Hardship.disabled_by_age,
}
MATCHES: Final = ("hardship", "hukou", "resident", "coop_member")


def setup(case: Case, began: datetime) -> Iterator[Step]:
    """Everything that stands from the beginning, in an order in which each finds what it needs."""
    yield from _communities(case, began)
    yield from _funds(case, began)
    yield from _canteens(case, began)
    yield from _people(case, began)
    yield from _opening(case, began)


def _communities(case: Case, began: datetime) -> Iterator[Step]:
    for each in case.communities:
        home, row = names.community(each.id), Row("communities", each.id)
        town = names.title(each.town, "例镇")
        rules = SetServiceRules(home, LONG_AGO, ServiceRules(late_entry_days=LATE_ENTRY_DAYS))
        name = names.title(each.name, each.id)
        yield Step(began, Turn.town, row, RegisterCommunity(home, name, town))
        association = names.title("街坊志愿互助会", "")
        yield Step(began, Turn.town, row, RegisterUnit(names.unit(each.id), association))
        yield Step(began, Turn.town, row, rules)
        if each.population is not None:
            population = RecordPopulation(home, Count(each.population), began.date())
            yield Step(began, Turn.town, row, population)
    for coop in case.coops:
        name = names.title(coop.name, coop.id)
        command = RegisterCooperative(names.cooperative(coop.community, coop.id), name)
        yield Step(began, Turn.town, Row("coops", coop.id), command)


# -- money and canteens ------------------------------------------------------------------------


def _funds(case: Case, began: datetime) -> Iterator[Step]:
    opened = dict.fromkeys((row.community, row.restriction) for row in case.fund)
    opened |= dict.fromkeys((home, paying_fund(case, home)) for home in _with_policy(case))
    opened |= dict.fromkeys((each.community, AWARDS_APART) for each in case.awards)
    for home, purpose in opened:
        restriction = UNRESTRICTED if purpose == UNRESTRICTED_ROW else names.restriction(purpose)
        name = names.title(f"社区基金 {purpose}", "社区基金")
        command = OpenFund(names.fund(home, purpose), names.community(home), name, restriction)
        yield Step(began, Turn.town, Row("fund", f"{home}/{purpose}"), command)


def paying_fund(case: Case, home: str) -> str:
    """The restriction of the fund that bears the community's share of its canteen's meals."""
    held = {row.restriction for row in case.fund if row.community == home}
    return CANTEEN_ROW if CANTEEN_ROW in held else UNRESTRICTED_ROW


def _with_policy(case: Case) -> Sequence[str]:
    return list(dict.fromkeys(policy.community for policy in case.policies))


def _canteens(case: Case, began: datetime) -> Iterator[Step]:
    eaten_at = (claim.canteen for claim in case.claims if claim.canteen)
    homes = (each.community for each in case.residents if case.claims)
    for home in dict.fromkeys((*_with_policy(case), *eaten_at, *homes)):
        site, name = names.canteen(home), names.title("长者饭堂", "")
        command = RegisterSite(site, names.community(home), SiteKind.canteen, name, began.date())
        yield Step(began, Turn.town, Row("communities", home), command)
    for policy in versions(case):
        row = Row("policies", policy.cited)
        yield Step(began, Turn.town, row, _published(case, policy))


def versions(case: Case) -> list[Policy]:
    """The versions in the order in which they are published: the ledger numbers them so."""
    return sorted(case.policies, key=lambda policy: (policy.community, policy.effective_from))


def _published(case: Case, policy: Policy) -> PublishPolicy:
    fund = PayerName(names.fund(policy.community, paying_fund(case, policy.community)))
    payer = Payer(PayerKind.fund, fund)
    agreed = names.resolution(policy.resolution)
    return PublishPolicy(
        names.canteen(policy.community),
        policy.effective_from,
        policy.effective_to,
        Fen(policy.price),
        tuple(Weekday(day) for day in policy.weekdays),
        tuple(Sitting),
        Count(policy.max_subsidised_meals_per_day),
        Count(31),
        tuple(_tier(rule, policy, payer) for rule in policy.rules),
        (PayerResolution(payer, agreed), PayerResolution(MEMBERS, agreed)),
        gap_is_meant=True,
    )


def _tier(rule: Rule, policy: Policy, payer: Payer) -> Tier:
    lines = [(payer, rule.community), (MEMBERS, rule.coop)]
    return Tier(
        Count(rule.order),
        RuleCode(rule.code),
        _condition(rule, policy),
        tuple(_line(who, share, policy) for who, share in lines if share),
    )


def _line(payer: Payer, share: int, policy: Policy) -> ShareLine:
    if policy.basis_points:
        return ShareLine(payer, basis_points=BasisPoints(share))
    return ShareLine(payer, fixed_fen=Fen(share))


def _condition(rule: Rule, policy: Policy) -> Condition:
    """What is asked; a tier cannot ask that something is not so, and the format does not say it."""
    asked = dict(rule.match)
    age = asked.pop("min_age", None)
    for key, wanted in asked.items():
        if key not in MATCHES or wanted is not True:
            where = f"{policy.cited} {rule.code}: {key}={wanted}"
            raise CaseError(f"No tier can match on {where}. 档次不支持条件 {where}。")
    return Condition(
        age_least=None if age is None else Count(age),
        hardship="hardship" in asked,
        registered="hukou" in asked,
        habitual="resident" in asked,
        cooperative_member="coop_member" in asked,
    )


# -- people ------------------------------------------------------------------------------------


def _people(case: Case, began: datetime) -> Iterator[Step]:
    """Residents with their facts; volunteers and confirmers with a name only."""
    coops = {coop.id: coop.community for coop in case.coops}
    for each in case.residents:
        contact = Contact(names.title(each.name, each.id))
        command = RegisterPerson(
            names.person(each.id), names.community(each.community), contact, _facts(each, coops)
        )
        born = beginning(each.birth)
        yield Step(max(began, born), Turn.town, Row("residents", each.id), command)
    known = {each.id for each in case.residents}
    for name, home in _active(case).items():
        if name not in known:
            contact = Contact(names.title(f"{name}(例)", ""))
            command = RegisterPerson(
                names.person(name), names.community(home), contact, FactSheet(GROWN_UP)
            )
            yield Step(began, Turn.town, Row("attendance", name), command)


def _facts(resident: Resident, coops: dict[str, str]) -> FactSheet:
    home = (Residence(names.community(resident.community)),)
    member: tuple[Membership, ...] = ()
    if resident.coop:
        if resident.coop not in coops:
            where = f"residents {resident.id}: {resident.coop}"
            raise CaseError(f"There is no such cooperative: {where}. 找不到经济社：{where}。")
        member = (Membership(names.cooperative(coops[resident.coop], resident.coop)),)
    hardships: tuple[HardshipSpell, ...] = ()
    if resident.hardship:
        named = HARDSHIPS.get(str(resident.hardship), Hardship.subsistence)
        hardships = (HardshipSpell(named),)
    return FactSheet(
        resident.birth,
        registered=home if resident.hukou else (),
        habitual=home if resident.resident else (),
        memberships=member,
        hardships=hardships,
    )


def _active(case: Case) -> dict[str, str]:
    """Volunteers and confirmers, each with a community: that of a shift, else the first one."""
    homes = {shift.id: shift.community for shift in case.shifts}
    somewhere = case.communities[0].id if case.communities else "nowhere"
    found: dict[str, str] = {}
    for row in case.attendance:
        for name in (row.volunteer, row.confirmer):
            found.setdefault(name, homes.get(row.shift, somewhere))
    for name in (*case.opening_minutes, *case.hours_minutes):
        found.setdefault(name, somewhere)
    return found


def _opening(case: Case, began: datetime) -> Iterator[Step]:
    """Minutes from before; none are not imported."""
    homes = _active(case)
    for name, minutes in case.opening_minutes.items():
        if minutes:
            command = ImportOpeningMinutes(
                names.person(name),
                names.unit(homes[name]),
                Minutes(minutes),
                began.date(),
                OpeningGrade.estimated,
            )
            yield Step(began, Turn.town, Row("opening_minutes", name), command)
