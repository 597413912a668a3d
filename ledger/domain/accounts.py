"""Accounts: whether a person is let in at all; every person has one, without a command.

Whoever disables it shuts it at once, and whoever was signed in is so no more. To open it again is
for another person than herself. Slips are in `slips`, cards in `cards`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias, assert_never

from ledger.domain import people
from ledger.domain.account_records import (
    Account,
    AccountDisabled,
    AccountEnabled,
    DisableReason,
    EnableReason,
    stream,
)
from ledger.domain.community_records import SHANGHAI
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.refusals import Code
from ledger.domain.standing import unless_alive
from ledger.domain.values import CommunityId, PersonId, local_day

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DisableAccount:
    """Let nobody in by the account of a person, and end all its sessions."""

    person: PersonId
    reason: DisableReason


@dataclass(frozen=True, slots=True)
class EnableAccount:
    """Let a person in again whose account was disabled."""

    person: PersonId
    reason: EnableReason


AccountCommand: TypeAlias = DisableAccount | EnableAccount

# -- rules of every command about an account -----------------------------------------------------


def place_of(person: PersonId, known: Known) -> CommunityId | None:
    """Where the person is registered; None for whoever is not."""
    return known[people.stream(person)].community or None


def today(context: Context) -> date:
    """The town's day: an account is of no community."""
    return local_day(context.decided_at, SHANGHAI)


def unless_open(person: PersonId, known: Known) -> Iterable[Refused | None]:
    """Only the living are let in, and nobody whose account is disabled."""
    yield unless_alive(person, known)
    if known[stream(person)].disabled:
        yield Refused(Code.account_must_not_be_disabled, person=person)


def unless_another(person: PersonId, context: Context, code: Code) -> Refused | None:
    """Nobody does this for herself."""
    return Refused(code) if context.actor == person else None


# -- deciding ----------------------------------------------------------------------------------


def place(command: AccountCommand, known: Known) -> CommunityId | None:
    """The community in which the person is registered."""
    return place_of(command.person, known)


def needs(command: AccountCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The person and her account."""
    return people.stream(command.person), stream(command.person)


def decide(command: AccountCommand, known: Known, context: Context) -> Outcome:
    """Disable what is not disabled yet, and enable what is."""
    if known[people.stream(command.person)].registered_on is None:
        return Refused(Code.person_must_be_known, person=command.person)
    here, account = stream(command.person), known[stream(command.person)]
    match command:
        case DisableAccount():
            disabled = AccountDisabled(command.person, command.reason, today(context))
            return _unless_disabled(command, account) or ((here, disabled),)
        case EnableAccount():
            enabled = AccountEnabled(command.person, command.reason, today(context))
            return _unless_enabled(command, account, context) or ((here, enabled),)
        case _:
            assert_never(command)


def _unless_disabled(command: DisableAccount, account: Account) -> Refused | None:
    if account.disabled:
        return Refused(Code.account_must_not_be_disabled, person=command.person)
    return None


def _unless_enabled(command: EnableAccount, account: Account, context: Context) -> Refused | None:
    return first_refusal(
        unless_another(command.person, context, Code.account_must_be_enabled_by_another_person),
        None if account.disabled else Refused(Code.account_must_be_disabled, person=command.person),
    )
