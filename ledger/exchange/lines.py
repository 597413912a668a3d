"""Lines: an item of a batch, or a line of a file of commands.

    {"command": "meals/claim", "key": "2026-03-02/0001", "data": {"person": …}}

`key` is the idempotency key; a file may leave it out, then what the line says stands for it. `at`
is the command's own time, which only a demo or a test ledger takes.
"""

from dataclasses import MISSING, dataclass
from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from ledger.exchange.faults import FaultKind, Malformed, explain
from ledger.exchange.shapes import KEY, Field, Moment, Open, Record, Text
from ledger.exchange.wire import parse, plausible

KEY_TEXT: Final = Text(KEY.pattern or "", KEY.length or 0, "Key")


@dataclass(frozen=True, slots=True)
class Line:
    """A command with its key, and its own time where the ledger is simulated."""

    command: object
    key: str | None
    at: datetime | None


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    command: str
    data: msgspec.Raw
    key: Annotated[str, Meta(pattern=KEY_TEXT.pattern, max_length=KEY_TEXT.length)] | None = None
    at: Annotated[datetime, Meta(tz=True)] | None = None


_SHAPE: Final = Record(
    Line,
    (
        Field("command", Text("", KEY_TEXT.length, "command"), nullable=False, default=MISSING),
        Field("data", Open(), nullable=False, default=MISSING),
        Field("key", KEY_TEXT, nullable=True, default=None),
        Field("at", Moment(), nullable=True, default=None),
    ),
)
_decode: Final = msgspec.json.Decoder(_Line).decode


def parse_line(line: bytes | msgspec.Raw) -> Line | Malformed:
    """The command that the line holds. Nothing is raised for what a caller sends."""
    try:
        read = _decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return explain(_SHAPE, bytes(line))
    if read.at is not None and not plausible(read.at):
        return explain(_SHAPE, bytes(line))
    command = parse(read.command, read.data)
    if isinstance(command, Malformed):
        return command.within("/command" if command.kind is FaultKind.unknown_command else "/data")
    return Line(command, read.key, read.at)
