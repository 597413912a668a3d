"""Service steps: one person in one shift, and what whoever leads or confirms does about it.

    the leader      on and off the list, the times, that she did not come, evidence of what is late
    the confirmer   confirms, refuses, takes back, releases, approves late entries, answers

Nobody decides about her own service or a relation's, nor twice; the ledger says so. Minutes follow
from the times, and are typed by nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from api.pages import words_of_service as words
from api.pages.languages import marked as _
from ledger.domain.authority import Role
from ledger.domain.lateness import LATE
from ledger.domain.service_records import Hold, Status
from ledger.domain.values import PersonId
from ledger.projections.remarks import Remark, RemarkKind
from ledger.projections.service import ServiceRecord
from ledger.projections.shift_records import Listing
from ledger.projections.shifts import BoardLine, PersonInShift


@dataclass(frozen=True, slots=True)
class Case:
    """One person in a shift, as far as it is known; `at` is now.

    `deciders` are all who ever decided about it.
    """

    line: BoardLine
    seen: PersonInShift | None
    record: ServiceRecord | None
    remarks: tuple[Remark, ...]
    at: datetime
    deciders: frozenset[PersonId] = frozenset()

    @property
    def objection(self) -> Remark | None:
        """What she objects to and nobody has answered."""
        return next((each for each in self.objections if each.ended_position is None), None)

    @property
    def objections(self) -> tuple[Remark, ...]:
        """All that she ever objected to here, the newest first: what was answered stays said."""
        found = (each for each in self.remarks if each.kind is RemarkKind.objection)
        return tuple(reversed(tuple(found)))

    @property
    def evidence(self) -> Remark | None:
        """What was stated of why the service comes late."""
        return self.record.evidence if self.record else None

    def _is(self, *statuses: Status) -> bool:
        return self.seen is not None and self.seen.status in statuses

    # -- what is so ------------------------------------------------------------------------------

    def is_listed(self) -> bool:
        """She has a place or waits for one, and may still go back on it."""
        on_the_list = self.seen is not None and self.seen.listing in (
            Listing.signed_up,
            Listing.waiting,
        )
        return on_the_list and not self.has_come() and self.at < self.line.ends_at

    def has_come(self) -> bool:
        """Somebody knows when."""
        return self.seen is not None and self.seen.check_in is not None

    def was_present(self) -> bool:
        """Both times are known."""
        return self.seen is not None and self.seen.check_out is not None

    def lacks_times(self) -> bool:
        """It has begun, and it is not known when she came and left."""
        return self.line.starts_at <= self.at and not self.was_present()

    def stayed_away(self) -> bool:
        """She had a place, did not come, and nobody has said so."""
        if self.seen is None or self.seen.no_show or self.has_come():
            return False
        return self.seen.listing is Listing.signed_up and self.line.ends_at <= self.at

    def can_be_corrected(self) -> bool:
        """The times are known, and no minutes rest on them."""
        return self.was_present() and not self._is(Status.credited, Status.held)

    def is_undecided(self) -> bool:
        """She was there, and nobody has said whether it is service."""
        over = self.line.ends_at <= self.at
        return self.was_present() and over and self.seen is not None and self.seen.status is None

    def is_unsettled(self) -> bool:
        """It may still be refused."""
        return self.was_present() and (self.is_undecided() or self._is(Status.held))

    def counts(self) -> bool:
        """It is credited."""
        return self._is(Status.credited)

    def waits_for(self, *holds: Hold) -> bool:
        """It is held for one of these reasons."""
        return self._is(Status.held) and self.seen is not None and self.seen.hold in holds

    def lacks_evidence(self) -> bool:
        """It is late, and nothing was stated about why."""
        return self.waits_for(*LATE) and self.evidence is None

    def has_evidence(self) -> bool:
        """It is late, and somebody has stated why."""
        return self.waits_for(*LATE) and self.evidence is not None

    def is_disputed(self) -> bool:
        """An objection waits for its answer."""
        return self.objection is not None

    def can_be_disputed(self) -> bool:
        """The shift is over, and no objection waits."""
        return self.line.ends_at <= self.at and not self.is_disputed()


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody does about it: its name, the command, the roles whose it is.

    What is to be filled in has a page of its own; the `hint` says what comes of it.
    """

    told: str
    command: str
    roles: tuple[Role, ...]
    hint: str = ""
    fields: frozenset[str] = frozenset()
    texts: Mapping[str, str] = field(default_factory=dict)


REASON: Final = frozenset({"reason"})
TIMES: Final = frozenset({"check_in", "check_out"})
NOTE: Final = frozenset({"reason", "note"})
LEADER: Final = (Role.leader,)
CONFIRMER: Final = (Role.confirmer,)
ANOTHER: Final = _("Whoever confirmed it cannot do this too.")
STEPS: Final = {
    "confirm": Step(
        _("Confirm"),
        "service/confirm",
        CONFIRMER,
        _("That she served as the times say. The minutes follow from them."),
    ),
    "release": Step(_("Let it count"), "holds/release", CONFIRMER, ANOTHER),
    "release-for-town": Step(
        _("Let it count for the town"), "holds/release-for-town", (Role.town_approver,), ANOTHER
    ),
    "approve-late": Step(_("Approve the late entry"), "lateness/approve", CONFIRMER, ANOTHER),
    "answer": Step(
        _("Answer the objection"),
        "objections/answer",
        CONFIRMER,
        _("An objection that is right changes no minutes by itself: what is wrong is put right."),
        frozenset({"answer"}),
        words.ANSWERS,
    ),
    "attest": Step(
        _("Enter when she came and left"),
        "attendance/attest",
        LEADER,
        _("Somebody else confirms it. The minutes follow from the times."),
        TIMES,
    ),
    "late": Step(
        _("Enter why it comes late"),
        "lateness/record",
        (Role.leader, Role.confirmer),
        _("It waits until the evidence is written down and somebody else has approved it."),
        NOTE,
        words.LATE,
    ),
    "no-show": Step(_("Enter that she did not come"), "attendance/mark-no-show", LEADER),
    "withdraw": Step(_("Take her off the list"), "shifts/withdraw-sign-up", LEADER),
    "not-service": Step(
        _("Do not count it"),
        "service/refuse",
        (Role.confirmer, Role.town_approver),
        _("She sees the reason, and may object."),
        REASON,
        words.NOT_SERVICE,
    ),
    "correct": Step(
        _("Correct the times"),
        "attendance/correct",
        LEADER,
        _("What was there before stays on record. It is confirmed anew."),
        TIMES | REASON,
        words.CORRECTIONS,
    ),
    "take-back": Step(
        _("Take the minutes back"),
        "service/reverse",
        CONFIRMER,
        _("Before wrong times can be corrected, the hours that rest on them are taken back."),
        REASON,
        words.TAKEN_BACK,
    ),
    "object": Step(
        _("Write down an objection of hers"),
        "objections/raise",
        (Role.leader, Role.registrar),
        _("Somebody who has not decided about it must answer."),
        NOTE,
        words.OBJECTIONS,
    ),
}
"""In the order in which a page offers them."""
DECIDING: Final = frozenset(
    {"confirm", "release", "release-for-town", "approve-late", "answer", "not-service", "take-back"}
)
"""What nobody does about her own service."""
SECOND: Final = frozenset({"release", "release-for-town", "approve-late", "answer"})
"""What nobody does who has decided about it before."""


def fitting(case: Case) -> frozenset[str]:
    """The steps that there is something to take for, whoever takes them."""
    fits = {
        "withdraw": case.is_listed(),
        "attest": case.lacks_times(),
        "no-show": case.stayed_away(),
        "correct": case.can_be_corrected(),
        "late": case.lacks_evidence(),
        "object": case.can_be_disputed(),
        "confirm": case.is_undecided(),
        "release": case.waits_for(Hold.day_over_unit_limit),
        "release-for-town": case.waits_for(Hold.day_over_town_limit),
        "approve-late": case.has_evidence(),
        "answer": case.is_disputed(),
        "not-service": case.is_unsettled(),
        "take-back": case.counts(),
    }
    if case.line.cancelled is not None:
        return frozenset({"object", "answer"} & {name for name, does in fits.items() if does})
    return frozenset(name for name, does in fits.items() if does)


def anothers(case: Case, reader: PersonId) -> frozenset[str]:
    """The steps that must be another's: she decided before, or wrote the objection down."""
    if reader in case.deciders:
        return SECOND
    raised = case.objection is not None and case.objection.made_by == reader
    return frozenset({"answer"} if raised else ())
