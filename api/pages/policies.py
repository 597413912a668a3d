"""Policies: which version each canteen's meals are priced by, when it ends, and what it says.

The room is that of those who make policy, and of auditors, who read it. The versions are those of
`/v1/policies/{site}`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import words_of_policies
from api.pages.languages import speech_of
from api.pages.payers import payers_named
from api.pages.reading import AskingInside, OnPage, holds, today_of
from api.pages.routing import pages
from api.pages.words_of_meals import SITTINGS
from api.pages.words_of_payers import Payers
from api.parameters import SitePath
from api.reading import Room, answer, nothing_there
from ledger.domain import communities, policy_records, pricing, sites
from ledger.domain.authority import Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.policy_records import Timeline
from ledger.domain.pricing import NO_HARDSHIP, Eater
from ledger.domain.sites import Site, SiteKind
from ledger.domain.tiers import Payer, PayerKind, PolicyVersion, Tier
from ledger.domain.values import (
    YEAR_FIRST,
    YEAR_LAST,
    CommunityId,
    CooperativeId,
    Count,
    Fen,
    SiteId,
    Title,
)
from ledger.exchange.cells import CellUnfit, day
from ledger.projections import meal_records, resolution_records, resolutions
from ledger.projections.meal_tiers import places
from ledger.projections.reading import names, state_at, states_now

router: Final[APIRouter] = pages()
MODELS: Final = (meal_records.MODEL, resolution_records.MODEL)
ONE_DAY: Final = timedelta(days=1)
VIEW: Final = "grounds"
"""Who reads what payments rest on: whoever manages funds, and auditors."""


@dataclass(frozen=True, slots=True)
class Canteen:
    """A canteen and the versions of its policy."""

    site: SiteId
    name: Title
    community: CommunityId
    community_name: Title
    timeline: Timeline

    @property
    def address(self) -> str:
        """Where its versions are read."""
        return f"/policies/{self.site}"


@dataclass(frozen=True, slots=True)
class Outlook:
    """The version of today, the next one, and from when on there is none."""

    now: PolicyVersion | None
    following: PolicyVersion | None
    none_from: date | None

    @property
    def warns(self) -> bool:
        """Whether meals cannot be claimed on some day that is known."""
        return self.none_from is not None


@dataclass(frozen=True, slots=True)
class RuleTold:
    """A rule in words: whom it is for, who pays what, and what the eater pays herself."""

    code: str
    whom: list[str]
    shares: list[tuple[str, str]]
    eater_fen: Fen


def outlook(timeline: Timeline, today: date) -> Outlook:
    """What is known of the days to come."""
    now = timeline.version_on(today)
    ahead = [version for version in timeline.in_force if version.valid_from > today]
    following = min(ahead, key=lambda version: version.valid_from, default=None)
    if now is None:
        return Outlook(None, following, today)
    gap = now.valid_until is not None and (
        following is None or following.valid_from > now.valid_until
    )
    return Outlook(now, following, now.valid_until if gap else None)


# -- all canteens ------------------------------------------------------------------------------


@router.get("/policies")
async def policies_page(asking: AskingInside) -> Response:
    """The canteens that she reaches, each with its version of today."""

    def ask(room: Room) -> OnPage:
        room.must_hold_a_role(VIEW)
        today = today_of(room)
        found = [(each, outlook(each.timeline, today)) for each in _canteens(room)]
        values = {"canteens": found, "today": today, "position": room.position}
        return OnPage(room.request, "policies", values)

    return await answer(asking, ask, *MODELS)


def _canteens(room: Room) -> list[Canteen]:
    near = {sites.stream(each.canteen): each for each in places(room.connection, room.reach(VIEW))}
    kinds = states_now(room.connection, list(near))
    here = {at: each for at, each in near.items() if kinds[at].kind is SiteKind.canteen}
    homes = {at: communities.stream(each.community) for at, each in here.items()}
    called = names(room.connection, {*here, *homes.values()})
    lines = {at: policy_records.stream(each.canteen) for at, each in here.items()}
    versions = states_now(room.connection, list(lines.values()))
    return [
        Canteen(each.canteen, called[at], each.community, called[homes[at]], versions[lines[at]])
        for at, each in here.items()
    ]


# -- one canteen -------------------------------------------------------------------------------


def canteen_at(room: Room, site: SiteId) -> Canteen:
    """The canteen of that name. Raises the problem 404 for what is none, or out of reach."""
    here = sites.stream(site)
    home = room.must_find(VIEW, here)
    found: Site = state_at(room.connection, here, room.position)
    if home is None or found.kind is not SiteKind.canteen:
        raise nothing_there()
    room.must_hold_a_role("resolutions")  # a payer's may be another community's
    around = communities.stream(home)
    called = names(room.connection, {here, around})
    timeline = state_at(room.connection, policy_records.stream(site), room.position)
    return Canteen(site, called[here], home, called[around], timeline)


def _day_asked(request: Request) -> date | None:
    """The day that she asks about; whatever is no day is not meant."""
    try:
        found = date.fromisoformat(str(day(request.query_params.get("on", ""), SHANGHAI)))
    except CellUnfit:
        return None
    return found if YEAR_FIRST <= found.year <= YEAR_LAST else None


DayAsked = Annotated[date | None, Depends(_day_asked)]


@router.get("/policies/{site}")
async def policy_page(asking: AskingInside, site: SitePath, on: DayAsked) -> Response:
    """A version in words, and all others: that of today, of a day, or of a number."""

    def ask(room: Room) -> OnPage:
        here, today = canteen_at(room, site), today_of(room)
        version = _version(here, outlook(here.timeline, today), room, on)
        say = speech_of(room.request)
        payers = payers_of(room, here)
        cited = resolutions.cited_by(room.connection, site, room.view)
        values = {
            "here": here,
            "outlook": outlook(here.timeline, today),
            "version": version,
            "on": on,
            "rules": rules_told(version, payers) if version else [],
            "cited": [each for each in cited if version and each.version == version.version],
            "payers": payers,
            "rest": payers.agreed(version.residual) if version else "",
            "weekdays": words_of_policies.weekdays(version, say) if version else [],
            "meals": [say.said(SITTINGS[each]) for each in version.sittings] if version else [],
            "may_publish": holds(room, Role.fund_manager, here.community),
            "may_withdraw": version is not None and _may_end_earlier(room, here, version, today),
            "today": today,
            "words": words_of_policies,
            "position": room.position,
        }
        return OnPage(room.request, "policy", values)

    return await answer(asking, ask, *MODELS)


def _version(here: Canteen, ahead: Outlook, room: Room, on: date | None) -> PolicyVersion | None:
    versions = here.timeline.versions
    if on is not None:
        return here.timeline.version_on(on)
    number = room.request.query_params.get("version", "")
    if number.isdecimal() and 1 <= int(number[:8]) <= len(versions):
        return versions[int(number) - 1]
    return ahead.now or ahead.following or (versions[-1] if versions else None)


def _may_end_earlier(room: Room, here: Canteen, version: PolicyVersion, today: date) -> bool:
    """Whether she may end it, on a day that is still to come."""
    ends = version.valid_until or date.max
    return holds(room, Role.fund_manager, here.community) and ends > max(
        version.valid_from, today + ONE_DAY
    )


def payers_of(room: Room, here: Canteen) -> Payers:
    """Those who ever bore a share at the canteen."""
    versions = here.timeline.versions
    return payers_named(room, (each.path for version in versions for each in paying(version)))


def paying(version: PolicyVersion) -> list[Payer]:
    """Everybody who bears a share by this version, in the order of the rules."""
    lines = [line.payer for tier in version.tiers for line in tier.shares]
    return list(dict.fromkeys([*lines, version.residual]))


def rules_told(version: PolicyVersion, payers: Payers) -> list[RuleTold]:
    """The rules in the order in which they are asked."""
    say = payers.say
    return [
        RuleTold(
            tier.code,
            words_of_policies.whom(tier.when, say),
            [
                *[
                    (payers.agreed(line.payer), words_of_policies.share(line, say))
                    for line in tier.shares
                ],
                *_rest(version, tier, payers),
            ],
            _eaters_part(version, tier),
        )
        for tier in version.tiers
    ]


def _rest(version: PolicyVersion, tier: Tier, payers: Payers) -> Iterator[tuple[str, str]]:
    """What is left of the version's price, where somebody else than the eater bears it."""
    hers = replace(version, residual=Payer(PayerKind.eater))
    left = Fen(_eaters_part(hers, tier) - _eaters_part(version, tier))
    if left:
        yield payers.agreed(version.residual), words_of_policies.rest(left, payers.say)


def _eaters_part(version: PolicyVersion, tier: Tier) -> Fen:
    """What falls to her of the version's price; she has a cooperative, where one is asked."""
    somewhere = CommunityId("here")
    member = CooperativeId(f"{somewhere}/one")
    eater = Eater(somewhere, 0, NO_HARDSHIP, True, True, True, member)  # noqa: FBT003 - nothing of it is asked
    return pricing.split(version, tier, eater, version.price_fen).copayment_fen


def known_version(here: Canteen, number: int) -> PolicyVersion:
    """The version of that number. Raises the problem 404 if there is none."""
    if not 1 <= number <= len(here.timeline.versions):
        raise nothing_there()
    return here.timeline.versions[Count(number) - 1]
