"""One batch on its way: decided, sent, and decided again as often as others come first."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, Final

from ledger.deciding.answers import Accepted, Answer, Broken, Declined, Written
from ledger.deciding.drafting import Asked, Draft, Drafter
from ledger.deciding.knowledge import Knowledge
from ledger.domain.decisions import Refused
from ledger.domain.people import PersonRegistered
from ledger.domain.refusals import Code
from ledger.domain.values import PersonId
from ledger.store.codec import decode_event
from ledger.store.recorder import PATIENCE_SECONDS, Appended, Batch, LedgerRecorder, Row, patiently
from ledger.vault.vault import Vault

RACES_MOST: Final = 20
"""How often a batch is decided again because others wrote to what it had read."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a batch is decided and written with."""

    recorder: LedgerRecorder
    vault: Vault
    knowledge: Knowledge
    clock: Callable[[], datetime]


class _AtOnce(Executor):
    """Does what is submitted before it answers."""

    def submit(self, call: Callable[..., Any], /, *values: Any, **named: Any) -> Future[Any]:  # noqa: ANN401 - as Executor
        done: Future[Any] = Future()
        try:
            done.set_result(call(*values, **named))
        except Exception as fault:  # noqa: BLE001 - it is raised by whoever asks for the result
            done.set_exception(fault)
        return done


_AT_ONCE: Final = _AtOnce()


class Run:
    """One batch on its way: decided, sent, and decided again as often as others come first."""

    def __init__(self, means: Means, asked: list[Asked], *, dry_run: bool) -> None:
        self._means = means
        self._knowledge = means.knowledge
        self._drafter = Drafter(means.knowledge)
        self.asked = asked
        self.dry_run = dry_run
        self.disturbed = False
        """Whether others came first: then what was decided on top of this batch must be again."""
        self._first_of = self._first_of_each_key()
        self._pending = sorted(set(self._first_of))
        self._drafts: dict[int, Draft] = {}
        self._answers: dict[int, Answer] = {}
        self._sent: Future[Appended] = Future()

    def answers(self) -> list[Answer]:
        """Wait for what was sent; the answers, in the order of what was asked."""
        races = 0
        while self._pending:
            result = self._sent.result()
            self._land(result)
            if result.status in ("moved", "epoch"):
                races += 1
                if races > RACES_MOST:
                    self._give_up(result)
            self._pending = [place for place in self._pending if place not in self._answers]
            if self._pending:
                self.decide()
                self.send(None)
        return [self._answer(place, first) for place, first in enumerate(self._first_of)]

    def send(self, writer: Executor | None) -> None:
        """Append what was decided; by the writer, so that the next batch can be decided meanwhile.

        What is sent is taken as written; if it turns out not to be, it is forgotten in `_land`.
        """
        batch = self._batch()
        if not self.dry_run:
            self._knowledge.take_as_written()
        self._sent = (writer or _AT_ONCE).submit(self._append, batch)

    def abandon(self) -> None:
        """Let what was sent come to its end; nobody waits for the answers any more."""
        wait([self._sent], timeout=2 * PATIENCE_SECONDS)

    def _append(self, batch: Batch) -> Appended:
        return patiently(lambda: self._means.recorder.append(batch))

    def _land(self, result: Appended) -> None:
        self.disturbed |= result.status != "appended" or bool(result.moved)
        if result.status == "appended":
            self._settle(result)
        else:
            self._knowledge.drop(
                {each for draft in self._drafts.values() for each in draft.written}
            )
        if result.status == "known":
            self._answer_known(result)
        if result.status == "epoch" or result.moved is None:
            self._knowledge.forget_all()
        else:
            self._knowledge.forget(result.moved)

    def _first_of_each_key(self) -> list[int]:
        """For each unit, the first of the batch with the same actor and key; mostly itself."""
        places: dict[tuple[str, str], int] = {}
        return [
            places.setdefault((each.unit.authority.person, each.unit.key), place)
            for place, each in enumerate(self.asked)
        ]

    def _answer(self, place: int, first: int) -> Answer:
        answer = self._answers[first]
        if place == first:
            return answer
        if self.asked[place].request != self.asked[first].request:
            return self._other_request(place, 0)
        return replace(answer, replayed=True) if isinstance(answer, Accepted) else answer

    # -- deciding ------------------------------------------------------------------------------

    def decide(self) -> None:
        """Draft what has no draft yet, or one that was built on what has moved since."""
        now = self._means.clock()
        self._knowledge.start_over()
        self._drafter.prefetch([self.asked[place] for place in self._pending], now)
        moved = self._knowledge.take_lost()
        for place in self._pending:
            before = self._drafts.get(place)
            if before and moved is not None and before.reads.isdisjoint(moved):
                self._drafter.replay(before)
                continue
            after = self._drafts[place] = self._drafter.draft(self.asked[place], now)
            if before and moved is not None:
                moved |= before.written | after.written

    def _batch(self) -> Batch:
        drafts = [self._drafts[place] for place in self._pending]
        writing = [] if self.dry_run else [draft for draft in drafts if draft.accepted]
        batch = Batch(
            epoch=self._knowledge.known_epoch,
            frontier=self._knowledge.frontier,
            read=set().union(*[draft.reads for draft in drafts]),
            decided_at=max(draft.decided_at for draft in drafts),
        )
        for place, draft in zip(self._pending, drafts, strict=True):
            asked = self.asked[place]
            batch.actors.append(asked.unit.authority.person)
            batch.keys.append(asked.unit.key)
            batch.requests.append(asked.request)
            batch.counts.append(0 if self.dry_run else len(draft.events))
        self._carry(batch, writing)
        if any(self.asked[place].unit.at for place in self._pending):
            batch.times = [draft.decided_at for draft in writing]
        return batch

    def _carry(self, batch: Batch, writing: list[Draft]) -> None:
        for draft in writing:
            for written, state in zip(draft.events, draft.states, strict=True):
                batch.streams.append(written.stream)
                batch.versions.append(written.version)
                batch.names.append(written.name)
                batch.states.append(state)
        papers = [paper for draft in writing for paper in draft.papers]
        if papers:
            with self._means.recorder.datastore.get_connection() as connection:
                batch.vault = self._means.vault.seal(
                    connection, papers, _registered(writing)
                ).arrays()

    # -- answering -----------------------------------------------------------------------------

    def _settle(self, result: Appended) -> None:
        """The batch is written, or found true where there was nothing to write."""
        position = result.tail
        recorded = iter(result.recorded)
        moment = next(recorded, None)
        for place in self._pending:
            draft = self._drafts[place]
            if draft.accepted and not self.dry_run:
                events = _placed(draft.events, position)
                position += len(events)
                self._answers[place] = Accepted(events, position, moment)
                moment = next(recorded, moment)
        for place in self._pending:
            if place not in self._answers:
                self._answers[place] = self._unwritten(place, position)
        self._knowledge.reach(position)

    def _unwritten(self, place: int, position: int) -> Answer:
        draft = self._drafts[place]
        if draft.refused:
            return Declined(draft.refused, position, draft.place)
        if draft.fault:
            return Broken(draft.fault)
        return Accepted(tuple(draft.events), position, None)

    def _answer_known(self, result: Appended) -> None:
        """These keys were answered before: by this batch, whose reply was lost, or long ago."""
        known = {self._pending[index]: first for index, first in result.known.items()}
        same = {
            place: first
            for place, first in known.items()
            if self.asked[place].request == first.request
        }
        rows = iter(self._means.recorder.read_runs([(f.position, f.events) for f in same.values()]))
        for place, first in known.items():
            self._knowledge.lose(self._drafts.pop(place).written)
            self._answers[place] = (
                _first_answer(list(islice(rows, first.events)))
                if place in same
                else self._other_request(place, result.tail)
            )

    def _other_request(self, place: int, position: int) -> Declined:
        key = self.asked[place].unit.key
        return Declined(Refused(Code.key_must_not_be_used_for_another_request, key=key), position)

    def _give_up(self, result: Appended) -> None:
        refused = Refused(Code.write_must_win_its_race, attempts=RACES_MOST)
        for place in self._pending:
            self._answers[place] = Declined(refused, result.tail)


def _registered(drafts: list[Draft]) -> list[PersonId]:
    return [
        written.event.person
        for draft in drafts
        for written in draft.events
        if isinstance(written.event, PersonRegistered)
    ]


def _placed(events: list[Written], tail: int) -> tuple[Written, ...]:
    return tuple(
        [
            Written(stream, version, name, event, position)
            for position, (stream, version, name, event, _) in enumerate(events, tail + 1)
        ]
    )


def _first_answer(rows: list[Row]) -> Accepted:
    events = tuple(
        Written(stream, version, name, decode_event(name, state), position)
        for position, _, stream, version, name, state in rows
    )
    return Accepted(events, rows[-1][0], rows[-1][1], replayed=True)
