"""Nobody decides for herself, nor for a relation that either of the two has declared by then.

Whom each event is about, as a table: a volunteer, an auditor, whoever is given another's credit,
the person behind a payee, and the persons behind whoever ran a canteen in the month whose meals it
is about, or since.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from ledger.audit.duty_table import DECIDED, PAYMENT, SERVICE
from ledger.audit.hands import Hands
from ledger.domain.certificate_records import CertificateIssued, CertificateVoided
from ledger.domain.disbursement_records import (
    DisbursementApproved,
    DisbursementPaid,
    DisbursementRequested,
    DisbursementReversed,
)
from ledger.domain.fund_records import ImportedPaymentReversed
from ledger.domain.handovers import LogHandedOver
from ledger.domain.identity_records import PersonsMerged, PersonsSeparated
from ledger.domain.objection_records import ObjectionAnswered
from ledger.domain.recovery_records import RecoveryReopened, RecoverySettled
from ledger.domain.refusals import Code
from ledger.domain.rights_records import (
    CaseHeld,
    CaseReleased,
    PersonErased,
    PersonRestricted,
    RestrictionLifted,
)
from ledger.domain.service_records import (
    LateServiceRecorded,
    OpeningMinutesImported,
    OpeningMinutesReversed,
    ServiceCredited,
    ServiceHeld,
    ServiceRefused,
    ServiceReopened,
    ServiceReversed,
    StarGranted,
)
from ledger.domain.settlement_records import (
    SettlementApproved,
    SettlementChecked,
    SettlementPaid,
    SettlementPaymentReversed,
)
from ledger.domain.shift_records import AttendanceCorrected
from ledger.domain.timebank_records import CreditReversed, CreditTransferred
from ledger.domain.values import PersonId
from ledger.store.codec import Recorded

Whom: TypeAlias = Callable[[Hands, Recorded], Iterable[PersonId]]


@dataclass(frozen=True, slots=True)
class Impartial:
    """Whom an event is about: it is neither by her nor by a relation of hers."""

    events: tuple[type, ...]
    whom: Whom
    herself: Code
    related: Code


def _the_person(_: Hands, at: Recorded) -> Iterable[PersonId]:
    return (at.event.person,)


def _the_auditor(_: Hands, at: Recorded) -> Iterable[PersonId]:
    return (at.event.auditor,)


def _both(_: Hands, at: Recorded) -> Iterable[PersonId]:
    return (at.event.person, at.event.duplicate)


def _whose_record(hands: Hands, at: Recorded) -> Iterable[PersonId]:
    """A leader corrects any attendance, but not one that was decided about and is of a relation."""
    return (at.event.person,) if hands.who(DECIDED, SERVICE(at)) else ()


def _the_receiver(hands: Hands, at: Recorded) -> Iterable[PersonId]:
    """Whoever gives her own credit may give it to a relation."""
    event: Any = at.event
    return () if hands.are_same(at.actor, event.person) else (event.to_person,)


def _the_payee(hands: Hands, at: Recorded) -> Iterator[PersonId]:
    """An approval does not say whom it is for; the request does."""
    named = (at.event.payee,) if hasattr(at.event, "payee") else ()
    case = PAYMENT(at) if hasattr(at.event, "disbursement") else ""
    return hands.paid_by_disbursement(case, *named)


def _the_operators(hands: Hands, at: Recorded) -> Iterator[PersonId]:
    return hands.run(at, at.event.month)


def _the_operators_since(hands: Hands, at: Recorded) -> Iterator[PersonId]:
    return hands.settled(at)


_CONFIRMER = Code.confirmer_must_not_be_the_volunteer, Code.confirmer_must_not_be_related
_GIVEN = Code.credit_must_be_given_and_not_taken, Code.credit_must_be_given_and_not_taken
_PAYEE = Code.decider_must_not_be_the_payee, Code.decider_must_not_be_related_to_the_payee

IMPARTIAL: Final = (
    Impartial(
        (
            *(ServiceCredited, ServiceHeld, LateServiceRecorded, ServiceRefused, ServiceReversed),
            *(ObjectionAnswered, ServiceReopened, StarGranted, CreditReversed),
            *(OpeningMinutesImported, OpeningMinutesReversed),
            *(CertificateIssued, CertificateVoided),
        ),
        _the_person,
        *_CONFIRMER,
    ),
    Impartial(
        (PersonRestricted, RestrictionLifted, PersonErased, CaseHeld, CaseReleased),
        _the_person,
        Code.officer_must_not_be_the_person,
        Code.officer_must_not_be_related_to_the_person,
    ),
    Impartial(
        (PersonsMerged, PersonsSeparated),
        _both,
        Code.registrar_must_not_be_the_person,
        Code.registrar_must_not_be_related_to_the_person,
    ),
    Impartial(
        (LogHandedOver,),
        _the_auditor,
        Code.log_must_not_be_handed_to_oneself,
        Code.log_must_not_be_handed_to_a_relation,
    ),
    Impartial((AttendanceCorrected,), _whose_record, *_CONFIRMER),
    Impartial((CreditTransferred,), _the_receiver, *_GIVEN),
    Impartial(
        (
            *(DisbursementRequested, DisbursementApproved, DisbursementPaid, DisbursementReversed),
            ImportedPaymentReversed,
        ),
        _the_payee,
        *_PAYEE,
    ),
    Impartial(
        (SettlementChecked, SettlementApproved, SettlementPaid, SettlementPaymentReversed),
        _the_operators,
        *_PAYEE,
    ),
    Impartial((RecoverySettled, RecoveryReopened), _the_operators_since, *_PAYEE),
)
"""Persons behind a payee, and behind whoever ran a canteen, decide as little as a volunteer."""
