"""Words of certificates: what is typed where one is issued or voided, and what was done."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.pages.languages import marked as _

FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "community": _("Who organised the service"),
        "first_day": _("First day of service"),
        "last_day": _("Last day of service"),
        "certificate": _("Certificate"),
        "reason": _("Reason"),
    }
)
"""What is typed, as it is called where it is shown again."""
DONE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "issue": _("The certificate is issued. Print it and hand it over; it costs nothing."),
        "void": _("The certificate is void. Whoever checks it is told so."),
    }
)
