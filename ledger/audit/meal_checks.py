"""Every meal once more: priced by the policy of its day, within its limit, settled as claimed.

With the log alone, a claim's shares must follow from the tier that it names. With the fact sheet
in hand, it must also be the tier that the person was in. A month that was submitted comes to the
sum of its claims, per payer, and nothing is added to it afterwards.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from ledger.audit.flaws import Flaw
from ledger.audit.hands import Hands, SheetKey, Sheets
from ledger.audit.splits import Splits
from ledger.domain import policy_records, pricing
from ledger.domain.canteen_records import ClaimsClosed
from ledger.domain.facts import FactSheet
from ledger.domain.meal_records import MealClaimed, MealReinstated, MealReversed, ReversalKind
from ledger.domain.person_records import FactsRecorded
from ledger.domain.policy_records import PolicyPublished, PolicyWithdrawn, Timeline
from ledger.domain.settlement_records import SettlementApproved, SettlementSubmitted
from ledger.domain.tiers import Charge, PayerShare, PolicyVersion, Tier
from ledger.domain.unclaimable import payer_of
from ledger.domain.unclaimable_records import UnclaimableMealEntered
from ledger.domain.values import Month, PayerPath, PersonId, SiteId
from ledger.store.codec import Recorded

MonthOf = tuple[SiteId, Month]
Entry = MealClaimed | MealReversed | MealReinstated


@dataclass(slots=True)
class MealChecks:
    """The log up to a position, as far as meals and their settlements need it."""

    timelines: dict[SiteId, Timeline] = field(default_factory=dict)
    sheets: dict[SheetKey, FactSheet] = field(default_factory=dict)
    subsidised: Counter[tuple[PersonId, date]] = field(default_factory=Counter)
    shares: defaultdict[MonthOf, Counter[PayerPath]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    charged: Counter[MonthOf] = field(default_factory=Counter)
    paid_by_eaters: Counter[MonthOf] = field(default_factory=Counter)
    closed: set[MonthOf] = field(default_factory=set)
    submitted: dict[MonthOf, SettlementSubmitted] = field(default_factory=dict)
    splits: Splits = field(default_factory=Splits)
    repriced: int = 0
    """Claims whose tier was found again from the fact sheet."""

    def look(self, at: Recorded, hands: Hands, sheets: Sheets) -> list[Flaw]:
        """What does not follow; `sheets` are those that this run of the log records."""
        check = CHECKS.get(type(at.event))
        if check is None:
            return []
        return list(check(self, at, hands, sheets))

    # -- what is remembered ------------------------------------------------------------------

    def policy_changed(self, at: Recorded, *_: object) -> Iterator[Flaw]:
        before = self.timelines.get(at.event.site, Timeline())
        self.timelines[at.event.site] = policy_records.evolve(before, at.event)
        self.splits.forget()
        yield from ()

    def facts_recorded(self, at: Recorded, _: Hands, sheets: Sheets) -> Iterator[Flaw]:
        key = at.event.person, at.event.version
        if key in sheets:
            self.sheets[key] = sheets[key]
        yield from ()

    def claims_closed(self, at: Recorded, *_: object) -> Iterator[Flaw]:
        self.closed.add((at.event.canteen, at.event.month))
        yield from ()

    def _add(self, event: Entry, sign: int) -> None:
        """A void takes all of it back, a withdrawn subsidy leaves the copayment where it is."""
        month = event.canteen, event.settles_in
        whole = isinstance(event, MealClaimed) or event.kind is ReversalKind.void
        for share in event.shares:
            self.shares[month][share.payer] += sign * share.amount_fen
            self.charged[month] += sign * share.amount_fen
        if whole:
            self.paid_by_eaters[month] += sign * event.copayment_fen
            self.charged[month] += sign * event.copayment_fen

    # -- meals -------------------------------------------------------------------------------

    def meal_claimed(self, at: Recorded, hands: Hands, _: Sheets) -> Iterator[Flaw]:
        event: MealClaimed = at.event
        yield from self._must_be_open(at)
        version = self._version(event)
        if version is None:
            yield Flaw(
                at.position,
                f"Claimed under version {event.policy_version} of the policy of {event.canteen}, "
                f"which was not in force on {event.occurred_on}.",
                f"引用的 {event.canteen} 补助标准第 {event.policy_version} 版"
                f"在 {event.occurred_on} 并不有效。",
            )
        else:
            yield from self._priced(at, version)
            yield from self._in_her_tier(at, version)
        yield from self._within_the_limit(at, hands)
        self._add(event, 1)

    def _version(self, event: MealClaimed) -> PolicyVersion | None:
        timeline = self.timelines.get(event.canteen, Timeline())
        version = timeline.version_on(event.occurred_on)
        return version if version and version.version == event.policy_version else None

    def _priced(self, at: Recorded, version: PolicyVersion) -> Iterator[Flaw]:
        event: MealClaimed = at.event
        split = self.splits.of(event, version)
        if split is None:
            yield Flaw(
                at.position,
                f"The policy's version {version.version} has no rule {event.rule}.",
                f"补助标准第 {version.version} 版没有规则 {event.rule}。",
            )
            return
        if version.charge is Charge.fixed_price and event.price_fen != version.price_fen:
            yield Flaw(
                at.position,
                f"Charged {event.price_fen} fen where the policy's price is {version.price_fen}.",
                f"收取 {event.price_fen} 分，而标准价为 {version.price_fen} 分。",
            )
        if (split.shares, split.copayment_fen) != (event.shares, event.copayment_fen):
            yield Flaw(
                at.position,
                f"By rule {event.rule} of version {version.version} the payers bear "
                f"{_told(split.shares)} and the eater {split.copayment_fen} fen; claimed were "
                f"{_told(event.shares)} and {event.copayment_fen}.",
                f"按第 {version.version} 版规则 {event.rule}，出资方应承担 {_told(split.shares)}，"
                f"自付 {split.copayment_fen} 分；实记 {_told(event.shares)}，"
                f"自付 {event.copayment_fen} 分。",
            )

    def _in_her_tier(self, at: Recorded, version: PolicyVersion) -> Iterator[Flaw]:
        event: MealClaimed = at.event
        sheet = self.sheets.get((event.person, event.facts_version))
        if sheet is None:
            return
        self.repriced += 1
        eater = pricing.seen_by(event.community, sheet, event.occurred_on, version.age_rule)
        tier = None if event.at_full_price else pricing.first_tier(version, eater)
        if _code(tier) != event.rule:
            yield Flaw(
                at.position,
                f"By fact sheet {event.facts_version} the rule is {_code(tier)}, claimed was "
                f"{event.rule}.",
                f"按第 {event.facts_version} 号资料应适用规则 {_code(tier)}，实记 {event.rule}。",
            )

    def _within_the_limit(self, at: Recorded, hands: Hands) -> Iterator[Flaw]:
        event: MealClaimed = at.event
        if not event.shares:
            return
        ids = hands.ids_of(event.person)
        had = sum(self.subsidised[each, event.occurred_on] for each in ids)
        self.subsidised[event.person, event.occurred_on] += 1
        if had >= event.subsidised_limit:
            yield Flaw(
                at.position,
                f"The subsidised meal number {had + 1} of this person on {event.occurred_on}, "
                f"{event.subsidised_limit} at most.",
                f"该人 {event.occurred_on} 的第 {had + 1} 次补助用餐，至多 "
                f"{event.subsidised_limit} 次。",
            )

    def meal_reversed(self, at: Recorded, *_: object) -> Iterator[Flaw]:
        yield from self._must_be_open(at)
        event: MealReversed = at.event
        self._add(event, -1)
        if event.shares:
            self.subsidised[event.person, event.occurred_on] -= 1

    def meal_reinstated(self, at: Recorded, *_: object) -> Iterator[Flaw]:
        yield from self._must_be_open(at)
        event: MealReinstated = at.event
        self._add(event, 1)
        if event.shares:
            self.subsidised[event.person, event.occurred_on] += 1

    def _must_be_open(self, at: Recorded) -> Iterator[Flaw]:
        event: Entry = at.event
        if (event.canteen, event.settles_in) in self.closed:
            yield Flaw(
                at.position,
                f"It settles in {event.settles_in} of {event.canteen}, whose claims were closed.",
                f"计入 {event.canteen} {event.settles_in} 结算，但该月核销已截止。",
            )

    # -- settlements -------------------------------------------------------------------------

    def unclaimable_entered(self, at: Recorded, *_: object) -> Iterator[Flaw]:
        """Who pays follows from the refusal, and how much from the policy of the day."""
        event: UnclaimableMealEntered = at.event
        version = self.timelines.get(event.canteen, Timeline()).version_on(event.occurred_on)
        payer = payer_of(event.refused_as)
        if event.payer is not payer:
            yield Flaw(
                at.position,
                f"A meal refused as {event.refused_as} is paid by the {payer}, not {event.payer}.",
                f"因 {event.refused_as} 不能核销的用餐应由 {payer} 承担，实记 {event.payer}。",
            )
        is_open = version is not None and version.charge is Charge.amount_charged
        price_fen = None if version is None else version.price_fen
        if event.price_fen != price_fen and not (is_open and event.price_fen):
            yield Flaw(
                at.position,
                f"The full price is {price_fen} fen by the policy of the day, said were "
                f"{event.price_fen}.",
                f"按当日标准全价为 {price_fen} 分，实记 {event.price_fen} 分。",
            )

    def settlement_submitted(self, at: Recorded, *_: object) -> Iterator[Flaw]:
        event: SettlementSubmitted = at.event
        month = event.canteen, event.month
        self.submitted[month] = event
        claimed = {payer: fen for payer, fen in self.shares[month].items() if fen}
        asked = {due.payer: due.shares_fen for due in event.payers if due.shares_fen}
        if claimed != asked:
            yield Flaw(
                at.position,
                f"The settlement of {event.month} asks for {_listed(asked)}; its claims come to "
                f"{_listed(claimed)}.",
                f"{event.month} 结算请求 {_listed(asked)}；核销合计为 {_listed(claimed)}。",
            )
        price, copayment = self.charged[month], self.paid_by_eaters[month]
        if (price, copayment) != (event.price_fen, event.copayment_fen):
            yield Flaw(
                at.position,
                f"The settlement of {event.month} says that meals cost {event.price_fen} fen and "
                f"eaters paid {event.copayment_fen}; its claims say {price} and {copayment}.",
                f"{event.month} 结算记餐费 {event.price_fen} 分、自付 {event.copayment_fen} 分；"
                f"核销合计为 {price} 分和 {copayment} 分。",
            )

    def settlement_approved(self, at: Recorded, *_: object) -> Iterator[Flaw]:
        event: SettlementApproved = at.event
        asked = self.submitted.get((event.canteen, event.month))
        if asked is None or (asked.submission, asked.payers) != (event.submission, event.payers):
            yield Flaw(
                at.position,
                f"What was approved for {event.month} is not what was submitted last.",
                f"批准的 {event.month} 结算与最近提交的不一致。",
            )


def _code(tier: Tier | None) -> str | None:
    return None if tier is None else tier.code


def _told(shares: tuple[PayerShare, ...]) -> str:
    return _listed({share.payer: share.amount_fen for share in shares})


def _listed(amounts: Mapping[PayerPath, int]) -> str:
    return ", ".join(f"{payer} {fen}" for payer, fen in sorted(amounts.items())) or "0"


CHECKS: Final[Mapping[type, Callable[..., Iterator[Flaw]]]] = MappingProxyType(
    {
        PolicyPublished: MealChecks.policy_changed,
        PolicyWithdrawn: MealChecks.policy_changed,
        FactsRecorded: MealChecks.facts_recorded,
        MealClaimed: MealChecks.meal_claimed,
        MealReversed: MealChecks.meal_reversed,
        MealReinstated: MealChecks.meal_reinstated,
        UnclaimableMealEntered: MealChecks.unclaimable_entered,
        ClaimsClosed: MealChecks.claims_closed,
        SettlementSubmitted: MealChecks.settlement_submitted,
        SettlementApproved: MealChecks.settlement_approved,
    }
)
