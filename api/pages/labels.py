"""Labels: how the field of a form is called where something is wrong with it, if it has words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.pages import (
    words,
    words_of_certificates,
    words_of_contributions,
    words_of_councils,
    words_of_meals,
    words_of_offices,
    words_of_payees,
    words_of_people,
    words_of_places,
)
from api.pages.languages import Speech
from api.pages.languages import marked as _

Labels = Mapping[str, str]

SHIFT: Final[Labels] = MappingProxyType(
    {
        "activity": _("What is done"),
        "starts_at": _("Begins"),
        "ends_at": _("Ends"),
        "places": _("How many can come"),
    }
)
POLICY: Final[Labels] = MappingProxyType(
    {"price_yuan": _("Price of a meal in yuan"), "valid_from": _("First day")}
)
PERSON: Final[Labels] = MappingProxyType(
    {
        **words_of_people.FIELDS,
        "contact.name": _("Name of the person"),
        "facts.born_on": _("Born on"),
        "facts.relations.kinship": _("The other one is"),
    }
)
RESOLUTION: Final[Labels] = MappingProxyType(
    {**words_of_councils.FIELDS, "subsidies.payer.kind": _("Who pays")}
)
IN: Final[Mapping[str, Labels]] = MappingProxyType(
    {
        "communities": words_of_places.FIELDS,
        "sites": words_of_places.FIELDS,
        "people": PERSON,
        "deaths": words_of_people.FIELDS,
        "duplicates": words_of_people.FIELDS,
        "shifts": SHIFT,
        "meals": words_of_meals.FIELDS,
        "policies": POLICY,
        "grants": words_of_offices.FIELDS,
        "slips": words_of_offices.FIELDS,
        "cards": words_of_offices.FIELDS,
        "contributions": words_of_contributions.FIELDS,
        "councils": words_of_councils.MEETING_FIELDS,
        "resolutions": RESOLUTION,
        "payees": words_of_payees.FIELDS,
        "certificates": words_of_certificates.FIELDS,
        **dict.fromkeys(
            ("disbursements", "settlements", "recoveries", "notices", "canteens"), words.FIELDS
        ),
    }
)
"""The labels of a room, by the noun of the commands that its forms say."""
MISSING: Final = _("This must be filled in.")
MISSING_AT: Final = _("%(field)s: this must be filled in.")


def missing(command: str, name: str, say: Speech) -> str:
    """That a field must be filled in, by its label where it has one."""
    labels = IN.get(command.partition("/")[0], {})
    label = labels.get(".".join(each for each in name.split(".") if not each.isdecimal()))
    return say.said(MISSING_AT, field=say.said(label)) if label else say.said(MISSING)
