"""What nobody decides: events that follow from another, whose actor is the system.

A death takes meals back, and an approved settlement offsets what was to come back: nobody chose
that, so nobody answers for it, and the system is exempt from every duty. Just therefore it must
write nothing else: what only a person may decide is a violation under its name, and so is what
only follows, under a person's. What follows stands behind its cause, in one command; so does what
one decision tells a second stream.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from ledger.audit.flaws import Flaw
from ledger.domain.authority import Role
from ledger.domain.book import LedgerCreated
from ledger.domain.certificate_records import CertificateIssued, CertificateNumbered
from ledger.domain.community_records import MonthReopened
from ledger.domain.fund_records import (
    MoneyMovedBack,
    MoneyMovedIn,
    MovedBetweenFunds,
    MoveReversed,
)
from ledger.domain.grant_records import (
    AdministratorAppointed,
    AdministratorRemoved,
    Appointment,
    RoleGranted,
    RoleRevoked,
)
from ledger.domain.identity_records import (
    DuplicateMerged,
    DuplicateSeparated,
    PersonsMerged,
    PersonsSeparated,
)
from ledger.domain.meal_records import MealReinstated, MealReversalReason, MealReversed
from ledger.domain.objection_records import ObjectionAnswered
from ledger.domain.origins import LogRestored
from ledger.domain.periods import PeriodReopened
from ledger.domain.person_records import (
    DeathCorrected,
    DeathRecorded,
    FactsRecorded,
    LeagueVisibilitySet,
)
from ledger.domain.recovery_records import (
    RecoveryEnd,
    RecoveryLifted,
    RecoveryRaised,
    RecoveryReceiptReversed,
    RecoveryReceived,
    RecoveryReopened,
    RecoverySettled,
    WriteOffReversed,
)
from ledger.domain.refusals import Code
from ledger.domain.rights_records import ConsentWithdrawn, PersonErased, PersonRestricted
from ledger.domain.service_records import (
    DeciderFoundRelated,
    RefusalReason,
    ReversalReason,
    ServiceRefused,
    ServiceReinstated,
    ServiceReopened,
    ServiceReversed,
)
from ledger.domain.settlement_records import (
    SettlementApproved,
    SettlementDisbursed,
    SettlementDisbursementReversed,
    SettlementPaid,
    SettlementPaymentReversed,
    SettlementReserved,
)
from ledger.domain.shift_records import AttendanceCorrected, SignUpPromoted, SignUpWithdrawn
from ledger.domain.timebank_records import (
    CreditReceived,
    CreditReversed,
    CreditTakenBack,
    CreditTransferred,
)
from ledger.domain.values import SYSTEM, PersonId
from ledger.domain.views import ViewsAnchored
from ledger.store.codec import Recorded


def _always(_: Any) -> bool:  # noqa: ANN401 - an event of any kind
    return True


class Following(NamedTuple):
    """An event that follows: from which others, and such as what, where people write it too."""

    causes: frozenset[type]
    such: Callable[[Any], bool] = _always
    code: Code = Code.reason_must_not_be_left_to_the_ledger


def _from(*causes: type, such: Callable[[Any], bool] = _always) -> Following:
    return Following(frozenset(causes), such)


FOLLOWS: Final[Mapping[type, Following]] = MappingProxyType(
    {
        LedgerCreated: Following(frozenset(), code=Code.command_must_be_given_at_the_machine),
        ViewsAnchored: Following(frozenset(), code=Code.command_must_be_given_at_the_machine),
        AdministratorAppointed: Following(
            frozenset(),
            lambda event: event.appointment is not Appointment.granted,
            code=Code.command_must_be_given_at_the_machine,
        ),
        LogRestored: Following(frozenset(), code=Code.command_must_be_given_at_the_machine),
        DeciderFoundRelated: _from(FactsRecorded, PersonsMerged),
        SignUpPromoted: _from(SignUpWithdrawn),
        MealReversed: _from(
            *(DeathRecorded, DeathCorrected),
            such=lambda event: event.reason is MealReversalReason.death_recorded_later,
        ),
        MealReinstated: _from(DeathCorrected),
        ServiceReversed: _from(
            *(DeathRecorded, DeathCorrected),
            such=lambda event: event.reason is ReversalReason.after_death,
        ),
        ServiceRefused: _from(
            *(DeathRecorded, DeathCorrected),
            such=lambda event: event.reason is RefusalReason.after_death,
        ),
        ServiceReinstated: _from(DeathCorrected),
        RecoveryRaised: _from(DeathRecorded, DeathCorrected, MealReversed, SettlementApproved),
        RecoveryLifted: _from(DeathCorrected, RecoveryReopened),
        WriteOffReversed: _from(DeathCorrected),
        RecoverySettled: _from(
            SettlementApproved,
            such=lambda event: event.end in (RecoveryEnd.offset, RecoveryEnd.carried),
        ),
    }
)
"""All that the system alone writes. Everything else is somebody's decision."""

MAY_FOLLOW: Final[Mapping[type, Following]] = MappingProxyType(
    {
        RoleGranted: _from(
            AdministratorAppointed, such=lambda event: event.role is Role.administrator
        ),
        PersonErased: _from(LogRestored),
        ConsentWithdrawn: _from(PersonRestricted, DuplicateMerged),
        LeagueVisibilitySet: _from(PersonRestricted, DuplicateMerged),
    }
)
"""What the system writes behind such a cause, and persons write too."""

BEHIND: Final[Mapping[type, frozenset[type]]] = MappingProxyType(
    {
        AdministratorAppointed: frozenset({RoleGranted}),
        AdministratorRemoved: frozenset({RoleRevoked}),
        ServiceReopened: frozenset({ObjectionAnswered, AttendanceCorrected}),
        DuplicateMerged: frozenset({PersonsMerged}),
        DuplicateSeparated: frozenset({PersonsSeparated}),
        CertificateNumbered: frozenset({CertificateIssued}),
        CreditReceived: frozenset({CreditTransferred}),
        CreditTakenBack: frozenset({CreditReversed}),
        SettlementReserved: frozenset({SettlementApproved}),
        SettlementDisbursed: frozenset({SettlementPaid}),
        SettlementDisbursementReversed: frozenset({SettlementPaymentReversed}),
        RecoveryReceived: frozenset({RecoverySettled}),
        RecoveryReceiptReversed: frozenset({RecoveryReopened}),
        MoneyMovedIn: frozenset({MovedBetweenFunds}),
        MoneyMovedBack: frozenset({MoveReversed}),
        MonthReopened: frozenset({PeriodReopened}),
    }
)
"""What nobody writes alone: behind which event of the same command, whose duties are asked."""


@dataclass(slots=True)
class Consequences:
    """What one command has written so far, to know what can follow from it."""

    command: str = ""
    actor: PersonId = SYSTEM
    written: set[type] = field(default_factory=set)

    def look(self, at: Recorded) -> Iterator[Flaw]:
        """An event of the system's that a person decides, one of a person's, or without cause."""
        self._go_on(at)
        kind = type(at.event)
        following = FOLLOWS.get(kind)
        if at.actor == SYSTEM and following is None:
            following = MAY_FOLLOW.get(kind)
        if following is None or not following.such(at.event):
            if at.actor == SYSTEM:
                yield _decided_by_nobody(at)
            if kind in BEHIND and BEHIND[kind].isdisjoint(self.written):
                yield _without_cause(at)
        elif at.actor != SYSTEM:
            yield _not_a_persons(at, following.code)
        elif following.causes and following.causes.isdisjoint(self.written):
            yield _without_cause(at)
        self.written.add(kind)

    def _go_on(self, at: Recorded) -> None:
        """The system goes on with the command of whoever acted before it."""
        if at.command == self.command and at.actor in (self.actor, SYSTEM):
            return
        self.command, self.actor = at.command, at.actor
        self.written.clear()


def _decided_by_nobody(at: Recorded) -> Flaw:
    en = f"{at.name}: the system wrote what only a person may decide."
    return Flaw(at.position, en, f"{at.name}：只能由人决定的事项由系统写入。")


def _not_a_persons(at: Recorded, code: Code) -> Flaw:
    en = f"{at.name}: {at.actor} wrote what nobody decides ({code.name})."
    zh = f"{at.name}：{at.actor} 写入了不由任何人决定的事项（{code.name}）。"
    return Flaw(at.position, en, zh)


def _without_cause(at: Recorded) -> Flaw:
    en = f"{at.name}: it follows from nothing that its command had written before."
    return Flaw(at.position, en, f"{at.name}：同一指令此前没有引起它的事件。")
