"""What the shift board tells, beside the plain reading of the log, at one position."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from psycopg import Connection

from ledger.domain.values import CommunityId, PersonId, ShiftId
from ledger.projections import shifts
from tests.projections.plain_shifts import Board


def must_be_told(
    connection: Connection[Any],
    known: int | None,
    expected: Board,
    communities: Iterable[CommunityId],
    people: Iterable[PersonId],
) -> None:
    """The board of each community, each sheet, and who waits, there and of each person."""
    for community in communities:
        _board(connection, known, expected, community)
        _waiting(connection, known, expected, community)
    for name in expected.shifts:
        _sheet(connection, known, expected, ShiftId(name))
    for who in people:
        waits = shifts.unconfirmed_of(connection, who, known=known)
        assert {it.shift for it in waits} == {
            name for name in expected.shifts if who in expected.unconfirmed(name)
        }


def _board(
    connection: Connection[Any], known: int | None, expected: Board, community: CommunityId
) -> None:
    lines = shifts.board(connection, community, date.min, date.max, known=known)
    assert {line.shift for line in lines} == expected.of_community(community)
    for line in lines:
        assert (
            *(line.signed_up, line.waiting, line.attended, line.not_left, line.unconfirmed),
            *(line.credited, line.held, line.no_shows),
        ) == expected.numbers(line.shift)
        assert line.cancelled == expected.cancelled.get(line.shift)


def _waiting(
    connection: Connection[Any], known: int | None, expected: Board, community: CommunityId
) -> None:
    waits = shifts.waiting_for_confirmation(connection, community, known=known)
    assert {(it.shift, it.person): (it.check_in, it.check_out, it.grade) for it in waits} == {
        (name, who): (it.check_in, it.check_out, it.grade)
        for name in expected.of_community(community)
        for who in expected.unconfirmed(name)
        for it in (expected.people[name, who],)
    }


def _sheet(connection: Connection[Any], known: int | None, expected: Board, name: ShiftId) -> None:
    sheet = shifts.shift(connection, name, known=known)
    assert sheet is not None
    told = {each.person: each for each in sheet.people}
    assert len(told) == len(sheet.people)
    assert told == {
        who: shifts.PersonInShift(PersonId(who), *it.told())
        for (where, who), it in expected.people.items()
        if where == name
    }
