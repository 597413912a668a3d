"""Sites as whoever keeps the register sees them: who runs one, and on which days it serves.

Settlements are paid to whoever runs a canteen, so an operator is shown once more before it counts.
Days of service hold from a day on; single days that differ are named, and stay named.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from fastapi import Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import words_of_places as words
from api.pages.acting import Sent, be_sure, seen_after, send
from api.pages.forms import Form
from api.pages.languages import marked as _
from api.pages.offices import names_of_communities
from api.pages.reading import AskingInside, OnPage, PageQuestion, holds, today_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.pages.words import options
from api.parameters import SitePath
from api.problems import must_be_none
from api.reading import Room, answer, nothing_there
from ledger.domain.authority import Role
from ledger.domain.permissions import refusal
from ledger.domain.sites import Site, SiteRegistered, stream
from ledger.domain.values import CommunityId, SiteId
from ledger.projections import disbursement_records, journal_records, payees
from ledger.projections.reading import events_of, state_at

router: Final[APIRouter] = pages()
MODELS: Final = (journal_records.MODEL, disbursement_records.MODEL)
HERE: Final = "/offices/sites"
EXCEPTION_ROWS: Final = 4
PAYEES_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Step:
    """What is done about a site: its name in the address, the command, what it is called."""

    name: str
    command: str
    told: str
    surely: bool = False


OPERATOR: Final = Step("operator", "sites/change-operator", _("Record the operator"), surely=True)
DAYS: Final = Step("days", "sites/set-service-days", _("Set the days of service"))
STEPS: Final[Mapping[str, Step]] = MappingProxyType({each.name: each for each in (OPERATOR, DAYS)})


@router.get("/offices/sites/{site}")
async def site_page(asking: AskingInside, site: SitePath) -> Response:
    """What stands of a site now."""

    def ask(room: Room) -> OnPage:
        home = _must_find(room, site)
        return OnPage(room.request, "site", _shown(room, site, home))

    return await answer(asking, ask, *MODELS)


@router.get("/offices/sites/{site}/{step}")
async def step_page(asking: AskingInside, site: SitePath, step: str) -> Response:
    """The form of one change."""
    return await _step_page(asking, site, _step(step), Sent(Form()))


@router.post("/offices/sites/{site}/{step}")
async def change_site(
    request: Request, asking: AskingInside, who: SignedInNow, site: SitePath, step: str
) -> Response:
    """Record who runs it, or set the days on which it serves."""
    taken = _step(step)
    sent = await send(request, who, taken.command, surely=taken.surely, site=site)
    if sent.accepted:
        return seen_after(f"{HERE}/{site}", sent, step)
    return await _step_page(asking, site, taken, sent)


def _step(name: str) -> Step:
    if name not in STEPS:
        raise nothing_there()
    return STEPS[name]


def _must_find(room: Room, site: SiteId) -> CommunityId:
    home = room.must_find("units", stream(site))
    if home is None:
        raise nothing_there()
    return home


async def _step_page(asking: PageQuestion, site: SiteId, step: Step, sent: Sent) -> Response:
    def ask(room: Room) -> OnPage:
        home = _must_find(room, site)
        must_be_none(refusal(room.authority, step.command, home, own=False))
        values = _shown(room, site, home) | {"step": step, "form": sent.form}
        if sent.to_be_sure:
            texts, about = dict(values["payees"]), values["registered"].name
            return be_sure(room.request, sent, step.told, about, texts=texts, labels=words.FIELDS)
        values["address"] = f"{HERE}/{site}/{step.name}"
        return OnPage(room.request, "site_step", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    return await answer(asking, ask, *MODELS)


def _shown(room: Room, site: SiteId, home: CommunityId) -> dict[str, Any]:
    state: Site = state_at(room.connection, stream(site), room.position)
    registered: SiteRegistered = events_of(room.connection, stream(site), room.position)[0]
    today = today_of(room)
    differing = sorted(state.open_days | state.closed_days)
    return {
        "address": f"{HERE}/{site}",
        "site": site,
        "registered": registered,
        "community": home,
        "home": names_of_communities(room, [home]).get(home, home),
        "operators": sorted(state.operators, key=lambda each: each.valid_from, reverse=True),
        "payees": _payees(room, home),
        "weekdays": sorted(state.weekdays, key=lambda each: each[0], reverse=True),
        "serving": _serving(state, today),
        "differing": [(day, day in state.open_days) for day in differing if day >= today],
        "exception_rows": EXCEPTION_ROWS,
        "may_change": holds(room, Role.registrar, home),
        "today": today,
        "words": words,
        "options": options,
        "position": room.position,
    }


def _serving(state: Site, today: date) -> frozenset[int]:
    """The weekdays in force today, or the first that are set."""
    begun = [each for each in state.weekdays if each[0] <= today] or list(state.weekdays[:1])
    return frozenset(max(begun, key=lambda each: each[0])[1]) if begun else frozenset()


def _payees(room: Room, home: CommunityId) -> list[tuple[str, str]]:
    """Who may run a site: whoever the community's funds may pay, as far as she may read it."""
    if not room.may_read("payees", home):
        return []
    room.must_read("payees", home)
    found = payees.payees(room.connection, community=home, known=room.view.known, limit=PAYEES_MOST)
    return [(each.payee, each.name or each.payee) for each in found]
