"""What the ledger and the independent verifier both work out comes to the same."""

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain import postings
from ledger.domain.ages import AgeRule
from ledger.domain.pricing import Eater, split
from ledger.domain.tiers import (
    EATER,
    Charge,
    Condition,
    Payer,
    PayerKind,
    PolicyVersion,
    ShareLine,
    Tier,
)
from ledger.domain.values import CooperativeId, Count, Fen, PayerName, RuleCode
from ledger.store.codec import canonical, decode_event
from tests.audit.bundles import entries_of, read
from tests.audit.verifying import SEEDS, VERIFIER
from tests.builders import JINNING, NEW_YEAR


@pytest.mark.parametrize("seed", SEEDS)
def test_every_fund_of_its_books_is_that_of_the_rule_book(
    seed: int, bundles: dict[int, tuple[Path, str]]
) -> None:
    ours: Counter[str] = Counter()
    for entry in entries_of(bundles[seed][0]):
        it = read(entry)
        for account, _, amount in postings.of(decode_event(it["type"], canonical(it["state"]))):
            ours[account] += amount
    verifier = VERIFIER.Verifier(*bundles[seed])
    verifier.log()
    held = {account: fen for account, fen in ours.items() if re.fullmatch("fund/[^/]+", account)}
    assert held
    assert Counter(held) == Counter(
        {stream.replace("fund-", "fund/"): fen for stream, fen in verifier.funds.items()}
    )


def test_the_books_of_these_towns_hold_every_event_that_moves_a_funds_money(
    bundles: dict[int, tuple[Path, str]],
) -> None:
    kinds = {
        read(each)["type"].split(".")[0] for seed in SEEDS for each in entries_of(bundles[seed][0])
    }
    assert kinds >= VERIFIER.GAINS | VERIFIER.GIVES


POLICY = PolicyVersion(
    Count(1),
    NEW_YEAR,
    None,
    Fen(1500),
    frozenset(),
    (),
    Count(1),
    Count(31),
    AgeRule.on_the_birthday,
    Charge.amount_charged,
    EATER,
    (),
)
PAYERS = st.sampled_from(
    [
        Payer(PayerKind.fund, PayerName("a")),
        Payer(PayerKind.enterprise, PayerName("b")),
        Payer(PayerKind.cooperative_of_the_eater),
        EATER,
    ]
)
AMOUNTS = st.integers(0, 200_000)
LINES = st.builds(
    ShareLine,
    PAYERS,
    basis_points=st.integers(0, 10_000),
    cap_fen=st.none() | AMOUNTS,
    of_the_rest=st.booleans(),
) | st.builds(ShareLine, PAYERS, fixed_fen=AMOUNTS, cap_fen=st.none() | AMOUNTS)


@given(lines=st.lists(LINES, max_size=5), residual=PAYERS, price=AMOUNTS, own=st.booleans())
def test_it_splits_a_price_as_the_ledger_does_from_another_reading_of_the_policy(
    lines: list[ShareLine], residual: Payer, price: int, *, own: bool
) -> None:
    hers = CooperativeId("jinning/e1") if own else None
    eater = Eater(JINNING, 80, frozenset(), True, True, own, hers)
    tier = Tier(Count(1), RuleCode("A"), Condition(), tuple(lines))
    policy = replace(POLICY, residual=residual)
    ours = split(policy, tier, eater, Fen(price))
    told = Counter({str(each.payer): each.amount_fen for each in ours.shares})
    told["eater/None"] += ours.copayment_fen
    read_again = [json.loads(canonical(each)) for each in (policy, tier)]
    way = f"cooperative/{hers}" if own else ""
    assert VERIFIER.split(*read_again, price, way) == told
