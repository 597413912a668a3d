"""Acknowledgements (鸣谢名单): the gifts of a month that a public notice lists, and who gave them.

What is published of a line is a digest, salted with something that follows from the random number
of the gift's event: the figures of a notice hold the digests, so its own digest covers the list and
names nobody. Whoever is shown a line gets its salt with it and can compute the digest. Of a line
that is not shown any more the digest stays, and the salt is not given away: so nobody finds an
amount by trying out all there are.

Which lines are published is decided by what was known at the notice's position; which of them are
shown, by what is known now, whatever position was asked about. A giver who takes her wish back, and
a gift that is withdrawn or whose money was taken out again, are shown no more. Whoever does not
consent to her name in public lists, or whose data are only kept, is on the list without it.
"""

import hmac
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import msgspec
from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.domain import people
from ledger.domain.acknowledgements import Behind, listable
from ledger.domain.contribution_records import ContributionKind
from ledger.domain.standing import may_be_named
from ledger.domain.values import (
    CommunityId,
    ContributionId,
    Digest,
    Fen,
    Minutes,
    Month,
    PersonId,
    Slug,
)
from ledger.projections.asking import POSITION_MOST, ask
from ledger.projections.league_duplicates import STANDING
from ledger.projections.reading import states_now
from ledger.store.codec import nonce_of

SALT_DIGITS: Final = 32


@dataclass(frozen=True, slots=True)
class Line:
    """A gift on the list, as everybody may see it."""

    salt: str
    kind: ContributionKind
    amount_fen: Fen | None
    labour_minutes: Minutes | None
    organisation: Slug | None

    @property
    def digest(self) -> Digest:
        """The SHA-256 of the line as JSON: sorted keys, no spaces, UTF-8."""
        return Digest(sha256(msgspec.json.encode(self, order="sorted")).hexdigest())


@dataclass(frozen=True, slots=True)
class Entry:
    """A gift that the month's figures count, or take back.

    `in_table` says that the contributions by kind rest on it, `received` that the month's receipts
    do where it is cash, and `listable` that it stands and everybody may see its amount.
    """

    contribution: ContributionId
    kind: ContributionKind
    person: PersonId | None
    kept_as: PersonId | None
    organisation: Slug | None
    amount_fen: Fen | None
    labour_minutes: Minutes | None
    position: int
    in_table: bool
    received: bool
    listable: bool

    @property
    def giver(self) -> str:
        """Who is behind it, as the figures count people."""
        return self.kept_as or self.person or self.contribution


@dataclass(frozen=True, slots=True)
class Given:
    """A line, and whose gift it is: nobody's, where an organisation gave it.

    `giver` is who is behind it, as the figures beside it count people.
    """

    line: Line
    contribution: ContributionId
    person: PersonId | None
    giver: str


@dataclass(frozen=True, slots=True)
class Published:
    """The lines that a month's notice publishes, and the people behind the figures beside them."""

    lines: tuple[Given, ...] = ()
    behind: Mapping[ContributionKind, tuple[Behind, ...]] = field(default_factory=dict)

    @property
    def digests(self) -> tuple[Digest, ...]:
        """What the figures hold of the list; their order says nothing."""
        return tuple(given.line.digest for given in self.lines)


@dataclass(frozen=True, slots=True)
class Listed:
    """A line that is shown now, and who may be named beside it, if anybody."""

    line: Line
    person: PersonId | None


ENTRIES: Final = """
WITH entry AS (
    SELECT contribution, 1 AS given
    FROM contributions.contributions
    WHERE community = %(community)s AND booked_in = %(month)s AND position <= %(known)s
    UNION ALL
    SELECT contribution, -1
    FROM contributions.endings AS ending JOIN contributions.contributions USING (contribution)
    WHERE community = %(community)s AND ending.booked_in = %(month)s
      AND ending.position <= %(known)s)
SELECT gift.contribution, kind, person, kept_as, organisation, amount_fen, labour_minutes, position,
       sum(given) <> 0 AS in_table, max(given) > 0 AND kind = 'cash' AS received,
       max(given) > 0 AND (person IS NOT NULL OR organisation IS NOT NULL)
           AND {shown} AS listable
FROM entry JOIN contributions.contributions AS gift ON gift.contribution = entry.contribution
LEFT JOIN {duplicates} AS duplicate USING (person)
GROUP BY gift.contribution, kept_as ORDER BY position
""".replace("{duplicates}", STANDING)
_SHOWN: Final = """(
    NOT EXISTS (SELECT FROM contributions.endings AS ending
                WHERE ending.contribution = gift.contribution AND ending.position <= %(known)s)
    AND NOT EXISTS (SELECT FROM funds.movements AS movement
                    WHERE movement.fund = gift.fund AND movement.number = gift.receipt
                      AND movement.kind = 'receipt_reversed' AND movement.position <= %(known)s)
    AND coalesce((SELECT amount_public FROM contributions.wishes AS wish
                  WHERE wish.contribution = gift.contribution AND wish.position <= %(known)s
                  ORDER BY wish.position DESC LIMIT 1), false))
"""
NOW: Final = """
SELECT contribution, (
           SELECT died_on FROM shifts.deaths AS death
           WHERE death.person = gift.person ORDER BY death.position DESC LIMIT 1) IS NULL
FROM contributions.contributions AS gift
WHERE contribution = ANY (%(contributions)s) AND {shown}
"""
STATES: Final = """
SELECT notification_id, state FROM ledger.stored_events WHERE notification_id = ANY (%s)
"""


# -- what is published -------------------------------------------------------------------------


def of_month(
    connection: Connection[Any], community: CommunityId, month: Month, position: int
) -> Published:
    """The lines of a community's month as known at a position, which all models have reached."""
    found = entries(connection, community, month, position)
    behind = {kind: _behind(kind, found) for kind in ContributionKind}
    given = _given(connection, [entry for entry in found if entry.listable])
    listed = _listable(given, behind)
    return Published(tuple(each for each in given if each.contribution in listed), behind)


def entries(
    connection: Connection[Any], community: CommunityId, month: Month, position: int
) -> tuple[Entry, ...]:
    """The gifts behind the figures of the month, as known at a position."""
    statement = ENTRIES.replace("{shown}", _SHOWN)
    asked = {"community": community, "month": month, "known": position}
    return ask(connection, Entry, statement, **asked)


def _behind(kind: ContributionKind, found: tuple[Entry, ...]) -> tuple[Behind, ...]:
    """The people behind the table's figures of the kind, and behind the receipts if it is cash."""
    people = [each for each in found if each.kind is kind and each.organisation is None]
    return (
        _by_giver([each for each in people if each.in_table]),
        _by_giver([each for each in people if each.received]),
    )


def _by_giver(people: list[Entry]) -> Behind:
    found: defaultdict[str, set[ContributionId]] = defaultdict(set)
    for each in people:
        found[each.giver].add(each.contribution)
    return {giver: frozenset(gifts) for giver, gifts in found.items()}


def _given(connection: Connection[Any], wished: list[Entry]) -> list[Given]:
    """A line for each, in the order of their digests: that of random numbers."""
    states: dict[int, bytes] = {}
    if wished:
        with connection.cursor(binary=True, row_factory=tuple_row) as cursor:
            positions = [each.position for each in wished]
            states.update(cursor.execute(STATES, (positions,)).fetchall())
    given = [
        Given(_line(each, states[each.position]), each.contribution, each.person, each.giver)
        for each in wished
    ]
    return sorted(given, key=lambda each: each.line.digest)


def _line(entry: Entry, state: bytes) -> Line:
    """The salt is all that the random number tells: it protects more than an amount."""
    salt = hmac.digest(nonce_of(state), f"acknowledgement {entry.contribution}".encode(), "sha256")
    return Line(
        salt.hex()[:SALT_DIGITS],
        entry.kind,
        entry.amount_fen,
        entry.labour_minutes,
        entry.organisation,
    )


def _listable(
    given: list[Given], behind: Mapping[ContributionKind, tuple[Behind, ...]]
) -> frozenset[ContributionId]:
    """Organisations as they are; of people those that the figures of their kind allow."""
    listed = {each.contribution for each in given if each.person is None}
    for kind, figures in behind.items():
        wished = {
            each.contribution: each.giver
            for each in given
            if each.line.kind is kind and each.person is not None
        }
        listed |= listable(figures, wished)
    return frozenset(listed)


# -- what is shown -----------------------------------------------------------------------------


def shown(connection: Connection[Any], published: Published) -> tuple[Listed, ...]:
    """The lines that may be shown now; who died, or does not consent to it, is not named."""
    if not published.lines:
        return ()
    gifts = [each.contribution for each in published.lines]
    statement = NOW.replace("{shown}", _SHOWN)
    asked = {"contributions": gifts, "known": POSITION_MOST}
    with connection.cursor(row_factory=tuple_row) as cursor:
        lives: dict[str, bool] = dict(cursor.execute(statement, asked).fetchall())
    standing = [each for each in published.lines if each.contribution in lives]
    listed = _listable(standing, published.behind)
    living = {each.person for each in standing if each.person and lives[each.contribution]}
    named = _consenting(connection, living)
    return tuple(
        Listed(each.line, each.person if each.person in named else None)
        for each in standing
        if each.contribution in listed
    )


def _consenting(connection: Connection[Any], persons: set[PersonId]) -> set[PersonId]:
    """Who lets a public list show her masked name; asked of the log, so that it is heeded now."""
    found = states_now(connection, [people.stream(person) for person in sorted(persons)])
    return {person for person in persons if may_be_named(found[people.stream(person)])}
