"""Words of payees: what is typed where one is registered, and what became of it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.pages.languages import marked as _

FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "payee": _("Short name"),
        "name": _("Public name"),
        "person": _("Who stands behind it"),
    }
)
"""What is typed, as it is called where it is shown again."""
DONE: Final[Mapping[str, str]] = MappingProxyType({"registered": _("The payee is registered.")})
