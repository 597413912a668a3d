"""The receipt of money that was given (捐赠收据): how much, for what, and to which fund.

It is the ledger's own paper, and no fiscal receipt: it says so. An award or an appropriation is no
gift, so its receipt is called otherwise. The giver's name is printed for herself alone; for others
it is a line to write on, for she may wish not to be named.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from api.documents.capitals import capitals
from api.documents.press import pressed
from api.documents.wording import Both, Place, day, word, yuan
from api.pages.words import RESTRICTIONS, SOURCES
from ledger.domain.facts import Contact
from ledger.domain.lots import ReceiptKind
from ledger.domain.values import Slug, Title
from ledger.projections.gifts import ReceivedGift

TITLES: Final[Mapping[ReceiptKind, Both]] = MappingProxyType(
    {
        ReceiptKind.donation: {"zh": "捐赠收据", "en": "Receipt of a donation"},
        ReceiptKind.contribution: {"zh": "居民贡献收据", "en": "Receipt of a contribution"},
        ReceiptKind.award: {"zh": "奖励款收据", "en": "Receipt of an award"},
        ReceiptKind.appropriation: {"zh": "拨款收据", "en": "Receipt of an appropriation"},
    }
)


@dataclass(frozen=True, slots=True)
class ReceiptOnPaper:
    """A receipt and the names in it.

    `source` is what the books call the giver, None of a contribution, whose giver is `contact` if
    it is she who prints.
    """

    gift: ReceivedGift
    fund: Title
    community: Title
    source: Slug | None
    contact: Contact | None
    received_at: datetime
    place: Place


def receipt_pdf(of: ReceiptOnPaper) -> bytes:
    """The paper."""
    it = of.gift
    facts: dict[str, Any] = {
        "title": TITLES[it.kind],
        "number": f"{it.fund}-{it.lot:04d}",
        "source": _giver(of),
        "community": of.community,
        "fund": of.fund,
        "restriction": _restriction(it.restriction),
        "day": day(it.received_on),
        "amount": yuan(it.amount_fen),
        "capitals": capitals(it.amount_fen),
        "void": it.reversed_fen > 0,
        "warnings": [_REVERSED] if it.reversed_fen else [],
        "place": of.place.told,
    }
    return pressed("donation", facts, of.received_at, of.place.address)


_REVERSED: Final[Both] = {
    "zh": "本笔款项已冲销，本收据作废。",
    "en": "This money was taken back out of the books: the receipt is void.",
}


def _giver(of: ReceiptOnPaper) -> Both | None:
    if of.source is not None and of.source in SOURCES:
        return word(SOURCES[of.source])
    name = of.source or (of.contact and of.contact.name)
    return {"zh": name, "en": ""} if name else None


def _restriction(name: Slug) -> Both:
    if name in RESTRICTIONS:
        return word(RESTRICTIONS[name])
    return {"zh": f"限定用途：{name}", "en": f"for this purpose only: {name}"}
