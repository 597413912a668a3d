"""What the tables of the demo have in common: their form, and amounts as people read them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A table for a terminal; the columns of the places in `numbers` are set to the right."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: range
    notes: tuple[str, ...] = ()


def yuan(fen: int) -> str:
    """An amount of fen in yuan, exactly."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02}"
