"""Verifying offline: whatever is done to a bundle is found, named, and told in one sentence."""

import struct
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ledger.audit import verify as verifying
from ledger.audit.bundle import Bundle
from ledger.audit.bundle_tree import Kept
from ledger.audit.checks import as_json
from ledger.audit.notes import Kind, Signer
from ledger.audit.report import Check, Finding, Report
from ledger.audit.tiles import WIDTH
from ledger.audit.trust import Trust
from ledger.audit.verify import verify
from tests.audit.bundles import STRANGER, Town, all_entries, altered, handed, sign_files, tile
from tests.servers import Server, temporary_database


@pytest.fixture(scope="module")
def town(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Any:
    with temporary_database(embedded) as database:
        yield Town(database, tmp_path_factory.mktemp("town"))


@pytest.fixture
def bundle(town: Town, tmp_path: Path) -> Bundle:
    return town.bundle(tmp_path.name)


@pytest.fixture
def entries(bundle: Bundle) -> list[bytes]:
    return all_entries(bundle)


def first(report: Report) -> Finding:
    """What is told first, in both languages."""
    assert not report.sound
    found = report.findings[0]
    assert found.zh
    assert found.en.count(".") <= 2
    return found


def test_a_bundle_as_it_was_written_is_sound(town: Town, bundle: Bundle) -> None:
    report = verify(bundle, town.trust)
    assert report.findings == []
    assert report.checkpoint is not None
    assert report.log.events == report.checkpoint.size == len(all_entries(bundle))
    assert report.recipient == handed().auditor
    assert report.files == len(bundle.names()) - 2
    assert b'"sound":true' in as_json(report)


def test_every_byte_of_a_bundle_counts(town: Town, bundle: Bundle) -> None:
    dice = Random(1)
    for name in sorted(bundle.names()):
        file = bundle.folder / name
        whole = file.read_bytes()
        places = range(len(whole)) if len(whole) < 600 else dice.sample(range(len(whole)), 60)
        for place in places:
            spoilt = bytearray(whole)
            spoilt[place] ^= 1 << place % 8
            file.write_bytes(spoilt)
            assert first(verify(bundle, town.trust)).check in {Check.files, Check.checkpoint}
        file.write_bytes(whole)
    assert verify(bundle, town.trust).sound


@pytest.mark.parametrize("length", [0, 1, 2, -1])
def test_a_file_that_was_cut_is_named_and_so_is_one_that_was_put_there(
    town: Town, bundle: Bundle, length: int
) -> None:
    for name in sorted(bundle.names() - {"manifest", "files"}):
        file = bundle.folder / name
        whole = file.read_bytes()
        file.write_bytes(whole[:length])
        assert first(verify(bundle, town.trust)).where == name
        file.unlink()
        assert first(verify(bundle, town.trust)).where == name
        file.write_bytes(whole)
    (bundle.folder / "tile/0/extra").write_bytes(b"x")
    assert first(verify(bundle, town.trust)).where == "tile/0/extra"


def test_a_folder_that_is_no_bundle_is_told(town: Town, tmp_path: Path) -> None:
    (tmp_path / "manifest").mkdir()
    told = verify(Bundle(tmp_path), town.trust).findings
    assert {finding.check for finding in told} == {Check.files, Check.checkpoint}


# -- a forger without the key ------------------------------------------------------------------


def test_a_log_signed_by_another_key_is_nobodys(town: Town, entries: list[bytes]) -> None:
    found = first(verify(town.forged(entries, STRANGER), town.trust))
    assert "No key that you trust" in found.en
    report = verify(town.forged(entries, STRANGER), Trust((STRANGER.verifier,)))
    assert report.sound


def test_an_entry_edited_below_a_signed_root_is_named(
    town: Town, bundle: Bundle, entries: list[bytes]
) -> None:
    changed = altered(entries, "meal-claimed", lambda data: data.update(copayment_fen=0))
    place = next(at for at, one in enumerate(entries) if changed[at] != one)
    found = first(verify(_with(bundle, changed, town), town.trust))
    assert (found.check, found.where) == (Check.tree, str(place + 1))
    assert "first entry that is not the one that was signed" in found.en


def test_two_entries_that_change_places_are_named(
    town: Town, bundle: Bundle, entries: list[bytes]
) -> None:
    entries[4], entries[7] = entries[7], entries[4]
    assert first(verify(_with(bundle, entries, town), town.trust)).where == "5"


def test_a_tail_that_was_cut_is_named(town: Town, bundle: Bundle, entries: list[bytes]) -> None:
    found = verify(_with(bundle, entries[:-2], town), town.trust).findings
    assert "are not all there" in found[0].en
    assert found[1].where == "1"  # nothing of the file can be read


def test_tiles_that_do_not_fit_are_told_apart_from_entries(town: Town, bundle: Bundle) -> None:
    file = tile(bundle)
    file.write_bytes(bytes(32) + file.read_bytes()[32:])
    sign_files(bundle.folder, town.signer)
    found = first(verify(bundle, town.trust))
    assert found.where == str(file.relative_to(bundle.folder))
    assert "not that of the entries" in found.en


def test_where_nothing_leads_to_the_root_that_is_told(
    town: Town, bundle: Bundle, entries: list[bytes]
) -> None:
    changed = altered(entries, "meal-claimed", lambda data: data.update(copayment_fen=0))
    file = tile(bundle)
    file.write_bytes(file.read_bytes()[:-1] + b"\x00")
    assert first(verify(_with(bundle, changed, town), town.trust)).where == "root"


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
    town: Town, entries: list[bytes], what: str
) -> None:
    kind, change, told = REWRITTEN[what]
    changed = altered(entries, kind, change)
    place = next(at for at, one in enumerate(entries) if changed[at] != one)
    found = first(verify(town.forged(changed), town.trust))
    assert (found.check, found.where) == (Check.entries, str(place + 1))
    assert told in found.en


def test_another_history_is_found_by_a_checkpoint_or_a_receipt_that_was_kept(
    town: Town, entries: list[bytes]
) -> None:
    """Somebody's service was never there: by itself the other log is as good as the first."""
    other = town.forged(entries[:-2])
    assert verify(other, town.trust).sound
    kept = Kept("march.checkpoint", town.checkpoint())
    assert "the end was cut off" in first(verify(other, town.trust, earlier=[kept])).en
    receipt = Kept("mine.tlog-proof", town.receipt(entries, len(entries)))
    found = first(verify(other, town.trust, kept_receipts=[receipt]))
    assert f"says something else at position {len(entries)}" in found.en


def test_a_checkpoint_of_the_same_size_shows_two_histories(
    town: Town, entries: list[bytes]
) -> None:
    changed = altered(entries, "person-registered", lambda data: data.update(number="0"))
    kept = Kept("march.checkpoint", town.checkpoint())
    found = verify(town.forged(changed), town.trust, earlier=[kept]).findings
    assert "another history" in next(each.en for each in found if each.check is Check.earlier)


def test_what_was_kept_is_checked_too(town: Town, bundle: Bundle, entries: list[bytes]) -> None:
    good = Kept("good", town.receipt(entries, 3))
    assert verify(bundle, town.trust, kept_receipts=[good]).sound
    assert verify(bundle, town.trust, earlier=[Kept("c", town.checkpoint())]).sound
    for data in (b"", good.data[:-3], good.data.replace(b"index 2", b"index 1")):
        report = verify(bundle, town.trust, kept_receipts=[Kept("bad", data)])
        assert first(report)[:2] == (Check.receipts, "bad")
    report = verify(bundle, town.trust, earlier=[Kept("bad", b"")])
    assert first(report)[:2] == (Check.earlier, "bad")
    stranger = Signer("elsewhere.example/log", Kind.log, bytes(range(32)))
    elsewhere = Trust((*town.trust.logs, stranger.verifier))
    text = f"{stranger.name}\n1\n{'A' * 43}=\n"
    note = f"{text}\n{stranger.sign(text).line}".encode()
    report = verify(bundle, elsewhere, earlier=[Kept("theirs", note)])
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
def test_an_entry_has_one_form(town: Town, entries: list[bytes], form: str) -> None:
    entries[5] = FORMS[form](entries[5])
    found = first(verify(town.forged(entries), town.trust))
    assert (found.check, found.where) == (Check.entries, "6")


# -- however it is read ------------------------------------------------------------------------


def test_a_long_log_is_read_in_runs(
    town: Town, entries: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entries again and again are no log, but they are a tree."""
    monkeypatch.setattr(verifying, "FILES_AT_ONCE", 1)
    long = (entries * 30)[: 2 * WIDTH + 5]
    report = verify(town.forged(long), town.trust)
    assert {finding.check for finding in report.findings} == {Check.entries}
    assert report.checkpoint is not None


@pytest.mark.parametrize("seed", range(40))
def test_no_damage_makes_it_fall_over(
    town: Town, bundle: Bundle, tmp_path: Path, seed: int
) -> None:
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
    assert not verify(bundle, town.trust).sound
    sign_files(bundle.folder, town.signer)
    assert all(each.zh for each in verify(bundle, town.trust).findings)


def _with(bundle: Bundle, entries: list[bytes], town: Town) -> Bundle:
    """The bundle with other entries, its list signed anew by somebody who can only do that."""
    [file] = [each for each in (bundle.folder / "tile/entries").rglob("*") if each.is_file()]
    file.write_bytes(b"".join(struct.pack(">H", len(each)) + each for each in entries))
    sign_files(bundle.folder, town.signer)
    return bundle
