"""Policies: what a canteen's meals cost and who bears how much, version by version.

On a day exactly one version is valid, or none where a gap is meant. A version names one resolution
for each payer, which is on record, not revoked, and lets that payer pay for that canteen. It starts
today or later, unless every payer's resolution allows the earlier start.
A version is never changed: it is withdrawn from a coming day on, and another one follows it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias, assert_never

from ledger.domain import communities, policy_rules, resolutions, sites
from ledger.domain.ages import AgeRule
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.policy_records import PolicyPublished, PolicyWithdrawn, Timeline, stream
from ledger.domain.refusals import Code
from ledger.domain.sites import SiteKind, Weekday
from ledger.domain.tiers import (
    EATER,
    Charge,
    CitedResolution,
    Payer,
    PayerResolution,
    PolicyVersion,
    Sitting,
    Tier,
)
from ledger.domain.values import CommunityId, Count, Fen, SiteId

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PublishPolicy:
    """Publish the next version of a canteen's policy.

    It is valid from its first day until before `valid_until`, open-ended without one. A meal may
    be recorded `claim_days` later. What the tier's lines leave of the price falls to `residual`.
    """

    site: SiteId
    valid_from: date
    valid_until: date | None
    price_fen: Fen
    weekdays: tuple[Weekday, ...]
    sittings: tuple[Sitting, ...]
    subsidised_meals_per_day: Count
    claim_days: Count
    tiers: tuple[Tier, ...]
    resolutions: tuple[CitedResolution, ...]
    residual: Payer = EATER
    age_rule: AgeRule = AgeRule.on_the_birthday
    charge: Charge = Charge.fixed_price
    gap_is_meant: bool = False


@dataclass(frozen=True, slots=True)
class WithdrawPolicy:
    """End a version before its time, from a coming day on.

    Until another version is published the days it leaves open have none: that gap is meant.
    """

    site: SiteId
    version: Count
    valid_until: date


PolicyCommand: TypeAlias = PublishPolicy | WithdrawPolicy


# -- deciding ----------------------------------------------------------------------------------


def place(command: PolicyCommand, known: Known) -> CommunityId | None:
    """The canteen's community; None for a site nobody registered."""
    return known[sites.stream(command.site)].community


def needs(command: PolicyCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The canteen, its community, its policy so far, and whoever is asked to pay, by which word."""
    yield sites.stream(command.site)
    yield stream(command.site)
    site = known.get(sites.stream(command.site))
    community = None
    if site is not None and site.community is not None:
        yield communities.stream(site.community)
        community = known.get(communities.stream(site.community))
    if isinstance(command, PublishPolicy):
        if community is not None:
            today = community.day_of(context)
            yield from policy_rules.months_of_claims(command.site, command.valid_from, today)
        for _, payer in policy_rules.payers(command.tiers, command.residual):
            yield from policy_rules.streams_of(payer)
        yield from (resolutions.stream(each.resolution) for each in command.resolutions)


def decide(command: PolicyCommand, known: Known, context: Context) -> Outcome:
    """A policy belongs to a registered canteen."""
    site = known[sites.stream(command.site)]
    if site.community is None:
        return Refused(Code.site_must_be_known, site=command.site)
    today = known[communities.stream(site.community)].day_of(context)
    match command:
        case PublishPolicy():
            return _publish(command, site.community, known, today)
        case WithdrawPolicy():
            return _withdraw(command, site.community, known, today)
        case _:
            assert_never(command)


def _publish(command: PublishPolicy, community: CommunityId, known: Known, today: date) -> Outcome:
    timeline = known[stream(command.site)]
    cited = tuple(_resolutions(command, known))
    draft = _drafted(command, community, timeline, cited, today)
    refused = first_refusal(
        _unless_canteen(command, known),
        *policy_rules.fits_one_entry(draft),
        *policy_rules.has_days_and_sittings(draft),
        *policy_rules.has_length(draft),
        *policy_rules.has_plausible_years(draft),
        *policy_rules.has_distinct_tiers(draft),
        *policy_rules.has_possible_tiers(draft),
        *policy_rules.shares_fit_the_price(draft),
        *policy_rules.payers_are_known(draft, known),
        *policy_rules.funds_may_pay_for_meals(draft, known),
        *policy_rules.payers_have_agreed(draft),
        *policy_rules.resolutions_allow_it(draft, known),
        *policy_rules.start_is_allowed(draft),
        *policy_rules.opens_no_month_before_closed_claims(draft, known),
        *policy_rules.does_not_overlap(draft, timeline),
        *policy_rules.leaves_no_gap(draft, timeline),
    )
    return refused or ((stream(command.site), draft),)


def _unless_canteen(command: PublishPolicy, known: Known) -> Refused | None:
    if known[sites.stream(command.site)].kind is SiteKind.canteen:
        return None
    return Refused(Code.site_must_be_a_canteen, site=command.site)


def _resolutions(command: PublishPolicy, known: Known) -> Iterator[PayerResolution]:
    """Each payer's resolution, with the earliest day that it says itself."""
    for cited in command.resolutions:
        agreed = known[resolutions.stream(cited.resolution)].subsidy(command.site, cited.payer)
        starts_from = None if agreed is None else agreed.starts_from
        yield PayerResolution(cited.payer, cited.resolution, starts_from)


def _drafted(
    command: PublishPolicy,
    community: CommunityId,
    timeline: Timeline,
    cited: tuple[PayerResolution, ...],
    today: date,
) -> PolicyPublished:
    return PolicyPublished(
        command.site,
        community,
        Count(len(timeline.versions) + 1),
        command.valid_from,
        command.valid_until,
        command.price_fen,
        command.weekdays,
        command.sittings,
        command.subsidised_meals_per_day,
        command.claim_days,
        command.tiers,
        cited,
        command.residual,
        command.age_rule,
        command.charge,
        command.gap_is_meant,
        today,
    )


def _withdraw(
    command: WithdrawPolicy, community: CommunityId, known: Known, today: date
) -> Outcome:
    versions = known[stream(command.site)].versions
    if not 1 <= command.version <= len(versions):
        return Refused(Code.policy_must_be_known, site=command.site, version=command.version)
    version = versions[command.version - 1]
    refused = first_refusal(_unless_ahead(command, today), _unless_earlier(command, version))
    event = PolicyWithdrawn(command.site, community, command.version, command.valid_until, today)
    return refused or ((stream(command.site), event),)


def _unless_ahead(command: WithdrawPolicy, today: date) -> Refused | None:
    """Meals of today and before were priced by the version, so it stays valid on these days."""
    if command.valid_until > today:
        return None
    return Refused(Code.withdrawal_must_lie_ahead, valid_until=command.valid_until, today=today)


def _unless_earlier(command: WithdrawPolicy, version: PolicyVersion) -> Refused | None:
    if version.valid_until is None or command.valid_until < version.valid_until:
        return None
    return Refused(
        Code.withdrawal_must_end_the_version_earlier,
        version=command.version,
        valid_until=version.valid_until,
    )
