"""Doors: the ways in. Each counts the try, compares a secret, asks the log, and says nothing more.

Nobody learns from an answer or from its time whether there is such an account, slip or card. Every
door computes a hash on the connection that it was given, so whoever serves calls it outside of the
event loop, two at once at most (`passwords`).

`UseSlip` is decided between `with_slip` and what the slip is for; see `slips`. Whoever chose a
password by a slip need not wait for what was tried before: `door.limits.forgive` for account and
slip.
"""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from psycopg import Connection

from ledger.access import accounts, cards, passwords, pins, sessions, slips, standing
from ledger.access.codes import read_number, read_secret
from ledger.access.limits import Kind, Limits
from ledger.access.sessions import SessionKind
from ledger.access.slips import Slip
from ledger.domain.values import CardId, PersonId


@dataclass(frozen=True, slots=True)
class Door:
    """Where somebody stands who wants in: whose tries are counted, and from which address."""

    limits: Limits
    address: str = field(repr=False)

    def wait_seconds(self, connection: Connection[Any], kind: Kind, subject: str | None) -> int:
        """How long to wait, 0 for not at all; without a subject the address alone counts."""
        seconds = self.limits.wait_seconds(connection, Kind.address, self.address)
        if seconds or subject is None:
            return seconds
        return self.limits.wait_seconds(connection, kind, subject)


@dataclass(frozen=True, slots=True)
class Admitted:
    """She is in. The secret is for the cookie, and for nothing else."""

    person: PersonId
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TryLater:
    """Nothing was looked at; so many seconds from now it will be."""

    seconds: int


@dataclass(frozen=True, slots=True)
class NotAdmitted:
    """Something was wrong, and it is not said what."""


@dataclass(frozen=True, slots=True)
class CardLocked:
    """Card and PIN are hers, and too many wrong PINs were tried before."""


Answer: TypeAlias = Admitted | TryLater | NotAdmitted


def with_password(connection: Connection[Any], door: Door, number: str, password: str) -> Answer:
    """Sign in by account number and password."""
    meant = read_number(number)
    if seconds := door.wait_seconds(connection, Kind.account, meant):
        return TryLater(seconds)
    account = accounts.find(connection, meant) if meant else None
    kept = account.password_hash if account else None
    if not passwords.matches(kept, password) or account is None or kept is None:
        return NotAdmitted()
    if passwords.is_outdated(kept):
        accounts.rehash(connection, account, passwords.hashed(password))
    stands = standing.of(connection, account.person)
    secret = sessions.begin(connection, stands)
    if secret is None:
        return NotAdmitted()
    door.limits.forgive(connection, Kind.account, account.number)
    return Admitted(account.person, secret)


def with_card(
    connection: Connection[Any], door: Door, card: CardId, secret: str, pin: str
) -> Answer | CardLocked:
    """A look at her own hours, by what the QR code holds and the PIN."""
    if seconds := door.wait_seconds(connection, Kind.account, None):
        return TryLater(seconds)
    tried, meant = cards.take_a_try(connection, card, secret), pins.read_pin(pin)
    right = passwords.matches(tried.pin_hash if tried else None, meant or "")
    if not right or tried is None:
        return NotAdmitted()
    stands = standing.of(connection, tried.person)
    if tried.is_locked:
        return CardLocked() if stands.opens_to(card) else NotAdmitted()
    cards.forgive(connection, card)
    if not stands.opens_to(card):
        return NotAdmitted()
    session = sessions.begin(connection, stands, SessionKind.card)
    return NotAdmitted() if session is None else Admitted(tried.person, session)


def with_slip(
    connection: Connection[Any], door: Door, number: str, secret: str
) -> Slip | TryLater | NotAdmitted:
    """The slip that somebody holds in her hand; whether it may be used is decided by the log."""
    meant, copied = read_number(number), read_secret(secret)
    if seconds := door.wait_seconds(connection, Kind.slip, meant):
        return TryLater(seconds)
    slip = slips.find(connection, meant) if meant else None
    if not passwords.matches(slip.secret_hash if slip else None, copied or "") or slip is None:
        return NotAdmitted()
    return slip
