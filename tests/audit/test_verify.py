"""Verifying offline: whatever is done to a bundle is found, named, and told in one sentence."""

import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ledger.audit.bundle import Bundle, packed
from ledger.audit.bundle_tree import Kept
from ledger.audit.checks import as_json
from ledger.audit.notes import Kind, Signer
from ledger.audit.report import Check, Finding, Report
from ledger.audit.tiles import WIDTH
from ledger.audit.trust import Trust
from ledger.audit.verify import verify
from tests.audit.bundles import (
    OURS,
    THEIRS,
    Town,
    edited,
    entries_of,
    handed,
    index_of,
    listed,
    note,
    receipt,
    sealed,
    town_of_meals,
)
from tests.servers import Server

TRUST = Trust((OURS.verifier,))


@pytest.fixture(scope="module")
def town(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town_of_meals(embedded, tmp_path_factory.mktemp("town")) as (town, _):
        yield town


@pytest.fixture(scope="module")
def log(town: Town) -> tuple[bytes, ...]:
    return tuple(entries_of(town.bundle("whole").folder))


@pytest.fixture
def entries(log: tuple[bytes, ...]) -> list[bytes]:
    return list(log)


@pytest.fixture
def bundle(log: tuple[bytes, ...], tmp_path: Path) -> Bundle:
    return Bundle(sealed(tmp_path / "bundle", log))


def first(report: Report) -> Finding:
    """What is told first, in both languages."""
    assert not report.sound
    found = report.findings[0]
    assert found.zh
    assert found.en.count(".") <= 2
    return found


def test_a_bundle_as_it_was_written_is_sound(town: Town) -> None:
    bundle = town.bundle("as it was written")
    report = verify(bundle, town.trust)
    assert report.findings == []
    assert report.checkpoint is not None
    assert report.log.events == report.checkpoint.size == len(entries_of(bundle.folder))
    assert report.recipient == handed().auditor
    assert report.files == len(bundle.names()) - 2
    assert b'"sound":true' in as_json(report)


def test_every_byte_of_a_bundle_counts(bundle: Bundle) -> None:
    dice = Random(1)
    for name in sorted(bundle.names()):
        file = bundle.folder / name
        whole = file.read_bytes()
        places = range(len(whole)) if len(whole) < 600 else dice.sample(range(len(whole)), 60)
        for place in places:
            spoilt = bytearray(whole)
            spoilt[place] ^= 1 << place % 8
            file.write_bytes(spoilt)
            assert first(verify(bundle, TRUST)).check in {Check.files, Check.checkpoint}
        file.write_bytes(whole)
    assert verify(bundle, TRUST).sound


@pytest.mark.parametrize("length", [0, 1, 2, -1])
def test_a_file_that_was_cut_is_named_and_so_is_one_that_was_put_there(
    bundle: Bundle, length: int
) -> None:
    for name in sorted(bundle.names() - {"manifest", "files"}):
        file = bundle.folder / name
        whole = file.read_bytes()
        file.write_bytes(whole[:length])
        assert first(verify(bundle, TRUST)).where == name
        file.unlink()
        assert first(verify(bundle, TRUST)).where == name
        file.write_bytes(whole)
    (bundle.folder / "tile/0/extra").write_bytes(b"x")
    assert first(verify(bundle, TRUST)).where == "tile/0/extra"


def test_a_folder_that_is_no_bundle_is_told(tmp_path: Path) -> None:
    (tmp_path / "manifest").mkdir()
    told = verify(Bundle(tmp_path), TRUST).findings
    assert {finding.check for finding in told} == {Check.files, Check.checkpoint}


# -- a forger without the key ------------------------------------------------------------------


def test_a_log_signed_by_another_key_is_nobodys(tmp_path: Path, entries: list[bytes]) -> None:
    theirs = Bundle(sealed(tmp_path / "theirs", entries, THEIRS))
    assert "No key that you trust" in first(verify(theirs, TRUST)).en
    assert verify(theirs, Trust((THEIRS.verifier,))).sound


def test_an_entry_edited_below_a_signed_root_is_named(bundle: Bundle, entries: list[bytes]) -> None:
    place = index_of(entries, "meal-claimed")
    changed = edited(entries, place, lambda data: data.update(copayment_fen=0))
    found = first(verify(_with(bundle, changed), TRUST))
    assert (found.check, found.where) == (Check.tree, str(place + 1))
    assert "first entry that is not the one that was signed" in found.en


def test_two_entries_that_change_places_are_named(bundle: Bundle, entries: list[bytes]) -> None:
    entries[4], entries[7] = entries[7], entries[4]
    assert first(verify(_with(bundle, entries), TRUST)).where == "5"


def test_a_tail_that_was_cut_is_named(bundle: Bundle, entries: list[bytes]) -> None:
    found = verify(_with(bundle, entries[:-2]), TRUST).findings
    assert "are not all there" in found[0].en
    assert found[1].where == "1"  # nothing of the file can be read


def test_tiles_that_do_not_fit_are_told_apart_from_entries(bundle: Bundle) -> None:
    file = hashes_of(bundle)
    file.write_bytes(bytes(32) + file.read_bytes()[32:])
    listed(bundle.folder)
    found = first(verify(bundle, TRUST))
    assert found.where == str(file.relative_to(bundle.folder))
    assert "not that of the entries" in found.en


def test_where_nothing_leads_to_the_root_that_is_told(bundle: Bundle, entries: list[bytes]) -> None:
    place = index_of(entries, "meal-claimed")
    changed = edited(entries, place, lambda data: data.update(copayment_fen=0))
    file = hashes_of(bundle)
    file.write_bytes(file.read_bytes()[:-1] + b"\x00")
    assert first(verify(_with(bundle, changed), TRUST)).where == "root"


# -- a forger with the key ---------------------------------------------------------------------


def _shares(data: Any) -> None:
    """The fund bears a yuan more, the eater less; the price stays."""
    data["shares"][0]["amount_fen"] += 100
    data["copayment_fen"] -= 100


def _off_balance(data: Any) -> None:
    data["price_fen"] += 100
    data["copayment_fen"] += 100


def _other_rule(data: Any) -> None:
    data["rule"] = "NOBODYS"


def _other_version(data: Any) -> None:
    data["policy_version"] = 7


REWRITTEN: dict[str, tuple[str, Callable[[Any], None], str]] = {
    "a share": ("meal-claimed", _shares, "the payers bear"),
    "a price": ("meal-claimed", _off_balance, "the policy's price is"),
    "a rule": ("meal-claimed", _other_rule, "has no rule NOBODYS"),
    "a version": ("meal-claimed", _other_version, "which was not in force"),
}


@pytest.mark.parametrize("what", REWRITTEN)
def test_a_rewritten_log_that_is_whole_in_itself_breaks_a_rule(
    tmp_path: Path, entries: list[bytes], what: str
) -> None:
    kind, change, told = REWRITTEN[what]
    place = index_of(entries, kind)
    forged = Bundle(sealed(tmp_path / "forged", edited(entries, place, change)))
    found = first(verify(forged, TRUST))
    assert (found.check, found.where) == (Check.entries, str(place + 1))
    assert told in found.en


def test_another_history_is_found_by_a_checkpoint_or_a_receipt_that_was_kept(
    tmp_path: Path, entries: list[bytes]
) -> None:
    """Somebody's service was never there: by itself the other log is as good as the first."""
    other = Bundle(sealed(tmp_path / "forged", entries[:-2]))
    assert verify(other, TRUST).sound
    kept = Kept("march.checkpoint", note(entries))
    assert "the end was cut off" in first(verify(other, TRUST, earlier=[kept])).en
    mine = Kept("mine.tlog-proof", receipt(entries, len(entries) - 1))
    found = first(verify(other, TRUST, kept_receipts=[mine]))
    assert f"says something else at position {len(entries)}" in found.en


def test_a_checkpoint_of_the_same_size_shows_two_histories(
    tmp_path: Path, entries: list[bytes]
) -> None:
    place = index_of(entries, "person-registered")
    changed = edited(entries, place, lambda data: data.update(number="0"))
    kept = Kept("march.checkpoint", note(entries))
    found = verify(Bundle(sealed(tmp_path / "forged", changed)), TRUST, earlier=[kept]).findings
    assert "another history" in next(each.en for each in found if each.check is Check.earlier)


def test_what_was_kept_is_checked_too(bundle: Bundle, entries: list[bytes]) -> None:
    good = Kept("good", receipt(entries, 2))
    assert verify(bundle, TRUST, kept_receipts=[good]).sound
    assert verify(bundle, TRUST, earlier=[Kept("c", note(entries))]).sound
    for data in (b"", good.data[:-3], good.data.replace(b"index 2", b"index 1")):
        report = verify(bundle, TRUST, kept_receipts=[Kept("bad", data)])
        assert first(report)[:2] == (Check.receipts, "bad")
    report = verify(bundle, TRUST, earlier=[Kept("bad", b"")])
    assert first(report)[:2] == (Check.earlier, "bad")
    stranger = Signer("elsewhere.example/log", Kind.log, bytes(range(32)))
    elsewhere = Trust((*TRUST.logs, stranger.verifier))
    text = f"{stranger.name}\n1\n{'A' * 43}=\n"
    signed = f"{text}\n{stranger.sign(text).line}".encode()
    report = verify(bundle, elsewhere, earlier=[Kept("theirs", signed)])
    assert "another log" in first(report).en


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "a space": lambda entry: entry.replace(b'"position":', b'"position": '),
    "one field more": lambda entry: entry.replace(b'"version":', b'"more":1,"version":'),
    "another time zone": lambda entry: entry.replace(b'Z","state"', b'+00:00","state"'),
    "a list": lambda _: b"[]",
    "no text": lambda _: b"\xff",
    "nothing": lambda _: b"",
}


@pytest.mark.parametrize("form", FORMS)
def test_an_entry_has_one_form(tmp_path: Path, entries: list[bytes], form: str) -> None:
    entries[5] = FORMS[form](entries[5])
    found = first(verify(Bundle(sealed(tmp_path / "forged", entries)), TRUST))
    assert (found.check, found.where) == (Check.entries, "6")


# -- however it is read ------------------------------------------------------------------------


def test_a_long_log_is_read_file_by_file(tmp_path: Path, entries: list[bytes]) -> None:
    """Entries again and again are no log, but they are a tree."""
    long = (entries * 30)[: 2 * WIDTH + 5]
    report = verify(Bundle(sealed(tmp_path / "forged", long)), TRUST)
    assert {finding.check for finding in report.findings} == {Check.entries}
    assert report.checkpoint is not None


@pytest.mark.parametrize("seed", range(40))
def test_no_damage_makes_it_fall_over(bundle: Bundle, tmp_path: Path, seed: int) -> None:
    dice = Random(seed)
    for name in dice.sample(sorted(bundle.names()), 3):
        file = bundle.folder / name
        content = bytearray(file.read_bytes())
        match dice.randrange(4):
            case 0:
                content = bytearray(dice.randbytes(dice.randrange(300)))
            case 1:
                del content[dice.randrange(len(content)) :]
            case 2:
                content[dice.randrange(len(content)) :] = dice.randbytes(40)
            case _:
                content[:2] = struct.pack(">H", dice.randrange(65_536))
        file.write_bytes(content)
    assert not verify(bundle, TRUST).sound
    listed(bundle.folder)
    assert all(each.zh for each in verify(bundle, TRUST).findings)


def _with(bundle: Bundle, entries: list[bytes]) -> Bundle:
    """The bundle with other entries, its list signed anew by somebody who can only do that."""
    [file] = [each for each in (bundle.folder / "tile/entries").rglob("*") if each.is_file()]
    file.write_bytes(packed(entries))
    listed(bundle.folder)
    return bundle


def hashes_of(bundle: Bundle) -> Path:
    """The one file of hashes of a small bundle."""
    [file] = [each for each in (bundle.folder / "tile/0").rglob("*") if each.is_file()]
    return file
