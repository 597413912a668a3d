"""The sealed log over HTTP: hashes for everybody, a receipt for whom it concerns."""

from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.audit.bundle import packed
from ledger.audit.checkpoints import Checkpoint, parse
from ledger.audit.log_folder import LogFolder
from ledger.audit.merkle import leaf
from ledger.audit.notes import read
from ledger.audit.receipts import believed
from ledger.audit.receipts import read as read_receipt
from ledger.audit.trust import Trust
from ledger.domain.authority import Role
from ledger.domain.values import CommunityId, PersonId
from ledger.store.codec import entry
from tests.api.exemplary import NAMED, Exemplary, open_exemplary
from tests.api.town import open_town, problem
from tests.builders import JINNING, person
from tests.servers import Server, temporary_database

ELDER, STRANGER = PersonId(NAMED["person"]), person(40)


@pytest.fixture(scope="module")
def sealed(
    embedded: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Exemplary, Trust]]:
    folder = tmp_path_factory.mktemp("sealed")
    with temporary_database(embedded) as database, open_exemplary(database, folder) as exemplary:
        keys = tuple(each.verifier for each in LogFolder(folder / "log").signers())
        yield exemplary, Trust(keys)


def checkpoint(exemplary: Exemplary) -> Checkpoint:
    answer = exemplary.town.client.get("/v1/log/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    return parse(read(answer.content))


def entries(exemplary: Exemplary) -> list[bytes]:
    rows = exemplary.town.open_ledger.ledger.recorder.read(0, 100_000)
    return [entry(*row) for row in rows]


def test_the_checkpoint_is_signed_and_open_to_all(sealed: tuple[Exemplary, Trust]) -> None:
    exemplary, trust = sealed
    answer = exemplary.town.client.get("/v1/log/checkpoint")
    assert trust.checkpoint(answer.content).size == len(entries(exemplary))
    assert "max-age=2" in answer.headers["cache-control"]


def test_tiles_are_open_to_all_and_hold_hashes_alone(sealed: tuple[Exemplary, Trust]) -> None:
    exemplary, _ = sealed
    log = entries(exemplary)
    width = min(len(log), 255)
    for name, hashes in (
        (f"000.p/{width}", log[:width]),
        ("000.p/1", log[:1]),
    ):
        answer = exemplary.town.client.get(f"/v1/log/tile/0/{name}")
        assert answer.content == b"".join(map(leaf, hashes))
        assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "name", ["0/999", "0/x999/000", "7/000", "0/0", "0/000.p/0", "0/000.p/256", "0/entries/000"]
)
def test_what_is_no_tile_is_not_there(sealed: tuple[Exemplary, Trust], name: str) -> None:
    exemplary, _ = sealed
    answer = exemplary.town.client.get(f"/v1/log/tile/{name}")
    assert problem(answer, 404, "record_must_be_within_reach")


def test_entries_are_served_to_nobody(sealed: tuple[Exemplary, Trust]) -> None:
    exemplary, _ = sealed
    whole = packed(entries(exemplary)[:1])
    for path in ("/v1/log/tile/entries/000", "/v1/log/tile/0/entries/000", "/v1/log/entries/000"):
        answer = exemplary.town.client.get(path)
        assert answer.status_code in {404, 422}
        assert whole not in answer.content


def position_about(exemplary: Exemplary, who: PersonId) -> int:
    """The last meal or service of hers; what says no community lies in no auditor's reach."""
    words = f'"person":"{who}"'.encode(), b'"community":"jinning"'
    found = [
        at for at, one in enumerate(entries(exemplary), start=1) if all(w in one for w in words)
    ]
    return found[-1]


def test_whoever_an_entry_concerns_gets_a_receipt_that_holds(
    sealed: tuple[Exemplary, Trust],
) -> None:
    exemplary, trust = sealed
    town, position = exemplary.town, position_about(exemplary, ELDER)
    token = town.token(Role.volunteer, person=ELDER)
    told = town.found(f"log/receipts/{position}", token=token)
    receipt = read_receipt(told["receipt"].encode())
    assert believed(receipt, trust) == checkpoint(exemplary)
    assert receipt.entry == entries(exemplary)[position - 1]
    assert told["entry"] == position
    assert told["file_name"] == f"{position}.tlog-proof"
    assert told["checkpoint_size"] == checkpoint(exemplary).size
    assert b64decode(told["receipt"].split("\n")[1].removeprefix("extra ")) == receipt.entry


def test_the_same_receipt_is_saved_as_a_file(sealed: tuple[Exemplary, Trust]) -> None:
    exemplary, trust = sealed
    town, position = exemplary.town, position_about(exemplary, ELDER)
    token = town.token(Role.volunteer, person=ELDER)
    answer = town.read(f"log/receipts/{position}.tlog-proof", token=token)
    assert believed(read_receipt(answer.content), trust) == checkpoint(exemplary)
    told = town.found(f"log/receipts/{position}", token=token)
    assert answer.text == told["receipt"]
    assert f'filename="{told["file_name"]}"' in answer.headers["content-disposition"]
    for path in ("x.tlog-proof", "0.tlog-proof", f"{position}.tlog-proofs"):
        assert town.read(f"log/receipts/{path}", token=token).status_code == 422


@pytest.mark.parametrize("suffix", ["", ".tlog-proof"])
@pytest.mark.parametrize(
    ("role", "who", "code"),
    [
        (Role.volunteer, STRANGER, "reader_must_hold_a_role_for_this"),
        (Role.fund_manager, STRANGER, "reader_must_hold_a_role_for_this"),
        (Role.administrator, STRANGER, "reader_must_hold_a_role_for_this"),
    ],
)
def test_nobody_else_gets_it(
    sealed: tuple[Exemplary, Trust], role: Role, who: PersonId, code: str, suffix: str
) -> None:
    exemplary, _ = sealed
    town, position = exemplary.town, position_about(exemplary, ELDER)
    answer = town.read(f"log/receipts/{position}{suffix}", token=town.token(role, person=who))
    assert problem(answer, 403, code)


def test_an_auditor_gets_what_lies_within_her_reach(sealed: tuple[Exemplary, Trust]) -> None:
    exemplary, _ = sealed
    town, position = exemplary.town, position_about(exemplary, ELDER)
    here = town.token(Role.auditor, person=STRANGER, communities=(JINNING,))
    assert town.found(f"log/receipts/{position}", token=here)["entry"] == position
    there = town.token(Role.auditor, person=STRANGER, communities=(CommunityId("xilian"),))
    answer = town.read(f"log/receipts/{position}", token=there)
    assert problem(answer, 404, "record_must_be_within_reach")
    beyond = town.read(f"log/receipts/{position + 10_000}", token=here)
    assert problem(beyond, 404, "record_must_be_within_reach")


def test_what_is_not_sealed_yet_has_no_receipt_yet(embedded: Server, tmp_path: Path) -> None:
    with temporary_database(embedded) as database, open_town(database, tmp_path) as town:
        answer = town.read("log/receipts/1")
        assert problem(answer, 404, "position_must_be_sealed")
        nothing = town.client.get("/v1/log/checkpoint")
        assert problem(nothing, 404, "record_must_be_within_reach")
