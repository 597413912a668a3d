"""What is kept of meals: each claim as it was decided, who bears it, and every later change.

A claim can be reversed, reinstated and reversed again; each change is a row of its own with its
position, so that what stood at any position can be told exactly. Amounts are those of the events.
They are also summed by canteen, day, month of booking and UTC day of recording, so that totals are
sums of days, and of single claims of one recorded day at most (see `view.bounds`); and so is what
each clerk recorded, so that nobody who looks at clerks reads every claim. Which months are closed
for claims is kept too: what settles in one is then complete (`counting`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any, Final

from ledger.domain.canteen_records import ClaimsClosed
from ledger.domain.meal_records import MealClaimed, MealReinstated, MealReversed
from ledger.domain.sites import SiteRegistered
from ledger.domain.values import month_of
from ledger.projections.model import Changes, ReadModel, of_type
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.claims (
    position       bigint NOT NULL,
    person         text COLLATE "C" NOT NULL,
    served_on      date NOT NULL,
    claim          integer NOT NULL,
    canteen        text COLLATE "C" NOT NULL,
    community      text COLLATE "C" NOT NULL,
    price_fen      bigint NOT NULL,
    copayment_fen  bigint NOT NULL,
    booked_in      text COLLATE "C" NOT NULL,
    late           boolean NOT NULL,              -- booked in another month than it was served in
    settles_in     text COLLATE "C" NOT NULL,
    moved          boolean NOT NULL,              -- settles in another month than it was served in
    adjusts        text,
    sitting        text NOT NULL,
    facts_version  integer NOT NULL,
    policy_version integer NOT NULL,
    rule           text,
    at_full_price  boolean NOT NULL,              -- asked for, whatever tier she is in
    claimed_by     text NOT NULL,
    claimed_at     timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL,
    PRIMARY KEY (person, served_on, claim)
);
CREATE INDEX claims_of_canteen ON {s}.claims (canteen, served_on, position);
CREATE INDEX claims_late ON {s}.claims (canteen, booked_in) WHERE late;
CREATE INDEX claims_moved ON {s}.claims (canteen, settles_in) WHERE moved;
CREATE INDEX claims_in_order ON {s}.claims USING brin (position);

CREATE TABLE {s}.shares (
    position   bigint NOT NULL,                   -- of the claim
    payer      text COLLATE "C" NOT NULL,
    amount_fen bigint NOT NULL,
    PRIMARY KEY (position, payer)
);

CREATE TABLE {s}.changes (
    claim_position bigint NOT NULL,
    position       bigint NOT NULL,
    person         text COLLATE "C" NOT NULL,
    served_on      date NOT NULL,
    claim          integer NOT NULL,
    canteen        text COLLATE "C" NOT NULL,
    status         text NOT NULL,
    kind           text NOT NULL,
    reason         text,
    price_fen      bigint NOT NULL,
    copayment_fen  bigint NOT NULL,
    booked_in      text COLLATE "C" NOT NULL,
    late           boolean NOT NULL,
    settles_in     text COLLATE "C" NOT NULL,
    moved          boolean NOT NULL,
    adjusts        text,
    decided_by     text NOT NULL,
    recorded_at    timestamptz NOT NULL,
    PRIMARY KEY (claim_position, position)
);
CREATE INDEX changes_of_canteen ON {s}.changes (canteen, served_on);
CREATE INDEX changes_late ON {s}.changes (canteen, booked_in) WHERE late;
CREATE INDEX changes_moved ON {s}.changes (canteen, settles_in) WHERE moved;
CREATE INDEX changes_of_person ON {s}.changes (person, served_on);

CREATE VIEW {s}.entries AS
    SELECT position, position AS claim_position, person, canteen, served_on, booked_in, late,
           1 AS sign, price_fen, copayment_fen FROM {s}.claims
    UNION ALL
    SELECT position, claim_position, person, canteen, served_on, booked_in, late,
           CASE status WHEN 'reversed' THEN -1 ELSE 1 END, price_fen, copayment_fen
    FROM {s}.changes;
CREATE TABLE {s}.days (
    canteen       text COLLATE "C" NOT NULL,
    served_on     date NOT NULL,
    booked_in     text COLLATE "C" NOT NULL,
    recorded_on   date NOT NULL,
    meals         bigint NOT NULL,
    price_fen     bigint NOT NULL,
    copayment_fen bigint NOT NULL,
    PRIMARY KEY (canteen, served_on, booked_in, recorded_on)
) WITH (fillfactor = 80);  -- the days of now grow in place
CREATE TABLE {s}.day_shares (
    canteen     text COLLATE "C" NOT NULL,
    served_on   date NOT NULL,
    booked_in   text COLLATE "C" NOT NULL,
    recorded_on date NOT NULL,
    payer       text COLLATE "C" NOT NULL,
    amount_fen  bigint NOT NULL,
    PRIMARY KEY (canteen, served_on, booked_in, recorded_on, payer)
) WITH (fillfactor = 80);
CREATE TABLE {s}.clerk_days (
    canteen     text COLLATE "C" NOT NULL,
    claimed_by  text COLLATE "C" NOT NULL,
    served_on   date NOT NULL,
    recorded_on date NOT NULL,
    claims      bigint NOT NULL,
    subsidy_fen bigint NOT NULL,
    first_at    timestamptz NOT NULL,
    last_at     timestamptz NOT NULL,
    position    bigint NOT NULL,                  -- of the last claim
    PRIMARY KEY (canteen, claimed_by, served_on, recorded_on)
) WITH (fillfactor = 80);

CREATE TABLE {s}.closings (
    canteen text COLLATE "C" NOT NULL,
    month   text COLLATE "C" NOT NULL,
    PRIMARY KEY (canteen, month)
);
CREATE TABLE {s}.canteens (
    canteen   text COLLATE "C" PRIMARY KEY,
    community text COLLATE "C" NOT NULL
);
CREATE INDEX canteens_of_community ON {s}.canteens (community);
"""

# -- folding -----------------------------------------------------------------------------------

CLAIM: Final = """
COPY {s}.claims (
    position, person, served_on, claim, canteen, community, price_fen, copayment_fen, booked_in,
    late, settles_in, moved, adjusts, sitting, facts_version, policy_version, rule,
    at_full_price, claimed_by, claimed_at, recorded_at) FROM STDIN
"""
SHARE: Final = "COPY {s}.shares (position, payer, amount_fen) FROM STDIN"
CHANGE: Final = """
INSERT INTO {s}.changes
SELECT claim.position, change.* FROM unnest(
    %s::bigint[], %s::text[], %s::date[], %s::integer[], %s::text[], %s::text[], %s::text[],
    %s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::boolean[], %s::text[], %s::boolean[],
    %s::text[], %s::text[], %s::timestamptz[]) AS change (position, person, served_on, claim)
LEFT JOIN {s}.claims AS claim USING (person, served_on, claim)
"""
ADD: Final = """
INSERT INTO {s}.days AS day
SELECT * FROM unnest(%s::text[], %s::date[], %s::text[], %s::date[],
                     %s::bigint[], %s::bigint[], %s::bigint[])
ON CONFLICT (canteen, served_on, booked_in, recorded_on) DO UPDATE SET
    meals = day.meals + excluded.meals,
    price_fen = day.price_fen + excluded.price_fen,
    copayment_fen = day.copayment_fen + excluded.copayment_fen
"""
ADD_SHARES: Final = """
INSERT INTO {s}.day_shares AS day
SELECT * FROM unnest(%s::text[], %s::date[], %s::text[], %s::date[], %s::text[], %s::bigint[])
ON CONFLICT (canteen, served_on, booked_in, recorded_on, payer) DO UPDATE SET
    amount_fen = day.amount_fen + excluded.amount_fen
"""
ADD_CLERKS: Final = """
INSERT INTO {s}.clerk_days AS day
SELECT * FROM unnest(%s::text[], %s::text[], %s::date[], %s::date[], %s::bigint[], %s::bigint[],
                     %s::timestamptz[], %s::timestamptz[], %s::bigint[])
ON CONFLICT (canteen, claimed_by, served_on, recorded_on) DO UPDATE SET
    claims = day.claims + excluded.claims,
    subsidy_fen = day.subsidy_fen + excluded.subsidy_fen,
    first_at = least(day.first_at, excluded.first_at),
    last_at = greatest(day.last_at, excluded.last_at),
    position = excluded.position
"""
PLACE: Final = "COPY {s}.canteens (canteen, community) FROM STDIN"
CLOSE: Final = "COPY {s}.closings (canteen, month) FROM STDIN"


class ClaimStatus(StrEnum):
    """Whether a claim stands."""

    standing = "standing"
    reversed = "reversed"
    reinstated = "reinstated"


STATUS: Final = {
    MealReversed: ClaimStatus.reversed,
    MealReinstated: ClaimStatus.reinstated,
}
SIGN: Final = {MealClaimed: 1, MealReversed: -1, MealReinstated: 1}


def fold(events: Sequence[Recorded]) -> Changes:
    """Claims and shares as they come; changes find their claim by person, day and number."""
    claimed, sites = of_type(events, MealClaimed), of_type(events, SiteRegistered)
    shares = [
        (at.position, share.payer, share.amount_fen) for at in claimed for share in at.event.shares
    ]
    changes = Changes()
    closed = of_type(events, ClaimsClosed)
    changes.copy(PLACE, [(at.event.site, at.event.community) for at in sites])
    changes.copy(CLOSE, [(at.event.canteen, at.event.month) for at in closed])
    changes.copy(CLAIM, [_claim(at) for at in claimed])
    changes.copy(SHARE, shares)
    changes.write(CHANGE, map(_change, of_type(events, *STATUS)))
    _add_up(of_type(events, *SIGN), changes)
    changes.write(ADD_CLERKS, _clerk_days(claimed))
    return changes


def _add_up(counted: Iterable[Recorded], changes: Changes) -> None:
    """Neighbours in the index come together."""
    days: dict[tuple[Any, ...], list[int]] = {}
    payers: Counter[tuple[Any, ...]] = Counter()
    for at in counted:
        event, sign = at.event, SIGN[type(at.event)]
        key = (event.canteen, event.occurred_on, event.booked_in, at.recorded_at.date())
        day = days.setdefault(key, [0, 0, 0])
        day[0] += sign
        day[1] += sign * event.price_fen
        day[2] += sign * event.copayment_fen
        for share in event.shares:
            payers[*key, share.payer] += sign * share.amount_fen
    changes.write(ADD, ((*key, *days[key]) for key in sorted(days)))
    changes.write(ADD_SHARES, ((*key, payers[key]) for key in sorted(payers)))


def _clerk_days(claimed: Iterable[Recorded]) -> Iterator[tuple[Any, ...]]:
    """What each clerk recorded of a day, and between which moments."""
    found: dict[tuple[Any, ...], list[Recorded]] = {}
    for at in claimed:
        event = at.event
        key = event.canteen, event.claimed_by, event.occurred_on, at.recorded_at.date()
        found.setdefault(key, []).append(at)
    for key in sorted(found):
        claims = [at.event for at in found[key]]
        moments = [claim.claimed_at for claim in claims]
        subsidy_fen = sum(claim.price_fen - claim.copayment_fen for claim in claims)
        last = found[key][-1].position
        yield *key, len(claims), subsidy_fen, min(moments), max(moments), last


def _claim(at: Recorded) -> tuple[Any, ...]:
    event: MealClaimed = at.event
    return (
        at.position,
        event.person,
        event.occurred_on,
        event.claim,
        event.canteen,
        event.community,
        event.price_fen,
        event.copayment_fen,
        event.booked_in,
        event.booked_in != month_of(event.occurred_on),
        event.settles_in,
        event.settles_in != month_of(event.occurred_on),
        event.adjusts,
        event.sitting,
        event.facts_version,
        event.policy_version,
        event.rule,
        event.at_full_price,
        event.claimed_by,
        event.claimed_at,
        at.recorded_at,
    )


def _change(at: Recorded) -> tuple[Any, ...]:
    event: MealReversed | MealReinstated = at.event
    return (
        at.position,
        event.person,
        event.occurred_on,
        event.claim,
        event.canteen,
        STATUS[type(event)],
        event.kind,
        getattr(event, "reason", None),
        event.price_fen,
        event.copayment_fen,
        event.booked_in,
        event.booked_in != month_of(event.occurred_on),
        event.settles_in,
        event.settles_in != month_of(event.occurred_on),
        event.adjusts,
        at.actor,
        at.recorded_at,
    )


MODEL: Final = ReadModel("meals", 4, TABLES, fold)
