"""The ranks of a league table are those of exact fractions, however close these are."""

from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from ledger.projections.league import Figure, figures

LARGE = 10**9
NEAR = [(LARGE - 1, LARGE), (LARGE, LARGE + 1), (2 * LARGE - 2, 2 * LARGE), (LARGE - 2, LARGE - 1)]
"""No two of these can be closer, and one is there twice in other words."""


@given(st.lists(st.tuples(st.integers(-40, 40), st.integers(0, 9)), max_size=12))
@example(NEAR)
@example([(0, 0)])
def test_ranks_are_those_of_fractions(parts: list[tuple[int, int]]) -> None:
    values = [Fraction(*part) if part[1] else None for part in parts]
    known = [value for value in values if value is not None]
    assert figures(parts) == [
        None if value is None else Figure(*part, 1 + sum(other > value for other in known))
        for part, value in zip(parts, values, strict=True)
    ]
