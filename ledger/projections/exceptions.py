"""Exceptions: what an auditor should look at, with evidence and a score, the heaviest first.

What the rules make impossible is refused and never here. What they cannot know, that two friends
confirm each other or that a purchase was split, is found by detectors in what the ledger knows; a
finding accuses nobody. They are found anew at each question, as known at a position, and go away
when what they are about is taken back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from psycopg import Connection, sql

from ledger.domain.bands import DEFAULT_BANDS
from ledger.domain.community_records import STAR_THRESHOLDS
from ledger.domain.values import CommunityId
from ledger.domain.words import in_chinese
from ledger.projections import (
    certificate_detectors,
    death_detectors,
    identity_detectors,
    meal_detectors,
    money_detectors,
    notice_detectors,
    service_detectors,
    unclaimable_detectors,
)
from ledger.projections.asking import PAGE_MOST, Reach, ask, seen, within
from ledger.projections.detectors import Detector, Pattern
from ledger.projections.trail import SubjectKind
from ledger.projections.view import NOW, View, bounds

DETECTORS: Final[dict[Pattern, Detector]] = {
    each.pattern: each
    for each in (
        *service_detectors.DETECTORS,
        *meal_detectors.DETECTORS,
        *unclaimable_detectors.DETECTORS,
        *death_detectors.DETECTORS,
        *identity_detectors.DETECTORS,
        *money_detectors.DETECTORS,
        *notice_detectors.DETECTORS,
        *certificate_detectors.DETECTORS,
    )
}


class Key(NamedTuple):
    """What tells a finding apart, in the order of the list."""

    score: int
    pattern: Pattern
    subject: str
    since: date
    others: list[str]
    newest: int


FOUND: Final = "SELECT {pattern} AS pattern, found.* FROM ({statement}) AS found"
PAGE: Final = """
SELECT pattern, community, subject, others, since, score, evidence, facts
FROM ({found}) AS finding
WHERE {behind}
ORDER BY score DESC, pattern COLLATE "C", subject COLLATE "C", since, others COLLATE "C",
         evidence[1]
LIMIT %(limit)s
"""
COUNTED: Final = """
SELECT pattern, count(*) AS findings, max(score) AS heaviest FROM ({found}) AS finding
GROUP BY pattern ORDER BY heaviest DESC, pattern COLLATE "C"
"""
BEHIND: Final = """
(-score, pattern COLLATE "C", subject COLLATE "C", since, others COLLATE "C", evidence[1])
    > (-%(score)s::bigint, %(pattern)s::text, %(subject)s::text, %(since)s::date,
       %(others)s::text[], %(newest)s::bigint)
"""


@dataclass(frozen=True, slots=True)
class _Row:
    pattern: Pattern
    community: CommunityId | None
    subject: str
    others: tuple[str, ...]
    since: date
    score: int
    evidence: tuple[int, ...]
    facts: dict[str, int | str]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a detector found; `facts` fill the sentences, and `evidence` is positions in the log.

    `community` is None where it lies in several. `subject` has a trail under its kind.
    """

    pattern: Pattern
    community: CommunityId | None
    subject_kind: SubjectKind
    subject: str
    others: tuple[str, ...]
    since: date
    score: int
    evidence: tuple[int, ...]
    facts: dict[str, int | str]
    title_zh: str
    sentence_zh: str
    remedy_zh: str
    title_en: str
    sentence_en: str
    remedy_en: str

    @property
    def key(self) -> Key:
        """What the next page comes `after`."""
        return Key(
            self.score, self.pattern, self.subject, self.since, list(self.others), self.evidence[0]
        )


@dataclass(frozen=True, slots=True)
class Count:
    """How much was found of a pattern, and what the heaviest weighs."""

    pattern: Pattern
    findings: int
    heaviest: int


def counted(
    connection: Connection[Any], view: View = NOW, *, reach: Reach = None
) -> tuple[Count, ...]:
    """How much there is of each pattern of which something is found, the heaviest first."""
    statement = sql.SQL(COUNTED).format(found=_found(DETECTORS.values()))
    return ask(connection, Count, statement, **_asked(connection, view, reach))


def exceptions(
    connection: Connection[Any],
    view: View = NOW,
    *,
    pattern: Pattern | None = None,
    reach: Reach = None,
    limit: int = PAGE_MOST,
    after: Key | None = None,
) -> tuple[Finding, ...]:
    """What is found within the reach, of one pattern or of all, as known; the heaviest first."""
    wanted = DETECTORS.values() if pattern is None else (DETECTORS[pattern],)
    rows = ask(
        connection,
        _Row,
        _statement(*wanted, behind=after is not None),
        **_asked(connection, view, reach),
        **(after._asdict() if after else {}),
        limit=limit,
    )
    return tuple(map(_told, rows))


def _asked(connection: Connection[Any], view: View, reach: Reach) -> dict[str, Any]:
    return {
        **seen(view),
        **bounds(connection, view),
        "reach": within(reach),
        "star_thresholds": list(STAR_THRESHOLDS),
        "bands": [band.up_to_fen for band in DEFAULT_BANDS],
        "community": None,  # the list of funds can be asked for one of either
        "fund": None,
    }


def _statement(*detectors: Detector, behind: bool) -> sql.Composed:
    rest = sql.SQL(BEHIND if behind else "true")
    return sql.SQL(PAGE).format(found=_found(detectors), behind=rest)


def _found(detectors: Iterable[Detector]) -> sql.Composed:
    return sql.SQL(" UNION ALL ").join(
        sql.SQL(FOUND).format(pattern=each.pattern.value, statement=sql.SQL(each.statement))
        for each in detectors
    )


def _told(row: _Row) -> Finding:
    detector = DETECTORS[row.pattern]
    return Finding(
        row.pattern,
        row.community,
        detector.about,
        row.subject,
        row.others,
        row.since,
        row.score,
        row.evidence,
        row.facts,
        *detector.zh.filled(in_chinese(row.facts)),
        *detector.en.filled(row.facts),
    )
