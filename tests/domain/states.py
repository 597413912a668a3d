"""Matrices of stages and commands: what every command of a noun is answered at every stage.

A table is read like a timetable. A row is a stage, a column a command; a cell is `>stage`, the
stage in which an accepted command leaves it, or a word that stands for one refusal:

                 submit      check
    none.closed  >submitted  await
    submitted    twice       >checked

A table that is too wide goes on below an empty line. The part of a row's name before its dot is
the stage as the domain knows it, the part after it is what else matters there. Each row is reached
by commands, and says at what moment it is asked.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import pytest

from ledger.domain.catalogue import NAME_OF_COMMAND, VERBS
from ledger.domain.refusals import Code
from ledger.domain.values import PersonId
from tests.story import NOON, SOMEBODY, Given, Ledger

Cell = tuple[str, str, str]
"""A row, a column and what stands there."""


@dataclass(frozen=True)
class Row:
    """How a stage is reached, and when the commands are given there."""

    reach: Callable[[], Given]
    at: datetime = NOON


@dataclass(frozen=True)
class Machine:
    """The stages of something, the commands about it, and the table of their answers."""

    nouns: tuple[str, ...]
    stage_of: Callable[[Ledger], str]
    rows: Mapping[str, Row]
    asked: tuple[tuple[object, PersonId], ...]
    words: Mapping[str, str]
    table: str

    @property
    def columns(self) -> dict[str, tuple[object, PersonId]]:
        """The commands by their verb in the catalogue."""
        return {NAME_OF_COMMAND[type(each[0])].rpartition("/")[2]: each for each in self.asked}

    @property
    def cells(self) -> list[Cell]:
        """The table, cell by cell; a row that is too short or too long is a fault of the test."""
        return [cell for block in self.table.split("\n\n") for cell in _block(block)]


def _block(block: str) -> Iterable[Cell]:
    head, *lines = (line.split() for line in block.strip().splitlines())
    for name, *line in lines:
        for column, cell in zip(head, line, strict=True):
            yield name, column, cell


def by_anybody(*commands: object) -> tuple[tuple[object, PersonId], ...]:
    """The commands, given by somebody who has no part in the story."""
    return tuple((command, SOMEBODY) for command in commands)


def each_cell(machine: Machine) -> pytest.MarkDecorator:
    """One test for each cell of the table."""
    return pytest.mark.parametrize(
        "cell", machine.cells, ids=[f"{row}-{column}" for row, column, _ in machine.cells]
    )


def must_answer(machine: Machine, cell: Cell) -> None:
    """Give the command at the stage: it goes where the table says, or is refused and is as it was.

    Streams are compared by all that they say, so that no state was changed in its place either.
    """
    name, column, answer = cell
    row, (command, by) = machine.rows[name], machine.columns[column]
    story = row.reach()
    story.ledger.allowed = None
    assert _is(machine.stage_of(story.ledger), name), "the story does not lead to the row"
    before = repr(story.ledger.states)
    told = story.when(command, by=by, at=row.at)
    assert repr(story.ledger.states) == before
    if not answer.startswith(">"):
        told.refused(machine.words[answer])
        return
    assert told.decision
    story.ledger.allowed = None
    for happening in told.decision:
        story.ledger.fold(happening)
    assert _is(machine.stage_of(story.ledger), answer[1:])


def _is(stage: str, name: str) -> bool:
    return stage in (name, name.partition(".")[0])


def must_be_total(machine: Machine, stages: Iterable[StrEnum] = (), *besides: str) -> None:
    """Every stage of the domain has a row, every command of the nouns a column, every word a use.

    `besides` are rows before the first stage, which the domain has no name for.
    """
    rows = {row for row, _, _ in machine.cells}
    assert rows == set(machine.rows)
    assert len(machine.cells) == len(rows) * len(machine.asked)
    told = {row.partition(".")[0] for row in rows}
    if known := {stage.value for stage in stages}:
        assert told == known | set(besides)
    names = {NAME_OF_COMMAND[type(command)] for command, _ in machine.asked}
    assert names >= {name for name in VERBS if name.partition("/")[0] in machine.nouns}
    assert {column for _, column, _ in machine.cells} == set(machine.columns)
    refusals = {answer for _, _, answer in machine.cells if not answer.startswith(">")}
    assert refusals == set(machine.words)
    assert set(machine.words.values()) <= {code.name for code in Code}
    reached = {answer[1:].partition(".")[0] for _, _, answer in machine.cells if answer[0] == ">"}
    assert reached <= told
