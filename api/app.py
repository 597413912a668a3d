"""The application: a running ledger over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPMethod
from typing import Final

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api import openapi
from api.desk import Desk
from api.door import Door
from api.pages import (
    attendance_sheet,
    audit,
    audit_exceptions,
    audit_exports,
    audit_samples,
    audit_trails,
    being_there,
    board,
    card,
    check,
    community_steps,
    contribution_entering,
    contribution_steps,
    deaths,
    demo,
    duplicates,
    files,
    fund_forecasts,
    importing,
    leagues,
    me,
    meal_days,
    meal_desk,
    meal_reversals,
    meetings,
    month_notices,
    months,
    office_health,
    office_person,
    offices,
    own_certificates,
    own_objections,
    own_sessions,
    own_shifts,
    payment_requests,
    payments,
    people,
    policy_publishing,
    policy_simulations,
    promises,
    provider,
    receipt,
    reference,
    reopenings,
    resolution_recording,
    shift_sheet,
    sign_in,
    sites,
    slip,
    trouble,
    waiting,
    welcome,
)
from api.pages import (
    certificates as certificate_pages,
)
from api.pages import (
    communities as community_pages,
)
from api.pages import (
    contributions as contribution_pages,
)
from api.pages import (
    councils as council_pages,
)
from api.pages import (
    funds as fund_pages,
)
from api.pages import (
    later_facts as later_facts_pages,
)
from api.pages import (
    notices as notice_pages,
)
from api.pages import (
    payees as payee_pages,
)
from api.pages import (
    policies as policy_pages,
)
from api.pages import (
    resolutions as resolution_pages,
)
from api.pages import (
    service as service_pages,
)
from api.pages import (
    settlements as settlement_pages,
)
from api.pages.routing import PageRoute
from api.quick import ByPath
from api.routes import (
    balances,
    batches,
    canteens,
    certificates,
    commands,
    communities,
    contributions,
    councils,
    disbursements,
    donors,
    events,
    exceptions,
    forecasts,
    funds,
    grants,
    grounds,
    handovers,
    health,
    later_facts,
    league,
    log,
    meals,
    month_ends,
    notices,
    papers,
    payees,
    periods,
    persons,
    policies,
    printed,
    problems,
    recoveries,
    resolutions,
    rights,
    samples,
    service,
    settlements,
    shifts,
    trail,
)
from api.sweeping import sweep_each_hour
from api.visits import Journal
from ledger.running import Running

NOUNS: Final = (
    *(balances, communities, funds, forecasts, donors, disbursements, payees, canteens),
    *(settlements, recoveries, meals, persons, rights, service, shifts, policies, resolutions),
    *(councils, certificates, contributions, periods, month_ends, notices, league, trail, log),
    *(
        exceptions,
        grants,
        grounds,
        later_facts,
        samples,
        handovers,
        papers,
        printed,
        problems,
        events,
        health,
    ),
)
PAGES: Final = (
    *(welcome, sign_in, provider, slip, card, check, reference, me, own_sessions),
    *(leagues, notice_pages, fund_pages, payment_requests, payments, board, waiting),
    *(meal_desk, meal_days, meal_reversals),
    *(policy_simulations, policy_publishing, policy_pages),
    *(shift_sheet, attendance_sheet, service_pages, being_there, own_shifts, own_objections),
    *(own_certificates, offices, office_health, people, deaths, office_person),
    *(community_pages, community_steps, sites),
    *(demo, files, audit, audit_trails, audit_exceptions, audit_samples, audit_exports, receipt),
    *(contribution_pages, contribution_entering, contribution_steps, promises, payee_pages),
    *(
        later_facts_pages,
        settlement_pages,
        months,
        month_notices,
        fund_forecasts,
        reopenings,
        importing,
    ),
    *(certificate_pages, duplicates, council_pages, meetings),
    *(resolution_recording, resolution_pages),
)


ASKED_FOR: Final = tuple(
    route.path_regex
    for noun in PAGES
    for route in noun.router.routes
    if isinstance(route, PageRoute) and HTTPMethod.GET in (route.methods or ())
)
"""The addresses of pages that can be asked for; at others there are only answers to forms."""


def create_app(running: Running, journal: Journal | None = None) -> FastAPI:
    """The application for a ledger that is running, and stays so as long as the application."""
    desk = Desk(running)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await desk.know_kind()
        sweeping = asyncio.create_task(sweep_each_hour(desk.entrance))
        try:
            yield
        finally:
            sweeping.cancel()
            await desk.batcher.close()

    app = FastAPI(
        title="街坊账本 · Jiefang Ledger",
        version=health.VERSION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_name,
    )
    app.state.desk, app.state.gate, app.state.asked_for = desk, desk.gate, ASKED_FOR
    app.state.pseudonym = running.ways.pseudonym
    app.add_middleware(ByPath, routes=app.routes)
    app.add_middleware(
        Door,
        journal=journal or Journal(),
        metrics=desk.metrics,
        kind=desk.kind_header,
        page=trouble.failed,
    )
    trouble.add(app)
    commands.add(app, desk)
    batches.add(app, desk)
    for noun in (*NOUNS, *PAGES):
        app.include_router(noun.router)
    openapi.add(app)
    return app


def _name(route: APIRoute) -> str:
    """An operation is called as its function is, for ever."""
    return route.name
