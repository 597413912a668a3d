"""What the engine knows: states of streams, all true at one position, and the sheets they name.

Figures of whole months are not folded from a stream but counted, and never change again.

Below the overlay lies the cache of what is written; above it, what this batch has decided so far.
Everything known holds up to `frontier` in `epoch`; what others write later is learnt by asking,
and nothing is ever answered that was not checked against the log once more (see `engine`).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import islice
from typing import Any, Final, TypeVar
from uuid import UUID

from ledger.domain import people, person_records
from ledger.domain.catalogue import kind_of
from ledger.domain.decisions import Stream
from ledger.domain.facts import FactSheet
from ledger.domain.values import PersonId
from ledger.projections.counting import COUNTED, Counted
from ledger.store.codec import decode_event
from ledger.store.recorder import LedgerRecorder, Loaded, patiently

PERSON: Final = "person-"
STREAMS_MOST: Final = 200_000
"""How many streams are kept; the oldest go first."""

S = TypeVar("S")
K = TypeVar("K")
Entry = tuple[int, Any]
"""A stream's version and state."""

SheetKey = tuple[PersonId, int]
LoadCounted = Callable[[Collection[str]], Mapping[str, Counted]]
"""What these streams stand for, as far as it is counted yet."""
LoadSheets = Callable[[Mapping[SheetKey, str]], dict[SheetKey, FactSheet]]
"""The sheets named, each of which must be the one that the log committed to."""


class Knowledge:
    """States and sheets, for `decide` to read and for the engine to keep true."""

    def __init__(
        self,
        recorder: LedgerRecorder,
        load_sheets: LoadSheets,
        forget_sheets: Callable[[], None],
        forget_sheets_of: Callable[..., None],
        load_counted: LoadCounted,
    ) -> None:
        self._recorder = recorder
        self._load_counted = load_counted
        self._uncounted: set[str] = set()
        self._load_sheets = load_sheets
        self._forget_sheets = forget_sheets
        self._forget_sheets_of = forget_sheets_of
        self._written: dict[str, Entry] = {}
        self._decided: dict[str, Entry] = {}
        self._undo: list[tuple[str, Entry | None]] = []
        self._sheets: dict[PersonId, tuple[int, FactSheet | None]] = {}
        self._decided_sheets: dict[SheetKey, FactSheet] = {}
        self._lost: list[set[str] | None] = []
        self.frontier = 0
        self.frontier_stamp: bytes | None = None
        self.epoch: UUID | None = None

    @property
    def known_epoch(self) -> UUID:
        """The epoch in which everything known holds; ValueError before anything was read."""
        if self.epoch is None:
            raise ValueError("nothing has been read yet")
        return self.epoch

    # -- what decisions read -------------------------------------------------------------------

    def __getitem__(self, stream: Stream[S]) -> S:
        """The state of a stream that was learnt; KeyError for one that `needs` did not name."""
        state: S = (self._decided.get(stream) or self._written[stream])[1]
        return state

    def get(self, stream: Stream[S]) -> S | None:
        """The state, or None while the stream has not been learnt."""
        entry = self._decided.get(stream) or self._written.get(stream)
        return None if entry is None else entry[1]

    def sheet(self, person: PersonId) -> FactSheet | None:
        """The sheet that the person's stream names; None if she has none, or it was erased."""
        version = self[people.stream(person)].facts_version
        if decided := self._decided_sheets.get((person, version)):
            return decided
        kept, sheet = self._sheets.get(person, (0, None))
        return sheet if kept == version else None

    # -- learning from the log -----------------------------------------------------------------

    def refresh(self, streams: Collection[Stream[Any]]) -> bool:
        """Know all of these, true at one position; whether anything had to be read.

        What others moved meanwhile is dropped, so this is for between batches only: a decision
        that was made on what is dropped here would not be noticed.
        """
        news = False
        while wanted := self._unknown(streams):
            news = True
            loaded = self._load(wanted)
            if loaded.epoch != self.epoch or loaded.tail < self.frontier or loaded.moved is None:
                self.forget_all()
            else:
                self.forget(loaded.moved)
            self.epoch = loaded.epoch
            self.frontier, self.frontier_stamp = loaded.tail, loaded.stamp
            self._fold_rows(wanted, loaded.events)
        self._learn_sheets(streams)
        return news

    def learn(self, streams: Collection[Stream[Any]]) -> None:
        """Know these too while a batch is being decided.

        The frontier stays: if somebody moved one of them, or what was read, the append notices it.
        """
        if wanted := self._unknown(streams):
            self._fold_rows(wanted, self._load(wanted).events)
        self._learn_sheets(streams)

    def _load(self, wanted: set[Stream[Any]]) -> Loaded:
        return patiently(lambda: self._recorder.load(self.frontier, wanted, self.frontier_stamp))

    def _unknown(self, streams: Collection[Stream[Any]]) -> set[Stream[Any]]:
        return set(streams).difference(self._written, self._decided)

    def _fold_rows(self, wanted: set[Stream[Any]], rows: list[tuple[str, int, str, bytes]]) -> None:
        """All or nothing: half a stream would pass for the whole."""
        folded: dict[str, Entry] = {stream: (0, kind_of(stream).initial) for stream in wanted}
        if asked := [stream for stream in wanted if stream.startswith(COUNTED)]:
            counted = patiently(lambda: self._load_counted(asked))
            folded.update((stream, (0, figures)) for stream, figures in counted.items())
            self._uncounted.update(set(asked).difference(counted))
        for name, version, topic, state in rows:
            before = folded[name][1]
            folded[name] = version, kind_of(Stream(name)).evolve(before, decode_event(topic, state))
        self._written.update(folded)

    def _learn_sheets(self, streams: Collection[Stream[Any]]) -> None:
        keys = [self._sheet_key(stream) for stream in streams if stream.startswith(PERSON)]
        if wanted := {
            key: self[people.stream(key[0])].facts_commitment
            for key in keys
            if key[1] and not self._has_sheet(key)
        }:
            loaded = patiently(lambda: self._load_sheets(wanted))
            for key in wanted:
                self._sheets[key[0]] = key[1], loaded.get(key)

    def _has_sheet(self, key: SheetKey) -> bool:
        """A sheet that this batch has decided is not in the vault yet, and not missing either."""
        person, version = key
        return key in self._decided_sheets or self._sheets.get(person, (0, None))[0] == version

    def _sheet_key(self, stream: Stream[person_records.Person]) -> SheetKey:
        return _person_of(stream), self[stream].facts_version

    def untouched(self, streams: Collection[str]) -> bool:
        """Whether nothing decided in this batch concerns these streams."""
        return self._decided.keys().isdisjoint(streams)

    # -- deciding ------------------------------------------------------------------------------

    def fold(self, stream: Stream[Any], event: object) -> int:
        """Take a decided event as given for the rest of the batch; its version is answered."""
        before = self._decided.get(stream)
        version, state = before or self._written[stream]
        self._undo.append((stream, before))
        self._decided[stream] = (version + 1, kind_of(stream).evolve(state, event))
        return version + 1

    def fold_sheet(self, person: PersonId, version: int, sheet: FactSheet) -> None:
        """Take a sheet as recorded for the rest of the batch."""
        self._decided_sheets[person, version] = sheet

    def mark(self) -> int:
        """Where to go back to if what follows is refused."""
        return len(self._undo)

    def go_back(self, mark: int) -> None:
        """Take back what was folded since the mark."""
        while len(self._undo) > mark:
            stream, before = self._undo.pop()
            if before is None:
                del self._decided[stream]
            else:
                self._decided[stream] = before

    def start_over(self) -> None:
        """Take back the whole batch."""
        self._decided.clear()
        self._decided_sheets.clear()
        self._undo.clear()

    def rest(self) -> None:
        """Nothing is on its way any more; what was not counted yet may be by the next time."""
        self.start_over()
        self._lost.clear()
        for stream in self._uncounted:
            self._written.pop(stream, None)
        self._uncounted.clear()

    # -- staying true --------------------------------------------------------------------------

    def take_as_written(self) -> None:
        """The batch is on its way to the log; if it does not arrive, forget what it wrote.

        Its newest sheets too: the next batch may need them before they are in the vault.
        """
        self._written.update(self._decided)
        for stream in filter(_is_person, self._decided):
            person, version = key = self._sheet_key(Stream(stream))
            if key in self._decided_sheets:
                self._sheets[person] = version, self._decided_sheets[key]
        self.start_over()

    def reach(self, position: int, stamp: bytes | None) -> None:
        """All that is known now holds up to this position; the log was looked at that far."""
        if position > self.frontier:
            self.frontier, self.frontier_stamp = position, stamp
        self._evict()

    def forget(self, streams: Iterable[str]) -> None:
        """Others wrote to these streams; of a person they may have left nothing in the vault."""
        streams = list(streams)
        self.lose(streams)
        self.drop(streams)
        self.forget_persons([_person_of(stream) for stream in streams if _is_person(stream)])

    def drop(self, streams: Iterable[str]) -> None:
        """What was taken as written did not arrive: read these again when they are needed."""
        for stream in streams:
            self._written.pop(stream, None)
            if _is_person(stream):
                self._sheets.pop(_person_of(stream), None)

    def forget_persons(self, persons: Collection[PersonId]) -> None:
        """Ask the vault again for what it holds of these."""
        for person in persons:
            self._sheets.pop(person, None)
        if persons:
            self._forget_sheets_of(*persons)

    def lose(self, streams: Iterable[str]) -> None:
        """What was decided on these streams must be decided again."""
        self._lost.append(set(streams))

    @property
    def losses(self) -> int:
        """How often something was lost; for `lost_since`."""
        return len(self._lost)

    def lost_since(self, losses: int) -> set[str] | None:
        """The streams lost since there were so many losses; None when nothing known then holds.

        Two batches may be on their way, and each is to hear of what the other has found out.
        """
        lost: set[str] = set()
        for streams in self._lost[losses:]:
            if streams is None:
                return None
            lost |= streams
        return lost

    def forget_all(self) -> None:
        """Nothing known holds any more: the ledger was restored or failed over."""
        self._written.clear()
        self._sheets.clear()
        self._forget_sheets()
        self._lost.append(None)
        self.epoch, self.frontier, self.frontier_stamp = None, 0, None

    def _evict(self) -> None:
        _keep_the_newest(self._written)
        _keep_the_newest(self._sheets)


def _is_person(stream: str) -> bool:
    return stream.startswith(PERSON)


def _person_of(stream: str) -> PersonId:
    return PersonId(stream.removeprefix(PERSON))


def _keep_the_newest(known: dict[K, Any]) -> None:
    surplus = len(known) - STREAMS_MOST
    if surplus > 0:
        for key in list(islice(known, surplus + STREAMS_MOST // 10)):
            del known[key]
