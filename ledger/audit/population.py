"""Populations: of what a sample is drawn, as it stood in the log up to a checkpoint.

Only entries up to the size of the checkpoint are read. What was reversed later was not reversed
then, and what was entered later was not there: so a sample can be drawn again at any time, from a
log that went on, or from a bundle. An item is the entry that stands at its position.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

from ledger.domain.disbursement_records import DisbursementPaid, DisbursementReversed
from ledger.domain.fund_records import FundOpened, ImportedPaymentReversed, PaymentImported
from ledger.domain.meal_records import MealClaimed, MealReinstated, MealReversed
from ledger.domain.postings import Unit
from ledger.domain.service_records import ServiceCredited, ServiceReinstated, ServiceReversed
from ledger.domain.settlement_records import (
    PURPOSE,
    SettlementDisbursed,
    SettlementDisbursementReversed,
)
from ledger.domain.values import CommunityId, FundId, month_of
from ledger.store.codec import Recorded


class Kind(StrEnum):
    """What is sampled."""

    claims = "claims"  # meals whose claims stand; their amount is what the payers bear
    payments = "payments"  # vouchers of funds that paid somebody and stand
    service = "service"  # service of one person in one shift that is credited and stands


class Strata(StrEnum):
    """By what a population is divided."""

    place = "place"  # the canteen, the fund or the organising unit
    rule = "rule"  # the tier, the purpose or the grade of evidence


@dataclass(frozen=True, slots=True)
class Item:
    """An entry that may be drawn; `subject` is the eater, the payee or the volunteer."""

    position: int
    occurred_on: date
    place: str
    rule: str
    subject: str
    amount: int

    def stratum(self, by: Strata) -> str:
        """The part of the population that it is in."""
        return self.place if by is Strata.place else self.rule


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which population: of one community or, without, of all, and of which days."""

    kind: Kind
    community: CommunityId | None
    from_day: date
    to_day: date
    size: int

    @property
    def unit(self) -> Unit:
        """What its amounts are counted in."""
        return Unit.minute if self.kind is Kind.service else Unit.fen


Key: TypeAlias = tuple[object, ...]


@dataclass(slots=True)
class _Standing:
    """The items so far; what was taken back is kept aside, in case it stands again."""

    wanted: Wanted
    items: dict[Key, Item] = field(default_factory=dict)
    gone: dict[Key, Item] = field(default_factory=dict)
    homes: dict[FundId, CommunityId] = field(default_factory=dict)

    def add(self, key: Key, community: CommunityId | None, item: Item) -> None:
        wanted = self.wanted
        here = wanted.community in {None, community}
        if here and wanted.from_day <= item.occurred_on <= wanted.to_day:
            self.items[key] = item

    def take_back(self, key: Key) -> None:
        if key in self.items:
            self.gone[key] = self.items.pop(key)

    def let_stand(self, key: Key) -> None:
        if key in self.gone:
            self.items[key] = self.gone.pop(key)

    # -- claims ------------------------------------------------------------------------------

    def claimed(self, at: Recorded) -> None:
        event: MealClaimed = at.event
        borne = sum(share.amount_fen for share in event.shares)
        item = Item(at.position, event.occurred_on, event.canteen, event.rule or "—",
                    event.person, borne)  # fmt: skip
        self.add(_meal(at), event.community, item)

    # -- payments ----------------------------------------------------------------------------

    def opened(self, at: Recorded) -> None:
        self.homes[at.event.fund] = at.event.community

    def paid(self, at: Recorded) -> None:
        event: DisbursementPaid | PaymentImported | SettlementDisbursed = at.event
        purpose = PURPOSE if isinstance(event, SettlementDisbursed) else event.purpose
        item = Item(at.position, event.occurred_on, event.fund, purpose, event.payee,
                    event.amount_fen)  # fmt: skip
        self.add((event.fund, event.voucher), self.homes.get(event.fund), item)

    def unpaid(self, at: Recorded) -> None:
        self.take_back((at.event.fund, at.event.reverses))

    # -- service -----------------------------------------------------------------------------

    def credited(self, at: Recorded) -> None:
        event: ServiceCredited = at.event
        item = Item(at.position, event.occurred_on, event.unit or event.community, event.grade,
                    event.person, event.service_minutes)  # fmt: skip
        self.add(_service(at), event.community, item)


def _meal(at: Recorded) -> Key:
    return at.event.person, month_of(at.event.occurred_on), at.event.claim


def _service(at: Recorded) -> Key:
    return at.event.shift, at.event.person


Folds: TypeAlias = Mapping[type, Callable[[_Standing, Recorded], None]]

_FOLDS: Final[Mapping[Kind, Folds]] = MappingProxyType(
    {
        Kind.claims: {
            MealClaimed: _Standing.claimed,
            MealReversed: lambda standing, at: standing.take_back(_meal(at)),
            MealReinstated: lambda standing, at: standing.let_stand(_meal(at)),
        },
        Kind.payments: {
            FundOpened: _Standing.opened,
            DisbursementPaid: _Standing.paid,
            PaymentImported: _Standing.paid,
            SettlementDisbursed: _Standing.paid,
            DisbursementReversed: _Standing.unpaid,
            ImportedPaymentReversed: _Standing.unpaid,
            SettlementDisbursementReversed: _Standing.unpaid,
        },
        Kind.service: {
            ServiceCredited: _Standing.credited,
            ServiceReversed: lambda standing, at: standing.take_back(_service(at)),
            ServiceReinstated: lambda standing, at: standing.let_stand(_service(at)),
        },
    }
)
EVENTS: Final[Mapping[Kind, tuple[type, ...]]] = MappingProxyType(
    {kind: tuple(folds) for kind, folds in _FOLDS.items()}
)
"""The events that tell each population."""


def population(events: Iterable[Recorded], wanted: Wanted) -> tuple[Item, ...]:
    """The items of the population, in the order of their positions; more events do not matter."""
    standing, folds = _Standing(wanted), _FOLDS[wanted.kind]
    for at in events:
        fold = folds.get(type(at.event))
        if fold is not None and at.position <= wanted.size:
            fold(standing, at)
    return tuple(sorted(standing.items.values(), key=lambda item: item.position))
