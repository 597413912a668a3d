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

PLACE: Final[Labels] = MappingProxyType(
    {
        "name": _("Name"),
        "town": _("Town"),
        "kind": _("Kind"),
        "opened_on": _("Opened on"),
        **dict.fromkeys(("community", "unit", "cooperative", "site"), _("Short name")),
        **words_of_places.FIELDS,
    }
)
SHIFT: Final[Labels] = MappingProxyType(
    {
        "activity": _("What is done"),
        "starts_at": _("Begins"),
        "ends_at": _("Ends"),
        "places": _("How many can come"),
        "reason": _("Reason"),
    }
)
POLICY: Final[Labels] = MappingProxyType(
    {
        "price_yuan": _("Price of a meal in yuan"),
        "valid_from": _("First day"),
        "valid_until": _("First day without it"),
        "subsidised_meals_per_day": _("Subsidised meals of a person in a day"),
        "claim_days": _("May be recorded so many days later"),
    }
)
SERVICE: Final[Labels] = MappingProxyType(
    {
        "at": _("When I left"),
        "code": _("Nine digits on the display"),
        "check_in": _("Came"),
        "check_out": _("Left"),
        "reason": _("Reason"),
        "answer": _("Answer"),
        "note": _("In words"),
    }
)
OBJECTION: Final[Labels] = MappingProxyType(
    {"reason": _("What is wrong"), "note": _("In your words")}
)
PERSON: Final[Labels] = MappingProxyType(
    {
        **words_of_people.FIELDS,
        "registered_on": _("Registered on"),
        "contact.name": _("Name of the person"),
        "contact.phone": _("Telephone"),
        "contact.volunteer_number": _("Volunteer number"),
        "contact.identity_document": _("Number of the identity document"),
        "facts.born_on": _("Born on"),
        "facts.relations.kinship": _("The other one is"),
    }
)
RESOLUTION: Final[Labels] = MappingProxyType(
    {**words_of_councils.FIELDS, "subsidies.payer.kind": _("Who pays")}
)
IN: Final[Mapping[str, Labels]] = MappingProxyType(
    {
        "communities": PLACE,
        "sites": PLACE,
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
        "receipts": words_of_contributions.REVERSAL_FIELDS,
        "unclaimable/end": MappingProxyType({"reason": _("How it ended")}),
        "canteens/attest-plates": MappingProxyType({"plates": _("Plates")}),
        "cards/revoke": MappingProxyType({"reason": _("Why the card ends")}),
        "accounts/disable": MappingProxyType({"reason": _("Why nobody is to be let in")}),
        "accounts/enable": MappingProxyType({"reason": _("Why she is let in again")}),
        "objections/raise": OBJECTION,
        **dict.fromkeys(
            ("attendance", "service", "lateness", "objections", "ideas", "unclaimable"), SERVICE
        ),
        **dict.fromkeys(
            ("disbursements", "settlements", "recoveries", "notices", "canteens", "periods"),
            words.FIELDS,
        ),
    }
)
"""The labels of a form, by its command, or else by the noun of the commands of a room."""
HERE_ZH: Final = "此处"
MISSING: Final = _("This must be filled in.")
MISSING_AT: Final = _("%(field)s: this must be filled in.")


def label_of(command: str, name: str) -> str | None:
    """How a form of the command calls the field, if it has words for it."""
    path = ".".join(each for each in name.split(".") if not each.isdecimal())
    rooms = (IN.get(each, {}) for each in (command, command.partition("/")[0]))
    return next((labels[path] for labels in rooms if path in labels), None)


def missing(command: str, name: str, say: Speech) -> str:
    """That a field must be filled in, by its label where it has one."""
    label = label_of(command, name)
    return say.said(MISSING_AT, field=say.said(label)) if label else say.said(MISSING)


def wrong(command: str, name: str, text: str, say: Speech) -> str:
    """What is wrong with a field, after its label where it has one: a list above the form says it.

    There nothing is here.
    """
    label = label_of(command, name)
    if label is None:
        return text
    there = text.removeprefix(HERE_ZH)
    return f"{say.said(label)}{say.colon}{there[:1].lower()}{there[1:]}"
