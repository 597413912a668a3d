"""Cards: whoever has no telephone gets a printed card with a QR code, and a PIN.

It lets her look at her own hours and no more. A person has one card at a time: a lost one, or one
whose PIN was wrong too often, is revoked before the next is issued.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias, assert_never

from ledger.domain import people
from ledger.domain.account_records import CardEnd, CardIssued, CardRevoked, stream
from ledger.domain.accounts import place_of, today, unless_another, unless_open
from ledger.domain.decisions import Context, Known, Outcome, Refused, Stream, first_refusal
from ledger.domain.refusals import Code
from ledger.domain.values import CardId, CommunityId, PersonId

# -- commands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IssueCard:
    """Let a card be printed for a person, under a random id."""

    person: PersonId
    card: CardId


@dataclass(frozen=True, slots=True)
class RevokeCard:
    """Make the card of a person worthless."""

    person: PersonId
    card: CardId
    reason: CardEnd


CardCommand: TypeAlias = IssueCard | RevokeCard

# -- deciding ----------------------------------------------------------------------------------


def place(command: CardCommand, known: Known) -> CommunityId | None:
    """The community in which the person is registered."""
    return place_of(command.person, known)


def needs(command: CardCommand, known: Known, context: Context) -> Iterable[Stream[Any]]:
    """The person and her account."""
    return people.stream(command.person), stream(command.person)


def decide(command: CardCommand, known: Known, context: Context) -> Outcome:
    """Issue one where none is good, and revoke the one that is."""
    if known[people.stream(command.person)].registered_on is None:
        return Refused(Code.person_must_be_known, person=command.person)
    here, account = stream(command.person), known[stream(command.person)]
    match command:
        case IssueCard():
            issued = CardIssued(command.person, command.card, today(context))
            return _unless_issuable(command, known, context) or ((here, issued),)
        case RevokeCard():
            if command.card not in account.cards:
                return Refused(Code.card_must_be_known, card=command.card)
            if command.card != account.card:
                return Refused(Code.card_must_not_be_revoked_twice, card=command.card)
            revoked = CardRevoked(command.person, command.card, command.reason, today(context))
            return ((here, revoked),)
        case _:
            assert_never(command)


def _unless_issuable(command: IssueCard, known: Known, context: Context) -> Refused | None:
    account = known[stream(command.person)]
    return first_refusal(
        *unless_open(command.person, known),
        unless_another(command.person, context, Code.card_must_be_issued_by_another_person),
        Refused(Code.card_must_be_new, card=command.card)
        if command.card in account.cards
        else None,
        Refused(Code.card_must_be_revoked_first, card=account.card) if account.card else None,
    )
