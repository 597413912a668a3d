"""What is remembered of a canteen's policy: every version with its days, as published."""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TypeAlias, assert_never

from ledger.domain.ages import AgeRule
from ledger.domain.decisions import Stream
from ledger.domain.sites import Weekday
from ledger.domain.tiers import Charge, Payer, PayerResolution, PolicyVersion, Sitting, Tier
from ledger.domain.values import CommunityId, Count, Fen, SiteId

# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PolicyPublished:
    """A version was published, with everything it says."""

    site: SiteId
    community: CommunityId
    version: Count
    valid_from: date
    valid_until: date | None
    price_fen: Fen
    weekdays: tuple[Weekday, ...]
    sittings: tuple[Sitting, ...]
    subsidised_meals_per_day: Count
    claim_days: Count
    tiers: tuple[Tier, ...]
    resolutions: tuple[PayerResolution, ...]
    residual: Payer
    age_rule: AgeRule
    charge: Charge
    gap_is_meant: bool
    occurred_on: date


@dataclass(frozen=True, slots=True)
class PolicyWithdrawn:
    """From `valid_until` on the version is not valid any more."""

    site: SiteId
    community: CommunityId
    version: Count
    valid_until: date
    occurred_on: date


PolicyEvent: TypeAlias = PolicyPublished | PolicyWithdrawn

# -- state -------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def stream(site: SiteId) -> Stream["Timeline"]:
    """The stream of a canteen's policy."""
    return Stream(f"policy-{site}")


@dataclass(frozen=True, slots=True)
class Timeline:
    """The versions of one canteen's policy; the number of a version is its place, from 1."""

    versions: tuple[PolicyVersion, ...] = ()

    def version_on(self, day: date) -> PolicyVersion | None:
        """The version valid on that day; there is never more than one."""
        for version in reversed(self.versions):
            if version.covers(day):
                return version
        return None

    def begins_before(self, day: date) -> bool:
        """Whether any version is, or was, valid on an earlier day."""
        return any(version.valid_from < day for version in self.in_force)

    @property
    def in_force(self) -> tuple[PolicyVersion, ...]:
        """The versions with at least one day: one withdrawn before its beginning has none."""
        return tuple(version for version in self.versions if version.has_a_day)


def evolve(timeline: Timeline, event: PolicyEvent) -> Timeline:
    """Tiers are put in the order in which they are asked, so that no claim has to sort them."""
    match event:
        case PolicyPublished():
            return Timeline((*timeline.versions, _version(event)))
        case PolicyWithdrawn():
            place = event.version - 1
            ended = replace(timeline.versions[place], valid_until=event.valid_until)
            before, after = timeline.versions[:place], timeline.versions[place + 1 :]
            return Timeline((*before, ended, *after))
        case _:
            assert_never(event)


def _version(event: PolicyPublished) -> PolicyVersion:
    return PolicyVersion(
        event.version,
        event.valid_from,
        event.valid_until,
        event.price_fen,
        frozenset(event.weekdays),
        event.sittings,
        event.subsidised_meals_per_day,
        event.claim_days,
        event.age_rule,
        event.charge,
        event.residual,
        tuple(sorted(event.tiers, key=lambda tier: tier.order)),
    )
