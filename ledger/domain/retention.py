"""Retention: until when a person's papers must be kept, for which purpose and by which law.

One table, for a data officer to read and to change: a pointer, not legal advice.
仅为指引，不是法律意见。
A term runs from the end of the year in which something last happened. While one of them runs her
papers are kept and not used (PIPL 2021, art. 47); where none does, they may go at once.
An article is named where its text was read; `confirmed` says whether the length of the term was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Kept(StrEnum):
    """What papers are kept for."""

    contact = "contact"
    consents = "consents"
    subsidised_meals = "subsidised_meals"
    cash_gifts = "cash_gifts"
    payments = "payments"
    service = "service"
    offices = "offices"


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Term:
    """A row of the table. `years` count from the end of the year; none, if nothing is kept."""

    purpose: Text
    law: Text
    article: str | None
    year: int
    years: int
    goes: Text
    stays: Text
    confirmed: bool


PIPL: Final = Text("个人信息保护法", "Personal Information Protection Law")
ARCHIVES: Final = Text("会计档案管理办法", "Measures for Accounting Archives")
VOLUNTEERS: Final = Text("志愿服务条例", "Regulations on Volunteer Service")
NOTHING: Final = Text("无", "nothing")
NO_NAME: Final = Text("公开名单上的姓名", "her name in public lists")

TERMS: Final[Mapping[Kept, Term]] = MappingProxyType(
    {
        Kept.contact: Term(
            Text("联系与查找", "reaching and finding her"),
            PIPL,
            "47",
            2021,
            0,
            Text("查找索引", "the keys by which she is found"),
            NOTHING,
            confirmed=True,
        ),
        Kept.consents: Term(
            Text(
                "公开姓名与敏感信息的同意", "consent to her name in public and to sensitive facts"
            ),
            PIPL,
            "15",
            2021,
            0,
            Text("全部同意、比拼与鸣谢中的姓名", "every consent, her name in league and lists"),
            NOTHING,
            confirmed=True,
        ),
        Kept.subsidised_meals: Term(
            Text("补助用餐的会计凭证及其依据", "vouchers of subsidised meals and what proves them"),
            ARCHIVES,
            None,
            2015,
            30,
            NO_NAME,
            Text("资料表、姓名和电话", "fact sheets, name and phone"),
            confirmed=False,
        ),
        Kept.cash_gifts: Term(
            Text("捐款收据", "receipts of gifts in cash"),
            ARCHIVES,
            None,
            2015,
            30,
            NO_NAME,
            Text("姓名和电话", "name and phone"),
            confirmed=False,
        ),
        Kept.payments: Term(
            Text("付给本人的款项凭证", "vouchers of what she was paid"),
            ARCHIVES,
            None,
            2015,
            30,
            NO_NAME,
            Text("姓名和电话", "name and phone"),
            confirmed=False,
        ),
        Kept.service: Term(
            Text("志愿服务记录与证明", "service records and certificates"),
            VOLUNTEERS,
            "19",
            2017,
            10,
            NO_NAME,
            Text(
                "姓名和电话、出生日期、服务说明", "name and phone, birth date, notes on her service"
            ),
            confirmed=False,
        ),
        Kept.offices: Term(
            Text("经办人的签字责任", "who answers for what was decided in an office"),
            ARCHIVES,
            None,
            2015,
            30,
            NO_NAME,
            Text("姓名和电话", "name and phone"),
            confirmed=False,
        ),
    }
)
"""Every purpose for which papers are kept; `docs/privacy.md` shows this table."""

YEARS_MOST: Final = max(term.years for term in TERMS.values())


def end_of_term(kept: Kept, last: date) -> date | None:
    """The last day on which papers are kept for something that happened last on that day."""
    years = TERMS[kept].years
    return date(last.year + years, 12, 31) if years else None


def kept_until(last: Mapping[Kept, date], today: date) -> date | None:
    """The last day of the longest term that runs; None where nothing keeps her papers."""
    ends = (end_of_term(kept, day) for kept, day in last.items())
    return max((end for end in ends if end is not None and end >= today), default=None)
