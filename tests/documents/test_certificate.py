"""The certificate on paper: what it says, what its picture holds, and what becomes of bad names."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pypdfium2
import pytest

from api.documents.certificate import CertificateOnPaper, certificate_pdf
from api.documents.wording import Place, day, days
from ledger.audit.checkpoints import Checkpoint
from ledger.domain.certificate_records import GradedMinutes, VoidReason
from ledger.domain.facts import Contact
from ledger.domain.shift_records import EvidenceGrade
from ledger.domain.values import (
    CertificateId,
    CertificateNumber,
    CommunityId,
    Count,
    Digest,
    Minutes,
    Title,
    VolunteerNumber,
)
from ledger.projections.certificates import Certificate, Validity
from tests.builders import person
from tests.documents.sheets import SITE, codes_of, fonts_of, pages_of, reader, text_of

A4_POINTS, MARGIN_POINTS = 595, 62
ADDRESS = "https://ledger.example.org/check/jinning-2026-0001?code=7KQ2-9FXM-3TDW"
CHECKPOINT = Checkpoint("ledger.example.org/log", 4800, bytes(32))
CERTIFICATE = Certificate(
    certificate=CertificateId("b7d9e2c4-5a1f-4e83-9c60-2d8f7a3b1e59"),
    position=4711,
    number=CertificateNumber("jinning-2026-0001"),
    validity=Validity.valid,
    person=person(1),
    community=CommunityId("jinning"),
    unit=None,
    first_day=date(2026, 1, 1),
    last_day=date(2026, 3, 2),
    records=Count(12),
    minutes=(
        GradedMinutes(EvidenceGrade.checked, Minutes(1210)),
        GradedMinutes(EvidenceGrade.attested, Minutes(125)),
    ),
    service_minutes=Minutes(1335),
    digest=Digest("0" * 64),
    issued_by=person(2),
    issued_on=date(2026, 3, 2),
    differs_since=None,
    voided_by=None,
    voided_on=None,
    reason=None,
)
PAPER = CertificateOnPaper(
    certificate=CERTIFICATE,
    issued_at=datetime(2026, 3, 2, 4, tzinfo=UTC),
    community=Title("金宁社区"),
    unit=Title("街坊志愿互助会"),
    contact=Contact("何例", volunteer_number=VolunteerNumber("4406050012345")),
    code="7KQ2-9FXM-3TDW",
    address=ADDRESS,
    place=Place(4711, CHECKPOINT, simulated=False, site=SITE),
)


def named(name: str) -> CertificateOnPaper:
    return replace(PAPER, contact=Contact(name))


def test_it_says_by_whom_for_whom_which_days_and_how_long() -> None:
    told = text_of(certificate_pdf(PAPER))
    for fact in (
        *("志愿服务记录证明", "jinning-2026-0001", "何例", "4406050012345", "金宁社区"),
        *("街坊志愿互助会", "2026年1月1日至2026年3月2日", "1Jan2026to2Mar2026"),
        *("现场签到、签退", "20小时10分钟", "凭本人或负责人陈述登记", "2小时5分钟", "2h5min"),
        *("合计22小时15分钟", "Total22h15min", "共12条记录", "7KQ2-9FXM-3TDW"),
        *("https://ledger.example.org/check", "盖章", "第1页共1页", "Page1of1"),
    ):
        assert fact in told, fact
    assert "已作废" not in told
    assert "演示账本" not in told


def test_without_a_unit_the_committee_organised_it_and_without_a_first_day_it_is_all() -> None:
    certificate = replace(CERTIFICATE, first_day=None)
    told = text_of(certificate_pdf(replace(PAPER, unit=None, certificate=certificate)))
    assert "社区居（村）委会" in told
    assert "截至2026年3月2日" in told


def test_its_foot_says_where_in_the_log_it_stands_and_under_which_checkpoint() -> None:
    told = text_of(certificate_pdf(PAPER))
    assert "账本记录位置Positioninthelog:4711" in told
    assert "检查点Checkpoint:ledger.example.org/log条数Entries:4800" + "A" * 43 + "=" in told
    assert f"指纹Fingerprint:0000-0000-0000-0000-d1e1核对Compare:{SITE}/log" in told
    exercise = replace(PAPER.place, checkpoint=None, simulated=True)
    early = text_of(certificate_pdf(replace(PAPER, place=exercise)))
    assert "打印时尚未封存" in early
    assert "演示账本，除报道的事实外均为虚构" in early


def test_its_picture_holds_the_address_of_the_check_and_nothing_else() -> None:
    assert codes_of(certificate_pdf(PAPER)) == [ADDRESS]


def test_one_that_is_void_says_so_on_every_page_and_why() -> None:
    voided = replace(CERTIFICATE, voided_on=date(2026, 4, 1), reason=VoidReason.replaced)
    paper = replace(named("长" * 400), certificate=voided)
    sheets = pages_of(certificate_pdf(paper))
    assert len(sheets) > 1
    for sheet in sheets:
        assert "VOID已作废" in sheet
    assert "此证明已于2026年4月1日作废，请勿采信。" in sheets[0]
    assert "原因：已另开新证明。" in sheets[0]


def test_one_whose_records_were_corrected_says_since_when() -> None:
    certificate = replace(CERTIFICATE, differs_since=date(2026, 3, 30))
    told = text_of(certificate_pdf(replace(PAPER, certificate=certificate)))
    assert "自2026年3月30日起，账本记录与其不一致" in told
    assert "已作废" not in told


def test_a_name_that_is_not_to_be_seen_leaves_a_line_that_says_so() -> None:
    told = text_of(certificate_pdf(replace(PAPER, contact=None)))
    assert "未打印：打印者无权查看，或已删除" in told
    assert "志愿者编号" not in told


@pytest.mark.parametrize(
    "name",
    ["#", "$x$ *y* _z_", "\\", "</text>", "`raw`", "@ref <label>", "//c /*d*/", "[a](b)", "~--...",
     "#sys.inputs.data", "\"quoted\" 'so'", "明", "Aynur", "W" * 200, "Ж" * 200, "何" * 200],
)  # fmt: skip
def test_a_name_is_text_whatever_it_looks_like(name: str) -> None:
    assert name.replace(" ", "") in text_of(certificate_pdf(named(name)))


def test_the_same_facts_give_the_same_bytes_and_others_give_others() -> None:
    assert certificate_pdf(PAPER) == certificate_pdf(PAPER)
    assert certificate_pdf(PAPER) != certificate_pdf(named("何律"))


def test_its_fonts_are_in_the_file_and_it_is_made_to_be_kept_and_to_be_read_aloud() -> None:
    pdf = certificate_pdf(PAPER)
    fonts = dict(fonts_of(pdf))
    assert len(fonts) == 2
    assert all(fonts.values())
    found = reader(pdf)
    assert b"<pdfaid:part>2" in pdf
    assert b"<pdfuaid:part>1" in pdf
    catalogue: Any = found.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "zh-CN"
    assert found.metadata is not None
    assert found.metadata.title == "志愿服务记录证明 Certificate of volunteer service"
    assert found.metadata.creation_date == PAPER.issued_at


@pytest.mark.parametrize("letter", "WЖ何")
def test_a_name_without_a_space_stays_on_the_sheet(letter: str) -> None:
    page = pypdfium2.PdfDocument(certificate_pdf(named(letter * 200)))[0].get_textpage()
    drawn = [at for at in range(page.count_chars()) if page.get_text_range(at, 1) == letter]
    assert len(drawn) == 200
    assert max(page.get_charbox(at)[2] for at in drawn) < A4_POINTS - MARGIN_POINTS


def test_no_line_breaks_a_day_in_two() -> None:
    told = [day(CERTIFICATE.issued_on), days(None, CERTIFICATE.last_day)]
    assert [each["en"].replace("\N{NO-BREAK SPACE}", "_") for each in told] == [
        "2_Mar_2026",
        "up to 2_Mar_2026",
    ]
