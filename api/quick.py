"""Quick: a command is found by its path in one look, and meets only what it needs on its way.

FastAPI tries route after route and solves dependencies for each request. A command's route is one
of forty, and reads its request by itself, so it is spared both: that is half of what a claim costs
before the ledger sees it. To the OpenAPI document and to whoever walks the routes it is a route
like any other.
"""

from collections.abc import Iterable
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from api import raised


class QuickRoute(APIRoute):
    """A route whose endpoint takes the request alone, and calls its dependencies by itself."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as FastAPI gives them
        super().__init__(*args, **options)
        self.app = self._serve

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        try:
            response = await self.endpoint(request)
        except raised.KINDS as fault:
            response = await raised.answer(request, fault)
        await response(scope, receive, send)


class ByPath:
    """Goes straight to the quick routes; whatever else comes is left to the application."""

    def __init__(self, app: ASGIApp, *, routes: Iterable[BaseRoute]) -> None:
        self._app = app
        self._routes = {
            (method, route.path): route
            for route in routes
            if isinstance(route, QuickRoute)
            for method in route.methods or ()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        route = self._routes.get((scope.get("method", ""), scope.get("path", "")))
        if route is None or scope.get("root_path"):
            await self._app(scope, receive, send)
            return
        scope["route"] = route
        await route.app(scope, receive, send)
