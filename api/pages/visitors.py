"""Visitors: who is signed in, for every page that is somebody's own; a card is for looking.

When her roles have changed the secret of her session is another one from then on. The pages see to
that, of which a browser asks for one at a time: two questions at once would each need the old one.
"""

from functools import partial
from typing import Annotated, Final, TypeAlias

from fastapi import Depends, Request

from api import sessions
from api.desk import desk_of
from api.obstacles import Obstacle
from api.problems import ProblemFound, obstacle
from ledger.access.sessions import renew
from ledger.access.signed_in import SignedIn

FOR_CARDS: Final = frozenset({"/me", "/me/print", "/sign-out"})
"""The pages of one's own that a card opens."""
VISITOR: Final = "jiefang.visitor"


async def signed_in(request: Request) -> SignedIn:
    """The dependency of every page that is somebody's own."""
    found = await _known(request)
    if found.by_card and request.scope["route"].path not in FOR_CARDS:
        raise obstacle(Obstacle.card_must_only_be_looked_with)
    return found


async def whoever_comes(request: Request) -> SignedIn | None:
    """The dependency of a page that is everybody's, and shows whoever is signed in her way about.

    Somebody who waits for her turn at the sessions is shown the page as a stranger is.
    """
    if sessions.cookie(request) is None:
        return None
    try:
        return await _known(request)
    except ProblemFound:
        return None


async def _known(request: Request) -> SignedIn:
    desk = desk_of(request)
    found = await desk.gate.signed_in(request)
    if found.session.roles_changed:
        old = sessions.cookie(request) or ""
        secret = await desk.entrance.look(partial(renew, secret=old))
        if secret is not None:
            sessions.keep(request, secret)
    request.scope[VISITOR] = found
    return found


def visitor_of(request: Request) -> SignedIn | None:
    """Who was found to be signed in while this request was served."""
    found: SignedIn | None = request.scope.get(VISITOR)
    return found


SignedInNow: TypeAlias = Annotated[SignedIn, Depends(signed_in)]
VisitorNow: TypeAlias = Annotated[SignedIn | None, Depends(whoever_comes)]
