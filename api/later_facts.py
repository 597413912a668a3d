"""Later facts: which meals of a settlement their eaters' newest sheets would have priced otherwise.

Whoever reads the claims with their tiers and shares is told, and is shown no fact.
"""

from itertools import islice
from typing import Final

from api.priced_facts import eaters, of_one, opened
from api.reading import Room, nothing_there
from ledger.domain import later_facts, people, sites
from ledger.domain.later_facts import LaterFacts, OtherwisePriced, needed
from ledger.domain.policy_records import Timeline, stream
from ledger.domain.repricing import Eaten
from ledger.domain.values import Month, SiteId
from ledger.projections import standing_meals
from ledger.projections.reading import state_at

VIEW: Final = "later-facts"


def of_settlement(room: Room, canteen: SiteId, month: Month) -> LaterFacts:
    """The meals that settle in the month and would be priced otherwise.

    Raises the problems of who may not ask, or too often.
    """
    community = room.must_find(VIEW, sites.stream(canteen))
    if community is None:  # it is nobody's own record, so this was raised already
        raise nothing_there()
    timeline: Timeline = state_at(room.connection, stream(canteen), room.position)
    meals = standing_meals.settling_in(room.connection, canteen, month, room.view)
    known = eaters(room, meals)
    newest = {meal.person: known[people.stream(meal.person)].facts_version for meal in meals}
    sheets = opened(room, known, needed(meals, newest))
    eaten = Eaten(community, timeline.versions, of_one(known, meals))
    return later_facts.later_facts(eaten, newest, sheets)


def page_of(room: Room, found: LaterFacts) -> tuple[OtherwisePriced, ...]:
    """The claims of this page of the list, in the order of the log."""
    (after,) = room.after(tuple[int]) or (0,)
    return tuple(islice((each for each in found.claims if each.entry > after), room.limit))


def key(claim: OtherwisePriced) -> tuple[int]:
    """Behind which claim the list goes on."""
    return (claim.entry,)
