"""PINs: six digits beside a card. There are five tries, so only what is tried first is bad."""

import unicodedata
from secrets import randbelow
from typing import Final

from ledger.access import guessable

LENGTH: Final = 6
REPEATED_MOST: Final = 3
FAVOURITES: Final = """
112233 332211 123321 321123 111222 147258 258369 159357 131420 520131 201314 134520 168168 168888
188888 518518 778899 100200
"""
COMMON: Final = frozenset(FAVOURITES.split())


def new_pin() -> str:
    """A random PIN that is not trivial."""
    while True:
        pin = f"{randbelow(10**LENGTH):0{LENGTH}}"
        if not is_trivial(pin):
            return pin


def read_pin(typed: str) -> str | None:
    """The six digits that were meant; None for what is no PIN."""
    pin = unicodedata.normalize("NFKC", typed[: 4 * LENGTH]).replace(" ", "")
    return pin if len(pin) == LENGTH and pin.isascii() and pin.isdecimal() else None


def is_trivial(pin: str) -> bool:
    """Whether a thief tries it among the first: a run, a repetition, a favourite, two digits."""
    return (
        guessable.is_a_run(pin)
        or guessable.is_a_repetition(pin, REPEATED_MOST)
        or len(set(pin)) < 3  # noqa: PLR2004 - of one or two digits
        or pin in COMMON
    )
