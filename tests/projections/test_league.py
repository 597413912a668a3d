"""League tables: exact figures, shared ranks, and no figure where there is nothing to divide by."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.community_records import CommunityRegistered, PopulationRecorded
from ledger.domain.values import CommunityId, Count, PersonId, ShiftId, Title, ZoneName
from ledger.projections.league import COUNTED_GIFTS, Community, Figure, Measure, table
from ledger.projections.league_records import MODEL
from ledger.projections.seasons import Season
from ledger.projections.view import NOW, Basis, View
from tests.projections import meal_events
from tests.projections.by_hand import Having, Log, rows_differ
from tests.projections.contribution_events import CHAIRS, IDEA, ZHOU, came, gift, went, withdrawn
from tests.projections.meal_events import claimed, reinstated, shares
from tests.projections.service_events import (
    APRIL,
    JINNING,
    NEW_YEAR,
    PATROL,
    WU,
    credited,
    opening,
    reversed_,
)
from tests.projections.service_events import reinstated as given_back

MARCH = Season.named("2026-03")
XIANHU = CommunityId("xianhu")
APRIL_1 = date(2026, 4, 1)


def community(name: str = JINNING) -> CommunityRegistered:
    title, zone = Title("社区"), ZoneName("Asia/Shanghai")
    return CommunityRegistered(CommunityId(name), title, Title("丹灶镇"), zone, NEW_YEAR)


def population(residents: int, since: date = NEW_YEAR, name: str = JINNING) -> PopulationRecorded:
    return PopulationRecorded(CommunityId(name), Count(residents), since, NEW_YEAR)


def figures(
    having: Having, *events: object, season: Season = MARCH, view: View = NOW
) -> dict[Measure, Figure | None]:
    """The figures of Jinning."""
    lines = table(having(community(), *events), season, view)
    return {each.community: each.figures for each in lines}[JINNING]


def amount(figure: Figure | None) -> int | None:
    return None if figure is None else figure.amount


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("all", date.min, date.max),
    ],
)
def test_a_season_is_named_as_people_write_it(name: str, first: date, last: date) -> None:
    assert Season.named(name) == Season(name, first, last)


@pytest.mark.parametrize(
    "name", ["", "2026-13", "2026-00", "2026-Q0", "2026-Q5", "26-03", "1826", "2026-3", "all "]
)
def test_what_names_no_season_is_an_error(name: str) -> None:
    with pytest.raises(ValueError, match="none of 2026-03"):
        Season.named(name)


def test_a_community_that_did_nothing_stands_at_zero(having: Having) -> None:
    found = figures(having, population(1000))
    assert found == {
        Measure.service_minutes: Figure(0, 1, 1),
        Measure.active_volunteers: Figure(0, 1, 1),
        Measure.minutes_per_thousand: Figure(0, 1000, 1),
        Measure.participation_per_thousand: Figure(0, 1000, 1),
        Measure.cash_contributions: Figure(0, 1, 1),
        Measure.goods_contributions: Figure(0, 1, 1),
        Measure.labour_contributions: Figure(0, 1, 1),
        Measure.idea_contributions: Figure(0, 1, 1),
        Measure.premises_contributions: Figure(0, 1, 1),
        Measure.meals_served: Figure(0, 1, 1),
        Measure.copayment_share: None,
    }


def test_figures_of_a_month(having: Having) -> None:
    found = figures(
        having,
        population(700),
        credited(100),
        credited(50, PATROL),
        credited(30, who=WU),
        credited(10, on=date(2026, 4, 1), who=PersonId("somebody-in-april")),
        opening(5940),
        claimed(1),
        claimed(2, price=500, borne=()),
    )
    assert found[Measure.service_minutes] == Figure(180, 1, 1)
    assert found[Measure.active_volunteers] == Figure(2, 1, 1)
    per_thousand = found[Measure.minutes_per_thousand]
    assert per_thousand is not None
    assert (per_thousand.whole, per_thousand.rest, per_thousand.per) == (257, 100, 700)
    assert found[Measure.participation_per_thousand] == Figure(2000, 700, 1)
    assert found[Measure.meals_served] == Figure(2, 1, 1)
    assert found[Measure.copayment_share] == Figure(10_000 * 1400, 2000, 1)


def test_ties_share_a_rank_and_the_next_one_is_counted_on(having: Having) -> None:
    minutes = {"a": 50, "b": 70, "c": 50, "d": 20}
    events: list[object] = []
    for name, served in minutes.items():
        shift = ShiftId(f"of-{name}")
        events += [community(name), credited(served, shift, where=CommunityId(name))]
    lines = table(having(*events), MARCH)
    assert {
        line.community: figure.rank
        for line in lines
        if (figure := line.figures[Measure.service_minutes])
    } == {"b": 1, "a": 2, "c": 2, "d": 4}


def test_a_tie_for_each_thousand_is_a_tie_of_fractions(having: Having) -> None:
    """1 of 3 is as much as 2 of 6 and less than 334 of 1000, though all round to 333."""
    events: list[object] = []
    for name, served, residents in (("a", 1, 3), ("b", 2, 6), ("c", 334, 1000), ("d", 9, 0)):
        where = CommunityId(name)
        events += [community(name), population(residents, name=name)]
        events += [credited(served, ShiftId(f"of-{name}"), where=where)]
    connection = having(*events, community("silent"))
    lines: dict[str, Community] = {line.community: line for line in table(connection, MARCH)}
    ranks = {
        name: figure and figure.rank
        for name, line in lines.items()
        for figure in [line.figures[Measure.minutes_per_thousand]]
    }
    assert {name: ranks[name] for name in ("a", "b", "c")} == {"c": 1, "a": 2, "b": 2}
    assert ranks["silent"] is None, "no population was recorded"
    assert (lines["d"].residents, ranks["d"]) == (0, None)


@pytest.mark.parametrize(
    ("season", "as_of", "residents"),
    [
        ("2026-02", None, None),
        ("2026-03", None, 200),
        ("2026-03", date(2026, 3, 14), 100),
        ("2026-03", date(2026, 3, 15), 200),
        ("2026-Q1", None, 200),
        ("2026-04", None, 300),
        ("all", None, 400),
        ("all", date(2026, 5, 1), 300),
    ],
)
def test_the_population_is_the_one_valid_on_the_last_day(
    having: Having, season: str, as_of: date | None, residents: int | None
) -> None:
    days = {100: date(2026, 3, 1), 999: date(2026, 4, 30), 300: date(2026, 4, 30)}
    days |= {200: date(2026, 3, 15), 400: date(2027, 1, 1)}
    events = [population(number, since) for number, since in days.items()]
    (line,) = table(having(community(), *events), Season.named(season), View(as_of=as_of))
    assert line.residents == residents


@pytest.mark.parametrize(
    ("known", "expected"),
    [(1, (0, 0, 0)), (2, (120, 1, 0)), (3, (120, 1, 1)), (4, (0, 0, 1)), (5, (0, 0, 0))],
)
def test_figures_are_those_known_at_a_position(
    having: Having, known: int, expected: tuple[int, int, int]
) -> None:
    lunch = claimed()
    events = (credited(120), lunch, reversed_(120), meal_events.reversed_(lunch), reinstated(lunch))
    found = figures(having, *events, view=View(known=known))
    measures = (Measure.service_minutes, Measure.active_volunteers, Measure.meals_served)
    assert tuple(amount(found[measure]) for measure in measures) == expected
    later = figures(having, *events, view=View(known=99))
    assert later == figures(having, *events), "a position still to come knows everything"


def test_a_community_is_not_known_before_it_was_registered(having: Having) -> None:
    connection = having(community(), community(XIANHU))
    assert [line.community for line in table(connection, MARCH, View(known=1))] == [JINNING]


def test_a_closed_month_keeps_its_volunteers_when_a_record_is_reversed_later(
    having: Having,
) -> None:
    events = (credited(120), reversed_(120, booked_in=APRIL), credited(30, PATROL, APRIL_1))
    found = {
        (name, basis): (
            amount(line[Measure.service_minutes]),
            amount(line[Measure.active_volunteers]),
        )
        for name in ("2026-03", "2026-04", "2026-Q1", "2026-Q2", "2026")
        for basis in Basis
        for line in [figures(having, *events, season=Season.named(name), view=View(basis=basis))]
    }
    assert found == {
        ("2026-03", Basis.occurred): (0, 0),
        ("2026-03", Basis.booked): (120, 1),
        ("2026-04", Basis.occurred): (30, 1),
        ("2026-04", Basis.booked): (-90, 1),
        ("2026-Q1", Basis.occurred): (0, 0),
        ("2026-Q1", Basis.booked): (120, 1),
        ("2026-Q2", Basis.occurred): (30, 1),
        ("2026-Q2", Basis.booked): (-90, 1),
        ("2026", Basis.occurred): (30, 1),
        ("2026", Basis.booked): (30, 1),
    }


@pytest.mark.parametrize(("known", "expected"), [(2, (120, 1)), (3, (0, 0)), (4, (120, 1))])
def test_service_given_back_counts_again_from_its_own_position_on(
    having: Having, known: int, expected: tuple[int, int]
) -> None:
    events = (credited(120), reversed_(120), given_back(120))
    measures = (Measure.service_minutes, Measure.active_volunteers)
    found = figures(having, *events, view=View(known=known))
    assert tuple(amount(found[measure]) for measure in measures) == expected
    now = figures(having, *events)
    assert tuple(amount(now[measure]) for measure in measures) == (120, 1)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (2, (0, 0, 1)),
        (3, (1, 1, 1)),
        (4, (1, 1, 1)),
        (5, (0, 1, 1)),
        (6, (0, 1, 1)),
        (7, (0, 0, 0)),
    ],
)
def test_up_to_a_day_she_counts_from_the_first_of_her_days_as_then_known(
    having: Having, known: int, expected: tuple[int, int, int]
) -> None:
    """The 9th comes in first, then the 2nd and the 5th; they are taken back from the 2nd on."""
    days = {ShiftId(f"of-{day}"): date(2026, 3, day) for day in (9, 2, 5)}
    served = [credited(60, shift, day) for shift, day in days.items()]
    back = [reversed_(60, each.shift, each.occurred_on) for each in (served[1], *served[::2])]
    found = [
        amount(line[Measure.active_volunteers])
        for day in (2, 5, 9)
        for view in [View(date(2026, 3, day), known)]
        for line in [figures(having, *served, *back, view=view)]
    ]
    assert tuple(found) == expected


def test_a_month_of_nothing_but_reversals_has_no_copayment_share(having: Having) -> None:
    lunch = claimed(borne=shares(fund=500))
    found = figures(
        having,
        lunch,
        meal_events.reversed_(lunch, APRIL),
        season=Season.named("2026-04"),
        view=View(basis=Basis.booked),
    )
    assert found[Measure.meals_served] == Figure(-1, 1, 1)
    assert found[Measure.copayment_share] is None


# -- contributions and councils ----------------------------------------------------------------


def test_contributions_are_counted_by_kind_and_not_by_worth(having: Having) -> None:
    cash, more = gift(amount_fen=100), gift(CHAIRS, who=None)
    found = figures(having, cash, more, gift(CHAIRS), gift(CHAIRS), gift(IDEA, APRIL_1))
    counts = {measure: amount(found[measure]) for measure in COUNTED_GIFTS.values()}
    assert counts == {
        Measure.cash_contributions: 1,
        Measure.goods_contributions: 3,
        Measure.labour_contributions: 0,
        Measure.idea_contributions: 0,
        Measure.premises_contributions: 0,
    }


def test_whoever_gives_in_her_name_or_comes_to_a_council_takes_part_and_serves_not(
    having: Having,
) -> None:
    events = (credited(60), gift(who=WU), gift(CHAIRS, who=None), came(ZHOU), came(WU))
    found = figures(having, population(1000), *events)
    assert found[Measure.participation_per_thousand] == Figure(3000, 1000, 1)
    assert amount(found[Measure.active_volunteers]) == 1


@pytest.mark.parametrize(
    ("season", "people", "gifts"),
    [
        ("2026-03", 2, 1),
        ("2026-04", 1, 1),
        ("2026-Q1", 2, 1),
        ("2026-Q2", 1, 1),
        ("2026", 2, 2),
        ("2025", 0, 0),
        ("all", 2, 2),
    ],
)
def test_in_any_season_a_person_is_counted_once_and_each_gift_for_itself(
    having: Having, season: str, people: int, gifts: int
) -> None:
    """Wu gives in March and in April, and comes to the council; Zhou comes once."""
    events = (gift(who=WU), gift(on=APRIL_1, who=WU), came(WU), came(ZHOU))
    population_ = population(1000, date(2025, 1, 1))
    found = figures(having, population_, *events, season=Season.named(season))
    participation = found[Measure.participation_per_thousand]
    assert participation is not None
    assert (participation.whole, amount(found[Measure.cash_contributions])) == (people, gifts)


@pytest.mark.parametrize(
    ("known", "expected"), [(2, (0, 0)), (3, (1, 1)), (4, (0, 0)), (5, (0, 1)), (6, (0, 0))]
)
def test_what_is_withdrawn_counts_until_its_position(
    having: Having, known: int, expected: tuple[int, int]
) -> None:
    events = (population(1000), GIFT, withdrawn(GIFT), came(WU), went(WU))
    found = figures(having, *events, view=View(known=known))
    people = found[Measure.participation_per_thousand]
    assert people is not None
    assert (amount(found[Measure.cash_contributions]), people.whole) == expected


def test_a_contribution_withdrawn_in_another_month_is_booked_there(having: Having) -> None:
    given_ = gift()
    late = withdrawn(given_, booked_in=APRIL)
    booked = View(basis=Basis.booked)
    for season, view, count in (
        ("2026-03", NOW, 0),
        ("2026-03", booked, 1),
        ("2026-04", booked, -1),
    ):
        found = figures(having, given_, late, season=Season.named(season), view=view)
        assert amount(found[Measure.cash_contributions]) == count


LUNCH = claimed()
GIFT = gift(who=WU)
OCCASIONS: dict[str, tuple[object, object]] = {
    "kitchen": (credited(120), reversed_(120)),
    "patrol": (credited(90, PATROL), reversed_(90, PATROL, booked_in=APRIL)),
    "night": (given_back(60, ShiftId("night"), booked_in=APRIL), reversed_(60, ShiftId("night"))),
    "gift": (GIFT, withdrawn(GIFT)),
    "council": (came(WU), went(WU)),
    "lunch": (reinstated(LUNCH), meal_events.reversed_(LUNCH, APRIL)),
}


def test_rows_do_not_depend_on_where_a_run_is_cut(database: str) -> None:
    """Each turn enters one of six occasions, or takes it back if it stands."""

    @settings(max_examples=40)
    @given(st.lists(st.sampled_from(sorted(OCCASIONS)), max_size=12), st.sets(st.integers(1, 15)))
    def cut(turns: list[str], cuts: set[int]) -> None:
        log = Log()
        log.add(community(), population(500), LUNCH)
        standing = {"lunch"}
        for name in turns:
            log.add(OCCASIONS[name][name in standing])
            standing ^= {name}
        assert not rows_differ(database, MODEL, log.events, cuts)

    cut()
