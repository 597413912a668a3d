"""Promises: what was promised to a community and has not come yet, and ideas that nobody answered.

Whoever promised, or wrote it down for her, takes the promise back; whoever enters contributions
enters it as given, by the same giver, as much as came. The giver's id stands in no form for that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from fastapi import Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.own import ids_of
from api.pages import fields
from api.pages import words_of_contributions as more
from api.pages.acting import Sent, be_sure, must_be_one, seen_after, send
from api.pages.contribution_steps import ContributionPath, Step, told_of_both
from api.pages.contributions import HERE, MODELS, left_empty, may_promise, may_record
from api.pages.forms import Form
from api.pages.languages import Speech, speech_of
from api.pages.languages import marked as _
from api.pages.lists import AfterIn, lists_of
from api.pages.names import each_look_is_a_look, names_of
from api.pages.offices import names_of_communities
from api.pages.reading import (
    AskingInside,
    OnPage,
    PageQuestion,
    holds,
    looked_up,
    today_of,
)
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.parameters import CommunityPath, Page
from api.reading import Room, answer, nothing_there
from api.routes.contributions import sight_of
from ledger.domain import communities
from ledger.domain.authority import Role
from ledger.domain.contribution_records import (
    Contribution,
    ContributionKind,
    ContributionPledged,
    ContributionRecorded,
    Gift,
    Stage,
)
from ledger.domain.contributions import stream
from ledger.domain.values import CommunityId, ContributionId
from ledger.projections import contributions
from ledger.projections.reading import events_of, state_at

router: Final[APIRouter] = pages()
SHOWN: Final = 30
PROMISED, IDEAS = "promised", "ideas"
NO_LONGER_PROMISED: Final = _("no longer promised; if it is, it is promised anew")
HowMuch = Gift | contributions.Contribution | contributions.Pledge

STEPS: Final = MappingProxyType(
    {
        "give": Step("contributions/record", _("It was given"), surely=True),
        "withdraw": Step("contributions/withdraw", _("Take the promise back"), surely=True),
        "show": Step("contributions/set-amount-visibility", _("What the giver wishes")),
    }
)


@dataclass(frozen=True, slots=True)
class Case:
    """A promise, how it stands, and what of it the reader may see; None once it is kept or gone."""

    contribution: ContributionId
    state: Contribution
    line: contributions.Pledge | None


@router.get("/contributions/{community}/open")
async def open_page(
    asking: AskingInside, community: CommunityPath, after: AfterIn = None
) -> Response:
    """What was promised and has not come, and the ideas that wait, the longest first."""

    def ask(room: Room) -> OnPage:
        room.must_find("contributions", communities.stream(community))
        return OnPage(room.request, "promises", _open(room, community))

    each_look_is_a_look(asking)
    return await answer(asking, ask, *MODELS, page=Page(SHOWN, after))


def _open(room: Room, community: CommunityId) -> dict[str, Any]:
    lists, limit = lists_of(room, PROMISED, IDEAS), room.limit
    sight = sight_of(room, room.authority.person, community)
    promised: tuple[contributions.Pledge, ...] = ()
    ideas: tuple[contributions.WaitingIdea, ...] = ()
    if lists.shows(PROMISED):
        after = lists.after(PROMISED, tuple[date, ContributionId])
        promised = contributions.open_pledges(
            room.connection, community, sight, room.view, limit=limit, after=after
        )
    if lists.shows(IDEAS):
        after = lists.after(IDEAS, tuple[date, ContributionId])
        ideas = contributions.waiting_ideas(
            room.connection, community, room.view, limit=limit, after=after
        )
    return {
        "community": community,
        "community_name": names_of_communities(room, [community])[community],
        "lists": lists,
        "promised": promised,
        "more_promised": lists.more(PROMISED, promised, lambda each: each.key),
        "ideas": ideas,
        "more_ideas": lists.more(IDEAS, ideas, lambda each: each.key),
        "names": names_of(room, (each.person for each in promised if each.person)),
        "sight": sight,
        "may_promise": may_promise(room, community),
        "reader": room.authority.person,
        "words": more,
        "position": room.position,
        "today": today_of(room),
    }


@router.get("/contributions/{community}/promises/{contribution}")
async def promise_page(
    asking: AskingInside, community: CommunityPath, contribution: ContributionPath
) -> Response:
    """A promise, and what the reader may do about it now."""
    return await _promise_page(asking, community, contribution, "", Sent(Form()))


@router.post("/contributions/{community}/promises/{contribution}/{step}")
async def take_promise_step(
    request: Request,
    asking: AskingInside,
    who: SignedInNow,
    *,
    community: CommunityPath,
    contribution: ContributionPath,
    step: str,
) -> Response:
    """Enter it as given, take it back, show it or hide it."""
    taken, given = must_be_one(STEPS, step), await fields.read(request)
    known: dict[str, Any] = {"contribution": contribution}
    if step == "give":
        known |= await _as_promised(asking, community, contribution)
        known |= left_empty(ContributionKind(known["gift.kind"]), known | given)
    sent = await send(request, who, taken.command, surely=taken.surely, given=given, **known)
    if sent.accepted and step == "give":
        return seen_after(f"{HERE}/{community}/gifts/{contribution}", sent, "recorded")
    if sent.accepted:
        return seen_after(f"{HERE}/{community}/promises/{contribution}", sent, step)
    return await _promise_page(asking, community, contribution, step, sent)


async def _as_promised(
    asking: PageQuestion, community: CommunityId, contribution: ContributionId
) -> dict[str, str]:
    """What stays as it was promised; whoever enters that it was given need not know by whom."""

    def ask(room: Room) -> Contribution:
        return _state(room, community, contribution)

    promised = await looked_up(asking, ask, *MODELS)
    stays = {
        "community": community,
        "gift.kind": promised.gift.kind.value,
        "gift.fund": promised.gift.fund,
        "person": promised.person,
        "organisation": promised.organisation,
    }
    return {name: value for name, value in stays.items() if value is not None}


def _state(room: Room, community: CommunityId, contribution: ContributionId) -> Contribution:
    """How it stands. Raises the problem 404 for what is unknown, elsewhere, or not to be seen."""
    if room.must_find("contributions", stream(contribution)) != community:
        raise nothing_there()
    state: Contribution = state_at(room.connection, stream(contribution), room.position)
    return state


async def _promise_page(
    asking: PageQuestion,
    community: CommunityId,
    contribution: ContributionId,
    step: str,
    sent: Sent,
) -> Response:
    def ask(room: Room) -> OnPage:
        case = _case(room, community, contribution)
        if sent.to_be_sure:
            return _be_sure(room, case, STEPS[step], sent)
        values = _shown(room, community, case)
        values["form"] = {name: sent.form if name == step else Form() for name in STEPS}
        values["failed"] = sent.form if step else Form()
        return OnPage(room.request, "promise", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    each_look_is_a_look(asking)
    return await answer(asking, ask, *MODELS)


def _case(room: Room, community: CommunityId, contribution: ContributionId) -> Case:
    state = _state(room, community, contribution)
    sight = sight_of(room, room.authority.person, community)
    found = contributions.open_pledges(
        room.connection, community, sight, room.view, only=contribution, limit=1
    )
    return Case(contribution, state, found[0] if found else None)


def _be_sure(room: Room, case: Case, step: Step, sent: Sent) -> OnPage:
    say, reader = speech_of(room.request), room.authority.person
    about = say.listed(say.said(more.KINDS[case.state.gift.kind]), case.contribution)
    texts = {**more.shown(case.state.gift.kind), reader: say.said(_("you"))}
    follows = _falling_short(case, sent, say) if step is STEPS["give"] else ()
    return be_sure(
        room.request, sent, step.told, about, texts=texts, labels=more.FIELDS, follows=follows
    )


def _falling_short(case: Case, sent: Sent, say: Speech) -> Iterator[tuple[str, str]]:
    """What was promised, where something else comes, and that no more is waited for."""
    promised = case.line
    for event in (each.event for each in sent.to_be_sure.events) if sent.to_be_sure else ():
        if promised is None or not isinstance(event, ContributionRecorded):
            continue
        if promised.amount_fen is not None and event.gift.amount_fen != promised.amount_fen:
            yield _("What was promised"), say.yuan(promised.amount_fen)
        elif (
            promised.labour_minutes is not None
            and event.gift.labour_minutes != promised.labour_minutes
        ):
            yield _("What was promised"), say.duration(promised.labour_minutes)
        if _is_less(event.gift, promised):
            yield _("The rest"), say.said(NO_LONGER_PROMISED)


def _is_less(came: HowMuch, promised: HowMuch) -> bool:
    """Whether something is missing of what was promised, as far as the reader is told how much."""
    return any(
        of_it is not None and whole is not None and of_it < whole
        for of_it, whole in (
            (came.amount_fen, promised.amount_fen),
            (came.labour_minutes, promised.labour_minutes),
        )
    )


def _became(room: Room, community: CommunityId, case: Case) -> Iterator[tuple[str, str]]:
    """Of a promise that was kept: how much was promised and came, to whom the amount is told."""
    say = speech_of(room.request)
    first, *_later = events_of(room.connection, stream(case.contribution), room.position)
    sight = sight_of(room, room.authority.person, community)
    found = contributions.contributions(
        room.connection, community, sight, room.view, only=case.contribution, limit=1
    )
    if not isinstance(first, ContributionPledged) or not found:
        return
    came, promised = found[0], first.gift
    yield _("Promised on"), say.day(first.occurred_on)
    if came.amount_fen is not None and promised.amount_fen is not None:
        yield _("What was promised"), say.yuan(promised.amount_fen)
        yield _("What came"), say.yuan(came.amount_fen)
    if came.labour_minutes is not None and promised.labour_minutes is not None:
        yield _("What was promised"), say.duration(promised.labour_minutes)
        yield _("What came"), say.duration(came.labour_minutes)
    if _is_less(came, promised):
        yield _("The rest"), say.said(NO_LONGER_PROMISED)


def _shown(room: Room, community: CommunityId, case: Case) -> dict[str, Any]:
    return told_of_both(room, community, case.state, case.line) | {
        "address": f"{HERE}/{community}/promises/{case.contribution}",
        "case": case,
        "kept": case.state.stage is Stage.recorded,
        "became": tuple(_became(room, community, case)),
        "open": _open_to_her(room, community, case),
    }


def _open_to_her(room: Room, community: CommunityId, case: Case) -> frozenset[str]:
    """The steps that are hers to take; the ledger looks again when she takes one."""
    if case.line is None:
        return frozenset()
    hers = set(ids_of(room, room.authority.person))
    found = {
        "give": may_record(room, community),
        "withdraw": not hers.isdisjoint({case.state.person, case.state.entered_by}),
        "show": holds(room, Role.registrar, community) or case.state.person in hers,
    }
    return frozenset(name for name, is_open in found.items() if is_open)
