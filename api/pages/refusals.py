"""Refusals: how a problem speaks to the person at a page; `api.problems` tells it to a program.

Amounts are in yuan, as the form asks for them; days and times are as the page writes them; things
have their names. What names headers, paths or files of ours to a program has other words here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from anyio import to_thread
from starlette.requests import Request

from api.desk import Desk, desk_of
from api.obstacles import Obstacle
from api.pages.languages import Speech
from api.pages.languages import marked as _
from api.pages.sentences import COOPERATIVE, PAYER, UNIT, Names, filled, streams_of
from api.problems import Problem
from ledger.domain import communities
from ledger.domain.refusals import Code
from ledger.domain.values import (
    CommunityId,
    CooperativeId,
    PayerPath,
    UnitId,
    community_of,
    cooperative_of,
)
from ledger.projections.asking import POSITION_MOST
from ledger.projections.payers import cooperatives_of
from ledger.projections.reading import names, states_now

AS_WRITTEN: Final = ("_must_be_known", "_must_be_new")
"""How codes end that are about an id; what another community has is told nobody by its name."""
LATER: Final = _("Wait a few seconds, then try again.")
ON_A_PAGE: Final[Mapping[object, tuple[str, str]]] = MappingProxyType(
    {
        Code.actor_must_hold_a_role_for_this: (
            _("None of your roles may do this."),
            _("Ask someone who is {roles}, or ask an administrator for the role."),
        ),
        Code.rules_must_be_consistent: (
            _("These rules of service do not fit together. {which}: {what}."),
            _(
                "Let the town's limit be no lower than the unit's, each star take more hours than "
                "the one before, and an objection be answered within 365 days."
            ),
        ),
        Code.bands_must_be_consistent: (
            _(
                "These rules of approval do not fit together: row {row}, {which}. The sums grow "
                "from row to row, and the last one is left empty."
            ),
            _(
                "Let the sums rise from row to row, leave the sum of the last one empty, and ask "
                "for one or two approvers in each."
            ),
        ),
        Obstacle.path_must_exist: (
            _("There is nothing at this address."),
            _("Check the address, or begin at the first page."),
        ),
        Obstacle.method_must_be_offered: (
            _("This address is not one that can be opened or sent to like this."),
            _("Begin at the first page, and go from there."),
        ),
        Obstacle.query_must_be_well_formed: (
            _("The address of this page is not as it must be."),
            _("Go back and choose again, or begin at the first page."),
        ),
        Obstacle.cursor_must_belong_to_this_query: (
            _("This part of the list cannot be found any more."),
            _("Open the list again from its beginning."),
        ),
        Obstacle.body_must_not_be_too_large: (
            _("What was sent is too much for one form."),
            _("Send less at once."),
        ),
        Obstacle.notice_must_be_on_display: (
            _("This notice was {display} on {last_day}."),
            _("See what is on display now, or ask the community."),
        ),
        Obstacle.read_models_must_follow_the_log: (
            _("What this page shows is not up to date yet."),
            _("Try again later; if it stays so, tell whoever runs the ledger."),
        ),
        Obstacle.entrance_must_have_room: (_("Many people are signing in at this moment."), LATER),
        Obstacle.identity_provider_must_be_reachable: (
            _("The identity provider cannot be reached."),
            LATER,
        ),
        Obstacle.waiting_line_must_have_room: (
            _("Very much is being recorded at this moment; nothing of this was written."),
            LATER,
        ),
        Obstacle.database_must_be_reachable: (_("The ledger cannot be reached just now."), LATER),
        Obstacle.position_must_be_reached_in_time: (
            _("This page is not yet up to what was recorded last."),
            LATER,
        ),
        Code.purpose_must_match_the_restriction: (
            _("This money is {restriction}; it cannot be spent on {purpose}."),
            _("Ask a fund of that purpose for it, or one for any purpose."),
        ),
        Obstacle.answer_must_come_in_time: (
            _("This took longer than {seconds} seconds."),
            _("Ask for less: fewer days, or one community."),
        ),
    }
)
"""The sentence and the remedy of what is told to programs in words of theirs."""


def told(problem: Problem, say: Speech) -> dict[str, Any]:
    """The problem in this language, with its code and what is wrong at which field."""
    detail, remedy = sentences(problem, say)
    return problem.told(say.language) | {"detail": detail, "remedy": remedy}


def sentences(problem: Problem, say: Speech) -> tuple[str, str]:
    """What is wrong, and what to do."""
    code, values = problem.code, problem.values
    plain = ON_A_PAGE.get(code)
    if plain is not None:
        texts = say.said(plain[0]), say.said(plain[1])
    else:
        texts = say.of_both(code.zh, code.en), say.of_both(code.zh_remedy, code.en_remedy)
    detail, remedy = (filled(text, values, problem.names, say) for text in texts)
    return detail, remedy


async def named(request: Request, problem: Problem) -> Problem:
    """The same, with what the things that it names are called.

    What is not there for her, and an id that is taken, are told as she wrote them.
    """
    as_written = problem.code.name.endswith(AS_WRITTEN)
    if as_written or not list(streams_of(problem.values)):
        return problem
    desk = desk_of(request)
    asked = partial(_names, desk, problem.values)
    return replace(problem, names=await to_thread.run_sync(asked, limiter=desk.readers))


def _names(desk: Desk, values: Mapping[str, object]) -> Names:
    with desk.reading() as connection:
        found: dict[str, str] = dict(names(connection, set(streams_of(values))))
        path = UnitId(str(values.get(UNIT, "")))
        if "/" in path:
            here = communities.stream(community_of(path))
            units = states_now(connection, [here])[here].units
            found |= {path: units[path].name} if path in units else {}
        homes = set(_homes_of_cooperatives(values))
        called = cooperatives_of(connection, homes, POSITION_MOST) if homes else {}
    for each, name in called.items():
        found |= {each: name, f"cooperative/{each}": name}
    return found


def _homes_of_cooperatives(values: Mapping[str, object]) -> Iterator[CommunityId]:
    """Of one that is chosen, and of one that pays."""
    payer = PayerPath(str(values.get(PAYER, "")))
    for each in (str(values.get(COOPERATIVE, "")), cooperative_of(payer)):
        if each:
            yield community_of(CooperativeId(each))
