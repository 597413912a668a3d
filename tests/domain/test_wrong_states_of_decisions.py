"""What resolutions, policies, periods and meetings answer to each command, at each stage."""

from datetime import date
from typing import Any

from ledger.domain import councils, periods, policy_records, resolutions
from ledger.domain.councils import RecordAttendance, WithdrawAttendance
from ledger.domain.periods import ProposeReopen, ReopenPeriod, ReopenReason
from ledger.domain.policies import WithdrawPolicy
from ledger.domain.resolution_records import RevocationReason, Votes
from ledger.domain.resolutions import RecordResolution, RevokeResolution
from ledger.domain.values import Count, Month, Sha256
from tests.domain.canteen_town import (
    APRIL,
    CHEN,
    CLERK,
    COLLEAGUE,
    JINNING,
    MAY,
    MONDAY,
    NEW_YEAR,
    TOWN,
    XIANHU,
    XIANHU_CANTEEN,
    after,
    noon,
    publish,
    registered,
)
from tests.domain.states import (
    Cell,
    Machine,
    Row,
    by_anybody,
    each_cell,
    must_answer,
    must_be_total,
)
from tests.domain.test_councils import MEETING, meeting
from tests.domain.test_periods import close
from tests.domain.test_resolutions import NAME
from tests.story import Ledger, given

FIRST = Count(1)


def town(*steps: Any, on: date = MONDAY) -> Row:
    """Steps on Monday in the town of two canteens; what is asked is asked on that day."""
    return Row(lambda: given(*after(*TOWN, registered(), *steps)), noon(on))


def step(command: object, on: date = MONDAY, by: Any = CLERK) -> Any:
    return (command, by, noon(on))


# -- resolutions ---------------------------------------------------------------------------------

record = RecordResolution(
    NAME,
    XIANHU,
    councils.Body.council_hall,
    date(2026, 3, 1),
    Votes(Count(9), Count(1)),
    Sha256("5e" * 32),
)
revoke = RevokeResolution(NAME, MONDAY, RevocationReason.other)


def stage_of_the_resolution(ledger: Ledger) -> str:
    it = ledger[resolutions.stream(NAME)]
    if it.community is None:
        return "none"
    return "recorded" if it.revoked_on is None else "revoked"


RESOLUTION = Machine(
    nouns=("resolutions",),
    stage_of=stage_of_the_resolution,
    rows={
        "none": town(),
        "recorded": town(step(record)),
        "revoked": town(step(record), step(revoke)),
    },
    asked=by_anybody(record, revoke),
    words={
        "known": "resolution_must_be_known",
        "new": "resolution_must_be_new",
        "revoked": "resolution_must_not_be_revoked",
    },
    table="""
              record     revoke
    none      >recorded  known
    recorded  new        >revoked
    revoked   new        revoked
    """,
)


@each_cell(RESOLUTION)
def test_a_resolution_is_recorded_and_revoked_once(cell: Cell) -> None:
    must_answer(RESOLUTION, cell)


# -- the first version of a policy ---------------------------------------------------------------

withdraw = WithdrawPolicy(XIANHU_CANTEEN, FIRST, APRIL)
EARLY = step(publish(valid_from=NEW_YEAR), on=NEW_YEAR)
UNTIL_MARCH = step(publish(valid_from=NEW_YEAR, valid_until=date(2026, 3, 1)), on=NEW_YEAR)
NEVER = step(WithdrawPolicy(XIANHU_CANTEEN, FIRST, date(2026, 3, 15)))


def stage_of_the_version(ledger: Ledger) -> str:
    versions = ledger[policy_records.stream(XIANHU_CANTEEN)].versions
    if not versions:
        return "none"
    since, until = versions[0].valid_from, versions[0].valid_until
    if until is None:
        return "published.ahead" if since > MONDAY else "published.valid"
    if until <= since:
        return "withdrawn.before_it_began"
    return "past" if until <= MONDAY else "withdrawn.ahead"


POLICY = Machine(
    nouns=("policies",),
    stage_of=stage_of_the_version,
    rows={
        "none": town(),
        "published.ahead": town(step(publish())),
        "published.valid": town(EARLY),
        "withdrawn.ahead": town(EARLY, step(withdraw)),
        "withdrawn.before_it_began": town(step(publish()), NEVER),
        "past": town(UNTIL_MARCH),
    },
    asked=by_anybody(publish(), withdraw),
    words={
        "known": "policy_must_be_known",
        "overlap": "versions_must_not_overlap",
        "gap": "gap_must_be_declared",
        "earlier": "withdrawal_must_end_the_version_earlier",
    },
    table="""
                               publish                     withdraw
    none                       >published.ahead            known
    published.ahead            overlap                     >withdrawn.before_it_began
    published.valid            overlap                     >withdrawn.ahead
    withdrawn.ahead            >withdrawn.ahead            earlier
    withdrawn.before_it_began  >withdrawn.before_it_began  earlier
    past                       gap                         earlier
    """,
)


@each_cell(POLICY)
def test_a_version_is_followed_when_it_ends_and_ends_only_earlier(cell: Cell) -> None:
    must_answer(POLICY, cell)


# -- a month of the books ------------------------------------------------------------------------

FEBRUARY = Month("2026-02")
close_it = close(FEBRUARY)
propose = ProposeReopen(JINNING, FEBRUARY, ReopenReason.papers_found)
reopen = ReopenPeriod(JINNING, FEBRUARY)
CLOSED, PROPOSED = step(close_it), step(propose)
REOPENED = step(reopen, by=COLLEAGUE)
MARCH_TOO = step(close("2026-03"), on=MAY)


def stage_of_the_period(ledger: Ledger) -> str:
    it = ledger[periods.stream(JINNING, FEBRUARY)]
    if not it.closed:
        return "open"
    return "closed" if it.proposal is None else "proposed"


PERIOD = Machine(
    nouns=("periods",),
    stage_of=stage_of_the_period,
    rows={
        "open.running": town(on=date(2026, 2, 28)),
        "open.over": town(),
        "open.behind": town(step(close("2026-01")), on=MONDAY),
        "closed": town(CLOSED),
        "closed.before_another": town(CLOSED, MARCH_TOO, on=MAY),
        "proposed": town(CLOSED, PROPOSED),
        "proposed.before_another": town(CLOSED, PROPOSED, MARCH_TOO, on=MAY),
        "open.again": town(CLOSED, PROPOSED, REOPENED),
        "closed.again": town(CLOSED, PROPOSED, REOPENED, CLOSED),
    },
    asked=by_anybody(close_it, propose, reopen),
    words={
        "running": "month_must_be_over",
        "twice": "month_must_not_be_closed_twice",
        "open": "month_must_be_closed",
        "last": "month_must_be_the_last_closed",
        "again": "reopening_must_not_be_proposed_twice",
        "first": "reopening_must_be_proposed_first",
    },
    table="""
                             close    propose-reopen  reopen
    open.running             running  open            open
    open.over                >closed  open            open
    open.behind              >closed  open            open
    closed                   twice    >proposed       first
    closed.before_another    twice    last            last
    proposed                 twice    again           >open
    proposed.before_another  twice    last            last
    open.again               >closed  open            open
    closed.again             twice    >proposed       first
    """,
)


@each_cell(PERIOD)
def test_a_month_closes_and_reopens_by_two_persons_each_time(cell: Cell) -> None:
    must_answer(PERIOD, cell)


# -- a person at a meeting -----------------------------------------------------------------------

come, stay_away = RecordAttendance(MEETING, CHEN), WithdrawAttendance(MEETING, CHEN)


def stage_of_the_meeting(ledger: Ledger) -> str:
    it = ledger[councils.stream(MEETING)]
    if it.community is None:
        return "none"
    return "present" if CHEN in it.present else "held"


COUNCIL = Machine(
    nouns=("councils",),
    stage_of=stage_of_the_meeting,
    rows={
        "none": town(),
        "held": town(step(meeting())),
        "present": town(step(meeting()), step(come)),
        "held.taken_back": town(step(meeting()), step(come), step(stay_away)),
    },
    asked=by_anybody(meeting(), come, stay_away),
    words={
        "known": "meeting_must_be_known",
        "new": "meeting_must_be_new",
        "twice": "person_must_not_attend_a_meeting_twice",
        "absent": "person_must_have_come_to_the_meeting",
    },
    table="""
                     record-meeting  record-attendance  withdraw-attendance
    none             >held           known              known
    held             new             >present           absent
    present          new             twice              >held
    held.taken_back  new             >present           absent
    """,
)


@each_cell(COUNCIL)
def test_a_person_comes_to_a_meeting_once(cell: Cell) -> None:
    must_answer(COUNCIL, cell)


def test_the_tables_of_decisions_are_total() -> None:
    for machine in (RESOLUTION, POLICY, PERIOD, COUNCIL):
        must_be_total(machine)
