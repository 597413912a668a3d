"""The whole ledger as a journal of plain-text accounting, for an auditor's own tools.

Every event that moves something is one transaction, in the order of the log. Its date is the day on
which it occurred, so what an account holds at the end of a day is what the ledger answers `as_of`
that day; the month of the books is told beside it (`booked_in`, `adjusts`). A journal of a few
months begins with what all accounts held before, in one transaction on the evening before the first
day: so balances are right, and income from the first day on is that of these months alone.

The log is read twice up to the same position: for the accounts, which are told first and sorted, as
reports list them so, and for the transactions. The same position gives the same bytes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from typing import IO, Final, NamedTuple

from ledger.domain import postings
from ledger.domain.book import STREAM, LedgerKind
from ledger.domain.postings import Posting, Unit
from ledger.domain.values import Month, first_day, next_month
from ledger.exchange.chart import CHART, COMMODITIES, account_name, commodity, quantity
from ledger.exchange.console import Progress, silent
from ledger.exchange.plain_text import Account, Dialect, Line, Transaction
from ledger.projections.reading import mark_of, reading_for_the_town, recorded_at, states_now
from ledger.running import KIND_ZH
from ledger.store.codec import Recorded, decode
from ledger.store.datastore import LedgerDatastore
from ledger.store.recorder import LedgerRecorder

RUN: Final = 5_000
DAY: Final = timedelta(days=1)
EATER: Final = "eater"
TAGS: Final = (
    *("booked_in", "adjusts", "settles_in", "claim", "rule", "receipt", "voucher", "reverses"),
)
"""What of an event goes beside its transaction under the same name, where there is such a thing."""


class Months(NamedTuple):
    """Which months a journal is about, both included; all there are where None stands."""

    first: Month | None = None
    last: Month | None = None

    @property
    def begin(self) -> date:
        """Their first day."""
        return date.min if self.first is None else first_day(self.first)

    @property
    def eve(self) -> date:
        """The day before the first."""
        return self.begin - DAY

    @property
    def end(self) -> date:
        """Their last day."""
        return date.max if self.last is None else first_day(next_month(self.last)) - DAY

    def __str__(self) -> str:
        """As the head tells them."""
        if self == EVER:
            return "全部 all"
        return f"{self.first or '…'} 至 to {self.last or '…'}"


EVER: Final = Months()


@dataclass
class _Survey:
    """What the accounts held before the months, and since when each is used."""

    months: Months
    before: Counter[tuple[str, Unit]] = field(default_factory=Counter)
    since: dict[tuple[str, Unit], date] = field(default_factory=dict)

    def count(self, day: date, moved: postings.Postings) -> None:
        """Count in what an event moved on its day."""
        for path, unit, amount in moved:
            if day < self.months.begin:
                self.before[path, unit] += amount
            elif day <= self.months.end:
                self.since[path, unit] = min(day, self.since.get((path, unit), day))

    def held(self) -> list[Posting]:
        """What the accounts held on the evening before; it sums to zero as they all do."""
        held = sorted(self.before.items())
        return [Posting(path, unit, amount) for (path, unit), amount in held if amount]

    def accounts(self) -> list[Account]:
        """Every account that occurs, in the order of names."""
        used = self.since | {(path, unit): self.months.eve for path, unit, _ in self.held()}
        return sorted(
            Account(account_name(path), since, commodity(path, unit))
            for (path, unit), since in used.items()
        )


def export_journal(
    datastore: LedgerDatastore,
    dialect: Dialect,
    target: IO[str],
    months: Months = EVER,
    progress: Progress = silent,
) -> int:
    """Write the journal; how many transactions that were. Raises ReadingLost."""
    until = LedgerRecorder(datastore).max_notification_id() or 0
    survey = _Survey(months)
    for at, moved in _movements(datastore, until, lambda done: progress(done, 2 * until)):
        survey.count(at.event.occurred_on, moved)
    target.writelines(dialect.head(_remarks(datastore, until, months)))
    target.writelines(dialect.account(each) for each in survey.accounts())
    count, held = 0, survey.held()
    if held:
        count += 1
        target.writelines(dialect.transaction(_opening(held, months)))
    for at, moved in _movements(datastore, until, lambda done: progress(until + done, 2 * until)):
        if months.begin <= at.event.occurred_on <= months.end:
            count += 1
            target.writelines(dialect.transaction(_transaction(at, moved)))
    return count


def _movements(
    datastore: LedgerDatastore, until: int, told: Callable[[int], None]
) -> Iterator[tuple[Recorded, postings.Postings]]:
    """The events up to a position that move something, and what they move."""
    recorder, after = LedgerRecorder(datastore), 0
    while after < until:
        run = recorder.read(after, min(RUN, until - after))
        for stored in run:
            at = decode(*stored)
            moved = postings.of(at.event)
            if moved:
                yield at, moved
        after = run[-1][0]
        told(after)


def _opening(held: Iterable[Posting], months: Months) -> Transaction:
    lines = tuple(_line(*posting) for posting in held)
    return Transaction(months.eve, "opening-balances", {"opening": f"{months.first}"}, lines)


def _transaction(at: Recorded, moved: postings.Postings) -> Transaction:
    kind = at.name.partition(".")[0]
    lines = tuple(
        _line(*posting, payer)
        for pair in postings.pairs(moved)
        for payer in [_payer(*pair)]
        for posting in pair
    )
    return Transaction(at.event.occurred_on, kind, _tags(at), lines)


def _line(path: str, unit: Unit, amount: int, payer: str | None = None) -> Line:
    return Line(account_name(path), quantity(amount, unit), commodity(path, unit), payer)


def _payer(to: Posting, out_of: Posting) -> str | None:
    """Who bears what moved between a canteen and somebody: a payer, or the eater herself."""
    kind, _, rest = to.account.partition("/")
    if kind == "due":
        return rest.partition("/")[2]
    return EATER if out_of.account.startswith("diner/") else None


def _tags(at: Recorded) -> dict[str, str | int]:
    told: dict[str, str | int] = {"position": at.position, "event": at.name, "stream": at.stream}
    for name in TAGS:
        value = getattr(at.event, name, None)
        if value is not None:
            told[name] = value
    version = getattr(at.event, "policy_version", None)
    if version is not None:
        told["policy"] = f"{at.event.canteen}/{version}"
    return told


def _remarks(datastore: LedgerDatastore, until: int, months: Months) -> Iterator[str]:
    """The head: which ledger this is, up to where, for whom, and how to read it."""
    with reading_for_the_town(datastore) as connection:
        kind = states_now(connection, [STREAM])[STREAM].kind
        epoch, moment = mark_of(connection, until).epoch, recorded_at(connection, until)
    yield "街坊账本 · Jiefang Ledger"
    yield f"账本 ledger: {_kind(kind)}, {epoch}"
    recorded = "" if moment is None else f", {moment.astimezone(UTC):%F %T} UTC"
    yield f"截至位置 up to position: {until}{recorded}"
    yield f"月份 months: {months}"
    yield "只交指定的审计人员；虽无姓名，但可看出各人的活动规律，用后删除。"
    yield "For a named auditor only: it has no names, but shows the pattern of persons."
    yield "日期为发生日；记账月份见 booked_in，更正的月份见 adjusts。"
    yield "A date is the day of occurrence; booked_in is the month of the books."
    yield ""
    for name, zh, en in COMMODITIES:
        yield f"{name}  {zh}  {en}"
    yield ""
    for branch in CHART:
        yield f"{branch.name}  {branch.zh}  {branch.en}"


def _kind(kind: LedgerKind | None) -> str:
    return "空 empty" if kind is None else f"{KIND_ZH[kind]} {kind}"
