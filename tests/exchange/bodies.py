"""Bodies of commands for hypothesis: any body that a command's shape allows, and spoilt ones."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from ledger.domain.catalogue import VERBS
from ledger.exchange.shapes import (
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

Body = dict[str, Any]
NAMES = st.sampled_from(sorted(VERBS))
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
ZONES = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(
    datetime.fromisoformat("1900-01-02"),
    datetime.fromisoformat("2100-12-30"),
    timezones=ZONES | st.just(UTC),
)


def values(shape: Shape) -> st.SearchStrategy[Any]:  # noqa: PLR0911
    match shape:
        case Open():
            return st.none()
        case Text():
            return st.from_regex(shape.pattern).filter(lambda text: len(text) <= shape.length)
        case Number():
            return st.integers(shape.least, shape.most)
        case Flag():
            return st.booleans()
        case Choice():
            return st.sampled_from([each.value for each in shape.enum])
        case Day():
            return DAYS.map(date.isoformat)
        case Moment():
            return MOMENTS.map(datetime.isoformat)
        case Many():
            return st.lists(values(shape.item), max_size=3)
        case Record():
            return records(shape)


def records(record: Record) -> st.SearchStrategy[Body]:
    required = {each.name: _field(each) for each in record.fields if each.required}
    optional = {each.name: _field(each) for each in record.fields if not each.required}
    return st.fixed_dictionaries(required, optional=optional)


def _field(field: Field) -> st.SearchStrategy[Any]:
    return values(field.shape) | st.none() if field.nullable else values(field.shape)


def bodies(name: str) -> st.SearchStrategy[Body]:
    """Any body of the command of that name."""
    return records(record_of(VERBS[name].command))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=90),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=5,
)


@st.composite
def spoilt(draw: st.DrawFn, name: str) -> Body:
    """A body in which something, somewhere, may be anything."""
    body = draw(bodies(name))
    place: Any = body
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return body
        key = draw(st.sampled_from(keys))
        if isinstance(place[key], dict | list) and draw(st.booleans()):
            place = place[key]
        else:
            place[key] = draw(JUNK)
            return body
