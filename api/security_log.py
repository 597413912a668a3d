"""The security log: who came in, who did not, and what was refused, as lines of the journal.

A person is named by her opaque id, and only once she has shown who she is. An address stands as a
keyed digest. What was typed stands nowhere.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import msgspec
from starlette.requests import Request

from api.obstacles import Obstacle
from api.visits import visit_of
from ledger.domain.refusals import Code


class Kind(StrEnum):
    """What happened."""

    signed_in = "signed_in"
    sign_in_failed = "sign_in_failed"
    signed_out = "signed_out"
    session_ended = "session_ended"
    locked = "locked"
    password_changed = "password_changed"  # noqa: S105 - an event, and no password
    slip_used = "slip_used"
    slip_opened = "slip_opened"
    card_used = "card_used"
    card_printed = "card_printed"
    identity_linked = "identity_linked"
    facts_priced = "facts_priced"
    csrf_refused = "csrf_refused"
    token_refused = "token_refused"  # noqa: S105 - an event, and no token
    denied = "denied"


DENIALS: Final = frozenset(
    {
        Code.actor_must_hold_a_role_for_this,
        Code.reader_must_hold_a_role_for_this,
        Code.record_must_be_within_reach,
        Code.command_must_be_given_at_the_machine,
        Obstacle.card_must_only_be_looked_with,
    }
)
"""What is refused because of who asks."""


class Noted(msgspec.Struct):
    """One line. `reason` is a code of ours."""

    time: datetime
    kind: Kind
    request_id: str
    person: str | None
    address: str
    reason: str | None


def note(
    request: Request, kind: Kind, *, person: str | None = None, reason: str | None = None
) -> None:
    """Write it down before the line of the request under way."""
    visit, client = visit_of(request), request.client
    pseudonym: str = request.app.state.pseudonym(client.host if client else "")
    line = Noted(datetime.now(UTC), kind, visit.request_id, person, pseudonym, reason)
    visit.noted.append(line)


def note_denial(request: Request, code: Code | Obstacle) -> None:
    """Write it down if that problem is one of who asks."""
    if code in DENIALS:
        note(request, Kind.denied, person=visit_of(request).actor, reason=code.name)
