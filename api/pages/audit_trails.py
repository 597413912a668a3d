"""Audit trails: all that a settlement or a payment rests on, each step with its place in the log.

The trail and what is worked out anew are those of `/v1/settlements/{canteen}/{month}/trail`,
`…/recheck` and `/v1/disbursements/{fund}/{number}/trail`: functions of the entries of the log
alone. A page can show them and never prove them, so each step leads to its receipt. A canteen's
month is thousands of meals, each priced once more: the page is there before them and asks for them.
"""

from typing import Any, Final

from fastapi.routing import APIRouter
from starlette.responses import Response

from api.pages import words, words_of_audit
from api.pages.audit_exceptions import LookedIn
from api.pages.lists import AfterIn
from api.pages.payers import payers_named
from api.pages.proofs import proofs_of
from api.pages.reading import AskingInside, OnPage, today_of
from api.pages.routing import pages
from api.parameters import FundPath, MonthPath, NumberPath, Page, SitePath
from api.reading import Room, answer, nothing_there
from api.routes.grounds import OF_SETTLEMENTS
from ledger.audit import disbursement_grounds, settlement_grounds
from ledger.audit.recheck import Recheck, recheck
from ledger.audit.settlement_grounds import ClaimEntry, SettlementTrail
from ledger.domain import communities, funds, sites
from ledger.domain.community_records import SHANGHAI
from ledger.domain.decisions import Stream
from ledger.domain.values import Count, Month, SiteId
from ledger.projections import disbursement_records, grounds, settlements
from ledger.projections.reading import names

router: Final[APIRouter] = pages()
CLAIMS_SHOWN: Final = 20


@router.get("/audit/settlements/{canteen}/{month}")
async def settlement_trail_page(
    asking: AskingInside,
    canteen: SitePath,
    month: MonthPath,
    after: AfterIn = None,
    *,
    looked: LookedIn = False,
) -> Response:
    """A canteen's month: from what was paid to each meal behind it, and worked out once more."""

    def ask(room: Room) -> OnPage:
        room.must_find("grounds", sites.stream(canteen))
        room.must_hold_a_role("audit-trail")
        if not looked and after is None:
            return _asked(room, canteen, month)
        events = grounds.of_settlement(room.connection, canteen, month, room.view.known)
        entries = settlement_grounds.claims(events, canteen, month)
        found = settlement_grounds.trail(events, canteen, month, entries)
        if found is None:
            raise nothing_there()
        return _settlement(room, found, entries, recheck(events, canteen, month))

    return await answer(asking, ask, *OF_SETTLEMENTS, page=Page(CLAIMS_SHOWN, after))


def _asked(room: Room, canteen: SiteId, month: Month) -> OnPage:
    """Which settlement it is, before the meals behind it are read."""
    found = settlements.settlement(room.connection, canteen, month, view=room.view)
    if found is None:
        raise nothing_there()
    line = found.line
    called = names(room.connection, {sites.stream(canteen), communities.stream(line.community)})
    values = {"settled": line, "names": called}
    return OnPage(room.request, "audit_settlement_asked", values | _around(room))


def _settlement(
    room: Room, found: SettlementTrail, entries: list[ClaimEntry], anew: Recheck
) -> OnPage:
    (after,) = room.after(tuple[int]) or (0,)
    behind = [each for each in entries if each.step.position > after]
    claims = tuple(behind[: room.limit])
    more = room.next(claims, lambda row: (row.step.position,)) if behind[room.limit :] else None
    bearing = {each.due.payer for each in found.payers}
    bearing |= {each.payer for each in anew.comparisons}
    agreed = {each.payer.path for policy in found.policies for each in policy.resolutions}
    streams: set[Stream[Any]] = {sites.stream(found.canteen), communities.stream(found.community)}
    streams |= {funds.stream(paid.fund) for each in found.payers for paid in each.vouchers}
    return OnPage(
        room.request,
        "audit_settlement",
        {
            "trail": found,
            "anew": anew,
            "is_first_page": not after,
            "claims": claims,
            "before": len(entries) - len(behind),
            "next": more,
            "payers": payers_named(room, bearing | agreed),
            "names": names(room.connection, streams),
        }
        | _around(room),
    )


@router.get("/audit/payments/{fund}/{number}")
async def payment_trail_page(asking: AskingInside, fund: FundPath, number: NumberPath) -> Response:
    """A payment out of a fund: its resolution, who asked, who approved, who paid, and vouchers."""

    def ask(room: Room) -> OnPage:
        room.must_find("grounds", funds.stream(fund))
        room.must_hold_a_role("audit-trail")
        events = grounds.of_disbursement(room.connection, fund, Count(number), room.view.known)
        found = disbursement_grounds.trail(events, fund, Count(number))
        if found is None:
            raise nothing_there()
        called = names(room.connection, {funds.stream(fund), communities.stream(found.community)})
        return OnPage(room.request, "audit_payment", {"trail": found, "names": called}
                      | _around(room))  # fmt: skip

    return await answer(asking, ask, disbursement_records.MODEL)


def _around(room: Room) -> dict[str, Any]:
    """What every trail is shown with."""
    return {
        "proofs": proofs_of(room),
        "reader": room.authority.person,
        "zone": SHANGHAI,
        "words": words,
        "more": words_of_audit,
        "position": room.position,
        "today": today_of(room),
    }
