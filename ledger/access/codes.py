"""Codes that people copy by hand: account numbers, and secrets of slips and papers, with a check.

    40715838          an account number: seven random digits and a check digit
    7KQ2-9FXM-3TDW    a secret: eleven random characters (55 bits) and a check character

What is typed may have spaces, hyphens, full-width or small letters, and O for 0 or I and L for 1:
the alphabet has none of those letters, nor U. A slip of one character, or two that were exchanged,
is seen before anything is looked up; what is wrong for another reason is merely unknown.
"""

import unicodedata
from functools import reduce
from secrets import choice, randbelow
from typing import Final

NUMBER_LENGTH: Final = 8
SECRET_LENGTH: Final = 12
GROUP: Final = 4
BYTES_USED: Final = 7
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TYPED_LENGTH_MOST: Final = 64
"""Longer text is no code, whatever is in it."""

_BETWEEN: Final = {ord(each): None for each in " \t-\u2010\u2011\u2012\u2013\u2014\u2212"}
_ALIKE: Final = _BETWEEN | str.maketrans("OIL", "011")

# The quasigroup of H. Michael Damm: it sees every wrong digit and every two exchanged neighbours.
_DAMM: Final = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
_FIELD: Final = 0b100101
"""x^5 + x^2 + 1, whose root generates the 31 values that are not nought."""


def new_number() -> str:
    """A random account number; it says nothing of anybody, and begins with no nought."""
    digits = str(10 ** (NUMBER_LENGTH - 2) + randbelow(9 * 10 ** (NUMBER_LENGTH - 2)))
    return digits + str(_damm(digits))


def read_number(typed: str) -> str | None:
    """The account number that was meant; None for what is none."""
    digits = _plain(typed).translate(_BETWEEN)
    well_formed = len(digits) == NUMBER_LENGTH and digits.isascii() and digits.isdecimal()
    return digits if well_formed and digits[0] != "0" and _damm(digits) == 0 else None


def _damm(digits: str) -> int:
    return reduce(lambda row, digit: int(_DAMM[row][int(digit)]), digits, 0)


def new_secret() -> str:
    """The secret of a slip, without the hyphens that `printed` puts in."""
    return _with_check("".join(choice(ALPHABET) for _ in range(SECRET_LENGTH - 1)))


def secret_of(digest: bytes) -> str:
    """The secret that the first 55 bits of a digest are."""
    bits = int.from_bytes(digest[:BYTES_USED], "big") >> 1
    places = reversed(range(SECRET_LENGTH - 1))
    return _with_check("".join(ALPHABET[bits >> 5 * place & 31] for place in places))


def _with_check(characters: str) -> str:
    return characters + ALPHABET[_doubled(_weighed(characters))]


def printed(secret: str) -> str:
    """The secret in groups, as it stands on the slip."""
    return "-".join(secret[at : at + GROUP] for at in range(0, len(secret), GROUP))


def read_secret(typed: str) -> str | None:
    """The secret that was meant; None for what cannot be one."""
    secret = _plain(typed).upper().translate(_ALIKE)
    if len(secret) != SECRET_LENGTH or not set(secret) <= set(ALPHABET):
        return None
    return secret if _weighed(secret) == 0 else None


def _plain(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed[:TYPED_LENGTH_MOST])


def _weighed(characters: str) -> int:
    """Each character weighs twice as much as the next, in the field of 32 values."""
    return reduce(lambda sum_, each: _doubled(sum_) ^ ALPHABET.index(each), characters, 0)


def _doubled(value: int) -> int:
    return value << 1 ^ (_FIELD if value & 16 else 0)
