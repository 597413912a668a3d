"""Letting in: what every door of the pages does once somebody has shown who she is, or has not.

The secret of the session is always a new one: a cookie that somebody planted is never adopted, and
the session behind an older one ends.
"""

from functools import partial
from typing import Final

from starlette.requests import Request

from api import security_log, sessions
from api.desk import desk_of
from api.obstacles import Obstacle
from api.pages.languages import speech_of
from api.security_log import Kind
from api.visits import visit_of
from ledger.access.doors import Admitted, TryLater
from ledger.access.sessions import end

LINK_COOKIE: Final = "__Host-link"
"""The ticket of whoever came from the identity provider and is linked with nobody yet."""
NOT_LET_IN: Final = "not_let_in"
"""What the journal says of a request that did not let somebody in."""


async def let_in(request: Request, admitted: Admitted, kind: Kind = Kind.signed_in) -> None:
    """Begin her session in this browser, and end the one that was there."""
    old = sessions.cookie(request)
    if old is not None:
        await desk_of(request).entrance.look(partial(end, secret=old))
    sessions.keep(request, admitted.secret)
    visit_of(request).actor = admitted.person
    security_log.note(request, kind, person=admitted.person)


def must_wait(request: Request, answer: TryLater, door: str) -> tuple[str, int, dict[str, str]]:
    """The sentence, the status and the headers for whoever tried too often."""
    security_log.note(request, Kind.locked, reason=door)
    visit_of(request).code = Obstacle.try_must_wait.name
    say = speech_of(request)
    text = say.said(
        "Too many tries. Please wait %(time)s, then try again.", time=say.waiting(answer.seconds)
    )
    return text, Obstacle.try_must_wait.status, {"Retry-After": str(answer.seconds)}


def failed(request: Request, door: str) -> None:
    """Note that somebody was not let in, and nothing of who she said she was."""
    visit_of(request).code = NOT_LET_IN
    security_log.note(request, Kind.sign_in_failed, reason=door)
