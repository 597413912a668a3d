"""Limits: how often something may be tried, counted in the database for all processes together.

A try is counted before it is looked at, with one statement, so that a hundred at once are let in no
oftener than one after another. What fails again and again at one account waits longer each time; a
success forgives it. From one address tries may come often, for a whole office shares one: they
trickle in, and so many at once at most. Searches for people are counted alike, by who searches. No
account, no address and no person is kept, only a keyed digest.

The key is a ledger key of its own, `vault.ledger_key(connection, "limits")`.
"""

import hmac
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from types import MappingProxyType
from typing import Any, Final

from psycopg import Connection

from ledger.vault.connections import cursor_of


class Kind(StrEnum):
    """What is counted; each has its own tries."""

    account = "account"
    slip = "slip"  # by the number of the account that it is for
    address = "address"
    search = "search"  # by the person who looks for others
    check = "check"  # of certificates, by the address that asks
    facts = "facts"  # that are looked at to price meals anew, by the person who asks


FREE_TRIES: Final = 5
"""So many failures at one account wait for nothing; each one after them waits twice as long."""
WAIT_SECONDS_FIRST: Final = 15
WAIT_SECONDS_MOST: Final = 15 * 60
FORGIVEN_SECONDS: Final = 24 * 60 * 60
"""Whoever has not tried for a day begins anew."""
EVEN_SECONDS: Final = 15 * 60
ADDRESS_TRIES: Final = 100
"""So many tries of one address in so long, at once or evenly."""

SEARCH_TRIES: Final = 600
"""So many searches of one person in as long: a busy window, and nobody who copies a register."""
CHECK_TRIES: Final = 300
"""So many certificates checked from one address in as long: a school's pile, and nobody who tries
numbers."""
FACTS_TRIES: Final = 60
"""So many drafts of one person, or months, for which facts are looked at: an afternoon's work on a
policy, and nobody who asks for one year of age after the other."""
EVEN_TRIES: Final = MappingProxyType(
    {
        Kind.address: ADDRESS_TRIES,
        Kind.search: SEARCH_TRIES,
        Kind.check: CHECK_TRIES,
        Kind.facts: FACTS_TRIES,
    }
)

_GROWING: Final = """
INSERT INTO access.attempt AS a (key, tries, free_at, allowed)
VALUES (%(key)s, 1, statement_timestamp(), true)
ON CONFLICT (key) DO UPDATE SET (allowed, tries, free_at) = (
    SELECT allowed, tries, CASE
        WHEN NOT allowed THEN a.free_at
        WHEN tries < %(free)s THEN statement_timestamp()
        ELSE statement_timestamp() + least(
            interval '1 second' * %(first)s * 2 ^ least(tries - %(free)s, 30),
            interval '1 second' * %(most)s)
        END
    FROM (SELECT a.free_at <= statement_timestamp() AS allowed, CASE
        WHEN a.free_at > statement_timestamp() THEN a.tries
        WHEN a.free_at <= statement_timestamp() - interval '1 second' * %(forgiven)s THEN 1
        ELSE a.tries + 1 END AS tries) AS this
)
RETURNING CASE WHEN allowed THEN 0
    ELSE extract(epoch FROM free_at - statement_timestamp())::float8 END
"""

# `free_at` is when the tries so far would have been over, had each taken its even share of time. A
# try is let in while that is less than the whole time ahead (the generic cell rate algorithm).
_EVEN: Final = """
INSERT INTO access.attempt AS a (key, tries, free_at, allowed)
VALUES (%(key)s, 1, statement_timestamp() + interval '1 second' * %(each)s, true)
ON CONFLICT (key) DO UPDATE SET (allowed, tries, free_at) = (
    SELECT next <= latest, a.tries + 1, CASE WHEN next <= latest THEN next ELSE a.free_at END
    FROM (SELECT
        greatest(a.free_at, statement_timestamp()) + interval '1 second' * %(each)s AS next,
        statement_timestamp() + interval '1 second' * %(whole)s AS latest) AS this
)
RETURNING CASE WHEN allowed THEN 0 ELSE extract(epoch FROM free_at - statement_timestamp()
    + interval '1 second' * (%(each)s - %(whole)s))::float8 END
"""
_FORGIVE: Final = "DELETE FROM access.attempt WHERE key = %s"
_PURGE: Final = """
DELETE FROM access.attempt WHERE free_at <= now() - interval '1 second' * %s
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of this ledger, with the key that hides whom they are about."""

    key: bytes = field(repr=False)

    def wait_seconds(self, connection: Connection[Any], kind: Kind, subject: str) -> int:
        """Count a try: 0 if it is let in, else how long to wait until one is."""
        growing = {
            "free": FREE_TRIES,
            "first": WAIT_SECONDS_FIRST,
            "most": WAIT_SECONDS_MOST,
            "forgiven": FORGIVEN_SECONDS,
        }
        tries = EVEN_TRIES.get(kind)
        statement, values = _GROWING, dict[str, float](growing)
        if tries is not None:
            statement, values = _EVEN, {"each": EVEN_SECONDS / tries, "whole": EVEN_SECONDS}
        with cursor_of(connection) as cursor:
            named = values | {"key": self._digest(kind, subject)}
            [(seconds,)] = cursor.execute(statement, named).fetchall()
        return ceil(float(seconds))

    def forgive(self, connection: Connection[Any], kind: Kind, subject: str) -> None:
        """It succeeded: what failed before does not count any more."""
        with cursor_of(connection) as cursor:
            cursor.execute(_FORGIVE, (self._digest(kind, subject),))

    def _digest(self, kind: Kind, subject: str) -> bytes:
        meant = network_of(subject) if kind in (Kind.address, Kind.check) else subject
        return hmac.digest(self.key, f"{kind}\0{meant}".encode(errors="replace"), sha256)


def purge(connection: Connection[Any]) -> int:
    """Delete what would begin anew anyway; how many there were."""
    with cursor_of(connection) as cursor:
        return cursor.execute(_PURGE, (FORGIVEN_SECONDS,)).rowcount


def network_of(address: str) -> str:
    """Whom an address belongs to: one of version 6 to everybody in its network of 64 bits."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped or ip_network((found, 64), strict=False))
    return str(found)
