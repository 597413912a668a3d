"""What is remembered of a canteen's month: its plates, whether its claims are closed, what follows.

The settlement of the month and the recoveries that fall into it are in `settlement_state` and
`recovery_records`; they share the stream.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from ledger.domain import recovery_records, settlement_state
from ledger.domain.recovery_records import (
    Recoveries,
    RecoveryEvent,
    RecoveryLifted,
    RecoveryRaised,
    RecoveryReopened,
    RecoverySettled,
    WriteOffReversed,
)
from ledger.domain.settlement_records import SettlementEvent
from ledger.domain.settlement_state import NO_SETTLEMENT, Settlement
from ledger.domain.values import CommunityId, Count, Fen, Month, PersonId, SiteId


class TakingsReversalReason(StrEnum):
    """Why cash was not what was counted."""

    counted_wrongly = "counted_wrongly"
    entered_by_mistake = "entered_by_mistake"
    other = "other"


@dataclass(frozen=True, slots=True)
class PlatesAttested:
    """So many plates went out that day; a later figure for the day takes the place of this one."""

    canteen: SiteId
    community: CommunityId
    plates: Count
    attested_by: PersonId
    occurred_on: date


@dataclass(frozen=True, slots=True)
class TakingsCounted:
    """The cash of eaters was counted and taken out of the box."""

    canteen: SiteId
    community: CommunityId
    amount_fen: Fen
    counted_by: PersonId
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class TakingsReversed:
    """The cash was counted wrongly; `counting` is the number of it in the month of its day."""

    canteen: SiteId
    community: CommunityId
    counting: Count
    amount_fen: Fen
    reason: TakingsReversalReason
    reversed_by: PersonId
    occurred_on: date
    booked_in: Month


@dataclass(frozen=True, slots=True)
class ClaimsClosed:
    """Nothing more settles in this month of the canteen."""

    canteen: SiteId
    community: CommunityId
    month: Month
    occurred_on: date


CanteenEvent: TypeAlias = (
    PlatesAttested
    | TakingsCounted
    | TakingsReversed
    | ClaimsClosed
    | SettlementEvent
    | RecoveryEvent
    | WriteOffReversed
)

# -- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CanteenMonth:
    """One settlement month of one canteen; `had` is what it does not pay, as it was given up.

    `countings` are those of cash, each at the place of its number; `uncounted` took some back.
    """

    closed: bool = False
    plates: Mapping[date, Count] = field(default_factory=dict)
    settlement: Settlement = NO_SETTLEMENT
    recoveries: Recoveries = field(default_factory=dict)
    had: tuple[WriteOffReversed, ...] = ()
    countings: tuple[TakingsCounted, ...] = ()
    uncounted: Mapping[Count, TakingsReversed] = field(default_factory=dict)


def evolve(month: CanteenMonth, event: CanteenEvent) -> CanteenMonth:
    """A month closes once; of two attestations of a day the later one counts."""
    match event:
        case PlatesAttested():
            return replace(month, plates={**month.plates, event.occurred_on: event.plates})
        case TakingsCounted():
            return replace(month, countings=(*month.countings, event))
        case TakingsReversed():
            return replace(month, uncounted={**month.uncounted, event.counting: event})
        case ClaimsClosed():
            return replace(month, closed=True)
        case RecoveryRaised() | RecoveryLifted() | RecoverySettled() | RecoveryReopened():
            return replace(month, recoveries=recovery_records.entered(month.recoveries, event))
        case WriteOffReversed():
            return replace(month, had=(*month.had, event))
        case _:
            return replace(month, settlement=settlement_state.entered(month.settlement, event))
