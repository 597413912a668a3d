"""The engine: the one road by which anything is written.

    ask       seal personal fields, take the request's digest
    prefetch  read what the batch needs, in as few queries as its needs have steps
    draft     decide unit after unit on what is known, purely
    append    write what was accepted; refusals and dry runs are validated by the same call
    again     what others moved meanwhile is decided again; keys answered before get that answer

Whoever calls from many threads is served one batch at a time: one executor owns what is known.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from secrets import token_hex
from threading import Lock
from typing import Final

from eventsourcing.persistence import InterfaceError, OperationalError

from ledger.deciding.answers import (
    Accepted,
    Answer,
    Broken,
    Declined,
    LedgerUnavailable,
    Unit,
    Written,
)
from ledger.deciding.drafting import Asked, Draft, Drafter, ask
from ledger.deciding.knowledge import Knowledge, SheetKey
from ledger.domain.book import STREAM, Book, CreateLedger, LedgerKind
from ledger.domain.decisions import Refused
from ledger.domain.facts import FactSheet
from ledger.domain.people import PersonRegistered
from ledger.domain.permissions import Authority
from ledger.domain.refusals import Code
from ledger.domain.values import SYSTEM, PersonId
from ledger.store.codec import decode_event
from ledger.store.recorder import Appended, Batch, LedgerRecorder, patiently
from ledger.vault.sheets import PaperKind
from ledger.vault.vault import Vault, request_digest

log: Final = logging.getLogger(__name__)

UNITS_MOST: Final = 1_000
"""Units in one append; a longer batch is written in several, so that nobody holds the lock long."""
RACES_MOST: Final = 20
"""How often a batch is decided again because others wrote to what it had read."""


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
        self.clock = clock
        self.knowledge = Knowledge(recorder, self._load_sheets)
        self._turn = Lock()
        self._digest_key: bytes | None = None

    def create(self, kind: LedgerKind, at: datetime | None = None) -> Answer:
        """Begin the ledger; a second time, with the same kind, answers the first."""
        authority = Authority(SYSTEM, frozenset(), None)
        return self.execute([Unit(authority, f"create-{kind}", (CreateLedger(kind),), at)])[0]

    def book(self) -> Book:
        """Whether the ledger was created, and as what."""
        with self._turn:
            self.knowledge.forget((STREAM,))
            self.knowledge.refresh((STREAM,))
            return self.knowledge[STREAM]

    def execute(self, units: Sequence[Unit], *, dry_run: bool = False) -> list[Answer]:
        """Decide and write the units in order; the answers stand in the same order.

        A unit that is refused or fails changes nothing for the others. A dry run takes the same
        road and writes nothing. Raises LedgerUnavailable when the database cannot be reached.
        """
        with self._turn:
            try:
                asked = self._ask(units)
                size = len(asked) if dry_run else UNITS_MOST
                return [
                    answer
                    for batch in _batches(asked, size)
                    for answer in self._execute(batch, dry_run=dry_run)
                ]
            except (OperationalError, InterfaceError) as lost:
                raise LedgerUnavailable(str(lost)) from lost

    def _execute(self, asked: list[Asked], *, dry_run: bool) -> list[Answer]:
        try:
            return _Run(self, asked, dry_run=dry_run).answers()
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            reference = token_hex(8)
            log.exception("a batch of %d units failed, reference %s", len(asked), reference)
            if len(asked) == 1:
                return [Broken(reference)]
            return [self._execute([each], dry_run=dry_run)[0] for each in asked]
        finally:
            self.knowledge.start_over()

    def _ask(self, units: Sequence[Unit]) -> list[Asked]:
        if self._digest_key is None:
            with self.recorder.datastore.get_connection() as connection:
                self._digest_key = self.vault.ledger_key(connection, "request-hmac")
        key = self._digest_key
        return [
            replace(each, request=request_digest(key, each.request)) for each in map(ask, units)
        ]

    def _load_sheets(self, wanted: list[SheetKey]) -> dict[SheetKey, FactSheet]:
        names = [(person, PaperKind.facts, version) for person, version in wanted]
        with self.recorder.datastore.get_connection() as connection:
            opened = self.vault.load(connection, names)
        return {
            (name.person, name.version): one.paper
            for name, one in opened.items()
            if isinstance(one.paper, FactSheet)
        }


def _batches(asked: list[Asked], size: int) -> Iterator[list[Asked]]:
    rest = iter(asked)
    while batch := list(islice(rest, size)):
        yield batch


class _Run:
    """One batch on its way: decided, appended, and decided again as often as others come first."""

    def __init__(self, ledger: Ledger, asked: list[Asked], *, dry_run: bool) -> None:
        self._ledger = ledger
        self._knowledge = ledger.knowledge
        self._drafter = Drafter(ledger.knowledge)
        self._asked = asked
        self._dry_run = dry_run
        self._drafts: dict[int, Draft] = {}
        self._answers: dict[int, Answer] = {}

    def answers(self) -> list[Answer]:
        """The answers, in the order of what was asked."""
        first_of = self._first_of_each_key()
        pending = sorted(set(first_of))
        races = 0
        while pending:
            self._decide(pending)
            result = self._append(pending)
            if result.status == "appended":
                self._settle(pending, result)
            elif result.status == "known":
                self._answer_known(pending, result)
            elif races == RACES_MOST:
                self._give_up(pending, result)
            races += 1
            self._learn_of(result)
            pending = [place for place in pending if place not in self._answers]
        return [self._answer(place, first) for place, first in enumerate(first_of)]

    def _first_of_each_key(self) -> list[int]:
        """For each unit, the first of the batch with the same actor and key; mostly itself."""
        places: dict[tuple[str, str], int] = {}
        return [
            places.setdefault((each.unit.authority.person, each.unit.key), place)
            for place, each in enumerate(self._asked)
        ]

    def _answer(self, place: int, first: int) -> Answer:
        answer = self._answers[first]
        if place == first:
            return answer
        if self._asked[place].request != self._asked[first].request:
            return self._other_request(place, 0)
        return replace(answer, replayed=True) if isinstance(answer, Accepted) else answer

    # -- deciding ------------------------------------------------------------------------------

    def _decide(self, pending: list[int]) -> None:
        """Draft what has no draft yet, or one that was built on what has moved since."""
        now = self._ledger.clock()
        self._knowledge.start_over()
        self._drafter.prefetch([self._asked[place] for place in pending], now)
        moved = self._knowledge.take_lost()
        for place in pending:
            before = self._drafts.get(place)
            if before and moved is not None and before.reads.isdisjoint(moved):
                self._drafter.replay(before)
                continue
            after = self._drafts[place] = self._drafter.draft(self._asked[place], now)
            if before and moved is not None:
                moved |= before.written | after.written

    def _append(self, pending: list[int]) -> Appended:
        drafts = [self._drafts[place] for place in pending]
        writing = [] if self._dry_run else [draft for draft in drafts if draft.accepted]
        batch = Batch(
            epoch=self._knowledge.known_epoch,
            frontier=self._knowledge.frontier,
            read=set().union(*(draft.reads for draft in drafts)),
            decided_at=max(draft.decided_at for draft in drafts),
        )
        for place, draft in zip(pending, drafts, strict=True):
            asked = self._asked[place]
            batch.actors.append(asked.unit.authority.person)
            batch.keys.append(asked.unit.key)
            batch.requests.append(asked.request)
            batch.counts.append(0 if self._dry_run else len(draft.events))
        self._carry(batch, writing)
        if any(self._asked[place].unit.at for place in pending):
            batch.times = [draft.decided_at for draft in writing]
        return patiently(lambda: self._ledger.recorder.append(batch))

    def _carry(self, batch: Batch, writing: list[Draft]) -> None:
        for draft in writing:
            for written, state in zip(draft.events, draft.states, strict=True):
                batch.streams.append(written.stream)
                batch.versions.append(written.version)
                batch.names.append(written.name)
                batch.states.append(state)
        papers = [paper for draft in writing for paper in draft.papers]
        if papers:
            with self._ledger.recorder.datastore.get_connection() as connection:
                batch.vault = self._ledger.vault.seal(
                    connection, papers, _registered(writing)
                ).arrays()

    # -- answering -----------------------------------------------------------------------------

    def _settle(self, pending: list[int], result: Appended) -> None:
        """The batch is written, or found true where there was nothing to write."""
        position = result.tail
        recorded = iter(result.recorded)
        moment = next(recorded, None)
        for place in pending:
            draft = self._drafts[place]
            if draft.accepted and not self._dry_run:
                events = _placed(draft.events, position)
                position += len(events)
                self._answers[place] = Accepted(events, position, moment)
                moment = next(recorded, moment)
        for place in pending:
            self._answers.setdefault(place, self._unwritten(place, position))
        if not self._dry_run:
            self._knowledge.settle(position)

    def _unwritten(self, place: int, position: int) -> Answer:
        draft = self._drafts[place]
        if draft.refused:
            return Declined(draft.refused, position, draft.place)
        if draft.fault:
            return Broken(draft.fault)
        return Accepted(tuple(draft.events), position, None)

    def _answer_known(self, pending: list[int], result: Appended) -> None:
        """These keys were answered before: by this batch, whose reply was lost, or long ago."""
        known = {pending[index]: first for index, first in result.known.items()}
        same = {
            place: first
            for place, first in known.items()
            if self._asked[place].request == first.request
        }
        rows = iter(
            self._ledger.recorder.read_runs([(f.position, f.events) for f in same.values()])
        )
        for place, first in known.items():
            draft = self._drafts.pop(place)
            self._knowledge.lose(draft.written)
            self._answers[place] = (
                _first_answer(list(islice(rows, first.events)))
                if place in same
                else self._other_request(place, result.tail)
            )

    def _other_request(self, place: int, position: int) -> Declined:
        key = self._asked[place].unit.key
        return Declined(Refused(Code.key_must_not_be_used_for_another_request, key=key), position)

    def _give_up(self, pending: list[int], result: Appended) -> None:
        refused = Refused(Code.write_must_win_its_race, attempts=RACES_MOST)
        for place in pending:
            self._answers[place] = Declined(refused, result.tail)

    def _learn_of(self, result: Appended) -> None:
        if result.status == "epoch" or result.moved is None:
            self._knowledge.forget_all()
        else:
            self._knowledge.forget(result.moved)
            self._knowledge.frontier = max(self._knowledge.frontier, result.tail)


def _registered(drafts: list[Draft]) -> list[PersonId]:
    return [
        written.event.person
        for draft in drafts
        for written in draft.events
        if isinstance(written.event, PersonRegistered)
    ]


def _placed(events: list[Written], tail: int) -> tuple[Written, ...]:
    return tuple(
        written._replace(position=position) for position, written in enumerate(events, tail + 1)
    )


def _first_answer(rows: list[tuple[int, datetime, str, int, str, bytes]]) -> Accepted:
    events = tuple(
        Written(stream, version, name, decode_event(name, state), position)
        for position, _, stream, version, name, state in rows
    )
    return Accepted(events, rows[-1][0], rows[-1][1], replayed=True)
