"""Contributions: what was given and promised to a community, its sums, and ideas without an answer.

Who gave, and how much, is told to whom it concerns: `Sight` says what the reader may see besides
what givers show to everybody. An idea waits until it is answered; the days are counted up to the
day of the position that the answer reflects, so that the same question has the same answer.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from psycopg import Connection, sql

from ledger.domain.contribution_records import ContributionKind, IdeaAnswer, IdeaTopic
from ledger.domain.values import (
    CommunityId,
    ContributionId,
    Count,
    Fen,
    FundId,
    Minutes,
    PersonId,
    Slug,
    month_of,
)
from ledger.projections.asking import PAGE_MOST, ask, seen
from ledger.projections.league import TAKEN
from ledger.projections.seasons import Season
from ledger.projections.view import NOW, View


@dataclass(frozen=True, slots=True)
class Sight:
    """Who reads, and whether she may see all givers and all amounts; her own she always sees."""

    reader: PersonId
    givers: bool
    amounts: bool


@dataclass(frozen=True, slots=True)
class Contribution:
    """What was given. The giver or the amount is null where it is not to be seen, or there is none.

    `answer` is what the community says to an idea now.
    """

    contribution: ContributionId
    kind: ContributionKind
    person: PersonId | None
    organisation: Slug | None
    fund: FundId | None
    amount_fen: Fen | None
    amount_public: bool
    labour_minutes: Minutes | None
    topic: IdeaTopic | None
    answer: IdeaAnswer | None
    day: date
    position: int

    @property
    def key(self) -> tuple[date, ContributionId]:
        """What a page goes on after."""
        return self.day, self.contribution


@dataclass(frozen=True, slots=True)
class Pledge:
    """What was promised and has not been given yet."""

    contribution: ContributionId
    kind: ContributionKind
    person: PersonId | None
    organisation: Slug | None
    fund: FundId | None
    amount_fen: Fen | None
    amount_public: bool
    labour_minutes: Minutes | None
    day: date
    position: int

    @property
    def key(self) -> tuple[date, ContributionId]:
        """What a page goes on after."""
        return self.day, self.contribution


@dataclass(frozen=True, slots=True)
class SumOfKind:
    """How many contributions of a kind there were, and what they come to.

    `public_fen` is of those whose givers show it; `amount_fen` is null where it is not to be seen.
    """

    kind: ContributionKind
    contributions: int
    amount_fen: int | None
    public_fen: int
    labour_minutes: int


@dataclass(frozen=True, slots=True)
class WaitingIdea:
    """An idea that nobody has answered, and for how many days."""

    contribution: ContributionId
    topic: IdeaTopic
    day: date
    days_waiting: Count
    position: int

    @property
    def key(self) -> tuple[date, ContributionId]:
        """What a page goes on after."""
        return self.day, self.contribution


_PUBLIC: Final = """(
    SELECT amount_public FROM contributions.wishes AS wish
    WHERE wish.contribution = entered.contribution AND wish.position <= %(known)s
    ORDER BY wish.position DESC LIMIT 1)"""
_STANDS: Final = """
  AND NOT EXISTS (SELECT FROM contributions.endings AS ending
                  WHERE ending.contribution = entered.contribution
                    AND ending.position <= %(known)s)
"""
CONTRIBUTIONS: Final = """
SELECT contribution, kind, organisation, fund, labour_minutes, topic, answer, day, position,
       amount_public,
       CASE WHEN %(givers)s OR person = %(reader)s THEN person END AS person,
       CASE WHEN %(amounts)s OR amount_public OR person = %(reader)s THEN amount_fen END
           AS amount_fen
FROM (SELECT entered.*, {public} AS amount_public,
             (SELECT answer FROM contributions.answers AS said
              WHERE said.contribution = entered.contribution AND said.position <= %(known)s
              ORDER BY said.position DESC LIMIT 1) AS answer
      FROM contributions.contributions AS entered
      WHERE community = %(community)s AND position <= %(known)s {stands}
        AND (%(of_kind)s::text IS NULL OR kind = %(of_kind)s)
        AND (%(only)s::text IS NULL OR entered.contribution = %(only)s)
        AND (day, entered.contribution) < (%(before)s, %(below)s)
      ORDER BY day DESC, entered.contribution DESC LIMIT %(limit)s) AS given
ORDER BY day DESC, contribution DESC
""".replace("{public}", _PUBLIC).replace("{stands}", _STANDS)
PLEDGES: Final = """
SELECT contribution, kind, organisation, fund, labour_minutes, day, position, amount_public,
       CASE WHEN %(givers)s OR person = %(reader)s THEN person END AS person,
       CASE WHEN %(amounts)s OR amount_public OR person = %(reader)s THEN amount_fen END
           AS amount_fen
FROM (SELECT entered.*, {public} AS amount_public FROM contributions.pledges AS entered
      WHERE community = %(community)s AND position <= %(known)s {stands}
        AND NOT EXISTS (SELECT FROM contributions.contributions AS given
                        WHERE given.contribution = entered.contribution
                          AND given.position <= %(known)s)
        AND (%(only)s::text IS NULL OR entered.contribution = %(only)s)
        AND (day, entered.contribution) < (%(before)s, %(below)s)
      ORDER BY day DESC, entered.contribution DESC LIMIT %(limit)s) AS promised
ORDER BY day DESC, contribution DESC
""".replace("{public}", _PUBLIC).replace("{stands}", _STANDS)
SUMS: Final = """
SELECT kind, sum(sign)::bigint AS contributions,
       CASE WHEN %(amounts)s THEN coalesce(sum(sign * amount_fen), 0)::bigint END AS amount_fen,
       coalesce(sum(sign * amount_fen) FILTER (WHERE {public}), 0)::bigint AS public_fen,
       coalesce(sum(sign * labour_minutes), 0)::bigint AS labour_minutes
FROM (SELECT contribution, kind, 1 AS sign, amount_fen, labour_minutes, position,
             day AS occurred_on, booked_in
      FROM contributions.contributions WHERE community = %(community)s
      UNION ALL
      SELECT contribution, kind, -1, amount_fen, labour_minutes, ending.position,
             ending.occurred_on, ending.booked_in
      FROM contributions.contributions JOIN contributions.endings AS ending USING (contribution)
      WHERE community = %(community)s) AS entered
WHERE position <= %(known)s AND occurred_on <= %(as_of)s AND {taken}
GROUP BY kind ORDER BY kind
""".replace("{public}", _PUBLIC)
WAITING: Final = """
SELECT contribution, topic, day, position, (
    SELECT (recorded_at AT TIME ZONE time_zone)::date FROM ledger.batches
    WHERE last_position >= least(%(known)s, (SELECT max(last_position) FROM ledger.batches))
    ORDER BY last_position LIMIT 1) - day AS days_waiting
FROM contributions.contributions AS entered JOIN contributions.communities USING (community)
WHERE community = %(community)s AND kind = 'idea' AND position <= %(known)s {stands}
  AND NOT EXISTS (SELECT FROM contributions.answers AS answer
                  WHERE answer.contribution = entered.contribution
                    AND answer.position <= %(known)s)
  AND (day, contribution) > (%(behind)s, %(above)s)
ORDER BY day, contribution LIMIT %(limit)s
""".replace("{stands}", _STANDS)
LATEST: Final = (date.max, "~")
EARLIEST: Final = (date.min, "")
"""What lies behind and before every key; a tilde is behind every id."""


def contributions(
    connection: Connection[Any],
    community: CommunityId,
    sight: Sight,
    view: View = NOW,
    *,
    kind: ContributionKind | None = None,
    only: ContributionId | None = None,
    limit: int = PAGE_MOST,
    after: tuple[date, ContributionId] | None = None,
) -> tuple[Contribution, ...]:
    """What was given to the community, or of one kind, or that one, the latest first."""
    which = {"community": community, "of_kind": kind, "only": only}
    asked = {**which, **_page(limit, after), **_seen(sight)}
    return ask(connection, Contribution, CONTRIBUTIONS, **asked, **seen(view))


def open_pledges(
    connection: Connection[Any],
    community: CommunityId,
    sight: Sight,
    view: View = NOW,
    *,
    only: ContributionId | None = None,
    limit: int = PAGE_MOST,
    after: tuple[date, ContributionId] | None = None,
) -> tuple[Pledge, ...]:
    """What was promised to the community and not given yet, or that one, the latest first."""
    asked = {"community": community, "only": only, **_page(limit, after), **_seen(sight)}
    return ask(connection, Pledge, PLEDGES, **asked, **seen(view))


def _page(limit: int, after: tuple[date, ContributionId] | None) -> dict[str, object]:
    before, below = after or LATEST
    return {"limit": limit, "before": before, "below": below}


def _seen(sight: Sight) -> dict[str, object]:
    return {"reader": sight.reader, "givers": sight.givers, "amounts": sight.amounts}


def sums(
    connection: Connection[Any],
    community: CommunityId,
    season: Season,
    sight: Sight,
    view: View = NOW,
) -> tuple[SumOfKind, ...]:
    """What the season's contributions to the community come to, kind by kind."""
    taken = TAKEN[view.basis]
    values = {
        "first": season.first,
        "last": season.last,
        "first_month": month_of(season.first),
        "last_month": month_of(season.last),
        "community": community,
        "amounts": sight.amounts,
        **seen(view),
    }
    return ask(connection, SumOfKind, sql.SQL(SUMS).format(taken=taken), **values)


def waiting_ideas(
    connection: Connection[Any],
    community: CommunityId,
    view: View = NOW,
    *,
    limit: int = PAGE_MOST,
    after: tuple[date, ContributionId] | None = None,
) -> tuple[WaitingIdea, ...]:
    """The ideas that the community has not answered, the longest waiting first."""
    behind, above = after or EARLIEST
    page = {"community": community, "limit": limit, "behind": behind, "above": above}
    return ask(connection, WaitingIdea, WAITING, **page, **seen(view))
