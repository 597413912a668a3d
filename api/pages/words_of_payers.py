"""Words of payers: how whoever bears a share of a meal is called, to the reader of a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from api.pages.languages import NO_BREAK, Speech
from api.pages.languages import marked as _
from ledger.domain.tiers import Payer, PayerKind
from ledger.domain.values import PayerPath, Title

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        PayerKind.fund.value: _("community fund"),
        PayerKind.cooperative.value: _("cooperative"),
        PayerKind.enterprise.value: _("enterprise concession"),
        PayerKind.government.value: _("government"),
        PayerKind.donor.value: _("donor"),
    }
)
"""Who bears a share, by the kind that the payer's path begins with."""
OF_THE_EATER: Final = Payer(PayerKind.cooperative_of_the_eater).path
EATER: Final = _("the eater")
EATERS_COOPERATIVE: Final = _("the cooperative of the eater")


@dataclass(frozen=True, slots=True)
class Payers:
    """How the payers of a page are called: by name, or by their kind and the end of their path."""

    names: Mapping[PayerPath, Title]
    say: Speech

    def bearing(self, path: PayerPath) -> str:
        """One that bore a share, or is to."""
        if path in self.names:
            return self.names[path]
        kind, _slash, name = path.partition("/")
        said = EATERS_COOPERATIVE if kind == OF_THE_EATER else KINDS.get(kind, kind)
        return f"{self.say.said(said)}{NO_BREAK}{name}".strip()

    def agreed(self, who: Payer) -> str:
        """One that a policy or a resolution names; of eaters only that they are the eaters."""
        return self.say.said(EATER) if who.kind is PayerKind.eater else self.bearing(who.path)
