"""Acknowledgements (鸣谢名单): whose gifts a public notice lists, with their amounts.

A gift is listed where its giver wishes that everybody may see its amount, and it stands. But the
notice also shows figures of all gifts of that kind, and whoever subtracts the list from them must
not learn of those who wish nothing of the sort. So for each figure of the kind:

- Where it is shown, nobody or five people and more are behind what is not on the list. A giver is
  on it with all that she gave of the kind, or not at all.
- Where it is not shown, because fewer than five gave, at most three of them are on the list: a
  fourth would tell how many there were.

Who is left out for the others' sake is decided by a fixed order that knows no amount.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, TypeAlias

from ledger.domain.small_cells import PEOPLE_LEAST
from ledger.domain.values import ContributionId

Giver: TypeAlias = str
"""A person's id; of who is not named, that of the contribution."""

Behind: TypeAlias = Mapping[Giver, frozenset[ContributionId]]
"""The people whom a figure rests on, and by what. Organisations are none of them."""

LISTED_OF_FEW_MOST: Final = PEOPLE_LEAST - 2


def listable(
    figures: Sequence[Behind], wished: Mapping[ContributionId, Giver]
) -> frozenset[ContributionId]:
    """Which of the gifts of one kind may be listed beside these figures.

    `wished` are those that everybody may see, in the order in which they would be left out.
    """
    listed = dict(wished)
    while left_out := _left_out(figures, listed):
        listed = {gift: giver for gift, giver in listed.items() if giver not in left_out}
    return frozenset(listed)


def _left_out(
    figures: Sequence[Behind], listed: Mapping[ContributionId, Giver]
) -> Collection[Giver]:
    """Who must go because of the first figure that would tell too much; nobody, where none does."""
    givers = list(dict.fromkeys(listed.values()))
    for behind in figures:
        here = [giver for giver in givers if giver in behind]
        if len(behind) < PEOPLE_LEAST:
            too_many = max(len(here) - LISTED_OF_FEW_MOST, 0)
        else:
            in_part = [giver for giver in here if not behind[giver] <= listed.keys()]
            if in_part:
                return in_part
            hidden = len(behind) - len(here)
            too_many = PEOPLE_LEAST - hidden if 0 < hidden < PEOPLE_LEAST else 0
        if here and too_many:
            return here[:too_many]
    return ()
