"""What is kept of contributions: promises, what was given, what ended either, wishes and answers.

Rows only come, each with its position, so that any position can be asked about. Whether an amount
may be shown is a row each time somebody says so; the last one counts.
"""

from collections.abc import Sequence
from typing import Any, Final

from ledger.domain.community_records import CommunityRegistered
from ledger.domain.contribution_records import (
    AmountVisibilitySet,
    ContributionPledged,
    ContributionRecorded,
    ContributionWithdrawn,
    IdeaAnswered,
    PledgeWithdrawn,
)
from ledger.projections.model import Changes, ReadModel, of_type
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.communities (
    community text COLLATE "C" PRIMARY KEY,
    time_zone text NOT NULL
);
CREATE TABLE {s}.pledges (
    contribution   text COLLATE "C" PRIMARY KEY,
    position       bigint NOT NULL,
    community      text COLLATE "C" NOT NULL,
    kind           text COLLATE "C" NOT NULL,
    person         text,
    organisation   text,
    fund           text,
    amount_fen     bigint,
    labour_minutes bigint,
    day            date NOT NULL
);
CREATE INDEX pledges_of_community ON {s}.pledges (community, day, contribution);
CREATE TABLE {s}.contributions (
    contribution   text COLLATE "C" PRIMARY KEY,
    position       bigint NOT NULL,
    community      text COLLATE "C" NOT NULL,
    kind           text COLLATE "C" NOT NULL,
    person         text,
    organisation   text,
    fund           text,
    amount_fen     bigint,
    labour_minutes bigint,
    day            date NOT NULL,
    topic          text,
    receipt        integer,
    booked_in      text COLLATE "C" NOT NULL
);
CREATE INDEX contributions_of_community ON {s}.contributions (community, day, contribution);
CREATE INDEX contributions_of_kind ON {s}.contributions (community, kind, day, contribution);
CREATE INDEX contributions_booked ON {s}.contributions (community, booked_in);
CREATE INDEX contributions_of_person ON {s}.contributions (person) WHERE person IS NOT NULL;
CREATE TABLE {s}.endings (
    contribution text COLLATE "C" PRIMARY KEY,
    position     bigint NOT NULL,
    occurred_on  date NOT NULL,
    booked_in    text COLLATE "C"  -- none where a promise ended
);
CREATE INDEX endings_booked ON {s}.endings (booked_in) WHERE booked_in IS NOT NULL;
CREATE TABLE {s}.wishes (
    contribution  text COLLATE "C" NOT NULL,
    position      bigint NOT NULL,
    amount_public boolean NOT NULL,
    PRIMARY KEY (contribution, position)
);
CREATE TABLE {s}.answers (
    contribution text COLLATE "C" NOT NULL,
    position     bigint NOT NULL,
    answer       text NOT NULL,
    reason       text NOT NULL,
    answered_on  date NOT NULL,
    PRIMARY KEY (contribution, position)
);
"""

# -- folding -----------------------------------------------------------------------------------

REGISTER: Final = "COPY {s}.communities (community, time_zone) FROM STDIN"
PLEDGE: Final = """
COPY {s}.pledges (contribution, position, community, kind, person, organisation, fund, amount_fen,
                  labour_minutes, day) FROM STDIN
"""
GIVE: Final = """
COPY {s}.contributions (contribution, position, community, kind, person, organisation, fund,
                        amount_fen, labour_minutes, day, topic, receipt, booked_in) FROM STDIN
"""
END: Final = "COPY {s}.endings (contribution, position, occurred_on, booked_in) FROM STDIN"
WISH: Final = "COPY {s}.wishes (contribution, position, amount_public) FROM STDIN"
ANSWER: Final = """
COPY {s}.answers (contribution, position, answer, reason, answered_on) FROM STDIN
"""

Row = tuple[Any, ...]


def fold(events: Sequence[Recorded]) -> Changes:
    """Each table from the events that tell of it."""
    changes = Changes()
    changes.copy(REGISTER, [_community(at) for at in of_type(events, CommunityRegistered)])
    changes.copy(PLEDGE, [_entered(at) for at in of_type(events, ContributionPledged)])
    changes.copy(GIVE, [_given(at) for at in of_type(events, ContributionRecorded)])
    ended = of_type(events, PledgeWithdrawn, ContributionWithdrawn)
    changes.copy(END, [_ended(at) for at in ended])
    wished = of_type(events, ContributionPledged, ContributionRecorded, AmountVisibilitySet)
    changes.copy(WISH, [_wished(at) for at in wished])
    changes.copy(ANSWER, [_answered(at) for at in of_type(events, IdeaAnswered)])
    return changes


MODEL: Final = ReadModel("contributions", 4, TABLES, fold)


def _community(at: Recorded) -> Row:
    return at.event.community, at.event.time_zone


def _entered(at: Recorded) -> Row:
    event: ContributionPledged | ContributionRecorded = at.event
    gift = event.gift
    giver = event.person, event.organisation
    given = gift.fund, gift.amount_fen, gift.labour_minutes, event.occurred_on
    return event.contribution, at.position, event.community, gift.kind, *giver, *given


def _given(at: Recorded) -> Row:
    event: ContributionRecorded = at.event
    return *_entered(at), event.gift.topic, event.receipt, event.booked_in


def _ended(at: Recorded) -> Row:
    event: PledgeWithdrawn | ContributionWithdrawn = at.event
    booked_in = event.booked_in if isinstance(event, ContributionWithdrawn) else None
    return event.contribution, at.position, event.occurred_on, booked_in


def _wished(at: Recorded) -> Row:
    event: ContributionPledged | ContributionRecorded | AmountVisibilitySet = at.event
    return event.contribution, at.position, event.amount_public


def _answered(at: Recorded) -> Row:
    event: IdeaAnswered = at.event
    return event.contribution, at.position, event.answer, event.reason, event.occurred_on
