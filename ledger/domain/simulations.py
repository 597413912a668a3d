"""Simulations: what a month comes to by a draft of a policy, beside what was claimed.

Only sums stand here, and numbers of people where they are five or more; a rule of fewer than five
eaters is named without its sums, and so is one more, so that none is the rest of the whole. Every
figure adds up; where the draft is the policy of then, it is what was claimed to the fen.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ledger.domain.repricing import Eaten, Pair, Sheets, repriced
from ledger.domain.small_cells import Cell, Part, cell, divided
from ledger.domain.tiers import PolicyVersion
from ledger.domain.values import Fen, PayerPath, PersonId, RuleCode


@dataclass(frozen=True, slots=True)
class Effect:
    """A figure as it was and as it would have been."""

    before: int
    now: int

    @property
    def difference(self) -> int:
        """By how much more."""
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class PayerEffect:
    """What a payer bears of the month."""

    payer: PayerPath
    fen: Effect


@dataclass(frozen=True, slots=True)
class RuleEffect:
    """The meals of a rule, null is the full price, and what their eaters pay.

    Neither is told where it would tell of fewer than five people.
    """

    rule: RuleCode | None
    meals: Effect | None
    personal_fen: Effect | None


@dataclass(frozen=True, slots=True)
class Turned:
    """People with a meal whose subsidy begins or ends, and how many such meals there are."""

    people: Cell
    meals: int | None


@dataclass(frozen=True, slots=True)
class Simulation:
    """A month as it was claimed and as the draft would have priced it.

    `left` are people who stay in it as they were priced: their facts may not be looked at, or they
    are fewer than five of whom the draft tells the same.
    """

    people: Cell
    meals: int
    left: Cell
    price_fen: Effect
    personal_fen: Effect
    payers: tuple[PayerEffect, ...]
    rules: tuple[RuleEffect, ...]
    newly_subsidised: Turned
    no_longer_subsidised: Turned


def simulate(eaten: Eaten, draft: PolicyVersion, sheets: Sheets) -> Simulation:
    """The month as it was and as it would have been; `sheets` are those that may be looked at."""
    pairs = tuple(repriced(eaten, draft, sheets))
    return Simulation(
        cell(len({pair.person for pair in pairs})),
        len(pairs),
        cell(len({pair.person for pair in pairs if pair.left})),
        Effect(*sums((pair.before.price_fen, pair.now.price_fen) for pair in pairs)),
        Effect(*sums((pair.before.copayment_fen, pair.now.copayment_fen) for pair in pairs)),
        by_payer(pairs),
        _by_rule(pairs, eaten, draft),
        _turned(pair for pair in pairs if pair.now.shares and not pair.before.shares),
        _turned(pair for pair in pairs if pair.before.shares and not pair.now.shares),
    )


def sums(amounts: Iterable[tuple[int, int]]) -> tuple[Fen, Fen]:
    """Both of all together."""
    before, now = 0, 0
    for one, other in amounts:
        before += one
        now += other
    return Fen(before), Fen(now)


def by_payer(pairs: Iterable[Pair]) -> tuple[PayerEffect, ...]:
    """What each payer bears of these meals."""
    before, now = Counter[PayerPath](), Counter[PayerPath]()
    for pair in pairs:
        for borne, amounts in ((pair.before, before), (pair.now, now)):
            for share in borne.shares:
                amounts[share.payer] += share.amount_fen
    return tuple(
        PayerEffect(payer, Effect(Fen(before[payer]), Fen(now[payer])))
        for payer in sorted({*before, *now})
    )


def _by_rule(pairs: Iterable[Pair], eaten: Eaten, draft: PolicyVersion) -> tuple[RuleEffect, ...]:
    """In the order of the draft, then what it does not have, then the full price."""
    meals: tuple[Counter[RuleCode | None], ...] = (Counter(), Counter())
    paid: tuple[Counter[RuleCode | None], ...] = (Counter(), Counter())
    eaters: tuple[defaultdict[RuleCode | None, set[PersonId]], ...] = (
        defaultdict(set),
        defaultdict(set),
    )
    for pair in pairs:
        for at, borne in enumerate((pair.before, pair.now)):
            eaters[at][borne.rule].add(pair.person)
            meals[at][borne.rule] += 1
            paid[at][borne.rule] += borne.copayment_fen
    versions = (draft, *eaten.versions)
    codes = dict.fromkeys(tier.code for version in versions for tier in version.tiers)
    rules = [rule for rule in (*codes, None) if meals[0][rule] or meals[1][rule]]
    counts = [[len(each[rule]) for each in eaters if each[rule]] for rule in rules]
    told = divided([Part(min(count), 1) for count in counts])
    return tuple(
        RuleEffect(
            rule,
            Effect(meals[0][rule], meals[1][rule]) if is_told else None,
            Effect(Fen(paid[0][rule]), Fen(paid[1][rule])) if is_told else None,
        )
        for rule, is_told in zip(rules, told, strict=True)
    )


def _turned(pairs: Iterable[Pair]) -> Turned:
    found = tuple(pairs)
    people = cell(len({pair.person for pair in found}))
    return Turned(people, len(found) if isinstance(people, int) else None)
