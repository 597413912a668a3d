"""The table of results: a section for each benchmark, replaced when it is measured again."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.figures import ROUNDS, Figure, rounded

HEAD: Final = f"""# Benchmarks: measured beside named peers

Each figure is the median of {ROUNDS} rounds in which we and the peers ran in turn, on the same
PostgreSQL with PostgreSQL's own durability. A ratio is ours divided by theirs; *wanted* is what it
was meant to be. `make bench` measures again and replaces the sections below;
`python -m bench append --quick` is a short try that leaves them alone.
"""
COLUMNS: Final = ("benchmark", "ours", "unit", "theirs", "peer", "ratio", "wanted")


@dataclass(frozen=True, slots=True)
class Section:
    """One benchmark: what it does, on which machine, and its figures."""

    name: str
    about: str
    machine: str
    figures: tuple[Figure, ...]

    def told(self) -> str:
        """The section in Markdown."""
        rows = (COLUMNS, ("---",) * len(COLUMNS), *map(_row, self.figures))
        table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        return f"## {self.name}\n\n{self.about.strip()}\n\n{self.machine}\n\n{table}\n"


def _row(figure: Figure) -> tuple[str, ...]:
    numbers = (_number(figure.ours), figure.unit, _number(figure.theirs))
    return figure.bench, *numbers, figure.peer or "", _number(figure.ratio), figure.wanted


def _number(number: float | None) -> str:
    return "" if number is None else f"{rounded(number):,}"


@dataclass(frozen=True, slots=True)
class Results:
    """The file that holds them."""

    path: Path

    def put(self, section: Section) -> None:
        """Write the section in its place, or at the end."""
        told = {name: text for name, text in self._sections() if name != section.name}
        order = [name for name, _ in self._sections()]
        told[section.name] = section.told()
        names = order if section.name in order else [*order, section.name]
        self.path.write_text("\n".join((HEAD, *(told[name] for name in names))))

    def _sections(self) -> list[tuple[str, str]]:
        text = self.path.read_text() if self.path.exists() else ""
        parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
        return [(part[3:].partition("\n")[0], part.rstrip("\n") + "\n") for part in parts]


RESULTS: Final = Results(Path(__file__).parent / "RESULTS.md")
