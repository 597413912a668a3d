"""Statements, meal totals, league tables and months equal a plain reading of the log."""

from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any

import psycopg
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import Connection

from ledger.domain.contribution_records import ContributionKind
from ledger.domain.values import CommunityId, Month, PersonId, SiteId, months_between
from ledger.projections import acknowledgements, league, meals, month_sums, rebuild, service
from ledger.projections.fund_records import MovementKind
from ledger.projections.meal_records import ClaimStatus
from ledger.projections.models import MODELS
from ledger.projections.month_sums import MonthSums
from ledger.projections.seasons import Season
from ledger.projections.view import View
from ledger.store.codec import Recorded
from tests.projections import histories, plain, plain_months
from tests.projections.history_town import CANTEENS, COMMUNITIES, PEOPLE
from tests.projections.history_views import HISTORIES, PHASES, Start, some_views

MONTHS = months_between(Month("2025-12"), Month("2026-06"))
SEASONS = (*MONTHS, "2026-Q1", "2026-Q2", "2026", "all")
NAMES = {
    *("service", "shifts", "meals", "league", "councils", "contributions", "periods"),
    *("funds", "settlements", "resolutions", "disbursements"),
}
OURS = [model for model in MODELS if model.name in NAMES]


@settings(max_examples=20 * HISTORIES, phases=PHASES)
@given(st.randoms(use_true_random=True), st.integers(20, 120))
def test_every_answer_is_what_the_log_says(start: Start, dice: Random, count: int) -> None:
    with start.copied() as url:
        with histories.town(url, start.keys) as town:
            for turn in histories.turns(dice, count):
                town.take(turn)
            town.projector.catch_up()
            events = town.events()
        with psycopg.connect(url) as connection:
            for view in some_views(connection, dice, events, 4):
                compare(connection, events, view)
        for model in OURS:
            assert not rebuild.verify(url, model)


def compare(connection: Connection[Any], events: list[Recorded], view: View) -> None:
    for person in PEOPLE:
        totals = service.totals(connection, [person], view)
        expected = plain.service_of(person, events, view)
        assert (totals.service_minutes, totals.held_minutes) == (expected.total, expected.held)
        assert totals.by_grade == +expected.by_grade
        assert totals.by_month == {month: n for month, n in expected.by_month.items() if n}
        compare_records(connection, person, events, view)
    for month in MONTHS:
        compare_meals(connection, month, events, view)
    known = len(events) if view.known is None else view.known
    for community in COMMUNITIES:
        for month in MONTHS:
            asked = community, month, known
            sums = month_sums.of_month(connection, *asked)
            assert plain_months.told(sums) == plain_months.expected(events, *asked)
            compare_givers(connection, asked, sums, events)
            compare_later(connection, asked, sums, events)
    for name in SEASONS:
        season = Season.named(name)
        lines = league.table(connection, season, view)
        told = {line.community: {m: exact(f) for m, f in line.figures.items()} for line in lines}
        assert told == plain.league(events, season, view)


def compare_givers(
    connection: Connection[Any],
    asked: tuple[CommunityId, Month, int],
    sums: MonthSums,
    events: list[Recorded],
) -> None:
    """The gifts of the month, and as many people behind each figure as it says."""
    entries = acknowledgements.entries(connection, *asked)
    told = {it.contribution: (it.in_table, it.received, it.listable) for it in entries}
    assert told == plain_months.Month(events, *asked).entries()
    found = acknowledgements.of_month(connection, *asked)
    givers = {each.kind: each.givers for each in sums.gifts}
    assert {kind: len(table) for kind, (table, _) in found.behind.items()} == (
        dict.fromkeys(ContributionKind, 0) | givers
    )
    received = {each.kind: each.givers for each in sums.receipts}
    _, cash = found.behind[ContributionKind.cash]
    assert len(cash) == received.get(MovementKind.contribution, 0)


def compare_later(
    connection: Connection[Any],
    asked: tuple[CommunityId, Month, int],
    sums: MonthSums,
    events: list[Recorded],
) -> None:
    """What a month that was closed all the time cannot have got since is not counted again."""
    community, month, _ = asked
    last = community, month, len(events)
    later = month_sums.of_month(connection, *last)
    if sums.closings > sums.reopenings == later.reopenings:
        assert month_sums.of_month(connection, *last, since=sums) == later


def compare_records(
    connection: Connection[Any], person: str, events: list[Recorded], view: View
) -> None:
    """Page by page, each shift once, with what the rules remember of it."""
    found: list[service.ServiceRecord] = []
    while page := service.statement(
        connection, PersonId(person), view, limit=3, after=found[-1].key if found else None
    ).records:
        found += page
    own = [
        at.event
        for at in plain.seen(events, view)
        if isinstance(at.event, plain.SERVICE) and at.event.person == person
    ]
    told = {each.shift: each.status for each in found if each.shift}
    assert told == {name: each.status for name, each in plain.records(own).items()}
    brought = {each.unit: each.status for each in found if not each.shift}
    assert brought == plain.brought(own)
    assert len(found) == len(told) + len(brought)
    statement = service.statement(connection, PersonId(person), view)
    remarks = [*statement.remarks, *(each for record in found for each in record.remarks)]
    remarked = {each.position: each.ended_position for each in remarks}
    assert remarked == plain.remarks(PersonId(person), events, view)
    assert len(remarked) == len(remarks)
    assert [each.star for each in statement.granted] == plain.stars(PersonId(person), events, view)


def compare_meals(
    connection: Connection[Any], month: Month, events: list[Recorded], view: View
) -> None:
    for canteen in CANTEENS:
        totals = meals.totals_of_canteen(connection, canteen, month, view)
        assert told_by(totals) == plain.meal_totals(events, view, month, canteen=canteen)
        told = [
            (each.person, each.served_on, each.claim)
            for each in paged(connection, canteen, month, view)
        ]
        assert len(set(told)) == len(told)
        assert set(told) == plain.touched(events, view, month, canteen)
    for community in COMMUNITIES:
        totals = meals.totals_of_community(connection, community, month, view)
        assert told_by(totals) == plain.meal_totals(events, view, month, community=community)
    occurred = View(view.as_of, view.known)
    for claims, where in claims_of(connection, month, occurred):
        standing = [claim for claim in claims if claim.status is not ClaimStatus.reversed]
        expected = plain.meal_totals(events, occurred, month, **where)
        assert (len(standing), sum(claim.price_fen for claim in standing)) == expected[:2]


def paged(
    connection: Connection[Any], canteen: SiteId, month: Month, view: View
) -> list[meals.Claim]:
    found: list[meals.Claim] = []
    while page := meals.claims(
        connection, canteen, month, view, limit=3, after=found[-1].key if found else None
    ):
        found += page
    return found


def claims_of(
    connection: Connection[Any], month: Month, view: View
) -> Iterator[tuple[tuple[meals.Claim, ...], dict[str, str]]]:
    """The claims of each canteen and of each person, and what they are asked by."""
    for canteen in CANTEENS:
        yield meals.claims(connection, canteen, month, view), {"canteen": canteen}
    for person in PEOPLE:
        yield meals.of_person(connection, person, month, view), {"person": person}


def told_by(totals: meals.Totals) -> tuple[int, int, int, dict[str, int]]:
    by_payer: dict[str, int] = dict(totals.by_payer.items())
    return totals.meals, totals.price_fen, totals.personal_fen, by_payer


def exact(figure: league.Figure | None) -> Fraction | None:
    return None if figure is None else Fraction(figure.amount, figure.per)
