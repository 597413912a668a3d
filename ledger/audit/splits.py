"""Who bears a meal, worked out once more from its claim; meals that are alike are split once.

Which rule is hers follows from her fact sheet, which is not in the log: here it is the one that the
claim names.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from ledger.domain import pricing
from ledger.domain.meal_records import MealClaimed
from ledger.domain.pricing import Eater, Split
from ledger.domain.tiers import PolicyVersion
from ledger.domain.values import CooperativeId, Fen, PayerPath, RuleCode, SiteId

COOPERATIVE: Final = "cooperative/"
SPLITS_MOST: Final = 10_000
"""Where the clerk says the price, meals are seldom alike: no more are remembered than these."""

Alike = tuple[SiteId, date, RuleCode | None, bool, Fen, PayerPath | None]
"""All that a meal's shares rest on, as long as no policy changes."""


@dataclass(slots=True)
class Splits:
    """Meals that were split since a policy changed: those of a day are mostly alike."""

    known: dict[Alike, Split | None] = field(default_factory=dict)

    def of(self, event: MealClaimed, version: PolicyVersion) -> Split | None:
        """As `repriced`, by the version that is in force at the canteen on that day."""
        path = _cooperative(event)
        ruled = event.rule, event.at_full_price
        alike = event.canteen, event.occurred_on, *ruled, event.price_fen, path
        if alike not in self.known:
            if len(self.known) == SPLITS_MOST:
                self.forget()
            self.known[alike] = repriced(event, version)
        return self.known[alike]

    def forget(self) -> None:
        """A policy has changed."""
        self.known.clear()


def repriced(event: MealClaimed, version: PolicyVersion) -> Split | None:
    """Who bears what was charged, by the rule that the claim names; None if there is none.

    Where the full price was asked for, no rule is to be named.
    """
    offered = () if event.at_full_price else version.tiers
    tier = next((each for each in offered if each.code == event.rule), None)
    if event.rule is not None and tier is None:
        return None
    return pricing.split(version, tier, _eater(event), event.price_fen)


def _eater(event: MealClaimed) -> Eater:
    """What of her the shares may depend on: to which cooperative she belongs, as they tell it."""
    path = _cooperative(event)
    cooperative = None if path is None else CooperativeId(path.removeprefix(COOPERATIVE))
    return Eater(
        event.community,
        age=0,
        hardships=pricing.NO_HARDSHIP,
        registered=False,
        habitual=False,
        member=False,
        cooperative=cooperative,
    )


def _cooperative(event: MealClaimed) -> PayerPath | None:
    paths = (share.payer for share in event.shares if share.payer.startswith(COOPERATIVE))
    return next(paths, None)
