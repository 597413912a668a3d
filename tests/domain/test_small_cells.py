"""Small cells: from what is shown nobody learns how few they were, whatever she subtracts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.small_cells import (
    FEW,
    PEOPLE_LEAST,
    Cell,
    Part,
    cell,
    divided,
    listed,
    rests_on_few,
)

PEOPLE = st.integers(0, 12)
TABLES = st.lists(PEOPLE, max_size=5)
FEW_PEOPLE = range(1, PEOPLE_LEAST)


@pytest.mark.parametrize(
    ("people", "amounts", "shown"),
    [
        (0, (), 0),
        (0, (0, 0), 0),
        (1, (), FEW),
        (4, (900,), FEW),
        (5, (900,), 5),
        (6, (-60,), 6),
        (0, (-60,), FEW),  # a reversal of one person's earlier month
    ],
)
def test_a_number_of_people_is_shown_from_five_on(
    people: int, amounts: tuple[int, ...], shown: Cell
) -> None:
    assert cell(people, *amounts) == shown
    assert rests_on_few(people, *amounts) == (shown == FEW)


@pytest.mark.parametrize(
    ("people", "amounts", "whole"),
    [
        ((), (), 0),
        ((5, 0, 12), (5, 0, 12), 17),
        ((5, 4, 12), (5, None, 12), None),
        ((1, 4), (None, None), None),
    ],
)
def test_a_list_has_no_sum_where_a_part_of_it_is_left_out(
    people: tuple[int, ...], amounts: tuple[int | None, ...], whole: int | None
) -> None:
    assert table(people) == (amounts, whole)


def table(people: tuple[int, ...] | list[int]) -> tuple[tuple[int | None, ...], int | None]:
    """The list that says most about people: that of the people themselves."""
    return listed([Part(each, each) for each in people])


@given(TABLES)
def test_a_part_left_out_may_be_any_number_from_one_to_four(people: list[int]) -> None:
    """The same is shown whichever it is, so whoever sees it cannot tell, though she knows how."""
    for place, number in enumerate(people):
        if number in FEW_PEOPLE:
            for other in FEW_PEOPLE:
                imagined = [*people[:place], other, *people[place + 1 :]]
                assert table(imagined) == table(people)


@given(TABLES)
def test_nothing_is_left_out_without_need(people: list[int]) -> None:
    shown, whole = table(people)
    assert [each for each in shown if each is not None] == [
        number for number in people if number not in FEW_PEOPLE
    ]
    assert (whole is None) == any(number in FEW_PEOPLE for number in people)


PARTS = st.lists(st.builds(Part, PEOPLE, st.integers(-500, 500)), max_size=6)


@given(PARTS)
def test_what_is_left_out_of_a_known_sum_rests_on_many_together(parts: list[Part]) -> None:
    """What can be found by subtraction is the sum of all that is left out, and nothing less."""
    shown = divided(parts)
    left_out = [part for part, each in zip(parts, shown, strict=True) if each is None]
    most = max((part.people for part in left_out), default=PEOPLE_LEAST)
    assert most >= PEOPLE_LEAST or len(left_out) == len(parts)
    assert not any(
        part.people in FEW_PEOPLE
        for part, each in zip(parts, shown, strict=True)
        if each is not None
    )


@given(PARTS)
def test_what_is_shown_is_true(parts: list[Part]) -> None:
    whole = listed(parts)[1]
    assert whole is None or whole == sum(part.amount for part in parts)
    for shown in (divided(parts), listed(parts)[0]):
        assert all(each in (None, part.amount) for part, each in zip(parts, shown, strict=True))


@given(PARTS, st.data())
def test_what_is_left_out_does_not_depend_on_how_large_it_is(
    parts: list[Part], data: st.DataObject
) -> None:
    """Or whoever knows the rule would learn from what was left out beside it."""

    def another(part: Part) -> Part:
        alike = FEW_PEOPLE if part.people in FEW_PEOPLE else range(5, 13) if part.people else [0]
        return Part(data.draw(st.sampled_from(alike)), data.draw(st.integers(-500, 500)))

    imagined = [another(part) for part in parts]
    for rule in (divided, lambda each: listed(each)[0]):
        assert left_out(rule(imagined)) == left_out(rule(parts))


def left_out(shown: tuple[int | None, ...]) -> list[bool]:
    return [each is None for each in shown]


@pytest.mark.parametrize(
    ("people", "amounts"),
    [
        ((30, 25, 9), (30, 25, 9)),
        ((30, 3, 25), (None, None, 25)),
        ((3, 30, 25), (None, None, 25)),
        ((3, 30, 2), (None, None, None)),
        ((3, 0), (None, None)),  # what nobody is behind hides nobody
        ((3, 0, 6), (None, 0, None)),
        ((), ()),
    ],
)
def test_a_second_part_is_left_out_with_the_first(
    people: tuple[int, ...], amounts: tuple[int | None, ...]
) -> None:
    assert divided([Part(each, each) for each in people]) == amounts
