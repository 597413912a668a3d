"""What a canteen's month, a recovery and a meal answer to each command, at each of their stages."""

from datetime import date
from typing import Any

from ledger.domain import canteens, meals
from ledger.domain.canteen_records import TakingsReversalReason
from ledger.domain.canteens import CloseClaims
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.domain.disbursement_records import PaymentReversalReason
from ledger.domain.meal_records import MealReversalReason, ReversalKind
from ledger.domain.meals import ReverseMeal
from ledger.domain.recoveries import SettleRecovery, WriteOffRecovery
from ledger.domain.recovery_records import RecoveryEnd, RecoveryReversalReason
from ledger.domain.recovery_reversals import ReverseRecovery
from ledger.domain.settlement_payments import ReverseSettlementPayment
from ledger.domain.settlement_records import ReturnReason
from ledger.domain.settlement_state import Stage
from ledger.domain.settlements import (
    ApproveSettlement,
    CheckSettlement,
    ReturnSettlement,
    SubmitSettlement,
)
from ledger.domain.takings import CountTakings, ReverseTakings
from ledger.domain.values import Fen, month_of
from tests.domain.canteen_town import (
    APRIL,
    CHEN,
    CLERK,
    COLLEAGUE,
    MAY,
    MONDAY,
    TOWN,
    XIANHU_CANTEEN,
    after,
    claimed,
    eats,
    lunch,
    noon,
    published,
    served,
)
from tests.domain.settlement_town import (
    APPROVER,
    CASHIER,
    CHECKED,
    CHECKER,
    FIRST,
    FUND_PAYER,
    MARCH,
    NEXT,
    RUN_BY_A_KITCHEN,
    SUBMITTED,
    UNTIL_APPROVED,
    approve,
    check,
    counted,
    money,
    pay,
    plates,
    submit,
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
from tests.story import Ledger, given

# -- the settlement of a canteen's month ---------------------------------------------------------

close = CloseClaims(XIANHU_CANTEEN, MARCH)
CLOSED = (close, CHECKER, noon(APRIL))
RETURNED = (ReturnSettlement(XIANHU_CANTEEN, MARCH, ReturnReason.other), CHECKER, noon(APRIL))


def month(*steps: Any) -> Row:
    """March of the canteen after these steps; it comes to 900 fen of the fund's once closed."""
    parts = (*TOWN, RUN_BY_A_KITCHEN, money(100_000), counted(shares={FUND_PAYER: 900}))
    return Row(lambda: given(*after(*parts, *steps)), noon(APRIL))


def paid(amount: int) -> Any:
    return (pay(amount), CASHIER, noon(APRIL))


not_made = ReverseSettlementPayment(
    XIANHU_CANTEEN, MARCH, FIRST, PaymentReversalReason.not_executed
)
TAKEN_BACK = (not_made, APPROVER, noon(APRIL))


def stage_of_the_month(ledger: Ledger) -> str:
    here = ledger[canteens.stream(XIANHU_CANTEEN, MARCH)]
    settlement = here.settlement
    if settlement.stage is Stage.none:
        return "none.closed" if here.closed else "none.open"
    if settlement.stage is not Stage.approved:
        return settlement.stage
    left = settlement.left_fen(FUND_PAYER, APRIL)
    if left == 900:
        return "approved.back" if settlement.payments else "approved.unpaid"
    return "approved.partly" if left else "approved.paid"


MONTHS = {
    "none.open": month(),
    "none.closed": month(CLOSED),
    "submitted": month(CLOSED, SUBMITTED),
    "checked": month(CLOSED, SUBMITTED, CHECKED),
    "returned": month(CLOSED, SUBMITTED, RETURNED),
    "approved.unpaid": month(CLOSED, *UNTIL_APPROVED),
    "approved.partly": month(CLOSED, *UNTIL_APPROVED, paid(800)),
    "approved.paid": month(CLOSED, *UNTIL_APPROVED, paid(900)),
    "approved.back": month(CLOSED, *UNTIL_APPROVED, paid(900), TAKEN_BACK),
}

SETTLEMENT = Machine(
    nouns=("settlements",),
    stage_of=stage_of_the_month,
    rows=MONTHS,
    asked=by_anybody(submit, check, RETURNED[0], approve, pay(100), not_made),
    words={
        "open": "claims_must_be_closed_first",
        "twice": "settlement_must_not_be_submitted_twice",
        "await": "settlement_must_await_its_check",
        "idle": "settlement_must_be_under_way",
        "check": "settlement_must_be_checked_first",
        "approve": "settlement_must_be_approved_first",
        "owed": "amount_must_not_exceed_what_is_owed",
        "none": "record_must_be_known",
        "back": "settlement_payment_must_not_be_reversed_twice",
    },
    table="""
                     submit      check     return     approve           pay
    none.open        open        await     idle       check             approve
    none.closed      >submitted  await     idle       check             approve
    submitted        twice       >checked  >returned  check             approve
    checked          twice       await     >returned  >approved.unpaid  approve
    returned         >submitted  await     idle       check             approve
    approved.unpaid  twice       await     idle       check             >approved.partly
    approved.partly  twice       await     idle       check             >approved.paid
    approved.paid    twice       await     idle       check             owed
    approved.back    twice       await     idle       check             >approved.partly

                     reverse-payment
    none.open        none
    none.closed      none
    submitted        none
    checked          none
    returned         none
    approved.unpaid  none
    approved.partly  >approved.back
    approved.paid    >approved.back
    approved.back    back
    """,
)
count = CountTakings(XIANHU_CANTEEN, MONDAY, Fen(600))
uncount = ReverseTakings(XIANHU_CANTEEN, MONDAY, FIRST, TakingsReversalReason.counted_wrongly)
COUNTED = (count, CLERK, noon(MONDAY))


def stage_of_the_canteen(ledger: Ledger) -> str:
    stage, here = stage_of_the_month(ledger), ledger[canteens.stream(XIANHU_CANTEEN, MARCH)]
    if stage != "none.open" or not here.countings:
        return stage
    return "none.counted" if len(here.countings) > len(here.uncounted) else "none.uncounted"


CANTEEN = Machine(
    nouns=("canteens",),
    stage_of=stage_of_the_canteen,
    rows=MONTHS
    | {
        "none.counted": month(COUNTED),
        "none.uncounted": month(COUNTED, (uncount, COLLEAGUE, noon(MONDAY))),
    },
    asked=by_anybody(close, plates(3), count, uncount),
    words={
        "none": "record_must_be_known",
        "twice": "takings_must_not_be_reversed_twice",
        "closed": "month_must_not_be_closed_twice",
        "said": "plates_must_precede_the_settlement",
    },
    table="""
                     close-claims  attest-plates     count-takings     reverse-takings
    none.open        >none.closed  >none.open        >none.counted     none
    none.counted     >none.closed  >none.counted     >none.counted     >none.uncounted
    none.uncounted   >none.closed  >none.uncounted   >none.counted     twice
    none.closed      closed        >none.closed      >none.closed      none
    submitted        closed        said              >submitted        none
    checked          closed        said              >checked          none
    returned         closed        >returned         >returned         none
    approved.unpaid  closed        said              >approved.unpaid  none
    approved.partly  closed        said              >approved.partly  none
    approved.paid    closed        said              >approved.paid    none
    approved.back    closed        said              >approved.back    none
    """,
)


@each_cell(SETTLEMENT)
def test_a_settlement_goes_step_by_step(cell: Cell) -> None:
    must_answer(SETTLEMENT, cell)


@each_cell(CANTEEN)
def test_plates_are_counted_until_a_settlement_says_them(cell: Cell) -> None:
    must_answer(CANTEEN, cell)


def test_the_tables_of_a_canteens_month_are_total() -> None:
    must_be_total(SETTLEMENT, Stage)
    must_be_total(CANTEEN, Stage)


# -- recoveries ----------------------------------------------------------------------------------

TENTH_OF_APRIL = date(2026, 4, 10)
SETTLED: tuple[Any, ...] = (
    *served(published(valid_from=date(2026, 3, 1))),
    RUN_BY_A_KITCHEN,
    money(100_000),
    claimed(date(2026, 3, 3)),
    claimed(date(2026, 3, 4)),
    counted(shares={FUND_PAYER: 600}),
    CLOSED,
    *UNTIL_APPROVED,
)
"""The canteen opened in March. Chen had two meals, 300 fen each from the fund; all is approved."""

repay = SettleRecovery(XIANHU_CANTEEN, NEXT, FIRST, TENTH_OF_APRIL)
write_off = WriteOffRecovery(XIANHU_CANTEEN, NEXT, FIRST)
not_so = ReverseRecovery(XIANHU_CANTEEN, NEXT, FIRST, RecoveryReversalReason.wrong_recovery)
alive = CorrectDeath(CHEN, None)
REPAID = (repay, CASHIER, noon(TENTH_OF_APRIL))
GIVEN_UP = (write_off, APPROVER, noon(TENTH_OF_APRIL))
LIVES = (alive, COLLEAGUE, noon(TENTH_OF_APRIL))
DIED = (RecordDeath(CHEN, MONDAY), COLLEAGUE, noon(TENTH_OF_APRIL))
CLOSED_APRIL = (CloseClaims(XIANHU_CANTEEN, NEXT), CHECKER, noon(MAY))
APRIL_COUNTED = counted(NEXT, shares={FUND_PAYER: -600}, by_day={})
SUBMITTED_APRIL = (SubmitSettlement(XIANHU_CANTEEN, NEXT), CLERK, noon(MAY))
CHECKED_APRIL = (CheckSettlement(XIANHU_CANTEEN, NEXT, FIRST), CHECKER, noon(MAY))
APPROVED_APRIL = (ApproveSettlement(XIANHU_CANTEEN, NEXT, FIRST), APPROVER, noon(MAY))
RETURNED_APRIL = (ReturnSettlement(XIANHU_CANTEEN, NEXT, ReturnReason.other), CHECKER, noon(MAY))
PRESENTED: tuple[Any, ...] = (DIED, APRIL_COUNTED, CLOSED_APRIL, SUBMITTED_APRIL)
"""April has no meals of its own, so that its settlement is smaller than what is to come back."""
TWO_MORE_MEALS = counted(NEXT, shares={FUND_PAYER: 0}, by_day={})


def recovery(*steps: Any) -> Row:
    return Row(lambda: given(*after(*SETTLED, *steps)), noon(MAY))


def stage_of_the_recovery(ledger: Ledger) -> str:
    here = ledger[canteens.stream(XIANHU_CANTEEN, NEXT)]
    it = here.recoveries.get(FIRST)
    if it is None:
        return "none"
    if it.end is not None:
        return f"{it.end}.no_more" if here.had else it.end
    if not it.open:
        return "lifted"
    return "open.again" if it.reopened else f"open.{here.settlement.stage}"


RECOVERY = Machine(
    nouns=("recoveries",),
    stage_of=stage_of_the_recovery,
    rows={
        "none": recovery(),
        "open.none": recovery(DIED),
        "open.submitted": recovery(*PRESENTED),
        "open.checked": recovery(*PRESENTED, CHECKED_APRIL),
        "open.returned": recovery(*PRESENTED, RETURNED_APRIL),
        "open.again": recovery(DIED, REPAID, (not_so, COLLEAGUE, noon(TENTH_OF_APRIL))),
        "lifted": recovery(DIED, LIVES),
        "repaid": recovery(DIED, REPAID),
        "written_off": recovery(DIED, GIVEN_UP),
        "written_off.no_more": recovery(DIED, GIVEN_UP, LIVES),
        "offset": recovery(
            *(DIED, TWO_MORE_MEALS, CLOSED_APRIL, SUBMITTED_APRIL, CHECKED_APRIL, APPROVED_APRIL)
        ),
        "carried": recovery(*PRESENTED, CHECKED_APRIL, APPROVED_APRIL),
    },
    asked=by_anybody(repay, write_off, not_so, DIED[0], alive),
    words={
        "unknown": "record_must_be_known",
        "over": "recovery_must_be_open",
        "open": "recovery_must_have_ended_first",
        "no_more": "write_off_must_not_be_reversed_twice",
        "late": "recovery_must_precede_the_settlement",
        "dead": "death_must_not_be_recorded_twice",
        "alive": "death_must_be_recorded_before_it_is_corrected",
    },
    table="""
                         settle   write-off     reverse      record      correct
    none                 unknown  unknown       unknown      >open.none  alive
    open.none            >repaid  >written_off  open         dead        >lifted
    open.submitted       late     late          open         dead        >lifted
    open.checked         late     late          open         dead        >lifted
    open.returned        >repaid  >written_off  open         dead        >lifted
    open.again           >repaid  >written_off  open         dead        >lifted
    lifted               over     over          open         >lifted     alive
    repaid               over     over          >open.again  dead        >repaid
    written_off          over     over          >open.again  dead        >written_off.no_more
    written_off.no_more  over     over          no_more      >written_off.no_more  alive
    offset               over     over          late         dead        >offset
    carried              over     over          late         dead        >carried
    """,
)


@each_cell(RECOVERY)
def test_a_recovery_ends_once_and_before_its_settlement(cell: Cell) -> None:
    must_answer(RECOVERY, cell)


def test_the_table_of_recoveries_is_total() -> None:
    must_be_total(RECOVERY, RecoveryEnd, "none", "open", "lifted")


# -- meals ---------------------------------------------------------------------------------------


def take_back(kind: ReversalKind) -> ReverseMeal:
    return ReverseMeal(CHEN, month_of(MONDAY), FIRST, kind, MealReversalReason.entered_by_mistake)


def meal(*steps: Any) -> Row:
    return Row(lambda: given(*after(*eats(), *steps)), noon(date(2026, 3, 3)))


def stage_of_the_meal(ledger: Ledger) -> str:
    claim = ledger[meals.stream(CHEN, month_of(MONDAY))].claim(FIRST)
    if claim is None:
        return "none"
    return "claimed" if claim.reversal is None else claim.reversal.kind


BEFORE = date(2026, 3, 1)
DIED_BEFORE = (RecordDeath(CHEN, BEFORE), COLLEAGUE, noon(MONDAY))
AGAIN = (CorrectDeath(CHEN, None), COLLEAGUE, noon(MONDAY))

MEAL = Machine(
    nouns=("meals",),
    stage_of=stage_of_the_meal,
    rows={
        "none": meal(),
        "claimed": meal(claimed()),
        "claimed.again": meal(claimed(), DIED_BEFORE, AGAIN),
        "void": meal(claimed(), (take_back(ReversalKind.void), CLERK, noon(MONDAY))),
        "subsidy_withdrawn": meal(
            claimed(), (take_back(ReversalKind.subsidy_withdrawn), CLERK, noon(MONDAY))
        ),
        "subsidy_withdrawn.by_death": meal(claimed(), DIED_BEFORE),
    },
    asked=by_anybody(lunch(), take_back(ReversalKind.void)),
    words={
        "twice": "day_must_not_have_two_subsidised_meals",
        "unknown": "record_must_be_known",
        "gone": "meal_must_not_be_reversed_twice",
        "dead": "person_must_be_alive_on_the_day",
    },
    table="""
                                claim               reverse
    none                        >claimed            unknown
    claimed                     twice               >void
    claimed.again               twice               >void
    void                        >void               gone
    subsidy_withdrawn           >subsidy_withdrawn  gone
    subsidy_withdrawn.by_death  dead                gone
    """,
)


@each_cell(MEAL)
def test_a_meal_is_claimed_once_and_taken_back_once(cell: Cell) -> None:
    must_answer(MEAL, cell)


def test_the_table_of_meals_is_total() -> None:
    must_be_total(MEAL, ReversalKind, "none", "claimed")
