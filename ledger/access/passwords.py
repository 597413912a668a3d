"""Passwords: which are refused, how they are kept, and how one is compared.

A hash is Argon2id with the parameters of `argon2-cffi`, which are the low-memory profile of RFC
9106 (64 MiB, three passes, four lanes). On two cores one takes about a quarter of a second of both,
so whoever serves many calls this outside of its event loop, and two at once at most: that is 128
MiB, and the rest of the ledger goes on. To compare costs the same where there is nothing to compare
with, lest the time tell which accounts there are.

A password is taken in one form of Unicode (NFKC), because keyboards differ.
"""

import unicodedata
from base64 import b64encode
from enum import Enum
from secrets import token_bytes
from typing import Final, NewType, Self

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ledger.access import guessable

PasswordHash = NewType("PasswordHash", str)

LENGTH_LEAST: Final = 8
LENGTH_MOST: Final = 128
AT_ONCE_MOST: Final = 2
"""So many hashes may be computed at once in a process; whoever calls holds to it."""
REPEATED_MOST: Final = 4

WORDS: Final = """
password passwort passw0rd p@ssword p@ssw0rd admin administrator root user guest test testing
welcome letmein login master secret changeme default qwerty abc abcd iloveyou love loveyou
monkey dragon sunshine princess football superman baobao woaini woaini1314 aini wo5201314
zhongguo china beijing guangdong foshan nanhai danzao xianhu jinning xilian jiefang zhangben
jiefangzhangben jiefangledger ledger volunteer zhiyuan zhiyuanzhe shequ jinjin woaizhongguo
街坊 街坊账本 丹灶 丹灶镇 仙湖 金宁 西联 志愿者 密码 我的密码 我爱你 我爱中国
5201314 1314520 520520 521521 7758521 7758258 1qaz2wsx qazwsx zaq12wsx asdf zxcv
"""
COMMON: Final = frozenset(WORDS.split())
"""Alone or with digits and signs around them these are guessed first; the town's own words too."""


class Weakness(Enum):
    """Why a password is refused: what is wrong with it, and what to do, for a person to read."""

    zh: str
    en: str

    def __new__(cls, zh: str, en: str) -> Self:
        member = object.__new__(cls)
        member._value_ = len(cls.__members__)
        member.zh, member.en = zh, en
        return member

    too_short = (
        "密码至少要有8个字符。请再加几个字，例如连写几个词。",
        "A password has at least 8 characters. Make it longer, of several words for example.",
    )
    too_long = (
        "密码最多128个字符。请缩短一些。",
        "A password has at most 128 characters. Make it shorter.",
    )
    common = (
        "这个密码很多人在用，容易被猜到。请换一个。",
        "Many people use this password, so it is guessed first. Choose another one.",
    )
    too_regular = (
        "连续或重复的字符容易被猜到。请换一个没有规律的密码。",
        "A run or a repetition is guessed first. Choose one without a pattern.",
    )
    looked_up = (
        "日期和电话号码别人查得到。请换一个与个人资料无关的密码。",
        "Others can look up a day or a telephone number. Choose one that is not about you.",
    )
    account_number = (
        "密码中不能含有登录账号。请换一个。",
        "The password must not hold the account number. Choose another one.",
    )


HASHER = PasswordHasher()


def weakness(password: str, number: str) -> Weakness | None:
    """Why the password is refused for the account of that number; None if it will do."""
    plain = _plain(password)
    small = plain.casefold()
    regular = guessable.is_a_run(small) or guessable.is_a_repetition(small, REPEATED_MOST)
    found = {
        Weakness.too_short: len(plain) < LENGTH_LEAST,
        Weakness.too_long: len(plain) > LENGTH_MOST,
        Weakness.account_number: number in plain,
        Weakness.common: small in COMMON or _bare(small) in COMMON,
        Weakness.too_regular: regular,
        Weakness.looked_up: guessable.is_a_day(small) or guessable.is_a_telephone(small),
    }
    return next((each for each, is_so in found.items() if is_so), None)


def hashed(password: str) -> PasswordHash:
    """What is kept of the password; slow."""
    return PasswordHash(HASHER.hash(_plain(password)))


def matches(kept: PasswordHash | None, password: str) -> bool:
    """Whether it is the password that was kept; as slow where none is kept, and then False."""
    plain = _plain(password)
    try:
        HASHER.verify(kept or _nobodys(), plain if len(plain) <= LENGTH_MOST else "")
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: PasswordHash) -> bool:
    """Whether it was made with other parameters than today's, and is to be made anew."""
    return HASHER.check_needs_rehash(kept)


def _nobodys() -> str:
    """A hash with today's parameters that no password has; made without hashing anything."""
    salt, digest = token_bytes(HASHER.salt_len), token_bytes(HASHER.hash_len)
    costs = f"m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}"
    return f"$argon2id$v=19${costs}${_text(salt)}${_text(digest)}"


def _text(raw: bytes) -> str:
    return b64encode(raw).decode().rstrip("=")


def _plain(password: str) -> str:
    return unicodedata.normalize("NFKC", password[: 8 * LENGTH_MOST])


def _bare(small: str) -> str:
    """Without the digits and signs before and after it."""
    ends = [at for at, each in enumerate(small) if each.isalpha()]
    return small[ends[0] : ends[-1] + 1] if ends else small
