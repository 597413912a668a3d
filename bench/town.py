"""The town of the benchmarks: ten communities with a canteen each, and as many people as asked for.

Everybody is of an age to which the policy gives a subsidy, and eats at her own community's canteen.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import uuid4

from ledger.deciding.answers import Accepted, Answer, Unit
from ledger.domain.communities import RecordPopulation, RegisterCommunity
from ledger.domain.community_records import SHANGHAI
from ledger.domain.facts import Contact, FactSheet, Residence
from ledger.domain.funds import OpenFund, ReceiveMoney
from ledger.domain.lots import ReceiptKind
from ledger.domain.meals import ClaimMeal
from ledger.domain.people import RegisterPerson
from ledger.domain.resolution_records import SubsidyAllowed
from ledger.domain.sites import RegisterSite, SiteKind
from ledger.domain.tiers import (
    Payer,
    PayerKind,
)
from ledger.domain.values import (
    CommunityId,
    Count,
    Fen,
    FundId,
    PayerName,
    PersonId,
    ResolutionId,
    SiteId,
    Slug,
    Title,
    local_day,
)
from ledger.engine import Ledger
from tests.builders import NEW_YEAR, everything, person, resolved, six_yuan_from_seventy_on

COMMUNITIES: Final = 10
RESIDENTS: Final = Count(6_000)
ELDER: Final = date(1946, 5, 6)


def community(number: int) -> CommunityId:
    """The community of the n-th person."""
    return CommunityId(f"community-{number % COMMUNITIES}")


def canteen(number: int) -> SiteId:
    """The canteen of the n-th person."""
    return SiteId(f"canteen-{number % COMMUNITIES}")


def fund(number: int) -> FundId:
    """The fund that bears a share of the n-th person's meals."""
    return FundId(f"meals-{number % COMMUNITIES}")


def found(ledger: Ledger, people: int) -> None:
    """Make the communities and register everybody, by the ordinary road."""
    foundations = [command for number in range(COMMUNITIES) for command in _foundation(number)]
    registrations = [_registration(number) for number in range(people)]
    must_be_accepted(ledger.execute(units([*foundations, *registrations])))


def claims(numbers: Iterable[int], day: date) -> list[ClaimMeal]:
    """A lunch of each of these people."""
    return [ClaimMeal(person(number), canteen(number), day) for number in numbers]


def units(commands: Sequence[object]) -> list[Unit]:
    """Each command by itself, from a clerk of the whole town, under a key of its own."""
    clerk = everything()
    return [Unit(clerk, str(uuid4()), (command,)) for command in commands]


def must_be_accepted(answers: Iterable[Answer]) -> None:
    """Raise for a refusal: refusing is faster than accepting, so it must not be measured."""
    refused = [answer for answer in answers if not isinstance(answer, Accepted)]
    if refused:
        raise ValueError(f"{len(refused)} were not accepted, such as {refused[0]}")


def days_before_today(count: int) -> list[date]:
    """The last so many days of one month, today among them where the month is old enough."""
    today = local_day(datetime.now(UTC), SHANGHAI)
    last = today if today.day >= count else today.replace(day=1) - timedelta(days=1)
    return [last - timedelta(days=back) for back in range(count)]


def _foundation(number: int) -> tuple[object, ...]:
    payer = Payer(PayerKind.fund, PayerName(fund(number)))
    here, site = community(number), canteen(number)
    agreed = ResolutionId(f"meals-{number}")
    return (
        RegisterCommunity(here, Title(f"第{number}社区"), Title("丹灶镇")),
        RecordPopulation(here, RESIDENTS, NEW_YEAR),
        OpenFund(fund(number), here, Title("长者饭堂基金")),
        ReceiveMoney(fund(number), ReceiptKind.award, Slug("town"), NEW_YEAR, Fen(10**10), None),
        RegisterSite(site, here, SiteKind.canteen, Title(f"第{number}长者饭堂"), NEW_YEAR),
        resolved(SubsidyAllowed(site, payer, NEW_YEAR), name=agreed, home=here),
        six_yuan_from_seventy_on(site, payer, agreed),
    )


def _registration(number: int) -> RegisterPerson:
    home = (Residence(community(number)),)
    facts = FactSheet(ELDER, registered=home, habitual=home)
    contact = Contact(f"第{number}人")
    return RegisterPerson(PersonId(person(number)), community(number), contact, facts, NEW_YEAR)
