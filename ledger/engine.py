"""The engine: the one road by which anything is written.

    ask       seal personal fields, take the request's digest
    prefetch  read what the batch needs, in as few queries as its needs have steps
    draft     decide unit after unit on what is known, purely
    append    write what was accepted; refusals and dry runs are validated by the same call
    again     what others moved meanwhile is decided again; keys answered before get that answer

Whoever calls from many threads is served one batch at a time: one executor owns what is known.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import islice
from secrets import token_hex
from threading import Lock
from typing import Final, TypeGuard

from ledger.access import site_codes
from ledger.access.site_codes import SiteCodes
from ledger.deciding.answers import (
    Answer,
    Broken,
    Declined,
    LedgerUnavailable,
    Unit,
)
from ledger.deciding.drafting import Asked, Keyed, ask, report
from ledger.deciding.knowledge import Knowledge, SheetKey
from ledger.deciding.run import Means, Run
from ledger.domain.authority import Authority
from ledger.domain.book import STREAM, Book, CreateLedger, LedgerKind
from ledger.domain.facts import FactSheet
from ledger.domain.origins import ErasedSince, NoteRestore
from ledger.domain.refusals import Code
from ledger.domain.values import Count
from ledger.projections import counting
from ledger.projections.counting import Counted
from ledger.store.recorder import LOST, LedgerRecorder, patiently
from ledger.vault import views
from ledger.vault.sheets import PaperKind, PaperName
from ledger.vault.vault import RequestDigest, Vault

log: Final = logging.getLogger(__name__)

UNITS_MOST: Final = 500
"""Units in one append; a longer batch is written in several, so that nobody holds the lock long."""
TOO_EARLY: Final = (Code.claims_must_have_been_counted, Code.figures_must_have_been_counted)
"""Refusals that time alone may lift."""


def system_clock() -> datetime:
    """The engine's clock, in UTC."""
    return datetime.now(UTC)


class Ledger:
    """Executes commands against one database. Safe to call from many threads."""

    def __init__(
        self,
        recorder: LedgerRecorder,
        vault: Vault,
        clock: Callable[[], datetime] = system_clock,
    ) -> None:
        self.recorder = recorder
        self.vault = vault
        self._knowledge = Knowledge(
            recorder, self._load_sheets, vault.forget_all, vault.forget, self._load_counted
        )
        self.clock = clock
        """What every decision reads once, unless whoever asks sets its moment."""
        self._means = Means(recorder, vault, self._knowledge, clock)
        self._turn = Lock()
        self.await_counting: Callable[[int], bool] = lambda _position: False
        """Wait until what stands up to a position is counted; whether it is (see `counting`)."""
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="ledger-append")
        self._keyed: Keyed | None = None

    def create(self, kind: LedgerKind, at: datetime | None = None) -> Answer:
        """Begin the ledger; a second time, with the same kind, answers the first."""
        authority = Authority.of_the_machine()
        return self.execute([Unit(authority, f"create-{kind}", (CreateLedger(kind),), at)])[0]

    def anchor_views(self, today: date | None = None) -> Answer | None:
        """Let the log commit to who looked into the vault; None if it does already.

        With a day, at most once on it.
        """
        command = views.to_anchor(self.recorder, today)
        if command is None:
            return None
        authority = Authority.of_the_machine()
        return self.execute([Unit(authority, f"views-{command.number}", (command,))])[0]

    def note_restore(self, erased: Collection[ErasedSince]) -> Answer:
        """Let the log say that it was put back from a backup, and erase again who had been."""
        size = self.recorder.max_notification_id() or 0
        command = NoteRestore(Count(size), tuple(erased))
        return self.execute([Unit(Authority.of_the_machine(), f"restore-{size}", (command,))])[0]

    def busy(self) -> bool:
        """Whether commands are being decided or written just now."""
        return self._turn.locked()

    def book(self) -> Book:
        """Whether the ledger was created, and as what."""
        with self._taking_its_turn():
            self._knowledge.forget((STREAM,))
            self._knowledge.refresh((STREAM,))
            return self._knowledge[STREAM]

    def execute(self, units: Sequence[Unit], *, dry_run: bool = False) -> list[Answer]:
        """Decide and write the units in order; the answers stand in the same order.

        A unit that is refused or fails changes nothing for the others. A dry run takes the same
        road and writes nothing. What comes before what it rests on is counted is decided once more
        when it is, outside of the turn, so that nobody else is kept waiting.
        Raises LedgerUnavailable when the database cannot be reached.
        """
        answers = self._execute(units, dry_run=dry_run)
        early = {place: answer for place, answer in enumerate(answers) if _too_early(answer)}
        if early and self.await_counting(max(answer.position for answer in early.values())):
            again = self._execute([units[place] for place in early], dry_run=dry_run)
            for place, answer in zip(early, again, strict=True):
                answers[place] = answer
        return answers

    def _execute(self, units: Sequence[Unit], *, dry_run: bool) -> list[Answer]:
        with self._taking_its_turn():
            faults: dict[int, Broken] = {}
            sound = self._ask(units, faults)
            size = len(units) if dry_run else UNITS_MOST
            writer = self._writer if len(units) > size else None
            answers = iter(self._in_turn(_batches(sound, size), writer, dry_run=dry_run))
            return [faults.get(place) or next(answers) for place in range(len(units))]

    @contextmanager
    def _taking_its_turn(self) -> Iterator[None]:
        with self._turn:
            try:
                yield
            except LOST as lost:
                raise LedgerUnavailable(str(lost)) from lost
            finally:
                self._knowledge.rest()

    def _in_turn(
        self, batches: Iterable[list[Asked]], writer: Executor | None, *, dry_run: bool
    ) -> list[Answer]:
        """Batch after batch: while one is being written, the next is decided on top of it."""
        answers: list[Answer] = []
        ahead: Run | None = None
        try:
            for batch in batches:
                run = Run(self._means, batch, dry_run=dry_run)
                run.decide()
                if ahead:
                    answers += self._landed(ahead)
                    if ahead.disturbed:
                        run = Run(self._means, batch, dry_run=dry_run)
                        run.decide()
                run.send(writer)
                ahead = run
            return answers + (self._landed(ahead) if ahead else [])
        except BaseException:
            self._knowledge.forget_all()  # first: whoever is impatient may interrupt the waiting
            if ahead:
                ahead.abandon()
            raise

    def _landed(self, run: Run) -> list[Answer]:
        try:
            return run.answers()
        except LOST:
            raise
        except Exception:
            reference = token_hex(8)
            log.exception("a batch of %d units failed, reference %s", len(run.asked), reference)
            self._knowledge.forget_all()
            if len(run.asked) == 1:
                return [Broken(reference)]
            return [self._alone(each, dry_run=run.dry_run) for each in run.asked]

    def _alone(self, asked: Asked, *, dry_run: bool) -> Answer:
        """One of a failed batch by itself: whoever is not at fault is not to suffer for it."""
        run = Run(self._means, [asked], dry_run=dry_run)
        run.decide()
        run.send(None)
        return self._landed(run)[0]

    def _ask(self, units: Sequence[Unit], faults: dict[int, Broken]) -> Iterator[Asked]:
        """Each when its batch comes, while it is at hand; those that fail are put into `faults`."""
        keyed = self._keyed = self._keyed or patiently(self._load_keyed)
        for place, unit in enumerate(units):
            try:
                asked = ask(unit, keyed)
            except Exception as fault:  # noqa: BLE001 - one unit's fault is not another's
                faults[place] = Broken(report(unit, fault))
            else:
                yield asked

    def _load_keyed(self) -> Keyed:
        with self.recorder.datastore.get_connection() as connection:
            digest = RequestDigest(self.vault.ledger_key(connection, "request-hmac"))
            return Keyed(
                digest, SiteCodes(self.vault.ledger_key(connection, site_codes.LEDGER_KEY))
            )

    def _load_sheets(self, wanted: Mapping[SheetKey, str]) -> dict[SheetKey, FactSheet]:
        """Raises PaperUnreadable for a sheet that was exchanged: nothing is decided on it."""
        names = {
            PaperName(person, PaperKind.facts, version): commitment
            for (person, version), commitment in wanted.items()
        }
        with self.recorder.datastore.get_connection() as connection:
            opened = self.vault.load(connection, names)
        for name, one in opened.items():
            one.must_be(name, names[name])
        return {
            (name.person, name.version): one.paper
            for name, one in opened.items()
            if isinstance(one.paper, FactSheet)
        }

    def _load_counted(self, streams: Collection[str]) -> dict[str, Counted]:
        with self.recorder.datastore.get_connection() as connection:
            return counting.of_streams(connection, streams)


def _too_early(answer: Answer) -> TypeGuard[Declined]:
    return isinstance(answer, Declined) and answer.refused.code in TOO_EARLY


def _batches(asked: Iterator[Asked], size: int) -> Iterator[list[Asked]]:
    while batch := list(islice(asked, size)):
        yield batch
