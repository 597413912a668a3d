"""Recording a resolution: who decided, with how many votes, and what it allows, row by row.

The signed paper stays with whoever keeps it; the ledger knows its digest. It is computed here from
the file, which is kept nowhere, or typed, before anything else is, so that nothing typed is lost.
Everything is looked at once more before it is recorded, and the ledger refuses what was not carried
or is not that body's to decide.
"""

from collections.abc import Iterator
from functools import reduce
from hashlib import sha256
from operator import or_
from typing import Any, Final

from fastapi import Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import fields
from api.pages import words_of_councils as words
from api.pages.acting import Sent, be_sure, seen_after, send
from api.pages.choosing import EMPTY, NoFile, chosen
from api.pages.contributions import funds_of
from api.pages.councils import HERE
from api.pages.forms import LEFT_EMPTY, Form, command_of
from api.pages.languages import marked as _
from api.pages.languages import speech_of
from api.pages.offices import names_of_communities
from api.pages.reading import AskingInside, OnPage, PageQuestion, today_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.pages.words import options
from api.pages.words_of_bodies import BODIES
from api.parameters import CommunityPath
from api.problems import must_be_none, of_malformed
from api.reading import Room, answer
from ledger.domain import communities
from ledger.domain.permissions import refusal
from ledger.domain.resolution_records import ResolutionRecorded
from ledger.domain.sites import SiteKind
from ledger.domain.values import CommunityId
from ledger.exchange.faults import FaultKind, Malformed
from ledger.projections import (
    council_records,
    councils,
    disbursement_records,
    fund_records,
    journal_records,
    listings,
    payees,
    places,
    resolution_records,
    shift_records,
)
from ledger.projections.payers import cooperatives_of
from ledger.projections.reading import names, states_now

router: Final[APIRouter] = pages()
MODELS: Final = (
    council_records.MODEL,
    disbursement_records.MODEL,
    fund_records.MODEL,
    journal_records.MODEL,
    resolution_records.MODEL,
    shift_records.MODEL,
)
RECORD: Final = "resolutions/record"
PATH: Final = "/councils/places/{community}/resolution"
FILE: Final = "file"
LISTS: Final = ("subsidies", "payments", "purpose_changes")
ROWS_MOST: Final = 10
DOCUMENT: Final = "document"
TYPED_MOST: Final = 80
MEETINGS_SHOWN: Final = 30


@router.get(PATH)
async def resolution_form_page(
    request: Request, asking: AskingInside, community: CommunityPath
) -> Response:
    """Where the signed paper is chosen or its digest typed, and then the resolution is entered."""
    digest = request.query_params.get("document", "").strip().lower()[:TYPED_MOST]
    return await _form_page(asking, community, _begun_with(digest))


def _begun_with(digest: str) -> Sent:
    """The form with the digest in it; what is no digest is told before anything else is typed."""
    if not digest:
        return Sent(Form())
    command = command_of(RECORD, {DOCUMENT: digest})
    faults = command.faults if isinstance(command, Malformed) else ()
    unfit = tuple(each for each in faults if each.pointer == f"/{DOCUMENT}")
    problem = of_malformed(Malformed(FaultKind.unfit, unfit)) if unfit else None
    return Sent(Form({DOCUMENT: digest}, problem))


@router.post(PATH)
async def record_resolution(
    request: Request, asking: AskingInside, who: SignedInNow, community: CommunityPath
) -> Response:
    """Enter it, once she is sure; a row more is no step yet."""
    given = _with_payers(await fields.read(request))
    sent = await send(request, who, RECORD, surely=True, given=given, community=community)
    if sent.accepted:
        event: ResolutionRecorded = sent.accepted.events[0].event
        return seen_after(f"{HERE}/resolutions/{event.resolution}", sent, "recorded")
    return await _form_page(asking, community, sent)


def _with_payers(given: dict[str, str]) -> dict[str, str]:
    """Where a canteen is chosen, what is wrong with its payer is told at the choice of payers."""
    canteens = [name for name, text in given.items() if text and name.endswith(".canteen")]
    payers = [f"{name.removesuffix('canteen')}payer.kind" for name in canteens]
    return given | {name: given.get(name) or LEFT_EMPTY for name in payers}


@router.post(f"{PATH}/document")
async def read_document(
    request: Request, asking: AskingInside, _: SignedInNow, community: CommunityPath
) -> Response:
    """The form with the digest of the paper in it; the file itself is not kept."""
    paper = await chosen(request, FILE)
    if not isinstance(paper, NoFile) and not paper.content:
        paper = EMPTY
    if isinstance(paper, NoFile):
        return await _form_page(asking, community, Sent(Form()), no_file=paper)
    sent = _begun_with(sha256(paper.content).hexdigest())
    return await _form_page(asking, community, sent, is_read=True)


async def _form_page(
    asking: PageQuestion,
    community: CommunityId,
    sent: Sent,
    *,
    is_read: bool = False,
    no_file: NoFile | None = None,
) -> Response:
    def ask(room: Room) -> OnPage:
        room.must_find("units", communities.stream(community))
        must_be_none(refusal(room.authority, RECORD, community, own=False))
        values = _choices(room, community) | {
            "address": PATH.format(community=community),
            "form": sent.form,
            "rows": {each: _rows(sent.form, each) for each in LISTS},
            "is_read": is_read,
            "no_file": no_file,
        }
        if sent.to_be_sure:
            chosen_from = (dict(values[each]) for each in ("canteens", "cooperatives", "funds"))
            texts = reduce(or_, chosen_from, dict(words.CHOSEN))
            return be_sure(
                room.request,
                sent,
                _("Record a resolution"),
                str(values["home"]),
                texts=texts,
                labels=words.FIELDS,
            )
        status = no_file.status if no_file else sent.status
        return OnPage(room.request, "resolution_new", values, status)

    asking.at_least = max(asking.at_least, sent.position)
    return await answer(asking, ask, *MODELS)


def _rows(form: Form, name: str) -> int:
    """Those that are filled in, and an empty one."""
    filled = [
        int(each.split(".")[1])
        for each, text in form.given.items()
        if text and each.startswith(f"{name}.") and each.split(".")[1].isdecimal()
    ]
    return min(max(filled, default=-1) + 2, ROWS_MOST)


def _choices(room: Room, community: CommunityId) -> dict[str, Any]:
    """What the form chooses from; of funds the names alone are told here."""
    room.must_read("payees", community)
    room.must_hold_a_role("councils")
    met = councils.meetings(room.connection, community, room.view, limit=MEETINGS_SHOWN)
    taking = payees.payees(room.connection, community=community, known=room.view.known)
    return {
        "home": names_of_communities(room, [community]).get(community, community),
        "community": community,
        "canteens": list(_canteens(room)),
        "cooperatives": list(cooperatives_of(room.connection, [community], room.position).items()),
        "meetings": [(each.meeting, _meeting_told(each, room)) for each in met],
        "payees": [(each.payee, each.name or each.payee) for each in taking],
        "funds": [(each.fund, each.name) for each in funds_of(room, community)],
        "today": today_of(room),
        "words": words,
        "options": options,
    }


def _meeting_told(met: councils.Meeting, room: Room) -> str:
    say = speech_of(room.request)
    return f"{say.day(met.held_on)} · {say.said(BODIES[met.body])} · {met.meeting}"


def _canteens(room: Room) -> Iterator[tuple[str, str]]:
    """Those of the town: the members of a cooperative may eat elsewhere."""
    homes = names_of_communities(
        room, [each.community for each in listings.communities(room.connection)]
    )
    streams = {each: home for home in homes for each in places.sites_of(room.connection, home)}
    called, states = names(room.connection, streams), states_now(room.connection, list(streams))
    for at, home in streams.items():
        if states[at].kind is SiteKind.canteen:
            yield at.removeprefix("site-"), f"{called[at]} · {homes[home]}"
