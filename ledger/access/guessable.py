"""What is guessed first: runs along the keyboard, repetitions, days and telephone numbers."""

import re
from datetime import date
from typing import Final

RUNS: Final = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
)
_TELEPHONE: Final = re.compile(r"(?:86)?1[3-9][0-9]{9}")
_DAY: Final = re.compile(r"(?:19|20)[0-9]{6}")


def is_a_run(text: str) -> bool:
    """Whether it goes along the keyboard or the alphabet, in either direction."""
    small = text.casefold()
    return any(small in run or small[::-1] in run for run in RUNS)


def is_a_repetition(text: str, most: int) -> bool:
    """Whether it is a piece of at most so many characters, again and again."""
    return any(
        (text[:length] * len(text))[: len(text)] == text
        for length in range(1, min(most, len(text) // 2) + 1)
    )


def is_a_telephone(text: str) -> bool:
    """Whether it has the form of a mobile number."""
    return _TELEPHONE.fullmatch(text) is not None


def is_a_day(text: str) -> bool:
    """Whether it is written like a day of birth: 19460506."""
    if _DAY.fullmatch(text) is None:
        return False
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True
