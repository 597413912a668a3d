"""The duties of several persons, as a table: who did one thing does not do the other.

A line is read so: this event, about the case that is named by these fields, is never by anybody who
took one of the steps `apart` before; it comes after the steps `after`; whoever did it has taken the
step `takes` then, and the steps `ends` count no more. A line with `waits` holds only while that
step stands; `nth` picks one entry of many by its number, and `whose` says that the step is of the
person in that field. A line with `only` is the opposite: it is its author's own.

Nothing here asks the rules of `ledger.domain`; the codes name the rule that a line repeats.
"""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, TypeAlias

from ledger.audit.hands import Hand
from ledger.domain.account_records import SlipCountersigned, SlipIssued
from ledger.domain.canteen_records import TakingsCounted, TakingsReversed
from ledger.domain.contribution_records import ContributionPledged, PledgeWithdrawn
from ledger.domain.disbursement_records import (
    DisbursementApproved,
    DisbursementPaid,
    DisbursementRefused,
    DisbursementRequested,
    DisbursementReversed,
    DisbursementWithdrawn,
)
from ledger.domain.fund_records import (
    ImportedPaymentReversed,
    MovedBetweenFunds,
    MoveReversed,
    PaymentImported,
)
from ledger.domain.objection_records import ObjectionAnswered, ObjectionRaised
from ledger.domain.origins import OriginBegun, OriginProposed
from ledger.domain.periods import PeriodReopened, ReopeningProposed
from ledger.domain.purpose_records import (
    PurposeChangeApproved,
    PurposeChangeRefused,
    PurposeChangeRequested,
)
from ledger.domain.recovery_records import RecoveryReopened, RecoverySettled
from ledger.domain.refusals import Code
from ledger.domain.service_records import (
    LateServiceRecorded,
    OpeningMinutesImported,
    OpeningMinutesReversed,
    ServiceCredited,
    ServiceHeld,
    ServiceRefused,
    ServiceReversed,
)
from ledger.domain.settlement_records import (
    SettlementApproved,
    SettlementChecked,
    SettlementPaid,
    SettlementPaymentReversed,
    SettlementSubmitted,
)
from ledger.domain.timebank_records import (
    CreditDonated,
    CreditRedeemed,
    CreditReversed,
    CreditTransferred,
)
from ledger.domain.unclaimable_records import UnclaimableMealEnded, UnclaimableMealEntered
from ledger.domain.values import month_of
from ledger.store.codec import Recorded

Case: TypeAlias = Callable[[Recorded], str]


def _by(*fields: str) -> Case:
    """The case that these fields of the event name."""
    values = attrgetter(*fields)
    if len(fields) == 1:
        return lambda at: str(values(at.event))
    return lambda at: "/".join([str(value) for value in values(at.event)])


def _entry(at: Recorded) -> str:
    """An entry of credit is told by its version in its stream."""
    return f"{at.event.person}/{at.version}"


def _day_of_takings(at: Recorded) -> str:
    """Countings are numbered within the month of their day."""
    return f"{at.event.canteen}/{month_of(at.event.occurred_on)}"


def _unclaimable(at: Recorded) -> str:
    """A month of hers is its stream, which says the month of an end too."""
    return f"{at.stream}/{at.event.meal}"


DECIDED = Hand("decided about this service", "对该服务作出决定")
HELD = Hand("found that this service has to wait", "将该服务暂缓")
OBJECTED = Hand("raised the objection", "提出异议")
BROUGHT = Hand("imported the opening minutes", "导入期初时长")
SPENT = Hand("made the entry of credit", "登记该时间币")
COUNTED = Hand("counted the cash", "清点现金")
WROTE_DOWN = Hand("entered the meal that could not be claimed", "登记该不能核销的用餐")
ATE = Hand("eaten the meal that could not be claimed", "食用该不能核销的用餐")
SUBMITTED = Hand("submitted the settlement", "提交结算")
CHECKED = Hand("checked the settlement", "审核结算")
APPROVED = Hand("approved the settlement", "批准结算")
PAID_A_PART = Hand("paid a part of the settlement", "支付结算款")
TOOK_BACK = Hand("taken a payment of this payer back", "冲销该出资方的付款")
ENDED = Hand("ended the recovery", "了结追回")
REOPENED = Hand("taken an end of the recovery back", "撤回追回的了结")
REQUESTED = Hand("requested the payment", "申请拨付")
AGREED = Hand("approved the payment", "批准拨付")
AGREED_TOO = Hand("approved the payment as often as it needs", "按所需人数批准拨付")
PAID = Hand("made the payment", "支付拨付款")
MOVED = Hand("moved the money", "划转资金")
IMPORTED = Hand("entered the payment of history", "登记历史付款")
ASKED = Hand("asked for the change of purpose", "申请用途变更")
CHANGED = Hand("approved the change of purpose that moves it", "批准据以划转的用途变更")
PROPOSED = Hand("proposed the reopening", "提议重新开账")
NAMED = Hand("proposed the name of the log", "提出日志名称")
PLEDGED = Hand("made or written down the promise", "作出或登记承诺")
ENTERED = Hand("entered the contribution", "登记该贡献")
ISSUED = Hand("issued the slip", "开具该凭条")
COUNTERSIGNED = Hand("countersigned the slip", "复核该凭条")
GOT_PRIVILEGED = Hand("got a slip for the holder of an office", "领取任职人员的凭条")
OWNS = Hand("got the slip", "领取该凭条")


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of the table."""

    event: type
    case: Case
    code: Code | None = None
    apart: tuple[Hand, ...] = ()
    only: tuple[Hand, ...] = ()
    after: tuple[Hand, ...] = ()
    takes: tuple[Hand, ...] = ()
    ends: tuple[Hand, ...] = ()
    waits: Hand | None = None
    nth: str | None = None
    whose: str | None = None


SERVICE: Final = _by("shift", "person")
_OPENING = _by("person", "unit")
_MONTH = _by("canteen", "month")
_SHARE = _by("canteen", "month", "payer")
_RECOVERY = _by("canteen", "month", "recovery")
PAYMENT: Final = _by("fund", "disbursement")
PERIOD: Final = _by("community", "month")
MOVE: Final = _by("from_fund", "voucher")
MOVE_TAKEN_BACK: Final = _by("from_fund", "reverses")
_CHANGE = _by("from_fund", "change")
SLIP: Final = _by("person", "slip")

_SECOND = Code.second_decision_must_be_another_persons
_ANSWER = Code.answer_must_be_another_persons
_OPENED = Code.opening_minutes_must_be_reversed_by_another
_CREDIT = Code.credit_entry_must_be_reversed_by_another
_CASH = Code.takings_must_be_reversed_by_another
_EATEN = Code.unclaimable_meal_must_be_ended_by_another
_STEPS = Code.settlement_steps_must_be_by_different_persons
_PAYING = Code.disbursement_steps_must_be_by_different_persons
_TWO = Code.change_must_be_approved_by_another
_VOUCHER = Code.voucher_must_be_reversed_by_another
_REOPENER = Code.reopener_must_not_be_the_proposer
_AUTHOR = Code.undo_must_be_by_its_author
_GIVER = Code.pledge_must_be_withdrawn_by_its_giver
_NAMER = Code.origin_must_be_approved_by_another_person
_SIGNER = Code.slip_must_be_countersigned_by_another_person

DUTIES: Final = (
    # service: confirmed, released or approved late; a first confirmation is any other person's
    Duty(ServiceHeld, SERVICE, _SECOND, waits=HELD, apart=(DECIDED,)),
    Duty(ServiceHeld, SERVICE, takes=(DECIDED, HELD)),
    Duty(ServiceCredited, SERVICE, _SECOND, waits=HELD, apart=(DECIDED,)),
    Duty(ServiceCredited, SERVICE, ends=(HELD,), takes=(DECIDED,)),
    Duty(LateServiceRecorded, SERVICE, _SECOND, after=(HELD,), takes=(DECIDED, HELD)),
    Duty(ServiceRefused, SERVICE, ends=(HELD,), takes=(DECIDED,)),
    Duty(ServiceReversed, SERVICE, takes=(DECIDED,)),
    # objections
    Duty(ObjectionRaised, SERVICE, takes=(OBJECTED,)),
    Duty(ObjectionAnswered, SERVICE, _ANSWER, apart=(OBJECTED, DECIDED), after=(OBJECTED,)),
    Duty(ObjectionAnswered, SERVICE, ends=(OBJECTED,)),
    # opening minutes and time credit
    Duty(OpeningMinutesImported, _OPENING, takes=(BROUGHT,)),
    Duty(OpeningMinutesReversed, _OPENING, _OPENED, apart=(BROUGHT,), after=(BROUGHT,)),
    Duty(OpeningMinutesReversed, _OPENING, ends=(BROUGHT,)),
    Duty(CreditTransferred, _entry, takes=(SPENT,)),
    Duty(CreditRedeemed, _entry, takes=(SPENT,)),
    Duty(CreditDonated, _entry, takes=(SPENT,)),
    Duty(CreditReversed, _by("person", "entry"), _CREDIT, apart=(SPENT,), after=(SPENT,)),
    # cash of eaters
    Duty(TakingsCounted, _day_of_takings, takes=(COUNTED,)),
    Duty(TakingsReversed, _day_of_takings, _CASH, apart=(COUNTED,), after=(COUNTED,),
         nth="counting"),
    # meals that could not be claimed
    Duty(UnclaimableMealEntered, _unclaimable, takes=(WROTE_DOWN,)),
    Duty(UnclaimableMealEntered, _unclaimable, takes=(ATE,), whose="person"),
    Duty(UnclaimableMealEnded, _unclaimable, _EATEN, apart=(WROTE_DOWN, ATE),
         after=(WROTE_DOWN,)),
    # settlements: submitted, checked, approved and paid by four
    Duty(SettlementSubmitted, _MONTH, ends=(SUBMITTED, CHECKED, APPROVED), takes=(SUBMITTED,)),
    Duty(SettlementChecked, _MONTH, _STEPS, apart=(SUBMITTED,), after=(SUBMITTED,),
         takes=(CHECKED,)),
    Duty(SettlementApproved, _MONTH, _STEPS, apart=(SUBMITTED, CHECKED),
         after=(CHECKED,), takes=(APPROVED,)),
    Duty(SettlementPaid, _MONTH, _STEPS, apart=(SUBMITTED, CHECKED, APPROVED), after=(APPROVED,),
         takes=(PAID_A_PART,)),
    Duty(SettlementPaid, _SHARE, _STEPS, apart=(TOOK_BACK,)),
    Duty(SettlementPaymentReversed, _MONTH, _STEPS, apart=(PAID_A_PART,), after=(PAID_A_PART,),
         nth="payment"),
    Duty(SettlementPaymentReversed, _SHARE, takes=(TOOK_BACK,)),
    # recoveries; who took an end back does not end it again, see `duties`
    Duty(RecoverySettled, _RECOVERY, takes=(ENDED,)),
    Duty(RecoveryReopened, _RECOVERY, _STEPS, apart=(ENDED,), after=(ENDED,)),
    Duty(RecoveryReopened, _RECOVERY, ends=(ENDED,)),
    # disbursements: requested, approved (by as many as it needs) and paid by different persons
    Duty(DisbursementRequested, PAYMENT, takes=(REQUESTED,)),
    Duty(DisbursementWithdrawn, PAYMENT, _AUTHOR, only=(REQUESTED,)),
    Duty(DisbursementApproved, PAYMENT, _PAYING, apart=(REQUESTED, AGREED), after=(REQUESTED,),
         takes=(AGREED,)),
    Duty(DisbursementRefused, PAYMENT, _PAYING, apart=(REQUESTED,), after=(REQUESTED,)),
    Duty(DisbursementPaid, PAYMENT, _PAYING, apart=(REQUESTED, AGREED),
         after=(AGREED,), takes=(PAID,)),
    Duty(DisbursementReversed, PAYMENT, _PAYING, apart=(PAID,), after=(PAID,)),
    # other vouchers of funds, and changes of purpose
    Duty(MovedBetweenFunds, MOVE, takes=(MOVED,)),
    Duty(MoveReversed, MOVE_TAKEN_BACK, _VOUCHER, apart=(MOVED,), after=(MOVED,)),
    Duty(PaymentImported, _by("fund", "voucher"), takes=(IMPORTED,)),
    Duty(ImportedPaymentReversed, _by("fund", "reverses"), _VOUCHER, apart=(IMPORTED,),
         after=(IMPORTED,)),
    Duty(PurposeChangeRequested, _CHANGE, takes=(ASKED,)),
    Duty(PurposeChangeApproved, _CHANGE, _TWO, apart=(ASKED,), after=(ASKED,)),
    Duty(PurposeChangeApproved, MOVE, takes=(CHANGED,)),
    Duty(PurposeChangeRefused, _CHANGE, _TWO, after=(ASKED,)),
    # books
    Duty(ReopeningProposed, PERIOD, takes=(PROPOSED,)),
    Duty(PeriodReopened, PERIOD, _REOPENER, apart=(PROPOSED,), after=(PROPOSED,)),
    Duty(PeriodReopened, PERIOD, ends=(PROPOSED,)),
    # the name of the log
    Duty(OriginProposed, _by("origin"), takes=(NAMED,)),
    Duty(OriginBegun, _by("origin"), _NAMER, apart=(NAMED,), after=(NAMED,)),
    Duty(OriginBegun, _by("origin"), ends=(NAMED,)),
    # slips; for whom they are, see `account_duties`
    Duty(SlipIssued, SLIP, takes=(ISSUED,)),
    Duty(SlipCountersigned, SLIP, _SIGNER, apart=(ISSUED,), after=(ISSUED,),
         takes=(COUNTERSIGNED,)),
    # promises are their giver's own, or of whoever wrote them down
    Duty(ContributionPledged, _by("contribution"), takes=(PLEDGED,)),
    Duty(ContributionPledged, _by("contribution"), takes=(PLEDGED,), whose="person"),
    Duty(PledgeWithdrawn, _by("contribution"), _GIVER, only=(PLEDGED,)),
)  # fmt: skip
"""Noun by noun. The lines of one event are asked together, then noted in their order."""
