"""The monthly notice (月度公示): a closed month as it was published, for a wall.

What the notice does not say, because it would tell of single persons, the paper does not say
either: it has the same figures, and the digest that they are checked by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from api.acknowledgements import Acknowledgement, Acknowledgements
from api.documents.press import pressed
from api.documents.wording import Both, Place, day, days, duration, month, payer, word, yuan
from api.pages import words_of_notices
from api.pages.words_of_notices import GIFTS, RECEIPTS
from ledger.domain.masking import NOT_NAMED
from ledger.domain.values import PayerPath, Title
from ledger.projections.notices import PublicNotice
from ledger.projections.public_figures import PublicFund, PublicGifts, PublicMeals, PublicMonth

NOT_SHOWN: Final = word(words_of_notices.NOT_SHOWN)


@dataclass(frozen=True, slots=True)
class NoticeOnPaper:
    """A notice that is on display, its figures, and the givers who may be listed now."""

    notice: PublicNotice
    figures: PublicMonth
    figures_differ: bool
    givers: Acknowledgements
    community: Title
    payers: Mapping[PayerPath, Title]
    published_at: datetime
    place: Place


def notice_pdf(of: NoticeOnPaper) -> bytes:
    """The paper."""
    it, notice = of.figures, of.notice
    facts: dict[str, Any] = {
        "community": of.community,
        "month": month(it.month),
        "display": days(notice.published_on, notice.until),
        "warnings": _warnings(of),
        "meals": _meals(it.meals, of.payers),
        "service": {
            "volunteers": str(it.service.volunteers),
            "time": _duration(it.service.service_minutes),
        },
        "gifts": [_gifts(each) for each in it.contributions.by_kind],
        "receipts": [
            {"kind": word(RECEIPTS[each.kind]), "amount": _money(each.amount_fen)}
            for each in it.receipts.by_kind
        ],
        "received": _money(it.receipts.received_fen),
        "payments": [
            {"purpose": each.purpose, "amount": yuan(each.amount_fen)} for each in it.payments
        ],
        "paid": yuan(sum(each.amount_fen for each in it.payments)),
        "funds": [_fund(each) for each in it.funds],
        "resolutions": it.resolutions,
        "reopenings": it.reopenings,
        "givers": [_giver(each) for each in of.givers.gifts],
        "left_out": of.givers.left_out,
        "at_position": notice.at_position,
        "digest": notice.digest,
        "place": of.place.told,
    }
    return pressed("notice", facts, of.published_at, of.place.address)


def _warnings(of: NoticeOnPaper) -> list[Both]:
    found: list[Both] = []
    if of.notice.reopened_on is not None:
        when = day(of.notice.reopened_on)
        zh, en = f"该月已于{when['zh']}重新开账。", f"This month was reopened on {when['en']}."
        found.append({"zh": zh, "en": en})
    if found and not of.figures_differ:
        zh = "账本对该月的数字与公布时相同。"
        found.append({"zh": zh, "en": "The ledger's figures of this month are still the same."})
    if of.figures_differ:
        zh = "账本对该月的数字已与公布时不同。"
        found.append({"zh": zh, "en": "The ledger's figures of this month are other ones by now."})
    return found


def _meals(meals: PublicMeals, payers: Mapping[PayerPath, Title]) -> dict[str, Any]:
    return {
        "diners": str(meals.diners),
        "meals": _shown(meals.meals),
        "price": _money(meals.price_fen),
        "copayment": _money(meals.copayment_fen),
        "shares": [
            {"payer": payer(PayerPath(each.payer), payers), "amount": _money(each.amount_fen)}
            for each in meals.shares
        ],
    }


def _gifts(of: PublicGifts) -> dict[str, Any]:
    return {
        "kind": word(GIFTS[of.kind]),
        "givers": str(of.givers),
        "count": _shown(of.contributions),
    }


def _shown(value: int | None) -> Both:
    return NOT_SHOWN if value is None else {"zh": f"{value:,}", "en": ""}


def _money(fen: int | None) -> Both:
    return NOT_SHOWN if fen is None else {"zh": yuan(fen), "en": ""}


def _duration(minutes: int | None) -> Both:
    return NOT_SHOWN if minutes is None else duration(minutes)


def _fund(fund: PublicFund) -> dict[str, Any]:
    available = fund.available_fen
    return {
        "name": fund.name,
        "held": yuan(fund.held_fen),
        "reserved": yuan(fund.reserved_fen),
        "available": None if available is msgspec.UNSET else yuan(available),
    }


def _giver(gift: Acknowledgement) -> dict[str, Any]:
    amount: Both = {"zh": "–", "en": ""}
    if gift.amount_fen is not None:
        amount = {"zh": yuan(gift.amount_fen), "en": "yuan"}
    elif gift.labour_minutes is not None:
        amount = duration(gift.labour_minutes)
    name = gift.organisation or gift.name or NOT_NAMED
    return {"name": name, "kind": word(GIFTS[gift.kind]), "amount": amount}
