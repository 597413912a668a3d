"""The independent verifier: it lets a true bundle pass, and names what is wrong with any other."""

import ast
import re
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.vendor.pretty import pretty

from ledger.audit.bundle import packed
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.notes import Kind, Note, Signer
from ledger.audit.notes import read as read_note
from tests.audit.bundles import (
    OURS,
    THEIRS,
    edited,
    index_of,
    listed,
    note,
    read,
    receipt,
    sealed,
    written,
)
from tests.audit.sealed_log import ORIGIN
from tests.audit.trees import Tree, entries
from tests.audit.verifying import KEY, PROGRAM, SEEDS, VERIFIER, Forged, verified

LINES_MAX = 200


def as_a_program(folder: Path, key: str, *more: object) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, PROGRAM, folder, "--key", key, *more)
    return subprocess.run(
        list(map(str, command)), capture_output=True, encoding="utf-8", check=False
    )


# -- what is true ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_true_bundle_of_a_town_passes_and_it_says_what_it_did_not_check(
    seed: int, bundles: dict[int, tuple[Path, str]]
) -> None:
    folder, key = bundles[seed]
    answer = as_a_program(folder, key)
    assert answer.returncode == 0, answer.stdout
    assert "发现 0 处问题。Found wrong: 0." in answer.stdout
    for unchecked in (
        "fact sheets",
        "a witness",
        "the town's paper",
        "Dues, minutes, double ids, tiles, rights",
    ):
        assert unchecked in answer.stdout
    assert answer.stderr == ""
    assert as_a_program(folder, KEY).returncode == 1


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 512, 513, 530])
def test_a_bundle_of_any_size_passes_with_what_was_signed_before_and_every_receipt(
    size: int, log: Forged, tmp_path: Path
) -> None:
    folder = sealed(tmp_path / "bundle", log[:size])
    given: list[object] = []
    for earlier in {0, 1, size // 2, size - 1, size}:
        (tmp_path / f"{earlier}").write_bytes(note(log[:earlier]))
        given += ["--earlier", tmp_path / f"{earlier}"] if earlier else []
    for index in {0, size // 3, size - 1}:
        (tmp_path / f"r{index}").write_bytes(receipt(log[:size], index))
        given += ["--receipt", tmp_path / f"r{index}"]
    assert verified(folder, *given) == []


def test_it_reads_like_a_page_and_has_nothing_of_ours() -> None:
    text = PROGRAM.read_text()
    assert len(text.splitlines()) <= LINES_MAX
    tree = ast.parse(text)
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            names.add(str(node.module))
        if isinstance(node, ast.FunctionDef) and node.name not in {"__init__", "say"}:
            assert re.search(r"[\u4e00-\u9fff].* · .*[a-z]", ast.get_docstring(node) or ""), (
                node.name
            )
    others = {name.split(".")[0] for name in names} - sys.stdlib_module_names
    assert others == {"cryptography"}


def test_a_log_is_told_in_a_word(log: Forged) -> None:
    """Hypothesis warns of half a megabyte, and hides what it wanted to tell."""
    assert pretty(log) == f"<{len(log)} entries>"


# -- damage ----------------------------------------------------------------------------------


def test_every_byte_of_a_bundle_counts(log: Forged, tmp_path: Path) -> None:
    folder = sealed(tmp_path / "bundle", log[:7])
    for file in [each for each in folder.rglob("*") if each.is_file()]:
        content = file.read_bytes()
        for at in range(len(content)):
            file.write_bytes(content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :])
            assert verified(folder), f"{file.name}: byte {at}"
        file.write_bytes(content)
    assert verified(folder) == []


@pytest.mark.parametrize("name", ["checkpoint", "policy", "files", "manifest", "tile/0/001.p/44"])
@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"\n\n", b"x" * 70_000])
def test_a_file_that_is_missing_or_is_something_else_is_named(
    name: str, content: bytes | None, log: Forged, tmp_path: Path
) -> None:
    folder = sealed(tmp_path / "bundle", log[:300])
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)
    assert any(name in each for each in verified(folder)) or name == "files"
    assert verified(folder)


def test_a_file_beside_the_list_is_named_also_a_link(log: Forged, tmp_path: Path) -> None:
    folder = sealed(tmp_path / "bundle", log[:3])
    (folder / "tile/notes.txt").write_text("beside")
    (folder / "elsewhere").symlink_to(tmp_path)
    beside, link = verified(folder)[::-1]
    assert "tile/notes.txt" in beside
    assert "not listed" in beside
    assert "elsewhere" in link


def test_a_name_cannot_speak_to_the_terminal(log: Forged, tmp_path: Path) -> None:
    folder = sealed(tmp_path / "bundle", log[:3])
    (folder / "\x1b[32mall is well\n").write_text("")
    [finding] = verified(folder)
    assert finding.startswith("✗ ?[32mall is well?：")


def test_a_huge_file_is_not_read(log: Forged, tmp_path: Path) -> None:
    folder = sealed(tmp_path / "bundle", log[:3])
    with (folder / "tile/entries/000.p/3").open("r+b") as file:
        file.truncate(1 << 40)
    assert any("tile/entries/000.p/3" in each for each in verified(folder))


def test_a_folder_that_is_none_and_a_key_that_is_none_are_told(log: Forged, tmp_path: Path) -> None:
    assert verified(tmp_path / "nowhere")
    folder = sealed(tmp_path / "bundle", log[:3])
    for key in ("", "+", "a+b+c", KEY[:-4], KEY.replace("example", "other"), str(THEIRS.verifier)):
        assert verified(folder, key=key)
    assert verified(folder, "--earlier", tmp_path / "nothing", "--receipt", tmp_path)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    which=st.integers(0, 6),
    places=st.tuples(st.integers(0, 9_000), st.integers(0, 9_000)),
    put=st.binary(max_size=40),
    listed_anew=st.booleans(),
)
def test_no_damage_makes_it_stumble(
    which: int,
    places: tuple[int, int],
    put: bytes,
    *,
    listed_anew: bool,
    log: Forged,
    tmp_path: Path,
) -> None:
    folder = sealed(tmp_path / "bundle", log[:7])
    file = sorted(each for each in folder.rglob("*") if each.is_file())[which % 6]
    content = file.read_bytes()
    first, last = sorted(each % (len(content) + 1) for each in places)
    changed = content[:first] + put + content[last:]
    file.write_bytes(changed)
    if listed_anew:
        listed(folder)
    findings = verified(folder)
    if changed == content:
        assert findings == []
    elif file.name != "manifest" and not listed_anew:
        assert findings


STRANGE: tuple[Any, ...] = (
    *(None, True, -1, 10**30, "", "x", "\ud800", [], {}, [[]], {"amount_fen": None}),
    *([{"payer": [], "amount_fen": 1}], {"kind": {}, "name": 1}, "2026-02-30", "{p}"),
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_entry_makes_it_stumble_whatever_it_holds_and_whoever_signed_it(
    data: st.DataObject, log: Forged, tmp_path: Path
) -> None:
    kinds = sorted({read(each)["type"].split(".")[0] for each in log})
    index = index_of(log, data.draw(st.sampled_from(kinds)))
    it = read(log[index])
    where = it["state"]["data"] if data.draw(st.integers(0, 9)) else it["state"]
    where[data.draw(st.sampled_from(sorted(where)))] = data.draw(st.sampled_from(STRANGE))
    try:
        entry = written(it)
    except UnicodeEncodeError:
        entry = b'{"position":1,"state":' + b"[" * 50_000
    verified(sealed(tmp_path / "bundle", [*log[:index], entry, *log[index + 1 :]]))


# -- forged without the key ------------------------------------------------------------------


def test_all_of_it_made_anew_with_another_key_is_not_the_log(log: Forged, tmp_path: Path) -> None:
    forged = edited(log, index_of(log, "takings-counted"), lambda it: it.update(amount_fen=1))
    one, two = verified(sealed(tmp_path / "bundle", forged, THEIRS))
    assert "manifest" in one
    assert "checkpoint" in two
    assert "not signed by that key" in two


@pytest.mark.parametrize("index", [0, 1, 255, 256, 299])
def test_an_entry_that_was_edited_leads_to_another_root_although_the_list_was_signed_anew(
    index: int, log: Forged, tmp_path: Path
) -> None:
    other = edited(log[:300], index, lambda it: it.update(occurred_on="2026-01-02"))
    folder = sealed(tmp_path / "bundle", other)
    (folder / "checkpoint").write_bytes(note(log[:300]))
    findings = verified(listed(folder))
    assert findings[-1].startswith("✗ checkpoint：所签 300 条，此处 300 条，根不同")


def test_rows_that_were_swapped_lead_to_another_root(log: Forged, tmp_path: Path) -> None:
    folder = sealed(tmp_path / "bundle", log[:40])
    swapped = [*log[:20], log[21], log[20], *log[22:40]]
    (folder / "tile/entries/000.p/40").write_bytes(packed(swapped))
    *_, last = verified(listed(folder))
    assert "Not the signed root" in last


@pytest.mark.parametrize(("kind", "key_id"), [(b"\x01", bytes(4)), (b"\x02", None)])
def test_a_key_has_the_id_and_the_algorithm_that_belong_to_it(
    kind: bytes, key_id: bytes | None, log: Forged, tmp_path: Path
) -> None:
    folder = sealed(tmp_path / "bundle", log[:3])
    key = kind + OURS.verifier.key
    bears = key_id or sha256(f"{ORIGIN}\n".encode() + key).digest()[:4]
    for name in ("checkpoint", "manifest"):
        signed = read_note((folder / name).read_bytes())
        [own] = signed.signatures
        (folder / name).write_text(str(Note(signed.text, (own._replace(key_id=bears),))))
    vkey = f"{ORIGIN}+{bears.hex()}+{b64encode(key).decode()}"
    findings = verified(folder, key=vkey)
    assert any("checkpoint：" in each and "not signed" in each for each in findings)


def test_a_key_signs_for_the_log_of_its_own_name_alone(log: Forged, tmp_path: Path) -> None:
    folder = sealed(tmp_path / "bundle", log[:3])
    text = Checkpoint("another.example/log", 3, Tree(log[:3]).root(3)).text
    (folder / "checkpoint").write_text(str(Note(text, (OURS.sign(text),))))
    [finding] = verified(listed(folder))
    assert "checkpoint" in finding


def test_a_note_without_its_end_is_none(log: Forged, tmp_path: Path) -> None:
    folder = sealed(tmp_path / "bundle", log[:3])
    (folder / "manifest").write_bytes((folder / "manifest").read_bytes()[:-1])
    [finding] = verified(folder)
    assert "manifest" in finding


def test_a_note_says_what_kind_it_is_in_its_first_line(log: Forged, tmp_path: Path) -> None:
    """The log signs other lists of files too, and a checkpoint is no list."""
    folder = sealed(tmp_path / "bundle", log[:3])
    text = read_note((folder / "manifest").read_bytes()).text.replace("bundle@v1", "sheets@v1")
    for other in (str(Note(text, (OURS.sign(text),))).encode(), note(log[:3])):
        (folder / "manifest").write_bytes(other)
        [finding] = verified(folder)
        assert "manifest：" in finding


def test_signatures_of_others_stand_below_a_note_too(log: Forged, tmp_path: Path) -> None:
    folder = sealed(tmp_path / "bundle", log[:3])
    signed = read_note((folder / "checkpoint").read_bytes())
    witness = Signer("witness.example", Kind.witness, bytes(32))
    others = (witness.sign(signed.text), THEIRS.sign(signed.text))
    (folder / "checkpoint").write_text(str(Note(signed.text, (*others, *signed.signatures))))
    assert verified(listed(folder)) == []
    (folder / "checkpoint").write_text(str(Note(signed.text, others)))
    [finding] = verified(listed(folder))
    assert "not signed by that key" in finding


@pytest.mark.parametrize("count", [39, 41])
def test_entries_that_are_fewer_or_more_than_were_signed_are_told(
    count: int, log: Forged, tmp_path: Path
) -> None:
    folder = sealed(tmp_path / "bundle", log[:40])
    (folder / "tile/entries/000.p/40").write_bytes(packed(log[:count]))
    [finding] = verified(listed(folder))
    assert f"所签 40 条，此处 {count} 条" in finding


def test_a_list_that_the_manifest_does_not_sign_is_told(log: Forged, tmp_path: Path) -> None:
    folder = sealed(tmp_path / "bundle", log[:40])
    (folder / "policy").write_text("quorum all\n")
    before = (folder / "manifest").read_bytes()
    listed(folder)
    (folder / "manifest").write_bytes(before)
    [finding] = verified(folder)
    assert finding.startswith("✗ files：")


# -- two histories ---------------------------------------------------------------------------


def test_another_history_is_found_by_whoever_kept_a_checkpoint_or_a_receipt(
    log: Forged, tmp_path: Path
) -> None:
    index = index_of(log, "person-registered")
    other = edited(log, index, lambda it: it.update(occurred_on="2026-01-02"))
    folder = sealed(tmp_path / "bundle", other)
    assert verified(folder) == []
    for name, content in (("early", note(log[:index])), ("late", note(log[: index + 1]))):
        (tmp_path / name).write_bytes(content)
    assert verified(folder, "--earlier", tmp_path / "early") == []
    [finding] = verified(folder, "--earlier", tmp_path / "late")
    assert f"前 {index + 1} 条不同" in finding
    (tmp_path / "receipt").write_bytes(receipt(log[: index + 1], index))
    one, two = verified(folder, "--receipt", tmp_path / "receipt")
    assert "two histories" in one
    assert "not where the receipt says" in two


def test_a_log_that_was_put_back_is_shorter_than_what_was_kept(log: Forged, tmp_path: Path) -> None:
    folder = sealed(tmp_path / "bundle", log[:30])
    (tmp_path / "kept").write_bytes(note(log[:31]))
    (tmp_path / "receipt").write_bytes(receipt(log[:31], 30))
    [finding] = verified(folder, "--earlier", tmp_path / "kept")
    assert "前 31 条不同或不足" in finding
    assert len(verified(folder, "--receipt", tmp_path / "receipt")) == 2


def test_a_receipt_whose_entry_place_or_note_was_changed_does_not_hold(
    log: Forged, tmp_path: Path
) -> None:
    folder = sealed(tmp_path / "bundle", log[:30])
    content = receipt(log[:30], 21)
    path = range(content.index(b"index 21") + 8, content.index(b"\n\n"))  # who has all needs none
    of_four_bits = len(content) - 3  # the last letter of a signature
    for at in {*range(9, len(content))} - {*path, of_four_bits}:
        (tmp_path / "r").write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        assert verified(folder, "--receipt", tmp_path / "r"), at
    for kept in (content, receipt(log[:22], 21)):
        (tmp_path / "r").write_bytes(kept)
        assert verified(folder, "--receipt", tmp_path / "r") == []
    (tmp_path / "r").write_bytes(receipt(log[:30], 21, THEIRS))
    assert verified(folder, "--receipt", tmp_path / "r")


@pytest.mark.parametrize("size", range(70))
def test_a_root_is_that_of_the_plain_tree(size: int) -> None:
    tree = Tree(entries(70))
    assert VERIFIER.root_of(tree.leaves[:size]) == tree.root(size)
