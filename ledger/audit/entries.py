"""What whoever entered it may take back for ten minutes: by whom it was entered, and when.

Meals are the most of a log, and few are ever taken back, so an entry takes sixteen bytes here.
"""

from array import array
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from ledger.domain.values import PersonId

UNDO: Final = timedelta(minutes=10)
"""DOMAIN 6, undo: 9:59 yes, 10:01 no."""

_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Entry(NamedTuple):
    """Who entered it, and when."""

    author: PersonId
    entered_at: datetime

    def is_late(self, moment: datetime) -> bool:
        """Whether its author may not take it back any more."""
        return moment - self.entered_at > UNDO


@dataclass(slots=True)
class Entries:
    """The entries of each case in their order; a case is a month of meals, or a single thing."""

    authors: list[PersonId] = field(default_factory=list)
    numbers: dict[PersonId, int] = field(default_factory=dict)
    packed: dict[str, "array[int]"] = field(default_factory=dict)

    def enter(self, case: str, author: PersonId, moment: datetime) -> None:
        """One more of the case."""
        number = self.numbers.setdefault(author, len(self.authors))
        if number == len(self.authors):
            self.authors.append(author)
        here = self.packed.get(case)
        if here is None:
            here = self.packed[case] = array("q")
        here.append(number)
        here.append((moment - _BEGINNING) // _MICROSECOND)

    def nth(self, case: str, number: int) -> Entry | None:
        """The entry of that number, from one on."""
        here = self.packed.get(case, ())
        place = 2 * (number - 1)
        if not 0 <= place < len(here):
            return None
        return Entry(self.authors[here[place]], _BEGINNING + here[place + 1] * _MICROSECOND)

    def last(self, case: str) -> Entry | None:
        """The last entry of the case."""
        return self.nth(case, len(self.packed.get(case, ())) // 2)
