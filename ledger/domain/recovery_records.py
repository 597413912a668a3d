"""What is remembered of a recovery: a subsidy that was settled, and then taken back.

The reversal of the meal has posted it already: the canteen owes the payers that much, and the
settlement in which it falls is smaller by it. A recovery says so, meal by meal settled, in the
stream of that settlement's month, until the money is back, offset or given up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never

from ledger.domain.values import (
    CommunityId,
    Count,
    Fen,
    FundId,
    Month,
    PayerPath,
    PersonId,
    SiteId,
    Slug,
)


class RecoveryEnd(StrEnum):
    """What became of the money."""

    offset = "offset"  # the settlement was smaller by it
    carried = "carried"  # the settlement was too small; it is raised again in the next one
    repaid = "repaid"
    written_off = "written_off"


class RecoveryReversalReason(StrEnum):
    """Why an end of a recovery does not stand."""

    entered_by_mistake = "entered_by_mistake"
    wrong_recovery = "wrong_recovery"
    not_honoured = "not_honoured"  # the bank did not pay it
    other = "other"


@dataclass(frozen=True, slots=True)
class ClaimName:
    """A claim of a person: the month in which it was eaten and its number there."""

    month: Month
    claim: Count


# -- events of the canteen's month -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RecoveryRaised:
    """One payer's shares of a person's meals, settled in `adjusts` and taken back, must come back.

    `month` is the settlement that they make smaller.
    """

    canteen: SiteId
    community: CommunityId
    month: Month
    recovery: Count
    person: PersonId
    payer: PayerPath
    claims: tuple[ClaimName, ...]
    amount_fen: Fen
    adjusts: Month
    occurred_on: date


@dataclass(frozen=True, slots=True)
class RecoveryLifted:
    """Meals stand again, so that much less is to come back."""

    canteen: SiteId
    community: CommunityId
    month: Month
    recovery: Count
    claims: tuple[ClaimName, ...]
    amount_fen: Fen
    occurred_on: date


@dataclass(frozen=True, slots=True)
class RecoverySettled:
    """It is over: offset in the settlement, repaid by the canteen's operator, or given up.

    What was repaid or given up does not make the settlement smaller any more; this event posts it.
    What is carried goes on as another recovery, in the next month.
    """

    canteen: SiteId
    community: CommunityId
    month: Month
    recovery: Count
    end: RecoveryEnd
    payer: PayerPath
    payee: Slug
    amount_fen: Fen
    settled_by: PersonId
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class RecoveryReopened:
    """The money did not come, or is not given up: the recovery is open again, as it was before.

    `occurred_on` is the day of the end that it takes back.
    """

    canteen: SiteId
    community: CommunityId
    month: Month
    recovery: Count
    end: RecoveryEnd
    payer: PayerPath
    payee: Slug
    amount_fen: Fen
    reason: RecoveryReversalReason
    reversed_by: PersonId
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class WriteOffReversed:
    """Meals stand again and are paid anew, so their recovery `adjusts` is given up no more.

    The canteen has that money already: the settlement of `month` is smaller by it.
    """

    canteen: SiteId
    community: CommunityId
    month: Month
    recovery: Count
    person: PersonId
    payer: PayerPath
    claims: tuple[ClaimName, ...]
    amount_fen: Fen
    adjusts: Month
    occurred_on: date
    booked_in: Month


RecoveryEvent: TypeAlias = RecoveryRaised | RecoveryLifted | RecoverySettled | RecoveryReopened

# -- the events of a fund whose money comes back -------------------------------------------------


@dataclass(frozen=True, slots=True)
class RecoveryReceived:
    """Twin of `RecoverySettled`: what was repaid is a lot of the fund, the receipt `receipt`."""

    fund: FundId
    canteen: SiteId
    month: Month
    recovery: Count
    payee: Slug
    amount_fen: Fen
    receipt: Count
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class RecoveryReceiptReversed:
    """Twin of `RecoveryReopened`: what was not repaid is out of the fund again."""

    fund: FundId
    canteen: SiteId
    month: Month
    recovery: Count
    payee: Slug
    amount_fen: Fen
    receipt: Count
    reason: RecoveryReversalReason
    reversed_by: PersonId
    occurred_on: date
    booked_in: Month


# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recovery:
    """What decisions ask of one; it is open until it has an end, or nothing is left of it.

    `open_since` is the day on which it was raised, or that of a reversal that came later than the
    end which it takes back.
    """

    payer: PayerPath
    person: PersonId
    claims: frozenset[ClaimName]
    amount_fen: Fen
    open_since: date
    adjusts: Month
    ended: RecoverySettled | None = None
    reopened: tuple[RecoveryReopened, ...] = ()

    @property
    def end(self) -> RecoveryEnd | None:
        """What became of it; None while nothing has, or what did was taken back."""
        return None if self.ended is None else self.ended.end

    @property
    def open(self) -> bool:
        """Whether money is still to come back."""
        return self.ended is None and self.amount_fen > 0

    @property
    def in_order(self) -> tuple[ClaimName, ...]:
        """The meals that it is about, in the order of their months and numbers."""
        return tuple(sorted(self.claims, key=lambda each: (each.month, each.claim)))

    def is_about_what(self, other: "Recovery") -> bool:
        """Whether it is about a share that the other one is about: itself, or as it was carried."""
        same = (self.person, self.payer) == (other.person, other.payer)
        return same and not self.claims.isdisjoint(other.claims)

    def names(self, person: PersonId, claim: ClaimName, payer: PayerPath) -> bool:
        """Whether it is about the payer's share of that meal."""
        return (self.person, self.payer) == (person, payer) and claim in self.claims


Recoveries: TypeAlias = Mapping[Count, Recovery]


def entered(recoveries: Recoveries, event: RecoveryEvent) -> Recoveries:
    """The recoveries of a month after the event."""
    match event:
        case RecoveryRaised():
            claims = frozenset(event.claims)
            raised = Recovery(
                event.payer,
                event.person,
                claims,
                event.amount_fen,
                event.occurred_on,
                event.adjusts,
            )
            return {**recoveries, event.recovery: raised}
        case RecoveryLifted():
            before = recoveries[event.recovery]
            left = before.claims.difference(event.claims)
            amount_fen = Fen(before.amount_fen - event.amount_fen)
            lifted = replace(before, claims=left, amount_fen=amount_fen)
            return {**recoveries, event.recovery: lifted}
        case RecoverySettled():
            ended = replace(recoveries[event.recovery], ended=event)
            return {**recoveries, event.recovery: ended}
        case RecoveryReopened():
            return {**recoveries, event.recovery: _again_open(recoveries[event.recovery], event)}
        case _:
            assert_never(event)


def _again_open(it: Recovery, event: RecoveryReopened) -> Recovery:
    never_stood = it.ended is not None and it.ended.occurred_on == event.occurred_on
    since = it.open_since if never_stood else event.occurred_on
    return replace(it, ended=None, open_since=since, reopened=(*it.reopened, event))
