"""Amounts in capitals: a table of the cases that go wrong, and every amount read back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.documents.capitals import FEN_MOST, capitals


@pytest.mark.parametrize(
    ("fen", "written"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (5, "伍分"),
        (10, "壹角整"),
        (50, "伍角整"),
        (99, "玖角玖分"),
        (100, "壹元整"),
        (101, "壹元零壹分"),
        (110, "壹元壹角整"),
        (1_000, "壹拾元整"),
        (1_500, "壹拾伍元整"),
        (10_000, "壹佰元整"),
        (10_100, "壹佰零壹元整"),
        (11_000, "壹佰壹拾元整"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (100_450, "壹仟零肆元伍角整"),
        (168_032, "壹仟陆佰捌拾元叁角贰分"),
        (140_950, "壹仟肆佰零玖元伍角整"),
        (600_714, "陆仟零柒元壹角肆分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (10_700_053, "壹拾万柒仟元伍角叁分"),
        (1_000_100, "壹万零壹元整"),
        (10_010_000, "壹拾万零壹佰元整"),
        (100_000_000, "壹佰万元整"),
        (1_000_000_100, "壹仟万零壹元整"),
        (10_000_000_000, "壹亿元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (10_000_100_000, "壹亿零壹仟元整"),
        (10_001_000_000, "壹亿零壹万元整"),
        (10_101_010_101, "壹亿零壹佰零壹万零壹佰零壹元零壹分"),
        (1_000_000_000_000, "壹佰亿元整"),
        (FEN_MOST, "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_amounts_are_written_so(fen: int, written: str) -> None:
    assert capitals(fen) == f"人民币{written}"


VALUES = {each: place for place, each in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1_000}


def read_back(text: str) -> int:
    """The fen, by somebody who reads the characters one after another."""
    yuan, _, rest = text.removeprefix("人民币").rpartition("元")
    total = section = digit = 0
    for each in yuan:
        if each in UNITS:
            section += digit * UNITS[each]
            digit = 0
        elif each in "万亿":
            total += (section + digit) * (10**4 if each == "万" else 10**8)
            section = digit = 0
        else:
            digit = VALUES[each]
    total += section + digit
    small = {unit: VALUES[value] for value, unit in re.findall(r"(.)([角分])", rest)}
    jiao, fen = (small.get(unit, 0) for unit in "角分")
    return total * 100 + jiao * 10 + fen


@given(st.integers(0, FEN_MOST) | st.integers(0, 10**9))
def test_every_amount_is_read_back_as_it_is(fen: int) -> None:
    written = capitals(fen)
    assert read_back(written) == fen
    assert "零零" not in written
    assert written.endswith("整") == (fen % 10 == 0)


@pytest.mark.parametrize("fen", [-1, FEN_MOST + 1])
def test_what_cannot_be_written_is_refused(fen: int) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        capitals(fen)
