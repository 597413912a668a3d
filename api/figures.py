"""Figures: those of notices, counted once and then remembered.

What is known at a position of a log never changes, so the figures of a notice are counted when it
is first read, and those of now once a position. What is remembered goes by the log's epoch and the
event at the position: of a log that was restored nothing is mistaken for another's. Only figures
with the digest that was published are remembered as a notice's. Nobody is named in them.
"""

from collections import OrderedDict
from collections.abc import Collection, Hashable
from threading import Lock
from typing import Any, Final, Generic, TypeVar

from ledger.domain.values import CommunityId, Digest, Month, NoticeId
from ledger.projections import month_deeds, public_months
from ledger.projections.notices import Notice
from ledger.projections.periods import ClosedMonth
from ledger.projections.public_figures import PublicDeeds, PublicMonth
from ledger.projections.public_months import Draft
from ledger.projections.reading import Mark, mark_of

REMEMBERED_MOST: Final = 500

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Figures:
    """What is remembered, for many threads; two that ask at once may both count."""

    def __init__(self, remembered: int = REMEMBERED_MOST) -> None:
        self._published = _Memory[tuple[Mark, NoticeId, Digest], Draft](remembered)
        self._latest = _Memory[tuple[NoticeId, Digest], tuple[Mark, PublicMonth]](remembered)
        self._closed = _Memory[tuple[Mark, ClosedMonth, int], PublicDeeds](remembered)

    def published(self, connection: Any, notice: Notice) -> Draft | None:  # noqa: ANN401 - see Room
        """The figures of the notice, in its form; None where they are not those published."""
        key = mark_of(connection, notice.at_position), notice.notice, notice.digest
        found = self._published.get(key)
        if found is None:
            month = notice.community, notice.month
            counted = public_months.draft(connection, *month, notice.at_position)
            found = counted.published_as(notice.digest)
            if found is not None:
                self._published.put(key, found)
        return found

    def now(
        self,
        connection: Any,  # noqa: ANN401 - see Room
        notice: Notice,
        then: Draft,
        position: int,
    ) -> PublicMonth:
        """The month as known at the position, in the notice's form; the last figures are kept.

        What a closed month cannot have got since is not counted again.
        """
        mark, key = mark_of(connection, position), (notice.notice, then.digest)
        remembered = self._latest.get(key)
        if remembered is not None and remembered[0] == mark:
            return remembered[1]
        since = then.sums if notice.reopened_on is None else None
        month = notice.community, notice.month
        draft = public_months.draft(connection, *month, position, since=since)
        found = draft.in_form(then.figures.form)
        self._latest.put(key, (mark, found))
        return found

    def closed(
        self,
        connection: Any,  # noqa: ANN401 - see Room
        months: Collection[ClosedMonth],
        position: int,
    ) -> dict[tuple[CommunityId, Month], PublicDeeds]:
        """What is shown of each of these months as known at the position; at it they are closed.

        A closed month takes no entry; what is shown of it changes where it is found who is one.
        """
        identities = month_deeds.identities(connection, position)
        found = {}
        for month in months:
            key = mark_of(connection, month.position), month, identities
            shown = self._closed.get(key)
            if shown is None:
                asked = month.community, month.month, position
                shown = public_months.shown_of(month_deeds.of_month(connection, *asked))
                self._closed.put(key, shown)
            found[month.community, month.month] = shown
        return found


class _Memory(Generic[K, V]):
    """So many at most; what was not asked for the longest goes first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._found: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: K, value: V) -> None:
        with self._lock:
            self._found[key] = value
            self._found.move_to_end(key)
            if len(self._found) > self._size:
                self._found.popitem(last=False)
