"""Check codes: of one number in one ledger, read however they are typed, and not to be guessed."""

import pytest

from ledger.access.check_codes import CheckCodes, read_number
from ledger.access.codes import SECRET_LENGTH, read_secret, secret_of
from ledger.domain.values import CertificateNumber

OURS, THEIRS = CheckCodes(b"k" * 32), CheckCodes(b"l" * 32)
NUMBER, NEXT = CertificateNumber("jinning-2026-0001"), CertificateNumber("jinning-2026-0002")


def test_a_code_is_right_for_its_number_alone_and_in_its_ledger_alone() -> None:
    code = OURS.code_of(NUMBER)
    assert OURS.is_right(NUMBER, code)
    assert not OURS.is_right(NEXT, code)
    assert not THEIRS.is_right(NUMBER, code)
    assert code == CheckCodes(b"k" * 32).code_of(NUMBER), "it is kept nowhere, and made again"


def test_neighbours_have_nothing_in_common() -> None:
    codes = {OURS.code_of(CertificateNumber(f"jinning-2026-{n:04d}")) for n in range(1, 1000)}
    assert len(codes) == 999
    for place in range(SECRET_LENGTH + 2):
        assert len({code[place] for code in codes}) in (1, 32), "a hyphen or any character"


@pytest.mark.parametrize("typed", ["{}", " {} ", "{} ", "ｃｏｄｅ"])
def test_it_is_read_however_it_is_typed(typed: str) -> None:
    code = OURS.code_of(NUMBER)
    assert OURS.is_right(NUMBER, typed.format(code)) == ("{}" in typed)
    assert OURS.is_right(NUMBER, code.lower().replace("-", " "))


@pytest.mark.parametrize("typed", ["", "x", "0" * 12, "7KQ2-9FXM-3TDW", "\x00", "码" * 12])
def test_what_is_wrong_is_wrong(typed: str) -> None:
    assert not OURS.is_right(NUMBER, typed)


def test_a_secret_of_a_digest_is_a_secret_as_any_other() -> None:
    for number in range(256):
        secret = secret_of(bytes([number]) * 32)
        assert read_secret(secret) == secret
    assert secret_of(bytes(32)) == "0" * SECRET_LENGTH
    assert secret_of(b"\xff" * 7 + bytes(25))[:-1] == "Z" * (SECRET_LENGTH - 1)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("jinning-2026-0001", NUMBER),
        (" Jinning-2026-0001\n", NUMBER),
        ("JINNING – 2026 – 0001", NUMBER),
        ("ｊｉｎｎｉｎｇ－２０２６－０００１", NUMBER),
        ("jinning-2026-1", None),
        ("jinning-0001", None),
        ("2026-0001", None),
        ("", None),
        ("a" * 80 + "-2026-0001", None),
        ("jinning-2026-0001/../x", None),
    ],
)
def test_a_number_is_read_however_it_is_typed(typed: str, meant: str | None) -> None:
    assert read_number(typed) == meant
