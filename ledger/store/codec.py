"""Events as bytes and back: one form, fixed from the first event on, because proofs cover it.

Stored bytes are JSON with sorted ASCII keys and integers only:

    {"actor":…,"command":…,"data":{…},"decided_at":…,"nonce":…}

An entry of the log, which the Merkle leaves of a later step hash, is exactly

    {"position":…,"recorded_at":"…","state":…,"stream":"…","type":"…","version":…}

with the stored bytes verbatim as state, the recorded time in UTC and six digits of microseconds.
A stored event is decoded for ever: when its class changes, the old name is upcast here, and the
stored bytes stay as they are.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from secrets import token_bytes
from typing import Any, Final, NamedTuple

import msgspec

from ledger.domain.catalogue import EVENTS
from ledger.domain.meals import ClaimMeal
from ledger.domain.values import SYSTEM, PersonId

STATE_BYTES_MOST: Final = 60_000
NONCE_BYTES: Final = 16

Upcast = Callable[[dict[str, Any], PersonId], tuple[str, dict[str, Any]]]


def _decided_by_the_actor(later: str, **added: object) -> Upcast:
    """Who decided was in the envelope alone; what followed from a death nobody did."""

    def upcast(data: dict[str, Any], actor: PersonId) -> tuple[str, dict[str, Any]]:
        decided_by = [] if actor == SYSTEM else [actor]
        return later, data | {"decided_by": decided_by} | added

    return upcast


def _by_the_actor(later: str, field: str) -> Upcast:
    """Who entered it was in the envelope alone."""

    def upcast(data: dict[str, Any], actor: PersonId) -> tuple[str, dict[str, Any]]:
        return later, data | {field: actor}

    return upcast


def _with_objection_days(data: dict[str, Any], _: PersonId) -> tuple[str, dict[str, Any]]:
    """Before objections had a rule of their own, they were to be answered within 15 days."""
    return "service-rules-set.v2", data | {"rules": data["rules"] | {"objection_days": 15}}


def _checked(later: str) -> Upcast:
    """Whoever checked in or out was believed to be there: nobody was asked for the site's code."""

    def upcast(data: dict[str, Any], _: PersonId) -> tuple[str, dict[str, Any]]:
        return later, data | {"grade": "checked"}

    return upcast


def _of_no_kind(data: dict[str, Any], _: PersonId) -> tuple[str, dict[str, Any]]:
    """Nobody was asked what a unit is, nor what it belongs to."""
    return "unit-registered.v2", data | {"kind": "other", "belongs_to": None}


def _with_a_subsidy_asked_for(data: dict[str, Any], _: PersonId) -> tuple[str, dict[str, Any]]:
    """Whoever fitted a tier was given it: nobody could ask for the full price."""
    return "meal-claimed.v2", data | {"at_full_price": False}


UPCASTS: Final[dict[str, Upcast]] = {
    "checked-in.v1": _checked("checked-in.v2"),
    "checked-out.v1": _checked("checked-out.v2"),
    "credit-donated.v1": _by_the_actor("credit-donated.v2", "entered_by"),
    "credit-redeemed.v1": _by_the_actor("credit-redeemed.v2", "entered_by"),
    "credit-transferred.v1": _by_the_actor("credit-transferred.v2", "entered_by"),
    "meal-claimed.v1": _with_a_subsidy_asked_for,
    "moved-between-funds.v1": _by_the_actor("moved-between-funds.v2", "moved_by"),
    "opening-minutes-imported.v1": _decided_by_the_actor("opening-minutes-imported.v2"),
    "payment-imported.v1": _by_the_actor("payment-imported.v2", "imported_by"),
    "service-credited.v1": _decided_by_the_actor("service-credited.v2", late=None),
    "service-held.v1": _decided_by_the_actor("service-held.v2", late=None),
    "service-refused.v1": _decided_by_the_actor("service-refused.v2"),
    "service-rules-set.v1": _with_objection_days,
    "service-reversed.v1": _decided_by_the_actor("service-reversed.v2"),
    "star-granted.v1": _decided_by_the_actor("star-granted.v2"),
    "unit-registered.v1": _of_no_kind,
}
"""Retired event name → what makes it, and its actor, the next version's name and data."""


class Envelope(msgspec.Struct, frozen=True):
    """What is stored of an event: who asked, by which command, what happened, decided when."""

    actor: PersonId
    command: str
    data: Any
    decided_at: datetime
    nonce: str


class _Stored(msgspec.Struct, frozen=True):
    """The envelope as read back, its data still bytes until the name says what they are."""

    actor: PersonId
    command: str
    data: msgspec.Raw
    decided_at: datetime
    nonce: str


class Recorded(NamedTuple):
    """An event as it stands in the log."""

    position: int
    recorded_at: datetime
    stream: str
    version: int
    name: str
    event: Any
    actor: PersonId
    command: str
    decided_at: datetime


class EventTooLarge(ValueError):
    """An event takes more bytes than may be stored; of long lists keep a digest and a count."""


class UnknownEvent(LookupError):
    """The log holds an event this version has no name for; a newer version wrote it."""


ADDED: Final[Mapping[type, bytes]] = {ClaimMeal: b'"at_full_price":false,'}
"""Of a command, the field that came later, as it is left; no text holds it, for its quotes."""
_encoder: Final = msgspec.json.Encoder(order="sorted")
_envelope: Final = msgspec.json.Decoder(_Stored)
_decoders: Final[Mapping[str, msgspec.json.Decoder[Any]]] = {
    name: msgspec.json.Decoder(event) for name, event in EVENTS.items()
}


def canonical(value: object) -> bytes:
    """One JSON form for one value: what request digests are made of.

    A command that leaves a later field as it is has the form of before: by it a request that is
    sent again is known, and a row of a sheet.
    """
    form = _encoder.encode(value)
    added = ADDED.get(type(value))
    return form if added is None else form.replace(added, b"", 1)


def encode(
    event: object, *, actor: PersonId, command: str, decided_at: datetime, nonce: bytes
) -> bytes:
    """The bytes to store. Raises EventTooLarge over 60,000 bytes."""
    nonce_text = b64encode(nonce).decode("ascii")
    state = _encoder.encode(Envelope(actor, command, event, decided_at, nonce_text))
    if len(state) > STATE_BYTES_MOST:
        raise EventTooLarge(
            f"{type(event).__name__} takes {len(state)} bytes, {STATE_BYTES_MOST} at most"
        )
    return state


def nonces() -> Iterator[bytes]:
    """Random bytes for one event after another, drawn from the system 64 at a time."""
    while True:
        page = token_bytes(64 * NONCE_BYTES)
        for first in range(0, len(page), NONCE_BYTES):
            yield page[first : first + NONCE_BYTES]


def decode_event(name: str, state: bytes) -> object:
    """The event alone, brought up to its present class. Raises UnknownEvent."""
    return _event(name, _envelope.decode(state))


def nonce_of(state: bytes) -> bytes:
    """The random bytes of a stored event: a secret that what is published of it may rest on."""
    return b64decode(_envelope.decode(state).nonce)


def decode(  # noqa: PLR0917  (the columns of a row of the log, in their order)
    position: int, recorded_at: datetime, stream: str, version: int, name: str, state: bytes
) -> Recorded:
    """The event with all that is known about it. Raises UnknownEvent."""
    stored = _envelope.decode(state)
    event = _event(name, stored)
    return Recorded(
        position, recorded_at, stream, version, name, event,
        stored.actor, stored.command, stored.decided_at,
    )  # fmt: skip


def _event(name: str, stored: _Stored) -> object:
    decoder = _decoders.get(name)
    if decoder is not None:
        return decoder.decode(stored.data)
    if name in UPCASTS:
        fields = msgspec.json.decode(stored.data)
        while name in UPCASTS:
            name, fields = UPCASTS[name](fields, stored.actor)
        if name in EVENTS:
            return msgspec.convert(fields, EVENTS[name])
    raise UnknownEvent(
        f"the log holds {name}, which this version does not know; use a newer version"
    )


_ENTRY: Final = (
    b'{"position":%d,"recorded_at":"%s","state":%s,"stream":"%s","type":"%s","version":%d}'
)


def entry(  # noqa: PLR0917  (as decode)
    position: int, recorded_at: datetime, stream: str, version: int, name: str, state: bytes
) -> bytes:
    """The entry of the log: the very bytes that receipts and proofs are about.

    Streams and types have plain names (schema.sql), so nothing in them is escaped.
    """
    return _ENTRY % (position, _in_utc(recorded_at), state, stream.encode(), name.encode(), version)


@lru_cache(maxsize=64)  # those of one batch were all recorded at once
def _in_utc(recorded_at: datetime) -> bytes:
    return recorded_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").encode()
