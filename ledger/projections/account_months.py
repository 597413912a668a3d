"""Account months: what is kept for the trial balance of a month.

A line of a trial balance is an account, or many that stand for persons or for the world outside:
`person/*/served` for what all of a community's people were credited, `outside/donation/*` for all
donors. Single ones are in the journal's days.

Each account lies in the community of whose it is, as its own first event says, and those of the
world outside in none. A line's month is kept apart for each community on the other side of the
movements, so that the trial balance of one community can say what does not belong to it alone.
Months are summed twice, once by the UTC day of recording too: what is known now is asked most, and
would cost more with each year if it were added up from days.
These are part of the read model `journal`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from ledger.domain import communities, funds, people, postings, sites
from ledger.domain.community_records import CommunityRegistered
from ledger.domain.fund_records import FundOpened
from ledger.domain.person_records import PersonRegistered
from ledger.domain.postings import Postings
from ledger.domain.sites import SiteRegistered
from ledger.domain.values import month_of
from ledger.projections.model import Changes, of_type
from ledger.projections.places import OWNER
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.owners (
    owner     text COLLATE "C" PRIMARY KEY,  -- the stream of a community, a person, a fund, a site
    community text COLLATE "C" NOT NULL
);
CREATE TABLE {s}.accounts (
    account   text COLLATE "C" PRIMARY KEY,
    line      text COLLATE "C" NOT NULL,
    community text COLLATE "C" NOT NULL      -- empty where it lies in none
);
CREATE TABLE {s}.months (
    community   text COLLATE "C" NOT NULL,
    beside      text COLLATE "C" NOT NULL,   -- the community of the other side
    line        text COLLATE "C" NOT NULL,
    unit        text COLLATE "C" NOT NULL,
    occurred_in text COLLATE "C" NOT NULL,
    booked_in   text COLLATE "C" NOT NULL,
    increase    bigint NOT NULL,
    decrease    bigint NOT NULL,
    PRIMARY KEY (community, beside, line, unit, occurred_in, booked_in)
);
CREATE TABLE {s}.months_known (
    community   text COLLATE "C" NOT NULL,
    beside      text COLLATE "C" NOT NULL,
    line        text COLLATE "C" NOT NULL,
    unit        text COLLATE "C" NOT NULL,
    occurred_in text COLLATE "C" NOT NULL,
    booked_in   text COLLATE "C" NOT NULL,
    recorded_on date NOT NULL,
    increase    bigint NOT NULL,
    decrease    bigint NOT NULL,
    PRIMARY KEY (community, beside, line, unit, occurred_in, booked_in, recorded_on)
);
CREATE INDEX months_known_beside ON {s}.months_known (beside);
"""

# -- folding -----------------------------------------------------------------------------------

OWN: Final = "COPY {s}.owners (owner, community) FROM STDIN"
LINE: Final = """(CASE split_part(account, '/', 1)
    WHEN 'person' THEN 'person/*/' || split_part(account, '/', 3)
    WHEN 'diner' THEN 'diner/*'
    WHEN 'outside' THEN 'outside/' || split_part(account, '/', 2) || '/*'
    ELSE account END)"""
"""The line of a trial balance that the column `account` is counted in."""
OPEN: Final = """
INSERT INTO {s}.accounts
SELECT account, {line}, coalesce((SELECT community FROM {s}.owners WHERE owner = {owner}), '')
FROM unnest(%s::text[]) AS posted (account)
WHERE NOT EXISTS (SELECT FROM {s}.accounts AS known WHERE known.account = posted.account)
""".replace("{line}", LINE).replace("{owner}", OWNER)
ADD: Final = """
WITH placed AS (
    SELECT own.community, own.line, other.community AS beside, other.line AS counterline,
           unit, occurred_in, booked_in, recorded_on,
           sum(increase)::bigint AS increase, sum(decrease)::bigint AS decrease
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::date[],
                %s::bigint[], %s::bigint[])
        AS posted (account, counterpart, unit, occurred_in, booked_in, recorded_on,
                   increase, decrease)
    JOIN {s}.accounts AS own ON own.account = posted.account
    JOIN {s}.accounts AS other ON other.account = posted.counterpart
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8),
summed AS (
    SELECT community, beside, line, unit, occurred_in, booked_in, recorded_on,
           sum(increase)::bigint AS increase, sum(decrease)::bigint AS decrease
    FROM (SELECT community, beside, line, unit, occurred_in, booked_in, recorded_on,
                 increase, decrease FROM placed
          UNION ALL
          SELECT beside, community, counterline, unit, occurred_in, booked_in, recorded_on,
                 decrease, increase FROM placed) AS sides
    GROUP BY 1, 2, 3, 4, 5, 6, 7),
by_day AS (
    INSERT INTO {s}.months_known AS month SELECT * FROM summed
    ON CONFLICT (community, beside, line, unit, occurred_in, booked_in, recorded_on)
    DO UPDATE SET increase = month.increase + excluded.increase,
                  decrease = month.decrease + excluded.decrease)
INSERT INTO {s}.months AS month
SELECT community, beside, line, unit, occurred_in, booked_in, sum(increase), sum(decrease)
FROM summed GROUP BY 1, 2, 3, 4, 5, 6
ON CONFLICT (community, beside, line, unit, occurred_in, booked_in)
DO UPDATE SET increase = month.increase + excluded.increase,
              decrease = month.decrease + excluded.decrease
"""

OWNING: Final[Mapping[type, Callable[[Any], tuple[str, str]]]] = {
    CommunityRegistered: lambda event: (communities.stream(event.community), event.community),
    PersonRegistered: lambda event: (people.stream(event.person), event.community),
    FundOpened: lambda event: (funds.stream(event.fund), event.community),
    SiteRegistered: lambda event: (sites.stream(event.site), event.community),
}
"""What says of which community somebody or something is. It comes before any entry about it."""

Row = tuple[Any, ...]
Posted = Sequence[tuple[Recorded, Postings]]
"""The events of a run that move something, with what they move."""


def enter(events: Sequence[Recorded], posted: Posted, changes: Changes) -> None:
    """Add the owners, the accounts and the months of a run of events with their postings."""
    owned = of_type(events, *OWNING)
    changes.copy(OWN, [OWNING[type(at.event)](at.event) for at in owned])
    movements: dict[Row, list[int]] = {}
    for at, moved in posted:
        event = at.event
        when = month_of(event.occurred_on), event.booked_in, at.recorded_at.date()
        for one, other in postings.pairs(moved):
            movement = (one.account, other.account, one.unit.value, *when)
            sides = movements.setdefault(movement, [0, 0])
            sides[one.amount < 0] += abs(one.amount)
    accounts = sorted({account for movement in movements for account in movement[:2]})
    changes.write(OPEN, [(account,) for account in accounts])
    changes.write(ADD, [(*movement, *sides) for movement, sides in movements.items()])
