"""Differences: two figures that should be one, what happened in between, and what is left over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ledger.domain.values import PayerPath


class Question(StrEnum):
    """Which figure is compared with the one before."""

    priced = "priced"
    stands = "stands"
    settled = "settled"
    asked = "asked"
    due = "due"
    approved = "approved"
    paid = "paid"
    vouchers = "vouchers"


class Cause(StrEnum):
    """Why a figure differs from the one before."""

    taken_back = "taken_back"
    standing_again = "standing_again"
    claimed_late = "claimed_late"
    reversed_later = "reversed_later"
    reinstated_later = "reinstated_later"
    earlier_claimed = "earlier_claimed"
    earlier_reversed = "earlier_reversed"
    earlier_reinstated = "earlier_reinstated"
    repaid = "repaid"
    carried = "carried"
    owed_back = "owed_back"
    not_approved = "not_approved"
    not_paid = "not_paid"


WHY: Final[Mapping[Cause, tuple[str, str]]] = MappingProxyType(
    {
        Cause.taken_back: (
            "Meals were taken back: this payer bears nothing of them.",
            "用餐被冲销，该出资方不再承担。",
        ),
        Cause.standing_again: (
            "Meals that were taken back stand again.",
            "已冲销的用餐恢复，该出资方重新承担。",
        ),
        Cause.claimed_late: (
            "Meals of this month were claimed after its claims were closed: they settle later.",
            "本月用餐在核销截止后补登，计入以后月份结算。",
        ),
        Cause.reversed_later: (
            "Taken back after the claims of the month were closed: a later settlement is smaller.",
            "本月用餐在核销截止后冲销，由以后月份结算扣减。",
        ),
        Cause.reinstated_later: (
            "Meals of this month stand again since its claims were closed: they settle later.",
            "本月用餐在核销截止后恢复，计入以后月份结算。",
        ),
        Cause.earlier_claimed: (
            "Meals of earlier months were claimed late: they settle in this month.",
            "以前月份用餐补登，计入本月结算。",
        ),
        Cause.earlier_reversed: (
            "Meals of earlier months were taken back: this settlement is smaller.",
            "以前月份用餐被冲销，由本月结算扣减。",
        ),
        Cause.earlier_reinstated: (
            "Meals of earlier months stand again: they settle in this month.",
            "以前月份用餐恢复，计入本月结算。",
        ),
        Cause.repaid: (
            "What was taken back is not taken off: it was repaid, or given up.",
            "已冲销部分不再扣减：已归还或已核销追回。",
        ),
        Cause.carried: (
            "The canteen owed it by the settlement before, or has had it already.",
            "上月结算饭堂尚欠，或此前已收。",
        ),
        Cause.owed_back: (
            "The canteen owes it: nothing is to be paid, and the next settlement is smaller.",
            "饭堂应退：本月无须支付，下月结算扣减。",
        ),
        Cause.not_approved: ("It is not approved yet.", "尚未批准。"),
        Cause.not_paid: ("It is not paid yet, or it came back.", "尚未支付，或已退回。"),
    }
)
"""Each cause in a sentence."""


@dataclass(frozen=True, slots=True)
class Reason:
    """By how much something that happened changes a figure, and where that stands in the log."""

    cause: Cause
    amount_fen: int
    positions: tuple[int, ...]
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A payer's figure, the one it follows from, what leads from one to the other, and the rest."""

    question: Question
    payer: PayerPath
    expected_fen: int
    told_fen: int
    reasons: tuple[Reason, ...]
    unexplained_fen: int


def reason(cause: Cause, amount_fen: int, positions: Iterable[int] = ()) -> Reason:
    """The cause with its sentence."""
    return Reason(cause, amount_fen, tuple(positions), *WHY[cause])


def compared(
    question: Question, payer: PayerPath, expected_fen: int, told_fen: int, *reasons: Reason
) -> Comparison:
    """The figures, the reasons that change anything, and what they leave over."""
    given = tuple(each for each in reasons if each.amount_fen)
    left_fen = told_fen - expected_fen - sum(each.amount_fen for each in given)
    return Comparison(question, payer, expected_fen, told_fen, given, left_fen)
