"""The communities of the invented town, what stands in them, and who holds which office.

The first three are called as the town's own; what is said of them here is invented like the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final
from uuid import UUID

from ledger.demo.scale.extent import Extent
from ledger.domain.values import (
    CommunityId,
    CooperativeId,
    FundId,
    PersonId,
    ResolutionId,
    SiteId,
    Slug,
    Title,
    UnitId,
)

KNOWN: Final = (("jinning", "金宁社区"), ("xianhu", "仙湖社区"), ("xilian", "西联社区"))
LARGEST: Final = 45_000
"""How many live in the first community, which is that large in truth; fewer in a small town."""
CONFIRMERS: Final = 6
LEADERS: Final = 3
VILLAGE_ONE_IN: Final = 3
"""All communities but one in so many are villages, and have an economic cooperative."""
ON_PAPER_ONE_IN: Final = 12
"""One community in so many keeps its attendance on paper and has one confirmer."""


@dataclass(frozen=True, slots=True)
class Offices:
    """Who does what in a community; no two of them are the same person."""

    registrar: PersonId
    clerks: tuple[PersonId, PersonId]
    checker: PersonId
    manager: PersonId
    approvers: tuple[PersonId, PersonId]
    cashier: PersonId
    leaders: tuple[PersonId, ...]
    confirmers: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A community of the invented town."""

    number: int
    community: CommunityId
    name: Title
    residents: int
    cooperative: CooperativeId | None
    on_paper: bool
    offices: Offices

    @property
    def canteen(self) -> SiteId:
        """Its elders' canteen."""
        return SiteId(f"{self.community}-canteen")

    @property
    def hall(self) -> SiteId:
        """Its council hall."""
        return SiteId(f"{self.community}-hall")

    @property
    def unit(self) -> UnitId:
        """Its mutual-aid association, which organises the shifts."""
        return UnitId(f"{self.community}/mutual-aid")

    @property
    def meals(self) -> FundId:
        """The fund that bears shares of meals."""
        return FundId(f"{self.community}-meals")

    @property
    def free(self) -> FundId:
        """The fund without a restriction."""
        return FundId(f"{self.community}-fund")

    @property
    def activities(self) -> FundId:
        """A second fund without a restriction, for activities of the year."""
        return FundId(f"{self.community}-activities")

    @property
    def youth(self) -> FundId:
        """The fund of the youth palace."""
        return FundId(f"{self.community}-youth")

    @property
    def reserve(self) -> FundId:
        """A second fund for meals, from which no canteen is paid."""
        return FundId(f"{self.community}-meals-reserve")

    @property
    def operator(self) -> Slug:
        """Who runs the canteen."""
        return Slug(f"{self.community}-kitchen")

    def resolution(self, what: str) -> ResolutionId:
        """A resolution of its council hall, by a word for what it is about."""
        return ResolutionId(f"{self.community}-{what}")


def person(random: Random) -> PersonId:
    """An id in the form of a random UUID, the same for the same seed."""
    return PersonId(str(UUID(int=random.getrandbits(128), version=4)))


def places(extent: Extent, random: Random) -> tuple[Place, ...]:
    """The communities, with all residents shared out among them."""
    sizes = _sizes(extent, random)
    return tuple(_place(number, size, random) for number, size in enumerate(sizes))


def _sizes(extent: Extent, random: Random) -> list[int]:
    first = min(LARGEST, extent.residents * 9 // 40)
    weights = [random.randrange(40, 100) for _ in range(extent.communities - 1)]
    rest = [(extent.residents - first) * weight // sum(weights) for weight in weights]
    return [extent.residents - sum(rest), *rest]


def _place(number: int, residents: int, random: Random) -> Place:
    slug, name = KNOWN[number] if number < len(KNOWN) else (f"c{number + 1:03}", "")
    here = CommunityId(slug)
    village = number % VILLAGE_ONE_IN != 0
    on_paper = number % ON_PAPER_ONE_IN == ON_PAPER_ONE_IN - 1
    return Place(
        number,
        here,
        Title(f"{name or f'第 {number + 1} 社区'}（示例）"),
        residents,
        CooperativeId(f"{here}/members") if village else None,
        on_paper,
        _offices(1 if on_paper else CONFIRMERS, random),
    )


def _offices(confirmers: int, random: Random) -> Offices:
    def people(count: int) -> tuple[PersonId, ...]:
        return tuple(person(random) for _ in range(count))

    return Offices(
        registrar=person(random),
        clerks=(person(random), person(random)),
        checker=person(random),
        manager=person(random),
        approvers=(person(random), person(random)),
        cashier=person(random),
        leaders=people(LEADERS),
        confirmers=people(confirmers),
    )


def neighbour(place: Place, others: Sequence[Place]) -> Place:
    """The next community, where people of this one go as well."""
    return others[(place.number + 1) % len(others)]
