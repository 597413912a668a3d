"""Forms: what a page sends, as a command of the catalogue, or what is wrong with it field by field.

A field is called as the command's own is. Money is typed in yuan (`amount_yuan` is `amount_fen`),
a moment as a local time, a box that is ticked as `true`, a note as its text. What lies inside has
the way to it in its name: `contact.phone`, `bands.0.approvers`. What is left empty was not given,
and a row of which nothing was given is none.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from secrets import token_hex
from typing import Any, Final

from api.pages.labels import missing, wrong
from api.pages.languages import Speech
from api.problems import Problem, Trouble
from ledger.domain.catalogue import VERBS
from ledger.domain.community_records import SHANGHAI
from ledger.domain.values import ZoneName
from ledger.exchange import cells
from ledger.exchange.cells import CellUnfit
from ledger.exchange.faults import Fault, FaultKind, Malformed
from ledger.exchange.shapes import Choice, Day, Field, Flag, Many, Moment, Number, Record, record_of
from ledger.exchange.wire import parse

KEY: Final = "key"
AGAIN: Final = "again"
SURE: Final = "sure"
OWN: Final = frozenset({KEY, AGAIN, SURE})
"""Fields that are no part of the command."""
LEFT_EMPTY: Final = "–"
"""Stands where something must be said: what is left empty is a fault there, and not as usual."""
FEN: Final = "_fen"
YUAN: Final = "_yuan"
THOUSANDS: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
"""A whole number as large ones are written."""


COMMAS: Final = re.compile("[,\N{FULLWIDTH COMMA}\N{IDEOGRAPHIC COMMA}]")
"""Between the numbers of a list, on keyboards of both languages."""


def new_key() -> str:
    """The key under which a form is sent, so that sending it twice is sending it once."""
    return f"page-{token_hex(16)}"


def _whole(cell: object, _: ZoneName) -> object:
    """A number of things, as it is counted."""
    text = str(cell)
    if THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    if text.isdecimal():
        return int(text[:20])
    raise CellUnfit(
        "This must be a whole number without a sign, such as 12.",
        "此处应为不带正负号的整数，如 12。",
    )


def _ticked(cell: object, _: ZoneName) -> object:
    """A box that is ticked, or a choice of two."""
    if cell in ("true", "false"):
        return cell == "true"
    raise CellUnfit("This must be yes or no.", "此处应选是或否。")


READ: Final = {Number: _whole, Day: cells.day, Moment: cells.time, Flag: _ticked}
"""How what is typed becomes what JSON has, by the field's shape; text stays as it is."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form as a page shows it: what was filled in, and what became of it."""

    given: Mapping[str, str] = field(default_factory=dict)
    problem: Problem | None = None
    key: str = field(default_factory=new_key)

    def value(self, name: str, otherwise: str = "") -> str:
        """What stands in a field."""
        return self.given.get(name, otherwise)

    def trouble(self, name: str) -> Trouble | None:
        """What is wrong with that field alone."""
        troubles = self.problem.troubles if self.problem else ()
        return next((each for each in troubles if each.place == f"/{name}"), None)


def command_of(
    name: str, given: Mapping[str, str], where: ZoneName = SHANGHAI
) -> object | Malformed:
    """The command of that name that the fields say."""
    reader = _Reader(given, where)
    body = reader.record(record_of(VERBS[name].command), "")
    command = parse(name, body)
    read = _as_named(name, command, given) if isinstance(command, Malformed) else command
    if reader.faults:
        unfit = [labelled(name, each) for each in reader.faults]
        unread = {each.pointer for each in unfit}
        empty = _left_empty(read, set(given)) if isinstance(read, Malformed) else ()
        more = (each for each in empty if each.pointer not in unread)
        return Malformed(FaultKind.unfit, (*unfit, *more))
    return read


def _left_empty(malformed: Malformed, fields: set[str]) -> Iterator[Fault]:
    """Fields of the form that say nothing; rows are left out, for a whole one may be missing."""
    for fault in malformed.faults:
        name = fault.pointer.removeprefix("/")
        if is_empty(fault) and name in fields and not any(map(str.isdecimal, name.split("."))):
            yield fault


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads values of a command out of what was typed, and notes what cannot be read."""

    given: Mapping[str, str]
    where: ZoneName
    faults: list[Fault] = field(default_factory=list)

    def record(self, record: Record, prefix: str) -> dict[str, Any]:
        """What was given of it; what may be none, and was left empty where it must be said, is."""
        values = {each.name: self.value(each.shape, prefix + each.name) for each in record.fields}
        said = {name: value for name, value in values.items() if value not in (None, {})}
        none = {each.name: None for each in record.fields if self._is_none(each, prefix)}
        return none | said if said else {}

    def _is_none(self, each: Field, prefix: str) -> bool:
        typed = _typed_as(prefix + each.name, self.given)
        return each.nullable and each.required and typed in self.given

    def value(self, shape: object, name: str) -> Any:  # noqa: ANN401 - JSON is of any shape
        """The value of the field of that name, or of those below it; None if nothing was typed."""
        below = _below(name, self.given)
        if below and isinstance(shape, Many):
            rows = [self.value(shape.item, f"{name}.{each}") for each in below]
            return [each for each in rows if each not in (None, {})]
        if below and isinstance(shape, Record):
            return self.record(shape, f"{name}.")
        typed = _typed_as(name, self.given)
        text = self.given.get(typed, "").strip()
        if not text:
            return None
        if isinstance(shape, Choice) and issubclass(shape.enum, IntEnum):
            return int(text) if text.isdecimal() else text
        try:
            return _value(shape, typed, text, self.where)
        except CellUnfit as unfit:
            self.faults.append(Fault(f"/{typed}", unfit.en, unfit.zh, text[:40]))
            return None


def _below(name: str, given: Mapping[str, str]) -> list[str]:
    """What comes next in the names of the fields below this one, in the order of the form."""
    inner = (each[len(name) + 1 :] for each in given if each.startswith(f"{name}."))
    return list(dict.fromkeys(each.partition(".")[0] for each in inner))


def _typed_as(name: str, given: Mapping[str, str]) -> str:
    """The name of the field as the form has it: an amount may be there in yuan."""
    in_yuan = f"{name.removesuffix(FEN)}{YUAN}" if name.endswith(FEN) else name
    return in_yuan if in_yuan in given else name


def _as_named(name: str, malformed: Malformed, given: Mapping[str, str]) -> Malformed:
    """The same faults, each at the field that the form has for it, and called as it is there."""
    faults = (replace(each, pointer=_field_at(each.pointer, given)) for each in malformed.faults)
    return Malformed(malformed.kind, tuple(labelled(name, each) for each in faults))


def labelled(command: str, fault: Fault) -> Fault:
    """What is wrong, by the label of its field: a name of the wire tells nobody anything here."""
    name = fault.pointer.removeprefix("/")
    english, chinese = (Speech(each, elder=False) for each in ("en", "zh"))
    if is_empty(fault):
        en, zh = (missing(command, name, each) for each in (english, chinese))
    else:
        en = wrong(command, name, fault.en, english)
        zh = wrong(command, name, fault.zh, chinese)
    return replace(fault, en=en, zh=zh)


def is_empty(fault: Fault) -> bool:
    """Whether nothing was said where something must be."""
    return fault.is_missing or fault.value.strip('"') == LEFT_EMPTY


def _field_at(pointer: str, given: Mapping[str, str]) -> str:
    """The field at a place, or around it, of which the form has one; else the first one in it."""
    parts = pointer.split("/")[1:]
    names = [_typed_as(".".join(parts[:end]), given) for end in range(len(parts), 0, -1)]
    if not names:
        return pointer
    around = [each for each in names if each in given]
    within = [each for each in given if each.startswith(f"{names[0]}.")]
    return f"/{[*around, *within, names[0]][0]}"


def fen_of(text: str) -> int | None:
    """An amount that was typed in yuan; None if it is none."""
    try:
        return int(str(_yuan(text, SHANGHAI)))
    except CellUnfit:
        return None


def _yuan(text: str, where: ZoneName) -> object:
    return cells.yuan(text.replace(",", ""), where)


def _value(shape: object, name: str, text: str, where: ZoneName) -> object:
    if isinstance(shape, Many):
        return [_value(shape.item, name, each.strip(), where) for each in COMMAS.split(text)]
    if isinstance(shape, Record):
        (only,) = shape.fields
        return {only.name: " ".join(text.split())}
    if name.endswith((YUAN, FEN)):
        in_yuan = name.endswith(YUAN)
        return _yuan(text, where) if in_yuan else cells.fen(text, where)
    read = READ.get(type(shape))
    return read(text, where) if read else text
