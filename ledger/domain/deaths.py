"""Deaths: recorded late more often than not, and everything that came after is taken back at once.

The day of death itself still counts. Every meal eaten later loses its subsidy (the copayment stays
with the canteen, what was settled is to come back), and service that goes on into a later day is
taken back, in the same decision as the death.
What others received in good faith, credit above all, and where she was said to have come, stands:
the exceptions tell of it (decision 35).
When the day of death turns out to be another one, or the person to be alive, the meals and the
service that were reversed for it stand again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain import (
    communities,
    identity,
    meal_reversals,
    meals,
    people,
    recovery_raising,
    service,
    service_reversals,
)
from ledger.domain.community_records import Community
from ledger.domain.decisions import (
    Context,
    Happening,
    Known,
    Outcome,
    Refused,
    Stream,
    first_refusal,
)
from ledger.domain.facts import FactSheet
from ledger.domain.meal_records import (
    Claim,
    MealReinstated,
    MealReversalReason,
    MealReversed,
    ReversalKind,
)
from ledger.domain.person_records import DeathCorrected, DeathRecorded, Person
from ledger.domain.recovery_records import RecoveryLifted, RecoveryRaised, WriteOffReversed
from ledger.domain.refusals import Code
from ledger.domain.service_records import ServiceRefused, ServiceReinstated, ServiceReversed
from ledger.domain.values import CommunityId, Month, PersonId, month_of, months_between

ONE_DAY: Final = timedelta(days=1)

CONSEQUENCES: Final[frozenset[type]] = frozenset(
    {
        MealReversed,
        MealReinstated,
        RecoveryRaised,
        RecoveryLifted,
        WriteOffReversed,
        ServiceReversed,
        ServiceReinstated,
        ServiceRefused,
    }
)
"""What follows from a death by itself: nobody chose it, so the system is its actor."""


@dataclass(frozen=True, slots=True)
class RecordDeath:
    """Record the day on which a person died."""

    person: PersonId
    died_on: date


@dataclass(frozen=True, slots=True)
class CorrectDeath:
    """Correct a recorded day of death; None says that the person is alive."""

    person: PersonId
    died_on: date | None


DeathCommand: TypeAlias = RecordDeath | CorrectDeath


# -- deciding ----------------------------------------------------------------------------------


def place(command: DeathCommand, known: Known) -> CommunityId | None:
    """The community in which the person is registered."""
    return known[people.stream(command.person)].community or None


def needs(command: DeathCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The person, her service, and every month of meals that the change of the day may touch."""
    yield from identity.streams_of(command.person, known)
    for name in identity.ids(command.person, known):
        yield from _needs_of(name, command, known, context)


def _needs_of(
    name: PersonId, command: DeathCommand, known: Known, context: Context
) -> Iterable[Stream[Any]]:
    yield service.stream(name)
    served = known.get(service.stream(name))
    if served is not None:
        for community in service_reversals.communities_of(served):
            yield communities.stream(community)
    person = known.get(people.stream(name))
    if person is None or person.registered_on is None:
        return
    yield communities.stream(person.community)
    for month in _months(name, command, known, context):
        here = meals.stream(name, month)
        yield here
        eaten = known.get(here)
        for claim in () if eaten is None else eaten.claims:
            if _falls(claim, command.died_on) or _rises(claim, command.died_on):
                yield from meal_reversals.needs(claim, known)


def decide(command: DeathCommand, known: Known, context: Context) -> Outcome:
    """The change of the day and all that follows from it, or nothing."""
    person = known[people.stream(command.person)]
    if person.registered_on is None:
        return Refused(Code.person_must_be_known, person=command.person)
    today = known[communities.stream(person.community)].day_of(context)
    refused = first_refusal(
        *_impossible(command.died_on, known.sheet(command.person), today),
        _unless_news(command, person),
    )
    if refused is not None:
        return refused
    names = identity.ids(command.person, known)
    return (
        *[(people.stream(name), _event(name, command, person)) for name in names],
        *_meals(names, command, known, context),
        *[each for name in names for each in _service(name, command, known)],
    )


def _impossible(died_on: date | None, sheet: FactSheet | None, today: date) -> Iterator[Refused]:
    if died_on is None:
        return
    if died_on > today:
        yield Refused(Code.day_must_not_be_in_the_future, day=died_on, today=today)
    if sheet is not None and died_on < sheet.born_on:
        yield Refused(Code.day_must_not_be_before_birth, day=died_on)


def _unless_news(command: DeathCommand, person: Person) -> Refused | None:
    """A death is recorded once; a correction says something else."""
    recorded = person.died_on
    match command:
        case RecordDeath():
            said = recorded is not None
        case CorrectDeath():
            if recorded is None:
                return Refused(Code.death_must_be_recorded_before_it_is_corrected)
            said = recorded == command.died_on
        case _:
            assert_never(command)
    return Refused(Code.death_must_not_be_recorded_twice, died_on=recorded) if said else None


def _event(name: PersonId, command: DeathCommand, person: Person) -> DeathRecorded | DeathCorrected:
    """A correction belongs to the day that it corrects."""
    if isinstance(command, RecordDeath):
        return DeathRecorded(name, command.died_on, command.died_on)
    return DeathCorrected(name, command.died_on, person.died_on or date.max)


# -- what follows ------------------------------------------------------------------------------


def _months(
    name: PersonId, command: DeathCommand, known: Known, context: Context
) -> tuple[Month, ...]:
    """From the earliest day of death named, though not before the registration, until today.

    One day more than today in UTC is at least today everywhere.
    """
    died_on = known[people.stream(name)].died_on
    named = [day for day in (command.died_on, died_on) if day is not None]
    first = max(min(named, default=date.max), identity.registered_on(name, known) or date.min)
    return months_between(month_of(first), month_of((context.decided_at + ONE_DAY).date()))


def _meals(
    names: tuple[PersonId, ...], command: DeathCommand, known: Known, context: Context
) -> Iterator[Happening]:
    """Meals that fall and meals that rise, and the money that is to come back for them or not."""
    kind, reason = ReversalKind.subsidy_withdrawn, MealReversalReason.death_recorded_later
    fallen: list[tuple[Claim, MealReversed]] = []
    risen: list[tuple[Claim, MealReinstated]] = []
    for name, month in _eaten(names, command, known, context):
        here = meals.stream(name, month)
        for claim in known[here].claims:
            if _falls(claim, command.died_on):
                event = meal_reversals.reversal(name, claim, kind, reason, known)
                fallen.append((claim, event))
                yield here, event
            elif _rises(claim, command.died_on):
                again = meal_reversals.reinstatement(name, claim, kind, known)
                risen.append((claim, again))
                yield here, again
    yield from recovery_raising.raise_for(fallen, known, context)
    yield from recovery_raising.lift_for(risen, known, context)
    yield from recovery_raising.reverse_write_offs(risen, known, context)


def _eaten(
    names: tuple[PersonId, ...], command: DeathCommand, known: Known, context: Context
) -> Iterator[tuple[PersonId, Month]]:
    """The months of meals under each of her ids that the change of the day may touch."""
    for name in names:
        for month in _months(name, command, known, context):
            yield name, month


def _falls(claim: Claim, died_on: date | None) -> bool:
    return died_on is not None and claim.reversal is None and claim.served_on > died_on


def _rises(claim: Claim, died_on: date | None) -> bool:
    return (
        claim.reversal is not None
        and claim.reversal.reason is MealReversalReason.death_recorded_later
        and (died_on is None or claim.served_on <= died_on)
    )


def _service(name: PersonId, command: DeathCommand, known: Known) -> Iterator[Happening]:
    here, person = service.stream(name), known[people.stream(name)]
    about = (name, identity.service_of(name, known))

    def named(community: CommunityId) -> Community:
        return known[communities.stream(community)]

    if command.died_on is not None:
        for ended in service_reversals.after_death(*about, command.died_on, named):
            yield here, ended
    if person.died_on is not None:
        days = (person.died_on, command.died_on)
        for again in service_reversals.after_correction(*about, *days, named):
            yield here, again
