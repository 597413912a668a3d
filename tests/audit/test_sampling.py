"""Samples: the same for whoever draws again, of the size that was asked, and fair."""

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit import sampling
from ledger.audit.sampling import Draws, Method, SampleImpossible

ROOT = sha256(b"a root").digest()
SEED = sampling.seed_of(ROOT, "2026年3月审计 一号")


@dataclass(frozen=True)
class Unit:
    position: int
    amount: int = 1
    stratum: str = ""


def stratum_of(unit: Unit) -> str:
    return unit.stratum


def numbered(count: int) -> list[Unit]:
    return [Unit(position) for position in range(1, count + 1)]


@st.composite
def populations(draw: st.DrawFn) -> list[Unit]:
    positions = draw(st.sets(st.integers(1, 10**9), min_size=1, max_size=60))
    amounts = st.one_of(st.just(0), st.integers(1, 5000), st.integers(1, 10**9))
    return [Unit(each, draw(amounts), draw(st.sampled_from("abcd"))) for each in positions]


SEEDS = st.text(min_size=1, max_size=20).map(lambda text: sampling.seed_of(ROOT, text))


# -- the numbers ---------------------------------------------------------------------------------


def test_the_seed_and_the_numbers_are_those_that_coreutils_computed() -> None:
    """The vector of docs/auditing.md: 3 of 10 items, worked out there with sha256sum."""
    seed = sampling.seed_of(bytes.fromhex("9f" * 32), "nonce 1")
    assert seed == "1429f9ab1297fef910eeca66f1c3bfc59143973b78c8d83b98fd002c316d2523"
    draws = Draws(seed)
    assert [draws.below(bound) for bound in (10, 9, 8)] == [6, 3, 4]
    drawn = sampling.simple(numbered(10), 3, seed).drawn
    assert [each.position for each in drawn] == [1, 5, 7]
    units = [Unit(1, 300), Unit(2, 100), Unit(3, 600)]
    assert sampling.monetary(units, 2, seed) == sampling.Sample((units[0], units[2]), (units[2],))
    told = (Path(__file__).parents[2] / "docs/auditing.md").read_text("utf-8")
    for word in (seed, "sample: 1, 5, 7", "the units hit are 103 and 603", *sampling.Method):
        assert word in told


def test_numbers_beyond_the_largest_multiple_are_passed_over() -> None:
    """Of a bound over 2**63 nearly every second number is."""
    bound = (1 << 63) + 1
    draws, blocks = Draws(SEED), (sha256(f"{SEED}:{each}".encode()).digest() for each in range(99))
    expected = [number for block in blocks if (number := int.from_bytes(block[:8])) < bound]
    assert 20 < len(expected) < 80
    assert [draws.below(bound) for _ in expected] == expected


def test_every_number_below_a_bound_is_as_likely_as_any_other() -> None:
    """Chi-square with 9 degrees of freedom; above 27.9 it is one in a thousand."""
    draws = Draws(SEED)
    counts = Counter(draws.below(10) for _ in range(10_000))
    assert chi_square(counts, dict.fromkeys(range(10), 1000)) < 27.9


def chi_square(counts: Counter[int], expected: dict[int, float]) -> float:
    return sum((counts[each] - count) ** 2 / count for each, count in expected.items())


@pytest.mark.parametrize(
    ("text", "right"),
    [("", False), ("a", True), ("一" * 80, True), ("a" * 81, False), ("a\nb", False),
     (" a", False), ("a ", False), ("\x00", False), ("a b", True), ("\u200b", False)],
)  # fmt: skip
def test_a_nonce_is_one_line_that_anybody_can_type_again(text: str, right: bool) -> None:
    assert sampling.is_nonce(text) is right


# -- every method --------------------------------------------------------------------------------


@given(populations(), SEEDS, st.sampled_from(Method), st.data())
def test_a_sample_is_the_same_whatever_order_items_come_in(
    units: list[Unit], seed: str, method: Method, data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, len(units)))
    other = data.draw(st.permutations(units))
    try:
        drawn = sampling.draw(method, units, size, seed, stratum_of)
    except SampleImpossible:
        with pytest.raises(SampleImpossible):
            sampling.draw(method, other, size, seed, stratum_of)
        return
    assert sampling.draw(method, other, size, seed, stratum_of) == drawn
    positions = [each.position for each in drawn.drawn]
    assert positions == sorted(set(positions))
    assert set(drawn.drawn) <= set(units)
    assert set(drawn.certain) <= set(drawn.drawn)
    if method is Method.monetary:
        assert 1 <= len(positions) <= size
    else:
        assert len(positions) == size


@pytest.mark.parametrize("method", Method)
def test_another_nonce_is_another_sample(method: Method) -> None:
    dice = Random(1)
    units = [Unit(place, dice.randrange(1, 5000)) for place in range(1, 501)]
    seeds = [sampling.seed_of(ROOT, str(number)) for number in range(20)]
    found = {sampling.draw(method, units, 20, seed, stratum_of).drawn for seed in seeds}
    assert len(found) > 15
    other = sampling.seed_of(sha256(b"another root").digest(), "0")
    assert sampling.draw(method, units, 20, other, stratum_of) != sampling.draw(
        method, units, 20, seeds[0], stratum_of
    )


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize(("count", "size"), [(0, 1), (3, 0), (3, 4), (3, -1)])
def test_what_cannot_be_drawn_is_told_with_its_bounds(
    method: Method, count: int, size: int
) -> None:
    with pytest.raises(SampleImpossible) as told:
        sampling.draw(method, numbered(count), size, SEED, stratum_of)
    assert f"the population has {count}, " in str(told.value)
    assert f"总体有 {count} 项" in str(told.value)
    assert (told.value.least, told.value.most) == (1, count)


@pytest.mark.parametrize("method", Method)
def test_all_of_them_can_be_drawn(method: Method) -> None:
    units = numbered(30)
    assert sampling.draw(method, units, 30, SEED, stratum_of).drawn == tuple(units)


# -- simple --------------------------------------------------------------------------------------


def test_every_item_is_as_likely_as_any_other() -> None:
    """Each of 12 items in 3 of 12: chi-square, 11 degrees of freedom, 31.3 is one in a thousand.

    Drawn without putting back, the counts vary by less than that.
    """
    counts: Counter[int] = Counter()
    for number in range(4000):
        seed = sampling.seed_of(ROOT, f"n{number}")
        counts.update(each.position for each in sampling.simple(numbered(12), 3, seed).drawn)
    assert chi_square(counts, dict.fromkeys(range(1, 13), 1000)) < 31.3


# -- stratified ----------------------------------------------------------------------------------


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 400), min_size=1), st.data())
def test_strata_share_a_sample_in_proportion_and_each_has_one(
    counts: dict[str, int], data: st.DataObject
) -> None:
    whole = sum(counts.values())
    size = data.draw(st.integers(len(counts), whole))
    shares = sampling.allotted(counts, size)
    assert sum(shares.values()) == size
    lifted = sum(size * count < whole for count in counts.values())
    for name, count in counts.items():
        assert 1 <= shares[name] <= count
        assert shares[name] * whole < size * count + whole or shares[name] == 1
        assert shares[name] * whole > size * count - whole * (1 + lifted)


def test_what_is_left_goes_to_the_largest_remainders() -> None:
    assert sampling.allotted({"a": 41, "b": 33, "c": 26}, 10) == {"a": 4, "b": 3, "c": 3}
    assert sampling.allotted({"a": 50, "b": 50}, 3) == {"a": 2, "b": 1}
    assert sampling.allotted({"a": 990, "b": 5, "c": 5}, 10) == {"a": 8, "b": 1, "c": 1}


def test_a_stratified_sample_says_what_came_from_where() -> None:
    units = [Unit(each, stratum="ab"[each % 5 == 0]) for each in range(1, 101)]
    found = sampling.draw(Method.stratified, units, 10, SEED, stratum_of)
    assert [(each.name, each.items, each.drawn) for each in found.strata] == [
        ("a", 80, 8),
        ("b", 20, 2),
    ]
    assert Counter(each.stratum for each in found.drawn) == {"a": 8, "b": 2}


def test_fewer_than_there_are_strata_cannot_be_drawn() -> None:
    units = [Unit(each, stratum=str(each)) for each in range(5)]
    with pytest.raises(SampleImpossible, match="5 must be drawn"):
        sampling.draw(Method.stratified, units, 4, SEED, stratum_of)


# -- monetary ------------------------------------------------------------------------------------


def hit(units: list[Unit], size: int, seed: str) -> set[int]:
    """As it is written down: every unit of money laid end to end, the n that are hit looked up."""
    laid = [unit.position for unit in units for _ in range(unit.amount)]
    start = Draws(seed).below(len(laid))
    return {laid[(start + k * len(laid)) // size] for k in range(size)}


@given(st.lists(st.integers(0, 60), min_size=1, max_size=25), SEEDS, st.data())
def test_an_item_is_drawn_if_one_of_its_units_is_hit(
    amounts: list[int], seed: str, data: st.DataObject
) -> None:
    units = [Unit(place, amount) for place, amount in enumerate(amounts, start=1) if amount]
    if units:
        size = data.draw(st.integers(1, len(units)))
        found = sampling.monetary(units, size, seed)
        assert {each.position for each in found.drawn} == hit(units, size, seed)


@given(populations(), SEEDS, st.data())
def test_what_fills_an_interval_is_always_drawn_and_what_is_nothing_never(
    units: list[Unit], seed: str, data: st.DataObject
) -> None:
    worth = [unit for unit in units if unit.amount]
    if worth:
        size, total = data.draw(st.integers(1, len(worth))), sum(each.amount for each in worth)
        found = sampling.monetary(units, size, seed)
        large = {each for each in worth if each.amount * size >= total}
        assert large == set(found.certain)
        assert all(each.amount for each in found.drawn)
        assert len(found.drawn) - len(large) <= size - len(large)


def test_an_item_is_as_likely_as_it_is_large() -> None:
    """Two of 100 fen: each item is in the sample twice as often as its share of the whole."""
    units = [Unit(place, amount) for place, amount in enumerate((5, 10, 15, 20, 22, 28), start=1)]
    Random(1).shuffle(units)
    counts: Counter[int] = Counter()
    for number in range(5000):
        seed = sampling.seed_of(ROOT, f"m{number}")
        counts.update(each.position for each in sampling.monetary(units, 2, seed).drawn)
    expected = {unit.position: 5000 * 2 * unit.amount / 100 for unit in units}
    assert chi_square(counts, expected) < 20.5  # 5 degrees of freedom, one in a thousand
    assert sum(counts.values()) == 10_000
