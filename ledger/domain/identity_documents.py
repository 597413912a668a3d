"""Identity documents: what the number of a resident's identity card says about itself.

GB 11643: eighteen characters, of which the seventh to the fourteenth are the day of birth and the
last is worked out from those before. A slip of the finger is seen by it, before the number is kept
and is somebody else's. Passports and other papers are shorter, and say nothing.
"""

import re
from datetime import date
from typing import Final

CARD: Final = re.compile(r"[0-9]{17}[0-9Xx]")
LENGTH: Final = 18
CHECKS: Final = "10X98765432"
"""The last character, by the remainder of the weighted sum of the others."""
WEIGHTS: Final = tuple(2**power % len(CHECKS) for power in range(LENGTH - 1, 0, -1))


def is_card(number: str) -> bool:
    """Whether that many characters can only be the number of an identity card."""
    return len(number) == LENGTH


def fits(number: str) -> bool:
    """Whether the last character is the one that follows from the others."""
    if not CARD.fullmatch(number):
        return False
    added = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number[:-1], strict=True))
    return CHECKS[added % len(CHECKS)] == number[-1].upper()


def born_on(number: str) -> date | None:
    """The day of birth that the card's number names; None where there is no such day."""
    try:
        return date.fromisoformat(number[6:14])
    except ValueError:
        return None
