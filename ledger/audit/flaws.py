"""Flaws that the database itself can point at: a question for each, whose every row is a flaw.

A question is asked once of the whole log, in the memory that the database allows itself, or once
of each run of commands; of a hundred rows no more is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that cannot be in a sound log, at a position."""

    position: int
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Question:
    """A statement whose rows are flaws, each at its `position`, and what is said of a row."""

    statement: LiteralString
    en: str
    zh: str

    def flaws(self, connection: Connection[Any], **values: object) -> Iterator[Flaw]:
        """What the database points at."""
        with connection.cursor(row_factory=dict_row) as cursor:
            for row in cursor.execute(self.statement, values or None):
                yield Flaw(row["position"], self.en.format(**row), self.zh.format(**row))


OF_THE_WHOLE: Final = (
    Question(
        """
        SELECT last AS position, stored FROM (
            SELECT count(*) AS stored, coalesce(max(notification_id), 0) AS last
            FROM ledger.stored_events) AS log
        WHERE stored <> last
        """,
        "The log holds {stored} events, its last position is {position}.",
        "日志有 {stored} 个事件，而最后位置为 {position}。",
    ),
    Question(
        """
        SELECT first_position AS position, due - 1 AS before
        FROM (SELECT first_position, lag(last_position + 1, 1, 1::bigint)
                  OVER (ORDER BY first_position) AS due FROM ledger.batches) AS batch
        WHERE first_position <> due ORDER BY first_position LIMIT 100
        """,
        "Recorded times are kept up to {before}, the next one begins at {position}.",
        "登记时间记到位置 {before}，下一个却从 {position} 开始。",
    ),
    Question(
        """
        SELECT first_position AS position, due - 1 AS before
        FROM (SELECT first_position, lag(first_position + events, 1, 1::bigint)
                  OVER (ORDER BY first_position, events) AS due FROM ledger.command_keys) AS key
        WHERE first_position <> due ORDER BY first_position LIMIT 100
        """,
        "The keys name the events up to {before}, the next key begins at {position}: events are "
        "without a key, or are named twice.",
        "各键指到位置 {before}，下一个键却从 {position} 开始：有事件无键，或被重复指向。",
    ),
    Question(
        """
        SELECT first_position AS position, events FROM ledger.command_keys
        WHERE first_position < 1 OR first_position + events - 1 >
            (SELECT coalesce(max(notification_id), 0) FROM ledger.stored_events)
        ORDER BY first_position LIMIT 100
        """,
        "A key names {events} events from here on that are not there.",
        "某个键指向此处起的 {events} 个事件，但并不存在。",
    ),
)

OF_COMMANDS: Final = Question(
    """
    SELECT wrote.position, key, wrote.events AS wrote,
           coalesce(kept.events, 0) AS named, coalesce(kept.first_position, 0) AS first
    FROM unnest(%(actors)s::text[], %(keys)s::text[], %(positions)s::bigint[], %(events)s::bigint[])
             AS wrote (actor, key, position, events)
         LEFT JOIN ledger.command_keys AS kept USING (actor, key)
    WHERE kept.first_position IS DISTINCT FROM wrote.position
       OR kept.events IS DISTINCT FROM wrote.events
    ORDER BY wrote.position LIMIT 100
    """,
    "The command {key} wrote {wrote} events from here on, its key names {named} from {first} on.",
    "指令 {key} 从此处起写入 {wrote} 个事件，而其键指向从 {first} 起的 {named} 个。",
)
"""Commands, each with its actor, key, first position and number of events, whose key says other."""
