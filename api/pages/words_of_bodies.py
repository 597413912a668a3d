"""Words of bodies: who meets and decides about money, as forms and refusals say it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.pages.languages import marked as _
from ledger.domain.councils import Body

BODIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        Body.council_hall: _("council hall"),
        Body.residents_assembly: _("residents' assembly"),
        Body.cooperative_members_assembly: _("members' assembly of the cooperative"),
        Body.committee: _("residents' committee"),
        Body.three_party_meeting: _("three-party meeting"),
        Body.other: _("another body"),
    }
)
