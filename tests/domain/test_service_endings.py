"""What ends with a life: service of days after a late death."""

from datetime import UTC, date, datetime

from ledger.domain import service, service_reversals
from ledger.domain.community_records import Community, ServiceRules
from ledger.domain.decisions import Decision, Happening
from ledger.domain.service import (
    ConfirmService,
    RefuseService,
    ReverseService,
)
from ledger.domain.service_openings import ImportOpeningMinutes
from ledger.domain.service_records import (
    OpeningGrade,
    RefusalReason,
    ReversalReason,
    ServiceRefused,
    ServiceReversed,
)
from ledger.domain.service_state import Service
from ledger.domain.values import CommunityId, Minutes, Month, ShiftId, ZoneName
from tests.domain.shift_stories import (
    CHEN,
    JINNING,
    JINNING_EVENT,
    KITCHEN,
    LEADER,
    MUTUAL_AID,
    PATROL,
    XIANHU,
    at,
    community,
    died,
    later,
    ruled,
    served,
)
from tests.story import Told, given

FRIDAY, SATURDAY = date(2026, 3, 6), date(2026, 3, 7)
NEXT_DAY = at("03-08 20:00")
NEW_YEAR = date(2025, 12, 31)
IMPORT = ImportOpeningMinutes(CHEN, MUTUAL_AID, Minutes(5940), NEW_YEAR, OpeningGrade.estimated)

# -- a late death ------------------------------------------------------------------------------


def on(day: int, name: ShiftId, minutes: int = 60) -> tuple[Happening, ...]:
    start = at(f"03-{day:02} 09:00")
    return served(start, later(start, minutes), name, XIANHU if name == PATROL else JINNING)


STORY: tuple[Happening, ...] = (
    *JINNING_EVENT,
    *community(XIANHU),
    ruled(ServiceRules(unit_minutes_most=Minutes(120), time_bank=True)),
)


def confirmed(story: tuple[Happening | Told, ...], name: ShiftId) -> Told:
    return given(*story).when(ConfirmService(name, CHEN), by=LEADER, at=NEXT_DAY)


def state(*story: Happening | Told) -> Service:
    return given(*story).ledger[service.stream(CHEN)]


def shanghai(name: CommunityId) -> Community:
    return Community(time_zone=ZoneName("Asia/Shanghai"))


def ended(*story: Happening | Told, on: date) -> Decision:
    here = service.stream(CHEN)
    events = service_reversals.after_death(CHEN, state(*story), on, shanghai)
    return tuple((here, event) for event in events)


def test_a_late_death_reverses_what_was_credited_and_refuses_what_is_held() -> None:
    kitchen, night = on(7, KITCHEN), on(6, ShiftId("night"))
    long = on(8, ShiftId("long"), 121)
    story: tuple[Happening | Told, ...] = (*STORY, *kitchen, *night, *long, *on(7, PATROL))
    for name in (KITCHEN, ShiftId("night"), ShiftId("long")):
        story = (*story, confirmed(story, name))
    refused = given(*story).when(
        RefuseService(PATROL, CHEN, RefusalReason.not_present), by=LEADER, at=NEXT_DAY
    )
    here = service.stream(CHEN)
    assert ended(*story, refused, on=FRIDAY) == (
        (
            here,
            ServiceReversed(
                shift=KITCHEN,
                person=CHEN,
                community=JINNING,
                service_minutes=Minutes(60),
                time_bank=True,
                reason=ReversalReason.after_death,
                occurred_on=SATURDAY,
                booked_in=Month("2026-03"),
                adjusts=None,
                decided_by=(),
            ),
        ),
        (
            here,
            ServiceRefused(
                ShiftId("long"), CHEN, JINNING, RefusalReason.after_death, date(2026, 3, 8), ()
            ),
        ),
    )


def test_the_day_of_death_itself_still_counts() -> None:
    story = (*STORY, *on(7, KITCHEN))
    credited = confirmed(story, KITCHEN)
    assert ended(*story, credited, on=SATURDAY) == ()
    assert len(ended(*story, credited, on=FRIDAY)) == 1


def test_a_late_death_is_booked_in_an_open_month_of_each_community() -> None:
    story = (*STORY, *on(7, KITCHEN), *on(8, PATROL))
    both = (confirmed(story, KITCHEN), confirmed(story, PATROL))
    closed = {
        JINNING: Community(closed=frozenset({Month("2026-03")})),
        XIANHU: Community(closed=frozenset({Month("2026-03"), Month("2026-04")})),
    }
    told = service_reversals.after_death(CHEN, state(*story, *both), FRIDAY, closed.__getitem__)
    events = [event for event in told if isinstance(event, ServiceReversed)]
    assert [(event.booked_in, event.adjusts) for event in events] == [
        ("2026-04", "2026-03"),
        ("2026-05", "2026-03"),
    ]


def test_a_death_ends_a_record_once() -> None:
    story = (*STORY, *on(7, KITCHEN))
    credited = confirmed(story, KITCHEN)
    first = ended(*story, credited, on=FRIDAY)
    assert ended(*story, credited, *first, on=date(2026, 1, 1)) == ()


def test_only_communities_with_service_that_stands_or_may_stand_again_are_asked() -> None:
    assert service_reversals.communities_of(Service()) == frozenset()
    story = (*STORY, *on(7, KITCHEN), *on(8, PATROL))
    both = (confirmed(story, KITCHEN), confirmed(story, PATROL))
    assert service_reversals.communities_of(state(*story, *both)) == {JINNING, XIANHU}
    dead: tuple[Happening | Told, ...] = (*story, *both, *ended(*story, *both, on=SATURDAY))
    assert service_reversals.communities_of(state(*dead)) == {JINNING, XIANHU}
    mistake = ReverseService(PATROL, CHEN, ReversalReason.other)
    taken_back = given(*story, *both).when(mistake, by=LEADER, at=NEXT_DAY)
    assert service_reversals.communities_of(state(*story, *both, taken_back)) == {JINNING}


def test_what_a_death_ended_is_not_confirmed_while_the_person_is_dead() -> None:
    for minutes in (60, 121):
        story = (*STORY, *on(7, KITCHEN, minutes))
        credited = confirmed(story, KITCHEN)
        end = ended(*story, credited, on=FRIDAY)
        dead: tuple[Happening | Told, ...] = (*story, credited, died(CHEN, FRIDAY), *end)
        confirmed(dead, KITCHEN).refused("person_must_be_alive_on_the_day")


def test_moments_are_utc_in_every_event() -> None:
    (event,) = confirmed((*STORY, *on(7, KITCHEN)), KITCHEN).events
    assert isinstance(event.starts_at, datetime)
    assert event.starts_at.tzinfo is event.ends_at.tzinfo is UTC
