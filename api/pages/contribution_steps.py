"""Contribution steps: one contribution, how it stands, and what the reader may do about it now.

Whoever entered it takes it back for ten minutes. Later another person does, and money is taken out
of its fund first, by the reversal of its receipt.
"""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Any, Final

from fastapi import Path, Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import words
from api.pages import words_of_contributions as more
from api.pages.acting import Sent, be_sure, must_be_one, seen_after, send
from api.pages.contributions import HERE, MODELS, RECORDERS, funds_of, may_record
from api.pages.forms import Form
from api.pages.languages import marked as _
from api.pages.languages import speech_of
from api.pages.names import each_look_is_a_look, names_of
from api.pages.reading import AskingInside, OnPage, PageQuestion, holds, now_of, today_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.parameters import CommunityPath, shape
from api.reading import Room, answer, nothing_there
from api.routes.contributions import sight_of
from ledger.domain.authority import Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.contribution_records import (
    Contribution,
    ContributionKind,
    ContributionPledged,
)
from ledger.domain.contribution_rules import UNDO
from ledger.domain.contributions import stream
from ledger.domain.values import CommunityId, ContributionId
from ledger.projections import contributions, gifts
from ledger.projections.reading import events_of, state_at

router: Final[APIRouter] = pages()
ContributionPath = Annotated[ContributionId, Path(**shape(ContributionId, "jinning-03-1"))]


@dataclass(frozen=True, slots=True)
class Step:
    """What is done about a contribution: the command, and what it is called."""

    command: str
    told: str
    surely: bool = False


NOT_GIVEN: Final = Contribution().given_on
"""The day of what was promised at most."""
STEPS: Final = MappingProxyType(
    {
        "withdraw": Step("contributions/withdraw", _("Take it back"), surely=True),
        "reverse": Step("receipts/reverse", _("Take the money out of the fund"), surely=True),
        "answer": Step("ideas/answer", _("Answer the idea")),
        "show": Step("contributions/set-amount-visibility", _("What the giver wishes")),
    }
)


@dataclass(frozen=True, slots=True)
class Case:
    """A contribution, how it stands, and what of it the reader may see; None once it is gone.

    `money_stands`: its receipt was not reversed, so the money is in its fund.
    """

    contribution: ContributionId
    state: Contribution
    line: contributions.Contribution | None
    money_stands: bool

    @property
    def undo_until(self) -> datetime:
        """Until when its author takes it back."""
        return self.state.entered_at + UNDO


@router.get("/contributions/{community}/gifts/{contribution}")
async def contribution_page(
    asking: AskingInside, community: CommunityPath, contribution: ContributionPath
) -> Response:
    """A contribution, and what the reader may do about it now."""
    return await _contribution_page(asking, community, contribution, "", Sent(Form()))


@router.post("/contributions/{community}/gifts/{contribution}/{step}")
async def take_step(
    request: Request,
    asking: AskingInside,
    who: SignedInNow,
    *,
    community: CommunityPath,
    contribution: ContributionPath,
    step: str,
) -> Response:
    """Take it back, take its money out of the fund, answer it, show it or hide it."""
    taken = must_be_one(STEPS, step)
    known: dict[str, Any] = {} if step == "reverse" else {"contribution": contribution}
    sent = await send(request, who, taken.command, surely=taken.surely, **known)
    if sent.accepted:
        return seen_after(f"{HERE}/{community}/gifts/{contribution}", sent, step)
    return await _contribution_page(asking, community, contribution, step, sent)


async def _contribution_page(
    asking: PageQuestion,
    community: CommunityId,
    contribution: ContributionId,
    step: str,
    sent: Sent,
) -> Response:
    def ask(room: Room) -> OnPage:
        if room.must_find("contributions", stream(contribution)) != community:
            raise nothing_there()
        case = _case(room, community, contribution)
        if sent.to_be_sure:
            return _be_sure(room, community, case, STEPS[step], sent)
        values = _shown(room, community, case)
        values["form"] = {name: sent.form if name == step else Form() for name in STEPS}
        values["failed"] = sent.form if step else Form()
        return OnPage(room.request, "contribution", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    each_look_is_a_look(asking)
    return await answer(asking, ask, *MODELS)


def _case(room: Room, community: CommunityId, contribution: ContributionId) -> Case:
    """Raises the problem 404 for what was promised and not given."""
    state: Contribution = state_at(room.connection, stream(contribution), room.position)
    if state.given_on == NOT_GIVEN:
        raise nothing_there()
    sight = sight_of(room, room.authority.person, community)
    found = contributions.contributions(
        room.connection, community, sight, room.view, only=contribution, limit=1
    )
    return Case(contribution, state, found[0] if found else None, _money_stands(room, state))


def _money_stands(room: Room, state: Contribution) -> bool:
    fund, receipt = state.gift.fund, state.receipt
    if fund is None or receipt is None:
        return False
    received = gifts.received(room.connection, fund, receipt, room.view)
    return received is not None and not received.reversed_fen


def _be_sure(room: Room, community: CommunityId, case: Case, step: Step, sent: Sent) -> OnPage:
    called = {str(each.fund): each.name for each in funds_of(room, community)}
    say = speech_of(room.request)
    texts: dict[str, str] = {**more.REVERSALS, **called}
    about = say.listed(say.said(more.KINDS[case.state.gift.kind]), case.contribution)
    follows = []
    if step is STEPS["withdraw"] and _was_promised(room, case.contribution):
        ended = _("ends too; if it still holds, it is entered anew")
        follows.append((_("What was promised"), say.said(ended)))
    return be_sure(
        room.request,
        sent,
        step.told,
        about,
        texts=texts,
        labels=more.REVERSAL_FIELDS,
        follows=follows,
    )


def _was_promised(room: Room, contribution: ContributionId) -> bool:
    first, *_later = events_of(room.connection, stream(contribution), room.position)
    return isinstance(first, ContributionPledged)


def _shown(room: Room, community: CommunityId, case: Case) -> dict[str, Any]:
    return told_of_both(room, community, case.state, case.line) | {
        "address": f"{HERE}/{community}/gifts/{case.contribution}",
        "case": case,
        "reads_funds": room.may_read("funds", community),
        "open": _open_to_her(room, community, case),
        "is_hers": case.state.entered_by == room.authority.person,
        "zone": SHANGHAI,
    }


def told_of_both(
    room: Room,
    community: CommunityId,
    state: Contribution,
    line: contributions.Contribution | contributions.Pledge | None,
) -> dict[str, Any]:
    """What the page of a promise and that of a gift tell alike."""
    person = line.person if line else None
    called = {each.fund: each for each in funds_of(room, community)}
    return {
        "community": community,
        "fund": called.get(state.gift.fund) if state.gift.fund else None,
        "names": names_of(room, [person] if person else []),
        "sight": sight_of(room, room.authority.person, community),
        "may_record": may_record(room, community),
        "registers": holds(room, Role.registrar, community),
        "reader": room.authority.person,
        "words": words,
        "more": more,
        "position": room.position,
        "today": today_of(room),
    }


def _open_to_her(room: Room, community: CommunityId, case: Case) -> frozenset[str]:
    """The steps that are hers to take; the ledger looks again when she takes one."""
    if case.line is None:
        return frozenset()
    registers, manages = (holds(room, role, community) for role in RECORDERS)
    undoes = (registers or manages) and _may_undo(room, case)
    is_idea = case.state.gift.kind is ContributionKind.idea
    found = {
        "withdraw": undoes,
        "reverse": manages and case.money_stands and not undoes,
        "answer": registers and is_idea,
        "show": registers or case.state.person == room.authority.person,
    }
    return frozenset(name for name, is_open in found.items() if is_open)


def _may_undo(room: Room, case: Case) -> bool:
    """By its author for ten minutes; by another, or once its money is out of the fund, later."""
    if case.state.receipt is not None and not case.money_stands:
        return True
    if case.state.entered_by != room.authority.person:
        return case.state.receipt is None
    return now_of(room) <= case.undo_until
