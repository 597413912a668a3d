"""What must stand before anything happens in a case: communities, canteens, policies and people.

Late entry is allowed for as long as a month is open, as the format wants it.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from ledger.demo import names, policies
from ledger.demo.rows import Case, CaseError, Resident, beginning
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
from ledger.domain.service_openings import ImportOpeningMinutes
from ledger.domain.service_records import OpeningGrade
from ledger.domain.sites import RegisterSite, SiteKind
from ledger.domain.values import BOUNDS, Count, Minutes

LONG_AGO: Final = date(1950, 1, 1)
LATE_ENTRY_DAYS: Final = Count(BOUNDS[Count].most or 0)
GROWN_UP: Final = date(1980, 1, 1)
"""The birth date of whoever a case only names, as volunteer or confirmer."""
AWARDS_APART: Final = "RESTRICTED:AWARD-APART"
FUND_NAMES: Final = {
    "UNRESTRICTED": "社区基金",
    "RESTRICTED:AWARD": "社区基金·奖励专款",
    "RESTRICTED:YOUTH": "社区基金·少年宫专款",
    "RESTRICTED:CANTEEN": "社区基金·长者饭堂专款",
    AWARDS_APART: "社区基金·待分配奖励",
}
"""What funds of the format's kinds are called; others are called by what the case calls them."""
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
    opened |= dict.fromkeys((home, policies.paying_fund(case, home)) for home in _with_policy(case))
    opened |= dict.fromkeys((each.community, AWARDS_APART) for each in case.awards)
    for home, purpose in opened:
        restriction = (
            UNRESTRICTED if purpose == policies.UNRESTRICTED_ROW else names.restriction(purpose)
        )
        name = names.title(FUND_NAMES.get(purpose, f"社区基金·{purpose}"), "社区基金")
        command = OpenFund(names.fund(home, purpose), names.community(home), name, restriction)
        yield Step(began, Turn.town, Row("fund", f"{home}/{purpose}"), command)


def _with_policy(case: Case) -> Sequence[str]:
    return list(dict.fromkeys(policy.community for policy in case.policies))


def _canteens(case: Case, began: datetime) -> Iterator[Step]:
    eaten_at = (claim.canteen for claim in case.claims if claim.canteen)
    homes = (each.community for each in case.residents if case.claims)
    for home in dict.fromkeys((*_with_policy(case), *eaten_at, *homes)):
        site, name = names.canteen(home), names.title("长者饭堂", "")
        command = RegisterSite(site, names.community(home), SiteKind.canteen, name, began.date())
        yield Step(began, Turn.town, Row("communities", home), command)
    for policy, at, decided in policies.commands(case, began):
        yield Step(at, Turn.town, Row("policies", policy.cited), decided)


# -- people ------------------------------------------------------------------------------------


def _people(case: Case, began: datetime) -> Iterator[Step]:
    """Residents with their facts; volunteers and confirmers with a name only."""
    coops = {coop.id: coop.community for coop in case.coops}
    for each in case.residents:
        contact = Contact(names.example(each.name or each.id))
        command = RegisterPerson(
            names.person(each.id), names.community(each.community), contact, _facts(each, coops)
        )
        born = beginning(each.birth)
        yield Step(max(began, born), Turn.town, Row("residents", each.id), command)
    known = {each.id for each in case.residents}
    for name, home in _active(case).items():
        if name not in known:
            contact = Contact(names.example(name))
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
