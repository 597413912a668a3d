"""Administrators: how one comes to be where nobody could grant it; at the machine alone.

The first is appointed once for ever. When none can act any more, the machine breaks the glass: it
appoints one for a week, with a reason that everybody may read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, TypeAlias, assert_never

from ledger.domain import people
from ledger.domain.authority import Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.grant_records import (
    TOWN,
    AdministratorAppointed,
    Appointment,
    BreakGlassReason,
    RoleGranted,
    stream,
)
from ledger.domain.grants import unless_grants_only
from ledger.domain.refusals import Code
from ledger.domain.standing import unless_alive
from ledger.domain.values import CommunityId, PersonId, local_day

BREAK_GLASS_DAYS: Final = 7
"""How long an administrator lasts who was appointed because no other could act."""

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AppointFirst:
    """At the machine, once for ever: the administrator who grants everything else."""

    person: PersonId


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """At the machine: an administrator for a week, because no other can act; shown to everybody."""

    person: PersonId
    reason: BreakGlassReason


AdministratorCommand: TypeAlias = AppointFirst | BreakGlass

# -- deciding ----------------------------------------------------------------------------------


def place(command: AdministratorCommand, known: Known) -> CommunityId | None:
    """The whole town."""
    return None


def needs(command: AdministratorCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The person and what she holds, and the town's administrators."""
    return stream(command.person), people.stream(command.person), TOWN


def decide(command: AdministratorCommand, known: Known, context: Context) -> Outcome:
    """The first once, and afterwards only by breaking the glass."""
    today, begun = local_day(context.decided_at, SHANGHAI), known[TOWN].begun
    refusal = first_refusal(
        unless_alive(command.person, known),
        unless_grants_only(command.person, Role.administrator, known, today),
    )
    match command:
        case AppointFirst() if begun:
            return Refused(Code.first_administrator_must_be_appointed_once)
        case AppointFirst():
            return refusal or _appointed(command.person, Appointment.first, None, None, today)
        case BreakGlass() if not begun:
            return Refused(Code.first_administrator_must_be_appointed_first)
        case BreakGlass() if command.person in known[TOWN].lasting:
            return Refused(Code.role_must_not_be_held_already, roles=Role.administrator)
        case BreakGlass():
            until, how = today + timedelta(days=BREAK_GLASS_DAYS), Appointment.break_glass
            return refusal or _appointed(command.person, how, until, command.reason, today)
        case _:
            assert_never(command)


def _appointed(
    person: PersonId,
    how: Appointment,
    until: date | None,
    reason: BreakGlassReason | None,
    today: date,
) -> Outcome:
    granted = RoleGranted(person, Role.administrator, None, until, today)
    return (
        (TOWN, AdministratorAppointed(person, how, until, reason, today)),
        (stream(person), granted),
    )
