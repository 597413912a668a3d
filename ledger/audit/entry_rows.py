"""An entry of the log taken apart again, to the row that it was made of."""

from datetime import datetime
from typing import Final

import msgspec

from ledger.store.codec import entry
from ledger.store.recorder import Row


class NotAnEntry(ValueError):
    """The bytes are not exactly those of an entry."""


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    position: int
    recorded_at: datetime
    state: msgspec.Raw
    stream: str
    type: str
    version: int


_decode: Final = msgspec.json.Decoder(_Entry).decode


def row_of(data: bytes) -> Row:
    """The row of an entry. Raises NotAnEntry for what would not be written so."""
    try:
        one = _decode(data)
        row = (one.position, one.recorded_at, one.stream, one.version, one.type, bytes(one.state))
        if entry(*row) == data:
            return row
    except (msgspec.MsgspecError, ValueError, OverflowError):
        pass
    raise NotAnEntry
