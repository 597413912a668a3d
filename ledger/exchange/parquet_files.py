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

BATCH_ROWS: Final = 5_000
"""How many rows are held in memory as they came."""
GROUP_BATCHES: Final = 20
"""How many batches, which take far less room than their rows, are written as one row group."""


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
    batches, count = _batches(rows, schema), 0
    with parquet.ParquetWriter(target, schema, compression="zstd") as writer:
        while group := list(islice(batches, GROUP_BATCHES)):
            count += sum(batch.num_rows for batch in group)
            writer.write_table(pa.Table.from_batches(group, schema))
    return count


def _batches(rows: Iterable[Mapping[str, Any]], schema: "pa.Schema") -> "Iterator[pa.RecordBatch]":
    import pyarrow as pa

    rest = iter(rows)
    while batch := list(islice(rest, BATCH_ROWS)):
        arrays = [
            pa.array([_plain(row[field.name]) for row in batch], field.type) for field in schema
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


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
