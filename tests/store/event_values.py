"""Any event of the catalogue, made from its type hints within the bounds of its values."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from ledger.domain.values import BOUNDS, Bounds

MOMENTS = st.datetimes(timezones=st.just(UTC))
PLAIN: dict[object, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    str: st.text(st.characters(codec="utf-8")),
    int: st.integers(-(2**53), 2**53),
    date: st.dates(),
    datetime: MOMENTS,
    NoneType: st.none(),
}


def events(event: type) -> st.SearchStrategy[Any]:
    """Every value the event may have."""
    hints = get_type_hints(event)
    return st.builds(event, **{field.name: values(hints[field.name]) for field in fields(event)})


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Every value of the type; an error for a type that has no business in an event."""
    if hint in BOUNDS or hint in PLAIN:
        return within(BOUNDS[hint]) if hint in BOUNDS else PLAIN[hint]
    if isinstance(hint, NewType):
        return values(hint.__supertype__)
    if get_origin(hint) is tuple:
        return tuples(get_args(hint))
    if get_origin(hint) in {Union, UnionType}:
        return st.one_of(*map(values, get_args(hint)))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    if is_dataclass(hint):
        return events(hint)  # type: ignore[arg-type]  # a class, not one of its values
    raise TypeError(f"{hint} has no business in an event")


def tuples(hints: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if hints[1:] == (...,):
        return st.lists(values(hints[0]), max_size=4).map(tuple)
    return st.tuples(*map(values, hints))


def within(bounds: Bounds) -> st.SearchStrategy[Any]:
    if bounds.pattern is None:
        return st.integers(bounds.least, bounds.most)
    return st.from_regex(bounds.pattern).filter(shorter_than(bounds.length))


def shorter_than(length: int | None) -> Callable[[str], bool]:
    return lambda text: length is None or len(text) <= length
