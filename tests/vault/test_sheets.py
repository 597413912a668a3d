"""Papers: what is sealed opens for its own key in its own place, and is what was committed to."""

import base64
import hashlib
import hmac
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.facts import Contact, FactSheet, Hardship, HardshipSpell, Note, Residence
from ledger.domain.values import CommunityId, NoteText
from ledger.vault import sheets
from ledger.vault.errors import PaperUnreadable, VaultError
from ledger.vault.keys import MasterKey
from ledger.vault.sheets import PADDED_BYTES, PaperKind, PaperName, Sealed, prepare
from tests.vault.papers import CHEN, HER_CONTACT, HER_FACTS, LIANG

KEY = bytes(range(32))
SALT = bytes(range(16))

FROZEN_PAPER = (
    b'{"born_on":"1941-02-28","habitual":[{"community":"jinning","since":"1999-01-01",'
    b'"until":null}],"hardships":[{"hardship":"living_alone","since":null,"until":null}],'
    b'"memberships":[],"registered":[],"relations":[]}'
)
FROZEN_COMMITMENT = "hmac-sha256:5d32cfe8d4b60ace8630519f605d9344ccd98e6398d31633a0d24d72e7653612"
FROZEN_ROW = base64.b64decode(
    "rdMubpa9v3xoLsvg53X84KmJCqBAsIUKoPyWb2ZL39+FoFiAFfutFdtfmnpcary1BmKYvDEE+UdK26gm/wxk74I5VhqI"
    "pZ5lb9Bf4FXxtA0/MbesZga+hA5gsgBw3EBnYEXbvBZSaB/8Pa9CeLjeoV6vwVThD+HqlaOmhELmQ5KY1FV5LGniP0wO"
    "km1qrXpxKtMuu5tmzYUASPv5eDwtPeDwS5f/0OY4dSurK6m9FbxMM1aMAalWBAIUr62k8YNu7WFNR5zx17ZVtz/BRYc9"
    "UCY4T7np7Wk3H+Ht3MOrWyh9y2rWvsfdsVNkaynZaCaj4CuU6eT/r0maJjZQZ0fFT3mpPJhYu5HGYpukeoeW3Y+oqMyF"
    "BB89gycrkEaPWxJjtVUI8ANZzmzePTRpXlcy1roSpTUa/DFfCeamFQjcQQh1/nwz3bbh5tHtsi/jYHA3dSgSsqGESNAH"
    "fNvataBvyJEfm9mawfl1Ghpx+YjI5AuhC9qQL+yYFAZ+dAkI+wTGvtR8Vce1vQtr2Z1XR0AKCUzJjeDJSnqhje3CEEgF"
    "COrZm//+LkHo353ehS7DrICw8tSy+nYjCyIcAX+73/VfxeReaT7TZV1/1BCNU4Idz28IYS9DvRN40HPQ7A9AIfe0YAY+"
    "5Ab1dgljZmHHRcyY3SRnzVpuzV2U6Y6f83hEJL3o1v9cbYFLwfb6Hlhj56f+XkB3Y8u8UKbr4uoq"
)

texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60) | st.sampled_from(
    [
        "é",
        "Ω",
        "张芬",
        "𠮷",
        "👵🏽",
        "\u2028",
        "\x00\x1f\x7f",
        '"\\/',
        "\ud7ff\ue000\uffff\U0010ffff",
    ]
)


papers = (
    st.from_type(FactSheet)
    | st.builds(Contact, texts, st.none() | texts)
    | st.builds(Note, texts.map(NoteText))
)


def as_an_auditor_computes_it(disclosed: bytes) -> str:
    """The formula as documented, with nothing but the standard library."""
    opened = json.loads(disclosed)
    canonical = json.dumps(
        opened["paper"], sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
    salt = base64.b64decode(opened["salt"], validate=True)
    assert len(salt) == 16
    return "hmac-sha256:" + hmac.new(salt, canonical, hashlib.sha256).hexdigest()


@given(papers)
def test_what_was_sealed_opens_as_it_was_and_keeps_its_commitment(paper: sheets.Paper) -> None:
    prepared = prepare(paper)
    row = sheets.seal(prepared, CHEN, 7, KEY)
    opened = sheets.open_sealed(row, KEY)
    opened.must_be(row.name, prepared.commitment)
    assert (opened.paper, opened.commitment) == (paper, prepared.commitment)


@given(papers)
def test_an_auditor_who_is_handed_a_paper_can_check_it(paper: sheets.Paper) -> None:
    prepared = prepare(paper)
    disclosed = sheets.disclose(sheets.seal(prepared, CHEN, 1, KEY), KEY)
    assert as_an_auditor_computes_it(disclosed) == prepared.commitment
    assert sheets.commitment_of(disclosed) == prepared.commitment


def test_the_commitment_of_a_known_paper_never_changes() -> None:
    prepared = sheets._salted(HER_FACTS, SALT)
    assert json.loads(prepared.disclosed) == {
        "paper": json.loads(FROZEN_PAPER),
        "salt": "AAECAwQFBgcICQoLDA0ODw==",
    }
    assert prepared.disclosed.startswith(b'{"paper":' + FROZEN_PAPER + b',"salt":"')
    assert prepared.commitment == FROZEN_COMMITMENT


def test_a_row_of_today_opens_for_ever() -> None:
    row = Sealed(PaperName(CHEN, PaperKind.facts, 1), FROZEN_ROW)
    opened = sheets.open_sealed(row, KEY)
    assert (opened.paper, opened.commitment) == (HER_FACTS, FROZEN_COMMITMENT)


def test_a_wrapped_key_of_today_unwraps_for_ever() -> None:
    """The vector of RFC 3394, 4.6: 256 bits of key data with a 256-bit key."""
    key = bytes.fromhex("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f")
    wrapped = "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"
    master = MasterKey("0001-0123456789abcdef", KEY)
    assert sheets.wrap(master, key).hex() == wrapped
    assert sheets.unwrap(master, bytes.fromhex(wrapped), "somebody") == key


def test_a_paper_of_an_earlier_or_later_release_keeps_its_commitment() -> None:
    """Fewer fields then, more fields some day: the commitment covers the bytes as they stand."""
    paper = b'{"born_on":"1941-02-28","zodiac":"snake"}'
    disclosed = b'{"paper":' + paper + b',"salt":"AAECAwQFBgcICQoLDA0ODw=="}'
    prepared = sheets.Prepared(PaperKind.facts, HER_FACTS, disclosed, "")
    opened = sheets.open_sealed(sheets.seal(prepared, CHEN, 1, KEY), KEY)
    assert opened.paper == FactSheet(date(1941, 2, 28))
    assert opened.commitment == "hmac-sha256:" + hmac.digest(SALT, paper, "sha256").hex()


def test_the_same_paper_is_never_committed_to_nor_sealed_alike() -> None:
    twice = [prepare(HER_FACTS) for _ in range(2)]
    assert len({prepared.commitment for prepared in twice}) == 2
    assert len({sheets.seal(twice[0], CHEN, 1, KEY).sealed for _ in range(2)}) == 2


@pytest.mark.parametrize(
    "place",
    [
        PaperName(LIANG, PaperKind.facts, 1),
        PaperName(CHEN, PaperKind.contact, 1),
        PaperName(CHEN, PaperKind.facts, 2),
        PaperName(CHEN, PaperKind.facts, 11),
    ],
)
def test_a_row_that_was_moved_does_not_open(place: PaperName) -> None:
    row = sheets.seal(prepare(HER_FACTS), CHEN, 1, KEY)
    with pytest.raises(PaperUnreadable, match=f"{place.kind} {place.version} of person"):
        sheets.open_sealed(Sealed(place, row.sealed), KEY)


def test_a_row_with_any_byte_changed_does_not_open() -> None:
    row = sheets.seal(prepare(HER_FACTS), CHEN, 1, KEY)
    for place in range(len(row.sealed)):
        flipped = bytearray(row.sealed)
        flipped[place] ^= 1
        with pytest.raises(PaperUnreadable):
            sheets.open_sealed(Sealed(row.name, bytes(flipped)), KEY)


@pytest.mark.parametrize("length", [0, 1, 7, 8, 11, 12, 27, 28, 100])
def test_a_row_that_was_cut_does_not_open(length: int) -> None:
    row = sheets.seal(prepare(HER_FACTS), CHEN, 1, KEY)
    with pytest.raises(PaperUnreadable):
        sheets.open_sealed(Sealed(row.name, row.sealed[:length]), KEY)


def test_another_key_opens_nothing() -> None:
    row = sheets.seal(prepare(HER_FACTS), CHEN, 1, KEY)
    with pytest.raises(PaperUnreadable):
        sheets.open_sealed(row, bytes(32))


def test_another_master_key_unwraps_nothing() -> None:
    wrapped = sheets.wrap(MasterKey("one", KEY), sheets.new_key())
    with pytest.raises(PaperUnreadable, match="somebody does not unwrap with master key two"):
        sheets.unwrap(MasterKey("two", bytes(32)), wrapped, "somebody")


@pytest.mark.parametrize("wrapped", [b"", b"short", bytes(40), bytes(41), bytes(48)])
def test_what_is_no_wrapped_key_unwraps_to_nothing(wrapped: bytes) -> None:
    with pytest.raises(PaperUnreadable):
        sheets.unwrap(MasterKey("one", KEY), wrapped, "somebody")


def test_a_paper_that_the_log_does_not_commit_to_is_refused() -> None:
    row = sheets.seal(prepare(HER_FACTS), CHEN, 1, KEY)
    for another in (prepare(HER_FACTS).commitment, ""):
        with pytest.raises(PaperUnreadable, match="log commits to"):
            sheets.open_sealed(row, KEY).must_be(row.name, another)


@pytest.mark.parametrize(
    "disclosed",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        b'{"paper":{"born_on":"1941-02-28"}}',
        b'{"paper":{"born_on":"1941-02-28"},"salt":"AAECAwQFBgcICQoLDA0O"}',  # 15 bytes
        b'{"paper":{"born_on":"1941-02-28"},"salt":"AAECAwQFBgcICQoLDA0ODwA="}',  # 17 bytes
        b'{"paper":{"born_on":"1941-02-28"},"salt":"living_alone"}',
    ],
)
def test_what_is_no_disclosed_paper_is_refused_without_quoting_it(disclosed: bytes) -> None:
    refused = sheets.seal(sheets.Prepared(PaperKind.facts, HER_FACTS, disclosed, ""), CHEN, 1, KEY)
    with pytest.raises(PaperUnreadable, match="not a disclosed paper"):
        sheets.commitment_of(disclosed)
    with pytest.raises(PaperUnreadable, match="not written as such a paper is"):
        sheets.open_sealed(refused, KEY)


@pytest.mark.parametrize(
    "paper",
    [
        b"null",
        b'{"born_on":"1941-02-30"}',
        b'{"born_on":"1941-02-28","hardships":[{"hardship":"lonely_chen"}]}',
        b'{"born_on":"1941-02-28","relations":"\xe9\x99"}',
    ],
)
def test_a_paper_that_is_no_fact_sheet_is_refused_without_quoting_it(paper: bytes) -> None:
    disclosed = b'{"paper":' + paper + b',"salt":"AAECAwQFBgcICQoLDA0ODw=="}'
    prepared = sheets.Prepared(PaperKind.facts, HER_FACTS, disclosed, "")
    with pytest.raises(PaperUnreadable) as refused:
        sheets.open_sealed(sheets.seal(prepared, CHEN, 1, KEY), KEY)
    assert "lonely_chen" not in str(refused.value)
    assert refused.value.__suppress_context__


@pytest.mark.parametrize("half", ["\ud800", "陈\udfff芬"])
def test_text_that_is_not_unicode_is_refused_without_quoting_it(half: str) -> None:
    with pytest.raises(VaultError, match="not Unicode") as refused:
        prepare(Contact(half))
    assert half not in str(refused.value)
    assert refused.value.__suppress_context__


def test_a_row_tells_nothing_by_its_length() -> None:
    rows = [
        sheets.seal(prepare(paper), CHEN, 1, KEY)
        for paper in (HER_FACTS, FactSheet(date(1941, 2, 28)), HER_CONTACT, Contact("陈"))
    ]
    assert {len(row.sealed) for row in rows} == {PADDED_BYTES + 12 + 16}


def test_a_huge_sheet_is_padded_to_the_next_full_length() -> None:
    many = tuple(Residence(CommunityId(f"c{n}"), date(1900, 1, 1)) for n in range(10_000))
    huge = FactSheet(date(1900, 1, 1), many, hardships=(HardshipSpell(Hardship.special_care),))
    row = sheets.seal(prepare(huge), CHEN, 1, KEY)
    assert (len(row.sealed) - 12 - 16) % PADDED_BYTES == 0
    assert sheets.open_sealed(row, KEY).paper == huge


def test_nothing_personal_and_no_key_shows_in_the_text_of_anything() -> None:
    prepared = prepare(HER_CONTACT)
    row = sheets.seal(prepared, CHEN, 1, KEY)
    for thing in (prepared, row, sheets.open_sealed(row, KEY)):
        shown = repr(thing) + str(thing)
        assert HER_CONTACT.name not in shown
        assert str(HER_CONTACT.phone) not in shown
        assert "salt" not in shown
        assert "\\x" not in shown
