"""Words of health: how the parts of a running ledger do, and which kind of ledger it is."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.pages.languages import marked as _
from ledger.domain.book import LedgerKind

WELLNESS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "well": _("well"),
        "behind": _("behind"),
        "stopped": _("stopped"),
        "elsewhere": _("not here"),
        "unasked": _("not set up"),
    }
)
LOOKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "well": "yours",
        "behind": "slow",
        "stopped": "refused",
        "elsewhere": "soft",
        "unasked": "soft",
    }
)
"""How each word looks, beside saying what it says."""
KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        LedgerKind.live: _("a real ledger"),
        LedgerKind.demo: _("a demo; nobody in it is real"),
        LedgerKind.test: _("for trying things out"),
    }
)
