"""Policies: a version says who pays, is agreed to by each payer, and has its days to itself."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ledger.domain import communities, funds, policies, policy_records, resolutions
from ledger.domain.community_records import CooperativeRegistered
from ledger.domain.facts import Hardship
from ledger.domain.fund_records import FundOpened
from ledger.domain.refusals import Code
from ledger.domain.resolution_records import ResolutionRevoked, RevocationReason
from ledger.domain.sites import Weekday
from ledger.domain.tiers import (
    Charge,
    Condition,
    Payer,
    PayerKind,
    PayerResolution,
    ShareLine,
    Sitting,
)
from ledger.domain.values import (
    CooperativeId,
    Count,
    Fen,
    PayerName,
    ResolutionId,
    SiteId,
    Slug,
    Title,
)
from tests.domain.canteen_town import (
    AGREED,
    APRIL,
    COOPERATIVE,
    COOPERATIVE_PAYS,
    DONOR_PAYS,
    FUND,
    FUND_PAYS,
    JINNING,
    JINNING_CANTEEN,
    JINNING_PAYS,
    MONDAY,
    NEW_YEAR,
    STATION,
    TOWN,
    VERSION,
    XIANHU,
    XIANHU_CANTEEN,
    aged,
    agreed,
    asking,
    line,
    paid_by,
    percentage,
    publish,
    published,
    resolved,
    tier,
)
from tests.story import given

NAMED_COOPERATIVE = Payer(PayerKind.cooperative, PayerName(COOPERATIVE))


def test_the_first_version_is_published_with_everything_it_says() -> None:
    asking().then(replace(VERSION, valid_from=APRIL, occurred_on=MONDAY))


def test_a_version_follows_the_one_before() -> None:
    asking(published(valid_until=APRIL)).then(
        replace(VERSION, valid_from=APRIL, version=Count(2), occurred_on=MONDAY)
    )


def test_the_day_of_publication_is_the_communitys_own() -> None:
    late_in_greenwich = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)
    told = given(*TOWN).when(publish(), at=late_in_greenwich)
    told.then(replace(VERSION, valid_from=APRIL, occurred_on=APRIL))


@pytest.mark.parametrize(
    "payers",
    [
        (FUND_PAYS,),
        (NAMED_COOPERATIVE,),
        (COOPERATIVE_PAYS, DONOR_PAYS),
        (
            Payer(PayerKind.enterprise, PayerName("gas-works")),
            Payer(PayerKind.government, PayerName("nanhai")),
        ),
    ],
)
def test_whoever_is_known_may_pay(payers: tuple[Payer, ...]) -> None:
    assert asking(**paid_by(*payers)).events


def test_the_eater_needs_no_resolution() -> None:
    eater = Payer(PayerKind.eater)
    shares = (line(eater, 100), percentage(FUND_PAYS, 10_000, of_the_rest=True))
    assert asking(tiers=(tier(10, "ALL", Condition(), *shares),)).events


def test_the_first_and_the_last_plausible_year_are_plausible() -> None:
    first, last = date(1950, 1, 1), date(2090, 12, 31)
    long_agreed = agreed(FUND_PAYS, start=first)
    assert asking(valid_from=first, valid_until=last, resolutions=long_agreed).events


def test_a_tier_may_be_of_one_age() -> None:
    of_eighty = aged(80, age_most=Count(80))
    assert asking(tiers=(tier(10, "AGE80", of_eighty, line(FUND_PAYS, 300)),)).events


REFUSALS: list[tuple[str, dict[str, Any]]] = [
    ("site_must_be_known", {"site": SiteId("nowhere")}),
    ("site_must_be_a_canteen", {"site": STATION}),
    ("policy_must_serve_at_some_time", {"weekdays": ()}),
    ("policy_must_serve_at_some_time", {"sittings": ()}),
    ("day_must_be_named_once", {"weekdays": (Weekday.monday, Weekday.monday)}),
    ("day_must_be_named_once", {"sittings": (Sitting.lunch, Sitting.lunch)}),
    ("spell_must_end_after_it_begins", {"valid_until": APRIL}),
    ("spell_must_end_after_it_begins", {"valid_until": APRIL - timedelta(days=1)}),
    ("year_must_be_plausible", {"valid_from": date(1949, 12, 31)}),
    ("year_must_be_plausible", {"valid_until": date(2091, 1, 1)}),
    ("amount_must_be_positive", {"price_fen": Fen(0), "tiers": ()}),
    (
        "tiers_must_have_distinct_codes_and_orders",
        {"tiers": (tier(10, "AGE80", aged(80)), tier(20, "AGE80", aged(70)))},
    ),
    (
        "tiers_must_have_distinct_codes_and_orders",
        {"tiers": (tier(10, "AGE80", aged(80)), tier(10, "AGE70", aged(70)))},
    ),
    ("ages_must_be_in_order", {"tiers": (tier(10, "AGE80", aged(80, age_most=Count(79))),)}),
    (
        "share_must_be_an_amount_or_a_percentage",
        {"tiers": (tier(10, "ALL", Condition(), replace(line(FUND_PAYS, 1), fixed_fen=None)),)},
    ),
    (
        "share_must_be_an_amount_or_a_percentage",
        {
            "tiers": (
                tier(10, "ALL", Condition(), replace(percentage(FUND_PAYS, 1), fixed_fen=Fen(1))),
            )
        },
    ),
    (
        "share_must_be_an_amount_or_a_percentage",
        {"tiers": (tier(10, "ALL", Condition(), replace(line(FUND_PAYS, 1), of_the_rest=True)),)},
    ),
    ("payer_must_be_known", paid_by(JINNING_PAYS)),
    ("payer_must_be_known", paid_by(Payer(PayerKind.fund, PayerName("unknown")))),
    ("payer_must_be_known", paid_by(Payer(PayerKind.fund))),
    ("payer_must_be_known", paid_by(Payer(PayerKind.cooperative, PayerName("xianhu/e2")))),
    ("payer_must_be_known", paid_by(Payer(PayerKind.cooperative, PayerName("e1")))),
    ("payer_must_be_known", paid_by(Payer(PayerKind.donor))),
    ("payer_must_be_known", paid_by(Payer(PayerKind.donor, PayerName("a/b")))),
    (
        "payer_must_be_known",
        paid_by(Payer(PayerKind.cooperative_of_the_eater, PayerName("xianhu/e1"))),
    ),
    ("payer_must_be_known", {"residual": Payer(PayerKind.government)}),
    ("payer_must_have_a_resolution", paid_by(DONOR_PAYS) | {"resolutions": agreed(FUND_PAYS)}),
    ("payer_must_have_a_resolution", {"residual": DONOR_PAYS}),
    ("payer_must_have_one_resolution_only", {"resolutions": agreed(FUND_PAYS, FUND_PAYS)}),
]


@pytest.mark.parametrize(("code", "changes"), REFUSALS)
def test_what_a_version_must_satisfy(code: str, changes: dict[str, Any]) -> None:
    asking(**changes).refused(code)


def test_a_refusal_names_the_tier_and_the_payer() -> None:
    asking(**paid_by(JINNING_PAYS)).refused(
        "payer_must_be_known", payer="fund/jinning-meals", rule="ALL"
    )


@pytest.mark.parametrize(
    ("lines", "asked_fen"),
    [
        ((line(FUND_PAYS, 1200),), 1200),
        ((line(FUND_PAYS, 1201),), 1201),
        ((line(FUND_PAYS, 700), line(DONOR_PAYS, 501)), 1201),
        ((line(FUND_PAYS, 700), percentage(DONOR_PAYS, 4167)), 1200),
        ((line(FUND_PAYS, 701), percentage(DONOR_PAYS, 4167)), 1201),
        ((line(FUND_PAYS, 701), percentage(DONOR_PAYS, 4167, cap_fen=Fen(499))), 1200),
        ((line(FUND_PAYS, 701), percentage(DONOR_PAYS, 10_000, of_the_rest=True)), 1200),
    ],
)
def test_shares_of_a_fixed_price_must_not_exceed_it(
    lines: tuple[ShareLine, ...], asked_fen: int
) -> None:
    changes: dict[str, Any] = {
        "tiers": (tier(10, "ALL", Condition(), *lines),),
        "resolutions": agreed(FUND_PAYS, DONOR_PAYS),
    }
    if asked_fen <= 1200:
        assert asking(**changes).events
    else:
        asking(**changes).refused(
            "shares_must_not_exceed_the_price", rule="ALL", shares_fen=asked_fen, price_fen=1200
        )
    assert asking(**changes, charge=Charge.amount_charged).events


# -- resolutions -------------------------------------------------------------------------------


def test_what_the_resolution_says_of_the_start_is_in_the_version() -> None:
    told = asking(resolutions=agreed(FUND_PAYS, start=MONDAY))
    assert told.events[0].resolutions == agreed(FUND_PAYS, start=MONDAY)


def test_a_resolution_must_be_on_record() -> None:
    cited = (PayerResolution(FUND_PAYS, ResolutionId("nobody-knows")),)
    asking(resolutions=cited).refused("resolution_must_be_known", resolution="nobody-knows")


def test_a_resolution_of_another_community_agrees_to_nothing_here() -> None:
    theirs = resolved(agreed(FUND_PAYS), XIANHU_CANTEEN, JINNING)
    asking(theirs).refused("resolution_must_be_of_the_payers_community", community=JINNING)


@pytest.mark.parametrize(
    ("agreements", "canteen"),
    [
        (agreed(DONOR_PAYS), XIANHU_CANTEEN),
        (agreed(FUND_PAYS), JINNING_CANTEEN),
        ((), XIANHU_CANTEEN),
    ],
)
def test_a_resolution_must_let_that_payer_pay_for_that_canteen(
    agreements: tuple[PayerResolution, ...], canteen: SiteId
) -> None:
    asking(resolved(agreements, canteen, XIANHU)).refused(
        "resolution_must_allow_the_subsidy",
        resolution="xh-2025-11",
        payer="fund/xianhu-meals",
        site=XIANHU_CANTEEN,
    )


def test_a_cooperative_of_elsewhere_agrees_by_a_resolution_of_its_own_community() -> None:
    """Its members may eat here, and bear a share by what they decided at home."""
    e2 = CooperativeId("jinning/e2")
    registered = (communities.stream(JINNING), CooperativeRegistered(e2, Title("二社"), NEW_YEAR))
    payer = Payer(PayerKind.cooperative, PayerName(e2))
    ours = resolved(agreed(payer), XIANHU_CANTEEN, XIANHU)
    asking(registered, ours, **paid_by(payer)).refused(
        "resolution_must_be_of_the_payers_community", community=XIANHU
    )
    theirs = resolved(agreed(payer), XIANHU_CANTEEN, JINNING)
    assert asking(registered, theirs, **paid_by(payer)).events


def test_a_revoked_resolution_founds_no_new_version_and_the_old_one_stands() -> None:
    allowed = asking().events[0]
    void = ResolutionRevoked(AGREED, XIANHU, RevocationReason.void, MONDAY)
    revoked = (resolutions.stream(AGREED), void)
    asking(revoked).refused(
        "resolution_must_not_be_revoked", resolution="xh-2025-11", revoked_on=MONDAY
    )
    ledger = given(*TOWN, published(allowed), revoked).ledger
    version = ledger[policy_records.stream(XIANHU_CANTEEN)].version_on(APRIL)
    assert version is not None


# -- precedence and size -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("spell_must_end_after_it_begins", "site_must_be_a_canteen"),
        ("amount_must_be_positive", "spell_must_end_after_it_begins"),
        ("site_must_be_a_canteen", "policy_must_serve_at_some_time"),
        ("policy_must_serve_at_some_time", "tiers_must_have_distinct_codes_and_orders"),
        ("tiers_must_have_distinct_codes_and_orders", "payer_must_have_one_resolution_only"),
        ("payer_must_be_known", "spell_must_end_after_it_begins"),
    ],
)
def test_of_two_objections_the_one_listed_first_is_the_answer(first: str, second: str) -> None:
    told = dict(REFUSALS)
    changes = told[second] | told[first]
    expected = min(Code[first], Code[second], key=lambda code: code.order)
    asking(**changes).refused(expected.name)


@pytest.mark.parametrize(("tiers", "accepted"), [(99, True), (100, False)])
def test_a_version_fits_into_one_entry_of_the_log(tiers: int, accepted: bool) -> None:
    many = tuple(tier(order, f"TIER{order}", aged(60)) for order in range(tiers))
    told = asking(tiers=many)
    if accepted:
        assert told.events
    else:
        told.refused("policy_must_fit_one_entry", parts=101, parts_most=100)


def test_lines_and_classes_are_parts_too() -> None:
    classes = Condition(hardships=(Hardship.subsistence,) * 60)
    lines = (percentage(FUND_PAYS, 1),) * 40
    asking(tiers=(tier(10, "ALL", classes, *lines),)).refused(
        "policy_must_fit_one_entry", parts=102
    )


def test_a_policy_is_a_matter_of_the_canteens_community() -> None:
    town = given(*TOWN).ledger
    assert policies.place(publish(), town) == XIANHU
    assert policies.place(publish(site=SiteId("nowhere")), town) is None


@pytest.mark.parametrize(
    ("restriction", "allowed"),
    [("elder-meals", True), ("unrestricted", True), ("youth", False)],
)
def test_money_given_for_something_else_bears_no_share(restriction: str, *, allowed: bool) -> None:
    opened = FundOpened(FUND, XIANHU, Title("社区基金"), Slug(restriction), NEW_YEAR)
    told = asking((funds.stream(FUND), opened))
    if allowed:
        assert told.events
    else:
        told.refused(
            "purpose_must_match_the_restriction", purpose="elder-meals", restriction="youth"
        )
