"""The shift board: what is so and what was known, however the events were cut into runs."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import Connection

from ledger.domain.community_records import CommunityRegistered
from ledger.domain.intervals import DayMinutes
from ledger.domain.person_records import DeathCorrected, DeathRecorded
from ledger.domain.service_records import (
    Hold,
    RefusalReason,
    ReversalReason,
    ServiceRefused,
)
from ledger.domain.shift_records import (
    AttendanceAttested,
    CancelReason,
    CheckedIn,
    CheckedOut,
    EvidenceGrade,
    ShiftCancelled,
    ShiftScheduled,
    SignedUp,
    SignUpPromoted,
    SignUpWithdrawn,
)
from ledger.domain.values import (
    CommunityId,
    Count,
    Minutes,
    PersonId,
    ShiftId,
    SiteId,
    Title,
    ZoneName,
)
from ledger.projections import shifts
from ledger.projections.shift_records import MODEL, Listing
from tests.projections.by_hand import LEADER, Having, Log, in_runs, rows_differ
from tests.projections.plain_shifts import board
from tests.projections.service_events import (
    CHEN,
    JINNING,
    KITCHEN,
    MARCH_2,
    NEW_YEAR,
    PATROL,
    WU,
    came_after_all,
    corrected,
    credited,
    held,
    missed,
    refused,
    reinstated,
    reopened,
    reversed_,
)
from tests.projections.told_shifts import must_be_told

LI = PersonId("00000000-0000-4000-8000-00000000000c")
NINE = datetime(2026, 3, 2, 1, tzinfo=UTC)  # 9:00 in Shanghai
SHANGHAI = ZoneName("Asia/Shanghai")
MARCH_3 = date(2026, 3, 3)
HOUR = Minutes(60)
NIGHT = replace(credited(), days=(DayMinutes(MARCH_2, HOUR), DayMinutes(MARCH_3, HOUR)))
"""Service of 2 March that goes on over midnight."""


def community(name: CommunityId = JINNING, zone: ZoneName = SHANGHAI) -> CommunityRegistered:
    return CommunityRegistered(name, Title("金宁社区"), Title("丹灶镇"), zone, NEW_YEAR)


def scheduled(
    name: ShiftId = KITCHEN,
    start: datetime = NINE,
    places: int | None = 2,
    where: CommunityId = JINNING,
) -> ShiftScheduled:
    return ShiftScheduled(
        name,
        where,
        Title("长者饭堂帮厨"),
        start,
        start + timedelta(hours=2),
        SiteId("canteen"),
        None,
        None if places is None else Count(places),
        NEW_YEAR,
    )


def signed_up(who: PersonId = CHEN, *, waiting: bool = False) -> SignedUp:
    return SignedUp(KITCHEN, who, waiting, NEW_YEAR)


def came(
    who: PersonId = CHEN, name: ShiftId = KITCHEN, grade: EvidenceGrade = EvidenceGrade.checked
) -> CheckedIn:
    return CheckedIn(name, who, NINE, grade, MARCH_2)


def left(
    who: PersonId = CHEN, name: ShiftId = KITCHEN, grade: EvidenceGrade = EvidenceGrade.checked
) -> CheckedOut:
    return CheckedOut(name, who, NINE + timedelta(hours=2), grade, MARCH_2)


def attested(who: PersonId = CHEN, name: ShiftId = KITCHEN) -> AttendanceAttested:
    return AttendanceAttested(name, who, NINE, NINE + timedelta(hours=2), MARCH_2)


def line(connection: Connection[Any]) -> shifts.BoardLine:
    sheet = shifts.shift(connection, KITCHEN)
    assert sheet is not None
    return sheet.line


def test_a_shift_nobody_scheduled_is_not_there(having: Having) -> None:
    assert shifts.shift(having(), KITCHEN) is None


def test_a_shift_counts_who_means_to_come_and_who_came(having: Having) -> None:
    found = line(
        having(
            scheduled(),
            signed_up(CHEN),
            signed_up(WU),
            signed_up(LI, waiting=True),
            came(CHEN),
            came(LI),
            left(LI),
        )
    )
    assert (found.places, found.signed_up, found.waiting) == (2, 2, 1)
    assert (found.attended, found.not_left, found.unconfirmed) == (2, 1, 1)
    assert (found.site, found.unit, found.cancelled) == ("canteen", None, None)


def test_who_moves_up_waits_no_more(having: Having) -> None:
    withdrawn = SignUpWithdrawn(KITCHEN, CHEN, NEW_YEAR)
    promoted = SignUpPromoted(KITCHEN, WU, NEW_YEAR)
    connection = having(scheduled(), signed_up(), signed_up(WU, waiting=True), withdrawn, promoted)
    assert (line(connection).signed_up, line(connection).waiting) == (1, 0)
    sheet = shifts.shift(connection, KITCHEN)
    assert sheet is not None
    assert [(each.person, each.listing) for each in sheet.people] == [
        (CHEN, Listing.withdrawn),
        (WU, Listing.signed_up),
    ]


def test_a_shift_called_off_says_why(having: Having) -> None:
    cancelled = ShiftCancelled(KITCHEN, CancelReason.weather, NEW_YEAR)
    assert line(having(scheduled(), cancelled)).cancelled is CancelReason.weather


def test_whoever_came_without_a_sign_up_is_in_the_shift_too(having: Having) -> None:
    sheet = shifts.shift(having(scheduled(), signed_up(WU), attested(CHEN)), KITCHEN)
    assert sheet is not None
    assert [each.person for each in sheet.people] == [WU, CHEN]
    assert (sheet.people[1].grade, sheet.people[1].attested_by) == ("attested", LEADER)
    assert sheet.people[1].check_out == NINE + timedelta(hours=2)


@pytest.mark.parametrize(
    ("decision", "status", "hold", "reason"),
    [
        (credited(), "credited", None, None),
        (held(why=Hold.late_entry), "held", "late_entry", None),
        (refused(reason=RefusalReason.not_service), "refused", None, "not_service"),
        (reversed_(reason=ReversalReason.found_false), "reversed", None, "found_false"),
    ],
)
def test_the_decision_about_an_attendance_stands_beside_it(
    having: Having, decision: object, status: str, hold: str | None, reason: str | None
) -> None:
    connection = having(scheduled(), attested(), decision)
    sheet = shifts.shift(connection, KITCHEN)
    assert sheet is not None
    (chen,) = sheet.people
    assert (chen.status, chen.hold, chen.reason) == (status, hold, reason)
    assert (chen.decided_by, chen.decided_position) == (LEADER, 3)
    assert (sheet.line.unconfirmed, sheet.line.credited) == (0, int(status == "credited"))
    assert not shifts.waiting_for_confirmation(connection, JINNING)


@pytest.mark.parametrize(
    ("from_day", "to_day", "names"),
    [
        (MARCH_2, MARCH_2, ["early", "late"]),
        (date(2026, 3, 1), date(2026, 3, 1), ["before"]),
        (date(2026, 3, 3), date(2026, 3, 3), ["after"]),
        (date(2026, 3, 3), MARCH_2, []),
        (date.min, date.max, ["before", "early", "late", "after"]),
        (date.max, date.max, []),
    ],
)
@pytest.mark.parametrize("zone", [SHANGHAI, ZoneName("America/New_York")])
def test_the_board_shows_local_days_both_included(
    having: Having, zone: ZoneName, from_day: date, to_day: date, names: list[str]
) -> None:
    hours = 8 if zone == SHANGHAI else -5
    midnight = datetime(2026, 3, 2, tzinfo=UTC) - timedelta(hours=hours)
    minute = timedelta(minutes=1)
    starts = {
        "before": midnight - minute,
        "early": midnight,
        "late": midnight + timedelta(days=1) - minute,
        "after": midnight + timedelta(days=1),
    }
    events = [scheduled(ShiftId(name), start) for name, start in starts.items()]
    elsewhere = scheduled(ShiftId("elsewhere"), midnight, where=CommunityId("xianhu"))
    connection = having(community(zone=zone), *events, elsewhere)
    found = shifts.board(connection, JINNING, from_day, to_day)
    assert [each.shift for each in found] == names


def test_the_board_of_a_community_nobody_knows_is_empty(having: Having) -> None:
    assert shifts.board(having(scheduled()), JINNING, MARCH_2, MARCH_2) == ()


def test_pages_of_the_board_go_on_where_the_last_one_ended(having: Having) -> None:
    events = [scheduled(ShiftId(f"s{n}"), NINE + timedelta(hours=n // 2)) for n in range(5)]
    connection = having(community(), *events)
    seen: list[shifts.BoardLine] = []
    while page := shifts.board(
        connection, JINNING, MARCH_2, MARCH_2, limit=2, after=seen[-1].key if seen else None
    ):
        seen += page
    assert [each.shift for each in seen] == ["s0", "s1", "s2", "s3", "s4"]


def test_whoever_came_waits_for_confirmation_and_is_told_so(having: Having) -> None:
    later = scheduled(PATROL, NINE + timedelta(days=1))
    connection = having(later, scheduled(), came(WU), attested(CHEN, PATROL), signed_up(LI))
    waiting = shifts.waiting_for_confirmation(connection, JINNING)
    assert [(each.person, each.shift, each.check_out is None) for each in waiting] == [
        (WU, KITCHEN, True),
        (CHEN, PATROL, False),
    ]
    (rest,) = shifts.waiting_for_confirmation(connection, JINNING, limit=2, after=waiting[0].key)
    assert rest == waiting[1]
    assert shifts.unconfirmed_of(connection, CHEN) == (waiting[1],)
    assert shifts.waiting_for_confirmation(connection, CommunityId("xianhu")) == ()


def test_where_she_waits_goes_on_page_by_page(having: Having) -> None:
    names = [ShiftId(f"s{n}") for n in range(5)]
    events = [scheduled(name, NINE + timedelta(hours=n // 2)) for n, name in enumerate(names)]
    connection = having(*events, *(attested(CHEN, name) for name in names))
    seen: list[shifts.Unconfirmed] = []
    while page := shifts.unconfirmed_of(
        connection, CHEN, limit=2, after=seen[-1].key if seen else None
    ):
        seen += page
    assert [each.shift for each in seen] == names


@pytest.mark.parametrize(
    ("died_on", "waits"), [(None, True), (MARCH_2, True), (date(2026, 3, 1), False)]
)
def test_service_that_a_mistaken_death_ended_waits_again(
    having: Having, died_on: date | None, waits: bool
) -> None:
    events: list[object] = [community(), scheduled(), attested(), credited()]
    events += [DeathRecorded(CHEN, date(2026, 2, 1), date(2026, 2, 1))]
    events += [reversed_(reason=ReversalReason.after_death)]
    assert not shifts.unconfirmed_of(having(*events), CHEN)
    connection = having(*events, DeathCorrected(CHEN, died_on, date(2026, 2, 1)))
    assert bool(shifts.unconfirmed_of(connection, CHEN)) == waits
    assert unconfirmed_on_the_board(connection) == waits
    assert not shifts.unconfirmed_of(connection, CHEN, known=len(events))
    again = having(*events, DeathCorrected(CHEN, None, date(2026, 2, 1)), credited())
    assert not shifts.unconfirmed_of(again, CHEN)
    assert unconfirmed_on_the_board(again) == 0


@pytest.mark.parametrize(("died_on", "waits"), [(MARCH_2, False), (MARCH_3, True), (None, True)])
def test_a_night_waits_again_only_if_she_lived_to_its_last_day(
    having: Having, died_on: date | None, waits: bool
) -> None:
    wrong = date(2026, 3, 1)
    events: list[object] = [community(), scheduled(), attested(), NIGHT]
    events += [DeathRecorded(CHEN, wrong, wrong), reversed_(reason=ReversalReason.after_death)]
    connection = having(*events, DeathCorrected(CHEN, died_on, wrong))
    assert bool(shifts.unconfirmed_of(connection, CHEN)) == waits
    assert unconfirmed_on_the_board(connection) == waits


def unconfirmed_on_the_board(connection: Connection[Any]) -> int:
    (line,) = shifts.board(connection, JINNING, MARCH_2, MARCH_2)
    sheet = shifts.shift(connection, KITCHEN)
    assert sheet is not None
    assert sheet.line == line
    return line.unconfirmed


def test_service_that_was_given_back_waits_for_nobody(having: Having) -> None:
    died, reason = date(2026, 2, 1), ReversalReason.after_death
    connection = having(
        *(scheduled(), attested(), credited(), DeathRecorded(CHEN, died, died)),
        *(reversed_(reason=reason), DeathCorrected(CHEN, None, died), reinstated()),
    )
    assert not shifts.unconfirmed_of(connection, CHEN)
    sheet = shifts.shift(connection, KITCHEN)
    assert sheet
    (person,) = sheet.people
    assert (sheet.line.credited, person.status, person.reason) == (1, "credited", None)
    assert (person.service_minutes, person.decided_position) == (120, 7)


def test_what_was_opened_again_waits_for_confirmation_with_its_new_times(having: Having) -> None:
    events = (community(), scheduled(), came(), left(), credited(), reversed_())
    assert not shifts.unconfirmed_of(having(*events), CHEN)
    connection = having(*events, corrected(), reopened())
    (waiting,) = shifts.unconfirmed_of(connection, CHEN)
    assert (waiting.check_out, waiting.grade) == (NINE + timedelta(minutes=90), "attested")
    assert unconfirmed_on_the_board(connection) == 1
    assert not shifts.unconfirmed_of(having(*events, corrected(), reopened(), credited()), CHEN)


def test_who_did_not_come_is_counted_until_she_came_after_all(having: Having) -> None:
    for events, no_shows in (((missed(),), 1), ((missed(), attested(), came_after_all()), 0)):
        sheet = shifts.shift(having(scheduled(), signed_up(), *events), KITCHEN)
        assert sheet is not None
        assert (sheet.line.no_shows, sheet.people[0].no_show) == (no_shows, bool(no_shows))


EVENTS = st.sampled_from(
    [
        *(signed_up(who) for who in (CHEN, WU)),
        signed_up(WU, waiting=True),
        SignUpWithdrawn(KITCHEN, WU, NEW_YEAR),
        SignUpPromoted(KITCHEN, WU, NEW_YEAR),
        *(came(who) for who in (CHEN, WU)),
        *(left(who) for who in (CHEN, WU)),
        came(CHEN, grade=EvidenceGrade.attested),
        left(WU, grade=EvidenceGrade.attested),
        attested(CHEN),
        *(corrected(), reopened(), missed(), came_after_all()),
        credited(),
        NIGHT,
        held(),
        reversed_(),
        reversed_(reason=ReversalReason.after_death),
        reinstated(),
        ServiceRefused(KITCHEN, WU, JINNING, RefusalReason.other, MARCH_2, ()),
        ShiftCancelled(KITCHEN, CancelReason.too_few, NEW_YEAR),
        DeathRecorded(CHEN, MARCH_2, MARCH_2),
        *(DeathCorrected(CHEN, day, MARCH_2) for day in (None, NEW_YEAR, MARCH_3)),
    ]
)


def test_rows_do_not_depend_on_where_a_run_is_cut(database: str) -> None:

    @settings(max_examples=40)
    @given(st.lists(EVENTS, max_size=12), st.sets(st.integers(1, 13)))
    def cut(events: list[object], cuts: set[int]) -> None:
        log = Log()
        log.add(community(), scheduled(), *events)
        assert not rows_differ(database, MODEL, log.events, cuts)

    cut()


def test_any_words_in_any_runs_are_told_at_any_position(database: str) -> None:

    @settings(max_examples=40)
    @given(st.lists(EVENTS, max_size=12), st.sets(st.integers(1, 13)))
    def told(events: list[object], cuts: set[int]) -> None:
        log = Log()
        log.add(community(), scheduled(), *events)
        with in_runs(database, MODEL, log.events, cuts) as connection:
            for known in (None, *range(len(log.events) + 1)):
                expected = board([at for at in log.events if known is None or at.position <= known])
                must_be_told(connection, known, expected, (JINNING,), (CHEN, WU))

    told()
