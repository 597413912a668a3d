"""Whether the log is whole: read from its first event on, it must hold what it promises.

- positions count from 1 without a gap, and each stream's versions too;
- every event still decodes, and its postings sum to zero in each unit;
- recorded time never goes back, and nothing was recorded before it was decided;
- every key that was answered names events that are there;
- the first event is the ledger's creation, of the kind that the book says.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec
from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.domain import postings
from ledger.domain.postings import Unit
from ledger.store.codec import Recorded, decode
from ledger.store.datastore import LedgerDatastore
from ledger.store.recorder import LedgerRecorder, Row

RUN: Final = 5_000
FLAWS_MOST: Final = 100

LOST_KEYS: Final = """
SELECT first_position, events FROM ledger.command_keys
WHERE first_position < 1 OR first_position + events - 1 >
    (SELECT coalesce(max(notification_id), 0) FROM ledger.stored_events)
LIMIT 100
"""
STORED: Final = "SELECT count(*), coalesce(max(notification_id), 0) FROM ledger.stored_events"
CREATED: Final = "ledger-created.v1"
FIRST: Final = """
SELECT topic, convert_from(state, 'UTF8')::jsonb -> 'data' ->> 'kind', kind
FROM ledger.stored_events, ledger.book WHERE notification_id = 1
"""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that cannot be in a sound log, at a position."""

    position: int
    en: str
    zh: str


@dataclass
class Soundness:
    """What the whole log comes to. Sound if there is no flaw and every unit sums to zero."""

    events: int = 0
    versions: Counter[str] = field(default_factory=Counter)
    sums: Counter[Unit] = field(default_factory=Counter)
    flaws: list[Flaw] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.flaws and not any(self.sums.values())


def check_log(
    datastore: LedgerDatastore, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Soundness:
    """Read the log from the first event to the last; at most a hundred flaws are told."""
    found = Soundness()
    recorder = LedgerRecorder(datastore)
    with datastore.get_connection() as connection:
        found.flaws += _flaws_of_the_whole(connection)
    total = recorder.max_notification_id() or 0
    before: datetime | None = None
    while len(found.flaws) < FLAWS_MOST and (run := recorder.read(found.events, RUN)):
        for row in run:
            found.flaws += _flaws_of(row, before, found)
            found.events, before = row[0], row[1]
        progress(found.events, total)
    del found.flaws[FLAWS_MOST:]
    return found


def _flaws_of(row: Row, before: datetime | None, found: Soundness) -> Iterator[Flaw]:
    position, recorded_at, stream, version, name, _ = row
    if position != found.events + 1:
        en = f"The position before is {found.events}: events are missing."
        yield Flaw(position, en, f"前一位置为 {found.events}：有事件缺失。")
    found.versions[stream] += 1
    if version != found.versions[stream]:
        en = f"{stream} goes on with version {version}, not {found.versions[stream]}."
        yield Flaw(position, en, f"{stream} 的版本为 {version}，应为 {found.versions[stream]}。")
        found.versions[stream] = version
    if before is not None and recorded_at < before:
        yield Flaw(position, "It was recorded before the one before.", "登记时间早于前一事件。")
    try:
        event = decode(*row)
    except (LookupError, ValueError, msgspec.MsgspecError) as error:
        yield Flaw(position, f"{name} does not decode: {error}.", f"{name} 无法解码：{error}。")
    else:
        yield from _flaws_of_event(event, found)


def _flaws_of_event(at: Recorded, found: Soundness) -> Iterator[Flaw]:
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


def _flaws_of_the_whole(connection: Connection[Any]) -> Iterator[Flaw]:
    cursor = connection.cursor(row_factory=tuple_row)
    for stored, last in cursor.execute(STORED).fetchall():
        if stored != last:
            en = f"The log holds {stored} events, its last position is {last}."
            yield Flaw(last, en, f"日志有 {stored} 个事件，而最后位置为 {last}。")
    for position, events in cursor.execute(LOST_KEYS).fetchall():
        en = f"A key names {events} events from here on that are not there."
        yield Flaw(position, en, f"某个键指向此处起的 {events} 个事件，但并不存在。")
    for first, created, kind in cursor.execute(FIRST).fetchall():
        if (first, created) != (CREATED, kind):
            en = f"The first event does not create a {kind} ledger."
            yield Flaw(1, en, f"首个事件并未建立 {kind} 账本。")
