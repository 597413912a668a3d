"""Words of meals: how sittings, payers and what became of a meal are said at the desk."""

from types import MappingProxyType
from typing import Final

from api.pages.languages import marked as _
from ledger.domain.tiers import PayerKind, Sitting
from ledger.projections.meal_records import ClaimStatus

SITTINGS: Final = MappingProxyType(
    {
        Sitting.breakfast: _("Breakfast"),
        Sitting.lunch: _("Lunch"),
        Sitting.dinner: _("Dinner"),
    }
)
PAYERS: Final = MappingProxyType(
    {
        PayerKind.fund.value: _("community fund"),
        PayerKind.cooperative.value: _("cooperative"),
        PayerKind.enterprise.value: _("enterprise"),
        PayerKind.government.value: _("government"),
        PayerKind.donor.value: _("donor"),
    }
)
"""Who bears a share, by the beginning of the payer's path."""
STANDS: Final = MappingProxyType(
    {
        ClaimStatus.standing: _("stands"),
        ClaimStatus.reversed: _("undone"),
        ClaimStatus.reinstated: _("stands again"),
    }
)
DONE: Final = MappingProxyType(
    {
        "undone": _("Taken back. If the eater has paid, give the money back."),
        "plates": _("The plates are entered."),
    }
)
