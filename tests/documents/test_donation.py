"""The receipt of money: figures and capitals agree, and it claims to be no more than it is."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from api.documents.donation import TITLES, ReceiptOnPaper, receipt_pdf
from api.documents.wording import Place
from ledger.audit.checkpoints import Checkpoint
from ledger.domain.facts import Contact
from ledger.domain.fund_records import UNRESTRICTED
from ledger.domain.lots import ReceiptKind
from ledger.domain.values import CommunityId, Count, Fen, FundId, Slug, Title
from ledger.projections.gifts import ReceivedGift
from tests.documents.sheets import SITE, codes_of, pages_of, text_of

GIFT = ReceivedGift(
    fund=FundId("jinning-meals"),
    lot=Count(7),
    community=CommunityId("jinning"),
    restriction=Slug("elder-meals"),
    kind=ReceiptKind.donation,
    source=Slug("nanhai-charity"),
    award=None,
    received_on=date(2026, 2, 18),
    amount_fen=Fen(1_640_902),
    reversed_fen=Fen(0),
    position=71,
)
PAPER = ReceiptOnPaper(
    gift=GIFT,
    fund=Title("金宁长者饭堂专项"),
    community=Title("金宁社区"),
    source=GIFT.source,
    contact=None,
    received_at=datetime(2026, 2, 18, 2, tzinfo=UTC),
    place=Place(71, None, simulated=False, site=SITE),
)


def test_it_says_how_much_in_figures_and_capitals_from_whom_and_what_for() -> None:
    told = text_of(receipt_pdf(PAPER))
    for fact in (
        *("捐赠收据", "jinning-meals-0007", "nanhai-charity", "2026年2月18日", "¥16,409.02"),
        *(
            "人民币壹万陆仟肆佰零玖元零贰分",
            "金宁长者饭堂专项",
            "长者饭堂专用",
            "金宁社区",
        ),
        *("不是公益事业捐赠统一票据或发票，不能用于税前扣除", "Positioninthelog:71"),
    ):
        assert fact in told, fact
    assert "作废" not in told


def test_unrestricted_money_is_said_to_be() -> None:
    told = text_of(receipt_pdf(replace(PAPER, gift=replace(GIFT, restriction=UNRESTRICTED))))
    assert "用途Purpose不限定用途foranypurpose" in told


def test_what_pages_have_a_word_for_is_called_by_it() -> None:
    gift = replace(GIFT, restriction=Slug("youth"))
    told = text_of(receipt_pdf(replace(PAPER, gift=gift, source=Slug("town"))))
    assert "Receivedfrom镇thetown" in told
    assert "少年宫专用fortheyouthpalace" in told


@pytest.mark.parametrize("kind", ReceiptKind)
def test_what_is_no_donation_is_not_called_one(kind: ReceiptKind) -> None:
    told = text_of(receipt_pdf(replace(PAPER, gift=replace(GIFT, kind=kind))))
    assert told.startswith(TITLES[kind]["zh"])
    assert ("捐赠收据" in told) == (kind is ReceiptKind.donation)


def test_a_giver_is_named_if_she_prints_it_and_else_writes_herself() -> None:
    hers = replace(PAPER, source=None, contact=Contact("何例"))
    assert "何例" in text_of(receipt_pdf(hers))
    told = text_of(receipt_pdf(replace(PAPER, source=None)))
    assert "由交款人填写，可不具名" in told


def test_money_that_was_taken_back_makes_it_void() -> None:
    (sheet,) = pages_of(receipt_pdf(replace(PAPER, gift=replace(GIFT, reversed_fen=Fen(1)))))
    assert "VOID已作废" in sheet
    assert "本笔款项已冲销，本收据作废。" in sheet


def test_its_picture_holds_position_and_checkpoint_and_nothing_else() -> None:
    covered = replace(PAPER.place, checkpoint=Checkpoint("ledger.example.org/log", 80, bytes(32)))
    pdf = receipt_pdf(replace(PAPER, place=covered))
    assert codes_of(pdf) == [f"{SITE}/log/71?size=80&root={'A' * 43}"]
    assert "与账本日志核对" in text_of(pdf)


def test_what_nothing_covers_yet_has_no_picture() -> None:
    assert codes_of(receipt_pdf(PAPER)) == []
    assert "与账本日志核对" not in text_of(receipt_pdf(PAPER))
