"""Exporting: every entry, every meal claim or every service record, row after row.

As CSV or XLSX for a spreadsheet, as Parquet for calculations, or one JSON object a line. Entries
come straight from the log, in its order; claims and records are as the read models have them now,
all of them at one position: claims in order of canteen, day and position, records in order of
person, day and position. Those orders have an index, so each page is found at once, however many
came before it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import partial
from typing import IO, Any, Final, LiteralString, cast

import msgspec
from psycopg.rows import dict_row

from ledger.domain import postings
from ledger.exchange.columns import COLUMNS, What
from ledger.exchange.console import Progress, silent
from ledger.exchange.parquet_files import write_parquet
from ledger.exchange.tables import CsvFile
from ledger.exchange.workbooks import write_workbook
from ledger.projections.reading import reading_for_the_town
from ledger.store.codec import decode
from ledger.store.datastore import LedgerDatastore
from ledger.store.recorder import LedgerRecorder

Row = Mapping[str, Any]
RUN: Final = 5_000


class Format(StrEnum):
    """In which form rows are written."""

    csv = "csv"
    jsonl = "jsonl"
    xlsx = "xlsx"
    parquet = "parquet"


NAMES: Final = {
    What.entries: ("分录", "entries"),
    What.claims: ("用餐", "claims"),
    What.service: ("服务", "service"),
}
"""What a sheet and a file are called, in Chinese and English."""
CLAIMS: Final = """
SELECT served_on, canteen, community, person, claim, sitting, policy_version, rule,
       CASE WHEN at_full_price THEN 'asked_for' END AS full_price, price_fen,
       copayment_fen, shares.by_payer AS shares, coalesce(last.status, 'standing') AS status,
       last.reason, booked_in, settles_in, claimed_by, recorded_at, position
FROM (SELECT * FROM meals.claims
      WHERE (canteen, served_on, position) > (%(canteen)s, %(served_on)s, %(position)s)
      ORDER BY canteen, served_on, position LIMIT %(run)s) AS claim
CROSS JOIN LATERAL (SELECT coalesce(jsonb_object_agg(payer, amount_fen ORDER BY payer), '{}')
                    FROM meals.shares WHERE position = claim.position) AS shares (by_payer)
LEFT JOIN LATERAL (SELECT status, reason FROM meals.changes
                   WHERE claim_position = claim.position
                   ORDER BY changes.position DESC LIMIT 1) AS last ON true
ORDER BY canteen, served_on, position
"""
SERVICE: Final = """
SELECT occurred_on, community, unit, nullif(shift, '') AS shift, person, starts_at, ends_at,
       service_minutes, status, hold, reason, grade, booked_in, adjusts, confirmed_by, decided_by,
       recorded_at, position
FROM service.records
WHERE (person, occurred_on, position) > (%(person)s, %(occurred_on)s, %(position)s)
  AND until_position IS NULL
ORDER BY person, occurred_on, position LIMIT %(run)s
"""
PAGES: Final[Mapping[What, tuple[LiteralString, dict[str, Any]]]] = {
    What.claims: (CLAIMS, {"canteen": "", "served_on": date.min, "position": 0}),
    What.service: (SERVICE, {"person": "", "occurred_on": date.min, "position": 0}),
}
"""How to ask for the page behind a row, and what stands before the first one."""
COUNTS: Final[Mapping[What, LiteralString]] = {
    What.claims: "SELECT count(*) FROM meals.claims",
    What.service: "SELECT count(*) FROM service.records WHERE until_position IS NULL",
}


def export(
    datastore: LedgerDatastore,
    what: What,
    form: Format,
    target: IO[str] | IO[bytes],
    progress: Progress = silent,
) -> int:
    """Write everything of a kind to the target, which takes text or bytes as the form does.

    How many rows that were. Raises ReadingLost, and ImportError for Parquet without its extra.
    """
    rows, columns = ROWS[what](datastore, progress), COLUMNS[what]
    match form:
        case Format.csv:
            return _csv(cast("IO[str]", target), [column.name for column in columns], rows)
        case Format.jsonl:
            return sum(cast("IO[str]", target).write(_line(row)) > 0 for row in rows)
        case Format.xlsx:
            return write_workbook(cast("IO[bytes]", target), NAMES[what], columns, rows)
        case Format.parquet:
            return write_parquet(cast("IO[bytes]", target), columns, rows)


def _csv(target: IO[str], names: Sequence[str], rows: Iterable[Row]) -> int:
    count = 0
    with CsvFile(target, names) as table:
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last one is the answer
            table.write(_flat(row[name]) for name in names)
    return count


def _line(row: Row) -> str:
    return msgspec.json.encode(row).decode() + "\n"


def _flat(value: object) -> object:
    """Shares in one cell: `fund/meals 600; cooperative/xianhu/e1 500`."""
    if isinstance(value, dict):
        return "; ".join(f"{name} {amount}" for name, amount in value.items())
    return value


def _entries(datastore: LedgerDatastore, progress: Progress) -> Iterator[Row]:
    recorder, after = LedgerRecorder(datastore), 0
    total = recorder.max_notification_id() or 0
    while run := recorder.read(after, RUN):
        for stored in run:
            at = decode(*stored)
            for line, posting in enumerate(postings.of(at.event), start=1):
                yield {
                    "position": at.position,
                    "line": line,
                    "recorded_at": at.recorded_at,
                    "occurred_on": at.event.occurred_on,
                    "booked_in": at.event.booked_in,
                    "account": posting.account,
                    "unit": posting.unit,
                    "amount": posting.amount,
                    "stream": at.stream,
                    "version": at.version,
                    "event": at.name,
                    "actor": at.actor,
                }
        after = run[-1][0]
        progress(after, total)


def _paged(datastore: LedgerDatastore, progress: Progress, *, what: What) -> Iterator[Row]:
    query, after = PAGES[what]
    done = 0
    with (
        reading_for_the_town(datastore) as connection,
        connection.cursor(row_factory=dict_row) as cursor,
    ):
        total = cursor.execute(COUNTS[what]).fetchone() or {"count": 0}
        while page := cursor.execute(query, {**after, "run": RUN}).fetchall():
            yield from page
            after = page[-1]
            done += len(page)
            progress(done, total["count"])


ROWS: Final[Mapping[What, Callable[[LedgerDatastore, Progress], Iterator[Row]]]] = {
    What.entries: _entries,
    What.claims: partial(_paged, what=What.claims),
    What.service: partial(_paged, what=What.service),
}
