"""The list of givers: whoever subtracts it from the figures learns of nobody who is not on it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.acknowledgements import Behind, listable
from ledger.domain.small_cells import PEOPLE_LEAST, cell
from ledger.domain.values import ContributionId

FEW = range(1, PEOPLE_LEAST)
Gift = tuple[str, bool]
"""Who gave it, and whether everybody may see it."""


def named(gifts: Iterable[Gift]) -> dict[ContributionId, Gift]:
    return {ContributionId(f"gift-{number}"): gift for number, gift in enumerate(gifts)}


def behind(gifts: Mapping[ContributionId, Gift]) -> Behind:
    found: defaultdict[str, set[ContributionId]] = defaultdict(set)
    for name, (giver, _) in gifts.items():
        found[giver].add(name)
    return {giver: frozenset(names) for giver, names in found.items()}


def wished(gifts: Mapping[ContributionId, Gift]) -> dict[ContributionId, str]:
    return {name: giver for name, (giver, shown) in gifts.items() if shown}


def listed(gifts: Mapping[ContributionId, Gift], *more: Behind) -> set[str]:
    """The givers on the list beside one figure that rests on all gifts, and more figures."""
    return {gifts[name][0] for name in listable((behind(gifts), *more), wished(gifts))}


def people(shown: str, hidden: str) -> dict[ContributionId, Gift]:
    """A gift of each letter's person."""
    return named([*((each, True) for each in shown), *((each, False) for each in hidden)])


@pytest.mark.parametrize(
    ("shown", "hidden", "expected"),
    [
        ("", "", ""),
        ("", "abcdef", ""),
        ("a", "", "a"),
        ("abc", "", "abc"),
        ("abc", "d", "abc"),  # of three or four
        ("abcd", "", "bcd"),  # a fourth would tell that they are four
        ("abcde", "", "abcde"),  # nobody is hidden
        ("abcd", "e", ""),  # the sum less four amounts would be the fifth
        ("abcde", "f", "e"),
        ("abcdefgh", "ijk", "cdefgh"),
        ("abc", "defgh", "abc"),
    ],
)
def test_of_a_kind_nobody_or_five_are_behind_what_is_not_listed(
    shown: str, hidden: str, expected: str
) -> None:
    assert listed(people(shown, hidden)) == set(expected)


def test_who_shows_only_a_part_of_what_she_gave_is_listed_where_no_sum_is_shown() -> None:
    assert listed(named([("a", True), ("a", False), ("b", False)])) == {"a"}
    six = [(each, True) for each in "abcdef"]
    assert listed(named([*six, ("a", False)])) == {"f"}
    others = [(each, False) for each in "ghijk"]
    assert listed(named([*six, ("a", False), *others])) == set("bcdef")


def test_a_receipt_that_was_reversed_is_still_behind_the_months_receipts() -> None:
    """The table counts the nine that stand, the receipts all ten: one list must suit both."""
    standing = people("abcdefghi", "")
    gone = named([]) | {ContributionId("gone"): ("j", False)}
    received = behind(standing | gone)
    assert listed(standing) == set("abcdefghi")
    assert listed(standing, received) == set("fghi"), "nine less four are five"


# -- laws --------------------------------------------------------------------------------------

GIFTS = st.lists(st.tuples(st.sampled_from("abcdefghijkl"), st.booleans()), max_size=20).map(named)


@given(GIFTS, GIFTS)
def test_no_figure_that_is_shown_can_be_reduced_to_a_few_people(
    gifts: dict[ContributionId, Gift], others: dict[ContributionId, Gift]
) -> None:
    """Beside the figure another one, which rests on some of the same gifts and on others."""
    half = dict(list(gifts.items())[::2])
    strange = {ContributionId(f"other-{name}"): gift for name, gift in others.items()}
    figures = (behind(gifts), behind(half | strange))
    on_the_list = listable(figures, wished(gifts))
    assert on_the_list <= wished(gifts).keys()
    givers = {gifts[name][0] for name in on_the_list}
    for figure in figures:
        if len(figure) < PEOPLE_LEAST:
            assert len(givers & figure.keys()) < PEOPLE_LEAST - 1
        elif givers & figure.keys():
            behind_the_rest = {giver for giver, names in figure.items() if names - on_the_list}
            assert len(behind_the_rest) not in FEW
            assert len(figure.keys() - givers) not in FEW
            assert not behind_the_rest & givers, "or people could be subtracted, though no amounts"


@given(GIFTS)
def test_how_many_few_people_are_cannot_be_told_from_the_list(
    gifts: dict[ContributionId, Gift],
) -> None:
    """The same is shown of another number of people, though whoever looks knows the rules."""
    number = len(behind(gifts))
    if number not in FEW:
        return
    givers = listed(gifts)
    if number < PEOPLE_LEAST - 1:
        imagined = {**gifts, ContributionId("of-a-stranger"): ("stranger", False)}
    else:
        gone = min(behind(gifts).keys() - givers)
        imagined = {name: gift for name, gift in gifts.items() if gift[0] != gone}
    assert len(behind(imagined)) != number
    assert cell(len(behind(imagined))) == cell(number)
    assert listable((behind(imagined),), wished(imagined)) == listable(
        (behind(gifts),), wished(gifts)
    )


@given(GIFTS)
def test_nobody_is_left_out_without_need(gifts: dict[ContributionId, Gift]) -> None:
    figure, shown = behind(gifts), wished(gifts)
    givers = listed(gifts)
    if len(figure) < PEOPLE_LEAST:
        assert len(givers) == min(len(set(shown.values())), PEOPLE_LEAST - 2)
        return
    hidden = sum(not names <= shown.keys() for names in figure.values())
    assert len(figure) - len(givers) == (max(hidden, PEOPLE_LEAST) if hidden else 0)


@given(GIFTS, st.data())
def test_whoever_takes_her_wish_back_is_found_by_nobody(
    gifts: dict[ContributionId, Gift], data: st.DataObject
) -> None:
    """The figures stay as they were published, and of the list only those are left who may be."""
    figure = behind(gifts)
    published = listable((figure,), wished(gifts))
    taken_back = data.draw(st.sets(st.sampled_from(sorted(published) or [ContributionId("none")])))
    standing = {name: gifts[name][0] for name in sorted(published - taken_back)}
    shown = listable((figure,), standing)
    assert shown <= published - taken_back
    if shown and len(figure) >= PEOPLE_LEAST:
        unseen = {giver for giver, names in figure.items() if names - shown}
        assert len(unseen) not in FEW
