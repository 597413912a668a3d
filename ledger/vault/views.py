"""Views: people read papers by `seen` alone, which logs who looks, at whom and why, and then opens.

Rules evaluate facts without being logged: they show nobody anything. The hash of a row is

    SHA-256(hash of the row before, or 32 zero bytes ‖ {"at":…,"number":…,"person":…,"purpose":…,
    "viewer":…} in UTF-8 without spaces, the time in UTC with six digits of microseconds)

and the log commits to the newest once a day (`domain.views`), so `check` finds what was changed,
left out or put in up to there.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import islice
from typing import Any, Final, NamedTuple

from psycopg import Connection

from ledger.domain import views
from ledger.domain.values import Count, Digest, PersonId
from ledger.domain.views import AnchorViews, ViewsAnchored
from ledger.store.arrays import texts
from ledger.store.codec import decode_event
from ledger.store.recorder import LedgerRecorder
from ledger.vault.connections import Rows, cursor_of, own_transaction
from ledger.vault.sheets import Opened, PaperKind, PaperName
from ledger.vault.vault import Vault

BEFORE_THE_FIRST: Final = bytes(32)
RUN: Final = 5_000
WRONG_MOST: Final = 100

_LOG: Final = "SELECT vault.log_views(%b::text[], %s, %s)"
_OF_PERSON: Final = """
SELECT number, person, viewer, purpose, at FROM vault.view
WHERE person = %s AND number < %s ORDER BY number DESC LIMIT %s
"""
_RUN: Final = """
SELECT number, person, viewer, purpose, at, hash FROM vault.view
WHERE number > %s ORDER BY number LIMIT %s
"""
_NEWEST: Final = "SELECT number, hash FROM vault.view ORDER BY number DESC LIMIT 1"


class Purpose(StrEnum):
    """Why somebody looks."""

    contact = "contact"
    name = "name"
    facts = "facts"
    note = "note"
    search = "search"
    export = "export"
    audit = "audit"


SHOWS: Final[Mapping[Purpose, tuple[PaperKind, ...]]] = {
    Purpose.contact: (PaperKind.contact,),
    Purpose.name: (PaperKind.contact,),
    Purpose.facts: (PaperKind.facts,),
    Purpose.note: (PaperKind.note,),
    Purpose.search: (PaperKind.contact,),
    Purpose.export: tuple(PaperKind),
    Purpose.audit: (PaperKind.facts,),
}
"""What is shown for which purpose, and nothing else is."""


class View(NamedTuple):
    """Somebody was shown what is personal of somebody."""

    number: int
    person: PersonId
    viewer: PersonId
    purpose: Purpose
    at: datetime


class WrongView(NamedTuple):
    """The number of the view, and what is wrong."""

    number: int
    en: str
    zh: str


# -- looking -----------------------------------------------------------------------------------


def seen(
    connection: Connection[Any],
    vault: Vault,
    viewer: PersonId,
    purpose: Purpose,
    names: Collection[PaperName],
) -> dict[PaperName, Opened]:
    """These papers, for a person to read; whose papers they are is logged first.

    What is not there (erased) is left out. Raises KeyMissing, PaperUnreadable, and ValueError for
    papers that the purpose does not show.
    """
    _must_show(purpose, names)
    with _logged(connection, viewer, purpose, {name.person for name in names}):
        return vault.read(connection, names)


def newest_seen(
    connection: Connection[Any],
    vault: Vault,
    viewer: PersonId,
    purpose: Purpose,
    persons: Collection[PersonId],
) -> dict[PaperName, Opened]:
    """As `seen`: the newest paper of each kind that the purpose shows."""
    with _logged(connection, viewer, purpose, set(persons)):
        return vault.latest(connection, persons, SHOWS[purpose])


def disclosed(
    connection: Connection[Any], vault: Vault, auditor: PersonId, names: Collection[PaperName]
) -> dict[PaperName, bytes]:
    """As `seen`: fact sheets with their salts, for the auditor to whom they are handed."""
    _must_show(Purpose.audit, names)
    with _logged(connection, auditor, Purpose.audit, {name.person for name in names}):
        return vault.disclosed(connection, names)


def _must_show(purpose: Purpose, names: Collection[PaperName]) -> None:
    if any(name.kind not in SHOWS[purpose] for name in names):
        raise ValueError(f"the purpose {purpose} does not show all of these papers")


@contextmanager
def _logged(
    connection: Connection[Any], viewer: PersonId, purpose: Purpose, persons: set[PersonId]
) -> Iterator[None]:
    """The views are committed with the end of the block, before anybody is answered."""
    with own_transaction(connection) as cursor:
        if persons:
            cursor.execute(_LOG, [texts(sorted(persons)), viewer, purpose])
        yield


# -- what was looked at ------------------------------------------------------------------------


def of_person(
    connection: Connection[Any], person: PersonId, limit: int, before: int = 2**63 - 1
) -> tuple[View, ...]:
    """Who looked at this person, the last first, before a number for the next page."""
    with cursor_of(connection) as cursor:
        rows = cursor.execute(_OF_PERSON, [person, before, limit]).fetchall()
    return tuple(_view(*row) for row in rows)


def _view(number: int, person: str, viewer: str, purpose: str, at: datetime) -> View:
    return View(number, PersonId(person), PersonId(viewer), Purpose(purpose), at)


def hash_after(before: bytes, view: View) -> bytes:
    """The hash of the row, given that of the one before."""
    at = view.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    row = (
        f'{{"at":"{at}","number":{view.number},"person":"{view.person}",'
        f'"purpose":"{view.purpose}","viewer":"{view.viewer}"}}'
    )
    return hashlib.sha256(before + row.encode()).digest()


# -- the chain ---------------------------------------------------------------------------------


def to_anchor(recorder: LedgerRecorder, today: date | None = None) -> AnchorViews | None:
    """What the log is to commit to next; None if nothing was viewed since the last time.

    With a day, also if it was anchored on that day already.
    """
    anchored = _anchored(recorder)
    if today is not None and any(each.occurred_on >= today for each in anchored):
        return None
    with recorder.datastore.get_connection() as connection, cursor_of(connection) as cursor:
        row = cursor.execute(_NEWEST).fetchone()
    number, found = row or (0, b"")
    last = max((each.number for each in anchored), default=0)
    return AnchorViews(Count(number), Digest(found.hex())) if number > last else None


def check_views(recorder: LedgerRecorder) -> Iterator[WrongView]:
    """Go through the chain, and compare with what the log commits to; at most a hundred faults."""
    with recorder.datastore.get_connection() as connection, cursor_of(connection) as cursor:
        anchors = {each.number: each.digest for each in _anchored(recorder)}
        yield from islice(_wrong(cursor, anchors), WRONG_MOST)


def _anchored(recorder: LedgerRecorder) -> list[ViewsAnchored]:
    events = [
        decode_event(name, state) for _, _, name, state in recorder.load(0, [views.STREAM]).events
    ]
    return [each for each in events if isinstance(each, ViewsAnchored)]


def _wrong(cursor: Rows, anchors: Mapping[Count, Digest]) -> Iterator[WrongView]:
    last, before = 0, BEFORE_THE_FIRST
    while rows := cursor.execute(_RUN, [last, RUN]).fetchall():
        for *row, found in rows:
            view = _view(*row)
            if view.number != last + 1:
                yield WrongView(view.number, "Views before this one are gone.", "此前的查看缺失。")
            elif found != hash_after(before, view):
                en = "This view is not what it was when it was logged."
                yield WrongView(view.number, en, "此次查看的记录已被改动。")
            if anchors.get(Count(view.number), found.hex()) != found.hex():
                en = "The log commits to another view of this number."
                yield WrongView(view.number, en, "此次查看与日志锚定的不符。")
            last, before = view.number, found
    for number in sorted(anchors):
        if number > last:
            en = "The log commits to this view, and it is gone."
            yield WrongView(number, en, "日志已锚定此次查看，但记录缺失。")
