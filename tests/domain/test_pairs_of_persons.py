"""Which two steps are two persons' and which step is its author's own, whatever roles she holds.

The stories are the rows of the tables of stages, so each pair stands where its step is possible:
by the one person it is refused, by the other it is accepted.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from ledger.domain.authority import Authority, Role
from ledger.domain.catalogue import NAME_OF_COMMAND, VERB_OF_COMMAND
from ledger.domain.facts import FactSheet
from ledger.domain.meal_records import ReversalKind
from ledger.domain.permissions import refusal
from ledger.domain.values import PersonId, Slug
from tests.domain import test_origins as log
from tests.domain import test_unclaimable as eaten
from tests.domain import test_wrong_states_of_accounts as door
from tests.domain import test_wrong_states_of_contributions as gifts
from tests.domain import test_wrong_states_of_credit as credit
from tests.domain import test_wrong_states_of_decisions as decisions
from tests.domain import test_wrong_states_of_funds as money
from tests.domain import test_wrong_states_of_grants as office
from tests.domain import test_wrong_states_of_service as record
from tests.domain import test_wrong_states_of_settlements as canteen
from tests.domain.account_stories import (
    LIN,
    MEI,
    REGISTRAR,
    countersign,
    enable,
    issue,
    issue_card,
)
from tests.domain.canteen_town import CHEN, CLERK, COLLEAGUE
from tests.domain.contribution_stories import CHEN as GIVER
from tests.domain.contribution_stories import CLERK as WRITER
from tests.domain.disbursement_town import (
    APPROVER,
    CASHIER,
    MANAGER,
    SECOND,
    approve,
    pay,
)
from tests.domain.settlement_town import APPROVER as SIGNER
from tests.domain.settlement_town import CASHIER as PAYER_OF_CANTEENS
from tests.domain.settlement_town import CHECKER
from tests.domain.settlement_town import approve as approve_month
from tests.domain.settlement_town import check as check_month
from tests.domain.settlement_town import pay as pay_month
from tests.domain.shift_stories import WU
from tests.domain.states import Row
from tests.domain.test_grants import LIN as GRANTED
from tests.story import SOMEBODY, Told

FIRST, NEXT, THIRD, FOURTH = record.HANDS[:4]
"""Who took the first step about a record of service, the next one, and so on."""


@dataclass(frozen=True)
class Pair:
    """A step that one person may not take at a stage, and that another may."""

    row: Row
    step: object
    one: PersonId
    code: str
    other: PersonId = SOMEBODY
    later: timedelta = timedelta(0)

    def taken(self, by: PersonId, *sheets: tuple[PersonId, FactSheet]) -> Told:
        """The step, by that person, after these sheets have come into the vault."""
        story = self.row.reach()
        story.ledger.sheets.update(sheets)
        return story.when(self.step, by=by, at=self.row.at + self.later)


BOOKSHOP = Slug("bookshop")
SECOND_HAND = "second_decision_must_be_another_persons"
ANSWER = "answer_must_be_another_persons"
OPENING = "opening_minutes_must_be_reversed_by_another"
PAYMENT = "disbursement_steps_must_be_by_different_persons"
CREDIT = "credit_entry_must_be_reversed_by_another"
VOUCHER = "voucher_must_be_reversed_by_another"
SIGNING = "slip_must_be_countersigned_by_another_person"
SETTLING = "settlement_steps_must_be_by_different_persons"
IN_TIME = "undo_must_be_within_ten_minutes"
AFTER_TEN_MINUTES = timedelta(minutes=10, seconds=1)

_held, _paid, _due = record.RECORD.rows, money.DISBURSEMENT.rows, canteen.SETTLEMENT.rows
_back = canteen.RECOVERY.rows
_disputed, _given, _told = record.OBJECTION.rows, gifts.GIVEN.rows, gifts.THOUGHT.rows
_explained = _held["held.late_entry.explained"]
_long_and_late = _held["held.day_over_town_limit.explained"]

TWO: dict[str, Pair] = {
    # service
    "confirms, releases": Pair(
        _held["held.day_over_unit_limit"], record.release, FIRST, SECOND_HAND
    ),
    "confirms, releases for the town": Pair(
        _held["held.day_over_town_limit"], record.release_for_town, FIRST, SECOND_HAND
    ),
    "confirms, approves late": Pair(_explained, record.approve, FIRST, SECOND_HAND),
    "brings evidence, approves late": Pair(_explained, record.approve, NEXT, SECOND_HAND),
    "confirms, releases late for the town": Pair(
        _long_and_late, record.release_for_town, FIRST, SECOND_HAND
    ),
    "brings evidence, releases for the town": Pair(
        _long_and_late, record.release_for_town, NEXT, SECOND_HAND
    ),
    "approves late, releases for the town": Pair(
        _long_and_late, record.release_for_town, THIRD, SECOND_HAND
    ),
    "decides, answers": Pair(_disputed["raised"], record.uphold, FIRST, ANSWER),
    "objects, answers": Pair(_disputed["raised"], record.uphold, NEXT, ANSWER),
    "objects again, answers": Pair(_disputed["raised.again"], record.uphold, FOURTH, ANSWER),
    "brings minutes along, takes them back": Pair(
        credit.STAR.rows["reached.elsewhere"], credit.give_up, FIRST, OPENING
    ),
    "acts for the giver of credit, takes it": Pair(
        credit.CREDIT.rows["some"], credit.give, WU, "credit_must_be_given_and_not_taken"
    ),
    "spends somebody's credit, takes it back": Pair(
        credit.CREDIT.rows["empty.redeemed"], credit.take_back, NEXT, CREDIT
    ),
    # money
    "requests, approves": Pair(_paid["requested"], approve(), MANAGER, PAYMENT),
    "requests, approves second": Pair(_paid["requested.once"], approve(), MANAGER, PAYMENT),
    "approves, approves second": Pair(_paid["requested.once"], approve(), APPROVER, PAYMENT),
    "requests, refuses": Pair(_paid["requested"], money.refuse, MANAGER, PAYMENT),
    "requests, pays": Pair(_paid["approved"], pay(), MANAGER, PAYMENT),
    "approves, pays": Pair(_paid["approved"], pay(), APPROVER, PAYMENT),
    "approves first, pays": Pair(_paid["approved.twice"], pay(), APPROVER, PAYMENT),
    "approves second, pays": Pair(_paid["approved.twice"], pay(), SECOND, PAYMENT),
    "pays, reverses": Pair(_paid["paid"], money.reverse, CASHIER, PAYMENT),
    "asks for a change of purpose, approves it": Pair(
        money.CHANGE.rows["requested"], money.let, MANAGER, "change_must_be_approved_by_another"
    ),
    "moves between funds, takes it back": Pair(
        money.FUND.rows["gone.moved"], money.move_back, MANAGER, VOUCHER
    ),
    "enters a payment of history, takes it back": Pair(
        money.FUND.rows["gone.spent"], money.unpay, MANAGER, VOUCHER
    ),
    # canteens
    "counts cash, takes it back": Pair(
        canteen.CANTEEN.rows["none.counted"],
        canteen.uncount,
        CLERK,
        "takings_must_be_reversed_by_another",
    ),
    "enters a meal that cannot be claimed, ends it": Pair(
        eaten.UNCLAIMABLE.rows["entered"],
        eaten.end(),
        CLERK,
        "unclaimable_meal_must_be_ended_by_another",
    ),
    "eats it, ends it": Pair(
        eaten.UNCLAIMABLE.rows["entered"],
        eaten.end(),
        CHEN,
        "unclaimable_meal_must_be_ended_by_another",
    ),
    # settlements
    "submits, checks": Pair(_due["submitted"], check_month, CLERK, SETTLING),
    "submits, approves": Pair(_due["checked"], approve_month, CLERK, SETTLING),
    "checks, approves": Pair(_due["checked"], approve_month, CHECKER, SETTLING),
    "submits, pays": Pair(_due["approved.unpaid"], pay_month(100), CLERK, SETTLING),
    "checks, pays": Pair(_due["approved.unpaid"], pay_month(100), CHECKER, SETTLING),
    "approves, pays a canteen": Pair(
        _due["approved.partly"], pay_month(100), SIGNER, SETTLING
    ),
    "pays a canteen, takes it back": Pair(
        _due["approved.paid"], canteen.not_made, PAYER_OF_CANTEENS, SETTLING
    ),
    "enters a repayment, takes it back": Pair(
        _back["repaid"], canteen.not_so, PAYER_OF_CANTEENS, SETTLING
    ),
    "gives up, takes it back": Pair(_back["written_off"], canteen.not_so, SIGNER, SETTLING),
    "takes a repayment back, gives it up": Pair(
        _back["open.again"], canteen.write_off, COLLEAGUE, SETTLING
    ),
    # books
    "proposes, reopens": Pair(
        decisions.PERIOD.rows["proposed"],
        decisions.reopen,
        CLERK,
        "reopener_must_not_be_the_proposer",
    ),
    "proposes a name of the log, approves it": Pair(
        log.ORIGIN.rows["proposed"],
        log.approve,
        log.OFFICER,
        "origin_must_be_approved_by_another_person",
    ),
    "claims a meal, reverses it later": Pair(
        canteen.MEAL.rows["claimed"],
        canteen.take_back(ReversalKind.void),
        CLERK,
        IN_TIME,
    ),
    # accounts
    "gets a slip, issues it": Pair(
        door.ONE_USE.rows["none"], issue, MEI, "slip_must_be_issued_by_another_person"
    ),
    "issues a slip, countersigns it": Pair(
        door.ONE_USE.rows["issued.office"], countersign, REGISTRAR, SIGNING, other=LIN
    ),
    "gets a slip, countersigns it": Pair(
        door.ONE_USE.rows["issued.office"], countersign, MEI, SIGNING, other=LIN
    ),
    "has an account, enables it": Pair(
        door.SHUT.rows["disabled"], enable, MEI, "account_must_be_enabled_by_another_person"
    ),
    "gets a card, issues it": Pair(
        door.IN_HAND.rows["none"], issue_card, MEI, "card_must_be_issued_by_another_person"
    ),
    "holds a role, grants another": Pair(
        office.ADMINISTRATOR.rows["nothing"],
        office.grant,
        GRANTED,
        "role_must_be_granted_by_another_person",
    ),
    "enters an idea, withdraws it later": Pair(
        _told["recorded.idea"], gifts.withdraw, WRITER, IN_TIME, later=AFTER_TEN_MINUTES
    ),
}  # fmt: skip
"""Who has done the first does not do the second."""

AUTHOR = "undo_must_be_by_its_author"
ONE: dict[str, Pair] = {
    "withdraws her request": Pair(
        _paid["requested"], money.withdraw, SOMEBODY, AUTHOR, other=MANAGER
    ),
    "takes cash out again": Pair(
        _given["recorded.cash"], gifts.withdraw, SOMEBODY, AUTHOR, other=WRITER
    ),
    "takes a promise back that she wrote down": Pair(
        _given["pledged"],
        gifts.withdraw,
        SOMEBODY,
        "pledge_must_be_withdrawn_by_its_giver",
        other=WRITER,
    ),
    "takes her promise back": Pair(
        _given["pledged"],
        gifts.withdraw,
        SOMEBODY,
        "pledge_must_be_withdrawn_by_its_giver",
        other=GIVER,
    ),
}
"""What is its author's own is not another's."""

BOTH = TWO | ONE

SAME: dict[str, Pair] = {
    name: Pair(row, step, one, "")
    for name, row, step, one in (
        ("confirms, brings evidence", _held["held.late_entry"], record.record, FIRST),
        ("confirms, takes her word back", _held["held.day_over_unit_limit"], record.refuse, FIRST),
        ("confirms, reverses", _held["credited"], record.reverse, FIRST),
        ("approves, refuses before it is paid", _paid["approved"], money.refuse, APPROVER),
        ("asks for a change, gives it up", money.CHANGE.rows["requested"], money.stay, MANAGER),
        ("submits, has it returned", _due["submitted"], canteen.RETURNED[0], CLERK),
        ("closes, proposes to reopen", decisions.PERIOD.rows["closed"], decisions.propose,
         CLERK),
    )
}  # fmt: skip
"""What one person may do twice: she takes her own word back, or asks others to decide."""


@pytest.mark.parametrize("pair", BOTH.values(), ids=BOTH)
def test_the_one_may_not_and_the_other_may(pair: Pair) -> None:
    pair.taken(pair.one).refused(pair.code)
    assert pair.taken(pair.other).decision


@pytest.mark.parametrize("pair", BOTH.values(), ids=BOTH)
def test_no_office_makes_a_difference(pair: Pair) -> None:
    """Her roles would let her, administrator's among them: it is the rule that does not."""
    verb, story = VERB_OF_COMMAND[type(pair.step)], pair.row.reach()
    story.ledger.allowed = None
    everything = Authority.alike(pair.one, frozenset(Role), None)
    place, name = verb.place(pair.step, story.ledger), NAME_OF_COMMAND[type(pair.step)]
    assert refusal(everything, name, place, own=False) is None
    pair.taken(pair.one).refused(pair.code)


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_whoever_takes_her_own_word_back_needs_nobody_else(pair: Pair) -> None:
    assert pair.taken(pair.one).decision
