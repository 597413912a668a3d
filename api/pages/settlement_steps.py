"""Settlement steps: what is done about a canteen's month, by whom, and when it can be done.

    the canteen clerk        counts the cash, takes another one's count back, presents the month
                             once its claims are closed
    the settlement checker   closes the claims, checks, returns, takes a count back
    the approver             approves, returns, takes a payment back, gives up what is not repaid
    the cashier              enters what payers paid and what was repaid, takes a payment back

Nobody takes two of the steps of one submission; the ledger says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from api.pages.languages import marked as _
from ledger.domain.authority import Role
from ledger.domain.values import (
    CommunityId,
    Month,
    PersonId,
    SiteId,
    Title,
    month_of,
    previous_month,
)
from ledger.projections.canteens import Counting
from ledger.projections.recoveries import Recovery
from ledger.projections.settlement_records import SettlementStage
from ledger.projections.settlements import Due, Settlement, SettlementPayment


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day of the month: meals and what their eaters paid, plates, and the cash that was counted.

    `plates` is None where nobody said how many went out, `counted_fen` where nobody counted.
    """

    day: date
    meals: int
    cash_fen: int
    plates: int | None
    counted_fen: int | None


@dataclass(frozen=True, slots=True)
class Case:
    """A canteen's month: whether its claims are closed, and its settlement; None before one."""

    canteen: SiteId
    month: Month
    community: CommunityId
    canteen_name: Title
    community_name: Title
    claims_are_closed: bool
    found: Settlement | None
    recoveries: tuple[Recovery, ...]
    counts: tuple[Counting, ...]
    today: date

    @property
    def address(self) -> str:
        """Where it is shown."""
        return f"/settlements/{self.canteen}/{self.month}"

    @property
    def month_before(self) -> Month:
        """Whose recoveries go on here, where it was too small for them."""
        return previous_month(self.month)

    @property
    def owing(self) -> tuple[Due, ...]:
        """The payers that have something to pay, now that it is approved."""
        dues = self.found.dues if self.found and self.is_approved() else ()
        return tuple(due for due in dues if due.left_fen)

    @property
    def standing(self) -> tuple[SettlementPayment, ...]:
        """The payments that were not taken back."""
        entered = self.found.payments if self.found else ()
        back = {each.payment for each in entered if each.reason}
        return tuple(each for each in entered if each.payment not in back)

    def standing_of_others(self, person: PersonId) -> tuple[SettlementPayment, ...]:
        """Those that somebody else entered: nobody takes back her own."""
        return tuple(each for each in self.standing if each.entered_by != person)

    def counted_by_others(self, person: PersonId) -> tuple[Counting, ...]:
        """The counts of cash that somebody else entered."""
        return tuple(each for each in self.counts if each.entered_by != person)

    @property
    def coming_back(self) -> tuple[Recovery, ...]:
        """What is still to come back."""
        return tuple(each for each in self.recoveries if each.left_fen)

    def has_taken(self, person: PersonId) -> bool:
        """Whether she has taken a step of the last submission."""
        if self.found is None:
            return False
        last = self.found.line.submission
        return person in {each.taken_by for each in self.found.steps if each.submission == last}

    def _is(self, *stages: SettlementStage) -> bool:
        return self.found is not None and self.found.line.stage in stages

    # -- what is so ------------------------------------------------------------------------------

    def has_begun(self) -> bool:
        """The month has come."""
        return self.month <= month_of(self.today)

    def can_be_closed(self) -> bool:
        """The month is over, and its claims are open."""
        return self.month < month_of(self.today) and not self.claims_are_closed

    def can_be_presented(self) -> bool:
        """Its claims are closed, and nobody has it in hand."""
        nowhere = self.found is None or self._is(SettlementStage.returned)
        return self.claims_are_closed and nowhere

    def waits_for_its_check(self) -> bool:
        """It was presented."""
        return self._is(SettlementStage.submitted)

    def waits_for_approval(self) -> bool:
        """It was checked."""
        return self._is(SettlementStage.checked)

    def is_under_way(self) -> bool:
        """It was presented, and nobody has approved it."""
        return self._is(SettlementStage.submitted, SettlementStage.checked)

    def is_approved(self) -> bool:
        """It is to be paid."""
        return self._is(SettlementStage.approved)

    def is_owed(self) -> bool:
        """Some payer has something to pay."""
        return bool(self.owing)

    def is_paid_in_part(self) -> bool:
        """A payment stands."""
        return bool(self.standing)

    def is_counted(self) -> bool:
        """A count of its cash stands."""
        return bool(self.counts)

    def comes_back(self) -> bool:
        """Something is to come back, in money or not at all."""
        return bool(self.coming_back)


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody does about it: the command, whose it is, and when it can be done.

    `by_new_hands`: whoever has taken a step of the submission does not take this one.
    """

    command: str
    told: str
    roles: tuple[Role, ...]
    can_be_taken: Callable[[Case], bool]
    by_new_hands: bool = False


SERVES: Final = (Role.canteen_clerk,)
CHECKS: Final = (Role.settlement_checker,)
DECIDES: Final = (Role.approver,)
PAYS: Final = (Role.cashier,)
STEPS: Final[Mapping[str, Step]] = MappingProxyType(
    {
        "close": Step("canteens/close-claims", _("Close the claims"), CHECKS, Case.can_be_closed),
        "submit": Step(
            "settlements/submit",
            _("Present the settlement"),
            SERVES,
            Case.can_be_presented,
        ),
        "check": Step(
            "settlements/check",
            _("Check the settlement"),
            CHECKS,
            Case.waits_for_its_check,
            by_new_hands=True,
        ),
        "approve": Step(
            "settlements/approve",
            _("Approve the settlement"),
            DECIDES,
            Case.waits_for_approval,
            by_new_hands=True,
        ),
        "return": Step(
            "settlements/return",
            _("Return it to the canteen"),
            (*CHECKS, *DECIDES),
            Case.is_under_way,
        ),
        "pay": Step(
            "settlements/pay", _("Enter the payment"), PAYS, Case.is_owed, by_new_hands=True
        ),
        "reverse": Step(
            "settlements/reverse-payment",
            _("Take a payment back"),
            (*PAYS, *DECIDES),
            Case.is_paid_in_part,
        ),
        "count": Step("canteens/count-takings", _("Enter counted cash"), SERVES, Case.has_begun),
        "uncount": Step(
            "canteens/reverse-takings",
            _("Take a count back"),
            (*SERVES, *CHECKS),
            Case.is_counted,
        ),
        "repaid": Step("recoveries/settle", _("It was repaid"), PAYS, Case.comes_back),
        "give-up": Step("recoveries/write-off", _("Give it up"), DECIDES, Case.comes_back),
    }
)


NEXT: Final = ("close", "submit", "check", "approve", "pay")
"""The steps by which a month is ended, in their order."""


def next_step(case: Case) -> Step | None:
    """The one that comes next; None once it is paid, or while the month goes on."""
    return next((STEPS[name] for name in NEXT if STEPS[name].can_be_taken(case)), None)
