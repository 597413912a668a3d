"""Raised: which problem an exception is, wherever on a request's way it was raised.

What is not named here is a mistake of ours and becomes a 500 at the door.
"""

from http import HTTPStatus
from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.batching import LineFull
from api.desk import tell
from api.obstacles import Obstacle
from api.parameters import misfit
from api.problems import Problem, ProblemFound, obstacle
from ledger.deciding.answers import LedgerUnavailable
from ledger.projections.reading import STATEMENT_SECONDS_MOST, ReadingLost, ReadingTooLong

KINDS: Final = (
    ProblemFound,
    RequestValidationError,
    HTTPException,
    LineFull,
    LedgerUnavailable,
    ReadingLost,
    ReadingTooLong,
)


def add(app: FastAPI) -> None:
    """Let the application answer these exceptions with problems."""
    for kind in KINDS:
        app.add_exception_handler(kind, answer)


async def answer(request: Request, fault: Exception) -> Response:
    """The problem that the exception is, as the answer to the request."""
    return tell(request, problem_of(request, fault))


def problem_of(request: Request, fault: Exception) -> Problem:  # noqa: PLR0911 - a line a kind
    """The problem that the exception is; what is none of ours is raised again."""
    match fault:
        case ProblemFound():
            return fault.problem
        case RequestValidationError():
            return misfit(fault)
        case HTTPException(status_code=HTTPStatus.NOT_FOUND):
            return Problem(Obstacle.path_must_exist)
        case HTTPException(status_code=HTTPStatus.METHOD_NOT_ALLOWED):
            return _not_offered(request, fault)
        case LineFull():
            return obstacle(Obstacle.waiting_line_must_have_room).problem
        case LedgerUnavailable() | ReadingLost():
            return obstacle(Obstacle.database_must_be_reachable).problem
        case ReadingTooLong():
            return Problem(Obstacle.answer_must_come_in_time, {"seconds": STATEMENT_SECONDS_MOST})
        case _:
            raise fault


def _not_offered(request: Request, fault: HTTPException) -> Problem:
    allow = (fault.headers or {}).get("Allow", "")
    values = {"method": request.method[:20], "methods": allow}
    return Problem(Obstacle.method_must_be_offered, values, headers={"Allow": allow})
