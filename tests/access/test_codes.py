"""Codes: a slip of the pen is seen, whatever it is, and a code is read however it is typed."""

import re

import pytest

from ledger.access import codes
from ledger.access.codes import (
    ALPHABET,
    SECRET_LENGTH,
    new_number,
    new_secret,
    printed,
    read_number,
    read_secret,
)


def wrong_in_one_place(code: str, alphabet: str) -> set[str]:
    return {
        code[:at] + other + code[at + 1 :]
        for at, each in enumerate(code)
        for other in alphabet
        if other != each
    }


def exchanged(code: str, reach: int) -> set[str]:
    """Two different characters at most so far apart in each other's place."""
    found = set()
    for first in range(len(code)):
        for second in range(first + 1, min(first + reach + 1, len(code))):
            letters = list(code)
            letters[first], letters[second] = letters[second], letters[first]
            found.add("".join(letters))
    return found - {code}


@pytest.mark.parametrize("_", range(20))
def test_one_wrong_digit_and_two_exchanged_neighbours_are_seen(_: int) -> None:
    number = new_number()
    assert read_number(number) == number
    bad = wrong_in_one_place(number, "0123456789") | exchanged(number, 1)
    assert not [each for each in bad if read_number(each)]


@pytest.mark.parametrize("_", range(20))
def test_one_wrong_character_and_any_two_exchanged_are_seen(_: int) -> None:
    secret = new_secret()
    assert read_secret(secret) == secret
    bad = wrong_in_one_place(secret, ALPHABET) | exchanged(secret, SECRET_LENGTH)
    assert not [each for each in bad if read_secret(each)]


def test_a_secret_has_55_random_bits() -> None:
    assert len(set(ALPHABET)) == 32
    assert 5 * (SECRET_LENGTH - 1) == 55
    drawn = [new_secret() for _ in range(500)]
    assert len(set(drawn)) == 500
    assert set().union(*drawn) == set(ALPHABET)


def test_a_secret_is_printed_in_groups_without_letters_that_look_like_digits() -> None:
    secret = new_secret()
    assert [len(group) for group in printed(secret).split("-")] == [4, 4, 4]
    assert not set("OILU") & set(ALPHABET)


def test_a_secret_is_read_however_it_is_typed() -> None:
    secret = "0123456789A" + next(
        each for each in ALPHABET if read_secret("0123456789A" + each) is not None
    )
    for typed in (
        printed(secret).lower(),
        f"  {secret[:6]} {secret[6:]} ",
        secret.replace("0", "o").replace("1", "l"),
        secret.replace("0", "O").replace("1", "I"),
        secret.translate({ord(each): ord(each) + 0xFEE0 for each in secret}),
        "—".join(secret),
    ):
        assert read_secret(typed) == secret, typed


def test_a_number_is_read_however_it_is_typed() -> None:
    number = new_number()
    wide = number.translate({ord(each): ord(each) + 0xFEE0 for each in number})
    assert read_number(wide) == read_number(f"{number[:4]} {number[4:]}") == number


def test_the_examples_of_the_file_are_true() -> None:
    text = codes.__doc__ or ""
    number, secret = re.findall(r"^    (\S+) ", text, re.MULTILINE)
    assert read_number(number) == number
    assert printed(read_secret(secret) or "") == secret


def test_a_number_begins_with_no_nought_and_is_random() -> None:
    numbers = {new_number() for _ in range(200)}
    assert len(numbers) > 190
    assert all(len(each) == 8 and each[0] != "0" for each in numbers)


@pytest.mark.parametrize(
    "typed", ["", "1", "00000000", "1234567", "陈", "٤٠٧١٥٨٣٢", "\ud800" * 8, "1" * 10**6, "\x00"]
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_number(typed) is None
    assert read_secret(typed) is None
