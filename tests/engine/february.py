"""The last evening of February: whatever books money, meals or service, about to be entered.

Each booking is something of its own, so that all of them can be given at once. What they need has
happened before; of all of them the day lies in February, and so do the books, while these are open.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from ledger.deciding.answers import Unit
from ledger.domain.attendance import AttestAttendance
from ledger.domain.canteen_records import TakingsReversalReason
from ledger.domain.canteens import CloseClaims
from ledger.domain.catalogue import NAME_OF_COMMAND
from ledger.domain.communities import RegisterUnit, SetServiceRules
from ledger.domain.community_records import ServiceRules
from ledger.domain.contribution_records import ContributionKind, Gift
from ledger.domain.contributions import RecordContribution, WithdrawContribution
from ledger.domain.councils import Body, RecordAttendance, RecordMeeting, WithdrawAttendance
from ledger.domain.credit_reversals import ReverseCredit
from ledger.domain.deaths import CorrectDeath, RecordDeath
from ledger.domain.disbursement_records import DisbursementRefusal, PaymentReversalReason
from ledger.domain.disbursements import (
    ApproveDisbursement,
    PayDisbursement,
    RefuseDisbursement,
    RequestDisbursement,
    ReverseDisbursement,
    WithdrawDisbursement,
)
from ledger.domain.facts import Note
from ledger.domain.fund_moves import MoveBetweenFunds, ReverseMove
from ledger.domain.fund_records import MoveReversalReason, ReceiptReversalReason
from ledger.domain.funds import OpenFund, ReceiveMoney, RecordOpeningBalance
from ledger.domain.imported_payments import ImportPayment, ReverseImportedPayment
from ledger.domain.lateness import ApproveLateService, RecordLateService
from ledger.domain.lots import ReceiptKind
from ledger.domain.meal_records import MealReversalReason, ReversalKind
from ledger.domain.meals import ClaimMeal, ReverseMeal
from ledger.domain.payees import RegisterPayee
from ledger.domain.purposes import ApprovePurposeChange, RequestPurposeChange
from ledger.domain.receipts import ReverseReceipt
from ledger.domain.recoveries import SettleRecovery, WriteOffRecovery
from ledger.domain.recovery_records import RecoveryReversalReason
from ledger.domain.recovery_reversals import ReverseRecovery
from ledger.domain.resolution_records import PurposeChangeAllowed, SubsidyAllowed, Votes
from ledger.domain.resolutions import RecordResolution
from ledger.domain.service import ConfirmService, ReverseService
from ledger.domain.service_openings import ImportOpeningMinutes, ReverseOpeningMinutes
from ledger.domain.service_records import (
    LateReason,
    OpeningGrade,
    OpeningReversalReason,
    ReversalReason,
)
from ledger.domain.settlement_payments import PaySettlement, ReverseSettlementPayment
from ledger.domain.settlements import (
    ApproveSettlement,
    CheckSettlement,
    SubmitSettlement,
)
from ledger.domain.shifts import ScheduleShift
from ledger.domain.sites import RegisterSite, SiteKind
from ledger.domain.takings import CountTakings, ReverseTakings
from ledger.domain.timebank import DonateCredit, RedeemCredit, TransferCredit
from ledger.domain.timebank_records import CreditReversalReason
from ledger.domain.values import (
    ContributionId,
    Count,
    Fen,
    FundId,
    MeetingId,
    Minutes,
    Month,
    NoteText,
    PayerPath,
    PersonId,
    ResolutionId,
    Sha256,
    ShiftId,
    SiteId,
    Slug,
    Title,
    UnitId,
)
from tests.builders import (
    CANTEEN,
    CLERK,
    FUND,
    JINNING,
    MEAL_FUND,
    NEW_YEAR,
    START,
    person,
    resolved,
    six_yuan_from_seventy_on,
    unit,
)

FEBRUARY, MARCH = Month("2026-02"), Month("2026-03")
JANUARY = Month("2026-01")
BELIEVED = datetime(2026, 2, 28, 15, tzinfo=UTC)
"""23:00 in Jinning on the last day of the month."""
BEFORE, JUST_NOW = BELIEVED - timedelta(days=1), BELIEVED - timedelta(minutes=5)
CLOSING = datetime(2026, 3, 1, 17, tzinfo=UTC)
"""01:00 in Jinning on 2 March."""
DAY = date(2026, 2, 20)
MANAGER, CHECKER, APPROVER, SECOND, CASHIER = (person(number) for number in range(90, 95))
OTHER = SiteId("jinning-second")
YOUTH, OLD, FRESH, GIFTS, CASH, WRONG = (
    FundId(f"jinning-{name}") for name in ("youth", "old", "fresh", "gifts", "cash", "wrong")
)
SHOP, BOOKS, TOWN = Slug("bookshop"), Slug("books"), Slug("town")
CHANGE, MEETING, TEAM = ResolutionId("change"), MeetingId("hall"), UnitId("jinning/team")
GIVEN, TAKEN_BACK = ContributionId("given"), ContributionId("taken-back")
PAYER = PayerPath(f"fund/{MEAL_FUND}")
NOT_HONOURED = RecoveryReversalReason.not_honoured
NOT_MADE = PaymentReversalReason.not_executed
ONE, TWO = Count(1), Count(2)
PEOPLE = 12


@dataclass(frozen=True)
class Booking:
    """Something to be entered on the last evening, and by whom."""

    command: object
    by: PersonId = CLERK

    @property
    def name(self) -> str:
        return NAME_OF_COMMAND[type(self.command)]

    @property
    def unit(self) -> Unit:
        return unit(self.command, by=self.by, at=BELIEVED)


def shift(name: str, day: date = date(2026, 2, 25), hour: int = 1) -> ScheduleShift:
    start = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return ScheduleShift(ShiftId(name), JINNING, Title("帮厨"), start, start + timedelta(hours=2))


def attended(name: str, number: int, day: date = date(2026, 2, 25)) -> tuple[object, ...]:
    planned = shift(name, day)
    times = (planned.starts_at, planned.ends_at)
    return planned, AttestAttendance(planned.shift, person(number), *times)


def confirmed(name: str, number: int) -> tuple[object, ...]:
    return *attended(name, number), ConfirmService(ShiftId(name), person(number))


def brought(number: int) -> ImportOpeningMinutes:
    return ImportOpeningMinutes(person(number), TEAM, Minutes(60), DAY, OpeningGrade.estimated)


def lunch(number: int, day: date = DAY, at: SiteId = CANTEEN) -> ClaimMeal:
    return ClaimMeal(person(number), at, day)


def withdrawn(number: int, month: Month, claim: int = 1) -> ReverseMeal:
    kind, reason = ReversalKind.subsidy_withdrawn, MealReversalReason.ineligible
    return ReverseMeal(person(number), month, Count(claim), kind, reason)


def settled(canteen: SiteId) -> tuple[Unit, ...]:
    """January, as far as it is to be checked."""
    return (
        unit(CloseClaims(canteen, JANUARY), at=BEFORE),
        unit(SubmitSettlement(canteen, JANUARY), at=BEFORE),
        unit(CheckSettlement(canteen, JANUARY, ONE), by=CHECKER, at=BEFORE),
    )


def cash(name: ContributionId) -> RecordContribution:
    gift = Gift(ContributionKind.cash, CASH, Fen(5_000))
    return RecordContribution(name, JINNING, gift, DAY, person(0))


def money(fund: FundId, amount: int = 10_000) -> ReceiveMoney:
    return ReceiveMoney(fund, ReceiptKind.donation, TOWN, date(2026, 2, 10), Fen(amount))


request = RequestDisbursement(MEAL_FUND, SHOP, BOOKS, Fen(100))


def approve(number: int) -> ApproveDisbursement:
    return ApproveDisbursement(MEAL_FUND, Count(number))


def pay(number: int) -> PayDisbursement:
    return PayDisbursement(MEAL_FUND, Count(number), date(2026, 2, 27))


LATE = Note(NoteText("签到纸一张"))
RULES = ServiceRules(time_bank=True, late_entry_days=Count(10))
MOVED = PurposeChangeAllowed(YOUTH, OLD, Fen(1_000))

PREPARED: tuple[Unit, ...] = (
    unit(SetServiceRules(JINNING, NEW_YEAR, RULES), at=START),
    unit(
        RegisterSite(OTHER, JINNING, SiteKind.canteen, Title("第二饭堂"), NEW_YEAR),
        resolved(SubsidyAllowed(OTHER, FUND, NEW_YEAR), name=ResolutionId("second")),
        six_yuan_from_seventy_on(OTHER, agreed=ResolutionId("second")),
        RegisterUnit(TEAM, Title("义工队")),
        RegisterPayee(SHOP, JINNING, Title("书店")),
        OpenFund(YOUTH, JINNING, Title("少年宫"), Slug("youth")),
        OpenFund(OLD, JINNING, Title("敬老"), Slug("old")),
        OpenFund(FRESH, JINNING, Title("新基金")),
        OpenFund(GIFTS, JINNING, Title("捐赠")),
        OpenFund(CASH, JINNING, Title("居民贡献")),
        OpenFund(WRONG, JINNING, Title("误记")),
        money(YOUTH),
        money(GIFTS),
        money(WRONG),
        MoveBetweenFunds(WRONG, YOUTH, Fen(300), DAY),
        ImportPayment(WRONG, SHOP, BOOKS, DAY, Fen(100)),
        RecordResolution(
            CHANGE,
            JINNING,
            Body.residents_assembly,
            date(2026, 2, 1),
            Votes(Count(9), Count(1)),
            Sha256("5e" * 32),
            purpose_changes=(MOVED,),
        ),
        RequestPurposeChange(YOUTH, OLD, Fen(1_000), CHANGE),
        RecordMeeting(MEETING, JINNING, Body.council_hall, DAY),
        RecordAttendance(MEETING, person(1)),
        at=BEFORE,
    ),
    unit(
        *attended("confirmed", 1),
        *attended("late", 5, date(2026, 2, 10)),
        lunch(3),
        lunch(4),
        lunch(7),
        lunch(8, date(2026, 1, 30)),
        lunch(9, date(2026, 1, 30), OTHER),
        lunch(10, date(2026, 1, 30), OTHER),
        lunch(11, date(2026, 1, 30), OTHER),
        lunch(6, date(2026, 1, 30), OTHER),
        at=BEFORE,
    ),
    unit(
        *confirmed("reversed", 2),
        *confirmed("of-the-dead", 3),
        *confirmed("of-the-living", 4),
        *confirmed("earning", 6),
        ConfirmService(ShiftId("late"), person(5)),
        RecordLateService(ShiftId("late"), person(5), LateReason.kept_on_paper, LATE),
        brought(8),
        by=MANAGER,
        at=BEFORE,
    ),
    unit(RecordDeath(person(4), date(2026, 2, 15)), at=BEFORE),
    *settled(CANTEEN),
    *settled(OTHER),
    unit(ApproveSettlement(OTHER, JANUARY, ONE), by=APPROVER, at=BEFORE),
    unit(PaySettlement(OTHER, JANUARY, PAYER, Fen(600), date(2026, 2, 27)), by=CASHIER, at=BEFORE),
    unit(withdrawn(9, JANUARY), by=MANAGER, at=BEFORE),
    unit(withdrawn(10, JANUARY), by=MANAGER, at=BEFORE),
    unit(RecordDeath(person(11), date(2026, 1, 29)), at=BEFORE),
    unit(withdrawn(6, JANUARY), by=MANAGER, at=BEFORE),
    unit(WriteOffRecovery(OTHER, FEBRUARY, Count(3)), by=APPROVER, at=BEFORE),
    unit(SettleRecovery(OTHER, FEBRUARY, Count(4), date(2026, 2, 27)), by=CASHIER, at=BEFORE),
    unit(CountTakings(OTHER, DAY, Fen(700)), at=BEFORE),
    unit(*[request] * 4, by=MANAGER, at=BEFORE),
    unit(approve(3), approve(4), by=APPROVER, at=BEFORE),
    unit(pay(4), by=CASHIER, at=BEFORE),
    unit(request, by=MANAGER, at=JUST_NOW),
    unit(RedeemCredit(person(6), Minutes(10)), at=JUST_NOW),
    unit(cash(TAKEN_BACK), at=JUST_NOW),
)
"""What had happened by then; person 4 is thought to have died in the middle of the month, and
person 11 in the one before: a meal of hers was settled, and its recovery given up."""

BOOKINGS: tuple[Booking, ...] = (
    # meals
    Booking(lunch(0)),
    Booking(withdrawn(7, FEBRUARY), MANAGER),
    Booking(CountTakings(CANTEEN, DAY, Fen(900))),
    Booking(ReverseTakings(OTHER, DAY, ONE, TakingsReversalReason.counted_wrongly), MANAGER),
    Booking(RecordDeath(person(3), date(2026, 2, 15))),
    Booking(CorrectDeath(person(4), None)),
    Booking(ApproveSettlement(CANTEEN, JANUARY, ONE), APPROVER),
    Booking(PaySettlement(OTHER, JANUARY, PAYER, Fen(600), date(2026, 2, 28)), CASHIER),
    Booking(ReverseSettlementPayment(OTHER, JANUARY, ONE, NOT_MADE), APPROVER),
    Booking(SettleRecovery(OTHER, FEBRUARY, ONE, date(2026, 2, 27)), CASHIER),
    Booking(WriteOffRecovery(OTHER, FEBRUARY, TWO), APPROVER),
    Booking(ReverseRecovery(OTHER, FEBRUARY, Count(4), NOT_HONOURED), SECOND),
    # service
    Booking(ReverseService(ShiftId("reversed"), person(2), ReversalReason.found_false)),
    Booking(ApproveLateService(ShiftId("late"), person(5))),
    Booking(brought(1)),
    Booking(ReverseOpeningMinutes(person(8), TEAM, OpeningReversalReason.figure_wrong)),
    Booking(TransferCredit(person(6), person(0), Minutes(10))),
    Booking(RedeemCredit(person(6), Minutes(10))),
    Booking(DonateCredit(person(6), Minutes(10))),
    Booking(ReverseCredit(person(6), ONE, CreditReversalReason.wrong_amount), MANAGER),
    # money
    Booking(RecordOpeningBalance(FRESH, DAY, Fen(10_000), TOWN)),
    Booking(ReceiveMoney(MEAL_FUND, ReceiptKind.donation, TOWN, DAY, Fen(10_000))),
    Booking(MoveBetweenFunds(MEAL_FUND, YOUTH, Fen(500), DAY)),
    Booking(ImportPayment(MEAL_FUND, SHOP, BOOKS, DAY, Fen(100))),
    Booking(ReverseMove(WRONG, ONE, MoveReversalReason.wrong_fund), MANAGER),
    Booking(ReverseImportedPayment(WRONG, TWO, NOT_MADE), MANAGER),
    Booking(ReverseReceipt(GIFTS, ONE, ReceiptReversalReason.entered_by_mistake)),
    Booking(ApprovePurposeChange(YOUTH, ONE), APPROVER),
    Booking(cash(GIVEN)),
    Booking(WithdrawContribution(TAKEN_BACK)),
    Booking(request, MANAGER),
    Booking(approve(1), APPROVER),
    Booking(RefuseDisbursement(MEAL_FUND, TWO, DisbursementRefusal.other), APPROVER),
    Booking(pay(3), CASHIER),
    Booking(ReverseDisbursement(MEAL_FUND, Count(4), NOT_MADE), SECOND),
    Booking(WithdrawDisbursement(MEAL_FUND, Count(5)), MANAGER),
    # people
    Booking(RecordAttendance(MEETING, person(0))),
    Booking(WithdrawAttendance(MEETING, person(1))),
)
"""Everything that books."""

CONFIRMED = Booking(ConfirmService(ShiftId("confirmed"), person(1)), CHECKER)
STANDING_AGAIN = Booking(CorrectDeath(person(11), None))
