"""Recovery shares: a master key in several sealed envelopes, of which some number is enough.

A share is a line of SLIP-39: 33 English words out of 1,024, with a checksum of its own, so that a
slip of the pen is noticed. Fewer shares than are needed say nothing about the key. Their text never
goes through a file, a log or an exception.
"""

import re
from typing import Final

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics

from ledger.vault.errors import VaultError
from ledger.vault.keys import MasterKey

WORDS: Final = 33
NEEDED_LEAST: Final = 2
SHARES_MOST: Final = 16
_WORD: Final = re.compile(r"[a-z]+")


def split(key: MasterKey, shares: int, needed: int) -> tuple[str, ...]:
    """The key as so many shares, any `needed` of which are enough. Raises VaultError."""
    if not NEEDED_LEAST <= needed <= shares <= SHARES_MOST:
        raise VaultError(
            f"Of {shares} shares {needed} cannot be needed: at least {NEEDED_LEAST}, at most "
            f"all of them, and at most {SHARES_MOST} shares."
        )
    ((*lines,),) = generate_mnemonics(1, [(needed, shares)], key.secret)
    return tuple(lines)


def join(text: str) -> bytes:
    """The secret that these shares make; figures and line ends are skipped. Raises VaultError."""
    words = _WORD.findall(text.lower())
    if not words or len(words) % WORDS:
        raise VaultError(f"A share has {WORDS} words; {len(words)} words were read.")
    shares = [" ".join(words[at : at + WORDS]) for at in range(0, len(words), WORDS)]
    try:
        needed = Share.from_mnemonic(shares[0]).member_threshold
        secret: bytes = combine_mnemonics(list(dict.fromkeys(shares))[:needed])
    except (MnemonicError, ValueError):  # its text may quote a word
        raise VaultError(
            "These shares do not fit: a word is misspelt, a share is missing or there twice, "
            "or one belongs to another key."
        ) from None
    return secret
