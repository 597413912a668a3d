"""Commands from outside: JSON in, a command of the catalogue or an exact account of its faults out.

    parse("meals/claim", b'{"person": ...}')  -> ClaimMeal | Malformed

What is not exactly right is refused: unknown fields, a float or text for an integer, a bool for a
number, a day that does not exist or lies outside 1900-2100, a time without an offset, a list of
more than 1,000, text beyond its pattern or length. Nesting is bounded by the commands themselves.
If an object names a key twice, the last one counts, as JSON leaves open.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from functools import cache
from operator import attrgetter
from typing import Annotated, Any, Final, TypeAlias, TypeVar

import msgspec
from msgspec import Meta

from ledger.domain.catalogue import VERBS
from ledger.exchange.faults import Fault, FaultKind, Malformed, explain, unreadable
from ledger.exchange.shapes import (
    ITEMS_MOST,
    YEAR_FIRST,
    YEAR_LAST,
    Choice,
    Day,
    Field,
    Flag,
    Many,
    Moment,
    Number,
    Open,
    Record,
    Shape,
    Text,
    record_of,
)

T = TypeVar("T")
Check: TypeAlias = Callable[[Any], bool]

SCHEMA_PLACE: Final = "#/components/schemas/{name}"


@dataclass(frozen=True, slots=True)
class _Parser:
    """A body is read twice: once to be checked, once into the domain's own class.

    To build that class from what was checked, field by field, takes three times as long.
    """

    record: Record
    struct: type[msgspec.Struct]
    check: Callable[[bytes | msgspec.Raw], Any]
    years: Check
    read: Callable[[bytes | msgspec.Raw], object]


def parse(name: str, body: bytes | msgspec.Raw | Mapping[str, object]) -> object | Malformed:
    """The command of that name with that body. Nothing is raised for what a caller sends."""
    parser = _PARSERS.get(name)
    if parser is None:
        return _unknown(name)
    if isinstance(body, Mapping):
        try:
            body = msgspec.json.encode(body)
        except (TypeError, ValueError, RecursionError):
            return unreadable()
    try:
        if parser.years(parser.check(body)):
            return parser.read(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass
    return explain(parser.record, bytes(body))


def read_as(kind: type[T], body: bytes) -> T | Malformed:
    """The body as one of this dataclass, read as strictly as a command."""
    parser = _other(kind)
    try:
        if parser.years(parser.check(body)):
            read: T = parser.read(body)  # type: ignore[assignment]  # - of this kind
            return read
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass
    return explain(parser.record, body)


def schema_of(kind: type) -> Any:  # noqa: ANN401 - JSON is of any shape
    """For OpenAPI: what `read_as` reads as this dataclass; its parts are those of the commands."""
    structs = [_other(kind).struct]
    _, components = msgspec.json.schema_components(structs, ref_template=SCHEMA_PLACE)
    return _public(components[kind.__name__])


def to_wire(command: object) -> dict[str, Any]:
    """The body that `parse` would read as this command."""
    body: dict[str, Any] = msgspec.to_builtins(command)
    return body


def plain(values: object) -> Any:  # noqa: ANN401 - JSON is of any shape
    """Values of a refusal, or an event, as JSON has them."""
    return msgspec.to_builtins(values, str_keys=True)


def schemas() -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """For OpenAPI: a reference for each command's name, and the components that they refer to."""
    structs = [parser.struct for parser in _PARSERS.values()]
    references, components = msgspec.json.schema_components(structs, ref_template=SCHEMA_PLACE)
    by_name = dict(zip(_PARSERS, references, strict=True))
    return by_name, {name: _public(schema) for name, schema in components.items()}


def _public(schema: Any) -> Any:  # noqa: ANN401 - JSON is of any shape
    r"""Patterns end as JSON Schema has it: `\Z` is Python's own."""
    match schema:
        case dict():
            return {key: _public(value) for key, value in schema.items()}
        case list():
            return [_public(each) for each in schema]
        case str():
            return schema.replace("\\Z", "$")
        case _:
            return schema


def _unknown(name: str) -> Malformed:
    near = get_close_matches(name, VERBS, n=1)
    en, zh = f"There is no command {name[:80]}.", f"没有命令 {name[:80]}。"
    if near:
        en, zh = f"{en} Did you mean {near[0]}?", f"{zh}是否指 {near[0]}？"
    return Malformed(FaultKind.unknown_command, (Fault("", en, zh, name[:80]),))


# -- what msgspec decodes ----------------------------------------------------------------------


@cache
def _struct(record: Record) -> type[msgspec.Struct]:
    return msgspec.defstruct(
        record.kind.__name__,
        [_declared(field) for field in record.fields],
        namespace={"__doc__": record.kind.__doc__},
        frozen=True,
        forbid_unknown_fields=True,
    )


def _declared(field: Field) -> tuple[str, Any] | tuple[str, Any, Any]:
    declared: Any = _annotation(field.shape)
    if field.nullable:
        declared |= None
    if field.required:
        return field.name, declared
    return field.name, declared, _decoded_default(field)


def _decoded_default(field: Field) -> Any:  # noqa: ANN401 - of whatever shape the field is
    if isinstance(field.shape, Record) and field.default is not None:
        return msgspec.convert(
            msgspec.to_builtins(field.default), _struct(field.shape), strict=True
        )
    return field.default


def _annotation(shape: Shape) -> Any:  # noqa: ANN401, PLR0911 - annotations, one shape a line
    match shape:
        case Open():
            return msgspec.Raw
        case Text():
            return Annotated[str, Meta(pattern=shape.pattern, max_length=shape.length)]
        case Number():
            return Annotated[int, Meta(ge=shape.least, le=shape.most)]
        case Flag():
            return bool
        case Choice():
            return shape.enum
        case Day():
            return date
        case Moment():
            return Annotated[datetime, Meta(tz=True)]
        case Many():
            items = tuple.__class_getitem__((_annotation(shape.item), ...))
            return Annotated[items, Meta(max_length=ITEMS_MOST)]
        case Record():
            return _struct(shape)


# -- what msgspec cannot check --------------------------------------------------------------------


def _years(shape: Shape) -> Check | None:
    """Whether every day and every time in it lies in a plausible year; None where it has none."""
    match shape:
        case Day() | Moment():
            return plausible
        case Many():
            each = _years(shape.item)
            return None if each is None else lambda values: all(map(each, values))
        case Record():
            return _record_years(shape)
        case _:
            return None


def plausible(moment: date) -> bool:
    """Whether a day or a time lies in a year that anybody can have meant."""
    return YEAR_FIRST <= moment.year <= YEAR_LAST


@cache
def _record_years(record: Record) -> Check | None:
    checks = [(attrgetter(field.name), _years(field.shape)) for field in record.fields]
    steps = [(get, check) for get, check in checks if check is not None]

    def all_plausible(struct: msgspec.Struct) -> bool:
        for get, check in steps:
            value = get(struct)
            if value is not None and not check(value):
                return False
        return True

    return all_plausible if steps else None


def _any_year(_: object) -> bool:
    return True


def _parser(command: type) -> _Parser:
    record = record_of(command)
    struct = _struct(record)
    return _Parser(
        record,
        struct,
        msgspec.json.Decoder(struct).decode,
        _record_years(record) or _any_year,
        msgspec.json.Decoder(command).decode,
    )


_other: Final[Callable[[type], _Parser]] = cache(_parser)

_PARSERS: Final[Mapping[str, _Parser]] = {
    name: _parser(verb.command) for name, verb in VERBS.items()
}
