"""Handovers: to whom the log itself is handed, so that she may recompute it.

Entries tell the pattern of persons, and the log holds all communities: it goes to an auditor of the
whole town by name, and is recorded before it is handed over. Opened fact sheets go along only where
that is said. Nobody hands it to herself or to a relation.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from ledger.domain import grant_records, identity, people
from ledger.domain.authority import Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.refusals import Code
from ledger.domain.standing import unless_alive
from ledger.domain.values import CommunityId, HandoverId, PersonId, local_day


@dataclass(frozen=True, slots=True)
class HandOverLog:
    """Hand the entries of the log to an auditor, with or without the opened fact sheets."""

    handover: HandoverId
    auditor: PersonId
    sheets: bool = False


@dataclass(frozen=True, slots=True)
class LogHandedOver:
    """The log up to and including this entry goes to the auditor."""

    handover: HandoverId
    auditor: PersonId
    sheets: bool
    occurred_on: date


@dataclass(frozen=True, slots=True)
class Handover:
    """What decisions ask of a handover; `made` is None before it is recorded."""

    made: LogHandedOver | None = None


@lru_cache(maxsize=1024)
def stream(handover: HandoverId) -> Stream[Handover]:
    """The stream of a handover."""
    return Stream(f"handover-{handover}")


# -- deciding ----------------------------------------------------------------------------------


def place(command: HandOverLog, known: Known) -> CommunityId | None:
    """None: it is the whole town's log."""
    return None


def needs(command: HandOverLog, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The handover, the auditor with what she holds, and who hands it over."""
    yield stream(command.handover)
    yield grant_records.stream(command.auditor)
    yield from identity.streams_of(command.auditor, known)
    yield from identity.streams_of(context.actor, known)


def decide(command: HandOverLog, known: Known, context: Context) -> Outcome:
    """Record it once, for another person who audits the whole town today."""
    today = local_day(context.decided_at, SHANGHAI)
    if known[people.stream(command.auditor)].registered_on is None:
        return Refused(Code.person_must_be_known, person=command.auditor)
    refused = first_refusal(
        _unless_new(command.handover, known),
        *_unless_impartial(command.auditor, known, context),
        _unless_auditor(command.auditor, known, today),
    )
    event = LogHandedOver(command.handover, command.auditor, command.sheets, today)
    return refused or ((stream(command.handover), event),)


def _unless_auditor(name: PersonId, known: Known, today: date) -> Refused | None:
    """Alive, and trusted with the audit of all communities, not of some."""
    if dead := unless_alive(name, known):
        return dead
    person, grants = known[people.stream(name)], known[grant_records.stream(name)]
    held = grant_records.authority(name, grants, person, today)
    if held.reach((Role.auditor,)) is not None:
        return Refused(Code.log_must_go_to_an_auditor_of_the_town, auditor=name)
    return None


def _unless_new(handover: HandoverId, known: Known) -> Refused | None:
    if known[stream(handover)].made is None:
        return None
    return Refused(Code.handover_must_be_new, handover=handover)


def _unless_impartial(
    auditor: PersonId, known: Known, context: Context
) -> Iterable[Refused | None]:
    """Whoever audits is not chosen by herself, nor by a relation; either may have said so."""
    if identity.are_same(context.actor, auditor, known):
        yield Refused(Code.log_must_not_be_handed_to_oneself)
    elif identity.are_related(context.actor, auditor, known):
        yield Refused(Code.log_must_not_be_handed_to_a_relation)


# -- evolving ----------------------------------------------------------------------------------


def evolve(handover: Handover, event: LogHandedOver) -> Handover:
    """It is recorded once; what was handed over cannot be taken back."""
    return Handover(event)
