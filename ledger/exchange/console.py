"""The terminal: tables, a progress bar, and where the output goes."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, TypeAlias

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn
from rich.progress import Progress as Bar
from rich.table import Table

FILE_WIDTH: Final = 160
"""A file or a pipe is as wide as it needs to be."""

ERRORS: Final = Console(stderr=True, highlight=False, markup=False, emoji=False)
"""What went wrong, and what is under way; never mixed with the output."""

Progress: TypeAlias = Callable[[int, int], None]
"""Is told how much of how much is done."""


def silent(_done: int, _total: int) -> None:
    """The progress that nobody watches."""


@contextmanager
def output(path: Path | None) -> Iterator[Console]:
    """A console that writes to the file, or to the terminal without one."""
    if path is None:
        yield _console(sys.stdout, None if sys.stdout.isatty() else FILE_WIDTH)
        return
    with path.open("w", encoding="utf-8") as file:
        yield _console(file, FILE_WIDTH)


def _console(file: IO[str], width: int | None) -> Console:
    return Console(file=file, width=width, highlight=False, markup=False, emoji=False)


@contextmanager
def progress_bar(title: str) -> Iterator[Progress]:
    """A bar on the terminal that is told how much of how much is done; nothing in a pipe."""
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()
    with Bar(*columns, console=ERRORS, transient=True, disable=not ERRORS.is_terminal) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=max(total, 1))


def table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()
) -> Table:
    """A table whose columns of the given places, such as amounts, are set to the right."""
    made = Table(
        title=title, title_justify="left", title_style="bold", header_style="bold", box=SIMPLE_HEAD
    )
    for place, column in enumerate(columns):
        made.add_column(column, justify="right" if place in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made
