"""Events that move neither money nor minutes; the rule book in `postings` names all the others.

A twin is here because its poster is there.
"""

from typing import Final

from ledger.domain import (
    book,
    canteen_records,
    community_records,
    fund_records,
    payees,
    people,
    periods,
    policy_records,
    recovery_records,
    service_records,
    settlement_records,
    shift_records,
    sites,
)

POSTS_NOTHING: Final[frozenset[type]] = frozenset(
    {
        book.LedgerCreated,
        community_records.CommunityRegistered,
        community_records.PopulationRecorded,
        community_records.CooperativeRegistered,
        community_records.UnitRegistered,
        community_records.ServiceRulesSet,
        community_records.ApprovalBandsSet,
        community_records.MonthClosed,
        sites.SiteRegistered,
        sites.OperatorChanged,
        sites.ServiceDaysSet,
        periods.PeriodClosed,
        people.PersonRegistered,
        people.FactsRecorded,
        people.DeathRecorded,
        people.DeathCorrected,
        people.LeagueVisibilitySet,
        shift_records.ShiftScheduled,
        shift_records.ShiftCancelled,
        shift_records.SignedUp,
        shift_records.SignUpWithdrawn,
        shift_records.SignUpPromoted,
        shift_records.CheckedIn,
        shift_records.CheckedOut,
        shift_records.AttendanceAttested,
        service_records.ServiceHeld,
        service_records.ServiceRefused,
        service_records.LateServiceRecorded,
        policy_records.PolicyPublished,
        policy_records.PolicyWithdrawn,
        canteen_records.PlatesAttested,
        canteen_records.ClaimsClosed,
        settlement_records.SettlementSubmitted,
        settlement_records.SettlementChecked,
        settlement_records.SettlementReturned,
        settlement_records.SettlementAwaited,
        settlement_records.SettlementSentBack,
        settlement_records.SettlementReserved,
        recovery_records.RecoveryRaised,
        recovery_records.RecoveryLifted,
        recovery_records.RecoveryReceived,
        payees.PayeeRegistered,
        payees.PaymentRequested,
        payees.PaymentDropped,
        fund_records.FundOpened,
        fund_records.MoneyMovedIn,
    }
)
"""Every one of them; an event that is in neither list cannot be written."""
