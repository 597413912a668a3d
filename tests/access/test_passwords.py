"""Passwords: long enough, not the ones that are guessed first, and dear to guess at all."""

from itertools import product

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from ledger.access import passwords, pins
from ledger.access.passwords import PasswordHash, Weakness, hashed, is_outdated, matches, weakness
from tests.access.conftest import CHEAP

NUMBER = "40715838"
GOOD = "四月的荔枝 and boats"


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("short", Weakness.too_short),
        ("荔枝荔枝", Weakness.too_short),
        ("1234567", Weakness.too_short),
        ("x7" * 65, Weakness.too_long),
        ("12345678", Weakness.too_regular),
        ("87654321", Weakness.too_regular),
        ("abcdefgh", Weakness.too_regular),
        ("QwertyUiop", Weakness.too_regular),
        ("1qaz2wsx", Weakness.common),
        ("aaaaaaaa", Weakness.too_regular),
        ("abcabcabc", Weakness.too_regular),
        ("12121212", Weakness.too_regular),
        ("password", Weakness.common),
        ("Password123!", Weakness.common),
        ("2026danzao", Weakness.common),
        ("街坊账本2026", Weakness.common),
        ("woaini1314", Weakness.common),
        ("19460506", Weakness.looked_up),
        ("13800000000", Weakness.looked_up),
        (f"my{NUMBER}!", Weakness.account_number),
        ("１２３４５６７８", Weakness.too_regular),
        ("x7m2k9q4", None),
        ("19469906", None),
        (GOOD, None),
        ("correct horse battery", None),
    ],
)
def test_what_is_guessed_first_is_refused(password: str, expected: Weakness | None) -> None:
    assert weakness(password, NUMBER) is expected


def test_128_characters_are_not_too_many() -> None:
    long = "".join(map("".join, product("abcd", repeat=4)))
    assert weakness(long[:128], NUMBER) is None
    assert weakness(long[:129], NUMBER) is Weakness.too_long


def test_why_it_is_refused_is_told_in_both_languages() -> None:
    for each in Weakness:
        assert each.zh.endswith("。")
        assert each.en.endswith(".")
    assert not [each.zh for each in Weakness if "," in each.zh]


def test_a_password_matches_itself_alone() -> None:
    kept = hashed(GOOD)
    assert matches(kept, GOOD)
    assert not matches(kept, GOOD + " ")
    assert not matches(kept, GOOD.upper())
    assert GOOD not in kept


def test_the_keyboard_does_not_matter() -> None:
    assert matches(hashed("ｌｉｔｃｈｉ ８８"), "litchi 88")
    assert matches(hashed("cafe\u0301 im Hof"), "caf\u00e9 im Hof")


def test_the_same_password_is_kept_differently_each_time() -> None:
    assert hashed(GOOD) != hashed(GOOD)


@pytest.mark.parametrize("kept", ["", "$argon2id$", "nonsense", "\x00"])
def test_a_damaged_hash_matches_nothing(kept: str) -> None:
    assert not matches(PasswordHash(kept), GOOD)


def test_where_nothing_is_kept_as_much_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002
            compared.append(str(hash))
            return bool(super().verify(hash, password))

    monkeypatch.setattr(passwords, "HASHER", Counting(1, 8, 1))
    assert matches(hashed(GOOD), GOOD)
    assert not matches(None, GOOD)
    assert not matches(None, "x" * 10**6)
    known, *unknown = map(extract_parameters, compared)
    assert unknown == [known, known]


def test_a_hash_of_other_parameters_is_to_be_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = hashed(GOOD)
    assert not is_outdated(kept)
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(2, 8, 1))
    assert is_outdated(kept)
    assert matches(kept, GOOD)


def test_a_real_hash_is_dear(monkeypatch: pytest.MonkeyPatch) -> None:
    """The low-memory profile of RFC 9106, which is what the library does by itself."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher())
    assert CHEAP.memory_cost < passwords.HASHER.memory_cost
    used = extract_parameters(hashed(GOOD))
    assert (used.type, used.memory_cost, used.time_cost) == (Type.ID, 64 * 1024, 3)


@pytest.mark.parametrize(
    "pin", ["000000", "123456", "654321", "121212", "123123", "112233", "990099", "147258"]
)
def test_a_pin_that_a_thief_tries_first_is_trivial(pin: str) -> None:
    assert pins.is_trivial(pin)


def test_a_new_pin_is_random_and_not_trivial() -> None:
    drawn = {pins.new_pin() for _ in range(200)}
    assert len(drawn) > 190
    assert all(pins.read_pin(each) == each and not pins.is_trivial(each) for each in drawn)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12a456", "٤٠٧١٥٨", "陈" * 6])
def test_what_is_no_pin_is_none(typed: str) -> None:
    assert pins.read_pin(typed) is None


def test_a_pin_is_read_in_full_width_and_with_spaces() -> None:
    assert pins.read_pin("４０７ 158") == "407158"
