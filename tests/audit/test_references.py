"""A reference reads as it was printed; a slip in typing it is seen, and alarms nobody."""

import string

import pytest

from ledger.audit.checkpoints import Checkpoint
from ledger.audit.references import Reference, read, reference_to

SITE = "https://ledger.example.org"
ROOT = bytes(range(200, 232))
PAPER = reference_to(4711, Checkpoint("ledger.example.org/log", 4800, ROOT))
ADDRESS = f"{SITE}/log/4711?size=4800&root=yMnKy8zNzs_Q0dLT1NXW19jZ2tvc3d7f4OHi4-Tl5uc"
IN_THE_FOOT = "yMnKy8zNzs/Q0dLT1NXW19jZ2tvc3d7f4OHi4+Tl5uc="
MARK = "c8c9-cacb-cccd-cecf"


def test_the_address_holds_position_size_and_root_and_nothing_else() -> None:
    assert PAPER.address(SITE) == ADDRESS
    root = ADDRESS.rpartition("root=")[2]
    assert read("4711", "4800", root) == PAPER
    assert PAPER.is_whole


def test_the_root_may_be_copied_from_the_foot_too() -> None:
    for text in (IN_THE_FOOT, IN_THE_FOOT.rstrip("="), f" {IN_THE_FOOT} "):
        assert read("4711", "4800", text) == PAPER


def test_a_fingerprint_is_how_the_root_begins_and_a_check() -> None:
    assert PAPER.fingerprint.startswith(f"{MARK}-")
    typed = read("4711", "4800", PAPER.fingerprint)
    assert typed == Reference(4711, 4800, ROOT[:8])
    assert not typed.is_whole
    assert typed.fingerprint == PAPER.fingerprint


def test_it_is_read_however_it_was_typed() -> None:
    shown = PAPER.fingerprint
    full_width = shown.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    spaced, dashed = shown.replace("-", " "), shown.replace("-", "－")
    alike = shown.replace("0", "O").replace("1", "l")
    for typed in (shown.upper(), spaced, dashed, alike, full_width, f" {shown}\t"):
        assert read("４７１１", " 4800 ", typed) == Reference(4711, 4800, ROOT[:8])


def test_a_slip_in_typing_is_no_reference_to_something_else() -> None:
    shown = PAPER.fingerprint
    for at, right in enumerate(shown):
        for wrong in set(string.hexdigits.lower()) - {right} if right != "-" else ():
            assert read("4711", "4800", f"{shown[:at]}{wrong}{shown[at + 1 :]}") is None
    for position, size in (("4171", "4800"), ("4711", "8400"), ("4800", "4711"), ("471", "4800")):
        assert read(position, size, shown) is None


@pytest.mark.parametrize(
    ("position", "size", "root"),
    [
        ("", "", ""), ("4711", "", ""), ("4711", "4800", ""), ("", "4800", IN_THE_FOOT),
        ("0", "4800", IN_THE_FOOT), ("4711", "0", IN_THE_FOOT), ("-1", "4800", IN_THE_FOOT),
        ("04711", "4800", IN_THE_FOOT), ("4711.0", "4800", IN_THE_FOOT),
        ("9" * 19, "9" * 20, IN_THE_FOOT), ("4711", "٤٨x", IN_THE_FOOT),
        ("4711", "4800", IN_THE_FOOT[:-2]), ("4711", "4800", f"{IN_THE_FOOT}="),
        ("4711", "4800", f"{IN_THE_FOOT}A"), ("4711", "4800", IN_THE_FOOT[:42] + "d="),
        ("4711", "4800", "<script>"), ("4711", "4800", "A" * 100_000), ("4711", "4800", "\x00"),
    ],
)  # fmt: skip
def test_what_stands_on_no_paper_is_none(position: str, size: str, root: str) -> None:
    assert read(position, size, root) is None
