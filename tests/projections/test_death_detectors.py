"""What was done in the name of somebody who had died: found, and gone when it is undone."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ledger.domain.contribution_records import (
    ContributionKind,
    ContributionPledged,
    ContributionRecorded,
    ContributionWithdrawn,
    Gift,
    PledgeWithdrawn,
)
from ledger.domain.councils import AttendanceWithdrawn, MeetingAttended
from ledger.domain.decisions import Happening, Stream
from ledger.domain.person_records import DeathCorrected, DeathRecorded
from ledger.domain.shift_records import (
    AttendanceAttested,
    CancelReason,
    CheckedIn,
    EvidenceGrade,
    ShiftCancelled,
    ShiftScheduled,
    SignedUp,
    SignUpWithdrawn,
)
from ledger.domain.timebank_records import (
    CreditDonated,
    CreditReceived,
    CreditRedeemed,
    CreditReversalReason,
    CreditReversed,
    CreditTransferred,
)
from ledger.domain.values import ContributionId, Count, MeetingId, Minutes, Month, PersonId, Title
from ledger.projections.detectors import Pattern
from ledger.projections.exceptions import exceptions
from ledger.projections.view import View
from tests.builders import CLERK
from tests.projections.detecting import MODELS, found, found_one
from tests.projections.real_log import written
from tests.projections.service_events import CHEN, JINNING, KITCHEN, WU
from tests.projections.test_service_detectors import XIANHU

PATTERN = Pattern.acts_after_death
DIED, NEXT, LATER = date(2026, 2, 20), date(2026, 2, 21), date(2026, 2, 25)
BOOKED = Month("2026-02")
NINE, TEN = (datetime(2026, 2, 21, hour, tzinfo=UTC) for hour in (1, 2))
HALL, SOFA, GOODS = MeetingId("hall"), ContributionId("sofa"), Gift(ContributionKind.goods)
DEATH = DeathRecorded(CHEN, DIED, DIED)
BOOKS = (BOOKED, None)


def within(stream: str, event: object) -> Happening:
    return Stream[Any](stream), event


def spent(on: date, who: PersonId = CHEN, to: PersonId = WU) -> Happening:
    event = CreditTransferred(who, to, JINNING, Minutes(90), CLERK, on, *BOOKS)
    return within(f"credit-{who}", event)


def redeemed(on: date, who: PersonId = CHEN) -> Happening:
    return within(f"credit-{who}", CreditRedeemed(who, JINNING, Minutes(30), CLERK, on, *BOOKS))


def donated(on: date, who: PersonId = CHEN) -> Happening:
    return within(f"credit-{who}", CreditDonated(who, JINNING, Minutes(30), CLERK, on, *BOOKS))


def came(on: date, who: PersonId = CHEN) -> Happening:
    return within("council-hall", MeetingAttended(HALL, who, JINNING, on, BOOKED))


def promised(on: date, who: PersonId = CHEN) -> Happening:
    event = ContributionPledged(SOFA, JINNING, who, None, GOODS, False, CLERK, on)
    return within("contribution-sofa", event)


def gave(on: date, who: PersonId = CHEN) -> Happening:
    event = ContributionRecorded(
        SOFA, JINNING, who, None, GOODS, False, None, CLERK, TEN, on, BOOKED
    )
    return within("contribution-sofa", event)


def listed(on: date, who: PersonId = CHEN) -> Happening:
    return within("shift-kitchen", SignedUp(KITCHEN, who, waiting=False, occurred_on=on))


def arrived(on: date, who: PersonId = CHEN) -> Happening:
    return within("shift-kitchen", CheckedIn(KITCHEN, who, NINE, EvidenceGrade.checked, on))


def attested(on: date, who: PersonId = CHEN) -> Happening:
    return within("shift-kitchen", AttendanceAttested(KITCHEN, who, NINE, TEN, on))


SCHEDULED = within(
    "shift-kitchen",
    ShiftScheduled(KITCHEN, JINNING, Title("帮厨"), NINE, TEN, None, None, None, DIED),
)
CALLED_OFF = ShiftCancelled(KITCHEN, CancelReason.weather, NEXT)
TAKEN_BACK = ContributionWithdrawn(SOFA, JINNING, CHEN, GOODS, None, NEXT, BOOKED)
GIVEN_BACK, ANOTHER = (
    within(
        f"credit-{CHEN}",
        CreditReversed(
            *(CHEN, Count(entry), None, JINNING, Minutes(30)),
            *(CreditReversalReason.other, CLERK, NEXT, *BOOKS),
        ),
    )
    for entry in (2, 1)
)
each_act = pytest.mark.parametrize(
    "act", [spent, redeemed, donated, came, promised, gave, listed, arrived, attested]
)


def test_credit_is_found_with_whoever_was_given_it(database: str) -> None:
    events = SCHEDULED, spent(LATER), donated(NEXT), came(NEXT), gave(LATER), listed(NEXT), DEATH
    finding = found_one(database, PATTERN, *events)
    assert (finding.subject, finding.others, finding.community) == (CHEN, (WU,), JINNING)
    assert (finding.since, finding.score) == (NEXT, 120 // 60 + 5)
    assert finding.evidence == (6, 5, 4, 3, 2)
    counted = ("acts", "credit", "credit_minutes", "councils", "contributions", "shifts")
    assert [finding.facts[name] for name in counted] == [5, 2, 120, 1, 1, 1]
    assert finding.facts["died_on"] == DIED.isoformat()


@each_act
def test_every_act_of_a_day_after_the_death_is_found_and_none_of_the_day_itself(
    database: str, act: Any
) -> None:
    events = SCHEDULED, act(DIED), act(NEXT, WU), act(NEXT), DEATH
    (finding,) = found(database, *events, pattern=PATTERN)
    assert (finding.subject, finding.evidence, finding.community) == (CHEN, (4,), JINNING)


def test_what_others_give_to_her_is_nothing_that_was_done_in_her_name(database: str) -> None:
    received = CreditReceived(CHEN, WU, JINNING, Minutes(90), NEXT)
    events = spent(NEXT, who=WU, to=CHEN), within(f"credit-{CHEN}", received), DEATH
    assert found(database, *events, pattern=PATTERN) == []


@pytest.mark.parametrize(
    ("act", "undone", "left"),
    [
        (came, within("council-hall", AttendanceWithdrawn(HALL, CHEN, JINNING, NEXT, BOOKED)), 0),
        (came, within("council-hall", AttendanceWithdrawn(HALL, WU, JINNING, NEXT, BOOKED)), 1),
        (listed, within("shift-kitchen", SignUpWithdrawn(KITCHEN, CHEN, NEXT)), 0),
        (listed, within("shift-kitchen", SignUpWithdrawn(KITCHEN, WU, NEXT)), 1),
        (listed, within("shift-kitchen", CALLED_OFF), 0),
        (arrived, within("shift-kitchen", CALLED_OFF), 1),
        (promised, within("contribution-sofa", PledgeWithdrawn(SOFA, JINNING, NEXT)), 0),
        (promised, gave(NEXT), 1),
        (gave, within("contribution-sofa", TAKEN_BACK), 0),
        (redeemed, GIVEN_BACK, 0),
        (redeemed, ANOTHER, 1),
    ],
)
def test_what_was_taken_back_is_not_found_and_what_others_took_back_is(
    database: str, act: Any, undone: Happening, left: int
) -> None:
    """Nor is a promise found beside what was given for it."""
    findings = found(database, SCHEDULED, act(NEXT), DEATH, undone, pattern=PATTERN)
    assert [finding.facts["acts"] for finding in findings] == [1] * left


@pytest.mark.parametrize(
    ("corrected", "evidence"),
    [(None, []), (LATER, []), (NEXT, [(2,)]), (date(2026, 2, 1), [(2, 1)])],
)
def test_a_corrected_death_counts_as_corrected(
    database: str, corrected: date | None, evidence: list[tuple[int, ...]]
) -> None:
    correction = DeathCorrected(CHEN, corrected, DIED)
    with written(database, MODELS, spent(NEXT), donated(LATER), DEATH, correction) as connection:
        for known, told in ((2, []), (3, [(2, 1)]), (4, evidence)):
            findings = exceptions(connection, View(known=known), pattern=PATTERN)
            assert [finding.evidence for finding in findings] == told


def test_acts_in_two_communities_are_told_where_they_were_done(database: str) -> None:
    elsewhere = MeetingAttended(HALL, CHEN, XIANHU, NEXT, BOOKED)
    events = spent(LATER), within("council-hall", elsewhere), DEATH
    with written(database, MODELS, *events) as connection:
        for reach, told in (
            (None, (None, NEXT)),
            ({JINNING}, (JINNING, LATER)),
            ({XIANHU}, (XIANHU, NEXT)),
        ):
            (finding,) = exceptions(connection, pattern=PATTERN, reach=reach)
            assert (finding.community, finding.since) == told
