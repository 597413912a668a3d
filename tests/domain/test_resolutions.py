"""Resolutions: carried by a body that may decide, about money that is its own."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ledger.domain import councils, resolutions
from ledger.domain.councils import Body, MeetingRecorded
from ledger.domain.decisions import Happening
from ledger.domain.resolution_records import (
    PaymentAllowed,
    PurposeChangeAllowed,
    ResolutionRecorded,
    ResolutionRevoked,
    RevocationReason,
    SubsidyAllowed,
    Votes,
)
from ledger.domain.resolutions import RecordResolution, RevokeResolution
from ledger.domain.tiers import Payer, PayerKind
from ledger.domain.values import (
    CommunityId,
    CooperativeId,
    Count,
    Fen,
    FundId,
    MeetingId,
    PayerName,
    ResolutionId,
    Sha256,
    SiteId,
    Slug,
)
from tests.domain.canteen_town import (
    COOPERATIVE,
    COOPERATIVE_PAYS,
    DONOR_PAYS,
    FUND,
    FUND_PAYS,
    JINNING,
    JINNING_CANTEEN,
    JINNING_FUND,
    JINNING_PAYS,
    MONDAY,
    NEW_YEAR,
    STATION,
    TOWN,
    XIANHU,
    XIANHU_CANTEEN,
    noon,
)
from tests.story import Told, given

NAME = ResolutionId("xh-2026-03")
SUNDAY_BEFORE = MONDAY - timedelta(days=1)
NAMED_COOPERATIVE = Payer(PayerKind.cooperative, PayerName(COOPERATIVE))
MEMBERS = Body.cooperative_members_assembly
DOCUMENT = Sha256("ab" * 32)
COMMAND = RecordResolution(
    NAME,
    XIANHU,
    Body.council_hall,
    SUNDAY_BEFORE,
    Votes(Count(21), Count(3), Count(2)),
    DOCUMENT,
    subsidies=(SubsidyAllowed(XIANHU_CANTEEN, FUND_PAYS, NEW_YEAR),),
)


NOON = noon(MONDAY)


def recording(*happenings: Happening, at: datetime = NOON, **changes: Any) -> Told:
    return given(*TOWN, *happenings).when(replace(COMMAND, **changes), at=at)


def subsidy(payer: Payer, canteen: SiteId = XIANHU_CANTEEN) -> dict[str, Any]:
    return {"subsidies": (SubsidyAllowed(canteen, payer),)}


def payment(fund: FundId = FUND, amount_fen: int = 500_000) -> dict[str, Any]:
    return {"payments": (PaymentAllowed(fund, Fen(amount_fen), Slug("carpenter")),)}


def purpose_change(giving: FundId = FUND, taking: FundId = JINNING_FUND) -> dict[str, Any]:
    return {"purpose_changes": (PurposeChangeAllowed(giving, taking, Fen(1)),)}


# -- recording ---------------------------------------------------------------------------------


def test_a_resolution_is_recorded_on_the_day_it_was_decided_with_all_it_allows() -> None:
    told = recording(discussed_on=date(2026, 2, 20), covenant=True, **payment())
    told.then(
        ResolutionRecorded(
            NAME,
            XIANHU,
            Body.council_hall,
            None,
            None,
            date(2026, 2, 20),
            Votes(Count(21), Count(3), Count(2)),
            DOCUMENT,
            COMMAND.subsidies,
            (PaymentAllowed(FUND, Fen(500_000), Slug("carpenter")),),
            (),
            covenant=True,
            occurred_on=SUNDAY_BEFORE,
        )
    )
    assert told.decision[0][0] == "resolution-xh-2026-03"


def test_a_covenant_needs_no_money() -> None:
    assert recording(subsidies=(), covenant=True).events


REFUSALS: list[tuple[str, dict[str, Any]]] = [
    ("community_must_be_known", {"community": CommunityId("nowhere")}),
    ("day_must_not_be_in_the_future", {"decided_on": MONDAY + timedelta(days=1)}),
    ("year_must_be_plausible", {"decided_on": date(1949, 12, 31)}),
    ("votes_must_carry_the_resolution", {"votes": Votes(Count(3), Count(4))}),
    ("votes_must_carry_the_resolution", {"votes": Votes(Count(4), Count(4), Count(9))}),
    ("votes_must_carry_the_resolution", {"votes": Votes(Count(0), Count(0))}),
    ("discussion_must_come_before_the_decision", {"discussed_on": MONDAY}),
    ("amount_must_be_positive", payment(amount_fen=0)),
    ("funds_must_differ", purpose_change(FUND, FUND)),
    ("fund_must_be_known", payment(FundId("no-fund"))),
    ("fund_must_be_known", payment(JINNING_FUND)),
    ("fund_must_be_known", purpose_change(FUND, JINNING_FUND)),
    ("fund_must_be_known", subsidy(JINNING_PAYS)),
    ("payer_must_be_one_who_can_agree", subsidy(Payer(PayerKind.eater))),
    ("payer_must_be_named_as_its_kind_is", subsidy(Payer(PayerKind.fund))),
    ("payer_must_be_named_as_its_kind_is", subsidy(Payer(PayerKind.donor, PayerName("a/b")))),
    (
        "payer_must_be_named_as_its_kind_is",
        subsidy(Payer(PayerKind.cooperative_of_the_eater, PayerName(COOPERATIVE))),
    ),
    ("payer_must_be_named_as_its_kind_is", subsidy(Payer(PayerKind.cooperative, PayerName("e1")))),
    (
        "cooperative_must_be_known",
        subsidy(Payer(PayerKind.cooperative, PayerName("xianhu/e9"))) | {"body": MEMBERS},
    ),
    ("cooperative_must_be_known", {"cooperative": CooperativeId("jinning/e1"), "body": MEMBERS}),
    ("site_must_be_known", subsidy(FUND_PAYS, SiteId("nowhere"))),
    ("site_must_be_known", subsidy(FUND_PAYS, JINNING_CANTEEN)),
    ("site_must_be_known", subsidy(COOPERATIVE_PAYS, SiteId("nowhere")) | {"body": MEMBERS}),
    ("site_must_be_a_canteen", subsidy(FUND_PAYS, STATION)),
]


@pytest.mark.parametrize(("code", "changes"), REFUSALS)
def test_what_a_resolution_must_satisfy(code: str, changes: dict[str, Any]) -> None:
    recording(**changes).refused(code)


def test_one_vote_carries_it() -> None:
    assert recording(votes=Votes(Count(1), Count(0))).events


def test_it_may_be_discussed_and_decided_on_one_day() -> None:
    assert recording(discussed_on=SUNDAY_BEFORE).events


@pytest.mark.parametrize(
    ("at", "refused"),
    [
        (datetime(2026, 2, 28, 15, 59, tzinfo=UTC), True),  # 23:59 in Shanghai
        (datetime(2026, 2, 28, 16, 0, tzinfo=UTC), False),
    ],
)
def test_the_day_of_the_decision_is_the_communitys_own(at: datetime, *, refused: bool) -> None:
    told = recording(at=at, decided_on=SUNDAY_BEFORE)
    if refused:
        told.refused("day_must_not_be_in_the_future")
    else:
        assert told.events


def test_a_resolution_is_recorded_once() -> None:
    (recorded,) = recording().decision
    recording(recorded).refused("resolution_must_be_new", resolution=NAME)


@pytest.mark.parametrize(("allowances", "accepted"), [(100, True), (101, False)])
def test_a_resolution_fits_into_one_entry_of_the_log(allowances: int, *, accepted: bool) -> None:
    many = (SubsidyAllowed(XIANHU_CANTEEN, FUND_PAYS),) * (allowances - 1)
    told = recording(subsidies=many, **payment())
    if accepted:
        assert told.events
    else:
        told.refused("allowances_must_fit_one_entry", allowances=101, allowances_most=100)


# -- whose money it is -------------------------------------------------------------------------

OWN_BODIES: list[tuple[Body, CooperativeId | None, dict[str, Any], bool]] = [
    (Body.council_hall, None, subsidy(FUND_PAYS), True),
    (Body.three_party_meeting, None, subsidy(DONOR_PAYS), True),
    (Body.council_hall, None, payment(), True),
    (MEMBERS, None, subsidy(COOPERATIVE_PAYS), True),
    (MEMBERS, None, subsidy(NAMED_COOPERATIVE), True),
    (MEMBERS, COOPERATIVE, subsidy(NAMED_COOPERATIVE), True),
    (MEMBERS, None, subsidy(COOPERATIVE_PAYS, JINNING_CANTEEN), True),
    (Body.council_hall, None, subsidy(COOPERATIVE_PAYS), False),
    (Body.committee, None, subsidy(NAMED_COOPERATIVE), False),
    (MEMBERS, None, subsidy(FUND_PAYS), False),
    (MEMBERS, COOPERATIVE, subsidy(DONOR_PAYS), False),
    (MEMBERS, COOPERATIVE, {"subsidies": ()} | payment(), False),
]


@pytest.mark.parametrize(("body", "cooperative", "changes", "accepted"), OWN_BODIES)
def test_members_decide_about_their_cooperatives_money_and_nobody_else_does(
    body: Body, cooperative: CooperativeId | None, changes: dict[str, Any], *, accepted: bool
) -> None:
    told = recording(body=body, cooperative=cooperative, **changes)
    if accepted:
        assert told.events
    else:
        told.refused("money_must_be_decided_on_by_its_own_body", body=body)


def test_one_cooperatives_members_decide_for_that_cooperative_alone() -> None:
    alone: dict[str, Any] = {"body": MEMBERS, "cooperative": COOPERATIVE}
    code = "members_must_decide_on_their_own_cooperative"
    told = recording(**alone, **subsidy(COOPERATIVE_PAYS))
    told.refused(code, cooperative=COOPERATIVE, payer=COOPERATIVE_PAYS.path)


def test_a_cooperative_is_chosen_only_where_its_members_decided() -> None:
    hall: dict[str, Any] = {"body": Body.council_hall, "cooperative": COOPERATIVE}
    code = "cooperative_must_be_chosen_for_its_members_alone"
    recording(**hall, **payment()).refused(code, cooperative=COOPERATIVE, body=Body.council_hall)


# -- the meeting -------------------------------------------------------------------------------

MEETING = MeetingId("xh-hall-0301")


def held(
    home: CommunityId = XIANHU, body: Body = Body.council_hall, on: date = SUNDAY_BEFORE
) -> Happening:
    return (councils.stream(MEETING), MeetingRecorded(MEETING, home, body, None, on))


def test_a_resolution_names_the_meeting_that_decided_it() -> None:
    assert recording(held(), meeting=MEETING).events[0].meeting == MEETING


@pytest.mark.parametrize("meetings", [(), (held(JINNING),)])
def test_the_meeting_must_be_one_of_the_community(meetings: tuple[Happening, ...]) -> None:
    recording(*meetings, meeting=MEETING).refused("meeting_must_be_known", meeting=MEETING)


@pytest.mark.parametrize("meeting", [held(body=Body.committee), held(on=NEW_YEAR)])
def test_a_decision_is_of_the_body_that_met_and_of_that_day(meeting: Happening) -> None:
    recording(meeting, meeting=MEETING).refused("decision_must_be_of_its_meeting", meeting=MEETING)


# -- revoking ----------------------------------------------------------------------------------


def revoking(*happenings: Happening, on: date = MONDAY) -> Told:
    command = RevokeResolution(NAME, on, RevocationReason.replaced)
    return given(*TOWN, *happenings).when(command, at=NOON)


RECORDED = recording().decision


def test_a_resolution_is_revoked_on_a_day_for_a_reason() -> None:
    revoking(*RECORDED).then(ResolutionRevoked(NAME, XIANHU, RevocationReason.replaced, MONDAY))


def test_it_may_be_revoked_on_the_day_of_its_decision_and_not_before() -> None:
    assert revoking(*RECORDED, on=SUNDAY_BEFORE).events
    before = SUNDAY_BEFORE - timedelta(days=1)
    revoking(*RECORDED, on=before).refused(
        "resolution_must_come_first", resolution=NAME, decided_on=SUNDAY_BEFORE, day=before
    )


def test_it_is_not_revoked_ahead_of_time() -> None:
    tomorrow = MONDAY + timedelta(days=1)
    revoking(*RECORDED, on=tomorrow).refused("day_must_not_be_in_the_future", day=tomorrow)


def test_it_is_revoked_once() -> None:
    revoked = revoking(*RECORDED).decision
    revoking(*RECORDED, *revoked).refused(
        "resolution_must_not_be_revoked", resolution=NAME, revoked_on=MONDAY
    )


def test_what_nobody_recorded_cannot_be_revoked() -> None:
    revoking().refused("resolution_must_be_known", resolution=NAME)


def test_a_resolution_is_the_matter_of_the_community_that_decided() -> None:
    town = given(*TOWN, *RECORDED).ledger
    revoke = RevokeResolution(NAME, MONDAY, RevocationReason.other)
    assert resolutions.place(COMMAND, town) == resolutions.place(revoke, town) == XIANHU
    assert resolutions.place(revoke, given(*TOWN).ledger) is None
