"""Payees: whom a community's funds may pay, how much each was paid, and registering another one.

A payee is registered once and changed by nobody, so it is shown once more before. Whoever registers
payees has nothing to do with money, and is told none. A private person has no public name: who may
see names is told hers, and that look is logged.
"""

from typing import Annotated, Any, Final

from fastapi import Path, Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import fields, words
from api.pages import words_of_payees as more
from api.pages.acting import Sent, be_sure, seen_after, send
from api.pages.forms import Form
from api.pages.languages import marked as _
from api.pages.lists import paged
from api.pages.names import each_look_is_a_look, name_of
from api.pages.offices import names_of_communities
from api.pages.person_choosing import choice_of, is_looking, looked, name_or_id
from api.pages.reading import AskingInside, OnPage, PageQuestion, holds, today_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.parameters import CommunityPath, Page, shape
from api.reading import Room, answer, nothing_there
from api.routes.payees import shown_to
from ledger.domain import communities
from ledger.domain.authority import Role
from ledger.domain.funds import stream as fund_stream
from ledger.domain.payees import Payee as Registered
from ledger.domain.payees import PayeeRegistered, stream
from ledger.domain.values import CommunityId, Slug
from ledger.projections import disbursement_records, disbursements, listings, shift_records
from ledger.projections.disbursements import DisbursementLine
from ledger.projections.payees import Payee, payees
from ledger.projections.reading import names, state_at

router: Final[APIRouter] = pages()
MODELS: Final = (disbursement_records.MODEL, shift_records.MODEL)
HERE: Final = "/payees"
SHOWN: Final = 60
PAYMENTS_SHOWN: Final = 30
PayeePath = Annotated[Slug, Path(**shape(Slug, "xinhua-books"))]


# -- all of them ---------------------------------------------------------------------------------


@router.get("/payees")
async def payees_pages(asking: AskingInside) -> Response:
    """The communities whose payees she may look at."""

    def ask(room: Room) -> OnPage:
        room.must_hold_a_role("payees")
        found = listings.communities(room.connection, room.reach("payees"))
        called = names_of_communities(room, [each.community for each in found])
        values = {"what": _("Payees"), "base": HERE, "communities": sorted(called.items())}
        return OnPage(room.request, "which", values)

    return await answer(asking, ask, *MODELS)


@router.get("/payees/{community}")
async def payees_page(
    asking: AskingInside, page: Annotated[Page, paged(SHOWN)], community: CommunityPath
) -> Response:
    """Whom the funds of a community may pay."""

    def ask(room: Room) -> OnPage:
        room.must_find("payees", communities.stream(community))
        after = room.after(tuple[Slug])
        rows = payees(
            room.connection,
            community=community,
            known=room.view.known,
            limit=room.limit,
            after=after[0] if after else None,
        )
        values = {
            "community": community,
            "community_name": names_of_communities(room, [community])[community],
            "payees": [shown_to(each, room) for each in rows],
            "next": room.next(rows, lambda each: (each.payee,)),
            "tells_money": room.may_read("disbursements", community),
            "may_register": holds(room, Role.registrar, community),
            "today": today_of(room),
            "position": room.position,
        }
        return OnPage(room.request, "payees", values)

    return await answer(asking, ask, *MODELS, page=page)


# -- registering ---------------------------------------------------------------------------------


@router.get("/payees/{community}/register")
async def register_page(asking: AskingInside, community: CommunityPath) -> Response:
    """The form of a new payee."""
    return await _register_page(asking, community, Sent(Form()))


@router.post("/payees/{community}/register")
async def register_payee(
    request: Request, asking: AskingInside, who: SignedInNow, community: CommunityPath
) -> Response:
    """Look for who stands behind it, or register it once she has seen it again."""
    given = await fields.read(request)
    if is_looking(given):
        return await _register_page(asking, community, looked(given))
    sent = await send(
        request, who, "payees/register", surely=True, given=given, community=community
    )
    if sent.accepted:
        events = (each.event for each in sent.accepted.events)
        payee = next(each.payee for each in events if isinstance(each, PayeeRegistered))
        return seen_after(f"{HERE}/{community}/named/{payee}", sent, "registered")
    return await _register_page(asking, community, sent)


async def _register_page(asking: PageQuestion, community: CommunityId, sent: Sent) -> Response:
    def ask(room: Room) -> OnPage:
        room.must_find("payees", communities.stream(community))
        if not holds(room, Role.registrar, community):
            raise nothing_there()
        called = names_of_communities(room, [community])[community]
        if sent.to_be_sure:
            person = sent.form.value("person")
            texts = {person: name_or_id(room, person)} if person else {}
            what = _("Register a payee")
            return be_sure(room.request, sent, what, called, texts=texts, labels=more.FIELDS)
        values = {
            "address": f"{HERE}/{community}/register",
            "community": community,
            "community_name": called,
            "choice": choice_of(room, sent.form),
            "form": sent.form,
        }
        return OnPage(room.request, "payee_new", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    each_look_is_a_look(asking)
    return await answer(asking, ask, *MODELS)


# -- one of them ---------------------------------------------------------------------------------


@router.get("/payees/{community}/named/{payee}")
async def payee_page(
    asking: AskingInside,
    page: Annotated[Page, paged(PAYMENTS_SHOWN)],
    community: CommunityPath,
    payee: PayeePath,
) -> Response:
    """A payee, and for those who read payments what was asked for it."""

    def ask(room: Room) -> OnPage:
        if room.must_find("payees", stream(payee)) != community:
            raise nothing_there()
        found = payees(room.connection, only=payee, known=room.view.known)
        if not found:
            raise nothing_there()
        return OnPage(room.request, "payee", _shown(room, shown_to(found[0], room)))

    each_look_is_a_look(asking)
    return await answer(asking, ask, *MODELS, page=page)


def _shown(room: Room, payee: Payee) -> dict[str, Any]:
    known: Registered = state_at(room.connection, stream(payee.payee), room.position)
    asked_for = _asked_for(room, payee)
    return {
        "payee": payee,
        "community_name": names_of_communities(room, [payee.community])[payee.community],
        "has_person": known.person is not None,
        "person_name": name_of(room, known.person) if known.person else "",
        "asked_for": asked_for,
        "funds": names(room.connection, {fund_stream(each.fund) for each in asked_for}),
        "next": room.next(asked_for, lambda each: (each.position,)),
        "tells_money": room.may_read("disbursements", payee.community),
        "words": words,
        "more": more,
        "today": today_of(room),
        "position": room.position,
    }


def _asked_for(room: Room, payee: Payee) -> tuple[DisbursementLine, ...]:
    if not room.may_read("disbursements", payee.community):
        return ()
    after = room.after(tuple[int])
    return disbursements.register(
        room.connection,
        payee=payee.payee,
        day=today_of(room),
        known=room.view.known,
        limit=room.limit,
        after=after[0] if after else None,
        reach=room.reach("disbursements"),
    )
