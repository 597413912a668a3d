"""What a fund, its receipts, payments and changes of purpose answer at each of their stages."""

from datetime import timedelta
from typing import Any

from ledger.domain import funds
from ledger.domain.disbursement_records import (
    DisbursementRefusal,
    PaymentReversalReason,
    Stage,
)
from ledger.domain.disbursements import (
    RefuseDisbursement,
    ReverseDisbursement,
    WithdrawDisbursement,
)
from ledger.domain.fund_moves import ReverseMove
from ledger.domain.fund_records import MoveReversalReason, ReceiptReversalReason
from ledger.domain.funds import OpenFund
from ledger.domain.imported_payments import ReverseImportedPayment
from ledger.domain.lots import untouched
from ledger.domain.purpose_records import ChangeStage
from ledger.domain.purposes import (
    ApprovePurposeChange,
    RefusePurposeChange,
    RequestPurposeChange,
)
from ledger.domain.receipts import ReverseReceipt
from ledger.domain.values import Fen, FundId, Title
from tests.domain.disbursement_town import (
    APPROVED,
    APPROVER,
    MANAGER,
    ONE,
    PAID,
    REQUESTED,
    SECOND,
    SHOP,
    Story,
    approve,
    pay,
    payee,
    request,
)
from tests.domain.fund_stories import (
    GENERAL,
    JINNING,
    MEALS,
    PALACE,
    YOUTH,
    move,
    opening,
    receive,
    town,
)
from tests.domain.fund_stories import pay as import_payment
from tests.domain.states import (
    Cell,
    Machine,
    Row,
    by_anybody,
    each_cell,
    must_answer,
    must_be_total,
)
from tests.domain.test_purposes import RESOLUTION
from tests.domain.test_purposes import story as purpose_story
from tests.story import NOON, SOMEBODY, Given, Ledger

# -- disbursements -------------------------------------------------------------------------------

withdraw = WithdrawDisbursement(GENERAL, ONE)
refuse = RefuseDisbursement(GENERAL, ONE, DisbursementRefusal.other)
reverse = ReverseDisbursement(GENERAL, ONE, PaymentReversalReason.other)
LARGE = (request(600_000), MANAGER)
"""Over 5,000 yuan two must approve."""


def disbursement(*steps: Any) -> Row:
    return Row(lambda: Story(*steps).given, NOON + timedelta(minutes=1))


def stage_of_the_disbursement(ledger: Ledger) -> str:
    it = ledger[funds.stream(GENERAL)].disbursements.get(ONE)
    if it is None:
        return "none"
    return "requested.once" if it.stage is Stage.requested and it.approved_by else it.stage


DISBURSEMENT = Machine(
    nouns=("disbursements",),
    stage_of=stage_of_the_disbursement,
    rows={
        "none": disbursement(),
        "requested": disbursement(REQUESTED),
        "requested.once": disbursement(LARGE, APPROVED),
        "approved": disbursement(REQUESTED, APPROVED),
        "approved.twice": disbursement(LARGE, APPROVED, (approve(), SECOND)),
        "paid": disbursement(REQUESTED, APPROVED, PAID),
        "refused": disbursement(REQUESTED, (refuse, APPROVER)),
        "withdrawn": disbursement(REQUESTED, (withdraw, MANAGER)),
        "reversed": disbursement(REQUESTED, APPROVED, PAID, (reverse, APPROVER)),
    },
    asked=((withdraw, MANAGER), *by_anybody(request(), approve(), refuse, pay(), reverse)),
    words={"unknown": "record_must_be_known", "step": "disbursement_must_be_at_the_step_before"},
    table="""
                    request          withdraw    approve          refuse    pay      reverse
    none            >requested       unknown     unknown          unknown   unknown  unknown
    requested       >requested       >withdrawn  >approved        >refused  step     step
    requested.once  >requested.once  >withdrawn  >approved        >refused  step     step
    approved        >approved        step        step             >refused  >paid    step
    approved.twice  >approved        step        step             >refused  >paid    step
    paid            >paid            step        step             step      step     >reversed
    refused         >refused         step        step             step      step     step
    withdrawn       >withdrawn       step        step             step      step     step
    reversed        >reversed        step        step             step      step     step
    """,
)


@each_cell(DISBURSEMENT)
def test_a_disbursement_is_requested_approved_and_paid_in_turn(cell: Cell) -> None:
    must_answer(DISBURSEMENT, cell)


def test_the_table_of_disbursements_is_total() -> None:
    must_be_total(DISBURSEMENT, Stage, "none")


# -- changes of purpose --------------------------------------------------------------------------

ask = RequestPurposeChange(YOUTH, MEALS, Fen(300), RESOLUTION)
let = ApprovePurposeChange(YOUTH, ONE)
stay = RefusePurposeChange(YOUTH, ONE)


def change(*steps: Any) -> Row:
    return Row(lambda: purpose_story(*steps))


def stage_of_the_change(ledger: Ledger) -> str:
    it = ledger[funds.stream(YOUTH)].changes.get(ONE)
    return "none" if it is None else it.stage


CHANGE = Machine(
    nouns=("purposes",),
    stage_of=stage_of_the_change,
    rows={
        "none": change(),
        "requested": change((ask, MANAGER)),
        "approved": change((ask, MANAGER), (let, APPROVER)),
        "refused": change((ask, MANAGER), (stay, APPROVER)),
    },
    asked=by_anybody(ask, let, stay),
    words={"unknown": "record_must_be_known", "decided": "change_must_not_be_decided_twice"},
    table="""
               request-change  approve-change  refuse-change
    none       >requested      unknown         unknown
    requested  >requested      >approved       >refused
    approved   >approved       decided         decided
    refused    >refused        decided         decided
    """,
)


@each_cell(CHANGE)
def test_a_change_of_purpose_is_decided_once(cell: Cell) -> None:
    must_answer(CHANGE, cell)


def test_the_table_of_changes_of_purpose_is_total() -> None:
    must_be_total(CHANGE, ChangeStage, "none")


# -- a fund and its first receipt ----------------------------------------------------------------

HARVEST = FundId("harvest")
open_it = OpenFund(HARVEST, JINNING, Title("秋收基金"))
take_out = ReverseReceipt(HARVEST, ONE, ReceiptReversalReason.entered_by_mistake)


def spend(amount: int) -> Any:
    return import_payment(HARVEST, amount, purpose=SHOP)


def fund(*commands: Any) -> Row:
    def reach() -> Given:
        story = town(payee(SHOP))
        for command in commands:
            by = SOMEBODY if command in (move_back, unpay) else MANAGER
            for happening in story.when(command, by=by).decision:
                story.ledger.fold(happening)
        return story

    return Row(reach)


def stage_of_the_fund(ledger: Ledger) -> str:
    it = ledger[funds.stream(HARVEST)]
    if it.community is None:
        return "none"
    if not it.receipts:
        return "opened"
    if ONE in it.reversed_receipts:
        return "reversed"
    first = [lot for lot in it.lots if lot.number == ONE]
    if not first:
        return "gone"
    return "standing" if untouched(first) else "begun"


IN = receive(HARVEST, 500)
OUT = move(HARVEST, GENERAL, 500)
move_back = ReverseMove(HARVEST, ONE, MoveReversalReason.entered_by_mistake)
unpay = ReverseImportedPayment(HARVEST, ONE, PaymentReversalReason.not_executed)
FUND = Machine(
    nouns=("funds", "receipts"),
    stage_of=stage_of_the_fund,
    rows={
        "none": fund(),
        "opened": fund(open_it),
        "standing": fund(open_it, IN),
        "standing.promised": fund(open_it, IN, request(401, HARVEST)),
        "standing.taken_over": fund(open_it, opening(HARVEST, 500)),
        "begun": fund(open_it, IN, spend(399)),
        "gone.spent": fund(open_it, IN, spend(500)),
        "gone.moved": fund(open_it, IN, OUT),
        "gone.moved_on": fund(open_it, IN, OUT, move(GENERAL, PALACE, 1)),
        "gone.moved_and_promised": fund(open_it, IN, OUT, request(1, GENERAL)),
        "standing.moved_back": fund(open_it, IN, OUT, move_back),
        "standing.unpaid": fund(open_it, IN, spend(500), unpay),
        "reversed": fund(open_it, IN, take_out),
    },
    asked=by_anybody(
        *(open_it, opening(HARVEST, 500), IN),
        *(move(HARVEST, GENERAL, 100), spend(100), take_out),
        *(move_back, unpay),
    ),
    words={
        "unknown": "fund_must_be_known",
        "new": "fund_must_be_new",
        "first": "opening_balance_must_come_first",
        "cover": "fund_must_cover_the_amount",
        "number": "record_must_be_known",
        "spent": "receipt_must_be_unspent",
        "twice": "receipt_must_not_be_reversed_twice",
        "again": "voucher_must_not_be_reversed_twice",
        "touched": "moved_money_must_be_untouched",
    },
    table="""
                             open      record-opening-balance  receive-money
    none                     >opened   unknown                 unknown
    opened                   new       >standing               >standing
    standing                 new       first                   >standing
    standing.promised        new       first                   >standing
    standing.taken_over      new       first                   >standing
    standing.moved_back      new       first                   >standing
    standing.unpaid          new       first                   >standing
    begun                    new       first                   >begun
    gone.spent               new       first                   >gone
    gone.moved               new       first                   >gone
    gone.moved_on            new       first                   >gone
    gone.moved_and_promised  new       first                   >gone
    reversed                 new       >reversed               >reversed

                             move     import-payment  reverse
    none                     unknown  unknown         unknown
    opened                   cover    cover           number
    standing                 >begun   >begun          >reversed
    standing.promised        cover    cover           cover
    standing.taken_over      >begun   >begun          >reversed
    standing.moved_back      >begun   >begun          >reversed
    standing.unpaid          >begun   >begun          >reversed
    begun                    >begun   >begun          spent
    gone.spent               cover    cover           spent
    gone.moved               cover    cover           spent
    gone.moved_on            cover    cover           spent
    gone.moved_and_promised  cover    cover           spent
    reversed                 cover    cover           twice

                             reverse-move  reverse-imported-payment
    none                     unknown       unknown
    opened                   number        number
    standing                 number        number
    standing.promised        number        number
    standing.taken_over      number        number
    standing.moved_back      again         number
    standing.unpaid          number        again
    begun                    number        >standing
    gone.spent               number        >standing
    gone.moved               >standing     number
    gone.moved_on            touched       number
    gone.moved_and_promised  cover         number
    reversed                 number        number
    """,
)


@each_cell(FUND)
def test_a_fund_gives_what_it_holds_and_takes_back_what_nobody_touched(cell: Cell) -> None:
    must_answer(FUND, cell)


def test_the_table_of_funds_is_total() -> None:
    must_be_total(FUND)
