"""Friends who confirm each other, and hours that nobody saw: what is found and what is innocent."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from ledger.domain.community_records import CommunityRegistered, ServiceRules, ServiceRulesSet
from ledger.domain.person_records import FactsRecorded, PersonRegistered
from ledger.domain.service_records import (
    DeciderFoundRelated,
    Hold,
    LateReason,
    ServiceCredited,
    StarGranted,
)
from ledger.domain.shift_records import (
    AttendanceAttested,
    AttendanceCorrected,
    CorrectionReason,
    EvidenceGrade,
    ShiftScheduled,
)
from ledger.domain.values import CommunityId, Count, Minutes, PersonId, ShiftId, Title, ZoneName
from ledger.projections.detectors import Pattern
from ledger.projections.exceptions import exceptions
from ledger.projections.view import View
from tests.builders import CLERK
from tests.projections.detecting import MODELS, found, found_one
from tests.projections.real_log import written
from tests.projections.service_events import (
    CHEN,
    JINNING,
    MARCH_2,
    NEW_YEAR,
    WU,
    credited,
    held,
    opening,
    opening_reversed,
    reversed_,
)

LI = PersonId("00000000-0000-4000-8000-00000000000c")
XIANHU = CommunityId("xianhu")
ATTESTED, CHECKED = EvidenceGrade.attested, EvidenceGrade.checked


def day(number: int) -> date:
    return NEW_YEAR + timedelta(days=number)


def confirmed(
    by: PersonId,
    who: PersonId,
    on: int = 0,
    minutes: int = 120,
    grade: EvidenceGrade = ATTESTED,
    *,
    where: CommunityId = JINNING,
) -> ServiceCredited:
    """One serves on the n-th day of the year, in a shift of her own, and another confirms it."""
    shift = ShiftId(f"shift-{who[-1]}-{on}")
    return replace(
        credited(minutes, shift, day(on), grade, who=who, where=where), decided_by=(by,), late=None
    )


# -- rings -------------------------------------------------------------------------------------


def ring(database: str, *events: ServiceCredited) -> list[tuple[str, tuple[str, ...]]]:
    findings = found(database, *events, pattern=Pattern.confirmation_ring)
    return [(finding.subject, finding.others) for finding in findings]


def test_two_who_confirm_each_other_are_found(database: str) -> None:
    finding = found_one(
        database,
        Pattern.confirmation_ring,
        confirmed(CHEN, WU, 5, 90),
        confirmed(WU, CHEN, 30, 60),
        confirmed(LI, CHEN, 31),
        confirmed(CHEN, WU, 40, 30),
    )
    assert (finding.subject, finding.others, finding.community) == (CHEN, (WU,), JINNING)
    assert (finding.since, finding.score, finding.evidence) == (day(5), 3 + 3, (4, 2, 1))
    assert (finding.facts["times"], finding.facts["service_minutes"]) == (3, 180)
    assert f"互相确认服务 3 次，共 180 分钟：{CHEN}, {WU}" in finding.sentence_zh


@pytest.mark.parametrize(("apart", "count"), [(0, 1), (90, 1), (91, 0)])
def test_within_ninety_days_is_mutual_and_later_is_not(
    database: str, apart: int, count: int
) -> None:
    assert len(ring(database, confirmed(CHEN, WU, 0), confirmed(WU, CHEN, apart))) == count


def test_of_a_pair_only_what_lies_near_the_other_direction_counts(database: str) -> None:
    finding = found_one(
        database,
        Pattern.confirmation_ring,
        confirmed(CHEN, WU, 0),
        confirmed(CHEN, WU, 100),
        confirmed(WU, CHEN, 180),
        confirmed(CHEN, WU, 300),
    )
    assert finding.evidence == (3, 2)


def test_three_in_a_ring_are_found_whoever_begins(database: str) -> None:
    turns = (confirmed(WU, LI, 1), confirmed(LI, CHEN, 2), confirmed(CHEN, WU, 3))
    assert ring(database, *turns) == [(CHEN, (WU, LI))]


@pytest.mark.parametrize(
    "innocent",
    [
        [confirmed(CHEN, WU, 1), confirmed(WU, LI, 2)],
        [confirmed(CHEN, WU, 1), confirmed(CHEN, LI, 2), confirmed(LI, WU, 3)],
        [confirmed(CHEN, WU, 1), confirmed(WU, LI, 2), confirmed(LI, CHEN, 92)],
    ],
    ids=["a chain", "nobody comes back", "too long ago"],
)
def test_without_a_way_back_in_time_there_is_no_ring(
    database: str, innocent: list[ServiceCredited]
) -> None:
    assert ring(database, *innocent) == []


def test_who_confirms_others_and_is_confirmed_by_others_is_no_ring(database: str) -> None:
    """Chen and Wu confirm for all; of what they serve themselves half is the least for a ring."""
    mutual = confirmed(CHEN, WU, 1), confirmed(WU, CHEN, 9)
    others = confirmed(LI, CHEN, 5, 121), confirmed(LI, WU, 99)
    assert ring(database, *mutual, *others) == []


def test_half_of_what_they_served_around_it_is_a_ring(database: str) -> None:
    mutual = confirmed(CHEN, WU, 1), confirmed(WU, CHEN, 9)
    others = confirmed(LI, CHEN, 5), confirmed(LI, WU, 6), confirmed(LI, WU, 100, 480)
    assert ring(database, *mutual, *others) == [(CHEN, (WU,))]


def test_service_taken_back_makes_no_ring(database: str) -> None:
    back = confirmed(WU, CHEN, 2)
    taken = replace(reversed_(120, back.shift, back.occurred_on), person=CHEN)
    assert found(database, confirmed(CHEN, WU, 1), back, taken) == []


def test_a_ring_over_two_communities_is_told_to_whoever_sees_both(database: str) -> None:
    events = confirmed(CHEN, WU, 1), confirmed(WU, CHEN, 2, where=XIANHU)
    (finding,) = found(database, *events, pattern=Pattern.confirmation_ring)
    assert finding.community is None


@pytest.mark.parametrize("reach", [{JINNING}, {XIANHU}])
def test_a_ring_over_two_communities_is_not_told_to_whoever_sees_one(
    database: str, reach: set[CommunityId]
) -> None:
    events = confirmed(CHEN, WU, 1), confirmed(WU, CHEN, 2, where=XIANHU)
    assert found(database, *events, reach=reach) == []


# -- one confirmer -----------------------------------------------------------------------------


def test_a_friend_who_confirms_nearly_everything_is_found(database: str) -> None:
    finding = found_one(
        database,
        Pattern.sole_confirmer,
        *(confirmed(WU, CHEN, number, 240) for number in range(5)),
        confirmed(LI, CHEN, 9, 133, CHECKED),
    )
    assert (finding.subject, finding.others) == (CHEN, (WU,))
    assert (finding.score, finding.since, finding.evidence) == (20 + 5, day(0), (5, 4, 3, 2, 1))
    assert (finding.facts["service_minutes"], finding.facts["all_minutes"]) == (1200, 1333)


@pytest.mark.parametrize(
    "innocent",
    [
        [confirmed(WU, CHEN, 1, 1199)],
        [confirmed(WU, CHEN, 1, 1349), confirmed(LI, CHEN, 2, 150)],
        [confirmed(WU, CHEN, 1, 1200), confirmed(WU, CHEN, 2, 60, CHECKED)],
    ],
    ids=["less than twenty hours", "less than nine tenths", "seen once"],
)
def test_a_confirmer_who_has_seen_her_or_is_one_of_several_is_not(
    database: str, innocent: list[ServiceCredited]
) -> None:
    assert found(database, *innocent, pattern=Pattern.sole_confirmer) == []


@pytest.mark.parametrize(("minutes", "count"), [(600, 1), (601, 0)])
def test_where_one_confirms_most_of_what_others_serve_it_says_nothing_of_any(
    database: str, minutes: int, count: int
) -> None:
    others = confirmed(WU, LI, 2, minutes), confirmed(CHEN, LI, 3, 1200 - minutes)
    events = confirmed(WU, CHEN, 1, 1200), *others
    assert len(found(database, *events, pattern=Pattern.sole_confirmer)) == count


# -- relations declared later --------------------------------------------------------------------


def found_related(on: int = 5) -> DeciderFoundRelated:
    return DeciderFoundRelated(CHEN, WU, day(on))


def test_whoever_decided_before_a_relation_was_declared_is_found(database: str) -> None:
    finding = found_one(
        database,
        Pattern.decider_related,
        confirmed(WU, CHEN, 1, 90),
        confirmed(LI, CHEN, 2),
        confirmed(WU, CHEN, 3, 30),
        found_related(),
    )
    assert (finding.subject, finding.others, finding.community) == (CHEN, (WU,), JINNING)
    assert (finding.since, finding.score, finding.evidence) == (day(1), 2 + 2, (3, 1, 4))
    assert (finding.facts["times"], finding.facts["day"]) == (2, "2026-01-06")


@pytest.mark.parametrize(
    ("back", "since", "score", "evidence"),
    [((), NEW_YEAR, 100 + 2, (2, 1, 3)), ((opening_reversed(6000),), day(2), 1, (2, 3))],
)
def test_minutes_from_before_and_a_star_are_decided_as_well(
    database: str, back: tuple[object, ...], since: date, score: int, evidence: tuple[int, ...]
) -> None:
    star = StarGranted(CHEN, JINNING, Count(1), Minutes(6000), Minutes(6000), day(2), (CLERK,))
    events = opening(6000), star, DeciderFoundRelated(CHEN, CLERK, day(5))
    finding = found_one(database, Pattern.decider_related, *events, *back)
    assert (finding.since, finding.score, finding.evidence) == (since, score, evidence)


@pytest.mark.parametrize(
    ("between", "evidence"),
    [((), [(1, 2)]), ((confirmed(WU, CHEN, 7),), [(1, 2), (3, 4)])],
    ids=["nothing", "another decision"],
)
def test_a_decision_counts_once_however_often_the_relation_is_declared(
    database: str, between: tuple[object, ...], evidence: list[tuple[int, ...]]
) -> None:
    """It was left out of the next sheet by mistake, and declared again."""
    events = confirmed(WU, CHEN, 1), found_related(5), *between, found_related(9)
    findings = found(database, *events, pattern=Pattern.decider_related)
    assert [each.evidence for each in findings] == evidence


def test_what_was_taken_back_since_is_not(database: str) -> None:
    service = confirmed(WU, CHEN, 1)
    back = replace(reversed_(120, service.shift, service.occurred_on), person=CHEN)
    events = service, found_related(), back
    assert found(database, *events, pattern=Pattern.decider_related) == []


def test_as_known_before_the_declaration_nothing_is_found(database: str) -> None:
    events = confirmed(WU, CHEN, 1), found_related()
    assert found(database, *events, pattern=Pattern.decider_related, known=1) == []


# -- late entries before a star ----------------------------------------------------------------

TOWN = (
    CommunityRegistered(JINNING, Title("金宁"), Title("丹灶"), ZoneName("Asia/Shanghai"), NEW_YEAR),
    PersonRegistered(CHEN, JINNING, Count(1), "commitment", NEW_YEAR),
)


def late(minutes: int, shift: str, on: date, by: PersonId = WU) -> ServiceCredited:
    return replace(credited(minutes, ShiftId(shift), on), decided_by=(by,))


def test_late_entries_that_bring_a_star_are_found(database: str) -> None:
    """The log begins on 1 March; the star is reached with the last entry, on the 2nd."""
    finding = found_one(
        database,
        Pattern.late_before_star,
        *TOWN,
        opening(5400),
        late(300, "one", day(10)),
        late(300, "two", day(11), LI),
    )
    assert (finding.subject, finding.since, finding.evidence) == (CHEN, MARCH_2, (5, 4))
    assert (finding.facts["hours"], finding.score) == (100, 10 + 2)


@pytest.mark.parametrize(
    ("opened", "first", "on", "count"),
    [
        (5400, 300, date(2026, 2, 15), 1),
        (5400, 300, date(2026, 2, 16), 0),
        (5401, 299, date(2026, 2, 15), 0),
        (5399, 300, date(2026, 2, 15), 0),
    ],
    ids=["fifteen days", "fourteen days", "under ten hours", "no star yet"],
)
def test_few_or_timely_entries_and_those_without_a_star_are_not(
    database: str, opened: int, first: int, on: date, count: int
) -> None:
    entries = late(first, "one", day(10)), late(300, "two", on)
    findings = found(database, *TOWN, opening(opened), *entries, pattern=Pattern.late_before_star)
    assert len(findings) == count


def test_what_took_the_late_path_is_late_whatever_the_day(database: str) -> None:
    path = [replace(late(300, name, MARCH_2), late=LateReason.forgotten) for name in ("a", "b")]
    events = (*TOWN, opening(5400), *path)
    assert len(found(database, *events, pattern=Pattern.late_before_star)) == 1


@pytest.mark.parametrize(("between", "count"), [(45, 1), (46, 0)])
def test_what_was_credited_in_the_fortnight_counts_and_nothing_before(
    database: str, between: int, count: int
) -> None:
    """The first is credited on 2 March, the second on the 15th or the 16th."""
    meanwhile = [FactsRecorded(WU, Count(2), "commitment", MARCH_2)] * between
    entries = late(300, "one", day(10)), *meanwhile, late(300, "two", day(11))
    events = *TOWN, opening(5400), *entries
    assert len(found(database, *events, pattern=Pattern.late_before_star)) == count


def test_the_thresholds_are_those_of_her_community(database: str) -> None:
    rules = ServiceRulesSet(
        JINNING, NEW_YEAR, ServiceRules(star_thresholds=(Minutes(600),)), NEW_YEAR
    )
    entries = late(300, "one", day(10)), late(300, "two", day(11))
    finding = found_one(database, Pattern.late_before_star, *TOWN, rules, *entries)
    assert finding.facts["hours"] == 10


@pytest.mark.parametrize(("on", "count"), [(date(2026, 2, 20), 0), (date(2026, 2, 10), 1)])
def test_what_was_confirmed_in_time_is_not_late_when_it_is_released(
    database: str, on: date, count: int
) -> None:
    """Confirmed on 2 March and released three weeks later, when it brings the star."""
    meanwhile = [FactsRecorded(WU, Count(2), "commitment", MARCH_2)] * 70
    waiting = held(600, on=on, why=Hold.day_over_unit_limit)
    events = *TOWN, opening(5400), waiting, *meanwhile, late(600, "kitchen", on)
    assert len(found(database, *events, pattern=Pattern.late_before_star)) == count


# -- whole shifts attested ---------------------------------------------------------------------


def attested(number: int, early: int = 0) -> Iterable[object]:
    """Chen's n-th shift of two hours, attested from its beginning or some minutes earlier."""
    like = confirmed(WU, CHEN, number)
    start, end = like.starts_at, like.ends_at
    yield ShiftScheduled(
        like.shift, JINNING, Title("帮厨"), start, end, None, None, None, like.occurred_on
    )
    begin = start - timedelta(minutes=early)
    yield AttendanceAttested(like.shift, CHEN, begin, end, like.occurred_on)
    yield like


def shifts(whole: int, other: int = 0) -> list[object]:
    parts = [attested(number) for number in range(whole)]
    parts += [attested(whole + number, early=5) for number in range(other)]
    return [event for part in parts for event in part]


def test_whole_shifts_attested_again_and_again_are_found(database: str) -> None:
    finding = found_one(database, Pattern.whole_shifts_attested, *shifts(10, other=1))
    assert (finding.subject, finding.score, finding.since) == (CHEN, 10, day(0))
    assert finding.evidence == tuple(range(30, 0, -3))
    assert (finding.facts["times"], finding.facts["shifts"]) == (10, 11)


@pytest.mark.parametrize(("whole", "other"), [(9, 0), (10, 2)])
def test_few_whole_shifts_or_many_others_are_not(database: str, whole: int, other: int) -> None:
    pattern = Pattern.whole_shifts_attested
    assert found(database, *shifts(whole, other), pattern=pattern) == []


def test_whoever_checked_in_once_is_not(database: str) -> None:
    *rest, last = shifts(11)
    assert isinstance(last, ServiceCredited)
    events = *rest, replace(last, grade=CHECKED)
    assert found(database, *events, pattern=Pattern.whole_shifts_attested) == []


def test_times_that_were_corrected_later_were_whole_until_then(database: str) -> None:
    events = shifts(10)
    known = len(events)
    for number in range(10):
        like = confirmed(WU, CHEN, number)
        start, end = like.starts_at, like.ends_at - timedelta(minutes=5)
        reason = CorrectionReason.wrong_time
        events.append(
            AttendanceCorrected(like.shift, CHEN, JINNING, start, end, reason, like.occurred_on)
        )
    pattern = Pattern.whole_shifts_attested
    with written(database, MODELS, *events) as connection:
        (finding,) = exceptions(connection, View(known=known), pattern=pattern)
        assert finding.facts["times"] == 10
        assert exceptions(connection, pattern=pattern) == ()
