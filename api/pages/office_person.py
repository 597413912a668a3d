"""A person as whoever looks after offices sees her: her roles, her account, her slips.

What is granted counts from then on, and what has ended counts no more, so either is shown once more
before it is done. Nobody grants to herself, signs for her own slip or opens her own account again:
the ledger refuses it, and the page says whose step it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from fastapi import Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.own import view_of
from api.pages import fields
from api.pages import words_of_offices as words
from api.pages.acting import Sent, be_sure, must_be_one, seen_after, send
from api.pages.forms import LEFT_EMPTY, Form
from api.pages.languages import marked as _
from api.pages.languages import speech_of
from api.pages.names import each_look_is_a_look, name_of
from api.pages.office_accounts import AccountShown, account_of
from api.pages.office_finding import home_of, may_know_of, must_look_after_offices
from api.pages.office_standing import closed, endless, last_day, other_ids, registered_on, warnings
from api.pages.offices import HERE, everybody, names_of_communities, numbers
from api.pages.reading import AskingInside, OnPage, PageQuestion, holds, now_of
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.pages.words import options
from api.pages.words_of_people import DONE
from api.parameters import PersonPath
from api.reading import Room, answer, nothing_there
from api.routes.papers import newest_contact
from api.routes.printed import CardPath, SlipPath, opened_slip, printed_card
from ledger.domain import people
from ledger.domain.authority import Reach, Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.facts import Contact
from ledger.domain.grant_records import RoleGranted
from ledger.domain.person_records import Person
from ledger.domain.values import SYSTEM, CommunityId, PersonId, local_day
from ledger.projections import grants, listings, shift_records
from ledger.projections.grants import Grant
from ledger.projections.reading import state_at

router: Final[APIRouter] = pages()
MODELS: Final = (grants.MODEL, shift_records.MODEL)
TOWN: Final = "/town"
"""The whole town where a community is chosen: no community is called so.

Whoever chooses nothing does not mean the whole town.
"""


@dataclass(frozen=True, slots=True)
class Step:
    """What is done about a person here: the command, and what it is called."""

    command: str
    told: str
    surely: bool = False


STEPS: Final[Mapping[str, Step]] = MappingProxyType(
    {
        "grant": Step("grants/grant", _("Grant a role"), surely=True),
        "revoke": Step("grants/revoke", _("End the role"), surely=True),
        "disable": Step("accounts/disable", _("Disable the account"), surely=True),
        "enable": Step("accounts/enable", _("Open the account again")),
        "slip": Step("slips/issue", _("Issue a slip")),
        "countersign": Step("slips/countersign", _("Sign for the slip")),
        "withdraw-slip": Step("slips/withdraw", _("Withdraw the slip")),
        "card": Step("cards/issue", _("Hand out a card")),
        "end-card": Step("cards/revoke", _("End the card"), surely=True),
    }
)
REPLACED: Final = _(
    "She holds this role already. The new last day replaces the one until now: %(until)s."
)
OF_A_PLACE: Final = frozenset({"grant", "revoke"})


@router.get("/offices/people/{person}")
async def person_page(asking: AskingInside, person: PersonPath) -> Response:
    """Her roles and her account."""
    return await _person_page(asking, person, "", Sent(Form()))


@router.post("/offices/people/{person}/slips/{slip}")
async def print_slip(
    request: Request, asking: AskingInside, who: SignedInNow, person: PersonPath, slip: SlipPath
) -> Response:
    """What stands on the slip, once; to be printed, or copied by hand."""
    printed = await opened_slip(request, who.authority, person, slip)

    def ask(room: Room) -> OnPage:
        values = {"address": f"{HERE}/people/{person}", "printed": printed, "person": person}
        return OnPage(room.request, "office_slip", values)

    return await answer(asking, ask, grants.MODEL)


@router.post("/offices/people/{person}/cards/{card}")
async def print_card_of_person(
    request: Request, asking: AskingInside, who: SignedInNow, person: PersonPath, card: CardPath
) -> Response:
    """What stands on the card and the PIN that is told beside it, once."""
    printed = await printed_card(request, who.authority, person, card)

    def ask(room: Room) -> OnPage:
        values = {"address": f"{HERE}/people/{person}", "printed": printed, "person": person}
        return OnPage(room.request, "office_card", values)

    return await answer(asking, ask, grants.MODEL)


@router.post("/offices/people/{person}/{step}")
async def take_step(
    request: Request, asking: AskingInside, who: SignedInNow, person: PersonPath, step: str
) -> Response:
    """Grant, end, issue, sign, withdraw, disable or enable."""
    taken = must_be_one(STEPS, step)
    given = await fields.read(request)
    known: dict[str, Any] = {"person": person} | (_place(given) if step in OF_A_PLACE else {})
    sent = await send(request, who, taken.command, surely=taken.surely, given=given, **known)
    if sent.accepted:
        return seen_after(f"{HERE}/people/{person}", sent, step)
    return await _person_page(asking, person, step, sent)


def _place(given: Mapping[str, str]) -> dict[str, str]:
    """The community of the command; the whole town is none."""
    chosen = given.get("community") or LEFT_EMPTY
    return {"community": "" if chosen == TOWN else chosen}


async def _person_page(asking: PageQuestion, person: PersonId, step: str, sent: Sent) -> Response:
    def ask(room: Room) -> OnPage:
        _must_find(room, person)
        if sent.to_be_sure:
            return _be_sure(room, person, step, sent)
        values = _shown(room, person, step, sent)
        return OnPage(room.request, "office_person", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    each_look_is_a_look(asking)
    return await answer(asking, ask, *MODELS)


def _be_sure(room: Room, person: PersonId, step: str, sent: Sent) -> OnPage:
    """Who it is about, by name for whoever may see it, and by her number."""
    number = numbers(room, [person]).get(person, person[:8])
    name = name_of(room, person)
    shown = be_sure(
        room.request,
        sent,
        STEPS[step].told,
        f"{name} ({number})" if name else number,
        texts=_texts(room) | _card(sent),
        labels=words.FIELDS,
        follows=endless(room, sent) if step == "grant" else (),
    )
    if step == "disable":
        shown.values["warnings"] = warnings(room, person)
    if step == "grant":
        shown.values["warnings"] = _replaced(room, sent)
    return shown


def _replaced(room: Room, sent: Sent) -> list[str]:
    """The term of the same role in the same place that the new one ends, if it has not run out."""
    say, today = speech_of(room.request), local_day(now_of(room), SHANGHAI)
    events = [each.event for each in sent.to_be_sure.events] if sent.to_be_sure else []
    granted = [each for each in events if isinstance(each, RoleGranted)]
    return [
        say.said(REPLACED, until=last_day(each.until, say))
        for new in granted
        for each in _held(room, new.person)
        if (each.role, each.community) == (new.role, new.community)
        and (each.until is None or each.until >= today)
    ]


def _must_find(room: Room, person: PersonId) -> None:
    """Raise the problems 403 and 404 for whoever must not know of her."""
    must_look_after_offices(room)
    if not may_know_of(room, person):
        raise nothing_there()


def _shown(room: Room, person: PersonId, step: str, sent: Sent) -> dict[str, Any]:
    here: Person = state_at(room.connection, people.stream(person), room.position)
    home = home_of(room, person)
    held = _held(room, person)
    granting = room.authority.reach((Role.administrator,))
    places = _places(room, granting)
    called = names_of_communities(room, {each for each in (home, *_places_of(held)) if each})
    now = now_of(room)
    account = account_of(room, person, home, now)
    return {
        "address": f"{HERE}/people/{person}",
        "person": person,
        "here": here,
        **_standing(room, here, account),
        "home": called.get(home, home) if home else None,
        "called": called,
        "number": numbers(room, [person]).get(person),
        "numbers": numbers(room, {each.granted_by for each in held} | set(other_ids(here))),
        "held": held,
        "may_read_roles": bool(room.authority.held.keys() & {Role.administrator, Role.auditor}),
        "may_grant": bool(places),
        "may_end": [each.position for each in held if _reaches(granting, each.community)],
        "places": places,
        "town": TOWN,
        "account": account,
        "is_herself": room.authority.person == person,
        "reader": room.authority.person,
        "machine": SYSTEM,
        "everybody": everybody(room),
        "form": {each: sent.form if each == step else Form() for each in STEPS},
        "new_form": Form,
        "failed": sent.form if step else Form(),
        "today": local_day(now, SHANGHAI),
        "zone": SHANGHAI,
        "words": words,
        "done_texts": {**words.DONE, **DONE},
        "options": options,
        "position": room.position,
        **_papers(room, person, home),
    }


def _standing(room: Room, here: Person, account: AccountShown | None) -> dict[str, Any]:
    return {"registered_on": registered_on(room, here), "closed": closed(here, account)}


def _papers(room: Room, person: PersonId, home: CommunityId | None) -> dict[str, Any]:
    """What the reader sees of her papers, and which of them she may go on to."""
    return {
        "contact": _contact(room, person, home),
        "may_register": home is not None and holds(room, Role.registrar, home),
        "may_read_certificates": _may_read_certificates(room, person, home),
    }


def _may_read_certificates(room: Room, person: PersonId, home: CommunityId | None) -> bool:
    return home is not None and room.may_read(view_of(room, person, "certificates"), home)


def _contact(room: Room, person: PersonId, home: CommunityId | None) -> Contact | None:
    """How she is called, for whoever works with people there; that she was looked at is logged."""
    if home is None or not room.may_read(view_of(room, person, "contact"), home):
        return None
    return newest_contact(room, person)


def _held(room: Room, person: PersonId) -> tuple[Grant, ...]:
    reach = room.reach("grants")
    if reach is not None and not reach:
        return ()
    room.must_hold_a_role("grants")
    return grants.held(room.connection, room.view, person=person, reach=reach)


def _places_of(held: Iterable[Grant]) -> set[CommunityId | None]:
    return {each.community for each in held}


def _reaches(reach: Reach, community: CommunityId | None) -> bool:
    return reach is None or community in reach


def _places(room: Room, granting: Reach) -> list[tuple[str, str]]:
    """Where she may grant, as a choice has it: the communities, and at last the whole town."""
    if granting is not None and not granting:
        return []
    room.must_hold_a_role("grants")
    found = [each.community for each in listings.communities(room.connection, granting)]
    called = names_of_communities(room, found)
    town = [(TOWN, speech_of(room.request).said(_("the whole town")))] if granting is None else []
    return [*((each, str(called[each])) for each in found), *town]


def _card(sent: Sent) -> dict[str, str]:
    """A card has no name: it is the one that is good now."""
    return {sent.form.value("card"): _("the one that is good now")}


def _texts(room: Room) -> dict[str, str]:
    """The words for whatever can be chosen out of a list."""
    places = _places(room, room.authority.reach((Role.administrator,)))
    chosen = {**words.ROLES, **words.DISABLED, **words.SLIPS, **words.CARD_ENDS}
    return {**chosen, **dict(places)}
