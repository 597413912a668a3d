"""The shape of a command as data: what each field may be, read off the command's own dataclass.

One tree of shapes serves everything that looks at commands from outside: the decoder, the
explanation of what is wrong with one, its JSON schema, and the columns of a file. Bounds are those
of `values.BOUNDS`; what has none there is bounded here.
"""

from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, TypeAlias, Union, get_args, get_origin, get_type_hints

from ledger.domain.values import BOUNDS, Bounds, Title

YEAR_FIRST: Final = 1900
YEAR_LAST: Final = 2100
"""A date or a time outside these years is a slip of the pen."""
ITEMS_MOST: Final = 1_000
"""How long a list may be."""

PLAIN_TEXT: Final = BOUNDS[Title]
"""Bounds of text that has no type of its own, such as a name for the vault."""

KEY: Final = Bounds(pattern=r"^[\x21-\x7e]+\Z", length=80)
"""An idempotency key: visible ASCII, so that it can travel in a header and holds nobody's name."""


@dataclass(frozen=True)
class Text:
    """Text of a pattern, at most so long."""

    pattern: str
    length: int
    named: str


@dataclass(frozen=True)
class Number:
    """An integer within a range."""

    least: int
    most: int


@dataclass(frozen=True)
class Flag:
    """True or false."""


@dataclass(frozen=True)
class Choice:
    """One of the values of an enumeration, as text or as a number."""

    enum: type[Enum]


@dataclass(frozen=True)
class Day:
    """A calendar day."""


@dataclass(frozen=True)
class Moment:
    """A point in time with its offset from UTC."""


@dataclass(frozen=True)
class Many:
    """A list of things of one shape."""

    item: "Shape"


@dataclass(frozen=True)
class Field:
    """A field of a record. `default` is MISSING where it must be given."""

    name: str
    shape: "Shape"
    nullable: bool
    default: Any

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is MISSING


@dataclass(frozen=True)
class Record:
    """An object with named fields, which becomes a dataclass of the domain."""

    kind: type
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Open:
    """Whatever it is, somebody else judges it."""


Shape: TypeAlias = Open | Text | Number | Flag | Choice | Day | Moment | Many | Record


@cache
def record_of(kind: type) -> Record:
    """The shape of a dataclass. Raises TypeError for a field that cannot come from outside."""
    hints = get_type_hints(kind)
    return Record(kind, tuple(_field(each.name, hints[each.name], each) for each in fields(kind)))


def _field(name: str, annotation: Any, field: Any) -> Field:  # noqa: ANN401 - annotations
    nullable = False
    if get_origin(annotation) in (UnionType, Union):
        parts = [part for part in get_args(annotation) if part is not NoneType]
        nullable = len(parts) < len(get_args(annotation))
        annotation = parts[0] if len(parts) == 1 else annotation
    default = field.default if field.default_factory is MISSING else field.default_factory()
    return Field(name, _shape(annotation), nullable, default)


def _shape(annotation: Any) -> Shape:  # noqa: ANN401 - annotations
    bounds = BOUNDS.get(annotation)
    base = getattr(annotation, "__supertype__", annotation)
    if get_origin(base) is tuple and get_args(base)[1:] == (...,):
        return Many(_shape(get_args(base)[0]))
    if not isinstance(base, type):
        raise TypeError(f"{annotation} cannot come from outside")
    if bounds is not None or base is str:
        return _bounded(bounds or PLAIN_TEXT, getattr(annotation, "__name__", "text"))
    return _unbounded(base)


def _bounded(bounds: Bounds, named: str) -> Shape:
    if bounds.pattern is not None and bounds.length is not None:
        return Text(bounds.pattern, bounds.length, named)
    if bounds.least is not None and bounds.most is not None:
        return Number(bounds.least, bounds.most)
    raise TypeError(f"{named} has no complete bounds")


def _unbounded(base: type) -> Shape:
    if issubclass(base, Enum):
        return Choice(base)
    if is_dataclass(base):
        return record_of(base)
    plain: dict[type, Shape] = {bool: Flag(), date: Day(), datetime: Moment()}
    if base in plain:
        return plain[base]
    raise TypeError(f"{base} has no bounds")
