"""Whether the log in the database is whole: from its first event on, it holds what it promises.

- positions count from 1 without a gap, and each stream's versions too;
- every event still decodes, and its postings sum to zero in each unit;
- every event has its recorded time, which never goes back, and none was recorded before decided;
- every command has the key that answers for it, and every key the events of its command;
- everything was done by persons who were free to do it (see `duties`);
- every meal was priced by the policy of its day, every month settled as it was claimed, and no more
  was paid than was approved (see `meal_checks`, `money_checks`);
- the first event is the ledger's creation, of the kind that the book says.

However long the log is, no more of it is held in memory than a run, and what is asked of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.audit.duties import NO_SHEETS
from ledger.audit.flaws import OF_COMMANDS, OF_THE_WHOLE, Flaw
from ledger.audit.reader import UNREADABLE, LoadSheets, Reader, Soundness
from ledger.domain.book import LedgerCreated
from ledger.domain.values import SYSTEM
from ledger.store.codec import decode
from ledger.store.datastore import LedgerDatastore
from ledger.store.recorder import LedgerRecorder, Row

RUN: Final = 5_000

BOOK: Final = "SELECT kind FROM ledger.book"


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
    reader, recorder = Reader(load_sheets), LedgerRecorder(datastore)
    found = reader.found
    with datastore.get_connection() as connection:
        reader.note(_flaws_of_the_whole(connection))
        reader.note(_flaws_of_the_first(connection, recorder.read(0, 1)))
        total = recorder.max_notification_id() or 0
        commands: list[_Command] = []
        while not reader.full and (run := recorder.read(found.events, RUN)):
            reader.look(run)
            for row in run:
                _note_command(row, commands)
            reader.note(_flaws_of_commands(connection, commands[:-1]))
            del commands[:-1]  # the last one may go on in the next run
            progress(found.events, total)
        reader.note(_flaws_of_commands(connection, commands))
    if found.events < total:
        reader.note([_unread(found.events, total)])
    return reader.end()


def _flaws_of_the_whole(connection: Connection[Any]) -> Iterator[Flaw]:
    for question in OF_THE_WHOLE:
        yield from question.flaws(connection)


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
