"""Public months: what anybody may see of a community's month, and its digest.

The figures are those of `month_sums`, less what would tell of single persons (`small_cells`): no
id, no name, no entry, no position. What is left is the same for everybody at every later time,
because it is asked as known at a position; so its SHA-256 is the ledger's word for it. Whoever has
a notice can check it: the digest is taken of the JSON of the figures with sorted keys and no
spaces. Of the list of givers the figures hold a digest a line (`acknowledgements`).

What a fund holds, and what of it is promised, is shown whole, as its accounts must be, whoever gave
it. What it owes for meals that are not settled is not: it would tell how many were eaten.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final

import msgspec
from psycopg import Connection

from ledger.domain.contribution_records import ContributionKind
from ledger.domain.notice_records import MonthFigures
from ledger.domain.small_cells import Part, cell, divided, listed, rests_on_few
from ledger.domain.values import CommunityId, Digest, Month
from ledger.projections import acknowledgements, month_sums
from ledger.projections.acknowledgements import Published
from ledger.projections.month_deeds import Deeds, Gifts, Meals, Service
from ledger.projections.month_sums import MonthSums
from ledger.projections.public_figures import (
    FORM_WITH_AVAILABLE,
    PublicContributions,
    PublicDeeds,
    PublicFund,
    PublicGifts,
    PublicMeals,
    PublicMonth,
    PublicPayment,
    PublicReceipt,
    PublicReceipts,
    PublicService,
    PublicShare,
    forms,
)
from ledger.projections.reading import position_of

FIGURES: Final = "figures-"

# -- what is shown -----------------------------------------------------------------------------


def shown(
    community: CommunityId, month: Month, sums: MonthSums, lines: tuple[Digest, ...] = ()
) -> PublicMonth:
    """The month's sums without those that rest on few people, and the lines of the list.

    What a fund has available is told by earlier forms only, and stays as their hashes have it: a
    share below zero was added there.
    """
    return PublicMonth(
        FORM_WITH_AVAILABLE,
        community,
        month,
        _meals(sums.meals),
        _service(sums.service),
        _contributions(sums.gifts),
        _receipts(sums),
        tuple(PublicPayment(each.purpose, each.amount_fen) for each in sums.payments),
        tuple(
            PublicFund(
                fund.fund,
                fund.name,
                fund.restriction,
                fund.held_fen,
                fund.reserved_fen,
                fund.held_fen - fund.reserved_fen - fund.accrued_fen,
            )
            for fund in sums.funds
        ),
        sums.resolutions,
        sums.reopenings,
        lines,
    )


def shown_of(deeds: Deeds) -> PublicDeeds:
    """What a notice of the month says of what people did."""
    return PublicDeeds(_meals(deeds.meals), _service(deeds.service), _contributions(deeds.gifts))


def _meals(meals: Meals) -> PublicMeals:
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


def _service(service: Service) -> PublicService:
    people, minutes = service.volunteers, service.service_minutes
    shown_minutes = None if rests_on_few(people, minutes) else minutes
    return PublicService(cell(people, minutes), shown_minutes)


def _contributions(given: Collection[Gifts]) -> PublicContributions:
    """Every kind has its row, also one that nobody gave."""
    gifts = {each.kind: each for each in given}
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
    `forms` are the figures in every form, the latest first.
    """

    figures: PublicMonth
    forms: tuple[PublicMonth, ...]
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
        for figures in self.forms:
            if digest == digest_of(figures):
                givers = self.givers
                if figures.acknowledgements is msgspec.UNSET:
                    givers = Published()
                return replace(self, figures=figures, digest=digest, givers=givers)
        return None

    def in_form(self, form: int) -> PublicMonth:
        """The figures in that form."""
        return next(figures for figures in self.forms if figures.form == form)


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
    said = forms(shown(community, month, sums, givers.digests))
    return Draft(said[0], said, digest_of(said[0]), sums.closings, givers, sums)


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
