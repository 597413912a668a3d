"""Other people's tools, which read what we write and add it up by themselves.

A tool that is missing skips its test with a sentence that says what to install. With
JIEFANG_STRANGERS=required in the environment the test fails instead: nothing is skipped unseen.
"""

import csv
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Final, NoReturn

import pytest

from ledger.domain.postings import Unit
from ledger.projections.journal import Balance

REMEDIES: Final = {
    "hledger": "apt-get install hledger",
    "bean-check": "pip install beancount",
    "beancount": "pip install beancount",
    "duckdb": "pip install duckdb",
    "pyarrow": "pip install 'jiefang-ledger[parquet]'",
    "go": "apt-get install golang-go",
    "golang.org/x/mod": "apt-get install golang-golang-x-mod-dev",
    "chromium": "apt-get install chromium fonts-noto-cjk",
    "node": "apt-get install nodejs",
    "@sigstore/verify": "make setup, where there is npm",
}
FEN_IN: Final = {"CNY": 100, "MIN": 1, "TIMECREDIT": 1}
Held = dict[tuple[str, str], int]
"""What each account of the rule book holds in each commodity, in fen or minutes; no zeros."""


def missing(name: str) -> NoReturn:
    """Skip the test, or fail it where every tool is required."""
    sentence = f"{name} is not installed, so nobody else has looked: {REMEDIES[name]}"
    if os.environ.get("JIEFANG_STRANGERS") == "required":
        pytest.fail(sentence)
    pytest.skip(sentence)


def program(name: str) -> str:
    """A program by its name, of this environment or of the system."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    return found or missing(name)


def library(name: str) -> ModuleType:
    """A library by its name."""
    if find_spec(name) is None:
        missing(name)
    return __import__(name)


def run(name: str, *arguments: object) -> str:
    """What a program prints that must find no fault."""
    answer = subprocess.run(
        (program(name), *map(str, arguments)),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LANG": "C.UTF-8"},
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert not answer.stderr, answer.stderr
    return answer.stdout


# -- what they find an account to hold -----------------------------------------------------------


def path_of(name: str) -> str:
    """The account of the rule book that a name of the chart means."""
    return "/".join(part[0].lower() + part[1:] for part in name.split(":")[1:])


def by_hledger(journal: Path, *query: str) -> Held:
    """After `hledger check --strict`."""
    run("hledger", "-f", journal, "check", "--strict")
    table = run("hledger", "-f", journal, "balance", "--flat", "-N", "-O", "csv", *query)
    held: Held = {}
    for row in csv.DictReader(io.StringIO(table)):
        for each in row["balance"].split(", "):
            quantity, _, commodity = each.partition(" ")
            held[path_of(row["account"]), commodity] = _whole(Decimal(quantity), commodity)
    return held


def by_beancount(journal: Path) -> Held:
    """After `bean-check`; its loader reads and balances every transaction."""
    run("bean-check", journal)
    library("beancount")
    from beancount import loader
    from beancount.core.data import Transaction

    entries, errors, _ = loader.load_file(str(journal))
    assert errors == []
    held: Held = {}
    for entry in entries:
        for posting in entry.postings if isinstance(entry, Transaction) else ():
            assert posting.units is not None
            commodity = posting.units.currency
            key = path_of(posting.account), commodity
            held[key] = held.get(key, 0) + _whole(posting.units.number, commodity)
    return {key: amount for key, amount in held.items() if amount}


READERS: Final[Mapping[str, Callable[[Path], Held]]] = {
    "hledger": by_hledger,
    "beancount": by_beancount,
}


def ours(balances: tuple[Balance, ...]) -> Held:
    """What the journal's read model says, in the same words."""
    return {(each.account, _commodity(each)): each.amount for each in balances if each.amount}


def _commodity(balance: Balance) -> str:
    if balance.unit is Unit.fen:
        return "CNY"
    return "TIMECREDIT" if balance.account.endswith("/credit") else "MIN"


def _whole(quantity: Decimal | None, commodity: str) -> int:
    assert quantity is not None
    amount = quantity * FEN_IN[commodity]
    assert amount == int(amount)
    return int(amount)
