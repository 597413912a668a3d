"""Stars (星级): reached by minutes, granted by the town.

Which minutes reach which star is a rule of the community in which the person is registered, as it
stands on that day. All her credited minutes count, wherever she served, and what she had served
before this ledger. Stars are granted in their order, each once. Service that is reversed later may
bring her below the threshold: that is seen, and the star stays hers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ledger.domain import communities, identity, people, service
from ledger.domain import service_rules as rules
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.refusals import Code
from ledger.domain.service_records import StarGranted
from ledger.domain.service_state import Service
from ledger.domain.values import CommunityId, Count, Minutes, PersonId


@dataclass(frozen=True, slots=True)
class GrantStar:
    """Grant a person the next star, the first one being 1."""

    person: PersonId
    star: Count


def place(command: GrantStar, known: Known) -> CommunityId | None:
    """The community in which the person is registered."""
    return known[people.stream(command.person)].community or None


def needs(command: GrantStar, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The person and who grants, for their relations; her service; her community."""
    yield from service.streams_of(command.person, known, context)
    person = known.get(people.stream(command.person))
    if person is not None and person.registered_on is not None:
        yield communities.stream(person.community)


def decide(command: GrantStar, known: Known, context: Context) -> Outcome:
    """The next star, if her minutes reach it."""
    person = known[people.stream(command.person)]
    if person.registered_on is None:
        return Refused(Code.person_must_be_known, person=command.person)
    community = known[communities.stream(person.community)]
    today = community.day_of(context)
    thresholds = community.rules_on(today).star_thresholds
    served = identity.service_of(command.person, known)
    refusal = _unless_there_is_one(command.star, thresholds) or first_refusal(
        *rules.unless_impartial(command.person, known, context),
        _unless_next(command.star, served),
        _unless_reached(command.star, thresholds, served),
    )
    if refusal:
        return refusal
    threshold, minutes = thresholds[command.star - 1], served.credited_minutes()
    event = StarGranted(
        command.person,
        person.community,
        command.star,
        threshold,
        minutes,
        today,
        (context.actor,),
    )
    return ((service.stream(command.person), event),)


def _unless_there_is_one(star: Count, thresholds: tuple[Minutes, ...]) -> Refused | None:
    if 1 <= star <= len(thresholds):
        return None
    return Refused(Code.star_must_exist, star=star, stars=len(thresholds))


def _unless_next(star: Count, served: Service) -> Refused | None:
    next_star = served.stars_reached() + 1
    if star == next_star:
        return None
    if star < next_star:
        return Refused(Code.star_must_not_be_granted_twice, star=star)
    return Refused(Code.stars_must_be_granted_in_order, star=star, next_star=next_star)


def _unless_reached(
    star: Count, thresholds: tuple[Minutes, ...], served: Service
) -> Refused | None:
    threshold, minutes = thresholds[star - 1], served.credited_minutes()
    if minutes >= threshold:
        return None
    return Refused(
        Code.star_must_be_reached, star=star, service_minutes=minutes, minutes_least=threshold
    )
