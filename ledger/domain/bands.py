"""Approval bands: how many people must approve a payment, and when a council has to.

The sum that chooses the band is that of all requests for the same payee and purpose around it, so
that a purchase split in two needs the same approvals as one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ledger.domain.values import Count, Fen

DAYS: Final = timedelta(days=30)
APPROVERS_MOST: Final = 2
UP_TO: Final = "up_to_fen"


@dataclass(frozen=True, slots=True)
class ApprovalBand:
    """Sums up to `up_to_fen` (None: any) need so many approvers, and a resolution or none."""

    up_to_fen: Fen | None
    approvers: Count
    resolution: bool


Bands = tuple[ApprovalBand, ...]

DEFAULT_BANDS: Final[Bands] = (
    ApprovalBand(Fen(500_000), Count(1), resolution=False),
    ApprovalBand(Fen(5_000_000), Count(2), resolution=False),
    ApprovalBand(None, Count(2), resolution=True),
)
"""Until a town sets its own: over 5,000 yuan two approvers, over 50,000 a resolution as well."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the payee's stream remembers it."""

    purpose: str
    amount_fen: Fen
    requested_on: date


def sum_around(asked: Iterable[Asked], purpose: str, day: date) -> Fen:
    """All requests for the purpose within 30 days before or after that day, that day included."""
    return Fen(
        sum(
            each.amount_fen
            for each in asked
            if each.purpose == purpose and abs(each.requested_on - day) < DAYS
        )
    )


def band_of(bands: Bands, sum_fen: Fen) -> ApprovalBand:
    """The first band that reaches as far as the sum; the last reaches everywhere."""
    for band in bands:
        if band.up_to_fen is None or sum_fen <= band.up_to_fen:
            return band
    return bands[-1]


@dataclass(frozen=True, slots=True)
class Measure:
    """A sum against the bands of its day: the one it is in, and above what a council decides.

    `limit_fen` is None where none does.
    """

    sum_fen: Fen
    band: ApprovalBand
    limit_fen: Fen | None


def measure(bands: Bands, sum_fen: Fen) -> Measure:
    """What a sum needs by these bands."""
    return Measure(sum_fen, band_of(bands, sum_fen), resolution_above(bands))


def resolution_above(bands: Bands) -> Fen | None:
    """Above what a payment needs a resolution; None if none needs one."""
    reached_fen = Fen(0)
    for band in bands:
        if band.resolution:
            return reached_fen
        reached_fen = band.up_to_fen or reached_fen
    return None


def fault(bands: Bands) -> tuple[int, str, str] | None:
    """The row that does not fit, which of its columns, and how; None if the bands can be set."""
    limits = [band.up_to_fen for band in bands]
    if not limits or limits[-1] is not None:
        return max(len(limits), 1), UP_TO, f"{limits[-1]} ≠ ∞" if limits else "-"
    reached_fen = -1
    for row, limit in enumerate(limits[:-1], 1):
        if limit is None or limit <= reached_fen:
            return row, UP_TO, "∞" if limit is None else f"{limit} ≤ {reached_fen}"
        reached_fen = limit
    for row, band in enumerate(bands, 1):
        if not 1 <= band.approvers <= APPROVERS_MOST:
            return row, "approvers", str(band.approvers)
    return None
