"""Meals: one subsidised meal of one person, its price split between the payers and the eater.

A meal is priced by the policy version and the fact sheet that hold on its day, and never again.
Whoever is alive and registered may eat on a day on which the canteen serves. A subsidised meal is
refused when the person already had as many that day as the canteen's policy allows, wherever she
had them; a meal at full price never is, and may be asked for: then nobody's facts are looked at. A
mistake is reversed: by its author within ten minutes, afterwards by somebody else.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain import (
    canteens,
    communities,
    identity,
    meal_reversals,
    people,
    policy_records,
    recovery_raising,
    sheet_rules,
    sites,
    standing,
)
from ledger.domain.decisions import (
    Context,
    Known,
    Outcome,
    Refused,
    Stream,
)
from ledger.domain.meal_records import (
    MealClaimed,
    MealMonth,
    MealReversalReason,
    ReversalKind,
)
from ledger.domain.pricing import Eater, Split, first_tier, seen_by, split
from ledger.domain.recovery_records import RecoveryRaised
from ledger.domain.refusals import Code
from ledger.domain.sites import Site, SiteKind
from ledger.domain.tiers import Charge, PolicyVersion, Sitting
from ledger.domain.values import CommunityId, Count, Fen, Month, PersonId, SiteId, month_of

CONSEQUENCES: Final[frozenset[type]] = frozenset({RecoveryRaised})
"""Taking back a meal that was settled: its money is to come back, whoever reverses it."""


# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClaimMeal:
    """Record a meal a person was served; the amount only where the policy leaves it open.

    `at_full_price`: she pays all of it and wants no subsidy, as for a second meal of the day.
    """

    person: PersonId
    canteen: SiteId
    served_on: date
    sitting: Sitting = Sitting.lunch
    charged_fen: Fen | None = None
    at_full_price: bool = False


@dataclass(frozen=True, slots=True)
class ReverseMeal:
    """Take a claim back: all of it (`void`), or only the payers' shares (`subsidy_withdrawn`)."""

    person: PersonId
    month: Month
    claim: Count
    kind: ReversalKind
    reason: MealReversalReason


MealCommand: TypeAlias = ClaimMeal | ReverseMeal


@lru_cache(maxsize=16384)
def stream(person: PersonId, month: Month) -> Stream[MealMonth]:
    """The stream of a person's meals of one month, by the day they were eaten."""
    return Stream(f"meals-{person}-{month}")


# -- deciding ----------------------------------------------------------------------------------


def place(command: MealCommand, known: Known) -> CommunityId | None:
    """The community of the canteen; None where there is no such canteen or claim."""
    match command:
        case ClaimMeal():
            return known[sites.stream(command.canteen)].community
        case ReverseMeal():
            claim = known[stream(command.person, command.month)].claim(command.claim)
            return None if claim is None else claim.community
        case _:
            assert_never(command)


def needs(command: MealCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """For a claim: eater, canteen, community, policy, her meals of the month, open settlement."""
    match command:
        case ClaimMeal():
            return _needs_of_claim(command, known)
        case ReverseMeal():
            return _needs_of_reversal(command, known)
        case _:
            assert_never(command)


def _needs_of_claim(command: ClaimMeal, known: Known) -> list[Stream[Any]]:
    month = month_of(command.served_on)
    canteen = sites.stream(command.canteen)
    needed: list[Stream[Any]] = [canteen, policy_records.stream(command.canteen)]
    for each in identity.ids(command.person, known):
        needed += (people.stream(each), stream(each, month))
    needed += canteens.needs_until_open(command.canteen, month, known)
    site = known.get(canteen)
    if site is not None and site.community is not None:
        needed.append(communities.stream(site.community))
    return needed


def _needs_of_reversal(command: ReverseMeal, known: Known) -> Iterator[Stream[Any]]:
    here = stream(command.person, command.month)
    yield here
    month = known.get(here)
    claim = None if month is None else month.claim(command.claim)
    if claim is not None:
        yield from meal_reversals.needs(claim, known)


def decide(command: MealCommand, known: Known, context: Context) -> Outcome:
    """Claim a meal, or reverse one."""
    match command:
        case ClaimMeal():
            return _claim(command, known, context)
        case ReverseMeal():
            return _reverse(command, known, context)
        case _:
            assert_never(command)


# -- claiming ----------------------------------------------------------------------------------


def _claim(command: ClaimMeal, known: Known, context: Context) -> Outcome:
    """The checks stand in the order of the list of refusals, so the first is the answer."""
    site = known[sites.stream(command.canteen)]
    person = known[people.stream(command.person)]
    if site.community is None or person.registered_on is None:
        return _unknown(command, site)
    today = known[communities.stream(site.community)].day_of(context)
    refused = _unless_entitled_to_eat(command, site, today, known)
    if refused is not None:
        return refused
    sheet = None if command.at_full_price else known.sheet(command.person)
    if sheet is None and not command.at_full_price:
        return Refused(Code.person_must_have_facts)
    day = command.served_on
    version = known[policy_records.stream(command.canteen)].version_on(day)
    if version is None:
        return Refused(Code.policy_must_cover_the_day, site=command.canteen, day=day)
    refused = _unless_served(command, site, version, today)
    if refused is not None:
        return refused
    usable = None if sheet is None else sheet_rules.usable(sheet, person.rights)
    eater = None if usable is None else seen_by(site.community, usable, day, version.age_rule)
    return _priced(command, version, eater, known, context)


def _unknown(command: ClaimMeal, site: Site) -> Refused:
    if site.community is None:
        return Refused(Code.site_must_be_known, site=command.canteen)
    return Refused(Code.person_must_be_known, person=command.person)


def _priced(
    command: ClaimMeal, version: PolicyVersion, eater: Eater | None, known: Known, context: Context
) -> Outcome:
    """No eater is looked at where the full price was asked for."""
    month = month_of(command.served_on)
    here = stream(command.person, month)
    meals = known[here]
    tier = first_tier(version, eater) if eater else None
    price_fen = version.price_fen if command.charged_fen is None else command.charged_fen
    borne = split(version, tier, eater, price_fen) if eater else Split((), price_fen)
    home = known[sites.stream(command.canteen)].home
    refused = _unless_at_the_limit(command, version, known) if borne.shares else None
    if refused is not None:
        return refused
    settles_in = canteens.first_open(command.canteen, month, known)
    event = MealClaimed(
        command.person,
        command.canteen,
        home,
        Count(len(meals.claims) + 1),
        command.served_on,
        command.sitting,
        known[people.stream(command.person)].facts_version,
        version.version,
        None if tier is None else tier.code,
        price_fen,
        borne.shares,
        borne.copayment_fen,
        version.subsidised_meals_per_day,
        known[communities.stream(home)].first_open_month(month),
        settles_in,
        None if settles_in == month else month,
        context.actor,
        context.decided_at,
        command.at_full_price,
    )
    return ((here, event),)


def _unless_entitled_to_eat(
    command: ClaimMeal, site: Site, today: date, known: Known
) -> Refused | None:
    day = command.served_on
    if day > today:
        return Refused(Code.day_must_not_be_in_the_future, day=day, today=today)
    if command.charged_fen == 0:
        return Refused(Code.amount_must_be_positive, amount_fen=0)
    if site.kind is not SiteKind.canteen:
        return Refused(Code.site_must_be_a_canteen, site=command.canteen)
    return standing.unless_living_member(command.person, day, known)


def _unless_served(
    command: ClaimMeal, site: Site, version: PolicyVersion, today: date
) -> Refused | None:
    day = command.served_on
    if (today - day).days > version.claim_days:
        until = day + timedelta(days=version.claim_days)
        return Refused(Code.claim_must_not_be_too_late, day=day, until=until)
    if not serves(site, version, day):
        return Refused(Code.canteen_must_serve_on_the_day, site=command.canteen, day=day)
    if command.sitting not in version.sittings:
        return Refused(
            Code.sitting_must_be_served,
            site=command.canteen,
            sitting=command.sitting.value,
            sittings=", ".join(version.sittings),
        )
    if version.charge is Charge.fixed_price and command.charged_fen not in (
        None,
        version.price_fen,
    ):
        return Refused(
            Code.charge_must_be_the_price,
            charged_fen=command.charged_fen,
            price_fen=version.price_fen,
        )
    return None


def serves(site: Site, version: PolicyVersion, day: date) -> bool:
    """A day named as an exception is as it says; else canteen and policy must both serve on it."""
    if day in site.open_days:
        return True
    return site.serves_on(day) is not False and day.weekday() in version.weekdays


def _unless_at_the_limit(
    command: ClaimMeal, version: PolicyVersion, known: Known
) -> Refused | None:
    day, month = command.served_on, month_of(command.served_on)
    eaten = [known[stream(each, month)] for each in identity.ids(command.person, known)]
    had = sum([each.subsidised_on(day) for each in eaten])
    if had < version.subsidised_meals_per_day:
        return None
    return Refused(
        Code.day_must_not_have_two_subsidised_meals,
        day=day,
        meals=had,
        meals_most=version.subsidised_meals_per_day,
    )


# -- reversing ---------------------------------------------------------------------------------


def _reverse(command: ReverseMeal, known: Known, context: Context) -> Outcome:
    claim = known[stream(command.person, command.month)].claim(command.claim)
    if claim is None:
        record = f"{command.month}/{command.claim}"
        return Refused(Code.record_must_be_known, record=record)
    refused = meal_reversals.unless_reversible(claim, command.kind, command.reason, context)
    if refused is not None:
        return refused
    event = meal_reversals.reversal(command.person, claim, command.kind, command.reason, known)
    happened = (stream(command.person, command.month), event)
    return (happened, *recovery_raising.raise_for([(claim, event)], known, context))
