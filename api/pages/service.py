"""Service: the page of one person in one shift, where every step about it is taken.

What somebody wrote as evidence or as an objection is shown to whoever may read notes, and the look
is logged.
"""

from collections.abc import Collection, Iterator
from typing import Annotated, Final, NamedTuple

from fastapi import Depends
from fastapi.routing import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.own import view_of
from api.pages import words, words_of_service
from api.pages.acting import Sent, seen_after, send
from api.pages.board import community_at
from api.pages.crossed import crossed
from api.pages.forms import Form
from api.pages.languages import Speech, speech_of, typed
from api.pages.names import each_look_is_a_look, name_of, names_of
from api.pages.notes import notes_of
from api.pages.reading import AskingInside, OnPage, PageQuestion, holds, now_of
from api.pages.routing import pages
from api.pages.service_steps import DECIDING, STEPS, Case, anothers, fitting
from api.pages.shift_sheet import found_shift
from api.pages.visitors import SignedInNow
from api.pages.words_of_offices import ROLES
from api.pages.zones import zone_of
from api.parameters import CommunityPath, PersonPath, ShiftPath
from api.reading import Room, answer, nothing_there
from ledger.domain import people, service_state
from ledger.domain.values import CommunityId, PersonId, ShiftId
from ledger.projections import journal_records, service, service_records, shift_records
from ledger.projections.reading import homes, states_now
from ledger.projections.shifts import ShiftSheet

router: Final[APIRouter] = pages()
MODELS: Final = (shift_records.MODEL, service_records.MODEL, journal_records.MODEL)


PATH: Final = "/board/{community}/shifts/{shift}/people/{person}"


class About(NamedTuple):
    """Whose service it is, and in which shift."""

    community: CommunityId
    shift: ShiftId
    person: PersonId

    @property
    def path(self) -> str:
        """Its page."""
        return PATH.format(**self._asdict())


async def _about(community: CommunityPath, shift: ShiftPath, person: PersonPath) -> About:
    return About(community, shift, person)


def _step(step: str) -> str:
    if step not in STEPS:
        raise nothing_there()
    return step


AboutPath = Annotated[About, Depends(_about)]
StepPath = Annotated[str, Depends(_step)]


@router.get(PATH)
async def service_page(asking: AskingInside, about: AboutPath) -> Response:
    """A person in a shift, and the steps that the reader may take."""
    return await _service_page(asking, about, "", Sent(Form()))


@router.get(f"{PATH}/{{step}}")
async def step_page(asking: AskingInside, about: AboutPath, step: StepPath) -> Response:
    """Where a step is filled in."""
    return await _service_page(asking, about, step, Sent(Form()))


@router.post(f"{PATH}/{{step}}")
async def take_step_of_service(
    request: Request, asking: AskingInside, who: SignedInNow, about: AboutPath, step: StepPath
) -> Response:
    """Take a step about it."""
    zone = await zone_of(request, about.community)
    command = STEPS[step].command
    sent = await send(request, who, command, where=zone, shift=about.shift, person=about.person)
    if sent.accepted:
        return seen_after(about.path, sent, step)
    return await _service_page(asking, about, step, sent)


async def _service_page(asking: PageQuestion, about: About, step: str, sent: Sent) -> Response:
    def ask(room: Room) -> OnPage:
        sheet = found_shift(room, about.community, about.shift)
        room.must_read("statement", about.community)
        whose = about.shift, about.person
        other = crossed(room, [(whose, sent.code)]).get(whose)
        values = _shown(room, sheet, about) | {"form": sent.form, "other": other}
        if step and STEPS[step].fields:
            values |= {"name_of_step": step, "step": STEPS[step]}
            values["address"] = f"{about.path}/{step}"
            return OnPage(room.request, "service_step", values, sent.status)
        return OnPage(room.request, "service", values, sent.status)

    asking.at_least = max(asking.at_least, sent.position)
    each_look_is_a_look(asking)
    return await answer(asking, ask, *MODELS)


def _shown(room: Room, sheet: ShiftSheet, about: About) -> dict[str, object]:
    line, person = sheet.line, about.person
    case = _case(room, sheet, person)
    fits = fitting(case)
    hers = {
        name
        for name in fits
        if any(holds(room, role, line.community) for role in STEPS[name].roles)
    }
    reader = room.authority.person
    is_reader = person == reader
    barred = hers & (DECIDING if is_reader else anothers(case, reader))
    return {
        "address": about.path,
        "here": about.path,
        "line": line,
        "case": case,
        "person": person,
        "whose": name_of(room, person),
        "names": names_of(room, _hands(case)),
        "is_reader": is_reader,
        "waits_for_another": is_reader and bool(barred),
        "may_instead": "" if is_reader else _who_may(barred, speech_of(room.request)),
        "steps": [(name, step) for name, step in STEPS.items() if name in hers - barred],
        "notes": _notes(room, case, person),
        "may_read_certificates": _may_read_certificates(room, person),
        "zone": community_at(room, line.community).time_zone,
        "typed": typed,
        "words": words,
        "more": words_of_service,
        "reader": reader,
        "position": room.position,
    }


def _who_may(steps: Collection[str], say: Speech) -> str:
    """Those of whom another one takes the steps; empty if there are none."""
    roles = (role for name, step in STEPS.items() if name in steps for role in step.roles)
    return say.listed(*(say.said(ROLES[each]) for each in dict.fromkeys(roles)))


def _hands(case: Case) -> Iterator[PersonId]:
    """Those who decided about it, and who stated what."""
    if case.record is not None:
        yield case.record.decided_by
        if case.record.confirmed_by is not None:
            yield case.record.confirmed_by
    yield from (each.made_by for each in (case.evidence, *case.objections) if each is not None)


def _may_read_certificates(room: Room, person: PersonId) -> bool:
    home = homes(room.connection, {people.stream(person)}).get(people.stream(person))
    return home is not None and room.may_read(view_of(room, person, "certificates"), home)


def _case(room: Room, sheet: ShiftSheet, person: PersonId) -> Case:
    """What is known. Raises the problem 404 of whoever is neither in the shift nor within reach."""
    seen = next((each for each in sheet.people if each.person == person), None)
    stream = people.stream(person)
    home = homes(room.connection, {stream}).get(stream)
    if seen is None and (home is None or not room.may_read("statement", home)):
        raise nothing_there()
    return Case(
        sheet.line,
        seen,
        service.record(room.connection, person, sheet.line.shift, room.view),
        service.remarks(room.connection, (person,), room.view, shift=sheet.line.shift),
        now_of(room),
        _deciders(room, person, sheet.line.shift),
    )


def _deciders(room: Room, person: PersonId, shift: ShiftId) -> frozenset[PersonId]:
    """As the rules know them, also those whose word was overruled since."""
    hers = service_state.stream(person)
    record = states_now(room.connection, [hers])[hers].records.get(shift)
    return frozenset(record.deciders if record else ())


def _notes(room: Room, case: Case, person: PersonId) -> dict[int, str]:
    """What was written, by the position at which it was stated, if the reader may read it."""
    stream = people.stream(person)
    home = homes(room.connection, {stream}).get(stream)
    stated = [*([case.evidence] if case.evidence else ()), *case.objections]
    if not stated or not room.may_read(view_of(room, person, "notes"), home):
        return {}
    return notes_of(room, stated)
