"""Later facts: which meals of a settlement would be priced otherwise, beside what it says.

The figures are those of `/v1/settlements/{canteen}/{month}/later-facts`. They are asked for by a
link and change nothing; what is done about a meal is done where every meal is taken back.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from fastapi.routing import APIRouter
from starlette.responses import Response

from api import later_facts
from api.pages import words_of_policies
from api.pages.languages import speech_of
from api.pages.lists import AfterIn
from api.pages.payers import payers_named
from api.pages.reading import AskingInside, OnPage, holds
from api.pages.routing import pages
from api.pages.settlement_steps import Case
from api.pages.settlements import MODELS, case_of
from api.pages.words_of_tiers import of_rule
from api.parameters import MonthPath, Page, SitePath
from api.reading import Room, answer
from ledger.domain.authority import Role
from ledger.domain.later_facts import LaterFacts
from ledger.domain.policy_records import Timeline, stream
from ledger.domain.simulations import Effect
from ledger.domain.values import PayerPath
from ledger.projections import canteen_months
from ledger.projections.reading import state_at

router: Final[APIRouter] = pages()
CLAIMS_SHOWN: Final = 20


class Sum(NamedTuple):
    """What a payer bears of the settlement, and would bear; None are its eaters."""

    payer: PayerPath | None
    fen: Effect


@router.get("/settlements/{canteen}/{month}/later-facts")
async def later_facts_page(
    asking: AskingInside, canteen: SitePath, month: MonthPath, after: AfterIn = None
) -> Response:
    """The meals that would be priced otherwise, what they come to, and what can be decided."""

    def ask(room: Room) -> OnPage:
        case = case_of(room, canteen, month)
        found = later_facts.of_settlement(room, canteen, month)
        claims = later_facts.page_of(room, found)
        is_more = claims[-1:] != found.claims[-1:]
        sums = tuple(_sums(room, case, found))
        timeline: Timeline = state_at(room.connection, stream(canteen), room.position)
        say = speech_of(room.request)
        values = {
            "case": case,
            "found": found,
            "claims": claims,
            "next": room.next(claims, later_facts.key) if is_more else None,
            "sums": sums,
            "payers": payers_named(room, (each.payer for each in sums if each.payer)),
            "versions": timeline.versions,
            "tier": of_rule,
            "left": words_of_policies.people(found.left, say),
            "takes_back": holds(room, Role.canteen_clerk, case.community),
            "position": room.position,
        }
        return OnPage(room.request, "later_facts", values)

    return await answer(asking, ask, *MODELS, page=Page(CLAIMS_SHOWN, after))


def _sums(room: Room, case: Case, found: LaterFacts) -> Iterator[Sum]:
    """As the settlement was presented, if it was; else of the meals as they stand.

    What the eaters paid is theirs too where the subsidy of a meal was taken back.
    """
    settled = {due.payer: due.shares_fen for due in case.found.dues} if case.found else {}
    effects = {each.payer: each.fen for each in found.payers}
    for payer in sorted({*settled, *effects}):
        fen = effects.get(payer, Effect(0, 0))
        yield Sum(payer, _from(settled.get(payer, 0) if case.found else fen.before, fen))
    personal = found.personal_fen
    if case.found:
        paid_fen: int = case.found.submission.copayment_fen
    else:
        kept = canteen_months.kept(room.connection, case.canteen, case.month, room.view)
        paid_fen = personal.before + kept.amount_fen
    yield Sum(None, _from(paid_fen, personal))


def _from(before: int, fen: Effect) -> Effect:
    """The same difference, from what the settlement says."""
    return Effect(before, before + fen.difference)
