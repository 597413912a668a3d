"""The chart of accounts: what our accounts are called in plain-text accounting.

Each account of the rule book (`ledger.domain.postings`) gets one name for hledger and Beancount
alike. The name is one of their five roots and then our path, each part with a capital:

    due/xilian-canteen/cooperative/xianhu/xh-e1
    Assets:Due:Xilian-canteen:Cooperative:Xianhu:Xh-e1

Our paths are in lower case, so the way back is to leave out the root and the capitals. The books
are those of all parties together: what a canteen is owed is an asset, what its payers owe for it a
liability. Credit of the time bank is a commodity of its own: nobody adds it to hours on record.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from ledger.domain.postings import Unit


class Branch(NamedTuple):
    """Accounts of one form: under which root they stand, and what is on them."""

    path: str
    root: str
    zh: str
    en: str

    @property
    def name(self) -> str:
        """The form of the name: `Assets:Fund:{fund}`."""
        return _name(self.root, self.path)


CHART: Final = (
    Branch("fund/{fund}", "Assets", "基金余额", "what a fund holds"),
    Branch(
        "fund/{fund}/reservation", "Assets", "其中已预留（负数）", "what of it is promised, below 0"
    ),
    Branch("reserved/{fund}", "Assets", "已预留待付", "what is promised to payees"),
    Branch("due/{canteen}/{payer}", "Assets", "饭堂应收补助", "what a canteen is owed by a payer"),
    Branch("takings/{canteen}", "Assets", "饭堂收款", "copayments in a canteen's box"),
    Branch("outside/cash/{canteen}", "Assets", "已清点现金", "copayments that were counted"),
    Branch("person/{person}/served", "Assets", "个人服务时长", "minutes a person has served"),
    Branch("person/{person}/credit", "Assets", "个人时间币", "time credit she may spend"),
    Branch("owes/{payer}/{canteen}", "Liabilities", "应付饭堂补助", "what a payer owes a canteen"),
    Branch("community/{community}/credit", "Liabilities", "社区时间币", "the other side of credit"),
    Branch("outside/opening/{source}", "Equity", "期初来源", "where opening balances came from"),
    Branch("outside/payee/{payee}", "Expenses", "付给收款人", "what payees were paid"),
    Branch("outside/{kind}/{source}", "Income", "收入来源", "awards, donations and the like"),
    Branch("diner/{person}", "Income", "个人自付餐费", "what a person paid for her meals"),
    Branch("community/{community}/served", "Income", "社区服务时长", "the other side of service"),
)
"""Every form of an account; the first that fits counts."""
COMMODITIES: Final = (
    ("CNY", "元", "yuan, fen behind the point"),
    ("MIN", "服务时长（分钟）", "minutes of service"),
    ("TIMECREDIT", "时间币（分钟）", "time credit, in minutes"),
)


def _pattern(path: str) -> re.Pattern[str]:
    """A payer's name may have several parts, any other name has one."""
    known = path.replace("{payer}", ".+")
    return re.compile(re.sub(r"\{\w+\}", "[^/]+", known))


_FORMS: Final = tuple((_pattern(branch.path), branch) for branch in CHART)


@lru_cache(maxsize=1 << 16)
def account_name(path: str) -> str:
    """What an account is called outside. KeyError if the chart has no place for it."""
    return _name(branch_of(path).root, path)


def branch_of(path: str) -> Branch:
    """The form of an account. KeyError if the chart has none."""
    for pattern, branch in _FORMS:
        if pattern.fullmatch(path):
            return branch
    raise KeyError(path)


def commodity(path: str, unit: Unit) -> str:
    """What is counted on the account."""
    if unit is Unit.fen:
        return "CNY"
    return "TIMECREDIT" if path.endswith("/credit") else "MIN"


def quantity(amount: int, unit: Unit) -> str:
    """An amount as it is written there: fen as yuan with two decimals, minutes as they are."""
    if unit is Unit.minute:
        return str(amount)
    yuan, fen = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{yuan}.{fen:02}"


def _name(root: str, path: str) -> str:
    return ":".join((root, *(part[0].upper() + part[1:] for part in path.split("/"))))
