"""What is remembered of opening minutes: a balance for each unit that brought one, as it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ledger.domain.service_records import Deciders, OpeningMinutesImported, OpeningMinutesReversed
from ledger.domain.shift_records import EvidenceGrade
from ledger.domain.values import CommunityId, Minutes, Month, UnitId


@dataclass(frozen=True, slots=True)
class Opening:
    """What the person had served for a unit up to a day, that day included; all of it."""

    community: CommunityId
    as_of: date
    service_minutes: Minutes
    decided_by: Deciders
    booked_in: Month
    grade: EvidenceGrade


def opened(
    openings: Mapping[UnitId, Opening], event: OpeningMinutesImported | OpeningMinutesReversed
) -> Mapping[UnitId, Opening]:
    """A unit whose opening minutes were taken back is as if it had brought none."""
    others = {unit: each for unit, each in openings.items() if unit != event.unit}
    if isinstance(event, OpeningMinutesReversed):
        return others
    about = event.community, event.occurred_on, event.service_minutes, event.decided_by
    return {**others, event.unit: Opening(*about, event.booked_in, event.grade)}
