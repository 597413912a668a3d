"""Certificates (志愿服务记录证明): what was certified of a person, issuing one, and voiding one.

Whoever confirms service or keeps the register issues; the page first says what the certificate
would say, as the ledger counts it at that moment. Nobody issues or voids her own.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api import checking
from api.desk import desk_of
from api.own import ids_of, is_own, view_of
from api.pages import fields, words
from api.pages import words_of_certificates as more
from api.pages.acting import Sent, be_sure, seen_after, send
from api.pages.board import community_at
from api.pages.forms import KEY, LEFT_EMPTY, Form, new_key
from api.pages.languages import Speech, speech_of
from api.pages.languages import marked as _
from api.pages.lists import paged
from api.pages.names import each_look_is_a_look, name_of
from api.pages.office_finding import LOOKERS, home_of
from api.pages.own_certificates import issuer_of
from api.pages.reading import AskingInside, OnPage, PageQuestion, today_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.pages.words import options
from api.parameters import Page, PersonPath
from api.reading import Room, answer, nothing_there
from ledger.domain import people
from ledger.domain.authority import Role
from ledger.domain.certificate_records import CertificateIssued
from ledger.domain.values import PersonId
from ledger.projections import certificates, listings, shift_records
from ledger.projections.asking import Reach

router: Final[APIRouter] = pages()
PATH: Final = "/offices/people/{person}/certificates"
MODELS: Final = (*checking.MODELS, shift_records.MODEL)
SHOWN: Final = 20
ISSUERS: Final = (Role.registrar, Role.confirmer)
STEPS: Final = {
    "issue": ("certificates/issue", _("Issue a certificate")),
    "void": ("certificates/void", _("Void a certificate")),
}
WHEN_ISSUED: Final = _("%(number)s, or the next one if another certificate comes first")

Paged = Annotated[Page, paged(SHOWN)]


@router.get(PATH)
async def certificates_page(asking: AskingInside, page: Paged, person: PersonPath) -> Response:
    """Her certificates, the newest first, and what the reader may do about them."""
    return await _page(asking, page, person, "", Sent(Form()))


@router.post(f"{PATH}/{{step}}")
async def issue_or_void(
    request: Request, asking: AskingInside, who: SignedInNow, person: PersonPath, step: str
) -> Response:
    """Issue one, or void one, once she has seen what that means."""
    if step not in STEPS:
        raise nothing_there()
    given = await fields.read(request)
    key = given.get(KEY) or new_key()
    known: dict[str, Any] = _issued(given, key, person) if step == "issue" else {}
    name, _told = STEPS[step]
    sent = await send(request, who, name, surely=True, given=given | {KEY: key}, **known)
    if sent.accepted:
        return seen_after(PATH.format(person=person), sent, step)
    return await _page(asking, Page(SHOWN), person, step, sent)


def _issued(given: dict[str, str], key: str, person: PersonId) -> dict[str, str]:
    """What the command is told beside the days; its id is that of the form, however often sent."""
    issuer = given.get("community") or LEFT_EMPTY
    community, of_unit, _unit = issuer.partition("/")
    return {
        "certificate": str(UUID(bytes=sha256(key.encode()).digest()[:16], version=4)),
        "person": person,
        "community": community,
        "unit": issuer if of_unit else "",
    }


async def _page(
    asking: PageQuestion, page: Page, person: PersonId, step: str, sent: Sent
) -> Response:
    def ask(room: Room) -> OnPage:
        values = _shown(room, person, _reach(room, person))
        if sent.to_be_sure:
            return be_sure(
                room.request,
                sent,
                STEPS[step][1],
                values["whose"] or person[:8],
                texts={**_reasons(), **dict(values["units"]), **dict(values["standing"])},
                labels=more.FIELDS,
                follows=list(_says(sent, speech_of(room.request))),
            )
        values["form"] = {each: sent.form if each == step else Form() for each in STEPS}
        values["failed"] = sent.form if step else Form()
        return OnPage(room.request, "certificates", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    each_look_is_a_look(asking)
    return await answer(asking, ask, *MODELS, page=page)


def _reasons() -> dict[str, str]:
    return {reason.value: text for reason, text in words.VOID_REASONS.items()}


def _reach(room: Room, person: PersonId) -> Reach:
    """How far the reader may read of hers. Raises the problems 403 and 404, as the API does."""
    if is_own(room, person):
        room.must_find("certificates", people.stream(person), own=ids_of(room, person))
        return None
    view = view_of(room, person, "certificates")
    room.must_find(view, people.stream(person))
    return room.reach(view)


def _shown(room: Room, person: PersonId, reach: Reach) -> dict[str, Any]:
    after = room.after(tuple[int])
    found = certificates.register(
        room.connection,
        room.view,
        persons=ids_of(room, person),
        reach=reach,
        limit=room.limit,
        after=after[0] if after else None,
    )
    codes = desk_of(room.request).running.ways.check_codes
    home, own = home_of(room, person), is_own(room, person)
    return {
        "address": PATH.format(person=person),
        "person": person,
        "whose": name_of(room, person),
        "is_herself": own,
        "leads_back": not room.authority.held.keys().isdisjoint(LOOKERS),
        "prints_name": own or room.may_read(view_of(room, person, "contact"), home),
        "certificates": found,
        "next": room.next(found, lambda each: (each.position,)),
        "issuers": {each.number: issuer_of(room, each) for each in found},
        "codes": {each.number: codes.code_of(each.number) for each in found},
        "units": [] if own else list(_units(room)),
        "standing": [(each.certificate, each.number) for each in found if not each.voided_on],
        "today": today_of(room),
        "words": words,
        "more": more,
        "options": options,
        "position": room.position,
    }


def _units(room: Room) -> Iterator[tuple[str, str]]:
    """Who organises where she may issue: each community's own committee, and its units."""
    reach, say = room.authority.reach(ISSUERS), speech_of(room.request)
    if reach is not None and not reach:
        return
    for each in listings.communities(room.connection, reach):
        here = community_at(room, each.community)
        itself = say.said(_("%(community)s itself"), community=here.name)
        yield each.community, itself
        for unit, known in here.units.items():
            yield unit, f"{known.name} · {here.name}"


def _says(sent: Sent, say: Speech) -> Iterator[tuple[str, str]]:
    """What the certificate would say."""
    events = sent.to_be_sure.events if sent.to_be_sure else ()
    for event in (each.event for each in events if isinstance(each.event, CertificateIssued)):
        yield _("Number"), say.said(WHEN_ISSUED, number=event.number)
        yield _("Service in all"), say.duration(sum(e.service_minutes for e in event.minutes))
        for part in event.minutes:
            yield words.PUBLIC_GRADES[part.grade], say.duration(part.service_minutes)
        yield _("Records counted"), str(event.records)
