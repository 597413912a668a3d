"""The audit trail: everything that concerns a person, a shift, a site, a fund, a community.

Whom an event concerns is read from its fields: a `PersonId` is a person, a `FundId` or the payer
path `fund/…` is a fund, wherever in the event it stands. So a new event needs nothing here.
A field `…_by` names those who acted, as the envelope does: that is the actor's trail, not the
person's.
The trail is a list of positions; what happened there is read from the log and never copied.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, get_args, get_origin, get_type_hints

from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.domain.catalogue import EVENTS
from ledger.domain.tiers import Payer, PayerKind
from ledger.domain.values import (
    CommunityId,
    CooperativeId,
    FundId,
    PayerPath,
    PersonId,
    ShiftId,
    SiteId,
    UnitId,
    community_of,
)
from ledger.projections.asking import PAGE_MOST, POSITION_MOST, Reach, within
from ledger.projections.model import Changes, ReadModel
from ledger.projections.places import OF_POSITION, reached
from ledger.store.codec import Recorded, decode


class SubjectKind(StrEnum):
    """What a trail may be about. A canteen is a site; a stream's trail is the stream itself."""

    person = "person"
    shift = "shift"
    site = "site"
    canteen = "canteen"
    fund = "fund"
    community = "community"
    actor = "actor"
    stream = "stream"


TABLES: Final = """
CREATE TABLE {s}.subjects (
    kind     text COLLATE "C" NOT NULL,
    id       text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (kind, id, position)
);
"""
ENTER: Final = "COPY {s}.subjects (kind, id, position) FROM STDIN"

Subject = tuple[str, str]
Reader = Callable[[Any, set[Subject]], None]
"""Adds the subjects of a value."""


def fold(events: Sequence[Recorded]) -> Changes:
    """One row for each event and each of its subjects."""
    changes = Changes()
    changes.copy(ENTER, [(*subject, at.position) for at in events for subject in subjects(at)])
    return changes


MODEL: Final = ReadModel("trail", 1, TABLES, fold)


# -- whom an event concerns --------------------------------------------------------------------


def subjects(at: Recorded) -> set[Subject]:
    """The subjects of a recorded event, its actor among them."""
    found: set[Subject] = {("actor", at.actor)}
    kind, _, name = at.stream.partition("-")
    if kind in OWN_STREAM:
        found.add((kind, name))
    if reader := READERS[type(at.event)]:
        reader(at.event, found)
    return found


def reader_of(hint: object) -> Reader | None:
    """What reads the subjects of a value of that type; None if such a value never names one."""
    if hint in NAMED:
        return NAMED[hint]
    if isinstance(hint, type) and is_dataclass(hint):
        members = get_type_hints(hint).items()
        readers = ((name, _member(name, of)) for name, of in members)
        return _each_member(tuple((name, reader) for name, reader in readers if reader))
    inner = [reader for argument in get_args(hint) if (reader := reader_of(argument))]
    if not inner:
        return None
    return _each_item(*inner) if get_origin(hint) in (tuple, frozenset) else _if_given(*inner)


def _member(name: str, hint: object) -> Reader | None:
    if name.endswith("_by") and hint in (PersonId, tuple[PersonId, ...]):
        actor = _as("actor")
        return actor if hint is PersonId else _each_item(actor)
    return reader_of(hint)


def _each_member(readers: tuple[tuple[str, Reader], ...]) -> Reader | None:
    def read(value: object, found: set[Subject]) -> None:
        for name, reader in readers:
            reader(getattr(value, name), found)

    return read if readers else None


def _each_item(reader: Reader) -> Reader:
    def read(values: Iterable[Any], found: set[Subject]) -> None:
        for value in values:
            reader(value, found)

    return read


def _if_given(reader: Reader) -> Reader:
    def read(value: object, found: set[Subject]) -> None:
        if value is not None:
            reader(value, found)

    return read


def _as(kind: str) -> Reader:
    return lambda value, found: found.add((kind, value))


def _community(value: CooperativeId | UnitId, found: set[Subject]) -> None:
    found.add(("community", community_of(value)))


def _payer(path: PayerPath, found: set[Subject]) -> None:
    kind, _, name = path.partition("/")
    if kind == PayerKind.fund:
        found.add(("fund", name))
    elif kind == PayerKind.cooperative:
        _community(CooperativeId(name), found)


NAMED: Final[Mapping[object, Reader]] = MappingProxyType(
    {
        PersonId: _as("person"),
        ShiftId: _as("shift"),
        SiteId: _as("site"),
        FundId: _as("fund"),
        CommunityId: _as("community"),
        CooperativeId: _community,
        UnitId: _community,
        PayerPath: _payer,
        Payer: lambda payer, found: _payer(payer.path, found),
    }
)
"""How a value of each type names a subject."""

READERS: Final[Mapping[type, Reader | None]] = MappingProxyType(
    {event: reader_of(event) for event in EVENTS.values()}
)
"""What reads the subjects of each event of the catalogue."""

OWN_STREAM: Final = frozenset({"person", "shift", "site", "fund", "community"})
"""Subjects with a stream of their own, whose events need not repeat the name."""


# -- asking ------------------------------------------------------------------------------------

TRAIL: Final = """
SELECT event.notification_id, batch.recorded_at, event.originator_id, event.originator_version,
       event.topic, event.state
FROM (SELECT position FROM trail.subjects
      WHERE kind = %(kind)s AND id = %(id)s AND position < %(before)s AND position <= %(known)s
        {reached}
      ORDER BY position DESC LIMIT %(limit)s) AS subject
JOIN ledger.stored_events AS event ON event.notification_id = subject.position
CROSS JOIN LATERAL (SELECT recorded_at FROM ledger.batches
                    WHERE last_position >= subject.position
                    ORDER BY last_position LIMIT 1) AS batch
ORDER BY event.notification_id DESC
"""
STREAM: Final = """
SELECT event.notification_id, batch.recorded_at, event.originator_id, event.originator_version,
       event.topic, event.state
FROM (SELECT * FROM ledger.stored_events AS own
      WHERE originator_id = %(id)s AND notification_id < %(before)s
        AND notification_id <= %(known)s AND notification_id <= (
            SELECT notification_id FROM ledger.notification_tracking
            WHERE application_name = 'trail') {reached}
      ORDER BY originator_version DESC LIMIT %(limit)s) AS event
CROSS JOIN LATERAL (SELECT recorded_at FROM ledger.batches
                    WHERE last_position >= event.notification_id
                    ORDER BY last_position LIMIT 1) AS batch
ORDER BY event.notification_id DESC
"""


def trail(
    connection: Connection[Any],
    kind: SubjectKind,
    name: str,
    *,
    limit: int = PAGE_MOST,
    after: int | None = None,
    known: int | None = None,
    reach: Reach = None,
) -> tuple[Recorded, ...]:
    """What concerned the subject, newest first; a page goes on `after` a position.

    `known` forgets what stands beyond that position.
    """
    values = {
        "kind": SubjectKind.site if kind is SubjectKind.canteen else kind,
        "id": name,
        "limit": limit,
        "before": POSITION_MOST if after is None else after,
        "known": POSITION_MOST if known is None else known,
        "reach": within(reach),
    }
    asked, position = TRAIL, "subjects.position"
    if kind is SubjectKind.stream:
        asked, position = STREAM, "own.notification_id"
    place = OF_POSITION.replace("{position}", position)
    statement = asked.replace("{reached}", reached(place, reach))
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(statement, values, binary=True)
        return tuple(decode(*row) for row in cursor)
