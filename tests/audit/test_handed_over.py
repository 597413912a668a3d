"""A bundle says to whom it was handed, and the log in it says the same; and how to verify it."""

import importlib.util
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ledger.audit import bundle as bundles
from ledger.audit import enclosed
from ledger.audit.bundle import Bundle
from ledger.audit.checkpoints import Checkpoint
from ledger.audit.checks import as_json
from ledger.audit.report import Check, Report
from ledger.audit.verify import verify
from ledger.domain.handovers import LogHandedOver
from ledger.domain.values import HandoverId
from tests.audit.bundles import (
    Town,
    edited,
    entries_of,
    handed,
    index_of,
    sealed,
    town_of_meals,
)
from tests.builders import CLERK, person
from tests.servers import Server

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def town(embedded: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town_of_meals(embedded, tmp_path_factory.mktemp("town")) as (town, _):
        yield town


def told(report: Report) -> list[str]:
    return [found.en for found in report.findings if found.check is Check.handover]


def test_the_report_says_when_it_was_handed_over_and_by_whom(town: Town, tmp_path: Path) -> None:
    report = verify(town.bundle(tmp_path.name), town.trust)
    assert report.sound
    assert report.handover is not None
    assert report.handover.event == handed()
    assert report.handover.actor == CLERK
    assert f'"handed_by":"{CLERK}"'.encode() in as_json(report)
    assert f'"position":{report.handover.position}'.encode() in as_json(report)


OTHERWISE: dict[str, tuple[LogHandedOver, str]] = {
    "to somebody else": (replace(handed(), auditor=person(3)), f"not to {person(3)}"),
    "as no handover of the log": (
        replace(handed(), handover=HandoverId("00000000-0000-4000-8000-0000000000d9")),
        "does not say that it was handed over as 00000000-0000-4000-8000-0000000000d9",
    ),
}


@pytest.mark.parametrize("how", OTHERWISE)
def test_what_the_log_does_not_say_is_found(town: Town, tmp_path: Path, how: str) -> None:
    event, said = OTHERWISE[how]
    [found] = told(verify(town.bundle(tmp_path.name, event), town.trust))
    assert said in found


def _elsewhere(data: Any) -> None:
    data["auditor"] = person(3)


def test_a_log_that_was_rewritten_to_name_another_is_found(town: Town, tmp_path: Path) -> None:
    entries = entries_of(town.bundle(tmp_path.name).folder)
    other = edited(entries, index_of(entries, "log-handed-over"), _elsewhere)
    forged = Bundle(sealed(tmp_path / "forged", other, town.signer))
    assert any("was handed to" in each for each in told(verify(forged, town.trust)))


def test_a_manifest_that_names_no_handover_is_found(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "told", lambda *_: {"for": "an auditor", "made": "today"})
    [found] = told(verify(town.bundle(tmp_path.name), town.trust))
    assert "as anything" in found


def test_nothing_is_half_written_when_it_is_interrupted(town: Town, tmp_path: Path) -> None:
    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bundles.write(town.connection, town.keys, tmp_path / "bundle", handed(), stop)
    assert list(tmp_path.iterdir()) == []


# -- what lies beside the log ------------------------------------------------------------------


COMMANDS = ("python verifier.py . --key", "jiefang verify . --key", "sha256sum -c files")


def test_it_says_how_to_verify_it_and_for_whom_it_is(town: Town, tmp_path: Path) -> None:
    readme = town.bundle(tmp_path.name).file("README.md").decode()
    chinese, _, english = readme.partition("\n---\n")
    for text in (chinese, english):
        named = (*COMMANDS, handed().auditor, handed().handover, town.signer.name)
        assert [each for each in named if each not in text] == []
    assert "$" not in readme
    assert str(town.signer.verifier) not in readme


@pytest.mark.parametrize("sheets", [True, False])
def test_it_says_whether_opened_fact_sheets_lie_there(*, sheets: bool) -> None:
    checkpoint = Checkpoint("example.org/log", 1, bytes(32))
    [(_, readme), _] = enclosed.files(replace(handed(), sheets=sheets), checkpoint)
    assert (b"sheets/" in readme) is sheets


def alone(folder: Path) -> dict[str, str]:
    """The environment of an interpreter that has `cryptography` and nothing else of ours."""
    folder.mkdir()
    for name in ("cryptography", "cffi", "pycparser", "_cffi_backend"):
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            continue  # newer releases of cryptography may need less
        found = Path(spec.origin)
        found = found.parent if found.name == "__init__.py" else found
        (folder / found.name).symlink_to(found)
    return {"PYTHONPATH": str(folder), "LANG": "C.UTF-8"}


def test_its_own_copy_of_the_verifier_verifies_it(town: Town, tmp_path: Path) -> None:
    bundle = town.bundle(tmp_path.name)
    names = bundle.names()
    assert bundle.file("verifier.py") == (ROOT / "docs/verifier.py").read_bytes()
    environment = alone(tmp_path / "site")
    key = str(town.signer.verifier)
    command = [sys.executable, "-S", "verifier.py", ".", "--key", key]
    asked = partial(
        subprocess.run, cwd=bundle.folder, env=environment, capture_output=True, text=True
    )
    assert asked([sys.executable, "-S", "-c", "import ledger"], check=False).returncode == 1
    answer = asked(command, check=False)
    assert (answer.returncode, answer.stderr.count("Traceback")) == (0, 0), answer.stdout
    assert bundle.names() == names
    (bundle.folder / "README.md").write_text("trust me")
    answer = asked(command, check=False)
    assert answer.returncode == 1
    assert "README.md" in answer.stdout


def test_coreutils_check_the_list(town: Town, tmp_path: Path) -> None:
    bundle = town.bundle(tmp_path.name)
    command = ("sha256sum", "--strict", "--check", "files")
    answer = subprocess.run(command, cwd=bundle.folder, capture_output=True, text=True, check=True)
    assert answer.stdout.count(": OK") == len(bundle.names()) - 2


def test_an_installed_package_has_the_verifier_where_it_is_looked_for() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    targets = told["tool"]["hatch"]["build"]["targets"]
    [(docs, packaged)] = targets["wheel"]["sources"].items()
    assert ROOT / packaged == Path(enclosed.__file__).parent
    source = f"{docs}/{enclosed.VERIFIER}"
    assert (ROOT / source).read_bytes() == enclosed.verifier()
    assert source in targets["wheel"]["only-include"]
    assert f"/{source}" in targets["sdist"]["include"]
