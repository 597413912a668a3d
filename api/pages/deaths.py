"""Deaths as the registrar enters them: what follows from a day is told before it is recorded.

A correction says another day or that she is alive, and never both; what is told afterwards is what
came of it, which may be that more is taken back, or that something stands again.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from fastapi import Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import fields
from api.pages import words_of_people as words
from api.pages.acting import Sent, be_sure, counted, give, seen_after, send
from api.pages.forms import Form, labelled
from api.pages.languages import marked as _
from api.pages.languages import speech_of
from api.pages.names import each_look_is_a_look
from api.pages.office_standing import registered_on
from api.pages.people import HERE, must_find
from api.pages.reading import AskingInside, OnPage, PageQuestion, today_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.pages.words import options
from api.parameters import PersonPath
from api.reading import Room, answer
from api.routes.papers import newest_contact
from ledger.access.signed_in import SignedIn
from ledger.domain.meal_records import MealReinstated, MealReversed
from ledger.domain.person_records import DeathCorrected, DeathRecorded
from ledger.domain.recovery_records import RecoveryLifted, RecoveryRaised
from ledger.domain.service_records import ServiceReinstated, ServiceReversed
from ledger.domain.values import PersonId
from ledger.exchange.faults import Fault, FaultKind, Malformed
from ledger.projections import shift_records

router: Final[APIRouter] = pages()
FALLS: Final = {
    MealReversed: _("Meals whose subsidy is taken back"),
    ServiceReversed: _("Records of service that are taken back"),
}
RISES: Final = {
    MealReinstated: _("Meals whose subsidy stands again"),
    ServiceReinstated: _("Records of service that stand again"),
}
FOLLOWS: Final = {
    **FALLS,
    **RISES,
    RecoveryRaised: _("Sums of settled meals that are to come back"),
    RecoveryLifted: _("Sums of settled meals that need not come back"),
}
EARLY: Final = _("She was registered only on %(day)s. Is the day right, and is it she?")
ALIVE_ON_NO_DAY: Final = (
    "Leave the day empty if she is alive, or choose that she died on another day.",
    "本人健在的，日期请留空；日期有误的，请选“去世日期有误”。",
)


@router.get("/offices/people/{person}/death")
async def death_page(asking: AskingInside, person: PersonPath) -> Response:
    """Where a day of death is recorded, or corrected."""
    return await _page(asking, person, Sent(Form()))


@router.post("/offices/people/{person}/death")
async def record_death(
    request: Request, asking: AskingInside, who: SignedInNow, person: PersonPath
) -> Response:
    """Record it, or say that it was another day or that she is alive."""
    sent = await _sent(request, who, person)
    if sent.accepted:
        return seen_after(f"{HERE}/{person}", sent, _done(sent))
    return await _page(asking, person, sent)


async def _sent(request: Request, who: SignedIn, person: PersonId) -> Sent:
    given = await fields.read(request)
    name = "deaths/correct" if "alive" in given else "deaths/record"
    fault = _fault(given) if "alive" in given else None
    if fault:
        malformed = Malformed(FaultKind.unfit, (labelled(name, fault),))
        return await give(request, who, given, malformed)
    return await send(request, who, name, surely=True, given=given, person=person)


def _fault(given: Mapping[str, str]) -> Fault | None:
    """What keeps a correction from saying one thing: alive, or another day."""
    died_on, alive = given.get("died_on", "").strip(), given["alive"]
    if alive not in words.ALIVE:
        return Fault("/alive", "", "", "", is_missing=True)
    if alive == "true":
        return Fault("/died_on", *ALIVE_ON_NO_DAY, died_on) if died_on else None
    return None if died_on else Fault("/died_on", "", "", "", is_missing=True)


def _done(sent: Sent) -> str:
    """What is told of it: what came of it is seen by its events."""
    events = sent.accepted.events if sent.accepted else ()
    kinds = {type(each.event) for each in events}
    if "alive" not in sent.form.given:
        return "death-alone" if kinds.isdisjoint(FALLS) else "death"
    if sent.form.value("alive") == "true" and not kinds.isdisjoint(RISES):
        return "alive-rises"
    if kinds.isdisjoint((*FALLS, *RISES)):
        return "death-corrected"
    return "death-rises" if kinds.isdisjoint(FALLS) else "death-falls"


def _to_be_sure(room: Room, sent: Sent, told: tuple[str, str], known_since: date | None) -> OnPage:
    """What follows from the day; a day before she was registered may be a slip of the finger."""
    follows = list(counted(sent, FOLLOWS))
    shown = be_sure(
        room.request, sent, *told, texts=words.ALIVE, labels=words.FIELDS, follows=follows
    )
    events = [each.event for each in sent.to_be_sure.events] if sent.to_be_sure else []
    days = [each.died_on for each in events if isinstance(each, DeathRecorded | DeathCorrected)]
    if known_since and any(day and day < known_since for day in days):
        say = speech_of(room.request)
        shown.values["warnings"] = (say.said(EARLY, day=say.day(known_since)),)
    return shown


async def _page(asking: PageQuestion, person: PersonId, sent: Sent) -> Response:
    def ask(room: Room) -> OnPage:
        here = must_find(room, person, "deaths/record")
        contact = newest_contact(room, person)
        name = contact.name if contact else person[:8]
        what = _("Record a death") if here.died_on is None else _("Correct a death")
        if sent.to_be_sure:
            return _to_be_sure(room, sent, (what, name), registered_on(room, here))
        values = {
            "address": f"{HERE}/{person}/death",
            "person": person,
            "whose": name,
            "what": what,
            "died_on": here.died_on,
            "today": today_of(room),
            "form": sent.form,
            "words": words,
            "options": options,
        }
        return OnPage(room.request, "person_death", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    each_look_is_a_look(asking)
    return await answer(asking, ask, shift_records.MODEL)
