"""The queue of exceptions: its order, its pages, whom it tells what, and what it costs to ask."""

from collections.abc import Iterator
from string import Formatter
from typing import Any

import pytest
from psycopg import Connection, sql

from ledger.domain.values import CommunityId
from ledger.projections import exceptions as queue
from ledger.projections.asking import PAGE_MOST
from ledger.projections.detectors import EVIDENCE_MOST, Detector, Pattern
from ledger.projections.exceptions import DETECTORS, Finding, exceptions
from ledger.projections.view import View
from tests.projections.detecting import MODELS, found
from tests.projections.real_log import written
from tests.projections.service_events import CHEN, JINNING, WU
from tests.projections.test_service_detectors import LI, XIANHU, confirmed
from tests.servers import Server, temporary_database

EVENTS = (
    confirmed(CHEN, WU, 1),
    confirmed(WU, CHEN, 2),
    *(confirmed(WU, LI, number, 480) for number in range(3)),
    confirmed(LI, CHEN, 3, 1440, where=XIANHU),
)
"""Chen and Wu confirm each other, which is little beside what Chen serves in the other community.
Wu is the only one who saw Li, and Chen closes a ring of three that lies in both."""

# -- words -------------------------------------------------------------------------------------


def braces(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field}


def test_every_pattern_has_one_detector_with_words_in_both_languages() -> None:
    assert tuple(DETECTORS) == tuple(Pattern)
    for each in DETECTORS.values():
        assert each.zh.title != each.en.title
        assert braces(each.zh.sentence) == braces(each.en.sentence)
        assert braces(each.zh.remedy) == braces(each.en.remedy)
        assert each.zh.sentence.endswith("。")
        assert each.en.sentence.endswith(".")


# -- order, pages and reach --------------------------------------------------------------------


def test_nothing_is_found_in_an_empty_ledger(database: str) -> None:
    assert found(database) == []


def test_the_heaviest_comes_first(database: str) -> None:
    findings = found(database, *EVENTS)
    told = [(each.pattern, each.subject, each.others, each.score) for each in findings]
    assert told == [
        (Pattern.confirmation_ring, CHEN, (WU, LI), 50 + 5),
        (Pattern.sole_confirmer, LI, (WU,), 24 + 3),
        (Pattern.sole_confirmer, CHEN, (LI,), 24 + 1),
    ]


def test_pages_go_on_where_the_last_one_ended(database: str) -> None:
    with written(database, MODELS, *EVENTS) as connection:
        whole = exceptions(connection)
        pages: list[Finding] = []
        while page := exceptions(connection, limit=1, after=pages[-1].key if pages else None):
            pages += page
    assert tuple(pages) == whole


def test_a_page_is_of_the_pattern_that_is_asked_for(database: str) -> None:
    findings = found(database, *EVENTS, pattern=Pattern.sole_confirmer)
    assert [each.subject for each in findings] == [LI, CHEN]


def test_counted_by_pattern_they_are_as_many_as_the_list_has(database: str) -> None:
    with written(database, MODELS, *EVENTS) as connection:
        assert queue.counted(connection, View(known=0)) == ()
        found = queue.counted(connection)
        told = [(each.pattern, each.findings, each.heaviest) for each in found]
        assert told == [(Pattern.confirmation_ring, 1, 55), (Pattern.sole_confirmer, 2, 27)]
        (here,) = queue.counted(connection, reach={XIANHU})
        assert (here.pattern, here.findings) == (Pattern.sole_confirmer, 1)


@pytest.mark.parametrize(
    ("reach", "patterns"),
    [
        ({JINNING}, [Pattern.sole_confirmer, Pattern.confirmation_ring]),
        ({XIANHU}, [Pattern.sole_confirmer]),
        (set(), []),
    ],
)
def test_within_a_reach_only_what_lies_there_counts(
    database: str, reach: set[CommunityId], patterns: list[Pattern]
) -> None:
    findings = found(database, *EVENTS, reach=reach)
    assert [each.pattern for each in findings] == patterns
    assert {each.community for each in findings} <= reach


def test_findings_are_those_known_at_a_position(database: str) -> None:
    with written(database, MODELS, *EVENTS) as connection:
        assert exceptions(connection, View(known=1)) == ()
        (mutual,) = exceptions(connection, View(known=2))
        assert (mutual.pattern, mutual.evidence) == (Pattern.confirmation_ring, (2, 1))


def test_evidence_is_capped_and_the_newest(database: str) -> None:
    (finding,) = found(database, *(confirmed(WU, CHEN, number) for number in range(25)))
    assert finding.evidence == tuple(range(25, 25 - EVIDENCE_MOST, -1))
    assert finding.facts["times"] == 25


# -- what it costs -----------------------------------------------------------------------------

LONG = 100_000
GROW = """
INSERT INTO service.records
    (person, shift, position, status, community, occurred_on, decided_by, recorded_at, starts_at,
     ends_at, service_minutes, grade, confirmed_position, confirmed_by, confirmed_at)
SELECT 'volunteer-' || n % 500, 'shift-' || n, n, 'credited', 'c-' || n % 20,
       date '2026-01-01' + n / 200, 'x', now(), date '2026-01-01' + n / 200,
       date '2026-01-01' + n / 200 + interval '2 hours', 120, 'attested', n,
       'volunteer-' || n % 500 * 7 % 40, now()
FROM generate_series(1, 50000) AS number (n);
INSERT INTO service.related
SELECT 'volunteer-' || n, 'volunteer-' || n * 7 % 40, 60000, '2026-12-01'
FROM generate_series(0, 499) AS number (n);
INSERT INTO service.communities SELECT 'c-' || n, 'Asia/Shanghai'
FROM generate_series(0, 19) AS number (n);
INSERT INTO service.people SELECT 'volunteer-' || n, 'c-' || n % 20, n
FROM generate_series(0, 499) AS number (n);
INSERT INTO service.people SELECT 'eater-' || n, 'c-' || n % 20, n
FROM generate_series(0, 999) AS number (n);
INSERT INTO service.merges (person, kept, duplicate, community, position)
SELECT kind || n, kind || n, kind || n + 20, 'c-' || n % 20, 60000
FROM unnest(ARRAY['eater-', 'volunteer-']) AS who (kind), generate_series(0, 99) AS number (n)
WHERE n / 20 % 2 = 0;
INSERT INTO shifts.shifts (shift, position, community, activity, starts_at, ends_at)
SELECT 'shift-' || n, 1, 'c-' || n % 20, 'a', '2026-01-01', '2026-01-01 02:00'
FROM generate_series(1, 50000) AS number (n);
INSERT INTO shifts.people (shift, person, position, check_in, check_out)
SELECT 'shift-' || n, 'volunteer-' || n % 500, 1,
       '2026-01-01', '2026-01-01 02:00'
FROM generate_series(1, 50000) AS number (n);
INSERT INTO meals.canteens SELECT 'canteen-' || n, 'c-' || n
FROM generate_series(0, 19) AS number (n);
INSERT INTO meals.claims
SELECT n, 'eater-' || n % 1000, date '2026-01-01' + n / 400, n, 'canteen-' || n % 20,
       'c-' || n % 20, 1500, 900, '2026-01', false, '2026-01', false, NULL, 'lunch', 1 + n % 3, 1,
       CASE n / 3 % 2 WHEN 1 THEN 'AGE' END, false, 'clerk-' || n % 20, now(), now()
FROM generate_series(50001, 100000) AS number (n);
INSERT INTO meals.clerk_days
SELECT canteen, claimed_by, served_on, '2026-01-02', count(*), 600 * count(*), now(), now(),
       max(position)
FROM meals.claims GROUP BY canteen, claimed_by, served_on;
INSERT INTO settlements.submissions
SELECT 'canteen-' || n % 20, n / 20, 1, n, 'c-' || n % 20, 100, 100, 150000, 90000, 0, ''
FROM generate_series(0, 4799) AS number (n);
INSERT INTO settlements.days_over_plates
SELECT 'canteen-' || n % 20, n / 20 % 240, 1, date '2026-01-01' + n / 4800, 30, 20
FROM generate_series(0, 9599) AS number (n);
INSERT INTO meals.changes
SELECT n, n, 'eater-' || n % 1000, date '2026-01-01' + n / 400, n, 'canteen-' || n % 20,
       'reversed', 'void', 'death_recorded_later', 1500, 900, '2026-01', false, '2026-01', false,
       NULL, 'clerk-' || n % 20, now()
FROM generate_series(50001, 100000, 50) AS number (n);
INSERT INTO funds.funds SELECT 'fund-' || n, 'c-' || n / 2, 'f', 'unrestricted', '2026-01-01', n
FROM generate_series(0, 19) AS number (n);
INSERT INTO funds.amounts SELECT 'fund-' || n % 20, 'accrued', n, '2026-01-01', '2026-01', 600
FROM generate_series(50001, 100000) AS number (n);
INSERT INTO funds.days
SELECT 'fund-' || n, 'accrued', '2026-01-01', '2026-01', '2026-01-02', 1500000
FROM generate_series(0, 19) AS number (n);
INSERT INTO funds.movements
SELECT 50000 + n, 'fund-' || n / 10 % 20, CASE n % 10 WHEN 0 THEN 'moved_out' ELSE 'payment' END, n,
       -100000 - n,
       CASE n % 10 WHEN 0 THEN 'fund-' || (n / 10 % 20 # 1) ELSE 'grocer-' || n % 9 END,
       'kitchen', date '2026-01-02' + n / 50, '2026-01'
FROM generate_series(1, 10000) AS number (n);
INSERT INTO notices.notices
SELECT 'notice-' || n, n, 'c-' || n % 20, 'm-' || n / 20, n, '', '2027-01-01', 'x', '2026-02-01'
FROM generate_series(1, 20000) AS number (n);
INSERT INTO periods.reopenings
SELECT 'c-' || n % 20, 'm-' || n / 20, 50000 + n, 'x', '2026-03-01'
FROM generate_series(1, 20000, 7) AS number (n);
INSERT INTO certificates.certificates
SELECT 'paper-' || n, 60000 + n, 'c-' || n % 20 || '-2026-' || n, 'volunteer-' || n, 'c-' || n % 20,
       NULL, NULL, '2026-12-31', 100, '[]', 12000, '', 'x', '2026-12-31'
FROM generate_series(0, 399) AS number (n);
INSERT INTO certificates.ids
SELECT certificate, person, person, community, position,
       CASE position % 7 WHEN 0 THEN 90000 END
FROM certificates.certificates;
INSERT INTO ledger.stored_events
SELECT 'person-eater-' || n % 1000, n, 'facts-recorded.v1',
       convert_to(jsonb_build_object('data', jsonb_build_object(
           'version', n / 1000, 'occurred_on', '2026-12-01', 'subsidised_limit', 1))::text,
           'UTF8'), n
FROM generate_series(1, 100000) AS number (n);
INSERT INTO ledger.stored_events
SELECT 'credit-eater-' || n % 1000, n, 'credit-donated.v1',
       convert_to(jsonb_build_object('data', jsonb_build_object(
           'person', 'eater-' || n % 1000, 'community', 'c-' || n % 20, 'credit_minutes', 30,
           'occurred_on', date '2026-01-01' + n / 500))::text, 'UTF8'), n
FROM generate_series(100001, 120000) AS number (n);
INSERT INTO ledger.stored_events
SELECT 'unclaimable-eater-' || n % 1000 || '-2026-' || 10 + n % 3, n, 'unclaimable-meal-entered.v1',
       convert_to(jsonb_build_object('data', jsonb_build_object(
           'person', 'eater-' || n % 1000, 'community', 'c-' || n % 20, 'meal', n,
           'canteen', 'canteen-' || n % 20, 'occurred_on', '2026-12-01', 'sitting', 'lunch',
           'refused_as', 'person_must_have_facts', 'payer', 'canteen', 'price_fen', 1500))::text,
           'UTF8'), n
FROM generate_series(120001, 122000) AS number (n);
INSERT INTO trail.subjects
SELECT 'person', 'eater-' || n % 1000, n FROM generate_series(1, 120000) AS number (n);
INSERT INTO ledger.batches
SELECT 1000 * n - 999, 1000 * n, timestamptz '2026-01-01' + 2 * n * interval '1 day'
FROM generate_series(1, 120) AS number (n);
INSERT INTO shifts.deaths SELECT 'eater-' || n, 120000, '2026-06-30'
FROM generate_series(0, 49) AS number (n);
ANALYZE
"""
BLOCKS_MOST = 3
"""For each event: it may be looked up, and what belongs to it."""


@pytest.fixture(scope="module")
def grown(embedded: Server) -> Iterator[Connection[Any]]:
    """A hundred thousand events: twenty communities, a thousand eaters, busy confirmers."""
    with temporary_database(embedded) as url, written(url, MODELS) as connection:
        connection.execute(GROW)
        yield connection


@pytest.mark.parametrize("detector", DETECTORS.values(), ids=DETECTORS)
def test_no_detector_reads_a_long_ledger_over_and_over(
    grown: Connection[Any], detector: Detector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Judged by the blocks touched: some look-ups by index for a row, never a scan for each."""
    plans: list[Any] = []

    def explain(connection: Connection[Any], _: object, asked: sql.Composed, **values: Any) -> Any:
        explained = sql.SQL("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ") + asked
        plans.extend(connection.execute(explained, values).fetchall())
        return ()

    monkeypatch.setattr(queue, "ask", explain)
    exceptions(grown, pattern=detector.pattern, limit=PAGE_MOST)
    (([whole],),) = plans
    plan = whole["Plan"]
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < BLOCKS_MOST * LONG
    assert plan["Actual Rows"] > 0


@pytest.mark.parametrize("pattern", Pattern)
def test_no_detector_tells_of_what_lies_out_of_reach(
    grown: Connection[Any], pattern: Pattern
) -> None:
    everything = exceptions(grown, pattern=pattern)
    home = next(each.community for each in everything if each.community)
    hers = exceptions(grown, pattern=pattern, reach={home})
    assert {each.community for each in hers} == {home}
    assert len(hers) < len(everything)
