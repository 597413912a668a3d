"""What is kept of disbursements: each request, every step that followed, and who may be paid.

Every row is what one event says, with its position, and none is ever changed: so the register can
be asked as it was known at any position. A request is its own first step. Who stands behind a payee
is left to the rules: nobody who reads a register needs her id.
"""

from collections.abc import Sequence
from typing import Any, Final

from ledger.domain.disbursement_records import (
    DisbursementApproved,
    DisbursementPaid,
    DisbursementRefused,
    DisbursementRequested,
    DisbursementReversed,
    DisbursementWithdrawn,
    Stage,
)
from ledger.domain.payees import PayeeRegistered
from ledger.projections.model import Changes, ReadModel, of_type
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.requests (
    fund         text COLLATE "C" NOT NULL,
    disbursement integer NOT NULL,
    position     bigint NOT NULL,
    community    text COLLATE "C" NOT NULL,
    payee        text COLLATE "C" NOT NULL,
    purpose      text COLLATE "C" NOT NULL,
    amount_fen   bigint NOT NULL,
    resolution   text,
    requested_by text COLLATE "C" NOT NULL,
    PRIMARY KEY (fund, disbursement)
);
CREATE INDEX requests_by_age ON {s}.requests (position);
CREATE INDEX requests_of_fund ON {s}.requests (fund, position);
CREATE INDEX requests_of_payee ON {s}.requests (payee, position);
CREATE INDEX requests_of_community ON {s}.requests (community, position);
CREATE TABLE {s}.steps (
    fund             text COLLATE "C" NOT NULL,
    disbursement     integer NOT NULL,
    position         bigint NOT NULL,
    step             text NOT NULL,
    stage            text NOT NULL,         -- after it; still requested if more must approve
    amount_fen       bigint NOT NULL,
    taken_by         text NOT NULL,
    occurred_on      date NOT NULL,
    booked_in        text COLLATE "C" NOT NULL,
    recorded_at      timestamptz NOT NULL,
    reason           text,
    approval         integer,
    approvals_needed integer,
    sum_fen          bigint,
    voucher          integer,
    PRIMARY KEY (fund, disbursement, position)
);
CREATE TABLE {s}.payees (
    payee         text COLLATE "C" PRIMARY KEY,
    position      bigint NOT NULL,
    community     text COLLATE "C" NOT NULL,
    name          text,
    registered_on date NOT NULL
);
CREATE INDEX payees_of_community ON {s}.payees (community, payee);
"""

# -- folding -----------------------------------------------------------------------------------

REQUEST: Final = """
COPY {s}.requests (fund, disbursement, position, community, payee, purpose, amount_fen, resolution,
    requested_by) FROM STDIN
"""
STEP: Final = """
COPY {s}.steps (fund, disbursement, position, step, stage, amount_fen, taken_by, occurred_on,
    booked_in, recorded_at, reason, approval, approvals_needed, sum_fen, voucher) FROM STDIN
"""
REGISTER: Final = """
COPY {s}.payees (payee, position, community, name, registered_on) FROM STDIN
"""

STEPS: Final = {
    DisbursementRequested: Stage.requested,
    DisbursementApproved: Stage.approved,
    DisbursementRefused: Stage.refused,
    DisbursementWithdrawn: Stage.withdrawn,
    DisbursementPaid: Stage.paid,
    DisbursementReversed: Stage.reversed,
}
FACTS: Final = ("reason", "approval", "approvals_needed", "sum_fen", "voucher")
"""Columns that are an event's fields of the same name, where it has them."""

Row = tuple[Any, ...]


def fold(events: Sequence[Recorded]) -> Changes:
    """A row for what each event says."""
    changes = Changes()
    changes.copy(REQUEST, [_request(at) for at in of_type(events, DisbursementRequested)])
    changes.copy(STEP, [_step(at) for at in of_type(events, *STEPS)])
    changes.copy(REGISTER, [_payee(at) for at in of_type(events, PayeeRegistered)])
    return changes


def _request(at: Recorded) -> Row:
    event: DisbursementRequested = at.event
    what = (event.payee, event.purpose, event.amount_fen, event.resolution)
    name = (event.fund, event.disbursement, at.position, event.community)
    return (*name, *what, event.requested_by)


def _step(at: Recorded) -> Row:
    event = at.event
    name = (event.fund, event.disbursement, at.position, STEPS[type(event)], _stage(event))
    when = (event.occurred_on, event.booked_in, at.recorded_at)
    facts = (getattr(event, fact, None) for fact in FACTS)
    return (*name, event.amount_fen, at.actor, *when, *facts)


def _stage(event: object) -> Stage:
    """An approval that is not the last one leaves it a request."""
    match event:
        case DisbursementApproved() if event.approval < event.approvals_needed:
            return Stage.requested
        case _:
            return STEPS[type(event)]


def _payee(at: Recorded) -> Row:
    event: PayeeRegistered = at.event
    return event.payee, at.position, event.community, event.name, event.occurred_on


MODEL: Final = ReadModel("disbursements", 1, TABLES, fold)
