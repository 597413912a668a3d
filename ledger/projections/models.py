"""Every read model of the ledger; whoever adds one names it here."""

from typing import Final

from ledger.projections import (
    certificate_records,
    contribution_records,
    council_records,
    disbursement_records,
    fund_records,
    grants,
    handovers,
    journal_records,
    league_records,
    meal_records,
    notice_records,
    period_records,
    resolution_records,
    service_records,
    settlement_records,
    shift_records,
    trail,
)
from ledger.projections.model import ReadModel

MODELS: Final[tuple[ReadModel, ...]] = (
    journal_records.MODEL,
    fund_records.MODEL,
    trail.MODEL,
    service_records.MODEL,
    shift_records.MODEL,
    meal_records.MODEL,
    league_records.MODEL,
    resolution_records.MODEL,
    council_records.MODEL,
    period_records.MODEL,
    settlement_records.MODEL,
    disbursement_records.MODEL,
    contribution_records.MODEL,
    notice_records.MODEL,
    certificate_records.MODEL,
    grants.MODEL,
    handovers.MODEL,
)
