"""Segregation of duties on replay: whether everything was done by persons who were free to do it.

The rules refuse whoever has had a hand in a case already; somebody who writes to the database past
all rules is refused by nobody. So the log is asked once more, from its first event on and with
nothing but the persons in its events: the table in `duty_table`, and here what no line of a table
can say. Relations are those that a person's newest sheet declared at that position; of a sheet that
the vault does not tell any more, nothing is said. What follows by itself is in `consequences`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from ledger.audit import account_duties, signatures
from ledger.audit.breaches import (
    decided_by_two,
    for_a_relation,
    for_herself,
    had_done,
    missing,
    not_the_author,
    says_otherwise,
    too_late,
)
from ledger.audit.consequences import FOLLOWS, Consequences
from ledger.audit.duty_table import (
    AGREED,
    AGREED_TOO,
    CHANGED,
    DUTIES,
    ENTERED,
    MOVE,
    MOVE_TAKEN_BACK,
    PAYMENT,
    PERIOD,
    PROPOSED,
    REOPENED,
    Case,
    Duty,
)
from ledger.audit.entries import Entries
from ledger.audit.flaws import Flaw
from ledger.audit.hands import NOBODY, Hand, Hands, Persons, Sheets
from ledger.audit.impartiality import IMPARTIAL, Impartial
from ledger.domain.contribution_records import (
    ContributionRecorded,
    ContributionWithdrawn,
)
from ledger.domain.disbursement_records import (
    DisbursementPaid,
    DisbursementRequested,
    DisbursementWithdrawn,
)
from ledger.domain.fund_records import MovedBetweenFunds, MoveReversed, ReceiptReversed
from ledger.domain.meal_records import MealClaimed, MealReversed
from ledger.domain.periods import PeriodReopened
from ledger.domain.recovery_records import RecoverySettled
from ledger.domain.refusals import Code
from ledger.domain.values import SYSTEM, Count, FundId, PersonId, month_of
from ledger.store.codec import Recorded

NO_SHEETS: Final[Sheets] = MappingProxyType({})

UNCHECKED: Final[Mapping[Code, str]] = MappingProxyType(
    {
        Code.actor_must_hold_a_role_for_this: "which roles a token gave is not in the log",
        Code.reader_must_hold_a_role_for_this: "reading writes nothing",
        Code.giver_must_be_the_contributions: "no event says in whose name it was asked for",
        Code.credit_must_go_to_another_person: "it is of whom a command names, not who gives it",
    }
)
"""Refusals of persons that are not asked again, and why not."""


def _grouped() -> tuple[Mapping[type, tuple[Duty, ...]], Mapping[type, Impartial]]:
    lines: defaultdict[type, list[Duty]] = defaultdict(list)
    for line in DUTIES:
        lines[line.event].append(line)
    about = {event: each for each in IMPARTIAL for event in each.events}
    return {event: tuple(each) for event, each in lines.items()}, about


LINES, ABOUT = _grouped()


def _meals(at: Recorded) -> str:
    """A claim's number is its place in the person's month of the meal."""
    return f"{at.event.person}/{month_of(at.event.occurred_on)}"


def _contribution(at: Recorded) -> str:
    return f"contribution {at.event.contribution}"


UNDONE_AS: Final[Mapping[type, Case]] = MappingProxyType(
    {
        MealClaimed: _meals,
        DisbursementRequested: PAYMENT,
        ContributionRecorded: _contribution,
    }
)
"""Under which case an entry is remembered that its author may take back for ten minutes."""


@dataclass(slots=True)
class Duties:
    """The log up to a position, as far as duties need it; events are looked at in log order."""

    hands: Hands = field(default_factory=Hands)
    entries: Entries = field(default_factory=Entries)
    consequences: Consequences = field(default_factory=Consequences)
    receipts_gone: set[str] = field(default_factory=set)

    def look(self, at: Recorded, sheets: Sheets = NO_SHEETS) -> list[Flaw]:
        """What is wrong about who did it; `sheets` hold at least the one that it records."""
        kind = type(at.event)
        lines, own = LINES.get(kind, ()), OWN_RULES.get(kind)
        found = [*self.consequences.look(at), *signatures.flaws(at, self.hands)]
        if at.actor != SYSTEM:
            for line in lines:
                found += self._broken(line, at)
            if kind in ABOUT:
                found += self._partial(ABOUT[kind], at)
            if own is not None:
                found += own(self, at)
            if kind in account_duties.KINDS:
                found += account_duties.flaws(self.hands, at)
        for line in lines:
            self._note(line, at)
        self.hands.note(at, sheets)
        account_duties.note(self.hands, at)
        self._enter(at)
        return found

    # -- the tables ----------------------------------------------------------------------------

    def _broken(self, line: Duty, at: Recorded) -> Iterator[Flaw]:
        code = line.code
        if code is None:
            return
        case = line.case(at)
        if line.waits is not None and not self.hands.who(line.waits, case):
            return
        for hand in line.apart:
            if self.hands.are_among(at.actor, self._of_number(line, hand, case, at)):
                yield had_done(at, hand, code)
        for hand in line.only:
            if not self.hands.are_among(at.actor, self.hands.who(hand, case)):
                yield not_the_author(at, hand, code)
        for hand in line.after:
            if not self._of_number(line, hand, case, at):
                yield missing(at, hand, code)

    def _of_number(self, line: Duty, hand: Hand, case: str, at: Recorded) -> Persons:
        persons = self.hands.who(hand, case)
        if line.nth is None:
            return persons
        number: int = getattr(at.event, line.nth)
        return persons[number - 1 : number] if number > 0 else ()

    def _note(self, line: Duty, at: Recorded) -> None:
        case = line.case(at)
        for hand in line.ends:
            self.hands.end(hand, case)
        for hand in line.takes:
            self.hands.take(hand, case, _takers(line, at))

    def _partial(self, about: Impartial, at: Recorded) -> Iterator[Flaw]:
        for person in about.whom(self.hands, at):
            if self.hands.are_same(person, at.actor):
                yield for_herself(at, about.herself)
            elif self.hands.are_related(person, at.actor):
                yield for_a_relation(at, about.related)

    def _enter(self, at: Recorded) -> None:
        """What its author may undo for ten minutes, and which receipts are gone."""
        case = UNDONE_AS.get(type(at.event))
        if case is not None:
            self.entries.enter(case(at), at.actor, at.decided_at)
        elif isinstance(at.event, ReceiptReversed):
            self.receipts_gone.add(_receipt(at.event.fund, at.event.receipt))


def _takers(line: Duty, at: Recorded) -> Persons:
    if line.whose is None:
        return signatures.doers(at)
    person: PersonId | None = getattr(at.event, line.whose)
    return NOBODY if person is None else (person,)


# -- what a table cannot say -------------------------------------------------------------------


def _enough_approved(duties: Duties, at: Recorded) -> Iterator[Flaw]:
    """A band may ask for two, and the same person twice is one."""
    case = PAYMENT(at)
    agreed = duties.hands.who(AGREED, case)
    if agreed and len(set(agreed)) < duties.hands.approvals.get(case, 1):
        yield missing(at, AGREED_TOO, Code.disbursement_steps_must_be_by_different_persons)


def _not_ended_again(duties: Duties, at: Recorded) -> Iterator[Flaw]:
    """Who says that no money came does not give it up."""
    if at.actor in duties.hands.took_an_end_back(at.event):
        yield had_done(at, REOPENED, Code.settlement_steps_must_be_by_different_persons)


def _by_a_change(duties: Duties, at: Recorded) -> Iterator[Flaw]:
    """Money serves another purpose only as two persons decided."""
    changes = duties.hands.changes_purpose(at.event.from_fund, at.event.to_fund)
    if changes and not duties.hands.who(CHANGED, MOVE(at)):
        yield missing(at, CHANGED, Code.change_must_be_approved_by_another)


def _of_no_change(duties: Duties, at: Recorded) -> Iterator[Flaw]:
    """What two decided is not undone by one."""
    if duties.hands.who(CHANGED, MOVE_TAKEN_BACK(at)):
        yield decided_by_two(at, Code.move_must_not_carry_out_a_change)


def _as_proposed(duties: Duties, at: Recorded) -> Iterator[Flaw]:
    """Everybody can read who proposed a reopening, so it was her."""
    proposed_by = duties.hands.who(PROPOSED, PERIOD(at))
    if proposed_by and at.event.proposed_by not in proposed_by:
        yield says_otherwise(at, PROPOSED)


def _meal_in_time(duties: Duties, at: Recorded) -> Iterator[Flaw]:
    """A meal is taken back by its clerk for ten minutes, by another at any time."""
    entry = duties.entries.nth(_meals(at), at.event.claim)
    if entry is not None and entry.author == at.actor and entry.is_late(at.decided_at):
        yield too_late(at)


def _request_in_time(duties: Duties, at: Recorded) -> Iterator[Flaw]:
    """A request is withdrawn for ten minutes; that it is her own is told in the table."""
    entry = duties.entries.last(PAYMENT(at))
    if entry is not None and entry.is_late(at.decided_at):
        yield too_late(at)


def _contribution_in_time(duties: Duties, at: Recorded) -> Iterator[Flaw]:
    """As a meal; while its cash stands, by nobody else. Where that is gone, anybody may.

    Whether one command took the cash out too, or another of its group had, the log does not tell.
    """
    event, entry = at.event, duties.entries.last(_contribution(at))
    if entry is None or _receipt(event.gift.fund, event.receipt) in duties.receipts_gone:
        return
    if entry.author == at.actor:
        if entry.is_late(at.decided_at):
            yield too_late(at)
    elif event.receipt is not None:
        yield not_the_author(at, ENTERED, Code.undo_must_be_by_its_author)


OWN_RULES: Final[Mapping[type, Callable[[Duties, Recorded], Iterator[Flaw]]]] = MappingProxyType(
    {
        DisbursementPaid: _enough_approved,
        RecoverySettled: _not_ended_again,
        MovedBetweenFunds: _by_a_change,
        MoveReversed: _of_no_change,
        PeriodReopened: _as_proposed,
        MealReversed: _meal_in_time,
        DisbursementWithdrawn: _request_in_time,
        ContributionWithdrawn: _contribution_in_time,
    }
)


def _receipt(fund: FundId | None, receipt: Count | None) -> str:
    return f"{fund}/{receipt}"


CHECKED: Final = frozenset(
    {
        *(line.code for line in DUTIES if line.code is not None),
        *(code for each in IMPARTIAL for code in (each.herself, each.related)),
        *(each.code for each in FOLLOWS.values()),
        *account_duties.CODES,
        Code.undo_must_be_within_ten_minutes,
        Code.move_must_not_carry_out_a_change,
    }
)
"""The refusals of persons that are asked again here."""
