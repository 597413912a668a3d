"""Simulating: a draft of a policy is held against a month, by whoever may publish it.

What is shown are sums. The fact sheets behind them are opened for the rules and for no human eye,
those alone without which a meal cannot be priced; that it was done is noted, and may not be done
too often, because two drafts that differ by a year of age tell more than one.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from api import security_log
from api.desk import desk_of
from api.obstacles import Obstacle
from api.problems import must_be_none, obstacle
from api.reading import Room, nothing_there
from ledger.access.limits import Kind
from ledger.domain import people, policy_rules, sites
from ledger.domain.decisions import Refused, Stream
from ledger.domain.drafts import SimulatePolicy, refusal, version_of
from ledger.domain.facts import FactSheet
from ledger.domain.person_records import Person
from ledger.domain.policy_records import Timeline, stream
from ledger.domain.refusals import Code
from ledger.domain.repricing import Eaten, SheetName, needed, usable
from ledger.domain.simulations import Simulation, simulate
from ledger.domain.sites import Site, SiteKind
from ledger.domain.values import CommunityId, PersonId, SiteId
from ledger.projections import standing_meals
from ledger.projections.reading import LOOK, as_the_application, connected, state_at, states_now
from ledger.vault.sheets import PaperKind, PaperName

VIEW: Final = "simulations"
People = Mapping[Stream[Person], Person]


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
    known = states_now(room.connection, [people.stream(each) for each in {m.person for m in meals}])
    kept = (meal._replace(person=_kept(known, meal.person)) for meal in meals)
    eaten = Eaten(community, timeline.versions, tuple(kept))
    draft = version_of(asked, site, community)
    wanted = needed(eaten, draft)
    return simulate(eaten, draft, _sheets(room, known, wanted) if wanted else {})


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


def _kept(known: People, person: PersonId) -> PersonId:
    """The id that she is kept as, so that whoever was entered twice is one person."""
    return known[people.stream(person)].identity.kept_as or person


def _sheets(room: Room, known: People, wanted: Collection[SheetName]) -> dict[SheetName, FactSheet]:
    """Those that may be looked at, for the rules alone."""
    desk = desk_of(room.request)
    with connected(desk.running.datastore, LOOK) as connection:
        limits, asker = desk.running.ways.limits, room.authority.person
        seconds = limits.wait_seconds(connection, Kind.simulation, asker)
    if seconds:
        raise obstacle(Obstacle.simulations_must_be_fewer, seconds=seconds)
    security_log.note(room.request, security_log.Kind.facts_priced, person=asker)
    names = {PaperName(each[0], PaperKind.facts, each[1]): each for each in wanted}
    with as_the_application(room.connection):
        opened = desk.running.ledger.vault.load(room.connection, names)
    found = {}
    for name, one in opened.items():
        state = known[people.stream(name.person)]
        if name.version == state.facts_version:
            one.must_be(name, state.facts_commitment)
        if isinstance(one.paper, FactSheet) and usable(one.paper, state.rights):
            found[names[name]] = one.paper
    return found
