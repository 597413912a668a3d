"""Entering a contribution, or a promise: its kind first, then what this kind is asked, and whose.

A resident is found by whoever may look for people; others enter an organisation, or a giver who is
not named; a volunteer promises for herself. Money comes into the fund as soon as it is entered as
given, so it is shown once more before. Nobody promises an idea: whoever has one tells it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from fastapi import Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import fields, words
from api.pages import words_of_contributions as more
from api.pages.acting import Sent, be_sure, seen_after, send
from api.pages.contributions import (
    HERE,
    MODELS,
    funds_of,
    left_empty,
    may_promise,
    may_record,
    promises_for_others,
)
from api.pages.forms import KEY, Form
from api.pages.languages import marked as _
from api.pages.languages import speech_of
from api.pages.names import each_look_is_a_look
from api.pages.offices import names_of_communities
from api.pages.person_choosing import choice_of, is_looking, looked, name_or_id
from api.pages.reading import AskingInside, OnPage, PageQuestion, today_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.parameters import CommunityPath
from api.reading import Room, answer, nothing_there
from ledger.access.signed_in import SignedIn
from ledger.domain import communities
from ledger.domain.contribution_records import ContributionKind
from ledger.domain.values import CommunityId, ContributionId
from ledger.projections.funds import Fund

router: Final[APIRouter] = pages()


@dataclass(frozen=True, slots=True)
class Way:
    """How it is entered: the command, what that is called, and where it is shown afterwards."""

    command: str
    told: str
    shown_at: str
    done: str
    kinds: Mapping[str, str]
    is_open: Callable[[Room, CommunityId], bool]


GIVEN: Final = Way(
    "contributions/record", _("Enter a contribution"), "gifts", "recorded", more.KINDS, may_record
)
PROMISED: Final = Way(
    "contributions/pledge",
    _("Enter a promise"),
    "promises",
    "promised",
    more.PROMISED_KINDS,
    may_promise,
)


@router.get("/contributions/{community}/record/{kind}")
async def record_page(asking: AskingInside, community: CommunityPath, kind: str) -> Response:
    """The form for a contribution of that kind."""
    return await _form_page(asking, GIVEN, community, _kind(GIVEN, kind), Sent(Form()))


@router.get("/contributions/{community}/promise/{kind}")
async def promise_form_page(asking: AskingInside, community: CommunityPath, kind: str) -> Response:
    """The form for a promise of that kind."""
    return await _form_page(asking, PROMISED, community, _kind(PROMISED, kind), Sent(Form()))


@router.post("/contributions/{community}/record/{kind}")
async def record_contribution(
    request: Request, asking: AskingInside, who: SignedInNow, community: CommunityPath, kind: str
) -> Response:
    """Look for the giver, or enter what she gave once whoever enters it has seen it again."""
    return await _enter(request, asking, who, GIVEN, (community, _kind(GIVEN, kind)))


@router.post("/contributions/{community}/promise/{kind}")
async def promise_contribution(
    request: Request, asking: AskingInside, who: SignedInNow, community: CommunityPath, kind: str
) -> Response:
    """Look for whoever promises, or enter what she does once it was seen again."""
    return await _enter(request, asking, who, PROMISED, (community, _kind(PROMISED, kind)))


def _kind(way: Way, named: str) -> ContributionKind:
    if named not in way.kinds:
        raise nothing_there()
    return ContributionKind(named)


async def _enter(
    request: Request,
    asking: PageQuestion,
    who: SignedIn,
    way: Way,
    what: tuple[CommunityId, ContributionKind],
) -> Response:
    (community, kind), given = what, await fields.read(request)
    if is_looking(given):
        return await _form_page(asking, way, community, kind, looked(given))
    name = _new_contribution(community, given)
    known: dict[str, Any] = {"contribution": name, "community": community, "gift.kind": kind.value}
    known |= left_empty(kind, given)
    if _is_her_own(way, who, community):
        known["person"] = who.authority.person
    sent = await send(request, who, way.command, surely=True, given=given, **known)
    if sent.accepted:
        return seen_after(f"{HERE}/{community}/{way.shown_at}/{name}", sent, way.done)
    return await _form_page(asking, way, community, kind, sent)


def _new_contribution(community: CommunityId, given: Mapping[str, str]) -> ContributionId:
    """Its id follows from the key of the form, so that sending it twice enters one."""
    digest = sha256(given.get(KEY, "").encode()).hexdigest()[:10]
    return ContributionId(f"{community[:24].rstrip('-')}-{digest}")


def _is_her_own(way: Way, who: SignedIn | Room, community: CommunityId) -> bool:
    """Whoever writes down nobody else's promises makes her own."""
    return way is PROMISED and not promises_for_others(who.authority, community)


async def _form_page(
    asking: PageQuestion, way: Way, community: CommunityId, kind: ContributionKind, sent: Sent
) -> Response:
    def ask(room: Room) -> OnPage:
        room.must_find("contributions", communities.stream(community))
        if not way.is_open(room, community):
            raise nothing_there()
        if sent.to_be_sure:
            return _be_sure(room, way, community, kind, sent)
        purses, say = funds_of(room, community), speech_of(room.request)
        values = {
            "address": room.request.url.path,
            "way": way,
            "is_given": way is GIVEN,
            "is_her_own": _is_her_own(way, room, community),
            "community": community,
            "community_name": names_of_communities(room, [community])[community],
            "kind": kind,
            "funds": [(each.fund, _fund(each, say.said(_restricted(each)))) for each in purses],
            "choice": choice_of(room, sent.form),
            "form": sent.form,
            "today": today_of(room),
            "words": words,
            "more": more,
        }
        return OnPage(room.request, "contribution_new", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    each_look_is_a_look(asking)
    return await answer(asking, ask, *MODELS)


def _be_sure(
    room: Room, way: Way, community: CommunityId, kind: ContributionKind, sent: Sent
) -> OnPage:
    say, person = speech_of(room.request), sent.form.value("person")
    called, purses = names_of_communities(room, [community])[community], funds_of(room, community)
    about = say.listed(called, say.said(more.KINDS[kind]))
    texts: dict[str, Any] = {each.fund: _fund(each, say.said(_restricted(each))) for each in purses}
    texts |= {**more.TOPICS, "true": more.shown(kind)["true"]}
    follows = []
    if _is_her_own(way, room, community):
        follows = [(_("Giver"), say.said(_("you")))]
    elif not (person or sent.form.value("organisation")):
        follows = [(_("Giver"), say.said(_("not named")))]
    if person:
        texts[person] = name_or_id(room, person)
    return be_sure(
        room.request, sent, way.told, about, texts=texts, labels=more.FIELDS, follows=follows
    )


def _restricted(fund: Fund) -> str:
    """What the fund's money is for."""
    return words.RESTRICTIONS.get(fund.restriction, fund.restriction)


def _fund(fund: Fund, restricted: str) -> str:
    return f"{fund.name} · {restricted}"
