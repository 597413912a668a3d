"""The layers of the ledger and the places of its files, as drawn in ARCHITECTURE.md."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent

TOP_LEVEL = {
    *(
        "README.md",
        "README.zh-CN.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
    ),
    *("Makefile", "pyproject.toml", "requirements.lock", "Dockerfile", "docker-compose.yml"),
    *(".ci", ".gitignore", ".dockerignore"),
    *("ledger", "api", "tests", "bench", "docs"),
}
LEDGER = {
    *("__init__.py", "engine", "engine.py", "deciding", "running.py", "cli.py", "settings.py"),
    *("domain", "store", "projections", "vault", "access", "audit", "exchange", "demo"),
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    command = (program, "--no-cache", "--config", folder / "pyproject.toml")
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_each_layer_knows_only_the_layers_below_it() -> None:
    answer = lint_imports(ROOT)
    assert answer.returncode == 0, answer.stdout


def test_no_room_is_entered_from_within_itself() -> None:
    """Imports run one way: any module can be the first that is imported, and be read alone."""
    graph = grimp.build_graph("ledger", "api", "bench", cache_dir=None)
    needs = {each: graph.find_modules_directly_imported_by(each) for each in graph.modules}
    TopologicalSorter(needs).prepare()


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("ledger/domain/meals.py", "import ledger.store", "Each layer"),
        ("ledger/store/codec.py", "import ledger.vault", "Each layer"),
        ("ledger/vault/keys.py", "import ledger.audit", "Each layer"),
        ("ledger/audit/sealer.py", "import ledger.engine", "Each layer"),
        ("ledger/engine.py", "import ledger.demo", "Each layer"),
        ("ledger/running.py", "import ledger.exchange", "Each layer"),
        ("ledger/settings.py", "import api", "The ledger never imports the api"),
        ("api/app.py", "import psycopg", "The api reaches the database through the ledger only"),
        ("api/app.py", "import eventsourcing", "The api reaches the database"),
    ],
)
def test_each_contract_can_be_broken(tmp_path: Path, module: str, line: str, contract: str) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in ("domain", "store", "vault", "audit", "engine", "exchange", "demo"):
        (tmp_path / "ledger" / name).mkdir(parents=True)
        (tmp_path / "ledger" / name / "__init__.py").touch()
    (tmp_path / "api").mkdir()
    for package in ("ledger", "api"):
        (tmp_path / package / "__init__.py").touch()
    if module == "ledger/engine.py":
        module = "ledger/engine/__init__.py"
    (tmp_path / module).write_text(line)
    answer = lint_imports(tmp_path)
    broken = [line for line in answer.stdout.splitlines() if line.endswith("BROKEN")]
    assert answer.returncode == 1
    assert any(line.startswith(contract) for line in broken), answer.stdout


def imported(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, level=0) if module:
                yield module
            case _:
                pass


def is_allowed_in_the_domain(module: str) -> bool:
    return module.split(".", maxsplit=1)[0] in sys.stdlib_module_names or (
        f"{module}.".startswith("ledger.domain.")
    )


def test_the_domain_knows_the_standard_library_only() -> None:
    for path in (ROOT / "ledger" / "domain").rglob("*.py"):
        strangers = [
            name for name in imported(path.read_text()) if not is_allowed_in_the_domain(name)
        ]
        assert not strangers, path


@pytest.mark.parametrize(
    "line", ["import msgspec", "from psycopg import sql", "import ledger.store"]
)
def test_a_stranger_in_the_domain_is_seen(line: str) -> None:
    assert not all(map(is_allowed_in_the_domain, imported(f"def f():\n    {line}")))


def tracked() -> list[Path]:
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: it cannot be told which files belong to the project")
    command = ("git", "-c", f"safe.directory={ROOT}", "ls-files", "-z")
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [Path(name) for name in answer.stdout.split("\0") if name]


def strangers(paths: list[Path]) -> set[str]:
    top_level = {path.parts[0] for path in paths}
    ledger = {path.parts[1] for path in paths if path.parts[0] == "ledger"}
    return (top_level - TOP_LEVEL) | (ledger - LEDGER)


def test_every_file_has_its_place() -> None:
    assert not strangers(tracked())


@pytest.mark.parametrize("path", ["notes.txt", "scripts/run.py", "ledger/utils.py", "uv.lock"])
def test_a_file_without_a_place_is_seen(path: str) -> None:
    assert strangers([Path(path), Path("ledger/engine.py"), Path("README.md")])
