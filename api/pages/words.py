"""Words: how the closed lists of the ledger are said to a person; the catalogues have them all."""

from types import MappingProxyType
from typing import Final

from api.pages.languages import marked as _
from ledger.domain.certificate_records import VoidReason
from ledger.domain.origins import OriginReason
from ledger.domain.service_records import (
    Hold,
    OpeningReversalReason,
    RefusalReason,
    ReversalReason,
    Status,
)
from ledger.domain.shift_records import EvidenceGrade

GRADES: Final = MappingProxyType(
    {
        EvidenceGrade.checked: _("checked in and out by yourself"),
        EvidenceGrade.attested: _("entered by the team leader"),
        EvidenceGrade.imported: _("taken over from an earlier system"),
        EvidenceGrade.estimated: _("estimated from memory"),
    }
)
PUBLIC_GRADES: Final = MappingProxyType(
    {
        EvidenceGrade.checked: _("checked in and out"),
        EvidenceGrade.attested: _("entered by a team leader"),
        EvidenceGrade.imported: _("taken over from an earlier system"),
        EvidenceGrade.estimated: _("estimated from memory"),
    }
)
"""The same for whoever looks at somebody else's certificate."""
VOID_REASONS: Final = MappingProxyType(
    {
        VoidReason.issued_by_mistake: _("it was issued by mistake"),
        VoidReason.records_corrected: _("records on it were corrected"),
        VoidReason.replaced: _("another one took its place"),
        VoidReason.misused: _("it was misused"),
        VoidReason.other: _("another reason"),
    }
)
ORIGIN_REASONS: Final = MappingProxyType(
    {
        OriginReason.older_backup: _("it was put back from an older backup"),
        OriginReason.key_lost: _("its key was lost"),
        OriginReason.key_stolen: _("its key was stolen"),
    }
)
STATUSES: Final = MappingProxyType(
    {
        Status.credited: _("confirmed"),
        Status.held: _("waiting"),
        Status.refused: _("not counted"),
        Status.reversed: _("taken back"),
    }
)
HOLDS: Final = MappingProxyType(
    {
        Hold.month_closed: _("the month's books were closed already; a second person looks at it"),
        Hold.late_entry: _("it was entered late; a second person looks at it"),
        Hold.day_over_town_limit: _("the day is over the town's limit; the town looks at it"),
        Hold.day_over_unit_limit: _("the day is over the limit; a second person looks at it"),
    }
)
REASONS: Final = MappingProxyType(
    {
        RefusalReason.not_present.value: _("not present"),
        RefusalReason.not_service.value: _("no volunteer service"),
        RefusalReason.wrong_person.value: _("entered for the wrong person"),
        RefusalReason.entered_twice.value: _("entered twice"),
        RefusalReason.after_death.value: _("after a recorded death"),
        ReversalReason.entered_by_mistake.value: _("entered by mistake"),
        ReversalReason.found_false.value: _("found to be false"),
        OpeningReversalReason.figure_wrong.value: _("the figure was wrong"),
        OpeningReversalReason.counted_twice.value: _("counted twice"),
        RefusalReason.other.value: _("another reason"),
    }
)
