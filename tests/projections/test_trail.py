"""The audit trail: whatever names a subject is in its trail, and nothing else is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import Connection

from ledger.domain import catalogue
from ledger.domain.book import LedgerCreated
from ledger.domain.community_records import MonthClosed, MonthReopened
from ledger.domain.decisions import Stream
from ledger.domain.fund_records import MoneyMovedIn
from ledger.domain.lots import LotMoved, Origin
from ledger.domain.origins import LogRestored, OriginBegun
from ledger.domain.tiers import Payer, PayerKind
from ledger.domain.values import (
    SYSTEM,
    CooperativeId,
    Count,
    Fen,
    FundId,
    Month,
    PayerName,
    PayerPath,
    PersonId,
    Slug,
    UnitId,
)
from ledger.domain.views import ViewsAnchored
from ledger.projections.trail import MODEL, SubjectKind, reader_of, trail
from ledger.store.codec import Recorded
from tests.builders import CANTEEN, CLERK, JINNING, MEAL_FUND, person
from tests.projections.meal_events import claimed, shares
from tests.projections.random_money import FUNDS
from tests.projections.random_town import CHECKER, PEOPLE, STEPS, Step, town
from tests.projections.real_log import recorded_at, write, written
from tests.projections.service_events import CHEN, MARCH_2
from tests.servers import Server

SUBJECTS_OF_THE_TOWN = (
    *((SubjectKind.person, person(number)) for number in range(PEOPLE)),
    *((SubjectKind.fund, fund) for fund in FUNDS),
    *((SubjectKind.shift, f"shift-{number}") for number in range(3)),
    (SubjectKind.site, CANTEEN),
    (SubjectKind.canteen, CANTEEN),
    (SubjectKind.community, JINNING),
    (SubjectKind.actor, CLERK),
    (SubjectKind.actor, CHECKER),
    (SubjectKind.actor, SYSTEM),
    (SubjectKind.stream, "ledger"),
    (SubjectKind.stream, f"fund-{MEAL_FUND}"),
    (SubjectKind.stream, f"meals-{person(1)}-2026-03"),
)


# -- any history -------------------------------------------------------------------------------


def words(value: Any) -> Iterable[str]:
    """Every word of an event's data, however deep, paths taken apart too."""
    match value:
        case dict():
            for name, inner in value.items():
                if not name.endswith("_by"):
                    yield from words(inner)
        case list() | tuple():
            for inner in value:
                yield from words(inner)
        case str():
            yield value
            yield from value.split("/")
        case _:
            pass


def actors(value: Any) -> Iterable[Any]:
    """Whoever an event says did something, whether or not she did it just now."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from (inner,) if name.endswith("_by") else actors(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from actors(inner)


@settings(max_examples=10)
@given(steps=STEPS, data=st.data())
def test_whoever_is_named_in_an_event_finds_it_in_her_trail(
    embedded: Server, steps: list[Step], data: st.DataObject
) -> None:
    """No id of this town is also a word of another meaning, so a search for words must agree."""
    with town(embedded, steps, MODEL) as (connection, log):
        for kind, name in SUBJECTS_OF_THE_TOWN:
            known = data.draw(st.none() | st.integers(0, len(log)))
            expected = [
                at
                for at in reversed(log)
                if names(at, kind, name) and (known is None or at.position <= known)
            ]
            assert pages(connection, kind, name, data.draw(st.integers(3, 40)), known) == expected


def names(at: Recorded, kind: SubjectKind, name: str) -> bool:
    match kind:
        case SubjectKind.actor:
            return at.actor == name or name in set(actors(msgspec.to_builtins(at.event)))
        case SubjectKind.stream:
            return at.stream == name
        case _:
            own = at.stream.partition("-")[2]
            return name == own or name in words(msgspec.to_builtins(at.event))


def pages(
    connection: Connection[Any], kind: SubjectKind, name: str, limit: int, known: int | None
) -> list[Recorded]:
    found: list[Recorded] = []
    while page := trail(
        connection, kind, name, limit=limit, known=known,
        after=found[-1].position if found else None,
    ):  # fmt: skip
        assert len(page) <= limit
        found += page
    return found


# -- whom an event concerns --------------------------------------------------------------------

CONCERNS_NOBODY = {
    LedgerCreated: "it begins the ledger",
    LogRestored: "it is about the log",
    OriginBegun: "so is this",
    ViewsAnchored: "it is about looks at many persons",
}
NAMED_BY_ITS_STREAM = {
    MonthClosed: "it stands in the community's own stream",
    MonthReopened: "so does this",
}


@pytest.mark.parametrize("event", catalogue.EVENTS.values())
def test_every_event_of_the_catalogue_concerns_somebody(event: type) -> None:
    silent = event in CONCERNS_NOBODY or event in NAMED_BY_ITS_STREAM
    assert (reader_of(event) is None) == silent


def read(event: object, hint: object = None) -> set[tuple[str, str]]:
    reader = reader_of(hint or type(event))
    found: set[tuple[str, str]] = set()
    if reader:
        reader(event, found)
    return found


@dataclass(frozen=True)
class Helped:
    helpers: tuple[PersonId, ...]
    leader: PersonId | None
    noted_by: PersonId
    checked_by: tuple[PersonId, ...]
    minutes: Count


@dataclass(frozen=True)
class Noted:
    minutes: Count


def test_an_event_that_names_nobody_is_noticed() -> None:
    assert reader_of(Noted) is None


@pytest.mark.parametrize(
    ("leader", "people"),
    [(None, {("person", "a"), ("person", "b")}), ("c", {("person", c) for c in "abc"})],
)
def test_a_new_event_needs_no_change_here(
    leader: PersonId | None, people: set[tuple[str, str]]
) -> None:
    helpers = (PersonId("a"), PersonId("b"))
    checkers = (PersonId("e"), PersonId("f"))
    event = Helped(helpers, leader, PersonId("d"), checked_by=checkers, minutes=Count(1))
    assert read(event) == {*people, *(("actor", name) for name in "def")}


@pytest.mark.parametrize(
    ("value", "hint", "found"),
    [
        ("fund/meals", PayerPath, {("fund", "meals")}),
        ("cooperative/xianhu/e1", PayerPath, {("community", "xianhu")}),
        ("government/town", PayerPath, set()),
        ("xianhu/e1", CooperativeId, {("community", "xianhu")}),
        ("xianhu/mutual-aid", UnitId, {("community", "xianhu")}),
        (Payer(PayerKind.fund, PayerName("meals")), Payer, {("fund", "meals")}),
        (Payer(PayerKind.eater), Payer, set()),
        (Payer(PayerKind.cooperative_of_the_eater), Payer, set()),
        ("grocer", Slug, set()),
    ],
)
def test_which_values_name_a_subject(
    value: object, hint: object, found: set[tuple[str, str]]
) -> None:
    assert read(value, hint) == found


def test_a_moved_gift_is_in_the_trail_of_the_fund_it_came_from() -> None:
    origin = Origin(FundId("first"), Count(1))
    parts = (LotMoved(Count(1), Count(1), origin, Fen(5)),)
    facts = (FundId("second"), FundId("third"), Fen(5), Count(1), parts)
    event = MoneyMovedIn(*facts, MARCH_2, Month("2026-03"))
    assert read(event) == {("fund", "first"), ("fund", "second"), ("fund", "third")}


# -- asking ------------------------------------------------------------------------------------


def test_a_trail_tells_who_did_what_when(database: str) -> None:
    lunch = claimed(borne=shares(fund=600))
    with written(database, [MODEL], lunch) as connection:
        (at,) = trail(connection, SubjectKind.person, CHEN)
        assert trail(connection, SubjectKind.fund, "jinning-meals") == (at,)
    assert (at.event, at.actor, at.recorded_at) == (lunch, CLERK, recorded_at(1))


def test_whoever_keys_a_meal_in_acts_and_whoever_eats_it_is_concerned(database: str) -> None:
    with written(database, [MODEL], claimed()) as connection:
        assert trail(connection, SubjectKind.person, claimed().claimed_by) == ()
        assert trail(connection, SubjectKind.actor, CHEN) == ()
        assert len(trail(connection, SubjectKind.actor, claimed().claimed_by)) == 1
        assert len(trail(connection, SubjectKind.actor, CLERK)) == 1


def test_a_month_closed_is_in_the_trail_of_its_community(database: str) -> None:
    closed = (Stream[Any](f"community-{JINNING}"), MonthClosed(Month("2026-01"), MARCH_2))
    with written(database, [MODEL], closed) as connection:
        assert len(trail(connection, SubjectKind.community, JINNING)) == 1


def test_what_is_not_folded_yet_is_in_no_trail(database: str) -> None:
    """A stream's trail is read from the log itself, and still goes no further than the others."""
    meals = Stream[Any]("meals-chen-2026-03")
    with written(database, [MODEL], (meals, claimed(1))) as connection:
        write(connection, 2, (meals, claimed(2)))
        assert len(trail(connection, SubjectKind.stream, meals)) == 1
        assert len(trail(connection, SubjectKind.person, CHEN)) == 1


def test_nobody_has_an_empty_trail(database: str) -> None:
    with written(database, [MODEL], claimed()) as connection:
        for kind in SubjectKind:
            assert trail(connection, kind, "nobody") == ()
