"""Capitals (大写): an amount of money in the characters that nobody alters with a stroke.

    0.00          人民币零元整
    0.05          人民币伍分
    10.00         人民币壹拾元整
    1,004.50      人民币壹仟零肆元伍角整
    325.04        人民币叁佰贰拾伍元零肆分
    10,000,001.00 人民币壹仟万零壹元整

Zeros between digits are one 零, at the end none. 整 ends it after 元 and 角, and not after 分
(支付结算办法, annex 1).
"""

from typing import Final

DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
NOTHING: Final = DIGITS[0]
PLACES: Final = ("", "拾", "佰", "仟")
GROUPS: Final = ("", "万", "亿")
GROUP: Final = 10_000
THOUSAND: Final = 1_000
FEN_MOST: Final = 100 * GROUP ** len(GROUPS) - 1
"""One fen below ten thousand 亿."""


def capitals(fen: int) -> str:
    """The amount. Raises ValueError for one below zero or beyond what 亿 can say."""
    if not 0 <= fen <= FEN_MOST:
        raise ValueError(f"{fen} fen cannot be written in capitals")
    whole, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    text = f"{_yuan(whole)}元" if whole or not fen else ""
    if jiao:
        text += f"{DIGITS[jiao]}角"
    elif rest and whole:
        text += NOTHING
    return f"人民币{text}{DIGITS[rest]}分" if rest else f"人民币{text}整"


def _yuan(whole: int) -> str:
    text, gap = "", False
    for index in reversed(range(len(GROUPS))):
        group = whole // GROUP**index % GROUP
        if group:
            between = NOTHING if text and (gap or group < THOUSAND) else ""
            text += between + _group(group) + GROUPS[index]
        gap = not group
    return text or NOTHING


def _group(group: int) -> str:
    text = ""
    for place in reversed(range(len(PLACES))):
        digit = group // 10**place % 10
        if digit:
            text += DIGITS[digit] + PLACES[place]
        elif text and not text.endswith(NOTHING):
            text += NOTHING
    return text.rstrip(NOTHING)
