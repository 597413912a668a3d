"""Simulating: a draft of a policy is held against a month, by whoever may publish it.

What is shown are sums. The fact sheets behind them are opened for the rules alone, and only those
without which a meal cannot be priced; that may not be done too often, because two drafts that
differ by a year of age tell more than one.
"""

from typing import Any, Final

from api.priced_facts import eaters, of_one, opened
from api.problems import must_be_none
from api.reading import Room, nothing_there
from ledger.domain import policy_rules, sites
from ledger.domain.decisions import Refused, Stream
from ledger.domain.drafts import SimulatePolicy, refusal, version_of
from ledger.domain.policy_records import Timeline, stream
from ledger.domain.refusals import Code
from ledger.domain.repricing import Eaten, needed
from ledger.domain.simulations import Simulation, simulate
from ledger.domain.sites import Site, SiteKind
from ledger.domain.values import CommunityId, PersonId, SiteId
from ledger.projections import standing_meals
from ledger.projections.reading import state_at, states_now

VIEW: Final = "simulations"


class _Payers(dict[Stream[Any], Any]):
    """What is read of the payers that a draft names; of no person."""

    def sheet(self, _: PersonId) -> None:
        """Nobody's facts are asked for."""
        return


def simulated(room: Room, site: SiteId, asked: SimulatePolicy) -> Simulation:
    """The month as it was, and as it would have been by the draft.

    Raises the problems of who may not ask, of a draft that no policy could be, and 429.
    """
    community = room.must_find(VIEW, sites.stream(site))
    if community is None:  # it is nobody's own record, so this was raised already
        raise nothing_there()
    _must_be_possible(room, site, community, asked)
    timeline: Timeline = state_at(room.connection, stream(site), room.position)
    meals = standing_meals.of_month(room.connection, site, asked.month, room.view)
    known = eaters(room, meals)
    eaten = Eaten(community, timeline.versions, of_one(known, meals))
    draft = version_of(asked, site, community)
    return simulate(eaten, draft, opened(room, known, needed(eaten, draft)))


def _must_be_possible(
    room: Room, site: SiteId, community: CommunityId, asked: SimulatePolicy
) -> None:
    here: Site = state_at(room.connection, sites.stream(site), room.position)
    if here.kind is not SiteKind.canteen:
        must_be_none(Refused(Code.site_must_be_a_canteen, site=site))
    paying = policy_rules.payers(asked.tiers, asked.residual)
    streams = {each for _, payer in paying for each in policy_rules.streams_of(payer)}
    read = _Payers(states_now(room.connection, [*streams]))
    must_be_none(refusal(asked, site, community, read))
