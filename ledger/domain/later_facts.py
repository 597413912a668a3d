"""Later facts: the meals that the newest fact sheets of their eaters would have priced otherwise.

A fact that is corrected, or told late, rewrites no claim: the meal was eaten, and its price was
right by what was known. Those whose shares would be others are listed, for whoever decides what
becomes of them. The policy is the version that the claim names, what was charged stays, and a sheet
is newer than the claim's if its number is higher. Other tiers with the same shares change nothing.

Of a person who is restricted or erased, or said no to the use of what stands on the sheet, nothing
is worked out: she is left as she was priced. Another subsidised meal of the same day is seen if it
is of the same settlement; where there is one elsewhere, the ledger refuses the claim anew.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from ledger.domain.facts import FactSheet
from ledger.domain.pricing import first_tier, seen_by, split
from ledger.domain.repricing import Eaten, Meal, Pair, Priced, SheetName, Sheets
from ledger.domain.simulations import Effect, PayerEffect, by_payer, sums
from ledger.domain.small_cells import Cell, cell
from ledger.domain.tiers import PayerShare, PolicyVersion
from ledger.domain.values import Count, Fen, Month, PersonId, RuleCode, month_of

Newest: TypeAlias = Mapping[PersonId, Count]
"""The number of the newest sheet that is recorded under an id."""


@dataclass(frozen=True, slots=True)
class OtherwisePriced:
    """A claim, and who would bear how much of it by the newest sheet of its eater.

    `rule` is the tier as claimed and `newest_rule` the one that she would be in; null is the full
    price. Of facts it tells no more than the claim does: the numbers of two sheets.
    """

    entry: int
    person: PersonId
    month: Month
    claim: Count
    served_on: date
    policy_version: Count
    facts_version: Count
    newest_version: Count
    price_fen: Fen
    rule: RuleCode | None
    newest_rule: RuleCode | None
    payers: tuple[PayerEffect, ...]
    personal_fen: Effect


@dataclass(frozen=True, slots=True)
class LaterFacts:
    """The claims that would be others, and the sums of all `meals` with them as they would be.

    `left` are people with a newer sheet that may not be looked at.
    """

    meals: int
    claims: tuple[OtherwisePriced, ...]
    payers: tuple[PayerEffect, ...]
    personal_fen: Effect
    left: Cell


def needed(meals: Iterable[Meal], newest: Newest) -> frozenset[SheetName]:
    """The newest sheets of those whose claims name an older one."""
    return frozenset(
        (meal.facts_of, newest[meal.facts_of]) for meal in meals if _is_older(meal, newest)
    )


def later_facts(eaten: Eaten, newest: Newest, sheets: Sheets) -> LaterFacts:
    """The meals as they stand beside what newer sheets give; `sheets` are those one may use."""
    pricing = _Pricing(eaten, newest, sheets)
    pairs = tuple(map(pricing.of, eaten.meals))
    both = zip(eaten.meals, pairs, strict=True)
    return LaterFacts(
        len(pairs),
        tuple(_told(meal, pair, newest) for meal, pair in both if pair.before != pair.now),
        by_payer(pairs),
        _personal(pairs),
        cell(len({pair.person for pair in pairs if pair.left})),
    )


def _is_older(meal: Meal, newest: Newest) -> bool:
    """Whoever asked for the full price has it by no sheet."""
    return not meal.at_full_price and newest[meal.facts_of] > meal.facts_version


@dataclass(slots=True)
class _Pricing:
    """Prices meals by newer sheets, as the claims were priced by theirs."""

    eaten: Eaten
    newest: Newest
    sheets: Sheets
    subsidised: Counter[tuple[PersonId, date]] = field(init=False)

    def __post_init__(self) -> None:
        subsidised = (meal for meal in self.eaten.meals if meal.shares)
        self.subsidised = Counter((meal.person, meal.served_on) for meal in subsidised)

    def of(self, meal: Meal) -> Pair:
        """It is left as it is where no newer sheet may be used, or its shares are the same."""
        shares = _in_order(meal.shares)
        before = Priced(meal.rule, meal.price_fen, shares, meal.copayment_fen)
        if not _is_older(meal, self.newest):
            return Pair(meal.person, before, before)
        sheet = self.sheets.get((meal.facts_of, self.newest[meal.facts_of]))
        if sheet is None:
            return Pair(meal.person, before, before, left=True)
        now = self._priced(meal, sheet)
        return Pair(meal.person, before, before if now.shares == shares else now)

    def _priced(self, meal: Meal, sheet: FactSheet) -> Priced:
        version = self.eaten.version_of(meal)
        eater = seen_by(self.eaten.community, sheet, meal.served_on, version.age_rule)
        tier = first_tier(version, eater)
        borne = split(version, tier, eater, meal.price_fen)
        if not self._within_the_limit(meal, version, is_subsidised=bool(borne.shares)):
            return Priced(None, meal.price_fen, (), meal.price_fen)
        rule = None if tier is None else tier.code
        return Priced(rule, meal.price_fen, _in_order(borne.shares), borne.copayment_fen)

    def _within_the_limit(self, meal: Meal, version: PolicyVersion, *, is_subsidised: bool) -> bool:
        """As many subsidised meals of a day as the policy of then allowed."""
        day = meal.person, meal.served_on
        self.subsidised[day] += is_subsidised - bool(meal.shares)
        if not is_subsidised or self.subsidised[day] <= version.subsidised_meals_per_day:
            return True
        self.subsidised[day] -= 1
        return False


def _in_order(shares: Iterable[PayerShare]) -> tuple[PayerShare, ...]:
    """By payer, so that the same shares are equal."""
    return tuple(sorted(shares, key=lambda share: share.payer))


def _told(meal: Meal, pair: Pair, newest: Newest) -> OtherwisePriced:
    return OtherwisePriced(
        meal.entry,
        meal.facts_of,
        month_of(meal.served_on),
        meal.claim,
        meal.served_on,
        meal.policy_version,
        meal.facts_version,
        newest[meal.facts_of],
        meal.price_fen,
        meal.rule,
        pair.now.rule,
        by_payer((pair,)),
        _personal((pair,)),
    )


def _personal(pairs: Iterable[Pair]) -> Effect:
    return Effect(*sums((pair.before.copayment_fen, pair.now.copayment_fen) for pair in pairs))
