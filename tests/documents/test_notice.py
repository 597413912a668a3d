"""The notice on paper: the published figures and no other, and what few people are behind."""

from dataclasses import replace
from datetime import UTC, date, datetime

from api.acknowledgements import Acknowledgement, Acknowledgements
from api.documents.notice import NoticeOnPaper, notice_pdf
from api.documents.wording import Place
from api.pages.words_of_notices import GIFTS, RECEIPTS
from ledger.domain.contribution_records import ContributionKind
from ledger.domain.masking import NOT_NAMED, MaskedName
from ledger.domain.values import (
    CommunityId,
    Digest,
    Fen,
    FundId,
    Minutes,
    Month,
    NoticeId,
    PayerPath,
    Position,
    Slug,
    Title,
)
from ledger.projections import month_sums
from ledger.projections.fund_records import MovementKind
from ledger.projections.notices import PublicNotice
from ledger.projections.public_figures import (
    FORM,
    PublicContributions,
    PublicFund,
    PublicGifts,
    PublicMeals,
    PublicMonth,
    PublicPayment,
    PublicReceipt,
    PublicReceipts,
    PublicService,
    PublicShare,
)
from tests.documents.sheets import SITE, text_of

FIGURES = PublicMonth(
    form=FORM,
    community=CommunityId("jinning"),
    month=Month("2026-01"),
    meals=PublicMeals(
        61, 1_230, 1_845_000, 615_000, (PublicShare("fund/jinning-meals", 1_230_000),)
    ),
    service=PublicService(12, 4_505),
    contributions=PublicContributions(
        tuple(PublicGifts(kind, "<5", None) for kind in ContributionKind), None
    ),
    receipts=PublicReceipts((PublicReceipt(MovementKind.award, 5_000_000),), 5_000_000),
    payments=(PublicPayment(Slug("youth-reading"), 78_000),),
    funds=(
        PublicFund(
            FundId("jinning-community"),
            Title("金宁社区基金"),
            Slug("unrestricted"),
            4_000_000,
            1_200,
        ),
    ),
    resolutions=1,
    reopenings=0,
    acknowledgements=(),
)
NOTICE = PublicNotice(
    NoticeId("jinning-2026-01"),
    CommunityId("jinning"),
    Month("2026-01"),
    Position(120),
    Digest("cd" * 32),
    date(2026, 2, 20),
    date(2026, 3, 20),
    None,
)
PAPER = NoticeOnPaper(
    notice=NOTICE,
    figures=FIGURES,
    figures_differ=False,
    givers=Acknowledgements((), 0),
    community=Title("金宁社区"),
    payers={PayerPath("fund/jinning-meals"): Title("金宁长者饭堂基金（示例）")},
    published_at=datetime(2026, 2, 20, 2, tzinfo=UTC),
    place=Place(125, None, simulated=False, site=SITE),
)


def given(**what: object) -> Acknowledgement:
    nothing = Acknowledgement(
        Digest("0" * 64), "", ContributionKind.cash, None, None, None, NOT_NAMED
    )
    return replace(nothing, **what)  # type: ignore[arg-type]  # what differs in a row


def test_it_says_the_figures_of_the_month_and_what_they_are_checked_by() -> None:
    told = text_of(notice_pdf(PAPER))
    for fact in (
        *("月度公示", "金宁社区", "2026年1月January2026", "2026年2月20日", "2026年3月20日"),
        *(
            "用餐人数Diners61",
            "餐数Meals1,230",
            "18,450.00",
            "6,150.00",
            "金宁长者饭堂基金（示例）社区基金communityfund12,300.00",
        ),
        *(
            "1275小时5分钟",
            "奖励awards50,000.00",
            "youth-reading780.00合计Total780.00",
            "金宁社区基金40,000.0012.00",
        ),
        *("本月决议1项", "没有可公开的名单", "账本位置120", "cd" * 32),
    ):
        assert fact in told, fact
    assert "可用" not in told
    assert "重新开账" in told


def test_what_few_people_are_behind_is_said_to_be_left_out() -> None:
    few = replace(FIGURES, meals=PublicMeals("<5", None, None, None, ()))
    told = text_of(notice_pdf(replace(PAPER, figures=few)))
    assert "用餐人数Diners<5" in told
    assert "餐费总额Priceofallmeals人数少，不公开notshown:fewpeople" in told
    assert "18,450.00" not in told


def test_an_earlier_form_also_says_what_was_available() -> None:
    (fund,) = FIGURES.funds
    figures = replace(FIGURES, funds=(replace(fund, available_fen=3_998_800),))
    told = text_of(notice_pdf(replace(PAPER, figures=figures)))
    assert "可用Available" in told
    assert "39,988.00" in told


def test_givers_are_listed_as_they_may_be_named_now() -> None:
    gifts = (
        given(amount_fen=Fen(50_000), name=MaskedName("何*")),
        given(kind=ContributionKind.labour, labour_minutes=Minutes(90)),
        given(kind=ContributionKind.goods, organisation=Slug("east-kitchen"), name=None),
    )
    told = text_of(notice_pdf(replace(PAPER, givers=Acknowledgements(gifts, 2))))
    assert "何*现金cash500.00yuan" in told
    assert "不具名劳务labour1小时30分钟" in told
    assert "east-kitchen物资goods–" in told
    assert "另有2笔现在不公开" in told


def test_whoever_reads_it_is_told_that_the_ledger_says_otherwise_by_now() -> None:
    notice = replace(NOTICE, reopened_on=date(2026, 3, 1))
    told = text_of(notice_pdf(replace(PAPER, notice=notice, figures_differ=True)))
    assert "该月已于2026年3月1日重新开账。" in told
    assert "账本对该月的数字已与公布时不同。" in told
    same = text_of(notice_pdf(replace(PAPER, notice=notice)))
    assert "该月已于2026年3月1日重新开账。" in same
    assert "账本对该月的数字与公布时相同。" in same
    assert "已与公布时不同" not in same


def test_a_month_in_which_nothing_happened_is_told_in_words() -> None:
    empty = replace(FIGURES, receipts=PublicReceipts((), 0), payments=(), funds=())
    told = text_of(notice_pdf(replace(PAPER, figures=empty)))
    for sentence in ("本月没有收入", "本月没有支出", "没有基金"):
        assert sentence in told


def test_every_kind_has_its_words() -> None:
    assert set(GIFTS) == set(ContributionKind)
    assert set(RECEIPTS) == set(month_sums.RECEIPTS)
