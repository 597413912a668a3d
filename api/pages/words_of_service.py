"""Words of service: how the closed lists about shifts and service are said to a person."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.pages.languages import marked as _
from ledger.domain.objection_records import ObjectionAnswer, ObjectionReason
from ledger.domain.service_records import LateReason, RefusalReason, ReversalReason, Status
from ledger.domain.shift_records import CancelReason, CorrectionReason
from ledger.projections.shift_records import Listing

CANCELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        CancelReason.weather: _("the weather"),
        CancelReason.too_few: _("too few people"),
        CancelReason.site_closed: _("the place is closed"),
        CancelReason.entered_by_mistake: _("entered by mistake"),
        CancelReason.other: _("another reason"),
    }
)
CORRECTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        CorrectionReason.wrong_time: _("a wrong time was entered"),
        CorrectionReason.clock_was_wrong: _("the clock was wrong"),
        CorrectionReason.objection_upheld: _("an objection was right"),
        CorrectionReason.other: _("another reason"),
    }
)
LISTINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Listing.signed_up: _("has a place"),
        Listing.waiting: _("waits for a place"),
        Listing.withdrawn: _("does not come after all"),
    }
)
LATE: Final[Mapping[str, str]] = MappingProxyType(
    {
        LateReason.kept_on_paper: _("it was kept on paper"),
        LateReason.no_confirmer: _("there was nobody to confirm it"),
        LateReason.attendance_corrected: _("the attendance was corrected"),
        LateReason.objection_upheld: _("an objection was right"),
        LateReason.forgotten: _("it was forgotten"),
        LateReason.other: _("another reason"),
    }
)
NOT_SERVICE: Final[Mapping[str, str]] = MappingProxyType(
    {
        RefusalReason.not_present: _("not present"),
        RefusalReason.not_service: _("no volunteer service"),
        RefusalReason.wrong_person: _("entered for the wrong person"),
        RefusalReason.entered_twice: _("entered twice"),
        RefusalReason.other: _("another reason"),
    }
)
"""Why somebody says that an attendance is not service; that she had died is no opinion."""
TAKEN_BACK: Final[Mapping[str, str]] = MappingProxyType(
    {
        ReversalReason.entered_by_mistake: _("entered by mistake"),
        ReversalReason.found_false: _("found to be false"),
        ReversalReason.other: _("another reason"),
    }
)
OBJECTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        ObjectionReason.not_recorded: _("it is not recorded"),
        ObjectionReason.minutes_wrong: _("the time is wrong"),
        ObjectionReason.wrongly_refused: _("it should have been counted"),
        ObjectionReason.wrongly_reversed: _("it should not have been taken back"),
        ObjectionReason.held_too_long: _("it has been waiting too long"),
        ObjectionReason.not_mine: _("it is not mine"),
        ObjectionReason.other: _("something else"),
    }
)
ANSWERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        ObjectionAnswer.upheld: _("the objection is right"),
        ObjectionAnswer.rejected: _("the objection is not right"),
    }
)
DONE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "scheduled": _("The shift is announced."),
        "cancelled": _("The shift is called off. Tell everybody on its list."),
        "sign-up": _("Signed up. If no place was free, the list says that she waits."),
        "withdraw": _("Taken off the list."),
        "attest": _("The times are entered. Somebody else confirms them."),
        "correct": _("The times are corrected, and wait to be confirmed anew."),
        "no-show": _("It is entered that she did not come."),
        "late": _("The evidence is entered. Somebody else approves it."),
        "confirm": _(
            "Confirmed. What is late or over the limit of a day waits for a second person."
        ),
        "not-service": _("Not counted."),
        "take-back": _("The minutes are taken back."),
        "release": _("Looked at. If nothing else stands in its way, it counts now."),
        "release-for-town": _("Looked at. If nothing else stands in its way, it counts now."),
        "approve-late": _("Looked at. If nothing else stands in its way, it counts now."),
        "answer": _("The objection is answered."),
        "object": _("The objection is written down, and must be answered."),
        "check-in": _("You are checked in."),
        "check-out": _("You are checked out. Somebody confirms your time."),
        "sheet-check-in": _("It is entered that she came."),
        "sheet-check-out": _("It is entered that she left."),
        "own-sign-up": _("You are on the list. If no place was free, it says that you wait."),
        "own-withdraw": _("You are off the list."),
        "own-object": _("Your objection is written down. Somebody must answer it."),
    }
)
RELEASES: Final = ("release", "release-for-town", "approve-late")
COUNTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "confirm": _("Confirmed. It counts now."),
        **dict.fromkeys(RELEASES, _("Looked at. It counts now.")),
    }
)
WAITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "confirm": _("Confirmed, and held: a second person decides."),
        **dict.fromkeys(
            RELEASES, _("Looked at. It does not count yet: what it still waits for is its state.")
        ),
    }
)


def done(status: Status | None) -> Mapping[str, str]:
    """What was done, and where a decision has left it."""
    outcomes = {Status.credited: COUNTS, Status.held: WAITS}
    return {**DONE, **outcomes[status]} if status in outcomes else DONE
