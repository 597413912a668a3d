"""Entering a contribution: its kind comes first, then what this kind is asked, and the giver.

A resident is found by whoever may look for people; others enter an organisation, or a giver who is
not named. Money comes into the fund as soon as it is entered, so it is shown once more before.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from fastapi import Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import fields, words
from api.pages import words_of_contributions as more
from api.pages.acting import Sent, be_sure, seen_after, send
from api.pages.contributions import HERE, MODELS, funds_of, may_record
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
from ledger.domain import communities
from ledger.domain.contribution_records import ContributionKind
from ledger.domain.values import CommunityId, ContributionId
from ledger.projections.funds import Fund

router: Final[APIRouter] = pages()


@router.get("/contributions/{community}/record/{kind}")
async def record_page(asking: AskingInside, community: CommunityPath, kind: str) -> Response:
    """The form for a contribution of that kind."""
    return await _record_page(asking, community, _kind(kind), Sent(Form()))


@router.post("/contributions/{community}/record/{kind}")
async def record_contribution(
    request: Request, asking: AskingInside, who: SignedInNow, community: CommunityPath, kind: str
) -> Response:
    """Look for the giver, or enter what she gave once whoever enters it has seen it again."""
    gift, given = _kind(kind), await fields.read(request)
    if is_looking(given):
        return await _record_page(asking, community, gift, looked(given))
    name = _new_contribution(community, given)
    known: dict[str, Any] = {"contribution": name, "community": community, "gift.kind": gift.value}
    sent = await send(request, who, "contributions/record", surely=True, given=given, **known)
    if sent.accepted:
        return seen_after(f"{HERE}/{community}/gifts/{name}", sent, "recorded")
    return await _record_page(asking, community, gift, sent)


def _kind(named: str) -> ContributionKind:
    if named not in list(ContributionKind):
        raise nothing_there()
    return ContributionKind(named)


def _new_contribution(community: CommunityId, given: Mapping[str, str]) -> ContributionId:
    """Its id follows from the key of the form, so that sending it twice enters one."""
    digest = sha256(given.get(KEY, "").encode()).hexdigest()[:10]
    return ContributionId(f"{community[:24].rstrip('-')}-{digest}")


async def _record_page(
    asking: PageQuestion, community: CommunityId, kind: ContributionKind, sent: Sent
) -> Response:
    def ask(room: Room) -> OnPage:
        room.must_find("contributions", communities.stream(community))
        if not may_record(room, community):
            raise nothing_there()
        called = names_of_communities(room, [community])[community]
        purses = funds_of(room, community)
        if sent.to_be_sure:
            return _be_sure(room, called, kind, purses, sent)
        say = speech_of(room.request)
        values = {
            "address": f"{HERE}/{community}/record/{kind}",
            "community": community,
            "community_name": called,
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
    room: Room, called: str, kind: ContributionKind, purses: tuple[Fund, ...], sent: Sent
) -> OnPage:
    say, person = speech_of(room.request), sent.form.value("person")
    texts: dict[str, Any] = {each.fund: _fund(each, say.said(_restricted(each))) for each in purses}
    texts |= {**more.TOPICS, "true": more.SHOWN["true"]}
    follows = (
        []
        if person or sent.form.value("organisation")
        else [(_("Giver"), say.said(_("not named")))]
    )
    if person:
        texts[person] = name_or_id(room, person)
    about = f"{called}, {say.said(more.KINDS[kind])}"
    what = _("Enter a contribution")
    return be_sure(
        room.request, sent, what, about, texts=texts, labels=more.FIELDS, follows=follows
    )


def _restricted(fund: Fund) -> str:
    """What the fund's money is for."""
    return words.RESTRICTIONS.get(fund.restriction, fund.restriction)


def _fund(fund: Fund, restricted: str) -> str:
    return f"{fund.name} · {restricted}"
