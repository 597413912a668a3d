"""Events that move neither money nor minutes; the rule book in `postings` names all the others.

A twin is here because its poster is there.
"""

from typing import Final

from ledger.domain import (
    book,
    canteens,
    community_records,
    fund_records,
    objection_records,
    people,
    periods,
    policy_records,
    service_records,
    shift_records,
    sites,
    timebank_records,
)

POSTS_NOTHING: Final[frozenset[type]] = frozenset(
    {
        book.LedgerCreated,
        community_records.CommunityRegistered,
        community_records.PopulationRecorded,
        community_records.CooperativeRegistered,
        community_records.UnitRegistered,
        community_records.ServiceRulesSet,
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
        shift_records.AttendanceCorrected,
        shift_records.NoShowMarked,
        shift_records.NoShowWithdrawn,
        service_records.ServiceHeld,
        service_records.ServiceRefused,
        service_records.LateServiceRecorded,
        service_records.ServiceReopened,
        objection_records.ObjectionRaised,
        objection_records.ObjectionAnswered,
        service_records.StarGranted,
        timebank_records.CreditReceived,
        policy_records.PolicyPublished,
        policy_records.PolicyWithdrawn,
        canteens.ClaimsClosed,
        fund_records.FundOpened,
        fund_records.MoneyMovedIn,
    }
)
"""Every one of them; an event that is in neither list cannot be written."""
