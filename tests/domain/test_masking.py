"""Masking: no name is ever shown whole, and on one list everybody looks the same throughout."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.masking import COMPOUND_SURNAMES, labels, masked, may_be_named
from tests.builders import person

CHINESE = st.text(
    st.sampled_from("张王李欧阳司马上官小明三娣伟芳梁何冯关𠮷"), min_size=1, max_size=6
)
NAMES = st.one_of(CHINESE, st.text(st.characters(codec="utf-8"), max_size=12))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("张小三", "张*三"),
        ("王大小明", "王*明"),
        ("欧阳小明", "欧阳*明"),
        ("欧阳大小明", "欧阳*明"),
        ("歐陽小明", "歐陽*明"),
        ("欧阳明", "欧阳*"),
        ("欧阳", "欧*"),
        ("司徒美堂", "司徒*堂"),
        ("明", "*"),
        ("𠮷", "*"),
        ("𠮷小明", "𠮷*明"),
        ("", "*"),
        (" ", "*"),
        ("张 小 三", "张*三"),
        ("\u3000张三 ", "张*"),
        ("Aynur", "A***"),
        ("Li Xiaoming", "L***"),
        ("X", "*"),
        ("ئاينۇر", "ئ***"),
        ("艾力·买买提", "艾***"),
        ("李Tom", "李***"),
        ("何阿婆(虚构)", "何***"),
    ],
)
def test_a_name_is_masked_by_its_length_its_surname_and_its_script(name: str, shown: str) -> None:
    assert masked(name) == shown


@given(NAMES)
def test_no_name_is_shown_whole_and_every_mask_has_a_star(name: str) -> None:
    shown = masked(name)
    assert "*" in shown
    assert len(shown.replace("*", "")) < max(len("".join(name.split())), 1)


@given(CHINESE)
def test_how_many_characters_are_hidden_is_not_told(name: str) -> None:
    assert masked(name).count("*") == 1


def test_a_compound_surname_has_two_characters() -> None:
    assert {len(surname) for surname in COMPOUND_SURNAMES} == {2}


@pytest.mark.parametrize(
    ("born_on", "day", "named"),
    [
        (date(2008, 3, 10), date(2026, 3, 9), False),
        (date(2008, 3, 10), date(2026, 3, 10), True),
        (date(2008, 2, 29), date(2026, 2, 28), False),
        (date(2008, 2, 29), date(2026, 3, 1), True),
        (date(2026, 3, 1), date(2026, 3, 1), False),
        (date(1930, 1, 1), date(2026, 3, 1), True),
    ],
)
def test_nobody_is_named_before_the_day_on_which_she_is_eighteen(
    born_on: date, day: date, named: bool
) -> None:
    assert may_be_named(born_on, day) == named


# -- a list ------------------------------------------------------------------------------------


def test_persons_whose_masks_are_alike_are_told_apart() -> None:
    names = {person(1): "张小三", person(2): "张大三", person(3): "李四"}
    assert labels(names) == {person(1): "张*三(1)", person(2): "张*三(2)", person(3): "李*"}


@given(st.lists(CHINESE, max_size=8))
def test_everybody_has_one_name_of_her_own_in_whatever_order_they_come(
    names: list[str],
) -> None:
    listed = {person(number): name for number, name in enumerate(names, start=1)}
    shown = labels(listed)
    assert shown.keys() == listed.keys()
    assert len(set(shown.values())) == len(listed)
    assert labels(dict(reversed(listed.items()))) == shown
    for who, name in listed.items():
        assert shown[who].partition("(")[0] == masked(name)


def test_nobody_is_listed_who_has_no_name_any_more() -> None:
    assert labels({}) == {}
