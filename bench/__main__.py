"""`python -m bench [name…] [--quick]`: one line of JSON a figure, and the table in RESULTS.md."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Final

from bench import (
    append,
    http_batch,
    http_single,
    machine,
    pages,
    project,
    read,
    restore,
    seal,
    year,
)
from bench.figures import Figure
from bench.results import RESULTS, Section
from bench.stand import Stand
from ledger.settings import PREFIX

BENCHES: Final[dict[str, ModuleType]] = {
    "append": append,
    "http-single": http_single,
    "http-batch": http_batch,
    "pages": pages,
    "project": project,
    "read": read,
    "restore": restore,
    "seal": seal,
    "year": year,
}


def main() -> None:
    """Measure what is named, or everything."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHES))
    parser.add_argument("--quick", action="store_true", help="a tenth of the size; writes no table")
    given = parser.parse_args()
    if unknown := set(given.names) - BENCHES.keys():
        parser.error(f"there is no {', '.join(sorted(unknown))}; there is {', '.join(BENCHES)}")
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]  # what is measured is a ledger of its own
    with Stand(quick=given.quick) as stand:
        for name in given.names or BENCHES:
            _measure(stand, name)


def _measure(stand: Stand, name: str) -> None:
    bench = BENCHES[name]
    described = machine.described(stand.server.url)
    print(f"bench: {name}", file=sys.stderr)
    measure: Callable[[Stand], Iterator[Figure]] = bench.measure
    figures = []
    for figure in measure(stand):
        print(figure.line(), flush=True)
        figures.append(figure)
    section = Section(name, bench.__doc__ or "", described, tuple(figures))
    if stand.quick:
        print(section.told(), file=sys.stderr)
    else:
        RESULTS.put(section)


main()
