"""Steps of a community: what is changed about it, and what must be looked at once more first.

Rules are set ahead and begin with those that hold by then. Minutes are shown as hours before they
are set, as a slip of a digit is seen in hours; money waits for approvals by the bands.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from fastapi import Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import fields
from api.pages import words_of_places as words
from api.pages.acting import Sent, be_sure, give, seen_after, send
from api.pages.communities import HERE, MODELS, NEVER, Told, shown
from api.pages.forms import LEFT_EMPTY, Form, labelled
from api.pages.languages import Speech, speech_of
from api.pages.languages import marked as _
from api.pages.place_names import KINDS, short_name, unless_another, unless_short
from api.pages.reading import AskingInside, OnPage, PageQuestion
from api.pages.routing import pages
from api.pages.visitors import SignedInNow
from api.parameters import CommunityPath
from api.problems import must_be_none
from api.reading import Room, answer, nothing_there
from ledger.domain import communities
from ledger.domain.community_records import (
    ApprovalBandsSet,
    Community,
    PopulationRecorded,
    ServiceRulesSet,
)
from ledger.domain.permissions import refusal
from ledger.domain.values import CommunityId
from ledger.exchange.faults import Fault, FaultKind, Malformed

router: Final[APIRouter] = pages()
REPLACED: Final = _("What is set for this day already is replaced.")
NOBODY: Final = _(
    "Where nobody lives there is no rank for each thousand residents. Is the number right?"
)
LATE: Final = "rules.late_entry_days"
"""The one rule that is left empty where there is no limit."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is done about a community: its name in the address, the command, what it is called.

    `within` is the field whose name begins with the community's; `of_the_town`: it is for whoever
    keeps the register of the whole town; `whole`: what is left empty does not mean what is usual.
    """

    name: str
    command: str
    told: str
    within: str = ""
    surely: bool = False
    of_the_town: bool = False
    whole: bool = False


RESIDENTS: Final = Step(
    "population", "communities/record-population", _("Record the residents"), surely=True
)
SITE: Final = Step("site", "sites/register", _("Register a place"))
UNIT: Final = Step(
    "unit", "communities/register-unit", _("Register an organising unit"), within="unit"
)
COOPERATIVE: Final = Step(
    "cooperative",
    "communities/register-cooperative",
    _("Register a cooperative"),
    within="cooperative",
)
RULES: Final = Step(
    "rules",
    "communities/set-service-rules",
    _("Set the rules of service"),
    surely=True,
    whole=True,
)
BANDS: Final = Step(
    "bands",
    "communities/set-approval-bands",
    _("Set the rules of approval"),
    surely=True,
    of_the_town=True,
)
STEPS: Final[Mapping[str, Step]] = MappingProxyType(
    {each.name: each for each in (RESIDENTS, SITE, UNIT, COOPERATIVE, RULES, BANDS)}
)


@router.get("/offices/places/{community}/{step}")
async def step_page(asking: AskingInside, community: CommunityPath, step: str) -> Response:
    """The form of one change."""
    return await _step_page(asking, community, _step(step), Sent(Form()))


@router.post("/offices/places/{community}/{step}")
async def change_community(
    request: Request, asking: AskingInside, who: SignedInNow, community: CommunityPath, step: str
) -> Response:
    """Record the residents, set rules or bands, register a cooperative, a unit or a place."""
    taken = _step(step)
    given = await fields.read(request)
    known: dict[str, Any] = {"community": community}
    if taken.within:
        known = {taken.within: f"{community}/{short_name(community, given.get(taken.within, ''))}"}
    if taken.whole:
        given = _whole(given)
        known |= {} if given.get(LATE, LEFT_EMPTY) else {LATE: str(NEVER + 1)}
    if fault := await _fault(asking, community, taken, given):
        sent = await give(request, who, given, Malformed(FaultKind.unfit, (fault,)))
    else:
        sent = await send(request, who, taken.command, surely=taken.surely, given=given, **known)
    if sent.accepted:
        return seen_after(f"{HERE}/{community}", sent, step)
    return await _step_page(asking, community, taken, sent)


def _whole(given: Mapping[str, str]) -> dict[str, str]:
    """What is left empty is said to be missing, but where empty means that there is no limit."""
    return {
        name: text.strip() or ("" if name == LATE else LEFT_EMPTY) for name, text in given.items()
    }


async def _fault(
    asking: PageQuestion, community: CommunityId, step: Step, given: Mapping[str, str]
) -> Fault | None:
    """What is wrong with the name that something gets, long or short."""
    short = short_name(community, given.get(step.within, "")) if step.within else ""
    if step.within and (fault := unless_short(step.within, short)):
        return labelled(step.command, fault)
    return await unless_another(asking, community, step.name, given) if step.name in KINDS else None


def _step(name: str) -> Step:
    if name not in STEPS:
        raise nothing_there()
    return STEPS[name]


async def _step_page(
    asking: PageQuestion, community: CommunityId, step: Step, sent: Sent
) -> Response:
    def ask(room: Room) -> OnPage:
        room.must_find("units", communities.stream(community))
        place = None if step.of_the_town else community
        must_be_none(refusal(room.authority, step.command, place, own=False))
        values = shown(room, community) | {"step": step, "form": sent.form}
        if sent.to_be_sure:
            return _be_sure(room, step, sent, values)
        values["address"] = f"{HERE}/{community}/{step.name}"
        return OnPage(room.request, "community_step", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    return await answer(asking, ask, *MODELS)


def _be_sure(room: Room, step: Step, sent: Sent, values: Mapping[str, Any]) -> OnPage:
    """What is to hold, the long numbers of minutes as hours, and what it takes the place of."""
    texts = {**words.APPROVERS} if step is BANDS else {}
    here: Community = values["here"]
    say = speech_of(room.request)
    shown = be_sure(
        room.request,
        sent,
        step.told,
        str(here.name),
        texts={**words.YES_OR_NO, **texts, **_grouped(sent, say)},
        labels=words.FIELDS,
        follows=[*_follows(sent, say), *_until_now(sent, values["told"], say)],
    )
    warnings = [REPLACED] if _replaces(sent, here, values["told"]) else []
    if any(isinstance(each, PopulationRecorded) and not each.residents for each in _events(sent)):
        warnings.append(NOBODY)
    shown.values["warnings"] = [say.said(each) for each in warnings]
    return shown


def _events(sent: Sent) -> list[Any]:
    return [each.event for each in sent.to_be_sure.events] if sent.to_be_sure else []


def _grouped(sent: Sent, say: Speech) -> dict[str, str]:
    """The number of residents as numbers are shown, beside the one that it takes the place of."""
    recorded = (each for each in _events(sent) if isinstance(each, PopulationRecorded))
    return {sent.form.value("residents"): say.number(each.residents) for each in recorded}


def _follows(sent: Sent, say: Speech) -> Iterator[tuple[str, str]]:
    for event in _events(sent):
        if isinstance(event, ServiceRulesSet):
            stars = [say.duration(each) for each in event.rules.star_thresholds]
            yield _("Stars at"), " · ".join(stars)
            if event.rules.late_entry_days > NEVER:
                yield _("Late is what is entered after"), say.said(_("never"))


def _until_now(sent: Sent, told: Told, say: Speech) -> Iterator[tuple[str, str]]:
    """How many lived there by what was recorded before, on the day from which the number is new."""
    for event in _events(sent):
        if isinstance(event, PopulationRecorded):
            before = [each for each in told.residents if each[0] <= event.valid_from]
            if before:
                day, residents = before[-1]
                given = {"number": say.number(residents), "day": say.day(day)}
                yield (
                    _("In its place until now"),
                    say.said(_("%(number)s, from %(day)s on"), **given),
                )


def _replaces(sent: Sent, here: Community, told: Told) -> bool:
    """Whether something is set for that day already."""
    set_before: dict[type, set[date]] = {
        PopulationRecorded: {day for day, _residents in told.residents},
        ServiceRulesSet: {day for day, _rules in here.rules},
        ApprovalBandsSet: {day for day, _bands in here.bands},
    }
    return any(
        event.valid_from in set_before[type(event)]
        for event in _events(sent)
        if type(event) in set_before
    )
