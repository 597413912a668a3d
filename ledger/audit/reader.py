"""The log read once, from its first event to its last, and everything asked of it on the way.

Wherever it comes from, a database or a bundle of files, it is the same reader; what only a database
can tell is asked in `soundness`, what only a bundle can in `verify`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

import msgspec

from ledger.audit.duties import NO_SHEETS, Duties
from ledger.audit.flaws import Flaw
from ledger.audit.hands import SheetKey, Sheets
from ledger.audit.meal_checks import MealChecks
from ledger.audit.money_checks import MoneyChecks
from ledger.domain import forgetting, postings
from ledger.domain.book import LedgerCreated
from ledger.domain.handovers import LogHandedOver
from ledger.domain.origins import OriginBegun
from ledger.domain.person_records import FactsRecorded
from ledger.domain.postings import FEN, MINUTE, Unit
from ledger.domain.values import HandoverId, PersonId
from ledger.store.codec import Recorded, decode
from ledger.store.recorder import Row

FLAWS_MOST: Final = 100

UNREADABLE: Final = (LookupError, ValueError, msgspec.MsgspecError)
"""What stored bytes raise that no program wrote."""

LoadSheets: TypeAlias = Callable[[Mapping[SheetKey, str]], Sheets]
"""Of these sheets, each with the commitment to it, those that can be opened and are the ones."""


@dataclass
class Soundness:
    """What the whole log comes to. Sound if there is no flaw and every unit sums to zero."""

    events: int = 0
    streams: int = 0
    sums: Counter[Unit] = field(default_factory=Counter)
    flaws: list[Flaw] = field(default_factory=list)
    begun: list[Recorded] = field(default_factory=list)
    """Each time that the log was begun anew under another name: an `OriginBegun`."""

    @property
    def sound(self) -> bool:
        return not self.flaws and not any(self.sums.values())


@dataclass
class Reader:
    """What has been read so far. At most a hundred flaws are told."""

    load_sheets: LoadSheets = lambda _wanted: NO_SHEETS
    found: Soundness = field(default_factory=Soundness)
    duties: Duties = field(default_factory=Duties)
    meals: MealChecks = field(default_factory=MealChecks)
    money: MoneyChecks = field(default_factory=MoneyChecks)
    handed: dict[HandoverId, Recorded] = field(default_factory=dict)
    forgotten: set[PersonId] = field(default_factory=set)
    versions: dict[str, int] = field(default_factory=dict)
    before: datetime | None = None

    def look(self, rows: Sequence[Row]) -> None:
        """Read the rows that come next."""
        decoded = [_decoded(row) for row in rows]
        sheets = self.load_sheets(_sheets_of(decoded))
        for row, at in zip(rows, decoded, strict=True):
            self.note(self._flaws_of_row(row))
            self.note([at] if isinstance(at, Flaw) else self._flaws_of_event(at, sheets))
            self.found.events, self.before = row[0], row[1]
        self.found.streams = len(self.versions)
        self._remember([at for at in decoded if isinstance(at, Recorded)])

    def _remember(self, events: Sequence[Recorded]) -> None:
        """What whoever reads a bundle asks of its log."""
        self.forgotten.update(forgetting.forgotten(at.event for at in events))
        for at in events:
            if isinstance(at.event, LogHandedOver):
                self.handed.setdefault(at.event.handover, at)
            elif isinstance(at.event, OriginBegun):
                self.found.begun.append(at)

    def end(self) -> Soundness:
        """What all of it comes to."""
        self.note(self.money.at_the_end(self.found.events))
        return self.found

    @property
    def full(self) -> bool:
        """Whether so much is wrong that no more is told."""
        return len(self.found.flaws) >= FLAWS_MOST

    def note(self, flaws: Iterable[Flaw]) -> None:
        """Tell what is wrong."""
        for flaw in flaws:
            if not self.full:
                self.found.flaws.append(flaw)

    def _flaws_of_row(self, row: Row) -> Iterator[Flaw]:
        position, recorded_at, stream, version, *_ = row
        if position != self.found.events + 1:
            en = f"The position before is {self.found.events}: events are missing."
            yield Flaw(position, en, f"前一位置为 {self.found.events}：有事件缺失。")
        if self.before is not None and recorded_at < self.before:
            yield Flaw(position, "It was recorded before the one before.", "登记时间早于前一事件。")
        due = self.versions.get(stream, 0) + 1
        if version != due:
            en = f"{stream} goes on with version {version}, not {due}."
            yield Flaw(position, en, f"{stream} 的版本为 {version}，应为 {due}。")
        self.versions[stream] = version

    def _flaws_of_event(self, at: Recorded, sheets: Sheets) -> list[Flaw]:
        return [
            *self._flaws_of_itself(at),
            *self.duties.look(at, sheets),
            *self.meals.look(at, self.duties.hands, sheets),
            *self.money.look(at),
        ]

    def _flaws_of_itself(self, at: Recorded) -> Iterator[Flaw]:
        if (at.position == 1) is not isinstance(at.event, LedgerCreated):
            en = "A ledger is created by its first event and by no other."
            yield Flaw(at.position, en, "账本由首个事件建立，且只由它建立。")
        if at.recorded_at < at.decided_at:
            en = "It was recorded before it was decided."
            yield Flaw(at.position, en, "登记时间早于决定时间。")
        fen, minutes = postings.off_by(at.event)
        for unit, amount in ((FEN, fen), (MINUTE, minutes)):
            if amount:
                self.found.sums[unit] += amount
                en = f"{at.name} is off by {amount} {unit}."
                yield Flaw(at.position, en, f"{at.name} 借贷相差 {amount} {unit}。")


def _decoded(row: Row) -> Recorded | Flaw:
    position, _, _, _, name, _ = row
    try:
        return decode(*row)
    except UNREADABLE as error:
        en = f"{name} does not decode: {error}."
        return Flaw(position, en, f"{name} 无法解码：{error}。")


def _sheets_of(events: Sequence[Recorded | Flaw]) -> dict[SheetKey, str]:
    """The sheets that a run records, which tell the relations from there on."""
    return {
        (at.event.person, at.event.version): at.event.commitment
        for at in events
        if isinstance(at, Recorded) and isinstance(at.event, FactsRecorded)
    }
