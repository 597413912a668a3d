"""Two dialects of plain-text accounting: a journal as hledger reads it, and as Beancount does.

Both say the same: a head for whoever opens the file, the accounts, then one transaction an event,
with what is known of the event beside it. hledger takes that as tags in comments, Beancount as
metadata with types. Names are ASCII; only comments and the title are in Chinese too.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple, Protocol

from ledger.exchange.chart import COMMODITIES


class Line(NamedTuple):
    """One posting; the payer is who bears a share of a meal, or pays it."""

    account: str
    quantity: str
    commodity: str
    payer: str | None = None


class Transaction(NamedTuple):
    """What one event moved, or all that came before the first day."""

    on: date
    name: str
    tags: Mapping[str, str | int]
    lines: tuple[Line, ...]


class Account(NamedTuple):
    """An account, the day from which on it is used, and what is counted on it."""

    name: str
    since: date
    commodity: str


class Dialect(Protocol):
    """How a journal is written."""

    def head(self, remarks: Iterable[str]) -> Iterator[str]: ...

    def account(self, account: Account) -> str: ...

    def transaction(self, it: Transaction) -> Iterator[str]: ...


class Hledger:
    """Directives for `hledger check --strict`; tags that `tag:payer=…` finds."""

    def head(self, remarks: Iterable[str]) -> Iterator[str]:
        """The remarks, and how amounts are written."""
        yield from _comments(remarks)
        for name, *_ in COMMODITIES:
            yield f"commodity 1000.{'00' if name == 'CNY' else ''} {name}\n"

    def account(self, account: Account) -> str:
        """The declaration of an account."""
        return f"account {account.name}\n"

    def transaction(self, it: Transaction) -> Iterator[str]:
        """The lines of a transaction, an empty one before them."""
        tags = ", ".join(f"{name}:{value}" for name, value in it.tags.items())
        yield f"\n{it.on} * {it.name}\n    ; {tags}\n"
        for account, quantity, commodity, payer in it.lines:
            borne = "" if payer is None else f"  ; payer:{payer}"
            yield f"    {account}  {quantity} {commodity}{borne}\n"


class Beancount:
    """Accounts are opened for one commodity each, and `bean-check` holds them to it."""

    def head(self, remarks: Iterable[str]) -> Iterator[str]:
        """The remarks and the options."""
        yield from _comments(remarks)
        yield 'option "title" "街坊账本 Jiefang Ledger"\n'
        for name, *_ in COMMODITIES:
            yield f'option "operating_currency" "{name}"\n'

    def account(self, account: Account) -> str:
        """The opening of an account."""
        return f"{account.since} open {account.name} {account.commodity}\n"

    def transaction(self, it: Transaction) -> Iterator[str]:
        """The lines of a transaction, an empty one before them."""
        yield f'\n{it.on} * "{it.name}"\n'
        for name, value in it.tags.items():
            yield f"  {name}: {_typed(value)}\n"
        for account, quantity, commodity, payer in it.lines:
            yield f"  {account}  {quantity} {commodity}\n"
            if payer is not None:
                yield f"    payer: {_typed(payer)}\n"


DIALECTS: Final[Mapping[str, Dialect]] = {"hledger": Hledger(), "beancount": Beancount()}


def _comments(remarks: Iterable[str]) -> Iterator[str]:
    yield from (f"; {remark}".rstrip() + "\n" for remark in remarks)
    yield "\n"


def _typed(value: str | int) -> str:
    return str(value) if isinstance(value, int) else f'"{value}"'
