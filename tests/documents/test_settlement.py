"""The settlement form: what each payer owes, that it adds up, and who answers for which entry."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pypdfium2
import pytest

from api.documents.settlement import SettlementOnPaper, VersionOnPaper, settlement_pdf
from api.documents.wording import Place
from api.pages.words_of_payers import KINDS
from ledger.domain.disbursement_records import PaymentReversalReason
from ledger.domain.settlement_records import DayOverPlates
from ledger.domain.tiers import PayerKind
from ledger.domain.values import (
    CommunityId,
    Count,
    Digest,
    Fen,
    Month,
    PayerPath,
    ResolutionId,
    SiteId,
    Title,
)
from ledger.projections.canteen_months import Kept
from ledger.projections.settlement_records import SettlementStage
from ledger.projections.settlements import (
    Due,
    Settlement,
    SettlementLine,
    SettlementPayment,
    SettlementStep,
    Submission,
)
from tests.builders import person
from tests.documents.sheets import SITE, text_of

FUND, COOPERATIVE = PayerPath("fund/jinning-meals"), PayerPath("cooperative/jinning/east")
NOON = datetime(2026, 2, 12, 4, tzinfo=UTC)
LINE = SettlementLine(
    SiteId("jinning-canteen"),
    CommunityId("jinning"),
    Month("2026-01"),
    SettlementStage.approved,
    Count(2),
    1_230,
    Fen(1_845_000),
    Fen(1_000_000),
    Fen(845_000),
    None,
    None,
)
DUES = (
    Due(FUND, 1_230_000, Fen(0), 20_000, 1_250_000, Fen(1_250_000), Fen(1_000_000), Fen(250_000)),
    Due(COOPERATIVE, 615_000, Fen(20_000), 0, 595_000, Fen(595_000), Fen(0), Fen(595_000)),
)
STEPS = tuple(
    SettlementStep(position, Count(submission), stage, person(1), NOON.date(), NOON, None)
    for position, submission, stage in [
        (70, 1, SettlementStage.submitted),
        (71, 1, SettlementStage.returned),
        (80, 2, SettlementStage.submitted),
        (81, 2, SettlementStage.checked),
        (82, 2, SettlementStage.approved),
    ]
)
PAID = SettlementPayment(
    90, Count(1), FUND, 1_000_000, person(4), date(2026, 2, 12), Month("2026-02"), None
)
SETTLEMENT = Settlement(
    LINE,
    Submission(Count(1_240), 2_460_000, 615_000, Count(0), Digest("ab" * 32)),
    DUES,
    (),
    STEPS,
    (PAID,),
    (),
)
VERSION = VersionOnPaper(
    Count(3), date(2026, 1, 1), None, Fen(2_000), (ResolutionId("jn-2026-01"),)
)
PAPER = SettlementOnPaper(
    settlement=SETTLEMENT,
    kept=Kept(0, 0),
    canteen=Title("金宁长者饭堂"),
    community=Title("金宁社区"),
    payers={FUND: Title("长者助餐基金")},
    versions=(VERSION,),
    vouchers={90: Count(17)},
    at=NOON,
    place=Place(91, None, simulated=False, site=SITE),
)


def test_it_says_payer_by_payer_what_is_owed_and_that_it_adds_up() -> None:
    told = text_of(settlement_pdf(PAPER))
    for fact in (
        *("长者饭堂结算单", "金宁长者饭堂", "2026年1月", "第2次提交", "已批准approved"),
        *("1230份", "entriesinthelog:1240", "24,600.00元", "6,150.00元"),
        "长者助餐基金社区基金communityfund12,300.00200.0012,500.0010,000.002,500.00",
        "jinning/east经济社cooperative6,150.00−200.005,950.000.005,950.00",
        "合计Total18,450.000.0018,450.0010,000.008,450.00",
        *(
            "应付合计（大写）：人民币壹万捌仟肆佰伍拾元整",
            "2026-01-01起from2026-01-0120.00jn-2026-01",
        ),
        *("制单Prepared", "审核Checked", "批准Approved", "付款Paid", "ab" * 32),
    ):
        assert fact in told, fact


def test_what_is_not_paid_now_is_carried_into_the_next_month_so_that_it_adds_up() -> None:
    fund = Due(FUND, -1_300, Fen(300), 400, -600, Fen(0), Fen(0), Fen(0))
    line = replace(LINE, payable_fen=Fen(595_000), paid_fen=Fen(0), left_fen=Fen(595_000))
    settlement = replace(SETTLEMENT, line=line, dues=(fund, DUES[1]), payments=())
    told = text_of(settlement_pdf(replace(PAPER, settlement=settlement)))
    assert "communityfund−13.007.00−6.000.000.000.00" in told
    assert "合计Total6,137.00−193.00−6.005,950.000.005,950.00" in told
    assert "结转下月" not in text_of(settlement_pdf(PAPER))


def test_it_names_the_entries_of_its_own_submission_and_each_payment_with_its_voucher() -> None:
    told = text_of(settlement_pdf(PAPER))
    assert "已提交submitted2026-02-1280已审核checked2026-02-1281已批准approved2026-02-1282" in told
    assert "10,000.002026-02-12凭证第17号voucher1790" in told


def test_what_was_taken_back_says_so_and_what_no_fund_paid_has_no_voucher() -> None:
    back = replace(
        PAID, position=95, amount_fen=-1_000_000,
        reason=PaymentReversalReason.returned_by_the_payee,
    )  # fmt: skip
    settlement = replace(SETTLEMENT, payments=(PAID, back))
    told = text_of(settlement_pdf(replace(PAPER, settlement=settlement)))
    assert "冲销takenback−10,000.002026-02-12第1笔付款payment195" in told


def test_what_the_canteen_keeps_of_meals_without_their_subsidy_stands_beside_their_price() -> None:
    told = text_of(settlement_pdf(replace(PAPER, kept=Kept(3, 2_700))))
    for fact in (
        "以上餐数的餐费Priceofthesemeals24,573.00元",
        "补助已冲销的3餐，自付不退Keptformealswithouttheirsubsidy:327.00元",
        "餐费总额Priceofallmeals24,600.00元",
    ):
        assert fact in told, fact
    assert "自付不退" not in text_of(settlement_pdf(PAPER))


@pytest.mark.parametrize(
    ("payable", "left", "stage"),
    [
        (1_845_000, 845_000, "已批准approved"),
        (1_845_000, 0, "已付款paid"),
        (0, 0, "已批准，无须付款approved,nothingtopay"),
    ],
)
def test_it_says_how_far_its_payment_has_come(payable: int, left: int, stage: str) -> None:
    fen = Fen(payable), Fen(payable - left), Fen(left)
    line = replace(LINE, payable_fen=fen[0], paid_fen=fen[1], left_fen=fen[2])
    told = text_of(settlement_pdf(replace(PAPER, settlement=replace(SETTLEMENT, line=line))))
    assert f"状态Stage{stage}餐数" in told


def test_one_that_was_returned_is_not_to_be_paid() -> None:
    settlement = replace(SETTLEMENT, line=replace(LINE, stage=SettlementStage.returned))
    told = text_of(settlement_pdf(replace(PAPER, settlement=settlement)))
    assert "本结算单已退回，不得据此付款。" in told


def test_days_with_more_meals_than_plates_are_shown() -> None:
    over = DayOverPlates(date(2026, 1, 8), Count(61), Count(60))
    submission = replace(SETTLEMENT.submission, days_without_plates=Count(2))
    settlement = replace(SETTLEMENT, days_over_plates=(over,), submission=submission)
    told = text_of(settlement_pdf(replace(PAPER, settlement=settlement)))
    assert "2026年1月8日8Jan20266160" in told
    assert "2天没有登记出餐数" in told


def test_what_is_empty_is_said_in_words() -> None:
    settlement = replace(SETTLEMENT, payments=())
    told = text_of(settlement_pdf(replace(PAPER, settlement=settlement, versions=())))
    assert "尚未付款" in told
    assert "没有据以计价的用餐" in told
    assert "出餐数" not in told


def test_every_kind_of_payer_has_its_words() -> None:
    of_no_settlement = {PayerKind.eater, PayerKind.cooperative_of_the_eater}
    assert set(KINDS) == set(PayerKind) - of_no_settlement


def test_a_digest_is_copied_from_the_paper_as_it_is() -> None:
    document = pypdfium2.PdfDocument(settlement_pdf(PAPER))
    told = "".join(page.get_textpage().get_text_range() for page in document)
    assert "ab" * 32 in told
