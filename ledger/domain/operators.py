"""Who runs a site: on a day, and who did since, by anything that was ever said of it."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ledger.domain.values import Slug


class Running(NamedTuple):
    """Who runs a site from a day on, and on which day that was said."""

    valid_from: date
    said_on: date
    operator: Slug


def on(entries: Sequence[Running], day: date) -> Slug | None:
    """Who runs it that day, None where nobody said so; the later entry wins for the same day."""
    in_force = [entry for entry in reversed(entries) if entry.valid_from <= day]
    return max(in_force, key=lambda entry: entry.valid_from).operator if in_force else None


def since(entries: Sequence[Running], day: date, today: date) -> frozenset[Slug]:
    """Whoever ran it that day or since.

    A change that is dated back frees nobody from what she ran until it was said.
    """
    return frozenset(
        entry.operator
        for number, entry in enumerate(entries, start=1)
        if entry.valid_from <= today
        and not any(
            entry.valid_from <= later.valid_from <= day and later.said_on <= day
            for later in entries[number:]
        )
    )
