"""The people: elders, of whom some eat at the canteen and some die; volunteers, who serve."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from ledger.demo.scale.days import FIRST_DAY
from ledger.demo.scale.extent import Extent
from ledger.demo.scale.places import Place, person
from ledger.domain.facts import (
    Contact,
    FactSheet,
    Hardship,
    HardshipSpell,
    Membership,
    Residence,
)
from ledger.domain.values import PersonId

SURNAMES: Final = "陈李黄梁何张林罗吴刘冯麦邓区谭关潘叶徐卢"
GIVEN: Final = "玉芳丽秀英志明国华建文锦添权炳焕坚洪少珍群好顺兴娟"
EATS_PERMILLE: Final = ((110, 750), (170, 280), (300, 50), (420, 0))
"""Of a thousand elders so many eat on a day of service with this chance of a thousand."""
SERVES: Final = ((150, 25), (350, 8), (500, 2))
"""Of a thousand volunteers so many serve about so often in a year."""
AGES: Final = ((60, 69, 48), (70, 79, 33), (80, 89, 16), (90, 99, 3))
"""From age to age, how many elders of a hundred."""
DYING_PERMILLE: Final = ((70, 9), (80, 28), (90, 80), (130, 190))
"""Below which age how many of a thousand die within the year."""
HARDSHIP_PERMILLE: Final = 45
MEMBER_PERCENT: Final = 60
RECORDED_AFTER_MOST: Final = 8
"""A death is recorded after so many days at most, as things usually go."""


@dataclass(frozen=True, slots=True)
class Elder:
    """Somebody who may eat at the canteen; `eats_permille` is her chance on a day of service."""

    person: PersonId
    place: Place
    facts: FactSheet
    eats_permille: int
    died_on: date | None
    found_out_on: date | None


@dataclass(frozen=True, slots=True)
class Volunteer:
    """Somebody who serves about `serves` times a year."""

    person: PersonId
    place: Place
    facts: FactSheet
    serves: int


def elders(extent: Extent, places: Sequence[Place], random: Random) -> list[Elder]:
    """The registered elders, shared out as the residents are."""
    return [_elder(place, random) for place in _homes(extent.elders, places)]


def volunteers(extent: Extent, places: Sequence[Place], random: Random) -> list[Volunteer]:
    """The registered volunteers, likewise."""
    return [_volunteer(place, random) for place in _homes(extent.volunteers, places)]


def contact(random: Random) -> Contact:
    """An invented name, which says so."""
    given = "".join(random.choices(GIVEN, k=random.choice((1, 2, 2))))
    return Contact(f"{random.choice(SURNAMES)}{given}（示例）")


def _homes(count: int, places: Sequence[Place]) -> Iterator[Place]:
    everybody, before, placed = sum(place.residents for place in places), 0, 0
    for place in places:
        before += place.residents
        here = count * before // everybody - placed
        placed += here
        yield from (place for _ in range(here))


def _elder(place: Place, random: Random) -> Elder:
    least, most, _ = random.choices(AGES, [weight for *_, weight in AGES])[0]
    age = random.randint(least, most)
    born_on = _birthday(age, random)
    eats = random.choices(EATS_PERMILLE, [weight for weight, _ in EATS_PERMILLE])[0][1]
    died_on, found_out_on = _death(age, random)
    return Elder(person(random), place, _facts(place, born_on, random), eats, died_on, found_out_on)


def _death(age: int, random: Random) -> tuple[date | None, date | None]:
    dying = next(permille for below, permille in DYING_PERMILLE if age < below)
    if random.randrange(1000) >= dying:
        return None, None
    died_on = FIRST_DAY + timedelta(days=random.randrange(1, 350))
    return died_on, died_on + timedelta(days=random.randint(1, RECORDED_AFTER_MOST))


def _facts(place: Place, born_on: date, random: Random) -> FactSheet:
    home = (Residence(place.community),)
    member = place.cooperative is not None and random.randrange(100) < MEMBER_PERCENT
    hardship = random.randrange(1000) < HARDSHIP_PERMILLE
    return FactSheet(
        born_on,
        registered=home if random.randrange(4) else (),
        habitual=home,
        memberships=(Membership(place.cooperative),) if member and place.cooperative else (),
        hardships=(HardshipSpell(random.choice(tuple(Hardship))),) if hardship else (),
    )


def _volunteer(place: Place, random: Random) -> Volunteer:
    home = (Residence(place.community),)
    born_on = _birthday(random.randint(18, 68), random)
    serves = random.choices(SERVES, [weight for weight, _ in SERVES])[0][1]
    return Volunteer(person(random), place, FactSheet(born_on, habitual=home), serves)


def _birthday(age: int, random: Random) -> date:
    return date(FIRST_DAY.year - age - 1, 1, 1) + timedelta(days=random.randrange(1, 365))
