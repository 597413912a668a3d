"""Sampling: which items an auditor looks at, drawn so that anybody can draw them again.

The seed is the SHA-256 of three lines of UTF-8, each ended by a line feed: the words
`jiefang-ledger/sample@v1`, the root of a signed checkpoint in lower-case hexadecimal, and the nonce
that the auditor gives. Whoever keeps the books cannot know the nonce when she signs the root, and
the auditor cannot choose the root. Numbers come from the seed by counting:

    block i      SHA-256 of the text `<seed in hexadecimal>:<i>`, i = 0, 1, 2, …
    number i     the first 8 bytes of block i, most significant first
    below n      the next number that is less than the largest multiple of n up to 2**64, modulo n;
                 larger ones are passed over, so every result is as likely as any other

Items are taken in the order of their positions in the log, whatever order they came in. What is
reversed is none of them.

    simple       a shuffle that stops: for k = 0, 1, … the item at k changes places with the one at
                 k + below(N - k); the first of them are the sample
    stratified   strata in the order of their names share the sample in proportion to their items,
                 by largest remainder; one that would get none gets one from the most favoured; each
                 is then drawn as above, one after another from the same numbers
    monetary     the amounts are laid end to end, T in all; with u = below(T) the units at
                 (u + k T) // n, k = 0 … n - 1, are hit, and an item that holds one is in the
                 sample. Each unit is as likely as any other, so an item is as likely as it is
                 large, and one of at least T / n is in it for certain
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final, Generic, Protocol, TypeVar, assert_never

NONCE_MOST: Final = 80
_WORDS: Final = "jiefang-ledger/sample@v1"
_NUMBERS: Final = 1 << 64


class Method(StrEnum):
    """How a sample is drawn."""

    simple = "simple"
    stratified = "stratified"
    monetary = "monetary"


class Drawable(Protocol):
    """What can be drawn: it has a place of its own in the log, and an amount."""

    @property
    def position(self) -> int:
        """Where it stands in the log."""
        ...

    @property
    def amount(self) -> int:
        """What it comes to; not below zero."""
        ...


T = TypeVar("T", bound=Drawable)


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of the population: how many items it has, and how many of them were drawn."""

    name: str
    items: int
    drawn: int


@dataclass(frozen=True, slots=True)
class Sample(Generic[T]):
    """What was drawn, in the order of the log; `certain` are those that no draw could miss."""

    drawn: tuple[T, ...]
    certain: tuple[T, ...] = ()
    strata: tuple[Stratum, ...] = ()


class SampleImpossible(ValueError):
    """So much cannot be drawn from so little; told in both languages."""

    def __init__(self, size: int, least: int, most: int) -> None:
        self.least, self.most = least, most
        super().__init__(
            f"{size} items cannot be drawn: the population has {most}, {least} must be drawn at "
            f"least. 无法抽取 {size} 项：总体有 {most} 项，至少须抽 {least} 项。"
        )


def seed_of(root: bytes, nonce: str) -> str:
    """The seed, in hexadecimal."""
    return sha256(f"{_WORDS}\n{root.hex()}\n{nonce}\n".encode()).hexdigest()


def is_nonce(text: str) -> bool:
    """Whether the text is one line that anybody can type again."""
    return 0 < len(text) <= NONCE_MOST and text.isprintable() and text == text.strip()


class Draws:
    """Numbers that follow from a seed; see above."""

    def __init__(self, seed: str) -> None:
        self._seed, self._next = seed, 0

    def below(self, bound: int) -> int:
        """The next number from 0 up to, but not including, the bound: at least 1, at most 2**64."""
        whole = _NUMBERS - _NUMBERS % bound
        while (number := self._number()) >= whole:
            pass
        return number % bound

    def _number(self) -> int:
        block = sha256(f"{self._seed}:{self._next}".encode()).digest()
        self._next += 1
        return int.from_bytes(block[:8])


# -- methods -------------------------------------------------------------------------------------


def draw(
    method: Method, items: Iterable[T], size: int, seed: str, stratum: Callable[[T], str]
) -> Sample[T]:
    """A sample by that method; `stratum` names the part of an item. Raises SampleImpossible."""
    match method:
        case Method.simple:
            return simple(items, size, seed)
        case Method.stratified:
            strata: defaultdict[str, list[T]] = defaultdict(list)
            for item in items:
                strata[stratum(item)].append(item)
            return stratified(strata, size, seed)
        case Method.monetary:
            return monetary(items, size, seed)
        case _:
            assert_never(method)


def simple(items: Iterable[T], size: int, seed: str) -> Sample[T]:
    """So many of them, each set of that size as likely as any other. Raises SampleImpossible."""
    population = _in_order(items)
    _must_fit(size, 1, len(population))
    return Sample(_in_order(_shuffled(population, size, Draws(seed))))


def stratified(strata: Mapping[str, Sequence[T]], size: int, seed: str) -> Sample[T]:
    """So many of all strata together, at least one of each. Raises SampleImpossible."""
    found = {name: _in_order(strata[name]) for name in sorted(strata) if strata[name]}
    counts = {name: len(items) for name, items in found.items()}
    _must_fit(size, len(found), sum(counts.values()))
    draws, shares = Draws(seed), allotted(counts, size)
    drawn = [each for name in found for each in _shuffled(found[name], shares[name], draws)]
    told = tuple(Stratum(name, counts[name], shares[name]) for name in found)
    return Sample(_in_order(drawn), strata=told)


def monetary(items: Iterable[T], size: int, seed: str) -> Sample[T]:
    """Those that hold one of so many units, evenly spaced. Raises SampleImpossible."""
    population = [item for item in _in_order(items) if item.amount > 0]
    total = sum(item.amount for item in population)
    _must_fit(size, 1, len(population))
    start = Draws(seed).below(total)
    drawn, certain = [], []
    begin = 0
    for item in population:
        end = begin + item.amount
        if _hits(start, total, size, begin) < _hits(start, total, size, end):
            drawn.append(item)
            if item.amount * size >= total:
                certain.append(item)
        begin = end
    return Sample(tuple(drawn), tuple(certain))


def allotted(counts: Mapping[str, int], size: int) -> dict[str, int]:
    """How much of the sample each stratum gets: by largest remainder, of equals the first name's.

    Every count is at least 1, and the size is from their number up to their sum.
    """
    whole = sum(counts.values())
    shares = {name: size * count // whole for name, count in counts.items()}
    by_remainder = sorted(counts, key=lambda name: (-(size * counts[name] % whole), name))
    for name in by_remainder[: size - sum(shares.values())]:
        shares[name] += 1
    for name in [name for name, share in shares.items() if not share]:
        favoured = max(
            (each for each, share in shares.items() if share > 1),
            key=lambda each: shares[each] * whole - size * counts[each],
        )
        shares[favoured] -= 1
        shares[name] = 1
    return shares


def _in_order(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(sorted(items, key=lambda item: item.position))


def _shuffled(items: Sequence[T], size: int, draws: Draws) -> Iterator[T]:
    left = list(items)
    for place in range(size):
        other = place + draws.below(len(left) - place)
        left[place], left[other] = left[other], left[place]
        yield left[place]


def _hits(start: int, total: int, size: int, unit: int) -> int:
    """How many k from 0 on have (start + k total) // size below the unit."""
    return max(0, -(-(unit * size - start) // total))


def _must_fit(size: int, least: int, most: int) -> None:
    if not max(least, 1) <= size <= most:
        raise SampleImpossible(size, max(least, 1), most)
