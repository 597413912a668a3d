"""Origins: under which name the log is signed, and when it was put back from a backup.

A log that lost entries which were signed is another log: nothing it signs may pass for what follows
on them. It begins anew under another name with another key, by two persons, and says to everybody
which log it comes from and how far that one had been signed. Whoever holds an older receipt or
checkpoint sees from there what is missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain import identity, people
from ledger.domain.community_records import SHANGHAI
from ledger.domain.decisions import Context, Happening, Known, Outcome, Refused, Stream
from ledger.domain.refusals import Code
from ledger.domain.rights_records import ErasureBasis, PersonErased
from ledger.domain.values import CommunityId, Count, LogOrigin, PersonId, Sha256, local_day


class OriginReason(StrEnum):
    """Why the log cannot go on under its name."""

    older_backup = "older_backup"
    key_lost = "key_lost"
    key_stolen = "key_stolen"


@dataclass(frozen=True, slots=True)
class SignedLog:
    """How far a log had been signed: a checkpoint's name, size and root."""

    origin: LogOrigin
    size: Count
    root: Sha256


# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ErasedSince:
    """Somebody who had been erased when the backup was put back, and why; see `PersonErased`."""

    person: PersonId
    basis: ErasureBasis


@dataclass(frozen=True, slots=True)
class NoteRestore:
    """At the machine: the log was put back from a backup, with so many entries.

    Whoever had been erased is so again; those of whom this log knows nothing, or knows it, are not
    named once more.
    """

    size: Count
    erased: tuple[ErasedSince, ...] = ()


@dataclass(frozen=True, slots=True)
class ProposeOrigin:
    """Ask that the log be signed under another name; `before` is what was signed last."""

    origin: LogOrigin
    reason: OriginReason
    before: SignedLog


@dataclass(frozen=True, slots=True)
class ApproveOrigin:
    """Let the log be signed under the name that another person proposed."""

    origin: LogOrigin


OriginCommand: TypeAlias = NoteRestore | ProposeOrigin | ApproveOrigin

# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LogRestored:
    """The log was put back from a backup, which ended with the entry of that number."""

    size: Count
    occurred_on: date


@dataclass(frozen=True, slots=True)
class OriginProposed:
    """Somebody asked that the log be signed under another name."""

    origin: LogOrigin
    reason: OriginReason
    before: SignedLog
    proposed_by: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class OriginBegun:
    """The log is signed under another name from here on, its first entries too."""

    origin: LogOrigin
    reason: OriginReason
    before: SignedLog
    occurred_on: date


OriginEvent: TypeAlias = LogRestored | OriginProposed | OriginBegun

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Origins:
    """What is proposed, and every name there was, the newest last."""

    proposal: OriginProposed | None = None
    begun: tuple[OriginBegun, ...] = ()

    @property
    def used(self) -> frozenset[LogOrigin]:
        """The names that are taken, for ever."""
        return frozenset(name for one in self.begun for name in (one.origin, one.before.origin))


STREAM: Final = Stream[Origins]("origins")

# -- deciding ----------------------------------------------------------------------------------


def place(command: OriginCommand, known: Known) -> CommunityId | None:
    """The whole town."""
    return None


def needs(command: OriginCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """What was proposed and begun before, who asks, and whoever is erased again."""
    yield STREAM
    if isinstance(command, NoteRestore):
        yield from (people.stream(each.person) for each in command.erased)
    if isinstance(command, ApproveOrigin):
        yield from identity.streams_of(context.actor, known)


def decide(command: OriginCommand, known: Known, context: Context) -> Outcome:
    """Note a restore; propose a name that was never used; begin it by a second person."""
    today, origins = local_day(context.decided_at, SHANGHAI), known[STREAM]
    match command:
        case NoteRestore():
            return (STREAM, LogRestored(command.size, today)), *_erased(command, known, today)
        case ProposeOrigin():
            event = OriginProposed(
                command.origin, command.reason, command.before, context.actor, today
            )
            return _unless_new(command, origins) or ((STREAM, event),)
        case ApproveOrigin():
            return _approve(command, known, context, today)
        case _:
            assert_never(command)


def _erased(command: NoteRestore, known: Known, today: date) -> Iterable[Happening]:
    for each in command.erased:
        person = known[people.stream(each.person)]
        if person.registered_on is not None and not person.rights.erased:
            yield people.stream(each.person), PersonErased(each.person, each.basis, today)


def _approve(command: ApproveOrigin, known: Known, context: Context, today: date) -> Outcome:
    proposal = known[STREAM].proposal
    if proposal is None or proposal.origin != command.origin:
        return Refused(Code.origin_must_be_proposed_first, origin=command.origin)
    if identity.are_same(proposal.proposed_by, context.actor, known):
        return Refused(Code.origin_must_be_approved_by_another_person)
    begun = OriginBegun(proposal.origin, proposal.reason, proposal.before, today)
    return ((STREAM, begun),)


def _unless_new(command: ProposeOrigin, origins: Origins) -> Refused | None:
    if command.origin in origins.used | {command.before.origin}:
        return Refused(Code.origin_must_be_new, origin=command.origin)
    return None


# -- evolving ----------------------------------------------------------------------------------


def evolve(origins: Origins, event: OriginEvent) -> Origins:
    """A later proposal takes the place of one before, and what is begun uses it up."""
    match event:
        case LogRestored():
            return origins
        case OriginProposed():
            return replace(origins, proposal=event)
        case OriginBegun():
            return Origins(begun=(*origins.begun, event))
        case _:
            assert_never(event)
