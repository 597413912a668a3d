"""Parquet: an export for those who calculate, with a type to every column.

Money and minutes are whole numbers (int64 of fen, of minutes), days are days, times are UTC, shares
are a map from payer to fen; any cell may be null. The library is large, so it is an extra.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, Final

from ledger.exchange.columns import Column, Kind

if TYPE_CHECKING:
    import pyarrow as pa

GROUP_ROWS: Final = 50_000
"""How many rows are held in memory and written as one row group."""


def can_write() -> bool:
    """Whether the extra is installed."""
    return find_spec("pyarrow") is not None


def write_parquet(
    target: IO[bytes], columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]
) -> int:
    """Write all rows; how many they were. ImportError without the extra."""
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.schema([(column.name, _type(column.kind)) for column in columns])
    count = 0
    with parquet.ParquetWriter(target, schema, compression="zstd") as writer:
        for group in _groups(rows):
            count += len(group)
            arrays = [
                pa.array([_plain(row[name]) for row in group], type=schema.field(name).type)
                for name in schema.names
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    return count


def _groups(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    rest = iter(rows)
    while group := list(islice(rest, GROUP_ROWS)):
        yield group


def _plain(value: object) -> object:
    """A mapping is given as its items."""
    return list(value.items()) if isinstance(value, dict) else value


def _type(kind: Kind) -> "pa.DataType":
    import pyarrow as pa

    match kind:
        case Kind.identity | Kind.word | Kind.unit:
            return pa.string()
        case Kind.day:
            return pa.date32()
        case Kind.moment:
            return pa.timestamp("us", tz="UTC")
        case Kind.number | Kind.minutes | Kind.fen | Kind.amount:
            return pa.int64()
        case Kind.shares:
            return pa.map_(pa.string(), pa.int64())
