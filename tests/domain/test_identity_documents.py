"""The number of an identity card tells whether it was typed as it is."""

from datetime import date

import pytest

from ledger.domain.identity_documents import CHECKS, born_on, fits, is_card

STANDARDS_OWN = "11010519491231002X"
"""The example in GB 11643, and of nobody."""


def test_of_eleven_last_characters_one_is_right() -> None:
    right = [each for each in CHECKS if fits(STANDARDS_OWN[:-1] + each)]
    assert right == ["X"]
    assert fits(STANDARDS_OWN.lower())


@pytest.mark.parametrize("place", range(17))
def test_any_digit_that_was_mistyped_is_seen(place: int) -> None:
    digit = str((int(STANDARDS_OWN[place]) + 1) % 10)
    assert not fits(STANDARDS_OWN[:place] + digit + STANDARDS_OWN[place + 1 :])


@pytest.mark.parametrize("number", ["", "E12345678", "1" * 17, "A1010519491231002X", "1" * 19])
def test_what_is_no_card_does_not_fit(number: str) -> None:
    assert not fits(number)


def test_it_names_the_day_of_birth() -> None:
    assert born_on(STANDARDS_OWN) == date(1949, 12, 31)
    assert born_on("440605194002300028") is None
    assert (is_card(STANDARDS_OWN), is_card("E12345678")) == (True, False)
