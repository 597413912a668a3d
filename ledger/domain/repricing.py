"""Repricing: the meals of a month once more, by a draft of a policy.

The meals are those that were eaten and stand; that fewer or more would be eaten at another price is
nobody's to calculate. Tier and shares are worked out by `pricing`, as for a claim.

Where the draft asks the same of everybody before it comes to an eater's tier, that tier is known
from her claim, and no fact of hers is looked at. For the others the facts are those that the claim
was decided on. Whoever's facts may not be used, or are gone, is left as she was priced; and so is
whoever would be one of fewer than five people of whom the draft tells the same, or a draft that
asks the right question would tell a single person's age or class.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple, TypeAlias

from ledger.domain import sheet_rules
from ledger.domain.facts import FactSheet
from ledger.domain.pricing import NO_HARDSHIP, Eater, Split, first_tier, seen_by, split
from ledger.domain.rights_records import Rights
from ledger.domain.small_cells import PEOPLE_LEAST
from ledger.domain.tiers import Charge, PayerKind, PayerShare, PolicyVersion, Tier
from ledger.domain.values import (
    CommunityId,
    CooperativeId,
    Count,
    Fen,
    PayerPath,
    PersonId,
    RuleCode,
)

COOPERATIVE: Final = f"{PayerKind.cooperative}/"


class Meal(NamedTuple):
    """A meal that stands, as it was claimed by an `entry`; `person` is the one id that is hers.

    `claim` is its number among those of its month that are in the name of `facts_of`.
    """

    entry: int
    claim: Count
    person: PersonId
    facts_of: PersonId
    facts_version: Count
    served_on: date
    policy_version: Count
    rule: RuleCode | None
    price_fen: Fen
    copayment_fen: Fen
    shares: tuple[PayerShare, ...]
    at_full_price: bool = False


class Eaten(NamedTuple):
    """The meals of a canteen's month in the order of their claims, and its policy's versions."""

    community: CommunityId
    versions: tuple[PolicyVersion, ...]
    meals: tuple[Meal, ...]

    def version_of(self, meal: Meal) -> PolicyVersion:
        """The version that the meal was claimed under."""
        return self.versions[meal.policy_version - 1]


class Priced(NamedTuple):
    """What a meal costs and who bears it, by a rule or at the full price."""

    rule: RuleCode | None
    price_fen: Fen
    shares: tuple[PayerShare, ...]
    copayment_fen: Fen

    @property
    def told(self) -> tuple[RuleCode | None, tuple[PayerPath, ...]]:
        """What of it depends on who the eater is."""
        return self.rule, tuple(share.payer for share in self.shares)


SheetName: TypeAlias = tuple[PersonId, Count]
Sheets: TypeAlias = Mapping[SheetName, FactSheet]


# -- what is known without looking at facts ------------------------------------------------------


def needed(eaten: Eaten, draft: PolicyVersion) -> frozenset[SheetName]:
    """The fact sheets without which some meals cannot be priced by the draft."""
    certain = _Certain(eaten, draft)
    unsure = (meal for meal in eaten.meals if not certain.of(meal))
    return frozenset((meal.facts_of, meal.facts_version) for meal in unsure)


def usable(sheet: FactSheet, rights: Rights) -> bool:
    """Whether the sheet may be looked at as it was, by what its person has said until now."""
    return not rights.restricted and sheet_rules.usable(sheet, rights) is sheet


class _Found(NamedTuple):
    """The tier that a claim itself tells, or none at all."""

    tier: Tier | None
    eater: Eater


@dataclass(slots=True)
class _Certain:
    """Which tier of the draft an eater is in, as far as her claim tells it."""

    eaten: Eaten
    draft: PolicyVersion
    known: dict[tuple[Count, RuleCode | None], tuple[Tier | None] | None] = field(
        default_factory=dict
    )

    def of(self, meal: Meal) -> _Found | None:
        """None where her facts must be looked at; whoever asked for the full price has no tier."""
        if meal.at_full_price:
            return _Found(None, _known_eater(self.eaten.community, None))
        key = meal.policy_version, meal.rule
        if key not in self.known:
            self.known[key] = _tier_told(self.eaten.version_of(meal), self.draft, meal.rule)
        told = self.known[key]
        if told is None:
            return None
        (tier,) = told
        cooperative = _cooperative(meal.shares)
        if tier is not None and cooperative is None and _asks_cooperative(self.draft, tier):
            return None
        return _Found(tier, _known_eater(self.eaten.community, cooperative))


def _tier_told(
    before: PolicyVersion, draft: PolicyVersion, rule: RuleCode | None
) -> tuple[Tier | None] | None:
    """Both ask the same up to some tier: whoever stopped before it stops there again."""
    alike = 0
    if before.age_rule is draft.age_rule:
        for one, other in zip(before.tiers, draft.tiers, strict=False):
            if one.when != other.when:
                break
            alike += 1
    codes = [tier.code for tier in before.tiers]
    place = len(codes) if rule is None else codes.index(rule)
    if place < alike:
        return (draft.tiers[place],)
    return (None,) if alike == len(draft.tiers) else None


def _asks_cooperative(draft: PolicyVersion, tier: Tier) -> bool:
    asked = (draft.residual, *(line.payer for line in tier.shares))
    return any(payer.kind is PayerKind.cooperative_of_the_eater for payer in asked)


def _cooperative(shares: Iterable[PayerShare]) -> CooperativeId | None:
    paths = (share.payer for share in shares if share.payer.startswith(COOPERATIVE))
    path = next(paths, None)
    return None if path is None else CooperativeId(path.removeprefix(COOPERATIVE))


def _known_eater(community: CommunityId, cooperative: CooperativeId | None) -> Eater:
    return Eater(community, 0, NO_HARDSHIP, False, False, False, cooperative)  # noqa: FBT003 - nothing of it is asked


# -- pricing -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Pricing:
    """Prices meals by the draft, in the order of their claims; what is alike is split once."""

    eaten: Eaten
    draft: PolicyVersion
    sheets: Sheets
    subsidised: Counter[tuple[PersonId, date]] = field(default_factory=Counter)
    splits: dict[tuple[RuleCode | None, CooperativeId | None, Fen], Split] = field(
        default_factory=dict
    )

    def of(self, meal: Meal, told: _Found | None) -> Priced | None:
        """None where she is left as she was: her facts may not be looked at."""
        found = told or self._looked_up(meal)
        if found is None:
            return None
        charged_fen = self._charged(meal)
        tier = found.tier
        alike = None if tier is None else tier.code, found.eater.cooperative, charged_fen
        if alike not in self.splits:
            self.splits[alike] = split(self.draft, tier, found.eater, charged_fen)
        borne = self.splits[alike]
        if borne.shares and not self._within_the_limit(meal):
            return Priced(None, charged_fen, (), charged_fen)
        return Priced(alike[0], charged_fen, *borne)

    def _looked_up(self, meal: Meal) -> _Found | None:
        sheet = self.sheets.get((meal.facts_of, meal.facts_version))
        if sheet is None:
            return None
        eater = seen_by(self.eaten.community, sheet, meal.served_on, self.draft.age_rule)
        return _Found(first_tier(self.draft, eater), eater)

    def _charged(self, meal: Meal) -> Fen:
        """Where the price is free, what was charged; a meal without an amount has the price."""
        at_the_price = meal.price_fen == self.eaten.version_of(meal).price_fen
        if self.draft.charge is Charge.fixed_price or at_the_price:
            return self.draft.price_fen
        return meal.price_fen

    def _within_the_limit(self, meal: Meal) -> bool:
        """As many subsidised meals of a day as the policy of then allowed."""
        day = meal.person, meal.served_on
        self.subsidised[day] += 1
        return self.subsidised[day] <= self.eaten.version_of(meal).subsidised_meals_per_day


class Pair(NamedTuple):
    """A meal as it was priced and as the draft prices it; `left` where that is the same."""

    person: PersonId
    before: Priced
    now: Priced
    left: bool = False


def repriced(eaten: Eaten, draft: PolicyVersion, sheets: Sheets) -> Iterator[Pair]:
    """Every meal twice; whoever is one of few of whom something is told is left as she was."""
    certain, pricing = _Certain(eaten, draft), _Pricing(eaten, draft, sheets)
    alike = defaultdict[object, list[Pair]](list)
    for meal in eaten.meals:
        before = Priced(meal.rule, meal.price_fen, meal.shares, meal.copayment_fen)
        told = certain.of(meal)
        now = pricing.of(meal, told)
        if now is None:
            yield Pair(meal.person, before, before, left=True)
        elif told:
            yield Pair(meal.person, before, now)
        else:
            alike[before.told, now.told].append(Pair(meal.person, before, now))
    for pairs in alike.values():
        few = len({pair.person for pair in pairs}) < PEOPLE_LEAST
        for pair in pairs:
            yield pair._replace(now=pair.before, left=True) if few else pair
