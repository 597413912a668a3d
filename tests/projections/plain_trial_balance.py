"""A trial balance worked out from the raw events, one posting after another, in the slowest way.

It knows the rule book and what each stream begins with, and no table.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from ledger.domain import postings
from ledger.domain.postings import Posting, Unit
from ledger.domain.values import CommunityId, Month, month_of
from ledger.projections.trial_balance import Side
from ledger.projections.view import Basis, View
from ledger.store.codec import Recorded

Place = CommunityId | None
Row = tuple[Side, Place, str, Unit]
Scope = AbstractSet[CommunityId] | None


@dataclass
class Columns:
    opening: int = 0
    increase: int = 0
    decrease: int = 0

    def __bool__(self) -> bool:
        return bool(self.opening or self.increase or self.decrease)

    @property
    def closing(self) -> int:
        return self.opening + self.increase - self.decrease

    def count(self, amount: int, month: Month, asked: Month) -> None:
        if month < asked:
            self.opening += amount
        elif month == asked:
            self.increase += max(amount, 0)
            self.decrease -= min(amount, 0)


def posted(log: Iterable[Recorded], view: View) -> Iterator[tuple[Month, Posting, Posting]]:
    """Each posting known to the view, with its other side, and the month that it counts in."""
    for at in log:
        if view.known is not None and at.position > view.known:
            continue
        booked = view.basis is Basis.booked
        moved = list(postings.of(at.event))
        while moved:
            one, other = moved.pop(0), moved.pop(0)
            month = at.event.booked_in if booked else month_of(at.event.occurred_on)
            yield month, one, other
            yield month, other, one


def homes(log: Iterable[Recorded]) -> dict[str, CommunityId]:
    """The community of each stream whose first event names one."""
    return {
        at.stream: at.event.community
        for at in log
        if at.version == 1 and hasattr(at.event, "community")
    }


def place_of(account: str, homes: dict[str, CommunityId]) -> Place:
    words = account.split("/")
    if words[0] == "community":
        return CommunityId(words[1])
    kind = {"person": "person", "diner": "person", "fund": "fund", "reserved": "fund"}
    if words[0] in kind:
        return homes[f"{kind[words[0]]}-{words[1]}"]
    if words[0] in ("due", "takings"):
        return homes[f"site-{words[1]}"]
    if words[0] == "owes" or words[:2] == ["outside", "cash"]:
        return homes[f"site-{words[-1]}"]
    return None


def line_of(account: str) -> str:
    first, *rest = account.split("/")
    names = {"person": ["*", *rest[1:]], "diner": ["*"], "outside": [*rest[:1], "*"]}
    return "/".join([first, *names.get(first, rest)])


def lines(
    log: Sequence[Recorded], month: Month, view: View, scope: Scope = None
) -> dict[Row, Columns]:
    """The lines of the scope, and of what it moved to others or had from them."""
    found: dict[Row, Columns] = defaultdict(Columns)
    known = homes(log)
    for when, posting, other in posted(log, view):
        place, beside = place_of(posting.account, known), place_of(other.account, known)
        own = place is not None if scope is None else place in scope
        if own or scope is None or beside in scope:
            away = Side.outside if place is None else Side.another_community
            whose = (Side.own, place) if own else (away, None)
            row = found[(*whose, line_of(posting.account), posting.unit)]
            row.count(posting.amount, when, month)
    return {row: columns for row, columns in found.items() if columns}


def accounts(
    log: Sequence[Recorded], month: Month, view: View, below: str, scope: Scope = None
) -> dict[tuple[str, Place, Unit], Columns]:
    """The single accounts below a path that have an entry up to the month's end."""
    found: dict[tuple[str, Place, Unit], Columns] = defaultdict(Columns)
    known = homes(log)
    for when, posting, _ in posted(log, view):
        place = place_of(posting.account, known)
        within = scope is None or place in scope
        if when <= month and within and posting.account.startswith(below):
            row = found[posting.account, place, posting.unit]
            row.count(posting.amount, when, month)
    return dict(sorted(found.items()))
