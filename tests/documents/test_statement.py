"""The statement on paper: sums that its records make, and every state of them in words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from api.documents.statement import RECORDS_MOST, StatementOnPaper, statement_pdf
from api.documents.wording import Place
from ledger.domain.community_records import SHANGHAI
from ledger.domain.facts import Contact
from ledger.domain.service_records import Hold, RefusalReason, Status
from ledger.domain.shift_records import EvidenceGrade
from ledger.domain.values import CommunityId, Count, Minutes, Month, ShiftId, Title
from ledger.projections.service import GrantedStar, ServiceRecord, Statement, Totals
from ledger.projections.shifts import Unconfirmed
from tests.builders import person
from tests.documents.sheets import SITE, pages_of, text_of

MEI, CLERK, HOME = person(1), person(2), CommunityId("jinning")
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
SWEEP, TEA = ShiftId("sweep"), ShiftId("tea")
CREDITED = ServiceRecord(
    person=MEI,
    shift=SWEEP,
    position=9,
    status=Status.credited,
    community=HOME,
    occurred_on=date(2026, 3, 1),
    decided_by=CLERK,
    recorded_at=NOON,
    unit=None,
    starts_at=NOON,
    ends_at=NOON + timedelta(hours=2),
    service_minutes=Minutes(120),
    grade=EvidenceGrade.checked,
    hold=None,
    late=None,
    reason=None,
    booked_in=Month("2026-03"),
    adjusts=None,
    days=None,
    confirmed_position=9,
    confirmed_by=CLERK,
    confirmed_at=NOON,
    remarks=(),
)
BEFORE = replace(
    CREDITED, shift=None, service_minutes=Minutes(600), grade=EvidenceGrade.imported,
    occurred_on=date(2025, 12, 31), starts_at=None, ends_at=None,
)  # fmt: skip
HELD = replace(CREDITED, shift=TEA, status=Status.held, hold=Hold.late_entry)
REFUSED = replace(
    CREDITED, shift=TEA, status=Status.refused, service_minutes=None,
    reason=RefusalReason.not_present.value,
)  # fmt: skip
WAITING = Unconfirmed(
    TEA, MEI, HOME, Title("茶话会"), None, NOON, NOON, NOON, NOON, EvidenceGrade.checked, None
)
TOTALS = Totals(
    Minutes(720),
    Minutes(120),
    {EvidenceGrade.checked: Minutes(120), EvidenceGrade.imported: Minutes(600)},
    {Month("2026-03"): Minutes(120), Month("2025-12"): Minutes(600)},
)
STAR = GrantedStar(Count(1), 12, date(2026, 3, 1), CLERK, Minutes(6000), Minutes(6000))
STATEMENT = Statement(
    person=MEI,
    community=HOME,
    totals=TOTALS,
    pending=(HELD,),
    stars=2,
    star_thresholds=(Minutes(60), Minutes(600), Minutes(6000)),
    granted=(STAR,),
    remarks=(),
    records=(CREDITED, REFUSED, HELD, BEFORE),
)
PAPER = StatementOnPaper(
    statement=STATEMENT,
    unconfirmed=(WAITING,),
    activities={SWEEP: Title("清洁日"), TEA: Title("茶话会")},
    contact=Contact("何例"),
    community=Title("金宁社区"),
    zone=SHANGHAI,
    at=NOON,
    as_of=None,
    whole=True,
    place=Place(40, None, simulated=False, site=SITE),
)
EMPTY = Statement(
    MEI, None, Totals(Minutes(0), Minutes(0), {}, {}), (), 0, (Minutes(60),), (), (), ()
)


def test_it_says_what_counts_by_activity_month_and_grade() -> None:
    told = text_of(statement_pdf(PAPER))
    for fact in (
        *("志愿服务对账单", "何例", "金宁社区", "2026年3月2日", "12小时", "12h"),
        *("清洁日2小时2h", "Hoursfrombeforethisledger10小时"),
        *("2026年3月March20262小时", "2025年12月December202510小时"),
        *("现场签到、签退checkedinandoutonthespot2小时", "takenoverfromanearliersystem10小时"),
        *("达到2/3星", "已授予1星"),
    ):
        assert fact in told, fact


def test_it_says_what_waits_and_why_and_what_was_refused_and_why() -> None:
    told = text_of(statement_pdf(PAPER))
    assert "itwasenteredlate;asecondpersonlooksatit" in told
    assert "nobodyhasconfirmedityet" in told
    assert "notcounted" in told
    assert "notpresent" in told


def test_each_record_says_where_in_the_log_it_stands() -> None:
    records = replace(CREDITED, position=31), replace(REFUSED, position=32)
    statement = replace(STATEMENT, records=records, pending=())
    told = text_of(statement_pdf(replace(PAPER, statement=statement)))
    assert "2026-03-01#31清洁日" in told
    assert "2026-03-01#32" in told
    assert told.count("#") == 3, "what nobody has confirmed stands at no position of its own"


def test_what_came_after_its_day_does_not_wait_on_it() -> None:
    told = text_of(statement_pdf(replace(PAPER, as_of=date(2026, 3, 1))))
    assert "nobodyhasconfirmedityet" not in told
    assert "2026年3月1日1Mar2026" in told


def test_one_of_whom_nothing_is_known_says_so_in_words() -> None:
    paper = replace(PAPER, statement=EMPTY, unconfirmed=(), contact=None, community=None)
    told = text_of(statement_pdf(paper))
    assert "没有待处理的记录" in told
    assert "没有记录" in told
    assert "未打印" in told


def test_who_reads_a_part_is_told_that_it_is_one() -> None:
    assert "只含打印者有权查看的社区的服务" in text_of(statement_pdf(replace(PAPER, whole=False)))
    assert "只含打印者有权查看的社区的服务" not in text_of(statement_pdf(PAPER))


def test_two_hundred_records_go_over_pages_each_with_its_headings() -> None:
    records = tuple(replace(CREDITED, position=each) for each in range(200))
    sheets = pages_of(statement_pdf(replace(PAPER, statement=replace(STATEMENT, records=records))))
    assert len(sheets) > 5
    for number, sheet in enumerate(sheets, start=1):
        assert f"第{number}页共{len(sheets)}页" in sheet
    assert all("日期Day活动Activity" in sheet for sheet in sheets[1:-1])
    assert sum(sheet.count("2026-03-01") for sheet in sheets) >= 200


def test_of_records_without_end_the_newest_are_listed_and_all_are_counted() -> None:
    records = (CREDITED,) * (RECORDS_MOST + 5)
    told = text_of(statement_pdf(replace(PAPER, statement=replace(STATEMENT, records=records))))
    assert "另有5条更早的记录未逐条列出" in told
    assert f"清洁日{(RECORDS_MOST + 5) * 2}小时" in told
