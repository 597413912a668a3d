"""Words of months: how the steps that end a month are said, and whose they are."""

from types import MappingProxyType
from typing import Final

from api.pages.languages import marked as _
from api.pages.words import FIELDS, PAYMENT_REVERSALS, SETTLEMENT_STAGES, options, settled
from api.pages.words_of_offices import ROLES
from ledger.domain.canteen_records import TakingsReversalReason
from ledger.domain.notice_records import WithdrawalReason
from ledger.domain.periods import ReopenReason
from ledger.domain.recovery_records import RecoveryEnd
from ledger.domain.settlement_records import ReturnReason
from ledger.projections.notices import Display
from ledger.projections.settlement_records import SettlementStage

__all__ = ["FIELDS", "PAYMENT_REVERSALS", "ROLES", "SETTLEMENT_STAGES", "options", "settled"]

DISPLAYS: Final = MappingProxyType(
    {
        Display.shown: _("on display"),
        Display.ended: _("its time is over"),
        Display.withdrawn: _("taken down"),
    }
)
STEPS_TAKEN: Final = MappingProxyType(
    {
        SettlementStage.submitted: _("presented"),
        SettlementStage.checked: _("checked"),
        SettlementStage.returned: _("returned"),
        SettlementStage.approved: _("approved"),
    }
)
"""What somebody did about a settlement."""
RETURNS: Final = MappingProxyType(
    {
        ReturnReason.plates_differ: _("meals and plates differ"),
        ReturnReason.papers_missing: _("papers are missing"),
        ReturnReason.claims_doubtful: _("some claims are doubtful"),
        ReturnReason.other: _("another reason"),
    }
)
TAKINGS_REVERSALS: Final = MappingProxyType(
    {
        TakingsReversalReason.counted_wrongly: _("it was counted wrongly"),
        TakingsReversalReason.entered_by_mistake: _("entered by mistake"),
        TakingsReversalReason.other: _("another reason"),
    }
)
ENDS: Final = MappingProxyType(
    {
        RecoveryEnd.offset: _("taken off the settlement"),
        RecoveryEnd.carried: _("goes on in the next month"),
        RecoveryEnd.repaid: _("repaid"),
        RecoveryEnd.written_off: _("given up"),
    }
)
REOPENINGS: Final = MappingProxyType(
    {
        ReopenReason.closed_by_mistake: _("it was closed by mistake"),
        ReopenReason.papers_found: _("papers came in late"),
        ReopenReason.entries_found_wrong: _("entries were found to be wrong"),
        ReopenReason.demanded_by_audit: _("the audit asks for it"),
        ReopenReason.other: _("another reason"),
    }
)
WITHDRAWALS: Final = MappingProxyType(
    {
        WithdrawalReason.month_reopened: _("the month was reopened"),
        WithdrawalReason.published_by_mistake: _("it was published by mistake"),
        WithdrawalReason.objection_upheld: _("an objection was right"),
        WithdrawalReason.other: _("another reason"),
    }
)
REASONS: Final[dict[str, str]] = {
    code.value: text
    for texts in (RETURNS, PAYMENT_REVERSALS, TAKINGS_REVERSALS, REOPENINGS, WITHDRAWALS)
    for code, text in texts.items()
}
"""Every reason that a step is given with."""
DONE: Final = MappingProxyType(
    {
        "close": _("The claims of the month are closed."),
        "submit": _("The settlement is presented."),
        "count": _("The cash is entered."),
        "uncount": _("The count is taken back."),
        "check": _("The settlement is checked."),
        "return": _("The settlement went back to the canteen."),
        "approve": _("The settlement is approved. Now it is to be paid."),
        "pay": _("The payment is entered."),
        "reverse": _("The payment is taken back and owed again."),
        "repaid": _("What was repaid is entered."),
        "give-up": _("The recovery is given up."),
        "end": _("The month is closed."),
        "propose": _("The reopening is proposed. Somebody else decides."),
        "reopen": _("The month is open again."),
        "publish": _("The notice is on display."),
        "withdraw": _("The notice is taken down."),
    }
)
