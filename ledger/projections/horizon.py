"""The horizon: how far a reader sees in a snapshot. Before a permission is given, nowhere.

    with reading(datastore) as connection:
        Horizon(connection).widen(reach)  # as a permission says
        ...

The walls around the read tables (`walls`) ask two settings of the transaction, which end with it: a
pooled connection never hands one reader's horizon on to the next.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from psycopg import Connection

from ledger.domain.authority import NOWHERE, Reach, united
from ledger.domain.values import PersonId

TOWN: Final = "*"
"""Stands for every community; no community is called so."""
WIDEN: Final = """
SELECT set_config('jiefang.communities', %s, true), set_config('jiefang.persons', %s, true)
"""


@dataclass(slots=True)
class Horizon:
    """What the reader of a snapshot sees; each permission widens it."""

    connection: Connection[Any]
    _reach: Reach = field(default=NOWHERE, init=False)
    _persons: frozenset[PersonId] = field(default=frozenset(), init=False)

    def widen(self, reach: Reach, persons: Iterable[PersonId] = ()) -> None:
        """Let her see the rows of these communities too, and those of these persons anywhere."""
        wider = united((self._reach, reach)), self._persons.union(persons)
        if wider == (self._reach, self._persons):
            return
        self._reach, self._persons = wider
        communities = TOWN if self._reach is None else ",".join(sorted(self._reach))
        self.connection.execute(WIDEN, (communities, ",".join(sorted(self._persons))))
