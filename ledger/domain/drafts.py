"""Drafts: a policy that is not published, to be held against a month that is over."""

from dataclasses import dataclass
from typing import Final

from ledger.domain import policy_records, policy_rules
from ledger.domain.ages import AgeRule
from ledger.domain.decisions import Known, Refused, first_refusal
from ledger.domain.policy_records import PolicyPublished, Timeline
from ledger.domain.sites import Weekday
from ledger.domain.tiers import EATER, Charge, Payer, PolicyVersion, Sitting, Tier
from ledger.domain.values import CommunityId, Count, Fen, Month, SiteId, first_day, next_month

ONE: Final = Count(1)


@dataclass(frozen=True, slots=True)
class SimulatePolicy:
    """A draft of a canteen's policy, and the month whose meals it is held against."""

    month: Month
    price_fen: Fen
    tiers: tuple[Tier, ...]
    residual: Payer = EATER
    age_rule: AgeRule = AgeRule.on_the_birthday
    charge: Charge = Charge.fixed_price


def refusal(
    asked: SimulatePolicy, site: SiteId, community: CommunityId, known: Known
) -> Refused | None:
    """Why nothing can be priced by the draft: what a published version must be in itself."""
    draft = _published(asked, site, community)
    return first_refusal(
        *policy_rules.fits_one_entry(draft),
        *policy_rules.has_length(draft),
        *policy_rules.has_distinct_tiers(draft),
        *policy_rules.has_possible_tiers(draft),
        *policy_rules.shares_fit_the_price(draft),
        *policy_rules.payers_are_known(draft, known),
    )


def _published(asked: SimulatePolicy, site: SiteId, community: CommunityId) -> PolicyPublished:
    """The draft as if it had been published for that month."""
    first = first_day(asked.month)
    return PolicyPublished(
        site,
        community,
        ONE,
        first,
        first_day(next_month(asked.month)),
        asked.price_fen,
        tuple(Weekday),
        tuple(Sitting),
        ONE,
        ONE,
        asked.tiers,
        (),
        asked.residual,
        asked.age_rule,
        asked.charge,
        gap_is_meant=True,
        occurred_on=first,
    )


def version_of(asked: SimulatePolicy, site: SiteId, community: CommunityId) -> PolicyVersion:
    """The draft as a version, its tiers in the order in which they are asked."""
    timeline = policy_records.evolve(Timeline(), _published(asked, site, community))
    return timeline.versions[0]
