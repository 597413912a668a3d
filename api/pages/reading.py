"""Reading: a page asks as the API asks: one snapshot, the same permissions, one position.

Whoever comes from a change of hers brings its position along (`at_least`), so that she sees what
she did. Other parameters that a page does not know are left alone: whoever passes a link on may
add some.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from secrets import token_hex
from typing import Annotated, Any, NamedTuple, TypeAlias, TypeVar

from fastapi import Depends, Request
from starlette.responses import Response

from api.pages.drawing import page
from api.pages.languages import speech_of
from api.pages.visitors import SignedInNow, VisitorNow
from api.parameters import NOBODY, AtLeastIn, Question, this_minute
from api.reading import Room, answer
from ledger.domain.authority import Authority, Role
from ledger.domain.community_records import SHANGHAI
from ledger.domain.values import CommunityId, local_day
from ledger.projections.model import ReadModel
from ledger.projections.notices import moment_of

T = TypeVar("T")


class PageQuestion(Question):
    """What a page asks; in another language it is another answer."""

    strict = False

    def __init__(self, request: Request, authority: Authority, at_least: int | None) -> None:
        super().__init__(request, authority, at_least)
        speech = speech_of(request)
        self.nonce = f"{speech.language}|{speech.elder}"


async def _inside(request: Request, who: SignedInNow, at_least: AtLeastIn = None) -> PageQuestion:
    return PageQuestion(request, who.authority, at_least)


async def _open(request: Request, who: VisitorNow, at_least: AtLeastIn = None) -> PageQuestion:  # noqa: ARG001 - she is shown her own way about
    question = PageQuestion(request, NOBODY, at_least)
    question.asked_at = this_minute()
    return question


AskingInside: TypeAlias = Annotated[PageQuestion, Depends(_inside)]
"""A question of whoever is signed in."""
AskingOutside: TypeAlias = Annotated[PageQuestion, Depends(_open)]
"""A question that anybody may ask, answered to all alike."""


class OnPage(NamedTuple):
    """An answer for people: the template that shows it, and what it shows."""

    request: Request
    template: str
    values: dict[str, Any]
    status: int = 200

    def response(self, headers: dict[str, str]) -> Response:
        """The page."""
        answer = page(self.request, self.template, status=self.status, **self.values)
        answer.headers.update(headers)
        return answer


class _Unshown(NamedTuple):
    """What was asked for the sake of a form, and is shown to nobody itself."""

    def response(self, headers: dict[str, str]) -> Response:
        return Response(None, 200, headers)


async def looked_up(asking: PageQuestion, ask: Callable[[Room], T], *models: ReadModel) -> T:
    """What `ask` finds, for the page to go on with. Raises whatever `ask` and `answer` raise.

    None is the same as an earlier one: each look is a look.
    """
    found: list[T] = []
    asking.nonce = token_hex(8)

    def look(room: Room) -> _Unshown:
        found.append(ask(room))
        return _Unshown()

    await answer(asking, look, *models)
    return found[-1]


def now_of(room: Room) -> datetime:
    """Now; where the clock is set by whoever asks, not before the newest entry."""
    now = datetime.now(UTC)
    newest = moment_of(room.connection, room.position) if room.simulated else None
    return max(now, newest) if newest else now


def today_of(room: Room) -> date:
    """Today in the town."""
    return local_day(now_of(room), SHANGHAI)


def holds(room: Room, role: Role, place: CommunityId | None) -> bool:
    """Whether she holds the role there."""
    reach = room.authority.reach((role,))
    return reach is None or place in reach
