"""Words of meals: how sittings, payers and what became of a meal are said at the desk."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.pages.languages import marked as _
from ledger.domain.meal_records import MealReversalReason, ReversalKind
from ledger.domain.tiers import Sitting
from ledger.domain.unclaimable_records import EndReason, MealPayer, WhyRefused
from ledger.projections.meal_records import ClaimStatus
from ledger.projections.meals import Claim

SITTINGS: Final = MappingProxyType(
    {
        Sitting.breakfast: _("Breakfast"),
        Sitting.lunch: _("Lunch"),
        Sitting.dinner: _("Dinner"),
    }
)
STANDS: Final = MappingProxyType(
    {
        ClaimStatus.standing: _("stands"),
        ClaimStatus.reinstated: _("stands again"),
    }
)
TAKEN_BACK: Final = MappingProxyType(
    {
        ReversalKind.void: _("undone"),
        ReversalKind.subsidy_withdrawn: _("without its subsidy; the eater gets nothing back"),
    }
)
REVERSALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        ReversalKind.void: _("All of it: the eater gets back what she paid"),
        ReversalKind.subsidy_withdrawn: _("The subsidy alone: the eater gets nothing back"),
    }
)
"""What is taken back, as it is chosen."""
REVERSAL_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        MealReversalReason.entered_by_mistake: _("entered by mistake"),
        MealReversalReason.not_eaten: _("the meal was not eaten"),
        MealReversalReason.wrong_person: _("entered for the wrong person"),
        MealReversalReason.ineligible: _("she was not entitled to the subsidy"),
        MealReversalReason.other: _("another reason"),
    }
)
"""Those that people give; a death is recorded, and takes meals back by itself."""
FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {"kind": _("What is taken back"), "reason": _("Reason")}
)
"""What is chosen, as it is called where it is shown again."""
WHY_REFUSED: Final = MappingProxyType(
    {
        WhyRefused.person_must_not_be_erased: _("her data were erased"),
        WhyRefused.person_must_not_be_a_duplicate: _("she is kept under another id"),
        WhyRefused.person_must_not_be_restricted: _("her data are only kept, and not used"),
        WhyRefused.person_must_be_registered_on_the_day: _("she was not registered on the day"),
        WhyRefused.person_must_be_alive_on_the_day: _("she had died before"),
        WhyRefused.person_must_have_facts: _("there is no fact sheet of hers"),
        WhyRefused.claim_must_not_be_too_late: _("it came too late"),
        WhyRefused.policy_must_cover_the_day: _("no policy covers the day"),
        WhyRefused.canteen_must_serve_on_the_day: _("the canteen does not serve on the day"),
        WhyRefused.sitting_must_be_served: _("this sitting is not served with subsidy"),
        WhyRefused.day_must_not_have_two_subsidised_meals: _(
            "she had her subsidised meals of the day already"
        ),
    }
)
"""Why a meal that was eaten could not be claimed."""
WHO_PAYS: Final = MappingProxyType(
    {
        MealPayer.eater: _("the eater, what is missing to the full price"),
        MealPayer.canteen: _("the canteen, what the eater has not paid"),
    }
)
ENDS: Final = MappingProxyType(
    {
        EndReason.paid: _("It was paid"),
        EndReason.claimed: _("It is recorded as a meal by now"),
        EndReason.not_eaten: _("Nobody ate it"),
        EndReason.wrong_person: _("It was another person"),
    }
)
"""How the exception ended."""
DONE: Final = MappingProxyType(
    {
        "ended": _("Entered. The exception has ended."),
        ReversalKind.void.value: _("Taken back. If the eater has paid, give the money back."),
        ReversalKind.subsidy_withdrawn.value: _(
            "The subsidy is taken back. The eater gets nothing back."
        ),
        "undone": _("Taken back. If the eater has paid, give the money back."),
        "plates": _("The plates are entered."),
    }
)


def stands(claim: Claim) -> str:
    """What became of a meal, and, where it was taken back, whether the eater's money was too."""
    if claim.status is ClaimStatus.reversed:
        return TAKEN_BACK[claim.changes[-1].kind]
    return STANDS[claim.status]
