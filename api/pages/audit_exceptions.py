"""Audit exceptions: what should be looked at, by kind in plain words, and each with its evidence.

Kinds of which nothing is found are named too: an auditor wants to know what was looked for. All
that is known is looked through anew each time, in a large town for a second or two: the page is
there at once, and asks for what is found by itself, or by a link where no script runs.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeAlias

from fastapi import Query
from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import sentences, words_of_audit
from api.pages.audit import OneIn, communities_of
from api.pages.lists import AfterIn
from api.pages.proofs import proofs_of
from api.pages.reading import AskingInside, OnPage, today_of
from api.pages.routing import pages
from api.parameters import Page
from api.reading import Room, answer, nothing_there
from api.routes.exceptions import MODELS
from ledger.domain import communities
from ledger.domain.decisions import Stream
from ledger.domain.values import CommunityId
from ledger.projections.detectors import Pattern
from ledger.projections.exceptions import DETECTORS, Finding, Key, counted, exceptions
from ledger.projections.reading import names
from ledger.projections.trail import SubjectKind
from ledger.projections.view import View

router: Final[APIRouter] = pages()
SHOWN: Final = 20
STREAM_OF: Final[Mapping[SubjectKind, str]] = {
    SubjectKind.fund: "fund",
    SubjectKind.site: "site",
    SubjectKind.community: "community",
}
"""What a finding may be about that has a name of its own."""

LookedIn: TypeAlias = Annotated[bool, Query()]
"""Whether it is looked for, or only the page is shown that asks for it."""


@router.get("/audit/exceptions")
async def exceptions_page(
    asking: AskingInside, community: OneIn = None, *, looked: LookedIn = False
) -> Response:
    """How much there is of each kind."""

    def ask(room: Room) -> OnPage:
        reach, around = _reach(room, community), _around(room, community)
        if not looked:
            return OnPage(room.request, "audit_exceptions", around)
        found = counted(room.connection, View(known=room.position), reach=reach)
        patterns = {each.pattern for each in found}
        values = {
            "kinds": [(each, DETECTORS[each.pattern]) for each in found],
            "not_found": [each for each in DETECTORS.values() if each.pattern not in patterns],
        }
        return OnPage(room.request, "audit_exceptions", around | values)

    return await answer(asking, ask, *MODELS)


@router.get("/audit/exceptions/{pattern}")
async def findings_page(
    asking: AskingInside,
    pattern: str,
    community: OneIn = None,
    after: AfterIn = None,
    *,
    looked: LookedIn = False,
) -> Response:
    """What was found of one kind, the heaviest first."""
    if pattern not in frozenset(Pattern):
        raise nothing_there()
    kind = DETECTORS[Pattern(pattern)]

    def ask(room: Room) -> OnPage:
        reach, around = _reach(room, community), _around(room, community) | {"kind": kind}
        if not looked and after is None:
            return OnPage(room.request, "audit_findings", around)
        found = exceptions(
            room.connection,
            View(known=room.position),
            pattern=kind.pattern,
            reach=reach,
            limit=room.limit,
            after=room.after(Key),
        )
        values = {
            "findings": found,
            "next": room.next(found, lambda row: row.key),
            "named": names(room.connection, _named(found)),
            "streams": STREAM_OF,
            "proofs": proofs_of(room),
        }
        return OnPage(room.request, "audit_findings", around | values)

    return await answer(asking, ask, *MODELS, page=Page(SHOWN, after))


def _reach(room: Room, community: CommunityId | None) -> frozenset[CommunityId] | None:
    """As far as she may look; in one community, if she names it."""
    room.must_hold_a_role("exceptions")
    room.horizon.widen(None)  # what happens here is judged by a star or a home elsewhere
    if community is None:
        reach = room.reach("exceptions")
        return None if reach is None else frozenset(reach)
    room.must_find("exceptions", communities.stream(community))
    return frozenset((community,))


def _named(found: tuple[Finding, ...]) -> set[Stream[Any]]:
    """What of the findings has a name."""
    facts = [(name, value) for each in found for name, value in each.facts.items()]
    facts += [(STREAM_OF[each.subject_kind], each.subject) for each in found
              if each.subject_kind in STREAM_OF]  # fmt: skip
    return {
        sentences.STREAMS[name](value)
        for name, value in facts
        if name in sentences.STREAMS and isinstance(value, str)
    }


def _around(room: Room, community: CommunityId | None) -> dict[str, Any]:
    here = communities_of(room)
    called = names(room.connection, {communities.stream(each) for each in here})
    return {
        "one": community,
        "communities": here,
        "names": called,
        "more": words_of_audit,
        "position": room.position,
        "today": today_of(room),
    }
