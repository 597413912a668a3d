"""Signed notes: what others have signed is believed, and nothing that was changed in any place."""

import pytest

from ledger.audit.checkpoints import SIZE_MOST, Checkpoint, parse, size_of, trusted
from ledger.audit.notes import (
    SIGNATURES_MOST,
    Kind,
    NotASignedNote,
    Note,
    Signer,
    Verifier,
    exact,
    read,
    vouched,
)

# Published examples: of Go's package `note`, and of C2SP signed-note.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PROBLEM = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.
"""
SIGNED = f"""{PROBLEM}
— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""  # noqa: E501 - a signature is one line

LOG = Signer("example.org/log", Kind.log, bytes(range(32)))
OTHER = Signer("example.org/log", Kind.log, bytes(range(1, 33)))
WITNESS = Signer("neighbours.example", Kind.witness, bytes(range(2, 34)))
TEXT = Checkpoint("example.org/log", 7, bytes(32)).text


def note_of(*signers: Signer, text: str = TEXT) -> Note:
    return Note(text, tuple(signer.sign(text, 1_700_000_000) for signer in signers))


def test_a_note_that_another_program_signed_is_believed() -> None:
    note = read(SIGNED.encode())
    assert note.text == PROBLEM
    assert vouched(note, [Verifier.parse(PETER)]) == [Verifier.parse(PETER)]
    assert str(note) == SIGNED


def test_we_sign_what_another_program_signs() -> None:
    signer = Signer.parse(PETERS)
    assert str(signer.verifier) == PETER
    assert signer.private_text == PETERS
    assert str(Note(PROBLEM, (signer.sign(PROBLEM),))) == SIGNED


def test_no_byte_of_a_note_can_be_changed() -> None:
    whole, keys = str(note_of(LOG)).encode(), [LOG.verifier]
    for place in range(len(whole)):
        for bit in range(8):
            changed = bytearray(whole)
            changed[place] ^= 1 << bit
            with pytest.raises(NotASignedNote):
                trusted(bytes(changed), keys)


@pytest.mark.parametrize("end", range(0, 150, 7))
def test_a_note_that_was_cut_is_not_believed(end: int) -> None:
    with pytest.raises(NotASignedNote):
        trusted(str(note_of(LOG)).encode()[: -1 - end], [LOG.verifier])


def test_signatures_of_unknown_keys_are_ignored_so_that_keys_can_follow_each_other() -> None:
    note = note_of(OTHER, LOG, WITNESS)
    assert vouched(note, [LOG.verifier]) == [LOG.verifier]
    assert vouched(note, [WITNESS.verifier, OTHER.verifier]) == [OTHER.verifier, WITNESS.verifier]
    assert vouched(note, []) == []


def test_a_wrong_signature_of_a_known_key_condemns_the_note() -> None:
    other_text = Checkpoint("example.org/log", 8, bytes(32)).text
    note = Note(other_text, (*note_of(LOG).signatures, OTHER.sign(other_text)))
    with pytest.raises(NotASignedNote, match=r"example\.org/log.*not over this text"):
        vouched(note, [LOG.verifier, OTHER.verifier])


def test_a_witness_says_when_and_her_time_cannot_be_changed() -> None:
    [line] = note_of(WITNESS).signatures
    assert int.from_bytes(line.value[:8]) == 1_700_000_000
    later = (1_700_000_001).to_bytes(8) + line.value[8:]
    assert WITNESS.verifier.signed(TEXT, line.value)
    assert not WITNESS.verifier.signed(TEXT, later)
    assert not WITNESS.verifier.signed(TEXT, line.value[8:])


def test_a_log_cannot_vouch_as_a_witness_nor_a_witness_as_a_log() -> None:
    same = Signer(LOG.name, Kind.witness, LOG.seed)
    assert same.verifier.key_id != LOG.verifier.key_id
    with pytest.raises(NotASignedNote, match="No key that you trust"):
        trusted(str(note_of(same)).encode(), [same.verifier])
    assert not same.verifier.signed(TEXT, LOG.sign(TEXT).value)


def test_a_key_signs_for_the_log_of_its_own_name_alone() -> None:
    stranger = Signer("elsewhere.example/log", Kind.log, bytes(32))
    with pytest.raises(NotASignedNote, match="No key that you trust"):
        trusted(str(note_of(stranger)).encode(), [stranger.verifier, LOG.verifier])


@pytest.mark.parametrize("vkey", [
    "", "PeterNeumann", PETER[:-1], PETER.replace("c74f20a3", "c74f20a4"),
    PETER.replace("PeterNeumann", "PeterNewmann"), PETER.replace("c74f20a3", "C74F20A3"),
    PETER.replace("+ARpc", "+BRpc"), " " + PETER, PETER + "\n", PETER.replace("+", "-"),
])  # fmt: skip
def test_what_is_no_key_is_refused_and_told(vkey: str) -> None:
    with pytest.raises(NotASignedNote, match="no key of a log") as refused:
        Verifier.parse(vkey)
    assert "公钥" in refused.value.zh


@pytest.mark.parametrize("text", [PETER, "", PETERS[:-2], PETERS.replace("c74f", "c74e")])
def test_a_private_key_that_is_none_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(NotASignedNote) as refused:
        Signer.parse(text)
    assert text == "" or text not in str(refused.value)
    assert "AYEKFALV" not in repr(Signer.parse(PETERS))


@pytest.mark.parametrize("data", [
    b"", b"\n\n", b"text\n", b"text\n\n", b"text\n\nname x08go/ZJ\n", SIGNED[:-1].encode(),
    SIGNED.encode() + b"\n", SIGNED.encode("gb18030"), SIGNED.replace("\n", "\r\n").encode(),
    SIGNED.replace("\u2014 P", "\u2014 P P").encode(),
    SIGNED.replace("Neumann x", "Neumann ").encode(),
    SIGNED.replace("think", "thi\tnk").encode(), b"\n\n" + SIGNED.partition("\n\n")[2].encode(),
    b"text\n\n\xe2\x80\x94 a+b x08go/ZJkuBS\n", b"text\n\n\xe2\x80\x94 ab x08goA==\n",
    ("x" * 70_000 + SIGNED).encode(),
])  # fmt: skip
def test_what_is_no_note_is_refused_and_told(data: bytes) -> None:
    with pytest.raises(NotASignedNote, match="no signed note"):
        read(data)


def test_a_note_may_have_many_signatures_and_not_endless_ones() -> None:
    line = LOG.sign(TEXT)
    assert len(read(str(Note(TEXT, (line,) * SIGNATURES_MOST)).encode()).signatures) == 64
    with pytest.raises(NotASignedNote):
        read(str(Note(TEXT, (line,) * (SIGNATURES_MOST + 1))).encode())


def test_a_text_may_have_empty_lines() -> None:
    text = "one\n\ntwo\n"
    assert read(str(note_of(LOG, text=text)).encode()).text == text


# -- checkpoints -------------------------------------------------------------------------------


def test_a_checkpoint_is_an_origin_a_size_and_a_root() -> None:
    checkpoint = Checkpoint("example.org/log", 20_852_163, bytes(range(32)))
    assert checkpoint.text == (
        "example.org/log\n20852163\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    )
    assert trusted(str(note_of(LOG, text=checkpoint.text)).encode(), [LOG.verifier]) == checkpoint


@pytest.mark.parametrize("text", [
    "", "\n", "o\n1\n", "o\n1\nAAAA\n", TEXT.replace("7", "07"), TEXT.replace("7", "-7"),
    TEXT.replace("7", "７"), TEXT.replace("7", str(2**63)), TEXT.replace("7", " 7"),
    TEXT + "an extension\n", TEXT.replace("AAA=", "AAB="), "\n" + TEXT.partition("\n")[2],
])  # fmt: skip
def test_what_is_no_checkpoint_is_refused_and_told(text: str) -> None:
    with pytest.raises(NotASignedNote, match="no checkpoint"):
        parse(Note(text, ()))


@pytest.mark.parametrize(
    ("text", "size"),
    [("0", 0), ("10", 10), (str(SIZE_MOST), SIZE_MOST), (str(SIZE_MOST + 1), None), ("", None),
     ("00", None), ("+1", None), ("1_0", None), ("1\n", None)],
)  # fmt: skip
def test_a_size_is_written_in_one_way(text: str, size: int | None) -> None:
    assert size_of(text) == size


@pytest.mark.parametrize("text", ["AA=", "AAA", "AB==", "A A=", "AA==\n", "é", "=="])
def test_bytes_have_one_text(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        exact(text)
