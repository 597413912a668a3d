"""Policy publishing: a version is written down, looked at once more, and published; one is ended.

What is published pays for meals, so it is shown first as whoever reads it later will read it.
"""

from secrets import token_hex
from typing import Any, Final

from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages import fields, words_of_policies
from api.pages.acting import Sent, be_sure, give, seen_after, send
from api.pages.forms import AGAIN, Form
from api.pages.languages import marked as _
from api.pages.languages import speech_of
from api.pages.payers import payers_named
from api.pages.policies import MODELS, ONE_DAY, canteen_at, known_version, paying, rules_told
from api.pages.policy_editing import beside, misread, started, values_of
from api.pages.policy_forms import EDIT, Draft, draft_of, publication_of
from api.pages.reading import AskingInside, OnPage, PageQuestion, holds, today_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.pages.words_of_meals import SITTINGS
from api.parameters import NumberPath, SitePath
from api.reading import Room, answer
from ledger.domain.authority import Role
from ledger.domain.policy_records import PolicyPublished, Timeline, evolve
from ledger.domain.values import SiteId
from ledger.exchange.wire import parse
from ledger.projections import fund_records

router: Final[APIRouter] = pages()
PUBLISH: Final = "policies/publish"
WITHDRAW: Final = "policies/withdraw"


# -- publishing --------------------------------------------------------------------------------


@router.get("/policies/{site}/publish")
async def publish_page(asking: AskingInside, site: SitePath) -> Response:
    """Where a version is written, beginning with the rules of today."""
    return await _publish_page(asking, site, None, Sent(Form()))


@router.post("/policies/{site}/publish")
async def publish_policy(
    request: Request, asking: AskingInside, who: SignedInNow, site: SitePath
) -> Response:
    """Publish it, once she has seen what it says; a button may only change the form."""
    given = await fields.read_many(request)
    draft, wish = draft_of(given), given.get(EDIT, "")
    if wish or AGAIN in given:
        draft.edited(wish)
        return await _publish_page(asking, site, draft, Sent(Form()))
    body = publication_of(draft, site)
    command = misread(body, parse(PUBLISH, body.json))
    sent = await give(request, who, given, command, surely=True)
    if sent.accepted:
        return seen_after(f"/policies/{site}", sent, "published")
    return await _publish_page(asking, site, draft, sent)


async def _publish_page(
    asking: PageQuestion, site: SiteId, given: Draft | None, sent: Sent
) -> Response:
    def ask(room: Room) -> OnPage:
        here = canteen_at(room, site)
        if not holds(room, Role.fund_manager, here.community):
            room.must_read("simulations", here.community)
        draft = given or started(room, here)
        problem = beside(sent.form.problem, draft) if sent.form.problem else None
        form = Form(draft.flat(), problem, sent.form.key)
        values = values_of(room, here, draft, form) | {
            "address": f"{here.address}/publish",
            "today": today_of(room),
        }
        if sent.to_be_sure:
            shown = values | _to_be_sure(room, sent)
            return OnPage(room.request, "policy_sure", shown)
        return OnPage(room.request, "publish_policy", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    asking.nonce = token_hex(8)
    return await answer(asking, ask, *MODELS, fund_records.MODEL)


def _to_be_sure(room: Room, sent: Sent) -> dict[str, Any]:
    """The version as it would stand, in words."""
    events = sent.to_be_sure.events if sent.to_be_sure else ()
    published = next(each.event for each in events if isinstance(each.event, PolicyPublished))
    version = evolve(Timeline(), published).versions[0]
    named = {each.path for each in (*paying(version), *(it.payer for it in published.resolutions))}
    payers = payers_named(room, named)
    say = payers.say
    return {
        "version": version,
        "rules": rules_told(version, payers),
        "weekdays": words_of_policies.weekdays(version, say),
        "meals": [say.said(SITTINGS[each]) for each in version.sittings],
        "rest": payers.agreed(version.residual),
        "cited": [(payers.agreed(each.payer), each.resolution) for each in published.resolutions],
    }


# -- ending a version --------------------------------------------------------------------------


@router.get("/policies/{site}/withdraw/{number}")
async def withdraw_page(asking: AskingInside, site: SitePath, number: NumberPath) -> Response:
    """Where a version is ended earlier than it says."""
    return await _withdraw_page(asking, site, number, Sent(Form()))


@router.post("/policies/{site}/withdraw/{number}")
async def withdraw_policy(
    request: Request, asking: AskingInside, who: SignedInNow, site: SitePath, number: NumberPath
) -> Response:
    """End it, once she is sure."""
    sent = await send(request, who, WITHDRAW, surely=True, site=site, version=str(number))
    if sent.accepted:
        return seen_after(f"/policies/{site}", sent, "withdrawn")
    return await _withdraw_page(asking, site, number, sent)


async def _withdraw_page(asking: PageQuestion, site: SiteId, number: int, sent: Sent) -> Response:
    def ask(room: Room) -> OnPage:
        here = canteen_at(room, site)
        if not holds(room, Role.fund_manager, here.community):
            room.must_read("simulations", here.community)
        version, today = known_version(here, number), today_of(room)
        values = {
            "address": f"{here.address}/withdraw/{number}",
            "here": here,
            "version": version,
            "form": sent.form,
            "begins_later": version.valid_from > today,
            "first": version.valid_from if version.valid_from > today else today + ONE_DAY,
        }
        if sent.to_be_sure:
            say = speech_of(room.request)
            about = say.listed(here.name, say.said(_("version %(number)d"), number=number))
            return be_sure(room.request, sent, _("End this version earlier"), about)
        return OnPage(room.request, "withdraw_policy", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    return await answer(asking, ask, *MODELS)
