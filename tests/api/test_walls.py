"""Behind the routes: one that forgets to ask for permission shows nothing; no answer differs."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.responses import Response

from api.parameters import Asking, Paged
from api.reading import Listed, Room, answer
from ledger.domain.authority import Reach, Role
from ledger.domain.values import PersonId
from ledger.projections import journal
from ledger.projections.horizon import Horizon
from ledger.projections.journal_records import MODEL
from tests.api.exemplary import Exemplary, questions
from tests.api.town import Town
from tests.builders import JINNING, person

ROLES = [role for role in Role if role is not Role.administrator]


class Balances(Listed[journal.Balance]):
    """What a route shows that was written in haste."""


@pytest.fixture
def hasty(town: Town) -> Town:
    """A town with a route that asks for permission after all only if it is told to."""

    async def list_hastily(asking: Asking, page: Paged, view: str = "") -> Response:
        def ask(room: Room) -> Balances:
            if view:
                room.must_hold_a_role(view)
            return Balances(*room.heading, journal.balances(room.connection, ""), None)

        return await answer(asking, ask, MODEL, page=page)

    town.app.router.add_api_route("/v1/hasty", list_hastily)
    return town


def test_a_route_that_forgets_to_ask_shows_nothing(hasty: Town) -> None:
    auditor = hasty.token(Role.auditor)
    assert hasty.found("hasty", token=auditor)["items"] == []
    assert hasty.found("hasty", token=auditor, view="balances")["items"] != []
    assert hasty.found("hasty", token=auditor)["items"] == []
    assert hasty.read("hasty", token=auditor, view="grants-of-nobody").status_code == 403


def told(town: Town, token: str) -> Iterator[tuple[str, int, Any]]:
    for path, asked, _ in questions(town):
        if path.endswith("/views"):  # each round of questions is a round of looks
            continue
        answer = town.read(path, token=token, **asked)
        body = answer.json()
        body.pop("request_id", None)
        yield path, answer.status_code, body


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("herself", [False, True])
def test_the_walls_change_no_answer(
    exemplary: Exemplary, monkeypatch: pytest.MonkeyPatch, role: Role, *, herself: bool
) -> None:
    """What lies out of reach is held back by the statements; the walls stand behind them."""
    town, who = exemplary.town, person(1 if herself else 90)
    token = town.token(role, communities=(JINNING,), person=who)
    town.position = town.open_ledger.ledger.recorder.max_notification_id() or 0
    behind_walls = list(told(town, token))
    widen = Horizon.widen

    def without(horizon: Horizon, reach: Reach, _: PersonId | None = None) -> None:
        widen(horizon, None)

    monkeypatch.setattr(Horizon, "widen", without)
    assert list(told(town, token)) == behind_walls
    assert any(status == 200 for _, status, _ in behind_walls)
