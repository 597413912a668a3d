"""Partings: where a log that was begun anew left the one before, and what it lost.

The newer log says itself that it was begun anew: from which log, how far that one had been signed,
and, where it was put back from a backup, with how many entries. Each of that is compared with the
former log, of which there is a bundle or a checkpoint that was kept.

How many entries both begin with is found in the trees, by bisection: each root that is asked for
is proven from the tiles at hand to begin what was signed. Who signed that is what `verify` asks.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from ledger.audit.bundle import CHECKPOINT, Bundle, Progress
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.logs import LogBroken, checkpoint_of, of_bundle
from ledger.audit.merkle import EMPTY, consistency, fold, is_consistent, subtrees
from ledger.audit.signed_files import unseen
from ledger.audit.tiles import Place, Tile, found, root, width_of
from ledger.domain.community_records import SHANGHAI
from ledger.domain.origins import LogRestored, OriginBegun, OriginReason
from ledger.domain.values import local_day
from ledger.store.codec import Recorded

TOLD: Final = (LogRestored, OriginBegun)
Former: TypeAlias = Bundle | Checkpoint


@dataclass(frozen=True, slots=True)
class Begun:
    """What the newer log says of its beginning: of which log, and how far it had been signed."""

    position: int
    recorded_on: date
    reason: OriginReason
    signed_size: int
    signed_root: str


@dataclass(frozen=True, slots=True)
class PutBack:
    """What the newer log says where they part: it came back from a backup of so many entries."""

    position: int
    recorded_on: date
    size: int


@dataclass(frozen=True, slots=True)
class Parting:
    """Where two logs part.

    `same` is how many entries both begin with; None where a checkpoint alone cannot tell.
    `agrees` is whether the former log signed what the newer says that it signed; None where what is
    at hand of it does not end there. `lost` counts the entries behind `same`, by event.
    """

    former: str
    newer: str
    size_then: int
    size_now: int
    begun: Begun
    agrees: bool | None
    same: int | None
    put_back: PutBack | None
    lost: dict[str, int]

    @property
    def goes_on(self) -> bool:
        """Whether the newer log holds all that is at hand of the former one."""
        return self.same == self.size_then

    @property
    def explained(self) -> bool:
        """Whether nothing but what the newer log says happened between the two."""
        told = self.goes_on or self.same is None or self.put_back is not None
        return told and self.agrees is not False and self.size_then <= self.begun.signed_size


class Signed:
    """The roots that a bundle's log had, each proven from its tiles to begin what was signed."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.checkpoint = checkpoint_of(bundle.file(CHECKPOINT))
        self._hashes = _Hashes(bundle, self.checkpoint.size)

    def root(self, size: int) -> bytes:
        """The root of its first so many entries. Raises LogBroken."""
        whole = self.checkpoint
        try:
            one = root(size, self._hashes)
            proof = [
                fold(found(each, self._hashes) for each in subtrees(leaves))
                for leaves in consistency(size, whole.size)
            ] if size else []  # fmt: skip
        except (OSError, KeyError):
            raise _no_tiles(whole) from None
        proven = is_consistent(size, whole.size, proof, one, whole.root) if size else one == EMPTY
        if not proven:
            raise _no_tiles(whole)
        return one


class _Hashes(dict[Place, bytes]):
    """The tiles of a bundle, each read when it is asked for."""

    def __init__(self, bundle: Bundle, size: int) -> None:
        super().__init__()
        self._bundle, self._size = bundle, size

    def __missing__(self, place: Place) -> bytes:
        hashes = self._bundle.file(Tile(place, width_of(place, self._size)).path)
        self[place] = hashes
        return hashes


def same(one: Signed, other: Signed) -> int:
    """How many entries both begin with: the same root means the same entries."""
    sizes = range(1, min(one.checkpoint.size, other.checkpoint.size) + 1)
    return bisect_left(sizes, x=True, key=lambda size: one.root(size) != other.root(size))


def part(former: Former, newer: Bundle, progress: Progress = unseen) -> Parting:
    """Where the newer log left the former one. Raises LogBroken if it does not say that it did."""
    old = Signed(former) if isinstance(former, Bundle) else None
    then = former if isinstance(former, Checkpoint) else checkpoint_of(former.file(CHECKPOINT))
    new = Signed(newer)
    told = [at for at in of_bundle(newer, progress) if isinstance(at.event, TOLD)]
    begun = _begun(told, then.origin)
    if begun is None:
        raise _two_logs(then, new, old, progress)
    shared = same(old, new) if old else _shared(then, new)
    return Parting(
        then.origin,
        new.checkpoint.origin,
        then.size,
        new.checkpoint.size,
        begun,
        _agrees(begun, then, old),
        shared,
        _put_back(told, shared),
        _lost(old, shared, progress),
    )


def _shared(then: Checkpoint, new: Signed) -> int | None:
    """All that a kept checkpoint is about, or nothing that can be told."""
    there = then.size <= new.checkpoint.size and new.root(then.size) == then.root
    return then.size if there else None


def _begun(told: Iterable[Recorded], origin: str) -> Begun | None:
    for at in told:
        if isinstance(event := at.event, OriginBegun) and event.before.origin == origin:
            before = event.before
            return Begun(at.position, _day(at), event.reason, before.size, before.root)
    return None


def _put_back(told: Iterable[Recorded], shared: int | None) -> PutBack | None:
    for at in told:
        if isinstance(event := at.event, LogRestored) and at.position - 1 == event.size == shared:
            return PutBack(at.position, _day(at), event.size)
    return None


def _agrees(begun: Begun, then: Checkpoint, old: Signed | None) -> bool | None:
    if begun.signed_size == then.size:
        return then.root.hex() == begun.signed_root
    if old is None or not 0 <= begun.signed_size <= then.size:
        return None
    return old.root(begun.signed_size).hex() == begun.signed_root


def _lost(old: Signed | None, shared: int | None, progress: Progress) -> dict[str, int]:
    if old is None or shared is None or shared == old.checkpoint.size:
        return {}
    entries = of_bundle(old.bundle, progress)
    lost = Counter(at.name.partition(".")[0] for at in entries if at.position > shared)
    return dict(sorted(lost.items()))


def _day(at: Recorded) -> date:
    return local_day(at.recorded_at, SHANGHAI)


# -- why not -----------------------------------------------------------------------------------


def _no_tiles(whole: Checkpoint) -> LogBroken:
    return LogBroken(
        f"The hashes in the bundle of {whole.origin} do not lead to its checkpoint: run jiefang "
        "verify.",
        f"{whole.origin} 审计包中的哈希得不出其检查点，请运行 jiefang verify。",
    )


def _two_logs(then: Checkpoint, new: Signed, old: Signed | None, progress: Progress) -> LogBroken:
    en = f"Two logs: {then.origin} and {new.checkpoint.origin}."
    zh = f"这是两份日志：{then.origin} 与 {new.checkpoint.origin}。"
    if old is None:
        return LogBroken(en, zh)
    events = of_bundle(old.bundle, progress)
    told = [at for at in events if isinstance(at.event, OriginBegun)]
    if _begun(told, new.checkpoint.origin):
        return LogBroken(
            f"{en} The first was begun anew from the second: name the older first.",
            f"{zh}前者是从后者重新开始的：请先写较早的一份。",
        )
    shared = same(old, new)
    return LogBroken(
        f"{en} Neither says that it was begun anew from the other; the first {shared} entries are "
        "the same.",
        f"{zh}两者均未登记从对方重新开始；前 {shared} 条相同。",
    )
