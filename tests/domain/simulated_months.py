"""Months for simulations: people by their sheets, and what each of their meals was claimed as."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from ledger.domain.facts import FactSheet
from ledger.domain.policy_records import PolicyPublished, Timeline, evolve
from ledger.domain.pricing import first_tier, seen_by, split
from ledger.domain.repricing import Eaten, Meal, SheetName, needed
from ledger.domain.simulations import Simulation, simulate
from ledger.domain.tiers import PolicyVersion, Tier
from ledger.domain.values import Count, Fen, PersonId
from tests.builders import person
from tests.domain.canteen_town import MONDAY, VERSION, XIANHU, sheet

ONE = Count(1)


def version(usual: PolicyPublished = VERSION) -> PolicyVersion:
    return evolve(Timeline(), usual).versions[0]


THEN = version()
"""12 yuan; the fund bears 3 from 80 on, and 1 from 60 on for whoever is registered there."""


def drafted(*tiers: Tier, price_fen: int = 1200) -> PolicyVersion:
    return version(replace(VERSION, tiers=tiers, price_fen=Fen(price_fen)))


def claimed(who: PersonId, facts: FactSheet, day: date = MONDAY, by: PolicyVersion = THEN) -> Meal:
    """The meal as the rules decide it."""
    eater = seen_by(XIANHU, facts, day, by.age_rule)
    tier = first_tier(by, eater)
    borne = split(by, tier, eater, by.price_fen)
    code = None if tier is None else tier.code
    own = (1, ONE, who, who, ONE, day, by.version, code, by.price_fen)
    return Meal(*own, borne.copayment_fen, borne.shares)


class Month:
    """People, by their numbers from 1 on, who each eat once a day named."""

    def __init__(
        self,
        sheets: Iterable[FactSheet],
        days: Iterable[date] = (MONDAY,),
        by: PolicyVersion = THEN,
    ) -> None:
        self.sheets = {person(number): each for number, each in enumerate(sheets, start=1)}
        meals = (claimed(*who, day, by) for day in days for who in self.sheets.items())
        self.eaten = Eaten(XIANHU, (by,), tuple(meals))

    @property
    def all_sheets(self) -> Mapping[SheetName, FactSheet]:
        return {(who, ONE): each for who, each in self.sheets.items()}

    def by(
        self, draft: PolicyVersion, sheets: Mapping[SheetName, FactSheet] | None = None
    ) -> Simulation:
        """What the draft makes of it, with the sheets that it needs and no other."""
        known = self.all_sheets if sheets is None else sheets
        wanted = needed(self.eaten, draft)
        return simulate(self.eaten, draft, {name: known[name] for name in wanted & known.keys()})


def born(*years: int) -> list[FactSheet]:
    """People born on the first day of these years."""
    return [sheet(date(year, 1, 1)) for year in years]
