"""Whether the log is whole: read from its first event on, it must hold what it promises.

- positions count from 1 without a gap, and each stream's versions too;
- every event still decodes, and its postings sum to zero in each unit;
- every event has its recorded time, which never goes back, and none was recorded before decided;
- every command has the key that answers for it, and every key the events of its command;
- everything was done by persons who were free to do it (see `duties`);
- the first event is the ledger's creation, of the kind that the book says.

However long the log is, no more of it is held in memory than a run, and who had a hand in what.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias

import msgspec
from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.audit.duties import NO_SHEETS, Duties
from ledger.audit.flaws import OF_COMMANDS, OF_THE_WHOLE, Flaw
from ledger.audit.hands import SheetKey, Sheets
from ledger.domain import postings
from ledger.domain.book import LedgerCreated
from ledger.domain.person_records import FactsRecorded
from ledger.domain.postings import Unit
from ledger.domain.values import SYSTEM
from ledger.store.codec import Recorded, decode
from ledger.store.datastore import LedgerDatastore
from ledger.store.recorder import LedgerRecorder, Row

RUN: Final = 5_000
FLAWS_MOST: Final = 100

UNREADABLE: Final = (LookupError, ValueError, msgspec.MsgspecError)
"""What stored bytes raise that no program wrote."""

LoadSheets: TypeAlias = Callable[[Mapping[SheetKey, str]], Sheets]
"""Of these sheets, each with the commitment to it, those that can be opened and are the ones."""

BOOK: Final = "SELECT kind FROM ledger.book"
STREAMS: Final = "SELECT count(*) FROM ledger.stored_events WHERE originator_version = 1"


@dataclass
class Soundness:
    """What the whole log comes to. Sound if there is no flaw and every unit sums to zero."""

    events: int = 0
    streams: int = 0
    sums: Counter[Unit] = field(default_factory=Counter)
    flaws: list[Flaw] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.flaws and not any(self.sums.values())


class _Caller(msgspec.Struct, frozen=True):
    """Of an event's envelope, whose command it came of; told even where the rest is not."""

    actor: str
    command: str


_caller: Final = msgspec.json.Decoder(_Caller)


@dataclass(slots=True)
class _Command:
    """What one command wrote, as its events tell: consequences are the system's."""

    actor: str
    key: str
    position: int
    events: int = 1

    def wrote_too(self, by: _Caller) -> bool:
        return by.command == self.key and by.actor in {self.actor, SYSTEM}


def check_log(
    datastore: LedgerDatastore,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    load_sheets: LoadSheets = lambda _wanted: NO_SHEETS,
) -> Soundness:
    """Read the log from the first event to the last; at most a hundred flaws are told."""
    found, duties = Soundness(), Duties()
    recorder = LedgerRecorder(datastore)
    with datastore.get_connection() as connection:
        _look_at_the_whole(connection, found)
        found.flaws += _flaws_of_the_first(connection, recorder.read(0, 1))
        total = recorder.max_notification_id() or 0
        before: datetime | None = None
        commands: list[_Command] = []
        while len(found.flaws) < FLAWS_MOST and (run := recorder.read(found.events, RUN)):
            decoded = [_decoded(row) for row in run]
            sheets = load_sheets(_sheets_of(decoded))
            for row, event in zip(run, decoded, strict=True):
                found.flaws += _flaws_of(row, before, found)
                found.flaws += _flaws_of_event(event, found)
                if isinstance(event, Recorded):
                    found.flaws += duties.look(event, sheets)
                found.events, before = row[0], row[1]
                _note_command(row, commands)
            found.flaws += _flaws_of_commands(connection, commands[:-1])
            del commands[:-1]  # the last one may go on in the next run
            progress(found.events, total)
        found.flaws += _flaws_of_commands(connection, commands)
    if found.events < total and len(found.flaws) < FLAWS_MOST:
        found.flaws.append(_unread(found.events, total))
    del found.flaws[FLAWS_MOST:]
    return found


def _look_at_the_whole(connection: Connection[Any], found: Soundness) -> None:
    ((found.streams,),) = connection.cursor(row_factory=tuple_row).execute(STREAMS).fetchall()
    for question in OF_THE_WHOLE:
        found.flaws += question.flaws(connection)


def _flaws_of_the_first(connection: Connection[Any], rows: list[Row]) -> Iterator[Flaw]:
    ((kind,),) = connection.cursor(row_factory=tuple_row).execute(BOOK).fetchall()
    for row in rows:
        try:
            created = decode(*row).event
        except UNREADABLE:
            created = None
        if not isinstance(created, LedgerCreated) or created.kind != kind:
            en = f"The first event does not create a {kind} ledger."
            yield Flaw(row[0], en, f"首个事件并未建立 {kind} 账本。")


def _unread(read: int, stored: int) -> Flaw:
    en = f"Of {stored} events {read} can be read: the recorded time of the others is not kept."
    return Flaw(read + 1, en, f"{stored} 个事件中只能读出 {read} 个：其余没有登记时间。")


def _note_command(row: Row, commands: list[_Command]) -> None:
    try:
        by = _caller.decode(row[5])
    except UNREADABLE:  # told elsewhere; it is counted to the one before
        by = None
    if commands and (by is None or commands[-1].wrote_too(by)):
        commands[-1].events += 1
    elif by is not None:
        commands.append(_Command(by.actor, by.command, row[0]))


def _flaws_of_commands(connection: Connection[Any], commands: list[_Command]) -> Iterator[Flaw]:
    return OF_COMMANDS.flaws(
        connection,
        actors=[each.actor for each in commands],
        keys=[each.key for each in commands],
        positions=[each.position for each in commands],
        events=[each.events for each in commands],
    )


def _flaws_of(row: Row, before: datetime | None, found: Soundness) -> Iterator[Flaw]:
    position, recorded_at, *_ = row
    if position != found.events + 1:
        en = f"The position before is {found.events}: events are missing."
        yield Flaw(position, en, f"前一位置为 {found.events}：有事件缺失。")
    if before is not None and recorded_at < before:
        yield Flaw(position, "It was recorded before the one before.", "登记时间早于前一事件。")


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


def _flaws_of_event(at: Recorded | Flaw, found: Soundness) -> Iterator[Flaw]:
    if isinstance(at, Flaw):
        yield at
        return
    if at.recorded_at < at.decided_at:
        yield Flaw(at.position, "It was recorded before it was decided.", "登记时间早于决定时间。")
    sums: Counter[Unit] = Counter()
    for posting in postings.of(at.event):
        sums[posting.unit] += posting.amount
    found.sums.update(sums)
    for unit, amount in sums.items():
        if amount:
            en = f"{at.name} is off by {amount} {unit}."
            yield Flaw(at.position, en, f"{at.name} 借贷相差 {amount} {unit}。")
