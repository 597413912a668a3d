"""Small cells: what a public table does not say, because it would tell of single persons.

Fewer than five people are shown as `<5`, and so is no sum that rests on them. What is left out must
not be found by subtracting either, and whoever tries knows these rules. So nothing here looks at
how large a figure is: whether something is shown depends only on which figures rest on few people.
"""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

PEOPLE_LEAST: Final = 5
"""From here on people are counted in public (DOMAIN 2, 脱敏)."""

Cell: TypeAlias = int | Literal["<5"]
"""A number of people as the public sees it."""
FEW: Final = "<5"


class Part(NamedTuple):
    """A figure and how many people it rests on; nobody, where institutions alone are behind it."""

    people: int
    amount: int


def rests_on_few(people: int, *amounts: int) -> bool:
    """Whether figures tell of single persons. A sum that nobody seems to be behind does too.

    Such a sum takes back what somebody did in an earlier month.
    """
    return people < PEOPLE_LEAST and (people > 0 or any(amounts))


def cell(people: int, *amounts: int) -> Cell:
    """A number of people, with the sums that stand beside it."""
    return FEW if rests_on_few(people, *amounts) else people


def listed(parts: Sequence[Part]) -> tuple[tuple[int | None, ...], int | None]:
    """What is shown of each part, and of their sum: no sum unless every part is shown."""
    shown = tuple(None if _few(part) else part.amount for part in parts)
    whole = None if None in shown else sum(part.amount for part in parts)
    return shown, whole


def divided(parts: Sequence[Part]) -> tuple[int | None, ...]:
    """What is shown of each part of a sum that everybody knows.

    A part left out would be the rest of the sum, so the first part that rests on many people is
    left out with it, in the order of the parts; where there is none, every part is.
    """
    few = {place for place, part in enumerate(parts) if _few(part)}
    if few:
        many = [place for place, part in enumerate(parts) if part.people >= PEOPLE_LEAST]
        few.update(many[:1] or range(len(parts)))
    return tuple(None if place in few else part.amount for place, part in enumerate(parts))


def _few(part: Part) -> bool:
    return 0 < part.people < PEOPLE_LEAST
