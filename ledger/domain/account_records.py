"""What is remembered of an account: its slips, its card, and whether it is disabled.

The secret of a slip or a card is in no event. It is made when the slip or card is printed, and only
a hash of it is kept (`ledger/access`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias, assert_never

from ledger.domain.decisions import Stream
from ledger.domain.values import CardId, PersonId, SlipId


class SlipPurpose(StrEnum):
    """What a person does with her slip."""

    enrol = "enrol"  # chooses her first password
    reset = "reset"  # chooses another one
    link = "link"  # lets an identity provider vouch for her


class SlipStage(StrEnum):
    """How far a slip has come; that its time is over is told by the clock."""

    issued = "issued"
    countersigned = "countersigned"
    used = "used"
    withdrawn = "withdrawn"


class DisableReason(StrEnum):
    """Why nobody is let in by an account."""

    requested = "requested"
    duty_ended = "duty_ended"
    device_lost = "device_lost"
    misuse_suspected = "misuse_suspected"
    other = "other"


class EnableReason(StrEnum):
    """Why she is let in again."""

    requested = "requested"
    duty_resumed = "duty_resumed"
    found_in_order = "found_in_order"
    disabled_by_mistake = "disabled_by_mistake"
    other = "other"


class CardEnd(StrEnum):
    """Why a card is worth nothing any more."""

    lost = "lost"
    locked = "locked"  # its PIN was wrong too often
    returned = "returned"
    other = "other"


# -- events ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SlipIssued:
    """A one-time slip may be printed for her; `privileged` if she holds an office that day.

    It may be used before `ends_at`.
    """

    person: PersonId
    slip: SlipId
    purpose: SlipPurpose
    privileged: bool
    issued_by: PersonId
    ends_at: datetime
    occurred_on: date


@dataclass(frozen=True, slots=True)
class SlipCountersigned:
    """A second person looked at who is to get the slip."""

    person: PersonId
    slip: SlipId
    countersigned_by: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class SlipWithdrawn:
    """The slip is worth nothing any more."""

    person: PersonId
    slip: SlipId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class SlipUsed:
    """The person came with her slip; it is worth nothing any more."""

    person: PersonId
    slip: SlipId
    purpose: SlipPurpose
    occurred_on: date


@dataclass(frozen=True, slots=True)
class AccountDisabled:
    """Nobody is let in by the account, and whoever was signed in is so no more."""

    person: PersonId
    reason: DisableReason
    occurred_on: date


@dataclass(frozen=True, slots=True)
class AccountEnabled:
    """She is let in again."""

    person: PersonId
    reason: EnableReason
    occurred_on: date


@dataclass(frozen=True, slots=True)
class CardIssued:
    """A card with a QR code may be printed for her."""

    person: PersonId
    card: CardId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class CardRevoked:
    """The card is worth nothing any more."""

    person: PersonId
    card: CardId
    reason: CardEnd
    occurred_on: date


SlipEvent: TypeAlias = SlipIssued | SlipCountersigned | SlipWithdrawn | SlipUsed
AccountEvent: TypeAlias = SlipEvent | AccountDisabled | AccountEnabled | CardIssued | CardRevoked

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slip:
    """What decisions ask of a slip."""

    purpose: SlipPurpose
    privileged: bool
    issued_by: PersonId
    ends_at: datetime
    stage: SlipStage = SlipStage.issued

    def is_open(self, moment: datetime) -> bool:
        """Whether it may be used or be countersigned then."""
        return self.stage in (SlipStage.issued, SlipStage.countersigned) and moment < self.ends_at


@dataclass(frozen=True, slots=True)
class Account:
    """The account of a person: `card` is the one that is good, `cards` are all there were."""

    disabled: bool = False
    slips: Mapping[SlipId, Slip] = field(default_factory=dict)
    card: CardId | None = None
    cards: frozenset[CardId] = frozenset()


@lru_cache(maxsize=4096)
def stream(person: PersonId) -> Stream[Account]:
    """The stream of a person's account."""
    return Stream(f"account-{person}")


# -- evolving ----------------------------------------------------------------------------------


def evolve(account: Account, event: AccountEvent) -> Account:
    """One card at a time; a slip goes from stage to stage."""
    match event:
        case SlipIssued():
            slip = Slip(event.purpose, event.privileged, event.issued_by, event.ends_at)
            return _with(account, event.slip, slip)
        case SlipCountersigned():
            return _at(account, event.slip, SlipStage.countersigned)
        case SlipWithdrawn():
            return _at(account, event.slip, SlipStage.withdrawn)
        case SlipUsed():
            return _at(account, event.slip, SlipStage.used)
        case AccountDisabled():
            return replace(account, disabled=True)
        case AccountEnabled():
            return replace(account, disabled=False)
        case CardIssued():
            return replace(account, card=event.card, cards=account.cards | {event.card})
        case CardRevoked():
            return replace(account, card=None)
        case _:
            assert_never(event)


def _at(account: Account, name: SlipId, stage: SlipStage) -> Account:
    return _with(account, name, replace(account.slips[name], stage=stage))


def _with(account: Account, name: SlipId, slip: Slip) -> Account:
    return replace(account, slips={**account.slips, name: slip})
