"""Again: what a demo enters at each start, of which some is there already."""

from collections.abc import Iterable

from ledger.deciding.answers import Accepted, Declined, Unit
from ledger.engine import Ledger


def enter(ledger: Ledger, entered: Iterable[Unit]) -> None:
    """Enter them; what is there, or has no room any more, stays as it is. Raises RuntimeError."""
    units = list(entered)
    for unit, answer in zip(units, ledger.execute(units), strict=True):
        match answer:
            case Accepted() | Declined():
                pass
            case _:
                raise RuntimeError(f"{unit.key}: {answer}")
