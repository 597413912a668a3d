"""Every stream, command and event of the ledger, by its stable name.

A name here is what is stored and what is called from outside; the Python class behind it may be
renamed or moved, the name may not. A changed event gets a new version beside the old one.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from ledger.domain import (
    account_records,
    accounts,
    administrators,
    attendance,
    book,
    canteen_records,
    canteens,
    cards,
    certificate_records,
    certificates,
    communities,
    community_records,
    consents,
    contribution_records,
    contributions,
    councils,
    credit_reversals,
    deaths,
    disbursement_records,
    disbursements,
    duplicates,
    fund_entries,
    fund_moves,
    fund_records,
    fund_state,
    funds,
    grant_records,
    grants,
    handovers,
    holds,
    ideas,
    identity_records,
    imported_payments,
    lateness,
    meal_records,
    meals,
    notice_records,
    notices,
    objection_records,
    objections,
    origins,
    payees,
    people,
    periods,
    person_records,
    policies,
    policy_records,
    purpose_records,
    purposes,
    receipts,
    recoveries,
    recovery_records,
    recovery_reversals,
    resolution_records,
    resolutions,
    rights,
    rights_records,
    service,
    service_openings,
    service_records,
    service_state,
    settlement_payments,
    settlement_records,
    settlement_state,
    settlements,
    shift_records,
    shifts,
    sites,
    slips,
    standing,
    stars,
    takings,
    timebank,
    timebank_records,
    unclaimable,
    unclaimable_records,
    views,
)
from ledger.domain.decisions import Kind, Stream, Verb

KINDS: Final[Mapping[str, Kind[Any]]] = MappingProxyType(
    {
        "ledger": Kind(book.Book(), book.evolve),
        "grants": Kind(grant_records.Grants(), grant_records.evolve),
        "account": Kind(account_records.Account(), account_records.evolve),
        "administrators": Kind(grant_records.Administrators(), grant_records.evolve_town),
        "community": Kind(community_records.Community(), community_records.evolve),
        "person": Kind(person_records.Person(), person_records.evolve),
        "policy": Kind(policy_records.Timeline(), policy_records.evolve),
        "meals": Kind(meal_records.MealMonth(), meal_records.evolve),
        "unclaimable": Kind(unclaimable_records.UnclaimableMonth(), unclaimable_records.evolve),
        "canteen": Kind(canteen_records.CanteenMonth(), canteen_records.evolve),
        "claims": Kind(None, settlement_state.nothing_is_written),
        "site": Kind(sites.Site(), sites.evolve),
        "shift": Kind(shift_records.Shift(), shift_records.evolve),
        "service": Kind(service_state.Service(), service_state.evolve),
        "credit": Kind(timebank_records.Credit(), timebank_records.evolve),
        "period": Kind(periods.Period(), periods.evolve),
        "resolution": Kind(resolution_records.Resolution(), resolution_records.evolve),
        "council": Kind(councils.Meeting(), councils.evolve),
        "contribution": Kind(contribution_records.Contribution(), contribution_records.evolve),
        "notice": Kind(notice_records.Notice(), notice_records.evolve),
        "certificate": Kind(certificate_records.Certificate(), certificate_records.evolve),
        "certificates": Kind(certificate_records.Register(), certificate_records.evolve_register),
        "handover": Kind(handovers.Handover(), handovers.evolve),
        "figures": Kind(None, notice_records.nothing_is_written),
        "fund": Kind(fund_state.Fund(), fund_entries.evolve),
        "payee": Kind(payees.Payee(), payees.evolve),
        "vault": Kind(views.Anchor(), views.evolve),
        "origins": Kind(origins.Origins(), origins.evolve),
    }
)
"""How each kind of stream folds, by the first word of its id."""

EVENTS: Final[Mapping[str, type]] = MappingProxyType(
    {
        "ledger-created.v1": book.LedgerCreated,
        "role-granted.v1": grant_records.RoleGranted,
        "role-revoked.v1": grant_records.RoleRevoked,
        "administrator-appointed.v1": grant_records.AdministratorAppointed,
        "administrator-removed.v1": grant_records.AdministratorRemoved,
        "slip-issued.v1": account_records.SlipIssued,
        "slip-countersigned.v1": account_records.SlipCountersigned,
        "slip-withdrawn.v1": account_records.SlipWithdrawn,
        "slip-used.v1": account_records.SlipUsed,
        "account-disabled.v1": account_records.AccountDisabled,
        "account-enabled.v1": account_records.AccountEnabled,
        "card-issued.v1": account_records.CardIssued,
        "card-revoked.v1": account_records.CardRevoked,
        "community-registered.v1": community_records.CommunityRegistered,
        "population-recorded.v1": community_records.PopulationRecorded,
        "cooperative-registered.v1": community_records.CooperativeRegistered,
        "unit-registered.v2": community_records.UnitRegistered,
        "service-rules-set.v2": community_records.ServiceRulesSet,
        "approval-bands-set.v1": community_records.ApprovalBandsSet,
        "month-closed.v1": community_records.MonthClosed,
        "person-registered.v1": person_records.PersonRegistered,
        "facts-recorded.v1": person_records.FactsRecorded,
        "contact-recorded.v1": person_records.ContactRecorded,
        "death-recorded.v1": person_records.DeathRecorded,
        "death-corrected.v1": person_records.DeathCorrected,
        "league-visibility-set.v1": person_records.LeagueVisibilitySet,
        "consent-given.v1": rights_records.ConsentGiven,
        "consent-withdrawn.v1": rights_records.ConsentWithdrawn,
        "person-restricted.v1": rights_records.PersonRestricted,
        "restriction-lifted.v1": rights_records.RestrictionLifted,
        "case-held.v1": rights_records.CaseHeld,
        "case-released.v1": rights_records.CaseReleased,
        "person-erased.v1": rights_records.PersonErased,
        "cash-given.v1": rights_records.CashGiven,
        "named-as-payee.v1": rights_records.NamedAsPayee,
        "persons-merged.v1": identity_records.PersonsMerged,
        "duplicate-merged.v1": identity_records.DuplicateMerged,
        "persons-separated.v1": identity_records.PersonsSeparated,
        "duplicate-separated.v1": identity_records.DuplicateSeparated,
        "policy-published.v1": policy_records.PolicyPublished,
        "policy-withdrawn.v1": policy_records.PolicyWithdrawn,
        "meal-claimed.v2": meal_records.MealClaimed,
        "meal-reversed.v1": meal_records.MealReversed,
        "meal-reinstated.v1": meal_records.MealReinstated,
        "unclaimable-meal-entered.v1": unclaimable_records.UnclaimableMealEntered,
        "unclaimable-meal-ended.v1": unclaimable_records.UnclaimableMealEnded,
        "plates-attested.v1": canteen_records.PlatesAttested,
        "takings-counted.v1": canteen_records.TakingsCounted,
        "takings-reversed.v1": canteen_records.TakingsReversed,
        "claims-closed.v1": canteen_records.ClaimsClosed,
        "settlement-submitted.v1": settlement_records.SettlementSubmitted,
        "settlement-checked.v1": settlement_records.SettlementChecked,
        "settlement-returned.v1": settlement_records.SettlementReturned,
        "settlement-approved.v1": settlement_records.SettlementApproved,
        "settlement-paid.v1": settlement_records.SettlementPaid,
        "settlement-payment-reversed.v1": settlement_records.SettlementPaymentReversed,
        "recovery-raised.v1": recovery_records.RecoveryRaised,
        "recovery-lifted.v1": recovery_records.RecoveryLifted,
        "write-off-reversed.v1": recovery_records.WriteOffReversed,
        "recovery-settled.v1": recovery_records.RecoverySettled,
        "recovery-reopened.v1": recovery_records.RecoveryReopened,
        "site-registered.v1": sites.SiteRegistered,
        "operator-changed.v1": sites.OperatorChanged,
        "service-days-set.v1": sites.ServiceDaysSet,
        "shift-scheduled.v1": shift_records.ShiftScheduled,
        "shift-cancelled.v1": shift_records.ShiftCancelled,
        "signed-up.v1": shift_records.SignedUp,
        "sign-up-withdrawn.v1": shift_records.SignUpWithdrawn,
        "sign-up-promoted.v1": shift_records.SignUpPromoted,
        "checked-in.v2": shift_records.CheckedIn,
        "checked-out.v2": shift_records.CheckedOut,
        "attendance-attested.v1": shift_records.AttendanceAttested,
        "attendance-corrected.v1": shift_records.AttendanceCorrected,
        "no-show-marked.v1": shift_records.NoShowMarked,
        "no-show-withdrawn.v1": shift_records.NoShowWithdrawn,
        "service-credited.v2": service_records.ServiceCredited,
        "service-held.v2": service_records.ServiceHeld,
        "late-service-recorded.v1": service_records.LateServiceRecorded,
        "service-refused.v2": service_records.ServiceRefused,
        "service-reversed.v2": service_records.ServiceReversed,
        "service-reinstated.v1": service_records.ServiceReinstated,
        "service-reopened.v1": service_records.ServiceReopened,
        "objection-raised.v1": objection_records.ObjectionRaised,
        "objection-answered.v1": objection_records.ObjectionAnswered,
        "star-granted.v2": service_records.StarGranted,
        "decider-found-related.v1": service_records.DeciderFoundRelated,
        "opening-minutes-imported.v2": service_records.OpeningMinutesImported,
        "opening-minutes-reversed.v1": service_records.OpeningMinutesReversed,
        "credit-transferred.v2": timebank_records.CreditTransferred,
        "credit-received.v1": timebank_records.CreditReceived,
        "credit-redeemed.v2": timebank_records.CreditRedeemed,
        "credit-donated.v2": timebank_records.CreditDonated,
        "credit-reversed.v1": timebank_records.CreditReversed,
        "credit-taken-back.v1": timebank_records.CreditTakenBack,
        "period-closed.v1": periods.PeriodClosed,
        "reopening-proposed.v1": periods.ReopeningProposed,
        "period-reopened.v1": periods.PeriodReopened,
        "month-reopened.v1": community_records.MonthReopened,
        "fund-opened.v1": fund_records.FundOpened,
        "opening-balance-recorded.v1": fund_records.OpeningBalanceRecorded,
        "money-received.v1": fund_records.MoneyReceived,
        "moved-between-funds.v2": fund_records.MovedBetweenFunds,
        "money-moved-in.v1": fund_records.MoneyMovedIn,
        "payment-imported.v2": fund_records.PaymentImported,
        "imported-payment-reversed.v1": fund_records.ImportedPaymentReversed,
        "move-reversed.v1": fund_records.MoveReversed,
        "money-moved-back.v1": fund_records.MoneyMovedBack,
        "resolution-recorded.v1": resolution_records.ResolutionRecorded,
        "resolution-revoked.v1": resolution_records.ResolutionRevoked,
        "meeting-recorded.v1": councils.MeetingRecorded,
        "meeting-attended.v1": councils.MeetingAttended,
        "attendance-withdrawn.v1": councils.AttendanceWithdrawn,
        "contribution-pledged.v1": contribution_records.ContributionPledged,
        "pledge-withdrawn.v1": contribution_records.PledgeWithdrawn,
        "contribution-recorded.v1": contribution_records.ContributionRecorded,
        "contribution-withdrawn.v1": contribution_records.ContributionWithdrawn,
        "idea-answered.v1": contribution_records.IdeaAnswered,
        "amount-visibility-set.v1": contribution_records.AmountVisibilitySet,
        "notice-published.v1": notice_records.NoticePublished,
        "notice-withdrawn.v1": notice_records.NoticeWithdrawn,
        "certificate-issued.v1": certificate_records.CertificateIssued,
        "certificate-numbered.v1": certificate_records.CertificateNumbered,
        "certificate-voided.v1": certificate_records.CertificateVoided,
        "log-handed-over.v1": handovers.LogHandedOver,
        "receipt-reversed.v1": fund_records.ReceiptReversed,
        "settlement-awaited.v1": settlement_records.SettlementAwaited,
        "settlement-sent-back.v1": settlement_records.SettlementSentBack,
        "settlement-reserved.v1": settlement_records.SettlementReserved,
        "settlement-disbursed.v1": settlement_records.SettlementDisbursed,
        "settlement-disbursement-reversed.v1": (settlement_records.SettlementDisbursementReversed),
        "recovery-received.v1": recovery_records.RecoveryReceived,
        "recovery-receipt-reversed.v1": recovery_records.RecoveryReceiptReversed,
        "disbursement-requested.v1": disbursement_records.DisbursementRequested,
        "disbursement-approved.v1": disbursement_records.DisbursementApproved,
        "disbursement-refused.v1": disbursement_records.DisbursementRefused,
        "disbursement-withdrawn.v1": disbursement_records.DisbursementWithdrawn,
        "disbursement-paid.v1": disbursement_records.DisbursementPaid,
        "disbursement-reversed.v1": disbursement_records.DisbursementReversed,
        "purpose-change-requested.v1": purpose_records.PurposeChangeRequested,
        "purpose-change-approved.v1": purpose_records.PurposeChangeApproved,
        "purpose-change-refused.v1": purpose_records.PurposeChangeRefused,
        "payee-registered.v1": payees.PayeeRegistered,
        "payment-requested.v1": payees.PaymentRequested,
        "payment-dropped.v1": payees.PaymentDropped,
        "views-anchored.v1": views.ViewsAnchored,
        "log-restored.v1": origins.LogRestored,
        "origin-proposed.v1": origins.OriginProposed,
        "origin-begun.v1": origins.OriginBegun,
    }
)
"""Every event ever stored, by the name it is stored under."""


def _verbs(noun: Any, **commands: type) -> dict[str, Verb]:  # noqa: ANN401  (a module)
    place = noun.__name__.rpartition(".")[2]
    names = {f"{place}/{word.rstrip('_').replace('_', '-')}": word for word in commands}
    return {
        name: Verb(
            commands[word],
            standing.needs_of(noun, commands[word]),
            standing.decide_of(noun, name, commands[word]),
            noun.place,
            getattr(noun, "CONSEQUENCES", frozenset()),
        )
        for name, word in names.items()
    }


VERBS: Final[Mapping[str, Verb]] = MappingProxyType(
    _verbs(book, create_ledger=book.CreateLedger)
    | _verbs(
        administrators,
        appoint_first=administrators.AppointFirst,
        break_glass=administrators.BreakGlass,
    )
    | _verbs(grants, grant=grants.GrantRole, revoke=grants.RevokeRole)
    | _verbs(accounts, disable=accounts.DisableAccount, enable=accounts.EnableAccount)
    | _verbs(
        slips,
        issue=slips.IssueSlip,
        countersign=slips.CountersignSlip,
        withdraw=slips.WithdrawSlip,
        use=slips.UseSlip,
    )
    | _verbs(cards, issue=cards.IssueCard, revoke=cards.RevokeCard)
    | _verbs(
        communities,
        register=communities.RegisterCommunity,
        record_population=communities.RecordPopulation,
        register_cooperative=communities.RegisterCooperative,
        register_unit=communities.RegisterUnit,
        set_service_rules=communities.SetServiceRules,
        set_approval_bands=communities.SetApprovalBands,
    )
    | _verbs(
        people,
        register=people.RegisterPerson,
        record_facts=people.RecordFacts,
        record_contact=people.RecordContact,
        set_league_visibility=people.SetLeagueVisibility,
    )
    | _verbs(consents, give=consents.GiveConsent, withdraw=consents.WithdrawConsent)
    | _verbs(
        rights,
        restrict=rights.RestrictPerson,
        lift=rights.LiftRestriction,
        erase=rights.ErasePerson,
        hold=rights.HoldCase,
        release=rights.ReleaseCase,
    )
    | _verbs(
        duplicates,
        merge=duplicates.MergePersons,
        separate=duplicates.SeparatePersons,
    )
    | _verbs(deaths, record=deaths.RecordDeath, correct=deaths.CorrectDeath)
    | _verbs(policies, publish=policies.PublishPolicy, withdraw=policies.WithdrawPolicy)
    | _verbs(meals, claim=meals.ClaimMeal, reverse=meals.ReverseMeal)
    | _verbs(
        unclaimable,
        enter=unclaimable.EnterUnclaimableMeal,
        end=unclaimable.EndUnclaimableMeal,
    )
    | _verbs(
        canteens,
        attest_plates=canteens.AttestPlates,
        count_takings=takings.CountTakings,
        reverse_takings=takings.ReverseTakings,
        close_claims=canteens.CloseClaims,
    )
    | _verbs(
        settlements,
        submit=settlements.SubmitSettlement,
        check=settlements.CheckSettlement,
        return_=settlements.ReturnSettlement,
        approve=settlements.ApproveSettlement,
        pay=settlement_payments.PaySettlement,
        reverse_payment=settlement_payments.ReverseSettlementPayment,
    )
    | _verbs(
        recoveries,
        settle=recoveries.SettleRecovery,
        write_off=recoveries.WriteOffRecovery,
        reverse=recovery_reversals.ReverseRecovery,
    )
    | _verbs(
        sites,
        register=sites.RegisterSite,
        change_operator=sites.ChangeOperator,
        set_service_days=sites.SetServiceDays,
    )
    | _verbs(
        shifts,
        schedule=shifts.ScheduleShift,
        cancel=shifts.CancelShift,
        sign_up=shifts.SignUp,
        withdraw_sign_up=shifts.WithdrawSignUp,
    )
    | _verbs(
        attendance,
        check_in=attendance.CheckIn,
        check_out=attendance.CheckOut,
        attest=attendance.AttestAttendance,
        correct=attendance.CorrectAttendance,
        mark_no_show=attendance.MarkNoShow,
    )
    | _verbs(
        service,
        confirm=service.ConfirmService,
        refuse=service.RefuseService,
        reverse=service.ReverseService,
        import_opening_minutes=service_openings.ImportOpeningMinutes,
        reverse_opening_minutes=service_openings.ReverseOpeningMinutes,
    )
    | _verbs(
        holds,
        release=holds.ReleaseHeldService,
        release_for_town=holds.ReleaseForTown,
    )
    | _verbs(
        lateness,
        record=lateness.RecordLateService,
        approve=lateness.ApproveLateService,
    )
    | _verbs(
        objections,
        **{"raise": objections.RaiseObjection},
        answer=objections.AnswerObjection,
    )
    | _verbs(stars, grant=stars.GrantStar)
    | _verbs(
        timebank,
        transfer=timebank.TransferCredit,
        redeem=timebank.RedeemCredit,
        donate=timebank.DonateCredit,
        reverse=credit_reversals.ReverseCredit,
    )
    | _verbs(
        periods,
        close=periods.ClosePeriod,
        propose_reopen=periods.ProposeReopen,
        reopen=periods.ReopenPeriod,
    )
    | _verbs(
        certificates,
        issue=certificates.IssueCertificate,
        void=certificates.VoidCertificate,
    )
    | _verbs(handovers, hand_over=handovers.HandOverLog)
    | _verbs(notices, publish=notices.PublishNotice, withdraw=notices.WithdrawNotice)
    | _verbs(
        funds,
        open=funds.OpenFund,
        record_opening_balance=funds.RecordOpeningBalance,
        receive_money=funds.ReceiveMoney,
        move=fund_moves.MoveBetweenFunds,
        reverse_move=fund_moves.ReverseMove,
        import_payment=imported_payments.ImportPayment,
        reverse_imported_payment=imported_payments.ReverseImportedPayment,
    )
    | _verbs(
        resolutions,
        record=resolutions.RecordResolution,
        revoke=resolutions.RevokeResolution,
    )
    | _verbs(
        councils,
        record_meeting=councils.RecordMeeting,
        record_attendance=councils.RecordAttendance,
        withdraw_attendance=councils.WithdrawAttendance,
    )
    | _verbs(
        purposes,
        request_change=purposes.RequestPurposeChange,
        approve_change=purposes.ApprovePurposeChange,
        refuse_change=purposes.RefusePurposeChange,
    )
    | _verbs(
        contributions,
        pledge=contributions.PledgeContribution,
        record=contributions.RecordContribution,
        withdraw=contributions.WithdrawContribution,
        set_amount_visibility=contributions.SetAmountVisibility,
    )
    | _verbs(ideas, answer=ideas.AnswerIdea)
    | _verbs(receipts, reverse=receipts.ReverseReceipt)
    | _verbs(payees, register=payees.RegisterPayee)
    | _verbs(views, anchor=views.AnchorViews)
    | _verbs(
        origins,
        note_restore=origins.NoteRestore,
        propose=origins.ProposeOrigin,
        approve=origins.ApproveOrigin,
    )
    | _verbs(
        disbursements,
        request=disbursements.RequestDisbursement,
        withdraw=disbursements.WithdrawDisbursement,
        approve=disbursements.ApproveDisbursement,
        refuse=disbursements.RefuseDisbursement,
        pay=disbursements.PayDisbursement,
        reverse=disbursements.ReverseDisbursement,
    )
)
"""Every command by the name it is called under: the noun's file, a slash, the verb."""

NAME_OF_EVENT: Final[Mapping[type, str]] = MappingProxyType(
    {event: name for name, event in EVENTS.items()}
)
NAME_OF_COMMAND: Final[Mapping[type, str]] = MappingProxyType(
    {verb.command: name for name, verb in VERBS.items()}
)
VERB_OF_COMMAND: Final[Mapping[type, Verb]] = MappingProxyType(
    {verb.command: verb for verb in VERBS.values()}
)


def kind_of(stream: Stream[Any]) -> Kind[Any]:
    """How the stream folds; KeyError for a stream of no known kind."""
    return KINDS[stream.partition("-")[0]]
