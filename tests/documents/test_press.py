"""The press: every character is printed, or its absence is; and there are enough that can be."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.documents.certificate import certificate_pdf
from api.documents.press import characters
from tests.documents.sheets import text_of
from tests.documents.test_certificate import named


def of_two_bytes(codec: str) -> set[str]:
    """Every Chinese character that the codec has in two bytes."""
    pairs = (bytes([first, second]) for first in range(0x81, 0xFF) for second in range(0x40, 0xFF))
    found = {pair.decode(codec, errors="ignore") for pair in pairs}
    return {each for each in found if len(each) == 1 and "\u3400" <= each <= "\u9fff"}


@pytest.mark.parametrize(("codec", "least"), [("gb2312", 6763), ("gbk", 20902), ("big5", 13000)])
def test_the_font_has_every_character_of_the_usual_sets(codec: str, least: int) -> None:
    found = of_two_bytes(codec)
    assert len(found) >= least
    assert {each for each in found if ord(each) not in characters()} == set()


@pytest.mark.parametrize("rare", "㛃䶮㼆䒟𬱟𫖯𫍽𬭊囍喆燚翀頔犇𪟝")
def test_rare_characters_of_names_are_printed(rare: str) -> None:
    told = text_of(certificate_pdf(named(f"何{rare}")))
    assert f"何{rare}" in told
    assert "〓" not in told


@pytest.mark.parametrize(
    ("lacking", "code"),
    [("𠮷", "U+20BB7"), ("𡈙", "U+21219"), ("😀", "U+1F600"), ("م", "U+0645"),
     ("\u202e", "U+202E"), ("\x07", "U+0007"), ("\ufffd", "U+FFFD")],
)  # fmt: skip
def test_what_the_font_lacks_is_shown_and_told_never_left_out(lacking: str, code: str) -> None:
    told = text_of(certificate_pdf(named(f"何{lacking}例")))
    assert "何〓例" in told
    assert f"writeitbyhand:{code}" in told


def test_all_that_are_lacking_are_told_once_each() -> None:
    told = text_of(certificate_pdf(named("𠮷😀𠮷")))
    assert "〓〓〓" in told
    assert "writeitbyhand:U+1F600,U+20BB7" in told


def test_lines_and_wide_spaces_are_one_space() -> None:
    paper = named("何\n\t例\u3000甲")
    assert "何例甲" in text_of(certificate_pdf(paper))
    assert "〓" not in text_of(certificate_pdf(paper))


@given(st.text(max_size=40))
@example("\u0e33\u200d\ufe0f\u20e3")
def test_whatever_is_written_can_be_printed(text: str) -> None:
    told = text_of(certificate_pdf(named(text)))
    shown = {each for each in text if ord(each) in characters() and each.isprintable()}
    assert {each for each in shown if each.isalnum() and each.isascii()} <= set(told)
