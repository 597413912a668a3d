"""What a new version of a policy must satisfy: in itself, by its payers, and among the others.

Each rule reads the version as it would be published, and yields what it objects to.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final, TypeAlias

from ledger.domain import allowances, canteens, communities, funds, resolutions
from ledger.domain.decisions import Known, Refused, Stream
from ledger.domain.fund_records import UNRESTRICTED
from ledger.domain.policy_records import PolicyPublished, Timeline
from ledger.domain.pricing import share_fen
from ledger.domain.refusals import Code
from ledger.domain.settlement_records import PURPOSE
from ledger.domain.tiers import Charge, Payer, PayerKind, PayerResolution, ShareLine, Tier
from ledger.domain.values import (
    YEAR_FIRST,
    YEAR_LAST,
    CommunityId,
    CooperativeId,
    Fen,
    FundId,
    Month,
    RuleCode,
    SiteId,
    community_of,
    month_of,
    months_between,
)

PARTS_MOST: Final = 100
"""Tiers, lines, classes and resolutions of one version: far more than any policy, and one entry."""

RESIDUAL: Final = RuleCode("RESIDUAL")
"""Stands for the tier's code in a sentence about the payer who takes the rest."""

NAMELESS: Final = (PayerKind.eater, PayerKind.cooperative_of_the_eater)

Objections: TypeAlias = Iterator[Refused]


# -- in itself ---------------------------------------------------------------------------------


def fits_one_entry(draft: PolicyPublished) -> Objections:
    """An entry of the log has a size, so a version has a number of parts."""
    parts = len(draft.tiers) + len(draft.resolutions)
    parts += sum(len(tier.shares) + len(tier.when.hardships) for tier in draft.tiers)
    if parts > PARTS_MOST:
        yield Refused(Code.policy_must_fit_one_entry, parts=parts, parts_most=PARTS_MOST)


def has_days_and_sittings(draft: PolicyPublished) -> Objections:
    """A version that never serves is a slip of the pen; so is a day named twice."""
    if not draft.weekdays or not draft.sittings:
        yield Refused(Code.policy_must_serve_at_some_time, site=draft.site)
    for named in (draft.weekdays, draft.sittings):
        for day, times in Counter(each.name for each in named).items():
            if times > 1:
                yield Refused(Code.day_must_be_named_once, day=day)


def has_length(draft: PolicyPublished) -> Objections:
    """It is valid on at least one day, at a price."""
    if draft.valid_until is not None and draft.valid_until <= draft.valid_from:
        yield Refused(
            Code.spell_must_end_after_it_begins, since=draft.valid_from, until=draft.valid_until
        )
    if draft.price_fen == 0:
        yield Refused(Code.amount_must_be_positive, amount_fen=0)


def has_plausible_years(draft: PolicyPublished) -> Objections:
    """Months of claims are closed in order from its first day on, and nobody can close so many."""
    for day in (draft.valid_from, draft.valid_until):
        if day is not None and not YEAR_FIRST <= day.year <= YEAR_LAST:
            yield Refused(
                Code.year_must_be_plausible,
                year=day.year,
                year_first=YEAR_FIRST,
                year_last=YEAR_LAST,
            )


def has_distinct_tiers(draft: PolicyPublished) -> Objections:
    """Without this the first tier that matches would not be one."""
    for named in (
        [tier.code for tier in draft.tiers],
        [tier.order for tier in draft.tiers],
    ):
        for value, times in Counter[object](named).items():
            if times > 1:
                yield Refused(Code.tiers_must_have_distinct_codes_and_orders, value=value)


def has_possible_tiers(draft: PolicyPublished) -> Objections:
    """Each tier can match somebody, and each line says one thing."""
    for tier in draft.tiers:
        least, most = tier.when.age_least, tier.when.age_most
        if least is not None and most is not None and least > most:
            yield Refused(
                Code.ages_must_be_in_order, rule=tier.code, age_least=least, age_most=most
            )
        for line in tier.shares:
            if not _says_one_thing(line):
                yield Refused(
                    Code.share_must_be_an_amount_or_a_percentage,
                    rule=tier.code,
                    payer=line.payer.path,
                )


def _says_one_thing(line: ShareLine) -> bool:
    if line.fixed_fen is None:
        return line.basis_points is not None
    return line.basis_points is None and not line.of_the_rest


def shares_fit_the_price(draft: PolicyPublished) -> Objections:
    """A fixed price is split before anybody eats; an amount charged later cuts the shares."""
    if draft.charge is Charge.fixed_price:
        for tier in draft.tiers:
            asked = _asked_fen(tier, draft.price_fen)
            if asked > draft.price_fen:
                yield Refused(
                    Code.shares_must_not_exceed_the_price,
                    rule=tier.code,
                    shares_fen=asked,
                    price_fen=draft.price_fen,
                )


def _asked_fen(tier: Tier, price_fen: Fen) -> Fen:
    asked = 0
    for line in tier.shares:
        asked += share_fen(line, price_fen, Fen(max(0, price_fen - asked)))
    return Fen(asked)


# -- by its payers -----------------------------------------------------------------------------


def payers(tiers: Iterable[Tier], residual: Payer) -> Iterator[tuple[RuleCode, Payer]]:
    """Everybody who is asked for money besides the eater, with the tier that asks."""
    for tier in tiers:
        for line in tier.shares:
            if line.payer.kind is not PayerKind.eater:
                yield tier.code, line.payer
    if residual.kind is not PayerKind.eater:
        yield RESIDUAL, residual


def streams_of(payer: Payer) -> Iterator[Stream[Any]]:
    """What must be read to tell whether the payer exists."""
    if payer.name is None:
        return
    if payer.kind is PayerKind.fund:
        yield funds.stream(FundId(payer.name))
    elif payer.kind is PayerKind.cooperative:
        yield communities.stream(community_of(CooperativeId(payer.name)))


def funds_may_pay_for_meals(draft: PolicyPublished, known: Known) -> Objections:
    """Money that was given for something else bears no share."""
    for _, payer in payers(draft.tiers, draft.residual):
        if payer.kind is PayerKind.fund and payer.name is not None:
            restriction = known[funds.stream(FundId(payer.name))].restriction
            if restriction not in (UNRESTRICTED, PURPOSE):
                yield Refused(
                    Code.purpose_must_match_the_restriction,
                    purpose=PURPOSE,
                    restriction=restriction,
                )


def payers_are_known(draft: PolicyPublished, known: Known) -> Objections:
    """A fund of this community, a registered cooperative; others are known by their name."""
    for rule, payer in payers(draft.tiers, draft.residual):
        if not _is_known(payer, draft.community, known):
            yield Refused(Code.payer_must_be_known, payer=payer.path, rule=rule)


def _is_known(payer: Payer, community: CommunityId, known: Known) -> bool:
    if payer.name is None or payer.kind in NAMELESS:
        return payer.name is None and payer.kind in NAMELESS
    match payer.kind:
        case PayerKind.fund:
            return known[funds.stream(FundId(payer.name))].community == community
        case PayerKind.cooperative:
            cooperative = CooperativeId(payer.name)
            home = known[communities.stream(community_of(cooperative))]
            return cooperative in home.cooperatives
        case _:
            return "/" not in payer.name


def payers_have_agreed(draft: PolicyPublished) -> Objections:
    """One resolution for each payer."""
    agreed = Counter(each.payer for each in draft.resolutions)
    for payer, times in agreed.items():
        if times > 1:
            yield Refused(Code.payer_must_have_one_resolution_only, payer=payer.path)
    for _, payer in payers(draft.tiers, draft.residual):
        if payer not in agreed:
            yield Refused(Code.payer_must_have_a_resolution, payer=payer.path)


def resolutions_allow_it(draft: PolicyPublished, known: Known) -> Objections:
    """What a version cites was decided by the payer's own community, and still holds."""
    for each in draft.resolutions:
        resolution = known[resolutions.stream(each.resolution)]
        refused = allowances.subsidy_refusal(
            each.resolution, resolution, each.payer, draft.site, draft.community
        )
        if refused is not None:
            yield refused


def start_is_allowed(draft: PolicyPublished) -> Objections:
    """From the day that the resolution of everybody who pays says; from today on, if none does."""
    paying = {payer for _, payer in payers(draft.tiers, draft.residual)}
    for each in draft.resolutions:
        if each.payer in paying and draft.valid_from < (
            each.allows_start_from or draft.occurred_on
        ):
            yield _starts_too_early(draft, each)


def opens_no_month_before_closed_claims(draft: PolicyPublished, known: Known) -> Objections:
    """Months of claims are closed and carried in one run; nothing can settle before it any more."""
    months = _months_since(draft.valid_from, draft.occurred_on)
    closed = [known[canteens.stream(draft.site, month)].closed for month in months]
    opened = closed.index(False) if False in closed else len(closed)
    if True in closed[opened:]:
        yield Refused(
            Code.version_must_not_open_a_month_before_closed_claims,
            month=months[opened],
            closed=months[closed.index(True, opened)],
        )


def months_of_claims(site: SiteId, valid_from: date, today: date) -> Iterator[Stream[Any]]:
    """The settlement months of the canteen that an earlier start would reach."""
    yield from (canteens.stream(site, month) for month in _months_since(valid_from, today))


def _months_since(day: date, today: date) -> tuple[Month, ...]:
    """None for a year that is refused anyway."""
    return months_between(month_of(day), month_of(today)) if day.year >= YEAR_FIRST else ()


def _starts_too_early(draft: PolicyPublished, agreed: PayerResolution) -> Refused:
    if draft.valid_from < draft.occurred_on:
        return Refused(
            Code.start_must_not_be_retroactive,
            valid_from=draft.valid_from,
            today=draft.occurred_on,
            resolution=agreed.resolution,
        )
    return Refused(
        Code.start_must_be_agreed_to,
        valid_from=draft.valid_from,
        resolution=agreed.resolution,
        payer=agreed.payer.path,
        starts_from=agreed.allows_start_from,
    )


# -- among the others --------------------------------------------------------------------------


def does_not_overlap(draft: PolicyPublished, timeline: Timeline) -> Objections:
    """Of two versions for one day nobody could say which one counts."""
    for version in timeline.in_force:
        begins = max(version.valid_from, draft.valid_from)
        if begins < min(version.valid_until or date.max, draft.valid_until or date.max):
            yield Refused(Code.versions_must_not_overlap, day=begins, version=version.version)


def leaves_no_gap(draft: PolicyPublished, timeline: Timeline) -> Objections:
    """Between the versions so far and this one; a gap among those was meant when it arose."""
    if draft.gap_is_meant or not timeline.in_force:
        return
    first = min(version.valid_from for version in timeline.in_force)
    last = max(version.valid_until or date.max for version in timeline.in_force)
    if draft.valid_from > last:
        yield Refused(Code.gap_must_be_declared, gap_from=last, gap_until=draft.valid_from)
    if draft.valid_until is not None and draft.valid_until < first:
        yield Refused(Code.gap_must_be_declared, gap_from=draft.valid_until, gap_until=first)
