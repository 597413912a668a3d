"""The timeline of a policy: one version a day, no start in the past, no gap that nobody meant."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from ledger.domain.canteens import CloseClaims
from ledger.domain.policies import WithdrawPolicy
from ledger.domain.policy_records import PolicyPublished, PolicyWithdrawn, Timeline, evolve
from ledger.domain.values import Count, Month, SiteId
from tests.domain.canteen_town import (
    APRIL,
    DONOR_PAYS,
    FUND_PAYS,
    MAY,
    MONDAY,
    TOWN,
    VERSION,
    XIANHU,
    XIANHU_CANTEEN,
    after,
    agreed,
    asking,
    closed,
    noon,
    paid_by,
    publish,
    published,
    resolved,
)
from tests.domain.settlement_town import CHECKER
from tests.story import Told, given

TOMORROW = MONDAY + timedelta(days=1)


# -- when a version may start ------------------------------------------------------------------


@pytest.mark.parametrize("valid_from", [MONDAY, TOMORROW])
def test_a_version_starts_today_or_later(valid_from: date) -> None:
    assert asking(valid_from=valid_from).events


@pytest.mark.parametrize(
    ("allowed", "accepted"),
    [(None, False), (date(2026, 2, 2), False), (date(2026, 2, 1), True), (date(2025, 1, 1), True)],
)
def test_it_starts_earlier_only_as_far_back_as_the_resolution_says(
    allowed: date | None, accepted: bool
) -> None:
    resolutions = agreed(FUND_PAYS, start=allowed)
    told = asking(valid_from=date(2026, 2, 1), resolutions=resolutions)
    if accepted:
        assert told.events
    else:
        told.refused(
            "start_must_not_be_retroactive",
            valid_from=date(2026, 2, 1),
            today=MONDAY,
            resolution="xh-2025-11",
        )


def test_it_starts_no_earlier_than_its_payers_agreed_to() -> None:
    resolutions = agreed(FUND_PAYS, start=MAY)
    assert asking(valid_from=MAY, resolutions=resolutions).events
    asking(valid_from=APRIL, resolutions=resolutions).refused(
        "start_must_be_agreed_to",
        valid_from=APRIL,
        resolution="xh-2025-11",
        payer="fund/xianhu-meals",
        starts_from=MAY,
    )


@pytest.mark.parametrize(
    ("starts", "code"),
    [
        (MONDAY - timedelta(days=1), "start_must_not_be_retroactive"),
        (MONDAY, "start_must_be_agreed_to"),
    ],
)
def test_today_is_not_the_past(starts: date, code: str) -> None:
    """So it is not for being late, but for what its payers agreed to."""
    asking(valid_from=starts, resolutions=agreed(FUND_PAYS, start=MAY)).refused(code)


def test_every_payer_must_allow_the_earlier_start() -> None:
    changes = paid_by(FUND_PAYS, DONOR_PAYS)
    one = agreed(FUND_PAYS, start=date(2026, 2, 1)) + agreed(DONOR_PAYS)
    asking(valid_from=date(2026, 2, 1), **(changes | {"resolutions": one})).refused(
        "start_must_not_be_retroactive"
    )
    both = agreed(FUND_PAYS, DONOR_PAYS, start=date(2026, 2, 1))
    assert asking(valid_from=date(2026, 2, 1), **(changes | {"resolutions": both})).events


def test_a_resolution_of_somebody_who_pays_nothing_is_not_asked() -> None:
    resolutions = agreed(FUND_PAYS, start=date(2026, 2, 1)) + agreed(DONOR_PAYS)
    assert asking(valid_from=date(2026, 2, 1), resolutions=resolutions).events


@pytest.mark.parametrize(
    ("months", "month"),
    [
        (("2026-02",), "2026-01"),
        (("2026-02", "2026-03"), "2026-01"),
        (("2026-01", "2026-02"), None),
        (("2025-12", "2026-01"), None),
        ((), None),
    ],
)
def test_it_opens_no_month_before_claims_that_are_closed(
    months: tuple[str, ...], month: str | None
) -> None:
    start = date(2026, 1, 15)
    told = asking(*closed(*months), valid_from=start, resolutions=agreed(FUND_PAYS, start=start))
    if month is None:
        assert told.events
    else:
        told.refused(
            "version_must_not_open_a_month_before_closed_claims", month=month, closed=months[0]
        )


@pytest.mark.parametrize("year", [26, 1949])
def test_nobody_reads_the_months_of_a_year_that_nobody_meant(year: int) -> None:
    asking(valid_from=date(year, 3, 2)).refused("year_must_be_plausible")


# -- among the others --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "day"),
    [
        (APRIL, None, APRIL),
        (MAY, None, MAY),
        (APRIL, MAY, APRIL),
        (TOMORROW, MAY, APRIL),
        (TOMORROW, APRIL + timedelta(days=1), APRIL),
    ],
)
def test_versions_must_not_overlap(valid_from: date, valid_until: date | None, day: date) -> None:
    asking(published(valid_from=APRIL), valid_from=valid_from, valid_until=valid_until).refused(
        "versions_must_not_overlap", day=day, version=1
    )


def test_a_gap_after_the_last_version_must_be_declared() -> None:
    so_far = published(valid_until=APRIL)
    asking(so_far, valid_from=MAY).refused("gap_must_be_declared", gap_from=APRIL, gap_until=MAY)
    assert asking(so_far, valid_from=MAY, gap_is_meant=True).events


def test_a_gap_before_the_first_version_must_be_declared() -> None:
    so_far = published(valid_from=MAY)
    dates = {"valid_from": TOMORROW, "valid_until": APRIL}
    asking(so_far, **dates).refused("gap_must_be_declared", gap_from=APRIL, gap_until=MAY)
    assert asking(so_far, **dates, gap_is_meant=True).events
    assert asking(so_far, valid_from=TOMORROW, valid_until=MAY).events


def test_a_declared_gap_may_be_filled_in_part() -> None:
    so_far = (
        published(valid_until=APRIL),
        published(valid_from=date(2026, 9, 1), version=Count(2), gap_is_meant=True),
    )
    told = asking(*so_far, valid_from=MAY, valid_until=date(2026, 6, 1))
    assert told.events[0].version == 3


# -- withdrawing -------------------------------------------------------------------------------


def withdrawing(*happenings: Any, version: int = 1, valid_until: date = APRIL) -> Told:
    command = WithdrawPolicy(XIANHU_CANTEEN, Count(version), valid_until)
    return given(*TOWN, *happenings).when(command)


def test_a_version_is_withdrawn_from_a_coming_day_on() -> None:
    withdrawing(published()).then(PolicyWithdrawn(XIANHU_CANTEEN, XIANHU, Count(1), APRIL, MONDAY))


@pytest.mark.parametrize("valid_until", [MONDAY - timedelta(days=1), MONDAY])
def test_meals_up_to_today_were_priced_by_the_version(valid_until: date) -> None:
    withdrawing(published(), valid_until=valid_until).refused(
        "withdrawal_must_lie_ahead", valid_until=valid_until, today=MONDAY
    )
    assert withdrawing(published(), valid_until=TOMORROW).events


def test_a_withdrawal_only_shortens() -> None:
    withdrawing(published(valid_until=APRIL), valid_until=APRIL).refused(
        "withdrawal_must_end_the_version_earlier", version=1, valid_until=APRIL
    )


@pytest.mark.parametrize("version", [0, 2])
def test_only_a_published_version_can_be_withdrawn(version: int) -> None:
    withdrawing(published(), version=version).refused(
        "policy_must_be_known", site=XIANHU_CANTEEN, version=version
    )


def test_only_a_known_canteen_has_a_policy_to_withdraw() -> None:
    command = WithdrawPolicy(SiteId("nowhere"), Count(1), APRIL)
    given(*TOWN).when(command).refused("site_must_be_known", site="nowhere")


def test_another_version_follows_a_withdrawn_one() -> None:
    withdrawn = withdrawing(published())
    assert asking(published(), withdrawn, valid_from=APRIL).events
    asking(published(), withdrawn, valid_from=MAY).refused(
        "gap_must_be_declared", gap_from=APRIL, gap_until=MAY
    )


def test_a_version_withdrawn_before_its_beginning_is_as_if_it_had_never_been() -> None:
    so_far = (published(valid_until=APRIL), published(valid_from=APRIL, version=Count(2)))
    withdrawn = withdrawing(*so_far, version=2, valid_until=TOMORROW)
    asking(*so_far, withdrawn, valid_from=APRIL).then(
        replace(VERSION, valid_from=APRIL, version=Count(3), occurred_on=MONDAY)
    )


def test_overlap_comes_after_a_start_in_the_past_and_before_the_gap() -> None:
    so_far = published(valid_from=date(2026, 1, 1), valid_until=date(2026, 2, 1))
    overlapping = {"valid_from": date(2026, 1, 5), "valid_until": date(2026, 1, 9)}
    asking(so_far, **overlapping).refused("start_must_not_be_retroactive")
    allowed = agreed(FUND_PAYS, start=date(2026, 1, 1))
    asking(so_far, **overlapping, resolutions=allowed).refused("versions_must_not_overlap")


def test_a_day_belongs_to_the_version_that_covers_it() -> None:
    timeline = _folded(
        replace(VERSION, valid_until=APRIL),
        replace(VERSION, valid_from=MAY, version=Count(2)),
        PolicyWithdrawn(XIANHU_CANTEEN, XIANHU, Count(2), date(2026, 6, 1), MONDAY),
    )
    versions = {
        date(2025, 12, 31): None,
        date(2026, 1, 1): 1,
        date(2026, 3, 31): 1,
        APRIL: None,
        MAY: 2,
        date(2026, 5, 31): 2,
        date(2026, 6, 1): None,
    }
    for day, number in versions.items():
        found = timeline.version_on(day)
        assert (None if found is None else found.version) == number


def _folded(*events: PolicyPublished | PolicyWithdrawn) -> Timeline:
    timeline = Timeline()
    for event in events:
        timeline = evolve(timeline, event)
    return timeline


def test_a_version_opens_no_month_between_two_whose_claims_are_closed() -> None:
    """January was closed before there was any policy, April is closed too."""
    start = date(2026, 1, 15)
    happened = after(
        *TOWN,
        resolved(agreed(FUND_PAYS, start=start), XIANHU_CANTEEN, XIANHU),
        (CloseClaims(XIANHU_CANTEEN, Month("2026-01")), CHECKER, noon(date(2026, 2, 2))),
        published(valid_from=APRIL),
        (CloseClaims(XIANHU_CANTEEN, Month("2026-04")), CHECKER, noon(date(2026, 5, 2))),
    )
    told = {"valid_until": APRIL, "resolutions": agreed(FUND_PAYS, start=start)}
    in_february = publish(valid_from=date(2026, 2, 1), **told)
    given(*happened).when(in_february, at=noon(date(2026, 5, 5))).refused(
        "version_must_not_open_a_month_before_closed_claims"
    )
    in_january = publish(valid_from=start, **told)
    given(*happened).when(in_january, at=noon(date(2026, 5, 5))).refused(
        "version_must_not_open_a_month_before_closed_claims"
    )
