"""Resolutions: what one decided, by how many votes, what rests on it, and how it is revoked.

Policies, payments and changes of purpose cite it; a settlement rests on it by the policy of its
month. Each is linked for whoever may look at it. What was decided stands when it is revoked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from fastapi import Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import words_of_councils as words
from api.pages.acting import Sent, be_sure, seen_after, send
from api.pages.councils import HERE
from api.pages.forms import Form
from api.pages.languages import marked as _
from api.pages.offices import names_of_communities
from api.pages.payers import payers_named
from api.pages.policies import ONE_DAY, VIEW
from api.pages.reading import AskingInside, OnPage, PageQuestion, holds, today_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.pages.words import options
from api.parameters import ResolutionPath
from api.reading import Room, answer, nothing_there
from ledger.domain import funds, policy_records, sites
from ledger.domain.authority import Role
from ledger.domain.policy_records import Timeline
from ledger.domain.resolutions import stream
from ledger.domain.tiers import Payer, PayerKind
from ledger.domain.values import (
    CommunityId,
    FundId,
    Month,
    PayerName,
    PayerPath,
    ResolutionId,
    first_day,
    next_month,
)
from ledger.projections import (
    resolution_records,
    resolutions,
    settlement_records,
    settlements,
    shift_records,
)
from ledger.projections.reading import homes, names, state_at
from ledger.projections.resolutions import Citation, Resolution, Standing

router: Final[APIRouter] = pages()
MODELS: Final = (resolution_records.MODEL, settlement_records.MODEL, shift_records.MODEL)
REVOKE: Final = "resolutions/revoke"


@dataclass(frozen=True, slots=True)
class Resting:
    """A version of a policy that rests on it: where it is read, if there, and its settlements.

    One that was withdrawn before it `began` is never valid.
    """

    cited: Citation
    canteen: str
    may_read: bool
    began: bool
    months: tuple[Month, ...]


@router.get("/councils/resolutions/{resolution}")
async def resolution_page(asking: AskingInside, resolution: ResolutionPath) -> Response:
    """A resolution, and what rests on it."""
    return await _resolution_page(asking, resolution, Sent(Form()))


@router.post("/councils/resolutions/{resolution}/revoke")
async def revoke_resolution(
    request: Request, asking: AskingInside, who: SignedInNow, resolution: ResolutionPath
) -> Response:
    """Say that it holds no longer, once she is sure."""
    sent = await send(request, who, REVOKE, surely=True, resolution=resolution)
    if sent.accepted:
        return seen_after(f"{HERE}/resolutions/{resolution}", sent, "revoked")
    return await _resolution_page(asking, resolution, sent)


async def _resolution_page(asking: PageQuestion, name: ResolutionId, sent: Sent) -> Response:
    def ask(room: Room) -> OnPage:
        room.must_find("resolutions", stream(name))
        found = resolutions.resolution(room.connection, name, room.view)
        if found is None:
            raise nothing_there()
        if sent.to_be_sure:
            what = _("Revoke the resolution")
            return be_sure(room.request, sent, what, name, texts=words.CHOSEN, labels=words.FIELDS)
        values = _shown(room, found) | {"form": sent.form}
        return OnPage(room.request, "resolution", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    return await answer(asking, ask, *MODELS)


def _shown(room: Room, found: Resolution) -> dict[str, Any]:
    canteens = {sites.stream(each.canteen) for each in found.subsidies}
    called = names(room.connection, canteens | set(map(funds.stream, _funds(found))))
    resting = _resting(room, found)
    bearing = {each.payer.path for each in found.subsidies}
    bearing |= {each.cited.payer for each in resting["policies"]}
    members = _members(found)
    bearing |= {members} if members else set()
    return resting | {
        "address": f"{HERE}/resolutions/{found.resolution}",
        "resolution": found,
        "home": names_of_communities(room, [found.community]).get(found.community),
        "site": lambda name: called.get(f"site-{name}", name),
        "fund": lambda name: called.get(f"fund-{name}", name),
        "payers": payers_named(room, bearing),
        "members": members,
        "may_revoke": found.standing is Standing.in_force
        and holds(room, Role.registrar, found.community),
        "today": today_of(room),
        "words": words,
        "options": options,
        "position": room.position,
    }


def _members(found: Resolution) -> PayerPath | None:
    """Those who decided alone, by the path that their cooperative has as a payer."""
    if found.cooperative is None:
        return None
    return Payer(PayerKind.cooperative, PayerName(found.cooperative)).path


def _funds(found: Resolution) -> Iterator[FundId]:
    yield from (each.fund for each in found.payments)
    for change in found.purpose_changes:
        yield from (change.from_fund, change.to_fund)


# -- what rests on it ----------------------------------------------------------------------------


def _resting(room: Room, found: Resolution) -> dict[str, Any]:
    cited = resolutions.citing(room.connection, found.resolution, room.view)
    at_home = room.may_read("balances", found.community)
    return {
        "policies": list(_policies(room, cited)),
        "requests": resolutions.requested(room.connection, found.resolution, room.view)
        if at_home
        else None,
        "may_read_payments": room.may_read("disbursements", found.community),
        "audits": holds(room, Role.auditor, found.community),
    }


def _policies(room: Room, cited: tuple[Citation, ...]) -> Iterator[Resting]:
    streams = {each.site: sites.stream(each.site) for each in cited}
    places = homes(room.connection, set(streams.values()))
    called = names(room.connection, set(streams.values()))
    for each in cited:
        at = streams[each.site]
        home = places.get(at)
        policy = policy_records.stream(each.site)
        timeline: Timeline = state_at(room.connection, policy, room.position)
        yield Resting(
            each,
            str(called.get(at, each.site)),
            home is not None and room.may_read(VIEW, home),
            timeline.versions[each.version - 1].has_a_day,
            tuple(_months(room, each, home, timeline)),
        )


def _months(
    room: Room, cited: Citation, home: CommunityId | None, timeline: Timeline
) -> Iterator[Month]:
    """The months presented for payment in which that version priced meals."""
    if home is None or not room.may_read("settlements", home):
        return
    room.must_read("settlements", home)
    for line in settlements.register(room.connection, canteen=cited.site, view=room.view):
        if any(_is_valid(timeline, cited.version, day) for day in _days(line.month)):
            yield line.month


def _is_valid(timeline: Timeline, number: int, day: date) -> bool:
    version = timeline.version_on(day)
    return version is not None and version.version == number


def _days(month: Month) -> Iterator[date]:
    day = first_day(month)
    while day < first_day(next_month(month)):
        yield day
        day += ONE_DAY
