"""Turns of identity: somebody was entered twice, or was not after all."""

from ledger.domain.duplicates import MergePersons, SeparatePersons
from ledger.domain.holds import ReleaseHeldService
from ledger.domain.identity_records import PersonsMerged
from ledger.domain.service import ConfirmService, ReverseService
from ledger.domain.service_records import ReversalReason
from tests.projections.history_town import PEOPLE
from tests.projections.history_turns import COLLEAGUE, Town, Turn, Turning

BORN_ALIKE = (PEOPLE[0], PEOPLE[-1])


def merge(town: Town, turn: Turn) -> None:
    """Either id may be the one that is kept; whoever was born on another day is another person."""
    kept, duplicate = BORN_ALIKE if turn.two % 2 else BORN_ALIKE[::-1]
    town.do(MergePersons(kept, duplicate), MergePersons(kept, PEOPLE[turn.one]))


def wind_up(town: Town, turn: Turn) -> None:
    """What was begun under either id is confirmed or released there, or taken back."""
    for shift, who in town.served[turn.back % 3 :: 3]:
        if who in BORN_ALIKE and turn.two % 2:
            town.do(ConfirmService(shift, who))
            town.do(ReleaseHeldService(shift, who), by=COLLEAGUE)
        elif who in BORN_ALIKE:
            town.do(ReverseService(shift, who, ReversalReason.found_false))


def separate(town: Town, turn: Turn) -> None:
    for found in town.some(PersonsMerged, turn):
        town.do(SeparatePersons(found.person, found.duplicate))


OF_IDENTITY: dict[Turning, int] = {merge: 4, wind_up: 4, separate: 1}
