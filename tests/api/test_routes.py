"""Every route says whom it lets in, and lets in nobody else."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from api.forms import FORMS
from api.gate import caller, from_our_pages, open_to_all
from api.pages.routing import PageRoute
from api.pages.visitors import signed_in
from api.routes.commands import NAMES
from tests.api.town import Town, problem

OPEN = {
    *("/healthz", "/readyz", "/version", "/v1/problems/{code}"),
    *("/v1/notices", "/v1/notices/{notice}", "/v1/notices/{notice}.pdf", "/v1/broken-glass"),
    "/v1/log/origins",
    *("/v1/log/checkpoint", "/v1/log/tile/{level}/{tile:path}"),
    "/v1/public/certificates/{certificate_number}",
}
DOCUMENT = {"/openapi.json"}
DOORS = {
    *("/", "/sign-in", "/sign-in/oidc", "/sign-in/oidc/back", "/slip", "/card"),
    *("/check", "/check/{number}", "/log", "/log/{position}", "/demo/{word}"),
    *("/public", "/public/league", "/public/league/{season}/{measure}"),
    *("/public/notices", "/public/notices/{notice}", "/public/reopenings", "/receipt"),
}
FILES = {"/static/{name}"}
IN_A_SHIFT = "/board/{community}/shifts/{shift}"
PAPERS = ("{person}/contact", "{person}/facts", "{person}/death")
OWN = {
    *("/me", "/me/print", "/me/sessions", "/me/sessions/end", "/me/password", "/sign-out"),
    *("/funds", "/funds/{fund}", "/funds/{fund}/request", "/funds/{fund}/payments/{number}"),
    *("/funds/{fund}/payments/{number}/{step}", "/funds/{fund}/forecast"),
    *("/contributions", "/contributions/{community}", "/contributions/{community}/record/{kind}"),
    *(f"/contributions/{{community}}/gifts/{{contribution}}{step}" for step in ("", "/{step}")),
    *("/contributions/{community}/promise/{kind}", "/contributions/{community}/open"),
    *(f"/contributions/{{community}}/promises/{{contribution}}{step}" for step in ("", "/{step}")),
    *("/payees", "/payees/{community}", "/payees/{community}/register"),
    "/payees/{community}/named/{payee}",
    *("/settlements/{canteen}/{month}", "/settlements/{canteen}/{month}/{step}", "/months"),
    "/settlements/{canteen}/{month}/later-facts",
    *("/months/{community}/{month}", "/months/{community}/{month}/{step}"),
    *(f"/months/{{community}}/{{month}}/notice{step}" for step in ("", "/{step}")),
    *("/policies", "/policies/{site}", "/policies/{site}/simulate", "/policies/{site}/publish"),
    "/policies/{site}/withdraw/{number}",
    *("/desk", "/desk/{canteen}", "/desk/{canteen}/{day}", "/desk/{canteen}/{day}/plates"),
    *("/desk/{canteen}/{day}/end", "/desk/{canteen}/{day}/meals/{entry}"),
    *(f"/desk/{{canteen}}/{{day}}/{{sitting}}{step}" for step in ("", "/find", "/claim", "/undo")),
    *("/board", "/board/{community}", "/board/{community}/new", "/board/{community}/waiting"),
    *(IN_A_SHIFT, *(f"{IN_A_SHIFT}/{step}" for step in ("cancel", "find", "sign-up"))),
    *(f"{IN_A_SHIFT}/people/{{person}}", f"{IN_A_SHIFT}/people/{{person}}/{{step}}"),
    *("/offices", "/offices/find", "/offices/people/{person}", "/offices/people/{person}/{step}"),
    *("/offices/people/{person}/slips/{slip}", "/offices/health"),
    "/offices/people/{person}/cards/{card}",
    *(f"/offices/people/{each}" for each in ("new", *PAPERS)),
    *("/offices/places", "/offices/places/{community}", "/offices/places/{community}/{step}"),
    *("/offices/sites/{site}", "/offices/sites/{site}/{step}"),
    *(f"{IN_A_SHIFT}/{page}" for page in ("code", "sheet", "sheet/{step}")),
    *("/me/shifts/{shift}/here", "/me/shifts/{shift}/here/{step}"),
    *("/import", "/import/take", "/me/certificates", "/receipt/{entry}"),
    *("/audit", "/audit/settlements/{canteen}/{month}", "/audit/payments/{fund}/{number}"),
    *("/audit/exceptions", "/audit/exceptions/{pattern}", "/audit/samples", "/audit/exports"),
    *(f"/offices/people/{{person}}/duplicate{each}" for each in ("", "/find", "/{step}")),
    *(f"/offices/people/{{person}}/certificates{each}" for each in ("", "/{step}")),
    *("/councils", "/councils/places/{community}", "/councils/places/{community}/meeting"),
    *(f"/councils/places/{{community}}/resolution{each}" for each in ("", "/document")),
    *(f"/councils/meetings/{{meeting}}{each}" for each in ("", "/find", "/{step}")),
    *(f"/councils/resolutions/{{resolution}}{each}" for each in ("", "/revoke")),
    *("/me/shifts", "/me/shifts/{shift}/{step}", "/me/objections", "/me/objections/{shift}"),
}


def routes(app: FastAPI) -> Iterator[tuple[str, APIRoute]]:
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute):
            yield route.path, route
        else:
            assert getattr(route, "path", None) in DOCUMENT, route


def dependencies(dependant: Dependant) -> Iterator[object]:
    for each in dependant.dependencies:
        yield each.call
        yield from dependencies(each)


def test_every_route_says_whom_it_lets_in(shared: Town) -> None:
    found = list(routes(shared.app))
    assert len(found) > len(NAMES) + len(OPEN)
    for path, route in found:
        rules = {caller, open_to_all, signed_in} & set(dependencies(route.dependant))
        if isinstance(route, PageRoute):
            assert rules == ({signed_in} if path in OWN else {open_to_all}), path
        else:
            assert rules == ({open_to_all} if path in OPEN else {caller}), path


def test_the_pages_that_are_open_to_all_are_doors_whose_forms_are_our_own(shared: Town) -> None:
    pages = [(path, each) for path, each in routes(shared.app) if isinstance(each, PageRoute)]
    assert {path for path, _ in pages} == DOORS | FILES | OWN
    for path, route in pages:
        if "POST" in (route.methods or ()) and path in DOORS:
            assert from_our_pages in set(dependencies(route.dependant)), path


def closed_operations(town: Town) -> Iterator[tuple[str, str]]:
    document = town.client.get("/openapi.json").json()
    open_paths = {path.replace(":path}", "}") for path in OPEN}
    for path, methods in document["paths"].items():
        for method in methods if path not in open_paths else ():
            yield method.upper(), re.sub(r"\{\w+\}", "x", path)


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer x", "Basic lk_abc", "Bearer " + "x" * 201,
     "Bearer lk_aaaaaaaa_" + "A" * 43, "Bearer é", "lk_aaaaaaaa_" + "A" * 43],
)  # fmt: skip
def test_nobody_passes_without_a_token_that_is_in_force(shared: Town, header: str | None) -> None:
    headers = [] if header is None else [(b"Authorization", header.encode())]
    for method, path in closed_operations(shared):
        answer = shared.client.request(method, path, headers=headers, content=b"")
        problem(answer, 401, "caller_must_be_known")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="ledger"'


def test_open_routes_need_no_token(shared: Town) -> None:
    for path in (
        *("/healthz", "/readyz", "/version", "/v1/problems/path_must_exist"),
        "/v1/notices",
    ):
        assert shared.client.get(path).status_code == 200
    problem(shared.client.get("/v1/notices/no-such"), 404, "record_must_be_within_reach")


def test_a_withdrawn_token_dies_within_seconds(
    shared: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ledger.access import tokens

    monkeypatch.setattr("api.gate.REMEMBERED_SECONDS", 0.0)
    token = shared.token()
    assert shared.read("funds", token=token).status_code == 200
    with shared.owner() as connection:
        assert tokens.revoke(connection, token.split("_")[1])
    problem(shared.read("funds", token=token), 401, "caller_must_be_known")


def test_every_parameter_has_a_form_in_words(shared: Town) -> None:
    document = shared.client.get("/openapi.json").json()
    names = {
        parameter["name"]
        for methods in document["paths"].values()
        for operation in methods.values()
        for parameter in operation.get("parameters", ())
        if "name" in parameter
    }
    assert names - {"Idempotency-Key"} <= set(FORMS)
