"""Recovery shares: enough of them are the key, fewer are nothing, and a slip is noticed."""

import secrets
from itertools import combinations

import pytest

from ledger.vault.errors import VaultError
from ledger.vault.keys import FileKeyRing, MasterKey
from ledger.vault.shares import WORDS, join, split

KEY = MasterKey("0001-0123456789abcdef", secrets.token_bytes(32))
SHARES = split(KEY, 4, 3)


def test_any_shares_that_are_enough_make_the_key_in_any_order() -> None:
    for some in (*combinations(SHARES, 3), SHARES, SHARES[::-1]):
        assert join("\n".join(some)) == KEY.secret


def test_a_share_is_read_however_it_was_typed() -> None:
    typed = "\n".join(
        " ".join(f"{number} {word.upper()}" for number, word in enumerate(share.split(), start=1))
        for share in SHARES[:3]
    )
    assert join(typed.replace(" 7 ", "\n 7. ")) == KEY.secret
    assert all(len(share.split()) == WORDS for share in SHARES)


def changed(place: int) -> list[str]:
    words = SHARES[0].split()
    words[place] = "academic" if words[place] != "academic" else "acid"
    return [" ".join(words), *SHARES[1:3]]


UNFIT = {
    "nothing": [],
    "too few": list(SHARES[:2]),
    "one twice": [SHARES[0], SHARES[0], SHARES[1]],
    "another key's": [*SHARES[:2], split(KEY, 4, 3)[2]],
    "a word too many": [*SHARES[:3], "academic"],
    "a word misspelt": [SHARES[0].replace(SHARES[0].split()[5], "Liang", 1), *SHARES[1:3]],
    "a word changed": changed(20),
    "the checksum changed": changed(32),
}


@pytest.mark.parametrize("shares", UNFIT.values(), ids=UNFIT)
def test_what_is_not_enough_or_not_right_is_refused_without_a_word_of_it(
    shares: list[str],
) -> None:
    with pytest.raises(VaultError) as refused:
        join("\n".join(shares))
    assert refused.value.__cause__ is None
    assert not {word for word in SHARES[0].split()[:3] if f" {word} " in str(refused.value)}


@pytest.mark.parametrize(("of", "need"), [(3, 1), (2, 3), (17, 2), (0, 0), (-1, 2)])
def test_numbers_that_protect_nothing_or_lose_everything_are_refused(of: int, need: int) -> None:
    with pytest.raises(VaultError, match="cannot be needed"):
        split(KEY, of, need)


def test_a_key_comes_back_from_its_shares_under_its_own_name(keyring: FileKeyRing) -> None:
    key = keyring.current()
    shares = split(key, 3, 2)
    keyring.renew()
    keyring.destroy(key.id)
    restored = keyring.restore(key.id, join("\n".join(shares[1:])))
    file = keyring._folder / key.id
    assert (restored, file.read_bytes(), file.stat().st_mode & 0o7777) == (key, key.secret, 0o400)
    assert keyring.restore(key.id, key.secret) == key, "again, it is there"


@pytest.mark.parametrize("key_id", ["0001-0123456789abcdef", "../x", "", "0001-0123456789ABCDEF"])
def test_a_key_that_is_not_the_one_of_that_name_is_not_written(
    keyring: FileKeyRing, key_id: str
) -> None:
    before = keyring.ids()
    with pytest.raises(VaultError, match="Nothing was written"):
        keyring.restore(key_id, KEY.secret)
    assert keyring.ids() == before
