"""Chinese sentences say codes in Chinese: every code that a refusal may name has its word."""

import re
from enum import StrEnum

import pytest

from ledger.domain import disbursement_records, purpose_records, settlement_state
from ledger.domain.authority import Role
from ledger.domain.book import LedgerKind
from ledger.domain.contribution_records import ContributionKind
from ledger.domain.councils import Body
from ledger.domain.lots import ReceiptKind
from ledger.domain.objection_records import ObjectionReason
from ledger.domain.recovery_records import RecoveryEnd
from ledger.domain.refusals import Code, sentence
from ledger.domain.rights_records import CaseReason, ConsentPurpose, OpenCase
from ledger.domain.service_records import Hold, Status
from ledger.domain.tiers import Sitting
from ledger.domain.words import LISTS, ZH

CODES: list[tuple[str, type[StrEnum]]] = [
    ("kind", LedgerKind),
    ("kind", ContributionKind),
    ("kind", ReceiptKind),
    ("status", Status),
    ("stage", settlement_state.Stage),
    ("stage", disbursement_records.Stage),
    ("stage", purpose_records.ChangeStage),
    ("end", RecoveryEnd),
    ("hold", Hold),
    ("body", Body),
    ("sitting", Sitting),
    ("reason", ObjectionReason),
    ("role", Role),
    ("consent", ConsentPurpose),
    ("case", CaseReason),
    ("case", OpenCase),
]


@pytest.mark.parametrize(
    ("name", "codes"),
    CODES,
    ids=[f"{name} of {codes.__module__}.{codes.__name__}" for name, codes in CODES],
)
def test_every_code_has_a_word(name: str, codes: type[StrEnum]) -> None:
    assert {str(code) for code in codes} <= ZH[name].keys()


def test_no_word_is_of_another_language() -> None:
    for words in ZH.values():
        assert not [word for word in words.values() if re.search(r"[A-Za-z_]", word)]


def test_a_chinese_sentence_says_the_stage_and_the_stages_in_chinese() -> None:
    values: dict[str, object] = {"number": 3, "stage": "requested", "stages": "approved, paid"}
    told, _ = sentence(Code.disbursement_must_be_at_the_step_before, values, "zh")
    assert told == "第 3 号申请的状态为“已申请”；本环节要求：已批准、已付款。"
    told, _ = sentence(Code.disbursement_must_be_at_the_step_before, values, "en")
    assert "requested" in told


def test_what_has_no_word_stays_as_it_is() -> None:
    values: dict[str, object] = {"command": "meals/claim", "roles": "canteen_clerk, mayor"}
    _, remedy = sentence(Code.actor_must_hold_a_role_for_this, values, "zh")
    assert "饭堂核销员、mayor" in remedy


def test_every_list_is_of_a_kind_that_has_words() -> None:
    assert set(LISTS.values()) <= ZH.keys()
