"""Words of notices: how the closed lists of a public month are said, on pages and on paper."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.acknowledgements import Acknowledgement
from api.pages.languages import Speech
from api.pages.languages import marked as _
from ledger.domain.contribution_records import ContributionKind
from ledger.domain.masking import NOT_NAMED
from ledger.projections.fund_records import MovementKind
from ledger.projections.public_figures import PublicGifts

NOT_SHOWN: Final = _("not shown: few people")
UNNAMED: Final = _("not named")
"""Whoever is listed without a name (`NOT_NAMED`)."""
GIFTS: Final[Mapping[ContributionKind, str]] = MappingProxyType(
    {
        ContributionKind.cash: _("cash"),
        ContributionKind.goods: _("goods"),
        ContributionKind.labour: _("labour"),
        ContributionKind.idea: _("ideas"),
        ContributionKind.premises: _("premises"),
    }
)
RECEIPTS: Final[Mapping[MovementKind, str]] = MappingProxyType(
    {
        MovementKind.opening: _("from the old books"),
        MovementKind.award: _("awards"),
        MovementKind.donation: _("donations"),
        MovementKind.contribution: _("contributions"),
        MovementKind.appropriation: _("appropriations"),
        MovementKind.receipt_reversed: _("taken back"),
    }
)


def gifts(of: PublicGifts, say: Speech) -> str:
    """How many people gave how many gifts of a kind."""
    if of.contributions is None:
        return say.said("%(givers)s givers, how many gifts is not shown", givers=of.givers)
    number = f"{of.contributions:,}"
    return say.said("%(givers)s givers, %(number)s gifts", givers=of.givers, number=number)


def giver(gift: Acknowledgement, say: Speech) -> str:
    """Who gave it, as far as the list says."""
    if gift.organisation:
        return gift.organisation
    return say.said(UNNAMED) if gift.name in (None, NOT_NAMED) else str(gift.name)


def count(value: int | None, say: Speech) -> str:
    """A number that may be left out."""
    return say.said(NOT_SHOWN) if value is None else f"{value:,}"


def money(fen: int | None, say: Speech) -> str:
    """An amount that may be left out."""
    return say.said(NOT_SHOWN) if fen is None else say.yuan(fen)


def time(minutes: int | None, say: Speech) -> str:
    """A duration that may be left out."""
    return say.said(NOT_SHOWN) if minutes is None else say.duration(minutes)
