"""The other registers equal a plain reading of the log, at any position of any history."""

from datetime import date
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import Connection

from ledger.domain import communities, policy_records
from ledger.domain.values import Month, ResolutionId, months_between
from ledger.projections import (
    certificates,
    clerks,
    contributions,
    councils,
    exceptions,
    grants,
    handovers,
    periods,
    resolutions,
    waiting,
)
from ledger.projections.contributions import Sight
from ledger.projections.models import MODELS
from ledger.projections.reading import state_at
from ledger.projections.seasons import Season
from ledger.projections.view import View
from ledger.projections.writing import apply
from ledger.store.codec import Recorded
from tests.builders import CLERK
from tests.projections import plain
from tests.projections import plain_certificates as noted_on_paper
from tests.projections import plain_registers as noted
from tests.projections.by_hand import make
from tests.projections.history_town import CANTEENS, COMMUNITIES, PEOPLE
from tests.projections.history_views import HISTORIES, PHASES, Start, at_position, seen, some_views
from tests.projections.plain_shifts import board
from tests.projections.told_shifts import must_be_told

MONTHS = months_between(Month("2025-12"), Month("2026-07"))
SEASONS = (*MONTHS, "2026-Q1", "2026", "all")
EVERYTHING = Sight(CLERK, givers=True, amounts=True)
DAY = date(2026, 5, 1)
WORDS = ("shift-", "signed", "sign-up", "checked", "attend", "no-show", "service-", "death-")


@settings(max_examples=10 * HISTORIES, phases=PHASES)
@given(st.randoms(use_true_random=True), st.integers(20, 150))
def test_every_register_says_what_was_known(start: Start, dice: Random, count: int) -> None:
    with start.told(dice, count) as (connection, events):
        for view in some_views(connection, dice, events, 14):
            known = seen(events, at_position(view))
            compare_decisions(connection, view, known)
            compare_certificates(connection, view, known)
            for community in COMMUNITIES:
                compare_contributions(connection, community, view, known)
                compare_sums(connection, community, view, events)
                compare_waiting(connection, community, view, known)
            compare_clerks(connection, view, seen(events, view))


def compare_decisions(connection: Connection[Any], view: View, known: list[Recorded]) -> None:
    register = resolutions.register(connection, view=view)
    told = {each.resolution: (each.position, each.revoked_on) for each in register}
    assert told == noted.resolutions(known)
    for each in register:
        name = ResolutionId(each.resolution)
        cited = resolutions.citing(connection, name, view)
        assert [(c.site, c.version, c.payer) for c in cited] == noted.citing(known, name)
        asked = resolutions.requested(connection, name, view)
        assert [(r.position, r.amount_fen) for r in asked] == noted.requested(known, name)
    for site in CANTEENS:
        timeline = state_at(connection, policy_records.stream(site), len(known))
        versions = [(version.valid_from, version.valid_until) for version in timeline.versions]
        assert versions == noted.versions(known, site)
    held = {
        (each.person, each.role, each.community): (each.position, each.until)
        for each in grants.held(connection, view)
    }
    assert held == noted.grants(known)
    for community in COMMUNITIES:
        here = state_at(connection, communities.stream(community), len(known))
        units = {name: (it.name, it.kind, it.belongs_to) for name, it in here.units.items()}
        assert units == noted.units(known, community)
        met = councils.meetings(connection, community, view)
        assert {m.meeting: (m.held_on, m.attended) for m in met} == (
            noted.meetings(known, community)
        )
    handed = handovers.register(connection, view)
    assert [(it.position, it.handover, it.handed_by, it.auditor) for it in handed] == (
        noted.handovers(known)
    )
    again = periods.reopenings(connection, None, view)
    assert {
        r.position: (r.community, r.month, r.proposed_by, r.reopened_by, r.closed_again_by)
        for r in again
    } == noted.reopenings(known)


def compare_certificates(connection: Connection[Any], view: View, known: list[Recorded]) -> None:
    told = {
        it.certificate: (
            *(it.number, it.validity, it.differs_since, it.records),
            {each.grade: each.service_minutes for each in it.minutes},
        )
        for it in certificates.register(connection, view)
    }
    assert told == noted_on_paper.certificates(known)


def compare_contributions(
    connection: Connection[Any], community: Any, view: View, known: list[Recorded]
) -> None:
    given_to = contributions.contributions(connection, community, EVERYTHING, view)
    assert {
        it.contribution: (it.kind, it.person, it.amount_fen, it.amount_public, it.answer)
        for it in given_to
    } == noted.contributions(known, community)
    promised = contributions.open_pledges(connection, community, EVERYTHING, view)
    assert {
        it.contribution: (it.kind, it.person, it.amount_fen, it.amount_public) for it in promised
    } == noted.pledges(known, community)
    ideas = contributions.waiting_ideas(connection, community, view)
    assert [(it.day, it.contribution, it.days_waiting) for it in ideas] == (
        noted.waiting_ideas(known, community)
    )


def compare_sums(
    connection: Connection[Any], community: Any, view: View, events: list[Recorded]
) -> None:
    counted, known = seen(events, view), seen(events, at_position(view))
    for name in SEASONS:
        season = Season.named(name)
        sums = contributions.sums(connection, community, season, EVERYTHING, view)
        told = {
            it.kind: (it.contributions, it.amount_fen, it.public_fen, it.labour_minutes)
            for it in sums
        }
        within = plain.within_season(season, view)
        assert told == noted.sums(counted, known, community, within)


def compare_waiting(
    connection: Connection[Any], community: Any, view: View, known: list[Recorded]
) -> None:
    held = waiting.held(connection, community, DAY, known=view.known)
    assert {it.position: (it.shift, it.person, it.evidence_by) for it in held} == (
        noted.held(known, community)
    )
    disputed = waiting.objections(connection, community, DAY, known=view.known)
    assert {it.position: it.answer_by for it in disputed} == noted.objections(known, community)


def compare_clerks(connection: Connection[Any], view: View, counted: list[Recorded]) -> None:
    for canteen in CANTEENS:
        for month in MONTHS:
            found = clerks.of_canteen(connection, canteen, month, view)
            assert {it.clerk: (it.claims, it.undone) for it in found} == (
                noted.clerks(counted, canteen, month)
            )


# -- the shift board ------------------------------------------------------------------------------


@settings(max_examples=10 * HISTORIES, phases=PHASES)
@given(st.randoms(use_true_random=True), st.integers(20, 150))
def test_the_board_shows_the_last_word_on_everybody(start: Start, dice: Random, count: int) -> None:
    with start.told(dice, count) as (connection, events):
        for known in (None, len(events), *(some_word(dice, events) for _ in range(12))):
            expected = board(seen(events, View(known=known)))
            must_be_told(connection, known, expected, COMMUNITIES, PEOPLE)


def some_word(dice: Random, events: list[Recorded]) -> int:
    """The position of a word on somebody in a shift, or of what came just before it."""
    words = [at for at in events if at.name.startswith(WORDS)] or events
    kind = dice.choice(sorted({at.name for at in words}))  # rare ones as often as others
    near = dice.choice([at for at in words if at.name == kind])
    return near.position - dice.randrange(2)


# -- findings, which are found anew each time -----------------------------------------------------


@settings(max_examples=5 * HISTORIES, phases=PHASES)
@given(st.randoms(use_true_random=True), st.integers(100, 200))
def test_what_is_found_at_a_position_is_what_would_have_been_found_then(
    start: Start, dice: Random, count: int
) -> None:
    """The detectors have stories of their own; here they forget what came later."""
    with start.told(dice, count) as (connection, events):
        known = dice.randrange(len(events) // 2, len(events))
        found = exceptions.exceptions(connection, View(known=known))
        for model in MODELS:
            make(connection, model, model.name)
            apply(connection.cursor(), model.fold(events[:known]), model.name)
        then = View(known=known)  # for what is read from the log itself, which has all of it
        assert exceptions.exceptions(connection, then) == found
