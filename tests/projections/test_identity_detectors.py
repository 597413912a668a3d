"""What somebody had twice under two ids: found once they are merged, and gone when it is undone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg import Connection

from ledger.domain.decisions import Happening, Stream
from ledger.domain.duplicates import MergePersons
from ledger.domain.identity_records import (
    DuplicateMerged,
    DuplicateSeparated,
    PersonsMerged,
    PersonsSeparated,
)
from ledger.domain.meal_records import MealClaimed, MealReversalReason, ReversalKind
from ledger.domain.meals import ClaimMeal, ReverseMeal
from ledger.domain.person_records import PersonRegistered
from ledger.domain.service_records import (
    OpeningMinutesImported,
    ServiceCredited,
    ServiceReversed,
)
from ledger.domain.values import CommunityId, Count, PersonId, ShiftId, month_of
from ledger.projections import rebuild
from ledger.projections.asking import Reach
from ledger.projections.detectors import Pattern
from ledger.projections.exceptions import exceptions
from ledger.projections.horizon import Horizon
from ledger.projections.models import MODELS as ALL_MODELS
from ledger.projections.projector import Projector
from ledger.projections.reading import reading
from ledger.projections.view import View
from ledger.store.datastore import LedgerDatastore
from tests import builders
from tests.builders import CANTEEN, NEW_YEAR, accepted, open_ledger, person, unit
from tests.projections.detecting import MODELS, found, found_one
from tests.projections.meal_events import claimed, reinstated, shares
from tests.projections.meal_events import reversed_ as meal_reversed
from tests.projections.real_log import written
from tests.projections.service_events import (
    CHEN,
    JINNING,
    MARCH_2,
    WU,
    held,
    opening,
    opening_reversed,
    reversed_,
)
from tests.projections.service_events import credited as served
from tests.projections.test_service_detectors import LI, XIANHU

PATTERN = Pattern.two_ids_of_one_person
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
TOMORROW = MARCH_2 + timedelta(days=1)
AT_NOON = datetime(2026, 1, 1, 4, tzinfo=UTC)


def of(who: PersonId, event: object) -> Happening:
    return Stream[Any](f"person-{who}"), event


def registered(*where: tuple[PersonId, CommunityId]) -> tuple[Happening, ...]:
    return tuple(
        of(who, PersonRegistered(who, home, Count(1), "commitment", NEW_YEAR))
        for who, home in where
    )


ALL_HERE = registered((CHEN, JINNING), (WU, JINNING), (LI, JINNING))
"""Chen, and Wu and Li, who turn out to be Chen: the first three positions."""


def merged(duplicate: PersonId = WU) -> tuple[Happening, Happening]:
    return (
        of(CHEN, PersonsMerged(CHEN, duplicate, TOMORROW)),
        of(duplicate, DuplicateMerged(duplicate, CHEN, TOMORROW)),
    )


def separated(duplicate: PersonId = WU) -> tuple[Happening, Happening]:
    return (
        of(CHEN, PersonsSeparated(CHEN, duplicate, TOMORROW)),
        of(duplicate, DuplicateSeparated(duplicate, CHEN, TOMORROW)),
    )


def service(
    who: PersonId, start: int = 0, minutes: int = 120, *, where: CommunityId = JINNING
) -> ServiceCredited:
    """From so many minutes after noon on, in a shift of that moment and place."""
    shift = ShiftId(f"{where}-{start}")
    starts_at = NOON + timedelta(minutes=start)
    ends_at = starts_at + timedelta(minutes=minutes)
    return replace(
        served(minutes, shift, who=who, where=where), starts_at=starts_at, ends_at=ends_at
    )


def taken_back(record: ServiceCredited) -> ServiceReversed:
    return replace(reversed_(record.service_minutes, record.shift), person=record.person)


def lunch(who: PersonId, number: int = 1, limit: int = 1, **like: Any) -> MealClaimed:
    return replace(claimed(number, who=who, **like), subsidised_limit=Count(limit))


def brought(who: PersonId, minutes: int, unit: str = "mutual-aid") -> OpeningMinutesImported:
    return replace(opening(minutes, unit), person=who)


def counted(connection: Connection[Any], known: int | None = None) -> list[dict[str, int]]:
    """What the findings count, by the words of their sentence that are not 0."""
    names = ("services", "service_minutes", "meals", "subsidy_fen", "openings", "opening_minutes")
    findings = exceptions(connection, View(known=known), pattern=PATTERN)
    return [
        {name: int(each.facts[name]) for name in names if each.facts[name]} for each in findings
    ]


def facts(database: str, *events: object) -> list[dict[str, int]]:
    with written(database, MODELS, *events) as connection:
        return counted(connection)


# -- what is told ------------------------------------------------------------------------------


def test_what_a_person_had_twice_is_told_with_its_evidence(database: str) -> None:
    finding = found_one(
        database,
        PATTERN,
        *ALL_HERE,
        brought(CHEN, 600),
        service(CHEN, 0, 120),
        lunch(CHEN),
        brought(WU, 900),
        service(WU, 60, 120),
        lunch(WU, borne=shares(fund=1200)),
        service(WU, 300),
        *merged(),
    )
    assert (finding.subject, finding.others, finding.community) == (CHEN, (WU,), JINNING)
    assert (finding.since, finding.score) == (NEW_YEAR, (60 + 900) // 60 + 1 + 3)
    assert finding.evidence == (12, 11, 9, 8, 7, 6, 5, 4)
    assert (
        "服务时间重叠 1 次（60 分钟），超出每日限额的补助餐 1 餐（1200 分）" in finding.sentence_zh
    )
    assert "brought again 1 times (900 minutes)" in finding.sentence_en


def test_a_clean_merge_is_no_exception(database: str) -> None:
    """The same work, another day's meal and another unit's minutes are hers under any id."""
    events = (
        *(service(CHEN, 0, 120), service(WU, 120, 60), service(WU, -60, 60)),
        *(lunch(CHEN), lunch(WU, on=TOMORROW), lunch(WU, 2, borne=())),
        *(brought(CHEN, 60), brought(WU, 60, "another-unit")),
    )
    assert facts(database, *ALL_HERE, *events, *merged()) == []


def test_two_who_are_two_persons_are_none(database: str) -> None:
    events = service(CHEN), service(WU), lunch(CHEN), lunch(WU)
    assert facts(database, *ALL_HERE, *events, *merged(LI)) == []


def test_it_is_told_from_the_merge_on_and_until_they_are_separated(database: str) -> None:
    events = *ALL_HERE, lunch(CHEN), lunch(WU), *merged(), *separated(), *merged()
    with written(database, MODELS, *events) as connection:
        told = [
            len(exceptions(connection, View(known=known), pattern=PATTERN)) for known in (5, 7, 9)
        ]
        (again,) = exceptions(connection, pattern=PATTERN)
    assert told == [0, 1, 0]
    assert again.evidence == (11, 10, 5, 4)


# -- service -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "minutes", "shared"),
    [(-120, 120, 0), (-120, 121, 1), (0, 120, 120), (30, 60, 60), (119, 60, 1), (120, 60, 0)],
    ids=["touching before", "a minute in", "the same", "within", "the last minute", "touching"],
)
def test_minutes_are_those_that_both_records_hold(
    database: str, start: int, minutes: int, shared: int
) -> None:
    events = service(CHEN), service(WU, start, minutes)
    told = [{"services": 1, "service_minutes": shared}] if shared else []
    assert facts(database, *ALL_HERE, *events, *merged()) == told


def test_service_under_three_ids_counts_twice_what_is_too_much(database: str) -> None:
    """Of three shifts at the same time two are too many; the duplicates overlap each other."""
    shifts = service(WU), service(LI), service(CHEN)
    finding = found_one(database, PATTERN, *ALL_HERE, *shifts, *merged(), *merged(LI))
    assert (finding.facts["services"], finding.facts["service_minutes"]) == (2, 240)
    assert (finding.subject, finding.others) == (CHEN, (WU, LI))


def test_one_that_overlaps_two_counts_each_minute_once(database: str) -> None:
    halves = service(CHEN, 0, 60), service(CHEN, 90, 30)
    events = *ALL_HERE, *halves, service(WU, 0, 120), *merged()
    assert facts(database, *events) == [{"services": 1, "service_minutes": 90}]


@pytest.mark.parametrize(
    ("start", "minutes", "shared"),
    [(0, 1920, 1920), (20, 60, 60), (1440, 60, 60), (1860, 120, 60)],
    ids=["all of it", "the second day", "over midnight", "the third day"],
)
def test_service_over_midnights_overlaps_on_any_day(
    database: str, start: int, minutes: int, shared: int
) -> None:
    """Thirty-two hours, the longest presence, from ten minutes before midnight in UTC on."""
    late = 20 * 60 - 10
    events = service(CHEN, late, 1920), service(WU, late + start, minutes)
    told = [{"services": 1, "service_minutes": shared}]
    assert facts(database, *ALL_HERE, *events, *merged()) == told


def test_services_that_overlap_under_one_id_are_not_of_the_merge(database: str) -> None:
    """As where one stands again, because she had not died, though another came since."""
    events = service(CHEN), service(CHEN, 60), service(WU, 300)
    assert facts(database, *ALL_HERE, *events, *merged()) == []


def test_what_is_held_counts_and_what_was_taken_back_does_not(database: str) -> None:
    record = service(WU, 0, 60)
    waiting = replace(held(60, record.shift), person=WU, starts_at=NOON, ends_at=record.ends_at)
    events = *ALL_HERE, service(CHEN), waiting, *merged(), record, taken_back(record)
    with written(database, MODELS, *events) as connection:
        for known in (7, 8):
            assert counted(connection, known) == [{"services": 1, "service_minutes": 60}]
        assert counted(connection) == []


# -- meals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("meals", "beyond"),
    [
        ([lunch(CHEN), lunch(WU)], 1),
        ([lunch(CHEN, limit=2), lunch(WU, limit=2)], 0),
        ([lunch(CHEN, limit=2), lunch(CHEN, 2, limit=2), lunch(WU, limit=2)], 1),
        ([lunch(CHEN, limit=1), lunch(WU, limit=2)], 0),
        ([lunch(CHEN, limit=2), lunch(WU, limit=1)], 1),
        ([lunch(CHEN), lunch(WU, borne=())], 0),
        ([lunch(CHEN), lunch(WU, on=TOMORROW)], 0),
        ([lunch(CHEN), lunch(WU), lunch(CHEN, 2, on=TOMORROW), lunch(WU, 2, on=TOMORROW)], 2),
    ],
    ids=["one a day", "two a day", "a third", "the later canteen allows two", "the earlier one",
         "at full price", "on two days", "twice on each"],
)  # fmt: skip
def test_a_meal_beyond_what_its_canteen_allows_a_day_counts(
    database: str, meals: list[MealClaimed], beyond: int
) -> None:
    told = [{"meals": beyond, "subsidy_fen": 600 * beyond}] if beyond else []
    assert facts(database, *ALL_HERE, *meals, *merged()) == told


def test_a_meal_that_was_taken_back_counts_while_it_stands(database: str) -> None:
    meal = lunch(WU)
    events = *ALL_HERE, lunch(CHEN), meal, *merged(), meal_reversed(meal), reinstated(meal)
    with written(database, MODELS, *events) as connection:
        for known, told in ((7, 1), (8, 0), (9, 1)):
            assert len(counted(connection, known)) == told


@pytest.mark.parametrize(("others", "beyond"), [([], 0), ([lunch(WU)], 1)])
def test_what_is_too_much_under_one_id_alone_is_not_of_the_merge(
    database: str, others: list[MealClaimed], beyond: int
) -> None:
    """A meal that is reinstated is refused by nobody, though she has eaten another since."""
    meal = lunch(CHEN)
    alone = meal, meal_reversed(meal), lunch(CHEN, 2), reinstated(meal)
    told = facts(database, *ALL_HERE, *others, *alone, *merged())
    assert [each["meals"] for each in told] == [1] * beyond


# -- opening minutes ---------------------------------------------------------------------------


def test_opening_minutes_of_a_unit_count_as_often_as_they_were_brought_again(
    database: str,
) -> None:
    other = brought(CHEN, 70, "another-unit")
    minutes = other, brought(CHEN, 600), brought(WU, 500), brought(LI, 40)
    undone = replace(opening_reversed(500), person=WU)
    events = *ALL_HERE, *minutes, *merged(), *merged(LI), undone
    with written(database, MODELS, *events) as connection:
        assert counted(connection, 11) == [{"openings": 2, "opening_minutes": 540}]
        assert counted(connection) == [{"openings": 1, "opening_minutes": 40}]


# -- where -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reach", "told"),
    [
        (None, [(None, (9, 8, 7, 6, 5, 4, 3))]),
        ({JINNING}, [(JINNING, (8, 4, 3))]),
        ({XIANHU}, []),
        ({JINNING, XIANHU}, [(None, (9, 8, 7, 6, 5, 4, 3))]),
    ],
)
def test_within_a_reach_what_lies_there_counts_and_the_merge_as_it_is_known_there(
    database: str, reach: Reach, told: list[tuple[CommunityId | None, tuple[int, ...]]]
) -> None:
    """Wu was registered in the other community, and ate and served there at the same time too."""
    events = (
        *registered((CHEN, JINNING), (WU, XIANHU)),
        *(service(CHEN), service(WU, 60), service(WU, 0, 30, where=XIANHU)),
        *(lunch(CHEN), replace(lunch(WU), community=XIANHU)),
        *merged(),
    )
    findings = found(database, *events, pattern=PATTERN, reach=reach)
    assert [(each.community, each.evidence) for each in findings] == told
    if not told:
        return
    (finding,) = findings
    everywhere = (2, 60 + 30, 1) if finding.community is None else (1, 60, 0)
    names = ("services", "service_minutes", "meals")
    assert tuple(finding.facts[name] for name in names) == everywhere


@pytest.mark.parametrize(("reach", "count"), [({JINNING}, 0), ({JINNING, XIANHU}, 1)])
def test_where_neither_id_is_registered_the_merge_is_not_known(
    database: str, reach: Reach, count: int
) -> None:
    events = *registered((CHEN, XIANHU), (WU, XIANHU)), lunch(CHEN), lunch(WU), *merged()
    assert len(found(database, *events, pattern=PATTERN, reach=reach)) == count


# -- a town ------------------------------------------------------------------------------------


def test_what_an_auditor_is_asked_to_reverse_is_gone_when_it_is_reversed(database: str) -> None:
    """Given as commands; asked by whoever reads for one community, from behind the walls."""
    one, again, helper = person(1), person(2), person(3)
    claims = [ClaimMeal(who, CANTEEN, NEW_YEAR) for who in (one, again)]
    undo = ReverseMeal(
        *(again, month_of(NEW_YEAR), Count(1)),
        kind=ReversalKind.subsidy_withdrawn,
        reason=MealReversalReason.ineligible,
    )
    with open_ledger(database) as ledger, LedgerDatastore(database) as datastore:
        builders.found(ledger, people=4)
        told = []
        for command in (*claims, MergePersons(one, again), undo):
            (answer,) = ledger.execute([unit(command, by=helper, at=AT_NOON)])
            accepted(answer)
            rebuild.prepare(database, ALL_MODELS)
            Projector(datastore, ALL_MODELS).catch_up()
            with reading(datastore) as connection:
                Horizon(connection).widen(frozenset({JINNING}))
                findings = exceptions(connection, pattern=PATTERN, reach={JINNING})
            told.append([(each.subject, each.others, each.facts["meals"]) for each in findings])
    assert told == [[], [], [(one, (again,), 1)], []]
