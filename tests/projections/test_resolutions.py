"""The register of resolutions: what was decided, what cites it, and whether it still holds."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import Connection

from ledger.domain.councils import Body
from ledger.domain.disbursement_records import DisbursementRequested
from ledger.domain.purpose_records import PurposeChangeRequested
from ledger.domain.resolution_records import (
    PaymentAllowed,
    ResolutionRecorded,
    ResolutionRevoked,
    RevocationReason,
)
from ledger.domain.tiers import PayerResolution
from ledger.domain.values import Count, Fen, FundId, Month, ResolutionId, Slug
from ledger.projections.resolution_records import MODEL, RequestKind
from ledger.projections.resolutions import (
    Standing,
    cited_by,
    citing,
    register,
    requested,
    resolution,
)
from ledger.projections.view import View
from tests.domain.canteen_town import (
    CHEN,
    DONOR_PAYS,
    FUND_PAYS,
    JINNING,
    MONDAY,
    NEW_YEAR,
    VERSION,
    XIANHU,
    XIANHU_CANTEEN,
    agreed,
    noon,
    resolved,
)
from tests.projections.by_hand import Having, Log, rows_differ

(_, DECIDED) = resolved(agreed(FUND_PAYS, start=NEW_YEAR), XIANHU_CANTEEN, XIANHU)
assert isinstance(DECIDED, ResolutionRecorded)
OLD = replace(DECIDED, payments=(PaymentAllowed(FundId("xianhu-meals"), Fen(900)),))
NEW = replace(DECIDED, resolution=ResolutionId("xh-2026-01"), occurred_on=NEW_YEAR)
THEIRS = replace(
    DECIDED, resolution=ResolutionId("jn-2025-11"), community=JINNING, body=Body.committee
)
REVOKED = ResolutionRevoked(OLD.resolution, XIANHU, RevocationReason.replaced, MONDAY)
FIRST = replace(VERSION, resolutions=agreed(FUND_PAYS, start=NEW_YEAR))
SECOND = replace(
    VERSION,
    version=Count(2),
    valid_from=MONDAY,
    resolutions=(
        PayerResolution(FUND_PAYS, NEW.resolution),
        PayerResolution(DONOR_PAYS, OLD.resolution),
    ),
)
CHAIRS = DisbursementRequested(
    FundId("xianhu-meals"),
    Count(1),
    XIANHU,
    Slug("carpenter"),
    Slug("chairs"),
    Fen(900),
    NEW.resolution,
    CHEN,
    noon(MONDAY),
    MONDAY,
    Month("2026-03"),
)
WITHOUT = replace(CHAIRS, disbursement=Count(2), resolution=None)
CHANGE = PurposeChangeRequested(
    FundId("xianhu-meals"),
    FundId("xianhu-youth"),
    XIANHU,
    Count(4),
    Fen(70),
    NEW.resolution,
    CHEN,
    MONDAY,
)
HISTORY = (OLD, FIRST, THEIRS, NEW, SECOND, REVOKED)


def names(rows: tuple[object, ...]) -> list[str]:
    return [row.resolution for row in rows]  # type: ignore[attr-defined]  # - rows of the register


def test_the_register_begins_with_the_latest_decision(having: Having) -> None:
    assert names(register(having(*HISTORY))) == ["xh-2026-01", "xh-2025-11", "jn-2025-11"]


def test_a_resolution_is_told_as_it_was_recorded(having: Having) -> None:
    found = resolution(having(*HISTORY), OLD.resolution)
    assert found is not None
    assert (found.votes, found.subsidies, found.payments) == (
        OLD.votes,
        OLD.subsidies,
        OLD.payments,
    )
    assert (found.decided_on, found.document, found.covenant) == (
        date(2025, 11, 20),
        OLD.document,
        False,
    )
    assert (found.standing, found.revoked_on, found.reason) == (
        Standing.revoked,
        MONDAY,
        RevocationReason.replaced,
    )


def test_the_register_is_asked_by_community_body_and_standing(having: Having) -> None:
    connection = having(*HISTORY)
    assert names(register(connection, JINNING)) == ["jn-2025-11"]
    assert names(register(connection, body=Body.council_hall)) == ["xh-2026-01", "xh-2025-11"]
    assert names(register(connection, standing=Standing.revoked)) == ["xh-2025-11"]
    assert names(register(connection, XIANHU, None, Standing.in_force)) == ["xh-2026-01"]


def test_a_resolution_is_known_from_its_position_on_and_revoked_from_that(having: Having) -> None:
    connection = having(*HISTORY)
    assert resolution(connection, NEW.resolution, View(known=3)) is None
    for known, standing in ((5, Standing.in_force), (6, Standing.revoked)):
        found = resolution(connection, OLD.resolution, View(known=known))
        assert found is not None
        assert found.standing is standing


def test_a_resolution_tells_which_policies_cite_it(having: Having) -> None:
    connection = having(*HISTORY)
    told = [(each.version, each.payer) for each in citing(connection, OLD.resolution)]
    assert told == [(1, "fund/xianhu-meals"), (2, "donor/anonymous-2025")]
    assert len(citing(connection, OLD.resolution, View(known=4))) == 1


def test_a_policy_tells_who_agreed_and_what_was_revoked_since(having: Having) -> None:
    connection = having(*HISTORY)
    told = [
        (each.version, each.resolution, each.starts_from, each.revoked_on)
        for each in cited_by(connection, XIANHU_CANTEEN)
    ]
    assert told == [
        (1, "xh-2025-11", NEW_YEAR, MONDAY),
        (2, "xh-2025-11", None, MONDAY),
        (2, "xh-2026-01", None, None),
    ]
    before = cited_by(connection, XIANHU_CANTEEN, View(known=5))
    assert {(each.revoked_on, each.reason, each.standing) for each in before} == {
        (None, None, Standing.in_force)
    }


def test_a_policy_tells_which_body_agreed_when_and_with_how_many_votes(having: Having) -> None:
    old, _, new = cited_by(having(*HISTORY), XIANHU_CANTEEN)
    assert (old.body, old.decided_on, old.votes, old.document) == (
        Body.council_hall,
        date(2025, 11, 20),
        OLD.votes,
        OLD.document,
    )
    assert (old.standing, old.reason) == (Standing.revoked, RevocationReason.replaced)
    assert (new.standing, new.reason, new.position) == (Standing.in_force, None, 5)


def test_a_resolution_tells_what_was_asked_for_under_it(having: Having) -> None:
    connection = having(*HISTORY, CHAIRS, WITHOUT, CHANGE)
    told = [
        (each.kind, each.fund, each.number, each.other, each.amount_fen)
        for each in requested(connection, NEW.resolution)
    ]
    assert told == [
        (RequestKind.payment, "xianhu-meals", 1, "carpenter", 900),
        (RequestKind.purpose_change, "xianhu-meals", 4, "xianhu-youth", 70),
    ]
    known = View(known=len(HISTORY) + 1)
    assert len(requested(connection, NEW.resolution, known)) == 1
    assert requested(connection, OLD.resolution) == ()


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_hold_every_resolution_once(having: Having, limit: int) -> None:
    connection = having(*HISTORY)
    assert pages(connection, limit) == names(register(connection))


def pages(connection: Connection[object], limit: int) -> list[str]:
    found = register(connection, limit=limit)
    told = [*found]
    while found:
        found = register(connection, limit=limit, after=told[-1].key)
        told += found
    return [row.resolution for row in told]


def test_rows_do_not_depend_on_where_a_run_is_cut(database: str) -> None:
    log = Log()
    log.add(*HISTORY, CHAIRS, WITHOUT, CHANGE)

    @settings(max_examples=15)
    @given(st.sets(st.integers(1, len(HISTORY))))
    def cut(cuts: set[int]) -> None:
        assert not rows_differ(database, MODEL, log.events, cuts)

    cut()
