"""Pricing: ages to the day, tiers by their order, and parts that always add up to the price."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some

from ledger.domain.ages import AgeRule, age_on
from ledger.domain.facts import Hardship, HardshipSpell, Membership, Residence
from ledger.domain.policy_records import Timeline, evolve
from ledger.domain.pricing import Eater, Split, first_tier, matches, seen_by, split
from ledger.domain.tiers import (
    EATER,
    Charge,
    Condition,
    Payer,
    PayerKind,
    PayerShare,
    PolicyVersion,
    ShareLine,
    Tier,
)
from ledger.domain.values import (
    BasisPoints,
    CooperativeId,
    Count,
    Fen,
    PayerName,
    PayerPath,
)
from tests.domain.canteen_town import (
    COOPERATIVE,
    COOPERATIVE_PAYS,
    FUND_PAYS,
    JINNING,
    MEMBER,
    MONDAY,
    VERSION,
    XIANHU,
    aged,
    line,
    percentage,
    sheet,
    tier,
)

BIRTHDAY, DAY_AFTER, NEXT_MONTH = AgeRule
ENTERPRISE_PAYS = Payer(PayerKind.enterprise, PayerName("gas-works"))


@pytest.mark.parametrize(
    ("born_on", "rule", "last_day_at_59"),
    [
        (date(1966, 3, 10), BIRTHDAY, date(2026, 3, 9)),
        (date(1966, 3, 10), DAY_AFTER, date(2026, 3, 10)),
        (date(1966, 3, 10), NEXT_MONTH, date(2026, 3, 31)),
        (date(1966, 3, 1), BIRTHDAY, date(2026, 2, 28)),
        (date(1966, 3, 1), DAY_AFTER, date(2026, 3, 1)),
        (date(1966, 3, 1), NEXT_MONTH, date(2026, 3, 31)),
        (date(1966, 12, 31), BIRTHDAY, date(2026, 12, 30)),
        (date(1966, 12, 31), DAY_AFTER, date(2026, 12, 31)),
        (date(1966, 12, 31), NEXT_MONTH, date(2026, 12, 31)),
        (date(1966, 1, 1), DAY_AFTER, date(2026, 1, 1)),
        # 60 in 2028, a leap year
        (date(1968, 2, 29), BIRTHDAY, date(2028, 2, 28)),
        (date(1968, 2, 29), DAY_AFTER, date(2028, 2, 29)),
        (date(1968, 2, 29), NEXT_MONTH, date(2028, 2, 29)),
    ],
)
def test_a_year_of_age_counts_from_the_day_the_policy_says(
    born_on: date, rule: AgeRule, last_day_at_59: date
) -> None:
    assert age_on(born_on, last_day_at_59, rule) == 59
    assert age_on(born_on, last_day_at_59 + timedelta(days=1), rule) == 60


@pytest.mark.parametrize(
    ("rule", "last_day_at_60"),
    [
        (BIRTHDAY, date(2029, 2, 28)),
        (DAY_AFTER, date(2029, 3, 1)),
        (NEXT_MONTH, date(2029, 3, 31)),
    ],
)
def test_in_a_common_year_a_birthday_on_29_february_falls_on_1_march(
    rule: AgeRule, last_day_at_60: date
) -> None:
    born_on = date(1968, 2, 29)
    assert age_on(born_on, last_day_at_60, rule) == 60
    assert age_on(born_on, last_day_at_60 + timedelta(days=1), rule) == 61


LIVED_ELSEWHERE = (Residence(JINNING), Residence(XIANHU, until=MONDAY))
LOW_INCOME = HardshipSpell(Hardship.subsistence)


@pytest.mark.parametrize(
    ("condition", "facts", "holds"),
    [
        (Condition(), {}, True),
        (Condition(age_least=Count(80)), {}, True),
        (Condition(age_least=Count(81)), {}, False),
        (Condition(age_most=Count(80)), {}, True),
        (Condition(age_most=Count(79)), {}, False),
        (Condition(registered=True), {}, True),
        (Condition(registered=True), {"registered": ()}, False),
        (Condition(registered=True), {"registered": LIVED_ELSEWHERE}, False),
        (Condition(registered=True), {"registered": (Residence(XIANHU, since=MONDAY),)}, True),
        (Condition(habitual=True), {}, True),
        (Condition(habitual=True), {"habitual": LIVED_ELSEWHERE}, False),
        (Condition(habitual=True), {"registered": ()}, True),
        (Condition(cooperative_member=True), {}, False),
        (Condition(cooperative_member=True), {"memberships": MEMBER}, True),
        (
            Condition(cooperative_member=True),
            {"memberships": (Membership(CooperativeId("jinning/e1")),)},
            False,
        ),
        (
            Condition(cooperative_member=True),
            {"memberships": (Membership(COOPERATIVE, until=MONDAY),)},
            False,
        ),
        (Condition(hardship=True), {}, False),
        (Condition(hardship=True), {"hardships": (LOW_INCOME,)}, True),
        (Condition(hardships=(Hardship.subsistence,)), {"hardships": (LOW_INCOME,)}, True),
        (Condition(hardships=(Hardship.special_care,)), {"hardships": (LOW_INCOME,)}, False),
        (
            Condition(hardship=True),
            {"hardships": (HardshipSpell(Hardship.subsistence, until=MONDAY),)},
            False,
        ),
        (aged(60, hardship=True, registered=True), {"hardships": (LOW_INCOME,)}, True),
        (aged(60, hardship=True, registered=True), {}, False),
    ],
)
def test_a_tier_is_for_whom_all_that_it_asks_holds_on_the_day(
    condition: Condition, facts: dict[str, Any], holds: bool
) -> None:
    assert matches(condition, _eater(**facts)) is holds


def test_the_first_tier_by_order_counts_however_they_were_written() -> None:
    version = _version(tier(30, "AGE60", aged(60)), tier(20, "AGE80", aged(80)))
    assert _code(version, date(1946, 3, 2)) == "AGE80"
    assert _code(version, date(1946, 3, 3)) == "AGE60"
    assert _code(version, date(1966, 3, 2)) == "AGE60"
    assert _code(version, date(1966, 3, 3)) is None


@pytest.mark.parametrize(
    ("lines", "price_fen", "shares_fen"),
    [
        # rounding goes down, and the eater takes what is left
        ([percentage(FUND_PAYS, 3333), percentage(ENTERPRISE_PAYS, 3333)], 1000, [333, 333, 334]),
        ([percentage(FUND_PAYS, 1)], 9999, [0, 9999]),
        ([percentage(FUND_PAYS, 1)], 10_000, [1, 9999]),
        ([percentage(FUND_PAYS, 10_000)], 1000, [1000, 0]),
        # the order of the lines is the order of work
        ([line(FUND_PAYS, 200), percentage(ENTERPRISE_PAYS, 5000)], 1000, [200, 500, 300]),
        (
            [line(FUND_PAYS, 200), percentage(ENTERPRISE_PAYS, 5000, of_the_rest=True)],
            1000,
            [200, 400, 400],
        ),
        (
            [percentage(ENTERPRISE_PAYS, 5000, of_the_rest=True), line(FUND_PAYS, 200)],
            1000,
            [500, 200, 300],
        ),
        # a cap cuts before what follows is worked out
        (
            [
                percentage(FUND_PAYS, 5000, cap_fen=Fen(300)),
                percentage(ENTERPRISE_PAYS, 5000, of_the_rest=True),
            ],
            1000,
            [300, 350, 350],
        ),
        ([line(FUND_PAYS, 200), line(FUND_PAYS, 300)], 1000, [500, 500]),
        # never more than was charged
        ([line(FUND_PAYS, 800), line(ENTERPRISE_PAYS, 800)], 1000, [800, 200, 0]),
        ([line(FUND_PAYS, 800), line(ENTERPRISE_PAYS, 800)], 500, [500, 0, 0]),
        # the eater may stand in front
        ([line(EATER, 300), percentage(FUND_PAYS, 10_000, of_the_rest=True)], 1000, [700, 300]),
        ([line(EATER, 300), line(FUND_PAYS, 100)], 1000, [100, 900]),
        ([], 1000, [1000]),
    ],
)
def test_the_lines_of_a_tier_are_worked_from_top_to_bottom(
    lines: list[ShareLine], price_fen: int, shares_fen: list[int]
) -> None:
    version = _version(tier(10, "ALL", Condition(), *lines), charge=Charge.amount_charged)
    *payers, eater = shares_fen
    result = _split(version, price_fen)
    assert [share.amount_fen for share in result.shares] == [fen for fen in payers if fen]
    assert result.copayment_fen == eater


def test_without_a_tier_the_eater_pays_the_full_price_even_if_somebody_else_takes_rests() -> None:
    version = _version(tier(10, "AGE90", aged(90), line(FUND_PAYS, 100)), residual=ENTERPRISE_PAYS)
    assert _split(version, 1200) == Split((), Fen(1200))


def test_a_policy_may_let_somebody_else_take_the_rest() -> None:
    lines = (line(FUND_PAYS, 100), line(EATER, 300))
    version = _version(tier(10, "ALL", Condition(), *lines), residual=ENTERPRISE_PAYS)
    shares = _shares(("fund/xianhu-meals", 100), ("enterprise/gas-works", 800))
    assert _split(version, 1200) == Split(shares, Fen(300))


def test_the_cooperative_of_the_eater_is_the_first_of_the_canteens_community_on_that_day() -> None:
    memberships = (
        Membership(CooperativeId("jinning/e1")),
        Membership(CooperativeId("xianhu/e0"), until=MONDAY),
        Membership(COOPERATIVE),
        Membership(CooperativeId("xianhu/e2")),
    )
    version = _version(tier(10, "ALL", Condition(), line(COOPERATIVE_PAYS, 500)))
    shares = _shares(("cooperative/xianhu/e1", 500))
    assert _split(version, 1200, memberships=memberships) == Split(shares, Fen(700))


def test_a_member_elsewhere_is_no_member_here_but_her_cooperative_bears_its_part() -> None:
    """A tier that asks for membership means this community's; one that does not takes any."""
    elsewhere = (Membership(CooperativeId("jinning/e1")),)
    members = tier(10, "MEMBER", Condition(cooperative_member=True), line(COOPERATIVE_PAYS, 600))
    anybody = tier(20, "ALL", Condition(), line(COOPERATIVE_PAYS, 500))
    shares = _shares(("cooperative/jinning/e1", 500))
    version = _version(members, anybody)
    assert _split(version, 1200, memberships=elsewhere) == Split(shares, Fen(700))


def test_whoever_is_in_no_cooperative_pays_its_part_herself() -> None:
    lines = (line(COOPERATIVE_PAYS, 500), percentage(FUND_PAYS, 5000, of_the_rest=True))
    version = _version(tier(10, "ALL", Condition(), *lines), residual=COOPERATIVE_PAYS)
    assert _split(version, 1200) == Split(_shares(("fund/xianhu-meals", 600)), Fen(600))


def test_one_payer_appears_once_however_she_was_named() -> None:
    named = Payer(PayerKind.cooperative, PayerName(COOPERATIVE))
    version = _version(tier(10, "ALL", Condition(), line(COOPERATIVE_PAYS, 500), line(named, 100)))
    shares = _shares(("cooperative/xianhu/e1", 600))
    assert _split(version, 1200, memberships=MEMBER) == Split(shares, Fen(600))


PAYERS = some.sampled_from([FUND_PAYS, COOPERATIVE_PAYS, ENTERPRISE_PAYS, EATER])
FENS = some.integers(0, 10**12).map(Fen) | some.integers(0, 2000).map(Fen)
CAPS = some.none() | FENS
LINES = some.builds(ShareLine, PAYERS, FENS, some.none(), CAPS) | some.builds(
    ShareLine, PAYERS, some.none(), some.integers(0, 10_000).map(BasisPoints), CAPS, some.booleans()
)


@for_all(some.lists(LINES, max_size=8), PAYERS, FENS, some.sampled_from([(), MEMBER]))
def test_whatever_the_policy_says_the_parts_add_up_to_the_price(
    lines: list[ShareLine], residual: Payer, price_fen: Fen, memberships: tuple[Membership, ...]
) -> None:
    version = _version(tier(10, "ALL", Condition(), *lines), residual=residual)
    result = _split(version, price_fen, memberships=memberships)
    parts = [*(share.amount_fen for share in result.shares), result.copayment_fen]
    assert sum(parts) == price_fen
    assert all(part >= 0 for part in parts)
    assert all(share.amount_fen for share in result.shares)
    assert len({share.payer for share in result.shares}) == len(result.shares)


@for_all(some.dates(date(1900, 1, 1), date(2030, 1, 1)), some.integers(0, 40_000))
def test_a_year_counts_on_the_birthday_first_then_the_day_after_then_the_next_month(
    born_on: date, days: int
) -> None:
    day = born_on + timedelta(days=days)
    ages = [age_on(born_on, day, rule) for rule in (NEXT_MONTH, DAY_AFTER, BIRTHDAY)]
    assert ages == sorted(ages)
    assert ages[2] - ages[0] <= 1


def _version(*tiers: Tier, **changes: Any) -> PolicyVersion:
    event = replace(VERSION, tiers=tiers, **changes)
    return evolve(Timeline(), event).versions[0]


def _code(version: PolicyVersion, born_on: date) -> str | None:
    found = first_tier(version, _eater(born_on=born_on))
    return None if found is None else found.code


def _eater(**facts: Any) -> Eater:
    return seen_by(XIANHU, sheet(**facts), MONDAY, BIRTHDAY)


def _split(version: PolicyVersion, price_fen: int, **facts: Any) -> Split:
    eater = _eater(**facts)
    return split(version, first_tier(version, eater), eater, Fen(price_fen))


def _shares(*shares: tuple[str, int]) -> tuple[PayerShare, ...]:
    return tuple(PayerShare(PayerPath(payer), Fen(amount)) for payer, amount in shares)
