"""Certificates read off the log in the slowest way: what each counted, and since when it is untrue.

Whoever goes through the log with a pencil keeps a list of what stands, copies it where one is
issued, and looks after each later event whether the copy is still true.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from ledger.domain.certificate_records import CertificateIssued, CertificateVoided
from ledger.domain.identity_records import PersonsSeparated
from ledger.domain.service_records import (
    OpeningMinutesImported,
    OpeningMinutesReversed,
    ServiceCredited,
    ServiceHeld,
    ServiceRefused,
    ServiceReinstated,
    ServiceReversed,
)
from ledger.store.codec import Recorded
from tests.projections.plain_registers import SHANGHAI

Name = tuple[str, str]


class Standing(NamedTuple):
    """A record that counts, as its crediting said."""

    community: str
    unit: str | None
    day: date
    grade: str
    minutes: int


class Paper(NamedTuple):
    """What becomes of a certificate: the copy, and for each of it since where it is not so."""

    event: CertificateIssued
    counts: dict[Name, Standing]
    untrue: dict[Name, int]


def certificates(known: Sequence[Recorded]) -> dict[str, tuple[Any, ...]]:
    """Of each its number, what it is worth now and since when, and its records and sums."""
    standing: dict[Name, Standing] = {}
    credited: dict[Name, Standing] = {}
    papers: dict[str, Paper] = {}
    void: set[str] = set()
    for at in known:
        _enter(at.event, standing, credited)
        if isinstance(at.event, CertificateVoided):
            void.add(at.event.certificate)
        elif isinstance(at.event, CertificateIssued):
            papers[at.event.certificate] = Paper(at.event, _within(at.event, standing), {})
        for paper in papers.values():
            _look_again(paper, at, standing)
    days = {at.position: at.recorded_at.astimezone(SHANGHAI).date() for at in known}
    return {name: _told(paper, name in void, days) for name, paper in papers.items()}


def _enter(event: Any, standing: dict[Name, Standing], credited: dict[Name, Standing]) -> None:
    name = str(getattr(event, "person", "")), str(getattr(event, "shift", ""))
    if isinstance(event, OpeningMinutesImported | OpeningMinutesReversed):
        name = event.person, f"opening of {event.unit}"
    match event:
        case ServiceCredited() | OpeningMinutesImported():
            facts = event.community, event.unit, event.occurred_on
            standing[name] = credited[name] = Standing(*facts, event.grade, event.service_minutes)
        case ServiceReinstated():
            standing[name] = credited[name]
        case ServiceHeld() | ServiceRefused() | ServiceReversed() | OpeningMinutesReversed():
            standing.pop(name, None)
        case _:
            pass


def _within(event: CertificateIssued, standing: dict[Name, Standing]) -> dict[Name, Standing]:
    return {
        name: it
        for name, it in standing.items()
        if name[0] in event.ids
        and (it.community, it.unit) == (event.community, event.unit)
        and (event.first_day or date.min) <= it.day <= event.last_day
    }


def _look_again(paper: Paper, at: Recorded, standing: dict[Name, Standing]) -> None:
    for name, it in paper.counts.items():
        if standing.get(name) == it:
            paper.untrue.pop(name, None)
        else:
            paper.untrue.setdefault(name, at.position)
    event, holder = at.event, paper.event
    if isinstance(event, PersonsSeparated) and event.duplicate in holder.ids[1:]:
        paper.untrue.setdefault(("parted", event.duplicate), at.position)


def _told(paper: Paper, void: bool, days: dict[int, date]) -> tuple[Any, ...]:
    sums: Counter[str] = Counter()
    for it in paper.counts.values():
        sums[it.grade] += it.minutes
    since = min(paper.untrue.values(), default=None)
    worth = "void" if void else "differs" if since else "valid"
    found = len(paper.counts), dict(sums)
    return paper.event.number, worth, None if since is None else days[since], *found
