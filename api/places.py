"""Places: the path under which something can be read."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from ledger.deciding.answers import Written
from ledger.domain.canteen_records import (
    ClaimsClosed,
    PlatesAttested,
    TakingsCounted,
    TakingsReversed,
)
from ledger.domain.recovery_records import RecoveryReopened, RecoverySettled
from ledger.domain.values import month_of

PATHS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "shift": "/v1/shifts/{}",
        "policy": "/v1/policies/{}",
        "resolution": "/v1/resolutions/{}",
        "service": "/v1/persons/{}/statement",
        "credit": "/v1/persons/{}/credit",
        "certificate": "/v1/certificates/{}",
        "handover": "/v1/handovers/{}",
        "grants": "/v1/persons/{}/grants",
    }
)
"""Where a stream can be read, by its kind; what has no place of its own is in its trail."""


def location(written: Written) -> str:
    """The path under which what a command did can be read."""
    kind, _, name = written.stream.partition("-")
    event = written.event
    match kind:
        case "fund":
            number = getattr(event, "disbursement", None)
            return f"/v1/funds/{name}" if number is None else f"/v1/disbursements/{name}/{number}"
        case "notice":
            return f"/v1/communities/{event.community}/notices/{name}"
        case "payee":
            return f"/v1/payees?community={event.community}"
        case "meals":
            return f"/v1/canteens/{event.canteen}/days/{event.occurred_on}"
        case "canteen" if not isinstance(event, ClaimsClosed):
            return _of_canteen(event)
        case _:
            path = PATHS.get(kind, f"/v1/trail/stream/{written.stream}")
            return path.format(name)


def _of_canteen(event: Any) -> str:  # noqa: ANN401 - of the canteen's month
    """A recovery may fall in a month that has no settlement yet."""
    match event:
        case PlatesAttested(canteen, occurred_on=day) | TakingsCounted(canteen, occurred_on=day):
            return f"/v1/canteens/{canteen}/plates?month={month_of(day)}"
        case TakingsReversed(canteen, occurred_on=day):
            return f"/v1/canteens/{canteen}/takings?month={month_of(day)}"
        case RecoverySettled(canteen) | RecoveryReopened(canteen):
            return f"/v1/recoveries?canteen={canteen}"
        case _:
            return f"/v1/settlements/{event.canteen}/{event.month}"
