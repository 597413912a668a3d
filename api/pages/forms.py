"""Forms: what a page sends, as a command of the catalogue, or what is wrong with it field by field.

A field is called as the command's own is. Money is typed in yuan (`amount_yuan` is `amount_fen`),
a moment as a local time, a box that is ticked as `true`, a note as its text. What is left empty was
not given.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Final

from api.problems import Problem, Trouble
from ledger.domain.catalogue import VERBS
from ledger.domain.community_records import SHANGHAI
from ledger.domain.values import ZoneName
from ledger.exchange import cells
from ledger.exchange.cells import CellUnfit
from ledger.exchange.faults import Fault, FaultKind, Malformed
from ledger.exchange.shapes import Day, Flag, Many, Moment, Number, Record, record_of
from ledger.exchange.wire import parse

KEY: Final = "key"
AGAIN: Final = "again"
SURE: Final = "sure"
OWN: Final = frozenset({KEY, AGAIN, SURE})
"""Fields that are no part of the command."""
FEN: Final = "_fen"
YUAN: Final = "_yuan"


def new_key() -> str:
    """The key under which a form is sent, so that sending it twice is sending it once."""
    return f"page-{token_hex(16)}"


def _whole(cell: object, _: ZoneName) -> object:
    """A number of things, as it is counted."""
    if str(cell).isdecimal():
        return int(str(cell)[:20])
    raise CellUnfit("This must be a whole number, such as 12.", "此处应为整数，如 12。")


READ: Final = {Number: _whole, Day: cells.day, Moment: cells.time}
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
        return next((each for each in troubles if each.place.split("/")[1:2] == [name]), None)


def command_of(
    name: str, given: Mapping[str, str], where: ZoneName = SHANGHAI
) -> object | Malformed:
    """The command of that name that the fields say."""
    body: dict[str, Any] = {}
    faults = []
    for each in record_of(VERBS[name].command).fields:
        typed = each.name.replace(FEN, YUAN) if _is_in_yuan(each.name, given) else each.name
        text = given.get(typed, "").strip()
        if not text:
            continue
        try:
            body[each.name] = _value(each.shape, typed, text, where)
        except CellUnfit as unfit:
            faults.append(Fault(f"/{typed}", unfit.en, unfit.zh, text[:40]))
    if faults:
        return Malformed(FaultKind.unfit, tuple(faults))
    return parse(name, body)


def _is_in_yuan(name: str, given: Mapping[str, str]) -> bool:
    return name.endswith(FEN) and name.replace(FEN, YUAN) in given


def _value(shape: object, name: str, text: str, where: ZoneName) -> object:
    if isinstance(shape, Many):
        return [_value(shape.item, name, each.strip(), where) for each in text.split(",")]
    if name.endswith(YUAN):
        return cells.yuan(text.replace(",", ""), where)
    if name.endswith(FEN):
        return cells.fen(text, where)
    if isinstance(shape, Record):
        (only,) = shape.fields
        return {only.name: " ".join(text.split())}
    if isinstance(shape, Flag):
        return text == "true"
    read = READ.get(type(shape))
    return read(text, where) if read else text
