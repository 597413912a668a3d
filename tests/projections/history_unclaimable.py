"""Turns of meals that cannot be claimed: they follow what is claimed, and throw no dice."""

from dataclasses import asdict

from ledger.domain.meals import ClaimMeal
from ledger.domain.unclaimable import EndUnclaimableMeal, EnterUnclaimableMeal
from ledger.domain.unclaimable_records import EndReason, UnclaimableMealEntered
from ledger.domain.values import month_of
from tests.projections.history_turns import COLLEAGUE, Town, Turn


def claim_or_enter(town: Town, turn: Turn, claim: ClaimMeal) -> None:
    """What is refused is entered; now and then the same plate is asked for twice."""
    town.do(claim)
    if turn.back % 3 == 0:
        said = asdict(claim)
        del said["at_full_price"]
        town.do(EnterUnclaimableMeal(**said))


def end_the_last(town: Town, turn: Turn) -> None:
    for entered in town.happened[UnclaimableMealEntered][-1:]:
        month, reason = month_of(entered.occurred_on), tuple(EndReason)[turn.one % 4]
        town.do(EndUnclaimableMeal(entered.person, month, entered.meal, reason), by=COLLEAGUE)
