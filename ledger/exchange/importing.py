"""Importing: a file of commands, of attendance or of a canteen's day sheets, row by row.

Each row is a unit of its own: what is refused changes nothing for the others, and is told with its
row, its column, the value and the remedy. A row that was accepted before is known again by its
key, so the same file a second time changes nothing, and a mended file only what was mended.
Whoever imports is the actor of every row; a table does not confirm anything.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from ledger.deciding.answers import Accepted, Broken, Declined, Unit
from ledger.domain.authority import Authority
from ledger.domain.community_records import SHANGHAI
from ledger.domain.decisions import Refused
from ledger.domain.refusals import Code, sentence
from ledger.domain.values import ZoneName
from ledger.engine import Ledger
from ledger.exchange.faults import Malformed
from ledger.exchange.others import imported_by_others
from ledger.exchange.records import Record, Source, open_source
from ledger.exchange.wire import to_wire

RUN: Final = 1_000
DRY_RUN: Final = 50_000
"""Rows decided together in a dry run: what stands in an earlier run is not known to a later one."""
LEDGER_KEY: Final = "import-hmac"
SHOWN_MOST: Final = 60


@dataclass(frozen=True, slots=True)
class RowRefused:
    """A row that was not imported: where it is, what is wrong, and what to do about it."""

    row: int
    column: str
    value: str
    en: str
    en_remedy: str
    zh: str
    zh_remedy: str
    refused: Refused | None = None
    """What a rule said of it, if one did: a page tells it in words of its own."""


@dataclass
class Outcome:
    """What became of the rows: `again` were accepted before, by whoever imported them then."""

    accepted: int = 0
    again: int = 0
    refused: int = 0

    @property
    def rows(self) -> int:
        """All rows that are not empty."""
        return self.accepted + self.again + self.refused


def import_file(
    ledger: Ledger,
    path: Path,
    authority: Authority,
    *,
    dry_run: bool = False,
    time_zone: ZoneName = SHANGHAI,
    refused: Callable[[RowRefused], None] = lambda _: None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Outcome:
    """Import a file; `refused` is told of each row that was not, `progress` how far reading is.

    Raises FileRefused (nothing of the file was imported, or what stood above the broken row),
    LedgerUnavailable.
    """
    with ledger.recorder.datastore.get_connection() as connection:
        key = ledger.vault.ledger_key(connection, LEDGER_KEY)
    source = open_source(path, key, time_zone)
    outcome = Outcome()
    for run in _runs(source.records, DRY_RUN if dry_run else RUN):
        for told in _import_run(ledger, source, run, authority, outcome, dry_run=dry_run):
            outcome.refused += 1
            refused(told)
        progress(source.sheet.done, source.sheet.total)
    return outcome


def _runs(records: Iterator[Record], size: int) -> Iterator[list[Record]]:
    while run := list(islice(records, size)):
        yield run


def _import_run(
    ledger: Ledger,
    source: Source,
    run: list[Record],
    authority: Authority,
    outcome: Outcome,
    *,
    dry_run: bool,
) -> Iterator[RowRefused]:
    """Decide a run of rows; those that were not imported, in their order."""
    whole = [record for record in run if not isinstance(record.command, Malformed)]
    others = imported_by_others(ledger, whole, authority.person)
    mine = [record for record in whole if record.row not in others]
    units = [Unit(authority, each.key, (each.command,), each.at) for each in mine]
    answers = dict(zip(map(id, mine), ledger.execute(units, dry_run=dry_run), strict=True))
    for record in run:
        answer = answers.get(id(record))
        if isinstance(record.command, Malformed):
            yield _malformed(record.row, record.command)
        elif answer is None or (isinstance(answer, Accepted) and answer.replayed):
            outcome.again += 1
        elif isinstance(answer, Accepted):
            outcome.accepted += 1
        else:
            yield _refused(source, record, answer)


# -- what is told ------------------------------------------------------------------------------


def _malformed(row: int, command: Malformed) -> RowRefused:
    """The first fault; the others show when it is mended."""
    fault = command.faults[0]
    en, zh = "Mend it and import the file again.", "请更正后重新导入。"
    return RowRefused(row, fault.pointer, fault.value, fault.en, en, fault.zh, zh)


def _refused(source: Source, record: Record, answer: Declined | Broken) -> RowRefused:
    if isinstance(answer, Broken):
        en = f"The ledger failed on this row; its log has the reference {answer.reference}."
        zh = f"账本处理该行时出错，日志编号 {answer.reference}。"
        remedy = "Tell whoever keeps the ledger.", "请联系账本管理员。"
        return RowRefused(record.row, "", "", en, remedy[0], zh, remedy[1])
    refused, body = answer.refused, to_wire(record.command)
    en, en_remedy = sentence(refused.code, refused.values, "en")
    zh, zh_remedy = sentence(refused.code, refused.values, "zh")
    named = _field(refused, body)
    value = str(body.get(named, ""))[:SHOWN_MOST]
    column = source.column_of(named) if named else ""
    if refused.code is Code.key_must_not_be_used_for_another_request:  # beside the command
        column, value = "/key", record.key
    return RowRefused(record.row, column, value, en, en_remedy, zh, zh_remedy, refused)


SUBJECTS: Final = {
    "person": "person",
    "confirmer": "person",
    "attendance": "person",
    "shift": "shift",
    "site": "canteen",
    "canteen": "served_on",
    "policy": "served_on",
    "claim": "served_on",
    "day": "served_on",
    "sitting": "sitting",
    "charge": "charged_fen",
    "amount": "charged_fen",
    "time": "check_out",
    "interval": "check_out",
    "intervals": "check_in",
    "service": "check_in",
}
"""By the first word of a refusal's code, the field that it is about."""


def _field(refused: Refused, body: dict[str, Any]) -> str:
    """The field that is to blame: the one the code begins with, else one that the values name."""
    subject = refused.code.name.partition("_")[0]
    for field in (SUBJECTS.get(subject, subject), subject, *refused.values):
        if field in body:
            return field
    return ""
