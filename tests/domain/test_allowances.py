"""Allowances: what a resolution lets somebody pay, asked by whoever decides under it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.domain import allowances
from ledger.domain.allowances import Payment
from ledger.domain.decisions import Refused
from ledger.domain.refusals import Code
from ledger.domain.resolution_records import PaymentAllowed, PurposeChangeAllowed, Resolution
from ledger.domain.values import CommunityId, Fen, FundId, ResolutionId, Slug

JINNING, XIANHU = CommunityId("jinning"), CommunityId("xianhu")
GENERAL, YOUTH, MEALS = FundId("general"), FundId("youth"), FundId("meals")
NAME = ResolutionId("jn-2026-02")
DECIDED, MONDAY = date(2026, 2, 27), date(2026, 3, 2)
ROOF = PaymentAllowed(GENERAL, Fen(500_000), Slug("carpenter"), Slug("roof"))
ANYTHING = PaymentAllowed(YOUTH, Fen(20_000))
CHANGE = PurposeChangeAllowed(YOUTH, MEALS, Fen(70_000))
RESOLUTION = Resolution(JINNING, DECIDED, (), (ROOF, ANYTHING), (CHANGE,))
REVOKED = replace(RESOLUTION, revoked_on=MONDAY)


def paying(resolution: Resolution = RESOLUTION, **changes: Any) -> Refused | None:
    asked: dict[str, Any] = {"home": JINNING, "fund": GENERAL, "day": MONDAY, "before": ()}
    payment = Payment(Slug("carpenter"), Slug("roof"), Fen(500_000))
    paid = {name: changes.pop(name) for name in payment._fields if name in changes}
    asked["payment"] = payment._replace(**paid)
    return allowances.payment_refusal(NAME, resolution, **(asked | changes))


def changing(resolution: Resolution = RESOLUTION, **changes: Any) -> Refused | None:
    asked: dict[str, Any] = {
        "home": JINNING,
        "from_fund": YOUTH,
        "to_fund": MEALS,
        "amount_fen": Fen(70_000),
        "day": MONDAY,
    }
    return allowances.purpose_change_refusal(NAME, resolution, **(asked | changes))


def too_much(amount_fen: int, most_fen: int) -> Refused:
    return Refused(
        Code.resolution_must_allow_the_amount,
        resolution=NAME,
        amount_fen=amount_fen,
        amount_most_fen=most_fen,
    )


def test_a_payment_may_be_as_large_as_was_decided() -> None:
    assert paying() is None
    assert paying(amount_fen=Fen(500_001)) == Refused(
        Code.resolution_must_allow_the_amount,
        resolution=NAME,
        amount_fen=500_001,
        amount_most_fen=500_000,
    )


@pytest.mark.parametrize(
    "changes",
    [{"payee": Slug("mason")}, {"purpose": Slug("party")}, {"fund": MEALS}],
)
def test_another_payee_purpose_or_fund_was_not_decided(changes: dict[str, Any]) -> None:
    assert paying(**changes) == too_much(500_000, 0)


@pytest.mark.parametrize("payee", ["mason", "carpenter"])
@pytest.mark.parametrize("purpose", ["books", "paint"])
def test_where_no_payee_is_named_anybody_may_be_paid(payee: str, purpose: str) -> None:
    asked: dict[str, Any] = {"fund": YOUTH, "payee": Slug(payee), "purpose": Slug(purpose)}
    assert paying(amount_fen=Fen(20_000), **asked) is None
    assert paying(amount_fen=Fen(20_001), **asked) == too_much(20_001, 20_000)


@pytest.mark.parametrize(
    ("earlier", "left"),
    [
        (Payment(Slug("mason"), Slug("paint"), Fen(15_000)), 5_000),
        (Payment(Slug("carpenter"), Slug("books"), Fen(20_000)), 0),
    ],
)
def test_what_was_paid_before_under_the_same_allowance_is_taken_off(
    earlier: Payment, left: int
) -> None:
    asked: dict[str, Any] = {"fund": YOUTH, "before": [earlier]}
    assert paying(amount_fen=Fen(left), **asked) is None
    assert paying(amount_fen=Fen(left + 1), **asked) == too_much(left + 1, left)


def test_what_another_allowance_covered_is_not() -> None:
    elsewhere = Payment(Slug("mason"), Slug("paint"), Fen(300_000))
    assert paying(before=[elsewhere]) is None


def test_money_goes_to_the_other_purpose_as_decided_and_not_back() -> None:
    assert changing() is None
    assert changing(amount_fen=Fen(70_001)) == too_much(70_001, 70_000)
    assert changing(from_fund=MEALS, to_fund=YOUTH) == too_much(70_000, 0)


@pytest.mark.parametrize("ask", [paying, changing])
def test_nothing_is_paid_under_a_resolution_before_it_was_decided(ask: Any) -> None:
    assert ask(day=DECIDED) is None
    early = date(2026, 2, 26)
    assert ask(day=early) == Refused(
        Code.resolution_must_come_first, resolution=NAME, decided_on=DECIDED, day=early
    )


@pytest.mark.parametrize("ask", [paying, changing])
@pytest.mark.parametrize("day", [DECIDED, MONDAY])
def test_a_revoked_resolution_allows_nothing_whatever_day_the_paper_carries(
    ask: Any, day: date
) -> None:
    assert ask(REVOKED, day=day) == Refused(
        Code.resolution_must_not_be_revoked, resolution=NAME, revoked_on=MONDAY
    )


@pytest.mark.parametrize("ask", [paying, changing])
def test_of_what_another_community_decided_only_whose_it_is_is_told(ask: Any) -> None:
    assert ask(REVOKED, home=XIANHU) == Refused(
        Code.resolution_must_be_of_the_payers_community, resolution=NAME, community=JINNING
    )
    assert ask(Resolution()) == Refused(Code.resolution_must_be_known, resolution=NAME)
