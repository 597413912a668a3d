"""One batch on its way: decided, sent, and decided again as often as others come first."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Final

from ledger.deciding import outcomes
from ledger.deciding.answers import Accepted, Answer, Broken, Declined
from ledger.deciding.at_once import AT_ONCE
from ledger.deciding.drafting import Asked, Draft, Drafter
from ledger.deciding.knowledge import Knowledge
from ledger.domain.decisions import Refused
from ledger.domain.refusals import Code
from ledger.store.recorder import (
    LOST,
    PATIENCE_SECONDS,
    Appended,
    Batch,
    LedgerRecorder,
    patiently,
)
from ledger.vault.sealing import Sealing
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


class Run:
    """One batch on its way: decided, sent, and decided again as often as others come first."""

    def __init__(self, means: Means, asked: list[Asked], *, dry_run: bool) -> None:
        self._means = means
        self._knowledge = means.knowledge
        self._drafter = Drafter(means.knowledge)
        self.asked = asked
        self.dry_run = dry_run
        self.disturbed = True
        """Unless it was written as it was sent, what was decided on top of it must be again."""
        self._first_of = self._first_of_each_key()
        self._pending = sorted(set(self._first_of))
        self._drafts: dict[int, Draft] = {}
        self._answers: dict[int, Answer] = {}
        self._prefetched: frozenset[str] = frozenset()
        self._losses = 0
        self._fault: Exception | None = None
        self._sends = 0
        self._sent: Future[Appended] = Future()

    def answers(self) -> list[Answer]:
        """Wait for what was sent; the answers, in the order of what was asked."""
        races = 0
        while self._pending:
            if self._fault:
                raise self._fault
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
        if self._fault:
            return
        self._sends += 1
        batch, writing = self._batch()
        if not self.dry_run:
            self._knowledge.take_as_written()
        self._sent = (writer or AT_ONCE).submit(self._append, batch, writing)

    def abandon(self) -> None:
        """Let what was sent come to its end; nobody waits for the answers any more."""
        if self._sends:
            wait([self._sent], timeout=2 * PATIENCE_SECONDS)

    def _append(self, batch: Batch, writing: list[Draft]) -> Appended:
        if any(draft.papers for draft in writing) or outcomes.lose(writing):
            batch.vault = patiently(lambda: self._sealed(writing)).arrays()
        return patiently(lambda: self._means.recorder.append(batch))

    def _sealed(self, writing: list[Draft]) -> Sealing:
        """For the vault; of a dry run only what tells whether a document is another's."""
        papers = [paper for draft in writing for paper in draft.papers]
        vault = self._means.vault
        with self._means.recorder.datastore.get_connection() as connection:
            if self.dry_run:
                return Sealing(search_rows=vault.search_rows(connection, papers))
            sealing = vault.seal(connection, papers, outcomes.registered(writing))
        return replace(
            sealing,
            unlisted=tuple(outcomes.unlisted(writing)),
            forgotten=tuple(outcomes.forgotten(writing)),
        )

    def _land(self, result: Appended) -> None:
        self.disturbed = self._sends > 1 or result.status != "appended" or bool(result.moved)
        if result.status == "appended":
            self._settle(result)
        else:
            self._knowledge.drop(
                {each for draft in self._drafts.values() for each in draft.written}
            )
        if result.status == "known":
            self._answer_known(result)
        elif result.status == "taken":
            self._answer_taken(result)
        if result.status == "epoch" or result.moved is None:
            self._knowledge.forget_all()
        else:
            self._knowledge.forget(result.moved)
            self._knowledge.reach(result.tail, result.stamp)

    def _first_of_each_key(self) -> list[int]:
        """For each unit, the first of the batch with the same actor and key; mostly itself."""
        places: dict[tuple[str, str], int] = {}
        return [
            places.setdefault((each.unit.authority.person, each.unit.key), place)
            for place, each in enumerate(self.asked)
        ]

    def _answer(self, place: int, first: int) -> Answer:
        answer = self._answers[first]
        if place == first or isinstance(answer, Broken):
            return answer
        if self.asked[place].request != self.asked[first].request:
            return self._other_request(place, answer.position)
        return replace(answer, replayed=True) if isinstance(answer, Accepted) else answer

    # -- deciding ------------------------------------------------------------------------------

    def decide(self) -> None:
        """Decide the batch; what goes wrong is kept for `answers`, so that others have theirs."""
        try:
            self._decide()
        except LOST:
            raise
        except Exception as fault:  # noqa: BLE001 - as above
            self._fault = fault

    def _decide(self) -> None:
        """Draft what has no draft yet, or one that was built on what has moved since."""
        now = self._means.clock()
        self._knowledge.start_over()
        asked = [self.asked[place] for place in self._pending]
        self._prefetched = self._drafter.prefetch(asked, now)
        moved = self._knowledge.lost_since(self._losses)
        self._losses = self._knowledge.losses
        for place in self._pending:
            before = self._drafts.get(place)
            if before and moved is not None and before.reads.isdisjoint(moved):
                self._drafter.replay(before)
                continue
            after = self._drafts[place] = self._drafter.draft(self.asked[place], now)
            if before and moved is not None:
                moved |= before.written | after.written

    def _batch(self) -> tuple[Batch, list[Draft]]:
        """What to append, and the drafts that it consists of or, in a dry run, would."""
        drafts = [self._drafts[place] for place in self._pending]
        accepted = [draft for draft in drafts if draft.accepted]
        writing = [] if self.dry_run else accepted
        batch = Batch(
            epoch=self._knowledge.known_epoch,
            frontier=self._knowledge.frontier,
            frontier_stamp=self._knowledge.frontier_stamp,
            read=self._read(drafts),
            decided_at=max(draft.decided_at for draft in drafts),
        )
        for place, draft in zip(self._pending, drafts, strict=True):
            asked = self.asked[place]
            batch.actors.append(asked.unit.authority.person)
            batch.keys.append(asked.unit.key)
            batch.requests.append(asked.request)
            batch.counts.append(0 if self.dry_run else len(draft.events))
        for draft in writing:
            for written, state in zip(draft.events, draft.states, strict=True):
                batch.streams.append(written.stream)
                batch.versions.append(written.version)
                batch.names.append(written.name)
                batch.states.append(state)
        if any(self.asked[place].unit.at for place in self._pending):
            batch.times = [draft.decided_at for draft in writing]
        return batch, accepted

    def _read(self, drafts: list[Draft]) -> frozenset[str]:
        """Everything that was read; few drafts have read more than was read for all of them."""
        return self._prefetched.union(
            *[
                draft.reads
                for place, draft in zip(self._pending, drafts, strict=True)
                if draft.reads is not self.asked[place].reads
            ]
        )

    # -- answering -----------------------------------------------------------------------------

    def _settle(self, result: Appended) -> None:
        """The batch is written, or found true where there was nothing to write.

        A refusal is true at its place in the batch; what comes behind it may change that.
        """
        position = result.tail
        recorded = iter(result.recorded)
        moment: datetime | None = None
        for place in self._pending:
            draft = self._drafts[place]
            if draft.accepted and not self.dry_run:
                events = outcomes.placed(draft.events, position)
                position += len(events)
                moment = next(recorded, moment)
                self._answers[place] = Accepted(events, position, moment)
            else:
                self._answers[place] = outcomes.unwritten(draft, position)
        self._knowledge.reach(position, result.stamp)
        if not self.dry_run:
            self._knowledge.forget_persons(outcomes.forgotten(list(self._drafts.values())))

    def _answer_taken(self, result: Appended) -> None:
        """Somebody else has the identity document that these units give to a person."""
        drafts = [(place, self.asked[place], self._drafts[place]) for place in self._pending]
        for place, at in outcomes.takers(drafts, result.taken).items():
            self._knowledge.lose(self._drafts.pop(place).written)
            refused = Refused(Code.identity_document_must_be_new)
            self._answers[place] = Declined(refused, result.tail, at)

    def _answer_known(self, result: Appended) -> None:
        """These keys were answered before: by this batch, whose reply was lost, or long ago."""
        known = {self._pending[index]: first for index, first in result.known.items()}
        same = {
            place: first
            for place, first in known.items()
            if self.asked[place].request == first.request
        }
        runs = [(first.position, first.events) for first in same.values()]
        rows = iter(patiently(lambda: self._means.recorder.read_runs(runs)))
        for place, first in known.items():
            self._knowledge.lose(self._drafts.pop(place).written)
            self._answers[place] = (
                outcomes.first_answer(list(islice(rows, first.events)))
                if place in same
                else self._other_request(place, max(result.tail, first.position))
            )

    def _other_request(self, place: int, position: int) -> Declined:
        key = self.asked[place].unit.key
        return Declined(Refused(Code.key_must_not_be_used_for_another_request, key=key), position)

    def _give_up(self, result: Appended) -> None:
        refused = Refused(Code.write_must_win_its_race, attempts=RACES_MOST)
        for place in self._pending:
            self._answers[place] = Declined(refused, result.tail)
