"""Tiers: what a subsidy policy says, as data - who is entitled, who pays, in which order.

A tier is a condition and a list of shares. Of the tiers whose condition holds, the one with the
lowest order counts. Its lines are worked from top to bottom, so the order of fixed amounts,
percentages and caps is the policy's own decision and nobody's program.
Who may pay is an open list: a new kind of enterprise or donor is a name, not a change here.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from ledger.domain.ages import AgeRule
from ledger.domain.facts import Hardship
from ledger.domain.sites import Weekday
from ledger.domain.values import (
    BasisPoints,
    Count,
    Fen,
    PayerName,
    PayerPath,
    ResolutionId,
    RuleCode,
)


class Sitting(StrEnum):
    """A meal of the day."""

    breakfast = "breakfast"
    lunch = "lunch"
    dinner = "dinner"


class Charge(StrEnum):
    """What a meal costs: always the policy's price, or what the clerk charged for it."""

    fixed_price = "fixed_price"
    amount_charged = "amount_charged"


class PayerKind(StrEnum):
    """Where a share of a meal comes from."""

    fund = "fund"
    cooperative = "cooperative"
    cooperative_of_the_eater = "cooperative_of_the_eater"
    enterprise = "enterprise"
    government = "government"
    donor = "donor"
    eater = "eater"


@dataclass(frozen=True, slots=True)
class Payer:
    """Who bears a share; the name is that of the fund, the cooperative, or a short name.

    The eater and the eater's cooperative have no name: they are found when the meal is claimed.
    """

    kind: PayerKind
    name: PayerName | None = None

    @property
    def path(self) -> PayerPath:
        """How accounts and events name the payer: `fund/meals`, `cooperative/xianhu/e1`."""
        return PayerPath(self.kind.value if self.name is None else f"{self.kind}/{self.name}")


EATER: Final = Payer(PayerKind.eater)


@dataclass(frozen=True, slots=True)
class ShareLine:
    """One payer's part: an amount, or a percentage of the price or of what is left of it.

    Rounded down, at most `cap_fen`, and never more than is left of the price.
    """

    payer: Payer
    fixed_fen: Fen | None = None
    basis_points: BasisPoints | None = None
    cap_fen: Fen | None = None
    of_the_rest: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """Whom a tier is for, on the day of the meal and as seen from the canteen's community.

    What is not asked (None, False or empty) does not matter. `hardship` asks for any class,
    `hardships` for one of these.
    """

    age_least: Count | None = None
    age_most: Count | None = None
    hardship: bool = False
    hardships: tuple[Hardship, ...] = ()
    registered: bool = False
    habitual: bool = False
    cooperative_member: bool = False


@dataclass(frozen=True, slots=True)
class Tier:
    """Who pays what for whom, under the code that the resolution gives it."""

    order: Count
    code: RuleCode
    when: Condition
    shares: tuple[ShareLine, ...]


@dataclass(frozen=True, slots=True)
class CitedResolution:
    """The resolution by which a payer agrees to pay, as whoever publishes a policy names it."""

    payer: Payer
    resolution: ResolutionId


@dataclass(frozen=True, slots=True)
class PayerResolution:
    """The resolution by which a payer agrees to pay, and the earliest day it says it is for."""

    payer: Payer
    resolution: ResolutionId
    allows_start_from: date | None = None


@dataclass(frozen=True, slots=True)
class PayerShare:
    """What one payer bears of one meal."""

    payer: PayerPath
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of a canteen's policy, valid from its first day until before its last.

    At most `subsidised_meals_per_day` of a person are subsidised, wherever she eats. A meal may be
    recorded `claim_days` later. What the lines leave of the price falls to `residual`. `price_fen`
    is the price of every meal, or, where the charge is free, of one claimed without an amount.
    """

    version: Count
    valid_from: date
    valid_until: date | None
    price_fen: Fen
    weekdays: frozenset[Weekday]
    sittings: tuple[Sitting, ...]
    subsidised_meals_per_day: Count
    claim_days: Count
    age_rule: AgeRule
    charge: Charge
    residual: Payer
    tiers: tuple[Tier, ...]
    """In the order in which they are asked."""

    @property
    def has_a_day(self) -> bool:
        """Whether it is valid on any day: one that was withdrawn before its beginning never is."""
        return self.valid_until is None or self.valid_from < self.valid_until

    def covers(self, day: date) -> bool:
        """Whether the version is valid on that day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)
