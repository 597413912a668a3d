"""What is kept of settlements: what was presented, each step, what was paid, and what comes back.

Every row is what one event says, with its position, and none is ever changed: so each register can
be asked as it was known at any position. Plates and takings are kept beside, because whoever checks
a settlement compares it with them. Whose meals a recovery is about is left to the claims.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any, Final, assert_never

from ledger.domain.recovery_records import (
    RecoveryLifted,
    RecoveryRaised,
    RecoveryReopened,
    RecoverySettled,
    WriteOffReversed,
)
from ledger.domain.settlement_records import (
    SettlementApproved,
    SettlementChecked,
    SettlementPaid,
    SettlementPaymentReversed,
    SettlementReturned,
    SettlementSubmitted,
)
from ledger.projections import counting_records
from ledger.projections.model import Changes, ReadModel, of_type
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.submissions (
    canteen             text COLLATE "C" NOT NULL,
    month               text COLLATE "C" NOT NULL,
    submission          integer NOT NULL,
    position            bigint NOT NULL,
    community           text COLLATE "C" NOT NULL,
    meals               bigint NOT NULL,
    entries             bigint NOT NULL,
    price_fen           bigint NOT NULL,
    copayment_fen       bigint NOT NULL,
    days_without_plates integer NOT NULL,
    digest              text NOT NULL,
    PRIMARY KEY (canteen, month, submission)
);
CREATE INDEX first_by_month ON {s}.submissions (month DESC, canteen) WHERE submission = 1;
CREATE INDEX first_of_community ON {s}.submissions (community, month DESC, canteen)
    WHERE submission = 1;
CREATE TABLE {s}.dues (
    canteen     text COLLATE "C" NOT NULL,
    month       text COLLATE "C" NOT NULL,
    submission  integer NOT NULL,
    payer       text COLLATE "C" NOT NULL,
    shares_fen  bigint NOT NULL,
    repaid_fen  bigint NOT NULL,
    carried_fen bigint NOT NULL,
    due_fen     bigint NOT NULL,
    payable_fen bigint NOT NULL,
    PRIMARY KEY (canteen, month, submission, payer)
);
CREATE TABLE {s}.days_over_plates (
    canteen    text COLLATE "C" NOT NULL,
    month      text COLLATE "C" NOT NULL,
    submission integer NOT NULL,
    day        date NOT NULL,
    meals      integer NOT NULL,
    plates     integer NOT NULL,
    PRIMARY KEY (canteen, month, submission, day)
);
CREATE TABLE {s}.steps (
    canteen     text COLLATE "C" NOT NULL,
    month       text COLLATE "C" NOT NULL,
    position    bigint NOT NULL,
    submission  integer NOT NULL,
    stage       text NOT NULL,
    taken_by    text NOT NULL,
    occurred_on date NOT NULL,
    recorded_at timestamptz NOT NULL,
    reason      text,                   -- of a return
    PRIMARY KEY (canteen, month, position)
);
CREATE TABLE {s}.payments (
    canteen     text COLLATE "C" NOT NULL,
    month       text COLLATE "C" NOT NULL,
    position    bigint NOT NULL,
    payer       text COLLATE "C" NOT NULL,
    amount_fen  bigint NOT NULL,        -- below zero where a payment is taken back
    entered_by  text NOT NULL,
    occurred_on date NOT NULL,
    booked_in   text COLLATE "C" NOT NULL,
    reverses    integer,                -- of what is taken back: the number of the payment
    reason      text,
    PRIMARY KEY (canteen, month, position)
);
CREATE TABLE {s}.recoveries (
    canteen     text COLLATE "C" NOT NULL,
    month       text COLLATE "C" NOT NULL,
    recovery    integer NOT NULL,
    position    bigint NOT NULL,
    community   text COLLATE "C" NOT NULL,
    payer       text COLLATE "C" NOT NULL,
    meals       integer NOT NULL,
    amount_fen  bigint NOT NULL,
    adjusts     text COLLATE "C" NOT NULL,
    occurred_on date NOT NULL,
    PRIMARY KEY (canteen, month, recovery)
);
CREATE INDEX recoveries_by_age ON {s}.recoveries (position);
CREATE INDEX recoveries_of_community ON {s}.recoveries (community, position);
CREATE TABLE {s}.recovery_steps (
    canteen     text COLLATE "C" NOT NULL,
    month       text COLLATE "C" NOT NULL,
    recovery    integer NOT NULL,
    position    bigint NOT NULL,
    kind        text NOT NULL,
    amount_fen  bigint NOT NULL,
    taken_by    text NOT NULL,
    occurred_on date NOT NULL,
    PRIMARY KEY (canteen, month, recovery, position)
);
"""

# -- folding -----------------------------------------------------------------------------------

SUBMIT: Final = """
COPY {s}.submissions (canteen, month, submission, position, community, meals, entries, price_fen,
    copayment_fen, days_without_plates, digest) FROM STDIN
"""
OWE: Final = """
COPY {s}.dues (canteen, month, submission, payer, shares_fen, repaid_fen, carried_fen, due_fen,
    payable_fen) FROM STDIN
"""
EXCEED: Final = """
COPY {s}.days_over_plates (canteen, month, submission, day, meals, plates) FROM STDIN
"""
STEP: Final = """
COPY {s}.steps (canteen, month, position, submission, stage, taken_by, occurred_on, recorded_at,
    reason) FROM STDIN
"""
PAY: Final = """
COPY {s}.payments (canteen, month, position, payer, amount_fen, entered_by, occurred_on, booked_in,
    reverses, reason) FROM STDIN
"""
RAISE: Final = """
COPY {s}.recoveries (canteen, month, recovery, position, community, payer, meals, amount_fen,
    adjusts, occurred_on) FROM STDIN
"""
END: Final = """
COPY {s}.recovery_steps (canteen, month, recovery, position, kind, amount_fen, taken_by,
    occurred_on) FROM STDIN
"""


class SettlementStage(StrEnum):
    """How far what was presented has come: the domain's stages, of which it has at least one."""

    submitted = "submitted"
    checked = "checked"
    returned = "returned"
    approved = "approved"


class RecoveryStep(StrEnum):
    """What became of a recovery, or with the first two of a part; the ends are the domain's."""

    lifted = "lifted"
    reversed = "reversed"  # what was written off is given up no more
    reopened = "reopened"  # it has not ended so
    offset = "offset"
    carried = "carried"
    repaid = "repaid"
    written_off = "written_off"


STAGE: Final = {
    SettlementSubmitted: SettlementStage.submitted,
    SettlementChecked: SettlementStage.checked,
    SettlementReturned: SettlementStage.returned,
    SettlementApproved: SettlementStage.approved,
}

Row = tuple[Any, ...]


def fold(events: Sequence[Recorded]) -> Changes:
    """A row for what each event says, or one for each line of it."""
    submitted = of_type(events, SettlementSubmitted)
    changes = Changes()
    changes.copy(SUBMIT, [_submission(at) for at in submitted])
    changes.copy(OWE, [row for at in submitted for row in _dues(at.event)])
    changes.copy(EXCEED, [row for at in submitted for row in _days_over_plates(at.event)])
    changes.copy(STEP, [_step(at) for at in of_type(events, *STAGE)])
    paid = of_type(events, SettlementPaid, SettlementPaymentReversed)
    changes.copy(PAY, [_payment(at) for at in paid])
    changes.copy(RAISE, [_recovery(at) for at in of_type(events, RecoveryRaised)])
    ended = of_type(events, RecoveryLifted, RecoverySettled, RecoveryReopened, WriteOffReversed)
    changes.copy(END, [_recovery_step(at) for at in ended])
    counting_records.enter(events, changes)
    return changes


def _submission(at: Recorded) -> Row:
    event: SettlementSubmitted = at.event
    return (
        *(event.canteen, event.month, event.submission, at.position, event.community),
        *(event.meals, event.entries, event.price_fen, event.copayment_fen),
        *(event.days_without_plates, event.digest),
    )


def _dues(event: SettlementSubmitted) -> Iterator[Row]:
    for due in event.payers:
        parts = (due.shares_fen, due.repaid_fen, due.carried_fen, due.due_fen, due.payable_fen)
        yield event.canteen, event.month, event.submission, due.payer, *parts


def _days_over_plates(event: SettlementSubmitted) -> Iterator[Row]:
    for over in event.days_over_plates:
        yield event.canteen, event.month, event.submission, over.day, over.meals, over.plates


def _step(at: Recorded) -> Row:
    event = at.event
    name = (event.canteen, event.month, at.position, event.submission, STAGE[type(event)])
    reason = getattr(event, "reason", None)
    return (*name, at.actor, event.occurred_on, at.recorded_at, reason)


def _payment(at: Recorded) -> Row:
    event: SettlementPaid | SettlementPaymentReversed = at.event
    name, when = (event.canteen, event.month, at.position), (event.occurred_on, event.booked_in)
    match event:
        case SettlementPaid():
            return (*name, event.payer, event.amount_fen, at.actor, *when, None, None)
        case SettlementPaymentReversed():
            taken_back = (event.payment, event.reason)
            return (*name, event.payer, -event.amount_fen, at.actor, *when, *taken_back)
        case _:
            assert_never(event)


def _recovery(at: Recorded) -> Row:
    event: RecoveryRaised = at.event
    name = (event.canteen, event.month, event.recovery, at.position, event.community)
    owed = (event.payer, len(event.claims), event.amount_fen)
    return (*name, *owed, event.adjusts, event.occurred_on)


def _recovery_step(at: Recorded) -> Row:
    event: RecoveryLifted | RecoverySettled | RecoveryReopened | WriteOffReversed = at.event
    month = event.month
    match event:
        case RecoveryLifted():
            kind = RecoveryStep.lifted
        case RecoverySettled():
            kind = RecoveryStep(event.end)
        case RecoveryReopened():
            kind = RecoveryStep.reopened
        case WriteOffReversed():
            month, kind = event.adjusts, RecoveryStep.reversed
        case _:
            assert_never(event)
    step = (kind, event.amount_fen, at.actor, event.occurred_on)
    return (event.canteen, month, event.recovery, at.position, *step)


MODEL: Final = ReadModel("settlements", 4, TABLES + counting_records.TABLES, fold)
