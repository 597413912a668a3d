"""Turns of identity: somebody was entered twice, or was not after all."""

from itertools import product

from ledger.domain.duplicates import MergePersons, SeparatePersons
from tests.projections.history_town import PEOPLE
from tests.projections.history_turns import Town, Turn, Turning

BORN_ALIKE = (PEOPLE[0], PEOPLE[-1])


def merge(town: Town, turn: Turn) -> None:
    """Either id may be the one that is kept; whoever was born on another day is another person."""
    kept, duplicate = BORN_ALIKE if turn.two % 2 else BORN_ALIKE[::-1]
    town.do(MergePersons(kept, duplicate), MergePersons(kept, PEOPLE[turn.one]))


def separate(town: Town, turn: Turn) -> None:
    for kept, duplicate in product(BORN_ALIKE, repeat=2):
        town.do(SeparatePersons(kept, duplicate))


OF_IDENTITY: dict[Turning, int] = {merge: 3, separate: 1}
