"""Public months: what anybody may see of a community's month, and its digest.

The figures are those of `month_sums`, less what would tell of single persons (`small_cells`): no
id, no name, no entry, no position. What is left is the same for everybody at every later time,
because it is asked as known at a position; so its SHA-256 is the ledger's word for it. Whoever has
a notice can check it: the digest is taken of the JSON of the figures with sorted keys and no
spaces. Of the list of givers the figures hold a digest a line (`acknowledgements`).

A fund's own money is shown whole, as its accounts must be, whoever gave it.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final

import msgspec
from psycopg import Connection

from ledger.domain.contribution_records import ContributionKind
from ledger.domain.notice_records import MonthFigures
from ledger.domain.small_cells import Cell, Part, cell, divided, listed, rests_on_few
from ledger.domain.values import CommunityId, Digest, FundId, Month, Slug, Title
from ledger.projections import acknowledgements, month_sums
from ledger.projections.acknowledgements import Published
from ledger.projections.fund_records import MovementKind
from ledger.projections.month_sums import MonthSums
from ledger.projections.reading import position_of

FORM: Final = 2
"""How the figures are put together. A later form has a number of its own, and this one stays."""
FORM_WITHOUT_GIVERS: Final = 1
FIGURES: Final = "figures-"


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
    """What a fund holds at the end of the month as it was booked, and what of it is promised."""

    fund: FundId
    name: Title
    restriction: Slug
    held_fen: int
    reserved_fen: int
    available_fen: int


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
    def first_form(self) -> "PublicMonth":
        """The same as it was published before there was a list."""
        return replace(self, form=FORM_WITHOUT_GIVERS, acknowledgements=msgspec.UNSET)


# -- what is shown -----------------------------------------------------------------------------


def shown(
    community: CommunityId, month: Month, sums: MonthSums, lines: tuple[Digest, ...] = ()
) -> PublicMonth:
    """The month's sums without those that rest on few people, and the lines of the list."""
    return PublicMonth(
        FORM,
        community,
        month,
        _meals(sums.meals),
        _service(sums.service),
        _contributions(sums),
        _receipts(sums),
        tuple(PublicPayment(each.purpose, each.amount_fen) for each in sums.payments),
        tuple(
            PublicFund(
                fund.fund,
                fund.name,
                fund.restriction,
                fund.held_fen,
                fund.reserved_fen,
                fund.available_fen,
            )
            for fund in sums.funds
        ),
        sums.resolutions,
        sums.reopenings,
        lines,
    )


def _meals(meals: month_sums.Meals) -> PublicMeals:
    """Of few diners not even the payers: that a cooperative is one of them may name its member."""
    diners = cell(meals.diners, meals.meals, meals.price_fen)
    if rests_on_few(meals.diners, meals.meals, meals.price_fen):
        return PublicMeals(diners, None, None, None, ())
    own = Part(meals.paying_diners, meals.copayment_fen)
    copayment_fen, *rest = divided(
        [own, *(Part(share.diners, share.amount_fen) for share in meals.shares)]
    )
    shares = tuple(
        PublicShare(share.payer, amount_fen)
        for share, amount_fen in zip(meals.shares, rest, strict=True)
    )
    return PublicMeals(diners, meals.meals, meals.price_fen, copayment_fen, shares)


def _service(service: month_sums.Service) -> PublicService:
    people, minutes = service.volunteers, service.service_minutes
    shown_minutes = None if rests_on_few(people, minutes) else minutes
    return PublicService(cell(people, minutes), shown_minutes)


def _contributions(sums: MonthSums) -> PublicContributions:
    """Every kind has its row, also one that nobody gave."""
    gifts = {each.kind: each for each in sums.gifts}
    parts = [
        Part(gifts[kind].givers, gifts[kind].contributions) if kind in gifts else Part(0, 0)
        for kind in ContributionKind
    ]
    counts, whole = listed(parts)
    by_kind = tuple(
        PublicGifts(kind, cell(part.people), count)
        for kind, part, count in zip(ContributionKind, parts, counts, strict=True)
    )
    return PublicContributions(by_kind, whole)


def _receipts(sums: MonthSums) -> PublicReceipts:
    amounts, whole = listed([Part(each.givers, each.amount_fen) for each in sums.receipts])
    by_kind = tuple(
        PublicReceipt(each.kind, amount_fen)
        for each, amount_fen in zip(sums.receipts, amounts, strict=True)
    )
    return PublicReceipts(by_kind, whole)


# -- the ledger's word for it ------------------------------------------------------------------


def digest_of(figures: PublicMonth) -> Digest:
    """The SHA-256 of the figures as JSON: sorted keys, no spaces, UTF-8."""
    return Digest(sha256(msgspec.json.encode(figures, order="sorted")).hexdigest())


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be published of a month as known at a position, and its digest.

    `closings` counts how often the month had been closed, and `closed` says whether it was.
    """

    figures: PublicMonth
    digest: Digest
    closings: int
    givers: Published
    sums: MonthSums

    @property
    def closed(self) -> bool:
        """Every closing but the last was undone by a reopening."""
        return self.closings > self.figures.reopenings

    def published_as(self, digest: Digest) -> "Draft | None":
        """The form of it that has this digest; None where none has."""
        if digest == self.digest:
            return self
        figures = self.figures.first_form
        if digest == digest_of(figures):
            return replace(self, figures=figures, digest=digest, givers=Published())
        return None


def draft(
    connection: Connection[Any],
    community: CommunityId,
    month: Month,
    position: int,
    *,
    since: MonthSums | None = None,
) -> Draft:
    """The month as known at a position, which the read models must have reached.

    `since` saves counting what cannot have changed (see `month_sums.of_month`).
    """
    sums = month_sums.of_month(connection, community, month, position, since=since)
    givers = acknowledgements.of_month(connection, community, month, position)
    figures = shown(community, month, sums, givers.digests)
    return Draft(figures, digest_of(figures), sums.closings, givers, sums)


def counted(connection: Connection[Any], streams: Collection[str]) -> dict[str, MonthFigures]:
    """The figures that these streams name (see `notices.figures`), as far as they are counted.

    All that stands up to a position is folded once the read models have come to it, and nothing can
    be added there, so what is found is final.
    """
    if not streams:
        return {}
    folded = position_of(connection, *(model.name for model in month_sums.MODELS))
    found = {}
    for stream in streams:
        place, _, position = stream.removeprefix(FIGURES).rpartition("-")
        if int(position) <= folded:
            community, month = CommunityId(place[:-8]), Month(place[-7:])
            said = draft(connection, community, month, int(position))
            found[stream] = MonthFigures(said.digest, said.closings)
    return found
