"""Public figures: what a notice says of a month, in the forms in which it has been said.

A notice keeps the form in which it was published, because its digest was taken of that. So a later
form has a number of its own and stands beside the earlier ones, which stay as they are.
"""

from dataclasses import dataclass, replace
from typing import Final

import msgspec

from ledger.domain.contribution_records import ContributionKind
from ledger.domain.small_cells import Cell
from ledger.domain.values import CommunityId, Digest, FundId, Month, Slug, Title
from ledger.projections.fund_records import MovementKind

FORM: Final = 3
FORM_WITH_AVAILABLE: Final = 2
FORM_WITHOUT_GIVERS: Final = 1


@dataclass(frozen=True, slots=True)
class PublicShare:
    """What a payer bears of the meals: a fund, a cooperative, an enterprise, or `donor` for all."""

    payer: str
    amount_fen: int | None


@dataclass(frozen=True, slots=True)
class PublicMeals:
    """Meals served and who bears them; the parts of the price are null where they are not shown."""

    diners: Cell
    meals: int | None
    price_fen: int | None
    copayment_fen: int | None
    shares: tuple[PublicShare, ...]


@dataclass(frozen=True, slots=True)
class PublicService:
    """Volunteers and their minutes."""

    volunteers: Cell
    service_minutes: int | None


@dataclass(frozen=True, slots=True)
class PublicGifts:
    """Contributions of a kind, and how many people gave them."""

    kind: ContributionKind
    givers: Cell
    contributions: int | None


@dataclass(frozen=True, slots=True)
class PublicContributions:
    """Contributions by kind; they are added up where every kind is shown."""

    by_kind: tuple[PublicGifts, ...]
    contributions: int | None


@dataclass(frozen=True, slots=True)
class PublicDeeds:
    """What people did in a month, as the public sees it: a part of what a notice says."""

    meals: PublicMeals
    service: PublicService
    contributions: PublicContributions


@dataclass(frozen=True, slots=True)
class PublicReceipt:
    """Money that came in by one way, less what was given back, which is a way of its own."""

    kind: MovementKind
    amount_fen: int | None


@dataclass(frozen=True, slots=True)
class PublicReceipts:
    """Money that came in; it is added up where every way is shown."""

    by_kind: tuple[PublicReceipt, ...]
    received_fen: int | None


@dataclass(frozen=True, slots=True)
class PublicPayment:
    """Money paid for a purpose, less what came back."""

    purpose: Slug
    amount_fen: int


@dataclass(frozen=True, slots=True)
class PublicFund:
    """What a fund holds at the end of the month as it was booked, and what of it is promised.

    Earlier forms also said what is available: less what the fund owes for meals, which tells how
    many were eaten where the month's notice does not.
    """

    fund: FundId
    name: Title
    restriction: Slug
    held_fen: int
    reserved_fen: int
    available_fen: int | msgspec.UnsetType = msgspec.UNSET


@dataclass(frozen=True, slots=True)
class PublicMonth:
    """A community's month as the public sees it; null is what would tell of single persons.

    `acknowledgements` are the digests of the list of givers; the first form had no such list.
    """

    form: int
    community: CommunityId
    month: Month
    meals: PublicMeals
    service: PublicService
    contributions: PublicContributions
    receipts: PublicReceipts
    payments: tuple[PublicPayment, ...]
    funds: tuple[PublicFund, ...]
    resolutions: int
    reopenings: int
    acknowledgements: tuple[Digest, ...] | msgspec.UnsetType = msgspec.UNSET

    @property
    def of_the_month(self) -> "PublicMonth":
        """What was found in the month, apart from what givers wish, and how often it was reopened.

        A reopening in which nothing was booked changes no figure; it is told beside them.
        """
        return replace(self, acknowledgements=msgspec.UNSET, reopenings=0)


def forms(whole: PublicMonth) -> tuple[PublicMonth, ...]:
    """The month in each form, the latest first; what is `whole` says all that one of them says."""
    funds = tuple(replace(fund, available_fen=msgspec.UNSET) for fund in whole.funds)
    return (
        replace(whole, form=FORM, funds=funds),
        replace(whole, form=FORM_WITH_AVAILABLE),
        replace(whole, form=FORM_WITHOUT_GIVERS, acknowledgements=msgspec.UNSET),
    )
