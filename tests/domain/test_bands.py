"""Approval bands: chosen by what is asked for one payee and purpose within thirty days."""

from datetime import date, timedelta
from typing import Any

import pytest

from ledger.domain import communities
from ledger.domain.bands import (
    DEFAULT_BANDS,
    ApprovalBand,
    Asked,
    band_of,
    fault,
    resolution_above,
    sum_around,
)
from ledger.domain.communities import SetApprovalBands
from ledger.domain.community_records import ApprovalBandsSet, Community
from ledger.domain.values import Count, Fen
from tests.domain.canteen_town import MONDAY, TOWN, XIANHU, noon
from tests.story import given


def band(up_to: int | None, approvers: int = 1, *, resolution: bool = False) -> ApprovalBand:
    limit = None if up_to is None else Fen(up_to)
    return ApprovalBand(limit, Count(approvers), resolution)


@pytest.mark.parametrize(
    ("sum_fen", "approvers", "resolution"),
    [
        (1, 1, False),
        (500_000, 1, False),
        (500_001, 2, False),
        (5_000_000, 2, False),
        (5_000_001, 2, True),
        (10**12, 2, True),
    ],
)
def test_without_bands_of_its_own_a_community_has_the_usual_ones(
    sum_fen: int, approvers: int, *, resolution: bool
) -> None:
    found = band_of(Community().bands_on(MONDAY), Fen(sum_fen))
    assert (found.approvers, found.resolution) == (approvers, resolution)


@pytest.mark.parametrize(
    ("days", "counted"), [(0, True), (29, True), (30, False), (-29, True), (-30, False)]
)
def test_a_request_counts_within_thirty_days_either_way(days: int, *, counted: bool) -> None:
    asked = [Asked("repairs", Fen(400), MONDAY + timedelta(days=days))]
    assert sum_around(asked, "repairs", MONDAY) == (400 if counted else 0)


def test_only_requests_for_the_same_purpose_are_added() -> None:
    asked = [Asked("repairs", Fen(400), MONDAY), Asked("books", Fen(70), MONDAY)]
    assert sum_around(asked, "books", MONDAY) == 70


@pytest.mark.parametrize(
    ("bands", "row"),
    [
        ((), 1),
        ((band(100),), 1),
        ((band(100), band(100), band(None)), 2),
        ((band(200), band(100), band(None)), 2),
        ((band(None), band(None)), 1),
        ((band(None), band(100), band(None)), 1),
        ((band(100, 0), band(None)), 1),
        ((band(100, 3), band(None)), 1),
        ((band(100), band(None, 3)), 2),
    ],
)
def test_bands_that_leave_a_sum_without_an_answer_are_refused(bands: Any, row: int) -> None:
    command = SetApprovalBands(XIANHU, MONDAY, bands)
    given(*TOWN).when(command, at=noon(MONDAY)).refused("bands_must_be_consistent", row=row)


@pytest.mark.parametrize("bands", [DEFAULT_BANDS, (band(None),), (band(1, 2), band(None))])
def test_bands_that_rise_to_no_limit_are_set(bands: Any) -> None:
    assert fault(bands) is None
    tuesday = MONDAY + timedelta(days=1)
    command = SetApprovalBands(XIANHU, tuesday, bands)
    given(*TOWN).when(command, at=noon(MONDAY)).then(
        ApprovalBandsSet(XIANHU, tuesday, bands, MONDAY)
    )


def test_the_bands_of_the_day_count_and_of_two_entries_for_a_day_the_later_one() -> None:
    strict, looser = (band(None, 2),), (band(None, 1),)
    happened = [
        (communities.stream(XIANHU), ApprovalBandsSet(XIANHU, on, bands, MONDAY))
        for on, bands in ((MONDAY, looser), (MONDAY, strict))
    ]
    community = given(*TOWN, *happened).ledger[communities.stream(XIANHU)]
    assert community.bands_on(MONDAY) == strict
    assert community.bands_on(date(2026, 3, 1)) == DEFAULT_BANDS


@pytest.mark.parametrize(
    ("limits", "above"),
    [
        ([(500, False), (None, True)], 500),
        ([(500, False), (900, True), (None, True)], 500),
        ([(None, True)], 0),
        ([(500, False), (None, False)], None),
    ],
)
def test_above_which_sum_a_council_decides(
    limits: list[tuple[int | None, bool]], above: int | None
) -> None:
    in_force = tuple(band(limit, resolution=decided) for limit, decided in limits)
    assert resolution_above(in_force) == above
