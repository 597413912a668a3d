"""What the detectors find in a log of events made by hand: short words for a finding."""

from typing import Any

from ledger.projections import (
    certificate_records,
    fund_records,
    meal_records,
    notice_records,
    period_records,
    service_records,
    settlement_records,
    shift_records,
    trail,
)
from ledger.projections.detectors import Pattern
from ledger.projections.exceptions import Finding, exceptions
from ledger.projections.view import View
from tests.projections.real_log import written

MODELS = (
    *(service_records.MODEL, shift_records.MODEL, meal_records.MODEL, settlement_records.MODEL),
    *(fund_records.MODEL, notice_records.MODEL, period_records.MODEL),
    *(certificate_records.MODEL, trail.MODEL),
)


def found(database: str, *events: Any, known: int | None = None, **asked: Any) -> list[Finding]:
    """Everything that is found in these events, at positions from 1 on, the heaviest first."""
    with written(database, MODELS, *events) as connection:
        return list(exceptions(connection, View(known=known), **asked))


def found_one(database: str, pattern: Pattern, *events: Any) -> Finding:
    """The one finding of that pattern, told without a brace left."""
    (finding,) = found(database, *events, pattern=pattern)
    told = finding.sentence_zh + finding.sentence_en + finding.remedy_zh + finding.remedy_en
    assert "{" not in told
    return finding
