"""Words of people: what a sheet of facts says, as it is said to whoever fills it in."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.pages.languages import marked as _
from ledger.domain.facts import Hardship, Kinship

HARDSHIPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Hardship.extreme_poverty: _("extreme poverty"),
        Hardship.subsistence: _("subsistence allowance"),
        Hardship.subsistence_margin: _("at the margin of subsistence"),
        Hardship.special_care: _("special care"),
        Hardship.bereaved_of_only_child: _("bereaved of the only child"),
        Hardship.severe_disability: _("severe disability"),
        Hardship.living_alone: _("living alone"),
        Hardship.disabled_by_age: _("disabled by age"),
    }
)
KINSHIPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Kinship.spouse: _("spouse"),
        Kinship.parent: _("parent"),
        Kinship.child: _("child"),
        Kinship.sibling: _("sibling"),
        Kinship.household: _("lives in the same household"),
        Kinship.guardian: _("guardian"),
        Kinship.other: _("another relation"),
    }
)
ALIVE: Final[Mapping[str, str]] = MappingProxyType(
    {"false": _("she died on another day"), "true": _("she is alive")}
)
FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "died_on": _("Died on"),
        "alive": _("What is right"),
        "duplicate": _("Other id"),
    }
)
"""What is typed, as it is called where it is shown again."""
DONE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "registered": _("She is registered."),
        "contact": _("The new contact is recorded. The older one is kept."),
        "facts": _(
            "The new sheet is recorded. The older one is kept, and so is the price of meals that "
            "were recorded before; the settlement checker is shown those that would be priced "
            "otherwise now."
        ),
        "death": _("The day of death is recorded, and what came after it is taken back."),
        "death-alone": _("The day of death is recorded. There was nothing after it to take back."),
        "merge": _(
            "Joined. Rules look at both ids together from now on, and whoever looks for either by "
            "name, phone or document is led to the one that is kept."
        ),
        "separate": _("Parted. Each is found again by what was entered for her."),
        "alive-rises": _("It is corrected, and what had been taken back for it stands again."),
        "death-rises": _(
            "It is corrected: what came up to that day stands again, and what came after it stays "
            "taken back."
        ),
        "death-falls": _("It is corrected, and what came after the earlier day is taken back too."),
        "death-corrected": _("The day of death is corrected. Nothing else follows from it."),
    }
)
