"""What is said of a breach of duties: where it is, who it was, what she had done, and which rule.

Persons are named by their ids, as everywhere in the log; of a relation it is never said which.
"""

from ledger.audit.flaws import Flaw
from ledger.audit.hands import Hand
from ledger.domain.refusals import Code
from ledger.store.codec import Recorded


def had_done(at: Recorded, hand: Hand, code: Code) -> Flaw:
    """She had a hand in it before."""
    en = f"{at.actor} had {hand.en} and may not do this too"
    return _breach(at, code, en, f"{at.actor} 此前已{hand.zh}，不得再办理")


def not_the_author(at: Recorded, hand: Hand, code: Code) -> Flaw:
    """It is not hers."""
    en = f"{at.actor} had not {hand.en}, and nobody else may do this"
    return _breach(at, code, en, f"{at.actor} 此前并未{hand.zh}，不得由他人办理")


def missing(at: Recorded, hand: Hand, code: Code) -> Flaw:
    """The step of another person that it needs is not there."""
    en = f"{at.actor} did this, and nobody had {hand.en}"
    return _breach(at, code, en, f"由 {at.actor} 办理，但此前无人{hand.zh}")


def too_late(at: Recorded) -> Flaw:
    """After ten minutes it is another's to take back."""
    code = Code.undo_must_be_within_ten_minutes
    en = f"{at.actor} took back what she had entered more than ten minutes before"
    return _breach(at, code, en, f"{at.actor} 撤回了本人十分钟之前登记的内容")


def for_herself(at: Recorded, code: Code) -> Flaw:
    """It is about her, or pays her."""
    return _breach(at, code, f"{at.actor} did this for herself", f"{at.actor} 办理了本人的事项")


def for_a_relation(at: Recorded, code: Code) -> Flaw:
    """It is about, or pays, somebody of whom a relation was declared by then."""
    en = f"{at.actor} did this for a declared relation"
    return _breach(at, code, en, f"{at.actor} 办理了已申报关系人的事项")


def decided_by_two(at: Recorded, code: Code) -> Flaw:
    """One person took back what another had asked for and she or a third had approved."""
    en = f"{at.actor} undid alone what two persons had decided"
    return _breach(at, code, en, f"{at.actor} 独自撤销了由两人决定的事项")


def says_otherwise(at: Recorded, hand: Hand) -> Flaw:
    """It tells an earlier step again, and names somebody else."""
    en = f"{at.name}: it names another person than who had {hand.en}."
    return Flaw(at.position, en, f"{at.name}：所列人员与此前{hand.zh}的人不符。")


def _breach(at: Recorded, code: Code, en: str, zh: str) -> Flaw:
    return Flaw(at.position, f"{at.name}: {en} ({code.name}).", f"{at.name}：{zh}（{code.name}）。")
