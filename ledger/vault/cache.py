"""The fact sheets opened lately. Papers are immutable, so what is remembered does not go stale."""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from threading import Lock

from ledger.domain.values import PersonId
from ledger.vault.sheets import Opened, PaperName


class Cache:
    """A bounded memory that drops first what was not asked for the longest; for many threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._opened: OrderedDict[PaperName, Opened] = OrderedDict()
        self._names: dict[PersonId, set[PaperName]] = {}
        self._forgotten = 0
        self._lock = Lock()

    def recall(self, names: Iterable[PaperName]) -> tuple[dict[PaperName, Opened], int]:
        """What is remembered of these, and the moment to give back to `remember`."""
        with self._lock:
            found = {name: self._opened[name] for name in names if name in self._opened}
            for name in found:
                self._opened.move_to_end(name)
            return found, self._forgotten

    def remember(self, opened: Mapping[PaperName, Opened], moment: int) -> None:
        """Keep what was read since that moment, unless somebody was forgotten meanwhile.

        She may have been among those read: an erased sheet must not come back this way.
        """
        with self._lock:
            if moment != self._forgotten:
                return
            self._opened.update(opened)
            for name in opened:
                self._names.setdefault(name.person, set()).add(name)
            while len(self._opened) > self._size:
                self._no_more(next(iter(self._opened)))

    def _no_more(self, name: PaperName) -> None:
        del self._opened[name]
        hers = self._names[name.person]
        hers.discard(name)
        if not hers:
            del self._names[name.person]

    def clear(self) -> None:
        with self._lock:
            self._forgotten += 1
            self._opened.clear()
            self._names.clear()

    def forget(self, persons: Collection[PersonId]) -> None:
        """Others' moves of a person are heard of often, so this takes no longer than she has."""
        with self._lock:
            self._forgotten += 1
            for person in persons:
                for name in self._names.pop(person, ()):
                    del self._opened[name]
