"""Signed in: what whoever comes with a session may do, asked of the tables and the log each time.

So a session that ended is worth nothing from then on, and a role that was revoked neither. A card
is for a look at one's own hours: it lends none of the roles that she was granted.
"""

from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from ledger.access import authorities, sessions
from ledger.access.sessions import Session, SessionKind
from ledger.domain.authority import Authority


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that is under way, and how far its person reaches."""

    session: Session
    authority: Authority

    @property
    def by_card(self) -> bool:
        """Whether she may look, and do nothing."""
        return self.session.kind is SessionKind.card


def find(connection: Connection[Any], secret: str) -> SignedIn | None:
    """Who comes with that secret; None if the session ended or never was."""
    session = sessions.find(connection, secret)
    if session is None:
        return None
    of = authorities.of_a_volunteer if session.kind is SessionKind.card else authorities.of
    return SignedIn(session, of(connection, session.person))
